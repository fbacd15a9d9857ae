"""How often a key stands in each file, and who meets whom through it. All keys are invented and shortened."""

from __future__ import annotations

import pytest

from tests.rules.tables import RuleTest


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("stamnr_records", "stamnr_repeated"),
        ("externeid_records", "externeid_repeated"),
        ("idgebr_records", "idgebr_repeated"),
        ("realmid_records", "realmid_repeated"),
    ],
)
def test_a_magister_record_says_which_of_its_ids_repeats(
    rule_test: RuleTest, column: str, reason: str
) -> None:
    rule_test(
        "file_rows",
        magister_rows=f"source_row | stamnr_key | {column}\n1 | 1001 | 2\n2 | 1002 | 1",
        expect=f"source | source_row | repeat_reason\nmagister | 1 | {reason}\nmagister | 2 |",
    )


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("stamnr_records", "stamnr_repeated"),
        ("externeid_records", "externeid_repeated"),
        ("account_records", "account_repeated"),
    ],
)
def test_an_account_says_which_of_its_ids_repeats(rule_test: RuleTest, column: str, reason: str) -> None:
    rule_test(
        "file_rows",
        legacy_rows=f"source_row | stamnr_key | {column}\n1 | 1001 | 2\n2 | 1002 | 1",
        expect=f"source | source_row | repeat_reason\nlegacy | 1 | {reason}\nlegacy | 2 |",
    )


def test_a_key_that_also_stands_in_a_broken_record_of_the_same_file_does_not_stand_once(
    rule_test: RuleTest,
) -> None:
    rule_test(
        "file_rows",
        magister_rows="source_row | stamnr_key | externeid_key\n1 | 1001 | a1\n2 | 1002 | a2\n3 | 1003 | a3",
        legacy_rows="source_row | stamnr_key | externeid_key\n1 | 1001 | a1\n2 | 1002 | a2\n3 | 1003 | a3",
        reject_keys="source | kind | key_text\nmagister | stamnr | 1001\nlegacy | externeid | a2\nlegacy | stamnr | a3",
        expect="""
            source   | source_row | repeat_reason
            magister | 1          | key_in_broken_record
            magister | 2          |
            magister | 3          |
            legacy   | 1          |
            legacy   | 2          | key_in_broken_record
            legacy   | 3          |
        """,
    )


def test_records_of_both_files_stand_side_by_side_with_what_is_known_of_them(rule_test: RuleTest) -> None:
    rule_test(
        "file_rows",
        magister_rows="""
            source_row | line_number | stamnr_hint | defect      | scope_reason  | is_copy | copy_reason | full_key
            1          | 2           | 1001        | stamnr_form | role_excluded | true    | equal_ids   | noor visser
        """,
        legacy_rows="""
            source_row | line_number | is_counted | full_key
            1          | 4           | true       | sem bakker
        """,
        expect="""
            line_number | stamnr_hint | defect | scope_reason | is_copy | copy_reason | is_counted | full_key
            2 | 1001 | stamnr_form | role_excluded | true | equal_ids | false | noor visser
            4 | | | | false | | true | sem bakker
        """,
    )


def test_keys_are_counted_per_file_and_the_lowest_record_is_named(rule_test: RuleTest) -> None:
    rule_test(
        "key_groups",
        magister_rows="""
            source_row | stamnr_key | externeid_key | is_counted
            1          | 1001       | a1            | true
            2          | 1002       | a2            | true
            3          | 1002       | a3            | true
        """,
        legacy_rows="source_row | stamnr_key | externeid_key | is_counted\n8 | 1001 | | true\n9 | | a3 | true",
        expect="""
            kind      | key_text | magister_records | legacy_records | magister_row | legacy_row
            stamnr    | 1001     | 1                | 1              | 1            | 8
            stamnr    | 1002     | 2                | 0              | 2            |
            externeid | a1       | 1                | 0              | 1            |
            externeid | a2       | 1                | 0              | 2            |
            externeid | a3       | 1                | 1              | 3            | 9
        """,
    )


def test_copies_carry_no_key_and_a_blank_is_no_key(rule_test: RuleTest) -> None:
    rule_test(
        "key_groups",
        magister_rows="source_row | stamnr_key | is_copy | is_counted\n1 | 1001 | true | false\n2 | | false | true",
        legacy_rows="source_row | stamnr_key | is_copy | is_counted\n1 | 1001 | true | false\n2 | | false | true",
        expect="kind | key_text",
    )


def test_records_out_of_scope_are_counted_apart(rule_test: RuleTest) -> None:
    rule_test(
        "key_groups",
        magister_rows="source_row | stamnr_key | scope_reason | is_counted\n1 | 1001 | location_excluded | false",
        legacy_rows="""
            source_row | stamnr_key | scope_reason            | is_counted
            1          | 1001       |                         | true
            2          | 1001       | account_status_excluded | false
        """,
        expect="""
            magister_records | magister_aside_records | magister_row | legacy_records | legacy_aside_records
            0                | 1                      |              | 1              | 1
        """,
    )


def test_staff_share_the_numbers_of_pupils_so_only_their_external_id_counts_aside(
    rule_test: RuleTest,
) -> None:
    rule_test(
        "key_groups",
        magister_rows="source_row | stamnr_key | externeid_key | scope_reason\n1 | 1001 | a1 | role_excluded",
        legacy_rows="source_row | stamnr_key | externeid_key | scope_reason\n1 | 1001 | a1 | role_excluded",
        expect="""
            kind      | key_text | magister_aside_records | legacy_aside_records
            externeid | a1       | 1                      | 1
        """,
    )


def test_a_key_that_stands_once_on_each_side_makes_a_pair(rule_test: RuleTest) -> None:
    rule_test(
        "matched_pupils",
        key_groups="""
            kind      | key_text | magister_records | legacy_records | magister_row | legacy_row
            stamnr    | 1001     | 1                | 1              | 3            | 7
            externeid | a2       | 1                | 1              | 4            | 8
        """,
        expect="""
            magister_row | legacy_row | is_by_externeid | is_by_stamnr
            3            | 7          | false           | true
            4            | 8          | true            | false
        """,
    )


def test_two_keys_that_lead_to_the_same_record_make_one_pair(rule_test: RuleTest) -> None:
    rule_test(
        "matched_pupils",
        key_groups="""
            kind      | key_text | magister_records | legacy_records | magister_row | legacy_row
            stamnr    | 1001     | 1                | 1              | 3            | 7
            externeid | a1       | 1                | 1              | 3            | 7
        """,
        expect="magister_row | legacy_row | is_by_externeid | is_by_stamnr\n3 | 7 | true | true",
    )


@pytest.mark.parametrize("counts", ["2 | 1", "1 | 2", "2 | 2", "1 | 0", "0 | 1", "1000 | 1000"])
def test_a_key_that_repeats_or_stands_on_one_side_only_is_never_paired(
    rule_test: RuleTest, counts: str
) -> None:
    rule_test(
        "matched_pupils",
        key_groups=f"""
            kind | key_text | magister_records | legacy_records | magister_row | legacy_row
            stamnr | 1001 | {counts} | 3 | 7
        """,
        expect="magister_row | legacy_row",
    )


def test_keys_of_two_schools_never_meet(rule_test: RuleTest) -> None:
    rule_test(
        "key_groups",
        magister_rows="school | source_row | stamnr_key | is_counted\n98YY | 1 | 1001 | true",
        legacy_rows="school | source_row | stamnr_key | is_counted\n99XX | 1 | 1001 | true",
        expect="school | magister_records | legacy_records\n98YY | 1 | 0\n99XX | 0 | 1",
    )
