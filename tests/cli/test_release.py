"""A release freezes what was reviewed, under a name, and is void as soon as something it rests on changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl.manifest import checksum
from tests.cli.schools import Pupil, Say, School, some_pupils, write_school, write_table

pytestmark = pytest.mark.usefixtures("quick")
BY = ("--by", "A. de Boer")
FROZEN = {"numo_import.csv", "crosswalk.csv", "reverse.csv", "release.json", "release.txt", "SHA256SUMS"}


def newest(school: School) -> Path:
    runs = (one for one in school.runs() if (one / "manifest.json").is_file())
    return max(runs, key=lambda one: one.stat().st_mtime_ns)


def ready(say: Say, folder: Path, pupils: Sequence[Pupil] | None = None) -> tuple[School, Path]:
    """Run a school without questions."""
    school = write_school(folder, pupils, pupils)
    assert say(*school.arguments()).code == 0
    return school, newest(school)


def doubtful(say: Say, folder: Path) -> tuple[School, Path]:
    """Run a school with one pupil who is somebody else in the control list."""
    pupils = some_pupils()
    school = write_school(
        folder, pupils, [replace(pupils[0], last_name="Eikenhout", first_name="Bram"), *pupils[1:]]
    )
    control = write_table(
        folder / "leerlingen.csv",
        ("stamnr", "roepnaam", "achternaam", "klas"),
        [(str(one.number), one.first_name, one.last_name, one.school_class) for one in pupils],
    )
    assert say(*school.arguments("--control", str(control))).code == 10
    return school, newest(school)


def record(run: Path) -> Any:
    return json.loads((run / "release" / "release.json").read_text("utf-8"))


def case_of(run: Path) -> str:
    (case,) = json.loads((run / "report" / "report.json").read_text("utf-8"))["cases"]
    return str(case["case_id"])


def test_what_is_released_is_what_was_reviewed_to_the_byte(say: Say, tmp_path: Path) -> None:
    _, run = ready(say, tmp_path)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    answer = say("release", str(run), *BY, "--second-by", "J. Postma")
    assert answer.code == 0
    assert "Released by A. de Boer" in answer.out
    assert {path.name for path in (run / "release").iterdir()} == FROZEN
    for name in ("numo_import.csv", "crosswalk.csv", "reverse.csv"):
        assert (run / "release" / name).read_bytes() == (run / "import" / name).read_bytes()
        assert record(run)["files"][name] == checksum(run / "release" / name)
    assert (record(run)["by"], record(run)["second_by"], record(run)["links"]) == (
        "A. de Boer",
        "J. Postma",
        12,
    )
    for line in (run / "release" / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        assert checksum(run / "release" / name) == digest
    assert {path: path.read_bytes() for path in before} == before
    assert say("release", str(run), "--check").code == 0
    assert say("release", str(run), *BY).code == 2


def test_the_record_says_so_when_nobody_looked_along(say: Say, tmp_path: Path) -> None:
    _, run = ready(say, tmp_path)
    assert say("release", str(run), *BY, "--json").json()["second_by"] == "none"
    assert "Meegekeken: niemand" in (run / "release" / "release.txt").read_text("utf-8")


def test_without_a_name_nothing_is_released(say: Say, tmp_path: Path) -> None:
    _, run = ready(say, tmp_path)
    answer = say("release", str(run))
    assert (answer.code, "--by" in answer.err) == (2, True)
    assert not (run / "release").exists()


def test_open_questions_refuse_a_release_unless_each_is_named_with_a_reason(say: Say, tmp_path: Path) -> None:
    _, run = doubtful(say, tmp_path)
    case = case_of(run)
    refused = say("release", str(run), *BY)
    assert refused.code == 10
    assert case in refused.err
    assert say("release", str(run), *BY, "--accept", case).code == 2  # no reason
    strange = say("release", str(run), *BY, "--accept", "K-00000000", "--reason", "later")
    assert (strange.code, "K-00000000" in strange.err) == (2, True)
    assert not (run / "release").exists()
    answer = say("release", str(run), *BY, "--accept", case, "--reason", "the pupil leaves on Friday")
    assert answer.code == 0
    (accepted,) = record(run)["accepted"]
    assert (accepted["question"], accepted["status"]) == (case, "suspect_link")
    assert record(run)["accepted_because"] == "the pupil leaves on Friday"
    assert case in (run / "release" / "release.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ["import/numo_import.csv", "report/report.html", "import/reverse.csv"])
def test_a_file_changed_after_the_run_is_not_released(say: Say, tmp_path: Path, name: str) -> None:
    _, run = ready(say, tmp_path)
    with (run / name).open("ab") as file:
        file.write(b" ")
    answer = say("release", str(run), *BY)
    assert answer.code == 22
    assert name in answer.err
    assert not (run / "release").exists()


def test_a_run_that_a_brake_stopped_is_not_released(say: Say, tmp_path: Path) -> None:
    pupils = [Pupil(20_000 + place, last_name=f"Wilgenroos{place}") for place in range(40)]
    school, _ = ready(say, tmp_path, pupils)
    write_school(tmp_path, pupils[:20], pupils)
    assert say(*school.arguments()).code == 11
    answer = say("release", str(newest(school)), *BY)
    assert (answer.code, "links" in answer.err) == (11, True)


def test_a_release_is_void_when_a_delivered_file_changes(say: Say, tmp_path: Path) -> None:
    school, run = ready(say, tmp_path)
    assert say("release", str(run), *BY).code == 0
    # The same files again change nothing.
    same = say(*school.arguments("--json"))
    assert (same.code, same.json()["voided"]) == (0, [])
    assert say("release", str(run), "--check").code == 0
    write_school(tmp_path, [*some_pupils(), Pupil(99_999, last_name="Beukenlaan")], some_pupils())
    again = say(*school.arguments())
    assert f"The release of run {run.name} is void" in again.out
    assert not (run / "release").exists()
    (voided,) = run.glob("release-void-*")
    assert {path.name for path in voided.iterdir()} == FROZEN | {"void.json"}
    assert json.loads((voided / "void.json").read_text("utf-8"))["changed"] == ["inputs"]
    check = say("release", str(run), "--check", "--json")
    assert (check.code, check.json()["state"], check.json()["why"]) == (22, "void", ["inputs"])
    # And an overtaken run is not released again.
    assert say("release", str(run), *BY).code == 2


def test_a_release_is_void_when_a_setting_changes(say: Say, tmp_path: Path) -> None:
    school, run = ready(say, tmp_path)
    assert say("release", str(run), *BY).code == 0
    settings = tmp_path / "school.toml"
    settings.write_text('language = "en"\n[privacy]\nretention_days = 7\n', encoding="utf-8")
    assert say(*school.arguments("--settings", str(settings), "--json")).json()["voided"] == []
    settings.write_text('[import]\ndelimiter = ","\n', encoding="utf-8")
    assert say(*school.arguments("--settings", str(settings), "--json")).json()["voided"] == [run.name]


def test_a_release_is_void_when_the_school_answers_something_else(say: Say, tmp_path: Path) -> None:
    _, run = doubtful(say, tmp_path)
    case = case_of(run)
    assert say("release", str(run), *BY, "--accept", case, "--reason", "later").code == 0
    answers = write_table(
        tmp_path / "decisions.csv", ("case", "answer", "by"), [(case, "different", "M. de Beer")]
    )
    trial = say("decide", str(run), str(answers), "--dry-run", "--json")
    assert trial.json()["voided"] == []
    decided = say("decide", str(run), str(answers), "--json")
    assert decided.json()["voided"] == [run.name]
    assert say("release", str(run), "--check", "--json").json()["why"] == ["decisions"]
    # The run did not use that answer, so it may not be released any more.
    assert say("release", str(run), *BY, "--accept", case, "--reason", "later").code == 10


def test_a_release_of_another_school_stays(say: Say, tmp_path: Path) -> None:
    school, run = ready(say, tmp_path)
    assert say("release", str(run), *BY).code == 0
    settings = tmp_path / "other.toml"
    settings.write_text('[school]\nbrin = "99ZZ"\n', encoding="utf-8")
    assert say(*school.arguments("--settings", str(settings), "--json")).json()["voided"] == []
    assert say("release", str(run), "--check").code == 0


@pytest.mark.parametrize("what", ["change", "remove", "add"])
def test_a_release_that_was_tampered_with_does_not_hold(say: Say, tmp_path: Path, what: str) -> None:
    _, run = ready(say, tmp_path)
    assert say("release", str(run), *BY).code == 0
    name = "numo_import.csv" if what != "add" else "extra.csv"
    path = run / "release" / name
    if what == "remove":
        path.unlink()
    else:
        path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\r\n")
    check = say("release", str(run), "--check", "--json")
    assert (check.code, check.json()["state"], check.json()["why"]) == (22, "changed", [name])


def test_purge_takes_a_release_along(say: Say, tmp_path: Path) -> None:
    school, run = ready(say, tmp_path)
    assert say("release", str(run), *BY).code == 0
    assert say("purge", str(school.out), "--before", "2099-01-01").code == 0
    assert [path.name for path in run.iterdir()] == ["manifest.json"]
