"""Cuts physical lines into cells and records, line by line, so that damage in one line stays in that line.

It never repairs: a line that cannot be read for certain is kept apart with its reason, and the next line counts again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from etl.intake.headings import fold_cells
from etl.intake.lines import Lines
from etl.intake.widths import find_strays

# The codes of contract.REASONS["quarantined"] that concern a line.
QUOTE_NOT_CLOSED: Final = "quote_not_closed"
QUOTE_DAMAGED: Final = "quote_damaged"
RECORD_WIDTH: Final = "record_width"
CONTROL_CHARACTER: Final = "control_character"
CELL_TOO_LONG: Final = "cell_too_long"

LONGEST_CELL: Final = (
    32_767  # characters, the most a spreadsheet's cell holds; an unclosed quote soon passes it
)
CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a line is cut. `least` cells reach the last heading; `width` is the heading line's own number."""

    delimiter: str
    quote: str
    least: int
    width: int

    def fits(self, cells: list[str]) -> bool:
        """Say whether a line has the cells of the heading line; empty cells behind them do not count."""
        return len(cells) >= self.least and not any(cell.strip() for cell in cells[self.width :])


@dataclass(frozen=True, slots=True)
class Opened:
    """Where a quote was left open: the cell, and the place in the line."""

    cell: int
    place: int


@dataclass(frozen=True, slots=True)
class Row:
    """One record as read: its first line (from 0), its cells, and the reason it is broken or nothing."""

    line: int
    cells: tuple[str, ...]
    fault: str


@dataclass(slots=True)
class Rows:
    """Everything after the heading. `inside` are lines whose end is part of a value; `apart` are the first
    lines of blanks and repeated headings that run over several lines."""

    rows: list[Row] = field(default_factory=list)
    blank_lines: int = 0
    repeated_headings: int = 0
    inside: set[int] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)


def find_close(text: str, quote: str, start: int) -> int:
    """Return the place of the quote that closes a value, or -1; a doubled quote is part of the value."""
    place = text.find(quote, start)
    while place >= 0 and text.startswith(quote, place + 1):
        place = text.find(quote, place + 2)
    return place


def split_line(line: str, delimiter: str, quote: str) -> tuple[list[str], str, Opened | None]:
    """Cut one line into cells, with the first fault; after a fault the cells are the best attempt."""
    if quote not in line:
        return line.split(delimiter), "", None
    cells: list[str] = []
    fault = ""
    opened: Opened | None = None
    place = 0
    while True:
        close = -1
        if line.startswith(quote, place):
            close = find_close(line, quote, place + 1)
            if close < 0:
                opened = opened or Opened(len(cells), place)
                fault = fault or QUOTE_NOT_CLOSED
            elif close + 1 < len(line) and not line.startswith(delimiter, close + 1):
                fault = fault or QUOTE_DAMAGED
                close = -1
        if close >= 0:
            cells.append(line[place + 1 : close].replace(quote + quote, quote))
            end = close + 1 if close + 1 < len(line) else -1
        else:
            end = line.find(delimiter, place)
            cells.append(line[place:] if end < 0 else line[place:end])
        if end < 0:
            return cells, fault, opened
        place = end + len(delimiter)


def split_span(lines: Lines, first: int, layout: Layout) -> tuple[list[str], int] | None:
    """Read a record whose quoted value runs over several lines: its cells and its last line, or None.

    It is one record only if every quote closes where a cell ends, the record has the heading's width, and
    no line of it could be a record of its own. Otherwise a stray quote would swallow other pupils.
    """
    delimiter, quote = layout.delimiter, layout.quote
    line = lines.texts[first]
    attempt, fault, opened = split_line(line, delimiter, quote)
    if opened is None or fault != QUOTE_NOT_CLOSED:
        return None
    first_is_whole = layout.fits(attempt)
    done = attempt[: opened.cell]
    column = opened.cell
    parts = [line[opened.place + 1 :], lines.ends[first]]
    size = len(line)
    for index in range(first + 1, len(lines.texts)):
        line = lines.texts[index]
        size += len(line)
        if size > LONGEST_CELL:
            return None
        close = find_close(line, quote, 0)
        after = line[close + 1 :] if close >= 0 else ""
        if after and not after.startswith(delimiter):
            return None
        is_open = close < 0
        more: list[str] = []
        if not is_open:
            done.append("".join([*parts, line[:close]]).replace(quote + quote, quote))
            if after:
                more, fault, opened = split_line(after[len(delimiter) :], delimiter, quote)
                if fault and fault != QUOTE_NOT_CLOSED:
                    return None
                if fault and opened:
                    is_open = True
                    column = len(done) + opened.cell
                    done += more[: opened.cell]
                    parts = [after[len(delimiter) + opened.place + 1 :], lines.ends[index]]
        else:
            parts += [line, lines.ends[index]]
        if is_open:
            if is_whole(line, layout):
                return None
            continue
        done += more
        # The last line alone has the full width only if the open value was the first cell.
        if not layout.fits(done) or (is_whole(line, layout) and (column > 0 or first_is_whole)):
            return None
        return done, index
    return None


def is_whole(line: str, layout: Layout) -> bool:
    """Say whether a line could be a record by itself."""
    cells, fault, _ = split_line(line, layout.delimiter, layout.quote)
    return not fault and layout.fits(cells)


def read_rows(lines: Lines, start: int, layout: Layout, headings: list[str], *, has_controls: bool) -> Rows:
    """Read every record from line `start` on; blank lines and repeated headings are counted, not kept."""
    found = Rows()
    uneven: dict[int, int] = {}
    folded = fold_cells(headings)
    marked = next(position for position, name in enumerate(folded) if name)
    texts = lines.texts
    delimiter, quote, width = layout.delimiter, layout.quote, layout.width
    between = f"{quote}{delimiter}{quote}"
    last_heading = folded[marked]
    index, total = start, len(texts)
    while index < total:
        first, line, fault = index, texts[index], ""
        index += 1
        if quote not in line:
            cells = line.split(delimiter)
        else:
            # Every cell quoted and no quote inside one: cut in one go.
            cells = line[1:-1].split(between)
            if not (
                line.startswith(quote)
                and line.endswith(quote)
                and len(line) > 1
                and line.count(quote) == 2 * len(cells)
            ):
                cells, fault, opened = split_line(line, delimiter, quote)
                span = split_span(lines, first, layout) if opened else None
                if span:
                    cells, fault, index = span[0], "", span[1] + 1
                    found.inside.update(range(first, index - 1))
        if not fault and not line[:1].isalnum() and not any(map(str.strip, cells)):
            found.blank_lines += index - first
            if index - first > 1:
                found.apart.add(first)
            continue
        if not fault and len(cells) != width:
            if layout.fits(cells):
                uneven[len(found.rows)] = len(cells)
                cells = cells[:width] + [""] * (width - len(cells))
            else:
                fault = RECORD_WIDTH
        if (
            not fault
            and cells[marked].strip(" \t\u00a0\u200b\ufeff").casefold() == last_heading
            and fold_cells(cells) == folded
        ):
            found.repeated_headings += 1
            uneven.pop(len(found.rows), None)
            if index - first > 1:
                found.apart.add(first)
            continue
        if has_controls and not fault and CONTROLS.search("".join(cells)):
            fault = CONTROL_CHARACTER
        may_be_long = len(line) > LONGEST_CELL or index - first > 1
        if may_be_long and not fault and any(len(cell) > LONGEST_CELL for cell in cells):
            fault = CELL_TOO_LONG
        found.rows.append(Row(first, tuple(cells), fault))
    if uneven:
        _set_strays_aside(found, uneven, width)
    return found


def _set_strays_aside(found: Rows, uneven: dict[int, int], width: int) -> None:
    """Give the records that may stand under the wrong headings their fault."""
    whole = [place for place, row in enumerate(found.rows) if not row.fault]
    counts = {number: uneven[place] for number, place in enumerate(whole) if place in uneven}
    for number in find_strays([found.rows[place].cells for place in whole], counts, width):
        found.rows[whole[number]] = replace(found.rows[whole[number]], fault=RECORD_WIDTH)
