"""Writes the import file, the crosswalk, the reverse file and the questions.

It decides nothing: who is linked stands in import_ready, what is asked stands in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from etl import contract
from etl.config import ImportSettings
from etl.csv_safety import write_csv
from etl.engines.base import Engine
from etl.intake.delivery import Delivery
from etl.intake.load import delivered_column
from etl.report.model import Case, PersonRecord, Report
from etl.texts import text

IMPORT_NAME: Final = "numo_import.csv"
CROSSWALK_NAME: Final = "crosswalk.csv"
REVERSE_NAME: Final = "reverse.csv"
QUESTIONS_NAME: Final = "questions.csv"

# Not a hyphen: a cell that begins with one would be taken for a formula.
UNKNOWN: Final = "–"

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
QUESTION_COLUMNS: Final = (
    "case",
    "kind",
    "reason",
    "question",
    "possible_answers",
    "legacy_lines",
    "legacy_stamnr",
    "legacy_name",
    "legacy_class",
    "magister_lines",
    "magister_stamnr",
    "magister_name",
    "magister_class",
    "pupils",
    "answer",
    "note",
    "by",
    "date",
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


def write_import_files(engine: Engine, folder: Path, legacy: Delivery, settings: ImportSettings) -> int:
    """Write import file, crosswalk and reverse file; return how many cells got an apostrophe in the import file.

    Shape:   one row per linked account, sorted by school and pupil number, so the order of the delivery is no matter.
    """
    layout = plan_layout(legacy)
    rows = engine.fetch_rows(
        "select i.school, i.stamnr, i.idgebr, i.externeid, i.realmid, i.account_id, i.status, i.basis, i.opleiding,"
        " i.opleiding_origin,"
        f" i.opleiding_delivered, {', '.join(f'd.{name}' for name in layout.delivered)}"
        " from import_ready as i"
        " inner join delivered_legacy as d on i.school = d.school and i.legacy_row = d.source_row"
        " order by i.school, length(i.stamnr_key), i.stamnr_key, i.legacy_row"
    )
    form: dict[str, Any] = {
        "delimiter": settings.delimiter,
        "encoding": settings.encoding,
        "bom": settings.bom,
        "line_end": "\r\n" if settings.line_end == "crlf" else "\n",
    }
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


def write_questions(report: Report, path: Path, language: str) -> int:
    """Write what the school must decide, one row per question; return how many.

    Shape:   UTF-8 with a byte order mark, semicolons: what a Dutch Excel opens right.
    """
    rows = [_case_row(case, language) for case in report.cases if case.job == "decide"]
    rows += [
        _blank_row(
            case=f"opleiding {entry.school_class or UNKNOWN}",
            kind="opleiding",
            reason=entry.reason or "",
            question=text("question.opleiding", language, school_class=entry.school_class)
            if entry.school_class
            else text("question.opleiding_no_class", language),
            possible_answers=text("question.opleiding.answers", language),
            legacy_class=entry.school_class,
            pupils=str(entry.pupils),
        )
        for entry in report.opleiding
        if entry.opleiding is None
    ]
    return write_csv(path, QUESTION_COLUMNS, rows, bom=True).rows


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


def _case_row(case: Case, language: str) -> list[str | None]:
    legacy = [record for record in case.records if record.source == contract.LEGACY]
    magister = [record for record in case.records if record.source == contract.MAGISTER]
    return _blank_row(
        case=case.case_id,
        kind=case.status,
        reason=case.reason,
        question=text(f"reason.{case.reason}", language),
        possible_answers=" / ".join(text(f"answers.{case.status}", language).splitlines()),
        legacy_lines=_joined(str(record.line_number) for record in legacy),
        legacy_stamnr=_told(legacy, "stamnr"),
        legacy_name=_told(legacy, "name"),
        legacy_class=_told(legacy, "school_class"),
        magister_lines=_joined(str(record.line_number) for record in magister),
        magister_stamnr=_told(magister, "stamnr"),
        magister_name=_told(magister, "name"),
        magister_class=_told(magister, "school_class"),
    )


def _blank_row(**cells: str | None) -> list[str | None]:
    return [cells.get(name) for name in QUESTION_COLUMNS]


def _told(records: Sequence[PersonRecord], field: str) -> str:
    return _joined(getattr(record, field) or UNKNOWN for record in records)


def _joined(parts: Iterable[str]) -> str:
    return " | ".join(parts)
