"""Nobody loses results and nobody sees another's, judged by a model of the receiving application.

It never asks the program whether a link is right: every generated record carries a hidden human.
"""

from __future__ import annotations

from hypothesis import given

from tests.model.checks import check_everything
from tests.model.defects import DEFECTS
from tests.model.oracle import list_provable
from tests.model.runner import HELD, LINKED, examples, run_school
from tests.model.schools import make_school, schools
from tests.model.truth import School


@given(school=schools(most_defects=5))
@examples(30)
def test_nobody_loses_results_or_sees_anothers(school: School) -> None:
    run = run_school(school)
    check_everything(run)


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
