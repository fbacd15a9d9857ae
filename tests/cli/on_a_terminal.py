"""Starts a program of which stderr is a terminal, as it is for who looks on; elsewhere no progress is told.

Only where there are such terminals: not on Windows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="file modes and signals mean nothing on Windows"
)


@dataclass
class Watched:
    """A program at work and what its screen has shown so far."""

    process: subprocess.Popen[bytes]
    screen: int
    shown: bytes = b""

    def wait_for(self, words: bytes) -> None:
        """Read the screen until these words stand on it.

        Errors:  AssertionError when the program ends without them: the test would look at nothing.
        """
        while words not in self.shown:
            more = self._read()
            assert more, f"the program never said {words.decode()}: {self.shown.decode()}"

    def finish(self, timeout: float = 60) -> tuple[bytes, bytes]:
        """Wait for the end, and return stdout and all that the screen has shown."""
        assert self.process.stdout is not None
        while self._read():
            pass
        out = self.process.stdout.read()
        self.process.wait(timeout)
        return out, self.shown

    def _read(self) -> bytes:
        try:
            more = os.read(self.screen, 65_536)
        except OSError:
            more = b""  # so Linux says that nobody writes to a terminal any more
        self.shown += more.replace(b"\r\n", b"\n")
        return more


@contextmanager
def on_a_terminal(command: Sequence[str], env: Mapping[str, str]) -> Iterator[Watched]:
    """Start a program and watch it; it is waited for in the end."""
    import pty

    screen, its_side = pty.openpty()
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=its_side, env=env) as process:
            os.close(its_side)
            yield Watched(process, screen)
    finally:
        os.close(screen)
