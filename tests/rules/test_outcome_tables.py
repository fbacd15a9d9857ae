"""The tables people act on: the import file, the worklist and the counts. All records are invented."""

from __future__ import annotations

import pytest

from etl import contract
from tests.rules.records import A1, IDS
from tests.rules.tables import LadderTest, RuleTest

STATUS_LIST = "\n".join(
    [
        "source | status | rung",
        *(
            f"{source} | {one.code} | {one.rung}"
            for source in ("magister", "legacy")
            for one in contract.STATUSES
        ),
    ]
)


def test_the_import_file_holds_each_linked_account_once_with_its_pupils_ids(rule_test: RuleTest) -> None:
    rule_test(
        "import_ready",
        decided_pupils="""
            source   | source_row | counterpart_row | is_linked | status        | basis
            legacy   | 9          | 1               | true      | matched_exact | exact
            magister | 1          | 9               | true      | matched_exact | exact
        """,
        magister_rows="""
            source_row | stamnr   | stamnr_written | idgebr  | idgebr_written | externeid | realmid | opleiding
            1          | " 01001" | 01001          | ="51.0" | 51 | {A1} | 51@Lyceum.Example | vwo
        """,
        legacy_rows="source_row | account_id | opleiding\n9 | n9 | HAVO",
        opleiding_choices="magister_row | opleiding | origin\n1 | havo klas 2 | rule",
        expect="""
            legacy_row | stamnr | idgebr | externeid | realmid           | account_id | opleiding   | opleiding_origin
            9          | 01001  | 51     | {A1}      | 51@Lyceum.Example | n9         | havo klas 2 | rule
        """,
    )


@pytest.mark.parametrize(
    ("idgebr", "repairs"),
    [
        ("51", '""'),
        ('="51"', "wrapper"),
        ("'51", "wrapper"),
        ("51.0", "decimals"),
        ('="51,00"', "wrapper decimals"),
    ],
)
def test_a_user_number_that_a_spreadsheet_changed_is_a_named_repair_and_plain_in_the_import_file(
    ladder_test: LadderTest, idgebr: str, repairs: str
) -> None:
    status, basis = ("matched_exact", "exact") if repairs == '""' else ("matched_repaired", "repaired")
    delivered = {
        "raw_magister": f"{IDS}\n1 | 1001 | {idgebr} | {{{A1}}} | 51@lyceum.example",
        "raw_legacy": "source_row | stamnr\n9 | 1001",
    }
    ladder_test(
        **delivered,
        expect=f"""
            source   | status   | basis   | repairs
            magister | {status} | {basis} | {repairs}
            legacy   | {status} | {basis} | {repairs}
        """,
    )
    ladder_test(
        **delivered,
        stage="import_ready",
        expect=f"""
            legacy_row | stamnr | idgebr | externeid | realmid           | status   | basis
            9          | 1001   | 51     | {{{A1}}}  | 51@lyceum.example | {status} | {basis}
        """,
    )


def test_an_account_without_a_proven_opleiding_is_still_in_the_import_file(rule_test: RuleTest) -> None:
    rule_test(
        "import_ready",
        decided_pupils="source | source_row | counterpart_row | is_linked\nlegacy | 9 | 1 | true",
        magister_rows="source_row | stamnr\n1 | 1001",
        legacy_rows="source_row | opleiding\n9 | B",
        expect="legacy_row | opleiding_delivered | opleiding | opleiding_origin\n9 | B | |",
    )


@pytest.mark.parametrize(
    "status", [one for one in contract.STATUSES if not one.is_linked], ids=lambda one: one.code
)
def test_who_is_not_linked_is_never_in_the_import_file(rule_test: RuleTest, status: contract.Status) -> None:
    rule_test(
        "import_ready",
        decided_pupils=f"""
            source | source_row | counterpart_row | is_linked | status
            legacy | 9 | 1 | false | {status.code}
        """,
        magister_rows="source_row | stamnr\n1 | 1001",
        legacy_rows="source_row\n9",
        expect="legacy_row",
    )


@pytest.mark.parametrize("status", contract.STATUSES, ids=lambda one: one.code)
def test_the_worklist_holds_every_record_of_rungs_one_to_seven_once(
    rule_test: RuleTest, status: contract.Status
) -> None:
    held = str(status.is_held).lower()
    row = f"9 | 12 | {status.code} | a reason | 4 | {held}" if status.rung <= 7 else ""
    assert status.is_held == (status.rung <= 7 and status.code not in ("out_of_scope", "duplicate_copy"))
    rule_test(
        "worklist",
        decided_pupils=f"""
            source | source_row | line_number | status | reason | counterpart_row | is_held | is_linked
            legacy | 9 | 12 | {status.code} | a reason | 4 | {held} | {str(status.is_linked).lower()}
        """,
        expect=f"source_row | line_number | status | reason | counterpart_row | is_held\n{row}",
    )


def test_every_status_is_counted_and_who_has_none_counts_zero(rule_test: RuleTest) -> None:
    counts = {
        ("magister", "matched_exact"): 2,
        ("magister", "quarantined"): 1,
        ("legacy", "matched_exact"): 2,
    }
    expected = [
        f"{source} | {one.code} | {one.rung} | {counts.get((source, one.code), 0)}"
        for source in ("magister", "legacy")
        for one in contract.STATUSES
    ]
    rule_test(
        "status_counts",
        status_list=STATUS_LIST,
        decided_pupils="""
            source   | source_row | status
            magister | 1          | matched_exact
            magister | 2          | matched_exact
            magister | 3          | quarantined
            legacy   | 1          | matched_exact
            legacy   | 2          | matched_exact
        """,
        expect="\n".join(["source | status | rung | records", *expected]),
    )


def test_schools_are_counted_apart(rule_test: RuleTest) -> None:
    rule_test(
        "status_counts",
        status_list="source | status | rung\nlegacy | only_in_legacy | 12",
        decided_pupils="""
            school | source | source_row | status
            98YY | legacy | 1 | only_in_legacy
            99XX | legacy | 1 | quarantined
        """,
        expect="school | status | records\n98YY | only_in_legacy | 1\n99XX | only_in_legacy | 0",
    )


def test_each_file_has_its_three_counts_side_by_side(rule_test: RuleTest) -> None:
    rule_test(
        "record_counts",
        file_counts="source | counted | counted_again\nmagister | 2 | 3\nlegacy | 1 | 1",
        decided_pupils="source | source_row\nmagister | 1\nmagister | 2",
        expect="source | counted | counted_again | with_status\nmagister | 2 | 3 | 2\nlegacy | 1 | 1 | 0",
    )
