"""The report in a real browser: nothing goes out, nothing is cut off, nobody is shut out.

What axe finds is only a part of what can be wrong; keyboard and small screens are tried apart.
"""

from __future__ import annotations

import re
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


@pytest.mark.parametrize("width", [1920, 1280, 768, 320])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_screen(
    opened: Open, whole_runs: dict[str, Path], language: str, width: int
) -> None:
    page = opened(whole_runs[language] / "report" / "report.html", width=width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_page_is_whole_and_takes_no_answer_that_it_would_lose(
    opened: Open, sample_runs: dict[str, Path], whole_runs: dict[str, Path]
) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html", script=False)
    expect(page.get_by_text(text("page.decide.how.page_only", "nl"))).to_be_visible()
    page = opened(whole_runs["nl"] / "report" / "report.html", script=False)
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


def pasted(page: Page) -> list[list[str]]:
    """Paste what was copied, as somebody would, and return its cells."""
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), {id: 'paste'}))")
    page.locator("#paste").focus()
    page.keyboard.press("ControlOrMeta+v")
    content = page.locator("#paste").input_value()
    page.evaluate("document.getElementById('paste').remove()")
    return [line.split("\t") for line in content.removesuffix("\n").split("\n")]


def test_a_list_is_put_in_order_by_its_headings_and_copied_as_it_stands(
    opened: Open, sample_runs: dict[str, Path]
) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    table = page.get_by_role("table", name=text("page.login.rows", "nl"))
    before = table.locator("tbody tr").all_inner_texts()
    heading = table.get_by_role("columnheader", name=text("page.list.line", "nl"))
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    lines = [int(cell) for cell in table.locator("tbody tr td:nth-child(4)").all_inner_texts()]
    assert lines == sorted(lines)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    lines = [int(cell) for cell in table.locator("tbody tr td:nth-child(4)").all_inner_texts()]
    assert lines == sorted(lines, reverse=True)
    assert sorted(table.locator("tbody tr").all_inner_texts()) == sorted(before)
    name = table.get_by_role("columnheader", name=text("page.field.school_class", "nl"))
    name.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") is None
    table.locator("xpath=preceding-sibling::p[1]/button").click()
    rows = pasted(page)
    assert rows[0][0] == text("page.field.name", "nl")
    assert len(rows) == len(before) + 1
    assert {row[3] for row in rows[1:]} == {str(line) for line in lines}


def test_the_cases_that_are_shown_are_put_in_order_and_copied(
    opened: Open, sample_runs: dict[str, Path]
) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html")
    reason = page.locator("#zoek-reden")
    reason.select_option(reason.locator("option").nth(1).get_attribute("value"))
    shown = [one.get_attribute("id") for one in page.locator(".case:visible").all()]
    page.locator("#zoeken .copy button").click()
    assert {row[0] for row in pasted(page)[1:]} == set(shown)
    page.get_by_role("button", name=text("page.search.clear", "nl")).click()
    as_found = [one.get_attribute("id") for one in page.locator(".case").all()]
    page.get_by_label(text("page.search.order", "nl")).select_option("stamnr")
    for group in page.locator(".cases").all():
        first = [
            one.locator(".field-stamnr bdi").first.inner_text()
            for one in group.locator(".case").all()
            if one.locator(".field-stamnr bdi").count()
        ]
        numbers = [int(value) for value in first if value.isdigit()]
        assert numbers == sorted(numbers)
    page.get_by_role("button", name=text("page.search.clear", "nl")).click()
    assert [one.get_attribute("id") for one in page.locator(".case").all()] == as_found


def test_what_is_copied_is_no_formula_in_a_spreadsheet(opened: Open, sample_runs: dict[str, Path]) -> None:
    page = opened(sample_runs["nl"] / "report" / "report.html")
    page.evaluate("document.querySelector('table.list tbody th').textContent = '=1+1'")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.locator("table.list").first.locator("xpath=preceding-sibling::p[1]/button").click()
    assert pasted(page)[1][0] == "'=1+1"


@pytest.mark.parametrize("name", ["report.html", "summary.html"])
def test_printed_on_a4_nothing_is_cut_off_and_no_control_is_on_paper(
    opened: Open, sample_runs: dict[str, Path], name: str
) -> None:
    # A4 less its margins, at 96 dots to the inch.
    page = opened(sample_runs["nl"] / "report" / name, width=688)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    for control in ("#zoeken", ".copy", "#antwoorden-bewaar"):
        assert page.locator(f"{control}:visible").count() == 0, control
    printed = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    assert printed.startswith(b"%PDF")
    boxes = set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", printed))
    assert {tuple(round(float(side)) for side in box.split()) for box in boxes} == {(0, 0, 595, 842)}
