"""Who can log in through Entree after the import, and why somebody cannot. All pupils are invented."""

from __future__ import annotations

import pytest

from tests.rules.tables import RuleTest

STATUS = "source | source_row | counterpart_row | is_linked | status | reason"


def test_a_pupil_with_a_whole_login_is_ready_linked_or_new(rule_test: RuleTest) -> None:
    rule_test(
        "login_readiness",
        decided_pupils=f"""
            {STATUS}
            magister | 1 | 9 | true  | matched_exact    | key_equal
            magister | 2 |   | false | new_in_magister  | no_account
            legacy   | 9 | 1 | true  | matched_exact    | key_equal
        """,
        magister_rows="source_row | klas_key | realmid_key\n1 | 1A | 51@a.example\n2 | 1B | 52@a.example",
        expect="magister_row | klas_key | is_ready | problem\n1 | 1A | true |\n2 | 1B | true |",
    )


def test_a_pupil_without_a_login_is_linked_and_cannot_log_in(rule_test: RuleTest) -> None:
    rule_test(
        "login_readiness",
        decided_pupils=f"{STATUS}\nmagister | 1 | 9 | true | matched_exact | key_equal",
        magister_rows="source_row\n1",
        legacy_rows="source_row | klas_key | full_name\n9 | 2C | Noor Visser",
        expect="klas_key | full_name | is_ready | problem\n2C | Noor Visser | false | realmid_blank",
    )


@pytest.mark.parametrize("defect", ["realm_other", "realm_differs", "realmid_form", "externeid_form"])
def test_a_record_that_has_to_be_corrected_is_not_ready_and_says_why(
    rule_test: RuleTest, defect: str
) -> None:
    rule_test(
        "login_readiness",
        decided_pupils=f"{STATUS}\nmagister | 1 |  | false | quarantined | {defect}",
        magister_rows=f"source_row | realmid_key | defect\n1 | 51@a.example | {defect}",
        expect=f"is_ready | problem\nfalse | {defect}",
    )


def test_a_record_that_cannot_be_read_has_no_login(rule_test: RuleTest) -> None:
    rule_test(
        "login_readiness",
        decided_pupils=f"{STATUS}\nmagister | 1 |  | false | quarantined | record_width",
        expect="is_ready | problem\nfalse | record_width",
    )


def test_copies_and_who_is_out_of_scope_are_no_pupils_here(rule_test: RuleTest) -> None:
    rule_test(
        "login_readiness",
        decided_pupils=f"""
            {STATUS}
            magister | 1 |  | false | duplicate_copy | equal_record
            magister | 2 |  | false | out_of_scope   | role_excluded
            legacy   | 3 |  | false | only_in_legacy | no_pupil
        """,
        magister_rows="source_row | realmid_key\n1 | 51@a.example\n2 | 52@a.example",
        expect="magister_row | is_ready",
    )
