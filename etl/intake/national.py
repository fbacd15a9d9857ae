"""Stops a file that carries national identification numbers, under whatever heading or none.

It keeps, counts and shows no such number: it names the column and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from etl.errors import InputError
from etl.intake.headings import is_forbidden, normalise_heading, show_heading
from etl.intake.records import Row

FEWEST_VALUES: Final = 6  # by chance one number in eleven passes the test, so six agree by chance never
PASSING_SHARE: Final = 0.8  # some cells of such a column are mistyped or hold another number
ONDERWIJSNUMMER_LEAVES: Final = 5
WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
LONGEST_WRITTEN: Final = 30  # with all that can stand in and around it; a GUID is longer
_FEWEST_DIGITS: Final = 8
_NOT_DIGITS: Final = dict.fromkeys(code for code in range(128) if not chr(code).isdigit())
# What people and spreadsheets write around and between the digits, and what a spreadsheet writes behind them.
_AROUND: Final = "'=\"‘’“”„`"
_MARKS: Final = str.maketrans("", "", ".'=\"-/_‘’“”„`‐‑–")
_DECIMALS: Final = re.compile(r"[.,]0+$")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_WRITTEN: Final = re.compile(r"(?:[A-Za-z]{1,3}:?)?([0-9]{8,})")
_TELEPHONE: Final = re.compile(r"0[1-9][0-9]{8}")
_DATE: Final = re.compile(
    r"(?:(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2})"
)


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
        values = (row.cells[position] for row in rows)
        check_column(values, len(rows), heading, position=position + 1, file=file)


def check_column(values: Iterable[str], records: int, heading: str, *, position: int, file: str) -> None:
    """Refuse a column whose values are national numbers; of so many records, values may be left out where blank.

    No value is held, so that a column may be as long as it is; `position` is its place in the file, from 1.
    """
    if _holds_numbers(values, records):
        raise InputError(
            "INTAKE-NATIONAL-NUMBER", file=file, column=show_heading(heading) or "–", position=position
        )


def check_broken(rows: Sequence[Row], headings: Sequence[str], *, file: str) -> None:
    """Refuse a file whose unreadable records hold national numbers, in whatever cell they ended up.

    Of a readable column the share is known; here any record with such a number counts, and most of them must.
    """
    holding = _Passing()
    for row in rows:
        numbers = [number for cell in row.cells if (number := _find_number(cell))]
        # One for each record; a telephone number only where there is nothing else.
        for number in sorted(numbers, key=_is_telephone)[:1]:
            holding.add(number)
    if holding.are_enough() and holding.count >= PASSING_SHARE * len(rows):
        raise InputError("INTAKE-NATIONAL-NUMBER", file=file, column="–", position=len(headings) + 1)


def without_national(cells: Sequence[str]) -> tuple[str, ...]:
    """Return cells without what may be a national number."""
    return tuple("" if passes_eleven_test(cell) else cell for cell in cells)


def _holds_numbers(values: Iterable[str], records: int) -> bool:
    # Once so many have failed, even a column filled to the end can no longer reach the share.
    most_failing = (1 - PASSING_SHARE) * records
    failing = 0
    passing = _Passing()
    for value in values:
        if not value or value.isspace():
            continue
        if number := _find_number(value):
            passing.add(number)
        else:
            failing += 1
            if failing > most_failing:
                return False
    return passing.are_enough() and passing.count >= PASSING_SHARE * (passing.count + failing)


class _Passing:
    """Counts numbers that pass the test, and whether they are enough to be no chance."""

    def __init__(self) -> None:
        self.count = 0
        self._different = 0
        self._telephones: set[str] = set()

    def add(self, number: str) -> None:
        # A telephone number is written like a number with a zero in front. All pupils can share the school's, which
        # passes the test by chance or not, so it counts once.
        self.count += 1
        if not _is_telephone(number):
            self._different += 1
        elif len(self._telephones) < FEWEST_VALUES:
            self._telephones.add(number)

    def are_enough(self) -> bool:
        return self._different + len(self._telephones) >= FEWEST_VALUES


def _is_telephone(number: str) -> bool:
    return _TELEPHONE.fullmatch(number) is not None


def _find_number(value: str) -> str:
    # A date of eight digits passes by chance too, and all pupils can have been enrolled on one day.
    digits = _read_digits(value)
    return digits if _passes(digits) and not _DATE.fullmatch(digits) else ""


def passes_eleven_test(value: str) -> bool:
    """Say whether a value is a number of eight or nine digits that passes the eleven-test, however it is written.

    An onderwijsnummer (of a pupil without a BSN) begins with 10 and leaves five.
    """
    return _passes(_read_digits(value))


def _read_digits(value: str) -> str:
    """Return the digits of a number of at least eight; nothing for any other text.

    Nearly every value of a file ends in the first two lines, so those are all that the time depends on.
    """
    if not _FEWEST_DIGITS <= len(value) <= LONGEST_WRITTEN:
        return ""
    if len(value.translate(_NOT_DIGITS)) < _FEWEST_DIGITS:
        return ""
    if value.isdigit() and value.isascii():
        return value
    text = value
    if not text.isascii():
        # Full-width and other digits become plain ones, and what cannot be seen goes.
        text = unicodedata.normalize("NFKC", text)
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    text = "".join(text.split()).strip(_AROUND)
    if not _THOUSANDS.fullmatch(text):
        text = _DECIMALS.sub("", text)
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    found = _WRITTEN.fullmatch(text.translate(_MARKS))
    return found[1] if found else ""


def _passes(digits: str) -> bool:
    # Zeros that widen a number are no part of it: 0123456782, 000123456782.
    number = digits.lstrip("0")
    if len(digits) <= len(WEIGHTS):
        if not number:
            return False
    elif not _FEWEST_DIGITS <= len(number) <= len(WEIGHTS):
        return False
    padded = number.zfill(len(WEIGHTS))
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, padded, strict=True))
    return total % 11 == 0 or (padded.startswith("10") and total % 11 == ONDERWIJSNUMMER_LEAVES)
