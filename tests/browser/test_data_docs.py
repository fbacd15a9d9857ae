"""Great Expectations' own pages about a run: readable in a real browser without a network, and without a pupil."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from etl.cli import main
from etl.validate import load_suites
from tests.browser.test_page import RULES

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def docs(sample_runs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "pages"
    assert main(["datadocs", str(sample_runs["nl"]), str(folder), "--lang", "en"]) == 0
    return folder


def test_there_is_a_page_for_every_suite_and_each_loads_nothing(opened: Open, docs: Path) -> None:
    tables = {suite.table for suite in load_suites()}
    assert {path.stem for path in docs.iterdir()} == tables | {"index"}
    page = opened(docs / "index.html")
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.get_by_role("link", name="clean_legacy").click()
    expect(page.get_by_role("heading", name="clean_legacy", exact=True)).to_be_visible()
    # The sample has two accounts without any key, and a check that says so.
    failed = page.locator("tr", has=page.locator(".fa-times"))
    expect(failed).to_contain_text("stamnr_key is null and externeid_key is null")
    expect(failed.locator("td").last).to_have_text("2")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('td .fa-check-circle'), '::before').content")
        == '"✓ passed"'
    )


def test_the_pages_say_as_many_checks_as_there_are(docs: Path) -> None:
    index = (docs / "index.html").read_text("utf-8")
    told = dict(re.findall(r'<a href="(\w+)\.html">.*?</th><td>(\d+)</td>', index))
    assert told == {suite.table: str(len(suite.checks)) for suite in load_suites()}


def test_no_address_and_no_script_stands_in_them(docs: Path) -> None:
    for path in docs.iterdir():
        page = path.read_text("utf-8")
        assert "<script" not in page, path.name
        assert not re.search(r'(src|href)="(?!index\.html|#|\w+\.html)', page), path.name


def test_a_folder_that_is_there_is_left_alone(docs: Path, sample_runs: dict[str, Path]) -> None:
    before = {path.name: path.read_bytes() for path in docs.iterdir()}
    assert main(["datadocs", str(sample_runs["nl"]), str(docs)]) == 24
    assert {path.name: path.read_bytes() for path in docs.iterdir()} == before
