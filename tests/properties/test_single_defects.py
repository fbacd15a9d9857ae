"""One defect at a time: what can be repaired is linked, what is doubtful costs nobody anything.

It plants no combinations; those are drawn in the tests beside it.
"""

from __future__ import annotations

import pytest

from tests.model.checks import check_everything
from tests.model.defects import DEFECTS, DOUBTFUL, REPAIRABLE
from tests.model.runner import IS_THOROUGH, LINKED, imported_ids, run_once
from tests.model.schools import LAYOUTS, list_single_defects, make_school, make_single


def in_two_layouts(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each defect in the first and the last layout that can show it; the profile "thorough" tries them all."""
    if IS_THOROUGH:
        return found
    layouts: dict[str, list[str]] = {}
    for layout, defect in found:
        layouts.setdefault(defect, []).append(layout)
    return [
        (layout, defect) for layout, defect in found if layout in (layouts[defect][0], layouts[defect][-1])
    ]


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


@pytest.mark.parametrize(("layout", "defect"), in_two_layouts(list_single_defects(DOUBTFUL)))
def test_a_pupil_with_one_doubtful_defect_loses_nothing(layout: str, defect: str) -> None:
    """The pupil is linked rightly or is held; the others do not notice."""
    school = make_single(layout, defect)
    run = run_once(school)
    check_everything(run)
    assert run.held_humans() <= school.hard, "a pupil is held for somebody else's defect"


def test_every_defect_is_planted_somewhere() -> None:
    planted = {defect for _, defect in list_single_defects(DEFECTS)}
    assert planted == set(DEFECTS)
