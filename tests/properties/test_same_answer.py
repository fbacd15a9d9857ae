"""The form of the files and the order of their records change no answer; the same run gives the same bytes.

It compares two runs with each other; whether the answer is right is asked elsewhere.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.model.delivered import PLAIN, Shape, file_bytes, shapes
from tests.model.oracle import fold_guid
from tests.model.runner import (
    HELD,
    LINKED,
    Output,
    Run,
    examples,
    imported_ids,
    run_files,
    run_school,
)
from tests.model.schools import schools
from tests.model.truth import SIDES, School

# These name the run and its moment; all the rest of a report is about the pupils.
_OF_THE_RUN: Final = ("run_id", "created")


def statuses_by_text(run: Run) -> Counter[tuple[str, tuple[tuple[str, str], ...], str, str]]:
    """Count the answers per record text: which of two equal copies came first is nobody's business."""
    return Counter(
        (side, line.cells, line.damage, seen.status) for side in SIDES for line, seen in run.pairs(side)
    )


def results(output: Output) -> dict[str, bytes]:
    """Return the bytes that must be the same when the same run is done again."""
    report = {name: value for name, value in output.report.items() if name not in _OF_THE_RUN}
    kept = {
        name: content
        for name, content in output.files.items()
        if name.startswith("import/") or name == "questions.csv"
    }
    assert "import/crosswalk.csv" in kept
    assert "questions.csv" in kept
    return {**kept, "report": json.dumps(report, sort_keys=True).encode()}


@given(school=schools(most_defects=5), shape=shapes(), legacy_shape=shapes())
@examples(12)
def test_no_status_changes_with_the_form_of_the_files(
    school: School, shape: Shape, legacy_shape: Shape
) -> None:
    plain = run_school(school)
    shaped = run_school(school, shape, legacy_shape)
    assert statuses_by_text(plain) == statuses_by_text(shaped)
    assert imported_ids(plain) == imported_ids(shaped)


@given(school=schools(most_defects=5), seeds=st.tuples(st.integers(0, 999), st.integers(0, 999)))
@examples(8)
def test_no_status_changes_with_the_order_of_the_records(school: School, seeds: tuple[int, int]) -> None:
    plain = run_school(school)
    shuffled = run_school(school, Shape(order=seeds[0]), Shape(order=seeds[1]))
    assert statuses_by_text(plain) == statuses_by_text(shuffled)
    assert imported_ids(plain) == imported_ids(shuffled)


@given(school=schools(most_defects=5))
@examples(4)
def test_the_same_run_twice_gives_the_same_bytes(school: School) -> None:
    assert results(run_school(school).output) == results(run_school(school).output)


@given(school=schools(most_defects=5), shape=shapes())
@examples(10)
def test_the_import_file_as_legacy_gives_the_same_links_and_no_new_questions(
    school: School, shape: Shape
) -> None:
    """Who was not linked is not in the import file: new now, or held as before; nothing else changes."""
    first = run_school(school, shape)
    assume(imported_ids(first))
    again = run_files(
        file_bytes(school, "magister", shape),
        first.output.files["import/numo_import.csv"],
        file_bytes(school, "control", PLAIN) if school.control else None,
    )
    assert {seen.status for seen in again.records["legacy"]} <= LINKED
    before = {seen.source_row: seen.status for seen in first.output.records["magister"]}
    for seen in again.records["magister"]:
        was = before[seen.source_row]
        assert (seen.status in LINKED) == (was in LINKED), "another pupil is linked than before"
        assert seen.status not in HELD or was in HELD, "a pupil is held who was not"
    assert linked_guids(again) == linked_guids(first.output)


def linked_guids(output: Output) -> frozenset[tuple[str | None, str]]:
    """Return the links of the crosswalk: external id, and account id as far as the school has one."""
    return frozenset((fold_guid(row[3]), row[5]) for row in output.table("import/crosswalk.csv")[1:])
