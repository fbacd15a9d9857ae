"""Reads any delimited text as a person would, and writes it in one form: UTF-8, commas, every field quoted.

It keeps every row that says something and drops what only decorates: titles above the table and empty rows. It
joins nothing and proves nothing about pupils; a pupil file goes through `reader.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from etl.errors import InputError
from etl.intake.align import Names, align_line, know_columns
from etl.intake.contents import SHEET, read_text
from etl.intake.encoding import Decoded
from etl.intake.files import RawFile
from etl.intake.guess import Guess, guess_dialect
from etl.intake.lines import Lines, name_line_end, split_lines
from etl.intake.mend import MOST_OPTIONS, Effort, mend_line
from etl.intake.records import Layout, is_whole, split_line, split_span
from etl.intake.top import count_titles, join_headings
from etl.whole_file import open_whole_file

MAX_BYTES: Final = 1 << 30  # of a file inside a ZIP
OTHER_DELIMITERS: Final = ";,\t| "
MOST_COLUMNS: Final = 1_000_000
MOST_LINES: Final = 10_000_000
MOST_CELLS: Final = 17_000_000  # of a whole file
MOST_SHARED: Final = 100_000  # different values that are kept once, however often they occur
MOST_ODD_CELLS: Final = 10_000  # more odd rows are the way of the file, and take long
BATCH: Final = 4096
# How the cells of a line were found, when not by cutting it at the delimiter.
MENDED: Final = "mended"
BORROWED: Final = "borrowed"


@dataclass(frozen=True, slots=True)
class Understood:
    """A table as it was understood. `headings` is its first row; rows keep the cells they have.

    `delimiter` is "" for a table of one column. `titles` are the rows above the table that were left out, `mended`
    the lines with stray quotes, another delimiter, or a delimiter too many or too few, that were read by the number
    of their cells or by what the columns hold. With `heading_rows` 0 there were no headings, and they are invented.
    """

    encoding: str
    delimiter: str
    quote: str
    line_end: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    titles: int
    heading_rows: int
    mended: int
    ragged: int


def understand_file(
    raw: RawFile,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    member: str | None = None,
) -> Understood:
    """Read any delimited text, sheet, or either of them in a ZIP; the arguments are what the settings say.

    Errors:  InputError when it is no text, or a text of another kind, when several sheets can be meant, or when
             there are more cells than memory is meant to hold.
    """

    def fits(decoded: Decoded) -> bool:
        return True

    decoded = read_text(raw, encoding=encoding, sheet=sheet, member=member, max_bytes=MAX_BYTES, fits=fits)
    if decoded.text.count("\n") > MOST_LINES:
        raise _too_many(raw.name, MOST_LINES)
    lines = split_lines(decoded.text)
    guess = guess_dialect(lines, "," if decoded.encoding == SHEET else delimiter)
    read = read_table(lines, guess, raw.name)
    titles = count_titles(read.table, guess.width, read.borrowed)
    mended = read.mended + sum(place >= titles for place in read.borrowed) + align_table(read, titles, guess)
    table = read.table[titles:]
    heading, heading_rows = join_headings(table, guess.width)
    rows = tuple(tuple(row) for row in table[heading_rows:])
    return Understood(
        encoding=decoded.encoding,
        delimiter=guess.delimiter,
        quote=guess.quote,
        line_end=name_line_end(lines, inside=()),
        headings=tuple(heading),
        rows=rows,
        titles=titles,
        heading_rows=heading_rows,
        mended=mended,
        ragged=sum(len(row) != len(heading) for row in rows),
    )


def write_understood(understood: Understood, path: Path) -> None:
    """Write the table to a new file: UTF-8, commas, every field quoted, LF, the heading first.

    Errors:  OutputError when the file exists or cannot be written; nothing half-written stays.
    """
    table: list[Sequence[str]] = [understood.headings] if understood.headings else []
    table += understood.rows
    with open_whole_file(path) as file:
        for start in range(0, len(table), BATCH):
            text = "".join(_quoted(row) for row in table[start : start + BATCH])
            file.write(text.encode("utf-8"))


@dataclass(slots=True)
class Read:
    """The rows of a file by their place. `borrowed` were cut at another delimiter; `odd` are the lines that have
    too many or too few cells, or a quote that stands alone; `mended` counts those with stray quotes."""

    table: list[list[str]] = field(default_factory=list)
    borrowed: set[int] = field(default_factory=set)
    odd: dict[int, str] = field(default_factory=dict)
    mended: int = 0


def read_table(lines: Lines, guess: Guess, file_name: str) -> Read:
    """Cut every line into cells; a row without any value is left out.

    Errors:  InputError when there are more cells than memory is meant to hold.
    """
    read = Read()
    effort = Effort(MOST_OPTIONS)
    shared: dict[str, str] = {}
    count = 0
    index = 1 if lines.texts and re.fullmatch(r"\"?sep=.\"?", lines.texts[0], re.IGNORECASE) else 0
    while index < len(lines.texts):
        first, line = index, lines.texts[index]
        if len(line) > MOST_COLUMNS and guess.delimiter and line.count(guess.delimiter) >= MOST_COLUMNS:
            raise _too_many(file_name, MOST_CELLS)
        cells, how, last = _read_line(lines, index, line, guess, effort)
        index = last + 1
        if not any(cell.strip() for cell in cells):
            continue
        count += len(cells)
        if count > MOST_CELLS:
            raise _too_many(file_name, MOST_CELLS)
        place = len(read.table)
        if how == BORROWED:
            read.borrowed.add(place)
        elif how == MENDED:
            read.mended += 1
        elif last == first and len(read.odd) <= MOST_ODD_CELLS and _is_odd(cells, guess):
            read.odd[place] = line
        read.table.append(_shared(_without_surplus(cells, guess.width), shared))
    return read


def _shared(cells: list[str], shared: dict[str, str]) -> list[str]:
    """Return the cells as values that stand in memory once: most columns have few different ones."""
    if len(shared) < MOST_SHARED:
        return [shared.setdefault(cell, cell) for cell in cells]
    return [shared.get(cell, cell) for cell in cells]


def _too_many(file_name: str, cells: int) -> InputError:
    return InputError("INTAKE-TOO-MANY-CELLS", file=file_name, cells=cells, columns=MOST_COLUMNS)


def _is_odd(cells: list[str], guess: Guess) -> bool:
    return len(cells) != guess.width or any(cell.count(guess.quote) % 2 for cell in cells)


def align_table(read: Read, titles: int, guess: Guess) -> int:
    """Put the cells of odd rows back under their columns where that is clear, and count those rows."""
    if not guess.delimiter or not 0 < len(read.odd) * guess.width <= MOST_ODD_CELLS:
        return 0
    others = [row for place, row in enumerate(read.table) if place > titles and place not in read.odd]
    columns = know_columns(others, guess.width, len(read.table) - titles)
    if columns is None:
        return 0
    delimiter = guess.delimiter + " " * guess.is_spaced
    count = 0
    for place, line in read.odd.items():
        if place < titles:
            continue
        here = Names(guess.width, delimiter, guess.quote) if place == titles else columns
        cells = align_line(line, here, delimiter, guess.quote)
        if cells is not None and cells != read.table[place]:
            read.table[place] = cells
            count += 1
    return count


def _read_line(
    lines: Lines, index: int, line: str, guess: Guess, effort: Effort
) -> tuple[list[str], str, int]:
    """Return the cells of the record that begins at a line, how they were found, and its last line."""
    if not guess.delimiter:
        return [_unquoted(line, guess.quote)], "", index
    delimiter = guess.delimiter + " " * guess.is_spaced
    cells, fault, opened = split_line(line, delimiter, guess.quote)
    if fault:
        layout = Layout(delimiter, guess.quote, guess.width, guess.width)
        span = split_span(lines, index, layout) if opened else None
        if span:
            return span[0], "", span[1]
        read = mend_line(line, delimiter, guess.quote, guess.width, effort)
        return (read, MENDED, index) if read else (cells, "", index)
    if len(cells) == 1 and guess.width > 1 and line.strip():
        # One line of the file may be written with another delimiter than the rest.
        for other in OTHER_DELIMITERS.replace(guess.delimiter, ""):
            layout = Layout(other, guess.quote, guess.width, guess.width)
            if other in line and is_whole(line, layout):
                borrowed = split_line(line, other, guess.quote)[0]
                # Words are cells only when there are exactly as many.
                if other != " " or len(borrowed) == guess.width:
                    return borrowed, BORROWED, index
    return cells, "", index


def _without_surplus(cells: list[str], width: int) -> list[str]:
    """Leave out empty cells behind the last column."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return cells[:end] if end < len(cells) else cells


def _unquoted(line: str, quote: str) -> str:
    if len(line) > 1 and line.startswith(quote) and line.endswith(quote):
        return line[1:-1].replace(quote + quote, quote)
    return line


def _quoted(row: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
