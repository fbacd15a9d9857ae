"""However a list is written, the pupils in it are the same. All pupils are made up by the machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from etl.contract import LEGACY_SOURCE
from etl.errors import InputError
from etl.intake.canonical import write_canonical
from etl.intake.delivery import BrokenRecord, Delivery, Record
from etl.intake.files import RawFile
from etl.intake.reader import ReadSettings
from etl.intake.table import read_raw

HEADINGS = ("stamnr", "naam", "klas", "opmerking")
DELIMITERS = (";", ",", "\t", "|")
# Letters, marks that mean something in a CSV, and signs that only look like a line end.
LETTERS = 'abZ019 éëßłÇ-\'’""";;,,|\t\u00a0\u2028\x85=+@€😀'

plain = st.text(alphabet=LETTERS, max_size=8)
# In a record with a line break no value holds a delimiter: its second half might be a record of its own, and
# then the reader sets it aside on purpose.
broken_up = st.lists(st.text(alphabet='ab é"0', max_size=4), min_size=1, max_size=4).map("\n".join)
numbers = st.integers(0, 10**7).map(lambda number: f"{number:07}")
records = st.one_of(
    st.tuples(numbers, plain, plain, plain),
    st.tuples(numbers, broken_up, broken_up, broken_up),
)
tables = st.lists(records, min_size=1, max_size=8)
line_ends = st.sampled_from(["\r\n", "\n", "\r"])
quotings = st.booleans()


def write(rows: list[tuple[str, ...]], delimiter: str, is_quoted: bool, end: str) -> str:
    """Write a table with all values quoted, or only those that need it; a second writer, not the program's."""
    return "".join(
        delimiter.join(write_cell(cell, delimiter, is_quoted) for cell in row) + end
        for row in [HEADINGS, *rows]
    )


def write_cell(cell: str, delimiter: str, is_quoted: bool) -> str:
    needs_quotes = is_quoted or any(sign in cell for sign in (delimiter, '"', "\r", "\n"))
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if needs_quotes else cell


def read(content: bytes) -> Delivery:
    delivery = read_raw(
        RawFile("lijst.csv", content, "0" * 64), source=LEGACY_SOURCE, settings=ReadSettings()
    )
    profile = delivery.profile
    assert profile.records + profile.broken == profile.records_counted_again
    assert profile.records == len(delivery.records)
    assert profile.broken == len(delivery.broken)
    everything = sorted(every_record(delivery), key=lambda record: record.source_row)
    assert [record.source_row for record in everything] == list(range(1, len(everything) + 1))
    assert [record.line_number for record in everything] == sorted(
        {record.line_number for record in everything}
    )
    return delivery


def every_record(delivery: Delivery) -> list[Record | BrokenRecord]:
    return [*delivery.records, *delivery.broken]


def count_ends(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def lines_accounted_for(delivery: Delivery) -> int:
    """Add up every line of the file; a value with line breaks takes as many lines more."""
    profile = delivery.profile
    taken = [delivery.headings, *(record.cells for record in every_record(delivery))]
    inside = sum(1 + sum(map(count_ends, one)) for one in taken)
    return (
        inside
        + profile.preamble_lines
        + profile.blank_lines
        + profile.repeated_headings
        + profile.footer_lines
    )


@given(
    tables,
    st.sampled_from(DELIMITERS),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    quotings,
    line_ends,
    st.booleans(),
    st.lists(st.sampled_from(["Klassenlijst", "Gemaakt op 23-11-2026", ""]), max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_the_way_a_list_is_written_changes_no_pupil(
    rows: list[tuple[str, ...]],
    delimiter: str,
    encoding: str,
    is_quoted: bool,
    end: str,
    has_separator: bool,
    titles: list[str],
) -> None:
    body = write(rows, delimiter, is_quoted, end)
    above = ([f"sep={delimiter}"] if has_separator else []) + titles
    text = "".join(line + end for line in above) + body
    try:
        content = text.encode(encoding)
        if encoding == "cp1252":
            # What happens to be good UTF-8 as well is read as that.
            assume(not _is_utf8(content) or content.isascii())
    except UnicodeEncodeError:
        assume(False)
    delivery = read(content)
    assert delivery.headings == HEADINGS
    assert [record.cells for record in delivery.records] == rows
    assert not delivery.broken
    assert delivery.profile.line_end == {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}[end]
    assert lines_accounted_for(delivery) == count_ends(text)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@given(
    st.lists(st.tuples(numbers, plain, plain, plain), min_size=3, max_size=8),
    st.sampled_from(DELIMITERS),
    quotings,
    line_ends,
    st.data(),
)
@settings(max_examples=200, deadline=None)
def test_a_stray_quote_changes_no_other_pupil(
    rows: list[tuple[str, ...]], delimiter: str, is_quoted: bool, end: str, data: st.DataObject
) -> None:
    lines = write(rows, delimiter, is_quoted, end).split(end)[:-1]
    hit = data.draw(st.integers(1, len(rows)))
    place = data.draw(st.integers(0, len(lines[hit])))
    lines[hit] = lines[hit][:place] + '"' + lines[hit][place:]
    try:
        delivery = read((end.join(lines) + end).encode())
    except InputError as error:
        assert (error.code, error.fields["line"]) == ("INTAKE-QUOTE-OPEN", hit + 1)
        return
    found = {record.line_number: record.cells for record in delivery.records}
    assert found.keys() | {record.line_number for record in delivery.broken} == set(range(2, len(rows) + 2))
    for line_number, row in enumerate(rows, start=2):
        if line_number != hit + 1:
            assert found[line_number] == row
    assert lines_accounted_for(delivery) == len(lines)


@given(
    st.lists(
        st.text(alphabet="ab1;;\"\x00\t '", max_size=12), max_size=9
    ),  # from ten broken records on a file is refused
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_no_line_of_a_damaged_list_is_lost(damage: list[str], end: str, is_ended: bool) -> None:
    lines = ["stamnr;naam;klas", *damage, *["1001;Noor;1A"] * (10 * len(damage) + 1)]
    text = end.join(lines) + (end if is_ended else "")
    try:
        assert lines_accounted_for(read(text.encode())) == len(lines)
    except InputError as error:
        assert error.code == "INTAKE-QUOTE-OPEN"
        assert '"' in lines[error.fields["line"] - 1]


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_at_all_are_read_or_refused_with_a_code(noise: bytes) -> None:
    for content in (noise, b"stamnr;naam;klas\n1001;a;b\n" + noise):
        try:
            read(content)
        except InputError as error:
            assert error.code.startswith("INTAKE-")


@given(tables, st.text(alphabet='9aX "é', min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_engine_holds_the_same_cells_as_the_list(rows: list[tuple[str, ...]], school: str) -> None:
    delivery = read(write(rows, ";", True, "\r\n").encode())
    names = ["school", "source_row", "line_number", "record_digest", *(f"c{n}" for n in range(len(HEADINGS)))]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "canoniek.csv"
        write_canonical(delivery, path, school=school)
        loaded = connection.execute(
            "select * from read_csv(?, auto_detect = false, strict_mode = true, header = false, delim = ',',"
            " quote = '\"', escape = '\"', new_line = '\\n', columns = ?, force_not_null = ?)",
            [str(path), dict.fromkeys(names, "VARCHAR"), names],
        ).fetchall()
    assert [(row[0], row[1], row[2], row[4:]) for row in loaded] == [
        (school, str(record.source_row), str(record.line_number), record.cells) for record in delivery.records
    ]
    assert [record.cells for record in delivery.records] == rows
