"""Takes in the bytes of one delivered file, once, so that what is hashed is what is read.

It opens regular files only: no folder, pipe or device, and nothing larger than was agreed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Final

from etl.errors import InputError
from etl.intake.survey import Survey, Surveyor
from etl.output import open_new_file, write_new_file
from etl.plain_file import CHUNK_BYTES, IsAFolder, NotAFile, TooLarge, read_plain_pieces
from etl.texts import printable

BYTES_PER_MEGABYTE: Final = 1 << 20
# A file of so many bytes is not held in memory but copied, where there is a folder for it.
LARGE_BYTES: Final = 32 << 20
HELD_BYTES: Final = 4 << 20  # of its beginning
BYTES_PER_RECORD: Final = 80  # of a file as schools deliver it


class RawFile:
    """The bytes of one file and its name without the folder."""

    def __init__(self, name: str, data: bytes, sha256: str) -> None:
        self.name = name
        self.sha256 = sha256
        self._data = data

    @property
    def data(self) -> bytes:
        """Return all bytes."""
        return self._data

    @property
    def size(self) -> int:
        """Return how many there are."""
        return len(self._data)

    @property
    def beginning(self) -> bytes:
        """Return the first bytes, or all of them where they are at hand."""
        return self._data

    @cached_property
    def survey(self) -> Survey:
        """Return what the bytes are."""
        surveyor = Surveyor()
        for start in range(0, len(self._data), CHUNK_BYTES):
            surveyor.look(self._data[start : start + CHUNK_BYTES])
        return surveyor.done()

    @contextmanager
    def below_heading(self, first: int, path: Path) -> Iterator[Path]:
        """Give a file with all bytes from a place on, which is that behind the first line end; `path` may be used.

        Errors:  OutputError when it cannot be written.
        """
        write_new_file(path, memoryview(self._data)[first:])
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def whole(self) -> RawFile:
        """Return it with all bytes at hand."""
        return self

    def close(self) -> None:
        """Let go of what was stored of it."""


class CopiedFile(RawFile):
    """A large file: the first line is at hand, the rest stands in a copy that nobody else changes."""

    def __init__(self, name: str, beginning: bytes, sha256: str, *, survey: Survey, rest: Path) -> None:
        super().__init__(name, beginning, sha256)
        self.survey = survey
        self._first = beginning.find(b"\n") + 1
        self._rest = rest

    @property
    def data(self) -> bytes:
        """Return all bytes; with each call they are read again."""
        return self._data[: self._first] + self._rest.read_bytes()

    @property
    def size(self) -> int:
        """Return how many there are."""
        return self.survey.size

    @contextmanager
    def below_heading(self, first: int, path: Path) -> Iterator[Path]:
        """Give the copy, which begins there."""
        assert first == self._first
        yield self._rest

    def whole(self) -> RawFile:
        """Return it with all bytes in memory."""
        return RawFile(self.name, self.data, self.sha256)

    def close(self) -> None:
        """Remove the copy."""
        self._rest.unlink(missing_ok=True)


def show_name(path: Path) -> str:
    """Return the file name for a message: without the folder, without terminal escapes."""
    return printable(path.name)


def guess_records(paths: Iterable[Path]) -> int:
    """Return about how many records files hold, by their size; a missing file is found missing later."""
    size = 0
    for path in paths:
        with suppress(OSError, ValueError):
            size += path.stat().st_size
    return size // BYTES_PER_RECORD


def read_file(path: Path, *, max_bytes: int, may_be_empty: bool = False, copy: Path | None = None) -> RawFile:
    """Read one delivered file. A large one is copied to `copy`, which does not exist yet, to be closed in the end.

    Errors:  InputError when it is missing, not a regular file, not readable, empty or too large.
             OutputError when the copy cannot be written.
    """
    name = show_name(path)
    pieces = _read_pieces(path, name, max_bytes)
    held: list[bytes] = []
    for piece in pieces:
        held.append(piece)
        if copy is not None and len(held) * CHUNK_BYTES >= LARGE_BYTES:
            return _copy(name, held, pieces, copy)
    data = b"".join(held)
    if not data and not may_be_empty:
        raise InputError("INTAKE-EMPTY", file=name)
    return RawFile(name, data, hashlib.sha256(data).hexdigest())


def _copy(name: str, held: list[bytes], others: Iterator[bytes], path: Path) -> CopiedFile:
    """Write what was read and what is still to be read of a file, all but the first line."""
    surveyor, digest = Surveyor(), hashlib.sha256()
    beginning = b"".join(held)[:HELD_BYTES]
    left = beginning.find(b"\n") + 1
    with open_new_file(path) as file:
        for pieces in (held, others):
            for piece in pieces:
                surveyor.look(piece)
                digest.update(piece)
                file.write(piece[left:])
                left = max(left - len(piece), 0)
    return CopiedFile(name, beginning, digest.hexdigest(), survey=surveyor.done(), rest=path)


def _read_pieces(path: Path, name: str, max_bytes: int) -> Iterator[bytes]:
    try:
        yield from read_plain_pieces(path, max_bytes=max_bytes)
    except FileNotFoundError as error:
        raise InputError("INTAKE-FILE-MISSING", file=name) from error
    except IsAFolder as error:
        raise InputError("INTAKE-IS-FOLDER", file=name) from error
    except NotAFile as error:
        raise InputError("INTAKE-NOT-A-FILE", file=name) from error
    except TooLarge as error:
        megabytes = max(1, max_bytes // BYTES_PER_MEGABYTE)
        raise InputError("INTAKE-TOO-LARGE", file=name, megabytes=megabytes) from error
    except (OSError, ValueError) as error:
        raise InputError("INTAKE-UNREADABLE", file=name) from error
