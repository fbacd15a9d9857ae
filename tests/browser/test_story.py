"""The whole story of a school: asked, answered in Excel and in a browser, changed, asked again, released, void, undone.

Every step is one that people take; the files go from hand to hand as they would.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import etl.pipeline
from etl.cli import main
from etl.texts import text
from tests.browser.test_answers import name, pick, save
from tests.cli.schools import Answer, Pupil, Say, write_school
from tests.cli.test_decide import Story, fill, leave
from tests.properties.test_reverse import Application

Open = Callable[..., Page]
KEYS = ("stamnr", "voornaam", "achternaam", "klas", "email", "numoid")


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.setenv("KOPPELCHECK_LANG", "en")

    def call(*arguments: str) -> Answer:
        code = main(arguments)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))


def states(report: Any) -> dict[str, str]:
    return {one["question"]: one["state"] for one in report["answers"]}


def answer_all(story: Story, opened: Open, run: Path, folder: Path) -> Path:
    """Answer every open question of a run in its page, and return the file that it saves."""
    folder.mkdir()
    page = opened(run / "report" / "report.html")
    for question, one in story.asked().items():
        if question.startswith("K-"):
            decisive = [code for code in one["options"] if code in ("different", "none")]
            pick(page, question, decisive[0] if decisive else one["options"][0])
    for select in page.locator("#opleiding select").all():
        select.select_option(index=1)
    name(page, "S. Bakker", "J. Postma")
    return save(page, folder)


def test_a_school_is_asked_answers_and_is_released(
    say: Say, tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = etl.pipeline.run_job

    def quick(request: etl.pipeline.RunRequest, *rest: Any) -> etl.pipeline.RunOutcome:
        return whole(replace(request, with_suites=False), *rest)

    # The suites cost seconds; the run that is released has them.
    monkeypatch.setattr(etl.pipeline, "run_job", quick)
    story = Story(say, tmp_path)

    def run_again(expected: int, *more: str) -> Path:
        time.sleep(1.1)  # the next run is a later one: the name of a run counts in seconds
        answer = story.run(*more)
        assert answer.code == expected, answer.out + answer.err
        return story.newest()

    # Asked.
    assert story.run().code == 10
    first = story.newest()
    stranger, twice = story.by_reason("names_differ"), story.by_reason("stamnr_repeated")
    assert say("release", str(first), "--by", "A. de Boer").code == 10

    # Answered in Excel, read back with decide.
    book = fill(story, {stranger: {"UW KEUZE": "Niet dezelfde leerling", "Door": "M. de Beer"}}, leave)
    decided = say("decide", str(first), str(book), "--json")
    assert (decided.code, decided.json()["remembered"]) == (0, 1)

    # Answered in the page, read back with the next run.
    page = opened(first / "report" / "report.html")
    offered = story.asked()[twice]["options"]
    pick(page, twice, next(code for code in offered if code.startswith("account-")))
    name(page, "S. Bakker")
    second = run_again(10, "--decisions", str(save(page, tmp_path)))
    assert states(story.report()) == {stranger: "applied", twice: "applied"}
    assert not {stranger, twice} & set(story.asked())
    assert [entry["by"] for entry in story.ledger()] == ["M. de Beer", "S. Bakker"]

    # Another delivery: the class of the stranger's account has changed, so that answer has lapsed and is asked again.
    story.accounts[0] = replace(story.accounts[0], school_class="1c")
    story.write()
    third = run_again(10)
    assert states(story.report()) == {stranger: "stale", twice: "applied"}
    again = story.by_reason("names_differ")
    assert again != stranger
    page = opened(third / "report" / "report.html")
    expect(page.locator("#gegeven")).to_contain_text(text("decision.state.stale", "nl"))
    compared = say("compare", str(second), str(third), "--json").json()
    assert again in compared["newly_open"] + compared["reopened"]

    # The rest is answered in the page: every pupil, and then the class of one who turned out to be new.
    run_again(10, "--decisions", str(answer_all(story, opened, third, tmp_path / "later")))
    last = answer_all(story, opened, story.newest(), tmp_path / "last")
    monkeypatch.setattr(etl.pipeline, "run_job", whole)
    fourth = run_again(0, "--decisions", str(last))
    monkeypatch.setattr(etl.pipeline, "run_job", quick)
    assert json.loads((fourth / "manifest.json").read_text("utf-8"))["checks"]

    # Released, by name.
    assert say("release", str(third), "--by", "A. de Boer").code in (2, 10)  # not the one that was overtaken
    assert say("release", str(fourth), "--by", "A. de Boer", "--second-by", "J. Postma").code == 0
    assert say("release", str(fourth), "--check").code == 0

    # Imported, and put back.
    delivered = rows(story.school.legacy)
    imported, reverse = (rows(fourth / "release" / f"{file}.csv") for file in ("numo_import", "reverse"))
    accounts = {
        tuple(row[: len(KEYS)]): dict.fromkeys(imported[0], "") | dict(zip(delivered[0], row, strict=True))
        for row in delivered[1:]
    }
    before = Application(accounts, KEYS)
    after = before.read(imported)
    ids = [cells["externeid"] for cells in after.accounts.values() if cells["externeid"]]
    assert len(ids) == len(set(ids)) == len(imported) - 1
    assert after.read(reverse).accounts == before.accounts

    # A pupil arrives: the release no longer holds.
    story.pupils.append(Pupil(88_888, "Wies", "Beukenlaan"))
    write_school(story.folder, story.pupils, story.accounts)
    answer = say(*story.arguments())
    assert f"The release of run {fourth.name} is void" in answer.out
    assert say("release", str(fourth), "--check", "--json").json()["why"] == ["inputs"]
