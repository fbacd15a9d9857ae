"""Which answers a case offers, and what they would do to its records.

Only answers that can be carried out safely are offered; `39_accepted_decisions.sql` holds the same rule once more,
for answers from elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from etl import contract
from etl.decisions.model import (
    ACCOUNT,
    ARCHIVE,
    DIFFERENT,
    NONE,
    PUPIL,
    SAME,
    UNKNOWN,
    Case,
    Outcome,
    PersonRecord,
    Question,
    RowKey,
)
from etl.engines.base import Tables

# A tangle of more ways than this is not for one person with a list, but for Magister or the help desk.
MOST_WAYS: Final = 5_000
MOST_OFFERED: Final = 12
# Linking these goes against something that one of the files says, so somebody else looks along.
AGAINST_EVIDENCE: Final = frozenset({*contract.REASONS["suspect_link"], "two_ways", "similar_name"})

NOT_YET: Final = "key_in_broken_record"

Assignment = tuple[int, ...]  # for each account of a case the place of its pupil, from 1, or 0 for nobody


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What must be known of a record before an answer may touch it.

    `pupils` and `accounts` count the records of both whole files that carry its external id, broken ones included;
    `is_own` is false when another record of its file shares its user id, login or account.
    """

    externeid_key: str | None
    pupils: int
    accounts: int
    is_own: bool


_KEY_FACTS: Final = """
with carried as (
    select 'magister' as source, m.externeid_key from magister_rows as m where not m.is_copy
    union all
    select 'legacy' as source, l.externeid_key from legacy_rows as l where not l.is_copy
    union all
    select r.source, r.key_text as externeid_key from reject_keys as r where r.kind = 'externeid'
)

, counts as (
    select
        c.externeid_key
        , sum(case when c.source = 'magister' then 1 else 0 end) as pupils
        , sum(case when c.source = 'legacy' then 1 else 0 end) as accounts
    from carried as c
    where c.externeid_key is not null
    group by c.externeid_key
)

select
    c.source
    , c.source_row
    , coalesce(m.externeid_key, l.externeid_key) as externeid_key
    , cast(coalesce(n.pupils, 0) as bigint) as pupils
    , cast(coalesce(n.accounts, 0) as bigint) as accounts
    , (
        coalesce(m.idgebr_records, 0) <= 1 and coalesce(m.realmid_records, 0) <= 1
        and coalesce(l.account_records, 0) <= 1
    ) as is_own
from {table} as c
left join magister_rows as m on c.source = 'magister' and c.school = m.school and c.source_row = m.source_row
left join legacy_rows as l on c.source = 'legacy' and c.school = l.school and c.source_row = l.source_row
left join counts as n on coalesce(m.externeid_key, l.externeid_key) = n.externeid_key
where c.is_held
"""


def read_key_facts(engine: Tables, table: str) -> dict[RowKey, KeyFacts]:
    """Return the facts of every held record of a ledger table."""
    return {
        (row["source"], row["source_row"]): KeyFacts(
            row["externeid_key"], row["pupils"], row["accounts"], row["is_own"]
        )
        for row in engine.fetch_rows(_KEY_FACTS.format(table=table))
    }


def with_questions(case: Case, facts: Mapping[RowKey, KeyFacts]) -> Case:
    """Return the case with the questions it can be asked."""
    return replace(case, questions=_list_questions(case, facts))


def carry_out(
    case: Case, answers: Mapping[str, str], facts: Mapping[RowKey, KeyFacts]
) -> tuple[Outcome, ...] | None:
    """Return what a full set of answers (question id: code) does; None where it cannot be done.

    It cannot be done while an answer is missing or unknown, and never when two answers exclude each other.
    """
    accounts, pupils = case.side(contract.LEGACY), case.side(contract.MAGISTER)
    chosen = [0] * len(accounts)
    for question in case.questions:
        code = answers.get(question.question_id)
        if code is None or code == UNKNOWN or code not in question.options:
            return None
        if code == SAME:
            chosen[0] = 1
        elif code.startswith(ACCOUNT):
            chosen[_place(code) - 1] = 1
        elif code.startswith(PUPIL):
            chosen[max(question.account, 1) - 1] = _place(code)
    assignment = tuple(chosen)
    if not case.questions or not _is_safe(case, assignment, facts):
        return None
    linked = {place: pupil for place, pupil in enumerate(assignment) if pupil}
    outcomes = [
        Outcome(
            case.case_id,
            account.source,
            account.source_row,
            "linked" if place in linked else "released",
            pupils[linked[place] - 1].source_row if place in linked else None,
        )
        for place, account in enumerate(accounts)
    ]
    by_pupil = {pupil: place for place, pupil in linked.items()}
    outcomes += [
        Outcome(
            case.case_id,
            pupil.source,
            pupil.source_row,
            "linked" if place in by_pupil else "released",
            accounts[by_pupil[place]].source_row if place in by_pupil else None,
        )
        for place, pupil in enumerate(pupils, start=1)
    ]
    return tuple(outcomes)


def needs_second_name(case: Case, code: str) -> bool:
    """Say whether an answer asks for a second person: it archives, or links against what a file says."""
    is_link = code == SAME or code.startswith((ACCOUNT, PUPIL))
    return code == ARCHIVE or (is_link and bool(AGAINST_EVIDENCE & {case.reason, *case.also}))


def _place(code: str) -> int:
    return int(code.rpartition("-")[2])


def _list_questions(case: Case, facts: Mapping[RowKey, KeyFacts]) -> tuple[Question, ...]:
    accounts, pupils = case.side(contract.LEGACY), case.side(contract.MAGISTER)
    # What cannot be read or is quarantined may be any of the others once it is corrected.
    if any(record.status == "quarantined" or record.reason == NOT_YET for record in case.records):
        return ()
    ways = list(_safe_ways(case, facts))
    if not ways:
        return ()
    if len(accounts) > 1 and len(pupils) > 1:
        return tuple(
            _question(
                case,
                f"{case.case_id}.{place}",
                place,
                [f"{PUPIL}-{way[place - 1]}" if way[place - 1] else NONE for way in ways],
            )
            for place in range(1, len(accounts) + 1)
        )
    if len(accounts) == 1 and len(pupils) == 1:
        return (_question(case, case.case_id, 0, [SAME if way[0] else DIFFERENT for way in ways]),)
    if len(accounts) == 1:
        return (_question(case, case.case_id, 0, [f"{PUPIL}-{way[0]}" if way[0] else NONE for way in ways]),)
    codes = [f"{ACCOUNT}-{way.index(1) + 1}" if 1 in way else NONE for way in ways]
    return (_question(case, case.case_id, 0, codes),)


def _question(case: Case, question_id: str, account: int, codes: Sequence[str]) -> Question:
    offered = sorted(set(codes), key=lambda code: (code in (NONE, DIFFERENT), len(code), code))
    options = (*offered[:MOST_OFFERED], UNKNOWN)
    return Question(
        question_id, account, options, tuple(code for code in options if needs_second_name(case, code))
    )


def _safe_ways(case: Case, facts: Mapping[RowKey, KeyFacts]) -> Iterator[Assignment]:
    accounts, pupils = case.side(contract.LEGACY), case.side(contract.MAGISTER)
    if (len(pupils) + 1) ** len(accounts) > MOST_WAYS:
        return
    told_apart = [_told_apart(side) for side in (accounts, pupils)]
    for way in product(range(len(pupils) + 1), repeat=len(accounts)):
        is_clear = all(
            not pupil or (told_apart[0][account] and told_apart[1][pupil - 1])
            for account, pupil in enumerate(way)
        )
        if is_clear and _is_safe(case, way, facts):
            yield way


def _told_apart(side: Sequence[PersonRecord]) -> list[bool]:
    """Say of each record whether a person can see which one it is; its line in the file is no fact about a pupil."""
    shown = Counter(_shown(record) for record in side)
    return [shown[_shown(record)] == 1 for record in side]


def _shown(record: PersonRecord) -> tuple[str | None, ...]:
    return (
        record.stamnr,
        record.name,
        record.school_class,
        record.externeid,
        record.account,
        record.email,
    )


def _is_safe(case: Case, way: Assignment, facts: Mapping[RowKey, KeyFacts]) -> bool:
    linked = [pupil for pupil in way if pupil]
    if len(set(linked)) < len(linked):
        return False
    accounts = [facts[one.source, one.source_row] for one in case.side(contract.LEGACY)]
    pupils = [facts[one.source, one.source_row] for one in case.side(contract.MAGISTER)]
    if not all(one.is_own for one in (*accounts, *pupils)) or any(one.pupils != 1 for one in pupils):
        return False
    # An account that carries the id of one pupil is never given to another: which of the two files is wrong, and
    # whose results these are, is for Magister and Numo to say.
    for one, pupil in zip(accounts, way, strict=True):
        if pupil and one.pupils and one.externeid_key != pupils[pupil - 1].externeid_key:
            return False
    # After the import an account carries the id of its pupil; one that is let go keeps what it has.
    renamed = Counter(one.externeid_key for one, pupil in zip(accounts, way, strict=True) if pupil)
    if any(one.accounts > renamed[one.externeid_key] for one in pupils):
        return False
    return not any(one.pupils for one, pupil in zip(accounts, way, strict=True) if not pupil)
