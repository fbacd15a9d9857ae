"""Opens two runs of one school and compares them, and lists the runs of a folder.

What became of records and questions is worked out in `etl/report/since.py`, as for the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from etl import contract
from etl.errors import ConfigError
from etl.history import Run, open_run, read_manifest
from etl.release import FOLDER
from etl.report.model import SinceThen
from etl.report.since import compare
from etl.run_files import moment_of

LINKED = frozenset(status.code for status in contract.STATUSES if status.is_linked)
HELD = frozenset(status.code for status in contract.STATUSES if status.is_held)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs, the older first, and what changed in between. `ledgers` are records per file and status, per run."""

    before: Run
    after: Run
    since: SinceThen
    ages: Mapping[str, int]  # days, by open question of the newer run


def compare_runs(one: Path, other: Path) -> Compared:
    """Compare two runs of one school, in whichever order they are named.

    Errors:  ConfigError when a folder holds no run, when they are of two schools, or when one is of an older version.
    """
    before, after = sorted((open_run(one), open_run(other)), key=_created)
    if before.manifest["school"] != after.manifest["school"]:
        raise ConfigError("COMPARE-SCHOOLS", one=before.folder.name, other=after.folder.name)
    moments = []
    with before.opened(), after.opened():
        for run in (before, after):
            moment = moment_of(run)
            if moment is None:
                raise ConfigError("COMPARE-VERSION", run=run.folder.name)
            moments.append(moment)
        since = compare(*moments)
    ages = {one.question: one.days for one in moments[1].questions if not one.closed_run}
    return Compared(before, after, since, ages)


@dataclass(frozen=True, slots=True)
class Past:
    """One run in a list of runs. `state` is that of its release; a purged run has its counts only."""

    folder: str
    school: str
    created: str
    verdict: str
    links: int
    held: int
    state: str
    is_purged: bool


def list_past(out: Path, *, school: str | None = None) -> tuple[Past, ...]:
    """Return the runs in a folder, the newest first, purged ones too.

    Errors:  ConfigError when there is no such folder.
    """
    if not out.is_dir():
        raise ConfigError("HISTORY-FOLDER", folder=out.name or str(out))
    found = [_past(folder) for folder in out.iterdir()]
    runs = [one for one in found if one is not None and school in (None, one.school)]
    return tuple(sorted(runs, key=lambda one: (_moment(one.created), one.folder), reverse=True))


def _past(folder: Path) -> Past | None:
    is_folder = folder.is_dir() and not folder.is_symlink() and not folder.name.startswith(".")
    manifest = read_manifest(folder) if is_folder else None
    if manifest is None:
        return None
    counts = manifest.get("statuses", {}).get("legacy", {})
    return Past(
        folder=folder.name,
        school=str(manifest.get("school", "")),
        created=str(manifest.get("created", "")),
        verdict=str(manifest.get("verdict", "")),
        links=sum(records for status, records in counts.items() if status in LINKED),
        held=sum(records for status, records in counts.items() if status in HELD),
        state=_release_of(folder),
        is_purged="purged" in manifest,
    )


def _release_of(folder: Path) -> str:
    """Return what the folder of a run says of its release; whether that still holds is for `release --check`."""
    if (folder / FOLDER).is_dir():
        return "released"
    return "void" if any(folder.glob(f"{FOLDER}-void-*")) else "none"


def _created(run: Run) -> tuple[datetime, str]:
    return _moment(str(run.manifest.get("created", ""))), run.folder.name


def _moment(created: str) -> datetime:
    """Return a moment to sort by; one that cannot be read counts as the oldest."""
    try:
        return datetime.fromisoformat(created).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
