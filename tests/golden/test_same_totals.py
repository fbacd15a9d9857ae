"""One run of the sample: the page, the workbook, the JSON and the page to share say what the status table says."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import openpyxl
import pytest

import etl
from etl import contract
from etl.history import Run
from etl.texts import LANGUAGES, text
from tests.golden.sample_run import run_sample

GROUP_OF = {status.code: status.group for status in contract.STATUSES}
Counts = dict[str, tuple[int, int]]


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, str]:
    language: str = request.param
    folder = tmp_path_factory.mktemp("totals")
    return etl.open_run(run_sample(folder, language=language, with_workbook=True).run_folder), language


def counted(run: Run) -> tuple[Counts, Counts]:
    """Return old accounts and pupils per status, and per group, from the table."""
    statuses: dict[str, list[int]] = {status.code: [0, 0] for status in contract.STATUSES}
    for row in run.fetch_rows("select source, status, records from status_counts"):
        statuses[row["status"]][row["source"] == "magister"] += row["records"]
    groups: dict[str, list[int]] = {group: [0, 0] for group in contract.GROUPS}
    for status, (accounts, pupils) in statuses.items():
        groups[GROUP_OF[status]][0] += accounts
        groups[GROUP_OF[status]][1] += pupils
    return (
        {code: (counts[0], counts[1]) for code, counts in statuses.items()},
        {code: (counts[0], counts[1]) for code, counts in groups.items()},
    )


def table_rows(path: Path) -> list[list[str]]:
    """Return the cells of every table row of a page, as a reader sees them."""
    page = path.read_text("utf-8")
    return [
        [
            " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    ]


def test_the_page_says_what_the_status_table_says(told: tuple[Run, str]) -> None:
    run, language = told
    statuses, groups = counted(run)
    rows = table_rows(run.folder / "report" / "report.html")
    for group, counts in groups.items():
        name = text(f"group.{group}", language)
        assert next(row[1:3] for row in rows if row and row[0].endswith(name)) == [str(one) for one in counts]
    for status, counts in statuses.items():
        name = text(f"status.{status}", language)
        shown = [int(row[2]) for row in rows if len(row) == 4 and row[0] == name]
        assert sorted(shown) == sorted(one for one in counts if one), status
    total = [str(sum(column)) for column in zip(*groups.values(), strict=True)]
    assert next(row[1:3] for row in rows if row and row[0] == text("page.flow.total", language)) == total


def test_the_workbook_says_what_the_status_table_says(told: tuple[Run, str]) -> None:
    run, language = told
    book = openpyxl.load_workbook(run.folder / "report" / "report.xlsx")
    rows = [[cell.value for cell in row[:4]] for row in book[text("sheet.overview", language)].iter_rows()]
    for kind, counts_of in zip(("status", "group"), counted(run), strict=True):
        for code, counts in counts_of.items():
            label = [text(f"{kind}.{code}", language), text(f"{kind}.{code}.means", language)]
            assert [*label, *counts] in rows, code


def test_the_json_says_what_the_status_table_says(told: tuple[Run, str]) -> None:
    run, _ = told
    statuses, groups = counted(run)
    report = json.loads((run.folder / "report" / "report.json").read_text("utf-8"))
    found: dict[str, dict[str, int]] = {}
    for row in report["statuses"]:
        found.setdefault(row["status"], {})[row["source"]] = row["records"]
    assert {code: (one["legacy"], one["magister"]) for code, one in found.items()} == statuses
    assert {
        row["group"]: (row["legacy_records"], row["magister_records"]) for row in report["groups"]
    } == groups
    assert run.manifest["statuses"]["legacy"] == {code: counts[0] for code, counts in statuses.items()}


def test_the_page_to_share_says_no_other_number_than_the_status_table(told: tuple[Run, str]) -> None:
    run, language = told
    _, groups = counted(run)
    rows = table_rows(run.folder / "report" / "summary.html")
    shown = 0
    for group, counts in groups.items():
        cells = next(row for row in rows if row and row[0] == text(f"group.{group}", language))[1:]
        for cell, count in zip(cells, counts, strict=True):
            hidden = text("summary.hidden", language)
            assert cell in (
                str(count),
                f"* {hidden}",
                text("summary.nobody", language) if not count else None,
            )
            shown += cell == str(count)
    assert shown
