"""Makes the views of a run that several checks look at once, with the columns that those checks name.

A view is worked out anew for every question asked of it. What cannot be made is told by the checks that need it, each
by its code: nothing here says that a check passed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import duckdb

from etl.validate_suites import QUERY_TYPE, Check, Suite

# With fewer checks than this a view is not made: each of them asks for what it needs alone.
ENOUGH_CHECKS: Final = 2
_WORD: Final = re.compile(r"\w+")
# A star that may stand for columns: not the one of count(*).
_ALL_COLUMNS: Final = re.compile(r"(?<!\()\*")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one check says: the place of its suite, every word of it (names of tables and columns are among them), and
    whether it asks for all columns."""

    place: int
    words: frozenset[str]
    wants_all: bool


@contextmanager
def views_held(
    connection: duckdb.DuckDBPyConnection, suites: Sequence[Suite]
) -> Iterator[Callable[[int], None]]:
    """Let temporary tables stand before views, under the same name and with the same rows; give what is called first
    for the suite at each place: it makes what that one needs, and drops what only earlier ones needed."""
    asked = [
        _read_check(check, suite.table, place) for place, suite in enumerate(suites) for check in suite.checks
    ]
    uses = {view: [one for one in asked if view in one.words] for view in _list_views(connection)}
    held: set[str] = set()

    def drop(views: set[str]) -> None:
        for view in views:
            connection.execute(f'drop table temp."{view}"')
            held.remove(view)

    def hold_for(place: int) -> None:
        drop({view for view in held if uses[view][-1].place < place})
        for view, checks in uses.items():
            if (
                view not in held
                and len(checks) >= ENOUGH_CHECKS
                and any(one.place == place for one in checks)
            ):
                with suppress(duckdb.Error):
                    _make(connection, view, checks)
                    held.add(view)

    try:
        yield hold_for
    finally:
        drop(set(held))


def _list_views(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select view_name from duckdb_views() where database_name = current_database() and schema_name = 'main'"
        " and not internal order by view_name"
    ).fetchall()
    return [row[0] for row in found]


def _make(connection: duckdb.DuckDBPyConnection, view: str, checks: Sequence[_Asked]) -> None:
    columns = [column[0] for column in connection.execute(f'select * from main."{view}" limit 0').description]
    if not any(one.wants_all for one in checks):
        # A table has at least one column, also where only its rows are counted.
        columns = [column for column in columns if any(column in one.words for one in checks)] or columns[:1]
    listed = ", ".join(f'"{column}"' for column in columns)
    connection.execute(f'create temp table "{view}" as select {listed} from main."{view}"')


def _read_check(check: Check, table: str, place: int) -> _Asked:
    # In small letters, as all names are.
    said = _WORD.findall(repr(dict(check.kwargs)).lower())
    query = str(check.kwargs["unexpected_rows_query"]) if check.type == QUERY_TYPE else ""
    return _Asked(place, frozenset((table, *said, *check.row_columns)), bool(_ALL_COLUMNS.search(query)))
