"""Is any delimited text read as a person would read it? The rivers and their lengths are invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from etl.errors import InputError, OutputError
from etl.intake import understand as module
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


def test_lines_of_a_name_and_a_value_above_the_table_are_titles() -> None:
    text = "#device,gauge 7\n#unit,cm\n\nday,hour,level,flow\n" + "3,12,140.5,8\n" * 9
    found = understand(text)
    assert (found.headings, found.titles, len(found.rows)) == (("day", "hour", "level", "flow"), 2, 9)


def test_a_short_heading_is_no_title() -> None:
    found = understand("day,hour\n" + "3,12,140.5,8\n" * 9)
    assert (found.headings, found.titles, len(found.rows)) == (("day", "hour"), 0, 9)


def test_a_title_of_as_many_words_as_there_are_columns_is_a_title() -> None:
    found = understand("River Linde\nday,level\n" + "3,140.5\n" * 9)
    assert (found.headings, found.titles, found.mended) == (("day", "level"), 1, 0)


def test_a_title_in_the_middle_of_its_line_is_a_title() -> None:
    found = understand(",,Rivers of the north,\n,,,\n" + written())
    check_table(found)
    assert found.titles == 1


def test_a_title_with_more_delimiters_than_the_table_has_is_a_title() -> None:
    found = understand("Linde,read by the mill, on a dry day\nday,level\n" + "3,140.5\n" * 9)
    assert (found.headings, found.titles, found.ragged) == (("day", "level"), 1, 0)


def test_a_heading_with_more_names_than_the_rows_have_values_is_no_title() -> None:
    found = understand("day,place,note\n" + "3,the mill\n" * 9)
    assert (found.headings, found.titles, len(found.rows)) == (("day", "place", "note"), 0, 9)


def test_one_word_over_the_columns_that_divide_it_is_no_title() -> None:
    found = understand(",size,\nday,length,depth\n3,12,3\n4,13,9\n")
    assert found.headings == ("day", "size length", "size depth")
    assert (found.titles, len(found.rows)) == (0, 2)


def test_years_over_a_heading_and_one_word_below_it_belong_to_it() -> None:
    years, names, word = ",,,2022-23,2023-24\n", "river,length,depth,flow,flow\n", ",,,,corrected\n"
    found = understand(years + names + word + "Linde,12,3,-,8\nAa,7,-,5,6\n" * 4)
    assert found.headings == ("river", "length", "depth", "2022-23 flow", "2023-24 flow corrected")
    assert found.rows == (("Linde", "12", "3", "-", "8"), ("Aa", "7", "-", "5", "6")) * 4


def test_a_remark_in_the_first_row_is_no_part_of_a_heading_of_two_rows() -> None:
    found = understand("name,size,,place\n,length,depth,\n,,,dry\nLinde,12,3,N\nVecht,160,9,O\n")
    assert (found.heading_rows, len(found.rows)) == (2, 3)


def test_a_second_heading_row_may_divide_every_column() -> None:
    found = understand("Linde,,Aa,\nday,level,day,level\n3,140.5,4,80\n5,141,6,81.5\n")
    assert found.headings == ("Linde day", "Linde level", "Aa day", "Aa level")
    assert found.rows == (("3", "140.5", "4", "80"), ("5", "141", "6", "81.5"))


def test_a_heading_that_is_not_divided_keeps_its_blanks() -> None:
    text = "name ,size,,place\n,length,depth,\nLinde,12,3,N\nVecht,160,9,O\n"
    assert understand(text).headings == ("name ", "size length", "size depth", "place")


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


@pytest.mark.parametrize("first", ["1,2,3", "0.5, -2,1.5e-07", "1.234,00 2 3".replace(" ", ",")])
def test_a_table_of_nothing_but_numbers_gets_headings_and_loses_no_row(first: str) -> None:
    found = understand(f"{first}\n" + "4,5,6\n7,8,9\n" * 3)
    assert found.headings[:3] == ("col_0", "col_1", "col_2")
    assert found.heading_rows == 0
    assert len(found.rows) == 7


def test_a_row_of_dates_and_missing_numbers_is_no_heading() -> None:
    found = understand("28-02-2008,0:10,NaN\n28-02-2008,0:20,NaN\n28-02-2008,0:30,212\n")
    assert (found.heading_rows, len(found.rows)) == (0, 3)


def test_a_first_row_with_a_word_in_it_is_a_heading() -> None:
    found = understand("river,2023,2024\nLinde,12,13\nAa,7,8\n")
    assert (found.headings, found.heading_rows) == (("river", "2023", "2024"), 1)


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


GAUGES = [
    (f"{day:02}-03-2024", f"{day + 1}:15", f"G-{day}4", f"{day}.50", f"by the mill, pole {day}", "")
    for day in range(10, 28)
]
GAUGE_HEADING = ("day", "time", "gauge", "level", "place", "note")


def gauges(*changed: str, delimiter: str = ",", heading: str = "") -> Understood:
    """Understand a table in which the first rows are written in another way."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([GAUGE_HEADING, *GAUGES])
    lines = out.getvalue().splitlines()
    return understand("\n".join([heading or lines[0], *changed, *lines[1 + len(changed) :]]))


@pytest.mark.parametrize(
    "line",
    [
        '10-03-202411:15,G-104,10.50,"by the mill, pole 10",',
        '10-03-2024,11:15G-104,10.50,"by the mill, pole 10",',
        '10-03-2024,11:15,G-10410.50,"by the mill, pole 10",',
        '10-03-2024,11:15,G-104,10.50"by the mill, pole 10",',
        '10-03-2024,11:15,G-104,10.50,"by the mill, pole 10"',
    ],
)
def test_a_missing_delimiter_is_found_where_the_other_rows_tell_its_place(line: str) -> None:
    found = gauges(line)
    assert (found.rows, found.ragged, found.mended) == (tuple(GAUGES), 0, 1)


@pytest.mark.parametrize("place", range(6))
def test_a_delimiter_too_many_moves_no_value_to_another_column(place: int) -> None:
    cells = [f'"{cell}"' if "," in cell else cell for cell in GAUGES[0]]
    found = gauges(",".join([*cells[:place], "", *cells[place:]]))
    assert (found.rows, found.ragged) == (tuple(GAUGES), 0)


def test_a_value_with_a_delimiter_and_no_quotes_is_joined_again() -> None:
    found = gauges("10-03-2024,11:15,G-104,10.50,by the mill, pole 10,")
    assert (found.rows, found.ragged, found.mended) == (tuple(GAUGES), 0, 1)


def test_a_row_written_with_blanks_keeps_its_values_of_several_words() -> None:
    found = gauges("10-03-2024 11:15 G-104 10.50 by the mill, pole 10 ")
    assert (found.rows, found.ragged, found.mended) == (tuple(GAUGES), 0, 1)


def test_a_whole_file_written_with_blanks_is_understood_by_its_even_rows() -> None:
    lines = [" ".join(GAUGE_HEADING)]
    for number, row in enumerate(GAUGES):
        place = '"by the mill"' if number % 3 else "by the mill"
        lines.append(" ".join([*row[:4], place, row[5]]))
    found = understand("\n".join(lines))
    assert (found.headings, found.ragged) == (GAUGE_HEADING, 0)
    assert found.rows == tuple((*row[:4], "by the mill", row[5]) for row in GAUGES)


def test_an_empty_heading_too_many_is_left_out_when_the_rows_are_narrower() -> None:
    assert gauges(heading="day,time,,gauge,level,place,note").headings == GAUGE_HEADING


def test_a_missing_delimiter_between_quoted_headings_is_found() -> None:
    assert gauges(heading='day,time,gauge,level,"place""note"').headings == GAUGE_HEADING


@pytest.mark.parametrize(
    "line",
    ["10-03-2024,11:15", "the gauge was broken, sorry", "x1,x2,x3,x4,x5,x6,x7,x8", "10-03-2024,9,G-104,1,x"],
)
def test_a_row_that_fits_nowhere_stands_as_it_was(line: str) -> None:
    found = gauges(line)
    assert found.rows[0] == tuple(line.split(","))
    assert (found.ragged, found.mended) == (1, 0)


def test_a_number_that_can_stand_where_it_is_is_never_cut() -> None:
    rows = "".join(f"{name},{name % 90 + 10},{name % 9}\n" for name in range(100, 130))
    assert understand("gauge,level,flow\n123,45\n" + rows).rows[0] == ("123", "45")


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


def test_lines_of_very_many_columns_are_cut_like_any_others() -> None:
    heading = [f"level of gauge {gauge}" for gauge in range(700)]
    rows = [tuple(str(day * gauge % 97) for gauge in range(700)) for day in range(1, 12)]
    notes = [f"places={','.join(map(str, range(count)))}" for count in (12, 15, 15, 15)]
    found = understand("\n".join([*notes, *(";".join(row) for row in [heading, *rows])]))
    assert (found.delimiter, found.headings, found.titles) == (";", tuple(heading), len(notes))
    assert found.rows == tuple(rows)


def test_a_value_that_occurs_often_stands_in_memory_once() -> None:
    rows = understand(written()).rows
    assert rows[0][1] is rows[1][1]


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
    [
        '"' * 1_000_000,
        "a," * 100_000 + "\n",
        "x" * 10_000_000,
        ('"a,' * 3_000 + "\n") * 3,
        "a,b\n" * 20 + "x" + "," * 900_000,
    ],
    ids=["quotes", "columns", "one long field", "open quotes", "empty columns"],
)
def test_a_giant_ends(text: str) -> None:
    assert understand(text).rows is not None


def test_more_cells_than_memory_is_meant_to_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 1_000)
    with pytest.raises(InputError) as refused:
        understand("a,b\n" * 600)
    assert refused.value.code == "INTAKE-TOO-MANY-CELLS"


def test_a_line_of_more_columns_than_any_table_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COLUMNS", 1_000)
    with pytest.raises(InputError) as refused:
        understand("a,b\n" * 6 + "x," * 1_001)
    assert refused.value.code == "INTAKE-TOO-MANY-CELLS"


def test_lines_that_are_too_hard_to_mend_are_kept_as_they_can_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OPTIONS", 100)
    good = "1," + ",".join(['"a"'] * 20) + "\n"
    hard = "2," + ",".join(['"a"b"'] * 20) + "\n"
    found = understand(good * 20 + hard * 50)
    assert (len(found.rows), found.mended) == (69, 0)


def test_a_text_alone_on_the_last_line_is_no_fault() -> None:
    crash = Path(__file__).parents[1] / "fuzz" / "crashes" / "title_on_the_last_line"
    assert understand_file(RawFile("lijst.csv", crash.read_bytes(), "0" * 64)).delimiter
