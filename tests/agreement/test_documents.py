"""Is every command, option, exit code, status, group and file described in README.md or GLOSSARY.md, and truly?"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import click
import pytest

from etl import contract
from etl.answer_book import DECISIONS_NAME
from etl.cli import main_group
from etl.commands import EPILOG
from etl.errors import EXIT_CODES
from etl.export import ARCHIVE_NAME
from etl.texts import load_catalogue
from tests.cli.test_run import WRITTEN

# Written once a school has answered.
AFTER_ANSWERS: Final = {DECISIONS_NAME, f"import/{ARCHIVE_NAME}"}
PROJECT: Final = Path(__file__).parents[2]
TABLE_ROW: Final = re.compile(r"^\|(.+)\|$", flags=re.MULTILINE)


@cache
def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def documents() -> str:
    return read("README.md") + read("GLOSSARY.md")


def rows(name: str, heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its own heading."""
    part = read(name).split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    table = [[cell.strip() for cell in row.split("|")] for row in TABLE_ROW.findall(part)]
    return table[2:]


COMMANDS: Final = sorted(main_group.commands)
OPTIONS: Final = sorted(
    {
        spelled
        for command in main_group.commands.values()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for spelled in parameter.opts
        if spelled.startswith("--")
    }
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described(name: str) -> None:
    assert f"koppelcheck {name}" in documents()


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_described(name: str) -> None:
    # --help is about the others, and so describes itself.
    assert re.search(rf"{re.escape(name)}\b", documents())


def test_no_command_or_option_is_described_that_does_not_exist() -> None:
    shown = re.findall(r"`koppelcheck ([a-z]+)|^koppelcheck ([a-z]+)", documents(), flags=re.MULTILINE)
    assert {one or other for one, other in shown} <= set(COMMANDS)
    used = re.findall(r"koppelcheck [a-z]+[^\n`]*", documents())
    options = {option for line in used for option in re.findall(r"(?<=\s)--[a-z-]+", line)}
    assert options <= {*OPTIONS, "--help", "--version"}


def test_every_exit_code_is_described_once() -> None:
    told = [int(row[0]) for row in rows("README.md", "Exit codes")]
    assert told == sorted(EXIT_CODES)
    assert [int(line.split()[0]) for line in EPILOG.splitlines() if line[:4].strip().isdigit()] == told


def test_every_status_is_described_in_the_order_of_the_ladder() -> None:
    catalogue = load_catalogue()
    told = [(int(row[0]), row[1].strip("`"), row[2]) for row in rows("README.md", "The twelve statuses")]
    assert told == [
        (status.rung, status.code, catalogue[f"status.{status.code}"]["nl"]) for status in contract.STATUSES
    ]


@pytest.mark.parametrize(
    ("heading", "prefix", "codes"),
    [
        ("The twelve statuses", "status", [status.code for status in contract.STATUSES]),
        ("The groups a school sees", "group", list(contract.GROUPS)),
        ("The repairs", "repair", [*contract.REPAIRS, *contract.OTHER_REPAIRS]),
    ],
)
def test_the_glossary_says_what_the_program_says(heading: str, prefix: str, codes: list[str]) -> None:
    catalogue = load_catalogue()
    told = {row[2].strip("`"): row[:2] for row in rows("GLOSSARY.md", heading)}
    assert list(told) == codes
    for code, (dutch, english) in told.items():
        sentences = catalogue[f"{prefix}.{code}"]
        if prefix != "repair":  # of a repair the glossary has the short form
            assert (dutch, english) == (sentences["nl"], sentences["en"])


def test_every_file_of_a_run_is_described() -> None:
    assert {row[0].strip("`") for row in rows("README.md", "The files of a run")} == {
        *WRITTEN,
        *AFTER_ANSWERS,
    }


@pytest.mark.parametrize(
    "column", [column for alternatives in contract.MAGISTER_SOURCE.required for column in alternatives]
)
def test_every_column_of_the_migration_help_file_is_described(column: str) -> None:
    assert f"`{column}`" in read("README.md")
    assert f"`{column}`" in read("GLOSSARY.md")


@pytest.mark.parametrize("source", sorted(contract.SOURCES))
def test_every_delivered_file_has_a_word(source: str) -> None:
    assert f"source `{source}`" in read("GLOSSARY.md")


@pytest.mark.parametrize("word", ["ready", "decide", "do_not_import", "exact", "repaired"])
def test_verdicts_and_bases_have_a_word(word: str) -> None:
    assert f"`{word}`" in read("GLOSSARY.md")


@pytest.mark.parametrize("name", ["README.md", "GLOSSARY.md"])
def test_a_link_leads_to_a_file_that_is_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", read(name)):
        if "://" not in target:
            assert (PROJECT / target).exists(), target
