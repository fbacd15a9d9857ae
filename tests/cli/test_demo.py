"""Does the first thing a newcomer does work: `koppelcheck demo`?"""

from __future__ import annotations

from pathlib import Path

from etl import contract
from etl.errors import EXIT_DONE
from etl.paths import shipped_folder
from tests.cli.schools import Say, start
from tests.cli.test_run import WRITTEN, files_in


def test_the_demo_does_the_whole_job_and_says_where(say: Say, tmp_path: Path) -> None:
    answer = say("demo", "--out", str(tmp_path / "runs"))
    assert answer.code == EXIT_DONE
    (run,) = (tmp_path / "runs").iterdir()
    assert files_in(run) == WRITTEN
    assert str(run) in answer.out


def test_the_demo_shows_every_status(say: Say, quick: None, tmp_path: Path) -> None:
    told = say("demo", "--json", "--out", str(tmp_path / "runs")).json()
    shown = {code for counts in told["statuses"].values() for code, records in counts.items() if records}
    assert shown == {status.code for status in contract.STATUSES}
    assert told["verdict"] == "decide"


def test_the_demo_leaves_the_sample_as_it_is(say: Say, quick: None, tmp_path: Path) -> None:
    sample = shipped_folder("data", "sample")
    before = {path: path.read_bytes() for path in sample.rglob("*") if path.is_file()}
    assert say("demo", "--out", str(tmp_path / "runs")).code == EXIT_DONE
    assert {path: path.read_bytes() for path in sample.rglob("*") if path.is_file()} == before


def test_the_demo_works_as_a_program_of_its_own(tmp_path: Path) -> None:
    answer = start("demo", "--out", str(tmp_path / "runs"), "--lang", "nl")
    assert answer.code == EXIT_DONE
    assert "Geschreven:" in answer.out
    assert len(list((tmp_path / "runs").iterdir())) == 1
