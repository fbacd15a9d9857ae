"""Compares a run with an earlier one of the same school: who came, who went, what was asked and is not any more.

It pairs records, never pupils: a record it cannot be sure of has gone, and another one has arrived.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from etl import contract
from etl.decisions.apply import DECIDED
from etl.decisions.cases import build_cases, read_people
from etl.decisions.model import RowKey
from etl.engines.base import Tables
from etl.report.model import Move, OpenQuestion, Resolved, SinceThen
from etl.report.open_since import OPLEIDING, is_asked, match_questions

ARRIVED: Final = "arrived"
GONE: Final = "gone"
SIDES: Final = (contract.MAGISTER, contract.LEGACY)

# Keys by which a record is found again, the surest first. One that contradicts a surer one finds nobody.
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    contract.MAGISTER: ("externeid", "stamnr"),
    contract.LEGACY: ("account", "stamnr", "externeid"),
}
_RECORDS: Final = """
select d.source, d.source_row, d.status, coalesce(m.record_digest, l.record_digest, 'unreadable ' || d.reason) as digest
    , coalesce(m.externeid_key, l.externeid_key) as externeid, coalesce(m.stamnr_key, l.stamnr_key) as stamnr
    , l.account_id as account
from decided_pupils as d
left join clean_magister as m on d.source = 'magister' and d.school = m.school and d.source_row = m.source_row
left join clean_legacy as l on d.source = 'legacy' and d.school = l.school and d.source_row = l.source_row
order by d.source, d.source_row
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """One of the two runs: its tables, and what was open in it or had been."""

    run_id: str
    created: str
    tables: Tables
    questions: Sequence[OpenQuestion]


def compare(before: Moment, after: Moment) -> SinceThen:
    """Return what became of every record and every question of two runs of one school.

    Per file the moves add up to both ledgers: each record of either run stands in exactly one of them.
    """
    old, new = _records(before.tables), _records(after.tables)
    pairs = {side: pair_records(old[side], new[side], _KEYS[side]) for side in SIDES}
    moves = Counter(
        (side, one["status"] if one else ARRIVED, other["status"] if other else GONE)
        for side in SIDES
        for one, other in pairs[side]
    )
    asked_before = [one for one in before.questions if is_asked(one)]
    asked_now = [one for one in after.questions if is_asked(one)]
    same = match_questions(asked_now, asked_before)
    closed_before = [one for one in before.questions if one.closed_run]
    again = match_questions([one for one in asked_now if one.question not in same], closed_before)
    still = [one for one in asked_now if one.question in same]
    fresh = [one for one in asked_now if one.question not in same]
    kept = set(same.values())
    went = {
        (side, one["source_row"])
        for side in SIDES
        for one, other in pairs[side]
        if one is not None and other is None
    }
    return SinceThen(
        run_id=before.run_id,
        created=before.created,
        moves=tuple(
            Move(side, status, later, records)
            for (side, status, later), records in sorted(moves.items(), key=lambda item: _order(item[0]))
        ),
        newly_open=tuple(one.question for one in fresh if not (one.question in again or one.is_reopened)),
        reopened=tuple(one.question for one in fresh if one.question in again or one.is_reopened),
        still_open=tuple(one.question for one in still),
        resolved=tuple(_resolved(asked_before, kept, went, before.tables, after.tables)),
        oldest_days=max((one.days for one in still), default=0),
    )


def pair_records(
    old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], keys: Sequence[str]
) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Pair the records of one file in two deliveries; what finds no counterpart stands with None.

    Records that are equal in every column pair in their order. Others pair on a key that one record on each side
    has, when no surer key of theirs differs.
    """
    pairs: list[tuple[dict[str, Any] | None, dict[str, Any] | None]] = []
    left, right = list(old), list(new)
    waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in right:
        waiting[record["digest"]].append(record)
    taken: set[int] = set()
    rest = []
    for record in left:
        found = waiting[record["digest"]]
        if found:
            other = found.pop(0)
            taken.add(other["source_row"])
            pairs.append((record, other))
        else:
            rest.append(record)
    left, right = rest, [record for record in right if record["source_row"] not in taken]
    for place, key in enumerate(keys):
        once_left, once_right = _once(left, key), _once(right, key)
        joined = {
            value: (one, once_right[value])
            for value, one in once_left.items()
            if value in once_right and _may_be_same(one, once_right[value], keys[:place])
        }
        pairs += joined.values()
        gone = {one["source_row"] for one, _ in joined.values()}
        came = {other["source_row"] for _, other in joined.values()}
        left = [record for record in left if record["source_row"] not in gone]
        right = [record for record in right if record["source_row"] not in came]
    pairs += ((record, None) for record in left)
    pairs += ((None, record) for record in right)
    return pairs


def _once(records: Iterable[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        if record[key]:
            found[record[key]].append(record)
    return {value: those[0] for value, those in found.items() if len(those) == 1}


def _may_be_same(one: Mapping[str, Any], other: Mapping[str, Any], surer: Sequence[str]) -> bool:
    return all(not one[key] or not other[key] or one[key] == other[key] for key in surer)


def _records(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    for row in tables.fetch_rows(_RECORDS):
        found[row["source"]].append(row)
    return found


def _order(move: tuple[str, str, str]) -> tuple[int, int, int]:
    rungs = {status.code: status.rung for status in contract.STATUSES}
    side, status, later = move
    return SIDES.index(side), rungs.get(status, len(rungs) + 1), rungs.get(later, len(rungs) + 1)


def _resolved(
    asked: Sequence[OpenQuestion],
    kept: set[str],
    went: set[RowKey],
    before: Tables,
    after: Tables,
) -> Iterable[Resolved]:
    """Yield each question that is not asked any more, and how that came: answered, gone, or put right."""
    closed = [one for one in asked if one.question not in kept]
    if not closed:
        return
    rows = after.fetch_rows("select distinct case_id from accepted_decisions")
    answered = {row["case_id"] for row in rows}
    rows = after.fetch_rows("select distinct klas_key from opleiding_choices where origin = 'decision'")
    answered_classes = {row["klas_key"] for row in rows}
    cases = {case.case_id: case for case in build_cases(before, read_people(before, DECIDED), DECIDED)}
    for one in closed:
        case = cases.get(one.question)
        records = [(record.source, record.source_row) for record in case.records] if case else []
        is_class = one.kind == OPLEIDING and one.question.split("-", 2)[-1] in answered_classes
        if one.question in answered or is_class:
            how = "answered"
        elif records and all(record in went for record in records):
            how = "gone"
        else:
            how = "put_right"
        yield Resolved(one.question, how)
