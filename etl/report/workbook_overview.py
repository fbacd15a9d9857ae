"""Builds the first sheet of the workbook: the verdict, what to do, and counts that add up to both files.

It refuses to count records: every figure is the report's own, and a total that differs is said to differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl import contract
from etl.brakes import brake_words
from etl.report.model import Report
from etl.texts import show_date, text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the overview, up to four cells wide.

    `look` is one of: title, fact (a label and its value), verdict, loud, calm, heading, table_head,
    table_row, table_total, blank. Of fact and the tables the values are cells; of the others there is one.
    """

    look: str
    values: tuple[str | int, ...] = ()


def build_overview(report: Report, language: str, *, cut_cells: int) -> tuple[Line, ...]:
    """Return the lines of the first sheet; `cut_cells` is how many cells elsewhere had to be shortened."""
    return (
        *_head(report, language),
        *_verdict(report, language),
        *_jobs(report, language),
        *_since(report, language),
        *_groups(report, language),
        *_statuses(report, language),
        *_remarks(report, language, cut_cells),
    )


def _head(report: Report, language: str) -> list[Line]:
    brin = report.brin or text("page.brin_unknown", language)
    return [
        Line("title", (text("page.title", language),)),
        Line("fact", (text("page.school", language), report.school_name)),
        Line("fact", (text("page.brin", language), brin)),
        Line("fact", (text("page.date", language), show_date(report.created, language))),
        Line("fact", (text("page.run", language), report.run_id)),
        Line("fact", (text("sheet.caution", language), text("page.personal_data", language))),
        Line("blank"),
    ]


def _verdict(report: Report, language: str) -> list[Line]:
    lines = [Line("verdict", (_verdict_sentence(report, language),))]
    linked = text("page.verdict.linked", language, links=report.links, accounts=report.accounts_total)
    lines.append(Line("calm", (linked,)))
    if report.verdict != "ready":
        lines.append(Line("loud", (text("page.wait", language),)))
        dangers = ("page.wait.everyone", "page.wait.twin", "page.wait.wrong")
        lines += [Line("calm", (text(code, language),)) for code in dangers]
    lines += [
        Line("loud", (brake_words(brake, language),)) for brake in report.brakes if brake.state != "free"
    ]
    lines.append(Line("calm", (text("page.reassurance", language),)))
    doubtful = "no_file" if report.verdict == "do_not_import" else "doubtful"
    lines.append(Line("calm", (text(f"page.reassurance.{doubtful}", language),)))
    lines.append(Line("blank"))
    return lines


def _verdict_sentence(report: Report, language: str) -> str:
    decide, correct = report.cases_to_decide, report.cases_to_correct
    if report.verdict in ("ready", "braked", "do_not_import"):
        return text(f"page.verdict.{report.verdict}", language)
    if decide and correct:
        also = text("page.verdict.also_correct", language, count=correct)
        return f"{text('page.verdict.decide', language, count=decide)} {also}"
    if decide or correct:
        return text(f"page.verdict.{'decide' if decide else 'correct'}", language, count=decide or correct)
    return text("page.verdict.not_yet", language)


def _jobs(report: Report, language: str) -> list[Line]:
    alone = sum(count.legacy_records for count in report.groups if count.group == "only_in_legacy")
    jobs = (
        ("decide", report.cases_to_decide, "questions"),
        ("correct", report.cases_to_correct, "corrections"),
        ("opleiding", report.opleiding_to_decide, "opleiding"),
        ("only_in_legacy", alone, "only_in_legacy"),
    )
    lines = [Line("heading", (text("page.todo", language),))]
    waiting = [job for job in jobs if job[1]]
    if not waiting:
        return [*lines, Line("calm", (text("page.todo.nothing", language),)), Line("blank")]
    head = ("sheet.overview.job", "sheet.overview.how", "sheet.overview.on_sheet")
    lines.append(Line("table_head", (*(text(code, language) for code in head), "")))
    lines += [
        Line(
            "table_row",
            (
                text(f"page.todo.{job}", language, count=count),
                text(f"page.todo.{job}.how", language),
                text(f"sheet.{sheet}", language),
                "",
            ),
        )
        for job, count, sheet in waiting
    ]
    return [*lines, Line("blank")]


def _table_head(first: str, language: str) -> Line:
    codes = (first, "page.flow.means", "page.flow.legacy", "page.flow.magister")
    return Line("table_head", tuple(text(code, language) for code in codes))


def _since(report: Report, language: str) -> list[Line]:
    since = report.since
    if since is None:
        return []
    day = show_date(since.created, language)
    lines = [Line("heading", (text("page.since", language),))]
    lines.append(Line("calm", (text("page.since.run", language, day=day, run=since.run_id),)))
    counts = {
        name: len(getattr(since, name)) for name in ("newly_open", "resolved", "still_open", "reopened")
    }
    lines += [
        Line("table_row", (text(f"page.since.{name}", language), count)) for name, count in counts.items()
    ]
    return [*lines, Line("blank")]


def _groups(report: Report, language: str) -> list[Line]:
    lines = [Line("heading", (text("page.flow", language),)), _table_head("page.flow.group", language)]
    lines += [
        Line(
            "table_row",
            (
                text(f"group.{count.group}", language),
                text(f"group.{count.group}.means", language),
                count.legacy_records,
                count.magister_records,
            ),
        )
        for count in report.groups
    ]
    total = text("page.flow.total", language)
    in_files = text("sheet.overview.in_files", language)
    lines.append(Line("table_total", (total, in_files, report.accounts_total, report.pupils_total)))
    legacy = sum(count.legacy_records for count in report.groups)
    magister = sum(count.magister_records for count in report.groups)
    holds = (legacy, magister) == (report.accounts_total, report.pupils_total)
    lines.append(
        Line("calm" if holds else "loud", (text(f"page.flow.{'holds' if holds else 'differs'}", language),))
    )
    lines.append(Line("calm", (text("page.flow.cases", language),)))
    return [*lines, Line("blank")]


def _statuses(report: Report, language: str) -> list[Line]:
    found = {(count.source, count.status): count.records for count in report.statuses}
    lines = [
        Line("heading", (text("page.flow.statuses", language),)),
        _table_head("page.flow.status", language),
    ]
    lines += [
        Line(
            "table_row",
            (
                text(f"status.{status.code}", language),
                text(f"status.{status.code}.means", language),
                found.get((contract.LEGACY, status.code), 0),
                found.get((contract.MAGISTER, status.code), 0),
            ),
        )
        for status in reversed(contract.STATUSES)
    ]
    return [*lines, Line("blank")]


def _remarks(report: Report, language: str, cut_cells: int) -> list[Line]:
    lines = [Line("heading", (text("page.about", language),))]
    lines.append(Line("calm", (text("page.legacy_no_proof", language),)))
    if report.neutralised_cells:
        lines.append(Line("calm", (text("page.neutralised", language, count=report.neutralised_cells),)))
    if cut_cells:
        lines.append(Line("loud", (text("sheet.cells_cut", language, count=cut_cells),)))
    version = text("page.version", language, version=report.version, run=report.run_id)
    return [*lines, Line("calm", (version,))]
