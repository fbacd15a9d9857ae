"""Finds the reading of one line with stray quotes that has the right number of cells.

It serves `check --canonical` only: in a pupil file such a line is set aside, because a reading is not a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST_MENDED: Final = 20_000  # characters; longer lines are cut at every delimiter
MOST_CELLS: Final = 300
MOST_CLOSES: Final = 40  # places where one quoted cell may end
MOST_OPTIONS: Final = 5_000_000  # that are weighed for one file; lines after that are cut at every delimiter

# What a reading costs. A quote that opens nothing is likelier than a value with a quote and a delimiter in it.
LITERAL_QUOTE: Final = 3
INNER_QUOTE: Final = 2


@dataclass(slots=True)
class Effort:
    """How many options may still be weighed."""

    left: int


def mend_line(line: str, delimiter: str, quote: str, width: int, effort: Effort) -> list[str] | None:
    """Return the cells of the likeliest reading with `width` cells, or None when there is none."""
    if len(line) > LONGEST_MENDED or not 1 < width <= MOST_CELLS:
        return None
    end = len(line)
    closes = [
        place
        for place in range(end)
        if line[place] == quote and (place + 1 == end or line.startswith(delimiter, place + 1))
    ]
    # From the last cell back to the first: best[n][place] is the cheapest reading of line[place:] as n cells.
    known: dict[tuple[int, int], tuple[int, list[str]] | None] = {}
    stack = [(0, width)]
    while stack:
        place, left = stack[-1]
        if (place, left) in known:
            stack.pop()
            continue
        options = _options(line, delimiter, quote, place, closes)
        effort.left -= len(options)
        if effort.left < 0:
            return None
        waiting = [
            (after, left - 1)
            for _, _, after in options
            if after is not None and left > 1 and (after, left - 1) not in known
        ]
        if waiting:
            stack.extend(waiting)
            continue
        best: tuple[int, list[str]] | None = None
        for cost, cell, after in options:
            if after is None:
                found: tuple[int, list[str]] | None = (cost, [cell]) if left == 1 else None
            else:
                rest = known.get((after, left - 1)) if left > 1 else None
                found = (cost + rest[0], [cell, *rest[1]]) if rest else None
            if found and (best is None or found[0] < best[0]):
                best = found
        known[place, left] = best
        stack.pop()
    answer = known[0, width]
    return answer[1] if answer else None


def _options(
    line: str, delimiter: str, quote: str, place: int, closes: list[int]
) -> list[tuple[int, str, int | None]]:
    """Return each way to read the cell that begins at `place`: its cost, the cell, and where the next one begins."""
    stop = line.find(delimiter, place)
    literal = line[place:] if stop < 0 else line[place:stop]
    after = None if stop < 0 else stop + len(delimiter)
    if not line.startswith(quote, place):
        return [(literal.count(quote), literal, after)]
    # A quote at the other end of the value speaks for a quoted one.
    cost = LITERAL_QUOTE + INNER_QUOTE * (literal.count(quote) - 1)
    options: list[tuple[int, str, int | None]] = [(cost, literal, after)]
    for close in [one for one in closes if one > place][:MOST_CLOSES]:
        inner = line[place + 1 : close]
        lone = inner.replace("\\" + quote, "").replace(quote + quote, "").count(quote)
        cell = inner.replace("\\" + quote, quote).replace(quote + quote, quote)
        next_place = None if close + 1 == len(line) else close + 1 + len(delimiter)
        options.append((INNER_QUOTE * lone, cell, next_place))
    return options
