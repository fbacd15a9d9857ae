"""Runs beside each other: who came and went, what is new, resolved or open again, and since when."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import etl.commands_run
from tests.cli.schools import Pupil, Say, some_pupils, write_school, write_table

pytestmark = pytest.mark.usefixtures("quick")
START = datetime(2026, 11, 2, 9, 0).astimezone()


class Weeks:
    """A school of which files arrive on several days: each run is a number of days after the first."""

    def __init__(self, say: Say, folder: Path, clock: list[datetime]) -> None:
        self.say = say
        self.folder = folder
        self.clock = clock
        self.pupils = some_pupils()
        self.school = write_school(folder, self.pupils, self.pupils)

    def run(
        self, day: int, *more: str, strangers: tuple[int, ...] = (), pupils: list[Pupil] | None = None
    ) -> Path:
        """Run on a day; of `strangers` the account carries another name than Magister's."""
        self.clock[0] = START + timedelta(days=day)
        pupils = self.pupils if pupils is None else pupils
        accounts = [
            replace(one, first_name="Bram", last_name="Eikenhout") if place in strangers else one
            for place, one in enumerate(self.pupils)
        ]
        self.school = write_school(self.folder, pupils, accounts)
        control = write_table(
            self.folder / "leerlingen.csv",
            ("stamnr", "roepnaam", "achternaam", "klas"),
            [(str(one.number), one.first_name, one.last_name, one.school_class) for one in pupils],
        )
        answer = self.say(*self.school.arguments("--control", str(control), "--json", *more))
        assert answer.code in (0, 10), answer.err
        return Path(answer.json()["run_folder"])


@pytest.fixture
def weeks(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Weeks]:
    clock = [START]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return clock[0]

    monkeypatch.setattr(etl.commands_run, "datetime", Clock)
    return Weeks(say, tmp_path, clock)


def report_of(run: Path) -> Any:
    return json.loads((run / "report" / "report.json").read_text("utf-8"))


def case_of(run: Path) -> str:
    (case,) = report_of(run)["cases"]
    return str(case["case_id"])


def rows_of(run: Path) -> list[dict[str, str]]:
    text = (run / "questions.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_a_question_keeps_the_day_on_which_it_was_first_asked(weeks: Weeks) -> None:
    first = weeks.run(0, strangers=(0,))
    second = weeks.run(9, strangers=(0,))
    (row,) = rows_of(second)
    assert (row["eerste_run"], row["open_sinds"], row["dagen_open"]) == (first.name, "02-11-2026", "9")
    since = report_of(second)["since"]
    assert (since["run_id"], since["still_open"], since["oldest_days"]) == (first.name, [case_of(second)], 9)
    assert json.loads((second / "manifest.json").read_text("utf-8"))["previous_run"] == first.name
    page = (second / "report" / "report.html").read_text("utf-8")
    assert "Sinds de vorige keer" in page
    assert "open sinds 02-11-2026, 9 dagen" in page
    assert "Sinds de vorige keer" not in (first / "report" / "report.html").read_text("utf-8")


def test_the_day_stays_with_the_pupil_when_the_facts_change(weeks: Weeks) -> None:
    first = weeks.run(0, strangers=(0,))
    moved = [replace(weeks.pupils[0], school_class="1b"), *weeks.pupils[1:]]
    second = weeks.run(4, strangers=(0,), pupils=moved)
    assert case_of(first) != case_of(second)
    assert rows_of(second)[0]["dagen_open"] == "4"
    assert report_of(second)["since"]["still_open"] == [case_of(second)]


def test_new_resolved_and_open_again_are_told_apart(weeks: Weeks) -> None:
    first = weeks.run(0, strangers=(0,))
    second = weeks.run(1, strangers=(1,))
    since = report_of(second)["since"]
    assert (since["newly_open"], since["reopened"]) == ([case_of(second)], [])
    assert since["resolved"] == [{"question": case_of(first), "how": "put_right"}]
    third = weeks.run(2, strangers=(0,))
    since = report_of(third)["since"]
    assert (since["newly_open"], since["reopened"]) == ([], [case_of(first)])
    fourth = weeks.run(3, strangers=())
    assert [one["how"] for one in report_of(fourth)["since"]["resolved"]] == ["put_right"]
    compared = weeks.say("compare", str(second), str(third), "--json").json()
    assert compared["reopened"] == [case_of(first)]


def test_a_question_is_resolved_by_an_answer_or_because_the_pupil_has_gone(weeks: Weeks) -> None:
    first = weeks.run(0, strangers=(0, 1))
    one, other = (case["case_id"] for case in report_of(first)["cases"])
    answers = write_table(
        weeks.folder / "d.csv", ("case", "answer", "by"), [(one, "different", "A. de Boer")]
    )
    second = weeks.run(1, "--decisions", str(answers), strangers=(0, 1))
    assert report_of(second)["since"]["resolved"] == [{"question": one, "how": "answered"}]
    weeks.pupils = weeks.pupils[2:]
    third = weeks.run(2)
    resolved = {one["question"]: one["how"] for one in report_of(third)["since"]["resolved"]}
    assert resolved[other] == "gone"
    assert sum(move["records"] for move in report_of(third)["since"]["moves"] if move["after"] == "gone") == 4


def test_the_age_of_a_question_is_no_fact_that_an_answer_depends_on(weeks: Weeks) -> None:
    first = weeks.run(0, strangers=(0,))
    weeks.run(9, strangers=(0,))
    text = (first / "questions.csv").read_text("utf-8-sig")
    path = weeks.folder / "terug.csv"
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    answer, by = lines[0].index("antwoord"), lines[0].index("door")
    lines[1][answer], lines[1][by] = "Niet dezelfde leerling", "A. de Boer"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
    path.write_text(out.getvalue(), "utf-8-sig", newline="")
    third = weeks.run(12, "--decisions", str(path), strangers=(0,))
    assert report_of(third)["cases"] == []


def test_compare_adds_up_and_does_not_mind_the_order_of_its_arguments(weeks: Weeks) -> None:
    first = weeks.run(0, strangers=(0,))
    second = weeks.run(3, pupils=[*weeks.pupils[1:], Pupil(99_001, last_name="Beukenlaan")])
    answer = weeks.say("compare", str(first), str(second))
    assert answer.code == 0
    assert f"From {first.name} to {second.name}" in answer.out
    assert "Magister: 1 rows arrived, 1 rows gone." in answer.out
    assert answer.out.count("Adds up to run") == 4
    assert "DOES NOT ADD UP" not in answer.out
    assert weeks.say("compare", str(second), str(first)).out == answer.out
    assert weeks.pupils[0].last_name not in answer.out


def test_runs_of_two_schools_are_not_compared(weeks: Weeks) -> None:
    first = weeks.run(0)
    settings = weeks.folder / "other.toml"
    settings.write_text('[school]\nbrin = "99ZZ"\n', encoding="utf-8")
    second = weeks.run(1, "--settings", str(settings))
    assert report_of(second)["since"] is None
    answer = weeks.say("compare", str(first), str(second))
    assert (answer.code, "two schools" in answer.err) == (2, True)


def test_history_lists_every_run_with_what_became_of_it(weeks: Weeks) -> None:
    first = weeks.run(0)
    second = weeks.run(1, strangers=(0,))
    third = weeks.run(2)
    assert weeks.say("release", str(third), "--by", "A. de Boer").code == 0
    (weeks.school.out / "strange").mkdir()
    (weeks.school.out / "strange" / "manifest.json").write_text("[]", encoding="utf-8")
    assert weeks.say("purge", str(weeks.school.out), "--before", "2026-11-03").code == 0
    lines = weeks.say("history", str(weeks.school.out)).out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [third.name, second.name, first.name]
    assert "ready to import, released" in lines[1]
    assert "questions open" in lines[2]
    assert "data removed" in lines[3]
    told = weeks.say("history", str(weeks.school.out), "--json").json()["runs"]
    assert [(run["links"], run["held"]) for run in told] == [(12, 0), (11, 1), (12, 0)]
    assert (
        weeks.say("history", str(weeks.school.out), "--school", "nobody").out
        == "There are no runs in this folder.\n"
    )
    missing = weeks.say("history", str(weeks.folder / "nowhere"))
    assert (missing.code, "no folder" in missing.err) == (2, True)


def test_a_run_of_an_older_version_is_passed_over_and_not_compared(weeks: Weeks) -> None:
    import duckdb

    first = weeks.run(0)
    with duckdb.connect(str(first / "run.duckdb")) as connection:
        connection.execute("drop table open_questions")
    second = weeks.run(1)
    assert report_of(second)["since"] is None
    answer = weeks.say("compare", str(first), str(second))
    assert (answer.code, "older version" in answer.err) == (2, True)


def test_a_damaged_run_is_told_and_does_not_stop_the_next_one(weeks: Weeks) -> None:
    first, damaged = weeks.run(0), weeks.run(1)
    (damaged / "run.duckdb").write_bytes(b"no tables")
    answer = weeks.say("compare", str(first), str(damaged))
    assert (answer.code, "cannot be read" in answer.err) == (2, True)
    assert report_of(weeks.run(2))["since"]["run_id"] == first.name


def test_a_run_that_was_killed_before_it_was_whole_is_no_run_to_compare_with(weeks: Weeks) -> None:
    first = weeks.run(0)
    half = weeks.run(1)
    half.rename(half.parent / f".{half.name}.abcd1234.part")
    assert report_of(weeks.run(2))["since"]["run_id"] == first.name
    told = weeks.say("history", str(weeks.school.out), "--json").json()["runs"]
    assert len(told) == 2


def test_a_run_of_the_same_second_is_the_one_before(weeks: Weeks) -> None:
    first = weeks.run(0)
    second = weeks.run(0)
    assert report_of(second)["since"]["run_id"] == first.name
    assert report_of(weeks.run(0))["since"]["run_id"] == second.name
