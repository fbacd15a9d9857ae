"""What a delivered word for an opleiding means, and when it is left to the school. All words are general ones."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.config import OpleidingRule
from etl.opleiding import STEMS, TAGS, Stem, apply_rules, read_opleiding
from etl.texts import LANGUAGES, text

WORDS = [(word, stem) for stem in STEMS for word in stem.words]


@pytest.mark.parametrize(("word", "stem"), WORDS, ids=lambda one: one if isinstance(one, str) else "")
def test_every_word_leads_to_its_stem_with_and_without_a_year(word: str, stem: Stem) -> None:
    assert (read_opleiding(word).stem, read_opleiding(word).problem) == (stem, None)
    for delivered in (f"{word} klas 2", f"2 {word}", f"{word.upper()} 2", f" {word}-2 ", f"{word}2"):
        read = read_opleiding(delivered)
        assert (read.stem, read.year, read.problem) == (stem, 2, None)
        assert read.delivered == delivered


def test_a_word_means_one_stem_only() -> None:
    words = [word for word, _ in WORDS]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("stem", STEMS, ids=lambda stem: stem.label)
def test_the_label_of_a_stem_is_read_back_as_that_stem(stem: Stem) -> None:
    for year in range(stem.first_year, stem.last_year + 1):
        read = read_opleiding(f"{stem.label} klas {year}")
        assert (read.stem, read.year, read.problem) == (stem, year, None)


@pytest.mark.parametrize("tag", TAGS)
def test_support_and_profile_are_left_out_before_the_word_is_looked_up(tag: str) -> None:
    for delivered in (f"havo {tag}", f"{tag} havo", f"HAVO ({tag.upper()}) 3"):
        read = read_opleiding(delivered)
        assert read.stem is not None
        assert (read.stem.label, read.problem) == ("havo", None)


@pytest.mark.parametrize("letter", string.ascii_lowercase)
def test_a_single_letter_is_never_accepted(letter: str) -> None:
    for delivered in (
        letter,
        letter.upper(),
        f"{letter}3",
        f"3{letter}",
        f"klas 3 {letter}",
        f"{letter} lwoo",
    ):
        read = read_opleiding(delivered)
        assert (read.stem, read.problem) == (None, "opleiding_single_letter")


@pytest.mark.parametrize(
    ("delivered", "label", "year"),
    [
        ("vmbo GL klas 1", "vmbo GL", 1),
        ("vmbo-t 4", "vmbo TL", 4),
        ("Gemengde leerweg", "vmbo GL", None),
        ("basisberoepsgerichte leerweg 3", "vmbo BB", 3),
        ("3 kader lwoo", "vmbo KB", 3),
        ("HAVO/VWO 2", "havo/vwo", 2),
        ("vwo gymnasium, leerjaar 6", "vwo", 6),
        ("Praktijkonderwijs", "praktijkonderwijs", None),
        ("vwo 3 (klas 3)", "vwo", 3),
        ("vwo tto 2", "vwo", 2),
        ("mavo", "vmbo TL", None),
        ("ｈａｖｏ ３", "havo", 3),
    ],
)
def test_words_as_schools_write_them(delivered: str, label: str, year: int | None) -> None:
    read = read_opleiding(delivered)
    assert read.stem is not None
    assert (read.stem.label, read.year, read.problem) == (label, year, None)


@pytest.mark.parametrize(
    "delivered",
    [
        "",
        "-",
        "brugklas",
        "onderbouw",
        "isk",
        "vmbo",
        "havo of vwo",
        "2",
        "lwoo",
        "havoo",
        "😀",
        "x" * 400,
        "tl/gl",
    ],
)
def test_a_word_outside_the_vocabulary_is_not_guessed(delivered: str) -> None:
    read = read_opleiding(delivered)
    assert (read.stem, read.problem) == (None, "opleiding_unknown")


@pytest.mark.parametrize("delivered", ["havo 7", "havo 0", "havo 12", "havo 2026", "3 havo 4"])
def test_a_year_that_cannot_be_is_no_year(delivered: str) -> None:
    assert read_opleiding(delivered).year is None


@given(delivered=st.text(max_size=60))
@settings(max_examples=200, derandomize=True, deadline=None, database=None)
def test_any_text_is_either_read_or_has_a_problem(delivered: str) -> None:
    read = read_opleiding(delivered)
    assert (read.stem is None) is (read.problem is not None)
    assert read.year in (None, 1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("problem", ["opleiding_unknown", "opleiding_single_letter"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_has_a_sentence(problem: str, language: str) -> None:
    assert text(f"opleiding.{problem}", language).strip()


def test_the_first_rule_that_matches_from_the_beginning_counts() -> None:
    rules = [
        OpleidingRule(column="klas", pattern="1B", opleiding="vmbo BB klas 1"),
        OpleidingRule(column="klas", pattern="1", opleiding="havo klas 1"),
        OpleidingRule(column="opleiding", pattern="brug", opleiding="havo/vwo klas 1"),
    ]
    assert apply_rules(rules, "klas", ["1B2", "1A", "A1", "1b3"]) == (
        ("klas", "1B2", "vmbo BB klas 1"),
        ("klas", "1A", "havo klas 1"),
        ("klas", "1b3", "vmbo BB klas 1"),
    )
    assert apply_rules(rules, "opleiding", ["Brugklas", "1B"]) == (
        ("opleiding", "Brugklas", "havo/vwo klas 1"),
    )
    assert apply_rules([], "klas", ["1B"]) == ()
