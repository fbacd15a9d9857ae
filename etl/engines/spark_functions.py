"""What Spark has no word for, in plain Python: accents, simple capitals, and how much two words look alike.

It holds no rule and needs nothing but the standard library, because it runs on every machine of a cluster.
"""

# Each answers what DuckDB answers for the same text; a test asks both. DuckDB compares words byte by byte and changes
# capitals letter by letter, so that is done here, too.

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

_MARKS: Final = ("Mn", "Mc", "Me")
_SMALL: Final = {"İ": "i"}
_CAPITAL: Final = {"ß": "ẞ"}
# Winkler: an equal beginning of at most four counts, and only for words that are alike already.
_MOST_PREFIX: Final = 4
_PREFIX_WEIGHT: Final = 0.1
_ALIKE: Final = 0.7


def normal_text(given: str | None) -> str | None:
    """Return the text with each letter and its marks as one character where there is one (NFC)."""
    return None if given is None else unicodedata.normalize("NFC", given)


def plain_small_text(given: str | None) -> str | None:
    """Return the text without accents and in small letters."""
    if given is None or given.isascii():
        return given.lower() if given is not None else None
    apart = unicodedata.normalize("NFD", given)
    plain = "".join(sign for sign in apart if unicodedata.category(sign) not in _MARKS)
    return small_text(unicodedata.normalize("NFC", plain))


def small_text(given: str | None) -> str | None:
    """Return the text in small letters, each letter by itself: its length never changes."""
    if given is None or given.isascii():
        return given.lower() if given is not None else None
    return "".join(map(_small, given))


def capital_text(given: str | None) -> str | None:
    """Return the text in capitals, each letter by itself: its length never changes."""
    if given is None or given.isascii():
        return given.upper() if given is not None else None
    return "".join(map(_capital, given))


def _small(sign: str) -> str:
    small = sign.lower()
    return small if len(small) == 1 else _SMALL.get(sign, sign)


def _capital(sign: str) -> str:
    for capital in (sign.upper(), sign.title()):
        if len(capital) == 1:
            return capital
    return _CAPITAL.get(sign, sign)


def likeness_of(mine: str | None, other: str | None) -> float | None:
    """Return how much two words look alike, from 0 to 1 (Jaro and Winkler)."""
    if mine is None or other is None:
        return None
    if mine == other:
        return 1.0 if mine else 0.0
    one, two = mine.encode(), other.encode()
    alike = _jaro(one, two)
    if alike <= _ALIKE:
        return alike
    prefix = 0
    for first, second in zip(one[:_MOST_PREFIX], two[:_MOST_PREFIX], strict=False):
        if first != second:
            break
        prefix += 1
    return alike + prefix * _PREFIX_WEIGHT * (1.0 - alike)


def _jaro(one: bytes, two: bytes) -> float:
    reach = max(len(one), len(two)) // 2 - 1
    if not one or not two:
        return 0.0
    taken = [False] * len(two)
    met: list[int] = []
    for place, sign in enumerate(one):
        for there in range(max(0, place - reach), min(len(two), place + reach + 1)):
            if not taken[there] and two[there] == sign:
                taken[there] = True
                met.append(sign)
                break
    if not met:
        return 0.0
    across = [sign for sign, is_taken in zip(two, taken, strict=True) if is_taken]
    swapped = sum(mine != other for mine, other in zip(met, across, strict=True)) // 2
    common = len(met)
    return (common / len(one) + common / len(two) + (common - swapped) / common) / 3.0


def edits_of(mine: str | None, other: str | None) -> int | None:
    """Return in how many places two texts differ, a swap of neighbours being one (Damerau and Levenshtein)."""
    if mine is None or other is None:
        return None
    one, two = mine.encode(), other.encode()
    far = len(one) + len(two)
    # The table has a border of two: what would lie before the first letters is further than anything.
    rows = [[far] * (len(two) + 2) for _ in range(len(one) + 2)]
    for place in range(len(one) + 1):
        rows[place + 1][1] = place
    for place in range(len(two) + 1):
        rows[1][place + 1] = place
    last_row: dict[int, int] = {}
    for row, sign in enumerate(one, start=1):
        last_column = 0
        for column, against in enumerate(two, start=1):
            above, before = last_row.get(against, 0), last_column
            is_equal = sign == against
            if is_equal:
                last_column = column
            rows[row + 1][column + 1] = min(
                rows[row][column] + (not is_equal),
                rows[row + 1][column] + 1,
                rows[row][column + 1] + 1,
                rows[above][before] + (row - above - 1) + 1 + (column - before - 1),
            )
        last_row[sign] = row
    return rows[len(one) + 1][len(two) + 1]


# Name in SQL: the function, and the type it returns.
FUNCTIONS: Final[dict[str, tuple[Callable[..., object], str]]] = {
    "normal_text": (normal_text, "string"),
    "plain_small_text": (plain_small_text, "string"),
    "small_text": (small_text, "string"),
    "capital_text": (capital_text, "string"),
    "likeness_of": (likeness_of, "double"),
    "edits_of": (edits_of, "int"),
}
