"""Every sentence people read, by code, in Dutch and English.

It looks up and fills in; it never builds a sentence out of pieces. The sentences are in `etl/lang/*.toml`.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from string import Formatter
from typing import Final

from etl.catalogue import Catalogue, read_catalogue

LANGUAGES: Final = ("nl", "en")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@cache
def load_catalogue() -> Catalogue:
    """Read all sentences: code → language → sentence with {placeholders}."""
    return read_catalogue()


def text(code: str, language: str, **fields: object) -> str:
    """Return the sentence of a code with its fields filled in.

    A code may have a form for exactly one: `one.<language>` beside `<language>`; it is used when the field
    `count` is 1. Whole numbers are written the way the language writes them (1.125 or 1,125).

    Errors:  KeyError when the code or a field is missing; a test makes sure no code is.
    """
    if not fields:
        return _plain_text(code, language)
    sentences = load_catalogue()[code]
    key = f"{language}_one" if fields.get("count") == 1 and f"{language}_one" in sentences else language
    shown = {name: show_value(value, language) for name, value in fields.items()}
    return sentences[key].format(**shown)


@cache
def _plain_text(code: str, language: str) -> str:
    """Return a sentence without fields."""
    return load_catalogue()[code][language].format()


def show_value(value: object, language: str) -> str:
    """Write a field the way the language does: 1.125 in Dutch, 1,125 in English; None as nothing."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        grouped = f"{value:,}"
        return grouped.replace(",", ".") if language == "nl" else grouped
    if isinstance(value, (list, tuple)):
        return ", ".join(show_value(item, language) for item in value)
    return str(value)


def show_date(moment: str, language: str) -> str:
    """Write a day (ISO 8601) the way the language does: 23-11-2026 in Dutch, 23 November 2026 in English."""
    day = date.fromisoformat(moment[:10])
    # Not strftime("%B"): the name of a month would be that of the machine's language.
    return f"{day:%d-%m-%Y}" if language == "nl" else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def show_moment(moment: str, language: str) -> str:
    """Write a moment (ISO 8601) as its day and the time of day where it was."""
    return f"{show_date(moment, language)} {datetime.fromisoformat(moment):%H:%M}"


def placeholders(sentence: str) -> frozenset[str]:
    """Return the names of the fields in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def printable(words: str) -> str:
    """Return a text without what would steer a terminal, or what no terminal can show."""
    return "".join(character if character.isprintable() else "?" for character in words)
