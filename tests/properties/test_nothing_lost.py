"""Every delivered record has exactly one status, and every figure of a run adds up to what was delivered.

It counts what was generated; the design names the status that each planted defect must get.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from tests.model.checks import check_everything
from tests.model.delivered import Shape, shapes
from tests.model.runner import ASIDE, LINKED, examples, run_once, run_school
from tests.model.schools import make_single, schools
from tests.model.truth import School, Side


@given(school=schools(most_defects=6), shape=shapes(), legacy_shape=shapes())
@examples(20)
def test_every_record_has_one_status_and_every_figure_adds_up(
    school: School, shape: Shape, legacy_shape: Shape
) -> None:
    run = run_school(school, shape, legacy_shape)
    check_everything(run)


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
    check_everything(run)
