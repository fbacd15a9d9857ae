"""Makes the views of a run that several checks look at once, with the columns that those checks name.

A view is worked out anew for every question asked of it. What cannot be made is told by the checks that need it, each
by its code: nothing here says that a check passed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
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
class _Use:
    """By which suites a view is used, the last one of them, and the words that may be names of its columns."""

    suites: frozenset[int]
    checks: int
    words: frozenset[str]
    wants_all: bool

    @property
    def last(self) -> int:
        return max(self.suites)


class HeldViews:
    """Temporary tables that stand before views: under the same name, with the same rows, while suites need them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, suites: Sequence[Suite]) -> None:
        """Find out which views the checks of these suites look at, in the order in which they will be asked."""
        self._connection = connection
        self._uses = {view: use for view in self._list_views() if (use := _find_use(view, suites))}
        self._held: set[str] = set()

    def make_for(self, place: int) -> None:
        """Make what the suite at a place needs and is not there yet."""
        for view, use in self._uses.items():
            if place in use.suites and view not in self._held and use.checks >= ENOUGH_CHECKS:
                with suppress(duckdb.Error):
                    self._make(view, use)

    def drop_after(self, place: int) -> None:
        """Drop what no suite behind a place needs."""
        for view in [view for view in self._held if self._uses[view].last <= place]:
            self._connection.execute(f'drop table temp."{view}"')
            self._held.remove(view)

    def close(self) -> None:
        """Drop everything."""
        self.drop_after(max((use.last for use in self._uses.values()), default=0))

    def _list_views(self) -> list[str]:
        found = self._connection.execute(
            "select view_name from duckdb_views() where database_name = current_database() and schema_name = 'main'"
            " and not internal order by view_name"
        ).fetchall()
        return [row[0] for row in found]

    def _make(self, view: str, use: _Use) -> None:
        columns = [
            column[0]
            for column in self._connection.execute(f'select * from main."{view}" limit 0').description
        ]
        named = (
            columns if use.wants_all else [column for column in columns if column in use.words] or columns[:1]
        )
        listed = ", ".join(f'"{column}"' for column in named)
        self._connection.execute(f'create temp table "{view}" as select {listed} from main."{view}"')
        self._held.add(view)


def _find_use(view: str, suites: Sequence[Suite]) -> _Use | None:
    users = [
        (place, check)
        for place, suite in enumerate(suites)
        for check in suite.checks
        if suite.table == view or view in _words(check)
    ]
    if not users:
        return None
    checks = [check for _, check in users]
    return _Use(
        suites=frozenset(place for place, _ in users),
        checks=len(checks),
        words=frozenset().union(*(_words(check) for check in checks)),
        wants_all=any(_ALL_COLUMNS.search(_query(check)) for check in checks),
    )


def _words(check: Check) -> frozenset[str]:
    """Return every word that a check says, in small letters as all names are: tables and columns are among them."""
    return frozenset((*_WORD.findall(repr(dict(check.kwargs)).lower()), *check.row_columns))


def _query(check: Check) -> str:
    return str(check.kwargs["unexpected_rows_query"]) if check.type == QUERY_TYPE else ""
