"""What people are asked and what they may answer, as frozen facts. Codes only; their sentences are in `etl/lang/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SAME: Final = "same"
DIFFERENT: Final = "different"
NONE: Final = "none"
UNKNOWN: Final = "unknown"
PUPIL: Final = "pupil"  # pupil-2: the second Magister record of the case
ACCOUNT: Final = "account"  # account-1: the first old account of the case
ARCHIVE: Final = "archive"
KEEP: Final = "keep"
IS_PUPIL: Final = "is_pupil"

RowKey = tuple[str, int]  # source, source_row


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One delivered record in a case, as delivered; None where the file has no such column."""

    source: str  # magister | legacy
    source_row: int
    line_number: int
    status: str
    reason: str
    stamnr: str | None
    name: str | None
    school_class: str | None
    externeid: str | None
    account: str | None  # account id or user name in the legacy file
    email: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """What one person can answer of a case: about the whole of it, or about one account of several.

    `options` are answer codes in the order offered; `account` is the place (from 1) of the account it is about, or
    0 for the whole case. `second_name` are the options that ask for a second person.
    """

    question_id: str  # the case's, with .1, .2 behind it for one account of several
    account: int
    options: tuple[str, ...]
    second_name: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One job about one pupil or one group of records: to decide, or to correct at the source.

    `differs` names the fields of PersonRecord in which the two sides differ.
    `also` holds the reasons of the other records where they differ from `reason`.
    `questions` is empty where no answer can help before something else is put right.
    """

    case_id: str  # "K-" and 8 hexadecimal digits, stable while the facts are
    job: str  # decide | correct
    status: str
    reason: str
    also: tuple[str, ...]
    place: str  # where to act: magister | legacy | both
    records: tuple[PersonRecord, ...]
    differs: tuple[str, ...]
    questions: tuple[Question, ...] = ()

    def side(self, source: str) -> tuple[PersonRecord, ...]:
        """Return the records of one file, in the order in which answers count them."""
        return tuple(record for record in self.records if record.source == source)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one answer does to one record: linked (with a record of the other file), released or is_pupil."""

    case_id: str
    source: str
    source_row: int
    outcome: str
    other_row: int | None
