"""Nobody loses results and nobody sees another's, judged by a model of the receiving application.

It never asks the program whether a link is right: every generated record carries a hidden human.
"""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.model.defects import DEFECTS, DOUBTFUL, REPAIRABLE
from tests.model.oracle import fold_guid, is_findable, list_certain, list_provable
from tests.model.runner import (
    HELD,
    LINKED,
    Run,
    examples,
    imported_ids,
    replay,
    run_once,
    run_school,
)
from tests.model.schools import (
    LAYOUTS,
    list_single_defects,
    make_school,
    make_single,
    schools,
)
from tests.model.truth import School


def check_receiving_application(run: Run) -> None:
    """Replay the import file and look at every human of the school."""
    school = run.school
    assert run.output.exit_code in (0, 10), f"the run ended with {run.output.exit_code}"
    afterwards = replay(run)
    assert not afterwards.sees_another, "somebody sees the results of another"

    had_account = {line.human for line in school.legacy}
    lost = afterwards.starts_empty & had_account
    unnamed = lost - run.held_humans() - frozenset(_not_findable(school))
    assert not unnamed, f"a second account for a pupil the report does not name; planted: {school.planted}"

    linked = run.humans_with("magister", LINKED)
    assert linked == afterwards.keeps, "a linked pupil does not keep the results"

    # Where the accounts carried these ids before, only accounts the report holds may show another's results.
    before = replay(run, has_ids=True)
    assert before.sees_another <= run.held_humans(), "an account carries another's id and nobody is told"


def _not_findable(school: School) -> list[int]:
    """List the pupils with another number than before, whom no name and no id in the files gives away."""
    return [human for human in school.in_both() if not is_findable(school, human)]


def check_links(run: Run) -> None:
    """Compare the links with the truth, with the most the design allows, and with the least it promises."""
    school = run.school
    by_row = {seen.source_row: place for place, seen in enumerate(run.legacy)}
    pairs = {
        (place, by_row[seen.counterpart])
        for place, seen in enumerate(run.magister)
        if seen.status in LINKED and seen.counterpart is not None
    }
    people = {(school.magister[pupil].human, school.legacy[account].human) for pupil, account in pairs}
    assert all(pupil == account for pupil, account in people), "a link joins two humans"

    allowed = {
        (school.magister[pupil].human, school.legacy[account].account)
        for pupil, account in list_provable(school)
    }
    linked = {(school.magister[pupil].human, school.legacy[account].account) for pupil, account in pairs}
    assert linked <= allowed, f"a link that the design does not prove; planted: {school.planted}"

    missing = list_certain(school) - {human for human, _ in linked}
    assert not missing, f"a pupil nobody doubts is not linked; planted: {school.planted}"


def check_crosswalk(run: Run) -> None:
    """The crosswalk holds exactly the ids of the import file, each of them its owner's."""
    school = run.school
    owners = {line.account: line.human for line in school.legacy}
    given_ids = {(owners[account], guid) for account, guid in imported_ids(run).items()}
    assert given_ids == {(human, fold_guid(school.humans[human].guid)) for human, _ in given_ids}

    rows = run.output.table("import/crosswalk.csv")
    if not rows:
        assert not given_ids
        return
    assert rows[0] == ["school", "stamnr", "idgebr", "externeid", "realmid", "account_id", "status", "basis"]
    guids = [fold_guid(row[3]) for row in rows[1:]]
    assert len(set(guids)) == len(guids), "an external id stands twice in the crosswalk"
    assert set(guids) == {guid for _, guid in given_ids}
    humans = {fold_guid(person.guid): person for person in school.humans}
    # Where many values stand twice, the column is not taken for a key of accounts.
    accounts = [line.cell("numoid") for line in school.legacy if not line.damage]
    has_account_ids = len(set(accounts)) >= 0.9 * len(accounts)
    for row, guid in zip(rows[1:], guids, strict=True):
        person = humans[guid]
        assert row[1].strip().strip("\u00a0").lstrip("0").partition(",")[0] == str(person.number) or (
            person.human in school.hard
        )
        assert row[2].strip() == str(person.idgebr)
        assert row[4].strip().partition("@")[0] == str(person.idgebr)
        if school.layout.account_key == "id" and has_account_ids:
            assert row[5] == f"N{7000 + person.human}"


@given(school=schools(most_defects=5))
@examples(80)
def test_nobody_loses_results_or_sees_anothers(school: School) -> None:
    run = run_school(school)
    check_receiving_application(run)
    check_links(run)
    check_crosswalk(run)


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_pupil_of_a_clean_school_is_linked(layout: str) -> None:
    run = run_once(make_school(seed=1, pupils=12, layout=LAYOUTS[layout]))
    assert {seen.status for seen in (*run.magister, *run.legacy)} <= LINKED
    assert len(imported_ids(run)) == 12
    check_receiving_application(run)
    check_links(run)
    check_crosswalk(run)


@pytest.mark.parametrize(("layout", "defect"), list_single_defects(tuple(REPAIRABLE)))
def test_a_pupil_with_one_repairable_defect_is_linked(layout: str, defect: str) -> None:
    """Zeros, capitals, spaces, another class or a copy are no reason to ask anybody anything."""
    school = make_single(layout, defect)
    run = run_once(school)
    assert not run.held_humans()
    assert run.humans_with("magister", LINKED) == frozenset(school.in_both())
    check_receiving_application(run)
    check_links(run)
    check_crosswalk(run)


@pytest.mark.parametrize(("layout", "defect"), list_single_defects(tuple(DOUBTFUL)))
def test_a_pupil_with_one_doubtful_defect_loses_nothing(layout: str, defect: str) -> None:
    """The pupil is linked rightly or is held; the others do not notice."""
    school = make_single(layout, defect)
    run = run_once(school)
    check_receiving_application(run)
    check_links(run)
    check_crosswalk(run)
    assert run.held_humans() <= school.hard, "a pupil is held for somebody else's defect"


def test_every_defect_is_planted_somewhere() -> None:
    planted = {defect for _, defect in list_single_defects(tuple(DEFECTS))}
    assert planted == set(DEFECTS)


def test_few_provable_pupils_are_held() -> None:
    """A held pupil is a question and no error; but each question costs a school time, so they are counted."""
    provable = held = 0
    names = sorted(DEFECTS)
    for seed in range(12):
        school = make_school(seed, 16, [names[(seed * 5 + step * 11) % len(names)] for step in range(5)])
        run = run_school(school)
        humans = {school.magister[pupil].human for pupil, _ in list_provable(school)}
        provable += len(humans)
        held += len(humans - run.humans_with("magister", LINKED))
        assert humans - run.humans_with("magister", LINKED) <= run.humans_with("magister", HELD)
    assert held <= provable * 0.05, f"{held} of {provable} provable pupils are held"
