"""A school answers in the page, in a real browser; what it saves is what the next run uses.

The clicks are a person's: labels and buttons by their words, a file picked, a page closed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from etl.cli import main
from etl.texts import text
from tests.browser.conftest import SAMPLE, only_run
from tests.cli.schools import School

Open = Callable[..., Page]
NOW = "2026-11-26"


def report_of(run: Path) -> Any:
    return json.loads((run / "report" / "report.json").read_text("utf-8"))


def question_of(run: Path, reason: str) -> str:
    """Return the id of the one question with a reason."""
    report = report_of(run)
    (found,) = (
        question["question_id"]
        for case in (*report["cases"], *report["old_accounts"])
        for question in case["questions"]
        if case["reason"] == reason
    )
    return str(found)


def pick(page: Page, question: str, code: str) -> None:
    page.locator(f"[data-question='{question}'] input[value='{code}']").check()


def name(page: Page, by: str, second: str = "") -> None:
    page.get_by_label(text("page.answers.by", "nl")).fill(by)
    page.get_by_label(text("page.answers.second_by", "nl"), exact=True).fill(second)


def save(page: Page, to: Path, language: str = "nl") -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=text("page.answers.save", language)).click()
    path = to / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";")
    return {row["case"]: row for row in rows}


def test_answers_of_the_page_are_those_the_next_run_applies(
    opened: Open, sample_runs: dict[str, Path], tmp_path: Path
) -> None:
    run = sample_runs["nl"]
    page = opened(run / "report" / "report.html")
    suspect, namesakes = question_of(run, "names_differ"), question_of(run, "several_namesakes")
    pick(page, suspect, "different")
    remark = 'Het "oude" nummer; =2+2 is opnieuw gebruikt'
    page.locator(f"[data-question='{suspect}'] .remark").fill(remark)
    pick(page, namesakes, "pupil-1")
    pick(page, namesakes, "pupil-2")
    page.locator("#only_in_legacy summary").click()
    page.locator("#only_in_legacy .accounts select").first.select_option("archive")
    page.locator("#opleiding").get_by_label(
        text("question.opleiding", "nl", school_class="2C")
    ).select_option("havo klas 2")
    expect(page.locator("#antwoorden-telling")).to_contain_text("4 van de")
    name(page, "=M. de Beer", "J. Postma")
    path = save(page, tmp_path)
    assert path.name == f"decisions-{run.name}.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcase;answer;by;second_by;date;remark\r\n")
    rows = rows_of(path)
    assert {row["answer"] for row in rows.values()} == {"different", "pupil-2", "archive", "havo klas 2"}
    assert rows[suspect]["remark"] == remark
    assert {row["by"] for row in rows.values()} == {"'=M. de Beer"}  # nothing that a spreadsheet would run
    assert [row["second_by"] for row in rows.values() if row["second_by"]] == ["J. Postma"]

    files = [f"--{source}={SAMPLE / source}.csv" for source in ("magister", "legacy", "control")]
    out = tmp_path / "runs"
    more = [
        "--settings",
        str(SAMPLE / "settings.toml"),
        "--decisions",
        str(path),
        "--quiet",
        "--out",
        str(out),
    ]
    assert main(["run", *files, *more]) == 10
    after = report_of(only_run(out))
    assert {(one["question"], one["answer"], one["state"]) for one in after["answers"]} == {
        (question, row["answer"], "applied") for question, row in rows.items()
    }
    still_asked = {one["question_id"] for case in after["cases"] for one in case["questions"]}
    assert not still_asked & set(rows)


def test_without_a_name_or_an_answer_nothing_is_saved_and_the_page_says_why(
    opened: Open, sample_runs: dict[str, Path]
) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html")
    downloads: list[object] = []
    page.on("download", lambda download: downloads.append(download))
    button = page.get_by_role("button", name=text("page.answers.save", "nl"))
    button.click()
    expect(page.get_by_role("alert")).to_have_text(text("page.answers.problem.nothing", "nl"))
    pick(page, question_of(sample_runs["nl"], "names_differ"), "unknown")
    button.click()
    expect(page.get_by_role("alert")).to_have_text(text("page.answers.problem.nobody", "nl"))
    field = page.get_by_label(text("page.answers.by", "nl"))
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert downloads == []


def test_two_accounts_are_never_saved_for_one_pupil(
    opened: Open, tangled_run: tuple[School, Path], tmp_path: Path
) -> None:
    _, run = tangled_run
    page = opened(run / "report" / "report.html")
    (case,) = (one for one in report_of(run)["cases"] if len(one["questions"]) == 2)
    first, second = (one["question_id"] for one in case["questions"])
    pick(page, first, "pupil-1")
    pick(page, second, "pupil-1")
    name(page, "A. de Boer")
    page.get_by_role("button", name=text("page.answers.save", "nl")).click()
    expect(page.get_by_role("alert")).to_have_text(
        text("page.answers.problem.exclude", "nl", first=first, second=second)
    )
    expect(page.locator(f"[data-question='{second}'] input[value='pupil-1']")).to_be_focused()
    pick(page, second, "pupil-2")
    assert set(rows_of(save(page, tmp_path))) == {first, second}


def test_a_saved_file_is_read_back_by_a_colleague_who_goes_on(
    opened: Open, sample_runs: dict[str, Path], tmp_path: Path
) -> None:
    run = sample_runs["nl"]
    suspect, suggested = question_of(run, "names_differ"), question_of(run, "same_name")
    (tmp_path / "one").mkdir()
    page = opened(run / "report" / "report.html")
    pick(page, suspect, "same")
    name(page, "M. de Beer", "J. Postma")
    page.locator(f"[data-question='{suspect}'] .remark").fill("ja")
    earlier = save(page, tmp_path / "one")
    written = rows_of(earlier)[suspect]
    earlier.write_text(
        earlier.read_text("utf-8").replace(written["date"], NOW[:8] + "01"), "utf-8", newline=""
    )

    page = opened(run / "report" / "report.html")
    page.get_by_label(text("page.answers.load.label", "nl")).set_input_files(earlier)
    expect(page.locator("#antwoorden-gelezen")).to_contain_text("1 antwoorden ingelezen.")
    expect(page.locator(f"[data-question='{suspect}'] input[value='same']")).to_be_checked()
    pick(page, suggested, "different")
    name(page, "S. Bakker")
    rows = rows_of(save(page, tmp_path))
    # The first answer keeps who gave it and when; the second has the colleague's name.
    assert (rows[suspect]["by"], rows[suspect]["second_by"]) == ("M. de Beer", "J. Postma")
    assert (rows[suspect]["date"], rows[suspect]["remark"]) == (NOW[:8] + "01", "ja")
    assert rows[suggested]["by"] == "S. Bakker"
    # Changing an answer makes it the colleague's own.
    pick(page, suspect, "unknown")
    (tmp_path / "two").mkdir()
    assert rows_of(save(page, tmp_path / "two"))[suspect]["by"] == "S. Bakker"


def test_a_file_that_does_not_fit_is_told_apart_line_by_line(
    opened: Open, sample_runs: dict[str, Path], tmp_path: Path
) -> None:
    run = sample_runs["nl"]
    suspect, suggested = question_of(run, "names_differ"), question_of(run, "same_name")
    other, twice = question_of(run, "other_externeid"), question_of(run, "control_conflict")
    page = opened(run / "report" / "report.html")
    pick(page, suspect, "different")
    path = tmp_path / "decisions.csv"
    answers = [
        (suspect, "same"),
        (suggested, "pupil-7"),
        (other, "unknown"),
        (twice, "same"),
        (twice, "same"),
    ]
    lines = [f"{question};{answer};A;;2026-11-01;" for question, answer in (*answers, ("K-00000000", "same"))]
    path.write_text("\r\n".join(["case;answer;by;second_by;date;remark", *lines, ""]), "utf-8", newline="")
    load = page.get_by_label(text("page.answers.load.label", "nl"))
    load.set_input_files(path)
    told = page.locator("#antwoorden-gelezen p")
    expect(told).to_have_text(
        [
            text("page.answers.loaded", "nl", count="1"),
            text("page.answers.loaded.unknown", "nl", count="1"),
            text("page.answers.loaded.not_offered", "nl", questions=suggested),
            text("page.answers.loaded.twice", "nl", questions=twice),
            text("page.answers.loaded.kept", "nl", questions=suspect),
        ]
    )
    expect(page.locator(f"[data-question='{suspect}'] input[value='different']")).to_be_checked()
    expect(page.locator(f"[data-question='{twice}'] input:checked")).to_have_count(0)
    load.set_input_files(run / "questions.csv")
    expect(told).to_have_text([text("page.answers.loaded.other", "nl")])


def test_one_answer_for_many_leaves_alone_what_is_answered_or_out_of_sight(
    opened: Open, sample_runs: dict[str, Path]
) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html")
    group = page.locator(".reason:has(.bulk)").first
    questions = group.locator(".question")
    assert questions.count() >= 2
    questions.nth(0).locator("input[value='none']").check()
    group.locator(".bulk select").select_option("unknown")
    group.locator(".bulk button").click()
    expect(questions.nth(0).locator("input[value='none']")).to_be_checked()
    expect(questions.nth(1).locator("input[value='unknown']")).to_be_checked()

    page.locator("#only_in_legacy summary").click()
    accounts = page.locator("#only_in_legacy .accounts select")
    assert accounts.count() >= 2
    page.locator(".bulk-class").select_option(index=1)
    page.locator(".bulk-answer").select_option("keep")
    page.locator(".bulk-classes button").click()
    wanted = page.locator(".bulk-class").input_value()
    for place in range(accounts.count()):
        of_class = accounts.nth(place).evaluate("select => select.closest('tr').dataset.class")
        expect(accounts.nth(place)).to_have_value("keep" if of_class == wanted else "")

    page.locator("#zoek-tekst").fill("geen enkele leerling heet zo")
    before = page.locator("input[type=radio]:checked").count()
    page.locator(".reason .bulk select").first.evaluate("select => { select.value = 'unknown'; }")
    page.locator(".reason .bulk button").first.evaluate("button => button.click()")
    assert page.locator("input[type=radio]:checked").count() == before


def test_leaving_with_unsaved_answers_is_asked_about_and_after_saving_it_is_not(
    opened: Open, sample_runs: dict[str, Path], tmp_path: Path
) -> None:
    run = sample_runs["nl"]
    page = opened(run / "report" / "report.html")
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    pick(page, question_of(run, "names_differ"), "unknown")
    page.reload()
    assert asked == ["beforeunload"]
    # A fresh page holds nothing of what was not saved.
    assert page.locator("input[type=radio]:checked").count() == 0
    pick(page, question_of(run, "names_differ"), "unknown")
    name(page, "A. de Boer")
    save(page, tmp_path)
    page.reload()
    assert asked == ["beforeunload"]


def test_an_answer_can_be_cleared(opened: Open, sample_runs: dict[str, Path]) -> None:
    run = sample_runs["en"]
    page = opened(run / "report" / "report.html")
    question = page.locator(f"[data-question='{question_of(run, 'names_differ')}']")
    question.locator("input[value='same']").check()
    expect(page.locator("#antwoorden-tweede")).to_have_text(
        text("page.answers.second_by.count", "en", count="1")
    )
    question.get_by_role("button", name=text("page.answer.clear", "en")).click()
    expect(question.locator("input:checked")).to_have_count(0)
    expect(page.locator("#antwoorden-telling")).to_contain_text("0 of")
    expect(page.locator("#antwoorden-tweede")).to_be_hidden()


@pytest.mark.parametrize("key", ["Space", "ArrowDown"])
def test_a_question_is_answered_and_saved_with_the_keyboard_alone(
    opened: Open, sample_runs: dict[str, Path], tmp_path: Path, key: str
) -> None:
    run = sample_runs["nl"]
    page = opened(run / "report" / "report.html")
    question = question_of(run, "names_differ")
    first = page.locator(f"[data-question='{question}'] input").first
    for _ in range(400):
        page.keyboard.press("Tab")
        if first.evaluate("input => input === document.activeElement"):
            break
    else:
        pytest.fail("the question is not reached with Tab")
    page.keyboard.press(key)
    chosen = {"Space": "same", "ArrowDown": "different"}[key]
    expect(page.locator(f"[data-question='{question}'] input[value='{chosen}']")).to_be_checked()
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "antwoord-door":
            break
    page.keyboard.type("A. de Boer")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    path = tmp_path / "saved.csv"
    waiting.value.save_as(path)
    assert rows_of(path)[question]["answer"] == chosen
