"""Takes in the bytes of one delivered file, once, so that what is hashed is what is read.

It opens regular files only: no folder, pipe or device, and nothing larger than was agreed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl.errors import InputError

CHUNK_BYTES: Final = 1 << 20
BYTES_PER_MEGABYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of one file and its name without the folder."""

    name: str
    data: bytes
    sha256: str


def show_name(path: Path) -> str:
    """Return the file name for a message: without the folder, without terminal escapes."""
    return printable(path.name)


def printable(text: str) -> str:
    """Return a text without what would steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def read_file(path: Path, *, max_bytes: int, may_be_empty: bool = False) -> RawFile:
    """Read one delivered file.

    Errors:  InputError when it is missing, not a regular file, not readable, empty or too large.
    """
    name = show_name(path)
    try:
        # Looked at before it is opened: opening a pipe would wait for somebody to write into it.
        check_regular(os.stat(path), name, max_bytes)
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        with open(os.open(path, flags), "rb") as opened:
            # And again: between the two moments the name may have been given to something else.
            check_regular(os.fstat(opened.fileno()), name, max_bytes)
            data = _read_at_most(opened.read, max_bytes)
    except FileNotFoundError as error:
        raise InputError("INTAKE-FILE-MISSING", file=name) from error
    except (OSError, ValueError) as error:
        raise InputError("INTAKE-UNREADABLE", file=name) from error
    if len(data) > max_bytes:
        raise InputError("INTAKE-TOO-LARGE", file=name, megabytes=max(1, max_bytes // BYTES_PER_MEGABYTE))
    if not data and not may_be_empty:
        raise InputError("INTAKE-EMPTY", file=name)
    return RawFile(name=name, data=data, sha256=hashlib.sha256(data).hexdigest())


def check_regular(found: os.stat_result, name: str, max_bytes: int) -> None:
    """Refuse what is not a regular file of an agreed size."""
    if stat.S_ISDIR(found.st_mode):
        raise InputError("INTAKE-IS-FOLDER", file=name)
    if not stat.S_ISREG(found.st_mode):
        raise InputError("INTAKE-NOT-A-FILE", file=name)
    if found.st_size > max_bytes:
        raise InputError("INTAKE-TOO-LARGE", file=name, megabytes=max(1, max_bytes // BYTES_PER_MEGABYTE))


def _read_at_most(read: Callable[[int], bytes], max_bytes: int) -> bytes:
    """Read to the end, but never more than one byte over the limit: a file may grow or lie about its size."""
    chunks: list[bytes] = []
    left = max_bytes + 1
    while left > 0:
        chunk = read(min(CHUNK_BYTES, left))
        if not chunk:
            break
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)
