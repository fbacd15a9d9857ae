"""Does an explanation repeat what the run decided, also for records that met a repaired or broken number?

Noor's number lost its zeros; Bram's id is broken; Sem has an account under another number and his id.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from etl.errors import ConfigError
from etl.explain import RecordExplanation, Step, explain_pupil
from etl.history import Run, open_run
from etl.pipeline import RunRequest, run_job
from etl.texts import LANGUAGES

MAGISTER = """stamnr;idgebr;externeid;realmid
01001;51;abc00000-0000-4000-8000-000000001001;51@atlas.test
1002;52;abc00000;52@atlas.test
1003;53;abc00000-0000-4000-8000-000000001003;53@atlas.test
"""
LEGACY = """stamnr;voornaam;achternaam;klas;externeid
1001;Noor;Linde;1a;
1002;Bram;Beuk;1a;
1009;Sem;Eik;1b;ABC00000-0000-4000-8000-000000001003
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("school")
    (folder / "m.csv").write_text(MAGISTER, encoding="utf-8")
    (folder / "l.csv").write_text(LEGACY, encoding="utf-8")
    request = RunRequest(
        folder / "m.csv",
        folder / "l.csv",
        folder / "runs",
        datetime(2026, 11, 23),
        with_suites=False,
        with_workbook=False,
    )
    return open_run(run_job(request).run_folder)


def by_source(run: Run, number: str) -> dict[str, RecordExplanation]:
    return {one.source: one for one in explain_pupil(run, number)}


def codes(one: RecordExplanation) -> list[str]:
    return [step.code for step in one.steps]


def test_a_repair_is_one_of_the_steps(run: Run) -> None:
    told = by_source(run, "1001")
    assert {one.status for one in told.values()} == {"matched_repaired"}
    for one in told.values():
        assert "explain.meets_stamnr" in codes(one)
        assert codes(one)[0] == "explain.delivered"
    assert "repair.zeros" in codes(told["magister"])


def test_a_repaired_value_is_shown_as_it_was_delivered_and_as_it_was_used(run: Run) -> None:
    step = next(step for step in by_source(run, "1001")["legacy"].steps if step.code == "explain.repair")
    assert '"1001"' in step.told("en")
    assert '"01001"' in step.told("en")
    assert "leading zeros" in step.told("en")
    assert "voorloopnullen" in step.told("nl")


def test_a_broken_id_is_told_on_both_sides(run: Run) -> None:
    told = by_source(run, "1002")
    assert told["magister"].reason == "externeid_form"
    assert "explain.externeid_no_key" in codes(told["magister"])
    assert told["legacy"].reason == "counterpart_quarantined"


def test_the_other_side_is_found_by_the_id_too(run: Run) -> None:
    told = by_source(run, "1009")
    assert set(told) == {"legacy", "magister"}
    assert told["legacy"].steps == by_source(run, "1003")["legacy"].steps
    assert "explain.meets_externeid" in codes(told["legacy"])


def test_the_last_steps_are_status_and_what_to_do(run: Run) -> None:
    for number in ("1001", "1002", "1003"):
        for one in explain_pupil(run, number):
            assert codes(one)[-3:] == [
                f"reason.{one.reason}",
                "explain.status",
                f"reason.{one.reason}.action",
            ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_can_be_told(run: Run, language: str) -> None:
    for number in ("1001", "1002", "1003", "1009"):
        for one in explain_pupil(run, number):
            for step in one.steps:
                told = step.told(language)
                assert told
                assert "{" not in told


def test_a_sentence_within_a_sentence_is_in_the_same_language() -> None:
    step = Step(
        "explain.status", {"status": Step("status.matched_exact", {}), "status_code": "matched_exact"}
    )
    assert step.told("nl") != step.told("en")
    assert step.told("nl").endswith("(matched_exact).")


@pytest.mark.parametrize("number", ["0001001", " 1001 "])
def test_zeros_and_spaces_around_a_number_are_no_matter(run: Run, number: str) -> None:
    assert explain_pupil(run, number) == explain_pupil(run, "1001")


@pytest.mark.parametrize("number", ["", "0", "12a", "1' or '1'='1", "١٠٠١", "²"])
def test_what_is_no_number_is_refused(run: Run, number: str) -> None:
    with pytest.raises(ConfigError) as caught:
        explain_pupil(run, number)
    assert caught.value.code in ("EXPLAIN-NO-NUMBER", "EXPLAIN-NOT-FOUND")
    assert caught.value.fields == {}


def test_a_number_of_nobody_is_refused(run: Run) -> None:
    with pytest.raises(ConfigError) as caught:
        explain_pupil(run, "777")
    assert caught.value.code == "EXPLAIN-NOT-FOUND"
