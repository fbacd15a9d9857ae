"""Suggestions are good enough to be read, and never more than suggestions.

The figures are those of the answer key: invented schools a year on, and the FEBRL people.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from etl.decisions.candidates import list_candidates, list_candidates_of, list_suggested
from etl.history import open_run
from etl.pipeline import RunRequest, run_job
from etl.suggest import score_rows
from tests.bench.febrl import best_f1, read_febrl4
from tests.model.another_year import another_year, write_files

SEEDS = range(6)


@cache
def measure_year(seed: int) -> Counter[str]:
    """Run a school a year on; count the true pairs, those among the first three, the likely ones and the right ones."""
    school = another_year(seed)
    with TemporaryDirectory() as name:
        magister, legacy, control = write_files(school, Path(name))
        request = RunRequest(
            magister,
            legacy,
            Path(name) / "runs",
            datetime(2026, 9, 1, 9, 0).astimezone(),
            control=control,
            with_suites=False,
            with_workbook=False,
        )
        run = open_run(run_job(request).run_folder)
        found = list_candidates(run)
        few = {"magister": [one.magister_row for one in found[:3]], "legacy": [found[-1].legacy_row]}
        of_few = list_candidates_of(run, few)
        of_suggested = list_suggested(run)
        rows = run.fetch_rows(
            "select source, source_row, status, reason, counterpart_row from decided_pupils"
        )
    assert of_few == tuple(
        one for one in found if one.magister_row in few["magister"] or one.legacy_row in few["legacy"]
    )
    assert of_suggested == tuple(
        one for one in found if "suggested" in (one.magister_status, one.legacy_status)
    )
    pairs = {(one.magister_row, one.legacy_row): one for one in found}
    likely = {pair for pair, one in pairs.items() if one.is_likely}
    suggested = {
        (row["source_row"], row["counterpart_row"])
        for row in rows
        if row["source"] == "magister" and row["status"] == "suggested"
    }
    back = {
        (row["counterpart_row"], row["source_row"])
        for row in rows
        if row["source"] == "legacy" and row["status"] == "suggested"
    }
    similar = [row for row in rows if row["reason"] == "similar_name"]
    assert suggested == back  # each is the other's only one
    assert {row["status"] for row in similar} <= {"suggested"}
    linked = Counter(row["source"] for row in rows if row["status"].startswith("matched_"))
    truth = school.truth
    linked_pairs = {
        (row["source_row"], row["counterpart_row"])
        for row in rows
        if row["source"] == "magister" and row["status"].startswith("matched_")
    }
    return Counter(
        true=len(truth),
        top3=sum(pair in pairs and pairs[pair].magister_rank <= 3 for pair in truth),
        likely=len(likely),
        right=len(likely & truth),
        suggested=len(suggested),
        similar=len(similar) // 2,
        linked=linked["magister"],
        linked_without_number=len(linked_pairs & truth),
    )


@pytest.fixture(scope="module")
def measured() -> Counter[str]:
    return sum(map(measure_year, SEEDS), Counter())


def test_the_right_account_is_among_the_first_three(measured: Counter[str]) -> None:
    assert measured["true"] > 300
    assert measured["top3"] / measured["true"] >= 0.95


def test_what_is_called_likely_is_right(measured: Counter[str]) -> None:
    assert measured["likely"] > 200
    assert measured["right"] / measured["likely"] >= 0.98


def test_a_pupil_with_another_name_is_a_question_and_never_a_link(measured: Counter[str]) -> None:
    assert measured["similar"] > 30
    assert measured["linked"] > 800
    assert measured["linked_without_number"] == 0


def test_the_ranking_beats_what_others_reach_on_people_who_share_no_number() -> None:
    left, right = read_febrl4()
    pairs = [(one.score, one.left_id, one.right_id) for one in score_rows(left, right)]
    assert len(left) == len(right) == 5_000
    assert best_f1(pairs) >= 0.987
