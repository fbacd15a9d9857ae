"""Stops a file that carries national identification numbers, under whatever heading or none.

It keeps, counts and shows no such number: it names the column and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from etl.errors import InputError
from etl.intake.headings import is_forbidden, normalise_heading, show_heading
from etl.intake.records import Row

FEWEST_VALUES: Final = 6  # by chance one number in eleven passes the test, so six agree by chance never
PASSING_SHARE: Final = 0.8  # some cells of such a column are mistyped or hold another number
ONDERWIJSNUMMER_LEAVES: Final = 5
WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
# What people and spreadsheets write around and between the digits.
_MARKS: Final = str.maketrans("", "", " .'=\"-\t\u00a0")
LONGEST_WRITTEN: Final = 20


def check_headings(headings: Sequence[str], *, file: str, dropped: Collection[str] = ()) -> None:
    """Refuse a heading that names a national number, unless the settings drop that column."""
    names = {normalise_heading(heading) for heading in dropped}
    for position, heading in enumerate(headings, start=1):
        if is_forbidden(heading) and normalise_heading(heading) not in names:
            raise InputError(
                "INTAKE-NATIONAL-NUMBER", file=file, column=show_heading(heading), position=position
            )


def check_values(rows: Sequence[Row], headings: Sequence[str], *, file: str) -> None:
    """Refuse a column whose values are national numbers. `rows` are readable and equally wide."""
    for position, heading in enumerate(headings):
        if _holds_numbers(rows, position):
            raise InputError(
                "INTAKE-NATIONAL-NUMBER",
                file=file,
                column=show_heading(heading) or "–",
                position=position + 1,
            )


def check_broken(rows: Sequence[Row], headings: Sequence[str], *, file: str) -> None:
    """Refuse a file whose unreadable records hold national numbers, in whatever cell they ended up.

    Of a readable column the share is known; here any record with such a number counts, and most of them must.
    """
    holding = sum(any(passes_eleven_test(cell) for cell in row.cells) for row in rows)
    if holding >= FEWEST_VALUES and holding >= PASSING_SHARE * len(rows):
        raise InputError("INTAKE-NATIONAL-NUMBER", file=file, column="–", position=len(headings) + 1)


def without_national(cells: Sequence[str]) -> tuple[str, ...]:
    """Return cells without what may be a national number."""
    return tuple("" if passes_eleven_test(cell) else cell for cell in cells)


def _holds_numbers(rows: Sequence[Row], position: int) -> bool:
    values = passing = 0
    # Once so many have failed, even a column filled to the end can no longer reach the share.
    most_failing = (1 - PASSING_SHARE) * len(rows)
    for row in rows:
        value = row.cells[position]
        if not value or value.isspace():
            continue
        values += 1
        if 8 <= len(value) <= LONGEST_WRITTEN and passes_eleven_test(value):
            passing += 1
        elif values - passing > most_failing:
            return False
    return values >= FEWEST_VALUES and passing >= PASSING_SHARE * values


def passes_eleven_test(value: str) -> bool:
    """Say whether a value is a number of eight or nine digits that passes the eleven-test.

    An onderwijsnummer (of a pupil without a BSN) begins with 10 and leaves five.
    """
    digits = value.translate(_MARKS)
    if len(digits) not in (8, 9) or not digits.isascii() or not digits.isdigit() or not digits.strip("0"):
        return False
    padded = digits.zfill(9)
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, padded, strict=True))
    return total % 11 == 0 or (padded.startswith("10") and total % 11 == ONDERWIJSNUMMER_LEAVES)
