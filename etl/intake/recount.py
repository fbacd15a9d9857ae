"""Counts the records of a file a second time with other code, so that a lost record shows.

It knows nothing of what the reader made of a cell; it takes over only what is no record by its place in the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable

from etl.intake.lines import Lines
from etl.intake.records import Layout, Rows


def count_records(
    lines: Lines, start: int, layout: Layout, headings: Collection[str], found: Rows, *, footers: int
) -> int:
    """Count the records from line `start` on, without the footers.

    With sound quoting Python's own csv module counts. It swallows lines after a stray quote, so then, and
    with another quote than ", the lines with something on them are counted instead.
    """
    trouble = any(row.fault.startswith("quote") for row in found.rows)
    if layout.quote == '"' and not trouble:
        try:
            return _count_by_csv(lines, start, layout, headings) - footers
        except csv.Error:
            pass  # a value too long for that module
    return _count_by_line(lines, start, layout, headings, found) - footers


def _count_by_csv(lines: Lines, start: int, layout: Layout, headings: Collection[str]) -> int:
    text = "".join(map(str.__add__, lines.texts[start:], lines.ends[start:]))
    names = _compared(headings)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter)
    return sum(1 for row in reader if any(map(str.strip, row)) and not _is_heading(row, names))


def _count_by_line(lines: Lines, start: int, layout: Layout, headings: Collection[str], found: Rows) -> int:
    names = _compared(headings)
    nothing = f" \t\u00a0{layout.delimiter}{layout.quote}"
    count = 0
    for index in range(start, len(lines.texts)):
        if index in found.apart or index - 1 in found.inside:
            continue  # not the first line of a record
        line = lines.texts[index]
        if index in found.inside or (line.strip(nothing) and names[0] not in line.casefold()):
            count += 1
            continue
        try:
            row = next(
                csv.reader([line], delimiter=layout.delimiter, quotechar=layout.quote, strict=True), [""]
            )
        except csv.Error:
            count += 1  # a quote that does not close is damage, not a blank line
            continue
        count += any(map(str.strip, row)) and not _is_heading(row, names)
    return count


def _compared(cells: Iterable[str]) -> list[str]:
    names = [cell.strip(" \t\u00a0\u200b\ufeff").casefold() for cell in cells]
    while names and names[-1] == "":
        del names[-1]
    return [name for name in names if name] and names


def _is_heading(row: list[str], names: list[str]) -> bool:
    first = next((place for place, name in enumerate(names) if name), 0)
    if len(row) <= first or names[first] not in row[first].casefold():
        return False
    return _compared(row) == names
