"""Chooses what to ask a school: the three changes that would help most pupils.

It only asks for what would change the outcome; a file without trouble has nothing to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from etl import contract
from etl.check_keys import KeyFacts, KeyProfile
from etl.check_pair import Outlook
from etl.errors import ReconcileError
from etl.intake.delivery import Delivery

MOST_ASKS: Final = 3
LEFT_SHARE: Final = 0.1  # of the accounts without a pupil: more is a forgotten location, or another year
# A refused file helps nobody, so what would open it goes before everything else.
REFUSAL_ASKS: Final = {
    "INTAKE-NATIONAL-NUMBER": "national",
    "INTAKE-WORKBOOK-RENAMED": "csv",
    "INTAKE-IS-OTHER": "csv",
    "INTAKE-TRUNCATED": "whole",
    "INTAKE-FOOTER-MORE": "whole",
    "INTAKE-MOSTLY-BROKEN": "quoting",
    "INTAKE-QUOTE-OPEN": "quoting",
    "INTAKE-HEADER-NOT-FOUND": "headings",
    "INTAKE-HEADING-MISSING": "headings",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask the school: a code of etl/lang (check.ask.…), the file, and how many records it helps.

    `records` is 0 where it is the whole file.
    """

    code: str
    file: str
    records: int


def list_asks(
    files: Sequence[tuple[Delivery, KeyFacts]],
    refusals: Iterable[ReconcileError],
    outlook: Outlook | None,
    *,
    has_control: bool,
) -> tuple[Ask, ...]:
    """Return at most three asks, what helps most first."""
    first = [
        Ask(REFUSAL_ASKS[error.code], str(error.fields.get("file", "")), 0)
        for error in refusals
        if error.code in REFUSAL_ASKS
    ]
    found = [ask for delivery, facts in files for ask in _file_asks(delivery, facts)]
    if outlook and not outlook.alarm:
        found += _pair_asks(files, outlook, has_control=has_control)
    found.sort(key=lambda ask: (-ask.records, ask.code, ask.file))
    return tuple([*first, *(ask for ask in found if ask.records)][:MOST_ASKS])


def _file_asks(delivery: Delivery, facts: KeyFacts) -> Iterable[Ask]:
    name = delivery.profile.file_name
    keys = {key.column: key for key in facts.keys}
    spoiled = sum(key.spoiled for key in facts.keys) + facts.damaged_classes
    yield Ask("excel", name, spoiled)
    yield Ask("quoting", name, delivery.profile.broken)
    yield Ask("stamnr", name, _of(keys, "stamnr", "blank") if delivery.source == contract.MAGISTER else 0)
    yield Ask("prefix", name, _of(keys, "stamnr", "strange"))
    yield Ask("duplicates", name, _of(keys, "stamnr", "repeated"))
    if delivery.source == contract.MAGISTER:
        yield Ask("externeid", name, _of(keys, "externeid", "blank"))
        yield Ask("externeid_form", name, _of(keys, "externeid", "strange"))
        yield Ask("realmid", name, _of(keys, "realmid", "blank") + facts.disagreeing)
    doubts = sum(
        int(str(remark.fields["count"]))
        for remark in delivery.profile.remarks
        if remark.code == "INTAKE-ENCODING-DOUBT"
    )
    yield Ask("encoding", name, doubts)


def _pair_asks(
    files: Sequence[tuple[Delivery, KeyFacts]], outlook: Outlook, *, has_control: bool
) -> Iterable[Ask]:
    magister = next(delivery for delivery, _ in files if delivery.source == contract.MAGISTER)
    legacy = next(delivery for delivery, _ in files if delivery.source == contract.LEGACY)
    left = outlook.accounts["only_in_legacy"]
    if left > LEFT_SHARE * outlook.accounts_total:
        yield Ask("left", legacy.profile.file_name, left)
    has_names = any(choice.canonical in ("naam", "achternaam") for choice in magister.columns)
    if not has_control and not has_names:
        # Names confirm what the numbers prove, so they help less than what is missing altogether.
        yield Ask("control", magister.profile.file_name, 1)


def _of(keys: dict[str, KeyProfile], column: str, state: str) -> int:
    return int(getattr(keys[column], state)) if column in keys else 0
