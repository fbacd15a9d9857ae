"""Writes single cells of the workbook so that no delivered text can break the file or run in it.

It refuses to guess a type: a text stays a text, however much it looks like a number, a date or a link.
"""

from __future__ import annotations

import re
from typing import Any, Final

from etl.report.xlsx_looks import FIRST_OF_GROUP, LOOKS
from etl.texts import text

CELL_LIMIT: Final = 32_767  # characters in one cell, as Excel counts them: UTF-16 units
# What XML 1.0 cannot hold, and what is only half a character.
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A text of so few characters fits in a cell, whatever it is made of.
_SHORT: Final = CELL_LIMIT // 2


def drop_illegal(value: str) -> str:
    """Return the text without the characters that a workbook cannot hold."""
    return _ILLEGAL.sub("", value)


def make_cell_text(value: str, cut_mark: str) -> tuple[str, bool]:
    """Return a text as Excel can hold it, and whether it had to be cut; a cut text ends with the mark."""
    if len(value) <= _SHORT and "\r" not in value and not _ILLEGAL.search(value):
        return value, False
    clean = drop_illegal(value.replace("\r\n", "\n").replace("\r", "\n"))
    units = clean.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return clean, False
    kept = units[: 2 * (CELL_LIMIT - len(cut_mark))]
    # A pair of units that the cut goes through is left out.
    return kept.decode("utf-16-le", errors="ignore") + cut_mark, True


class Pen:
    """Writes cells in their looks, makes every text safe, and counts the cells it had to cut."""

    def __init__(self, workbook: Any, language: str) -> None:
        self.language = language
        self.cut_cells = 0
        self._formats = {name: workbook.add_format(properties) for name, properties in LOOKS.items()}
        self._first_formats = {
            name: workbook.add_format({**properties, **FIRST_OF_GROUP}) for name, properties in LOOKS.items()
        }
        self._cut_mark = text("sheet.cut", language)

    def format(self, look: str) -> Any:
        """Return the format of a look."""
        return self._formats[look]

    def write(
        self,
        page: Any,
        row: int,
        column: int,
        value: str | int | None,
        look: str,
        *,
        opens_group: bool = False,
    ) -> None:
        """Write one cell: a text as text, a count as a number, nothing as an empty cell in its look."""
        style = (self._first_formats if opens_group else self._formats)[look]
        if value is None or value == "":
            page.write_blank(row, column, None, style)
        elif isinstance(value, int):
            page.write_number(row, column, value, style)
        else:
            clean, was_cut = make_cell_text(value, self._cut_mark)
            self.cut_cells += was_cut
            if clean.startswith("<r>") and clean.endswith("</r>"):
                # XlsxWriter takes such a text for its own markup and would write it unescaped.
                page.write_rich_string(row, column, style, clean[:1], style, clean[1:], style)
            else:
                page.write_string(row, column, clean, style)
