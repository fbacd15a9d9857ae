"""Tells how far long work is: each step once, and on a terminal how much is done and about how much time is left.

Nothing is told where nobody looks: into a file, to a program, or when the work is done within a moment.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final, Protocol

from etl.console import tell
from etl.texts import text

BETWEEN_LINES: Final = 1.0  # seconds; more lines tell nobody more


class Progress(Protocol):
    """Is told that a step begins, and then how much of it is done; `rows` is how many records it is about."""

    def __call__(self, step: str, done: int = 0, total: int = 0, *, rows: int = 0) -> None: ...


def tell_nobody(step: str, done: int = 0, total: int = 0, *, rows: int = 0) -> None:
    """Be told, and say nothing."""


def make_teller(step_words: Callable[[str], str], language: str, *, quiet: bool) -> Progress:
    """Return what tells the steps of some work on a terminal; `step_words` says what a step is called."""
    began: dict[str, float] = {}
    last = 0.0

    def told(step: str, done: int = 0, total: int = 0, *, rows: int = 0) -> None:
        nonlocal last
        if quiet or not _is_watched():
            return
        now = time.monotonic()
        words = step_words(step)
        if step not in began:
            began[step] = last = now
            if rows:
                words = text("progress.rows", language, step=words, count=rows)
            tell(text("progress.begin", language, step=words))
        elif done * 10 >= total > 0 and now - last >= BETWEEN_LINES:
            # From a tenth on, because what is left is guessed from what is done.
            last = now
            left = (now - began[step]) / done * (total - done)
            unit, count = ("minutes", round(left / 60)) if left >= 90 else ("seconds", round(left))
            shown = text(f"progress.left.{unit}", language, count=count)
            tell(text("progress.line", language, step=words, done=done, total=total, left=shown))

    return told


def _is_watched() -> bool:
    """Say whether stderr is a terminal; one that was closed is none."""
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):
        return False
