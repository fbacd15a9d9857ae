"""Writes one result file at a path that the user names: it is there whole, or it is not there.

It never writes over a file or a link, and a kill leaves nothing that the next call does not remove.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from etl.errors import OutputError
from etl.leftovers import scratch_folder
from etl.output import open_new_file


@contextmanager
def open_whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that is written aside and put in its place when the block has ended well.

    Errors:  OutputError when the path exists (a link counts as existing) or the disk refuses.
    """
    if os.path.lexists(path):
        raise OutputError("OUTPUT-EXISTS", file=path.name)
    try:
        with scratch_folder(path.parent) as folder:
            aside = folder / "file"
            with open_new_file(aside) as file:
                yield file
            _put(aside, path)
    except FileExistsError as error:
        raise OutputError("OUTPUT-EXISTS", file=path.name) from error
    except OSError as error:
        raise OutputError("OUTPUT-WRITE", file=path.name, cause=error.strerror) from error


def _put(aside: Path, path: Path) -> None:
    """Give a file its name, never that of another one: a second name is refused where it is taken."""
    try:
        os.link(aside, path)
    except FileExistsError:
        raise
    except OSError:
        # A disk without second names, as on a memory stick. Its only loss is the moment between these two lines.
        if os.path.lexists(path):
            raise FileExistsError(path.name) from None
        os.rename(aside, path)
