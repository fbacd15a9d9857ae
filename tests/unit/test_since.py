"""A record is found again by what it carries, and never by a guess: one too many is one arrived and one gone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.report.since import pair_records

KEYS = ("account", "stamnr", "externeid")
VALUES = st.sampled_from([None, "a", "b", "c"])
RECORDS = st.lists(st.tuples(VALUES, VALUES, VALUES, st.sampled_from("xyz")), max_size=7)


def records(rows: list[tuple[str | None, str | None, str | None, str]]) -> list[dict[str, Any]]:
    return [
        {
            "source_row": place,
            "account": account,
            "stamnr": number,
            "externeid": guid,
            "digest": f"{account} {number} {guid} {rest}",
        }
        for place, (account, number, guid, rest) in enumerate(rows, start=1)
    ]


def pairs_of(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> set[tuple[int | None, int | None]]:
    found = pair_records(old, new, KEYS)
    assert len(found) == len({(id(one), id(other)) for one, other in found})
    return {(one and one["source_row"], other and other["source_row"]) for one, other in found}


@given(RECORDS, RECORDS)
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_every_record_stands_in_exactly_one_pair(
    before: list[tuple[str | None, str | None, str | None, str]],
    after: list[tuple[str | None, str | None, str | None, str]],
) -> None:
    old, new = records(before), records(after)
    found = pair_records(old, new, KEYS)
    assert sorted(one["source_row"] for one, _ in found if one) == [one["source_row"] for one in old]
    assert sorted(other["source_row"] for _, other in found if other) == [one["source_row"] for one in new]
    for one, other in found:
        if one and other and one["digest"] != other["digest"]:
            assert any(one[key] and one[key] == other[key] for key in KEYS)


@given(RECORDS)
@settings(max_examples=200, derandomize=True, deadline=None, database=None)
def test_the_same_delivery_pairs_with_itself(
    rows: list[tuple[str | None, str | None, str | None, str]],
) -> None:
    assert all(one and other for one, other in pair_records(records(rows), records(rows), KEYS))


def test_a_number_that_went_to_another_account_is_another_record() -> None:
    old, new = records([("a", "b", None, "x")]), records([("c", "b", None, "y")])
    assert pairs_of(old, new) == {(1, None), (None, 1)}


def test_a_record_without_a_surer_key_is_found_by_its_number() -> None:
    old, new = records([(None, "b", None, "x")]), records([("c", "b", None, "y")])
    assert pairs_of(old, new) == {(1, 1)}


def test_two_records_with_one_number_are_not_told_apart_by_it() -> None:
    old = records([(None, "b", None, "x"), (None, "b", None, "y")])
    assert pairs_of(old, records([(None, "b", None, "z")])) == {(1, None), (2, None), (None, 1)}


def test_copies_pair_in_their_order_and_one_too_many_has_gone() -> None:
    old = records([("a", "b", "c", "x")] * 3)
    assert pairs_of(old, records([("a", "b", "c", "x")] * 2)) == {(1, 1), (2, 2), (3, None)}
