"""Runs the SQL on DuckDB, in memory, closed off from network, extensions and other files.

It holds no rule: the SELECTs come from `etl/sql/`, the helper functions from functions_duckdb.sql.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from etl.engines.base import Made, nothing
from etl.engines.side_by_side import Job, count_processors, do_side_by_side
from etl.errors import EngineError

if TYPE_CHECKING:
    import duckdb
    import pyarrow

# DuckDB 1.2 and everything later can open this format; the default of 2.0 shuts out the 1.x clients.
STORAGE_VERSION: Final = "v1.2.0"
# Of a few thousand records nothing is won by compressing some 600 columns, and blocks of DuckDB's usual size (262,144
# bytes) would be nearly empty. Of more, looking for the best way for each column takes a third longer than the way for
# short texts, and makes the file a sixth smaller.
FEW_RECORDS: Final = 10_000
MAIN: Final = "main"  # the schema of whatever is not told to be in another
BESIDE: Final = "beside"
KEPT: Final = "run_file"  # the file in which the tables are stored, as this engine calls it
SMALL_BLOCK: Final = 16_384  # bytes, the smallest that DuckDB knows
# Of so many records and more each statement keeps every processor busy, and two at a time only need more memory.
MANY_RECORDS: Final = 500_000
# What the engine holds in memory when nobody says how much: each thread wants its part, and so do very many records.
# With more, neither a hundred thousand nor a million pupils are done much sooner.
MEMORY_MIB_PER_THREAD: Final = 160
LEAST_MEMORY_MIB: Final = 2 * MEMORY_MIB_PER_THREAD
RECORDS_PER_MIB: Final = 10_000
# What stays of it, one in so many, whatever else needs room.
LEAST_PART: Final = 3
ROWS_AT_ONCE: Final = 10_000
# Bytes of a clean file that are read at a time. With DuckDB's own 32 MB the threads wait for each other's part: a file
# of a hundred megabytes takes a sixth longer.
CSV_BUFFER: Final = 4 << 20
Result = TypeVar("Result")
_WORD: Final = re.compile(r"\w+")


class DuckDBEngine:
    """The default engine. `scratch` is a folder that belongs to this run: DuckDB reads and spills only there."""

    def __init__(
        self,
        scratch: Path,
        *,
        threads: int | None = None,
        records: int | None = None,
        beside: Path | None = None,
        kept: Path | None = None,
        memory_mib: int | None = None,
        writes: Path | None = None,
    ) -> None:
        """Open it; `records` is about how many will be loaded, when that is known.

        `memory_mib` is what it may hold in memory; the rest goes to `scratch` for the moment. Without it that is what
        so many records need, and of nobody knows how many four fifths of the machine's.
        `beside` is a file that another engine saved: its tables can be read, as those of the catalogue `beside`.
        `kept` is the file in which the tables will be saved; of very many records the largest are made there at once.
        `writes` is a folder in which it may write files beside those in `scratch`.
        """
        import duckdb

        self._error: type[Exception] = duckdb.Error
        self._out_of_memory: type[Exception] = duckdb.OutOfMemoryException
        self._told_mib, self._has_left_room = memory_mib, False
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        if beside is not None:
            self.connection.execute(f"attach {quote(str(beside.resolve()))} as {BESIDE} (read_only)")
        folder = quote(str(scratch.resolve()))
        folders = ", ".join([folder] + ([quote(str(writes.resolve()))] if writes else []))
        self._is_small = records is not None and records <= FEW_RECORDS
        self._threads = threads or count_processors()
        if memory_mib is None and records is not None:
            memory_mib = max(LEAST_MEMORY_MIB, MEMORY_MIB_PER_THREAD * self._threads)
            memory_mib += records // RECORDS_PER_MIB
        self._at_once = self._threads if records is not None and records < MANY_RECORDS else 1
        self._schemas: tuple[str, ...] = (MAIN,)
        self._kept: Path | None = None
        self._views: set[str] = set()
        for setting in (
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "allow_community_extensions = false",
            f"temp_directory = {folder}",
            f"allowed_directories = [{folders}]",
            "enable_external_access = false",
            "preserve_insertion_order = true",
            # A file is written once, and whole or not at all: it needs no log of what is written first. Of many
            # schools rows are added to a table again and again, and each time it would be put in order.
            f"wal_autocheckpoint = '{'1TB' if records is None else '1KB'}'",
            f"threads = {self._threads}",
            *([f"memory_limit = '{memory_mib}MiB'"] if memory_mib else []),
            f"force_compression = '{_compression(records)}'",
            # For leave_room; everything else stays as it is.
            "allowed_configs = ['memory_limit']",
            "lock_configuration = true",
        ):
            self.connection.execute(f"set {setting}")
        if kept is not None and records is not None and records >= MANY_RECORDS:
            self.keep_in(kept)
        functions = (resources.files("etl") / "sql" / "functions_duckdb.sql").read_text(encoding="utf-8")
        self.connection.execute(functions)

    def leave_room(self, mib: int) -> None:
        """See Workbench. A part of it stays: with less there would be no end to writing to disk and reading again."""
        if self._told_mib is not None:
            left = max(self._told_mib - mib, self._told_mib // LEAST_PART)
            self.connection.execute(f"set memory_limit = '{left}MiB'")
            self._has_left_room = left < self._told_mib

    def keep_in(self, path: Path) -> None:
        """Store in a new file, from now on, what keep_table makes and in the end everything; until let_go or save."""
        self.connection.execute(self._attach_kept(path))
        self._kept = path
        self.look_in(MAIN)

    def let_go(self) -> None:
        """Forget every table and view that was made, and a file that was not saved: ready for another run."""
        self.leave_room(0)
        if self._kept is not None:
            self._kept = None
            self.connection.execute(f"detach database if exists {KEPT}")
            self.look_in(MAIN)
        made = self.fetch_rows(
            "select table_name as name from duckdb_tables() where database_name = current_database() and not temporary"
        )
        drops = [f'drop view "{name}"' for name in self._views] + [
            f'drop table "{row["name"]}"' for row in made
        ]
        self.connection.execute("; ".join(drops))
        self._views.clear()

    def load_csv(self, table: str, path: Path, columns: Mapping[str, str]) -> int:
        """See Engine. Every option of the reader is pinned: nothing is left for DuckDB to find out."""
        spec = ", ".join(f"{quote(name)}: {quote(kind)}" for name, kind in columns.items())
        texts = ", ".join(quote(name) for name, kind in columns.items() if kind == "VARCHAR")
        self.create_table(
            table,
            f"""
            select * from read_csv(
                {quote(str(path.resolve()))}, auto_detect = false, header = false, columns = {{{spec}}},
                delim = ',', quote = '"', escape = '"', new_line = '\\n', encoding = 'utf-8', strict_mode = true,
                null_padding = false, ignore_errors = false, force_not_null = [{texts}],
                max_line_size = 67108864, buffer_size = 134217728
            )
            """,
        )
        return int(self.fetch_rows(f"select count(*) as records from {table}")[0]["records"])

    def load_lines(
        self,
        table: str,
        path: Path,
        names: Sequence[str],
        *,
        without: Collection[str],
        passed_over: str,
        delimiter: str,
        line_end: str,
        longest: int,
    ) -> None:
        """Load the lines of a clean delivery as they stand, all as text.

        `names` are its columns, of which those in `without` are passed over; `longest` is a line in bytes. Where any
        are, a column `passed_over` tells how many bytes stand in them, and nothing when one holds a quote.
        After:   the lines stand in the order of the file: `rowid` is 0 for the first. (To number them with row_number()
                 takes twice as long: then only one thread reads.)
        Errors:  EngineError when one line does not fit.
        """
        spec = ", ".join(f"{quote(name)}: 'VARCHAR'" for name in names)
        texts = ", ".join(map(quote, names))
        kept = ", ".join(name for name in names if name not in without)
        if without:
            sizes = " + ".join(
                f"case when not contains({name}, '\"') then strlen({name}) end" for name in without
            )
            kept += f", {sizes} as {passed_over}"
        # DuckDB 2.0.0 joins lines behind a closing quote when it is told that they end in CRLF; untold it sees it.
        ends = "" if line_end == "\r\n" else ", new_line = '\\n'"
        self.keep_table(
            table,
            f"""
            select {kept} from read_csv(
                {quote(str(path.resolve()))}, auto_detect = false, header = false, columns = {{{spec}}},
                delim = {quote(delimiter)}, quote = '"', escape = '"'{ends}, encoding = 'utf-8',
                strict_mode = true, null_padding = false, ignore_errors = false, force_not_null = [{texts}],
                max_line_size = {longest}, buffer_size = {CSV_BUFFER}
            )
            """,
        )

    def load_rows(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        """Make a table of rows that are at hand; `columns` gives the type of each."""
        cells = ", ".join(
            f"unnest(cast(${place} as {kind}[])) as {name}"
            for place, (name, kind) in enumerate(columns.items(), start=1)
        )
        steps = (f"create table {table} as", f"insert into {table}")
        for start in range(0, max(len(rows), 1), ROWS_AT_ONCE):
            # By columns, and in parts: what is given is copied more than once on its way.
            given = zip(*rows[start : start + ROWS_AT_ONCE], strict=True) if rows else ((),) * len(columns)
            self._make(f"{steps[start > 0]} select {cells}", table, [list(column) for column in given])

    def create_table(self, table: str, select: str) -> None:
        """See Engine."""
        self._make(f"create table {table} as {select}", table)

    def keep_table(self, table: str, select: str) -> None:
        """Make a table that will not change any more; errors as for create_table.

        Of very many records it is made in the file that they will be kept in: memory holds what is at work only.
        """
        self._make(f"create table {self._place(table)} as {select}", table)

    def _place(self, table: str) -> str:
        """Return where a table is made that will not change any more."""
        return table if self._kept is None else f"{KEPT}.{MAIN}.{_plain_name(table)}"

    def keep_tables(self, selects: Sequence[tuple[str, str]]) -> None:
        """Make tables that will not change any more, in one go: all of them or none."""
        made = (f"create table {self._place(table)} as {select}" for table, select in selects)
        steps = ("begin", *made, "commit")
        try:
            self.connection.execute("; ".join(steps))
        except self._error as error:
            self.connection.rollback()
            raise EngineError("ENGINE-STAGE", table=selects[0][0], problem=type(error).__name__) from error

    def create_tables(self, selects: Sequence[tuple[str, str]], made: Made = nothing) -> None:
        """See Engine."""
        self._make_all([(table, f"create table {table} as {select}") for table, select in selects], made)

    def replace_tables(self, selects: Sequence[tuple[str, str]], made: Made = nothing) -> None:
        """Make tables anew, in the way of create_tables."""
        self._make_all(
            [(table, f"create or replace table {table} as {select}") for table, select in selects], made
        )

    def insert_all(self, selects: Sequence[tuple[str, str]]) -> None:
        """Add rows to several tables, in the order of their columns; none of the SELECTs reads one of the tables."""
        self._make_all(
            [(table, f"insert into {table} {select}") for table, select in selects], are_apart=True
        )

    def replace_table(self, table: str, select: str) -> None:
        """Make a table anew; errors as for create_table."""
        self._make(f"create or replace table {table} as {select}", table)

    def add_rows(self, table: str, select: str, *, by_name: bool = False) -> int:
        """Add rows to a table, in the order of its columns or by their names, and return how many."""
        found = self._make(f"insert into {table} {'by name' if by_name else ''} {select}", table).fetchone()
        assert found is not None
        return int(found[0])

    def create_view(self, table: str, select: str) -> None:
        """Make a view, to be read as a table; errors as for create_table."""
        self._make(f"create view {table} as {select}", table)
        self._views.add(table)

    def drop_table(self, table: str) -> None:
        """Forget a table, if it is there."""
        self.connection.execute(f"drop table if exists {table}")

    def look_in(self, *schemas: str) -> None:
        """Say in which schemas a plain name of a table is looked up, the first one first."""
        self._schemas = schemas
        places = schemas if self._kept is None else (*schemas, f"{KEPT}.{MAIN}")
        self.connection.execute(f"set search_path = {quote(','.join(places))}")

    def fetch_rows(self, select: str) -> list[dict[str, Any]]:
        """See Engine."""

        def fetch() -> list[dict[str, Any]]:
            cursor = self.connection.execute(select)
            names = [column[0] for column in cursor.description or ()]
            # In parts: of very many rows there would be two lists at the same time.
            parts = iter(lambda: cursor.fetchmany(ROWS_AT_ONCE), [])
            return [dict(zip(names, row, strict=True)) for part in parts for row in part]

        try:
            return self._with_room(fetch)
        except self._error as error:
            raise EngineError("ENGINE-QUERY", problem=type(error).__name__) from error

    def _with_room(self, work: Callable[[], Result]) -> Result:
        """Do something; when it cannot do with the room that was left, take that back. To end here would be worse."""
        try:
            return work()
        except self._out_of_memory:
            if not self._has_left_room:
                raise
            self.leave_room(0)
            return work()

    @property
    def threads(self) -> int:
        """Return how many statements may be at work at a time."""
        return self._threads

    @property
    def is_small(self) -> bool:
        """Whether there are so few records that loading a library for many takes longer than doing without."""
        return self._is_small

    def stream_rows(self, select: str, rows: int) -> Iterator[list[tuple[Any, ...]]]:
        """Run a SELECT and give its rows in its own order, so many at a time."""
        try:
            cursor = self.connection.execute(select)
            while found := cursor.fetchmany(rows):
                yield found
        except self._error as error:
            raise EngineError("ENGINE-QUERY", problem=type(error).__name__) from error

    def stream_batches(self, select: str, rows: int) -> Iterator[pyarrow.RecordBatch]:
        """As stream_rows, by columns: it needs pyarrow, and no Python object per value."""
        try:
            yield from self.connection.sql(select).to_arrow_reader(rows)
        except self._error as error:
            raise EngineError("ENGINE-QUERY", problem=type(error).__name__) from error

    def save(self, path: Path, comments: Mapping[str, str]) -> None:
        """See Engine. The file must lie in the scratch folder; the caller moves it."""
        assert self._kept in (None, path)
        says = [
            f'comment on {"view" if name in self._views else "table"} {KEPT}.{MAIN}."{name}" is {quote(comment)}'
            for name, comment in sorted(comments.items())
        ]
        self._fill(path, f"copy from database memory to {KEPT}", *says)

    def store(self, path: Path, tables: Mapping[str, str]) -> None:
        """Store the rows of tables and views as tables of a new file in the scratch folder; what is missing is not.

        `tables` gives for each the column that puts its rows in order, or nothing when they stay as they stand.
        Errors:  EngineError.
        """
        rows = self.fetch_rows("select table_name as name from information_schema.tables")
        found = {row["name"] for row in rows}
        try:
            self.connection.execute(self._attach_kept(path))
            for name, column in tables.items():
                if name in found:
                    self._store_table(f"create table {KEPT}.{MAIN}.{name} as select * from {name}", column)
            self.connection.execute(f"detach {KEPT}")
        except self._error as error:
            raise EngineError("ENGINE-SAVE", problem=type(error).__name__) from error

    def _store_table(self, made: str, column: str) -> None:
        try:
            self.connection.execute(f"{made} order by {column}" if column else made)
        except self._out_of_memory:
            if not column:
                raise
            # To put its rows in order takes more room than there is: then they are found less quickly.
            self.connection.execute(made)

    def _fill(self, path: Path, *steps: str) -> None:
        """Write the file in which tables are stored, and close it."""
        # One transaction: the disk is waited for once, not once a table. And one text: a thread that makes pages lets
        # this one wait for its turn between any two calls.
        opens = () if self._kept else (self._attach_kept(path),)
        try:
            self.connection.execute("; ".join((*opens, "begin", *steps, "commit", f"detach {KEPT}")))
        except self._error as error:
            raise EngineError("ENGINE-SAVE", problem=type(error).__name__) from error

    def _attach_kept(self, path: Path) -> str:
        options = f"storage_version {quote(STORAGE_VERSION)}"
        if self._is_small:
            options += f", block_size {SMALL_BLOCK}"
        return f"attach {quote(str(path.resolve()))} as {KEPT} ({options})"

    @contextmanager
    def beside(self, work: Callable[[DuckDBEngine], Result]) -> Iterator[Callable[[], Result]]:
        """Do something with the tables in a thread of its own while the block runs; give what waits for its result.

        Nobody else may write to what it reads. Leaving the block waits for it, also when the block fails. With one
        thread it is done first.
        """
        if self._threads == 1:
            made = work(self)
            yield lambda: made
            return
        with self.another() as other, ThreadPoolExecutor(max_workers=1) as pool:
            yield pool.submit(work, other).result

    @contextmanager
    def another(self) -> Iterator[DuckDBEngine]:
        """Give one on the same tables that may be used beside this one, in a thread of its own."""
        other = copy(self)
        other.connection = self.connection.cursor()
        try:
            if self._kept is not None or self._schemas != (MAIN,):
                other.look_in(*self._schemas)
            yield other
        finally:
            other.close()

    def _make_all(
        self,
        statements: Sequence[tuple[str, str]],
        made: Made = nothing,
        *,
        are_apart: bool = False,
    ) -> None:
        if self._at_once == 1:
            for table, statement in statements:
                self._make(statement, table)
                made()
            return
        names = {_plain_name(table) for table, _ in statements}
        jobs: list[Job] = []
        for table, statement in statements:
            # What its text names and stands before it, in a comment too: to wait for more is never wrong. A table of
            # its own name is one of another schema.
            named = set() if are_apart else names.intersection(_WORD.findall(statement))
            earlier = named.intersection(job.name for job in jobs) - {_plain_name(table)}
            make = partial(self._make_aside, statement, table)
            jobs.append(Job(_plain_name(table), frozenset(earlier), make))
        do_side_by_side(jobs, workers=self._at_once, done=made)

    def _make_aside(self, statement: str, table: str) -> None:
        with self.another() as other:
            other._make(statement, table)

    def _make(self, statement: str, table: str, values: Sequence[object] = ()) -> duckdb.DuckDBPyConnection:
        try:
            return self._with_room(lambda: self.connection.execute(statement, values))
        except self._error as error:
            raise EngineError("ENGINE-STAGE", table=table, problem=type(error).__name__) from error

    def close(self) -> None:
        """See Engine."""
        self.connection.close()


def _compression(records: int | None) -> str:
    if records is None:
        # Of many schools in one file each is looked for: finding it quickly matters more than storing it quickly.
        return "auto"
    return "uncompressed" if records <= FEW_RECORDS else "fsst"


def _plain_name(table: str) -> str:
    """Return the name of a table without its schema."""
    return table.rpartition(".")[2]


def quote(text: str) -> str:
    """Return a text as it stands in SQL for DuckDB."""
    return "'" + text.replace("'", "''") + "'"
