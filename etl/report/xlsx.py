"""Writes the workbook in which a school answers, corrects and looks up, as typed text that can never run.

It refuses to add a figure, a formula or a hyperlink; what the sheets say is built in the workbook modules.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from etl.output import write_new_file
from etl.report.model import Report
from etl.report.workbook import Sheet
from etl.report.workbook_answers import build_only_in_legacy, build_opleiding, build_questions
from etl.report.workbook_cases import build_corrections, build_worklist
from etl.report.workbook_lists import (
    build_aside,
    build_checks,
    build_differences,
    build_files,
    build_new,
    build_rejected,
    build_repairs,
)
from etl.report.workbook_overview import Line, build_overview
from etl.report.xlsx_looks import (
    LINE_HEIGHTS,
    TAB_COLOURS,
    heading_height,
    letters_per_line,
    note_height,
    row_height,
)
from etl.report.xlsx_pen import Pen, drop_illegal
from etl.texts import text

# Rows in one list; Excel stops at 1,048,576 and the rest would be lost in silence.
SHEET_LIMIT: Final = 1_000_000
_OVERVIEW_WIDTHS: Final = (38, 74, 18, 14)
_HEADING_ROW: Final = 3  # title, note and bands stand above it
_HEAD_LOOKS: Final = {"answer": "head_answer", "number": "head_number"}
_BUILDERS: Final = (
    build_worklist,
    build_questions,
    build_corrections,
    build_opleiding,
    build_differences,
    build_rejected,
    build_repairs,
    build_only_in_legacy,
    build_new,
    build_aside,
    build_checks,
    build_files,
)


def write_xlsx(report: Report, path: Path, language: str) -> None:
    """Write the workbook of one report in one language; equal reports give equal bytes.

    Errors:  OutputError when the file exists or cannot be written.
    """
    import xlsxwriter

    content = io.BytesIO()
    # In memory, so that no pupil's name passes through a temporary folder.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(content, options)
    created = datetime.fromisoformat(report.created).replace(tzinfo=None)
    workbook.set_properties({"title": text("page.title", language), "created": created})
    pen = Pen(workbook, language)
    footer = _footer(report, language)
    overview = workbook.add_worksheet(text("sheet.overview", language))
    # One after the other: all of them together take more memory than anything else of a large run.
    for build in _BUILDERS:
        for sheet in _split_sheet(build(report, language)):
            _write_sheet(workbook.add_worksheet(sheet.name), sheet, pen, footer)
    # Last, because only now it is known whether a cell had to be cut.
    _write_overview(overview, build_overview(report, language, cut_cells=pen.cut_cells), pen, footer)
    overview.activate()
    workbook.close()
    write_new_file(path, content.getvalue())


def _split_sheet(sheet: Sheet) -> list[Sheet]:
    if len(sheet.rows) <= SHEET_LIMIT:
        return [sheet]
    starts = range(0, len(sheet.rows), SHEET_LIMIT)
    return [
        replace(sheet, name=f"{sheet.name} {number}", rows=sheet.rows[start : start + SHEET_LIMIT])
        for number, start in enumerate(starts, start=1)
    ]


def _write_sheet(page: Any, sheet: Sheet, pen: Pen, footer: str) -> None:
    last_column = len(sheet.columns) - 1
    width = sum(column.width for column in sheet.columns)
    page.set_tab_color(TAB_COLOURS[sheet.kind])
    pen.write(page, 0, 0, sheet.title, "title")
    page.set_row(0, 26)
    _write_across(page, 1, (0, last_column), sheet.note, "note", pen)
    page.set_row(1, note_height(sheet.note, width))
    _write_bands(page, sheet, pen)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        pen.write(page, _HEADING_ROW, place, column.heading, _HEAD_LOOKS.get(column.look, "head"))
    page.set_row(_HEADING_ROW, heading_height(sheet.columns))
    first = _HEADING_ROW + 1
    _write_rows(page, sheet, first, pen)
    _add_choices(page, sheet, first, pen.language)
    if not sheet.rows:
        pen.write(page, first, 0, text("sheet.empty", pen.language), "muted_line")
    last_row = max(_HEADING_ROW + len(sheet.rows), first)
    page.autofilter(_HEADING_ROW, 0, last_row, last_column)
    page.freeze_panes(first, sheet.fixed_columns)
    page.repeat_rows(_HEADING_ROW - 1 if sheet.bands else _HEADING_ROW, _HEADING_ROW)
    # Pupil numbers are text on purpose; without this Excel marks each of them as a mistake.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})
    _set_print(page, footer)


def _write_rows(page: Any, sheet: Sheet, first: int, pen: Pen) -> None:
    looks = [column.look for column in sheet.columns]
    letters = [letters_per_line(column) for column in sheet.columns]
    group: object = None
    for row, cells in enumerate(sheet.rows, start=first):
        key = None if sheet.group_by is None else cells[sheet.group_by].value
        opens_group, group = key != group, key
        for place, (value, look, _) in enumerate(cells):
            pen.write(page, row, place, value, look or looks[place], opens_group=opens_group)
        page.set_row(row, row_height(letters, cells))


def _write_bands(page: Any, sheet: Sheet, pen: Pen) -> None:
    page.set_row(_HEADING_ROW - 1, 18 if sheet.bands else 6)
    start = 0
    for band in sheet.bands:
        if band.label:
            end = start + band.columns - 1
            _write_across(page, _HEADING_ROW - 1, (start, end), band.label, f"band_{band.look}", pen)
        start += band.columns


def _write_across(
    page: Any, row: int, columns: tuple[int, int], value: str | int, look: str, pen: Pen
) -> None:
    first, last = columns
    if first < last:  # one cell cannot be merged
        page.merge_range(row, first, row, last, "", pen.format(look))
    pen.write(page, row, first, value, look)


def _add_choices(page: Any, sheet: Sheet, first: int, language: str) -> None:
    """Give each answer cell its drop-down list; cells under each other with the same list share one."""
    for place in range(len(sheet.columns)):
        start = 0
        for offset in range(1, len(sheet.rows) + 1):
            choices = sheet.rows[start][place].choices
            if offset < len(sheet.rows) and sheet.rows[offset][place].choices == choices:
                continue
            if choices:
                rule = {
                    "validate": "list",
                    "source": list(choices),
                    "error_title": text("sheet.choice_title", language),
                    "error_message": text("sheet.choice_message", language),
                }
                page.data_validation(first + start, place, first + offset - 1, place, rule)
            start = offset


def _write_overview(page: Any, lines: tuple[Line, ...], pen: Pen, footer: str) -> None:
    page.set_tab_color(TAB_COLOURS["about"])
    page.hide_gridlines(2)
    last_column = len(_OVERVIEW_WIDTHS) - 1
    for place, width in enumerate(_OVERVIEW_WIDTHS):
        page.set_column(place, place, width)
    for row, line in enumerate(lines):
        if line.look in ("calm", "loud", "verdict"):
            _write_across(page, row, (0, last_column), line.values[0], line.look, pen)
        elif line.look in ("title", "heading"):
            pen.write(page, row, 0, line.values[0], line.look)
        else:
            for place, value in enumerate(line.values):
                pen.write(page, row, place, value, _overview_look(line, place))
        if line.look in LINE_HEIGHTS:
            page.set_row(row, LINE_HEIGHTS[line.look])
    _set_print(page, footer)
    page.set_portrait()
    page.fit_to_pages(1, 1)


def _overview_look(line: Line, place: int) -> str:
    if line.look == "fact":
        return "label" if place == 0 else "value"
    if line.look == "table_row" and place == 0:
        return "strong"
    if isinstance(line.values[place], int):
        return "total_number" if line.look == "table_total" else "number"
    if line.look == "table_head":
        return "head_number" if place >= 2 and line.values[-1] else "head"
    return {"table_row": "words", "table_total": "total"}[line.look]


def _set_print(page: Any, footer: str) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(footer)


def _footer(report: Report, language: str) -> str:
    # In a footer "&" begins a command, and Excel takes no more than 255 characters.
    school = drop_illegal(report.school_name)[:80].replace("&", "&&")
    caution = text("page.personal_data", language)
    pages = text("sheet.page", language, page="&P", pages="&N")
    return f"&L{school} – {caution}&C{pages}&R{report.run_id}"
