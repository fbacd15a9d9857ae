"""Builds the sheets on which a school answers: the questions about pupils, about classes, and about old accounts.

Answers are read back by `etl/answers.py`, which compares what stands beside them with these same sheets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from etl import contract
from etl.decisions.model import Case, PersonRecord, Question
from etl.decisions.opleiding import opleiding_question
from etl.decisions.wording import answer_words, effect_words, question_words
from etl.report.model import OpleidingClass, Report
from etl.report.open_since import since_words
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
    stack_values,
)
from etl.texts import text

# A drop-down list written into the sheet may hold 255 characters, the commas between the answers included.
_CHOICES_LENGTH: Final = 255
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
_SIDES: Final = (contract.LEGACY, contract.MAGISTER)
_ANSWER_COLUMNS: Final = (
    ("answer", 24, "answer"),
    ("by", 12, "answer"),
    ("second_by", 12, "answer"),
    ("date", 11, "answer"),
    ("remark", 22, "answer"),
)


def answer_sheets(cases: Sequence[Case], archive: Sequence[Case], language: str) -> tuple[Sheet, ...]:
    """Return the sheets about pupils and old accounts with every fact that can stand on them."""
    return (
        _questions(cases, language, {source: list(_FACTS) for source in _SIDES}, {}),
        _old_accounts(archive, language, {}),
    )


def build_questions(report: Report, language: str) -> Sheet:
    """One row per question: both sides, the reason, the possible answers, room for the answer."""
    cases = [case for case in report.cases if case.job == "decide"]
    facts = {source: _facts_shown(cases, source) for source in _SIDES}
    return _questions(cases, language, facts, _ages(report, language))


def build_only_in_legacy(report: Report, language: str) -> Sheet:
    """The accounts without a pupil in Magister, with room for what the school wants."""
    return _old_accounts(report.old_accounts, language, _ages(report, language))


def build_opleiding(report: Report, language: str) -> Sheet:
    """One row per class; the classes that need an answer first."""
    columns = make_columns(
        language,
        ("case", 14, "strong"),
        ("class", 12, "strong"),
        ("pupils", 12, "number"),
        ("opleiding", 28, "fact"),
        ("origin", 28, "words"),
        ("why_asked", 40, "words"),
        ("open_since", 12, "words"),
        *_ANSWER_COLUMNS,
    )
    ordered = sorted(report.opleiding, key=lambda entry: entry.opleiding is not None)
    ages = _ages(report, language)
    rows = tuple(_opleiding_row(entry, report.school_year, language, ages) for entry in ordered)
    return _sheet("opleiding", language, columns, rows, count=report.opleiding_to_decide)


def _ages(report: Report, language: str) -> dict[str, str]:
    """Return, by question, since when it is open."""
    return {one.question: since_words(one, language) for one in report.open_questions if not one.closed_run}


def _questions(
    cases: Sequence[Case], language: str, facts: dict[str, list[str]], ages: Mapping[str, str]
) -> Sheet:
    first = (("case", 14, "strong"), ("open_since", 12, "words"), ("why", 32, "words"))
    columns: list[Column] = [*make_columns(language, *first)]
    bands = [Band("", len(first), "plain")]
    for source in _SIDES:
        side = [("line", 7, "edge"), *((name, _FACTS[name], "fact") for name in facts[source])]
        columns += make_columns(language, *side)
        bands.append(Band(file_word(source, language), len(side), source))
    answers = (("choices", 34, "words"), *_ANSWER_COLUMNS)
    columns += make_columns(language, *answers)
    bands.append(Band(text("sheet.band.answer", language), len(answers), "answer"))
    rows = tuple(
        _question_row(case, question, facts, language, ages.get(case.case_id))
        for case in cases
        for question in case.questions or (Question(case.case_id, 0, (), ()),)
    )
    return _sheet("questions", language, tuple(columns), rows, count=len(rows), bands=tuple(bands))


def _facts_shown(cases: Sequence[Case], source: str) -> list[str]:
    """Return the facts to show of one file; a column that no question fills is left out."""
    used = {name for case in cases for name in case.differs}
    records = [record for case in cases for record in case.side(source)]
    return [
        name
        for name in _FACTS
        if (name not in _ONLY_WHEN_DIFFERENT or name in used)
        and any(getattr(record, name) for record in records)
    ]


def _question_row(
    case: Case, question: Question, facts: dict[str, list[str]], language: str, age: str | None
) -> tuple[Cell, ...]:
    why = case_reason(case, language)
    if question.account:
        why = f"{why}\n{question_words(case, question, language)}"
    cells = [Cell(question.question_id), Cell(age), Cell(why)]
    for source in _SIDES:
        side = case.side(source)
        if not side:
            cells.append(Cell(text("sheet.no_row", language), "edge_muted"))
            cells += [Cell(None, "muted") for _ in facts[source]]
            continue
        cells.append(Cell(stack_values([str(record.line_number) for record in side])))
        for name in facts[source]:
            value = stack_values([getattr(record, name) for record in side])
            cells.append(Cell(value or NO_VALUE, "differs") if name in case.differs else Cell(value))
    if not question.options:
        return (*cells, Cell(text("question.not_yet", language)), *(Cell(None, "muted"),) * 5)
    offered = [
        f"{answer_words(case, code, language)}: {effect_words(code, language)}" for code in question.options
    ]
    return (*cells, Cell("\n".join(offered)), *_room(case, question, language))


def _room(case: Case, question: Question, language: str) -> tuple[Cell, ...]:
    """Return the cells to fill in; the second name is asked where some answer needs one."""
    choices = tuple(answer_words(case, code, language) for code in question.options)
    if len(",".join(choices)) > _CHOICES_LENGTH:
        choices = ()
    second = Cell() if question.second_name else Cell(None, "muted")
    return (Cell(None, "answer", choices), Cell(), second, Cell(), Cell())


def _old_accounts(cases: Sequence[Case], language: str, ages: Mapping[str, str]) -> Sheet:
    columns = make_columns(
        language,
        ("case", 14, "strong"),
        ("line", 8, "line"),
        ("stamnr", 13, "fact"),
        ("name", 30, "fact"),
        ("class", 8, "fact"),
        ("account", 16, "fact"),
        ("email", 32, "fact"),
        ("open_since", 12, "words"),
        *_ANSWER_COLUMNS,
    )
    rows = tuple(
        (
            *_account_facts(case.case_id, case.records[0]),
            Cell(ages.get(case.case_id)),
            *(
                _room(case, case.questions[0], language)
                if case.questions
                else (Cell(None, "muted"),) * len(_ANSWER_COLUMNS)
            ),
        )
        for case in cases
    )
    return _sheet("only_in_legacy", language, columns, rows, count=len(rows))


def _account_facts(case_id: str, record: PersonRecord) -> tuple[Cell, ...]:
    return make_row(
        case_id,
        record.line_number,
        record.stamnr,
        record.name,
        record.school_class,
        record.account,
        record.email,
    )


def _opleiding_row(
    entry: OpleidingClass, school_year: str, language: str, ages: Mapping[str, str]
) -> tuple[Cell, ...]:
    is_asked = entry.opleiding is None and entry.school_class is not None
    return make_row(
        opleiding_question(entry.school_class, school_year) if entry.school_class and is_asked else None,
        text("sheet.no_class", language) if entry.school_class is None else entry.school_class,
        entry.pupils,
        entry.opleiding,
        None if entry.origin is None else text(f"opleiding.origin.{entry.origin}", language),
        None if entry.reason is None else text(f"opleiding.{entry.reason}", language),
        ages.get(opleiding_question(entry.school_class or NO_VALUE, school_year))
        if entry.opleiding is None
        else None,
        *(Cell(None, "answer" if is_asked else "muted") for _ in _ANSWER_COLUMNS),
    )


def _sheet(
    name: str,
    language: str,
    columns: tuple[Column, ...],
    rows: tuple[tuple[Cell, ...], ...],
    *,
    count: int,
    bands: tuple[Band, ...] = (),
) -> Sheet:
    return Sheet(
        name=text(f"sheet.{name}", language),
        title=text(f"sheet.{name}.title", language),
        note=text(f"sheet.{name}.note", language, count=count),
        kind="act",
        columns=columns,
        rows=rows,
        bands=bands,
    )
