"""Let SQLAlchemy, and so Great Expectations, ask questions on the run's own DuckDB connection.

It refuses to change anything: it runs a SELECT or nothing, and it never begins, ends or closes what the run owns.
"""

# The general DuckDB dialect is not used here, for three measured reasons. Great Expectations fetches after it has
# given the connection back, when DuckDB has already emptied the pending result. Its reflection asks the whole
# PostgreSQL catalogue, which cost half the time of all checks. And the two together leave "nanobind: leaked" lines
# on the screen of whoever ran the program.

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final

import duckdb
from sqlalchemy import types
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect

DIALECT: Final = "koppelcheck"
_PARAMETERS: Final = "numeric_dollar"  # $1, $2: what DuckDB reads
_READING: Final = ("select", "with")
_TYPES: Final[dict[str, type[types.TypeEngine[Any]]]] = {
    "BIGINT": types.BigInteger,
    "INTEGER": types.Integer,
    "HUGEINT": types.BigInteger,
    "DOUBLE": types.Float,
    "BOOLEAN": types.Boolean,
    "DATE": types.Date,
    "TIMESTAMP": types.DateTime,
}
_COLUMNS_QUERY: Final = """
select column_name, data_type
from (
    select c.column_name, c.data_type, c.column_index
        , dense_rank() over (order by c.database_name = 'temp' desc) as place
    from duckdb_columns() as c
    where c.table_name = $1
        and (
            c.database_name = 'temp'
            or (c.database_name = current_database() and c.schema_name = current_schema())
        )
) as visible
where place = 1
order by column_index
"""


class Cursor:
    """A cursor that fetches everything when it executes, because DuckDB keeps one pending result at most."""

    arraysize = 1

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self.description: Sequence[Sequence[Any]] | None = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Run one SELECT and keep its rows."""
        if not statement.lstrip(" \t\r\n(").lower().startswith(_READING):
            raise duckdb.NotSupportedError("a check may only read")
        result = (
            self._connection.execute(statement, parameters)
            if parameters
            else self._connection.execute(statement)
        )
        self.description = result.description
        self._rows = result.fetchall()
        self.rowcount = len(self._rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, or None after the last."""
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """Return the next rows, one unless told otherwise."""
        wanted = self.arraysize if size is None else size
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        """Forget the rows; the connection stays open."""
        self._rows = []


class SharedConnection:
    """The run's connection, lent out: committing, rolling back and closing stay with the run.

    Lending the connection itself, not a second session, lets the checks see what the run sees: its database,
    its temporary tables, and what it has not committed yet.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> Cursor:
        """Return a new cursor on the run's connection."""
        return Cursor(self._connection)

    def commit(self) -> None:
        """Do nothing: the transaction is the run's."""

    def rollback(self) -> None:
        """Do nothing: the transaction is the run's."""

    def close(self) -> None:
        """Do nothing: the run closes its own connection."""


class RunDialect(DefaultDialect):
    """What SQLAlchemy has to know of DuckDB to count, and no more."""

    name = "duckdb"
    driver = DIALECT
    default_paramstyle = _PARAMETERS
    supports_statement_cache = True
    supports_native_boolean = True

    @classmethod
    def import_dbapi(cls) -> Any:
        """Return what SQLAlchemy reads of a driver module."""
        return SimpleNamespace(paramstyle=_PARAMETERS, Error=duckdb.Error)

    def initialize(self, connection: Any) -> None:
        """Ask nothing at the start; everything is known."""

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> bool:
        """Say whether the table can be read from where the run stands."""
        return bool(_list_columns(connection, table_name))

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        """Return names and types; a type that is not listed here is treated as text."""
        return [
            {"name": name, "type": _TYPES.get(kind, types.String)(), "nullable": True, "default": None}
            for name, kind in _list_columns(connection, table_name)
        ]

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        """Return no key: a run's tables declare none, the checks prove it."""
        return {"constrained_columns": [], "name": None}

    def get_schema_names(self, connection: Any, **_: Any) -> list[str]:
        """Return no schema: tables are called by their name alone."""
        return []

    def get_table_names(self, connection: Any, schema: str | None = None, **_: Any) -> list[str]:
        """Return no list of tables: a suite names its table."""
        return []


def _list_columns(connection: Any, table_name: str) -> list[tuple[str, str]]:
    # A temporary table of the same name comes first, as it does when a query names it.
    rows = connection.exec_driver_sql(_COLUMNS_QUERY, (str(table_name),)).fetchall()
    return [(name, kind) for name, kind in rows]


def register_dialect() -> str:
    """Make the dialect known and return the address under which an engine finds it."""
    registry.register(DIALECT, __name__, RunDialect.__name__)
    return f"{DIALECT}://"
