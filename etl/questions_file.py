"""The list of questions as a CSV that a Dutch Excel opens right: what is asked, on which facts, with room for answers.

It decides nothing: what is asked stands in the cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from etl import contract
from etl.csv_safety import write_csv
from etl.decisions.model import Case, PersonRecord, Question
from etl.decisions.opleiding import opleiding_question
from etl.decisions.wording import answer_words, effect_words, question_words
from etl.report.model import OpenQuestion, OpleidingClass, Report
from etl.texts import text

QUESTIONS_NAME: Final = "questions.csv"
# Not a hyphen: a cell that begins with one would be taken for a formula.
UNKNOWN: Final = "–"

# What is told of a record, and the field of PersonRecord that it stands in.
FACTS: Final = {
    "lines": "line_number",
    "stamnr": "stamnr",
    "name": "name",
    "class": "school_class",
    "account": "account",
    "externeid": "externeid",
}
PUPIL_FACTS: Final = {fact: field for fact, field in FACTS.items() if fact != "account"}
COLUMNS: Final = (
    "case",
    "kind",
    "reason",
    "question",
    "possible_answers",
    "leads_to",
    "owner",
    *(f"legacy_{fact}" for fact in FACTS),
    *(f"magister_{fact}" for fact in PUPIL_FACTS),
    "pupils",
)
AGE_COLUMNS: Final = ("first_run", "open_since", "days_open")
ANSWER_COLUMNS: Final = ("answer", "by", "second_by", "date", "remark")


def headings(language: str) -> tuple[str, ...]:
    """Return the headings of the list, the facts first and the columns for the answer last."""
    return tuple(
        text(f"questions.column.{name}", language) for name in (*COLUMNS, *AGE_COLUMNS, *ANSWER_COLUMNS)
    )


def write_questions(report: Report, path: Path, language: str) -> int:
    """Write what the school must decide, one row per question; return how many.

    Shape:   UTF-8 with a byte order mark, semicolons: what a Dutch Excel opens right.
    """
    ages = {one.question: one for one in report.open_questions if not one.closed_run}
    empty = [""] * len(ANSWER_COLUMNS)
    cells = ([*row, *_age(ages.get(question)), *empty] for row, question in _rows(report, language))
    return write_csv(path, headings(language), cells, bom=True).rows


def _rows(report: Report, language: str) -> Iterator[tuple[list[str], str]]:
    """Yield each row of the list with the question of which it has the age: of a country they are too many to hold."""
    for case in report.cases:
        if case.job == "decide":
            yield from ((row, case.case_id) for row in case_rows(case, language))
    for entry in report.opleiding:
        if entry.opleiding is None:
            row = opleiding_row(entry, report.school_year, language)
            yield row, _class_question(entry, report.school_year)
    for case in report.old_accounts:
        yield from ((row, case.case_id) for row in case_rows(case, language))


def _class_question(entry: OpleidingClass, school_year: str) -> str:
    return opleiding_question(entry.school_class or UNKNOWN, school_year)


def _age(question: OpenQuestion | None) -> list[str]:
    """Return the run in which a question was first asked, that day, and the days since."""
    return ["", "", ""] if question is None else [question.first_run, show_day(question), str(question.days)]


def show_day(question: OpenQuestion) -> str:
    """Return the day on which a question was first asked as people write it: dd-mm-yyyy."""
    return date.fromisoformat(question.first_date).strftime("%d-%m-%Y")


def case_rows(case: Case, language: str) -> Iterable[list[str]]:
    """Yield the rows of one case, one per question; a case without a question has a row that says so."""
    for question in case.questions or (Question(case.case_id, 0, (), ()),):
        yield _case_row(case, question, language)


def opleiding_row(entry: OpleidingClass, school_year: str, language: str) -> list[str]:
    """Return the row of a class whose opleiding is asked; pupils without a class cannot be answered as one."""
    known = entry.school_class
    return _row(
        case=opleiding_question(known, school_year) if known else UNKNOWN,
        kind="opleiding",
        reason=text(f"opleiding.{entry.reason}", language),
        question=text("question.opleiding", language, school_class=known)
        if known
        else text("question.opleiding_no_class", language),
        possible_answers=text("question.opleiding.answers", language) if known else "",
        leads_to=text("question.opleiding.effect", language) if known else "",
        owner=text("questions.owner.school", language),
        legacy_class=known or UNKNOWN,
        pupils=str(entry.pupils),
    )


def _case_row(case: Case, question: Question, language: str) -> list[str]:
    owner = "school" if question.options else "magister"
    asked = (
        question_words(case, question, language) if question.options else text("question.not_yet", language)
    )
    # In the order of COLUMNS: of a country there are very many of these.
    return [
        question.question_id,
        text(f"status.{case.status}", language),
        text(f"reason.{case.reason}", language),
        asked,
        " / ".join([answer_words(case, code, language) for code in question.options]),
        " / ".join([effect_words(code, language) for code in question.options]),
        text(f"questions.owner.{owner}", language),
        *_told(case.side(contract.LEGACY), FACTS),
        *_told(case.side(contract.MAGISTER), PUPIL_FACTS),
        "",
    ]


def _row(**cells: str) -> list[str]:
    return [cells.get(name, "") for name in COLUMNS]


def _told(records: Sequence[PersonRecord], facts: Mapping[str, str]) -> list[str]:
    return [
        " | ".join([str(getattr(record, field) or UNKNOWN) for record in records]) for field in facts.values()
    ]
