"""Builds the sheets that a school looks things up in: differences, opleiding, loose records, checks, files.

It refuses to judge: kinds, groups and results are as the report gives them, only put in reading order.
"""

from __future__ import annotations

from typing import Final

from etl import contract
from etl.decisions.model import PersonRecord
from etl.report.model import CheckOutcome, LooseRecord, Report, SourceFile
from etl.report.workbook import Cell, Column, Sheet, file_word, make_columns, make_row
from etl.texts import show_value, text

_KINDS: Final = ("material", "cosmetic")
# A record that could not be read at all; it is on the worklist too.
_BROKEN: Final = frozenset({"record_width", "quote_damaged", "control_character"})
_RECORD_COLUMNS: Final = (
    ("line", 8, "line"),
    ("stamnr", 13, "fact"),
    ("name", 30, "fact"),
    ("class", 8, "fact"),
)
_DELIMITERS: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def build_differences(report: Report, language: str) -> Sheet:
    """One row per field that differs for a linked pupil, material first."""
    columns = make_columns(
        language,
        ("kind", 22, "words"),
        ("field", 18, "words"),
        ("cause", 32, "words"),
        ("stamnr", 13, "fact"),
        ("legacy_line", 14, "line"),
        ("legacy_value", 40, "fact"),
        ("magister_line", 14, "line"),
        ("magister_value", 40, "fact"),
    )
    rows = tuple(
        make_row(
            text(f"sheet.kind.{entry.kind}", language),
            text(f"sheet.field.{entry.field}", language),
            text(f"cause.{entry.cause}", language),
            entry.stamnr,
            entry.legacy_line,
            entry.legacy_value,
            entry.magister_line,
            Cell(entry.magister_value, "differs" if entry.kind == "material" else None),
        )
        for entry in sorted(
            report.differences, key=lambda entry: (_KINDS.index(entry.kind), entry.cause == "year_turn")
        )
    )
    return _sheet("differences", "look", language, columns, rows)


def build_repairs(report: Report, language: str) -> Sheet:
    """One row per value that was read otherwise than it was delivered, and why."""
    columns = make_columns(
        language,
        ("file", 14, "words"),
        ("line", 8, "line"),
        ("field", 24, "words"),
        ("delivered", 42, "fact"),
        ("used", 42, "fact"),
        ("repair", 52, "words"),
    )
    rows = tuple(
        make_row(
            file_word(entry.source, language),
            entry.line_number,
            text(f"sheet.field.{entry.column}", language),
            entry.delivered,
            entry.used or None,
            text(f"repair.{entry.repair}", language),
        )
        for entry in report.repairs
    )
    return _sheet("repairs", "look", language, columns, rows)


def build_rejected(report: Report, language: str) -> Sheet:
    """One row per record that has to be corrected first: where it stands, which value, and what to do."""
    columns = make_columns(
        language,
        ("file", 14, "words"),
        ("line", 8, "line"),
        ("field", 24, "words"),
        ("delivered", 42, "fact"),
        ("reason", 48, "words"),
        ("action", 56, "words"),
    )
    rows = tuple(
        make_row(
            file_word(entry.source, language),
            entry.line_number,
            text(f"sheet.field.{entry.column}" if entry.column else "sheet.whole_record", language),
            Cell(entry.delivered, "differs"),
            text(f"reason.{entry.reason}", language),
            text(f"reason.{entry.reason}.action", language),
        )
        for entry in report.rejected
    )
    return _sheet("rejected", "look", language, columns, rows)


def build_new(report: Report, language: str) -> Sheet:
    """The pupils for whom the Magister import makes an account."""
    columns = make_columns(language, *_RECORD_COLUMNS, ("externeid", 42, "fact"))
    rows = tuple((*_facts(entry.record), Cell(entry.record.externeid)) for entry in _of_group(report, "new"))
    return _sheet("new", "look", language, columns, rows)


def build_aside(report: Report, language: str) -> Sheet:
    """Copies, records outside the check, and records that could not be read (with their case)."""
    columns = make_columns(
        language,
        ("file", 14, "words"),
        *_RECORD_COLUMNS,
        ("status", 24, "words"),
        ("reason", 56, "words"),
        ("case", 13, "fact"),
    )
    entries: list[tuple[PersonRecord, str | None]] = [
        (entry.record, None) for entry in _of_group(report, "aside")
    ]
    entries += [
        (record, case.case_id) for case in report.cases for record in case.records if record.reason in _BROKEN
    ]
    rows = tuple(
        (
            Cell(file_word(record.source, language)),
            *_facts(record),
            Cell(text(f"status.{record.status}", language)),
            Cell(text(f"reason.{record.reason}", language)),
            Cell(case_id),
        )
        for record, case_id in entries
    )
    return _sheet("aside", "look", language, columns, rows)


def build_checks(report: Report, language: str) -> Sheet:
    """What was checked and with what result, and what could not be checked."""
    columns = make_columns(
        language,
        ("result", 20, "strong"),
        ("check", 52, "words"),
        ("severity", 18, "words"),
        ("checked", 13, "number"),
        ("failed", 13, "number"),
        ("failed_rows", 40, "words"),
        ("table", 20, "fact"),
        ("code", 22, "fact"),
    )
    rows = [_check_row(check, language) for check in sorted(report.checks, key=lambda check: check.passed)]
    rows += [
        make_row(
            Cell(text("sheet.result.not_performed", language), "muted"),
            text(f"not_performed.{code}", language),
            *(None,) * 5,
            code,
        )
        for code in report.not_performed
    ]
    return _sheet("checks", "about", language, columns, tuple(rows))


def _check_row(check: CheckOutcome, language: str) -> tuple[Cell, ...]:
    places = []
    for place in check.failed_rows:
        source, _, line = place.partition(" ")
        places.append(f"{file_word(source, language)} {line}" if source in contract.SOURCES else place)
    if check.failed > len(places) > 0:
        places.append("…")
    return make_row(
        _result(check, language),
        check.title_nl if language == "nl" else check.title_en,
        text(f"page.checks.{check.severity}", language),
        check.checked,
        check.failed,
        ", ".join(places),
        check.table,
        check.code,
    )


def _result(check: CheckOutcome, language: str) -> str:
    if check.passed:
        return "✓ " + text("page.checks.passed", language)
    return "✗ " + text("page.checks.failed", language, count=check.failed)


def build_files(report: Report, language: str) -> Sheet:
    """How each delivered file was understood: one row per property, one column per file."""
    columns = (
        *make_columns(language, ("property", 37, "strong")),
        *make_columns(language, *((f"file.{source.source}", 68, "words") for source in report.sources)),
    )
    described = [_describe_file(source, language) for source in report.sources]
    names = list(described[0]) if described else []
    rows = tuple(
        make_row(text(f"sheet.property.{name}", language), *(file[name] for file in described))
        for name in names
    )
    return _sheet("files", "about", language, columns, rows)


def _describe_file(source: SourceFile, language: str) -> dict[str, str]:
    delimiter = _DELIMITERS.get(source.delimiter)
    mixed = source.line_end == "mixed"
    counts = {
        name: show_value(getattr(source, name), language)
        for name in ("records", "broken", "blank_lines", "repeated_headings", "footer_lines", "header_line")
    }
    return {
        "file_name": source.file_name,
        **counts,
        "columns": "\n".join(_column_use(*column, language) for column in source.columns),
        "remarks": "\n".join(text(remark.code, language, **remark.fields) for remark in source.remarks),
        "encoding": source.encoding,
        "bom": text("sheet.yes" if source.has_bom else "sheet.no", language),
        "delimiter": text(f"sheet.delimiter.{delimiter}", language) if delimiter else source.delimiter,
        "line_end": text("sheet.line_end.mixed", language) if mixed else source.line_end,
        "size": text("sheet.bytes", language, count=source.size_bytes),
        "sha256": source.sha256,
    }


def _column_use(heading: str, canonical: str | None, language: str) -> str:
    use = text("sheet.not_used" if canonical is None else f"sheet.field.{canonical}", language)
    return text("sheet.column_use", language, heading=heading, use=use)


def _of_group(report: Report, group: str) -> list[LooseRecord]:
    return [entry for entry in report.loose if entry.group == group]


def _facts(record: PersonRecord) -> tuple[Cell, ...]:
    return make_row(record.line_number, record.stamnr, record.name, record.school_class)


def _sheet(
    name: str,
    kind: str,
    language: str,
    columns: tuple[Column, ...],
    rows: tuple[tuple[Cell, ...], ...],
    count: int | None = None,
) -> Sheet:
    return Sheet(
        name=text(f"sheet.{name}", language),
        title=text(f"sheet.{name}.title", language),
        note=text(f"sheet.{name}.note", language, count=len(rows) if count is None else count),
        kind=kind,
        columns=columns,
        rows=rows,
    )
