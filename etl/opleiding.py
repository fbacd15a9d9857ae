"""What a delivered word for an opleiding means: its stem, its years, or why it cannot be told.

It looks at one text at a time and never at a pupil; which text counts is decided in `45_opleiding_choices.sql`.
Single letters are never accepted: B is basis or brugklas, G is gemengd or gymnasium.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from etl.config import OpleidingRule
from etl.patterns import compile_pattern


@dataclass(frozen=True, slots=True)
class Stem:
    """One opleiding without its year: the label as Numo shows it, its first and last year, and its words."""

    label: str
    first_year: int
    last_year: int
    words: tuple[str, ...]


# Level names are general knowledge of Dutch secondary education; the form "vmbo GL klas 1" is Numo's own example.
STEMS: Final = (
    Stem("praktijkonderwijs", 1, 6, ("pro", "pron", "praktijk", "praktijkonderwijs")),
    Stem(
        "vmbo BB",
        1,
        4,
        (
            "bb",
            "bbl",
            "vmbob",
            "vmbobb",
            "vmbobbl",
            "basis",
            "basisberoepsgericht",
            "basisberoepsgerichteleerweg",
        ),
    ),
    Stem(
        "vmbo KB",
        1,
        4,
        (
            "kb",
            "kbl",
            "vmbok",
            "vmbokb",
            "vmbokbl",
            "kader",
            "kaderberoepsgericht",
            "kaderberoepsgerichteleerweg",
        ),
    ),
    Stem("vmbo BB/KB", 1, 2, ("bk", "bbkb", "basiskader", "vmbobk", "vmbobbkb")),
    Stem("vmbo GL", 1, 4, ("gl", "vmbog", "vmbogl", "gemengd", "gemengdeleerweg")),
    Stem("vmbo TL", 1, 4, ("tl", "vmbot", "vmbotl", "theoretisch", "theoretischeleerweg", "mavo")),
    Stem("vmbo GL/TL", 1, 4, ("gt", "gtl", "gltl", "vmbogt", "vmbogtl", "vmbogltl")),
    Stem("vmbo KB/GL/TL", 1, 2, ("kgt", "kt", "vmbokgt", "vmbokbgltl")),
    Stem("vmbo TL/havo", 1, 2, ("th", "mh", "tlhavo", "mavohavo", "vmbotlhavo")),
    Stem("havo", 1, 5, ("havo",)),
    Stem("havo/vwo", 1, 3, ("hv", "havovwo", "hvbrug")),
    Stem("vwo", 1, 6, ("vwo", "ath", "atheneum", "gym", "gymnasium", "vwoatheneum", "vwogymnasium")),
)

# Support and profile, not a track: left out before the word is looked up.
TAGS: Final = ("lwoo", "tto", "technasium", "sport", "dyslexie", "leerjaar", "klas", "jaar", "leerweg")
YEAR: Final = re.compile(r"[0-9]+")
YEARS: Final = ("1", "2", "3", "4", "5", "6")
LETTERS: Final = re.compile(r"[^a-z0-9]+")

_BY_WORD: Final = {word: stem for stem in STEMS for word in stem.words}


@dataclass(frozen=True, slots=True)
class OpleidingWord:
    """What one delivered text says. `problem` is a code of etl/lang or None; `year` is 1 to 6 or None."""

    delivered: str
    stem: Stem | None
    year: int | None
    problem: str | None


def read_opleiding(delivered: str) -> OpleidingWord:
    """Return what a delivered text such as "vmbo GL klas 1", "HAVO 3" or "3 kader lwoo" says."""
    folded = unicodedata.normalize("NFKD", delivered).encode("ascii", "ignore").decode("ascii").lower()
    # Compared as text: a value may hold more digits than a number can have.
    years = {digits.lstrip("0") for digits in YEAR.findall(folded)}
    year = years.pop() if len(years) == 1 else None
    words = [word for word in LETTERS.split(YEAR.sub(" ", folded)) if word and word not in TAGS]
    word = "".join(words)
    if year is not None and year not in YEARS:
        return OpleidingWord(delivered, None, None, "opleiding_unknown")
    stem = _BY_WORD.get(word) or _BY_WORD.get(f"{word}leerweg")
    if stem is not None:
        return OpleidingWord(delivered, stem, int(year) if year else None, None)
    problem = "opleiding_single_letter" if len(word) == 1 else "opleiding_unknown"
    return OpleidingWord(delivered, None, int(year) if year else None, problem)


def apply_rules(
    rules: Sequence[OpleidingRule], column: str, values: Iterable[str]
) -> tuple[tuple[str, str, str], ...]:
    """Return (column, value, opleiding) for each value that a rule of the settings matches; the first rule counts."""
    found: list[tuple[str, str, str]] = []
    for value in values:
        for rule in rules:
            if rule.column == column and compile_pattern(rule.pattern).match(value):
                found.append((column, value, rule.opleiding))
                break
    return tuple(found)
