"""The rungs that hold or set aside a record before its pair is looked at, with every reason. All records are invented.

Magister records have low numbers and accounts high ones, so that a counterpart shows which file it is in.
"""

from __future__ import annotations

import pytest

from tests.rules.records import MEET, PAIR_FILE, pair
from tests.rules.tables import RuleTest


@pytest.mark.parametrize("source", ["magister", "legacy"])
@pytest.mark.parametrize(
    "defect",
    [
        "stamnr_blank",
        "stamnr_form",
        "externeid_blank",
        "externeid_form",
        "idgebr_blank",
        "idgebr_form",
        "realmid_blank",
        "realmid_form",
        "realm_differs",
        "realm_other",
        "no_key",
        "test_account",
    ],
)
def test_a_record_with_a_defect_is_quarantined_for_it(rule_test: RuleTest, source: str, defect: str) -> None:
    rule_test(
        "classified_pupils",
        file_rows=f"source | source_row | defect\n{source} | 1 | {defect}",
        row_meetings=f"source | source_row | defect | pairs\n{source} | 1 | {defect} | 0",
        expect=f"source_row | status | reason | is_held | is_linked\n1 | quarantined | {defect} | true | false",
    )


@pytest.mark.parametrize("reason", ["record_width", "quote_damaged", "control_character"])
def test_a_record_that_cannot_be_read_is_quarantined(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        raw_rejects=f"""
            source | source_row | line_number | reason
            magister | 4 | 5 | {reason}
            legacy | 6 | 7 | {reason}
        """,
        expect=f"""
            source | source_row | line_number | status | reason | counterpart_row | repairs | is_held | is_linked
            magister | 4 | 5 | quarantined | {reason} | | "" | true | false
            legacy | 6 | 7 | quarantined | {reason} | | "" | true | false
        """,
    )


def test_an_unreadable_record_of_the_control_list_is_nobody(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        raw_rejects="source | source_row | reason\ncontrol | 4 | record_width",
        expect="source | status",
    )


@pytest.mark.parametrize("reason", ["role_excluded", "location_excluded", "account_status_excluded"])
def test_a_record_out_of_scope_is_counted_and_not_held(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        file_rows=f"source | source_row | scope_reason | is_copy\nlegacy | 9 | {reason} | true",
        expect=f"status | reason | is_held | is_linked\nout_of_scope | {reason} | false | false",
    )


def test_a_defect_goes_before_scope(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row | defect | scope_reason\nmagister | 1 | realm_differs | role_excluded",
        expect="status | reason\nquarantined | realm_differs",
    )


@pytest.mark.parametrize("reason", ["equal_record", "equal_ids"])
def test_a_later_copy_is_a_copy(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        file_rows=f"source | source_row | is_copy | copy_reason\nmagister | 2 | true | {reason}",
        expect=f"status | reason | is_held\nduplicate_copy | {reason} | false",
    )


def test_the_only_counterpart_of_a_quarantined_record_is_quarantined_with_it(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row | defect\nmagister | 1 | externeid_blank\nlegacy | 9 |",
        row_meetings=f"""
            {MEET} | defect | defective_pairs
            magister | 1 | 1 | 9 | 1 | externeid_blank | 0
            legacy | 9 | 1 | 1 | 1 | | 1
        """,
        pair_evidence=pair(),
        expect="""
            source_row | status      | reason                  | counterpart_row
            1          | quarantined | externeid_blank         | 9
            9          | quarantined | counterpart_quarantined | 1
        """,
    )


@pytest.mark.parametrize(
    "reason",
    [
        "stamnr_repeated",
        "externeid_repeated",
        "idgebr_repeated",
        "realmid_repeated",
        "account_repeated",
        "key_in_broken_record",
        "counterpart_repeated",
    ],
)
def test_a_key_that_does_not_stand_once_holds_the_record(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1",
        row_meetings=f"{MEET} | own_repeat\nmagister | 1 | 0 | | 0 | {reason}",
        expect=f"status | reason | is_held\nduplicate_key | {reason} | true",
    )


def test_who_meets_a_repeated_record_is_held_with_it(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"""{MEET} | own_repeat | is_other_repeated
            magister | 1 | 1 | 9 | 1 | externeid_repeated | false
            legacy   | 9 | 1 | 1 | 1 |                    | true
        """,
        pair_evidence=pair(),
        expect="""
            source_row | status        | reason
            1          | duplicate_key | externeid_repeated
            9          | duplicate_key | counterpart_repeated
        """,
    )


def test_two_ways_that_lead_to_two_pupils_hold_all_three(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2\nlegacy | 9",
        row_meetings=f"{MEET}\nmagister | 1 | 1 | 9 | 2\nmagister | 2 | 1 | 9 | 2\nlegacy | 9 | 2 | 1 | 1",
        pair_evidence="magister_row | legacy_row | names | repairs\n1 | 9 | agree |\n2 | 9 | agree |",
        expect="""
            source_row | status    | reason                | counterpart_row
            1          | ambiguous | counterpart_ambiguous | 9
            2          | ambiguous | counterpart_ambiguous | 9
            9          | ambiguous | two_ways              |
        """,
    )


def test_a_pupil_whom_two_accounts_claim_is_held_with_both(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nlegacy | 8\nlegacy | 9",
        row_meetings=f"{MEET}\nmagister | 1 | 2 | 8 | 1\nlegacy | 8 | 1 | 1 | 2\nlegacy | 9 | 1 | 1 | 2",
        pair_evidence="magister_row | legacy_row | names | repairs\n1 | 8 | agree |\n1 | 9 | agree |",
        expect="""
            source_row | status    | reason
            1          | ambiguous | several_counterparts
            8          | ambiguous | counterpart_ambiguous
            9          | ambiguous | counterpart_ambiguous
        """,
    )
