"""Check the tables of a run against the suites in `expectations/`, and say per check what was found.

It refuses to pass on a pupil's value, to skip a check it does not understand, and to decide what a failure means for
the run: it returns facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final, Protocol

import duckdb

from etl import contract
from etl.errors import ConfigError, EngineError
from etl.validate_adapter import (
    Expectation,
    Outcome,
    RefusedSuite,
    Rendered,
    Validator,
    open_spark_validator,
    open_validator,
)
from etl.validate_held import views_held
from etl.validate_library import load_library
from etl.validate_suites import COMPOUND_TYPE, QUERY_TYPE, Check, Suite, load_suites, suites_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = [
    "Check",
    "CheckResult",
    "Suite",
    "check_tables",
    "find_holding",
    "load_suites",
    "loaded_ahead",
    "render_suites",
    "suites_folder",
]

MOST_ROWS: Final = 20  # enough to find the cause; the count says how many there are
_HOLDS: Final = Outcome(code="", ran=True, passed=True, failed=0)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found on one table: counts and record numbers, never a value.

    Units:   `checked` is the records in the table, `failed` those that break the check. A check that allows a share
             may pass while `failed` is more than 0. Of a check on the table as a whole, `failed` is 0 or 1.
    Order:   `failed_rows` are the first MOST_ROWS by file and record number, like "legacy 12" or "12"; none when
             the check passed.
    """

    code: str
    table: str
    severity: str
    title_nl: str
    title_en: str
    passed: bool
    checked: int
    failed: int
    failed_rows: tuple[str, ...]


@contextmanager
def loaded_ahead() -> Iterator[None]:
    """Load the library of the checks beside other work: it takes seconds, and DuckDB leaves a processor to it."""

    def load() -> None:
        # What is wrong with it is told where the checks ask for it.
        with suppress(Exception):
            load_library()

    loading = Thread(target=load, name="loading the checks")
    loading.start()
    try:
        yield
    finally:
        # Python cannot end while a library is half loaded.
        loading.join()


def check_tables(
    tables: duckdb.DuckDBPyConnection | SparkSession,
    suites: Sequence[Suite],
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    holding: frozenset[str] = frozenset(),
) -> tuple[CheckResult, ...]:
    """Run every check of the suites, in their order; look and report, change nothing.

    The tables are those of a connection to DuckDB, or the views of a session of Spark: the suites are the same.
    What `find_holding` found of the same records is not asked again.

    Errors:  EngineError when a table is missing or a check cannot be evaluated: that is never a pass.
             ConfigError when Great Expectations does not take a check as it is written.
    """
    reader = _Duck(tables) if isinstance(tables, duckdb.DuckDBPyConnection) else _Spark(tables)
    records = {suite.table: reader.count_records(suite.table) for suite in suites}
    asked = [suite.only(lambda check: check.code not in holding) for suite in suites]
    asked = [suite for suite in asked if suite.checks]
    found: dict[tuple[str, str], CheckResult] = {}
    opened = (
        open_validator(tables)
        if isinstance(tables, duckdb.DuckDBPyConnection)
        else open_spark_validator(tables)
    )
    if asked:
        with opened as validator, reader.held(asked) as hold_for:
            for place, suite in enumerate(asked):
                progress(place, len(asked))
                hold_for(place)
                for result in _check_table(reader, validator, suite, records[suite.table]):
                    found[result.table, result.code] = result
    return tuple(
        found.get((suite.table, check.code)) or _result(suite.table, check, _HOLDS, records[suite.table])
        for suite in suites
        for check in suite.checks
    )


def find_holding(
    tables: duckdb.DuckDBPyConnection,
    suites: Sequence[Suite],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> frozenset[str]:
    """Return the codes of the checks that hold for the records of several schools, and so for each of the schools.

    Errors:  as for check_tables.
    """
    asked = [suite.only(lambda check: check.holds_in_parts) for suite in suites]
    results = check_tables(tables, [suite for suite in asked if suite.checks], progress)
    return frozenset(result.code for result in results if result.passed and not result.failed)


def _check_table(reader: _Reader, validator: Validator, suite: Suite, records: int) -> Iterator[CheckResult]:
    try:
        outcomes = validator.count_failures(suite.table, [_expectation(check) for check in suite.checks])
    except RefusedSuite as refused:
        raise ConfigError("CHECKS-SUITE-BROKEN", file=suite.file_name, problem=str(refused)) from None
    for check in suite.checks:
        outcome = outcomes[check.code]
        if not outcome.ran:
            raise EngineError("CHECKS-NOT-RUN", table=suite.table, check=check.code)
        rows = () if outcome.passed else _list_rows(reader, validator, suite.table, check, outcome)
        yield _result(suite.table, check, outcome, records, rows)


def render_suites(database: Path, templates: Path, template: str, style: str) -> list[Rendered]:
    """Run every suite on the tables of a finished run, and return the page about each.

    Errors:  ConfigError when the database cannot be read, or Great Expectations does not take a check.
    """
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise ConfigError("RUN-DAMAGED", folder=database.parent.name) from error
    try:
        with open_validator(connection) as validator:
            return [
                validator.render_page(
                    suite.table, [_expectation(check) for check in suite.checks], templates, template, style
                )
                for suite in load_suites()
            ]
    except RefusedSuite as refused:
        raise ConfigError("CHECKS-SUITE-BROKEN", file="expectations", problem=str(refused)) from None
    finally:
        connection.close()


def _expectation(check: Check) -> Expectation:
    return Expectation(code=check.code, type=check.type, kwargs=check.kwargs, severity=check.severity)


def _result(
    table: str, check: Check, outcome: Outcome, checked: int, rows: tuple[str, ...] = ()
) -> CheckResult:
    failed = outcome.failed if outcome.failed is not None else int(not outcome.passed)
    return CheckResult(
        code=check.code,
        table=table,
        severity=check.severity,
        title_nl=check.title_nl,
        title_en=check.title_en,
        passed=outcome.passed,
        checked=checked,
        failed=failed,
        failed_rows=rows,
    )


class _NotRead(Exception):
    """A query failed; its words are left behind, because an engine quotes values."""


class _Reader(Protocol):
    def count_records(self, table: str) -> int: ...
    def list_columns(self, query: str) -> set[str]: ...
    def read(self, query: str) -> list[tuple[object, ...]]: ...
    def held(self, suites: Sequence[Suite]) -> AbstractContextManager[Callable[[int], None]]: ...


class _Duck:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def count_records(self, table: str) -> int:
        try:
            row = self._connection.execute(f'select count(*) from "{table}"').fetchone()
        except duckdb.CatalogException:
            raise EngineError("CHECKS-TABLE-MISSING", table=table) from None
        assert row is not None
        return int(row[0])

    def list_columns(self, query: str) -> set[str]:
        try:
            return {column[0] for column in self._connection.execute(f"{query} limit 0").description}
        except duckdb.Error:
            raise _NotRead from None

    def read(self, query: str) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(query).fetchall()
        except duckdb.Error:
            raise _NotRead from None

    def held(self, suites: Sequence[Suite]) -> AbstractContextManager[Callable[[int], None]]:
        return views_held(self._connection, suites)


class _Spark:
    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def count_records(self, table: str) -> int:
        if not self._session.catalog.tableExists(table):
            raise EngineError("CHECKS-TABLE-MISSING", table=table)
        return self._session.table(table).count()

    def list_columns(self, query: str) -> set[str]:
        with self._words_left_behind():
            return set(self._session.sql(query).columns)

    def read(self, query: str) -> list[tuple[object, ...]]:
        with self._words_left_behind():
            return [tuple(row) for row in self._session.sql(query).collect()]

    def held(self, suites: Sequence[Suite]) -> AbstractContextManager[Callable[[int], None]]:
        return nullcontext(lambda place: None)  # its tables are files

    @contextmanager
    def _words_left_behind(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # Spark's errors are many and come from two libraries; each of them means that the check was not run.
            raise _NotRead from error


def _list_rows(
    reader: _Reader, validator: Validator, table: str, check: Check, outcome: Outcome
) -> tuple[str, ...]:
    if not outcome.failed:
        return ()
    query = _listing_query(table, check)
    if query is None:
        columns = check.row_columns
        found = (
            validator.list_failures(table, _expectation(check), columns, outcome.failed) if columns else []
        )
    else:
        columns, found = _query_rows(reader, table, check, query)
    labels = {_label(dict(zip(columns, row, strict=True))) for row in found}
    return tuple(label for _, label in sorted(labels)[:MOST_ROWS] if label)


def _listing_query(table: str, check: Check) -> str | None:
    # Of a query Great Expectations lists two hundred rows at most and in no order, and of a compound key none, so
    # those two are asked again here. The other types it lists whole.
    if check.type == QUERY_TYPE:
        return str(check.kwargs["unexpected_rows_query"]).rstrip("; \n").format(batch=f'"{table}"')
    if check.type == COMPOUND_TYPE:
        names = check.kwargs["column_list"]
        assert isinstance(names, list)
        key = ", ".join(f'"{name}"' for name in names)
        rows = ", ".join(check.row_columns) or "1"
        counted = f'select {rows}, count(*) over (partition by {key}) as key_records from "{table}"'
        # A key with a hole is no double key here either; holes are found by checks of their own.
        whole = " and ".join(f'"{name}" is not null' for name in names)
        return f"select * from ({counted} where {whole}) as counted where key_records > 1"
    return None


def _query_rows(
    reader: _Reader, table: str, check: Check, query: str
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    try:
        given = reader.list_columns(f"select * from ({query}) as broken")
        columns = tuple(column for column in check.row_columns if column in given)
        if not columns:
            return (), []
        listed = ", ".join(columns)
        return columns, reader.read(f"select distinct {listed} from ({query}) as broken")
    except _NotRead:
        raise EngineError("CHECKS-NOT-RUN", table=table, check=check.code) from None


def _label(row: Mapping[str, object]) -> tuple[tuple[tuple[str, bool, int], ...], str]:
    # A cell is shown only when it is what the column should hold, so no value can slip through a wrong column.
    order: list[tuple[str, bool, int]] = []
    words: list[str] = []
    for column, cell in row.items():
        number = cell if isinstance(cell, int) and not isinstance(cell, bool) else None
        if column == "source":
            word = str(cell) if cell in contract.SOURCES else "?"
        else:
            shown = "?" if number is None else str(number)
            side = column.removesuffix("_row")
            word = f"{side} {shown}" if side in contract.SOURCES else shown
        order.append((word if column == "source" else "", number is None, number or 0))
        words.append(word)
    return tuple(order), " ".join(words)
