"""What the terminal shows of a run and of a checked file, as lines of text.

It formats; every figure comes from the report or from the file's profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.texts import show_value, text

if TYPE_CHECKING:
    from etl.check import FileCheck
    from etl.intake.understand import Understood
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
    if report.opleiding_to_decide:
        yield text("cli.opleiding", language, count=report.opleiding_to_decide)
    for code in report.not_performed:
        yield text("cli.not_performed", language, what=text(f"not_performed.{code}", language))
    yield ""
    yield text("cli.written", language)
    yield f"  {outcome.run_folder}"
    for path, what in _outputs(outcome.run_folder):
        yield f"    {path:<26} {text(what, language)}"
    yield ""
    yield text(f"cli.next.{outcome.verdict}", language, run=_quoted(outcome.run_folder))


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
        "checks_failed": [check.code for check in report.checks if not check.passed],
        "not_performed": list(report.not_performed),
    }


def check_lines(checked: FileCheck, language: str) -> Iterator[str]:
    """Yield what one file is and how it was understood."""
    profile = checked.delivery.profile
    yield ""
    yield text(
        "check.file",
        language,
        file=profile.file_name,
        kind=text(f"check.kind.{checked.kind}", language),
        records=profile.records + profile.broken,
    )
    yield "  " + text(
        "check.layout",
        language,
        encoding=profile.encoding,
        delimiter=text(f"delimiter.{_delimiter_code(profile.delimiter)}", language),
        line_end=profile.line_end,
        header_line=profile.header_line,
    )
    if profile.broken:
        yield "  " + text("check.broken", language, count=profile.broken)
    for choice in checked.delivery.columns:
        taken = choice.canonical or text("check.column_unused", language)
        yield "    " + text(
            "check.column",
            language,
            heading=choice.heading or f"({choice.position + 1})",
            canonical=taken,
            why=text(f"check.why.{choice.why}", language),
        )
    for key in checked.keys:
        yield "  " + text(
            "check.key",
            language,
            column=key.column,
            filled=key.records - key.blank,
            blank=key.blank,
            distinct=key.distinct,
            leading_zero=key.leading_zero,
            shortest=key.shortest,
            longest=key.longest,
        )
    for remark in profile.remarks:
        yield "  ! " + text(remark.code, language, **remark.fields)


def check_answer(checked: FileCheck) -> dict[str, Any]:
    """Return one checked file as plain data, codes untranslated."""
    profile = checked.delivery.profile
    return {
        "file": profile.file_name,
        "kind": checked.kind,
        "encoding": profile.encoding,
        "has_bom": profile.has_bom,
        "delimiter": profile.delimiter,
        "line_end": profile.line_end,
        "header_line": profile.header_line,
        "records": profile.records + profile.broken,
        "broken": profile.broken,
        "columns": [
            {"heading": choice.heading, "canonical": choice.canonical, "why": choice.why}
            for choice in checked.delivery.columns
        ],
        "keys": [
            {
                "column": key.column,
                "records": key.records,
                "blank": key.blank,
                "distinct": key.distinct,
                "leading_zero": key.leading_zero,
                "shortest": key.shortest,
                "longest": key.longest,
            }
            for key in checked.keys
        ],
        "remarks": [remark.code for remark in profile.remarks],
    }


def understood_lines(file_name: str, understood: Understood, language: str) -> Iterator[str]:
    """Yield how a text of any columns was understood."""
    yield text(
        "check.understood",
        language,
        file=file_name,
        columns=len(understood.headings),
        records=len(understood.rows),
        encoding=understood.encoding,
        delimiter=text(f"delimiter.{_delimiter_code(understood.delimiter)}", language),
        line_end=understood.line_end,
    )
    for code in ("titles", "heading_rows", "mended", "ragged"):
        count = getattr(understood, code)
        if count > (code == "heading_rows"):
            yield "  ! " + text(f"check.understood.{code}", language, count=count)


def understood_answer(file_name: str, understood: Understood) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "file": file_name,
        "encoding": understood.encoding,
        "delimiter": understood.delimiter,
        "quote": understood.quote,
        "line_end": understood.line_end,
        # Counted and not named: where a file has no headings, its first row is somebody's.
        "columns": len(understood.headings),
        "records": len(understood.rows),
        "titles": understood.titles,
        "heading_rows": understood.heading_rows,
        "mended": understood.mended,
        "ragged": understood.ragged,
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
        ("report/report.html", "cli.output.html"),
        ("report/report.xlsx", "cli.output.xlsx"),
        ("report/report.json", "cli.output.json"),
        ("questions.csv", "cli.output.questions"),
        ("run.duckdb", "cli.output.database"),
        ("manifest.json", "cli.output.manifest"),
    ):
        if (folder / name).is_file():
            yield name, what


def _row(label: str, legacy: str, magister: str) -> str:
    return f"  {label:<{LABEL_WIDTH}}{legacy:>{NUMBER_WIDTH}}{magister:>{NUMBER_WIDTH}}"


def _count(records: int, language: str) -> str:
    return show_value(records, language) if records else "-"


def _delimiter_code(delimiter: str) -> str:
    known = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar", " ": "space", "": "none"}
    return known.get(delimiter, "other")


def _quoted(path: Path) -> str:
    shown = str(path)
    return f'"{shown}"' if " " in shown else shown
