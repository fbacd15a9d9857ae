"""Says what a sheet of the workbook is, so that its contents can be built and read without a spreadsheet.

It refuses to know anything about colours, fonts or files; those are in `xlsx.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from etl.decisions.model import Case, PersonRecord
from etl.texts import text

NO_VALUE = "–"  # stands where one of several values is blank, so that the lines stay beside each other


class Cell(NamedTuple):
    """One cell. Text is delivered or looked up, a whole number is counted; `look` replaces the column's."""

    value: str | int | None = None
    look: str | None = None
    choices: tuple[str, ...] = ()  # a drop-down list


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `look` is one of: fact (text as delivered), words (a sentence), number, line
    (a line number), edge (the first fact of a side), answer, strong."""

    heading: str
    width: int  # characters
    look: str = "fact"


@dataclass(frozen=True, slots=True)
class Band:
    """A heading above some columns, for the two sides of a question."""

    label: str
    columns: int
    look: str  # plain | legacy | magister | answer


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with a list: `kind` is act (people fill in or correct), look (lists) or about."""

    name: str
    title: str
    note: str
    kind: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    bands: tuple[Band, ...] = ()
    fixed_columns: int = 1  # these stay in view when scrolling to the right
    group_by: int | None = None  # the column whose equal values belong together, shown by a line


def make_columns(language: str, *columns: tuple[str, int, str]) -> tuple[Column, ...]:
    """Look the headings up: each column is (code without "sheet.column.", width, look)."""
    return tuple(Column(text(f"sheet.column.{code}", language), width, look) for code, width, look in columns)


def make_row(*values: str | int | Cell | None) -> tuple[Cell, ...]:
    """Make plain values into cells."""
    return tuple(value if isinstance(value, Cell) else Cell(value) for value in values)


def file_word(source: str, language: str) -> str:
    """Return what people call a delivered file."""
    return text(f"sheet.file.{source}", language)


def record_place(record: PersonRecord, language: str) -> str:
    """Return where a record stands: "Magister, regel 14"."""
    file = file_word(record.source, language)
    # As text: a line number is looked up, not counted, so it gets no thousands separator.
    return text("sheet.place", language, file=file, line=str(record.line_number))


def stack_values(values: list[str | None]) -> str | None:
    """Return one value as it is, several as one line each."""
    if len(values) == 1:
        return values[0]
    return "\n".join(value or NO_VALUE for value in values) or None


def case_reason(case: Case, language: str) -> str:
    """Return the reason of a case in words, and the other reasons under it."""
    codes = (case.reason, *case.also)
    return "\n".join(text(f"reason.{code}", language) for code in codes)
