"""The ledger of a school's answers: one line per answer, added at the end and never changed.

It is a file that people can read and compare; what an answer still means for a run is worked out anew each time.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from etl.csv_safety import neutralise
from etl.errors import AnswersError, OutputError
from etl.leftovers import scratch_folder
from etl.output import open_new_file
from etl.plain_file import TooLarge, read_plain_file

LARGEST_LEDGER: Final = 64 << 20  # bytes; an answer takes about two hundred
NO_SECOND_NAME: Final = "none"
MARK: Final = "koppelcheck-decisions-1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as it was entered.

    `question` is the id of what was asked, which is a fingerprint of the facts shown; `subject` holds fingerprints
    of the keys concerned, so that a later run still knows whom it was about. Dates are ISO 8601.
    """

    ledger: str  # which form of line this is
    entered: str
    school: str
    run: str
    question: str
    kind: str  # status that was asked about, or opleiding
    answer: str
    by: str
    second_by: str  # "none" where a second name was asked for and not given, else empty or the name
    answered: str
    remark: str
    subject: tuple[str, ...]
    file: str
    sha256: str


HEADINGS: Final = tuple(field.name for field in fields(Entry))


def is_ledger(data: bytes) -> bool:
    """Say whether bytes are a ledger by their first words."""
    return data.removeprefix(b"\xef\xbb\xbf").startswith(b"ledger;entered;")


def ledger_path(folder: Path, school: str) -> Path:
    """Return where the ledger of a school stands: beside its runs."""
    return folder / f"decisions-{school}.csv"


def read_ledger(path: Path, *, school: str) -> tuple[Entry, ...]:
    """Return every entry, the oldest first; a ledger that does not exist yet has none.

    Errors:  AnswersError when it is no ledger, is another school's, or a line of it is damaged.
    """
    if not os.path.lexists(path):
        return ()
    try:
        data = read_plain_file(path, max_bytes=LARGEST_LEDGER)
    except TooLarge as error:
        raise AnswersError("LEDGER-TOO-LARGE", file=path.name, megabytes=LARGEST_LEDGER >> 20) from error
    except (OSError, ValueError) as error:
        raise AnswersError("LEDGER-UNREADABLE", file=path.name) from error
    return parse_ledger(data, file=path.name, school=school)


def parse_ledger(data: bytes, *, file: str, school: str) -> tuple[Entry, ...]:
    """Return the entries of a ledger's bytes.

    Errors:  as read_ledger.
    """
    try:
        text = data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise AnswersError("LEDGER-UNREADABLE", file=file) from error
    if not rows or tuple(rows[0]) != HEADINGS:
        raise AnswersError("LEDGER-UNREADABLE", file=file)
    entries = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(HEADINGS) or row[0] != MARK:
            raise AnswersError("LEDGER-LINE", file=file, record=number)
        values = dict(zip(HEADINGS, row, strict=True))
        if values["school"] != school:
            raise AnswersError("LEDGER-OTHER-SCHOOL", file=file, record=number)
        entries.append(Entry(**{**values, "subject": tuple(values["subject"].split())}))  # type: ignore[arg-type]
    return tuple(entries)


def append_entries(path: Path, entries: Sequence[Entry]) -> None:
    """Add entries at the end: the file is replaced by itself with the new lines, or stays as it was.

    Errors:  OutputError when the disk refuses, or when what stands there is no plain file.
    """
    if not entries:
        return
    try:
        old = read_plain_file(path, max_bytes=LARGEST_LEDGER) if os.path.lexists(path) else b""
        with scratch_folder(path.parent) as folder:
            aside = folder / "ledger"
            with open_new_file(aside) as file:
                file.write(old or "\ufeff".encode() + format_rows([HEADINGS]))
                file.write(format_rows([entry_cells(entry) for entry in entries]))
            os.replace(aside, path)
    except TooLarge as error:
        raise OutputError("LEDGER-TOO-LARGE", file=path.name, megabytes=LARGEST_LEDGER >> 20) from error
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else None
        raise OutputError("OUTPUT-WRITE", file=path.name, cause=cause) from error


def format_rows(rows: Sequence[Sequence[str]]) -> bytes:
    """Return lines of a ledger: semicolons, CRLF, nothing that a spreadsheet would run."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(
        [[neutralise(" ".join(cell.split()))[0] for cell in row] for row in rows]
    )
    return out.getvalue().encode("utf-8")


def entry_cells(entry: Entry) -> list[str]:
    """Return an entry as the cells of its line."""
    return [" ".join(value) if isinstance(value, tuple) else value for value in astuple(entry)]
