"""Finds the cells that are read otherwise than they were delivered, before any table is made.

It repairs only what can be repaired exactly, or what the settings say; which pupil it is, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from etl.engines.duckdb import DuckDBEngine
from etl.errors import InputError
from etl.intake.clean import SOURCE_ROW, cells_table
from etl.intake.delivery import Delivery
from etl.intake.headings import show_headings
from etl.intake.mojibake import repair_mojibake
from etl.patterns import compile_pattern

# Where a name of a person, a place or a class may stand; a number or an id is never repaired this way.
WORD_COLUMNS: Final = (
    "roepnaam",
    "tussenvoegsel",
    "achternaam",
    "naam",
    "klas",
    "opleiding",
    "leerweg",
    "vestiging",
    "rol",
    "account_status",
)
# What a user name or an e-mail address holds when the settings say that the number stands there, and no more.
USUAL_PATTERNS: Final = {"gebruikersnaam": "([0-9]+)", "email": "([0-9]+)@.*"}
UNSEEN: Final = " \t\u00a0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class CellRepair:
    """One value as it was delivered and as it is used. `column_name` is canonical; `repair` is a code."""

    source_row: int
    line_number: int
    column_name: str
    repair: str
    delivered: str
    used: str


def find_repairs(
    delivery: Delivery, *, stamnr_pattern: str | None = None, stamnr_from: str | None = None
) -> tuple[CellRepair, ...]:
    """Return the repaired cells of one file, at most one per cell.

    A value that does not fit `stamnr_pattern` is left as it is. With `stamnr_from` the number is taken from that
    column only, and only where it fits.
    Errors:  InputError when the file has no column `stamnr_from`.
    """
    places = {choice.canonical: choice.position for choice in delivery.columns if choice.canonical}
    found = [*_mojibake(delivery, places)]
    if stamnr_from is not None:
        if stamnr_from not in places:
            raise InputError(
                "INTAKE-NUMBER-COLUMN",
                file=delivery.profile.file_name,
                column=stamnr_from,
                found=show_headings(delivery.headings),
            )
        found += _numbers(delivery, places[stamnr_from], stamnr_pattern or USUAL_PATTERNS[stamnr_from])
    elif stamnr_pattern is not None and "stamnr" in places:
        own = _numbers(delivery, places["stamnr"], stamnr_pattern)
        found += [repair for repair in own if repair.used != repair.delivered]
    return tuple(found)


def find_clean_repairs(engine: DuckDBEngine, delivery: Delivery) -> tuple[CellRepair, ...]:
    """Return the repaired cells of a clean file that the engine holds; nothing of it is taken by a pattern."""
    if delivery.is_plain:
        return ()
    places = {choice.canonical: choice.position for choice in delivery.columns if choice.canonical}
    found = []
    for name in (name for name in WORD_COLUMNS if name in places):
        cell = delivery.cells[places[name]]
        rows = engine.connection.execute(
            f"select {SOURCE_ROW} as source_row, {cell} from {cells_table(delivery.source)}"
            f" where strlen({cell}) <> length({cell}) order by source_row"
        ).fetchall()
        for source_row, value in rows:
            used = repair_mojibake(value)
            if used is not None and used != value:
                found.append(CellRepair(source_row, source_row + 1, name, "mojibake", value, used))
    return tuple(sorted(found, key=lambda one: (one.source_row, WORD_COLUMNS.index(one.column_name))))


def _mojibake(delivery: Delivery, places: dict[str, int]) -> Iterator[CellRepair]:
    wanted = [(name, places[name]) for name in WORD_COLUMNS if name in places]
    for record in delivery.records:
        for name, place in wanted:
            value = record.cells[place]
            if value.isascii():
                continue
            used = repair_mojibake(value)
            if used is not None and used != value:
                yield CellRepair(record.source_row, record.line_number, name, "mojibake", value, used)


def _numbers(delivery: Delivery, place: int, pattern: str) -> Iterator[CellRepair]:
    fits = compile_pattern(pattern)
    for record in delivery.records:
        value = record.cells[place]
        match = fits.fullmatch(value.strip(UNSEEN))
        if match and match.group(1):
            yield CellRepair(
                record.source_row, record.line_number, "stamnr", "pattern", value, match.group(1)
            )
