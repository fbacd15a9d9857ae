"""Arranges a report for reading: which part comes first, what stands together, what is left to the workbook.

It decides nothing about a pupil and writes no sentence; every count comes from the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from etl import contract
from etl.decisions.model import Case, PersonRecord
from etl.report.flow import Flow, build_flow
from etl.report.model import (
    AnswerLine,
    CheckOutcome,
    Difference,
    LooseRecord,
    NoLogin,
    OpenQuestion,
    OpleidingClass,
    Report,
    ValueRepair,
)

# Beyond this a page opens slowly and nobody reads on; the workbook has every row.
MOST_SHOWN: Final = 500
# One tangle can hold hundreds of rows (one account on all of them); twenty show what is wrong.
MOST_RECORDS: Final = 20
_MOST_CARDS: Final = 3
# What needs somebody's eye comes first.
_STATES: Final = ("stale", "broken", "waiting", "applied", "superseded")

_PLACES: Final = (contract.MAGISTER, contract.LEGACY, "both")
# Compared on both sides, in the order people compare; the others are shown only where delivered.
_COMPARED: Final = ("name", "school_class", "stamnr", "externeid")
_OWN: Final = ("account", "email")
YEAR_TURN: Final = "year_turn"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to do: its name leads to the sentences and to the part of the page."""

    name: str
    count: int
    places: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Cases with the same reason, so that the reason and what to do are said once.

    `for_all` are the answers that every question of the group offers; none where there is one question.
    """

    reason: str
    status: str
    cases: tuple[Case, ...]
    for_all: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Corrections to make in one place."""

    place: str
    count: int
    reasons: tuple[ReasonGroup, ...]


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    """How often one field differs in one way, for one cause."""

    kind: str
    field: str
    cause: str
    count: int


@dataclass(frozen=True, slots=True)
class RepairGroup:
    """How often values of one column of one file were read otherwise in one way."""

    source: str
    column: str
    repair: str
    count: int


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many records of a list belong to one class."""

    school_class: str | None
    records: int


@dataclass(frozen=True, slots=True)
class Licences:
    """How many accounts will have one opleiding, and in which classes; `opleiding` None is not chosen yet."""

    opleiding: str | None
    classes: tuple[ClassCount, ...]
    accounts: int


@dataclass(frozen=True, slots=True)
class AsideCount:
    """How many records of one file are set aside for one reason."""

    source: str
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Page:
    """The report in reading order. A `_left_out` count says how many rows are only in the workbook."""

    cards: tuple[Card, ...]
    flow: Flow
    totals_hold: bool
    failed_critical: int
    decide: tuple[ReasonGroup, ...]
    decide_left_out: int
    correct: tuple[PlaceGroup, ...]
    correct_left_out: int
    cases_shown: int
    reasons_shown: tuple[str, ...]
    ages: dict[str, OpenQuestion]  # of questions that are older than this run
    questions: int  # what can be answered on the page
    answers: tuple[AnswerLine, ...]  # given before, what lapsed first
    answers_left_out: int
    answers_lapsed: int
    old_accounts: tuple[Case, ...]
    old_accounts_left_out: int
    old_accounts_per_class: tuple[ClassCount, ...]
    new_per_class: tuple[ClassCount, ...]
    aside: tuple[AsideCount, ...]
    difference_groups: tuple[DifferenceGroup, ...]
    new_classes: int  # classes that differ by the turn of the year alone
    differences: tuple[Difference, ...]
    differences_left_out: int
    repair_groups: tuple[RepairGroup, ...]
    repairs: tuple[ValueRepair, ...]
    repairs_left_out: int
    opleiding_open: tuple[OpleidingClass, ...]
    opleiding_known: tuple[OpleidingClass, ...]
    licences: tuple[Licences, ...]
    waiting: int  # pupils of Magister who are held, and so in no licence yet
    no_login: tuple[NoLogin, ...]
    no_login_left_out: int


def build_page(report: Report) -> Page:
    """Put the facts of a report in reading order."""
    to_decide = [case for case in report.cases if case.job == "decide"]
    to_correct = [case for case in report.cases if case.job == "correct"]
    decide = _by_reason(to_decide[:MOST_SHOWN])
    correct = _by_place(to_correct[:MOST_SHOWN], of=to_correct)
    old_accounts = sorted(report.old_accounts, key=_by_class)
    opleiding_open = tuple(row for row in report.opleiding if row.opleiding is None)
    answers = sorted(report.answers, key=lambda answer: _STATES.index(answer.state))
    differences = sorted(
        report.differences,
        key=lambda difference: (difference.kind != "material", difference.cause == YEAR_TURN),
    )
    shown_reasons = [group.reason for group in decide]
    shown_reasons += [group.reason for place in correct for group in place.reasons]
    return Page(
        cards=_cards(report, to_correct),
        flow=build_flow(report.groups),
        totals_hold=_totals_hold(report),
        failed_critical=sum(not check.passed and check.severity == "critical" for check in report.checks),
        decide=decide,
        decide_left_out=max(len(to_decide) - MOST_SHOWN, 0),
        correct=correct,
        correct_left_out=max(len(to_correct) - MOST_SHOWN, 0),
        cases_shown=min(len(to_decide), MOST_SHOWN) + min(len(to_correct), MOST_SHOWN),
        reasons_shown=tuple(dict.fromkeys(shown_reasons)),
        ages={
            one.question: one
            for one in report.open_questions
            if not one.closed_run and one.first_run != report.run_id
        },
        questions=sum(len(case.questions) for case in (*to_decide[:MOST_SHOWN], *old_accounts[:MOST_SHOWN]))
        + sum(row.school_class is not None for row in opleiding_open),
        answers=tuple(answers[:MOST_SHOWN]),
        answers_left_out=max(len(answers) - MOST_SHOWN, 0),
        answers_lapsed=sum(answer.state in ("stale", "broken") for answer in answers),
        old_accounts=tuple(old_accounts[:MOST_SHOWN]),
        old_accounts_left_out=max(len(old_accounts) - MOST_SHOWN, 0),
        old_accounts_per_class=_per_class(report.loose, "only_in_legacy"),
        new_per_class=_per_class(report.loose, "new"),
        aside=_aside(report.loose),
        difference_groups=_difference_groups(differences),
        new_classes=sum(one.field == "klas" and one.cause == YEAR_TURN for one in differences),
        differences=tuple(differences[:MOST_SHOWN]),
        differences_left_out=max(len(differences) - MOST_SHOWN, 0),
        repair_groups=_repair_groups(report.repairs),
        repairs=report.repairs[:MOST_SHOWN],
        repairs_left_out=max(len(report.repairs) - MOST_SHOWN, 0),
        opleiding_open=opleiding_open,
        opleiding_known=tuple(row for row in report.opleiding if row.opleiding is not None),
        licences=_licences(report.opleiding),
        waiting=sum(
            group.magister_records for group in report.groups if group.group in ("decide", "correct")
        ),
        no_login=report.no_login[:MOST_SHOWN],
        no_login_left_out=max(len(report.no_login) - MOST_SHOWN, 0),
    )


def _by_class(case: Case) -> tuple[bool, str, int]:
    record = case.records[0]
    return record.school_class is None, record.school_class or "", record.source_row


def case_fields(case: Case, record: PersonRecord) -> tuple[tuple[str, str | None], ...]:
    """Return the facts to show of one record: what is compared in this case, then what it alone has."""
    compared = [name for name in _COMPARED if any(getattr(other, name) is not None for other in case.records)]
    own = [name for name in _OWN if getattr(record, name) is not None]
    return tuple((name, getattr(record, name)) for name in (*compared, *own))


def failed_rows(check: CheckOutcome) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Gather failed rows per file: ("legacy", ("12", "14")); the file is "" when the check names none."""
    rows: dict[str, list[str]] = {}
    for entry in check.failed_rows:
        source, _, row = entry.rpartition(" ")
        rows.setdefault(source, []).append(row)
    return tuple((source, tuple(found)) for source, found in rows.items())


def _cards(report: Report, to_correct: list[Case]) -> tuple[Card, ...]:
    per_place = Counter(case.place for case in to_correct)
    places = tuple((place, per_place[place]) for place in _PLACES if per_place[place])
    old_accounts = sum(group.legacy_records for group in report.groups if group.group == "only_in_legacy")
    # In the order the work is done; looking at old accounts is optional, so it comes last.
    cards = (
        Card("decide", report.cases_to_decide),
        Card("correct", report.cases_to_correct, places),
        Card("opleiding", report.opleiding_to_decide),
        Card("only_in_legacy", old_accounts),
    )
    return tuple(card for card in cards if card.count)[:_MOST_CARDS]


def _by_reason(cases: Iterable[Case]) -> tuple[ReasonGroup, ...]:
    found: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        found.setdefault((case.status, case.reason), []).append(case)
    return tuple(
        ReasonGroup(
            reason=reason,
            status=status,
            cases=tuple(group),
            for_all=_for_all(group),
        )
        for (status, reason), group in found.items()
    )


def _for_all(cases: Iterable[Case]) -> tuple[str, ...]:
    questions = [question for case in cases for question in case.questions]
    if len(questions) < 2:
        return ()
    first, *others = questions
    return tuple(
        code
        for code in first.options
        if "-" not in code and all(code in question.options for question in others)
    )


def _by_place(cases: list[Case], *, of: list[Case]) -> tuple[PlaceGroup, ...]:
    """Group the shown cases per place; the count is `of` all cases, also those not shown."""
    count = Counter(case.place for case in of)
    return tuple(
        PlaceGroup(place, count[place], _by_reason(case for case in cases if case.place == place))
        for place in _PLACES
        if count[place]
    )


def _per_class(loose: Iterable[LooseRecord], group: str) -> tuple[ClassCount, ...]:
    return _class_counts(Counter(entry.record.school_class for entry in loose if entry.group == group))


def _class_counts(found: Counter[str | None]) -> tuple[ClassCount, ...]:
    ordered = sorted(found.items(), key=lambda item: (item[0] is None, item[0] or ""))
    return tuple(ClassCount(school_class, records) for school_class, records in ordered)


def _aside(loose: Iterable[LooseRecord]) -> tuple[AsideCount, ...]:
    found = Counter((entry.record.source, entry.record.reason) for entry in loose if entry.group == "aside")
    return tuple(AsideCount(source, reason, records) for (source, reason), records in found.items())


def _difference_groups(differences: Iterable[Difference]) -> tuple[DifferenceGroup, ...]:
    found = Counter((difference.kind, difference.field, difference.cause) for difference in differences)
    return tuple(DifferenceGroup(*what, count) for what, count in found.items())


def _licences(opleiding: Iterable[OpleidingClass]) -> tuple[Licences, ...]:
    """Gather the classes per opleiding; what is not chosen yet comes last."""
    found: dict[str | None, Counter[str | None]] = {}
    for row in opleiding:
        found.setdefault(row.opleiding, Counter())[row.school_class] += row.pupils
    ordered = sorted(found.items(), key=lambda item: (item[0] is None, item[0] or ""))
    return tuple(Licences(name, _class_counts(classes), classes.total()) for name, classes in ordered)


def _repair_groups(repairs: Iterable[ValueRepair]) -> tuple[RepairGroup, ...]:
    found = Counter((repair.source, repair.column, repair.repair) for repair in repairs)
    return tuple(RepairGroup(*what, count) for what, count in sorted(found.items()))


def _totals_hold(report: Report) -> bool:
    accounts = sum(group.legacy_records for group in report.groups)
    pupils = sum(group.magister_records for group in report.groups)
    return accounts == report.accounts_total and pupils == report.pupils_total
