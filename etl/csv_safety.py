"""Writes every CSV file of a run, so that no cell of it runs when a spreadsheet opens the file.

It refuses to replace characters that the chosen encoding does not have, and to write over a file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from etl.errors import OutputError
from etl.output import open_new_file

_FORMULA_STARTS: Final = frozenset("=+-@")
_CONTROL_STARTS: Final = frozenset("\t\r\n")
# Invisible characters before the sign do not stop every spreadsheet: white space, controls, zero-width, BOM.
_INVISIBLE: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# -5, +3,5, -1.234,50, -1,234.50, 1e5: a spreadsheet reads these as a number, there is nothing to run.
_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=[.,]))(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?"
)
# ="0123" is how people keep leading zeros in a spreadsheet; a quote inside is doubled.
_TEXT_WRAPPER: Final = re.compile(r'="((?:[^"]|"")*)"')
# Signs with which a cell may begin and that never make it run, beside letters and digits; the dash stands for nothing.
_SAFE_STARTS: Final = "'(–"
# The csv module quotes a lone CR or LF only when the line end contains it, so it always writes with both.
_CSV_LINE_END: Final = "\r\n"
# These codecs write their own byte order mark.
_MARKED_CODECS: Final = frozenset({"utf-8-sig", "utf-16", "utf-32"})


@dataclass(frozen=True, slots=True)
class CsvWritten:
    """What was written: records below the heading, and cells (heading included) that got an apostrophe."""

    rows: int
    neutralised: int


def neutralise(value: str) -> tuple[str, bool]:
    """Return the value as it may stand in a CSV, and whether it had to get an apostrophe.

    A text wrapper (="0123") becomes its inner text; that alone is no neutralising.
    """
    wrapped = _TEXT_WRAPPER.fullmatch(value) if value.startswith("=") else None
    inner = value if wrapped is None else wrapped.group(1).replace('""', '"')
    if _would_run(inner):
        return "'" + inner, True
    return inner, False


def write_csv(
    path: Path,
    headings: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    *,
    delimiter: str = ";",
    encoding: str = "utf-8",
    bom: bool = False,
    line_end: str = "\r\n",
) -> CsvWritten:
    """Write a new CSV file, every cell neutralised, None as an empty cell.

    Shape:   one heading, then the rows; a row of another width is a bug and raises ValueError.
    Errors:  OutputError when the file exists, the encoding is unknown or lacks a character. Nothing is left
             behind then.
    """
    encoder = make_encoder(path, encoding, bom)
    lines = LineWriter(delimiter, line_end)
    row_number = 0
    with open_new_file(path) as file:
        file.write(encoder.encode(byte_order_mark(encoding, bom)))
        for row_number, row in enumerate(chain((headings,), rows)):
            if len(row) != len(headings):
                raise ValueError(f"row {row_number} has {len(row)} cells, the heading has {len(headings)}")
            try:
                file.write(encoder.encode(lines.make(row)))
            except UnicodeEncodeError:
                # The error itself quotes the row, so it is not kept as the cause.
                raise OutputError(
                    "OUTPUT-ENCODING", file=path.name, encoding=encoding, row=row_number
                ) from None
        file.write(encoder.encode("", True))
    return CsvWritten(rows=row_number, neutralised=lines.neutralised)


class LineWriter:
    """Makes lines of cells, each neutralised and quoted where it has to be, and counts the apostrophes."""

    def __init__(self, delimiter: str, line_end: str) -> None:
        """`line_end` is what stands behind each line."""
        self.neutralised = 0
        self._delimiter, self._line_end = delimiter, line_end
        self._line = io.StringIO(newline="")
        self._writer = csv.writer(
            self._line, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL, lineterminator=_CSV_LINE_END
        )

    def make(self, row: Sequence[str | None]) -> str:
        """Return one line with its end."""
        values = [cell or "" for cell in row]
        plain = self._delimiter.join(values)
        if _plain_line(self._delimiter, len(row)).fullmatch(plain):
            return plain + self._line_end
        cells = [neutralise(value) for value in values]
        self.neutralised += sum(changed for _, changed in cells)
        self._line.seek(0)
        self._line.truncate()
        self._writer.writerow([cell for cell, _ in cells])
        return self._line.getvalue().removesuffix(_CSV_LINE_END) + self._line_end


@cache
def _plain_line(delimiter: str, width: int) -> re.Pattern[str]:
    """Return what a line of so many cells looks like of which none could run or needs quotes: nearly every line."""
    delimiter = re.escape(delimiter)
    cell = rf'(?!{delimiter})(?:[^\W_]|[{_SAFE_STARTS}])[^"\r\n{delimiter}]*'
    # The csv module puts quotes around a cell that is empty and alone.
    return re.compile(rf"(?:{cell})?(?:{delimiter}(?:{cell})?){{{width - 1}}}" if width > 1 else cell)


def byte_order_mark(encoding: str, bom: bool) -> str:
    """Return what stands before the first line: a mark where one is asked for and the codec writes none itself."""
    return "\ufeff" if bom and codecs.lookup(encoding).name not in _MARKED_CODECS else ""


def make_encoder(path: Path, encoding: str, bom: bool) -> codecs.IncrementalEncoder:
    """Return the encoder of a file; OutputError when there is none, or it has no byte order mark."""
    try:
        encoder = codecs.getincrementalencoder(encoding)()
    except LookupError as error:
        raise OutputError("OUTPUT-ENCODING-UNKNOWN", file=path.name, encoding=encoding) from error
    if bom and not codecs.lookup(encoding).name.startswith("utf"):
        raise OutputError("OUTPUT-BOM", file=path.name, encoding=encoding)
    return encoder


def _would_run(value: str) -> bool:
    if not value or value[0].isalnum():  # nearly every cell, so it is asked first
        return False
    if value[0] in _CONTROL_STARTS:
        return True
    seen = value.lstrip("".join({sign for sign in value if unicodedata.category(sign) in _INVISIBLE}))
    if not seen or _NUMBER.fullmatch(value.strip(" ")):
        return False
    # The compatibility form makes full-width, small and raised signs plain.
    return unicodedata.normalize("NFKC", seen[0])[:1] in _FORMULA_STARTS
