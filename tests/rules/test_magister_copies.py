"""Which Magister records are one pupil, how often each id stands, and what the control list adds.

Every pupil, number and realm here is invented.
"""

from __future__ import annotations

from tests.rules.records import HEADING, pupil
from tests.rules.tables import RuleTest


def test_a_record_equal_in_every_column_is_a_copy(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(4, "1001"), pupil(9, "1001"), pupil(6, "1002")]),
        expect="""
            source_row | is_copy | copy_reason  | is_counted | stamnr_records | externeid_records
            4          | false   | equal_record | true       | 1              | 1
            9          | true    | equal_record | false      | 1              | 1
            6          | false   | equal_record | true       | 1              | 1
        """,
    )


def test_the_same_ids_under_two_names_are_no_copies(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | letters_key",
                f"{pupil(1, '1001')} | noorvisser",
                f"{pupil(2, '1001')} | sembakker",
            ]
        ),
        expect="""
            source_row | is_copy | stamnr_records | externeid_records | idgebr_records | realmid_records
            1          | false   | 2              | 2                 | 2              | 2
            2          | false   | 2              | 2                 | 2              | 2
        """,
    )


def test_broken_records_are_copies_only_when_everything_is_equal(rule_test: RuleTest) -> None:
    broken = {"externeid": "", "externeid_key": ""}
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | klas_key",
                f"{pupil(1, '1001', **broken)} | 2A",
                f"{pupil(2, '1001', **broken)} | 2B",
                f"{pupil(3, '1001', **broken)} | 2B",
            ]
        ),
        expect="source_row | is_copy | stamnr_records\n1 | false | 2\n2 | false | 2\n3 | true | 2",
    )


def test_each_id_that_two_pupils_share_is_counted(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                HEADING,
                pupil(1, "1001"),
                pupil(2, "1002", externeid="a1001", externeid_key="a1001"),
                pupil(3, "1003", idgebr="51001", idgebr_key="51001"),
                pupil(4, "1004", realmid_key="51001@lyceum.example"),
            ]
        ),
        expect="""
            source_row | stamnr_records | externeid_records | idgebr_records | realmid_records
            1          | 1              | 2                 | 2              | 2
            2          | 1              | 2                 | 1              | 1
            3          | 1              | 1                 | 2              | 1
            4          | 1              | 1                 | 1              | 2
        """,
    )


def test_a_record_out_of_scope_does_not_make_a_key_repeat(rule_test: RuleTest) -> None:
    staff = {
        "externeid_key": "b2",
        "idgebr_key": "52",
        "realmid": "52@lyceum.example",
        "realmid_key": "52@lyceum.example",
    }
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | rol_key",
                f"{pupil(1, '1001')} | leerling",
                f"{pupil(2, '1001', **staff)} | docent",
            ]
        ),
        setting_values="kind | value_key\nexclude_role | docent",
        expect="source_row | is_counted | stamnr_records\n1 | true | 1\n2 | false | 1",
    )


def test_records_without_a_key_do_not_repeat_each_other(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="source_row | klas_key\n1 | 1A\n2 | 1B",
        expect="""
            source_row | stamnr_records | externeid_records | idgebr_records | realmid_records
            1          | 0              | 0                 | 0              | 0
            2          | 0              | 0                 | 0              | 0
        """,
    )


def test_the_control_list_fills_what_the_migration_file_does_not_have(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister=f"{HEADING}\n{pupil(1, '1001')}\n{pupil(2, '1002')}",
        clean_control="""
            stamnr_key | full_name   | full_key    | letters_key | last_key | klas_key | leerweg | opleiding
            1001       | Noor Visser | noor visser | noorvisser  | visser   | 2A       | GL      | vmbo
        """,
        expect="""
            full_name   | full_key    | letters_key | last_key | klas_key | leerweg | leerweg_origin | opleiding_origin
            Noor Visser | noor visser | noorvisser  | visser   | 2A       | GL      | control        | control
                        |             |             |          |          |         |                |
        """,
    )


def test_what_the_magister_file_says_itself_goes_before_the_control_list(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister=f"{HEADING} | klas_key | opleiding | leerweg\n{pupil(1, '1001')} | 3B | havo | tl",
        clean_control="stamnr_key | klas_key | leerjaar_key | opleiding | leerweg\n1001 | 2A | 2 | vwo | gl",
        expect="""
            klas_key | leerjaar_key | opleiding | opleiding_origin | leerweg | leerweg_origin
            3B       | 2            | havo      | magister         | tl      | magister
        """,
    )


def test_another_name_in_the_control_list_speaks_against_the_record(rule_test: RuleTest) -> None:
    names = "full_key | first_key | last_key | letters_key"
    rule_test(
        "magister_rows",
        clean_magister=f"""{HEADING} | {names}
            {pupil(1, "1001")} | noor visser | noor | visser | noorvisser
            {pupil(2, "1002")} | sem bakker  | sem  | bakker | sembakker
            {pupil(3, "1003")} |             |      |        |
        """,
        clean_control=f"""
            stamnr_key | {names} | is_name_contradicted
            1001 | daan smit  | daan | smit   | daansmit  | false
            1002 | sem bakker | sem  | bakker | sembakker | false
            1003 |            |      |        |           | true
        """,
        expect="""
            source_row | is_contradicted_by_control | is_in_control
            1          | true                       | true
            2          | false                      | true
            3          | true                       | false
        """,
    )
