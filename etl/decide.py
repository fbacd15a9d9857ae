"""Reads a file of answers against a finished run and remembers the good ones.

The run itself stays as it is: answers count in the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl.answer_book import new_entries
from etl.answers import Context, read_answers
from etl.decisions.apply import CLASSIFIED, decide_records, list_asked
from etl.decisions.evaluate import Answer
from etl.decisions.ledger import append_entries, ledger_path, read_ledger
from etl.decisions.questions import read_key_facts
from etl.history import open_run, safe_name
from etl.plan import digest_entries
from etl.release_state import void_releases


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a file: its answers with their state, places of answers to questions that are gone."""

    answers: tuple[Answer, ...]
    gone: tuple[str, ...]
    unanswered: int
    remembered: int
    ledger: Path
    voided: tuple[str, ...] = ()  # runs of which the release no longer holds


def decide_run(
    folder: Path, file: Path, *, now: datetime, by: str = "", second_by: str = "", is_trial: bool = False
) -> Decision:
    """Read answers to the questions of a run; unless it is a trial they are added to the ledger beside the run.

    Errors:  ConfigError when the folder holds no run, AnswersError when the file cannot be used as a whole.
    """
    run = open_run(folder)
    school, run_id = run.manifest["school"], run.manifest["run_id"]
    asked = list_asked(run, date.fromisoformat(run.manifest["created"][:10]))
    context = Context(asked, read_key_facts(run, CLASSIFIED), school, run_id, now, by, second_by)
    path = ledger_path(run.folder.resolve().parent, safe_name(school))
    known = read_ledger(path, school=school)
    found = read_answers(file, context)
    new = new_entries(known, found.entries)
    entries = (*known, *new)
    decided = decide_records(run, asked, entries)
    voided: tuple[str, ...] = ()
    if not is_trial:
        append_entries(path, new)
        plan = {"decisions": digest_entries(entries)}
        voided = void_releases(path.parent, school=school, plan=plan, now=now) if new else ()
    answers = _of_file(decided.answers, found.entries)
    return Decision(answers, found.gone, found.unanswered, len(new), path, voided)


def _of_file(answers: Sequence[Answer], read: Sequence[object]) -> tuple[Answer, ...]:
    """Return the newest answer to each question that the file answers."""
    asked = {getattr(entry, "question", "") for entry in read}
    newest = {answer.entry.question: answer for answer in answers}
    return tuple(answer for question, answer in newest.items() if question in asked)
