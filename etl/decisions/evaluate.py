"""What each answer of the ledger means for this run: carried out, or why not.

Anchored to what was compared: an answer counts only while the facts it was given on are the facts of this run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from etl.decisions.ledger import Entry
from etl.decisions.model import ARCHIVE, IS_PUPIL, KEEP, UNKNOWN, Case, Outcome, PersonRecord, RowKey
from etl.decisions.opleiding import is_possible, opleiding_class
from etl.decisions.questions import KeyFacts, carry_out

APPLIED: Final = "applied"
WAITING: Final = "waiting"  # "I do not know", or another question of the same case is still open
STALE: Final = "stale"  # the facts changed
BROKEN: Final = "broken"  # the case is gone
SUPERSEDED: Final = "superseded"
STATES: Final = (APPLIED, WAITING, STALE, BROKEN, SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry of the ledger and its state in this run."""

    entry: Entry
    state: str


@dataclass(frozen=True, slots=True)
class Decided:
    """All answers with their state, and what those that apply do: outcomes per record, opleiding per class."""

    answers: tuple[Answer, ...]
    outcomes: tuple[Outcome, ...]
    opleidingen: Mapping[str, str]

    def count(self, state: str) -> int:
        """Return how many answers are in one state."""
        return sum(answer.state == state for answer in self.answers)


# What may stand between the letters and digits of an external id.
_BETWEEN: Final = re.compile(r"[\W_]+")
NOTHING_DECIDED: Final = Decided((), (), {})


def subject_of(records: Iterable[PersonRecord]) -> tuple[str, ...]:
    """Return fingerprints of the keys of records: a number, an external id and an account each give one."""
    keys = set()
    for record in records:
        number = (record.stamnr or "").strip().lstrip("0")
        guid = _BETWEEN.sub("", (record.externeid or "").lower())
        keys |= {f"stamnr {number}"} if number else set()
        keys |= {f"externeid {guid}"} if guid else set()
        keys |= {f"account {record.account.lower()}"} if record.account else set()
    return tuple(sorted(hashlib.sha256(key.encode("utf-8")).hexdigest()[:12] for key in keys))


def evaluate(
    entries: Sequence[Entry],
    cases: Sequence[Case],
    facts: Mapping[RowKey, KeyFacts],
    *,
    classes: Iterable[str],
    school_year: str,
) -> Decided:
    """Give every entry its state. `classes` are those of this run, `school_year` the one it belongs to.

    An entry is superseded by a later one about the same question, or about the same keys on other facts.
    """
    by_question = {question.question_id: case for case in cases for question in case.questions}
    open_keys = {key for case in cases for key in subject_of(case.records)}
    last = {entry.question: place for place, entry in enumerate(entries)}
    asked = _last_asked(entries)
    states: dict[int, str] = {}
    given: dict[str, dict[str, tuple[int, str]]] = {}
    known_classes = set(classes)
    opleidingen: dict[str, str] = {}
    for place, entry in enumerate(entries):
        case = by_question.get(entry.question)
        if last[entry.question] > place or _is_replaced(entry, place, asked):
            states[place] = SUPERSEDED
        elif entry.kind == "opleiding":
            school_class = opleiding_class(entry.question, school_year)
            if school_class in known_classes and is_possible(entry.answer, school_class):
                opleidingen[school_class] = entry.answer
                states[place] = APPLIED
            else:
                states[place] = BROKEN
        elif case is None:
            states[place] = STALE if open_keys & set(entry.subject) else BROKEN
        elif all(
            entry.answer not in one.options for one in case.questions if one.question_id == entry.question
        ):
            states[place] = STALE
        else:
            states[place] = WAITING
            given.setdefault(case.case_id, {})[entry.question] = (place, entry.answer)
    outcomes: list[Outcome] = []
    for case in cases:
        answers = given.get(case.case_id, {})
        found = _outcomes(case, {name: code for name, (_, code) in answers.items()}, facts)
        if found is not None:
            outcomes += found
            states |= {place: APPLIED for place, _ in answers.values()}
    return Decided(
        tuple(Answer(entry, states[place]) for place, entry in enumerate(entries)),
        tuple(outcomes),
        opleidingen,
    )


def _last_asked(entries: Sequence[Entry]) -> dict[str, dict[str, int]]:
    """Return, per key, the cases it was answered in, each with the place of its last answer."""
    found: dict[str, dict[str, int]] = {}
    for place, entry in enumerate(entries):
        for key in entry.subject:
            found.setdefault(key, {})[_case_of(entry)] = place
    return found


def _is_replaced(entry: Entry, place: int, asked: Mapping[str, Mapping[str, int]]) -> bool:
    """Say whether the same pupil was answered once more, after the facts had changed.

    Whose an account is, and whether it may be archived, are two questions: one does not replace the other.
    """
    return any(
        later > place and case != _case_of(entry) and case[0] == entry.question[0]
        for key in entry.subject
        for case, later in asked[key].items()
    )


def _case_of(entry: Entry) -> str:
    return entry.question.partition(".")[0]


def _outcomes(
    case: Case, answers: Mapping[str, str], facts: Mapping[RowKey, KeyFacts]
) -> tuple[Outcome, ...] | None:
    if not answers:
        return None
    if case.job != "archive":
        return carry_out(case, answers, facts)
    (record,) = case.records
    (code,) = answers.values()
    if code == UNKNOWN:
        return None
    assert code in (ARCHIVE, KEEP, IS_PUPIL)
    return (Outcome(case.case_id, record.source, record.source_row, code, None),)
