"""Much at once is withheld until somebody says that it is meant: by name, with a reason, and on record."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.schools import Pupil, Say, School, write_school, write_table

PUPILS = [Pupil(20_000 + place, last_name=f"Wilgenroos{place}") for place in range(40)]
OVERRIDE = ("--by", "A. de Boer", "--reason", "two schools became one")

pytestmark = pytest.mark.usefixtures("quick")


def newest(school: School) -> Path:
    return max((one for one in school.runs() if one.is_dir()), key=lambda one: one.stat().st_mtime_ns)


def manifest_of(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def states(folder: Path) -> dict[str, str]:
    return {brake["name"]: brake["state"] for brake in manifest_of(folder)["brakes"]}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def archive_all(school: School) -> Path:
    report = json.loads((newest(school) / "report" / "report.json").read_text("utf-8"))
    lines = [
        (question["question_id"], "archive", "A. de Boer", "", "", "")
        for case in report["old_accounts"]
        for question in case["questions"]
    ]
    return write_table(
        school.out.parent / "decisions.csv", ("case", "answer", "by", "second_by", "date", "remark"), lines
    )


def test_too_many_accounts_to_archive_stop_the_archiving_and_nothing_else(say: Say, tmp_path: Path) -> None:
    school = write_school(tmp_path, PUPILS[:20], PUPILS)
    first = say(*school.arguments())
    assert first.code == 0
    assert states(newest(school)) == {"archive": "armed", "updates": "free", "links": "free"}
    assert "Brake archive: 20 of 40 accounts are not in Magister." in first.out

    answers = str(archive_all(school))
    second = say(*school.arguments("--decisions", answers))
    assert second.code == 11
    assert "DO NOT IMPORT YET. A brake withholds something." in second.out
    assert not (newest(school) / "import" / "archive.csv").exists()
    assert len(rows(newest(school) / "import" / "numo_import.csv")) == 20

    third = say(*school.arguments("--override", "archive", *OVERRIDE))
    assert third.code == 0
    assert len(rows(newest(school) / "import" / "archive.csv")) == 20
    (brake,) = (one for one in manifest_of(newest(school))["brakes"] if one["name"] == "archive")
    assert (brake["state"], brake["by"], brake["reason"]) == (
        "overridden",
        "A. de Boer",
        "two schools became one",
    )
    # An override is for one run: the next one asks again.
    assert say(*school.arguments()).code == 11


def changed_school(folder: Path, changed: int) -> tuple[School, str]:
    school = write_school(folder, PUPILS, PUPILS)
    now: Sequence[Pupil] = [
        replace(pupil, school_class="2a") if place < changed else pupil for place, pupil in enumerate(PUPILS)
    ]
    control = write_table(
        folder / "leerlingen.csv",
        ("stamnr", "roepnaam", "achternaam", "klas"),
        [(str(one.number), one.first_name, one.last_name, one.school_class) for one in now],
    )
    return school, str(control)


def test_too_many_changed_pupils_stay_out_and_the_others_go_on(say: Say, tmp_path: Path) -> None:
    school, control = changed_school(tmp_path, 31)
    answer = say(*school.arguments("--control", control, "--json"))
    assert (answer.code, answer.json()["verdict"]) == (11, "braked")
    assert answer.json()["brakes"] == {"archive": "free", "updates": "holding", "links": "free"}
    for name in ("numo_import.csv", "crosswalk.csv", "reverse.csv"):
        assert len(rows(newest(school) / "import" / name)) == 9
    settings = tmp_path / "school.toml"
    settings.write_text('[brakes]\nprofile = "roll_over"\n', encoding="utf-8")
    august = say(*school.arguments("--control", control, "--settings", str(settings)))
    assert august.code == 10  # the opleiding of a class that changed its year
    assert len(rows(newest(school) / "import" / "numo_import.csv")) == 40


def test_far_fewer_links_than_the_last_time_write_no_import_file(say: Say, tmp_path: Path) -> None:
    school = write_school(tmp_path, PUPILS, PUPILS)
    assert say(*school.arguments()).code == 0
    write_school(tmp_path, PUPILS[:24], PUPILS)
    answer = say(*school.arguments())
    assert answer.code == 11
    assert states(newest(school))["links"] == "holding"
    assert "16 of 40 accounts fewer linked than in the run before" in answer.out
    assert list((newest(school) / "import").iterdir()) == []
    assert (newest(school) / "report" / "report.html").is_file()


def test_another_school_or_a_broken_folder_is_no_run_before(say: Say, tmp_path: Path) -> None:
    school = write_school(tmp_path, PUPILS, PUPILS)
    settings = tmp_path / "other.toml"
    settings.write_text('[school]\nbrin = "99ZZ"\n', encoding="utf-8")
    assert say(*school.arguments("--settings", str(settings))).code == 0
    (school.out / "strange").mkdir()
    (school.out / "strange" / "manifest.json").write_text("{", encoding="utf-8")
    write_school(tmp_path, PUPILS[:24], PUPILS)
    assert say(*school.arguments()).code == 0


@pytest.mark.parametrize("given", [("--by", "A. de Boer"), ("--reason", "because")])
def test_an_override_without_a_name_or_a_reason_is_refused_before_anything_is_read(
    say: Say, tmp_path: Path, given: tuple[str, str]
) -> None:
    school = write_school(tmp_path, PUPILS, PUPILS)
    answer = say(*school.arguments("--override", "links", *given))
    assert answer.code == 2
    assert "--by with a name and --reason with a reason" in answer.err
    assert not school.out.exists()
