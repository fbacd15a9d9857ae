"""Is any delimited text read as a person would read it? The rivers and their lengths are invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from etl.errors import OutputError
from etl.intake.files import RawFile
from etl.intake.understand import Understood, understand_file, write_understood

HEADING = ("river", "country", "length", "note")
ROWS = (
    ("Linde", "Noordland", "12.5", ""),
    ("Aa, upper part", "Noordland", "7", 'called "the brook"'),
    ("Vecht", "Oostland", "160", ""),
    ("Dommel", "Zuidland", "120", "floods, often"),
)


def understand(text: str | bytes, **settings: str) -> Understood:
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return understand_file(RawFile("rivers.csv", data, ""), **settings)


def written(*, delimiter: str = ",", end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([HEADING, *ROWS])  # type: ignore[arg-type]
    return out.getvalue()


def check_table(found: Understood) -> None:
    assert (found.headings, found.rows) == (HEADING, ROWS)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~", "^"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_delimiter_line_end_and_quoting_do_not_matter(delimiter: str, end: str, quoting: int) -> None:
    found = understand(written(delimiter=delimiter, end=end, quoting=quoting))
    check_table(found)
    assert found.delimiter == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    found = understand(written().replace("Vecht", "Vïcht").encode(encoding))
    assert found.rows[2][0] == "Vïcht"


def test_a_blank_behind_each_comma_is_no_part_of_the_values() -> None:
    check_table(
        understand(written().replace(",", ", ").replace("Aa,  ", "Aa, ").replace("floods,  ", "floods, "))
    )


def test_a_line_that_says_its_delimiter_is_no_row() -> None:
    check_table(understand("sep=;\r\n" + written(delimiter=";")))


def test_titles_above_the_table_are_left_out_and_counted() -> None:
    found = understand("Rivers of the north,,,\r\n,,,\r\n" + written())
    check_table(found)
    assert found.titles == 1


def test_a_heading_of_two_rows_becomes_one() -> None:
    text = "name,size,,place\n,length,depth,\nLinde,12,3,N\nVecht,160,9,O\n"
    found = understand(text)
    assert found.headings == ("name", "size length", "size depth", "place")
    assert found.heading_rows == 2
    assert found.rows == (("Linde", "12", "3", "N"), ("Vecht", "160", "9", "O"))


def test_a_heading_that_stands_there_twice_is_joined_like_any_other() -> None:
    assert understand("a,b\na,b\n1,2\n3,4\n").headings == ("a a", "b b")


def test_a_first_data_row_is_never_taken_for_part_of_the_heading() -> None:
    found = understand("name,remark,code\nLinde,,x\n,Aa,y\nVecht,,z\n")
    assert found.heading_rows == 1
    assert len(found.rows) == 3


def test_a_table_without_headings_gets_none() -> None:
    found = understand("1,2,3\n4,5,6\n7,8,9\n")
    assert found.headings == ("1", "2", "3")
    assert found.rows == (("4", "5", "6"), ("7", "8", "9"))


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("column", range(4))
def test_a_stray_quote_stays_in_its_own_cell(row: int, column: int) -> None:
    lines = written(quoting=csv.QUOTE_MINIMAL).split("\r\n")
    cells = list(next(csv.reader([lines[row + 1]])))
    spoiled = [
        f'"{cell.replace(chr(34), chr(34) * 2)}"' if "," in cell or '"' in cell else cell for cell in cells
    ]
    spoiled[column] = (
        '"' + spoiled[column] if not spoiled[column].startswith('"') else '""' + spoiled[column][1:]
    )
    lines[row + 1] = ",".join(spoiled)
    found = understand("\r\n".join(lines))
    expected = [list(one) for one in ROWS]
    expected[row][column] = '"' + expected[row][column]
    assert [list(one) for one in found.rows] == expected
    assert found.mended == 1


def test_a_value_over_two_lines_is_one_value() -> None:
    found = understand('a,b\n1,"x\ny"\n2,z\n')
    assert found.rows == (("1", "x\ny"), ("2", "z"))


def test_a_delimiter_too_many_or_too_few_spoils_its_own_row_only() -> None:
    found = understand("a,b,c\n1,2,3\n1,,2,3\n12,3\n4,5,6\n1,2,3,\n")
    assert found.rows == (("1", "2", "3"), ("1", "", "2", "3"), ("12", "3"), ("4", "5", "6"), ("1", "2", "3"))
    assert found.ragged == 2


def test_one_line_with_another_delimiter_is_still_a_row() -> None:
    found = understand("a b c\n1,2,3\n4,5,6\n7,8,9\n1,2,3\n")
    assert found.headings == ("a", "b", "c")


@pytest.mark.parametrize(("inner", "expected"), [('48""', '48"'), ('48\\"', '48"'), ('48"', '48"')])
def test_an_inner_quote_may_be_written_in_any_way(inner: str, expected: str) -> None:
    text = f'a,b,c\n1,"x, y",3\n2,"table, {inner}",4\n3,"x, z",5\n'
    assert understand(text).rows[1] == ("2", f"table, {expected}", "4")


def test_an_apostrophe_can_be_the_quote() -> None:
    text = "'a','b'\n'x, y','2'\n'it''s','3'\n"
    assert understand(text).rows == (("x, y", "2"), ("it's", "3"))


def test_one_column_has_no_delimiter() -> None:
    found = understand("river\nLinde\nAa\nVecht\n")
    assert (found.delimiter, found.headings, len(found.rows)) == ("", ("river",), 3)


def test_nothing_is_an_empty_table(tmp_path: Path) -> None:
    found = understand("")
    assert (found.headings, found.rows) == ((), ())
    write_understood(found, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b""


def test_it_is_written_with_every_field_quoted_and_never_over_another_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_understood(understand(written(delimiter=";")), path)
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == '"river","country","length","note"'
    assert '"Aa, upper part","Noordland","7","called ""the brook"""' in text
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OutputError):
        write_understood(understand(written()), path)
    assert path.read_text(encoding="utf-8") == text


def test_what_was_written_is_understood_as_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_understood(understand(written(delimiter="\t")), path)
    check_table(understand(path.read_bytes()))


@pytest.mark.parametrize(
    "text",
    ['"' * 1_000_000, "a," * 100_000 + "\n", "x" * 10_000_000, ('"a,' * 3_000 + "\n") * 3],
    ids=["quotes", "columns", "one long field", "open quotes"],
)
def test_a_giant_ends(text: str) -> None:
    assert understand(text).rows is not None
