"""What a damaged record or a name may do, through every stage: hold and suggest, never link.

Noor Visser is number 1001 with user 51, Sem Bakker 1002 with 52, Daan Smit 1003 with 53; they are invented.
"""

from __future__ import annotations

import pytest

from tests.rules.records import A1, A2, IDS, NOOR, PLACES, SCOPE, SEM
from tests.rules.tables import LadderTest


def test_a_pupil_with_a_broken_record_keeps_the_account_and_is_no_new_pupil(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | 1001 | 51 | {A1[:-1]} | 51@lyceum.example\n2 | {SEM}",
        raw_legacy="source_row | stamnr\n8 | 1001\n9 | b1002",
        expect="""
            source_row | status      | reason                  | counterpart_row
            1          | quarantined | externeid_form          | 8
            8          | quarantined | counterpart_quarantined | 1
            2          | quarantined | counterpart_quarantined |
            9          | quarantined | stamnr_form             |
        """,
    )


def test_a_number_that_a_spreadsheet_broke_holds_the_account_it_may_belong_to(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | 1,09999E+05 | 51 | {A1} | 51@lyceum.example",
        raw_legacy="source_row | stamnr\n9 | 109999",
        expect="""
            source_row | status      | reason                  | counterpart_row
            1          | quarantined | stamnr_form             |
            9          | quarantined | counterpart_quarantined |
        """,
    )


def test_a_key_in_a_record_that_cannot_be_read_holds_both_sides(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}\n2 | {SEM}",
        raw_legacy="source_row | stamnr\n8 | 1001\n9 | 1003",
        raw_rejects="source | source_row | reason\nmagister | 3 | record_width\nlegacy | 7 | record_width",
        reject_keys="""
            source | kind | key_text
            magister | stamnr | 1001
            magister | stamnr | 1003
            legacy | stamnr | 1002
        """,
        expect="""
            source   | source_row | status        | reason
            magister | 1          | duplicate_key | key_in_broken_record
            legacy   | 8          | duplicate_key | counterpart_repeated
            magister | 2          | quarantined   | counterpart_quarantined
            legacy   | 9          | quarantined   | counterpart_quarantined
            magister | 3          | quarantined   | record_width
            legacy   | 7          | quarantined   | record_width
        """,
    )


def test_the_name_of_a_record_without_a_usable_key_holds_its_namesake(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS} | naam\n1 | | 51 | {A1} | 51@lyceum.example | Noor Visser",
        raw_legacy="source_row | stamnr | naam\n8 | 1001 | Noor Visser\n9 | 1002 | Sem Bakker",
        expect="""
            source_row | status         | reason                  | counterpart_row
            1          | quarantined    | stamnr_blank            |
            8          | quarantined    | counterpart_quarantined |
            9          | only_in_legacy | no_pupil                |
        """,
    )


def test_a_name_alone_suggests_and_never_links(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS} | naam\n1 | {NOOR} | Noor Visser\n2 | {SEM} | Sem",
        raw_legacy="source_row | stamnr | naam\n8 | 1008 | Visser, Noor\n9 | 1009 | Sem",
        expect="""
            source_row | status          | reason     | counterpart_row | is_linked
            1          | suggested       | same_name  | 8               | false
            8          | suggested       | same_name  | 1               | false
            2          | new_in_magister | no_account |                 | false
            9          | only_in_legacy  | no_pupil   |                 | false
        """,
    )


def test_an_e_mail_address_never_links(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=f"{IDS}\n1 | {NOOR}",
        raw_legacy="source_row | stamnr | email | gebruikersnaam\n9 | 1009 | 1001@lyceum.example | 1001",
        expect="source_row | status\n1 | new_in_magister\n9 | only_in_legacy",
    )


@pytest.mark.parametrize("number", ["1002", "01002"])
def test_an_account_with_the_right_id_and_the_number_of_a_pupil_elsewhere_is_held(
    ladder_test: LadderTest, number: str
) -> None:
    ladder_test(
        raw_magister=f"{IDS} | naam | vestiging\n1 | {NOOR} | Noor Visser | Noord\n2 | {SEM} | Noor Visser | Zuid",
        raw_legacy=f"source_row | stamnr | externeid | naam\n9 | {number} | {A1} | Noor Visser",
        setting_values=SCOPE,
        run_parameters=PLACES,
        expect="""
            source_row | status       | reason
            1          | suspect_link | number_differs
            9          | suspect_link | number_differs
            2          | out_of_scope | location_excluded
        """,
    )


def test_an_account_with_the_right_id_and_a_number_in_an_unreadable_record_is_held(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        raw_magister=f"{IDS} | naam\n1 | {NOOR} | Noor Visser",
        raw_legacy=f"source_row | stamnr | externeid | naam\n9 | 1002 | {A1} | Noor Visser",
        raw_rejects="source | source_row | reason\nmagister | 2 | record_width",
        reject_keys="source | kind | key_text\nmagister | stamnr | 1002",
        expect="""
            source_row | status       | reason
            1          | suspect_link | number_differs
            9          | suspect_link | number_differs
            2          | quarantined  | record_width
        """,
    )


def test_an_account_with_the_right_id_and_a_number_inside_a_damaged_one_is_held(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        raw_magister=f"{IDS} | naam\n1 | {NOOR} | Noor Visser\n2 | b1002 | 52 | {A2} | 52@lyceum.example | Sem Bakker",
        raw_legacy=f"source_row | stamnr | externeid | naam\n9 | 1002 | {A1} | Noor Visser",
        expect="""
            source_row | status       | reason
            1          | suspect_link | number_differs
            9          | suspect_link | number_differs
            2          | quarantined  | stamnr_form
        """,
    )


def test_a_broken_record_outside_the_scope_is_quarantined_and_its_account_with_it(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        raw_magister=f"{IDS} | vestiging\n1 | 1001 | 51 | {A1[:-1]} | 51@lyceum.example | Zuid\n2 | {SEM} | Zuid",
        raw_legacy="source_row | stamnr\n8 | 1001\n9 | 1002",
        setting_values=SCOPE,
        run_parameters=PLACES,
        expect="""
            source_row | status       | reason                   | counterpart_row
            1          | quarantined  | externeid_form           | 8
            8          | quarantined  | counterpart_quarantined  | 1
            2          | out_of_scope | location_excluded        |
            9          | suspect_link | counterpart_out_of_scope |
        """,
    )
