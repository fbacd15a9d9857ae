"""Builds the sheets by which a school works: the worklist, and what to correct at the source.

It refuses to merge or drop records: each held record of a case is one line of the worklist.
"""

from __future__ import annotations

from typing import Final

from etl import contract
from etl.report.model import Report
from etl.report.workbook import (
    Cell,
    Sheet,
    case_reason,
    file_word,
    make_columns,
    make_row,
    record_place,
    stack_values,
)
from etl.texts import text

_HELD: Final = frozenset(status.code for status in contract.STATUSES if status.is_held)
_PLACES: Final = ("magister", "legacy", "both")


def build_worklist(report: Report, language: str) -> Sheet:
    """Every held record once, with its reason and what to do."""
    columns = make_columns(
        language,
        ("case", 13, "strong"),
        ("file", 14, "words"),
        ("line", 8, "line"),
        ("stamnr", 13, "fact"),
        ("name", 28, "fact"),
        ("class", 8, "fact"),
        ("status", 24, "words"),
        ("reason", 42, "words"),
        ("action", 46, "words"),
    )
    rows = tuple(
        make_row(
            case.case_id,
            file_word(record.source, language),
            record.line_number,
            record.stamnr,
            record.name,
            record.school_class,
            text(f"status.{record.status}", language),
            text(f"reason.{record.reason}", language),
            text(f"reason.{record.reason}.action", language),
        )
        for case in report.cases
        for record in case.records
        if record.status in _HELD
    )
    return Sheet(
        name=text("sheet.worklist", language),
        title=text("sheet.worklist.title", language),
        note=text("sheet.worklist.note", language, count=len(rows)),
        kind="act",
        columns=columns,
        rows=rows,
        group_by=0,
    )


def build_corrections(report: Report, language: str) -> Sheet:
    """One row per case to correct, those of one place together."""
    columns = make_columns(
        language,
        ("where", 18, "strong"),
        ("case", 13, "fact"),
        ("wrong", 42, "words"),
        ("action", 46, "words"),
        ("rows", 24, "words"),
        ("stamnr", 13, "fact"),
        ("name", 28, "fact"),
        ("class", 8, "fact"),
        ("done", 12, "answer"),
    )
    cases = sorted(
        (case for case in report.cases if case.job == "correct"), key=lambda case: _PLACES.index(case.place)
    )
    done = (text("sheet.done", language),)
    rows = tuple(
        make_row(
            text(f"page.place.{case.place}", language),
            case.case_id,
            case_reason(case, language),
            text(f"reason.{case.reason}.action", language),
            "\n".join(record_place(record, language) for record in case.records),
            stack_values([record.stamnr for record in case.records]),
            stack_values([record.name for record in case.records]),
            stack_values([record.school_class for record in case.records]),
            Cell(None, "answer", done),
        )
        for case in cases
    )
    return Sheet(
        name=text("sheet.corrections", language),
        title=text("sheet.corrections.title", language),
        note=text("sheet.corrections.note", language, count=len(rows)),
        kind="act",
        columns=columns,
        rows=rows,
        group_by=0,
    )
