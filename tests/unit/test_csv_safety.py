"""No cell of a CSV may run in a spreadsheet, and no other cell may change.

In it: invented pupils, some with names that try to be a formula.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.csv_safety import CsvWritten, LineWriter, neutralise, write_csv
from etl.errors import OutputError
from etl.texts import LANGUAGES, load_catalogue, placeholders, text
from tests.model.runner import examples

NUMBERS = (
    "-5",
    "+3,5",
    "-1.234,50",
    "-1,234.50",
    "1e5",
    "-1E-5",
    "+31612345678",
    "-.5",
    "-1.234.567",
    " -5 ",
)
PLAIN = (
    "",
    "0123",
    "Noor de Kramer",
    "l.vos@school.example",
    "a=b",
    "4-5",
    "'t Hart",
    "{56C8-1}",
    "   ",
    "Ünal",
)
FORMULAS = (
    '=HYPERLINK("https://numo.invalid")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\t5",
    "-",
    "=",
    "-5.5.5",
    "+1-1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0dA1",
    "\uff20SUM(1)",
    " =1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\x00=1+1",
)


@pytest.mark.parametrize("value", NUMBERS + PLAIN)
def test_a_number_or_plain_name_stays_as_the_school_wrote_it(value: str) -> None:
    assert neutralise(value) == (value, False)


@pytest.mark.parametrize("value", FORMULAS, ids=range(len(FORMULAS)))
def test_a_name_that_would_run_gets_an_apostrophe(value: str) -> None:
    assert neutralise(value) == ("'" + value, True)


@pytest.mark.parametrize(
    ("value", "expected", "changed"),
    [
        ('="0123"', "0123", False),
        ('="-5"', "-5", False),
        ('=""', "", False),
        ('="zij zei ""dag"""', 'zij zei "dag"', False),
        ('="=1+1"', "'=1+1", True),
        ('="0123"&A1', '\'="0123"&A1', True),
    ],
)
def test_a_pupil_number_in_a_text_wrapper_comes_out_of_it(value: str, expected: str, changed: bool) -> None:
    assert neutralise(value) == (expected, changed)


@given(st.text())
def test_a_value_that_is_safe_stays_safe_when_written_again(value: str) -> None:
    once, _ = neutralise(value)
    assert neutralise(once) == (once, False)


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
risky = st.builds(lambda start, rest: start + rest, st.sampled_from(list("=+-@\t\r\n '\"\uff1d;5")), cells)


@given(rows=st.lists(st.tuples(cells | risky, st.none() | risky | st.sampled_from(NUMBERS)), max_size=6))
def test_no_cell_read_back_runs_and_no_other_cell_changed(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str | None]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "out.csv"
    written = write_csv(path, ("naam", "klas"), rows)
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file, delimiter=";"))
    assert read[0] == ["naam", "klas"]
    assert written.rows == len(rows) == len(read) - 1
    touched = 0
    for given_row, read_row in zip(rows, read[1:], strict=True):
        for value, cell in zip(given_row, read_row, strict=True):
            safe, changed = neutralise(value or "")
            touched += changed
            assert cell == safe
            assert cell[:1] not in set("=+-@\t\r\n") or _is_number(cell)
            if not changed and not (value or "").startswith('="'):
                assert cell == (value or "")
    assert written.neutralised == touched


def _is_number(cell: str) -> bool:
    """Ask Python, not the module under test, with separators and signs taken out."""
    bare = cell.replace(".", "").replace(",", "")
    try:
        float(bare)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_name_with_a_line_break_stays_in_one_record(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "out.csv"
    row = ("Bo\rVos", "Bo\nVos", 'zei "dag"', "a;b", None)
    write_csv(path, ("a", "b", "c", "d", "e"), [row], line_end=line_end)
    assert path.read_bytes().endswith(b'";' + line_end.encode())
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file, delimiter=";"))[1] == [cell or "" for cell in row]


@pytest.mark.parametrize(
    ("encoding", "bom", "start"),
    [
        ("utf-8", False, b"stamnr"),
        ("utf-8", True, b"\xef\xbb\xbfstamnr"),
        ("utf-8-sig", False, b"\xef\xbb\xbfstamnr"),
        ("utf-8-sig", True, b"\xef\xbb\xbfstamnr"),
        ("utf-16-le", True, b"\xff\xfes\x00"),
        ("cp1252", False, b"stamnr"),
    ],
)
def test_accents_and_byte_order_mark_come_back_in_each_encoding(
    tmp_path: Path, encoding: str, bom: bool, start: bytes
) -> None:
    path = tmp_path / "out.csv"
    result = write_csv(
        path, ("stamnr", "naam"), [("0123", "Zoë"), ("", None)], encoding=encoding, bom=bom, delimiter=","
    )
    content = path.read_bytes()
    assert content.startswith(start)
    assert content.decode(encoding).lstrip("\ufeff") == "stamnr,naam\r\n0123,Zoë\r\n,\r\n"
    assert result == CsvWritten(rows=2, neutralised=0)


def test_a_name_outside_the_encoding_leaves_no_file_and_no_name_in_the_error(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(OutputError) as caught:
        write_csv(path, ("naam",), [("Bo",), ("Łukasz",)], encoding="cp1252")
    assert caught.value.code == "OUTPUT-ENCODING"
    assert caught.value.fields == {"file": "out.csv", "encoding": "cp1252", "row": 2}
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert list(tmp_path.iterdir()) == []


def test_a_row_of_another_width_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="row 1 has 1 cells, the heading has 2"):
        write_csv(tmp_path / "out.csv", ("naam", "klas"), [("Bo",)])
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_result_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("earlier", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_csv(path, ("naam",), [])
    assert caught.value.code == "OUTPUT-EXISTS"
    assert path.read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize(
    ("encoding", "bom", "code"),
    [("cp1252", True, "OUTPUT-BOM"), ("utf-99", False, "OUTPUT-ENCODING-UNKNOWN")],
)
def test_an_encoding_that_cannot_do_it_is_refused(
    tmp_path: Path, encoding: str, bom: bool, code: str
) -> None:
    with pytest.raises(OutputError) as caught:
        write_csv(tmp_path / "out.csv", ("naam",), [], encoding=encoding, bom=bom)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_csv(tmp_path / "none" / "out.csv", ("naam",), [])
    assert caught.value.code == "OUTPUT-WRITE"
    assert caught.value.fields["file"] == "out.csv"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps its own rules for who may read")
def test_only_the_owner_may_read_the_pupils(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    before = os.umask(0)
    try:
        write_csv(path, ("naam",), [("Bo",)])
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_output_error_has_its_sentence(language: str) -> None:
    codes = [code for code in load_catalogue() if code.startswith("OUTPUT-")]
    assert len(codes) == 5
    for code in codes:
        fields = {"file": "out.csv", "encoding": "cp1252", "row": 2, "cause": "No space left on device"}
        assert placeholders(load_catalogue()[code]["nl"]) == placeholders(load_catalogue()[code]["en"])
        assert "out.csv" in text(code, language, **fields)


ANY_CELLS = st.one_of(
    st.sampled_from((*NUMBERS, *PLAIN, *FORMULAS, "–", "(a", "a;b", "a,b", "a\tb", 'a"b', "a\nb", "a\rb")),
    st.text(max_size=4),
)


@given(
    row=st.lists(ANY_CELLS, min_size=1, max_size=4),
    delimiter=st.sampled_from([";", ",", "\t", "|", "'"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@examples(600)
def test_a_line_is_that_of_its_cells_one_by_one(row: list[str], delimiter: str, line_end: str) -> None:
    cells = [neutralise(cell) for cell in row]
    wanted = io.StringIO(newline="")
    csv.writer(wanted, delimiter=delimiter).writerow([cell for cell, _ in cells])
    lines = LineWriter(delimiter, line_end)
    assert lines.make(row) == wanted.getvalue().removesuffix("\r\n") + line_end
    assert lines.neutralised == sum(changed for _, changed in cells)
