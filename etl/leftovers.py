"""Gives folders for the moment, and removes those of killed runs; never anything of a run that is still going.

It removes only folders that this program made: by their name, their owner and a marker that a living run has locked.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

MARKER_NAME: Final = ".koppelcheck"
MARKER_SAYS: Final = (
    b"A run of koppelcheck in the making. It is removed when the run ends or by the next run.\n"
)
PART_NAME: Final = re.compile(r"\.[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_]{8}\.part")
CAN_REMOVE_OPEN_FILES: Final = os.name != "nt"  # nor can Windows move a folder with an open file in it
NOT_YET_MARKED: Final = 300.0  # seconds; a living run marks its folder in the moment it makes it


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let an interruption wait until the block is done: two steps that belong together, a moment and no more."""
    # Not by masking: a library's own thread may take the signal, and Python then stops the main thread all the same.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        if came:
            signal.raise_signal(came[0])


class PartLock:
    """Marks a folder as that of a living run. The lock goes with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        # Locked under another name first: a marker that can be seen is a marker that is locked.
        fresh = folder / f"{MARKER_NAME}.new"
        self._folder = folder
        self._file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        os.write(self._file, MARKER_SAYS)
        _try_lock(self._file)
        os.rename(fresh, folder / MARKER_NAME)

    def release(self, folder: Path | None = None) -> None:
        """Take the marker away, from the folder where it is now; what it marked is whole, or about to go."""
        if self._file < 0:
            return
        marker = (folder or self._folder) / MARKER_NAME
        if CAN_REMOVE_OPEN_FILES:
            marker.unlink(missing_ok=True)
        os.close(self._file)
        self._file = -1
        marker.unlink(missing_ok=True)


@contextmanager
def scratch_folder(base: Path | None = None) -> Iterator[Path]:
    """Give a private folder that goes at once; in `base`, or where this machine keeps what is for the moment.

    What killed ones left there is removed first.
    Errors:  OSError when the folder cannot be made.
    """
    base = base or Path(tempfile.gettempdir())
    remove_leftovers(base)
    folder = Path(tempfile.mkdtemp(prefix=".koppelcheck.", suffix=".part", dir=base))
    lock: PartLock | None = None
    try:
        lock = PartLock(folder)
        yield folder
    finally:
        remove_part(folder, lock)


def remove_part(folder: Path, lock: PartLock | None) -> None:
    """Remove a folder in the making. The marker goes last: what a kill leaves of it has to be recognised too."""
    if not folder.is_dir():
        return
    for path in list(folder.iterdir()):
        if path.name == MARKER_NAME:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                os.unlink(path)
    if lock:
        lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(out: Path) -> int:
    """Remove the folders of killed runs in a folder for runs; return how many there were.

    A folder that cannot be removed is left alone: it is no reason to stop the run that found it.
    """
    removed = 0
    try:
        found = [path for path in out.iterdir() if PART_NAME.fullmatch(path.name)]
    except OSError:
        return 0
    for folder in found:
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
            removed += not os.path.lexists(folder)
    return removed


def _is_abandoned(folder: Path) -> bool:
    """Say whether a folder is a run's, and that run is over. Links are never followed."""
    marker = folder / MARKER_NAME
    try:
        found = os.lstat(folder)
        if not stat.S_ISDIR(found.st_mode):
            return False
        if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
            return False
        if not os.path.lexists(marker):
            # Killed in the moment between making and marking it.
            is_bare = all(name == f"{MARKER_NAME}.new" for name in os.listdir(folder))
            return is_bare and time.time() - found.st_mtime > NOT_YET_MARKED
        if not stat.S_ISREG(os.lstat(marker).st_mode):
            return False
        opened = os.open(marker, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    except OSError:
        return False
    try:
        return os.read(opened, len(MARKER_SAYS) + 1) == MARKER_SAYS and _try_lock(opened)
    except OSError:
        return False  # on Windows a locked file cannot be read
    finally:
        os.close(opened)


def _try_lock(file: int) -> bool:
    """Lock an open file for this process only, without waiting."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, 0, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
