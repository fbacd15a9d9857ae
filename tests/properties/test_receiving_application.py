"""Nobody loses results and nobody sees another's, judged by a model of the receiving application.

It never asks the program whether a link is right: every generated record carries a hidden human.
"""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.model.checks import check_everything
from tests.model.defects import DEFECTS, DOUBTFUL, REPAIRABLE
from tests.model.oracle import list_provable
from tests.model.runner import HELD, LINKED, examples, imported_ids, run_once, run_school
from tests.model.schools import (
    LAYOUTS,
    list_single_defects,
    make_school,
    make_single,
    schools,
)
from tests.model.truth import School


@given(school=schools(most_defects=5))
@examples(50)
def test_nobody_loses_results_or_sees_anothers(school: School) -> None:
    run = run_school(school)
    check_everything(run)


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_pupil_of_a_clean_school_is_linked(layout: str) -> None:
    run = run_once(make_school(seed=1, pupils=12, layout=LAYOUTS[layout]))
    assert {seen.status for seen in (*run.magister, *run.legacy)} <= LINKED
    assert len(imported_ids(run)) == 12
    check_everything(run)


@pytest.mark.parametrize(("layout", "defect"), list_single_defects(REPAIRABLE, layouts=("rich", "listed")))
def test_a_pupil_with_one_repairable_defect_is_linked(layout: str, defect: str) -> None:
    """Zeros, capitals, spaces, another class or a copy are no reason to ask anybody anything."""
    school = make_single(layout, defect)
    run = run_once(school)
    assert not run.held_humans()
    assert run.humans_with("magister", LINKED) == frozenset(school.in_both())
    check_everything(run)


@pytest.mark.parametrize(("layout", "defect"), list_single_defects(DOUBTFUL))
def test_a_pupil_with_one_doubtful_defect_loses_nothing(layout: str, defect: str) -> None:
    """The pupil is linked rightly or is held; the others do not notice."""
    school = make_single(layout, defect)
    run = run_once(school)
    check_everything(run)
    assert run.held_humans() <= school.hard, "a pupil is held for somebody else's defect"


def test_every_defect_is_planted_somewhere() -> None:
    planted = {defect for _, defect in list_single_defects(DEFECTS)}
    assert planted == set(DEFECTS)


def test_few_provable_pupils_are_held() -> None:
    """A held pupil is a question and no error; but each question costs a school time, so they are counted."""
    provable = held = 0
    names = sorted(DEFECTS)
    for seed in range(10):
        school = make_school(seed, 16, [names[(seed * 5 + step * 11) % len(names)] for step in range(5)])
        run = run_school(school)
        humans = {school.magister[pupil].human for pupil, _ in list_provable(school)}
        provable += len(humans)
        held += len(humans - run.humans_with("magister", LINKED))
        assert humans - run.humans_with("magister", LINKED) <= run.humans_with("magister", HELD)
    assert held <= provable * 0.05, f"{held} of {provable} provable pupils are held"
