"""Gives folders for the moment, and removes those of killed runs; never anything of a run that is still going.

It removes only folders that this program made: by their name, their owner and a marker that a living run has locked.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import stat
import sys
import tempfile
import threading
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
MOST_ATTEMPTS: Final = 100  # at a folder that no other run takes away before it is marked


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
    """Marks a folder as that of a living run. The lock goes with the process, however that ends.

    Errors:  FileNotFoundError or BlockingIOError when another run took the folder for the rest of a killed one, just
             before it was marked; OSError when it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        marker = folder / MARKER_NAME
        self._file = os.open(marker, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _lock(self._file)
            # Who removes a marker holds its lock: one that is locked and still there stays.
            os.lstat(marker)
            os.write(self._file, MARKER_SAYS)
        except BaseException:
            os.close(self._file)
            raise

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


def marked_folder(base: Path, prefix: str) -> tuple[Path, PartLock]:
    """Make a private folder that is marked as that of a living run.

    Errors:  OSError when the folder cannot be made or marked.
    """
    for _ in range(MOST_ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=".part", dir=base))
        try:
            return folder, PartLock(folder)
        except (FileNotFoundError, BlockingIOError):
            continue
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


@contextmanager
def scratch_folder(base: Path | None = None) -> Iterator[Path]:
    """Give a private folder that goes at once; in `base`, or where this machine keeps what is for the moment.

    What killed ones left there is removed first.
    Errors:  OSError when the folder cannot be made.
    """
    base = base or Path(tempfile.gettempdir())
    remove_leftovers(base)
    folder, lock = marked_folder(base, ".koppelcheck.")
    try:
        yield folder
    finally:
        remove_part(folder, lock)


def remove_part(folder: Path, lock: PartLock) -> None:
    """Remove a folder in the making; nothing when it was moved into its place."""
    if not folder.is_dir():
        return
    _empty(folder)
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
        with suppress(OSError):
            _remove_if_abandoned(folder)
            removed += not os.path.lexists(folder)
    return removed


def _empty(folder: Path) -> None:
    """Remove everything but the marker. That goes last: what a kill leaves has to be recognised too."""
    for path in list(folder.iterdir()):
        if path.name == MARKER_NAME:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                os.unlink(path)


def _remove_if_abandoned(folder: Path) -> None:
    """Remove a folder when it is a run's, and that run is over. Links are never followed.

    Errors:  OSError when it is in use or cannot be removed; on Windows a locked file cannot even be read.
    """
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "geteuid") and found.st_uid != os.geteuid()):
        return
    marker = folder / MARKER_NAME
    if not os.path.lexists(marker):
        # Killed between making and marking it. One that is about to be marked may go: that run makes another.
        os.rmdir(folder)
        return
    if not stat.S_ISREG(os.lstat(marker).st_mode):
        return
    opened = os.open(marker, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not _lock(opened) or not _is_marker(opened, folder):
            return
        _empty(folder)
        if CAN_REMOVE_OPEN_FILES:
            os.unlink(marker)
    finally:
        os.close(opened)
    shutil.rmtree(folder, ignore_errors=True)


def _is_marker(opened: int, folder: Path) -> bool:
    """Say whether a marker that we locked is one that its run let go."""
    says = os.read(opened, len(MARKER_SAYS) + 1)
    if says == MARKER_SAYS:
        return True
    # Killed between making the marker and writing in it: then nothing else is there yet. Where an open file cannot be
    # removed, a run that is only about to lock it would not notice.
    return CAN_REMOVE_OPEN_FILES and MARKER_SAYS.startswith(says) and os.listdir(folder) == [MARKER_NAME]


def _lock(file: int) -> bool:
    """Lock an open file for this process only, without waiting; say whether its disk knows locks.

    Errors:  BlockingIOError when another process has locked it.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, 0, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        raise BlockingIOError(*error.args) from error
    except OSError:
        return False
    return True
