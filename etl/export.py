"""Writes the import file, the crosswalk, the reverse file and the list to archive.

It decides nothing: who is linked stands in import_ready, who may be archived in the answers of the school.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from etl import contract
from etl.config import ImportSettings
from etl.csv_safety import write_csv
from etl.engines.base import Engine
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
    engine: Engine, folder: Path, legacy: Delivery, settings: ImportSettings, *, with_changed: bool = True
) -> int:
    """Write import file, crosswalk and reverse file; return how many cells got an apostrophe in the import file.

    Shape:   one row per linked account, sorted by school and pupil number, so the order of the delivery is no matter;
             without those of which a field differs when a brake withholds them.
    """
    layout = plan_layout(legacy)
    left_out = "" if with_changed else " where i.status <> 'matched_changed'"
    rows = engine.fetch_rows(
        "select i.school, i.stamnr, i.idgebr, i.externeid, i.realmid, i.account_id, i.status, i.basis, i.opleiding,"
        " i.opleiding_origin,"
        f" i.opleiding_delivered, {', '.join(f'd.{name}' for name in layout.delivered)}"
        " from import_ready as i"
        " inner join delivered_legacy as d on i.school = d.school and i.legacy_row = d.source_row"
        f"{left_out} order by i.school, length(i.stamnr_key), i.stamnr_key, i.legacy_row"
    )
    form = settings.form()
    written = write_csv(
        folder / IMPORT_NAME, layout.headings, (_import_row(row, layout) for row in rows), **form
    )
    write_csv(folder / REVERSE_NAME, layout.headings, (_delivered_cells(row, layout) for row in rows), **form)
    write_csv(
        folder / CROSSWALK_NAME,
        CROSSWALK_COLUMNS,
        ([row[name] for name in CROSSWALK_COLUMNS] for row in rows),
    )
    return written.neutralised


def _import_row(row: dict[str, Any], layout: ImportLayout) -> list[str | None]:
    cells = _delivered_cells(row, layout)
    cells[layout.added_at["externeid"]] = row["externeid"]
    # A blank never erases: without a realm in the Magister file the account keeps what it has.
    cells[layout.added_at["realmid"]] = row["realmid"] or cells[layout.added_at["realmid"]]
    # What the account says and the list of opleidingen knows stays; other words give way to what was found.
    if not row["opleiding_delivered"] or (row["opleiding"] and row["opleiding_origin"] != contract.LEGACY):
        cells[layout.added_at["opleiding"]] = row["opleiding"]
    return cells


def _delivered_cells(row: dict[str, Any], layout: ImportLayout) -> list[str | None]:
    cells: list[str | None] = [row[name] for name in layout.delivered]
    return cells + [None] * (len(layout.headings) - len(cells))


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
