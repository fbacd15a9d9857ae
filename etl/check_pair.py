"""Looks ahead: how many accounts a run would link with these files, and where the number stands if not in its column.

It runs the stages of the job in a folder that goes at once; it writes no import file and shows no pupil.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from etl import contract
from etl.config import RunConfig
from etl.engines.duckdb import DuckDBEngine
from etl.errors import InputError
from etl.intake.delivery import Delivery
from etl.run_tables import classify_records

SCHOOL: Final = "check"
Facts = TypeVar("Facts")
# In these columns of an account list a pupil number may stand between other characters.
HIDING_PLACES: Final = ("gebruikersnaam", "email")
NUMBER_INSIDE: Final = re.compile(r"([^0-9]*)([0-9]{3,})([^0-9]*)")
LEAST_SHARE: Final = 0.5  # of the accounts; below it a number that fits may be chance


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run would find: accounts and pupils per group of contract.GROUPS, and the accounts in all.

    `alarm` is the refusal that the run would end in, or None.
    """

    accounts: dict[str, int]
    pupils: dict[str, int]
    accounts_total: int
    alarm: InputError | None


@dataclass(frozen=True, slots=True)
class HiddenNumber:
    """Where the pupil number probably stands: a column, a pattern for the settings, and how many accounts fit."""

    column: str
    pattern: str
    fitting: int
    accounts: int


def look_ahead(
    engine: DuckDBEngine,
    folder: Path,
    deliveries: dict[str, Delivery],
    config: RunConfig,
    read_facts: Callable[[DuckDBEngine, Delivery], Facts],
) -> tuple[Outlook, dict[str, Facts]]:
    """Return what a run with these files would find, and with its tables at hand the facts of either file by its role.

    The engine has nothing yet, but the cells of clean files. There are no facts after an alarm: then the tables are
    not made.
    """
    try:
        classify_records(engine, deliveries, config, school=SCHOOL, scratch=folder)
    except InputError as alarm:
        return Outlook({}, {}, deliveries[contract.LEGACY].profile.records, alarm), {}
    rows = engine.fetch_rows(
        "select source, status, count(*) as records from classified_pupils group by 1, 2"
    )
    facts = {role: read_facts(engine, deliveries[role]) for role in (contract.MAGISTER, contract.LEGACY)}
    groups = {status.code: status.group for status in contract.STATUSES}
    counts: dict[str, Counter[str]] = {contract.LEGACY: Counter(), contract.MAGISTER: Counter()}
    for row in rows:
        counts[row["source"]][groups[row["status"]]] += row["records"]
    accounts, pupils = (
        {group: counts[source][group] for group in contract.GROUPS}
        for source in (contract.LEGACY, contract.MAGISTER)
    )
    return Outlook(accounts, pupils, sum(accounts.values()), None), facts


def find_hidden_number(magister: Delivery, legacy: Delivery) -> HiddenNumber | None:
    """Find the column whose values hold numbers of the Magister file, always with the same characters around them."""
    numbers = {value.strip().lstrip("0") for value in _values(magister, "stamnr")} - {""}
    best: HiddenNumber | None = None
    for column in HIDING_PLACES:
        around: Counter[tuple[str, str]] = Counter()
        values = _values(legacy, column)
        for value in values:
            match = NUMBER_INSIDE.fullmatch(value.strip())
            if match and match.group(2).lstrip("0") in numbers:
                around[match.group(1), "@" if "@" in match.group(3) else match.group(3)] += 1
        if not around:
            continue
        (before, after), fitting = around.most_common(1)[0]
        ending = "@.*" if after == "@" else re.escape(after)
        if fitting >= LEAST_SHARE * len(values) and (best is None or fitting > best.fitting):
            best = HiddenNumber(column, f"{re.escape(before)}([0-9]+){ending}", fitting, len(values))
    return best


def _values(delivery: Delivery, column: str) -> list[str]:
    places = [choice.position for choice in delivery.columns if choice.canonical == column]
    return [record.cells[places[0]] for record in delivery.records] if places else []
