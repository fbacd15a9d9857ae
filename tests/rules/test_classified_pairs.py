"""The rungs that judge a pair, suggest one by name, or find nobody: what is not proven is held.

Magister records have low numbers and accounts high ones, so that a counterpart shows which file it is in.
"""

from __future__ import annotations

import pytest

from tests.rules.records import MEET, PAIR_FILE, PAIR_MEETINGS, both, pair
from tests.rules.tables import RuleTest


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ({"is_contradicted_by_control": "true"}, "control_conflict"),
        ({"names": "differ"}, "names_differ"),
        ({"is_other_externeid": "true"}, "other_externeid"),
        ({"is_number_different": "true", "is_changed": "true", "names": "unknown"}, "number_differs"),
        ({"names": "differ", "is_other_externeid": "true", "is_changed": "true"}, "names_differ"),
        ({"is_number_different": "true", "is_number_elsewhere": "true", "names": "agree"}, "number_differs"),
    ],
)
def test_a_pair_that_something_speaks_against_is_held_on_both_sides(
    rule_test: RuleTest, evidence: dict[str, str], reason: str
) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        pair_evidence=pair(**evidence),
        expect=both("suspect_link", reason),
    )


@pytest.mark.parametrize("side", ["magister", "legacy"])
def test_a_pair_whose_key_also_stands_on_an_account_out_of_scope_is_held(
    rule_test: RuleTest, side: str
) -> None:
    aside = {"magister": "false", "legacy": "false"} | {side: "true"}
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"""{MEET} | is_account_aside
            magister | 1 | 1 | 9 | 1 | {aside["magister"]}
            legacy   | 9 | 1 | 1 | 1 | {aside["legacy"]}
        """,
        pair_evidence=pair(),
        expect=both("suspect_link", "counterpart_out_of_scope"),
    )


def test_a_record_whose_counterpart_is_out_of_scope_is_neither_new_nor_gone(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"{MEET} | is_other_aside\nmagister | 1 | 0 | | 0 | true\nlegacy | 9 | 0 | | 0 | true",
        expect=both("suspect_link", "counterpart_out_of_scope", counterpart=False),
    )


@pytest.mark.parametrize(
    ("evidence", "status", "reason", "basis"),
    [
        ({}, "matched_exact", "key_equal", "exact"),
        ({"names": "unknown"}, "matched_exact", "key_equal", "exact"),
        ({"repairs": "zeros case"}, "matched_repaired", "key_repaired", "repaired"),
        ({"is_changed": "true"}, "matched_changed", "field_changed", "exact"),
        ({"is_changed": "true", "repairs": "zeros"}, "matched_changed", "field_changed", "repaired"),
        ({"is_changed": "true", "is_number_different": "true"}, "matched_changed", "field_changed", "exact"),
    ],
)
def test_a_proven_pair_is_linked_on_both_sides(
    rule_test: RuleTest, evidence: dict[str, str], status: str, reason: str, basis: str
) -> None:
    repairs = evidence.get("repairs", '""')
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        pair_evidence=pair(**evidence),
        expect=f"""
            source_row | counterpart_row | status   | reason   | basis   | repairs   | is_linked | is_held
            1          | 9               | {status} | {reason} | {basis} | {repairs} | true      | false
            9          | 1               | {status} | {reason} | {basis} | {repairs} | true      | false
        """,
    )


def test_a_pair_without_any_evidence_is_never_linked(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        expect=both("ambiguous", "counterpart_ambiguous"),
    )


def test_a_pair_whose_names_were_not_compared_is_never_linked(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        pair_evidence=pair(names=""),
        expect=both("ambiguous", "counterpart_ambiguous"),
    )


def test_a_record_that_a_damaged_one_hints_at_is_held_and_not_linked(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"{MEET} | is_hinted\nmagister | 1 | 0 | | 0 | true\nlegacy | 9 | 0 | | 0 | true",
        expect=both("quarantined", "counterpart_quarantined", counterpart=False),
    )


NAMES = "full_key | klas_key | magister_records | legacy_records | magister_row | legacy_row"


def test_one_mutual_namesake_is_a_suggestion(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings="""
            source | source_row | pairs | full_key
            magister | 1 | 0 | noor visser
            legacy | 9 | 0 | noor visser
        """,
        name_groups=f"{NAMES}\nnoor visser | | 1 | 1 | 1 | 9",
        expect="""
            source_row | status    | reason    | counterpart_row | is_held | is_linked | basis
            1          | suggested | same_name | 9               | true    | false     |
            9          | suggested | same_name | 1               | true    | false     |
        """,
    )


def test_between_namesakes_the_class_decides_and_the_others_are_ambiguous(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2\nlegacy | 8\nlegacy | 9",
        row_meetings="""
            source   | source_row | pairs | full_key    | klas_key
            magister | 1          | 0     | noor visser | 2A
            magister | 2          | 0     | noor visser | 2B
            legacy   | 8          | 0     | noor visser | 2C
            legacy   | 9          | 0     | noor visser | 2A
        """,
        name_groups=f"""{NAMES}
            noor visser |    | 2 | 2 | 1 | 8
            noor visser | 2A | 1 | 1 | 1 | 9
            noor visser | 2B | 1 | 0 | 2 |
            noor visser | 2C | 0 | 1 |   | 8
        """,
        expect="""
            source_row | status    | reason            | counterpart_row
            1          | suggested | same_name         | 9
            9          | suggested | same_name         | 1
            2          | ambiguous | several_namesakes |
            8          | ambiguous | several_namesakes |
        """,
    )


def test_two_namesakes_in_one_class_are_never_suggested(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2\nlegacy | 9",
        row_meetings="""
            source   | source_row | pairs | full_key    | klas_key
            magister | 1          | 0     | noor visser | 2A
            magister | 2          | 0     | noor visser | 2A
            legacy   | 9          | 0     | noor visser | 2A
        """,
        name_groups=f"{NAMES}\nnoor visser | | 2 | 1 | 1 | 9\nnoor visser | 2A | 2 | 1 | 1 | 9",
        expect="""
            source_row | status    | reason
            1          | ambiguous | several_namesakes
            2          | ambiguous | several_namesakes
            9          | ambiguous | several_namesakes
        """,
    )


def test_namesakes_in_one_file_only_do_not_stand_in_each_others_way(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2",
        row_meetings="""
            source | source_row | pairs | full_key
            magister | 1 | 0 | noor visser
            magister | 2 | 0 | noor visser
        """,
        name_groups=f"{NAMES}\nnoor visser | | 2 | 0 | 1 |",
        expect="source_row | status | reason\n1 | new_in_magister | no_account\n2 | new_in_magister | no_account",
    )


def test_a_pupil_without_an_account_is_new_and_an_account_without_a_pupil_is_only_in_legacy(
    rule_test: RuleTest,
) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row | line_number\nmagister | 1 | 2\nlegacy | 9 | 10",
        row_meetings="source | source_row | pairs\nmagister | 1 | 0\nlegacy | 9 | 0",
        expect="""
            source   | source_row | line_number | status          | reason     | is_held | is_linked | basis | repairs
            magister | 1          | 2           | new_in_magister | no_account | false   | false     |       | ""
            legacy   | 9          | 10          | only_in_legacy  | no_pupil   | false   | false     |       | ""
        """,
    )


def test_a_record_that_the_meetings_forgot_is_held(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1",
        expect="status | is_held | is_linked\nambiguous | true | false",
    )
