"""Does etl.validate keep its promise, also on suites and tables that are wrong?

The pupils table holds four invented pupils. Pupil 3 is the one with something wrong, where a test plants it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy

from etl import texts, validate_adapter, validate_suites
from etl.errors import ConfigError, EngineError
from etl.validate import Check, Suite, check_tables, load_suites, suites_folder
from etl.validate_dialect import Cursor, SharedConnection, register_dialect

RARE_NAME = "Zwaardvegerius"

# type → (arguments, the change that breaks it, records that fail, what is listed)
PLANTED: dict[str, tuple[dict[str, Any], str, int, tuple[str, ...]]] = {
    "unexpected_rows_expectation": (
        {"unexpected_rows_query": "select source_row from {batch} where stamnr is null"},
        "update pupils set stamnr = null where source_row = 3",
        1,
        ("3",),
    ),
    "expect_table_row_count_to_be_between": (
        {"min_value": 4},
        "delete from pupils where source_row = 3",
        1,
        (),
    ),
    "expect_compound_columns_to_be_unique": (
        {"column_list": ["school", "stamnr"]},
        "update pupils set stamnr = '1001' where source_row = 3",
        2,
        ("1", "3"),
    ),
    "expect_column_values_to_be_unique": (
        {"column": "stamnr"},
        "update pupils set stamnr = '1001' where source_row = 3",
        2,
        ("1", "3"),
    ),
    "expect_column_values_to_not_be_null": (
        {"column": "stamnr"},
        "update pupils set stamnr = null where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_values_to_be_null": (
        {"column": "remark"},
        "update pupils set remark = 'x' where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_values_to_be_in_set": (
        {"column": "klas", "value_set": ["1A"]},
        "update pupils set klas = '1B' where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_values_to_not_be_in_set": (
        {"column": "klas", "value_set": ["1B"]},
        "update pupils set klas = '1B' where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_values_to_be_between": (
        {"column": "marks", "min_value": 0, "max_value": 10},
        "update pupils set marks = 11 where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_values_to_match_regex": (
        {"column": "stamnr", "regex": "^[0-9]{4}$"},
        "update pupils set stamnr = '1003x' where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_values_to_not_match_regex": (
        {"column": "stamnr", "regex": "x$"},
        "update pupils set stamnr = '1003x' where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_value_lengths_to_equal": (
        {"column": "stamnr", "value": 4},
        "update pupils set stamnr = '10033' where source_row = 3",
        1,
        ("3",),
    ),
    "expect_column_pair_values_to_be_equal": (
        {"column_A": "stamnr", "column_B": "login"},
        "update pupils set login = '9999' where source_row = 3",
        1,
        ("3",),
    ),
}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return make_pupils()


def make_pupils() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "create table pupils as select 'S1' as school, i as source_row, cast(1000 + i as varchar) as stamnr,"
        " cast(1000 + i as varchar) as login, '1A' as klas, 7 as marks, cast(null as varchar) as remark"
        " from range(1, 5) as numbers(i)"
    )
    return connection


def make_check(kind: str, kwargs: dict[str, Any], rows: tuple[str, ...] = ("source_row",)) -> Check:
    return Check("CHECK-PLANTED", kind, kwargs, "critical", "Een controle", "A check", rows)


def make_suite(*checks: Check, table: str = "pupils") -> Suite:
    return Suite(table, checks, f"{table}.json")


def write_suite(folder: Path, **changes: Any) -> dict[str, Any]:
    check = {
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "stamnr"},
        "severity": "critical",
        "meta": {"code": "CHECK-STAMNR", "title_nl": "Elke leerling", "title_en": "Every pupil"},
    } | changes
    suite = {"name": "pupils", "expectations": [check], "meta": {"table": "pupils"}}
    (folder / "pupils.json").write_text(json.dumps(suite), encoding="utf-8")
    return suite


def test_a_violation_of_every_allowed_type_has_been_planted() -> None:
    assert set(PLANTED) == validate_suites.EXPECTATION_TYPES


@pytest.mark.parametrize("kind", sorted(PLANTED))
def test_pupils_without_a_fault_pass(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    (result,) = check_tables(connection, [make_suite(make_check(kind, PLANTED[kind][0]))])
    assert (result.passed, result.checked, result.failed, result.failed_rows) == (True, 4, 0, ())


@pytest.mark.parametrize("kind", sorted(PLANTED))
def test_the_pupil_with_the_fault_is_counted_and_named_by_row(
    connection: duckdb.DuckDBPyConnection, kind: str
) -> None:
    kwargs, change, failed, rows = PLANTED[kind]
    connection.execute(change)
    (result,) = check_tables(connection, [make_suite(make_check(kind, kwargs))])
    assert (result.passed, result.failed, result.failed_rows) == (False, failed, rows)


def test_a_fault_of_three_hundred_pupils_lists_the_first_twenty(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        "create or replace table pupils as select 'S1' as school, 'legacy' as source, 301 - i as source_row,"
        " cast(null as varchar) as stamnr, 'one' as login from range(1, 301) as numbers(i)"
    )
    first = tuple(f"legacy {number}" for number in range(1, 21))
    rows = ("source", "source_row")
    kinds: dict[str, dict[str, Any]] = {
        "expect_column_values_to_not_be_null": {"column": "stamnr"},
        "expect_compound_columns_to_be_unique": {"column_list": ["school", "login"]},
        "unexpected_rows_expectation": {
            "unexpected_rows_query": "select source, source_row from {batch} where stamnr is null"
        },
    }
    for kind, kwargs in kinds.items():
        (result,) = check_tables(connection, [make_suite(make_check(kind, kwargs, rows))])
        assert (result.checked, result.failed, result.failed_rows) == (300, 300, first), kind


def test_a_share_within_its_limit_passes_and_is_still_counted(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update pupils set stamnr = null where source_row = 3")
    kind = "expect_column_values_to_not_be_null"
    loose = make_check(kind, {"column": "stamnr", "mostly": 0.75})
    strict = make_check(kind, {"column": "stamnr", "mostly": 0.76})
    (within,) = check_tables(connection, [make_suite(loose)])
    (beyond,) = check_tables(connection, [make_suite(strict)])
    assert (within.passed, within.failed, within.failed_rows) == (True, 1, ())
    assert (beyond.passed, beyond.failed, beyond.failed_rows) == (False, 1, ("3",))


def test_results_stand_in_the_order_of_the_suite(connection: duckdb.DuckDBPyConnection) -> None:
    kinds = [kind for kind in PLANTED for _ in range(2)]
    checks = [
        Check(f"CHECK-{number}", kind, PLANTED[kind][0], "warning", "Een", "One", ("source_row",))
        for number, kind in enumerate(kinds)
    ]
    results = check_tables(connection, [make_suite(*reversed(checks))])
    assert [result.code for result in results] == [check.code for check in reversed(checks)]


@pytest.mark.parametrize("kind", sorted(PLANTED))
def test_a_pupils_name_is_in_no_result_no_log_and_on_no_screen(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    connection.execute(PLANTED[kind][1])
    connection.execute(
        f"update pupils set stamnr = '{RARE_NAME}x', klas = '{RARE_NAME}', school = '{RARE_NAME}'"
    )
    rows = (
        ("source_row", "magister_row", "legacy_row") if "query" in str(PLANTED[kind][0]) else ("source_row",)
    )
    caplog.set_level(0)
    results = check_tables(connection, [make_suite(make_check(kind, PLANTED[kind][0], rows))])
    shown = capfd.readouterr()
    assert RARE_NAME not in f"{results}{caplog.text}{shown.out}{shown.err}"
    assert shown.out == ""
    assert shown.err == ""


def test_a_name_in_the_place_of_a_row_number_is_not_shown(connection: duckdb.DuckDBPyConnection) -> None:
    query = f"select '{RARE_NAME}' as source, '{RARE_NAME}' as source_row, true as legacy_row from {{batch}}"
    check = make_check(
        "unexpected_rows_expectation",
        {"unexpected_rows_query": query},
        ("source", "source_row", "legacy_row"),
    )
    (result,) = check_tables(connection, [make_suite(check)])
    assert result.failed_rows == ("? ? legacy ?",)


def test_both_sides_of_a_pair_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select source_row as magister_row, source_row + 10 as legacy_row from {batch} where source_row < 3"
    )
    check = make_check(
        "unexpected_rows_expectation", {"unexpected_rows_query": query}, ("magister_row", "legacy_row")
    )
    (result,) = check_tables(connection, [make_suite(check)])
    assert result.failed_rows == ("magister 1 legacy 11", "magister 2 legacy 12")


def test_a_table_that_is_not_there_is_never_a_pass(connection: duckdb.DuckDBPyConnection) -> None:
    check = make_check("expect_column_values_to_not_be_null", {"column": "stamnr"})
    with pytest.raises(EngineError) as caught:
        check_tables(connection, [make_suite(check, table="nobody")])
    assert (caught.value.code, caught.value.fields) == ("CHECKS-TABLE-MISSING", {"table": "nobody"})


@pytest.mark.parametrize(
    ("kind", "kwargs"),
    [
        ("expect_column_values_to_not_be_null", {"column": "shoe_size"}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["school", "shoe_size"]}),
        ("unexpected_rows_expectation", {"unexpected_rows_query": "select shoe_size from {batch}"}),
        (
            "unexpected_rows_expectation",
            {"unexpected_rows_query": "select source_row from {batch} where cast(klas as integer) > 9"},
        ),
        ("unexpected_rows_expectation", {"unexpected_rows_query": "delete from pupils returning {batch}"}),
    ],
)
def test_a_check_that_cannot_be_carried_out_is_never_a_pass(
    connection: duckdb.DuckDBPyConnection, kind: str, kwargs: dict[str, Any]
) -> None:
    connection.execute(f"update pupils set klas = '{RARE_NAME}'")
    with pytest.raises(EngineError) as caught:
        check_tables(connection, [make_suite(make_check(kind, kwargs))])
    assert caught.value.code == "CHECKS-NOT-RUN"
    assert caught.value.fields == {"table": "pupils", "check": "CHECK-PLANTED"}
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("kind", "kwargs", "severity"),
    [
        ("expect_pupils_to_be_happy", {}, "critical"),
        ("expect_column_values_to_not_be_null", {"column": "stamnr"}, "urgent"),
        ("expect_column_values_to_not_be_null", {"kolom": "stamnr"}, "critical"),
        ("expect_column_values_to_be_in_set", {"column": "klas", "value_set": 5}, "critical"),
    ],
)
def test_a_check_that_great_expectations_drops_or_refuses_stops_the_run(
    connection: duckdb.DuckDBPyConnection, kind: str, kwargs: dict[str, Any], severity: str
) -> None:
    check = Check("CHECK-PLANTED", kind, kwargs, severity, "Een", "One", ("source_row",))
    with pytest.raises(ConfigError) as caught:
        check_tables(connection, [make_suite(check)])
    assert caught.value.code == "CHECKS-SUITE-BROKEN"
    assert caught.value.fields == {"file": "pupils.json", "problem": "CHECK-PLANTED"}


def test_pupils_not_yet_committed_and_pupils_in_a_temporary_table_are_checked(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    kind = "expect_column_values_to_not_be_null"
    connection.execute("create temp table visitors (source_row bigint, stamnr varchar)")
    connection.execute("begin")
    connection.execute("update pupils set stamnr = null where source_row = 3")
    connection.execute("insert into visitors values (8, null)")
    check = make_check(kind, {"column": "stamnr"})
    pupils, visitors = check_tables(connection, [make_suite(check), make_suite(check, table="visitors")])
    assert (pupils.failed_rows, visitors.failed_rows) == (("3",), ("8",))
    connection.execute("rollback")
    (after,) = check_tables(connection, [make_suite(check)])
    assert after.passed


def test_pupils_in_a_view_are_found_as_those_in_a_table_are(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update pupils set klas = null where source_row = 3")
    # Enough of them to make the view once.
    checks = [
        make_check("expect_column_values_to_not_be_null", {"column": "klas"}),
        *(make_check(kind, planted[0]) for kind, planted in sorted(PLANTED.items())),
    ]
    checks = [replace(check, code=f"CHECK-{chr(65 + place)}") for place, check in enumerate(checks)]
    connection.execute("create view seen as select * from pupils")
    in_table = check_tables(connection, [make_suite(*checks)])
    in_view = check_tables(connection, [make_suite(*checks, table="seen")])
    assert [replace(one, table="pupils") for one in in_view] == list(in_table)
    assert (in_view[0].passed, in_view[0].failed_rows) == (False, ("3",))
    kinds = connection.execute(
        "select table_type, table_catalog from information_schema.tables where table_name = 'seen'"
    )
    assert [kind for kind, _ in kinds.fetchall()] == ["VIEW"]


def test_a_run_that_is_locked_down_can_be_checked(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    kind = "expect_column_values_to_match_regex"
    (result,) = check_tables(connection, [make_suite(make_check(kind, PLANTED[kind][0]))])
    assert result.passed


def test_pupils_in_an_attached_file_are_checked_where_the_run_stands(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute("create table pupils as select 1 as source_row, cast(null as varchar) as stamnr")
    connection.execute(f"attach '{tmp_path / 'run.duckdb'}' as run_file")
    connection.execute("use run_file")
    connection.execute("create table pupils as select 5 as source_row, 'A' as stamnr")
    check = make_check("expect_column_values_to_not_be_null", {"column": "stamnr"})
    (result,) = check_tables(connection, [make_suite(check)])
    assert (result.passed, result.checked) == (True, 1)
    connection.close()


# The loader


def test_a_suite_is_read_with_its_titles_and_rows(tmp_path: Path) -> None:
    write_suite(tmp_path)
    (suite,) = load_suites(tmp_path)
    (check,) = suite.checks
    assert (suite.table, suite.file_name) == ("pupils", "pupils.json")
    assert (check.code, check.severity, check.row_columns) == ("CHECK-STAMNR", "critical", ("source_row",))
    assert (check.title_nl, check.title_en) == ("Elke leerling", "Every pupil")


META = {"code": "CHECK-STAMNR", "title_nl": "Elke leerling", "title_en": "Every pupil"}
QUERY = "unexpected_rows_expectation"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"type": "expect_pupils_to_be_happy"}, "expectations[0].type"),
        ({"type": ["expect"]}, "expectations[0].type"),
        ({"kwargs": None}, "expectations[0].kwargs"),
        ({"severity": "info"}, "expectations[0].severity"),
        ({"severity": "urgent"}, "expectations[0].severity"),
        ({"notes": "x"}, "expectations[0]"),
        ({"meta": META | {"code": None}}, "expectations[0].meta.code"),
        ({"meta": META | {"code": "stamnr"}}, "expectations[0].meta.code"),
        ({"meta": {"code": "CHECK-STAMNR", "title_nl": "Een"}}, "expectations[0].meta.title_en"),
        ({"meta": META | {"title_nl": " "}}, "expectations[0].meta.title_nl"),
        ({"meta": META | {"titel": "x"}}, "expectations[0].meta"),
        ({"meta": META | {"row_columns": ["achternaam"]}}, "expectations[0].meta.row_columns"),
        ({"meta": META | {"row_columns": "source_row"}}, "expectations[0].meta.row_columns"),
        ({"type": QUERY}, "expectations[0].kwargs.unexpected_rows_query"),
        (
            {"type": QUERY, "kwargs": {"unexpected_rows_query": "select 1"}},
            "expectations[0].kwargs.unexpected_rows_query",
        ),
        (
            {"type": QUERY, "kwargs": {"unexpected_rows_query": "select * from {batch} where {pupil}"}},
            "expectations[0].kwargs.unexpected_rows_query",
        ),
        (
            {"type": QUERY, "kwargs": {"unexpected_rows_query": "select * from {batch"}},
            "expectations[0].kwargs.unexpected_rows_query",
        ),
    ],
)
def test_a_check_that_is_not_understood_is_refused(
    tmp_path: Path, changes: dict[str, Any], problem: str
) -> None:
    write_suite(tmp_path, **changes)
    with pytest.raises(ConfigError) as caught:
        load_suites(tmp_path)
    assert caught.value.code == "CHECKS-SUITE-BROKEN"
    assert caught.value.fields == {"file": "pupils.json", "problem": problem}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{\n not json", "JSON:2:2"),
        (b'"\xff"', "utf-8"),
        (b"[]", "name, expectations, meta"),
        (b'{"name": "pupils", "expectations": [], "meta": {"table": "pupils"}}', "expectations"),
        (b'{"name": "pupils", "expectations": [1], "meta": {"table": "teachers"}}', "meta.table"),
        (b'{"name": "teachers", "expectations": [1], "meta": {"table": "pupils"}}', "name"),
        (b'{"name": "pupils", "expectations": [1], "meta": {"tabel": "pupils"}}', "meta"),
    ],
)
def test_a_file_that_is_no_suite_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "pupils.json").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_suites(tmp_path)
    assert (caught.value.code, caught.value.fields["problem"]) == ("CHECKS-SUITE-BROKEN", problem)


def test_a_code_that_stands_twice_is_refused_also_over_two_files(tmp_path: Path) -> None:
    suite = write_suite(tmp_path)
    other = suite | {"name": "visitors", "meta": {"table": "visitors"}}
    (tmp_path / "visitors.json").write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_suites(tmp_path)
    assert caught.value.fields == {"file": "visitors.json", "problem": "expectations[0].meta.code"}


def test_an_empty_folder_is_no_set_of_checks_that_pass(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_suites(tmp_path)
    assert caught.value.code == "CHECKS-SUITES-MISSING"


def test_the_suites_of_a_checkout_and_of_an_installed_package_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert suites_folder() == Path(validate_suites.__file__).parent.parent / "expectations"
    # A folder of that name beside an installed package belongs to somebody else.
    (tmp_path / "expectations").mkdir()
    monkeypatch.setattr("etl.paths._PACKAGE", tmp_path / "etl")
    assert suites_folder() == tmp_path / "etl" / "_data" / "expectations"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    fields = {
        "CHECKS-SUITE-BROKEN": {"file": "pupils.json", "problem": "name"},
        "CHECKS-SUITES-MISSING": {"folder": "expectations"},
        "CHECKS-TABLE-MISSING": {"table": "pupils"},
        "CHECKS-NOT-RUN": {"table": "pupils", "check": "CHECK-STAMNR"},
    }
    for code, given in fields.items():
        sentence = texts.text(code, language, **given)
        assert all(value in sentence for value in given.values())
        assert texts.placeholders(texts.load_catalogue()[code][language]) == set(given)


# The private behaviour that the adapter leans on: when one of these fails, a new version has changed it


def test_great_expectations_still_refuses_regular_expressions_for_a_dialect_it_does_not_know(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # When this no longer raises, the line that sets dialect_module in the adapter can go.
    build = validate_adapter._build_source

    def build_without_hook(given: duckdb.DuckDBPyConnection) -> Any:
        source = build(given)
        assert hasattr(source.get_execution_engine(), "dialect_module")
        source.get_execution_engine().dialect_module = None
        return source

    monkeypatch.setattr(validate_adapter, "_build_source", build_without_hook)
    kind = "expect_column_values_to_match_regex"
    with pytest.raises(EngineError) as caught:
        check_tables(connection, [make_suite(make_check(kind, PLANTED[kind][0]))])
    assert caught.value.code == "CHECKS-NOT-RUN"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are asked through the lent connection."""
    statements: list[str] = []
    execute = Cursor.execute

    def listen(cursor: Cursor, statement: str, parameters: Any = ()) -> None:
        statements.append(statement)
        execute(cursor, statement, parameters)

    monkeypatch.setattr(Cursor, "execute", listen)
    return statements


def test_a_query_is_asked_once_where_great_expectations_would_ask_twice(
    connection: duckdb.DuckDBPyConnection, asked: list[str]
) -> None:
    query = "select source_row from {batch} where 'only here' = klas"
    check = make_check(validate_suites.QUERY_TYPE, {"unexpected_rows_query": query})
    (result,) = check_tables(connection, [make_suite(check)])
    assert result.passed
    assert sum("only here" in statement for statement in asked) == 1
    from great_expectations.expectations.core import UnexpectedRowsExpectation

    # When the library asks once, the expectation of our own can go.
    assert len(UnexpectedRowsExpectation.metric_dependencies) == 2


def test_great_expectations_asks_only_through_the_lent_connection(
    connection: duckdb.DuckDBPyConnection, asked: list[str]
) -> None:
    kind = "expect_column_values_to_be_in_set"
    check_tables(connection, [make_suite(make_check(kind, PLANTED[kind][0]))])
    assert any("pupils" in statement for statement in asked)
    assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (1,)


@pytest.mark.parametrize(
    "statement", ["delete from pupils", "drop table pupils", "commit", "set threads = 1", ""]
)
def test_a_check_cannot_change_what_it_checks(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    with pytest.raises(duckdb.NotSupportedError):
        SharedConnection(connection).cursor().execute(statement)
    assert connection.execute("select count(*) from pupils").fetchone() == (4,)


def test_rows_are_kept_when_the_connection_moves_on(connection: duckdb.DuckDBPyConnection) -> None:
    engine = sqlalchemy.create_engine(register_dialect(), creator=lambda: SharedConnection(connection))
    with engine.connect() as lent:
        result = lent.execute(sqlalchemy.text("select source_row from pupils order by source_row"))
        connection.execute("begin")
        connection.execute("rollback")
        assert result.fetchone() == (1,)
        assert [row[0] for row in result.fetchmany(2)] == [2, 3]
        assert [row[0] for row in result.fetchall()] == [4]
    engine.dispose()
    assert connection.execute("select 1").fetchone() == (1,)


def test_the_columns_of_a_temporary_table_come_before_those_of_a_stored_one(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    engine = sqlalchemy.create_engine(register_dialect(), creator=lambda: SharedConnection(connection))
    connection.execute("create temp table pupils as select 1 as visitor")
    inspector = sqlalchemy.inspect(engine)
    assert [column["name"] for column in inspector.get_columns("pupils")] == ["visitor"]
    assert not inspector.has_table("nobody")


# What the program does to the computer it runs on

PROGRAM = """
import sys
asked = []
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        asked.append(event)
sys.addaudithook(hook)
import duckdb
from etl.validate import check_tables, load_suites
from etl.validate_suites import Check, Suite
connection = duckdb.connect()
connection.execute("create table pupils as select 1 as source_row, 'A' as stamnr")
check = Check("CHECK-A", "expect_column_values_to_match_regex", {"column": "stamnr", "regex": "^B$"}, "critical",
              "Een", "One", ("source_row",))
import os
(result,) = check_tables(connection, [Suite("pupils", (check,))])
assert result.failed_rows == ("1",), result
assert os.environ["GX_ANALYTICS_ENABLED"] == "False"
assert asked == [], asked
print("checked")
"""


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


def test_checking_pupils_calls_nobody_and_prints_nothing() -> None:
    done = run_python(PROGRAM)
    assert (done.returncode, done.stdout, done.stderr) == (0, "checked\n", "")


LOADED = """
import sys
from etl.errors import EngineError
from etl.validate import loaded_ahead
from etl.validate_adapter import open_spark_validator
SPARED = ("altair", "pyspark", "rfc3987_syntax", "scipy", "scipy.stats")
with loaded_ahead():
    pass
assert "great_expectations" in sys.modules
assert [name for name in SPARED if name in sys.modules] == []
import altair, rfc3987_syntax, scipy.stats
assert altair.Chart and scipy.stats.entropy([1, 1]) > 0 and rfc3987_syntax.is_valid_syntax
try:
    with open_spark_validator(None):
        print("opened")
except EngineError as error:
    print(error.code)
"""


def test_the_library_comes_without_what_no_check_needs_and_others_can_still_load_that() -> None:
    done = run_python(LOADED)
    assert (done.stdout, done.stderr) == ("ENGINE-SPARK-START\n", "")


def test_no_check_needs_a_library_that_is_stood_in_for() -> None:
    needing = {"expect_column_kl_divergence_to_be_less_than", "expect_column_values_to_match_json_schema"}
    assert needing.isdisjoint(validate_suites.EXPECTATION_TYPES)


def test_reading_the_suites_does_not_wait_for_great_expectations() -> None:
    done = run_python(
        "import sys, etl.validate; etl.validate.load_suites();"
        " print([name for name in ('great_expectations', 'sqlalchemy', 'pandas') if name in sys.modules])"
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
