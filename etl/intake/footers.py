"""Recognises the lines that a program prints below a list, so that a total is not taken for a pupil.

It looks at the very end only, and at lines that are mostly empty and begin with a word of its list.
"""

from __future__ import annotations

import re
from typing import Final

from etl.intake.records import RECORD_WIDTH, Row

COUNTING: Final = ("aantal", "totaal", "total", "count", "rows", "records", "rijen", "regels")
OTHER: Final = (
    "einde",
    "end",
    "gegenereerd",
    "generated",
    "afgedrukt",
    "geprint",
    "printed",
    "export",
    "exported",
    "exportdatum",
    "geexporteerd",
    "geëxporteerd",
)
FIRST_WORD: Final = re.compile(r"\W*([^\W\d_]+)")
NUMBER: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+")
LONGEST_COUNT: Final = 12  # digits; more is no number of records
MOST_FILLED: Final = 2


def count_footers(rows: list[Row], *, width: int, key: int | None) -> int:
    """Count the rows at the end that are no records. `key` is the position of the pupil's number."""
    footers = 0
    for row in reversed(rows):
        if not is_footer(row, width=width, key=key):
            break
        footers += 1
    return footers


def is_footer(row: Row, *, width: int, key: int | None) -> bool:
    """Say whether a row is a total or a closing line."""
    if row.fault not in ("", RECORD_WIDTH) or any("\n" in cell or "\r" in cell for cell in row.cells):
        return False
    filled = [cell for cell in row.cells if cell.strip()]
    # Half of the columns, and never three: a pupil with little known still has a number and a name.
    if not filled or len(filled) > MOST_FILLED or 2 * len(filled) > width:
        return False
    word = _first_word(filled[0])
    if key is not None and len(row.cells) > key and row.cells[key].strip().isdigit():
        # "Totaal; 40": the number in the pupils' column is the total itself.
        return word in COUNTING and len(filled) == MOST_FILLED and filled[1] == row.cells[key]
    return word in COUNTING + OTHER


def counted_by_file(rows: list[Row]) -> int | None:
    """Return the number of records that the footers state, or None when they state none or several."""
    for row in rows:
        text = " ".join(cell for cell in row.cells if cell.strip())
        numbers = NUMBER.findall(text)
        if _first_word(text) in COUNTING and len(numbers) == 1:
            stated = re.sub("[.,]", "", numbers[0])
            return int(stated) if len(stated) <= LONGEST_COUNT else None
    return None


def _first_word(text: str) -> str:
    found = FIRST_WORD.match(text)
    return found.group(1).casefold() if found else ""
