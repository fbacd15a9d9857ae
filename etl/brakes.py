"""Brakes: how much one run may do of each kind before a person has to say that it is meant.

Each brake withholds its own kind of action only. What a brake counts comes from the tables; it looks at no pupil.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from etl.errors import ConfigError
from etl.texts import text

if TYPE_CHECKING:
    from etl.config import BrakeSettings
    from etl.engines.base import Tables

ARCHIVE: Final = "archive"
UPDATES: Final = "updates"
LINKS: Final = "links"
NAMES: Final = (ARCHIVE, UPDATES, LINKS)

FREE: Final = "free"  # within its limit
ARMED: Final = "armed"  # over its limit, with nothing of its kind to withhold
HOLDING: Final = "holding"
OVERRIDDEN: Final = "overridden"

# Shares of accounts, of links, and points of the link rate. In August nearly every class changes and a year leaves.
PROFILES: Final[Mapping[str, tuple[float, float, float]]] = {
    "normal": (0.10, 0.75, 0.05),
    "roll_over": (0.35, 1.0, 0.35),
}


@dataclass(frozen=True, slots=True)
class Override:
    """Who releases a brake for one run, and why."""

    brake: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What the brakes look at: records of one run, and the link rate (0 to 1) of the run before, where there is one."""

    accounts: int
    candidates: int  # accounts without a pupil
    archived: int  # of these, the ones that the school wants archived
    links: int
    changed: int  # links with a field that differs
    previous_rate: float | None


@dataclass(frozen=True, slots=True)
class Brake:
    """One brake after a run: `count` of `total` against `limit`, and how many actions it withholds.

    `limit` is the largest count that is let through. `by` and `reason` are of the override, or empty.
    """

    name: str
    state: str
    count: int
    total: int
    limit: int
    withheld: int
    by: str = ""
    reason: str = ""


def read_counts(engine: Tables, *, archived: int, previous_rate: float | None) -> Counts:
    """Count what the brakes look at from the status counts of a run."""
    rows = engine.fetch_rows(
        "select status, cast(sum(records) as bigint) as records from status_counts where source = 'legacy'"
        " group by status"
    )
    found = {row["status"]: int(row["records"]) for row in rows}
    linked = ("matched_exact", "matched_repaired", "matched_changed")
    return Counts(
        accounts=sum(records for status, records in found.items() if status != "out_of_scope"),
        candidates=found.get("only_in_legacy", 0),
        archived=archived,
        links=sum(found.get(status, 0) for status in linked),
        changed=found.get("matched_changed", 0),
        previous_rate=previous_rate,
    )


def judge_brakes(
    counts: Counts, settings: BrakeSettings, overrides: Sequence[Override] = ()
) -> tuple[Brake, ...]:
    """Return every brake with its state.

    Errors:  ConfigError when an override names no brake, or lacks who or why.
    """
    known = {one.brake: one for one in check_overrides(overrides)}
    archive, updates, drop = _shares(settings)
    expected = 0 if counts.previous_rate is None else round(counts.previous_rate * counts.accounts)
    return (
        _judge(ARCHIVE, counts.candidates, counts.accounts, archive, counts.archived, settings, known),
        _judge(UPDATES, counts.changed, counts.links, updates, counts.changed, settings, known),
        # Fewer links than the rate of the run before would give, counted in accounts.
        _judge(LINKS, max(expected - counts.links, 0), counts.accounts, drop, counts.links, settings, known),
    )


def check_overrides(overrides: Sequence[Override]) -> Sequence[Override]:
    """Return the overrides when each names a brake, a person and a reason.

    Errors:  ConfigError.
    """
    for one in overrides:
        if one.brake not in NAMES:
            raise ConfigError("BRAKE-UNKNOWN", brake=one.brake, known=list(NAMES))
        if not one.by.strip() or not one.reason.strip():
            raise ConfigError("BRAKE-NOBODY", brake=one.brake)
    return overrides


def is_holding(brakes: Sequence[Brake], *names: str) -> bool:
    """Say whether one of the named brakes, or any when none is named, withholds something."""
    return any(brake.state == HOLDING and (not names or brake.name in names) for brake in brakes)


def _shares(settings: BrakeSettings) -> tuple[float, float, float]:
    archive, updates, drop = PROFILES[settings.profile]
    return (
        archive if settings.archive_share is None else settings.archive_share,
        updates if settings.updates_share is None else settings.updates_share,
        drop if settings.link_rate_drop is None else settings.link_rate_drop,
    )


def _judge(
    name: str,
    count: int,
    total: int,
    share: float,
    actions: int,
    settings: BrakeSettings,
    overrides: Mapping[str, Override],
) -> Brake:
    # A small school is not stopped by one pupil: up to the floor nothing is withheld.
    limit = max(int(total * share + 1e-9), settings.floor)
    if count <= limit:
        return Brake(name, FREE, count, total, limit, 0)
    override = overrides.get(name)
    if override is not None:
        return Brake(name, OVERRIDDEN, count, total, limit, 0, override.by.strip(), override.reason.strip())
    return Brake(name, HOLDING if actions else ARMED, count, total, limit, actions)


def brake_words(brake: Brake, language: str) -> str:
    """Return what a brake did as sentences; a brake that is free has none."""
    what = text(f"brake.{brake.name}", language, count=brake.count, total=brake.total)
    return text(
        f"brake.{brake.state}",
        language,
        what=what,
        limit=brake.limit,
        withheld=brake.withheld,
        by=brake.by,
        reason=brake.reason,
        name=brake.name,
    )
