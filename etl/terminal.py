"""What the terminal shows of a run, as lines of text and as plain data.

It formats; every figure comes from the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.brakes import brake_words
from etl.decisions.evaluate import STATES
from etl.texts import show_value, text

if TYPE_CHECKING:
    from etl.pipeline import RunOutcome
    from etl.report.model import Report

LABEL_WIDTH: Final = 34
NUMBER_WIDTH: Final = 10


def run_lines(outcome: RunOutcome, language: str) -> Iterator[str]:
    """Yield what a run found, where it wrote, and what to do next."""
    report = outcome.report
    yield ""
    yield text(
        f"cli.verdict.{outcome.verdict}",
        language,
        decide=report.cases_to_decide,
        correct=report.cases_to_correct,
        failed=sum(check.severity == "critical" and not check.passed for check in report.checks),
    )
    yield ""
    yield _row("", text("cli.column.legacy", language), text("cli.column.magister", language))
    for group in report.groups:
        if group.group == "aside" and not (group.legacy_records or group.magister_records):
            continue
        yield _row(
            text(f"group.{group.group}", language),
            _count(group.legacy_records, language),
            _count(group.magister_records, language),
        )
    yield "  " + "-" * (LABEL_WIDTH + 2 * NUMBER_WIDTH)
    yield _row(
        text("cli.total" if _adds_up(report) else "cli.total_wrong", language),
        _count(report.accounts_total, language),
        _count(report.pupils_total, language),
    )
    yield ""
    for brake in report.brakes:
        if brake.state != "free":
            yield brake_words(brake, language)
    for state in STATES:
        count = sum(answer.state == state for answer in report.answers)
        if count:
            yield text(f"cli.answers.{state}", language, count=count)
    if report.opleiding_to_decide:
        yield text("cli.opleiding", language, count=report.opleiding_to_decide)
    for code in report.not_performed:
        yield text("cli.not_performed", language, what=text(f"not_performed.{code}", language))
    for run in outcome.voided:
        yield text("release.voided", language, run=run)
    yield ""
    yield text("cli.written", language)
    yield f"  {outcome.run_folder}"
    for path, what in _outputs(outcome.run_folder):
        yield f"    {path:<26} {text(what, language)}"
    yield ""
    run, classes = _quoted(outcome.run_folder), report.opleiding_to_decide
    if outcome.verdict == "ready" and classes:
        yield text("cli.classes_wait", language, run=run, count=classes)
    else:
        yield text(_next_step(outcome), language, run=run)


def run_answer(outcome: RunOutcome) -> dict[str, Any]:
    """Return what came of a run as plain data, codes untranslated."""
    report = outcome.report
    return {
        "verdict": outcome.verdict,
        "run_folder": str(outcome.run_folder),
        "exit_code": outcome.exit_code,
        "statuses": outcome.statuses,
        "links": report.links,
        "cases_to_decide": report.cases_to_decide,
        "cases_to_correct": report.cases_to_correct,
        "opleiding_to_decide": report.opleiding_to_decide,
        "answers": {state: sum(answer.state == state for answer in report.answers) for state in STATES},
        "voided": list(outcome.voided),
        "brakes": {brake.name: brake.state for brake in report.brakes},
        "checks_failed": [check.code for check in report.checks if not check.passed],
        "not_performed": list(report.not_performed),
    }


def _adds_up(report: Report) -> bool:
    """Return whether the groups account for every record that was read, on both sides."""
    read = {source.source: source.records for source in report.sources}
    return (
        sum(group.legacy_records for group in report.groups) == read["legacy"]
        and sum(group.magister_records for group in report.groups) == read["magister"]
    )


def _outputs(folder: Path) -> Iterator[tuple[str, str]]:
    for name, what in (
        ("import/numo_import.csv", "cli.output.import"),
        ("import/crosswalk.csv", "cli.output.crosswalk"),
        ("import/reverse.csv", "cli.output.reverse"),
        ("import/archive.csv", "cli.output.archive"),
        ("report/report.html", "cli.output.html"),
        ("report/summary.html", "cli.output.summary"),
        ("report/report.xlsx", "cli.output.xlsx"),
        ("report/report.json", "cli.output.json"),
        ("questions.csv", "cli.output.questions"),
        ("decisions.csv", "cli.output.decisions"),
        ("run.duckdb", "cli.output.database"),
        ("manifest.json", "cli.output.manifest"),
    ):
        if (folder / name).is_file():
            yield name, what


def _next_step(outcome: RunOutcome) -> str:
    has_workbook = (outcome.run_folder / "report" / "report.xlsx").is_file()
    return (
        f"cli.next.{outcome.verdict}"
        if has_workbook or outcome.verdict != "decide"
        else "cli.decide_page_only"
    )


def _row(label: str, legacy: str, magister: str) -> str:
    # The space in front counts in the width: also tens of millions stay apart.
    return f"  {label:<{LABEL_WIDTH}}{f' {legacy}':>{NUMBER_WIDTH}}{f' {magister}':>{NUMBER_WIDTH}}"


def _count(records: int, language: str) -> str:
    return show_value(records, language) if records else "-"


def _quoted(path: Path) -> str:
    shown = str(path)
    return f'"{shown}"' if " " in shown else shown
