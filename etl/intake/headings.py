"""Makes headings comparable, so that `Stam nr.` and `stamnr` are the same column.

It compares whole headings only; it never looks for a word inside a heading, except for a forbidden number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from etl.contract import FORBIDDEN_HEADINGS

# A heading that begins like this names a national number, whatever follows (`BSN leerling`).
FORBIDDEN_BEGINNINGS: Final = (
    "bsn",
    "burgerservicen",
    "sofin",
    "onderwijsnummer",
    "onderwijsnr",
    "persoonsgebonden",
    "rijksregister",
    "pgn",
)

# What a heading is not: a long number, an e-mail address, a GUID.
VALUE_LIKE: Final = re.compile(r"^\W*\d{4,}\W*$|@|[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}")

LONGEST_SHOWN: Final = 40  # characters of one heading in a message
MOST_SHOWN: Final = 40  # headings in one message


@lru_cache(maxsize=4096)
def normalise_heading(text: str) -> str:
    """Return letters and digits only: small, without accents, in one Unicode form."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    # Casefolding may compose anew, so the accents are split off afterwards; marks are no alphanumerics.
    split = unicodedata.normalize("NFKD", composed)
    return "".join(character for character in split if character.isalnum())


def fold_cells(cells: Iterable[str]) -> list[str]:
    """Return a line of headings as it is compared with another line: no blanks, marks or capitals."""
    folded = [cell.strip(" \t\u00a0\u200b\ufeff").casefold() for cell in cells]
    while folded and not folded[-1]:
        folded.pop()
    return folded


def is_forbidden(heading: str) -> bool:
    """Say whether a heading names a national identification number."""
    name = normalise_heading(heading)
    return name in FORBIDDEN_HEADINGS or name.startswith(FORBIDDEN_BEGINNINGS) or name.endswith("bsn")


def show_heading(heading: str) -> str:
    """Return a heading as it may stand in a message: printable, on one line, not too long."""
    printable = "".join(character if character.isprintable() else " " for character in heading)
    shown = " ".join(printable.split())
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…"


def show_headings(headings: Iterable[str], *, only: frozenset[str] | None = None) -> list[str]:
    """Return the headings a message may name.

    What looks like a value is left out, and with `only` everything that is not a known heading: a first
    line that is a heading by one word alone may be a pupil's record.
    """
    shown = [
        show_heading(heading)
        for heading in headings
        if heading.strip()
        and not VALUE_LIKE.search(heading)
        and (only is None or normalise_heading(heading) in only)
    ]
    return shown[:MOST_SHOWN] + (["…"] if len(shown) > MOST_SHOWN else [])
