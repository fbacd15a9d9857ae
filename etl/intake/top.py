"""Tells the titles and the heading from the rows of a table, by where they stand and where numbers begin.

It serves `check --canonical` only, and invents no name where a text could be one: only a row of nothing but numbers
is no heading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

TITLE_WITHIN: Final = 30  # rows above a table
TITLE_SHARE: Final = 0.34  # of the table's width that a title or a note may reach
SHORT_SHARE: Final = 0.5  # of the table's width that a line above it may be cut into, when a heading follows
MOST_HEADING_ROWS: Final = 4
ROWS_BELOW: Final = 20
HAS_DIGIT: Final = re.compile(r"\d")
# An amount, a number, a time or a date: no part of a heading, which may well hold a digit (Grade 6/7).
IS_NUMBER: Final = re.compile(r"\W*\d[\d.,:/ %-]*(?:e[-+]?\d+)?\W*|nan", re.IGNORECASE)
IS_YEAR: Final = re.compile(r"\s*(?:19|20)\d\d(?:\s?[-/]\s?(?:\d\d){1,2})?\s*")  # heads a part of a heading


def count_titles(table: list[list[str]], width: int, borrowed: Collection[int]) -> int:
    """Count the rows above the table: they reach less far to the right than the table does.

    A line of fewer cells (`name, value`), one that was cut at another delimiter (`borrowed`), a text in the middle
    of the line and a sentence with more delimiters than the table has are among them only when a heading follows,
    because they may well be the heading itself.
    """
    reach = max(1, int(TITLE_SHARE * width))
    for place, row in enumerate(table[:TITLE_WITHIN]):
        if _reach(row) > reach and not _is_title(table, place, width, is_borrowed=place in borrowed):
            return place
    return 0


def _is_title(table: list[list[str]], place: int, width: int, *, is_borrowed: bool) -> bool:
    row = table[place]
    if len(row) > width:
        return _heading_follows(table, place, width, every=True)
    is_alone = width > 2 and len(_filled(row)) == 1 and not _divides(table[place:], 1)
    is_short = is_borrowed or len(row) <= SHORT_SHARE * width
    return (is_short or is_alone) and _heading_follows(table, place, width)


def _heading_follows(table: list[list[str]], place: int, width: int, *, every: bool = False) -> bool:
    """Say whether the first row of full width below a place has words above numbers, somewhere or everywhere."""
    for below in range(place + 1, min(len(table), place + TITLE_WITHIN)):
        if len(table[below]) >= width:
            over = [_numbers_below(table, below, column) for column in _filled(table[below])]
            return _is_wordy(table[below]) and (all(over) if every else any(over))
    return False


def _filled(row: Sequence[str]) -> list[int]:
    """Return the columns in which a row says something."""
    return [column for column, cell in enumerate(row) if cell.strip()]


def _reach(row: Sequence[str]) -> int:
    """Return the number of the last cell that says something."""
    return max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _is_wordy(row: Sequence[str]) -> bool:
    return not any(IS_NUMBER.fullmatch(cell) for cell in row)


def _numbers_below(table: list[list[str]], place: int, column: int) -> bool:
    """Say whether a column holds hardly anything but numbers below a row; a dash says nothing."""
    cells = [row[column] for row in table[place + 1 : place + 1 + ROWS_BELOW] if column < len(row)]
    said = [cell for cell in cells if cell.strip(" -")]
    return bool(said) and sum(bool(IS_NUMBER.fullmatch(cell)) for cell in said) > len(said) * 0.8


def join_headings(table: list[list[str]], width: int) -> tuple[list[str], int]:
    """Return the heading as one row, and of how many rows it is made.

    A row belongs to the heading when it repeats it, or when it divides its columns further: it holds no number, and
    the columns it stands in hold numbers below. Years may stand over it. A table that begins with numbers only has
    no heading: its columns are called col_0, col_1 and so on, so that the first row stays a row.
    """
    if not table:
        return [], 0
    if all(IS_NUMBER.fullmatch(cell) for cell in table[0]):
        return [f"col_{column}" for column in range(max(width, len(table[0])))], 0
    heading, count = list(table[0]), 1
    while count < min(len(table), MOST_HEADING_ROWS):
        row = table[count]
        if row == table[0] and not any(HAS_DIGIT.search(cell) for cell in row):
            heading = [" ".join(part for part in parts if part) for parts in zip(heading, row, strict=True)]
        elif _divides(table, count):
            heading = _divide(heading, row)
        else:
            break
        count += 1
    return heading, count


def _divides(table: list[list[str]], place: int) -> bool:
    if place >= len(table):
        return False
    row, above = table[place], table[0]
    named = [cell for cell in above if not IS_YEAR.fullmatch(cell)]
    if not _is_wordy(row) or not _is_wordy(named):
        return False
    filled = _filled(row)
    numbers = [_numbers_below(table, place, column) for column in filled]
    if len(filled) == 1:
        # One word alone may be a remark, so it ends a heading that is divided already.
        return place > 1 and all(numbers)
    if filled[0] == 0:
        # It looks like any row, so it needs gaps above it, and numbers under every part but the names of the rows.
        gaps = sum(column < len(above) and not above[column].strip() for column in filled)
        return gaps * 2 >= len(filled) and all(numbers[1:])
    below = table[place + 1 : place + ROWS_BELOW]
    return any(
        column < len(other) and HAS_DIGIT.search(other[column]) for other in below for column in filled
    )


def _divide(heading: list[str], row: list[str]) -> list[str]:
    """Put each part under its own heading, or under the nearest one to the left where the heading is empty."""
    joined = []
    over = ""
    for place in range(max(len(heading), len(row))):
        own = heading[place] if place < len(heading) else ""
        part = row[place].strip() if place < len(row) else ""
        over = own.strip() or over
        joined.append(f"{over} {part}".strip() if part else own)
    return joined
