"""The report in a real browser: nothing goes out, nothing is cut off, nobody is shut out.

What axe finds is only a part of what can be wrong; keyboard and small screens are tried apart.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from etl.texts import LANGUAGES, text

Open = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def unfold(page: Page) -> None:
    """Open every part that is folded, and answer the first question, so that all that can be seen is seen."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.locator(".question input").first.check()
    page.get_by_role(
        "button", name=text("page.answers.save", page.locator("html").get_attribute("lang") or "nl")
    ).click()


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
def test_axe_finds_nothing(opened: Open, whole_runs: dict[str, Path], language: str, width: int) -> None:
    page = opened(whole_runs[language] / "report" / "report.html", width=width)
    unfold(page)
    found = Axe().run(page, options=RULES)
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found.response["violations"]
    ] == []


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
def test_axe_finds_nothing_on_the_page_to_share(
    opened: Open, sample_runs: dict[str, Path], language: str, width: int
) -> None:
    page = opened(sample_runs[language] / "report" / "summary.html", width=width)
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 768, 320])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_screen(
    opened: Open, whole_runs: dict[str, Path], language: str, width: int
) -> None:
    page = opened(whole_runs[language] / "report" / "report.html", width=width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_page_is_whole_and_takes_no_answer_that_it_would_lose(
    opened: Open, sample_runs: dict[str, Path]
) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html", script=False)
    expect(page.get_by_text(text("page.decide.how.workbook", "nl"))).to_be_visible()
    expect(page.locator("#antwoorden")).to_be_hidden()
    assert page.locator(".question").count() > 0
    assert page.locator(".question:not([disabled])").count() == 0
    expect(page.locator(".question").first).to_contain_text(text("answer.unknown", "nl"))


def test_search_still_finds_by_name_without_accents(opened: Open, sample_runs: dict[str, Path]) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html")
    every = page.locator(".case:visible").count()
    shown = page.locator(".case .field-name").first.inner_text().split()[0]
    page.get_by_label(text("page.search.label", "nl")).fill(shown.upper())
    found = page.locator(".case:visible").count()
    assert 0 < found < every
    for place in range(found):
        assert shown.lower() in page.locator(".case:visible").nth(place).inner_text().lower()
