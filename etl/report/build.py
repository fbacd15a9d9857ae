"""Builds the frozen Report of one run from its tables.

It counts and groups; it decides nothing about a pupil and writes no sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl import contract
from etl.brakes import Brake, is_holding
from etl.decisions.apply import DECIDED
from etl.decisions.candidates import Candidate, list_suggested
from etl.decisions.cases import build_archive_cases, build_cases, read_people
from etl.decisions.evaluate import Answer, Decided
from etl.decisions.model import Case, PersonRecord, RowKey
from etl.decisions.opleiding import school_year_of
from etl.engines.base import Engine, Tables
from etl.intake.delivery import Delivery
from etl.report.lists import (
    read_differences,
    read_login,
    read_loose,
    read_no_login,
    read_opleiding,
    read_rejected,
    read_repairs,
)
from etl.report.model import (
    FORMAT,
    AnswerLine,
    CheckOutcome,
    GroupCount,
    Rejected,
    Remark,
    Report,
    SourceFile,
    StatusCount,
)
from etl.report.open_since import list_open
from etl.report.since import Moment, compare


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the tables do not hold: who, when and what was not done."""

    version: str
    run_id: str
    created: str
    keep_until: str
    school: str
    school_name: str
    brin: str | None
    realm: str | None
    not_performed: tuple[str, ...]
    decided: Decided
    before: Moment | None
    brakes: tuple[Brake, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Who is not linked, the cases of those who wait, how the facts compare where one was suggested, and what is wrong
    with the records that cannot go along."""

    people: dict[RowKey, PersonRecord]
    cases: tuple[Case, ...]
    evidence: dict[str, Candidate]
    rejected: tuple[Rejected, ...]


def read_held(tables: Tables) -> Held:
    """Return what the tables up to decided_pupils say of the records that are not linked."""
    people = read_people(tables, DECIDED)
    cases = build_cases(tables, people, DECIDED)
    return Held(people, cases, _evidence(tables, cases), read_rejected(tables))


def build_report(
    engine: Engine,
    facts: RunFacts,
    held: Held,
    deliveries: Sequence[Delivery],
    checks: tuple[CheckOutcome, ...],
) -> Report:
    """Return the report; every count in it comes from the one status table.

    How many cells of the import file got an apostrophe is for its writer to add.
    """
    statuses = tuple(
        StatusCount(row["source"], row["status"], row["records"])
        for row in engine.fetch_rows(
            "select source, status, cast(sum(records) as bigint) as records from status_counts"
            " group by source, status, rung order by source desc, rung"
        )
    )
    people, cases = held.people, held.cases
    by_group = {status.code: status.group for status in contract.STATUSES}
    in_group: Counter[tuple[str, str]] = Counter()
    for entry in statuses:
        in_group[entry.source, by_group[entry.status]] += entry.records
    groups = tuple(
        GroupCount(group, in_group[contract.MAGISTER, group], in_group[contract.LEGACY, group])
        for group in contract.GROUPS
    )
    accounts = {entry.status: entry.records for entry in statuses if entry.source == contract.LEGACY}
    opleiding = read_opleiding(engine)
    old_accounts = build_archive_cases(people)
    day = date.fromisoformat(facts.created[:10])
    questions = list_open(
        cases,
        old_accounts,
        opleiding,
        facts.before.questions if facts.before else (),
        run_id=facts.run_id,
        day=day,
        school_year=school_year_of(day),
    )
    now = Moment(facts.run_id, facts.created, engine, questions)
    return Report(
        format=FORMAT,
        version=facts.version,
        run_id=facts.run_id,
        created=facts.created,
        keep_until=facts.keep_until,
        school=facts.school,
        school_name=facts.school_name,
        brin=facts.brin,
        realm=facts.realm,
        verdict=_verdict(cases, checks, facts.brakes),
        cases_to_decide=sum(case.job == "decide" for case in cases),
        cases_to_correct=sum(case.job == "correct" for case in cases),
        links=in_group[contract.LEGACY, "linked"],
        links_exact=accounts["matched_exact"],
        links_repaired=accounts["matched_repaired"],
        links_changed=accounts["matched_changed"],
        accounts_total=sum(group.legacy_records for group in groups),
        pupils_total=sum(group.magister_records for group in groups),
        opleiding_to_decide=sum(entry.opleiding is None for entry in opleiding),
        school_year=school_year_of(day),
        groups=groups,
        statuses=statuses,
        cases=cases,
        old_accounts=old_accounts,
        answers=tuple(_answer_line(answer) for answer in facts.decided.answers),
        brakes=facts.brakes,
        evidence=held.evidence,
        open_questions=questions,
        since=compare(facts.before, now) if facts.before else None,
        loose=read_loose(people, by_group),
        differences=read_differences(engine),
        repairs=read_repairs(engine),
        rejected=held.rejected,
        opleiding=opleiding,
        login=read_login(engine),
        no_login=read_no_login(engine),
        checks=checks,
        not_performed=facts.not_performed,
        neutralised_cells=0,
        sources=tuple(source_file(delivery) for delivery in deliveries),
    )


def _evidence(tables: Tables, cases: Sequence[Case]) -> dict[str, Candidate]:
    """Return, for each case of one pupil and one account that were suggested, how their facts compare."""
    pairs = {
        (case.side(contract.MAGISTER)[0].source_row, case.side(contract.LEGACY)[0].source_row): case.case_id
        for case in cases
        if case.status == "suggested"
        and len(case.side(contract.LEGACY)) == len(case.side(contract.MAGISTER)) == 1
    }
    found = list_suggested(tables) if pairs else ()
    return {
        pairs[one.magister_row, one.legacy_row]: one
        for one in found
        if (one.magister_row, one.legacy_row) in pairs
    }


def _answer_line(answer: Answer) -> AnswerLine:
    entry = answer.entry
    return AnswerLine(
        entry.question,
        entry.kind,
        entry.answer,
        answer.state,
        entry.by,
        entry.second_by,
        entry.answered,
        entry.remark,
    )


def _verdict(cases: Sequence[Case], checks: Sequence[CheckOutcome], brakes: Sequence[Brake]) -> str:
    if any(check.severity == "critical" and not check.passed for check in checks):
        return "do_not_import"
    if is_holding(brakes):
        return "braked"
    return "decide" if cases else "ready"


def source_file(delivery: Delivery) -> SourceFile:
    """Return what a report tells of a delivered file."""
    profile = delivery.profile
    return SourceFile(
        source=delivery.source,
        file_name=profile.file_name,
        sha256=profile.sha256,
        size_bytes=profile.size_bytes,
        encoding=profile.encoding,
        has_bom=profile.has_bom,
        delimiter=profile.delimiter,
        line_end=profile.line_end,
        header_line=profile.header_line,
        records=profile.records + profile.broken,
        broken=profile.broken,
        blank_lines=profile.blank_lines,
        repeated_headings=profile.repeated_headings,
        footer_lines=profile.footer_lines,
        columns=(
            *((choice.heading, choice.canonical) for choice in delivery.columns),
            *((one.heading, None) for one in delivery.left_out),
        ),
        remarks=tuple(Remark(remark.code, dict(remark.fields)) for remark in profile.remarks),
    )
