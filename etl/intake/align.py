"""Puts the cells of a row back under their columns when a delimiter is missing, or stands where none belongs.

It serves `check --canonical` only, and leaves a row as it is when no reading puts every value where such values stand.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from etl.intake.records import split_line

LEAST_ROWS: Final = 10  # of the right width, to know what the columns hold
LEAST_SHARE: Final = 0.2  # of all rows that have the right width
MOST_COLUMNS: Final = 100
LONGEST_LINE: Final = 2_000
MOST_PLACES: Final = 200  # where a delimiter may be missing in one line
LONGEST_CUT: Final = 40  # characters; inside a longer value a missing delimiter is looked for at quotes only
MOST_JOINED: Final = 12  # cells that may be one value with delimiters in it
MOST_EXTRA: Final = 20  # cells more than there are columns

# What a reading costs, beside how rare its values are in their columns.
JOINED: Final = 0.5
DROPPED: Final = 0.3  # an empty cell too many
UNPAIRED: Final = 1.5  # a value with one quote in it
UNKNOWN: Final = 0.01  # how often a value counts that the column never holds
MARGIN: Final = 1.0  # by which a reading has to be the best one
LONG_PHRASE: Final = 60
UNNAMED: Final = 5.0  # a heading that is empty, or has a delimiter or a quote in it


class Columns:
    """What each column holds: how often a value of each shape stands in it."""

    def __init__(self, rows: Sequence[Sequence[str]], width: int) -> None:
        self.width = width
        self.total = len(rows)
        self.shapes: list[Counter[str]] = [Counter() for _ in range(width)]
        for row in rows:
            for shapes, cell in zip(self.shapes, row, strict=True):
                shapes[shape_of(cell)] += 1

    def knows(self, column: int, cell: str) -> bool:
        return self.shapes[column][shape_of(cell)] > 0

    def cost(self, column: int, cell: str) -> float:
        return -math.log((self.shapes[column][shape_of(cell)] + UNKNOWN) / (self.total + 1))


class Names(Columns):
    """The columns as a heading sees them: any name may stand anywhere, if it is one."""

    def __init__(self, width: int, delimiter: str, quote: str) -> None:
        super().__init__([], width)
        self.marks = (delimiter, quote)

    def knows(self, column: int, cell: str) -> bool:
        return bool(cell.strip()) and not any(mark in cell for mark in self.marks)

    def cost(self, column: int, cell: str) -> float:
        return 0.0 if self.knows(column, cell) else UNNAMED


def shape_of(cell: str) -> str:
    """Return what a value looks like: 9 for a digit, a for a word; of several words only whether they are many."""
    cell = cell.strip()
    if " " in cell or len(cell) > LONG_PHRASE:
        return "phrase" if len(cell) <= LONG_PHRASE else "text"
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "9", cell))


def know_columns(table: Sequence[Sequence[str]], width: int, total: int) -> Columns | None:
    """Return what the columns hold, or None when too few of all rows have the right width to tell."""
    whole = [row for row in table if len(row) == width]
    if not 1 < width <= MOST_COLUMNS or len(whole) < max(LEAST_ROWS, LEAST_SHARE * total):
        return None
    return Columns(whole, width)


def align_line(line: str, columns: Columns, delimiter: str, quote: str) -> list[str] | None:
    """Return the cells of a line as its columns tell where they stand, or None when that is not clear."""
    cells, _, _ = split_line(line, delimiter, quote)
    found = None
    if len(cells) > columns.width:
        front, surplus = cells[: columns.width], "".join(cells[columns.width :])
        is_right = not surplus.strip() and all(columns.knows(at, cell) for at, cell in enumerate(front))
        found = front if is_right else join_cells(cells, columns, delimiter)
    elif len(cells) >= columns.width - 1:
        found = part_cells(line, columns, delimiter, quote)
    if found is None and columns.width > 2 and len(line) <= LONGEST_LINE:
        # Cut at blanks, as some words of it are not values by themselves.
        words, fault, _ = split_line(line, " ", quote)
        if not fault:
            is_right = len(words) == columns.width and _is_plausible(words, columns)
            found = words if is_right else join_cells(words, columns, " ")
    return found


def join_cells(cells: list[str], columns: Columns, delimiter: str) -> list[str] | None:
    """Return a row with too many cells as the right number: values are joined again, empty cells left out."""
    width, count = columns.width, len(cells)
    if not width < count <= width + MOST_EXTRA:
        return None
    # From the last cell back: best[place][column] is the cheapest way to put cells[place:] under columns[column:].
    best: list[list[tuple[float, list[str]] | None]] = [[None] * (width + 1) for _ in range(count + 1)]
    best[count][width] = (0.0, [])
    for place in range(count - 1, -1, -1):
        for column in range(width, -1, -1):
            found = []
            rest = best[place + 1][column]
            if rest and not cells[place]:
                found.append((rest[0] + DROPPED, rest[1]))
            for joined in range(1, min(MOST_JOINED, count - place) + 1 if column < width else 1):
                rest = best[place + joined][column + 1]
                parts = cells[place : place + joined]
                # A part with a delimiter in it stood between quotes, so it is whole.
                if rest and (joined == 1 or not any(delimiter in part for part in parts)):
                    cell = delimiter.join(parts)
                    if joined == 1 or columns.knows(column, cell):
                        cost = columns.cost(column, cell) + JOINED * (joined - 1)
                        found.append((cost + rest[0], [cell, *rest[1]]))
            best[place][column] = min(found, key=lambda one: one[0], default=None)
    answer = best[0][0]
    return answer[1] if answer and _is_plausible(answer[1], columns) else None


def part_cells(line: str, columns: Columns, delimiter: str, quote: str) -> list[str] | None:
    """Return the cells of a line in which one delimiter is missing, or None when it can be missing anywhere."""
    if len(line) > LONGEST_LINE:
        return None
    before = split_line(line, delimiter, quote)[0]
    inside = set() if isinstance(columns, Names) else _places_inside(line, delimiter, quote)
    beside = {len(line), *(place for found in re.finditer(quote, line) for place in found.span())}
    readings: dict[tuple[str, ...], float] = {}
    for place in sorted(inside | beside)[:MOST_PLACES]:
        cells, fault, _ = split_line(line[:place] + delimiter + line[place:], delimiter, quote)
        if fault or len(cells) != columns.width or not _is_plausible(cells, columns):
            continue
        column = next((at for at, cell in enumerate(before) if cells[at] != cell), len(before))
        new = [at for at in (column, column + 1) if at < columns.width]
        # A value that may stand there as it is, is not cut.
        is_whole = place not in beside and columns.knows(column, before[column])
        if not is_whole and all(columns.knows(at, cells[at]) for at in new):
            unpaired = sum(cell.count(quote) % 2 for cell in cells)
            readings[tuple(cells)] = UNPAIRED * unpaired + sum(
                columns.cost(at, cell) for at, cell in enumerate(cells)
            )
    ranked = sorted(readings.items(), key=lambda one: one[1])
    if not ranked or (len(ranked) > 1 and ranked[1][1] < ranked[0][1] + MARGIN):
        return None
    return list(ranked[0][0])


def _places_inside(line: str, delimiter: str, quote: str) -> set[int]:
    """Return the places inside short values without quotes."""
    places: set[int] = set()
    start = 0
    for cell in line.split(delimiter):
        if len(cell) <= LONGEST_CUT and quote not in cell:
            places.update(range(start + 1, start + len(cell)))
        start += len(cell) + len(delimiter)
    return places


def _is_plausible(cells: list[str], columns: Columns) -> bool:
    """Say whether hardly a value stands in a column that never holds such a value."""
    return sum(not columns.knows(column, cell) for column, cell in enumerate(cells)) <= 1
