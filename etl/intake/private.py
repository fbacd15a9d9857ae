"""Tells which delivered columns are not read: what the job does not need is not kept, whatever the heading.

It looks at headings only; national numbers under another heading are found by `national.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from etl.contract import Source
from etl.intake.columns import Match
from etl.intake.headings import normalise_heading

# Facts about a person that no account needs. Whole normalised headings …
PRIVATE_HEADINGS: Final = frozenset(
    "geboortedatum geboortedatumstr gebdatum gebdatumstr gebdat geb birthdate dateofbirth dob geboorteplaats "
    "geboorteland geslacht gender sekse sex leeftijd age adres address straat street huisnummer huisnr postcode zip "
    "zipcode woonplaats plaats city gemeente land country telefoon telefoonnummer tel telnr mobiel mobielnummer "
    "mobiele gsm phone mobile nationaliteit nationality eckid ketenid iban rekeningnummer foto photo pasfoto religie "
    "geloof huisarts medicatie allergie allergieen dyslexie diagnose zorg zorgniveau thuistaal".split()
)
# … and how such headings begin: "Telefoon moeder", "E-mail ouder 1", "Medische gegevens".
PRIVATE_BEGINNINGS: Final = (
    "geboorte",
    "medisch",
    "ouder1",
    "ouder2",
    "verzorger",
    "vader",
    "moeder",
    "telefoon",
    "emailouder",
    "emailverzorger",
    "emailvader",
    "emailmoeder",
    "adresouder",
    "nooddossier",
    "noodnummer",
)

DROPPED: Final = "dropped"
PRIVATE: Final = "private"
UNKNOWN: Final = "unknown"


def list_left_out(
    source: Source,
    headings: Sequence[str],
    matches: Mapping[str, Match],
    *,
    drop: Collection[str],
    keep: Collection[str],
) -> dict[int, str]:
    """Return the columns whose values are not kept, with why: dropped, private or unknown.

    Of the account list every other column stays, because the import file repeats it; of the other files only what
    has a use.
    """
    dropped = {normalise_heading(heading) for heading in drop} - {""}
    kept = {normalise_heading(heading) for heading in keep} - {""}
    used = {place for match in matches.values() for place in (*match.positions, *match.others)}
    left_out: dict[int, str] = {}
    for place, heading in enumerate(headings):
        name = normalise_heading(heading)
        if name in dropped:
            left_out[place] = DROPPED
        elif place in used or name in kept:
            continue
        elif is_private(name):
            left_out[place] = PRIVATE
        elif not source.keeps_others:
            left_out[place] = UNKNOWN
    return left_out


def is_private(name: str) -> bool:
    """Say whether a normalised heading names a fact about a person that the job does not need."""
    return name in PRIVATE_HEADINGS or name.startswith(PRIVATE_BEGINNINGS)
