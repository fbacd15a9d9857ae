"""Whom a record meets, and what stands in the way. A hint never makes a meeting. All keys are invented."""

from __future__ import annotations

from tests.rules.tables import RuleTest

FILE = "source | source_row | is_counted | stamnr_key | externeid_key | full_key | defect | repeat_reason | stamnr_hint"
GROUPS = "kind | key_text | magister_records | legacy_records | magister_aside_records | legacy_aside_records"


def test_two_records_that_meet_know_each_other(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"{FILE}\nmagister | 3 | true | 1001 | | | | |\nlegacy | 7 | true | 1001 | | | | |",
        key_groups=f"{GROUPS}\nstamnr | 1001 | 1 | 1 | 0 | 0",
        matched_pupils="magister_row | legacy_row\n3 | 7",
        expect="""
            source   | pairs | other_row | other_pairs | own_repeat | is_other_repeated | defective_pairs | is_hinted
            magister | 1     | 7         | 1           |            | false             | 0               | false
            legacy   | 1     | 3         | 1           |            | false             | 0               | false
        """,
    )


def test_copies_and_records_out_of_scope_have_no_meetings(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"{FILE}\nmagister | 1 | false | 1001 | | | | |\nlegacy | 1 | true | 1002 | | | | |",
        expect="""
            source | source_row | pairs | other_row | other_pairs | defective_pairs
            legacy | 1          | 0     |           | 0           | 0
        """,
    )


def test_an_account_between_two_pupils_meets_both_and_they_know_it(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"""{FILE}
            magister | 1 | true | 1001 | a1 | | | |
            magister | 2 | true | 1002 | a2 | | | |
            legacy   | 5 | true | 1001 | a2 | | | |
        """,
        matched_pupils="magister_row | legacy_row\n1 | 5\n2 | 5",
        expect="""
            source   | source_row | pairs | other_pairs
            magister | 1          | 1     | 2
            magister | 2          | 1     | 2
            legacy   | 5          | 2     | 1
        """,
    )


def test_a_key_that_repeats_in_the_other_file_holds_the_record(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"""{FILE}
            magister | 1 | true | 1001 | a1 | | | |
            magister | 2 | true | 1002 | a2 | | | |
            legacy   | 1 | true | 1001 |    | | | stamnr_repeated |
            legacy   | 2 | true | 1001 |    | | | stamnr_repeated |
            legacy   | 3 | true |      | a2 | | | externeid_repeated |
            legacy   | 4 | true |      | a2 | | | externeid_repeated |
        """,
        key_groups=f"{GROUPS}\nstamnr | 1001 | 1 | 2 | 0 | 0\nexterneid | a2 | 1 | 2 | 0 | 0",
        expect="""
            source   | source_row | own_repeat           | pairs
            magister | 1          | counterpart_repeated | 0
            magister | 2          | counterpart_repeated | 0
            legacy   | 1          | stamnr_repeated      | 0
            legacy   | 2          | stamnr_repeated      | 0
            legacy   | 3          | externeid_repeated   | 0
            legacy   | 4          | externeid_repeated   | 0
        """,
    )


def test_meeting_a_record_whose_other_key_repeats_is_known(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"""{FILE}
            magister | 1 | true | 1001 | a1 | | | externeid_repeated |
            legacy   | 5 | true | 1001 |    | | |                    |
        """,
        matched_pupils="magister_row | legacy_row\n1 | 5",
        expect="""
            source | source_row | own_repeat | is_other_repeated
            magister | 1 | externeid_repeated | false
            legacy | 5 | | true
        """,
    )


def test_meeting_a_broken_record_is_counted(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"{FILE}\nmagister | 1 | true | 1001 | | | externeid_blank | |\nlegacy | 5 | true | 1001 | | | | |",
        matched_pupils="magister_row | legacy_row\n1 | 5",
        expect="source | pairs | defective_pairs\nmagister | 1 | 0\nlegacy | 1 | 1",
    )


def test_a_key_of_a_record_out_of_scope_in_the_other_file_is_known(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"""{FILE}
            magister | 1 | true | 1001 |    | | | |
            legacy   | 2 | true | 1002 |    | | | |
            legacy   | 3 | true | 1003 | a3 | | | |
        """,
        key_groups=f"""{GROUPS}
            stamnr    | 1001 | 1 | 0 | 0 | 1
            stamnr    | 1002 | 0 | 1 | 1 | 0
            externeid | a3   | 0 | 1 | 0 | 1
        """,
        expect="""
            source   | source_row | is_other_aside | is_account_aside
            magister | 1          | true           | true
            legacy   | 2          | true           | false
            legacy   | 3          | false          | true
        """,
    )


def test_the_digits_in_a_damaged_number_hint_at_the_other_file_only(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"""{FILE}
            magister | 1 | true |      | | | stamnr_form | | 1001
            magister | 2 | true | 1001 | | |             | |
            legacy   | 5 | true | 1001 | | |             | |
            legacy   | 6 | true | 1002 | | |             | |
        """,
        expect="""
            source   | source_row | pairs | is_hinted
            magister | 1          | 0     | false
            magister | 2          | 0     | false
            legacy   | 5          | 0     | true
            legacy   | 6          | 0     | false
        """,
    )


def test_a_key_in_a_broken_record_hints_at_the_other_file_only(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"""{FILE}
            magister | 1 | true | 1001 | a1 | | | |
            magister | 2 | true | 1002 | a2 | | | |
            magister | 3 | true | 1003 | a3 | | | |
            legacy   | 1 | true | 1001 |    | | | |
        """,
        reject_keys="source | kind | key_text\nlegacy | stamnr | 1001\nlegacy | externeid | a2\nlegacy | stamnr | a3",
        expect="""
            source   | source_row | pairs | is_hinted
            magister | 1          | 0     | true
            magister | 2          | 0     | true
            magister | 3          | 0     | false
            legacy   | 1          | 0     | false
        """,
    )


def test_the_name_of_a_broken_record_that_meets_nobody_hints_at_its_namesake(rule_test: RuleTest) -> None:
    rule_test(
        "row_meetings",
        file_rows=f"""{FILE}
            magister | 1 | true |      | | noor visser | stamnr_blank |  |
            magister | 2 | true |      | | sem         | stamnr_blank |  |
            magister | 3 | true | 1003 | | daan smit   | realmid_form |  |
            legacy   | 1 | true | 1001 | | noor visser |              |  |
            legacy   | 2 | true | 1002 | | sem         |              |  |
            legacy   | 3 | true | 1003 | | daan smit   |              |  |
            legacy   | 4 | true | 1004 | | daan smit   |              |  |
        """,
        matched_pupils="magister_row | legacy_row\n3 | 3",
        expect="""
            source   | source_row | pairs | is_hinted
            magister | 1          | 0     | false
            magister | 2          | 0     | false
            magister | 3          | 1     | false
            legacy   | 1          | 0     | true
            legacy   | 2          | 0     | false
            legacy   | 3          | 1     | false
            legacy   | 4          | 0     | false
        """,
    )
