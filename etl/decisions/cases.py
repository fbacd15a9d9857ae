"""Groups held records into cases: one job for a person about one pupil or one tangle of records.

It groups by what the records share; it never decides that two of them are one pupil.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Final

from etl import contract
from etl.decisions.model import ARCHIVE, IS_PUPIL, KEEP, Case, PersonRecord, Question, RowKey
from etl.decisions.questions import read_key_facts, with_questions
from etl.engines.base import Tables

RUNGS: Final = {status.code: status.rung for status in contract.STATUSES}
# The facts of a record that a person sees; where it stands in its file is none.
_SHOWN: Final = attrgetter(
    *(field.name for field in fields(PersonRecord) if field.name not in ("source_row", "line_number"))
)
_FEW_VALUES: Final = ("source", "status", "reason", "school_class")
HELD: Final = frozenset(status.code for status in contract.STATUSES if status.is_held)

# These reasons only say that the other record has the problem, so they never name a case.
BORROWED_REASONS: Final = frozenset(
    {"counterpart_quarantined", "counterpart_repeated", "counterpart_ambiguous"}
)

# The digits inside a damaged number stand beside the number they may have been.
_SHARED_KEYS: Final = """
with waiting as (
    select
        w.source
        , w.source_row
        , w.reason
        , coalesce(m.stamnr_key, l.stamnr_key) as stamnr_key
        , coalesce(m.stamnr_hint, l.stamnr_hint) as stamnr_hint
        , coalesce(m.externeid_key, l.externeid_key) as externeid_key
        , m.idgebr_key
        , m.realmid_key
        , l.account_id
        , coalesce(m.full_key, l.full_key) as full_key
        , case when w.source = 'magister' then w.source_row else w.counterpart_row end as magister_row
    from {table} as w
    left join magister_rows as m on w.source = 'magister' and w.school = m.school and w.source_row = m.source_row
    left join legacy_rows as l on w.source = 'legacy' and w.school = l.school and w.source_row = l.source_row
    where w.is_held
)

, shared as (
    select source, source_row, 'stamnr ' || stamnr_key as shared from waiting
    union all
    select source, source_row, 'stamnr ' || stamnr_hint as shared from waiting
    union all
    select source, source_row, 'externeid ' || externeid_key as shared from waiting
    union all
    select source, source_row, 'idgebr ' || idgebr_key as shared from waiting
    union all
    select source, source_row, 'realmid ' || realmid_key as shared from waiting
    union all
    select source, source_row, 'account ' || account_id as shared from waiting where reason = 'account_repeated'
    union all
    select source, source_row, 'name ' || full_key as shared from waiting
    where reason in ('several_namesakes', 'same_name')
    union all
    select source, source_row, 'pair ' || magister_row as shared from waiting where reason = 'similar_name'
)

select source, source_row, shared from shared where shared is not null order by 1, 2, 3
"""


def read_people(engine: Tables, table: str) -> dict[RowKey, PersonRecord]:
    """Return every record of a ledger table that is not linked, by (source, source_row), as people should see it."""
    rows = engine.fetch_rows(
        "select c.source, c.source_row, c.line_number, c.status, c.reason"
        ", case when c.source = 'legacy' then l.stamnr else m.stamnr end as stamnr"
        ", case when c.source = 'legacy' then l.full_name else m.full_name end as name"
        ", case when c.source = 'legacy' then l.klas else m.klas_key end as school_class"
        ", case when c.source = 'legacy' then l.externeid else m.externeid end as externeid"
        ", l.account_id as account, l.email"
        f" from {table} as c"
        " left join legacy_rows as l"
        " on c.source = 'legacy' and c.school = l.school and c.source_row = l.source_row"
        " left join magister_rows as m"
        " on c.source = 'magister' and c.school = m.school and c.source_row = m.source_row"
        " where not c.is_linked"
        " order by c.source desc, c.source_row desc"
    )
    # The same few texts stand in very many records: they are held once.
    seen: dict[str | None, str | None] = {}
    people = {}
    while rows:
        row = rows.pop()
        row |= {name: seen.setdefault(row[name], row[name]) for name in _FEW_VALUES}
        people[row["source"], row["source_row"]] = PersonRecord(**row)
    return people


def build_cases(engine: Tables, people: dict[RowKey, PersonRecord], table: str) -> tuple[Case, ...]:
    """Return the cases of a ledger table; every held record stands in exactly one.

    Shape:   decide before correct, then by pupil number; case_id is stable while the facts shown are.
    """
    held = [key for key, person in people.items() if person.status in HELD]
    facts = read_key_facts(engine, table)
    parent = {key: key for key in held}

    def root(key: RowKey) -> RowKey:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def unite(one: RowKey, other: RowKey) -> None:
        first, second = sorted((root(one), root(other)))
        parent[second] = first

    seen: dict[str, RowKey] = {}
    for row in engine.fetch_rows(_SHARED_KEYS.format(table=table)):
        key = (row["source"], row["source_row"])
        unite(seen.setdefault(row["shared"], key), key)
    groups: dict[RowKey, list[PersonRecord]] = defaultdict(list)
    for key in held:
        groups[root(key)].append(people[key])
    cases = [_build_case(records) for records in groups.values()]
    # Two cases that look alike cannot be told apart by an answer.
    times = Counter(case.case_id for case in cases)
    return _numbered(
        with_questions(case, facts) if case.job == "decide" and times[case.case_id] == 1 else case
        for case in cases
    )


def build_archive_cases(people: Mapping[RowKey, PersonRecord]) -> tuple[Case, ...]:
    """Return the accounts without a pupil, each with the question whether it may be archived; by class and number.

    Accounts that look alike are asked nothing: an answer could not tell which of them is meant.
    """
    records = [
        (fingerprint([person], letter="A"), person)
        for person in people.values()
        if person.status == "only_in_legacy"
    ]
    times = Counter(name for name, _ in records)
    cases = []
    for name, record in sorted(records, key=lambda one: (one[1].school_class or "", *_place(one[1]))):
        options = (ARCHIVE, KEEP) if record.reason == "decided_no_pupil" else (ARCHIVE, KEEP, IS_PUPIL)
        questions = (Question(name, 0, options, (ARCHIVE,)),) if times[name] == 1 else ()
        cases.append(
            Case(name, "archive", record.status, record.reason, (), record.source, (record,), (), questions)
        )
    return tuple(cases)


def _build_case(records: Sequence[PersonRecord]) -> Case:
    ordered = tuple(sorted(records, key=_place))
    deciding = [record for record in ordered if record.status != "quarantined"]
    telling = sorted(
        deciding or ordered,
        key=lambda record: (record.reason in BORROWED_REASONS, RUNGS[record.status], record.source),
    )
    reason = telling[0].reason
    causes = [record for record in ordered if record.reason not in BORROWED_REASONS] or list(ordered)
    places = {record.source for record in causes}
    return Case(
        case_id=fingerprint(ordered),
        job="decide" if deciding else "correct",
        status=telling[0].status,
        reason=reason,
        also=tuple(sorted({record.reason for record in ordered} - {reason} - BORROWED_REASONS)),
        place=places.pop() if len(places) == 1 else "both",
        records=ordered,
        differs=_differing_fields(ordered),
    )


def _place(record: PersonRecord) -> tuple[str | int, ...]:
    # By what a record says, so that another order of delivery changes nothing; equal records by their line.
    return (
        record.source,
        *_by_number(record.stamnr),
        record.name or "",
        record.school_class or "",
        record.externeid or "",
        record.account or "",
        record.email or "",
        record.status,
        record.reason,
        record.source_row,
    )


def _by_number(stamnr: str | None) -> tuple[int, str]:
    # As numbers, also where one has zeros in front or is no number.
    plain = (stamnr or "").lstrip("0")
    return len(plain), plain


def _differing_fields(records: Sequence[PersonRecord]) -> tuple[str, ...]:
    compared = ("stamnr", "name", "school_class", "externeid")
    differing = []
    for field in compared:
        values = {getattr(record, field) for record in records}
        if len({value for value in values if value}) > 1:
            differing.append(field)
    return tuple(differing)


def fingerprint(records: Sequence[PersonRecord], *, letter: str = "K") -> str:
    """Return a letter, - and eight hexadecimal digits of the facts shown.

    Where the records stand in the file is no fact.
    """
    facts = sorted("\x1f".join(map(str, _SHOWN(record))) for record in records)
    return f"{letter}-" + hashlib.sha256("\x1e".join(facts).encode("utf-8")).hexdigest()[:8]


def _numbered(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Sort the cases and tell equal ones apart (two broken records with the same words) by a number behind."""
    ordered = sorted(
        cases,
        key=lambda case: (
            case.job == "correct",
            RUNGS[case.status],
            case.reason,
            *_by_number(case.records[0].stamnr),
            case.case_id,
            case.records[0].source_row,
        ),
    )
    times: Counter[str] = Counter()
    numbered = []
    for case in ordered:
        times[case.case_id] += 1
        if times[case.case_id] > 1:
            case = replace(case, case_id=f"{case.case_id}-{times[case.case_id]}")
        numbered.append(case)
    return tuple(numbered)
