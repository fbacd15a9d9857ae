"""Since when a question is open: carried from run to run, also when the facts of a pupil change in between.

Dates follow the pupil; whether a question is the same one to answer is for its fingerprint to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from etl.decisions.evaluate import subject_of
from etl.decisions.model import Case
from etl.decisions.opleiding import opleiding_question
from etl.engines.base import Tables
from etl.engines.duckdb import DuckDBEngine
from etl.report.model import OpenQuestion, OpleidingClass
from etl.texts import show_date, text

TABLE: Final = "open_questions"
CASE: Final = "case"
OPLEIDING: Final = "opleiding"
ARCHIVE: Final = "archive"
_COLUMNS: Final = {
    "school": "string",
    "question": "string",
    "kind": "string",
    "first_run": "string",
    "first_date": "string",
    "closed_run": "string",
    "is_reopened": "boolean",
    "days": "bigint",
    "subjects": "string",
}


def list_open(
    cases: Iterable[Case],
    old_accounts: Iterable[Case],
    opleiding: Iterable[OpleidingClass],
    before: Sequence[OpenQuestion],
    *,
    run_id: str,
    day: date,
    school_year: str,
) -> tuple[OpenQuestion, ...]:
    """Return what is open in this run, each with its first run, and then what was open earlier and is not now.

    `before` is what the run before this one knew. Whoever was asked about, and then was not, is asked about anew.
    """
    fresh = tuple(_fresh(cases, old_accounts, opleiding, run_id, day, school_year))
    was_open = [one for one in before if not one.closed_run]
    was_closed = [one for one in before if one.closed_run]
    known = {one.question: one for one in was_open}
    same = match_questions(fresh, was_open)
    again = match_questions([one for one in fresh if one.question not in same], was_closed)
    now = tuple(
        _carried(one, known[same[one.question]], day)
        if one.question in same
        else replace(one, is_reopened=True)
        if one.question in again
        else one
        for one in fresh
    )
    kept = set(same.values())
    closed = [replace(one, closed_run=run_id) for one in was_open if one.question not in kept]
    asked_now = {one.question for one in now}
    earlier = [one for one in (*was_closed, *closed) if one.question not in asked_now]
    return (*now, *sorted(earlier, key=lambda one: one.question))


def match_questions(now: Sequence[OpenQuestion], before: Sequence[OpenQuestion]) -> dict[str, str]:
    """Return, by question, the earlier question about the same: by its id, otherwise by a key only these two share."""
    if not before:
        return {}
    by_id = {one.question: one for one in before}
    found = {one.question: one.question for one in now if one.question in by_id}
    taken = set(found.values())
    left = [one for one in now if one.question not in found]
    mine, theirs = _by_subject(left), _by_subject(one for one in before if one.question not in taken)
    for one in left:
        partners = {
            theirs[subject][0]
            for subject in one.subjects
            if len(mine[subject]) == 1 and len(theirs.get(subject, ())) == 1
        } - taken
        partners = {name for name in partners if by_id[name].kind == one.kind}
        if partners:
            found[one.question] = min(partners, key=lambda name: (by_id[name].first_date, name))
            taken.add(found[one.question])
    return found


def since_words(question: OpenQuestion, language: str) -> str:
    """Return since when a question is open, in words: the day, and how many days that is."""
    day = show_date(question.first_date, language)
    again = text("since.again", language) if question.is_reopened else ""
    return text("since.open", language, day=day, count=question.days) + again


def is_asked(question: OpenQuestion) -> bool:
    """Say whether a question is open and the import waits for it; what happens to old accounts may stay open."""
    return not question.closed_run and question.kind != ARCHIVE


def load_open(engine: DuckDBEngine, questions: Sequence[OpenQuestion], *, school: str) -> None:
    """Make the table of questions: what is open, and what was."""
    rows = [
        (
            school,
            one.question,
            one.kind,
            one.first_run,
            one.first_date,
            one.closed_run,
            one.is_reopened,
            one.days,
            " ".join(one.subjects),
        )
        for one in questions
    ]
    engine.load_rows(TABLE, _COLUMNS, rows)


def read_open(tables: Tables) -> tuple[OpenQuestion, ...]:
    """Return the questions that a run knew, in the order it had them."""
    names = [name for name in _COLUMNS if name != "school"]
    rows = tables.fetch_rows(f"select {', '.join(names)} from {TABLE}")
    return tuple(OpenQuestion(**{**row, "subjects": tuple(row["subjects"].split())}) for row in rows)


def _fresh(
    cases: Iterable[Case],
    old_accounts: Iterable[Case],
    opleiding: Iterable[OpleidingClass],
    run_id: str,
    day: date,
    school_year: str,
) -> Iterator[OpenQuestion]:
    first = day.isoformat()
    for kind, group in ((CASE, cases), (ARCHIVE, old_accounts)):
        for case in group:
            yield OpenQuestion(case.case_id, kind, run_id, first, "", False, 0, subject_of(case.records))
    for row in opleiding:
        if row.opleiding is None:
            question = opleiding_question(row.school_class or "–", school_year)
            yield OpenQuestion(question, OPLEIDING, run_id, first, "", False, 0, ())


def _carried(one: OpenQuestion, before: OpenQuestion, day: date) -> OpenQuestion:
    return replace(
        one,
        first_run=before.first_run,
        first_date=before.first_date,
        is_reopened=before.is_reopened,
        days=max((day - date.fromisoformat(before.first_date)).days, 0),
    )


def _by_subject(questions: Iterable[OpenQuestion]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in questions:
        for subject in one.subjects:
            found[subject].append(one.question)
    return found
