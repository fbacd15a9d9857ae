"""Makes result files that are new, whole and private, so that no run overwrites or leaks another's.

It refuses a path that exists, and it leaves nothing behind when writing fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from etl.errors import OutputError

_OWNER_ONLY: Final = (
    0o600  # pupils' data: nobody else on the machine may read it (Windows keeps its own rules)
)


@contextmanager
def open_new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that does not exist yet; when the block fails the file is removed again.

    Errors:  OutputError when the path exists (a link counts as existing) or the disk refuses.
    """
    try:
        file = open(path, "xb", opener=_open_private)
    except FileExistsError as error:
        raise OutputError("OUTPUT-EXISTS", file=path.name) from error
    except OSError as error:
        raise OutputError("OUTPUT-WRITE", file=path.name, cause=error.strerror) from error
    try:
        with file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputError("OUTPUT-WRITE", file=path.name, cause=error.strerror) from error
    except BaseException:
        # Also on an interruption: half a file is never taken for a result.
        path.unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(path: Path) -> Iterator[None]:
    """Make a private folder that does not exist yet; when the block fails it is removed with all that is in it.

    Errors:  OutputError when the path exists or the disk refuses.
    """
    try:
        os.makedirs(path, mode=0o700)
    except FileExistsError as error:
        raise OutputError("OUTPUT-EXISTS", file=path.name) from error
    except OSError as error:
        raise OutputError("OUTPUT-WRITE", file=path.name or str(path), cause=error.strerror) from error
    try:
        yield
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)
        raise OutputError("OUTPUT-WRITE", file=path.name, cause=error.strerror) from error
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def write_new_file(path: Path, content: bytes | memoryview) -> None:
    """Write a whole file at once, under the same promises as `open_new_file`."""
    with open_new_file(path) as file:
        file.write(content)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)
