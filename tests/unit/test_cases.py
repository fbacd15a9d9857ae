"""Do held records that share something come together as one job, and keep a number that people can refer to?

The records are told in figures: m2 is line 2 of the Magister file, l3 line 3 of the old file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from etl.decisions.cases import build_cases, fingerprint
from etl.decisions.model import Case, PersonRecord
from etl.engines.duckdb import DuckDBEngine

KEYS = ("stamnr_key", "externeid_key", "idgebr_key", "realmid_key", "stamnr_hint", "full_key", "account_id")
COUNTS = ("idgebr_records", "realmid_records", "account_records")

SHOWN = ("stamnr", "name", "school_class", "externeid")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(tmp_path_factory.mktemp("cases"), threads=1)
    yield engine
    engine.close()


def person(place: str, status: str, reason: str, **values: str | None) -> PersonRecord:
    shown = {"stamnr": "101", "name": "Noor Linde", "school_class": "1a", "externeid": None} | values
    source = "magister" if place[0] == "m" else "legacy"
    row = int(place[1:])
    return PersonRecord(source, row, row + 1, status, reason, **shown, account=None, email=None)


def cases_of(
    engine: DuckDBEngine, people: list[PersonRecord], keys: dict[str, dict[str, str]]
) -> tuple[Case, ...]:
    """Build the cases of records and their keys, by place."""
    connection = engine.connection
    connection.execute(
        "create or replace table ledger"
        " (school varchar, source varchar, source_row bigint, reason varchar, is_held boolean, counterpart_row bigint)"
    )
    for table in ("magister_rows", "legacy_rows"):
        columns = ", ".join(f"{key} varchar" for key in KEYS)
        counts = ", ".join(f"{name} bigint default 1" for name in COUNTS)
        connection.execute(
            f"create or replace table {table}"
            f" (school varchar, source_row bigint, {columns}, is_copy boolean default false, {counts})"
        )
    connection.execute(
        "create or replace table reject_keys (school varchar, source varchar, kind varchar, key_text varchar)"
    )
    for one in people:
        connection.execute(
            "insert into ledger values ('S', ?, ?, ?, true, null)", [one.source, one.source_row, one.reason]
        )
        given = keys.get(f"{one.source[0]}{one.source_row}", {})
        marks = ", ".join("?" for _ in KEYS)
        connection.execute(
            f"insert into {one.source}_rows (school, source_row, {', '.join(KEYS)}) values ('S', ?, {marks})",
            [one.source_row, *(given.get(key) for key in KEYS)],
        )
    return build_cases(engine, {(one.source, one.source_row): one for one in people}, "ledger")


def places(case: Case) -> list[str]:
    return [f"{one.source[0]}{one.source_row}" for one in case.records]


def test_two_accounts_of_one_pupil_are_one_job(engine: DuckDBEngine) -> None:
    people = [
        person("m1", "duplicate_key", "counterpart_repeated"),
        person("l1", "duplicate_key", "stamnr_repeated"),
        person("l2", "duplicate_key", "stamnr_repeated", name="Bram Linde"),
    ]
    (case,) = cases_of(engine, people, {key: {"stamnr_key": "101"} for key in ("m1", "l1", "l2")})
    assert places(case) == ["l2", "l1", "m1"]
    assert (case.job, case.status, case.reason) == ("decide", "duplicate_key", "stamnr_repeated")
    assert case.place == "legacy"
    assert case.differs == ("name",)


def test_the_records_of_a_case_stand_in_the_order_of_what_they_say_however_they_were_delivered(
    engine: DuckDBEngine,
) -> None:
    facts: list[tuple[str, dict[str, str | None]]] = [
        ("l", {"stamnr": None}),
        ("l", {"stamnr": "99", "name": "Sem"}),
        ("l", {"stamnr": "101", "name": "Bram Linde", "school_class": "2b"}),
        ("l", {"stamnr": "101", "name": "Noor Linde", "school_class": None}),
        ("l", {"stamnr": "101", "name": "Noor Linde", "school_class": "1a"}),
        ("l", {"stamnr": "101", "name": "Noor Linde", "school_class": "1a", "externeid": "b1"}),
        ("l", {"stamnr": "102", "name": "Anna"}),
        ("m", {"stamnr": "9"}),
        ("m", {"stamnr": "0101"}),
    ]
    told = []
    for order in (facts, facts[::-1], facts[4:] + facts[:4]):
        people = [
            person(f"{side}{place}", "duplicate_key", "stamnr_repeated", **values)
            for place, (side, values) in enumerate(order, start=1)
        ]
        keys = {f"{one.source[0]}{one.source_row}": {"stamnr_key": "101"} for one in people}
        (case,) = cases_of(engine, people, keys)
        told.append(
            [(one.source, one.stamnr, one.name, one.school_class, one.externeid) for one in case.records]
        )
    assert told[0] == told[1] == told[2]
    base = {"name": "Noor Linde", "school_class": "1a", "externeid": None}
    assert told[0] == [
        (
            "legacy" if side == "l" else "magister",
            *(({"stamnr": "101"} | base | values)[name] for name in SHOWN),
        )
        for side, values in facts
    ]


def test_equal_records_of_a_case_stand_in_the_order_of_the_file(engine: DuckDBEngine) -> None:
    people = [person(place, "duplicate_key", "stamnr_repeated") for place in ("l7", "l3", "l5")]
    (case,) = cases_of(engine, people, {place: {"stamnr_key": "101"} for place in ("l3", "l5", "l7")})
    assert places(case) == ["l3", "l5", "l7"]


def test_records_that_share_in_a_chain_are_one_tangle(engine: DuckDBEngine) -> None:
    people = [
        person("m1", "ambiguous", "two_ways"),
        person("m2", "ambiguous", "counterpart_ambiguous", stamnr="102"),
        person("l1", "ambiguous", "several_counterparts"),
    ]
    keys = {
        "m1": {"stamnr_key": "101"},
        "l1": {"stamnr_key": "101", "externeid_key": "e"},
        "m2": {"externeid_key": "e"},
    }
    (case,) = cases_of(engine, people, keys)
    assert places(case) == ["l1", "m1", "m2"]
    assert case.also == ("two_ways",) if case.reason == "several_counterparts" else ("several_counterparts",)


def test_pupils_who_share_nothing_are_two_jobs(engine: DuckDBEngine) -> None:
    people = [
        person("l1", "suspect_link", "names_differ"),
        person("l2", "suspect_link", "names_differ", stamnr="102"),
    ]
    cases = cases_of(engine, people, {"l1": {"stamnr_key": "101"}, "l2": {"stamnr_key": "102"}})
    assert [places(case) for case in cases] == [["l1"], ["l2"]]


def test_records_without_any_key_never_come_together(engine: DuckDBEngine) -> None:
    people = [
        person("m1", "quarantined", "stamnr_blank", stamnr=None),
        person("m2", "quarantined", "stamnr_blank", stamnr=None, name="Bram Linde"),
    ]
    assert len(cases_of(engine, people, {})) == 2


def test_one_name_joins_only_where_the_name_is_the_question(engine: DuckDBEngine) -> None:
    named = {key: {"full_key": "noor linde"} for key in ("m1", "l1")}
    asked = [person("m1", "suggested", "same_name"), person("l1", "suggested", "same_name", stamnr=None)]
    other = [person("m1", "quarantined", "externeid_form"), person("l1", "suspect_link", "names_differ")]
    assert len(cases_of(engine, asked, named)) == 1
    assert len(cases_of(engine, other, named)) == 2


def test_a_damaged_number_stands_beside_the_number_it_may_have_been(engine: DuckDBEngine) -> None:
    people = [
        person("m1", "quarantined", "stamnr_form", stamnr="A101"),
        person("l1", "quarantined", "counterpart_quarantined"),
    ]
    (case,) = cases_of(engine, people, {"m1": {"stamnr_hint": "101"}, "l1": {"stamnr_key": "101"}})
    assert (case.job, case.reason, case.place) == ("correct", "stamnr_form", "magister")
    assert case.also == ()


def test_linked_pupils_are_no_case(engine: DuckDBEngine) -> None:
    assert cases_of(engine, [person("l1", "only_in_legacy", "no_pupil")], {}) == ()


def test_what_must_be_decided_comes_before_what_must_be_corrected(engine: DuckDBEngine) -> None:
    people = [
        person("m1", "quarantined", "externeid_form", stamnr="9"),
        person("l2", "suspect_link", "names_differ", stamnr="1000"),
        person("l3", "suspect_link", "names_differ", stamnr="20"),
        person("l4", "duplicate_key", "stamnr_repeated", stamnr="99999"),
    ]
    cases = cases_of(engine, people, {})
    assert [case.records[0].stamnr for case in cases] == ["99999", "20", "1000", "9"]


def test_a_case_keeps_its_number_when_lines_move_and_loses_it_when_facts_change() -> None:
    one = person("l1", "suspect_link", "names_differ")
    two = person("m5", "suspect_link", "names_differ", name="Bram Linde")
    number = fingerprint([one, two])
    assert number.startswith("K-")
    assert len(number) == 10
    assert int(number[2:], 16) >= 0
    assert fingerprint([two, one]) == number
    assert fingerprint([replace(one, source_row=80, line_number=99), two]) == number
    assert fingerprint([replace(one, school_class="2b"), two]) != number


def test_two_cases_with_the_same_words_get_two_numbers(engine: DuckDBEngine) -> None:
    same = [
        person(place, "quarantined", "record_width", stamnr=None, name=None) for place in ("l1", "l2", "l3")
    ]
    numbers = [case.case_id for case in cases_of(engine, same, {})]
    assert len(set(numbers)) == 3
    assert numbers[1:] == [f"{numbers[0]}-2", f"{numbers[0]}-3"]
