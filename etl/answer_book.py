"""The answers that count in a run: those the school gave before, and those of the file it sent now.

Answers are remembered beside the runs of the school, so that nobody has to give them twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from etl.decisions.evaluate import Decided
from etl.decisions.ledger import (
    HEADINGS,
    Entry,
    append_entries,
    entry_cells,
    format_rows,
    ledger_path,
    read_ledger,
)
from etl.history import safe_name
from etl.output import write_new_file

if TYPE_CHECKING:
    from etl.engines.base import Workbench

DECISIONS_NAME: Final = "decisions.csv"


class _Request(Protocol):
    @property
    def out(self) -> Path: ...
    @property
    def decisions(self) -> Path | None: ...
    @property
    def now(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def second_by(self) -> str: ...


class AnswerBook:
    """The ledger of one school and the answers that one run adds to it."""

    def __init__(self, request: _Request, school: str) -> None:
        self._request = request
        self._school = school
        self._path = ledger_path(request.out, safe_name(school))
        self._known = read_ledger(self._path, school=school)
        self._new: tuple[Entry, ...] = ()

    def answering(self, run_id: str) -> Callable[[Workbench], Decided] | None:
        """Return what works out the answers once the records are classified; None when there are no answers.

        Errors:  AnswersError when the file of answers cannot be used.
        """
        if not self._known and self._request.decisions is None:
            return None

        def work_out(engine: Workbench) -> Decided:
            from etl.answers import Context, read_answers
            from etl.decisions.apply import CLASSIFIED, decide_records, list_asked
            from etl.decisions.questions import read_key_facts

            request = self._request
            asked = list_asked(engine, request.now.date())
            if request.decisions is not None:
                facts = read_key_facts(engine, CLASSIFIED)
                context = Context(
                    asked, facts, self._school, run_id, request.now, request.by, request.second_by
                )
                found = read_answers(request.decisions, context)
                self._new = new_entries(self._known, found.entries)
            return decide_records(engine, asked, (*self._known, *self._new))

        return work_out

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return every answer that counts in this run, in the order of the ledger."""
        return (*self._known, *self._new)

    def remember(self) -> None:
        """Add the answers of this run to the ledger.

        Errors:  OutputError when the disk refuses; the run itself is there.
        """
        append_entries(self._path, self._new)


def new_entries(known: tuple[Entry, ...], read: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the entries that say something new: the same file read in twice adds nothing."""
    last = {entry.question: _said(entry) for entry in known}
    return tuple(entry for entry in read if last.get(entry.question) != _said(entry))


def _said(entry: Entry) -> Entry:
    return replace(entry, entered="", run="", file="", sha256="")


def write_decisions(decided: Decided, path: Path) -> None:
    """Write every answer with what it means in this run; no file when there are no answers."""
    if not decided.answers:
        return
    rows = [("state", *HEADINGS), *((answer.state, *entry_cells(answer.entry)) for answer in decided.answers)]
    write_new_file(path, "\ufeff".encode() + format_rows(rows))
