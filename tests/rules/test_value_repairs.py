"""Each value that was read otherwise than it was delivered, with both forms. Noor, Daan and Sem are invented."""

from __future__ import annotations

import pytest

from tests.rules.tables import LadderTest, RuleTest

GUID = "7a1d2c3b-0e4f-4a5b-8c6d-000000000001"
PUPIL = f"source_row | stamnr | idgebr | externeid | realmid\n1 | 1001 | 51 | {GUID} | 51@lyceum.example"
WIDTH_FOUR = "is_realm_required | has_locations | stamnr_width\ntrue | false | 4"
LEFT = "is_realm_required | has_locations | left_before\ntrue | false | 2026-08-01"


@pytest.mark.parametrize(
    ("delivered", "repair"),
    [
        ('"1001\u00a0"', "spaces"),
        ("'1001", "wrapper"),
        ('"=\\"1001\\""', "wrapper"),
        ("1001.0", "decimals"),
        ("01001", "zeros"),
    ],
)
def test_a_repaired_number_stands_there_as_delivered_and_as_used(
    ladder_test: LadderTest, delivered: str, repair: str
) -> None:
    ladder_test(
        stage="value_repairs",
        raw_magister=PUPIL,
        raw_legacy=f"source_row | line_number | stamnr | naam\n1 | 7 | {delivered} | Noor Visser",
        expect=f"""
            source | source_row | line_number | column_name | repair   | delivered   | used
            legacy | 1          | 7           | stamnr      | {repair} | {delivered} | 1001
        """,
    )


@pytest.mark.parametrize(
    ("delivered", "repair"), [(GUID.upper(), "case"), ("{" + GUID + "}", "braces"), (GUID + " ", "spaces")]
)
def test_a_repaired_external_id_stands_there_as_delivered_and_as_used(
    ladder_test: LadderTest, delivered: str, repair: str
) -> None:
    ladder_test(
        stage="value_repairs",
        raw_magister=PUPIL,
        raw_legacy=f'source_row | line_number | externeid\n1 | 7 | "{delivered}"',
        expect=f"""
            source | column_name | repair   | delivered     | used
            legacy | externeid   | {repair} | "{delivered}" | {GUID}
        """,
    )


def test_a_login_that_differs_from_its_user_number_in_zeros_is_a_repair_of_the_login(
    ladder_test: LadderTest,
) -> None:
    ladder_test(
        stage="value_repairs",
        raw_magister=PUPIL.replace("| 51 |", "| 051 |"),
        raw_legacy="source_row | stamnr\n1 | 1001",
        expect="""
            source   | column_name | repair | delivered         | used
            magister | realmid     | zeros  | 51@lyceum.example | 051@lyceum.example
        """,
    )


def test_a_value_that_is_no_key_after_all_was_not_repaired(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="value_repairs",
        raw_magister=PUPIL,
        raw_legacy='source_row | stamnr\n1 | " 1.001 "\n2 | "- "\n3 | "=\\"x1001\\""',
        expect="source_row | repair",
    )


def test_zeros_that_both_files_have_are_no_repair(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="value_repairs",
        raw_magister=PUPIL.replace("1001", "01001"),
        raw_legacy="source_row | stamnr\n1 | 01001",
        expect="source_row | repair",
    )


def test_a_class_that_excel_took_for_a_date_is_not_used_and_stands_there(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="value_repairs",
        raw_magister=PUPIL,
        raw_legacy="source_row | stamnr | klas\n1 | 1001 | 1-feb\n2 | 1002 | 2,00E+03\n3 | 1003 | 1A",
        expect="""
            source_row | column_name | repair        | delivered | used
            1          | klas        | class_damaged | 1-feb     | ""
            2          | klas        | class_damaged | 2,00E+03  | ""
        """,
    )


def test_what_was_repaired_before_the_tables_were_made_stands_there_too(rule_test: RuleTest) -> None:
    rule_test(
        "value_repairs",
        cell_repairs="""
            source | source_row | line_number | column_name | repair   | delivered | used
            legacy | 3          | 4           | achternaam  | mojibake | RenÃ©     | René
        """,
        expect="""
            source | source_row | line_number | column_name | repair   | delivered | used
            legacy | 3          | 4           | achternaam  | mojibake | RenÃ©     | René
        """,
    )


def test_a_number_taken_out_of_a_value_makes_a_repaired_link(ladder_test: LadderTest) -> None:
    ladder_test(
        raw_magister=PUPIL,
        raw_legacy="source_row | stamnr\n1 | 1001",
        cell_repairs="""
            source | source_row | line_number | column_name | repair  | delivered | used
            legacy | 1          | 2           | stamnr      | pattern | ll1001    | 1001
        """,
        expect="""
            source   | status           | reason       | repairs | basis
            magister | matched_repaired | key_repaired | pattern | repaired
            legacy   | matched_repaired | key_repaired | pattern | repaired
        """,
    )


def test_a_number_with_more_digits_than_the_school_uses_is_no_pupil_number(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="clean_legacy",
        run_parameters=WIDTH_FOUR,
        raw_legacy="source_row | stamnr\n1 | 1001\n2 | 0001001\n3 | 11001\n4 | 17",
        expect="""
            source_row | stamnr_key | stamnr_hint
            1          | 1001       |
            2          | 1001       |
            3          |            | 11001
            4          | 17         |
        """,
    )


@pytest.mark.parametrize("source", ["magister", "legacy"])
def test_who_left_before_the_date_of_the_settings_is_out_of_scope(
    ladder_test: LadderTest, source: str
) -> None:
    head = "source_row | stamnr | idgebr | externeid | realmid | uitschrijfdatum"
    dates = ["31-07-2026", "01-08-2026", "", "ooit"]
    rows = [
        f"{row} | {1000 + row} | 5{row} | {GUID[:-1]}{row} | 5{row}@lyceum.example | {date}"
        for row, date in enumerate(dates, start=1)
    ]
    if source == "legacy":
        head = "source_row | stamnr | uitschrijfdatum"
        rows = [f"{row} | {1000 + row} | {date}" for row, date in enumerate(dates, start=1)]
    ladder_test(
        stage=f"{source}_rows",
        run_parameters=LEFT,
        **{f"raw_{source}": "\n".join([head, *rows])},
        expect="source_row | scope_reason\n1 | left_before\n2 |\n3 |\n4 |",
    )


def test_without_a_date_in_the_settings_nobody_is_left_out_for_it(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="legacy_rows",
        raw_legacy="source_row | stamnr | uitschrijfdatum\n1 | 1001 | 01-01-2020",
        expect="source_row | scope_reason\n1 |",
    )


@pytest.mark.parametrize("pupils", [1, 3])
@pytest.mark.parametrize("user", ["51", "051", ""])
def test_where_no_pupil_has_a_login_no_login_was_repaired(
    ladder_test: LadderTest, pupils: int, user: str
) -> None:
    places = range(1, pupils + 1)
    magister = [f"{place} | 100{place} | {user} | {GUID[:-1]}{place} |" for place in places]
    ladder_test(
        stage="value_repairs",
        raw_magister="\n".join(["source_row | stamnr | idgebr | externeid | realmid", *magister]),
        raw_legacy="\n".join(["source_row | stamnr", *(f"{place} | 100{place}" for place in places)]),
        run_parameters="is_realm_required | has_locations\nfalse | false",
        expect="source | column_name | repair",
    )
