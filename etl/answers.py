"""Reads the answers of a school back: the list of questions, the workbook, or what the page saved.

A file is used as a whole or not at all. Nothing but the answers is taken from it: what stands beside them must still
be what was asked.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from etl import questions_file
from etl.contract import ANSWERS_SOURCE
from etl.decisions.apply import Asked
from etl.decisions.evaluate import subject_of
from etl.decisions.ledger import MARK, NO_SECOND_NAME, Entry, is_ledger, parse_ledger
from etl.decisions.model import UNKNOWN, Case, RowKey
from etl.decisions.opleiding import canonical, is_opleiding, is_possible, opleiding_question
from etl.decisions.questions import KeyFacts, carry_out
from etl.decisions.wording import read_answer
from etl.errors import AnswersError, InputError
from etl.intake.files import RawFile, read_file
from etl.intake.kinds import WORKBOOK, name_binary
from etl.intake.opening import ReadSettings
from etl.intake.table import read_raw
from etl.intake.workbook import read_sheets
from etl.report.workbook import Sheet
from etl.report.workbook_answers import answer_sheets
from etl.texts import LANGUAGES, text

LARGEST_FILE: Final = 64 << 20  # bytes
MOST_PROBLEMS: Final = 50
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T].*)?")
_DUTCH: Final = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")

Problem = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Context:
    """Which run the answers are for, who reads them in, and when."""

    asked: Asked
    facts: Mapping[RowKey, KeyFacts]
    school: str
    run: str
    now: datetime
    by: str = ""
    second_by: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One answered row: where it stands, its id, its cells by column, and the facts beside it by heading."""

    place: str
    question: str
    cells: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    sheet: str


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """The entries of a file, and the places of answers to questions that this run does not have."""

    entries: tuple[Entry, ...]
    gone: tuple[str, ...]
    unanswered: int


def read_answers(path: Path, context: Context) -> ReadAnswers:
    """Read one file of answers; a ledger of another place is read as its entries.

    Errors:  AnswersError when the file is no sheet with answers, or when any answer in it cannot stand.
    """
    try:
        raw = read_file(path, max_bytes=LARGEST_FILE)
        if is_ledger(raw.data):
            return ReadAnswers(parse_ledger(raw.data, file=raw.name, school=context.school), (), 0)
        rows = list(_read_rows(raw))
    except InputError as error:
        raise AnswersError(error.code, problems=(), **error.fields) from error
    return _Reading(raw, context).read(rows)


def _read_rows(raw: RawFile) -> Iterator[Given]:
    """Yield every row with a question, of each sheet that has answers."""
    sheets: list[str | None] = [None]
    if name_binary(raw.data) == WORKBOOK:
        titles = {text(f"sheet.{name}", language) for name in _SHEETS for language in LANGUAGES}
        sheets = [one.name for one in read_sheets(raw, sheet=None) if one.name in titles]
    if not sheets:
        raise AnswersError("ANSWERS-SHEET", file=raw.name, columns=["case", "answer"])
    for sheet in sheets:
        try:
            delivery = read_raw(raw, source=ANSWERS_SOURCE, settings=ReadSettings(sheet=sheet))
        except InputError as error:
            if error.code in ("INTAKE-HEADER-NOT-FOUND", "INTAKE-HEADING-MISSING"):
                raise AnswersError("ANSWERS-SHEET", file=raw.name, columns=["case", "answer"]) from error
            if error.code == "INTAKE-EMPTY" and sheet is not None:
                continue
            raise
        if delivery.broken:
            first = delivery.broken[0]
            raise AnswersError("ANSWERS-ROW", file=raw.name, line=first.line_number)
        columns = {choice.canonical: choice.position for choice in delivery.columns if choice.canonical}
        own = set(columns.values())
        for record in delivery.records:
            cells = {name: " ".join(record.cells[place].split()) for name, place in columns.items()}
            yield Given(
                f"{sheet or raw.name}:{record.line_number}",
                cells["case"],
                cells,
                tuple(
                    (heading, cell)
                    for place, (heading, cell) in enumerate(zip(delivery.headings, record.cells, strict=True))
                    if place not in own
                ),
                sheet or "",
            )


_SHEETS: Final = ("questions", "only_in_legacy", "opleiding")


class _Reading:
    """One reading of one file: collects everything that is wrong before it refuses."""

    def __init__(self, raw: RawFile, context: Context) -> None:
        self.raw = raw
        self.context = context
        asked = context.asked
        self.cases = {
            question.question_id: (case, question)
            for case in (*asked.cases, *asked.archive)
            for question in case.questions
        }
        self.classes = {opleiding_question(one, asked.school_year): one for one in asked.classes}
        self.problems: list[Problem] = []
        self.shown = {language: _facts_shown(asked, language) for language in LANGUAGES}

    def read(self, rows: Sequence[Given]) -> ReadAnswers:
        """Return the entries, or refuse the file with all that is wrong in it."""
        places: dict[str, str] = {}
        entries: dict[str, Entry] = {}
        gone: list[str] = []
        unanswered = 0
        for row in rows:
            if not row.question or row.question == questions_file.UNKNOWN:
                continue
            known = row.question in self.cases or row.question in self.classes
            if row.question in places:
                self._wrong("ANSWERS-TWICE", row, other=places[row.question])
                continue
            places[row.question] = row.place
            if not row.cells["answer"]:
                unanswered += known
                continue
            if not known:
                gone.append(row.place)
                continue
            entry = self._entry(row)
            if entry is not None:
                entries[row.question] = entry
        # A class of another school may be called alike, and so may its question: the others tell whose file it is.
        told = [question for question in places if not is_opleiding(question)] or list(places)
        if told and not any(question in self.cases or question in self.classes for question in told):
            run, count = self.context.run, len(told)
            raise AnswersError("ANSWERS-OTHER-RUN", file=self.raw.name, count=count, run=run)
        self._check_together(entries, places)
        if self.problems:
            shown = self.problems[:MOST_PROBLEMS]
            raise AnswersError(
                "ANSWERS-MALFORMED", file=self.raw.name, count=len(self.problems), problems=shown
            )
        return ReadAnswers(tuple(entries.values()), tuple(gone), unanswered)

    def _entry(self, row: Given) -> Entry | None:
        before = len(self.problems)
        words = row.cells["answer"]
        needs_second = False
        subject: tuple[str, ...] = ()
        code: str | None
        if row.question in self.classes:
            kind = "opleiding"
            code = canonical(words) if is_possible(words, self.classes[row.question]) else None
            if code is None:
                self._wrong("ANSWERS-OPLEIDING", row)
        else:
            case, question = self.cases[row.question]
            kind, subject = case.status, subject_of(case.records)
            code = read_answer(words, question)
            if code is None:
                self._wrong("ANSWERS-NOT-OFFERED", row)
            needs_second = code in question.second_name
            self._check_facts(row)
        by = row.cells.get("by") or self.context.by
        if not by:
            self._wrong("ANSWERS-NOBODY", row)
        day = _read_day(row.cells.get("date", ""), self.context.now.date())
        if day is None:
            self._wrong("ANSWERS-DATE", row)
        if code is None or day is None or len(self.problems) > before:
            return None
        second = row.cells.get("second_by") or self.context.second_by
        return Entry(
            ledger=MARK,
            entered=self.context.now.isoformat(timespec="seconds"),
            school=self.context.school,
            run=self.context.run,
            question=row.question,
            kind=kind,
            answer=code,
            by=by,
            second_by=second or (NO_SECOND_NAME if needs_second else ""),
            answered=day.isoformat(),
            remark=row.cells.get("remark", ""),
            subject=subject,
            file=self.raw.name,
            sha256=hashlib.sha256(self.raw.data).hexdigest(),
        )

    def _check_facts(self, row: Given) -> None:
        """Compare what stands beside an answer with what was asked; the page's own file has nothing beside it."""
        if not any(heading.strip() for heading, _ in row.facts):
            return
        for language in LANGUAGES:
            expected = self.shown[language].get((row.sheet, row.question))
            beside = _put_beside(expected or [], row.facts)
            if beside is None:
                continue
            for heading, wanted, found in beside:
                if _plain(wanted) != _plain(found):
                    self._wrong("ANSWERS-EVIDENCE", row, heading=heading)
            return
        self._wrong("ANSWERS-HEADINGS", row, file=self.raw.name, sheet=row.sheet or self.raw.name)

    def _check_together(self, entries: Mapping[str, Entry], places: Mapping[str, str]) -> None:
        """Refuse answers about the accounts of one case that cannot all be true."""
        cases: dict[str, Case] = {}
        for question in entries:
            if question in self.cases:
                case, _ = self.cases[question]
                cases[case.case_id] = case
        for case in cases.values():
            answers = {
                one.question_id: entries[one.question_id].answer
                for one in case.questions
                if one.question_id in entries
            }
            decided = {name: code for name, code in answers.items() if code != UNKNOWN}
            if len(decided) < 2 or case.job == "archive":
                continue
            is_full = len(decided) == len(case.questions)
            clash = _same_pupil(decided)
            if clash or (is_full and carry_out(case, decided, self.context.facts) is None):
                first, second = clash or (min(decided), max(decided))
                self.problems.append(("ANSWERS-EXCLUDE", {"place": places[second], "other": places[first]}))

    def _wrong(self, code: str, row: Given, **fields: object) -> None:
        heading = fields.pop("heading", None)
        place = f"{row.place} ({heading})" if heading else row.place
        self.problems.append((code, {"place": place, "question": row.question, **fields}))


def _put_beside(
    expected: Sequence[tuple[str, str]], delivered: Sequence[tuple[str, str]]
) -> list[tuple[str, str, str]] | None:
    """Return heading, asked and delivered value of each delivered fact; None when a heading is strange or moved.

    A sheet leaves out the columns that none of its questions needs, and the order of the others stays.
    """
    found = []
    place = 0
    for heading, value in delivered:
        while place < len(expected) and expected[place][0] != heading:
            place += 1
        if place == len(expected):
            return None
        found.append((heading, expected[place][1], value))
        place += 1
    return found


def _same_pupil(answers: Mapping[str, str]) -> tuple[str, str] | None:
    """Return two questions that were answered with the same pupil."""
    seen: dict[str, str] = {}
    for question, code in sorted(answers.items()):
        if code.startswith("pupil-") and code in seen:
            return seen[code], question
        seen[code] = question
    return None


def _facts_shown(asked: Asked, language: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return, per sheet ("" for the CSV) and question, the headings and facts that stood beside the answer."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    names = questions_file.headings(language)[: len(questions_file.COLUMNS)]
    for case in (*asked.cases, *asked.archive):
        for row in questions_file.case_rows(case, language):
            found["", row[0]] = list(zip(names[1:], row[1:], strict=True))
    for sheet in answer_sheets(asked.cases, asked.archive, language):
        found |= _sheet_facts(sheet)
    return found


def _sheet_facts(sheet: Sheet) -> dict[tuple[str, str], list[tuple[str, str]]]:
    shown = [
        place
        for place, column in enumerate(sheet.columns)
        if place and column.look not in ("answer", "empty")
    ]
    return {
        (sheet.name, str(row[0].value)): [
            (sheet.columns[place].heading, str(row[place].value if row[place].value is not None else ""))
            for place in shown
        ]
        for row in sheet.rows
    }


def _plain(value: str) -> str:
    """Return a fact as it survives a spreadsheet: composed letters, single spaces, no zeros in front of a number."""
    words = " ".join(unicodedata.normalize("NFC", value).replace("'", " ").split())
    return " ".join(part.lstrip("0") if part.isdigit() else part for part in words.split())


def _read_day(words: str, today: date) -> date | None:
    """Return the day an answer was given; blank is today."""
    if not words:
        return today
    iso, dutch = _ISO.fullmatch(words), _DUTCH.fullmatch(words)
    parts = [int(part) for part in iso.groups()] if iso else []
    parts = [int(part) for part in reversed(dutch.groups())] if dutch else parts
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None
