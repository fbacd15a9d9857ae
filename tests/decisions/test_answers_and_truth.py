"""Whatever a school answers no invariant breaks, and true answers give every pupil the own results.

Judged by the model of the receiving application; the generated records know their humans.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.model.answers import answer_anyhow, answer_truly
from tests.model.checks import (
    check_counts,
    check_held_records_stand_in_one_case,
    check_links_are_mutual,
)
from tests.model.oracle import fold_guid
from tests.model.runner import HELD, LINKED, Run, examples, imported_ids, replay, run_school
from tests.model.schools import make_school, schools
from tests.model.truth import School

ASKING = (
    "number repeated in legacy",
    "second account",
    "twins swapped",
    "number re-used",
    "renumbered",
    "id unknown in legacy",
    "number repeated in magister",
    "ids swapped in legacy",
)


@given(school=schools(most_defects=5))
@examples(12)
def test_true_answers_give_every_pupil_the_own_results(school: School) -> None:
    run = run_school(school, answering=lambda report: answer_truly(school, report))
    check_structure(run)
    for with_ids in (False, True):
        shown = replay(run, has_ids=with_ids).sees_another
        assert shown <= (run.held_humans() if with_ids else frozenset()), (
            "somebody sees the results of another"
        )
    by_row = {seen.source_row: place for place, seen in enumerate(run.legacy)}
    for line, seen in run.pairs("magister"):
        if seen.status in LINKED and seen.counterpart is not None:
            assert school.legacy[by_row[seen.counterpart]].human == line.human


@given(school=schools(most_defects=5), seed=st.integers(0, 2**16))
@examples(12)
def test_no_answers_however_wrong_break_an_invariant(school: School, seed: int) -> None:
    run = run_school(school, answering=lambda report: answer_anyhow(report, Random(seed)))
    check_structure(run)


def test_true_answers_leave_fewer_pupils_waiting() -> None:
    before = after = 0
    for seed in range(6):
        school = make_school(seed, 14, [ASKING[(seed + step) % len(ASKING)] for step in range(4)])
        before += len(run_school(school).held_humans())
        run = run_school(school, answering=lambda report, school=school: answer_truly(school, report))
        after += len(run.held_humans())
        check_structure(run)
        assert not replay(run).sees_another
    assert after < before / 2, f"{before} waited, {after} still wait"


def check_structure(run: Run) -> None:
    """What holds for every ledger and every import file, also where people answered wrongly."""
    check_counts(run)
    check_links_are_mutual(run)
    check_held_records_stand_in_one_case(run)
    ids = imported_ids(run)
    assert len(set(ids.values())) == len(ids), "one external id on two accounts"
    # After the import no other account carries the id of a linked pupil.
    lines = {line.account: line for line in run.school.legacy}
    copies = {
        run.school.legacy[place].account
        for place, seen in enumerate(run.legacy)
        if seen.status == "duplicate_copy"
    }
    carried = Counter(
        ids.get(account, fold_guid(line.cell("externeid")))
        for account, line in lines.items()
        if account not in copies or account in ids
    )
    assert all(carried[guid] == 1 for guid in ids.values()), "another account keeps the id of a linked pupil"
    in_import = {row[0] for row in run.output.table("import/archive.csv")[1:]}
    held = [seen for seen in run.legacy if seen.status in HELD]
    assert len(in_import) <= len(run.legacy) - len(held), "an account that waits is to be archived"
