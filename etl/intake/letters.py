"""Weighs how the letters beyond ASCII read as names, so that a file of a DOS or Mac program is known by evidence.

It only chooses between whole encodings for whole files; numbers and ids are written the same in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

USUAL: Final = "cp1252"
OTHERS: Final = ("cp850", "mac_roman")

# How often a letter occurs in the names of a Dutch school, roughly; what is not listed is no letter of a name.
WEIGHTS: Final = {
    letter: weight
    for weight, letters in (
        (5.0, "éë"),
        (4.0, "ïü"),
        (3.0, "èöçáíóñä"),
        (2.0, "øåêôúšž"),
        (1.0, "àâãîõûæßœý"),
        (0.5, "ìòùÿ"),
    )
    for letter in letters
}
# Whole names weigh more than their letters, because two letters can change places between encodings.
NAMES: Final = frozenset(
    "zoë noël noëlle chloé chloë rené renée andré andrée daniël daniëlle michaël gabriël rafaël raphaël israël joël "
    "joëlle manuël samuël anaïs loïs aïcha aïsha naïma saïd hélène josé josée désirée thérèse irène françois françoise "
    "françine björn jörn jürgen günther müller köhler schröder krüger jäger gönül özlem öztürk özdemir çelik yücel "
    "inès inés léon léa théo mélanie noé esmée aimée amélie céline cédric jérôme søren sören bjørn jørgen kjær muñoz "
    "núñez peña garcía rodríguez lópez gómez pérez sánchez martínez fernández hernández jiménez díaz maría sofía lucía "
    "andrés jesús tomás nicolás conceição joão gonçalves araújo faël maël eloïse héloïse moïse zaïre".split()
)
NAME_WEIGHT: Final = 6.0

WORD: Final = re.compile(rb"[A-Za-z'-]*[\x80-\xff][A-Za-z\x80-\xff'-]*")
HAS_PLAIN_LETTER: Final = re.compile(rb"[A-Za-z]")
MOST_WORDS: Final = 2_000  # enough to be sure; the rest of the file is written the same way
APOSTROPHES: Final = "'-’‘"
# What stands around words in Windows, each at its own end. Elsewhere the same bytes are letters of older encodings.
OPENING: Final = "„“‘«£µ¡¿§©®°"
CLOSING: Final = "”“’»…"
TYPOGRAPHIC_WEIGHT: Final = 3.0
SURE_FACTOR: Final = 2.0  # how much better than Windows-1252 another encoding has to read
WELL_KNOWN_FACTOR: Final = 4.0  # the same where Windows-1252 makes letters too, though of no known name
MOST_STRANGE: Final = 0.1  # of its letters, and at least so often fewer than Windows-1252 has
LEAST_TOTAL: Final = 2.0  # one letter that names have
LEAST_LEAD: Final = 1.2  # over the other of the two


def choose_old_encoding(data: bytes) -> str:
    """Return cp1252, cp850 or mac_roman: in which of them the words of a text read as names.

    Windows-1252 unless another one reads twice as well, with hardly a sign that stands in no name.
    """
    found = (match.group() for match in WORD.finditer(data))
    words = list(islice((word for word in found if HAS_PLAIN_LETTER.search(word)), MOST_WORDS))
    scores = {encoding: _score(words, encoding) for encoding in (USUAL, *OTHERS)}
    usual, usual_strange = scores[USUAL]
    best, second = sorted(OTHERS, key=lambda encoding: -scores[encoding][0])
    total, strange = scores[best]
    letters = sum(1 for word in words for byte in word if byte >= 0x80)
    is_better = (
        total >= SURE_FACTOR * usual and total >= LEAST_LEAD * scores[second][0] and total >= LEAST_TOTAL
    )
    is_usual_odd = usual_strange * 2 >= letters or total >= WELL_KNOWN_FACTOR * usual
    is_sound = strange <= MOST_STRANGE * letters and is_usual_odd
    return best if is_better and is_sound else USUAL


def _score(words: list[bytes], encoding: str) -> tuple[float, int]:
    """Return the weight of the letters that read well, and how many signs read badly."""
    total, strange = 0.0, 0
    for raw in words:
        word = raw.decode(encoding, "replace")
        for part in re.split("[-]", word):
            weights = list(_weigh(part, is_usual=encoding == USUAL))
            total += sum(weights)
            strange += weights.count(0.0)
            if weights and part.casefold() in NAMES:
                total += NAME_WEIGHT
    return total, strange


def _weigh(word: str, *, is_usual: bool) -> Iterator[float]:
    """Yield a weight for each sign beyond ASCII: 0 where no name would have it."""
    is_upper = not any("a" <= letter <= "z" for letter in word)
    for place, sign in enumerate(word):
        if sign.isascii():
            continue
        before, after = word[place - 1 : place], word[place + 1 : place + 2]
        if sign in OPENING + CLOSING:
            fits = (sign in OPENING and not before) or (sign in CLOSING and not after)
            fits = fits or (sign == "’" and place == 1)  # d’Ancona
            yield TYPOGRAPHIC_WEIGHT * (fits and is_usual)
        elif sign.isupper():
            is_first = not before or before in APOSTROPHES
            yield WEIGHTS.get(sign.lower(), 0.0) if is_first or is_upper else 0.0
        else:
            fits = not (before.isupper() and place > 1) and not after.isupper()
            yield WEIGHTS.get(sign, 0.0) if fits else 0.0
