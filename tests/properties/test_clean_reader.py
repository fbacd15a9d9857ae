"""A clean file that the engine reads itself gives the records that the careful reader gives, or is left to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from etl.contract import LEGACY_SOURCE
from etl.engines.duckdb import DuckDBEngine
from etl.errors import InputError
from etl.intake.clean import SOURCE_ROW, CleanTables, cells_table, read_clean
from etl.intake.delivery import Delivery
from etl.intake.files import RawFile
from etl.intake.opening import ReadSettings
from etl.intake.table import read_raw
from tests.model.runner import examples

HEADING = "stamnr;naam;klas"
# What breaks readers: quotes that open, close, double or stand alone, delimiters, blanks, ends of lines, footers.
PIECES = st.sampled_from(
    [
        "1001",
        "Noor",
        '"',
        '""',
        ";",
        ";",
        "'",
        " ",
        "\t",
        "é",
        "\u00a0",
        "-",
        "=1",
        "Totaal",
        "stamnr",
        "x" * 40,
        "",
    ]
)
LINES = st.lists(st.lists(PIECES, max_size=7).map("".join), min_size=1, max_size=6)
TIDY = st.lists(
    st.tuples(st.integers(1, 99_999), st.sampled_from(["Noor", "Daan de Wit", "", '"Sem; jr"', '"O""Neil"']))
    .map(lambda row: f"{row[0]};{row[1]};2B"),
    min_size=1,
    max_size=6,
)  # fmt: skip
# One delimiter too many shifts a record; what stands in the others must not make up for it.
SHIFTED = st.lists(
    st.sampled_from(
        ["1001;Noor;2B", "1002;Noor;1003;", '1004;5" Jan;2B', '"1005";Daan;2B', "1006;;2B", "1007;Jan;\u3000"]
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def into(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CleanTables]:
    folder = tmp_path_factory.mktemp("clean")
    engine = DuckDBEngine(folder, threads=1)
    yield CleanTables(engine, folder, frozenset({"legacy"}))
    engine.close()


def read_both(
    content: bytes, into: CleanTables, drop: tuple[str, ...] = ()
) -> tuple[Delivery | str, Delivery | str | None, list[object]]:
    """Return what either reader says (a code when it refuses), and the cells that the engine holds."""
    raw = RawFile("oud.csv", content, "0" * 64)
    settings = ReadSettings(drop_columns=drop)
    into.forget("legacy")
    careful: Delivery | str
    clean: Delivery | str | None
    try:
        careful = read_raw(raw, source=LEGACY_SOURCE, settings=settings)
    except InputError as error:
        careful = error.code
    try:
        clean = read_clean(raw, source=LEGACY_SOURCE, settings=settings, into=into)
    except InputError as error:
        clean = error.code
    if not isinstance(clean, Delivery):
        return careful, clean, []
    rows = into.engine.connection.execute(
        f"select {SOURCE_ROW}, {', '.join(clean.cells)} from {cells_table('legacy')} order by rowid"
    ).fetchall()
    return careful, clean, [(row[0], row[0] + 1, tuple(row[1:])) for row in rows]


@given(
    lines=LINES | TIDY | SHIFTED,
    end=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
    drop=st.sampled_from([(), ("klas",), ("naam", "klas")]),
)
@examples(400)
def test_either_reader_gives_the_same_records(
    into: CleanTables, lines: list[str], end: str, is_ended: bool, drop: tuple[str, ...]
) -> None:
    content = (end.join([HEADING, *lines]) + end * is_ended).encode()
    careful, clean, cells = read_both(content, into, drop)
    event("clean" if isinstance(clean, Delivery) else "careful")
    if clean is None:
        return
    if isinstance(clean, str):
        assert clean == careful
        return
    assert isinstance(careful, Delivery)
    assert cells == [(one.source_row, one.line_number, one.cells) for one in careful.records]
    assert careful.broken == ()
    assert clean.profile == careful.profile
    assert (clean.headings, clean.columns, clean.left_out) == (
        careful.headings,
        careful.columns,
        careful.left_out,
    )


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("plain", "stamnr;naam\n1001;Noor\n1002;Daan\n"),
        ("quoted", '"stamnr";"naam"\r\n"1001";"Noor; de Wit"\r\n"1002";""\r\n'),
        ("with a mark", "\ufeffstamnr;naam\n1001;Noor\n"),
        ("without a last line end", "stamnr;naam\n1001;Noor"),
        ("with accents", "stamnr;naam\n1001;Zoë\n"),
    ],
)
def test_a_clean_file_is_read_by_the_engine(into: CleanTables, what: str, content: str) -> None:
    careful, clean, cells = read_both(content.encode(), into)
    assert isinstance(careful, Delivery)
    assert isinstance(clean, Delivery), what
    assert cells == [(one.source_row, one.line_number, one.cells) for one in careful.records]


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("a quote inside a value", 'stamnr;naam\n1001;No"or\n'),
        ("a doubled quote", 'stamnr;naam\n1001;"No""or"\n'),
        ("a value over two lines", 'stamnr;naam\n1001;"No\nor"\n'),
        ("a blank line", "stamnr;naam\n1001;Noor\n\n1002;Daan\n"),
        ("a record of delimiters", "stamnr;naam\n1001;Noor\n;\n"),
        ("the heading again", "stamnr;naam\n1001;Noor\nstamnr;naam\n"),
        ("a footer", "stamnr;naam\n1001;Noor\nTotaal: 1;\n"),
        ("a title", "Leerlingen\nstamnr;naam\n1001;Noor\n"),
        ("a short record", "stamnr;naam;klas\n1001;Noor\n"),
        ("a long record", "stamnr;naam\n1001;Noor;2B\n"),
        ("a long record with nothing at its end", "stamnr;naam\n1001;Noor;\n"),
        ("the same, and a quote inside a value", 'stamnr;naam\n1001;Noor;\n1002;5" Jan\n'),
        ("a record of wide blanks", "stamnr;naam\n1001;Noor\n\u3000;\n"),
        ("two kinds of line end", "stamnr;naam\r\n1001;Noor\n"),
        ("old line ends", "stamnr;naam\r1001;Noor\r"),
        ("a control character", "stamnr;naam\n1001;No\x01or\n"),
        ("the sign for the end of a file", "stamnr;naam\n1001;Noor\n\x1a"),
        ("two columns for one field", "stamnr;naam;volledige naam\n1001;Noor;Noor\n"),
    ],
)
def test_anything_else_is_left_to_the_careful_reader(into: CleanTables, what: str, content: str) -> None:
    _, clean, _ = read_both(content.encode(), into)
    assert clean is None, what


@pytest.mark.parametrize("more", ["1004;01-02-2012;Noor;", '1004;01-"02-2012;Noor;'])
def test_a_shifted_record_is_seen_where_a_column_is_not_read(into: CleanTables, more: str) -> None:
    content = "stamnr;geboortedatum;naam\n1001;01-02-2012;Noor\n"
    for line, is_clean in (("1003;01-02-2012;Noor", True), (more, False)):
        careful, clean, cells = read_both(f"{content}{line}\n".encode(), into, ("geboortedatum",))
        assert isinstance(careful, Delivery)
        assert isinstance(clean, Delivery) == is_clean
        assert not is_clean or cells == [
            (one.source_row, one.line_number, one.cells) for one in careful.records
        ]


def test_a_file_in_another_encoding_is_left_to_the_careful_reader(into: CleanTables) -> None:
    for encoding in ("cp1252", "utf-16"):
        _, clean, _ = read_both("stamnr;naam\n1001;Zoë\n".encode(encoding), into)
        assert clean is None


def test_national_numbers_are_refused_on_either_road_and_their_column_is_named(into: CleanTables) -> None:
    numbers = ["123456794", "123456836", "123456885", "123456927", "123456976", "123457130", "123457221"]
    content = "stamnr;nummer\n" + "".join(f"{row};{number}\n" for row, number in enumerate(numbers, 1001))
    raw, settings = RawFile("oud.csv", content.encode(), "0" * 64), ReadSettings()
    into.forget("legacy")
    with pytest.raises(InputError) as careful:
        read_raw(raw, source=LEGACY_SOURCE, settings=settings)
    with pytest.raises(InputError) as clean:
        read_clean(raw, source=LEGACY_SOURCE, settings=settings, into=into)
    assert careful.value.code == "INTAKE-NATIONAL-NUMBER"
    assert careful.value.fields["position"] == 2
    assert (clean.value.code, clean.value.fields) == (careful.value.code, careful.value.fields)


def test_of_a_column_of_long_numbers_no_more_is_held_than_a_part(into: CleanTables, monkeypatch: Any) -> None:
    """A pupil number can have nine digits: then every value of the column is looked at in Python."""
    rows = 120_000
    content = "stamnr;naam\n" + "".join(f"{200_000_000 + 7 * row};Noor\n" for row in range(rows))
    raw = RawFile("oud.csv", content.encode(), "0" * 64)
    into.forget("legacy")
    parts: list[int] = []
    stream = DuckDBEngine.stream_rows

    def streamed(engine: DuckDBEngine, select: str, most: int) -> Iterator[list[tuple[Any, ...]]]:
        for part in stream(engine, select, most):
            parts.append(len(part))
            yield part

    monkeypatch.setattr(DuckDBEngine, "stream_rows", streamed)
    assert isinstance(read_clean(raw, source=LEGACY_SOURCE, settings=ReadSettings(), into=into), Delivery)
    assert max(parts) <= rows / 10
    # One in eleven passes by chance: a fifth of the file is enough to know.
    assert rows / 5 <= sum(parts) <= rows / 3


def test_a_file_beside_it_is_never_written_over(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path, threads=1)
    other = tmp_path / "legacy.lines"
    other.write_text("mine")
    raw = RawFile("oud.csv", b"stamnr;naam\n1001;Noor\n", "0" * 64)
    into = CleanTables(engine, tmp_path, frozenset({"legacy"}))
    with pytest.raises(Exception, match="OUTPUT-EXISTS"):
        read_clean(raw, source=LEGACY_SOURCE, settings=ReadSettings(), into=into)
    assert other.read_text() == "mine"
    engine.close()
