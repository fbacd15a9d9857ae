"""A view that several checks look at is made once, with what they name, and is gone again when they are done."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from etl.errors import EngineError
from etl.validate import check_tables
from etl.validate_held import views_held
from etl.validate_suites import Check, Suite

NOT_NULL = "expect_column_values_to_not_be_null"
QUERY = "unexpected_rows_expectation"
Tables = dict[str, list[str]]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            "create table pupils as select i as source_row, 'p' || i as stamnr, 'x' as klas from range(3) s(i)"
        )
        opened.execute("create view seen as select *, klas || 'y' as other from pupils")
        opened.execute("create view also_seen as select source_row, stamnr from pupils where source_row > 0")
        yield opened


def suite(table: str, *checks: tuple[str, dict[str, object]]) -> Suite:
    made = [
        Check(
            f"CHECK-{table.upper().replace('_', '-')}-{place}",
            kind,
            kwargs,
            "critical",
            "Een controle",
            "A check",
            ("source_row",),
        )
        for place, (kind, kwargs) in enumerate(checks)
    ]
    return Suite(table, tuple(made), f"{table}.json")


def there(connection: duckdb.DuckDBPyConnection) -> Tables:
    """Return the tables that stand before views, with their columns."""
    rows = connection.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns()"
        " where database_name = 'temp' group by all"
    ).fetchall()
    return dict(rows)


FILLED = (NOT_NULL, {"column": "stamnr"})
NAMED = (QUERY, {"unexpected_rows_query": "select source_row from {batch} where klas is null"})
BESIDE = (
    QUERY,
    {"unexpected_rows_query": "select source_row from {batch} join also_seen using (source_row) where false"},
)
LOUD = (QUERY, {"unexpected_rows_query": "SELECT SOURCE_ROW FROM {batch} WHERE OTHER IS NULL"})
WHOLE = (QUERY, {"unexpected_rows_query": "select * from {batch} where klas is null"})
COUNTED = (
    QUERY,
    {"unexpected_rows_query": "select source_row from {batch} group by source_row having count(*) > 1"},
)


@pytest.mark.parametrize(
    ("checks", "columns"),
    [
        ([FILLED, NAMED], ["source_row", "stamnr", "klas"]),
        ([FILLED, COUNTED], ["source_row", "stamnr"]),
        ([FILLED, LOUD], ["source_row", "stamnr", "other"]),
        ([FILLED, WHOLE], ["source_row", "stamnr", "klas", "other"]),
    ],
)
def test_a_view_has_the_columns_that_its_checks_name(
    connection: duckdb.DuckDBPyConnection, checks: list[tuple[str, dict[str, object]]], columns: list[str]
) -> None:
    with views_held(connection, [suite("seen", *checks)]) as hold_for:
        hold_for(0)
        assert there(connection) == {"seen": columns}
    assert there(connection) == {}


def test_one_check_alone_makes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    with views_held(connection, [suite("seen", FILLED)]) as hold_for:
        hold_for(0)
        assert there(connection) == {}


def test_a_view_stays_until_the_last_suite_that_names_it(connection: duckdb.DuckDBPyConnection) -> None:
    suites = [suite("seen", FILLED, BESIDE), suite("pupils", FILLED), suite("pupils", BESIDE)]
    moments = []
    with views_held(connection, suites) as hold_for:
        for place in range(3):
            hold_for(place)
            moments.append(set(there(connection)))
    assert moments == [{"seen", "also_seen"}, {"also_seen"}, {"also_seen"}]
    assert there(connection) == {}


def test_a_table_is_never_made_again(connection: duckdb.DuckDBPyConnection) -> None:
    with views_held(connection, [suite("pupils", FILLED, NAMED)]) as hold_for:
        hold_for(0)
        assert there(connection) == {}


def test_nothing_stays_when_a_check_cannot_be_evaluated(connection: duckdb.DuckDBPyConnection) -> None:
    broken = (QUERY, {"unexpected_rows_query": "select nobody from {batch}"})
    with pytest.raises(EngineError):
        check_tables(connection, [suite("seen", FILLED, NAMED, broken)])
    assert there(connection) == {}
    assert connection.execute("select count(*) from seen").fetchone() == (3,)


def test_a_view_that_cannot_be_made_is_no_pass(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create view spoiled as select source_row, cast(klas as integer) as stamnr from pupils"
    )
    with pytest.raises(EngineError) as caught:
        check_tables(connection, [suite("spoiled", FILLED, (NOT_NULL, {"column": "source_row"}))])
    assert caught.value.code == "CHECKS-NOT-RUN"


def test_checks_find_the_same_in_a_view_that_was_made(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update pupils set stamnr = null, klas = null where source_row = 2")
    alone = [check_tables(connection, [suite("seen", one)])[0] for one in (FILLED, NAMED, WHOLE)]
    together = check_tables(connection, [suite("seen", FILLED, NAMED, WHOLE)])
    assert [(one.passed, one.failed, one.failed_rows) for one in together] == [
        (one.passed, one.failed, one.failed_rows) for one in alone
    ]
    assert [one.failed_rows for one in together] == [("2",)] * 3
