"""Builds the sheets on which a school works: the worklist, the questions, what to correct at the source.

It refuses to merge or drop records: each held record of a case is one line of the worklist.
"""

from __future__ import annotations

from typing import Final

from etl import contract
from etl.report.model import Case, PersonRecord, Report
from etl.report.workbook import (
    NO_VALUE,
    Band,
    Cell,
    Column,
    Sheet,
    case_reason,
    file_word,
    make_columns,
    make_row,
    record_place,
    stack_values,
)
from etl.texts import text

# A drop-down list written into the sheet may hold 255 characters, the commas between the answers included.
_CHOICES_LENGTH: Final = 255
_HELD: Final = frozenset(status.code for status in contract.STATUSES if status.is_held)
_PLACES: Final = ("magister", "legacy", "both")
# Answers to these name one of several records, so each record becomes an answer of its own.
_PICK_A_RECORD: Final = frozenset({"duplicate_key", "ambiguous"})
_FACTS: Final = {
    "stamnr": 10,
    "name": 22,
    "school_class": 7,
    "account": 12,
    "externeid": 21,
    "email": 22,
}
# These are shown only when some question turns on them: they are wide, and few people know them by heart.
_ONLY_WHEN_DIFFERENT: Final = frozenset({"externeid", "email"})


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


def build_questions(report: Report, language: str) -> Sheet:
    """One row per case to decide: both sides, the reason, the possible answers, room for the answer."""
    cases = [case for case in report.cases if case.job == "decide"]
    facts = {source: _facts_shown(cases, source) for source in (contract.LEGACY, contract.MAGISTER)}
    columns: list[Column] = [*make_columns(language, ("case", 12, "strong"), ("why", 30, "words"))]
    bands = [Band("", 2, "plain")]
    for source in (contract.LEGACY, contract.MAGISTER):
        side = [("line", 7, "edge"), *((name, _FACTS[name], "fact") for name in facts[source])]
        columns += make_columns(language, *side)
        bands.append(Band(file_word(source, language), len(side), source))
    answers = (
        ("choices", 27, "words"),
        ("answer", 22, "answer"),
        ("by", 10, "answer"),
        ("date", 11, "answer"),
        ("remark", 22, "answer"),
    )
    columns += make_columns(language, *answers)
    bands.append(Band(text("sheet.band.answer", language), len(answers), "answer"))
    return Sheet(
        name=text("sheet.questions", language),
        title=text("sheet.questions.title", language),
        note=text("sheet.questions.note", language, count=len(cases)),
        kind="act",
        columns=tuple(columns),
        rows=tuple(_question_row(case, facts, language) for case in cases),
        bands=tuple(bands),
    )


def _facts_shown(cases: list[Case], source: str) -> list[str]:
    """Return the facts to show of one file; a column that no question fills is left out."""
    used = {name for case in cases for name in case.differs}
    records = [record for case in cases for record in case.records if record.source == source]
    return [
        name
        for name in _FACTS
        if (name not in _ONLY_WHEN_DIFFERENT or name in used)
        and any(getattr(record, name) for record in records)
    ]


def _question_row(case: Case, facts: dict[str, list[str]], language: str) -> tuple[Cell, ...]:
    cells = [Cell(case.case_id), Cell(case_reason(case, language))]
    for source in (contract.LEGACY, contract.MAGISTER):
        side = [record for record in case.records if record.source == source]
        if not side:
            cells.append(Cell(text("sheet.no_row", language), "edge_muted"))
            cells += [Cell(None, "muted") for _ in facts[source]]
            continue
        cells.append(Cell(stack_values([str(record.line_number) for record in side])))
        for name in facts[source]:
            value = stack_values([getattr(record, name) for record in side])
            cells.append(Cell(value or NO_VALUE, "differs") if name in case.differs else Cell(value))
    choices, offered = _possible_answers(case, language)
    return (*cells, Cell("\n".join(offered)), Cell(None, "answer", choices), Cell(), Cell(), Cell())


def _possible_answers(case: Case, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the drop-down list, and the same as the text beside it."""
    answers = tuple(text(f"answers.{case.status}", language).split("\n"))
    several = [
        record
        for source in (contract.LEGACY, contract.MAGISTER)
        for record in _side_with_several(case, source)
    ]
    if case.status in _PICK_A_RECORD and several:
        named = (*(record_place(record, language) for record in several), *answers[1:])
        if len(",".join(named)) <= _CHOICES_LENGTH:
            return named, named
    return answers, answers


def _side_with_several(case: Case, source: str) -> list[PersonRecord]:
    side = [record for record in case.records if record.source == source]
    return side if len(side) > 1 else []


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
