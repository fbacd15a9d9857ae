"""A real browser for the tests of the report: Chromium without a network, as a school would open the file.

On a machine without a browser these tests are skipped; where CI=true they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from etl.cli import main
from etl.config import load_config
from etl.pipeline import RunRequest, run_job
from etl.texts import LANGUAGES
from tests.cli.schools import PROJECT, School, some_pupils, write_school, write_table

SAMPLE: Final = PROJECT / "data" / "sample"
NOW: Final = datetime(2026, 11, 26, 9, 30).astimezone()
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# No sandbox: it cannot be made inside most containers, and the page opened is our own.
OPTIONS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(slots=True)
class Opened:
    """A page with all that went wrong or went out while it was open."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests of this process."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine, and in CI these tests may not be skipped")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Any]:
    """Open a file in a fresh profile; at the end nothing may have gone wrong, gone out or been kept."""
    made: list[tuple[Opened, Any]] = []

    def open_file(path: Path, *, width: int = 1280, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, accept_downloads=True
        )
        result = Opened(context.new_page())
        result.page.on("console", lambda message: result.faults.append(message.text))
        result.page.on("pageerror", lambda error: result.faults.append(str(error)))
        result.page.on("request", lambda request: result.requests.append(request.url))
        result.page.goto(path.as_uri())
        made.append((result, context))
        return result.page

    yield open_file
    for result, context in made:
        gone_out = [
            url for url in result.requests if not url.startswith(("file:///", "blob:", "chrome-error:"))
        ]
        assert (result.faults, gone_out) == ([], [])
        kept = context.storage_state()
        assert (kept["cookies"], kept["origins"]) == ([], [])
        context.close()


def only_run(out: Path) -> Path:
    """Return the one run in a folder."""
    (found,) = (one for one in out.iterdir() if (one / "manifest.json").is_file())
    return found


def run_sample(out: Path, language: str, *, is_whole: bool) -> Path:
    """Run the sample and return its folder; `is_whole` with its suites and its workbook, which takes seconds."""
    files = {source: SAMPLE / f"{source}.csv" for source in ("magister", "legacy", "control")}
    request = RunRequest(
        **files,
        out=out,
        now=NOW,
        config=load_config(SAMPLE / "settings.toml"),
        language=language,
        with_suites=is_whole,
        with_workbook=is_whole,
    )
    return run_job(request).run_folder


@pytest.fixture(scope="session")
def sample_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run the sample once per language, without suites and workbook, and return the folders of the runs."""
    return {
        language: run_sample(tmp_path_factory.mktemp(f"sample-{language}"), language, is_whole=False)
        for language in LANGUAGES
    }


@pytest.fixture(scope="session")
def whole_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run the sample once per language as a school gets it, so that every part of the page is there."""
    return {
        language: run_sample(tmp_path_factory.mktemp(f"whole-{language}"), language, is_whole=True)
        for language in LANGUAGES
    }


@pytest.fixture(scope="session")
def tangled_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[School, Path]:
    """Run a school of which two pupils share one number on both sides: a question per account."""
    folder = tmp_path_factory.mktemp("tangled")
    pupils = some_pupils()
    twin = pupils[0]
    school = write_school(folder, pupils, pupils)
    other = ("leerling", "b", "1a", "tweede@atlas.test", "n9", "vmbo GL klas 1")
    rows = [pupil.magister_row() for pupil in pupils]
    rows.append((str(twin.number), "70001", "abc00000-0000-4000-8000-000000070001", "70001@atlas.test"))
    write_table(school.magister, ("stamnr", "idgebr", "externeid", "realmid"), rows)
    write_table(
        school.legacy,
        ("stamnr", "voornaam", "achternaam", "klas", "email", "numoid", "opleiding"),
        [*(pupil.legacy_row() for pupil in pupils), (str(twin.number), *other)],
    )
    assert main(school.arguments("--quiet")) == 10
    return school, only_run(school.out)
