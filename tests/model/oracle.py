"""The link rule of the design once more, in plain Python, so that the program is not its own judge.

It says which pairs may be linked at most and which must be; it never looks at what the program made of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.model.truth import Line, School

Pair = tuple[int, int]

_BLANKS = " \u00a0\t"
_PLACEHOLDERS = frozenset(
    {"", "-", "--", "?", "x", "n.v.t.", "nvt", "null", "none", "onbekend", "geen", "leeg"}
)


def fold_number(text: str) -> str | None:
    """Return a pupil number without spaces and leading zeros, or None when it is none.

    `1234,00` is the number 1234: a spreadsheet wrote it so. Other decimals are no number.
    """
    bare = re.sub(r"[.,]0+$", "", text.strip(_BLANKS))
    digits = bare.lstrip("0")
    return digits if re.fullmatch(r"[0-9]+", bare) and digits else None


def fold_guid(text: str) -> str | None:
    """Return the 32 digits of a GUID, or None when it is not whole or nil."""
    digits = text.strip(_BLANKS).strip("{}").replace("-", "").casefold()
    return digits if re.fullmatch(r"[0-9a-f]{32}", digits) and digits.strip("0") else None


def is_absent(text: str) -> bool:
    """Say whether a cell says nothing: empty or a placeholder."""
    return text.strip(_BLANKS).casefold() in _PLACEHOLDERS


@dataclass(frozen=True, slots=True)
class Known:
    """What one record says, as far as it can be read; `line` is its place in the generated file."""

    line: int
    source: Line
    number: str | None
    guid: str | None


def _known(lines: Iterable[Line]) -> list[Known]:
    """Read the keys of every record, once for records that are equal in all columns."""
    seen: dict[tuple[tuple[str, str], ...], Known] = {}
    broken = []
    for place, line in enumerate(lines):
        known = Known(place, line, fold_number(line.cell("stamnr")), fold_guid(line.cell("externeid")))
        if line.damage:
            broken.append(known)
        else:
            seen.setdefault(line.cells, known)
    return [*seen.values(), *broken]


def _one_per_enrolment(records: list[Known]) -> list[Known]:
    """Keep one record of a pupil who stands in the file once per class, with all four ids equal."""
    kept: dict[object, Known] = {}
    for record in records:
        ids = (record.number, record.guid, record.source.cell("idgebr"), record.source.cell("realmid"))
        same = None in ids[:2] or record.source.damage
        kept.setdefault((record.line,) if same else ids, record)
    return list(kept.values())


def _is_whole(record: Known, realm: str) -> bool:
    """Say whether a Magister record can carry a link: all ids in form, user and realm belong together."""
    user = record.source.cell("idgebr").strip(_BLANKS)
    local, _, own_realm = record.source.cell("realmid").strip(_BLANKS).partition("@")
    return (
        not record.source.damage
        and record.number is not None
        and record.guid is not None
        and user.isdecimal()
        and local == user
        and own_realm == realm
    )


def _names_of(school: School, pupil: Known) -> set[int]:
    """Say whose names the school gives a Magister record: in the file itself and in the control list."""
    names = set()
    if school.layout.magister_names != "none":
        names.add(pupil.source.name_of)
    if pupil.number is not None:
        names |= {line.name_of for line in school.control if fold_number(line.cell("stamnr")) == pupil.number}
    return names


def _agrees(school: School, pupil: Known, account: Known) -> bool:
    """Say whether nothing in a pair that meets speaks against it."""
    names = _names_of(school, pupil) if school.layout.legacy_names != "none" else set()
    if names - {account.source.name_of}:
        return False
    if account.guid is not None and account.guid != pupil.guid:
        return False
    delivered = account.source.cell("externeid")
    if account.guid is None and not is_absent(delivered) and delivered.strip("{}0- "):
        return False
    # The id agrees and the number does not: only a name on both sides can say that it is the same pupil.
    return account.number in (None, pupil.number) or bool(names)


def list_provable(school: School) -> frozenset[Pair]:
    """List the pairs (Magister line, legacy line) that the design allows to be linked; copies count once."""
    pupils = _one_per_enrolment(_known(school.magister))
    accounts = _known(
        line if not line.is_staff else Line(line.human, line.human, ()) for line in school.legacy
    )
    realms = Counter(pupil.source.cell("realmid").rpartition("@")[2] for pupil in pupils)
    realm = realms.most_common(1)[0][0]
    unique = {
        column: Counter(pupil.source.cell(column).strip(_BLANKS) for pupil in pupils)
        for column in ("idgebr", "realmid")
    }
    numbers = Counter(pupil.number for pupil in pupils), Counter(account.number for account in accounts)
    guids = Counter(pupil.guid for pupil in pupils), Counter(account.guid for account in accounts)

    def meets(pupil: Known, account: Known) -> bool:
        by_number = pupil.number is not None and pupil.number == account.number
        return by_number or (pupil.guid is not None and pupil.guid == account.guid)

    met = [(pupil, account) for pupil in pupils for account in accounts if meets(pupil, account)]
    met_pupils = Counter(pupil.line for pupil, _ in met)
    met_accounts = Counter(account.line for _, account in met)
    return frozenset(
        (pupil.line, account.line)
        for pupil, account in met
        if met_pupils[pupil.line] == 1
        and met_accounts[account.line] == 1
        and _is_whole(pupil, realm)
        and not account.source.damage
        and all(unique[column][pupil.source.cell(column).strip(_BLANKS)] == 1 for column in unique)
        and numbers[0][pupil.number] == 1
        and guids[0][pupil.guid] == 1
        and (account.number is None or numbers[1][account.number] == 1)
        and (account.guid is None or guids[1][account.guid] == 1)
        and _agrees(school, pupil, account)
    )


def list_wrong(school: School) -> frozenset[Pair]:
    """List provable pairs that give an account an id that is not its owner's.

    Nothing in the files contradicts such a pair, so no program can see it; such a school is no test.
    """
    return frozenset(
        (pupil, account)
        for pupil, account in list_provable(school)
        if fold_guid(school.magister[pupil].cell("externeid"))
        != fold_guid(school.humans[school.legacy[account].human].guid)
    )


def list_certain(school: School) -> frozenset[int]:
    """List the humans who must be linked: in both files, and nobody was in doubt about them."""
    return frozenset(school.in_both()) - school.hard


def is_findable(school: School, human: int) -> bool:
    """Say whether anything in the files tells that an account and a pupil are one human: a key, or a name."""
    pupils = [known for known in _known(school.magister) if known.source.human == human]
    accounts = [known for known in _known(school.legacy) if known.source.human == human]
    numbers = {known.number for known in pupils} & {known.number for known in accounts} - {None}
    guids = {known.guid for known in pupils} & {known.guid for known in accounts} - {None}
    has_name = school.layout.legacy_names != "none" and any(_names_of(school, pupil) for pupil in pupils)
    return bool(numbers or guids or has_name)
