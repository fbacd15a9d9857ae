"""One clean delivery in every form that schools send it in: the answer is the same to the byte.

Only what the report tells of the files themselves (name, size, encoding, delimiter) may differ.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from tests.defects.school import PUPILS, Files, Table, control_table, written

ENCODINGS: Final = (
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "latin-1",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp850",
    "mac_roman",
)
DELIMITERS: Final = (";", ",", "\t", "|")
QUOTINGS: Final = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)
ENDS: Final = ("\r\n", "\n", "\r")
NAMES: Final = ("Zoë", "René", "Anaïs", "Müller", "Çelik", "Björn", "Hélène", "Peña", "José", "Daniël")
# What a report says of a file as a file; everything else is about pupils.
OF_THE_FILE: Final = ("run_id", "created", "sources", "checks")
# And what the questions say of where a record stands: the answers name its line.
PLACES: Final = ("oud_regels", "magister_regels", "mogelijke_antwoorden")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_in(tmp_path)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what comes of the files as they are."""
    return answer(files_in(tmp_path_factory.mktemp("expected")))


def files_in(folder: Path) -> Files:
    files = Files(folder, control=control_table())
    assert files.control is not None
    for place in range(1, PUPILS + 1):
        name = NAMES[place % len(NAMES)]
        files.legacy[place][2] = files.control[place][2] = f"{name}, de {place}"
        files.legacy[place][4] = 'havo "plus"' if place % 7 == 0 else "havo"
    return files


def text_of(
    table: Table, *, delimiter: str = ";", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n"
) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(table)
    return out.getvalue()


def answer(files: Files) -> dict[str, bytes]:
    """Run, and return what came of it: every CSV to the byte, and the report less what it says of the files."""
    # Each is the first run of its school: of a second one the report says what changed since.
    shutil.rmtree(files.folder / "runs", ignore_errors=True)
    outcome = files.run()
    assert outcome.folder is not None, outcome.refused
    found = {
        path.relative_to(outcome.folder).as_posix(): path.read_bytes()
        for path in outcome.folder.rglob("*.csv")
    }
    assert set(found) == {
        "import/numo_import.csv",
        "import/crosswalk.csv",
        "import/reverse.csv",
        "questions.csv",
    }
    report: dict[str, Any] = json.loads((outcome.folder / "report" / "report.json").read_text("utf-8"))
    kept = {name: value for name, value in report.items() if name not in OF_THE_FILE}
    found["report"] = json.dumps(kept, sort_keys=True).encode()
    return found


def without_places(value: Any) -> Any:
    """Return a report without the lines on which records stand: another order of delivery moves them."""
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if "line" not in name and name != "source_row"}
        return {name: without_places(inner) for name, inner in kept.items()}
    return [without_places(inner) for inner in value] if isinstance(value, list) else value


def without_lines(questions: bytes) -> bytes:
    """Return the questions without the columns that say on which lines the records stand."""
    rows = list(csv.DictReader(io.StringIO(questions.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert any(" | " in row["oud_stamnr"] + row["oud_naam"] for row in rows)
    return json.dumps(
        [{name: cell for name, cell in row.items() if name not in PLACES} for row in rows]
    ).encode()


def same(files: Files, expected: dict[str, bytes]) -> None:
    assert answer(files) == expected


def test_the_same_files_twice_give_the_same_bytes_of_everything_but_the_database(
    files: Files, tmp_path: Path
) -> None:
    files.legacy[7][5] = files.legacy[6][5]  # so that there is a question
    runs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folder = Files(tmp_path / name, files.magister, files.legacy, files.control).run().folder
        assert folder is not None
        runs.append(
            {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in folder.rglob("*")
                if path.is_file() and path.name != "run.duckdb"
            }
        )
    assert runs[0] == runs[1]
    assert "manifest.json" in runs[0]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_changes_no_byte_of_the_answer(
    files: Files, expected: dict[str, bytes], encoding: str
) -> None:
    files.legacy_bytes = text_of(files.legacy).encode(encoding)
    files.magister_bytes = text_of(files.magister).encode(encoding)
    same(files, expected)


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("end", ENDS, ids=["crlf", "lf", "cr"])
def test_delimiter_quoting_and_line_end_change_no_byte_of_the_answer(
    files: Files, expected: dict[str, bytes], delimiter: str, end: str
) -> None:
    # Any two of the three meet in one of these tests.
    quoting = QUOTINGS[(DELIMITERS.index(delimiter) + ENDS.index(end)) % len(QUOTINGS)]
    files.legacy_bytes = text_of(files.legacy, delimiter=delimiter, quoting=quoting, end=end).encode()
    files.magister_bytes = text_of(files.magister, delimiter=delimiter, quoting=quoting, end=end).encode()
    same(files, expected)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_records_and_columns_changes_no_byte_of_the_answer(files: Files, seed: int) -> None:
    for row in files.legacy[1:6]:
        row[3], row[4] = "1Q", ""  # an open question, so that there is something to put in order
    # And differences and a repair, so that these have an order, too.
    files.magister[8][0] = f"00{files.magister[8][0]}"
    assert files.control is not None
    files.control[9][3] = "3Q"
    # And a case of several records in each file.
    files.legacy[12][0] = files.legacy[13][0]
    files.magister[12][2] = files.magister[13][2]
    expected = answer(files)
    draw = random.Random(seed)
    for side in ("magister", "legacy", "control"):
        table: Table = getattr(files, side)
        rows = table[1:]
        draw.shuffle(rows)
        table[1:] = rows
    columns = list(range(4))
    draw.shuffle(columns)
    files.magister = [[row[place] for place in columns] for row in files.magister]
    found = answer(files)
    for part in (expected, found):
        part["report"] = json.dumps(without_places(json.loads(part["report"]))).encode()
        part["questions.csv"] = without_lines(part["questions.csv"])
    assert found == expected


def test_single_quotes_around_every_value_change_no_byte_of_the_answer(
    files: Files, expected: dict[str, bytes]
) -> None:
    files.legacy_bytes = "\r\n".join(";".join(f"'{cell}'" for cell in row) for row in files.legacy).encode()
    same(files, expected)


@pytest.mark.parametrize(
    ("opening", "closing"), [("“", "”"), ("„", "”"), ("«", "»"), (' "', '" '), (' "', '"')]
)
def test_other_quotes_around_every_value_change_no_byte_of_the_answer(
    files: Files, expected: dict[str, bytes], opening: str, closing: str
) -> None:
    is_plain = '"' in opening
    files.legacy_bytes = "\r\n".join(
        ";".join(opening + (cell.replace('"', '""') if is_plain else cell) + closing for cell in row)
        for row in files.legacy
    ).encode()
    same(files, expected)


def as_workbook(table: Table) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_zip(table: Table) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("lijst.csv", written(table))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "made"), [("legacy.xlsx", as_workbook), ("legacy.zip", as_zip)], ids=["workbook", "zip"]
)
def test_a_workbook_or_a_zip_changes_no_byte_of_the_answer(
    files: Files, expected: dict[str, bytes], name: str, made: Callable[[Table], bytes]
) -> None:
    files.names["legacy"] = name
    files.legacy_bytes = made(files.legacy)
    same(files, expected)


def test_titles_a_total_and_blank_lines_change_no_byte_of_the_answer(files: Files) -> None:
    expected = answer(files)
    body = text_of(files.legacy)
    files.legacy_bytes = f"sep=;\r\n{body}\r\n;;;\r\nAantal: {PUPILS}\r\n".encode()
    same(files, expected)
    files.legacy_bytes = f"Atlas College\r\n\r\n{body}".encode()
    found = answer(files)
    for part in (expected, found):
        part["report"] = json.dumps(without_places(json.loads(part["report"]))).encode()
    assert found == expected
