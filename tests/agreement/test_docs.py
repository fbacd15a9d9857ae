"""The guides and the reference tell everything the program can say, are up to date, and lead nowhere that is not there.

One run of the sample gives the tables; the site is built once.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from etl import brakes, contract, errors
from etl.cli import main_group
from etl.config import list_keys
from etl.report.model import Report
from etl.texts import load_catalogue
from tests.agreement.write_docs import (
    DOCS,
    GUIDES,
    LOADED,
    PARTS,
    PROJECT,
    cell,
    exit_codes_of_errors,
    explained_settings,
    fill_guide,
    list_checks,
    list_errors,
    run_file_of_sample,
    say,
    write_reference,
)

SCHOOL, SUPPORT = (guide.read_text(encoding="utf-8") for guide in GUIDES)
REASONS: Final = [one for reasons in contract.REASONS.values() for one in reasons]
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
PICTURE_LIMIT: Final = 200_000  # bytes; a document has to open fast on any line


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return write_reference(run_file_of_sample(tmp_path_factory.mktemp("sample") / "run"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_the_lists_in_a_guide_are_what_the_program_says(guide: Path) -> None:
    content = guide.read_text(encoding="utf-8")
    assert fill_guide(content) == content, "make docs"


def test_the_reference_is_what_the_program_is(reference: Mapping[str, str]) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "reference").iterdir()}
    assert sorted(kept) == sorted(reference)
    assert [name for name in reference if kept[name] != reference[name]] == [], "make docs"


def test_every_generated_part_stands_in_a_guide() -> None:
    assert set(re.findall(r"<!-- generated: ([a-z-]+) -->", SCHOOL + SUPPORT)) == set(PARTS)


def test_every_status_and_reason_stands_in_both_guides_with_what_to_do() -> None:
    for guide in (SCHOOL, SUPPORT):
        for status in contract.STATUSES:
            assert say(f"status.{status.code}", "nl") in guide
            assert say(f"status.{status.code}.means", "nl") in guide
        for reason in REASONS:
            row = f"| {say(f'reason.{reason}', 'nl')} | {say(f'reason.{reason}.action', 'nl')} | `{reason}` |"
            assert row in guide, reason


def test_every_message_of_the_program_stands_in_the_guide_for_support() -> None:
    assert len(list_errors()) > 100
    for code in list_errors():
        assert re.search(
            rf"^\| `{code}` \| (\d+|–) \| {re.escape(say(code, 'nl'))} \|$", SUPPORT, re.MULTILINE
        ), code


def test_a_message_stands_with_the_exit_code_that_its_error_has() -> None:
    ends = exit_codes_of_errors()
    assert set(ends.values()) <= set(errors.EXIT_CODES) - {errors.EXIT_DONE, errors.EXIT_BUG}
    assert ends["RELEASE-NOBODY"] == errors.ReleaseRefused("RELEASE-NOBODY").exit_code
    assert ends["RELEASE-BRAKE"] == errors.EXIT_BRAKE
    assert ends["PURGE-FAILED"] == errors.EXIT_OUTPUT
    # What has none is a remark about a file that was read.
    assert {code.partition("-")[0] for code in list_errors() if code not in ends} == {"INTAKE"}


def test_every_check_stands_in_the_guide_for_support() -> None:
    assert len(list_checks()) > 30
    for _, check in list_checks():
        assert f"| `{check['meta']['code']}` |" in SUPPORT
        assert cell(check["meta"]["title_nl"]) in SUPPORT


def test_every_question_that_is_open_about_a_file_stands_in_the_guide_for_schools() -> None:
    catalogue = load_catalogue()
    told = [code for code in catalogue if re.match(r"not_performed\.|opleiding\.opleiding_|repair\.", code)]
    told += [code for code in catalogue if re.fullmatch(r"answer\.[a-z_]+\.effect", code)]
    assert [code for code in told if say(code, "nl") not in SCHOOL] == []


def test_support_reads_what_to_do_at_every_exit_code() -> None:
    part = SUPPORT.split("\n## Exitcodes\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", part, re.MULTILINE)
    assert [int(code) for code, _, _ in rows] == sorted(errors.EXIT_CODES)
    assert all(means.strip() and act.strip() for _, means, act in rows)


def test_support_reads_of_every_brake_and_every_command() -> None:
    for brake in brakes.NAMES:
        assert f"| `{brake}` |" in SUPPORT
    for command in main_group.commands:
        assert f"koppelcheck {command}" in SUPPORT


def test_the_commands_in_the_guides_have_options_that_exist() -> None:
    used = re.findall(r"^koppelcheck ([a-z]+)(.*)$", SCHOOL + SUPPORT, re.MULTILINE)
    assert len(used) > 10
    for command, rest in used:
        options = {option for one in main_group.commands[command].params for option in one.opts}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= options, command


def test_schools_read_of_sheets_and_buttons_by_the_names_they_have() -> None:
    catalogue = load_catalogue()
    for code in (
        "sheet.overview",
        "sheet.questions",
        "sheet.opleiding",
        "sheet.only_in_legacy",
        "page.licences",
        "page.answers",
        "page.answers.save",
        "page.answers.load",
        "answer.unknown",
    ):
        assert catalogue[code]["nl"] in SCHOOL, code


def test_every_setting_is_explained_in_the_reference(reference: Mapping[str, str]) -> None:
    leaves = [key for key in list_keys() if not any(other.startswith(f"{key}.") for other in list_keys())]
    assert len(leaves) > 40
    told = explained_settings()
    for key in leaves:
        name = key.rpartition(".")[2]
        row = re.search(rf"^\| `{name}` \| ([^|]+)\|", reference["settings.md"], re.MULTILINE)
        assert row, key
        assert told.get(key), key


def test_every_table_of_a_run_and_every_field_of_the_report_has_its_sentence(
    reference: Mapping[str, str],
) -> None:
    tables = re.findall(r"^## (\w+)\n\n(.*)$", reference["tables.md"], re.MULTILINE)
    assert len(tables) > 40
    assert [name for name, says in tables if len(says.split()) < 4] == []
    assert not set(LOADED) - {name for name, _ in tables}
    rows = re.findall(r"^\| `(\w+)` \| `.+?` \| (.*) \|$", reference["report-json.md"], re.MULTILINE)
    assert [name for name, _ in rows] == [one.name for one in fields(Report)]
    assert [name for name, says in rows if not says.strip()] == []


def test_every_relative_link_of_the_documents_leads_somewhere() -> None:
    documents = [*DOCS.rglob("*.md"), *PROJECT.glob("*.md")]
    assert len(documents) > 14
    for document in documents:
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            name, _, anchor = target.partition("#")
            path = (document.parent / name).resolve() if name else document
            assert "://" in target or path.is_file(), f"{document.name}: {target}"
            if anchor:
                assert anchor in _anchors(path.read_text(encoding="utf-8")), f"{document.name}: {target}"


def test_pictures_are_small_and_all_are_shown() -> None:
    pictures = {path.name: path.stat().st_size for path in (DOCS / "pictures").iterdir()}
    assert pictures
    assert max(pictures.values()) < PICTURE_LIMIT
    shown = "".join(path.read_text(encoding="utf-8") for path in (*DOCS.glob("*.md"), PROJECT / "README.md"))
    assert [name for name in pictures if f"pictures/{name}" not in shown] == []


class Resources(HTMLParser):
    """Collects the address of everything that a page loads by itself; a link that a reader clicks is not loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in ("src", "srcset", "data", "poster") or (tag == "link" and name == "href")):
                self.loaded.append(value)


def test_the_site_loads_nothing_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        found = Resources()
        content = page.read_text(encoding="utf-8")
        found.feed(content)
        assert found.loaded
        for address in found.loaded:
            assert not re.match(r"([a-z]+:)?//", address), f"{page.name}: {address}"
            if page.name != "404.html":  # its addresses begin at the root of the host
                assert (page.parent / address.partition("?")[0]).is_file(), f"{page.name}: {address}"
    for style in site.rglob("*.css"):
        content = style.read_text(encoding="utf-8")
        assert not re.search(r"(url\(|@import)\s*[\"']?\s*([a-z]+:)?//", content), style.name


def test_the_site_has_every_document(site: Path) -> None:
    made = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    names = [*PROJECT.glob("*.md"), *DOCS.rglob("*.md")]
    wanted = {path.relative_to(PROJECT).with_suffix(".html").as_posix() for path in names}
    assert {one.replace("README.html", "index.html") for one in wanted} <= made


def _anchors(content: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", content, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
