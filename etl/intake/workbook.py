"""Reads the sheets of an Excel workbook as text, one line per row, so that they are read like any delivered list.

It calculates nothing and guesses no digit that Excel has lost: a formula stays a formula, a number too long for Excel
stays as Excel shows it.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from etl.errors import InputError
from etl.intake.archive import check_ratio
from etl.intake.files import BYTES_PER_MEGABYTE, RawFile

# Unpacked sizes. A list of 100,000 pupils takes about fifty.
MOST_UNPACKED: Final = 256 * BYTES_PER_MEGABYTE
LARGEST_SHEET: Final = 128 * BYTES_PER_MEGABYTE
LARGEST_WORDS: Final = 64 * BYTES_PER_MEGABYTE  # the shared texts, which are held in memory
MOST_CELLS: Final = 10_000_000  # empty ones between two filled ones too
MOST_ROWS: Final = 1_100_000  # of all sheets together, empty ones too: one sheet of Excel has 1,048,576
MOST_SHEETS: Final = 100

DIGITS_OF_EXCEL: Final = 10**15  # from here on Excel has lost the last digits
ZEROS: Final = re.compile(r"0+")


@dataclass(frozen=True, slots=True)
class SheetText:
    """One sheet: its name, and its rows as lines of values in quotes with commas between them."""

    name: str
    text: str


def read_sheets(raw: RawFile, *, sheet: str | None) -> list[SheetText]:
    """Return the visible sheets with something on them, or the one the settings name.

    Line numbers are the row numbers of the sheet. Line breaks inside a cell become spaces.
    Errors:  InputError when the workbook is damaged, encrypted or too large, or has no such sheet.
    """
    check_size(raw)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        # Formulas as they are: the value beside one may be an old one, and an id that is calculated is no proof.
        book = openpyxl.load_workbook(io.BytesIO(raw.data), read_only=True, data_only=False, keep_links=False)
        try:
            names = [one.title for one in book.worksheets]
            if sheet is not None and sheet not in names:
                raise InputError("INTAKE-SHEET-MISSING", file=raw.name, sheet=sheet, sheets=names)
            wanted = [
                one
                for one in book.worksheets[:MOST_SHEETS]
                if one.title == sheet or (sheet is None and one.sheet_state == "visible")
            ]
            budget = Budget(MOST_ROWS, MOST_CELLS)
            found = [SheetText(one.title, _text(one, raw.name, budget)) for one in wanted]
        finally:
            book.close()
    except InputError:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OverflowError,
    ) as error:
        raise InputError("INTAKE-WORKBOOK-DAMAGED", file=raw.name) from error
    filled = [one for one in found if one.text.strip("\n")]
    if not filled:
        raise InputError("INTAKE-EMPTY", file=raw.name)
    return filled


def check_size(raw: RawFile) -> None:
    """Refuse a workbook that grows beyond bounds when it is unpacked; nothing is unpacked to find out."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InputError("INTAKE-WORKBOOK-DAMAGED", file=raw.name) from error
    for member in members:
        words = "sharedstrings" in member.filename.casefold() or "styles" in member.filename.casefold()
        largest = LARGEST_WORDS if words else LARGEST_SHEET
        if member.file_size > largest:
            raise InputError("INTAKE-UNPACKS-LARGE", file=raw.name, megabytes=largest // BYTES_PER_MEGABYTE)
        check_ratio(member, raw.name)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise InputError("INTAKE-UNPACKS-LARGE", file=raw.name, megabytes=MOST_UNPACKED // BYTES_PER_MEGABYTE)


@dataclass(slots=True)
class Budget:
    """How many rows and cells may still be read; a file of a few bytes can have millions of empty ones."""

    rows: int
    cells: int

    def spend(self, cells: int, file: str) -> None:
        """Count one row.

        Errors:  InputError when there are more than any list of pupils has.
        """
        self.rows -= 1
        self.cells -= cells
        if self.rows < 0 or self.cells < 0:
            raise InputError("INTAKE-UNPACKS-LARGE", file=file, megabytes=LARGEST_SHEET // BYTES_PER_MEGABYTE)


def _text(sheet: Any, file: str, budget: Budget) -> str:
    sheet.reset_dimensions()  # what the file says of its own size may be wrong
    rows: list[list[str]] = []
    for row in sheet.iter_rows():
        budget.spend(len(row), file)
        rows.append(_values(row))
    # A sheet has no rows of different widths: what is not there is empty.
    width = max(map(len, rows), default=0)
    return "".join(f"{_line(values, width)}\n" for values in rows).rstrip("\n") + "\n"


def _values(row: tuple[Any, ...]) -> list[str]:
    values = [write_cell(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
    while values and not values[-1].strip():
        values.pop()
    return values


def _line(values: list[str], width: int) -> str:
    if not values:
        return ""
    padded = [*values, *[""] * (width - len(values))]
    return ",".join('"' + value.replace('"', '""') + '"' for value in padded)


def write_cell(value: object, number_format: str = "General") -> str:
    """Return the value of a cell as text, the way Dutch Excel shows it where that decides what it is."""
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return " ".join(re.split(r"[\r\n]+", str(value)))


def _number(value: float, number_format: str) -> str:
    if isinstance(value, float) and not value.is_integer():
        return repr(value)
    if abs(value) >= DIGITS_OF_EXCEL:
        return f"{value:.5E}"
    whole = str(int(value))
    # A format of zeros only is how a school keeps the zeros in front of a number.
    return whole.zfill(len(number_format)) if ZEROS.fullmatch(number_format) and value >= 0 else whole
