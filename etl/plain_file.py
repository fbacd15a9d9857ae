"""Takes in a whole file that somebody named, and waits for nothing: regular files only, up to an agreed size.

It interprets nothing; what a refusal is called is for its caller to say.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CHUNK_BYTES: Final = 1 << 20


class NotAFile(OSError):
    """A pipe, a device or a socket."""


class IsAFolder(OSError):
    """A folder."""


class TooLarge(OSError):
    """More bytes than were agreed."""


def read_plain_file(path: Path, *, max_bytes: int) -> bytes:
    """Return the bytes of a file.

    Errors:  OSError, of the kinds above where the file is no plain one; ValueError for a name that cannot be one.
    """
    return b"".join(read_plain_pieces(path, max_bytes=max_bytes))


def read_plain_pieces(path: Path, *, max_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces of at most CHUNK_BYTES; errors as for the whole, before or in between."""
    # Looked at before it is opened: opening a pipe would wait for somebody to write into it.
    check_plain(os.stat(path), max_bytes)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags), "rb") as opened:
        # And again: between the two moments the name may have been given to something else.
        check_plain(os.fstat(opened.fileno()), max_bytes)
        # Never more than one byte over the limit: a file may grow or lie about its size.
        left = max_bytes + 1
        while left > 0 and (piece := opened.read(min(CHUNK_BYTES, left))):
            left -= len(piece)
            if left <= 0:
                raise TooLarge
            yield piece


def check_plain(found: os.stat_result, max_bytes: int) -> None:
    """Refuse what is not a regular file of an agreed size."""
    if stat.S_ISDIR(found.st_mode):
        raise IsAFolder
    if not stat.S_ISREG(found.st_mode):
        raise NotAFile
    if found.st_size > max_bytes:
        raise TooLarge
