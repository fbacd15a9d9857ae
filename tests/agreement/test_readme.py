"""The documents tell the truth: the README's session is run, and what they list is what the program has.

One run of the sample serves all tests here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl import contract, errors
from etl.cli import main_group
from etl.stages import list_stages
from etl.texts import text
from tests.agreement.readme_session import (
    README,
    Told,
    list_commands,
    read_session,
    run_commands,
    write_session,
)

ROOT = README.parent
DOCUMENTS = ("README.md", "GLOSSARY.md", "DECISIONS.md", "DEVELOPERS.md", "CHANGELOG.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("session")


@pytest.fixture(scope="module")
def told(session_folder: Path) -> tuple[Told, ...]:
    return run_commands(list_commands(read_session(_read("README.md"))), session_folder)


@pytest.fixture(scope="module")
def run_folder(told: tuple[Told, ...], session_folder: Path) -> Path:
    (folder,) = (session_folder / "runs").iterdir()
    return folder


def test_session_in_the_readme_is_what_the_terminal_says(told: tuple[Told, ...]) -> None:
    assert write_session(told) == read_session(_read("README.md"))
    assert [one.exit_code for one in told] == [errors.EXIT_DONE] * len(told)


def test_session_shows_the_whole_job_and_one_pupil_explained(told: tuple[Told, ...]) -> None:
    commands = {one.command.split()[2] for one in told}
    assert commands == {"check", "demo", "explain"}


def test_readme_begins_with_making_the_demo_and_the_tests() -> None:
    blocks = re.findall(r"```\w*\n(.*?)```", _read("README.md"), re.DOTALL)
    assert blocks[0] == "make demo\nmake test\n"
    assert blocks[1] == "pip install .\nkoppelcheck demo\n"


def test_readme_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"koppelcheck ([a-z]+)\b", "\n".join(_blocks(_read("README.md")))))
    assert named == set(main_group.commands)


def test_readme_commands_have_options_that_exist() -> None:
    for line in _blocks(_read("README.md")):
        found = re.search(r"koppelcheck ([a-z]+) (.*)", line)
        if found is None or not line.startswith(("koppelcheck", "$ koppelcheck")):
            continue
        options = {option for one in main_group.commands[found[1]].params for option in one.opts}
        for option in re.findall(r"--[a-z-]+", found[2]):
            assert option in options, line


def test_readme_lists_every_file_of_a_run_and_no_other(run_folder: Path) -> None:
    listed = {row[0].strip("`") for row in _table(_read("README.md"), "The files of a run")}
    made = {path.relative_to(run_folder).as_posix() for path in run_folder.rglob("*") if path.is_file()}
    # These come with the answers of a school, and the session is a first run.
    assert listed == made | {"decisions.csv", "import/archive.csv"}


def test_readme_tells_the_twelve_statuses_as_the_school_reads_them() -> None:
    rows = _table(_read("README.md"), "The twelve statuses")
    told = [(row[0], row[1].strip("`"), row[2]) for row in rows]
    assert told == [
        (str(status.rung), status.code, text(f"status.{status.code}", "nl")) for status in contract.STATUSES
    ]
    assert all(row[3] and row[4] for row in rows)


def test_readme_says_which_statuses_are_held() -> None:
    held = [status.rung for status in contract.STATUSES if status.is_held]
    assert held == [1, 4, 5, 6, 7]
    assert "Statuses 1 and 4 to 7 are *held*" in _read("README.md")


def test_readme_lists_every_exit_code() -> None:
    listed = [int(row[0]) for row in _table(_read("README.md"), "Exit codes")]
    assert listed == sorted(errors.EXIT_CODES)


def test_readme_tells_the_columns_of_a_magister_export() -> None:
    listed = [row[0].strip("`") for row in _table(_read("README.md"), "How to read a Magister export")]
    assert tuple(listed) == contract.MAGISTER_SOURCE.key_columns


@pytest.mark.parametrize(
    ("section", "prefix", "codes"),
    [
        ("The twelve statuses", "status", [status.code for status in contract.STATUSES]),
        ("The groups a school sees", "group", list(contract.GROUPS)),
        ("The repairs", "repair", [*contract.REPAIRS, *contract.OTHER_REPAIRS]),
    ],
)
def test_glossary_has_the_words_of_the_report(section: str, prefix: str, codes: list[str]) -> None:
    rows = _table(_read("GLOSSARY.md"), section)
    assert rows == [
        [text(f"{prefix}.{code}", "nl"), text(f"{prefix}.{code}", "en"), f"`{code}`"] for code in codes
    ]


def test_glossary_explains_every_key_of_the_magister_file() -> None:
    explained = set(CODE.findall(_read("GLOSSARY.md")))
    assert set(contract.MAGISTER_SOURCE.key_columns) <= explained
    assert {source.name for source in contract.SOURCES.values()} <= explained


def test_decisions_are_numbered_and_complete() -> None:
    parts = re.split(r"^## ", _read("DECISIONS.md"), flags=re.MULTILINE)[1:]
    assert [int(part.split(".")[0]) for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        for label in ("**Context.**", "**Choice.**", "**Consequence.**"):
            assert part.count(label) == 1, part.splitlines()[0]


def test_developers_find_every_make_target_and_no_other() -> None:
    listed = {
        row[0].strip("`").removeprefix("make ") for row in _table(_read("DEVELOPERS.md"), "Make targets")
    }
    made = set(re.findall(r"^([a-z]+):.*## ", _read("Makefile"), re.MULTILINE))
    assert listed == made - {"help"}


def test_developers_find_every_kind_of_test() -> None:
    listed = {row[0].strip("`/") for row in _table(_read("DEVELOPERS.md"), "Tests")}
    kinds = {f"tests/{path.parent.name}" for path in (ROOT / "tests").glob("*/test_*.py")}
    assert listed >= kinds


def test_documents_name_stages_and_files_that_exist() -> None:
    for document in DOCUMENTS:
        content = _read(document)
        for number, table in re.findall(r"`(?:etl/sql/)?(\d\d)_([a-z_]+)\.sql`", content):
            assert any((stage.number, stage.table) == (int(number), table) for stage in list_stages()), table
        for path in CODE.findall(content):
            if re.fullmatch(r"(etl|tests|data|expectations|notebooks)/[\w./-]*", path):
                assert (ROOT / path).exists(), f"{document}: {path}"


def test_links_of_the_documents_lead_somewhere() -> None:
    for document, target in _links():
        name, _, anchor = target.partition("#")
        path = ROOT / name if name else ROOT / document
        assert path.exists(), f"{document}: {target}"
        if anchor:
            assert anchor in _anchors(path.read_text(encoding="utf-8")), f"{document}: {target}"


@pytest.mark.parametrize(("folder", "count"), [("defects", 40), ("attacks", 34)])
def test_each_defect_and_each_attack_of_the_list_has_a_test_of_its_number(folder: str, count: int) -> None:
    here = ROOT / "tests" / folder
    listed = [
        int(row) for row in re.findall(r"^\| (\d+) \|", (here / "README.md").read_text("utf-8"), re.MULTILINE)
    ]
    assert listed == list(range(1, count + 1))
    tested = {
        int(number)
        for path in here.glob("test_*.py")
        for number in re.findall(r"^def test_(\d\d)_", path.read_text("utf-8"), re.MULTILINE)
    }
    assert tested == set(listed)


def test_changelog_has_the_version_of_the_program() -> None:
    import etl

    versions = re.findall(r"^## (\S+)$", _read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == etl.__version__


def _read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def _blocks(content: str) -> list[str]:
    """Return the lines of all code blocks."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", content, re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines()]


def _table(content: str, section: str) -> list[list[str]]:
    """Return the rows of the first table of a section, without its heading."""
    part = content.split(f"\n## {section}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    assert rows, f"{section} has a table"
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def _links() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for target in LINK.findall(_read(document)):
            yield document, target


def _anchors(content: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", content, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
