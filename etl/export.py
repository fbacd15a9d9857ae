"""Writes the import file, the crosswalk, the reverse file and the list to archive.

It decides nothing: who is linked stands in import_ready, who may be archived in the answers of the school.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl.config import ImportSettings
from etl.csv_safety import write_csv
from etl.csv_stream import Sheet, stream_csv
from etl.engines.base import Engine
from etl.engines.duckdb import DuckDBEngine
from etl.intake.delivery import Delivery
from etl.intake.load import delivered_column

IMPORT_NAME: Final = "numo_import.csv"
CROSSWALK_NAME: Final = "crosswalk.csv"
REVERSE_NAME: Final = "reverse.csv"
ARCHIVE_NAME: Final = "archive.csv"

# What the import file adds to the columns the school delivered.
ADDED_COLUMNS: Final = ("externeid", "realmid", "opleiding")
CROSSWALK_COLUMNS: Final = (
    "school",
    "stamnr",
    "idgebr",
    "externeid",
    "realmid",
    "account_id",
    "status",
    "basis",
)


@dataclass(frozen=True, slots=True)
class ImportLayout:
    """Where each delivered column goes, and where the three added ones stand: their place, or behind the rest."""

    headings: tuple[str, ...]
    delivered: tuple[str, ...]
    added_at: dict[str, int]


def plan_layout(legacy: Delivery) -> ImportLayout:
    """Return the layout of the import file: the delivered columns in their order, then what they lack."""
    headings = list(legacy.headings)
    added_at: dict[str, int] = {}
    for choice in legacy.columns:
        if choice.canonical in ADDED_COLUMNS:
            added_at[choice.canonical] = choice.position
    for name in ADDED_COLUMNS:
        if name not in added_at:
            added_at[name] = len(headings)
            headings.append(name)
    delivered = tuple(delivered_column(position) for position in range(len(legacy.headings)))
    return ImportLayout(tuple(headings), delivered, added_at)


def write_import_files(
    engine: DuckDBEngine,
    folder: Path,
    legacy: Delivery,
    settings: ImportSettings,
    *,
    with_changed: bool = True,
) -> int:
    """Write import file, crosswalk and reverse file; return how many cells got an apostrophe in the import file.

    Shape:   one row per linked account, sorted by school and pupil number, so the order of the delivery is no matter;
             without those of which a field differs when a brake withholds them.
    """
    layout = plan_layout(legacy)
    rows = (
        "from import_ready as i"
        " inner join delivered_legacy as d on i.school = d.school and i.legacy_row = d.source_row"
    )
    if not with_changed:
        rows += " where i.status <> 'matched_changed'"
    form = settings.form()
    written = stream_csv(
        engine,
        rows,
        "i.school, length(i.stamnr_key), i.stamnr_key, i.legacy_row",
        [
            Sheet(folder / IMPORT_NAME, layout.headings, _import_cells(layout), **form),
            Sheet(folder / REVERSE_NAME, layout.headings, _delivered_cells(layout), **form),
            Sheet(folder / CROSSWALK_NAME, CROSSWALK_COLUMNS, [f"i.{name}" for name in CROSSWALK_COLUMNS]),
        ],
    )
    return written[0].neutralised


def _import_cells(layout: ImportLayout) -> list[str]:
    cells = _delivered_cells(layout)
    cells[layout.added_at["externeid"]] = "i.externeid"
    # A blank never erases: without a realm in the Magister file the account keeps what it has.
    realmid, opleiding = layout.added_at["realmid"], layout.added_at["opleiding"]
    cells[realmid] = f"coalesce(i.realmid, {cells[realmid]})"
    cells[opleiding] = f"case when i.is_opleiding_kept then {cells[opleiding]} else i.opleiding end"
    return cells


def _delivered_cells(layout: ImportLayout) -> list[str]:
    missing = len(layout.headings) - len(layout.delivered)
    return [f"d.{name}" for name in layout.delivered] + ["cast(null as varchar)"] * missing


def write_archive(
    engine: Engine, folder: Path, legacy: Delivery, settings: ImportSettings, accounts: Iterable[int]
) -> int:
    """Write the accounts that the school wants archived, as they were delivered; return how many.

    Shape:   as the import file, without what that adds; no file when there are none.
    """
    wanted = ", ".join(str(row) for row in sorted(accounts))
    if not wanted:
        return 0
    layout = plan_layout(legacy)
    rows = engine.fetch_rows(
        f"select {', '.join(layout.delivered)} from delivered_legacy where source_row in ({wanted})"
        f" order by {', '.join(layout.delivered)}"
    )
    return write_csv(
        folder / ARCHIVE_NAME,
        legacy.headings,
        ([row[name] for name in layout.delivered] for row in rows),
        **settings.form(),
    ).rows
