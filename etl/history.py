"""Run folders: made aside, moved into place when whole, and opened again later.

It never changes what a finished run wrote and never overwrites one. There is no other database than these folders.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.errors import ConfigError, OutputError
from etl.leftovers import (
    CAN_REMOVE_OPEN_FILES,
    PartLock,
    marked_folder,
    remove_leftovers,
    remove_part,
    uninterrupted,
)
from etl.texts import printable

if TYPE_CHECKING:
    import polars

MANIFEST_NAME: Final = "manifest.json"
DATABASE_NAME: Final = "run.duckdb"
NOT_IN_FOLDER: Final = ("?", "\\")
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_-]+")


def safe_name(text: str) -> str:
    """Return text as it may stand in a folder name: letters, digits, dash and underscore, at most 40."""
    return _NOT_IN_NAME.sub("-", text).strip("-")[:40] or "school"


@contextmanager
def new_run_folder(out: Path, *, school: str, now: datetime) -> Iterator[RunFolder]:
    """Give a private folder beside the final place; on success it is moved there, otherwise it is removed.

    What killed runs left in `out`, and killed checks where this machine keeps what is for the moment, goes first.
    Errors:  OutputError when `out` is no folder or cannot be written.
    """
    stem = f"{safe_name(school)}-{now.strftime('%Y%m%dT%H%M%S')}"
    _check_name(out)
    try:
        is_new = not out.exists()
        out.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        name = next(_free_names(out, stem), stem)
        leftovers = remove_leftovers(out)
        remove_leftovers(Path(tempfile.gettempdir()))
        aside, lock = marked_folder(out, f".{name}.")
    except OSError as error:
        raise OutputError("OUTPUT-WRITE", file=out.name or str(out), cause=error.strerror) from error
    folder = RunFolder(name=name, stem=stem, aside=aside, out=out, lock=lock, leftovers=leftovers)
    try:
        (aside / "import").mkdir()
        (aside / "report").mkdir()
        yield folder
        folder.settle()
    except OSError as error:
        raise OutputError("OUTPUT-WRITE", file=out.name or str(out), cause=error.strerror) from error
    finally:
        remove_part(aside, lock)
        if is_new and folder.final is None:
            # A refused file leaves nothing; another run may have come in the meantime, then the folder is not empty.
            with suppress(OSError):
                out.rmdir()


def _check_name(out: Path) -> None:
    """Refuse a folder under a name that DuckDB takes for something else; only systems other than Windows allow it."""
    name = str(out.absolute())
    if not _is_text(name):
        raise OutputError("RUN-FOLDER-TEXT", folder=printable(name))
    if os.name != "nt" and any(sign in name for sign in NOT_IN_FOLDER):
        raise OutputError("RUN-FOLDER-SIGN", folder=printable(name), signs=list(NOT_IN_FOLDER))


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _free_names(out: Path, stem: str) -> Iterator[str]:
    names = (stem if attempt == 1 else f"{stem}-{attempt}" for attempt in range(1, 1000))
    return (name for name in names if not os.path.lexists(out / name))


@dataclass(slots=True)
class RunFolder:
    """A run in the making: write under `aside`; `final` is known once it is settled.

    `name` was free when the run began; only a run that began in the same second can take it.
    """

    name: str
    stem: str
    aside: Path
    out: Path
    lock: PartLock
    leftovers: int = 0
    final: Path | None = None

    def settle(self) -> None:
        """Close off the files and move the folder to the first free name."""
        for path in sorted(self.aside.rglob("*")):
            os.chmod(path, FOLDER_MODE if path.is_dir() else FILE_MODE)
        # The marker goes along under its lock, so that nobody takes a finished run for the rest of a killed one.
        if not CAN_REMOVE_OPEN_FILES:
            self.lock.release()
        for name in _free_names(self.out, self.stem):
            target = self.out / name
            try:
                with uninterrupted():
                    os.rename(self.aside, target)
                    self.final = target
                    self.lock.release(target)
                return
            except FileExistsError:
                continue
            except OSError:
                # Another run took the name between looking and moving: a full folder cannot be replaced.
                if self.final is None and os.path.lexists(target):
                    continue
                raise
        raise OutputError("OUTPUT-EXISTS", file=self.name)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run, read-only: its manifest, its figures and its tables."""

    folder: Path
    manifest: dict[str, Any]
    _opened: list[Any] = field(default_factory=list, repr=False, compare=False)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Keep the tables open while the block runs: to open them takes longer than most questions about them.

        Errors:  ConfigError when they cannot be opened.
        """
        with _connect(self.folder) as connection:
            self._opened.append(connection)
            try:
                yield
            finally:
                self._opened.remove(connection)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self._opened:
            yield self._opened[-1]
            return
        with _connect(self.folder) as connection:
            yield connection

    def table(self, name: str) -> polars.DataFrame:
        """Return one table of the run as a polars frame.

        Errors:  ConfigError when the run has no such table.
        """
        known = self.tables()
        if name not in known:
            raise ConfigError("RUN-TABLE-UNKNOWN", table=name, known=known)
        return self.query(f'select * from "{name}"')

    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables, in alphabetical order; the lines of a clean file are those of delivered_…."""
        with self._connection() as connection:
            rows = connection.execute(
                "select table_name from information_schema.tables"
                " where table_schema = 'main' and table_name not like 'cells%' order by table_name"
            ).fetchall()
        return tuple(row[0] for row in rows)

    def opens(self) -> bool:
        """Say whether the tables can be read; those of a damaged run, or of a newer DuckDB's, cannot."""
        try:
            return bool(self.tables())
        except ConfigError:
            return False

    def query(self, sql: str, **parameters: object) -> polars.DataFrame:
        """Run SQL on the run's tables and return a polars frame; $name in the SQL takes a parameter."""
        with self._connection() as connection:
            frame: polars.DataFrame = connection.sql(sql, params=parameters or None).pl()
            return frame

    def fetch_rows(self, select: str, **parameters: object) -> list[dict[str, Any]]:
        """Run a SELECT on the run's tables and return its rows, as an engine would; it loads no library for frames."""
        with self._connection() as connection:
            cursor = connection.execute(select, parameters or None)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def link_rate(self) -> float | None:
        """Return the share (0 to 1) of accounts that were linked; None when there were none."""
        counts = self.manifest.get("statuses", {}).get("legacy", {})
        accounts = sum(records for status, records in counts.items() if status != "out_of_scope")
        links = sum(records for status, records in counts.items() if status.startswith("matched_"))
        return links / accounts if accounts else None

    def figures(self) -> dict[str, Any]:
        """Return report.json as it was written."""
        content: dict[str, Any] = json.loads(
            (self.folder / "report" / "report.json").read_text(encoding="utf-8")
        )
        return content


def open_run(folder: str | Path) -> Run:
    """Open a finished run.

    Errors:  ConfigError when the folder holds no finished run.
    """
    path = Path(folder)
    try:
        manifest = json.loads((path / MANIFEST_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError("RUN-NOT-FOUND", folder=path.name or str(path)) from error
    if isinstance(manifest, dict) and isinstance(manifest.get("purged"), dict):
        raise ConfigError("RUN-PURGED", folder=path.name or str(path), date=manifest["purged"].get("date"))
    if not isinstance(manifest, dict) or not (path / DATABASE_NAME).is_file():
        raise ConfigError("RUN-NOT-FOUND", folder=path.name or str(path))
    return Run(folder=path, manifest=manifest)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a run, also of a purged one; None when a folder is no run of ours."""
    path = folder / MANIFEST_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if not path.is_symlink() else None
    except (OSError, ValueError):
        return None
    is_ours = isinstance(content, dict) and str(content.get("format", "")).startswith("koppelcheck/manifest-")
    return content if is_ours else None


def list_runs(out: Path, *, school: str | None = None) -> list[Run]:
    """Return the finished runs in a folder, the oldest first; of one school, or of all.

    Folders that hold something else, or a run that was purged or is still in the making, are passed over.
    """
    found: list[tuple[datetime, str, Run]] = []
    for folder in out.iterdir() if out.is_dir() else ():
        if folder.name.startswith("."):
            continue
        try:
            run = open_run(folder)
            created = datetime.fromisoformat(run.manifest["created"]).astimezone()
        except (ConfigError, KeyError, TypeError, ValueError):
            continue
        if school is None or run.manifest.get("school") == school:
            found.append((created, folder.name, run))
    return [run for _, _, run in sorted(found, key=lambda one: one[:2])]


def previous_run(out: Path, *, school: str, at: datetime) -> Run | None:
    """Return the newest run of a school that was there at a moment and still opens; None when there is none.

    One of the same second counts: the run that asks is not there yet.
    """
    earlier = (
        run
        for run in reversed(list_runs(out, school=school))
        if datetime.fromisoformat(run.manifest["created"]).astimezone() <= at.astimezone()
    )
    return next((run for run in earlier if run.opens()), None)


def newest_run(out: Path, *, school: str) -> Run | None:
    """Return the newest run of a school in a folder; None when there is none."""
    runs = list_runs(out, school=school)
    return runs[-1] if runs else None


@contextmanager
def _connect(folder: Path) -> Iterator[Any]:
    import duckdb

    try:
        connection = duckdb.connect(str(folder / DATABASE_NAME), read_only=True)
    except duckdb.Error as error:
        raise ConfigError("RUN-DAMAGED", folder=folder.name or str(folder)) from error
    try:
        yield connection
    finally:
        connection.close()
