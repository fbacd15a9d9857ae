"""Takes in the bytes of one delivered file, once, so that what is hashed is what is read.

It opens regular files only: no folder, pipe or device, and nothing larger than was agreed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl.errors import InputError
from etl.plain_file import IsAFolder, NotAFile, TooLarge, read_plain_file
from etl.texts import printable

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


def read_file(path: Path, *, max_bytes: int, may_be_empty: bool = False) -> RawFile:
    """Read one delivered file.

    Errors:  InputError when it is missing, not a regular file, not readable, empty or too large.
    """
    name = show_name(path)
    try:
        data = read_plain_file(path, max_bytes=max_bytes)
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
    if not data and not may_be_empty:
        raise InputError("INTAKE-EMPTY", file=name)
    return RawFile(name=name, data=data, sha256=hashlib.sha256(data).hexdigest())
