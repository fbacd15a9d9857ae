"""Where a pupil's opleiding comes from, and when the school must choose it. All pupils and rules are invented."""

from __future__ import annotations

import pytest

from tests.rules.tables import RuleTest

WORDS = """
    delivered      | stem    | year_text | problem
    havo           | havo    |           |
    havo 2         | havo    | 2         |
    vwo            | vwo     |           |
    vwo 2          | vwo     | 2         |
    GL             | vmbo GL |           |
    B              |         |           | opleiding_single_letter
    brugklas       |         |           | opleiding_unknown
"""
STEMS = "stem | first_year | last_year\nhavo | 1 | 5\nvwo | 1 | 6\nvmbo GL | 1 | 4\nvmbo TL/havo | 1 | 2"
RULES = (
    "column_name | value_text | opleiding | origin\nklas | 1K | vmbo KB klas 1 | rule\n"
    "opleiding | brugklas | havo/vwo klas 1 | rule"
)
LINKED = "source | source_row | counterpart_row | is_linked | status\nmagister | 1 | 9 | true | matched_exact"
NEW = "source | source_row | is_linked | status\nmagister | 1 | false | new_in_magister"
MAGISTER = "source_row | klas_key | leerjaar_key | opleiding | leerweg | opleiding_origin"
LEGACY = "source_row | klas_key | leerjaar_key | opleiding | leerweg"


@pytest.mark.parametrize(
    ("magister", "legacy", "opleiding", "origin"),
    [
        ("2A |   |        |    |", "   |   | havo   |", "havo klas 2", "legacy"),
        ("   | 2 |        |    |", "   |   | havo   |", "havo klas 2", "legacy"),
        ("   |   |        |    |", "2A |   | havo   |", "havo klas 2", "legacy"),
        ("   |   |        |    |", "   | 2 | havo   |", "havo klas 2", "legacy"),
        ("   |   |        |    |", "   |   | havo 2 |", "havo klas 2", "legacy"),
        ("2A |   | havo   |    | magister", "| | havo |", "havo klas 2", "legacy"),
        ("2A |   | havo   |    | magister", "| | | ", "havo klas 2", "magister"),
        ("2A |   | havo   |    | control", "| | | ", "havo klas 2", "control"),
        ("   |   | havo 2 |    | control", "| | | ", "havo klas 2", "control"),
        ("2A |   |        |    |", "| | | GL", "vmbo GL klas 2", "legacy"),
        ("2A |   | havo   |    | magister", "| | B |", "havo klas 2", "magister"),
        ("1K |   |        |    |", "| | | ", "vmbo KB klas 1", "rule"),
        ("1A |   |        |    |", "| | brugklas |", "havo/vwo klas 1", "rule"),
        ("1A |   | brugklas |  | magister", "| | |", "havo/vwo klas 1", "rule"),
        ("H3 |   |        |    |", "| | havo |", "havo klas 3", "legacy"),
        ("10A | 2 |       |    |", "| | havo |", "havo klas 2", "legacy"),
        ("10A |  |        |    |", "| | havo 2 |", "havo klas 2", "legacy"),
        ("2A | 2 |        |    |", "| | havo |", "havo klas 2", "legacy"),
    ],
)
def test_a_proven_opleiding_says_where_it_comes_from(
    rule_test: RuleTest, magister: str, legacy: str, opleiding: str, origin: str
) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=LINKED,
        magister_rows=f"{MAGISTER}\n1 | {magister}",
        legacy_rows=f"{LEGACY}\n9 | {legacy}",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        opleiding_rules=RULES,
        expect=f"magister_row | legacy_row | opleiding | origin | problem\n1 | 9 | {opleiding} | {origin} |",
    )


@pytest.mark.parametrize(
    ("magister", "legacy", "problem"),
    [
        ("2A |   |        | |", "| | |", "opleiding_missing"),
        ("2A |   |        | |", "| | B |", "opleiding_single_letter"),
        ("2A |   | B      | | magister", "| | |", "opleiding_single_letter"),
        ("2A |   |        | |", "| | brugklas |", "opleiding_unknown"),
        ("2A |   | brugklas | | control", "| | |", "opleiding_unknown"),
        ("2A |   | vwo    | | control", "| | havo |", "opleiding_conflict"),
        ("3A |   |        | |", "| | havo 2 |", "opleiding_year"),
        ("   | 3 |        | |", "| | havo 2 |", "opleiding_year"),
        ("3A |   | havo 2 | | magister", "| | |", "opleiding_year"),
        ("6A |   |        | |", "| | havo |", "opleiding_year"),
        ("   | 12 |       | |", "| | havo |", "opleiding_year"),
        ("   |   |        | |", "| | havo |", "opleiding_year"),
        ("BRUG | |        | |", "| | havo |", "opleiding_year"),
        ("10A |   |       | |", "| | havo |", "opleiding_year"),
        ("3A | 2 |        | |", "| | havo |", "opleiding_year"),
        ("3A | 2 | havo   | | control", "| | |", "opleiding_year"),
        ("10A | 3 |       | |", "| | havo 2 |", "opleiding_year"),
    ],
)
def test_what_is_not_proven_is_a_decision_of_the_school(
    rule_test: RuleTest, magister: str, legacy: str, problem: str
) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=LINKED,
        magister_rows=f"{MAGISTER}\n1 | {magister}",
        legacy_rows=f"{LEGACY}\n9 | {legacy}",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        expect=f"opleiding | origin | problem\n | | {problem}",
    )


@pytest.mark.parametrize(
    ("magister", "legacy"),
    [
        ("1K | | vwo | | control", "| | havo |"),
        ("1K | |     | |", "| | havo 2 |"),
        ("1K | |     | |", "| | B |"),
        ("1K | 2 |   | |", "| | havo |"),
    ],
)
def test_the_schools_own_rule_settles_what_the_files_leave_open(
    rule_test: RuleTest, magister: str, legacy: str
) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=LINKED,
        magister_rows=f"{MAGISTER}\n1 | {magister}",
        legacy_rows=f"{LEGACY}\n9 | {legacy}",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        opleiding_rules=RULES,
        expect="opleiding | origin | problem\nvmbo KB klas 1 | rule |",
    )


@pytest.mark.parametrize(
    ("magister", "legacy", "opleiding"),
    [
        ("BRUG | | | |", "| | havo |", "havo/vwo klas 1"),
        ("BRUG | | havo | | control", "| | |", "havo/vwo klas 1"),
        ("BRUG | | | |", "| | | GL", "havo/vwo klas 1"),
        ("BRUG | | havo | | control", "| | vwo |", "havo/vwo klas 1"),
    ],
)
def test_the_schools_own_rule_fills_in_where_the_study_is_known_and_the_year_is_not(
    rule_test: RuleTest, magister: str, legacy: str, opleiding: str
) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=LINKED,
        magister_rows=f"{MAGISTER}\n1 | {magister}",
        legacy_rows=f"{LEGACY}\n9 | {legacy}",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        opleiding_rules=f"column_name | value_text | opleiding | origin\nklas | BRUG | {opleiding} | rule",
        expect=f"opleiding | origin | problem\n{opleiding} | rule |",
    )


@pytest.mark.parametrize("origin", ["magister", "control"])
def test_a_study_told_by_the_leerweg_says_whose_leerweg_it_was(rule_test: RuleTest, origin: str) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=NEW,
        magister_rows=f"{MAGISTER} | leerweg_origin\n1 | 2A | | | GL | | {origin}",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        expect=f"opleiding | origin | problem\nvmbo GL klas 2 | {origin} |",
    )


def test_an_opleiding_that_says_nothing_does_not_lend_its_origin_to_the_leerweg(rule_test: RuleTest) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=NEW,
        magister_rows=f"{MAGISTER} | leerweg_origin\n1 | 2A | | B | GL | magister | control",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        expect="opleiding | origin\nvmbo GL klas 2 | control",
    )


def test_a_rule_does_not_go_before_what_the_files_prove(rule_test: RuleTest) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=LINKED,
        magister_rows=f"{MAGISTER}\n1 | 1K | | | |",
        legacy_rows=f"{LEGACY}\n9 | | | havo |",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        opleiding_rules=RULES,
        expect="opleiding | origin\nhavo klas 1 | legacy",
    )


def test_a_new_pupil_takes_nothing_from_an_account(rule_test: RuleTest) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils=NEW,
        magister_rows=f"{MAGISTER}\n1 | 2A | | vwo | | control",
        legacy_rows=f"{LEGACY}\n9 | 2A | | havo |",
        opleiding_words=WORDS,
        opleiding_stems=STEMS,
        expect="magister_row | legacy_row | klas_key | opleiding | origin\n1 | | 2A | vwo klas 2 | control",
    )


def test_only_pupils_who_will_have_an_account_need_an_opleiding(rule_test: RuleTest) -> None:
    rule_test(
        "opleiding_choices",
        decided_pupils="""
            source   | source_row | is_linked | status
            magister | 1          | false     | quarantined
            magister | 2          | false     | suspect_link
            legacy   | 9          | true      | matched_exact
            legacy   | 8          | false     | only_in_legacy
        """,
        magister_rows="source_row | klas_key\n1 | 2A\n2 | 2A",
        legacy_rows="source_row | klas_key\n8 | 2A\n9 | 2A",
        expect="magister_row",
    )
