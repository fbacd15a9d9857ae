"""The workbook shows each waiting record once, its figures are the report's, and nothing in it can run.

In it: the invented school of sample_report, opened with another program than the one that wrote it.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sample_report import FORMULA_NAME, LONG_NAME, MARKUP_NAME, sample_report

from etl import contract
from etl.decisions.model import Case, PersonRecord, Question
from etl.decisions.wording import answer_words, read_answer
from etl.errors import OutputError
from etl.report import xlsx
from etl.report.model import Report
from etl.report.workbook_answers import build_questions
from etl.report.xlsx import write_xlsx
from etl.report.xlsx_pen import CELL_LIMIT, make_cell_text
from etl.texts import LANGUAGES, load_catalogue, text

HEADING_ROW = 4
SHEETS = (
    "overview",
    "worklist",
    "questions",
    "corrections",
    "opleiding",
    "differences",
    "rejected",
    "repairs",
    "only_in_legacy",
    "new",
    "aside",
    "checks",
    "files",
)
HELD = {status.code for status in contract.STATUSES if status.is_held}


def write_and_open(report: Report, folder: Path, language: str = "nl") -> Any:
    path = folder / f"report-{language}.xlsx"
    write_xlsx(report, path, language)
    return openpyxl.load_workbook(path, rich_text=False)


def rows_of(book: Any, sheet: str, language: str = "nl") -> list[dict[str, Any]]:
    page = book[text(f"sheet.{sheet}", language)]
    headings = [cell.value for cell in page[HEADING_ROW]]
    return [
        dict(zip(headings, (cell.value for cell in row), strict=True))
        for row in page.iter_rows(min_row=HEADING_ROW + 1)
    ]


def with_name(report: Report, name: str) -> Report:
    """Return the report with another name for the first pupil of the first case."""
    case = report.cases[0]
    record = replace(case.records[0], name=name)
    first = replace(case, records=(record, *case.records[1:]))
    return replace(report, cases=(first, *report.cases[1:]))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return write_and_open(sample_report(), tmp_path_factory.mktemp("xlsx"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_of_the_school_has_its_sheet(tmp_path: Path, language: str) -> None:
    book = write_and_open(sample_report(), tmp_path, language)
    assert book.sheetnames == [text(f"sheet.{sheet}", language) for sheet in SHEETS]
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in book.sheetnames)


def test_no_name_runs_and_no_name_links(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    link = with_name(sample_report(), "https://numo.invalid/?=leerling")
    write_xlsx(link, path, "nl")
    book = openpyxl.load_workbook(path)
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    values = {cell.value for cell in cells}
    assert {FORMULA_NAME, MARKUP_NAME, LONG_NAME, "https://numo.invalid/?=leerling"} <= values
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            assert "externalLink" not in name
            assert "vba" not in name
            if name.startswith("xl/worksheets/sheet"):
                content = parts.read(name)
                assert b"<f>" not in content
                assert b"<f " not in content
                assert b"<hyperlink" not in content


def test_each_waiting_record_is_on_the_worklist_exactly_once(book: Any) -> None:
    report = sample_report()
    waiting = Counter(
        (case.case_id, text(f"sheet.file.{record.source}", "nl"), record.line_number, record.stamnr or None)
        for case in report.cases
        for record in case.records
    )
    listed = Counter(
        (row["Geval"], row["Bestand"], row["Regel"], row["Stamnr"]) for row in rows_of(book, "worklist")
    )
    assert listed == waiting
    assert set(listed.values()) == {1}
    held = sum(count.records for count in report.statuses if count.status in HELD)
    assert len(rows_of(book, "worklist")) == held


def test_each_waiting_record_says_why_and_what_to_do(book: Any) -> None:
    records = [record for case in sample_report().cases for record in case.records]
    for row, record in zip(rows_of(book, "worklist"), records, strict=True):
        assert row["Waarom?"] == text(f"reason.{record.reason}", "nl")
        assert row["Wat moet u doen?"] == text(f"reason.{record.reason}.action", "nl")


def test_pupil_numbers_keep_their_zeros_and_stay_text(book: Any) -> None:
    page = book[text("sheet.only_in_legacy", "nl")]
    column = [cell.value for cell in page[HEADING_ROW]].index("Stamnr") + 1
    cells = [page.cell(row, column) for row in range(HEADING_ROW + 1, page.max_row + 1)]
    expected = [entry.record.stamnr for entry in sample_report().loose if entry.group == "only_in_legacy"]
    assert [cell.value for cell in cells] == expected
    assert all(cell.value.startswith("0") and cell.data_type == "s" for cell in cells)
    assert all(cell.number_format == "@" for cell in cells)


def test_the_overview_adds_up_to_both_files(book: Any) -> None:
    report = sample_report()
    rows = [[cell.value for cell in row[:4]] for row in book[text("sheet.overview", "nl")].iter_rows()]
    for group in report.groups:
        label = [text(f"group.{group.group}", "nl"), text(f"group.{group.group}.means", "nl")]
        assert [*label, group.legacy_records, group.magister_records] in rows
    for status in contract.STATUSES:
        found = {c.source: c.records for c in report.statuses if c.status == status.code}
        label = [text(f"status.{status.code}", "nl"), text(f"status.{status.code}.means", "nl")]
        assert [*label, found["legacy"], found["magister"]] in rows
    total = next(row for row in rows if row[0] == "Totaal")
    assert total[2:] == [report.accounts_total, report.pupils_total]
    assert text("page.flow.holds", "nl") in [row[0] for row in rows]
    assert text("page.verdict.decide", "nl", count=report.cases_to_decide) in str(rows)


def test_counts_that_do_not_add_up_are_called_wrong(tmp_path: Path) -> None:
    report = replace(sample_report(), pupils_total=1)
    page = write_and_open(report, tmp_path)[text("sheet.overview", "nl")]
    assert text("page.flow.differs", "nl") in [cell.value for cell in page["A"]]


@pytest.mark.parametrize(
    ("decide", "correct", "verdict", "codes"),
    [
        (0, 0, "ready", ["page.verdict.ready"]),
        (1, 0, "decide", ["page.verdict.decide"]),
        (0, 1, "decide", ["page.verdict.correct"]),
        (1, 1, "decide", ["page.verdict.decide", "page.verdict.also_correct"]),
        (0, 0, "do_not_import", ["page.verdict.do_not_import"]),
    ],
)
def test_the_first_sheet_opens_with_the_verdict(
    tmp_path: Path, decide: int, correct: int, verdict: str, codes: list[str]
) -> None:
    report = replace(sample_report(), cases_to_decide=decide, cases_to_correct=correct, verdict=verdict)
    page = write_and_open(report, tmp_path)[text("sheet.overview", "nl")]
    values = [cell.value for cell in page["A"]]
    assert " ".join(text(code, "nl", count=1) for code in codes) in values
    assert (text("page.wait", "nl") in values) == (verdict != "ready")


def questions_of(report: Report) -> list[tuple[Case, Question]]:
    """Return every row of the sheet with questions; a case that nobody can answer yet has one without options."""
    return [
        (case, question)
        for case in report.cases
        if case.job == "decide"
        for question in case.questions or (Question(case.case_id, 0, (), ()),)
    ]


def test_each_question_is_a_row_with_an_empty_yellow_answer_when_it_can_be_answered(book: Any) -> None:
    asked = questions_of(sample_report())
    page = book[text("sheet.questions", "nl")]
    headings = [cell.value for cell in page[HEADING_ROW]]
    assert [row["Geval"] for row in rows_of(book, "questions")] == [one.question_id for _, one in asked]
    for heading in ("UW KEUZE", "Door", "Tweede naam", "Datum", "Toelichting"):
        column = headings.index(heading) + 1
        for place, (_, question) in enumerate(asked, start=HEADING_ROW + 1):
            cell = page.cell(place, column)
            wanted = question.second_name if heading == "Tweede naam" else question.options
            assert cell.value is None
            assert (cell.fill.fgColor.rgb == "FFFFF6CC") == bool(wanted)


def test_facts_that_differ_are_bold_and_tinted_and_only_those(book: Any) -> None:
    page = book[text("sheet.questions", "nl")]
    headings = [cell.value for cell in page[HEADING_ROW]]
    names = [place for place, heading in enumerate(headings, start=1) if heading == "Naam"]
    assert len(names) == 2
    marked = 0
    for row, (case, _) in enumerate(questions_of(sample_report()), start=HEADING_ROW + 1):
        for column, source in zip(names, ("legacy", "magister"), strict=True):
            cell = page.cell(row, column)
            there = any(record.source == source for record in case.records)
            assert (cell.fill.fgColor.rgb == "FFFFE0C2") == ("name" in case.differs and there)
            assert bool(cell.font.bold) == ("name" in case.differs and there)
            marked += bool(cell.font.bold)
    assert marked > 0


def test_both_pupils_of_a_double_number_stand_under_each_other(book: Any) -> None:
    case = next(case for case in sample_report().cases if case.reason == "externeid_repeated")
    row = next(row for row in book[text("sheet.questions", "nl")].iter_rows() if row[0].value == case.case_id)
    names = [record.name for record in case.records if record.source == "magister"]
    assert "\n".join(str(name) for name in names) in [cell.value for cell in row]


def test_each_question_offers_its_own_answers_in_a_list(book: Any) -> None:
    page = book[text("sheet.questions", "nl")]
    column = [cell.value for cell in page[HEADING_ROW]].index("UW KEUZE")
    letter = page.cell(1, column + 1).column_letter
    offered: dict[str, str] = {}
    for rule in page.data_validations.dataValidation:
        assert rule.type == "list"
        assert len(rule.formula1) <= 257  # 255 and the quotation marks
        for block in rule.sqref.ranges:
            for row in range(block.min_row, block.max_row + 1):
                offered[f"{letter}{row}"] = rule.formula1.strip('"')
    for place, (case, question) in enumerate(questions_of(sample_report()), start=HEADING_ROW + 1):
        shown = page.cell(place, column).value.split("\n")
        if not question.options:
            assert f"{letter}{place}" not in offered
            assert shown == [text("question.not_yet", "nl")]
            continue
        answers = offered[f"{letter}{place}"].split(",")
        assert answers == [answer_words(case, code, "nl") for code in question.options]
        assert [line.partition(":")[0] for line in shown] == answers, "with what each answer leads to"
        assert [read_answer(answer, question) for answer in answers] == list(question.options)


def test_so_many_answers_that_the_list_overflows_stand_beside_the_cell_only() -> None:
    report = sample_report()
    case = next(case for case in report.cases if case.reason == "several_counterparts")
    codes = (*(f"account-{place}" for place in range(1, 13)), "none", "unknown")
    crowd = tuple(replace(case.records[0], line_number=100_000 + number) for number in range(12))
    asked = replace(case, records=crowd, questions=(Question(case.case_id, 0, codes, ()),))
    sheet = build_questions(replace(report, cases=(asked,)), "nl")
    assert [cell.choices for cell in sheet.rows[0] if cell.choices] == []
    assert any(str(cell.value).count("\n") == len(codes) - 1 for cell in sheet.rows[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_holds_a_comma_because_that_would_split_it(language: str) -> None:
    for case in (*sample_report().cases, *sample_report().old_accounts):
        for question in case.questions:
            assert not any("," in answer_words(case, code, language) for code in question.options)
    assert "," not in text("sheet.done", language)


def test_corrections_stand_together_by_place(book: Any) -> None:
    rows = rows_of(book, "corrections")
    cases = [case for case in sample_report().cases if case.job == "correct"]
    assert sorted(row["Geval"] for row in rows) == sorted(case.case_id for case in cases)
    places = [row["Waar?"] for row in rows]
    changes = sum(before != after for before, after in pairwise(places))
    assert changes == len(set(places)) - 1 > 0


def test_material_differences_come_first(book: Any) -> None:
    kinds = [row["Soort"] for row in rows_of(book, "differences")]
    counted = Counter(entry.kind for entry in sample_report().differences)
    words = {kind: text(f"sheet.kind.{kind}", "nl") for kind in ("material", "cosmetic")}
    assert kinds == [words["material"]] * counted["material"] + [words["cosmetic"]] * counted["cosmetic"]


def test_only_classes_without_an_opleiding_are_asked_for(book: Any) -> None:
    page = book[text("sheet.opleiding", "nl")]
    column = [cell.value for cell in page[HEADING_ROW]].index("UW KEUZE") + 1
    for place, row in enumerate(rows_of(book, "opleiding"), start=HEADING_ROW + 1):
        is_yellow = page.cell(place, column).fill.fgColor.rgb == "FFFFF6CC"
        assert is_yellow == (row["Geval"] is not None)
        assert is_yellow == (row["Opleiding"] is None and row["Klas"] != text("sheet.no_class", "nl"))
    asked = [row for row in rows_of(book, "opleiding") if row["Opleiding"] is None]
    assert len(asked) == sample_report().opleiding_to_decide
    assert sum(row["Leerlingen"] for row in rows_of(book, "opleiding")) == sum(
        entry.pupils for entry in sample_report().opleiding
    )


def test_new_pupils_lost_accounts_and_copies_are_all_listed(book: Any) -> None:
    report = sample_report()
    counted = Counter(entry.group for entry in report.loose)
    broken = [
        record
        for case in report.cases
        for record in case.records
        if record.reason in contract.REASONS["quarantined"][:3]
    ]
    assert len(rows_of(book, "only_in_legacy")) == counted["only_in_legacy"]
    assert len(rows_of(book, "new")) == counted["new"]
    assert len(rows_of(book, "aside")) == counted["aside"] + len(broken)
    assert sum(row["Geval"] is not None for row in rows_of(book, "aside")) == len(broken) == 3


def test_checks_that_were_not_done_are_said_too(book: Any) -> None:
    report = sample_report()
    rows = rows_of(book, "checks")
    assert len(rows) == len(report.checks) + len(report.not_performed)
    assert (
        rows[0]["Rijen (1 is de eerste na de kopregel)"]
        == "Oude bestand 14, Oude bestand 17, Oude bestand 20"
    )
    assert [row["Code"] for row in rows[-2:]] == list(report.not_performed)


def test_each_delivered_file_says_how_it_was_read(book: Any) -> None:
    rows = {row["Eigenschap"]: row for row in rows_of(book, "files")}
    assert rows["Bestandsnaam"]["Oude bestand"] == "oud.csv"
    assert "E-mail → e-mailadres" in rows["Kolommen"]["Oude bestand"]
    assert rows["Controlegetal (SHA-256)"]["Magister"] == sample_report().sources[0].sha256


def test_every_column_a_file_may_have_has_a_word() -> None:
    names = {column.name for source in contract.SOURCES.values() for column in source.columns}
    assert {f"sheet.field.{name}" for name in names} <= set(load_catalogue())


def test_every_list_can_be_filtered_printed_and_scrolled(book: Any) -> None:
    for page in book.worksheets[1:]:
        assert page.freeze_panes == f"B{HEADING_ROW + 1}"
        assert page.auto_filter.ref.startswith(f"A{HEADING_ROW}:")
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.fitToHeight == 0
        assert page.print_title_rows.endswith(f"${HEADING_ROW}")
        assert page.row_dimensions[HEADING_ROW].height >= 20
        assert text("page.personal_data", "nl") in page.oddFooter.left.text


def test_a_row_grows_with_the_longest_name(book: Any) -> None:
    page = book[text("sheet.worklist", "nl")]
    heights = {
        row[4].value: page.row_dimensions[row[0].row].height
        for row in page.iter_rows(min_row=HEADING_ROW + 1)
    }
    assert heights[LONG_NAME] >= 5 * 15
    assert heights["Lotte Zandvliet"] < 2 * 15


def test_equal_reports_give_equal_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_xlsx(sample_report(), first, "nl")
    write_xlsx(sample_report(), second, "nl")
    assert first.read_bytes() == second.read_bytes()
    assert openpyxl.load_workbook(first).properties.created.isoformat() == sample_report().created


def test_an_earlier_workbook_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_text("earlier", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_xlsx(sample_report(), path, "nl")
    assert caught.value.code == "OUTPUT-EXISTS"
    assert path.read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize(
    ("delivered", "shown"),
    [
        ("Bo\x00 \x1bVos\x0b\ufffe", "Bo Vos"),
        ("Bo\ud83d", "Bo"),
        ("Bo\r\nVos\rJr", "Bo\nVos\nJr"),
        ("Zoë 😀\t", "Zoë 😀\t"),
    ],
    ids=["control", "half a character", "line ends", "emoji"],
)
def test_a_name_loses_only_what_a_workbook_cannot_hold(delivered: str, shown: str) -> None:
    assert make_cell_text(delivered, "…") == (shown, False)


def test_a_name_that_imitates_markup_comes_back_as_it_was(tmp_path: Path) -> None:
    name = "<r><t>Bo</t></r>"
    book = write_and_open(with_name(sample_report(), name), tmp_path)
    assert rows_of(book, "worklist")[0]["Naam"] == name


def test_a_name_longer_than_a_cell_is_cut_and_the_school_is_told(tmp_path: Path) -> None:
    book = write_and_open(with_name(sample_report(), "é" * (CELL_LIMIT + 1)), tmp_path)
    shown = rows_of(book, "worklist")[0]["Naam"]
    assert len(shown) == CELL_LIMIT
    assert shown.endswith(text("sheet.cut", "nl"))
    values = [cell.value for cell in book[text("sheet.overview", "nl")]["A"]]
    assert any(str(value).endswith("ingekort.") for value in values)


def test_a_cut_never_leaves_half_an_emoji() -> None:
    cut, was_cut = make_cell_text("a" + "😀" * CELL_LIMIT, "…")
    assert was_cut
    assert cut.endswith("😀…")
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "SHEET_LIMIT", 100)
    book = write_and_open(sample_report(), tmp_path)
    name = text("sheet.new", "nl")
    assert [sheet for sheet in book.sheetnames if sheet.startswith(name)] == [f"{name} 1", f"{name} 2"]
    listed = [book[f"{name} {part}"].max_row - HEADING_ROW for part in (1, 2)]
    assert listed == [100, sample_report().groups[contract.GROUPS.index("new")].magister_records - 100]


def test_a_school_with_nothing_to_do_gets_a_whole_workbook(tmp_path: Path) -> None:
    report = replace(
        sample_report(),
        verdict="ready",
        cases=(),
        loose=(),
        differences=(),
        opleiding=(),
        checks=(),
        not_performed=(),
        sources=(),
        cases_to_decide=0,
        cases_to_correct=0,
        opleiding_to_decide=0,
    )
    book = write_and_open(report, tmp_path, "en")
    page = book[text("sheet.worklist", "en")]
    assert page.cell(HEADING_ROW + 1, 1).value == text("sheet.empty", "en")


def test_the_english_workbook_holds_no_dutch_sentence(tmp_path: Path) -> None:
    book = write_and_open(sample_report(), tmp_path, "en")
    values = {cell.value for page in book for row in page.iter_rows() for cell in row}
    for code, sentences in load_catalogue().items():
        if code.startswith(("reason.", "status.", "sheet.")) and sentences["nl"] != sentences["en"]:
            assert sentences["nl"] not in values - _delivered(sample_report()), code


def _delivered(report: Report) -> set[str | None]:
    records: list[PersonRecord] = [record for case in report.cases for record in case.records]
    return {record.name for record in records}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rejected_row_is_told_with_its_place_and_what_was_delivered(language: str, tmp_path: Path) -> None:
    book = write_and_open(sample_report(), tmp_path, language)
    rows = list(book[text("sheet.rejected", language)].iter_rows(min_row=HEADING_ROW + 1, values_only=True))
    told = [(row[1], row[2], row[3]) for row in rows]
    whole = text("sheet.whole_record", language)
    assert told == [
        (44, text("sheet.field.stamnr", language), "12A45"),
        (46, text("sheet.field.externeid", language), None),
        (13, whole, None),
    ]
    assert rows[0][4:6] == (
        text("reason.stamnr_form", language),
        text("reason.stamnr_form.action", language),
    )
