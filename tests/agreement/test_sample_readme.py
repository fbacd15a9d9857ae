"""What the README of the sample says of each pupil is what a run says, and everything worth planting is planted.

The tables of the README are the expectation; this file adds no pupil of its own. Everybody in it is invented.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from etl import contract
from etl.history import open_run
from etl.intake.reader import read_deliveries
from etl.pipeline import RunOutcome
from tests.golden.sample_run import SAMPLE, run_sample

TRAP: Final = SAMPLE / "trap"
SOURCES: Final = ("magister", "legacy")
ORDINARY: Final = ("matched_exact", "key_equal", "")
PROBLEMS: Final = frozenset(
    {
        "opleiding_missing",
        "opleiding_unknown",
        "opleiding_single_letter",
        "opleiding_year",
        "opleiding_conflict",
    }
)
# An external id that nobody can take for a real one.
INVENTED_ID: Final = re.compile(r"\{?C0FFEE00-99AA-4BEE-8DEC-AB0000[0-9]{6}\}?", flags=re.IGNORECASE)
ID_BEGINNING: Final = re.compile(r"\{?(C0FFEE00-99AA(-4BEE-8DEC-AB00)?|0{8}-0{4}-0{4}-0{4}-0{12}\})")

Row = dict[str, str]


@cache
def tables(folder: Path) -> tuple[tuple[Row, ...], ...]:
    """Return the tables of a README, each a row per line, under its own headings and without the code marks."""
    found: list[tuple[Row, ...]] = []
    block: list[list[str]] = []
    for line in [*(folder / "README.md").read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            block.append([cell.strip().strip("`*") for cell in line.strip("|").split("|")])
        elif block:
            assert set(block[1]) == {"---"}, "a table without a heading, or cut in two"
            found.append(tuple(dict(zip(block[0], cells, strict=True)) for cells in block[2:]))
            block = []
    return tuple(found)


def rows_with(folder: Path, *headings: str) -> list[Row]:
    """Return the rows of every table that has exactly these headings."""
    rows = [row for table in tables(folder) if tuple(table[0]) == headings for row in table]
    assert rows
    return rows


def planted(folder: Path = SAMPLE) -> list[Row]:
    """Return the planted cases."""
    return rows_with(folder, "Pupil", "File", "Line", "Planted", "Status", "Reason", "Repairs")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, RunOutcome]:
    """Run the sample and the self-test once."""
    out = tmp_path_factory.mktemp("runs")
    return {folder: run_sample(out / folder.name, folder=folder) for folder in (SAMPLE, TRAP)}


def classified(outcome: RunOutcome) -> dict[tuple[str, int], tuple[str, str, str]]:
    """Return status, reason and repairs by file and line."""
    rows = open_run(outcome.run_folder).table("decided_pupils").rows(named=True)
    return {
        (f"{row['source']}.csv", row["line_number"]): (row["status"], row["reason"], row["repairs"].strip())
        for row in rows
    }


@pytest.mark.parametrize("folder", [SAMPLE, TRAP], ids=["sample", "self-test"])
def test_every_pupil_comes_out_as_the_readme_says_and_the_others_are_ordinary(
    outcomes: dict[Path, RunOutcome], folder: Path
) -> None:
    told = {
        (row["File"], int(row["Line"])): (row["Status"], row["Reason"], row["Repairs"])
        for row in planted(folder)
    }
    assert len(told) == len(planted(folder)), "a line stands twice in the README"
    found = classified(outcomes[folder])
    assert told.keys() <= found.keys()
    for place, verdict in found.items():
        assert verdict == told.get(place, ORDINARY), place


@pytest.mark.parametrize("folder", [SAMPLE, TRAP], ids=["sample", "self-test"])
def test_the_readme_points_at_the_pupil_it_names(folder: Path) -> None:
    lines = {
        f"{source}.csv": _text(folder / f"{source}.csv").splitlines() for source in ("magister", "legacy")
    }
    others = {"stamnr_blank", "stamnr_form", "no_key", "test_account", "record_width"}
    for row in planted(folder):
        line = lines[row["File"]][int(row["Line"]) - 1]
        # A pupil is called by the number in the Magister file, which a damaged record may not have.
        if row["File"] == "magister.csv" and row["Reason"] not in others:
            assert row["Pupil"] in line


@pytest.mark.parametrize("folder", [SAMPLE, TRAP], ids=["sample", "self-test"])
def test_the_readme_counts_every_record_once(outcomes: dict[Path, RunOutcome], folder: Path) -> None:
    totals = {row["Status"]: row for row in rows_with(folder, "Status", "Magister", "Legacy")}
    assert list(totals) == [*(status.code for status in contract.STATUSES), "records"]
    for source in SOURCES:
        counted = outcomes[folder].statuses[source]
        assert {code: int(totals[code][source.capitalize()]) for code in counted} == counted
        assert int(totals["records"][source.capitalize()]) == sum(counted.values())


def test_every_value_read_otherwise_is_in_the_readme(outcomes: dict[Path, RunOutcome]) -> None:
    rows = rows_with(SAMPLE, "Pupil", "File", "Line", "Planted", "Column", "Read as", "Repair")
    told = {(row["File"], int(row["Line"]), row["Column"], row["Read as"], row["Repair"]) for row in rows}
    found = open_run(outcomes[SAMPLE].run_folder).table("value_repairs").rows(named=True)
    others = {
        (f"{row['source']}.csv", row["line_number"], row["column_name"], row["used"], row["repair"])
        for row in found
        if row["repair"] in contract.OTHER_REPAIRS
    }
    assert others == told
    assert {row["Repair"] for row in rows} == set(contract.OTHER_REPAIRS)


def test_each_repair_of_a_link_stands_with_the_value_it_was_done_to(outcomes: dict[Path, RunOutcome]) -> None:
    run = open_run(outcomes[SAMPLE].run_folder)
    repaired: dict[tuple[str, int], set[str]] = {}
    for row in run.table("value_repairs").rows(named=True):
        repaired.setdefault((row["source"], row["source_row"]), set()).add(row["repair"])
    for row in run.table("decided_pupils").rows(named=True):
        other = "legacy" if row["source"] == "magister" else "magister"
        places = {(row["source"], row["source_row"]), (other, row["counterpart_row"])}
        done = set().union(*(repaired.get(place, set()) for place in places))
        if row["is_linked"]:
            assert done - set(contract.OTHER_REPAIRS) == set(row["repairs"].split())


def test_every_status_reason_and_repair_is_planted_or_said_not_to_be() -> None:
    rows = planted()
    assert {row["Status"] for row in rows} == {status.code for status in contract.STATUSES}
    assert {repair for row in rows for repair in row["Repairs"].split()} == set(contract.REPAIRS)
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    left_out = readme.partition("## Not planted")[2].partition("\n\nA Magister file")[0]
    every = {reason for reasons in contract.REASONS.values() for reason in reasons}
    told = set(re.findall(r"`([a-z_]+)`", left_out))
    assert told
    assert told.isdisjoint(row["Reason"] for row in rows)
    assert told | {row["Reason"] for row in rows} == every


def test_every_class_gets_the_opleiding_the_readme_says(outcomes: dict[Path, RunOutcome]) -> None:
    rows = rows_with(SAMPLE, "Class", "Pupils", "Planted", "Opleiding", "Origin or problem")
    told = [(row["Class"], int(row["Pupils"]), row["Opleiding"], row["Origin or problem"]) for row in rows]
    found = [
        (entry.school_class or "–", entry.pupils, entry.opleiding or "–", entry.origin or entry.reason)
        for entry in outcomes[SAMPLE].report.opleiding
    ]
    assert sorted(told) == sorted(found)
    assert {row["Origin or problem"] for row in rows} == {"legacy", "control", "rule"} | PROBLEMS


def test_every_difference_is_in_the_readme(outcomes: dict[Path, RunOutcome]) -> None:
    rows = rows_with(SAMPLE, "Pupil", "Legacy line", "Magister line", "Field", "Kind", "Cause")
    told = {
        (
            row["Pupil"],
            int(row["Legacy line"]),
            int(row["Magister line"]),
            row["Field"],
            row["Kind"],
            row["Cause"],
        )
        for row in rows
    }
    found = {
        (entry.stamnr, entry.legacy_line, entry.magister_line, entry.field, entry.kind, entry.cause)
        for entry in outcomes[SAMPLE].report.differences
    }
    assert told == found
    assert {row["Kind"] for row in rows} == {"material", "cosmetic"}
    assert "year_turn" in {row["Cause"] for row in rows}


def test_lines_that_are_no_pupils_are_left_out_and_counted(outcomes: dict[Path, RunOutcome]) -> None:
    rows = rows_with(SAMPLE, "File", "Line", "What")
    lines = _text(SAMPLE / "legacy.csv").splitlines()
    kinds: dict[str, Callable[[str], bool]] = {
        "blank line": lambda line: not line.strip(";"),
        "repeated heading": lambda line: line == lines[0],
        "footer": lambda line: line.startswith("Aantal: "),
    }
    for row in rows:
        assert row["File"] == "legacy.csv"
        assert kinds[row["What"]](lines[int(row["Line"]) - 1])
    legacy = next(entry for entry in outcomes[SAMPLE].report.sources if entry.source == "legacy")
    counted = [row["What"] for row in rows]
    assert legacy.blank_lines == counted.count("blank line")
    assert legacy.repeated_headings == counted.count("repeated heading")
    assert legacy.footer_lines == counted.count("footer")
    # The footer tells the truth, so the report has nothing to remark about it.
    assert lines[-1] == f"Aantal: {legacy.records}"
    assert not [remark for remark in legacy.remarks if remark.code == "INTAKE-FOOTER-COUNT"]


def test_no_cell_of_a_pupil_runs_in_a_spreadsheet(outcomes: dict[Path, RunOutcome]) -> None:
    rows = rows_with(SAMPLE, "File", "Line", "Column")
    outcome = outcomes[SAMPLE]
    assert outcome.report.neutralised_cells == len(rows)
    imported = list(csv.reader(_lines(outcome.run_folder / "import" / "numo_import.csv"), delimiter=";"))
    delivered = _text(SAMPLE / "legacy.csv").splitlines()
    for row in rows:
        cells = next(csv.reader([delivered[int(row["Line"]) - 1]], delimiter=";"))
        place = imported[0].index(row["Column"])
        written = [record[place] for record in imported if record[0] == cells[0]]
        assert written == ["'" + cells[place]]


def test_the_files_are_delivered_as_the_readme_says(outcomes: dict[Path, RunOutcome]) -> None:
    sources = {entry.source: entry for entry in outcomes[SAMPLE].report.sources}
    assert sources["legacy"].encoding == "cp1252"
    assert sources["control"].encoding == "utf-8"
    assert {entry.delimiter for entry in sources.values()} == {";"}
    assert {entry.line_end for entry in sources.values()} == {"CRLF"}
    assert [heading for heading, _ in sources["magister"].columns] == [
        "stamnr",
        "idgebr",
        "externeid",
        "realmid",
    ]
    named = {row["File"] for row in rows_with(SAMPLE, "File", "What it is")}
    assert {path.name + "/" * path.is_dir() for path in SAMPLE.iterdir() if path.name[0] != "."} == {
        *named,
        "README.md",
    }


def test_nobody_in_the_sample_can_be_reached() -> None:
    texts = [_text(path) for path in sorted(SAMPLE.rglob("*.csv"))]
    domains = {found for text in texts for found in re.findall(r"@([A-Za-z0-9.-]+)", text)}
    mail = {domain for domain in domains if not domain.startswith("magis")}
    assert mail == {"leerling.voorbeeld.example", "voorbeeldcollege.example"}
    assert all(host.endswith(".invalid") for text in texts for host in re.findall(r"//([^/\"]+)", text))


def test_the_school_and_every_external_id_are_invented() -> None:
    deliveries = read_deliveries(SAMPLE / "magister.csv", SAMPLE / "legacy.csv", None, settings={})
    ids = []
    for delivery in deliveries.values():
        place = next(choice.position for choice in delivery.columns if choice.canonical == "externeid")
        ids += [record.cells[place] for record in delivery.records if record.cells[place]]
    whole = [value for value in ids if INVENTED_ID.fullmatch(value)]
    assert len(whole) > len(ids) - 5
    assert all(ID_BEGINNING.fullmatch(value) for value in ids if value not in whole)
    settings: dict[str, Any] = tomllib.loads(_text(SAMPLE / "settings.toml"))
    assert settings["school"]["brin"].startswith("99X")


def test_the_answers_of_the_school_fit_the_questions_of_this_run(
    outcomes: dict[Path, RunOutcome], tmp_path: Path
) -> None:
    asked = _records(outcomes[SAMPLE].run_folder / "questions.csv")
    answers = _records(SAMPLE / "decisions.csv")
    assert list(answers[0]) == list(asked[0])
    assert 0 < len(answers) < len(asked)
    done = run_sample(tmp_path, decisions=SAMPLE / "decisions.csv")
    states = Counter(answer.state for answer in done.report.answers)
    assert states == {"applied": len(answers) - 1, "waiting": 1}
    assert {answer.by for answer in done.report.answers} == {"M. de Beer"}


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)


def _records(path: Path) -> list[Row]:
    return list(csv.DictReader(_lines(path), delimiter=";"))
