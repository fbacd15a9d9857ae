"""What a school would say about whole records, through every stage from the delivered text on.

Noor Visser is number 1001 with user 51, Sem Bakker 1002 with 52, Daan Smit 1003 with 53; they are invented.
"""

from __future__ import annotations

import pytest

from tests.rules.records import A1, A2, A3, DAAN, IDS, NOOR, PLACES, SCOPE, SEM
from tests.rules.tables import LadderTest


def test_a_pupil_is_linked_by_number_and_the_account_gets_the_pupils_ids(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}",
        raw_legacy="source_row | stamnr | naam\n9 | 1001 | Noor Visser",
        expect="""
            source   | source_row | status        | reason    | basis | counterpart_row
            magister | 1          | matched_exact | key_equal | exact | 9
            legacy   | 9          | matched_exact | key_equal | exact | 1
        """,
    )


def test_a_blank_or_a_placeholder_never_meets_a_blank(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | | 51 | {A1} | 51@lyceum.example\n2 | - | 52 | | 52@lyceum.example",
        raw_legacy='source_row | stamnr | externeid\n8 | |\n9 | - | ""',
        expect="""
            source   | source_row | status      | reason       | counterpart_row
            magister | 1          | quarantined | stamnr_blank |
            magister | 2          | quarantined | stamnr_blank |
            legacy   | 8          | quarantined | no_key       |
            legacy   | 9          | quarantined | no_key       |
        """,
    )


def test_a_key_within_a_longer_key_never_links(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}",
        raw_legacy="source_row | stamnr\n8 | 10010\n9 | 100",
        expect="""
            source_row | status
            1          | new_in_magister
            8          | only_in_legacy
            9          | only_in_legacy
        """,
    )


def test_two_padded_forms_of_one_number_hold_both_and_the_account(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}\n2 | 01001 | 52 | {A2} | 52@lyceum.example",
        raw_legacy="source_row | stamnr\n9 | 1001",
        expect="""
            source_row | status        | reason
            1          | duplicate_key | stamnr_repeated
            2          | duplicate_key | stamnr_repeated
            9          | duplicate_key | counterpart_repeated
        """,
    )


def test_one_external_id_on_two_pupils_holds_both_and_the_account_of_either(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}\n2 | 1002 | 52 | {{{A1.upper()}}} | 52@lyceum.example",
        raw_legacy="source_row | stamnr\n8 | 1001\n9 | 1002",
        expect="""
            source_row | status        | reason
            1          | duplicate_key | externeid_repeated
            2          | duplicate_key | externeid_repeated
            8          | duplicate_key | counterpart_repeated
            9          | duplicate_key | counterpart_repeated
        """,
    )


def test_a_copy_does_not_keep_a_pupil_from_the_account(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}\n2 | {NOOR}",
        raw_legacy="source_row | stamnr\n8 | 1001\n9 | 1001",
        expect="""
            source   | source_row | status         | reason
            magister | 1          | matched_exact  | key_equal
            magister | 2          | duplicate_copy | equal_record
            legacy   | 8          | matched_exact  | key_equal
            legacy   | 9          | duplicate_copy | equal_record
        """,
    )


def test_two_enrolments_are_one_pupil_and_the_class_is_no_change(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS} | naam | klas\n1 | {NOOR} | Noor Visser | 2A\n2 | {NOOR} | Noor Visser | 2B",
        raw_legacy="source_row | stamnr | naam | klas\n9 | 1001 | Noor Visser | 1A",
        expect="""
            source   | source_row | status         | reason
            magister | 1          | matched_exact  | key_equal
            magister | 2          | duplicate_copy | equal_ids
            legacy   | 9          | matched_exact  | key_equal
        """,
    )


def test_an_account_whose_number_and_id_lead_to_two_pupils_is_held_with_both(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}\n2 | {SEM}",
        raw_legacy=f"source_row | stamnr | externeid\n9 | 1001 | {A2}",
        expect="""
            source_row | status    | reason
            1          | ambiguous | counterpart_ambiguous
            2          | ambiguous | counterpart_ambiguous
            9          | ambiguous | two_ways
        """,
    )


def test_a_pupil_whose_number_and_id_stand_on_two_accounts_is_held_with_both(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}",
        raw_legacy=f"source_row | stamnr | externeid\n8 | 1001 |\n9 | | {A1}",
        expect="""
            source_row | status    | reason
            1          | ambiguous | several_counterparts
            8          | ambiguous | counterpart_ambiguous
            9          | ambiguous | counterpart_ambiguous
        """,
    )


def test_a_record_of_an_account_that_carries_another_id_is_held(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}",
        raw_legacy=f"source_row | stamnr | externeid\n9 | 1001 | {A3}",
        expect="source_row | status | reason\n1 | suspect_link | other_externeid\n9 | suspect_link | other_externeid",
    )


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("Noor Visser", "matched_changed", "field_changed"),
        ("", "suspect_link", "number_differs"),
        ("N. Visser", "suspect_link", "number_differs"),
    ],
)
def test_an_account_with_the_right_id_and_another_number_needs_the_name(
    ladder_test: LadderTest, name: str, status: str, reason: str
) -> None:
    ladder_test(
        raw_magister=f"{IDS} | naam\n1 | {NOOR} | Noor Visser",
        raw_legacy=f"source_row | stamnr | externeid | naam\n9 | 1009 | {A1} | {name}",
        expect=f"source_row | status | reason\n1 | {status} | {reason}\n9 | {status} | {reason}",
    )


def test_the_worklist_holds_who_waits_and_who_was_set_aside_and_nobody_who_is_linked(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        stage="worklist",
        raw_magister=f"{IDS} | vestiging\n1 | {NOOR} | Noord\n2 | {SEM} | Zuid\n3 | {DAAN} | Noord\n4 | {NOOR} | Noord",
        raw_legacy=f"source_row | stamnr | externeid\n7 | 1001 |\n8 | b1002 |\n9 | 1003 | {A1[:-1]}9",
        setting_values=SCOPE,
        run_parameters=PLACES,
        expect="""
            source   | source_row | status         | reason            | is_held
            magister | 2          | out_of_scope   | location_excluded | false
            magister | 3          | suspect_link   | other_externeid   | true
            magister | 4          | duplicate_copy | equal_record      | false
            legacy   | 8          | quarantined    | stamnr_form       | true
            legacy   | 9          | suspect_link   | other_externeid   | true
        """,
    )


def test_the_control_list_can_only_speak_against_a_link(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}\n2 | {SEM}\n3 | {DAAN}",
        raw_control="stamnr | naam\n1001 | Visser, Noor\n1002 | Iris de Boer\n1003 | Daan Smit\n1003 | Daan Smeets",
        raw_legacy="source_row | stamnr | naam\n7 | 1001 | Noor Visser\n8 | 1002 | Sem Bakker\n9 | 1003 | Daan Smit",
        expect="""
            source_row | status        | reason
            1          | matched_exact | key_equal
            7          | matched_exact | key_equal
            2          | suspect_link  | names_differ
            8          | suspect_link  | names_differ
            3          | suspect_link  | control_conflict
            9          | suspect_link  | control_conflict
        """,
    )


def test_an_account_out_of_scope_is_counted_and_its_pupil_is_not_new(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS} | vestiging\n1 | {NOOR} | Noord\n2 | {SEM} | Zuid",
        raw_legacy="source_row | stamnr | account_status\n8 | 1001 | gearchiveerd\n9 | 1002 | actief",
        setting_values=SCOPE,
        run_parameters=PLACES,
        expect="""
            source_row | status       | reason
            1          | suspect_link | counterpart_out_of_scope
            8          | out_of_scope | account_status_excluded
            2          | out_of_scope | location_excluded
            9          | suspect_link | counterpart_out_of_scope
        """,
    )


def test_an_archived_and_an_active_account_of_one_pupil_are_a_question(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}",
        raw_legacy="source_row | stamnr | account_status\n8 | 1001 | gearchiveerd\n9 | 1001 | actief",
        setting_values=SCOPE,
        expect="""
            source_row | status       | reason
            1          | suspect_link | counterpart_out_of_scope
            8          | out_of_scope | account_status_excluded
            9          | suspect_link | counterpart_out_of_scope
        """,
    )


def test_a_teacher_with_the_number_of_a_pupil_does_not_stand_in_the_way(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS} | rol\n1 | {NOOR} | leerling\n2 | 1001 | 59 | {A3} | 59@lyceum.example | docent",
        raw_legacy="source_row | stamnr | rol\n8 | 1001 | leerling\n9 | 1001 | docent",
        setting_values=SCOPE,
        expect="""
            source_row | status        | reason
            1          | matched_exact | key_equal
            2          | out_of_scope  | role_excluded
            8          | matched_exact | key_equal
            9          | out_of_scope  | role_excluded
        """,
    )


def test_pupils_of_two_schools_never_meet(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"school | {IDS}\n98YY | 1 | {NOOR}",
        raw_legacy="school | source_row | stamnr\n99XX | 9 | 1001",
        run_parameters="school | is_realm_required\n98YY | true\n99XX | true",
        expect="school | status\n98YY | new_in_magister\n99XX | only_in_legacy",
    )


def test_a_class_of_last_year_is_updated_and_a_blank_erases_nothing(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="field_differences",
        raw_magister=f"{IDS} | klas\n1 | {NOOR} | 3B\n2 | {SEM} |",
        raw_legacy="source_row | stamnr | klas\n8 | 01001 | 2B\n9 | 1002 | 2B",
        expect="""
            legacy_row | field  | kind     | magister_value | legacy_value
            8          | stamnr | cosmetic | 1001           | 01001
            8          | klas   | material | 3B             | 2B
        """,
    )
