"""The school's page keeps its promises: whole, safe, readable in both languages; no name in it is ever run.

Everyone in it is invented in `sample_report.py`; no test looks at more than what a school would see.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from sample_report import FORMULA_NAME, LONG_NAME, MARKUP_NAME, sample_report

from etl import contract
from etl.errors import OutputError
from etl.report.flow import build_flow
from etl.report.html import render_html, write_html
from etl.report.model import GroupCount, Report
from etl.report.page import MOST_RECORDS, MOST_SHOWN, build_page, failed_rows
from etl.report.templating import show_characters
from etl.texts import LANGUAGES, load_catalogue, placeholders, text

_VOID = {"meta", "input", "wbr", "br", "hr", "link", "img"}

SENDS_TO_WORKBOOK: Final = (
    "page.copy.failed",
    "page.decide.how.workbook",
    "page.new.rows",
    "page.todo.decide.how",
)


@dataclass
class Element:
    """One element with its attributes, its text and its place among its ancestors."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[Element, ...]
    pieces: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def is_inside(self, name: str) -> bool:
        return any(name in parent.classes for parent in self.parents)


class Reader(HTMLParser):
    """Reads a page into elements, and fails on a tag that is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        self.elements.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.pieces.append(data)


def read(page: str) -> list[Element]:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader.elements


def with_tag(elements: list[Element], *tags: str) -> list[Element]:
    return [element for element in elements if element.tag in tags]


def by_id(elements: list[Element], name: str) -> Element:
    return next(element for element in elements if element.attributes.get("id") == name)


@cache
def page_in(language: str) -> str:
    return render_html(sample_report(), language)


def ready_report() -> Report:
    return replace(
        sample_report(),
        verdict="ready",
        cases=(),
        cases_to_decide=0,
        cases_to_correct=0,
        opleiding=(),
        opleiding_to_decide=0,
        loose=(),
        differences=(),
        groups=(GroupCount("linked", 923, 923),),
        accounts_total=923,
        pupils_total=923,
        not_performed=(),
        checks=(),
        brin=None,
        realm=None,
        neutralised_cells=0,
    )


def heading_of(report: Report, language: str = "nl") -> str:
    return by_id(read(render_html(report, language)), "uitkomst-kop").words


# --- What the school reads first ----------------------------------------------------------------------


def test_the_first_sentence_says_over_how_many_pupils_to_decide() -> None:
    report = sample_report()
    assert heading_of(report) == "Uitkomst: Eerst over 17 leerlingen beslissen. En 16 gegevens verbeteren."
    assert heading_of(replace(report, cases_to_correct=0)).endswith("Eerst over 17 leerlingen beslissen.")
    assert heading_of(replace(report, cases_to_decide=1)).startswith(
        "Uitkomst: Eerst over 1 leerling beslissen."
    )
    assert heading_of(replace(report, cases_to_decide=0)).endswith("Eerst 16 gegevens verbeteren.")
    assert heading_of(replace(report, cases_to_decide=0, cases_to_correct=0)).endswith(
        "Nog niet klaar om te importeren."
    )
    assert heading_of(report, "en") == "Outcome: First decide on 17 pupils. And correct 16 values."


def test_a_school_that_is_ready_is_told_so_and_told_to_wait_for_the_help_desk() -> None:
    page = render_html(ready_report(), "nl")
    assert heading_of(ready_report()) == "Uitkomst: Klaar om te importeren."
    assert text("page.ready.next", "nl") in page
    assert text("page.todo.nothing", "nl") in page
    assert text("page.wait", "nl") not in page
    assert 'id="zoeken"' not in page


def test_a_failed_critical_check_says_do_not_import_and_what_would_happen_to_pupils() -> None:
    report = sample_report()
    failed = replace(report.checks[0], passed=False, failed=1, failed_rows=("magister 9",))
    page = render_html(replace(report, verdict="do_not_import", checks=(failed, *report.checks[1:])), "nl")
    assert "Niet importeren" in by_id(read(page), "uitkomst-kop").words
    for code in ("page.wait.everyone", "page.wait.twin", "page.wait.wrong", "page.reassurance.no_file"):
        assert text(code, "nl") in page
    assert text("page.verdict.failed_checks", "nl", count=1) in page
    assert text("page.reassurance.doubtful", "nl") not in page


def test_a_brake_that_holds_is_said_first_and_one_that_is_free_is_not() -> None:
    report = sample_report()
    assert "brakes" not in {name for element in read(page_in("nl")) for name in element.classes}
    archive, *others = report.brakes
    held = replace(archive, state="holding", count=300, withheld=7)
    braked = replace(report, verdict="braked", brakes=(held, *others))
    assert heading_of(braked) == "Uitkomst: Nog niet importeren: een rem houdt iets tegen."
    page = render_html(braked, "nl")
    assert "Rem archive houdt 7 accounts tegen: 300 van de 1.125 accounts staan niet in Magister." in page
    let_go = replace(held, state="overridden", by="A. de <Boer>", reason="fusie")
    page = render_html(replace(report, brakes=(let_go, *others)), "nl")
    assert "Rem archive is losgelaten door A. de &lt;Boer&gt;: fusie." in page


def test_at_most_three_things_to_do_are_named_in_working_order() -> None:
    cards = build_page(sample_report()).cards
    assert [(card.name, card.count) for card in cards] == [("decide", 17), ("correct", 16), ("opleiding", 6)]
    assert sum(count for _, count in cards[1].places) == 16
    without = build_page(replace(sample_report(), cases_to_decide=0)).cards
    assert [card.name for card in without] == ["correct", "opleiding", "only_in_legacy"]


def test_the_head_names_school_brin_date_and_run() -> None:
    words = with_tag(read(page_in("nl")), "header")[0].words
    for expected in ("Voorbeeldcollege", "99XX", "23-11-2026", "5c9e3972", "Bevat persoonsgegevens"):
        assert expected in words
    assert "niet opgegeven" in render_html(replace(sample_report(), brin=None), "nl")


# --- Nobody is lost -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_held_record_stands_exactly_once_with_its_file_and_line(language: str) -> None:
    report = sample_report()
    files = {source.source: source.file_name for source in report.sources}
    shown = Counter(
        element.words
        for element in read(page_in(language))
        if element.tag == "span" and element.is_inside("side-title")
    )
    expected = Counter(
        text("page.line", language, line=str(record.line_number), file=files[record.source])
        for case in report.cases
        for record in case.records
    )
    assert shown == expected


def test_the_table_beside_the_picture_adds_up_to_both_files() -> None:
    elements = read(page_in("nl"))
    rows = [row.words for row in elements if row.tag == "tr" and row.is_inside("totals")]
    assert rows[-1] == "Totaal 1.048 1.114"
    assert text("page.flow.holds", "nl") in page_in("nl")
    report = sample_report()
    short = replace(report, accounts_total=report.accounts_total + 1)
    assert text("page.flow.differs", "nl") in render_html(short, "nl")
    assert text("page.flow.holds", "nl") not in render_html(short, "nl")


def test_the_picture_shows_one_pupil_among_a_thousand_and_draws_no_empty_band() -> None:
    flow = build_flow(
        (GroupCount("linked", 1_000, 1_000), GroupCount("new", 1, 0), GroupCount("aside", 0, 0))
    )
    assert [label.group for label in flow.labels] == ["linked", "new"]
    assert [band.group for band in flow.bands] == ["linked", "linked", "new"]
    assert min(edge.height for edge in flow.edges) >= 2
    left, right = flow.files
    assert right.height > left.height
    assert all(edge.y >= 0 and edge.y + edge.height <= flow.height for edge in flow.edges)


def test_cases_beyond_the_page_are_counted_and_sent_to_the_workbook() -> None:
    report = sample_report()
    example = next(case for case in report.cases if case.reason == "names_differ")
    cases = tuple(replace(example, case_id=f"K-{number:08x}") for number in range(MOST_SHOWN + 7))
    page = render_html(replace(report, cases=cases, cases_to_decide=len(cases), cases_to_correct=0), "nl")
    assert page.count("<article") == MOST_SHOWN
    assert text("page.capped", "nl", shown=MOST_SHOWN, count=7) in page


def test_one_account_on_many_rows_is_shown_by_its_first_rows_and_the_rest_is_counted() -> None:
    report = sample_report()
    example = next(case for case in report.cases if case.reason == "account_repeated")
    tangle = replace(example, records=example.records * MOST_RECORDS)
    page = render_html(replace(report, cases=(tangle,)), "nl")
    assert page.count('class="side ') == MOST_RECORDS
    assert text("page.case.capped", "nl", count=MOST_RECORDS) in page


def test_a_page_without_a_workbook_beside_it_sends_nobody_there() -> None:
    report = sample_report()
    example = next(case for case in report.cases if case.reason == "names_differ")
    tangle = replace(example, records=example.records * MOST_RECORDS)
    cases = tuple(replace(tangle, case_id=f"K-{number:08x}") for number in range(MOST_SHOWN + 7))
    report = replace(
        report, cases=(*report.cases, *cases), cases_to_decide=len(cases) + report.cases_to_decide
    )
    for language in LANGUAGES:
        capped = text("page.capped", language, shown=MOST_SHOWN, count=report.cases_to_decide - MOST_SHOWN)
        sends = [capped, text("page.case.capped", language, count=MOST_RECORDS)]
        sends += [text(code, language) for code in SENDS_TO_WORKBOOK]
        page, alone = (
            html.unescape(render_html(report, language, has_workbook=has)) for has in (True, False)
        )
        assert [sentence in page for sentence in sends] == [True] * len(sends)
        assert [sentence in alone for sentence in sends] == [False] * len(sends)
        assert "report.xlsx" not in alone


def test_failed_rows_are_gathered_per_file_and_a_check_without_files_keeps_its_numbers() -> None:
    check = sample_report().checks[0]
    rows = ("legacy 3", "magister 9", "legacy 12")
    assert failed_rows(replace(check, failed_rows=rows)) == (("legacy", ("3", "12")), ("magister", ("9",)))
    assert failed_rows(replace(check, failed_rows=("3", "12"))) == (("", ("3", "12")),)
    failed = replace(check, passed=False, failed=25, failed_rows=("3", "12"))
    words = by_id(read(render_html(replace(sample_report(), checks=(failed,)), "nl")), "controles").words
    assert "25 keer niet goed 3, 12 en nog 23" in words


def test_a_long_list_of_differences_is_cut_and_the_real_ones_come_first() -> None:
    report = sample_report()
    cosmetic = next(row for row in report.differences if row.kind == "cosmetic")
    material = next(row for row in report.differences if row.kind == "material")
    page = build_page(replace(report, differences=(cosmetic,) * MOST_SHOWN + (material,) * 3))
    assert page.differences[:4] == (material, material, material, cosmetic)
    assert page.differences_left_out == 3
    assert {(group.kind, group.count) for group in page.difference_groups} == {
        ("material", 3),
        ("cosmetic", MOST_SHOWN),
    }


# --- What a case says ------------------------------------------------------------------------------------


def test_a_pupil_with_another_name_is_shown_on_two_sides_with_the_difference_in_words() -> None:
    elements = read(page_in("nl"))
    case = next(item for item in sample_report().cases if item.reason == "names_differ")
    inside = [element for element in elements if by_id(elements, case.case_id) in element.parents]
    marked = [element.words for element in inside if element.tag == "mark"]
    assert marked == ["Noor de Kramer", "3D", "Ravi Sewpersad", "2C"]
    assert sum("tag" in element.classes for element in inside) == 4
    assert all("verschilt" in element.words for element in inside if "tag" in element.classes)


def test_each_reason_says_what_to_do_and_a_decision_names_its_answers() -> None:
    report = sample_report()
    elements = read(page_in("nl"))
    groups = {
        element.attributes["data-reason"]: element for element in elements if "reason" in element.classes
    }
    assert set(groups) == {case.reason for case in report.cases}
    for case in report.cases:
        words = groups[case.reason].words
        assert text(f"reason.{case.reason}", "nl") in words
        assert text(f"reason.{case.reason}.action", "nl") in words
    for code in ("same", "different", "unknown"):
        offered = f"{text(f'answer.{code}', 'nl')} {text(f'answer.{code}.effect', 'nl')}"
        assert offered in groups["names_differ"].words
    assert "Weet ik niet" not in groups["counterpart_repeated"].words
    assert "Weet ik niet" not in groups["stamnr_blank"].words


def test_a_blank_number_is_called_blank_and_marked_as_the_thing_to_correct() -> None:
    elements = read(page_in("nl"))
    case = next(item for item in sample_report().cases if item.reason == "externeid_blank")
    marked = [
        element.words
        for element in elements
        if element.tag == "mark" and by_id(elements, case.case_id) in element.parents
    ]
    assert marked == ["leeg"]


def test_corrections_stand_under_the_place_to_make_them_with_the_path_of_the_export() -> None:
    page = page_in("nl")
    correct = by_id(read(page), "correct").words
    assert "In Magister 10 gevallen" in correct
    assert "In het oude bestand 6 gevallen" in correct
    assert text("page.place.magister.path", "nl") in correct


def test_classes_without_opleiding_form_a_worklist_in_the_order_of_the_bulk_edit() -> None:
    words = by_id(read(page_in("nl")), "opleiding").words
    steps = [words.index(step) for step in ("TOOLS – GEBRUIKERS", "Selecteer", "BEWERK", "Kies de", "WIJZIG")]
    assert steps == sorted(steps)
    assert "1B 25 Voor deze klas is geen opleiding bekend." in words
    assert "zonder klas 2" in words
    assert "1A 27 vmbo GL klas 1 uit de controlelijst" in words


def test_accounts_that_will_use_a_licence_are_counted_per_opleiding_and_class() -> None:
    words = by_id(read(page_in("nl")), "opleiding").words
    licences = words[words.index("Licenties per opleiding") :]
    assert "vmbo GL klas 1 1A 27" in licences
    assert "Nog niet gekozen" in licences
    assert f"Totaal {sum(row.pupils for row in sample_report().opleiding)}" in licences


def test_login_is_told_per_class_and_who_cannot_log_in_is_told_why() -> None:
    words = by_id(read(page_in("nl")), "inloggen").words
    assert "@magis.voorbeeldcollege.example" in words
    assert "2 leerlingen kunnen nog niet inloggen" in words
    assert "1A 27 27 0" in words
    assert "1B 25 24 1" in words
    assert "zonder klas 3 2 1" in words
    assert "Totaal 55 53 2" in words
    assert f"Pim Jansen 1B 10450 733 {text('reason.realmid_form', 'nl')}" in words


def test_differences_are_told_by_their_cause_and_the_turn_of_the_year_apart() -> None:
    words = by_id(read(page_in("nl")), "linked").words
    assert "9 klassen verschillen alleen door de jaarwisseling." in words
    assert "De jaarwisseling: een jaar verder" in words


def test_the_day_on_which_the_data_have_to_go_is_told() -> None:
    assert "Verwijder ze uiterlijk op 21-02-2027." in by_id(read(page_in("nl")), "over").words


def test_checks_done_and_checks_not_done_are_both_listed() -> None:
    words = by_id(read(page_in("en")), "controles").words
    assert "Every pupil has a name W-001 Point of attention 1,048 ×Failed 3 times" in words
    assert "old file 14, 17, 20" in words
    for code in sample_report().not_performed:
        assert text(f"not_performed.{code}", "en") in words


def test_every_file_is_described_as_it_was_delivered() -> None:
    words = by_id(read(page_in("nl")), "over").words
    for source in sample_report().sources:
        assert source.file_name in words
        assert source.sha256[:16] in words
        assert f'title="{source.sha256}"' in page_in("nl")
        for remark in source.remarks:
            assert text(remark.code, "nl", **remark.fields) in words
    for expected in ("Windows-1252", "UTF-8 met BOM", "puntkomma", "tab", "gemengd", "<Opmerking>"):
        assert expected in words
    assert text("page.legacy_no_proof", "nl") in words


# --- Nothing from outside is run, nothing leaves -----------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_with_markup_stays_a_name(language: str) -> None:
    page = page_in(language)
    elements = read(page)
    assert len(with_tag(elements, "script")) == 1
    assert "<script>alert" not in page
    names = [element.words for element in with_tag(elements, "bdi")]
    for name in (MARKUP_NAME, FORMULA_NAME, LONG_NAME):
        assert name in names


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_can_load_nothing_and_send_nothing(language: str) -> None:
    page = page_in(language)
    elements = read(page)
    for element in elements:
        assert not {"src", "srcset", "action", "style", "onclick", "background"} & set(element.attributes)
        assert element.tag not in {"form", "iframe", "object", "embed", "link", "img", "base"}
        assert element.attributes.get("href", "#").startswith("#")
    style = with_tag(elements, "style")[0]
    assert "url(" not in "".join(style.pieces)
    assert "@import" not in "".join(style.pieces)


def test_the_policy_allows_exactly_the_style_and_script_of_the_page() -> None:
    elements = read(page_in("nl"))
    policy = next(
        element.attributes["content"]
        for element in elements
        if element.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        content = "".join(with_tag(elements, tag)[0].pieces).encode()
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_a_control_character_in_a_cell_is_shown_as_a_picture_of_it() -> None:
    assert show_characters("Noor\x00\x1b[2J\x7f\ud800 de Wit") == "Noor␀␛[2J␡\ufffd de Wit"
    assert show_characters("Zoë Öztürk") == "Zoë Öztürk"


# --- Everyone can read it ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_tables_and_fields_have_names(language: str) -> None:
    elements = read(page_in(language))
    assert with_tag(elements, "html")[0].attributes["lang"] == language
    assert len(with_tag(elements, "h1")) == 1
    levels = [int(element.tag[1]) for element in elements if re.fullmatch("h[1-6]", element.tag)]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    tables = with_tag(elements, "table")
    captions = [element.parents[-1] for element in with_tag(elements, "caption") if element.words]
    assert [id(table) for table in tables] == [id(table) for table in captions]
    assert all(element.attributes.get("scope") for element in with_tag(elements, "th"))
    named = {
        element.attributes["for"] for element in with_tag(elements, "label") if "for" in element.attributes
    }
    fields = with_tag(elements, "input", "select")
    outside = [field for field in fields if not any(parent.tag == "label" for parent in field.parents)]
    assert {element.attributes["id"] for element in outside} == named
    picture = with_tag(elements, "svg")[0]
    inside = [element for element in elements if picture in element.parents]
    assert with_tag(inside, "title")[0].words
    assert with_tag(inside, "desc")[0].words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere_and_every_id_is_used_once(language: str) -> None:
    elements = read(page_in(language))
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in elements:
        if "href" in element.attributes:
            assert element.attributes["href"][1:] in ids
        for name in element.attributes.get("aria-labelledby", "").split():
            assert name in ids


def test_without_script_only_what_a_script_does_stays_hidden() -> None:
    hidden = [element for element in read(page_in("nl")) if "hidden" in element.attributes]
    assert [element.attributes["id"] for element in hidden if "id" in element.attributes] == [
        "zoeken",
        "antwoorden",
        "antwoorden-fout",
    ]
    others = {name for element in hidden if "id" not in element.attributes for name in element.classes}
    assert others == {"with-script", "question-more", "bulk", "bulk-classes"}


def test_text_keeps_enough_contrast_on_every_ground() -> None:
    style = "".join(with_tag(read(page_in("nl")), "style")[0].pieces)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", style))
    pairs = [
        (colours[ink], ground) for ink in ("ink", "soft", "link") for ground in ("#fff", "#f5f6f3", "#fff6da")
    ]
    pairs += [("#fff", colours[group]) for group in ("linked", "decide", "correct", "only_in_legacy", "new")]
    pairs += [(colours["soft"], colours["mark"]), ("#6b3d00", "#fff6da"), ("#3a2400", "#fdefd3")]
    pairs += [("#fff", "#8a1c2a"), ("#0d3b2a", "#e2f1e9"), (colours["link"], "#eaeeef")]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# --- Words and files ---------------------------------------------------------------------------------------


def test_every_status_group_reason_and_repair_has_words_in_both_languages() -> None:
    codes = [f"status.{status.code}{part}" for status in contract.STATUSES for part in ("", ".means")]
    codes += [f"group.{group}{part}" for group in contract.GROUPS for part in ("", ".means")]
    codes += [
        f"reason.{reason}{part}"
        for reasons in contract.REASONS.values()
        for reason in reasons
        for part in ("", ".action")
    ]
    codes += [f"repair.{repair}" for repair in contract.REPAIRS]
    codes += [
        f"not_performed.{code}"
        for code in (
            "no_control_list",
            "no_realm",
            "names_missing",
            "no_brin",
            "no_account_export",
            "no_suites",
        )
    ]
    codes += [f"question.{status.code}" for status in contract.STATUSES if status.group == "decide"]
    for code in codes:
        for language in LANGUAGES:
            assert text(code, language)


def test_both_languages_of_the_page_have_the_same_fields_and_as_many_answers() -> None:
    prefixes = (
        "page.",
        "status.",
        "group.",
        "reason.",
        "repair.",
        "answer.",
        "question.",
        "not_performed.",
        "opleiding.",
    )
    for code, sentences in load_catalogue().items():
        if code.startswith(prefixes):
            assert set(sentences) in ({"nl", "en"}, {"nl", "en", "nl_one", "en_one"}), code
            assert placeholders(sentences["nl"]) == placeholders(sentences["en"]), code
            assert sentences["nl"].count("\n") == sentences["en"].count("\n"), code


def test_sentences_about_pupils_are_short() -> None:
    for code, sentences in load_catalogue().items():
        if code.startswith(("page.", "status.", "group.", "reason.", "not_performed.", "opleiding.")):
            for language in LANGUAGES:
                for sentence in re.split(r"[.?!:]\s", sentences[language]):
                    assert len(sentence.split()) <= 16, (code, language)


def test_equal_reports_give_equal_pages_and_line_ends_of_the_checkout_do_not_matter() -> None:
    assert render_html(sample_report(), "nl") == render_html(sample_report(), "nl")
    assert "\r" not in page_in("nl")


def test_a_page_is_written_once_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(sample_report(), path, "nl")
    assert path.read_bytes().decode("utf-8") == page_in("nl")
    with pytest.raises(OutputError) as refused:
        write_html(sample_report(), path, "en")
    assert refused.value.code == "OUTPUT-EXISTS"
    assert path.read_bytes().decode("utf-8") == page_in("nl")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no such language"):
        render_html(sample_report(), "fr")
