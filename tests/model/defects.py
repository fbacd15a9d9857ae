"""The list of everything that goes wrong in delivered files, what can be repaired and what is doubtful.

It says what is planted and how; what the program should make of it is for the tests.
"""

from __future__ import annotations

from random import Random
from typing import Final

from tests.model.people import new_guid
from tests.model.planting import (
    Change,
    Defect,
    break_record,
    change_class,
    copy_record,
    employ,
    enrol_twice,
    exchange,
    leave,
    renumber,
    reuse_number,
    rewrite,
    second_account,
    share_email,
    take_from_another,
    vary_name,
)
from tests.model.truth import OTHER_REALM, REALM, Damage

NBSP: Final = "\u00a0"


def _within_blanks(change: Change) -> Change:
    """Apply a change to the text between the blanks that another defect may have put around it."""

    def apply(text: str, random: Random) -> str:
        core = text.strip(" " + NBSP)
        return text.replace(core, change(core, random)) if core else text

    return apply


@_within_blanks
def _toggle_zeros(text: str, random: Random) -> str:
    return text.lstrip("0") if text.startswith("0") else "0" * random.randint(1, 3) + text


@_within_blanks
def _toggle_case(text: str, random: Random) -> str:
    return text.lower() if text != text.lower() else text.upper()


@_within_blanks
def _toggle_braces(text: str, random: Random) -> str:
    return text.strip("{}") if text.startswith("{") else "{" + text + "}"


@_within_blanks
def _truncate(text: str, random: Random) -> str:
    return text.rstrip("}")[:-4]


def _pad(filler: str) -> Change:
    return lambda text, random: random.choice((filler + text, text + filler, filler + text + filler * 2))


def _one_of(*texts: str) -> Change:
    return lambda text, random: random.choice(texts)


def _wrong_user(text: str, random: Random) -> str:
    return f"{random.randint(61_000, 69_000)}@{REALM}"


def _other_realm(text: str, random: Random) -> str:
    return text.partition("@")[0] + "@" + OTHER_REALM


def _both_sides(name: str, column: str, change: Change, *, is_hard: bool) -> dict[str, Defect]:
    return {
        f"{name} in {side}": rewrite(side, column, change, is_hard=is_hard) for side in ("magister", "legacy")
    }


_PLACEHOLDERS: Final = ("-", "n.v.t.", "onbekend", "NULL")

_WIDTHS: Final[tuple[tuple[str, Damage], ...]] = (("narrow", "narrow"), ("wide", "wide"))

REPAIRABLE: Final[dict[str, Defect]] = {
    **_both_sides("zeros", "stamnr", _toggle_zeros, is_hard=False),
    **_both_sides("capitals", "externeid", _toggle_case, is_hard=False),
    **_both_sides("braces", "externeid", _toggle_braces, is_hard=False),
    **_both_sides("spaces around number", "stamnr", _pad(" "), is_hard=False),
    **_both_sides("hard spaces around number", "stamnr", _pad(NBSP), is_hard=False),
    **_both_sides("spaces around id", "externeid", _pad(" "), is_hard=False),
    **_both_sides("hard spaces around id", "externeid", _pad(NBSP), is_hard=False),
    **_both_sides("no dashes", "externeid", lambda text, random: text.replace("-", ""), is_hard=False),
    "copy in magister": copy_record("magister"),
    "copy in legacy": copy_record("legacy"),
    "enrolled twice": enrol_twice,
    "class changed": change_class,
    "name written otherwise": vary_name,
    "e-mail shared": share_email,
    "gone": leave("magister"),
    "new": leave("legacy"),
    "teacher": employ(on_pupil_number=False),
}

DOUBTFUL: Final[dict[str, Defect]] = {
    **_both_sides("number blank", "stamnr", _one_of("", "  ", NBSP), is_hard=True),
    **_both_sides("number placeholder", "stamnr", _one_of(*_PLACEHOLDERS), is_hard=True),
    **_both_sides("number with letters", "stamnr", lambda text, random: "A" + text, is_hard=True),
    **_both_sides("number in powers", "stamnr", _one_of("1,09999E+05", "1.2E+04", "1E5"), is_hard=True),
    **_both_sides("number with fraction", "stamnr", lambda text, random: text + ",5", is_hard=True),
    **_both_sides("number with decimals", "stamnr", lambda text, random: text + ",00", is_hard=True),
    **_both_sides("number negative", "stamnr", lambda text, random: "-" + text, is_hard=True),
    **_both_sides("number zero", "stamnr", _one_of("0", "000"), is_hard=True),
    **_both_sides("id blank", "externeid", _one_of("", " "), is_hard=True),
    **_both_sides("id placeholder", "externeid", _one_of(*_PLACEHOLDERS), is_hard=True),
    **_both_sides("id truncated", "externeid", _truncate, is_hard=True),
    **_both_sides("id nil", "externeid", _one_of("00000000-0000-0000-0000-000000000000"), is_hard=True),
    **_both_sides("id unknown", "externeid", lambda text, random: new_guid(random), is_hard=True),
    "user blank": rewrite("magister", "idgebr", _one_of(""), is_hard=True),
    "realm blank": rewrite("magister", "realmid", _one_of(""), is_hard=True),
    "realm of another user": rewrite("magister", "realmid", _wrong_user, is_hard=True),
    "realm of another school": rewrite("magister", "realmid", _other_realm, is_hard=True),
    "user repeated": take_from_another("magister", "idgebr"),
    "realm repeated": take_from_another("magister", "realmid"),
    "user and realm repeated": take_from_another("magister", "idgebr", "realmid"),
    "number repeated in magister": take_from_another("magister", "stamnr"),
    "number repeated in legacy": take_from_another("legacy", "stamnr"),
    "padded number repeated in magister": take_from_another("magister", "stamnr", is_padded=True),
    "padded number repeated in legacy": take_from_another("legacy", "stamnr", is_padded=True),
    "id repeated in magister": take_from_another("magister", "externeid"),
    "id repeated in legacy": take_from_another("legacy", "externeid"),
    "ids swapped in legacy": exchange("legacy", "externeid"),
    "ids swapped in magister": exchange("magister", "externeid", "idgebr", "realmid"),
    "twins swapped": exchange("legacy", "stamnr"),
    "number re-used": reuse_number,
    "renumbered": renumber,
    "second account": second_account,
    "teacher on a pupil's number": employ(on_pupil_number=True),
    **{
        f"record too {word} in {side}": break_record(side, damage)
        for side in ("magister", "legacy")
        for word, damage in _WIDTHS
    },
}

DEFECTS: Final[dict[str, Defect]] = {**REPAIRABLE, **DOUBTFUL}
