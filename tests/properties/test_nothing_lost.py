"""Every delivered record has exactly one status, and every figure of a run adds up to what was delivered.

It counts the generated records itself; no figure of the program is compared with another figure only.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from tests.model.defects import DEFECTS
from tests.model.delivered import Shape, shapes
from tests.model.oracle import fold_guid, fold_number
from tests.model.runner import (
    ASIDE,
    HELD,
    LINKED,
    STATUSES,
    Run,
    examples,
    run_once,
    run_school,
)
from tests.model.schools import list_single_defects, make_single, schools
from tests.model.truth import SIDES, Line, School, Side


def check_counts(run: Run) -> None:
    """Compare every count of the run with the records that were generated."""
    output = run.output
    for side in SIDES:
        delivered = len(run.school.lines(side))
        counted = Counter(seen.status for seen in run.verdicts(side))
        assert set(counted) <= STATUSES
        assert sum(counted.values()) == delivered
        assert {status: count for status, count in output.statuses[side].items() if count} == counted
        reported = {
            row["status"]: row["records"] for row in output.report["statuses"] if row["source"] == side
        }
        assert len(reported) == len(STATUSES)
        assert {status: count for status, count in reported.items() if count} == counted
        assert sum(group[f"{side}_records"] for group in output.report["groups"]) == delivered
    assert output.report["pupils_total"] == len(run.school.magister)
    assert output.report["accounts_total"] == len(run.school.legacy)


def check_links_are_mutual(run: Run) -> None:
    """As many records are linked on one side as on the other, each to one that is linked to it."""
    links = {
        side: {(seen.source_row, seen.counterpart) for seen in run.verdicts(side) if seen.status in LINKED}
        for side in SIDES
    }
    assert links["magister"] == {(pupil, account) for account, pupil in links["legacy"]}
    assert None not in {pupil for pupil, _ in links["legacy"]}
    assert len(links["magister"]) == len({account for _, account in links["magister"]})
    assert len(run.output.table("import/numo_import.csv")[1:]) == len(links["magister"])
    assert len(run.output.table("import/crosswalk.csv")[1:]) == len(links["magister"])
    assert run.output.report["links"] == len(links["magister"])


def check_held_records_stand_in_one_case(run: Run) -> None:
    """Each held record stands exactly once among the cases, with its line number."""
    for side in SIDES:
        held = Counter(
            (seen.source_row, seen.line_number) for seen in run.verdicts(side) if seen.status in HELD
        )
        in_cases = Counter(
            (record["source_row"], record["line_number"])
            for case in run.output.report["cases"]
            for record in case["records"]
            if record["source"] == side and record["status"] in HELD
        )
        assert in_cases == held


def check_held_keys(run: Run) -> None:
    """A number or id that stands in a held record keeps the other side from being new or archived."""
    loose: tuple[tuple[Side, Side, str], ...] = (
        ("magister", "legacy", "only_in_legacy"),
        ("legacy", "magister", "new_in_magister"),
    )
    for side, other, status in loose:
        held = [line for line, seen in run.pairs(side) if seen.status in HELD]
        numbers = {fold_number(_readable(line, "stamnr")) for line in held} - {None}
        guids = {fold_guid(_readable(line, "externeid")) for line in held} - {None}
        for line, seen in run.pairs(other):
            if seen.status == status:
                assert fold_number(line.cell("stamnr")) not in numbers, f"{status} while the number is held"
                assert fold_guid(line.cell("externeid")) not in guids, f"{status} while the id is held"


def _readable(line: Line, column: str) -> str:
    """Return a cell as far as it was delivered: a record that is too narrow lacks its last one."""
    is_cut = line.damage in ("narrow", "quote") and line.cells[-1][0] == column
    return "" if is_cut else line.cell(column)


@given(school=schools(most_defects=6), shape=shapes(), legacy_shape=shapes())
@examples(40)
def test_every_record_has_one_status_and_every_figure_adds_up(
    school: School, shape: Shape, legacy_shape: Shape
) -> None:
    run = run_school(school, shape, legacy_shape)
    check_counts(run)
    check_links_are_mutual(run)
    check_held_records_stand_in_one_case(run)
    check_held_keys(run)


@pytest.mark.parametrize(("layout", "defect"), list_single_defects(tuple(DEFECTS)))
def test_one_defect_loses_no_record_and_frees_no_held_key(layout: str, defect: str) -> None:
    """A damaged record neither makes its pupil new nor its account an archive candidate."""
    run = run_once(make_single(layout, defect))
    check_counts(run)
    check_links_are_mutual(run)
    check_held_records_stand_in_one_case(run)
    check_held_keys(run)


@pytest.mark.parametrize(
    ("layout", "defect", "side", "expected"),
    [
        ("rich", "number with letters in magister", "magister", {"quarantined"}),
        ("rich", "number blank in magister", "magister", {"quarantined"}),
        ("rich", "number in powers in legacy", "legacy", {"quarantined"}),
        ("rich", "id blank in magister", "magister", {"quarantined"}),
        ("rich", "id truncated in magister", "magister", {"quarantined"}),
        ("rich", "id nil in magister", "magister", {"quarantined"}),
        ("rich", "realm of another user", "magister", {"quarantined"}),
        ("rich", "realm of another school", "magister", {"quarantined"}),
        ("rich", "record too narrow in magister", "magister", {"quarantined"}),
        ("rich", "record too wide in legacy", "legacy", {"quarantined"}),
        ("rich", "stray quote in legacy", "legacy", {"quarantined"}),
        ("rich", "number repeated in magister", "magister", {"duplicate_key"}),
        ("rich", "padded number repeated in magister", "magister", {"duplicate_key"}),
        ("rich", "number repeated in legacy", "legacy", {"duplicate_key"}),
        ("rich", "padded number repeated in legacy", "legacy", {"duplicate_key"}),
        ("rich", "id repeated in magister", "magister", {"duplicate_key"}),
        ("rich", "id repeated in legacy", "legacy", {"duplicate_key"}),
        ("rich", "user and realm repeated", "magister", {"duplicate_key"}),
        ("rich", "second account", "legacy", {"duplicate_key"}),
        ("rich", "ids swapped in legacy", "legacy", {"ambiguous"}),
        ("rich", "twins swapped", "legacy", {"ambiguous"}),
        ("rich", "id unknown in legacy", "legacy", {"suspect_link"}),
        ("named", "twins swapped", "legacy", {"suspect_link"}),
        ("named", "number re-used", "magister", {"suspect_link"}),
        ("named", "number re-used", "legacy", {"suspect_link"}),
        ("named", "renumbered", "magister", {"suggested"}),
        ("named", "renumbered", "legacy", {"suggested"}),
        ("listed", "twins swapped", "magister", {"suspect_link"}),
        ("listed", "number re-used", "legacy", {"suspect_link"}),
        ("listed", "renumbered", "legacy", {"suggested"}),
        ("bare", "ids swapped in legacy", "magister", {"ambiguous"}),
        ("bare", "number re-used", "legacy", {"suspect_link"}),
    ],
)
def test_the_design_names_the_status(layout: str, defect: str, side: Side, expected: set[str]) -> None:
    school = make_single(layout, defect)
    assert school.planted == (defect,)
    run = run_once(school)
    touched = {seen.status for line, seen in run.pairs(side) if line.human in school.hard}
    assert touched == expected
    check_held_records_stand_in_one_case(run)


@pytest.mark.parametrize(
    ("defect", "side", "status"),
    [
        ("copy in magister", "magister", "duplicate_copy"),
        ("copy in legacy", "legacy", "duplicate_copy"),
        ("enrolled twice", "magister", "duplicate_copy"),
        ("teacher", "legacy", "out_of_scope"),
        ("gone", "legacy", "only_in_legacy"),
        ("new", "magister", "new_in_magister"),
    ],
)
def test_a_record_set_aside_is_counted_once(defect: str, side: Side, status: str) -> None:
    school = make_single("rich", defect)
    run = run_once(school)
    counted = Counter(seen.status for seen in run.verdicts(side))
    assert counted[status] == 1
    assert sum(counted[name] for name in LINKED) == len(school.in_both())
    assert sum(counted.values()) - counted[status] == len(school.in_both())
    assert status in ASIDE or not run.held_humans()
    check_counts(run)
