"""Lets the answers of a school count in a run: what they do goes into the tables that the stages read.

The rule of what an answer may do is in `39_accepted_decisions.sql`; here only their state is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from etl import contract
from etl.decisions.cases import HELD, build_archive_cases, build_cases, read_people
from etl.decisions.evaluate import STALE, Decided, evaluate
from etl.decisions.ledger import Entry
from etl.decisions.model import IS_PUPIL, Case, Outcome, PersonRecord, RowKey
from etl.decisions.opleiding import school_year_of
from etl.decisions.questions import read_key_facts
from etl.engines.base import Tables, Workbench
from etl.intake.load import values_select

CLASSIFIED: Final = "classified_pupils"
DECIDED: Final = "decided_pupils"
# What an answer does to the status of a record; archiving does nothing to it.
STATUS_OUTCOMES: Final = frozenset({"linked", "released", IS_PUPIL})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run would ask without any answer: the cases to decide, and the accounts that nobody claims."""

    cases: tuple[Case, ...]
    archive: tuple[Case, ...]
    classes: tuple[str, ...]
    school_year: str


def list_asked(engine: Tables, day: date) -> Asked:
    """Return what is asked before answers count; the stages up to classified_pupils have run."""
    people = read_people(engine, CLASSIFIED)
    classes = engine.fetch_rows(
        "select klas_key from magister_rows where klas_key is not null"
        " union select klas_key from legacy_rows where klas_key is not null order by 1"
    )
    return Asked(
        tuple(case for case in build_cases(engine, people, CLASSIFIED) if case.job == "decide"),
        build_archive_cases(people | _let_go(people)),
        tuple(row["klas_key"] for row in classes),
        school_year_of(day),
    )


def _let_go(people: Mapping[RowKey, PersonRecord]) -> dict[RowKey, PersonRecord]:
    """Return the accounts of cases as they are when an answer lets them go: then they may be archived."""
    return {
        ("let go", row): replace(person, status="only_in_legacy", reason="decided_no_pupil")
        for (source, row), person in people.items()
        if source == contract.LEGACY and person.status in HELD
    }


def decide_records(engine: Tables, asked: Asked, entries: Sequence[Entry]) -> Decided:
    """Work out what the answers do and give each its state; settle judges the rest."""
    return evaluate(
        entries,
        (*asked.cases, *asked.archive),
        read_key_facts(engine, CLASSIFIED) if entries else {},
        classes=asked.classes,
        school_year=asked.school_year,
    )


def load_decisions(engine: Workbench, decided: Mapping[str, Decided]) -> None:
    """Make the table of what the answers of each school do to records. Archiving changes no status: it is not in it.

    Shape:   school, case_id, source, source_row, outcome (linked, released, is_pupil), other_row.
    """
    rows = [
        (school, one.case_id, one.source, one.source_row, one.outcome, one.other_row)
        for school, own in decided.items()
        for one in own.outcomes
        if one.outcome in STATUS_OUTCOMES
    ]
    columns = {"school": "string", "case_id": "string", "source": "string", "source_row": "bigint"}
    engine.create_table(
        "decisions", values_select(columns | {"outcome": "string", "other_row": "bigint"}, rows)
    )


def settle(engine: Tables, decided: Decided) -> Decided:
    """Return the answers as the final ledger bears them out; the stages up to decided_pupils have run.

    Whether an old account may be archived is judged here: another answer may have let it go. An answer that the rule
    did not accept is stale; there is none while only safe answers are offered.
    """
    asked = build_archive_cases(read_people(engine, DECIDED))
    entries = [answer.entry for answer in decided.answers]
    final = evaluate(entries, asked, {}, classes=(), school_year="")
    rows = engine.fetch_rows("select source, source_row, case_id from accepted_decisions")
    accepted = {(row["source"], row["source_row"]) for row in rows}
    refused = {one.case_id for one in decided.outcomes if one.outcome in STATUS_OUTCOMES}
    refused -= {row["case_id"] for row in rows}
    answers = []
    for before, after in zip(decided.answers, final.answers, strict=True):
        if before.entry.kind == "only_in_legacy" and before.entry.answer != IS_PUPIL:
            answers.append(after)
        elif before.entry.question.partition(".")[0] in refused:
            answers.append(replace(before, state=STALE))
        else:
            answers.append(before)
    return replace(
        decided,
        answers=tuple(answers),
        outcomes=(
            *(one for one in decided.outcomes if (one.source, one.source_row) in accepted),
            *(one for one in final.outcomes if one.outcome != IS_PUPIL),
        ),
    )


def archived(decided: Decided) -> tuple[Outcome, ...]:
    """Return the accounts that the school wants archived."""
    return tuple(
        one for one in decided.outcomes if one.outcome == "archive" and one.source == contract.LEGACY
    )
