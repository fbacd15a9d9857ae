"""How an id is written once a spreadsheet's repairs are undone, and which repairs that took. The ids are invented."""

from __future__ import annotations

from tests.rules.tables import RuleTest

GUID = "7a1d2c3b-0e4f-4a5b-8c6d-000000000001"


def test_what_a_spreadsheet_put_around_an_id_is_left_out_and_the_repair_is_named(rule_test: RuleTest) -> None:
    rule_test(
        "clean_magister",
        raw_magister=f"""
            source_row | stamnr    | idgebr | externeid       | realmid
            1          | 01001     | 51     | {{{GUID}}}      | 51@Lyceum.Example
            2          | " 1001"   | 51     | {GUID}          | 51@lyceum.example
            3          | 1001      | ="51"  | {GUID}          | 51@lyceum.example
            4          | '1001     | 51.0   | ="{GUID}"       | '51@lyceum.example
            5          | 1001,00   | 51     | {GUID[:8]} {GUID[8:]} | "51@lyceum.example "
            6          | 10.001    | 51     | {GUID}          | 51@lyceum.example
        """,
        expect=f"""
            source_row | stamnr_written | idgebr_written | externeid_written | realmid_written
            1          | 01001          | 51             | {{{GUID}}}        | 51@Lyceum.Example
            2          | 1001           | 51             | {GUID}            | 51@lyceum.example
            3          | 1001           | 51             | {GUID}            | 51@lyceum.example
            4          | 1001           | 51             | {GUID}            | 51@lyceum.example
            5          | 1001           | 51             | {GUID}            | 51@lyceum.example
            6          | 10.001         | 51             | {GUID}            | 51@lyceum.example
        """,
    )
    rule_test(
        "clean_magister",
        raw_magister=f"""
            source_row | stamnr    | idgebr | externeid       | realmid
            1          | 01001     | 51     | {{{GUID}}}      | 51@Lyceum.Example
            2          | " 1001"   | 51     | {GUID}          | 51@lyceum.example
            3          | 1001      | ="51"  | {GUID}          | 51@lyceum.example
            4          | 1001      | 51.0   | {GUID}          | 51@lyceum.example
            5          | 1001,00   | 51     | {GUID[:8]} {GUID[8:]} | 51@lyceum.example
            6          | 1001      | 51     | '{GUID}         | '51@lyceum.example
        """,
        expect="""
            source_row | is_spaced | is_wrapped | has_decimals
            1          | false     | false      | false
            2          | true      | false      | false
            3          | false     | true       | false
            4          | false     | false      | true
            5          | true      | false      | true
            6          | false     | true       | false
        """,
    )


def test_a_repair_of_an_account_counts_only_where_a_key_comes_out(rule_test: RuleTest) -> None:
    rule_test(
        "clean_legacy",
        raw_legacy=f"""
            source_row | stamnr    | externeid
            1          | " 01001"  |
            2          | ="1001"   | {GUID}
            3          | 1001.0    | " {GUID}"
            4          | 1001      | '{GUID}
            5          | " - "     | " n.v.t. "
            6          | " b1001"  | ="{GUID[:-1]}"
            7          | '         | ="00000000-0000-0000-0000-000000000000"
        """,
        expect=f"""
            source_row | stamnr_written | externeid_written | is_spaced | is_wrapped | has_decimals
            1          | 01001          |                   | true      | false      | false
            2          | 1001           | {GUID}            | false     | true       | false
            3          | 1001           | {GUID}            | true      | false      | true
            4          | 1001           | {GUID}            | false     | true       | false
            5          |                |                   | false     | false      | false
            6          | b1001          | {GUID[:-1]}       | false     | false      | false
            7          |                | 00000000-0000-0000-0000-000000000000 | false | false | false
        """,
    )


def test_a_placeholder_has_no_written_form_and_an_id_of_zeros_is_marked(rule_test: RuleTest) -> None:
    rule_test(
        "clean_magister",
        raw_magister="""
            source_row | stamnr | idgebr | externeid                              | realmid
            1          |        |        |                                        |
            2          | -      | n.v.t. | onbekend                               | #N/B
            3          | ="" | '      | {00000000-0000-0000-0000-000000000000} | '
            4          | 1001   | 51     | ffffffff-ffff-ffff-ffff-ffffffffffff   | 51@lyceum.example
        """,
        expect="""
            source_row | stamnr_written | idgebr_written | realmid_written   | is_externeid_nil
            1          |                |                |                   | false
            2          |                |                |                   | false
            3          |                |                |                   | true
            4          | 1001           | 51             | 51@lyceum.example | true
        """,
    )
