"""What changed between two runs adds up to both of them, whatever was delivered; the same delivery changes nothing."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from etl.compare import compare_runs
from etl.config import build_config
from etl.pipeline import RunRequest, run_job
from tests.model.delivered import PLAIN, file_bytes
from tests.model.runner import NOW, examples
from tests.model.schools import schools
from tests.model.truth import SIDES, School

CONFIG = build_config({"school": {"brin": "99XX"}})


def run_on(school: School, folder: Path, days: int) -> Path:
    for side in ("magister", "legacy", "control"):
        if side != "control" or school.control:
            (folder / f"{side}.csv").write_bytes(file_bytes(school, side, PLAIN))
    request = RunRequest(
        folder / "magister.csv",
        folder / "legacy.csv",
        folder / "runs",
        NOW + timedelta(days=days),
        control=folder / "control.csv" if school.control else None,
        config=CONFIG,
        with_suites=False,
        with_workbook=False,
    )
    return run_job(request).run_folder


def report_of(run: Path) -> Any:
    return json.loads((run / "report" / "report.json").read_text("utf-8"))


def some_of(school: School, seed: int) -> School:
    """Return the school some weeks later: records have gone and the rest stand in another order."""
    draw = random.Random(seed)
    sides = {}
    for side in SIDES:
        lines = [line for line in school.lines(side) if draw.random() > 0.2]
        draw.shuffle(lines)
        sides[side] = tuple(lines) or school.lines(side)
    return replace(school, **sides)


@given(school=schools(most_defects=6), seed=st.integers(0, 9999))
@examples(8)
def test_the_moves_add_up_to_both_ledgers_and_the_questions_to_both_lists(school: School, seed: int) -> None:
    with TemporaryDirectory() as name:
        before = run_on(school, Path(name), 0)
        try:
            after = run_on(some_of(school, seed), Path(name), 9)
        except Exception as error:  # the files may no longer look like one school's
            assert getattr(error, "code", "").startswith(("ALARM", "INTAKE")), error
            return
        old, new = report_of(before), report_of(after)
        since = new["since"]
        for side in SIDES:
            moves = [move for move in since["moves"] if move["source"] == side]
            rows: Counter[str] = Counter()
            columns: Counter[str] = Counter()
            for move in moves:
                rows[move["before"]] += move["records"]
                columns[move["after"]] += move["records"]
            arrived, gone = rows.pop("arrived", 0), columns.pop("gone", 0)
            assert rows == Counter(
                {one["status"]: one["records"] for one in old["statuses"] if one["source"] == side}
            )
            assert columns == Counter(
                {one["status"]: one["records"] for one in new["statuses"] if one["source"] == side}
            )
            assert sum(rows.values()) - gone == sum(columns.values()) - arrived
        asked = {
            when: {one["question"] for one in report["open_questions"] if is_asked(one)}
            for when, report in (("old", old), ("new", new))
        }
        fresh = [*since["newly_open"], *since["reopened"], *since["still_open"]]
        assert (set(fresh), len(fresh)) == (asked["new"], len(asked["new"]))
        resolved = {one["question"] for one in since["resolved"]}
        assert resolved <= asked["old"]
        assert len(asked["old"]) - len(resolved) == len(since["still_open"])
        assert {case["case_id"] for case in new["cases"]} <= asked["new"]
        # The command says what the report says.
        compared = compare_runs(after, before)
        assert [move.records for move in compared.since.moves] == [move["records"] for move in since["moves"]]


def is_asked(question: dict[str, Any]) -> bool:
    return not question["closed_run"] and question["kind"] != "archive"


@given(school=schools(most_defects=6))
@examples(6)
def test_the_same_delivery_again_moves_nobody_and_only_days_pass(school: School) -> None:
    with TemporaryDirectory() as name:
        before, after = (run_on(school, Path(name), days) for days in (0, 12))
        since = report_of(after)["since"]
        assert all(move["before"] == move["after"] for move in since["moves"])
        assert (since["newly_open"], since["reopened"], since["resolved"]) == ([], [], [])
        asked = [one for one in report_of(after)["open_questions"] if is_asked(one)]
        assert {one["first_run"] for one in asked} <= {before.name}
        assert {one["days"] for one in asked} <= {12}
