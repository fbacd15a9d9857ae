"""What is true of one account within the legacy file. Every account, pupil and number here is invented."""

from __future__ import annotations

import pytest

from tests.rules.tables import LadderTest, RuleTest

HEADING = "source_row | stamnr | stamnr_key | externeid_key | is_externeid_out_of_form | full_key"
NOOR_ID = "7a1d2c3b-0e4f-4a5b-8c6d-000000000001"


@pytest.mark.parametrize(
    ("record", "defect"),
    [
        ("1 | 1001  | 1001 |    | false | noor visser", ""),
        ("1 |       |      | a1 | false | noor visser", ""),
        ("1 | b1001 |      |    | false | noor visser", "stamnr_form"),
        ("1 | b1001 |      | a1 | false | noor visser", "stamnr_form"),
        ("1 | 1001  | 1001 |    | true  | noor visser", "externeid_form"),
        ("1 |       |      |    | false | noor visser", "no_key"),
        ("1 | 1001  | 1001 |    | false | test leerling", "test_account"),
        ("1 | 1001  | 1001 |    | false | noor testaccount", "test_account"),
        ("1 | 1001  | 1001 |    | false | testleerling 2", "test_account"),
        ("1 | 1001  | 1001 |    | false | proefleerling een", "test_account"),
        ("1 | 1001  | 1001 |    | false | noor testers", ""),
        ("1 | 1001  | 1001 |    | false |", ""),
    ],
)
def test_an_account_that_cannot_be_used_names_its_first_defect(
    rule_test: RuleTest, record: str, defect: str
) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy=f"{HEADING}\n{record}",
        expect=f"source_row | defect\n1 | {defect}",
    )


@pytest.mark.parametrize(
    ("ids", "defect"),
    [
        ("- |", "no_key"),
        ('="" | n.v.t.', "no_key"),
        ("| 00000000-0000-0000-0000-000000000000", "no_key"),
        (f"| {{{NOOR_ID})", "externeid_form"),
        (f"- | {{{NOOR_ID}}}", ""),
        ("b1001 | -", "stamnr_form"),
    ],
)
def test_a_placeholder_as_delivered_is_no_key_and_what_is_broken_is_out_of_form(
    ladder_test: LadderTest, ids: str, defect: str
) -> None:
    ladder_test(
        stage="legacy_rows",
        raw_legacy=f"source_row | stamnr | externeid\n1 | {ids}",
        expect=f"source_row | defect\n1 | {defect}",
    )


def test_an_account_with_a_defect_is_not_also_out_of_scope(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="""
            source_row | stamnr | stamnr_key | rol_key | account_status_key
            1          | b1001  |            | docent  | actief
            2          |        |            |         | gearchiveerd
        """,
        setting_values="kind | value_key\nexclude_role | docent\nexclude_account_status | gearchiveerd",
        expect="""
            source_row | defect      | scope_reason | is_counted
            1          | stamnr_form |              | true
            2          | no_key      |              | true
        """,
    )


def test_role_location_and_account_status_put_an_account_out_of_scope(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="""
            source_row | stamnr_key | rol_key  | vestiging_key | account_status_key
            1          | 1001       | docent   | noord         | actief
            2          | 1002       | leerling | zuid          | actief
            3          | 1003       | leerling | noord         | gearchiveerd
            4          | 1004       | leerling | noord         | actief
            5          | 1005       |          |               |
        """,
        setting_values="""
            kind                   | value_key
            exclude_role           | docent
            location               | noord
            exclude_account_status | gearchiveerd
        """,
        run_parameters="is_realm_required | has_locations\ntrue | true",
        expect="""
            source_row | scope_reason
            1          | role_excluded
            2          | location_excluded
            3          | account_status_excluded
            4          |
            5          |
        """,
    )


def test_an_archived_account_is_in_scope_unless_the_settings_say_so(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="source_row | stamnr_key | account_status_key\n1 | 1001 | gearchiveerd",
        expect="source_row | scope_reason\n1 |",
    )


def test_a_setting_of_another_school_excludes_nobody_here(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="source_row | stamnr_key | rol_key\n1 | 1001 | docent",
        setting_values="school | kind | value_key\n98YY | exclude_role | docent",
        expect="source_row | scope_reason\n1 |",
    )


def test_only_an_account_equal_in_every_column_is_a_copy(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="""
            source_row | stamnr_key | klas_key
            1          | 1001       | 1A
            2          | 1001       | 1A
            3          | 1001       | 1B
        """,
        expect="""
            source_row | is_copy | copy_reason  | is_counted | stamnr_records
            1          | false   | equal_record | true       | 2
            2          | true    | equal_record | false      | 2
            3          | false   | equal_record | true       | 2
        """,
    )


def test_copies_and_accounts_out_of_scope_do_not_make_a_key_repeat(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="""
            source_row | stamnr_key | externeid_key | account_id | rol_key
            1          | 1001       | a1            | n1         |
            2          | 1001       | a1            | n1         |
            3          | 1001       | a1            | n1         | docent
        """,
        setting_values="kind | value_key\nexclude_role | docent",
        expect="""
            source_row | stamnr_records | externeid_records | account_records
            1          | 1              | 1                 | 1
            2          | 1              | 1                 | 1
            3          | 1              | 1                 | 1
        """,
    )


def test_two_records_of_one_account_are_counted_by_id_or_else_by_user_name(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="""
            source_row | stamnr_key | account_id | gebruikersnaam
            1          | 1001       | N1         | noor
            2          | 1002       | n1         | sem
            3          | 1003       |            | Daan
            4          | 1004       |            | daan
            5          | 1005       |            |
            6          | 1006       | n6         | daan
        """,
        expect="""
            source_row | account_records | account_id
            1          | 2               | N1
            2          | 2               | n1
            3          | 2               | Daan
            4          | 2               | daan
            5          | 0               |
            6          | 1               | n6
        """,
    )


def test_accounts_without_a_key_do_not_repeat_each_other(rule_test: RuleTest) -> None:
    rule_test(
        "legacy_rows",
        clean_legacy="source_row | klas_key\n1 | 1A\n2 | 1B",
        expect="source_row | stamnr_records | externeid_records | account_records\n1 | 0 | 0 | 0\n2 | 0 | 0 | 0",
    )
