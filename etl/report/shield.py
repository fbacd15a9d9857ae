"""Hides small counts of pupils, and as many others as it takes that no small count can be worked out from the rest.

It knows numbers only. A count of zero tells of nobody and is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Of fewer than five somebody who knows the school may know who they are.
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Shielded:
    """Which rows of a table are hidden, and whether its totals are."""

    rows: tuple[bool, ...]
    totals: bool


def shield(*columns: Sequence[int]) -> Shielded:
    """Say what to hide of a table of counts whose columns add up to totals that the reader sees.

    Shape:   every column holds one count per row; a row is hidden as a whole.
    Rule:    in each column nothing is hidden, or at least two counts, five together, that their sum does not give away.
             Which row is hidden beside a small one is decided by its place, the last first: chosen by its size, it
             would tell something of its size.
    """
    hidden = [any(0 < count < FEWEST for count in row) for row in zip(*columns, strict=True)]
    while True:
        short = next((column for column in columns if _tells_too_much(column, hidden)), None)
        if short is None:
            return Shielded(tuple(hidden), totals=False)
        shown = [place for place, count in enumerate(short) if count and not hidden[place]]
        if not shown:
            return Shielded((True,) * len(hidden), totals=True)
        hidden[shown[-1]] = True


def _tells_too_much(column: Sequence[int], hidden: Sequence[bool]) -> bool:
    secret = [count for count, is_hidden in zip(column, hidden, strict=True) if count and is_hidden]
    total = sum(secret)
    # So many ones, or so many fours, can be nothing else.
    given_away = total in (len(secret), (FEWEST - 1) * len(secret))
    return bool(secret) and (len(secret) < 2 or total < FEWEST or given_away)
