"""Reads any delimited text as a person would, and writes it in one form: UTF-8, commas, every field quoted.

It keeps every row that says something and drops what only decorates: titles above the table and empty rows. It
joins nothing and proves nothing about pupils; a pupil file goes through `reader.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl.intake.contents import SHEET, read_text
from etl.intake.encoding import Decoded
from etl.intake.files import RawFile
from etl.intake.guess import Guess, guess_dialect
from etl.intake.lines import Lines, name_line_end, split_lines
from etl.intake.mend import mend_line
from etl.intake.records import Layout, is_whole, split_line, split_span
from etl.output import open_new_file

MAX_BYTES: Final = 1 << 30  # of a file inside a ZIP
TITLE_WITHIN: Final = 30  # rows above a table
TITLE_SHARE: Final = 0.34  # of the table's width that a title or a note may reach
MOST_HEADING_ROWS: Final = 4
OTHER_DELIMITERS: Final = ";,\t| "
HAS_DIGIT: Final = re.compile(r"\d")
# An amount, a number, a time or a date: no part of a heading, which may well hold a digit (Grade 6/7).
IS_NUMBER: Final = re.compile(r"\W*\d[\d.,:/ %-]*\W*")
BATCH: Final = 4096


@dataclass(frozen=True, slots=True)
class Understood:
    """A table as it was understood. `headings` is its first row; rows keep the cells they have.

    `delimiter` is "" for a table of one column. `titles` are the rows above the table that were left out, `mended`
    the lines with stray quotes that were read by their number of cells.
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

    Errors:  InputError when it is no text, or a text of another kind, or when several sheets can be meant.
    """

    def fits(decoded: Decoded) -> bool:
        return True

    decoded = read_text(raw, encoding=encoding, sheet=sheet, member=member, max_bytes=MAX_BYTES, fits=fits)
    lines = split_lines(decoded.text)
    guess = guess_dialect(lines, "," if decoded.encoding == SHEET else delimiter)
    table, mended = read_table(lines, guess)
    titles = _count_titles(table, guess.width)
    table = table[titles:]
    heading, heading_rows = join_headings(table)
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
    with open_new_file(path) as file:
        for start in range(0, len(table), BATCH):
            text = "".join(_quoted(row) for row in table[start : start + BATCH])
            file.write(text.encode("utf-8"))


def read_table(lines: Lines, guess: Guess) -> tuple[list[list[str]], int]:
    """Cut every line into cells; a row without any value is left out. Returns the rows and how many were mended."""
    table: list[list[str]] = []
    mended = 0
    index = 1 if lines.texts and re.fullmatch(r"\"?sep=.\"?", lines.texts[0], re.IGNORECASE) else 0
    while index < len(lines.texts):
        line = lines.texts[index]
        cells, is_mended, last = _read_line(lines, index, line, guess)
        index = last + 1
        mended += is_mended
        if any(cell.strip() for cell in cells):
            table.append(_without_surplus(cells, guess.width))
    return table, mended


def _read_line(lines: Lines, index: int, line: str, guess: Guess) -> tuple[list[str], bool, int]:
    """Return the cells of the record that begins at a line, whether it was mended, and its last line."""
    if not guess.delimiter:
        return [_unquoted(line, guess.quote)], False, index
    delimiter = guess.delimiter + " " * guess.is_spaced
    cells, fault, opened = split_line(line, delimiter, guess.quote)
    if fault:
        layout = Layout(delimiter, guess.quote, guess.width, guess.width)
        span = split_span(lines, index, layout) if opened else None
        if span:
            return span[0], False, span[1]
        read = mend_line(line, delimiter, guess.quote, guess.width)
        return (read or cells), read is not None, index
    if len(cells) == 1 and guess.width > 1 and line.strip():
        # One line of the file may be written with another delimiter than the rest.
        for other in OTHER_DELIMITERS.replace(guess.delimiter, ""):
            layout = Layout(other, guess.quote, guess.width, guess.width)
            if other in line and is_whole(line, layout):
                return split_line(line, other, guess.quote)[0], True, index
    return cells, False, index


def _without_surplus(cells: list[str], width: int) -> list[str]:
    """Leave out empty cells behind the last column."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _unquoted(line: str, quote: str) -> str:
    if len(line) > 1 and line.startswith(quote) and line.endswith(quote):
        return line[1:-1].replace(quote + quote, quote)
    return line


def _count_titles(table: list[list[str]], width: int) -> int:
    """Count the rows above the table: they reach less far to the right than the table does."""
    reach = max(1, int(TITLE_SHARE * width))
    for place, row in enumerate(table[:TITLE_WITHIN]):
        if _reach(row) > reach:
            return place
    return 0


def _reach(row: Sequence[str]) -> int:
    """Return the number of the last cell that says something."""
    return max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)


def join_headings(table: list[list[str]]) -> tuple[list[str], int]:
    """Return the heading as one row, and of how many rows it is made.

    A row belongs to the heading when it repeats it, or when it divides its columns further: its first cell is
    empty, it holds no number, and the columns it stands in hold numbers below.
    """
    if not table:
        return [], 0
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
    row, below = table[place], table[place + 1 : place + 20]
    filled = [column for column, cell in enumerate(row) if cell.strip()]
    if len(filled) < 2 or filled[0] == 0 or any(IS_NUMBER.fullmatch(cell) for cell in (*row, *table[0])):
        return False
    return any(
        column < len(other) and HAS_DIGIT.search(other[column]) for other in below for column in filled
    )


def _divide(heading: list[str], row: list[str]) -> list[str]:
    """Put each part under its own heading, or under the nearest one to the left where the heading is empty."""
    joined = []
    over = ""
    for place in range(max(len(heading), len(row))):
        own = heading[place].strip() if place < len(heading) else ""
        part = row[place].strip() if place < len(row) else ""
        over = own or over
        joined.append(f"{over} {part}" if part else own)
    return joined


def _quoted(row: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
