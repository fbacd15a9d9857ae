"""A file that the engine streams is byte for byte the file that is written cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.csv_safety import write_csv
from etl.csv_stream import BATCH, Sheet, stream_csv
from etl.engines.duckdb import DuckDBEngine
from etl.errors import OutputError
from tests.model.runner import examples

HEADINGS = ("=stamnr", "naam", "klas")
PLAIN_CELLS = ("", "1001", "Zoë", "a;b", "a,b", "a\nb", 'O"Neil')
RUNNING_CELLS = ("=1+1", "-5", "-", "+31", "@x", '="0123"', "\t1", " =1", "\u200b=1")
CELLS = st.none() | st.sampled_from(PLAIN_CELLS + RUNNING_CELLS)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(tmp_path_factory.mktemp("stream"), threads=1)
    yield engine
    engine.close()


def load(engine: DuckDBEngine, rows: list[tuple[str | None, ...]]) -> None:
    engine.connection.execute("create or replace table given (place bigint, a varchar, b varchar, c varchar)")
    engine.connection.executemany(
        "insert into given values (?, ?, ?, ?)", [(place, *row) for place, row in enumerate(rows)]
    )


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    bom=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@examples(150)
def test_either_way_gives_the_same_bytes(
    engine: DuckDBEngine,
    rows: list[tuple[str | None, ...]],
    delimiter: str,
    encoding: str,
    bom: bool,
    line_end: str,
) -> None:
    load(engine, rows)
    form = {"delimiter": delimiter, "encoding": encoding, "bom": bom, "line_end": line_end}
    with TemporaryDirectory() as name:
        folder = Path(name)
        by_cell = write_csv(folder / "cells.csv", HEADINGS, rows, **form)
        sheets = [Sheet(folder / "lines.csv", HEADINGS, ("a", "b", "c"), **form)]
        assert stream_csv(engine, "from given", "place", sheets) == [by_cell]
        assert (folder / "lines.csv").read_bytes() == (folder / "cells.csv").read_bytes()


def test_more_lines_than_a_batch_keep_their_order(engine: DuckDBEngine, tmp_path: Path) -> None:
    count = BATCH + 7
    engine.connection.execute(
        "create or replace table given as select i as place, i::varchar as a"
        f", case when i % 1000 = 0 then '=x' else 'n' end as b from range({count}) as t(i)"
    )
    sheet = Sheet(tmp_path / "lines.csv", ("a", "b"), ("a", "b"))
    (written,) = stream_csv(engine, "from given", "place desc", [sheet])
    lines = sheet.path.read_text("utf-8").splitlines()[1:]
    assert [int(line.split(";")[0]) for line in lines] == list(range(count))[::-1]
    assert written.rows == count
    assert written.neutralised == sum(line.endswith("'=x") for line in lines) == -(-count // 1000)


def test_a_letter_that_the_encoding_lacks_names_its_row_and_leaves_no_file(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    load(engine, [("1", "Noor", "2B"), ("2", "Łukasz", "2B")])
    sheets = [
        Sheet(tmp_path / "one.csv", HEADINGS, ("a", "b", "c")),
        Sheet(tmp_path / "other.csv", HEADINGS, ("a", "b", "c"), encoding="cp1252"),
    ]
    with pytest.raises(OutputError) as caught:
        stream_csv(engine, "from given", "place", sheets)
    assert caught.value.code == "OUTPUT-ENCODING"
    assert caught.value.fields["row"] == 2
    assert list(tmp_path.iterdir()) == []
