"""What is left of a delivered value for comparing. Noor, Daan and Sem are invented, and so are their numbers."""

from __future__ import annotations

from tests.rules.tables import RuleTest


def test_ids_are_kept_as_delivered_beside_their_keys(rule_test: RuleTest) -> None:
    rule_test(
        "clean_magister",
        raw_magister="""
            source_row | stamnr  | idgebr | externeid                              | realmid
            1          | 0001001 | 051    | {7A1D2C3B-0E4F-4A5B-8C6D-000000000001} | 051@Lyceum.Example
        """,
        expect="""
            stamnr  | stamnr_key | idgebr | idgebr_key | externeid_key                    | realmid_key
            0001001 | 1001       | 051    | 51         | 7a1d2c3b0e4f4a5b8c6d000000000001 | 51@lyceum.example
        """,
    )


def test_na_nan_and_nil_are_names_and_no_classes(rule_test: RuleTest) -> None:
    rule_test(
        "clean_legacy",
        raw_legacy="""
            source_row | roepnaam | achternaam | klas
            1          | Na       | Li         | 1A
            2          | Nan      | Li         | nan
            3          | Nil      | Li         | nil
        """,
        expect="""
            source_row | full_name | full_key | klas_key
            1          | Na Li     | na li    | 1A
            2          | Nan Li    | nan li   |
            3          | Nil Li    | nil li   |
        """,
    )


def test_a_blank_or_a_placeholder_has_no_key(rule_test: RuleTest) -> None:
    rule_test(
        "clean_magister",
        raw_magister="""
            source_row | stamnr | idgebr | externeid                            | realmid
            1          |        |        |                                      |
            2          | ""     | "  "   | ""                                   | ""
            3          | -      | n.v.t. | onbekend                             | #N/B
            4          | 0      | 000    | 00000000-0000-0000-0000-000000000000 | 0@lyceum.example
        """,
        expect="""
            source_row | stamnr_key | stamnr_hint | idgebr_key | externeid_key | realmid_key
            1          |            |             |            |               |
            2          |            |             |            |               |
            3          |            |             |            |               |
            4          |            |             |            |               |
        """,
    )


def test_a_damaged_number_has_a_hint_and_no_key(rule_test: RuleTest) -> None:
    rule_test(
        "clean_magister",
        raw_magister="source_row | stamnr\n1 | b109999\n2 | 109.999\n3 | 109999",
        expect="source_row | stamnr_key | stamnr_hint\n1 | | 109999\n2 | | 109999\n3 | 109999 |",
    )


def test_a_split_name_and_a_combined_name_fold_to_the_same_words(rule_test: RuleTest) -> None:
    rule_test(
        "clean_legacy",
        raw_legacy="""
            source_row | roepnaam | tussenvoegsel | achternaam | naam
            1          | Daan     | de            | Vries      |
            2          |          |               |            | Daan de Vries
            3          |          |               |            | Vries, Daan de
            4          |          |               |            | Vries, de, Daan
        """,
        expect="""
            source_row | full_name     | first_key | last_key | full_key   | letters_key
            1          | Daan de Vries | daan      | vries    | daan vries | daandevries
            2          | Daan de Vries |           |          | daan vries | daandevries
            3          | Daan de Vries |           |          | daan vries | daandevries
            4          | Daan de Vries |           |          | daan vries | daandevries
        """,
    )


def test_a_pupil_without_any_name_has_no_name_keys(rule_test: RuleTest) -> None:
    rule_test(
        "clean_legacy",
        raw_legacy='source_row | naam\n1 |\n2 | ""\n3 | -',
        expect="source_row | full_name | full_key | letters_key\n1 | | |\n2 | | |\n3 | | |",
    )


def test_a_class_that_a_spreadsheet_damaged_is_no_class(rule_test: RuleTest) -> None:
    rule_test(
        "clean_legacy",
        raw_legacy="source_row | klas\n1 | 3 gl 2\n2 | 2,00E+03\n3 | #NAAM?\n4 | 1a\n5 | 1-feb\n6 | 1-2-2026",
        expect="""
            source_row | klas     | klas_key
            1          | 3 gl 2   | 3GL2
            2          | 2,00E+03 |
            3          | #NAAM?   |
            4          | 1a       | 1A
            5          | 1-feb    |
            6          | 1-2-2026 |
        """,
    )


def test_an_account_with_something_that_is_no_whole_id_is_marked(rule_test: RuleTest) -> None:
    rule_test(
        "clean_legacy",
        raw_legacy="""
            source_row | externeid
            1          |
            2          | -
            3          | 7a1d2c3b
            4          | 7a1d2c3b-0e4f-4a5b-8c6d-000000000001
            5          | 00000000-0000-0000-0000-000000000000
        """,
        expect="""
            source_row | externeid_key                    | is_externeid_out_of_form
            1          |                                  | false
            2          |                                  | false
            3          |                                  | true
            4          | 7a1d2c3b0e4f4a5b8c6d000000000001 | false
            5          |                                  | false
        """,
    )


def test_role_place_and_account_status_are_compared_without_capitals_and_signs(rule_test: RuleTest) -> None:
    rule_test(
        "clean_legacy",
        raw_legacy="source_row | rol | vestiging | account_status\n1 | DOCENT | Hoofd-gebouw | Gearchiveerd!",
        expect="rol_key | vestiging_key | account_status_key\ndocent | hoofd gebouw | gearchiveerd",
    )


def test_the_control_list_keeps_what_all_records_of_a_number_agree_on(rule_test: RuleTest) -> None:
    rule_test(
        "clean_control",
        raw_control="""
            stamnr | naam        | klas | leerjaar | opleiding
            1001   | Noor Visser | 2A   | 2        | havo
            01001  | Noor Visser | 2B   | 2        | havo
            1002   | Sem Bakker  | 2A   |          |
        """,
        expect="""
            stamnr_key | control_records | full_name   | klas_key | leerjaar_key | opleiding | is_name_contradicted
            1001       | 2               | Noor Visser |          | 2            | havo      | false
            1002       | 1               | Sem Bakker  | 2A       |              |           | false
        """,
    )


def test_two_names_on_one_number_of_the_control_list_are_evidence_for_neither(rule_test: RuleTest) -> None:
    rule_test(
        "clean_control",
        raw_control="stamnr | naam | klas\n1001 | Noor Visser | 2A\n1001 | Sem Bakker | 2A",
        expect="""
            stamnr_key | full_name | full_key | letters_key | klas_key | is_name_contradicted
            1001 | | | | 2A | true
        """,
    )


def test_one_name_written_in_two_ways_is_no_contradiction_in_the_control_list(rule_test: RuleTest) -> None:
    rule_test(
        "clean_control",
        raw_control="""
            stamnr | roepnaam | tussenvoegsel | achternaam | naam
            1001   | Daan     | de            | Vries      |
            1001   |          |               |            | DAAN DE VRIES
        """,
        expect="stamnr_key | letters_key | is_name_contradicted\n1001 | daandevries | false",
    )


def test_a_number_out_of_form_is_left_out_of_the_control_list(rule_test: RuleTest) -> None:
    rule_test(
        "clean_control",
        raw_control="stamnr | naam\nb1001 | Noor Visser\n | Sem Bakker\n10 01 | Daan Smit",
        expect="stamnr_key",
    )
