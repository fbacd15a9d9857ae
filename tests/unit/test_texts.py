"""Does a sentence get its fields the way its language writes them?"""

from __future__ import annotations

import pytest

from etl import texts
from etl.texts import placeholders, show_date, show_moment, show_value, text


@pytest.fixture
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = {
        "many": {
            "nl": "{count} leerlingen",
            "nl_one": "{count} leerling",
            "en": "{count} pupils",
            "en_one": "{count} pupil",
        },
    }
    monkeypatch.setattr(texts, "load_catalogue", lambda: sentences)


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize(
    ("count", "language", "expected"),
    [
        (0, "nl", "0 leerlingen"),
        (1, "nl", "1 leerling"),
        (1125, "nl", "1.125 leerlingen"),
        (1, "en", "1 pupil"),
        (1125, "en", "1,125 pupils"),
    ],
)
def test_one_pupil_is_no_pupils(count: int, language: str, expected: str) -> None:
    assert text("many", language, count=count) == expected


@pytest.mark.usefixtures("_catalogue")
def test_a_missing_code_or_field_is_never_a_silent_gap() -> None:
    with pytest.raises(KeyError):
        text("nowhere", "nl")
    with pytest.raises(KeyError):
        text("many", "nl")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (-1234567, "-1.234.567"),
        (True, "True"),
        ("001234", "001234"),
        (["a", "b"], "a, b"),
        ((1000,), "1.000"),
    ],
)
def test_values_are_shown_as_a_dutch_reader_writes_them(value: object, shown: str) -> None:
    assert show_value(value, "nl") == shown


def test_braces_in_a_value_are_only_text() -> None:
    shown = text("explain.names_agree", "en")
    assert "{" not in shown
    told = text("check.column", "en", heading="{0.__class__}", canonical="stamnr", why="x")
    assert told == "{0.__class__} → stamnr (x)"


def test_the_names_of_the_fields_are_found() -> None:
    assert placeholders("{a} of {b}, {a}") == {"a", "b"}
    assert placeholders("none {{x}}") == frozenset()


def test_a_day_is_written_as_the_language_writes_it_whatever_the_machine_speaks() -> None:
    assert show_date("2026-03-05T10:00:00+01:00", "nl") == "05-03-2026"
    assert show_date("2026-03-05", "en") == "5 March 2026"
    assert show_moment("2026-12-31T23:59:00+01:00", "en") == "31 December 2026 23:59"
