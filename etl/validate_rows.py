"""Reads the tables that the checks are about, on either engine, and lists the records that a failed check found.

It shows a record by its file and number only, and keeps no words of an engine: those quote values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, Protocol

import duckdb

from etl import contract
from etl.errors import EngineError
from etl.validate_adapter import Outcome, Validator, open_spark_validator, open_validator
from etl.validate_held import views_held
from etl.validate_suites import COMPOUND_TYPE, QUERY_TYPE, Check, Suite

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MOST_ROWS: Final = 20  # enough to find the cause; the count says how many there are


def open_reader(tables: duckdb.DuckDBPyConnection | SparkSession) -> Reader:
    """Return what reads the tables of a connection to DuckDB, or the views of a session of Spark."""
    return _Duck(tables) if isinstance(tables, duckdb.DuckDBPyConnection) else _Spark(tables)


class NotRead(Exception):
    """A query failed; its words are left behind, because an engine quotes values."""


class Reader(Protocol):
    """What is asked of the tables beside the checks themselves."""

    def count_records(self, table: str) -> int: ...
    def list_columns(self, query: str) -> set[str]: ...
    def read(self, query: str) -> list[tuple[object, ...]]: ...
    def validator(self) -> AbstractContextManager[Validator]: ...
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
            raise NotRead from None

    def read(self, query: str) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(query).fetchall()
        except duckdb.Error:
            raise NotRead from None

    def validator(self) -> AbstractContextManager[Validator]:
        return open_validator(self._connection)

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

    def validator(self) -> AbstractContextManager[Validator]:
        return open_spark_validator(self._session)

    def held(self, suites: Sequence[Suite]) -> AbstractContextManager[Callable[[int], None]]:
        return nullcontext(lambda place: None)  # its tables are files

    @contextmanager
    def _words_left_behind(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # Spark's errors are many and come from two libraries; each of them means that the check was not run.
            raise NotRead from error


def list_rows(
    reader: Reader, validator: Validator, table: str, check: Check, outcome: Outcome
) -> tuple[str, ...]:
    """Return the first MOST_ROWS records that a check found, by file and record number, never by a value.

    Errors:  EngineError when they cannot be listed.
    """
    if not outcome.failed:
        return ()
    query = _listing_query(table, check)
    if query is None:
        columns = check.row_columns
        found = validator.list_failures(table, check, columns, outcome.failed) if columns else []
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
    reader: Reader, table: str, check: Check, query: str
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    try:
        given = reader.list_columns(f"select * from ({query}) as broken")
        columns = tuple(column for column in check.row_columns if column in given)
        if not columns:
            return (), []
        listed = ", ".join(columns)
        return columns, reader.read(f"select distinct {listed} from ({query}) as broken")
    except NotRead:
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
