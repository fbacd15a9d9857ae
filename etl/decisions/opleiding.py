"""The question per class: its id, which holds for one school year, and which answers fit the class.

Who gets an opleiding by it is decided in `45_opleiding_choices.sql`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

from etl.opleiding import STEMS, read_opleiding

PREFIX: Final = "O-"
_ID: Final = re.compile(r"O-([0-9]{4})-(.+)")
_YEAR_OF_CLASS: Final = re.compile(r"[^0-9]*([1-6])(?:[^0-9]|$)")  # as class_year in SQL
FIRST_MONTH: Final = 8  # a Dutch school year begins on 1 August


def school_year_of(day: date) -> str:
    """Return the year in which the school year of a day began."""
    return str(day.year if day.month >= FIRST_MONTH else day.year - 1)


def opleiding_question(school_class: str, school_year: str) -> str:
    """Return the id of the question of one class in one school year, such as O-2026-2B."""
    return f"{PREFIX}{school_year}-{school_class}"


def is_opleiding(question: str) -> bool:
    """Say whether the id is that of a question about a class."""
    return question.startswith(PREFIX)


def opleiding_class(question: str, school_year: str) -> str | None:
    """Return the class a question is about; None when it is of another school year, or no such question."""
    match = _ID.fullmatch(question)
    return match.group(2) if match and match.group(1) == school_year else None


def is_possible(opleiding: str, school_class: str) -> bool:
    """Say whether an opleiding is one of the list, with its year, and does not contradict the year of the class."""
    word = read_opleiding(opleiding)
    if word.stem is None or word.year is None or not word.stem.first_year <= word.year <= word.stem.last_year:
        return False
    return _year_of(school_class) in (None, word.year)


def canonical(opleiding: str) -> str:
    """Return an opleiding as Numo writes it, such as "vmbo GL klas 1"; it must be possible."""
    word = read_opleiding(opleiding)
    assert word.stem is not None
    assert word.year is not None
    return f"{word.stem.label} klas {word.year}"


def possible_opleidingen(school_class: str) -> tuple[str, ...]:
    """Return what can be answered for a class, as Numo writes it, the youngest years first."""
    return _of_year(_year_of(school_class))


# There are seven lists, and a school has hundreds of classes.
@cache
def _of_year(wanted: int | None) -> tuple[str, ...]:
    every = (
        (year, f"{stem.label} klas {year}")
        for stem in STEMS
        for year in range(stem.first_year, stem.last_year + 1)
    )
    return tuple(words for year, words in sorted(every, key=lambda one: one[0]) if wanted in (None, year))


def _year_of(school_class: str) -> int | None:
    told = _YEAR_OF_CLASS.match(school_class)
    return int(told.group(1)) if told else None
