"""Does Spark say of every pupil what DuckDB says? The same SQL on both, compared table by table and byte by byte.

Everything here shares one Spark: starting it takes longer than all the rest. Without Java these tests are skipped,
except where nothing may be skipped (CI).
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pyspark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import contract
from etl.config import RunConfig, load_config
from etl.engines import DUCKDB, SPARK
from etl.engines.base import Engine
from etl.engines.duckdb import DuckDBEngine
from etl.engines.spark import SparkEngine
from etl.engines.spark_functions import (
    capital_text,
    edits_of,
    likeness_of,
    normal_text,
    plain_small_text,
    small_text,
)
from etl.errors import EXIT_ENGINE, EngineError
from etl.history import open_run
from etl.intake.canonical import write_rows
from etl.intake.load import values_select
from etl.intake.reader import read_deliveries, read_settings
from etl.pipeline import RunRequest, run_job
from etl.run_tables import build_tables, make_tables
from etl.stages import list_stages
from etl.texts import LANGUAGES, text
from etl.validate import Suite, check_tables, load_suites
from tests.golden.sample_run import NOW, SAMPLE
from tests.model.defects import DEFECTS
from tests.model.delivered import PLAIN, file_bytes
from tests.model.schools import LAYOUTS, make_school
from tests.rules.function_cases import ONE_TEXT, SEVERAL_TEXTS, after
from tests.unit.test_validate import PLANTED, make_check, make_pupils

pytestmark = [
    pytest.mark.spark,
    # pyspark leaves the sockets over which rows come back to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ and os.environ.get("CI") != "true",
        reason="Spark needs Java, and this machine has none",
    ),
]

# Loaded with the tests, before any of them runs: Great Expectations keeps to what was there when it was loaded first.
assert pyspark.__version__

SQL: Final = Path(__file__).parents[2] / "etl" / "sql"
FEW: Final = 1
TYPES: Final = {
    "string": "VARCHAR",
    "bigint": "BIGINT",
    "int": "INTEGER",
    "boolean": "BOOLEAN",
    "double": "DOUBLE",
}
# Letters that are written with a mark of their own, that change their length, or that are two in one.
ANY_WORD: Final = st.text(
    st.one_of(st.sampled_from("abcd eéëñßİıŁĳΣςﬁ\u0301"), st.characters(codec="utf-8", min_codepoint=1)),
    max_size=12,
)
INVENTED_ANSWERS: Final = """
with pairs as (
    select school, 'K-' || source_row as case_id, source_row as legacy_row, counterpart_row as magister_row
    from classified_pupils
    where source = 'legacy' and status in ('suspect_link', 'suggested') and counterpart_row is not null
)

select school, case_id, 'legacy' as source, legacy_row as source_row, 'linked' as outcome, magister_row as other_row
from pairs
union all
select school, case_id, 'magister' as source, magister_row as source_row, 'linked' as outcome, legacy_row as other_row
from pairs
"""
Rows = Counter[tuple[object, ...]]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    """The Spark that every other engine of this file runs on; its own tables are those of the functions."""
    engine = SparkEngine(tmp_path_factory.mktemp("spark"), records=FEW)
    yield engine
    engine.close()
    with warnings.catch_warnings():
        # Not in the middle of somebody else's test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="module")
def country(
    spark: SparkEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[DuckDBEngine, SparkEngine]]:
    """The sample, the self-test and generated schools with every defect, as one country on both engines.

    Keys are unique within a school, so one run holds them all. Answers are invented: who waits with one other record
    is linked to it.
    """
    inputs: dict[str, list[pa.Table]] = {}
    for school, folder in _list_schools(tmp_path_factory.mktemp("schools")):
        for name, table in _read_inputs(school, folder, tmp_path_factory.mktemp(school)).items():
            inputs.setdefault(name, []).append(table)
    duck = DuckDBEngine(tmp_path_factory.mktemp("duck"), threads=1)
    scratch = tmp_path_factory.mktemp("country")
    on_spark = SparkEngine(scratch, records=FEW)
    for name, tables in inputs.items():
        # What is the same for every school stands in each school's tables, and here once.
        whole = pa.concat_tables(tables)
        if "school" not in whole.column_names:
            whole = whole.group_by(whole.column_names).aggregate([])
        duck.connection.register("given", whole)
        duck.connection.execute(f"create table {name} as select * from given")
        duck.connection.unregister("given")
        path = scratch / f"{name}.parquet"
        pq.write_table(whole, path)
        on_spark.create_table(name, f"select * from parquet.`{path}`")
    for engine in (duck, on_spark):
        make_tables(engine, list_stages())
    yield duck, on_spark
    on_spark.close()
    duck.close()


def _list_schools(folder: Path) -> Iterator[tuple[str, Path]]:
    yield "99XX", SAMPLE
    yield "trap", SAMPLE / "trap"
    for number, (name, layout) in enumerate(LAYOUTS.items()):
        school = make_school(seed=number, pupils=16, defects=sorted(DEFECTS), layout=layout)
        assert len(school.planted) > 10
        place = folder / name
        place.mkdir()
        (place / "magister.csv").write_bytes(file_bytes(school, "magister", PLAIN))
        (place / "legacy.csv").write_bytes(file_bytes(school, "legacy", PLAIN))
        if school.control:
            (place / "control.csv").write_bytes(file_bytes(school, "control", PLAIN))
        yield name, place


def _read_inputs(school: str, folder: Path, scratch: Path) -> dict[str, pa.Table]:
    """Return what the stages of one school start from: every table that no stage makes."""
    control, settings = folder / "control.csv", folder / "settings.toml"
    config = load_config(settings) if settings.exists() else RunConfig()
    deliveries = read_deliveries(
        folder / "magister.csv",
        folder / "legacy.csv",
        control if control.exists() else None,
        settings={source: read_settings(config, source) for source in contract.SOURCES},
    )
    engine = DuckDBEngine(scratch, threads=1)
    try:
        build_tables(engine, deliveries, config, school=school, scratch=scratch)
        engine.connection.execute(f"create or replace table decisions as {INVENTED_ANSWERS}")
        made = {stage.table for stage in list_stages()}
        names = [row["table_name"] for row in engine.fetch_rows("select table_name from duckdb_tables()")]
        return {
            name: engine.connection.sql(f"select * from {name}").to_arrow_table()
            for name in names
            if name not in made and not name.startswith("delivered_")
        }
    finally:
        engine.close()


def _count_rows(engine: Engine, table: str) -> Rows:
    return Counter(tuple(row.items()) for row in engine.fetch_rows(f"select * from {table}"))


def _literal(value: str | None) -> str:
    if value is None:
        return "cast(null as string)"
    doubled = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


@pytest.mark.parametrize("function", [*ONE_TEXT, *SEVERAL_TEXTS])
def test_a_function_gives_on_spark_what_its_table_says(function: str, spark: SparkEngine) -> None:
    cases: Sequence[tuple[tuple[str | None, ...], object]] = (
        [((given,), wanted) for given, wanted in ONE_TEXT[function]]
        if function in ONE_TEXT
        else SEVERAL_TEXTS[function]
    )
    places = range(len(cases[0][0]))
    rows = ", ".join(
        f"({number}, {', '.join(map(_literal, texts))})" for number, (texts, _) in enumerate(cases)
    )
    names = ", ".join(f"a{place}" for place in places)
    arguments = ", ".join(after(function, f"g.a{place}") for place in places)
    found = {
        row["number"]: row["answer"]
        for row in spark.fetch_rows(
            f"select g.number, {function}({arguments}) as answer from (values {rows}) as g (number, {names})"
        )
    }
    assert [found[number] for number in range(len(cases))] == [wanted for _, wanted in cases]


def test_both_engines_define_the_same_functions() -> None:
    pattern = r"^create (?:macro|or replace temporary function) (\w+)"
    duck, spark = (
        set(re.findall(pattern, (SQL / f"functions_{name}.sql").read_text(encoding="utf-8"), re.MULTILINE))
        for name in (DUCKDB, SPARK)
    )
    # DuckDB has these two itself.
    assert spark - {"starts_with", "ends_with"} == duck


@given(texts=st.lists(ANY_WORD, min_size=1, max_size=40))
@settings(max_examples=15, derandomize=True, deadline=None, database=None)
def test_words_are_as_alike_in_python_as_in_duckdb(texts: list[str]) -> None:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select a, b, nfc_normalize(a), lower(strip_accents(a)), lower(a), upper(a)"
            ", round(jaro_winkler_similarity(a, b), 9), damerau_levenshtein(a, b)"
            " from (select unnest(cast($1 as varchar[])) as a) as x, (select unnest(cast($1 as varchar[])) as b) as y",
            [texts],
        ).fetchall()
    for one, other, *wanted in rows:
        likeness = likeness_of(one, other)
        assert likeness is not None
        found = [
            normal_text(one),
            plain_small_text(one),
            small_text(one),
            capital_text(one),
            round(likeness, 9),
            edits_of(one, other),
        ]
        assert found == wanted


@pytest.mark.parametrize("table", [stage.table for stage in list_stages()])
def test_every_pupil_stands_in_a_table_of_spark_as_in_that_of_duckdb(
    table: str, country: tuple[DuckDBEngine, SparkEngine]
) -> None:
    duck, on_spark = country
    kinds = [(row["column_name"], row["column_type"]) for row in duck.fetch_rows(f"describe {table}")]
    assert [(name, TYPES[kind]) for name, kind in on_spark.session.table(table).dtypes] == kinds
    rows = _count_rows(duck, table)
    assert rows
    assert _count_rows(on_spark, table) == rows


def test_a_country_of_schools_has_every_status_and_answers_that_count(
    country: tuple[DuckDBEngine, SparkEngine],
) -> None:
    _, on_spark = country
    found = on_spark.fetch_rows("select distinct status from classified_pupils")
    assert {row["status"] for row in found} == {status.code for status in contract.STATUSES}
    linked = on_spark.fetch_rows("select distinct basis from decided_pupils where is_linked")
    assert {row["basis"] for row in linked} == {"exact", "repaired", "decision"}


def test_the_checks_find_on_spark_what_they_find_on_duckdb(
    country: tuple[DuckDBEngine, SparkEngine],
) -> None:
    duck, on_spark = country
    suites = load_suites()
    assert check_tables(on_spark.session, suites) == check_tables(duck.connection, suites)


def test_each_kind_of_check_fails_on_spark_for_the_same_pupils(spark: SparkEngine, tmp_path: Path) -> None:
    suites, wanted = [], []
    for number, (kind, (kwargs, change, failed, rows)) in enumerate(PLANTED.items()):
        table = f"pupils_{number}"
        with make_pupils() as connection:
            connection.execute(change)
            pq.write_table(connection.sql("select * from pupils").to_arrow_table(), tmp_path / table)
        spark.session.read.parquet(str(tmp_path / table)).createOrReplaceTempView(table)
        check = replace(make_check(kind, kwargs), code=f"CHECK-{number}")
        suites.append(Suite(table, (check,), f"{table}.json"))
        wanted.append((f"CHECK-{number}", False, failed, rows))
    found = check_tables(spark.session, suites)
    assert [(one.code, one.passed, one.failed, one.failed_rows) for one in found] == wanted


def test_a_check_that_spark_cannot_evaluate_or_find_is_never_a_pass(
    spark: SparkEngine, tmp_path: Path
) -> None:
    check = make_check("unexpected_rows_expectation", {"unexpected_rows_query": "select nobody from {batch}"})
    with pytest.raises(EngineError) as caught:
        check_tables(spark.session, [Suite("absent", (check,), "absent.json")])
    assert caught.value.code == "CHECKS-TABLE-MISSING"
    spark.session.sql("select 1 as source_row").createOrReplaceTempView("present")
    with pytest.raises(EngineError) as caught:
        check_tables(spark.session, [Suite("present", (check,), "present.json")])
    assert caught.value.code == "CHECKS-NOT-RUN"


def test_a_run_on_spark_writes_what_a_run_on_duckdb_writes(spark: SparkEngine, tmp_path: Path) -> None:
    request = RunRequest(
        magister=SAMPLE / "magister.csv",
        legacy=SAMPLE / "legacy.csv",
        control=SAMPLE / "control.csv",
        config=load_config(SAMPLE / "settings.toml"),
        # A folder is a name, whatever signs are in it.
        out=tmp_path / "mijn [school] {2026} *",
        now=NOW,
        with_suites=False,
    )
    on_duck = run_job(request)
    on_spark = run_job(replace(request, out=tmp_path / SPARK, engine=SPARK))
    names = {path.relative_to(on_duck.run_folder) for path in on_duck.run_folder.rglob("*") if path.is_file()}
    compared = sorted(name for name in names if name.name not in ("run.duckdb", "manifest.json"))
    assert len(compared) > 6
    for name in compared:
        mine, other = on_duck.run_folder / name, on_spark.run_folder / name
        assert mine.read_bytes() == other.read_bytes(), name
    manifests = [
        json.loads((one.run_folder / "manifest.json").read_text("utf-8")) for one in (on_duck, on_spark)
    ]
    assert "pyspark" in manifests[1]["versions"]
    for name in ("plan", "statuses", "verdict", "settings"):
        assert manifests[0][name] == manifests[1][name]
    duck, other_run = open_run(on_duck.run_folder), open_run(on_spark.run_folder)
    # On DuckDB the values of a clean file are read by the engine, out of tables that only it has.
    names = [name for name in duck.tables() if not name.startswith("cells_")]
    assert names == list(other_run.tables())
    for table in names:
        assert _count_rows(duck, table) == _count_rows(other_run, table), table
        assert duck.table(table).schema == other_run.table(table).schema, table
    # The tables stay as Parquet, and nothing else of Spark does.
    parquet = sorted(path for path in (on_spark.run_folder / "tables").rglob("*") if path.is_file())
    assert {path.parent.name for path in parquet} >= {stage.table for stage in list_stages()}
    assert all(re.fullmatch(r"part-[0-9]{5}\.parquet", path.name) for path in parquet)
    assert not (on_spark.run_folder / "spill").exists()
    assert {path.stat().st_mode & 0o777 for path in parquet} == {0o600}


def test_a_value_with_a_backslash_or_a_quote_is_the_same_value_on_both_engines(
    spark: SparkEngine, tmp_path: Path
) -> None:
    values = [("a\\b", 1), ("it's", 2), ('say "x"', 3), ("\\n", 4), ("é", None)]
    select = values_select({"word": "string", "number": "bigint"}, values)
    with closing(DuckDBEngine(tmp_path, threads=1)) as duck:
        found = [[tuple(row.values()) for row in engine.fetch_rows(select)] for engine in (duck, spark)]
    assert sorted(found[0]) == sorted(found[1]) == sorted(values)


def test_a_file_is_loaded_on_spark_to_the_letter_or_not_at_all(spark: SparkEngine, tmp_path: Path) -> None:
    given = [("1", 'a "b"\r\n, c', ""), ("2", " \\ ", "x"), ("3", "", "y\ny")]
    write_rows(given, tmp_path / "given.csv")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with closing(SparkEngine(scratch, records=FEW)) as engine:
        columns = {"number": "BIGINT", "one": "VARCHAR", "two": "VARCHAR"}
        assert engine.load_csv("given", tmp_path / "given.csv", columns) == len(given)
        rows = engine.fetch_rows("select * from given order by number")
        assert [(str(row["number"]), row["one"], row["two"]) for row in rows] == given
        for name, kinds in (
            ("narrow", dict(list(columns.items())[:2])),
            ("letters", columns | {"one": "BIGINT"}),
        ):
            with pytest.raises(EngineError) as caught:
                engine.load_csv(name, tmp_path / "given.csv", kinds)
            assert caught.value.code == "ENGINE-STAGE"


def test_a_stage_or_a_question_that_fails_on_spark_is_an_error_without_its_words(
    spark: SparkEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    rare = "Zwaardvegerius"
    for ask, code in (
        (lambda: spark.create_table("broken", f"select cast('{rare}' as bigint) as number"), "ENGINE-STAGE"),
        (lambda: spark.fetch_rows(f"select cast('{rare}' as bigint) as number"), "ENGINE-QUERY"),
        (lambda: spark.fetch_rows("select nobody from nowhere"), "ENGINE-QUERY"),
    ):
        with pytest.raises(EngineError) as caught:
            ask()
        assert caught.value.code == code
        assert rare not in str(caught.value.fields)
    said = capfd.readouterr()
    assert rare not in said.out + said.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_no_pyspark_or_no_java_hears_what_to_install(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pyspark.sql", None)
        with pytest.raises(EngineError) as caught:
            SparkEngine(tmp_path)
    assert caught.value.exit_code == EXIT_ENGINE
    assert "koppelcheck[spark]" in text(caught.value.code, language, **caught.value.fields)
    with monkeypatch.context() as patch:
        patch.setattr("pyspark.sql.SparkSession.getActiveSession", lambda: None)
        patch.setattr("shutil.which", lambda name: None)
        patch.delenv("JAVA_HOME", raising=False)
        with pytest.raises(EngineError) as caught:
            SparkEngine(tmp_path)
    assert caught.value.code == "ENGINE-JAVA-MISSING"
    assert "Java" in text(caught.value.code, language, **caught.value.fields)
