"""Tells records that end in more or fewer empty cells than the rest from records that were cut in the wrong place.

A delimiter too many in a name, before an empty last column, shifts every number behind it: such a record looks whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

HABIT_SHARE: Final = 0.9  # of the records with one number of cells: then that is how this file is written
MOST_LOOKED_AT: Final = 20_000
LETTERS: Final = re.compile(r"[^\W\d_]+")
DIGIT: Final = re.compile(r"\d")
LONGEST_SHAPE: Final = 40


def find_strays(rows: Sequence[Sequence[str]], uneven: Mapping[int, int], width: int) -> set[int]:
    """Return the places of the records that cannot be trusted to stand under their headings.

    `rows` all have `width` cells; `uneven` gives, by place, how many cells a record had before it was cut or filled
    up with empty ones. An uneven record is trusted when each of its values looks like others of its column.
    """
    counts = Counter(uneven.values())
    counts[width] += len(rows) - len(uneven)
    habit, records = max(counts.items(), key=lambda item: (item[1], item[0] == width))
    usual = habit if records >= HABIT_SHARE * len(rows) else width
    odd = {place for place in range(len(rows)) if uneven.get(place, width) != usual}
    if not odd:
        return odd
    even = [row for place, row in enumerate(rows) if place not in odd][:MOST_LOOKED_AT]
    known = [{shape_of(cell) for cell in column} for column in zip(*even, strict=True)]
    return {
        place
        for place in odd
        if not known
        or not all(shape_of(cell) in shapes for cell, shapes in zip(rows[place], known, strict=True))
    }


def shape_of(cell: str) -> str:
    """Return what a value looks like: each digit a 9, words an a; words without a digit are all alike."""
    plain = cell.strip()
    if not plain:
        return ""
    if not DIGIT.search(plain):
        return "a"
    return LETTERS.sub("a", DIGIT.sub("9", plain[:LONGEST_SHAPE]))
