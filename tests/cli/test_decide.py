"""Answers come back from the workbook, the list and the page; good ones last, and nothing of a bad file is used."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.errors import EXIT_ANSWERS
from etl.texts import text
from tests.cli.schools import Answer, Pupil, Say, School, some_pupils, write_school, write_table

HEADINGS = ("case", "answer", "by", "second_by", "date", "remark")


class SecondAccount(Pupil):
    """A pupil's other account: the same number, an account of its own."""

    def legacy_row(self) -> tuple[str, ...]:
        """Return the account as the old file has it."""
        row = super().legacy_row()
        return (*row[:5], f"m{self.number}", row[6])


class Story:
    """One school with doubtful pupils, and the program to ask."""

    def __init__(self, say: Say, folder: Path) -> None:
        self.say = say
        self.folder = folder
        self.pupils = some_pupils()
        # Number one is used again, number two has two accounts, and pupil three has another number now.
        self.accounts = [
            replace(self.pupils[0], first_name="Bram", last_name="Eikenhout"),
            *self.pupils[1:3],
            replace(self.pupils[2], number=777),
            SecondAccount(self.pupils[1].number, "Sam", self.pupils[1].last_name),
            *self.pupils[3:],
        ]
        self.accounts[2] = replace(self.pupils[2], number=888, last_name="Wilgenroos", first_name="Puk")
        self.write()

    def write(self) -> School:
        self.school = write_school(self.folder, self.pupils, self.accounts)
        # What Magister says of its pupils; the migration help file has no names.
        self.control = write_table(
            self.folder / "leerlingen.csv",
            ("stamnr", "roepnaam", "achternaam", "klas"),
            [(str(one.number), one.first_name, one.last_name, one.school_class) for one in self.pupils],
        )
        return self.school

    def run(self, *more: str) -> Answer:
        return self.say(*self.arguments(*more))

    def arguments(self, *more: str) -> list[str]:
        return self.school.arguments("--quiet", "--control", str(self.control), *more)

    def newest(self) -> Path:
        return max(
            (one for one in self.school.runs() if one.is_dir()), key=lambda one: one.stat().st_mtime_ns
        )

    def report(self) -> Any:
        return json.loads((self.newest() / "report" / "report.json").read_text(encoding="utf-8"))

    def asked(self) -> dict[str, Any]:
        report = self.report()
        return {
            question["question_id"]: question | {"case": case}
            for case in (*report["cases"], *report["old_accounts"])
            for question in case["questions"]
        }

    def by_reason(self, reason: str) -> str:
        (found,) = (name for name, one in self.asked().items() if one["case"]["reason"] == reason)
        return found

    def save(self, answers: Mapping[str, str], name: str = "decisions.csv", **more: str) -> Path:
        """Write answers the way the page does."""
        path = self.folder / name
        lines = [
            [
                question,
                answer,
                more.get("by", "A. de Boer"),
                more.get("second_by", ""),
                more.get("date", ""),
                "",
            ]
            for question, answer in answers.items()
        ]
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
            [HEADINGS, *lines]
        )
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
        return path

    def ledger(self) -> list[dict[str, str]]:
        (path,) = self.school.out.glob("decisions-*.csv")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def story(say: Say, tmp_path: Path, quick: None) -> Story:
    story = Story(say, tmp_path)
    assert story.run().code == 10
    return story


def test_an_answer_counts_in_the_next_run_and_lasts(story: Story) -> None:
    question = story.by_reason("names_differ")
    links = story.report()["links"]
    done = story.say("decide", str(story.newest()), str(story.save({question: "same"})))
    assert done.code == 0, done.err
    assert "1 answer remembered." in done.out
    for _ in range(2):
        story.run()
        report = story.report()
        assert report["links"] == links + 1
        assert [one["state"] for one in report["answers"]] == ["applied"]
        assert question not in story.asked()
    (entry,) = story.ledger()
    assert (entry["answer"], entry["by"], entry["second_by"]) == ("same", "A. de Boer", "none")


def test_an_answer_lapses_when_the_facts_change_and_the_pupil_is_asked_again(story: Story) -> None:
    question = story.by_reason("names_differ")
    story.say("decide", str(story.newest()), str(story.save({question: "same"})))
    story.accounts[0] = replace(story.accounts[0], last_name="Beukenboom")
    story.write()
    answer = story.run()
    assert "1 answer is stale" in answer.out
    assert [one["state"] for one in story.report()["answers"]] == ["stale"]
    again = story.by_reason("names_differ")
    assert again != question
    story.say("decide", str(story.newest()), str(story.save({again: "different"})))
    story.run()
    assert [one["state"] for one in story.report()["answers"]] == ["superseded", "applied"]


def test_an_answer_about_a_case_that_is_gone_is_broken(story: Story) -> None:
    question = story.by_reason("names_differ")
    story.say("decide", str(story.newest()), str(story.save({question: "same"})))
    del story.accounts[0], story.pupils[0]
    story.write()
    story.run()
    assert [one["state"] for one in story.report()["answers"]] == ["broken"]


def test_different_gives_the_pupil_a_new_account_and_leaves_the_old_one(story: Story) -> None:
    question = story.by_reason("names_differ")
    story.run("--decisions", str(story.save({question: "different"})))
    report = story.report()
    assert [one["state"] for one in report["answers"]] == ["applied"]
    loose = {(one["group"], one["record"]["reason"]) for one in report["loose"]}
    assert {("new", "decided_no_account"), ("only_in_legacy", "decided_no_pupil")} <= loose
    archive = next(name for name, one in story.asked().items() if one["case"]["reason"] == "decided_no_pupil")
    done = story.run("--decisions", str(story.save({archive: "archive"}, second_by="J. Postma")))
    assert done.code == 10, done.err
    rows = (story.newest() / "import" / "archive.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 2
    assert "Eikenhout" in rows[1]


def test_of_two_accounts_the_chosen_one_is_linked(story: Story) -> None:
    question = story.by_reason("stamnr_repeated")
    asked = story.asked()[question]
    assert asked["options"] == ["account-1", "account-2", "none", "unknown"]
    chosen = [one for one in asked["case"]["records"] if one["source"] == "legacy"][1]
    story.run("--decisions", str(story.save({question: "account-2"})))
    linked = {
        row["voornaam"]
        for row in csv.DictReader(
            (story.newest() / "import" / "numo_import.csv").read_text("utf-8").splitlines(), delimiter=";"
        )
        if row["stamnr"] == chosen["stamnr"]
    }
    assert linked == {chosen["name"].split()[0]}


def test_who_is_said_to_be_a_pupil_after_all_keeps_the_file_back(story: Story) -> None:
    account = next(name for name, one in story.asked().items() if one["case"]["reason"] == "no_pupil")
    story.run("--decisions", str(story.save({account: "is_pupil"})))
    reasons = {case["reason"] for case in story.report()["cases"]}
    assert "decided_is_pupil" in reasons


def test_i_do_not_know_is_kept_and_decides_nothing(story: Story) -> None:
    question = story.by_reason("names_differ")
    links = story.report()["links"]
    answer = story.run("--decisions", str(story.save({question: "unknown"})))
    assert "do not decide yet" in answer.out or "does not decide yet" in answer.out
    assert story.report()["links"] == links
    assert question in story.asked()


def test_the_same_file_twice_adds_nothing(story: Story) -> None:
    path = story.save({story.by_reason("names_differ"): "same"})
    story.say("decide", str(story.newest()), str(path))
    answer = story.say("decide", str(story.newest()), str(path))
    assert "0 answers remembered." in answer.out
    assert len(story.ledger()) == 1


def test_a_trial_remembers_nothing(story: Story) -> None:
    path = story.save({story.by_reason("names_differ"): "same"})
    answer = story.say("decide", str(story.newest()), str(path), "--dry-run", "--json")
    assert answer.json()["remembered"] == 1
    assert list(story.school.out.glob("decisions-*.csv")) == []


def test_a_class_is_answered_once_for_the_school_year(say: Say, tmp_path: Path, quick: None) -> None:
    story = Story(say, tmp_path)
    story.accounts = [replace(one, opleiding="") for one in story.accounts]
    story.write()
    story.run()
    year = story.report()["school_year"]
    question = f"O-{year}-1A"
    assert question in (story.newest() / "questions.csv").read_text(encoding="utf-8-sig")
    story.run("--decisions", str(story.save({question: "VMBO gl 1"})))
    report = story.report()
    assert [(one["answer"], one["state"]) for one in report["answers"]] == [("vmbo GL klas 1", "applied")]
    assert {one["origin"] for one in report["opleiding"]} == {"decision"}
    other = story.save({f"O-{int(year) - 1}-1A": "havo klas 1", question: "havo klas 1"})
    answer = story.say("decide", str(story.newest()), str(other), "--json")
    assert answer.json()["gone"] == ["decisions.csv:2"]


def test_answers_of_another_school_are_refused_also_where_a_class_is_called_alike(
    say: Say, tmp_path: Path, quick: None
) -> None:
    story = Story(say, tmp_path)
    story.accounts = [replace(one, opleiding="") for one in story.accounts]
    story.write()
    story.run()
    question = f"O-{story.report()['school_year']}-1A"
    path = story.save({question: "havo klas 1", "K-ffffffff": ""})
    answer = story.say("decide", str(story.newest()), str(path))
    assert answer.code == EXIT_ANSWERS
    assert "ANSWERS-OTHER-RUN" in answer.err
    assert list(story.school.out.glob("decisions-*.csv")) == []


def test_a_file_without_answers_says_so(story: Story) -> None:
    answer = story.say("decide", str(story.newest()), str(story.save({story.by_reason("names_differ"): ""})))
    assert answer.code == 0
    assert text("decide.nothing", "en") in answer.out


BAD: dict[str, tuple[Callable[[Story], Path], str]] = {
    "an answer that is not offered": (
        lambda story: story.save({story.by_reason("names_differ"): "archive"}),
        "ANSWERS-NOT-OFFERED",
    ),
    "a formula": (
        lambda story: story.save({story.by_reason("names_differ"): "=same"}),
        "ANSWERS-NOT-OFFERED",
    ),
    "nobody": (lambda story: story.save({story.by_reason("names_differ"): "same"}, by=""), "ANSWERS-NOBODY"),
    "no date": (
        lambda story: story.save({story.by_reason("names_differ"): "same"}, date="31-02-2026"),
        "ANSWERS-DATE",
    ),
    "another run": (lambda story: story.save({"K-ffffffff": "same"}), "ANSWERS-OTHER-RUN"),
    "an empty file": (lambda story: story.save({}), "INTAKE-EMPTY"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_its_place_and_nothing_is_used(story: Story, case: str) -> None:
    write, code = BAD[case]
    path = write(story)
    for arguments in (
        ["decide", str(story.newest()), str(path)],
        story.arguments("--decisions", str(path)),
    ):
        before = sorted(story.school.out.iterdir())
        answer = story.say(*arguments)
        assert answer.code == 21, answer.err
        assert code in answer.err
        assert sorted(story.school.out.iterdir()) == before
        assert not any(one in answer.err for one in ("Eikenhout", "Dennenboom", "Bram"))


def test_a_question_answered_twice_is_refused(story: Story) -> None:
    question = story.by_reason("names_differ")
    path = story.save({question: "same"})
    content = path.read_text(encoding="utf-8-sig")
    path.write_text(content + content.splitlines()[1].replace("same", "different") + "\r\n", encoding="utf-8")
    answer = story.say("decide", str(story.newest()), str(path))
    assert (answer.code, "ANSWERS-TWICE" in answer.err) == (21, True)
    assert "decisions.csv:3" in answer.err


def test_a_run_without_questions_is_not_asked_what_it_never_asked(
    say: Say, school: School, quick: None
) -> None:
    say(*school.arguments())
    (run,) = school.runs()
    path = school.out / "x.csv"
    path.write_text("case;answer;by\r\nK-00000001;same;A\r\n", encoding="utf-8")
    assert say("decide", str(run), str(path)).code == 21
    assert say("decide", str(school.out), str(path)).code == 2


def fill(story: Story, answers: Mapping[str, Mapping[str, str]], spoil: Callable[[Any, int], None]) -> Path:
    """Fill in the workbook of the newest run as a person in Excel does; `spoil` may change more in a row."""
    book = openpyxl.load_workbook(story.newest() / "report" / "report.xlsx")
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows())
        heading = next((row for row in rows if {"Geval", "UW KEUZE"} <= {cell.value for cell in row}), None)
        if heading is None:
            continue
        names = {cell.value: place for place, cell in enumerate(heading)}
        for row in rows:
            given = answers.get(str(row[names["Geval"]].value), {})
            for name, value in given.items():
                row[names[name]].value = value
            if given:
                spoil(sheet, row[0].row)
    path = story.folder / "ingevuld.xlsx"
    book.save(path)
    return path


def leave(sheet: Any, row: int) -> None:
    """Change nothing else."""


def test_the_workbook_comes_back_filled_in(story: Story) -> None:
    names, twice = story.by_reason("names_differ"), story.by_reason("stamnr_repeated")
    account = next(name for name, one in story.asked().items() if one["case"]["reason"] == "no_pupil")
    line = [
        one["line_number"] for one in story.asked()[twice]["case"]["records"] if one["source"] == "legacy"
    ][1]
    path = fill(
        story,
        {
            names: {"UW KEUZE": text("answer.same", "nl"), "Door": "A. de Boer", "Tweede naam": "J. Postma"},
            twice: {"UW KEUZE": text("answer.account", "nl", place=2, line=line), "Door": "A. de Boer"},
            account: {"UW KEUZE": text("answer.keep", "nl"), "Door": "A. de Boer", "Datum": "24-11-2026"},
        },
        leave,
    )
    answer = story.say("decide", str(story.newest()), str(path), "--json")
    assert answer.code == 0, answer.err
    found = {
        one["question"]: (one["answer"], one["state"], one["second_by"]) for one in answer.json()["answers"]
    }
    assert found == {
        names: ("same", "applied", "J. Postma"),
        twice: ("account-2", "applied", ""),
        account: ("keep", "applied", ""),
    }


def test_a_fact_that_was_changed_beside_an_answer_refuses_the_workbook(story: Story) -> None:
    def spoil(sheet: Any, row: int) -> None:
        for cell in sheet[row]:
            if cell.value == "Bram Eikenhout":
                cell.value = "Noor Dennenbooma"

    question = story.by_reason("names_differ")
    path = fill(story, {question: {"UW KEUZE": text("answer.same", "nl"), "Door": "A. de Boer"}}, spoil)
    answer = story.say("decide", str(story.newest()), str(path))
    assert answer.code == 21
    assert "ANSWERS-EVIDENCE" in answer.err
    assert "(Naam)" in answer.err
    assert "Eikenhout" not in answer.err


def test_a_copied_row_is_found(story: Story) -> None:
    def copy(sheet: Any, row: int) -> None:
        for cell in sheet[row]:
            sheet.cell(sheet.max_row + (cell.column == 1), cell.column, cell.value)

    question = story.by_reason("names_differ")
    path = fill(story, {question: {"UW KEUZE": text("answer.same", "nl"), "Door": "A. de Boer"}}, copy)
    answer = story.say("decide", str(story.newest()), str(path))
    assert (answer.code, "ANSWERS-TWICE" in answer.err) == (21, True)


def test_the_list_comes_back_as_excel_saves_it(story: Story) -> None:
    """Excel loses zeros in front, writes Windows-1252 and drops the byte order mark."""
    question = story.by_reason("names_differ")
    content = (story.newest() / "questions.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    place = {name: number for number, name in enumerate(rows[0])}
    for row in rows[1:]:
        row[place["oud_stamnr"]] = row[place["oud_stamnr"]].lstrip("0")
        if row[0] == question:
            row[place["antwoord"]], row[place["door"]] = "niet dezelfde  leerling", "André"
            row[place["datum"]] = "24-11-2026"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    path = story.folder / "vragen.csv"
    path.write_bytes(out.getvalue().replace("–", "-").encode("cp1252"))
    answer = story.say("decide", str(story.newest()), str(path), "--json")
    assert answer.code in (0, 21)
    if answer.code == 21:
        assert "ANSWERS-EVIDENCE" in answer.err
        return
    (entry,) = story.ledger()
    assert (entry["answer"], entry["by"], entry["answered"]) == ("different", "André", "2026-11-24")


def test_a_pupil_keeps_the_number_under_which_it_was_asked(story: Story) -> None:
    before = set(story.asked())
    story.accounts.reverse()
    story.write()
    story.run()
    assert set(story.asked()) == before


def test_nobody_is_linked_twice_by_two_answers(say: Say, tmp_path: Path, quick: None) -> None:
    story = Story(say, tmp_path)
    one, two = story.pupils[5], story.pupils[6]
    story.pupils[6] = Pupil(one.number, "Isa", "Linde", realm=two.realm)
    story.accounts = [*story.accounts, SecondAccount(one.number, "Isa", "Linde")]
    ids = f"abc00000-0000-4000-8000-{999_999:012d}"
    school = story.write()
    lines = school.magister.read_text(encoding="utf-8").splitlines()
    places = [place for place, line in enumerate(lines) if line.startswith(f"{one.number};")]
    assert len(places) == 2
    lines[places[1]] = f"{one.number};88001;{ids};88001@{one.realm}"
    school.magister.write_text("\r\n".join([*lines, ""]), encoding="utf-8", newline="")
    story.run()
    questions = [name for name, found in story.asked().items() if name.endswith((".1", ".2"))]
    assert len(questions) == 2
    answer = story.say("decide", str(story.newest()), str(story.save(dict.fromkeys(questions, "pupil-1"))))
    assert (answer.code, "ANSWERS-EXCLUDE" in answer.err) == (21, True)
    done = story.save({questions[0]: "pupil-1", questions[1]: "pupil-2"})
    assert story.say("decide", str(story.newest()), str(done)).code == 0
