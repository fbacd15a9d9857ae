"""Whether the engine keeps the promise of `Engine`: strict, closed off, and silent about values.

Each test makes its own engine and its own files; no delivered file is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

import etl.engines.duckdb
from etl.engines.base import Engine
from etl.engines.duckdb import DuckDBEngine
from etl.errors import EXIT_ENGINE, EngineError
from etl.texts import LANGUAGES, text

COLUMNS = {"source_row": "BIGINT", "stamnr": "VARCHAR", "naam": "VARCHAR"}


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(scratch: Path) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(scratch, threads=1)
    yield engine
    engine.close()


def load(engine: Engine, scratch: Path, content: str) -> list[tuple[object, ...]]:
    path = scratch / "canonical.csv"
    path.write_bytes(content.encode())
    records = engine.load_csv("raw_pupils", path, COLUMNS)
    rows = [tuple(row.values()) for row in engine.fetch_rows("select * from raw_pupils order by source_row")]
    assert records == len(rows)
    return rows


@pytest.mark.parametrize(
    "value",
    [
        "007",
        "",
        "NULL",
        "null",
        "1,09999E+05",
        "2024-01-02",
        "true",
        'say "hello"',
        '""',
        "a,b;c\td|e",
        "line one\nline two",
        "line one\r\nline two",
        "\\",
        "\\n",
        "'",
        " spaces ",
        "=1+1",
        "# comment",
        "😀 Noe\u0308l",
        "a" * 70_000,
    ],
    ids=lambda value: value[:12].encode("unicode_escape").decode() or "empty",
)
def test_text_is_kept_to_the_letter(engine: DuckDBEngine, scratch: Path, value: str) -> None:
    quoted = value.replace('"', '""')
    rows = load(engine, scratch, f'"1","{quoted}","first"\n"2","{quoted}","second"\n')
    assert rows == [(1, value, "first"), (2, value, "second")]


def test_a_file_without_records_is_an_empty_table_with_its_columns(
    engine: DuckDBEngine, scratch: Path
) -> None:
    assert load(engine, scratch, "") == []
    found = {row["column_name"]: row["column_type"] for row in engine.fetch_rows("describe raw_pupils")}
    assert found == COLUMNS


@pytest.mark.parametrize(
    "content",
    [
        '"1","1001"\n',
        '"1","1001","Noor","one more"\n',
        '"1","1001","Noor"\n"2","1002"\n',
        '"one","1001","Noor"\n',
        '"1","1001","Noor\n',
        '"1","10"01","Noor"\n',
    ],
    ids=["too few", "too many", "too few later", "no number", "quote left open", "quote inside"],
)
def test_a_record_that_does_not_fit_stops_the_load_and_its_values_stay_inside(
    engine: DuckDBEngine, scratch: Path, content: str
) -> None:
    with pytest.raises(EngineError) as caught:
        load(engine, scratch, content)
    assert caught.value.exit_code == EXIT_ENGINE
    assert caught.value.fields["table"] == "raw_pupils"
    assert_silent(caught.value, "Noor", "1001", "one")


def assert_silent(error: EngineError, *values: str) -> None:
    """Look for values in everything that people or logs get to see of an error."""
    shown = [str(error), repr(error), repr(error.fields)]
    shown += [text(error.code, language, **error.fields) for language in LANGUAGES]
    assert not [value for value in values for sentence in shown if value in sentence]


def test_a_failing_stage_names_its_table_and_no_value(engine: DuckDBEngine) -> None:
    with pytest.raises(EngineError) as caught:
        engine.create_table("clean_pupils", "select cast('Noor Visser' as bigint) as stamnr")
    assert (caught.value.code, caught.value.fields["table"]) == ("ENGINE-STAGE", "clean_pupils")
    assert isinstance(caught.value.__cause__, duckdb.Error)
    assert_silent(caught.value, "Noor", "Visser", "cast")


def test_a_table_is_made_once(engine: DuckDBEngine) -> None:
    engine.create_table("pupils", "select 1 as stamnr")
    with pytest.raises(EngineError):
        engine.create_table("pupils", "select 2 as stamnr")
    assert engine.fetch_rows("select * from pupils") == [{"stamnr": 1}]


def test_a_failing_question_shows_no_value(engine: DuckDBEngine) -> None:
    with pytest.raises(EngineError) as caught:
        engine.fetch_rows("select naam from nobody where naam = 'Noor Visser'")
    assert caught.value.code == "ENGINE-QUERY"
    assert_silent(caught.value, "Noor", "Visser")


def test_rows_come_in_the_order_asked_for(engine: DuckDBEngine) -> None:
    engine.create_table(
        "pupils", "select * from (values (2, 'b'), (3, 'c'), (1, 'a')) as given(place, letter)"
    )
    assert [row["letter"] for row in engine.fetch_rows("select * from pupils order by place desc")] == list(
        "cba"
    )


def test_no_other_file_can_be_read_or_written(engine: DuckDBEngine, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("1,Noor\n", encoding="utf-8")
    for select in (
        f"select * from read_csv('{other.as_posix()}', header = false)",
        f"select * from '{other.as_posix()}'",
        f"select content from read_text('{other.as_posix()}')",
        f"select * from glob('{tmp_path.as_posix()}/*')",
        f"from query('copy (select 1) to ''{tmp_path.as_posix()}/out.csv''')",
    ):
        with pytest.raises(EngineError):
            engine.fetch_rows(select)
    with pytest.raises(EngineError):
        engine.load_csv("raw_pupils", other, {"place": "BIGINT", "naam": "VARCHAR"})
    with pytest.raises(EngineError):
        engine.save(tmp_path / "elsewhere.duckdb", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.csv", "scratch"]


def test_the_network_and_extensions_are_shut_and_stay_shut(engine: DuckDBEngine) -> None:
    for statement in (
        "select * from read_csv('https://school.example/pupils.csv')",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set allow_community_extensions = true",
        "set lock_configuration = false",
    ):
        with pytest.raises(EngineError):
            engine.fetch_rows(statement)


def test_a_saved_file_opens_read_only_with_its_tables_and_comments(
    engine: DuckDBEngine, scratch: Path
) -> None:
    engine.create_table("pupils", "select 1 as source_row, '007' as stamnr")
    engine.create_table("nobody", "select 1 as source_row where 1 = 0")
    path = scratch / "run.duckdb"
    engine.save(path, {"pupils": "Who is here; it's one pupil."})
    engine.close()
    with duckdb.connect(str(path), read_only=True) as saved:
        assert saved.execute("select * from pupils").fetchall() == [(1, "007")]
        assert saved.execute("select count(*) from nobody").fetchone() == (0,)
        comments = dict(saved.execute("select table_name, comment from duckdb_tables()").fetchall())
        assert comments == {"pupils": "Who is here; it's one pupil.", "nobody": None}
        with pytest.raises(duckdb.Error):
            saved.execute("create table more as select 1")


def test_a_comment_on_a_table_that_is_not_there_is_an_error(engine: DuckDBEngine, scratch: Path) -> None:
    with pytest.raises(EngineError) as caught:
        engine.save(scratch / "run.duckdb", {"nobody": "There is no such table."})
    assert caught.value.code == "ENGINE-SAVE"


def test_closing_twice_is_allowed(scratch: Path) -> None:
    engine = DuckDBEngine(scratch, threads=1)
    engine.close()
    engine.close()


def test_a_scratch_folder_with_a_quote_in_its_name_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "Noord's map"
    folder.mkdir()
    engine = DuckDBEngine(folder, threads=1)
    try:
        assert load(engine, folder, '"1","007","x"\n') == [(1, "007", "x")]
    finally:
        engine.close()


def test_few_records_take_little_room_and_say_the_same(tmp_path: Path) -> None:
    sizes = {}
    for name, records in (("few", 60), ("many", 60_000)):
        folder = tmp_path / name
        folder.mkdir()
        engine = DuckDBEngine(folder, threads=1, records=records)
        for number in range(20):
            engine.create_table(f"t{number}", "select i as a, 'x' || i as b from range(60) as r (i)")
        engine.save(folder / "run.duckdb", {})
        engine.close()
        sizes[name] = (folder / "run.duckdb").stat().st_size
        with duckdb.connect(str(folder / "run.duckdb"), read_only=True) as connection:
            assert connection.execute("select count(*), max(b) from t19").fetchall() == [(60, "x9")]
    assert sizes["few"] * 4 < sizes["many"]


@pytest.mark.parametrize("is_kept", [False, True])
def test_lines_keep_the_order_of_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_kept: bool
) -> None:
    monkeypatch.setattr(etl.engines.duckdb, "MANY_RECORDS", 0)
    rows, path = 400_000, tmp_path / "run.duckdb"
    (tmp_path / "lines").write_text("".join(f"{row};{row % 7}\n" for row in range(rows)), "utf-8")
    engine = DuckDBEngine(tmp_path, threads=4, records=rows, kept=path if is_kept else None)
    engine.load_lines(
        "numbers",
        tmp_path / "lines",
        ["one", "two"],
        without=(),
        passed_over="",
        delimiter=";",
        line_end="\n",
        longest=100,
    )
    engine.create_view("seen", "select rowid as place, one from numbers")
    asked = "select count(*) filter (where one = place::varchar) as right_ones, count(*) as rows from seen"
    assert engine.fetch_rows(asked) == [{"right_ones": rows, "rows": rows}]
    engine.save(path, {"seen": "a view", "numbers": "a table"})
    engine.close()
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute(asked).fetchall() == [(rows, rows)]


def test_what_is_kept_is_made_in_its_file_and_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etl.engines.duckdb, "MANY_RECORDS", 0)
    path = tmp_path / "run.duckdb"
    engine = DuckDBEngine(tmp_path, threads=1, records=1, kept=path)
    engine.connection.execute("create schema other")
    engine.look_in("other", "main")
    engine.keep_table("main.numbers", "select i from range(10) as r(i)")
    engine.create_view("main.seen", "select i + 1 as i from numbers")
    assert engine.fetch_rows("select database_name from duckdb_tables() where table_name = 'numbers'") == [
        {"database_name": "run_file"}
    ]
    with engine.beside(lambda tables: tables.fetch_rows("select sum(i) as total from numbers")) as result:
        assert result() == [{"total": 45}]
    engine.save(path, {"numbers": "ten", "seen": "ten more"})
    engine.close()
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select sum(i) from seen").fetchall() == [(55,)]


@pytest.mark.parametrize(
    ("records", "threads", "mib"),
    [(6_000, 1, 320), (2_000_000, 2, 520), (37_760_000, 2, 4_096), (6_000, 16, 2_560)],
)
def test_the_engine_holds_what_so_many_records_need(
    tmp_path: Path, records: int, threads: int, mib: int
) -> None:
    engine = DuckDBEngine(tmp_path, records=records, threads=threads)
    held = engine.fetch_rows("select current_setting('memory_limit') as held")[0]["held"]
    engine.close()
    assert held == (f"{mib}.0 MiB" if mib < 1024 else f"{mib / 1024:.1f} GiB")


def test_the_engine_holds_no_more_than_it_was_told(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path, memory_mib=128)
    try:
        assert engine.fetch_rows("select current_setting('memory_limit') as held")[0]["held"] == "128.0 MiB"
    finally:
        engine.close()


def held(engine: DuckDBEngine) -> str:
    return str(engine.fetch_rows("select current_setting('memory_limit') as held")[0]["held"])


def test_it_leaves_room_in_memory_and_keeps_a_part_of_it(tmp_path: Path) -> None:
    with closing(DuckDBEngine(tmp_path, memory_mib=450)) as engine:
        for less, left in ((150, 300), (0, 450), (449, 150)):
            engine.leave_room(less)
            assert held(engine) == f"{left}.0 MiB"
        with pytest.raises(duckdb.Error, match="locked"):
            engine.connection.execute("set enable_external_access = true")


def test_it_leaves_no_room_where_nobody_said_how_much_there_is(tmp_path: Path) -> None:
    with closing(DuckDBEngine(tmp_path, records=10, threads=2)) as engine:
        engine.leave_room(100)
        assert held(engine) == "320.0 MiB"


def test_what_cannot_do_with_the_room_that_was_left_takes_it_back(tmp_path: Path) -> None:
    asked = "select list_sort(list(md5(i::varchar)))[1][:3] as least from range(2_500_000) as r(i)"
    with closing(DuckDBEngine(tmp_path, threads=1, memory_mib=450)) as engine:
        engine.leave_room(400)
        assert engine.fetch_rows(asked) == [{"least": "000"}]
        assert held(engine) == "450.0 MiB"
        engine.leave_room(400)
        engine.create_table("much", asked)
        assert held(engine) == "450.0 MiB"
        with pytest.raises(EngineError) as caught:
            engine.fetch_rows(asked.replace("2_500_000", "20_000_000"))
        assert caught.value.fields["problem"] == "OutOfMemoryException"


def test_an_engine_can_be_used_for_one_run_after_another(tmp_path: Path) -> None:
    spill, out = tmp_path / "spill", tmp_path / "out"
    out.mkdir()
    engine = DuckDBEngine(spill, threads=1, records=10, memory_mib=300, writes=out)
    try:
        for run in ("one", "two"):
            engine.keep_in(out / f"{run}.duckdb")
            engine.keep_tables(
                [("numbers", "select i from range(10) as r(i)"), ("words", f"select '{run}' as w")]
            )
            engine.create_table("sums", "select sum(i) as total from numbers")
            engine.save(out / f"{run}.duckdb", {"sums": "What they add up to."})
            engine.leave_room(100)
            engine.let_go()
            assert engine.fetch_rows("select table_name from duckdb_tables()") == []
            assert held(engine) == "300.0 MiB"
    finally:
        engine.close()
    for run in ("one", "two"):
        with duckdb.connect(str(out / f"{run}.duckdb"), read_only=True) as connection:
            assert connection.execute("select total, w from sums, words").fetchall() == [(45, run)]


def test_of_tables_made_in_one_go_none_is_there_when_one_fails(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path, threads=1, records=10)
    try:
        engine.keep_in(tmp_path / "run.duckdb")
        with pytest.raises(EngineError) as caught:
            engine.keep_tables([("numbers", "select 1 as i"), ("more", "select i from nobody")])
        assert caught.value.code == "ENGINE-STAGE"
        engine.let_go()
        assert engine.fetch_rows("select table_name from duckdb_tables()") == []
        engine.keep_in(tmp_path / "other.duckdb")
        engine.keep_tables([("numbers", "select 1 as i")])
        assert engine.fetch_rows("select i from numbers") == [{"i": 1}]
    finally:
        engine.close()


def test_what_is_stored_for_others_is_a_table_with_the_rows_of_a_view_in_order(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path)
    try:
        engine.create_table("numbers", "select i from range(5) as r(i)")
        engine.create_view("doubled", "select 8 - 2 * i as i from numbers")
        engine.store(tmp_path / "all.duckdb", {"doubled": "i", "nobody": ""})
        with pytest.raises(EngineError) as caught:
            engine.store(tmp_path / "nowhere" / "all.duckdb", {"doubled": ""})
        assert caught.value.code == "ENGINE-SAVE"
    finally:
        engine.close()
    with duckdb.connect(str(tmp_path / "all.duckdb"), read_only=True) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("doubled",)]
        assert connection.execute("from doubled").fetchall() == [(0,), (2,), (4,), (6,), (8,)]


def test_what_cannot_be_put_in_order_for_want_of_room_is_stored_as_it_stands(tmp_path: Path) -> None:
    with closing(DuckDBEngine(tmp_path, threads=1, memory_mib=70)) as engine:
        engine.create_view(
            "wide", "select i % 3 as i, repeat('x', 150) || i as words from range(200_000) as r(i)"
        )
        engine.create_view("narrow", "select 3 - i as i from range(3) as r(i)")
        engine.store(tmp_path / "all.duckdb", {"wide": "i", "narrow": "i"})
    with duckdb.connect(str(tmp_path / "all.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(distinct words) from wide").fetchall() == [(200_000,)]
        assert connection.execute("select i from wide limit 4").fetchall() == [(0,), (1,), (2,), (0,)]
        assert connection.execute("from narrow").fetchall() == [(1,), (2,), (3,)]
