"""What an engine must be able to do, so that the same SQL can run on another one.

Seven methods and no more; how tables are stored is the engine's own business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

# Called as each table is there.
Made = Callable[[], None]


def nothing() -> None:
    """Be told that a table is there, and do nothing."""


class Tables(Protocol):
    """Tables to read: those of an engine at work, or of a finished run."""

    def fetch_rows(self, select: str) -> list[dict[str, Any]]:
        """Run a SELECT and return its rows in its own order."""


class Workbench(Tables, Protocol):
    """Makes tables of other tables, by name: all that the SQL files of `etl/sql/` ask for."""

    def create_table(self, table: str, select: str) -> None:
        """Make a table of a SELECT.

        Errors:  EngineError, naming the table; the engine's own words are kept as the cause.
        """

    def create_tables(self, selects: Sequence[tuple[str, str]], made: Made = nothing) -> None:
        """Make tables, each of its SELECT; a later one may read an earlier one. Two that do not may be made at once.

        After:   `made` is called as each of them is there.
        Errors:  as for create_table, for the first table that fails.
        """

    def leave_room(self, mib: int) -> None:
        """Hold so much less in memory from now on, where a setting says how much: what reads the tables needs it."""


class Engine(Workbench, Protocol):
    """A workbench that takes in delivered records, and stores what was made of them."""

    def load_csv(self, table: str, path: Path, columns: Mapping[str, str]) -> int:
        """Load a canonical file (UTF-8, commas, all quoted, no heading) strictly; return its records.

        Shape:   `columns` in file order, name → VARCHAR or BIGINT; empty text stays empty text.
        Errors:  EngineError when one record does not fit.
        """

    def save(self, path: Path, comments: Mapping[str, str]) -> None:
        """Store all tables in one file that older clients can open, with a comment on each table named."""

    def close(self) -> None:
        """Let go of everything; calling it twice is allowed."""
