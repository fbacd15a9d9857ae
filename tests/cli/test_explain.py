"""Does `koppelcheck explain` tell the steps of one pupil, and of nobody else?

Pupil 10101 is linked, 10102 has a second account under another name, 10103 has no account.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from etl.errors import EXIT_DONE, EXIT_USAGE
from etl.pipeline import RunRequest, run_job
from etl.texts import text
from tests.cli.schools import Say, some_pupils, write_school
from tests.cli.test_run import NOW

PUPILS = some_pupils()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    second = replace(PUPILS[1], first_name="Bram", last_name="Anders")
    school = write_school(tmp_path_factory.mktemp("school"), PUPILS, [*PUPILS[:2], second, *PUPILS[3:]])
    request = RunRequest(school.magister, school.legacy, school.out, NOW, with_suites=False)
    return str(run_job(request).run_folder)


def test_a_linked_pupil_is_explained_step_by_step(say: Say, run: str) -> None:
    answer = say("explain", run, "10101")
    assert answer.code == EXIT_DONE
    assert answer.err == ""
    assert "In the Magister file, line 2: pupil number 10101" in answer.out
    assert "The pupil number leads to line 2 of the other file." in answer.out
    assert "(matched_exact)" in answer.out
    assert "  1. " in answer.out


def test_leading_zeros_are_no_matter(say: Say, run: str) -> None:
    assert say("explain", run, "0010101").out == say("explain", run, "10101").out


def test_a_double_number_is_explained_on_both_sides(say: Say, run: str) -> None:
    told = say("explain", "--json", run, "10102").json()
    assert told["format"] == "koppelcheck/explain-1"
    assert told["exit_code"] == EXIT_DONE
    assert [(one["source"], one["status"]) for one in told["records"]] == [
        ("magister", "duplicate_key"),
        ("legacy", "duplicate_key"),
        ("legacy", "duplicate_key"),
    ]
    counts = text("explain.stamnr_counts", "en", magister=1, legacy=2)
    for one in told["records"]:
        assert counts in [step["text"] for step in one["steps"]]


def test_a_pupil_without_account_meets_nobody(say: Say, run: str) -> None:
    (one,) = say("explain", "--json", run, "10103").json()["records"]
    assert one["status"] == "new_in_magister"
    assert "explain.meets_nobody" in [step["code"] for step in one["steps"]]


def test_only_the_pupil_asked_for_is_shown(say: Say, run: str) -> None:
    answer = say("explain", run, "10101")
    for other in PUPILS[1:]:
        assert str(other.number) not in answer.out
        assert other.externeid not in answer.out


@pytest.mark.parametrize(
    ("number", "code"), [("99999", "EXPLAIN-NOT-FOUND"), ("Dennenboom", "EXPLAIN-NO-NUMBER")]
)
def test_a_number_that_is_not_there_is_told_without_repeating_it(
    say: Say, run: str, number: str, code: str
) -> None:
    answer = say("explain", run, number)
    assert answer.code == EXIT_USAGE
    assert answer.out == ""
    assert f"{code} [en]" in answer.err
    assert f"{code} [nl]" in answer.err
    assert number not in answer.err


def test_a_folder_without_a_run_is_told(say: Say, tmp_path: Path) -> None:
    answer = say("explain", str(tmp_path / "nergens"), "10101")
    assert answer.code == EXIT_USAGE
    assert "RUN-NOT-FOUND [en] nergens" in answer.err


def test_explaining_changes_nothing_in_the_run(say: Say, run: str) -> None:
    before = {path: path.read_bytes() for path in Path(run).rglob("*") if path.is_file()}
    say("explain", run, "10101")
    assert {path: path.read_bytes() for path in Path(run).rglob("*") if path.is_file()} == before
