"""What speaks for and against a pair, and which repairs its meeting needed. Noor and Sem are invented."""

from __future__ import annotations

import pytest

from tests.rules.records import IDS
from tests.rules.tables import LadderTest, RuleTest

GUID = "7a1d2c3b-0e4f-4a5b-8c6d-000000000001"
KEY = "7a1d2c3b0e4f4a5b8c6d000000000001"
MAGISTER = "source_row | stamnr | stamnr_key | externeid | externeid_key | idgebr | realmid"
LEGACY = "source_row | stamnr | stamnr_key | externeid | externeid_key"


@pytest.mark.parametrize(
    ("magister", "legacy", "repairs"),
    [
        ("1001", "1001", '""'),
        ("0001001", "1001", "zeros"),
        ("001001", "01001", "zeros"),
        ('" 1001"', "1001", "spaces"),
        ("1001", '"1001\\u00a0"', "spaces"),
        ('="1001"', "1001", "wrapper"),
        ("'1001", "1001", "wrapper"),
        ("1001.0", "1001", "decimals"),
        ("1001", "1001,00", "decimals"),
        ('=" 01001"', "1001.0", "zeros wrapper decimals"),
    ],
)
def test_each_repair_of_a_number_has_its_name(
    ladder_test: LadderTest, magister: str, legacy: str, repairs: str
) -> None:
    ladder_test(
        stage="pair_evidence",
        raw_magister=f"{IDS}\n1 | {magister} | 51 | {GUID} | 51@lyceum.example",
        raw_legacy=f"source_row | stamnr\n5 | {legacy}",
        expect=f"repairs | is_number_different | is_other_externeid\n{repairs} | false | false",
    )


@pytest.mark.parametrize(
    ("magister", "legacy", "repairs"),
    [
        (GUID, GUID, '""'),
        (GUID.upper(), GUID, "case"),
        ("{" + GUID + "}", GUID, "braces"),
        (f"({GUID})", GUID, "braces"),
        (KEY, GUID, "braces"),
        ("{" + GUID.upper() + "}", KEY, "case braces"),
        (f'" {GUID}"', GUID, "spaces"),
        (GUID.replace("-", " - "), GUID, "spaces"),
        (GUID, f'="{GUID}"', "wrapper"),
    ],
)
def test_each_repair_of_an_external_id_has_its_name(
    ladder_test: LadderTest, magister: str, legacy: str, repairs: str
) -> None:
    ladder_test(
        stage="pair_evidence",
        raw_magister=f"{IDS}\n1 | 1001 | 51 | {magister} | 51@lyceum.example",
        raw_legacy=f"source_row | stamnr | externeid\n5 | 1001 | {legacy}",
        expect=f"repairs\n{repairs}",
    )


@pytest.mark.parametrize(
    ("idgebr", "realmid", "repairs"),
    [
        ("51", "51@lyceum.example", '""'),
        ("051", "51@lyceum.example", "zeros"),
        ("51", "051@lyceum.example", "zeros"),
        ('"51 "', "51@lyceum.example", "spaces"),
        ("51", '" 51@lyceum.example"', "spaces"),
        ('="51"', "51@lyceum.example", "wrapper"),
        ("'51", "51@lyceum.example", "wrapper"),
        ("51", '="51@lyceum.example"', "wrapper"),
        ("51.0", "51@lyceum.example", "decimals"),
        ("51,00", "51@lyceum.example", "decimals"),
        ('="051.0"', "51@lyceum.example", "zeros wrapper decimals"),
        ("", "", '""'),
    ],
)
def test_user_number_and_realm_are_repaired_too(
    ladder_test: LadderTest, idgebr: str, realmid: str, repairs: str
) -> None:
    ladder_test(
        stage="pair_evidence",
        raw_magister=f"{IDS}\n1 | 1001 | {idgebr} | {GUID} | {realmid}",
        raw_legacy="source_row | stamnr\n5 | 1001",
        expect=f"repairs\n{repairs}",
    )


def test_a_placeholder_that_needs_tidying_is_no_repair_of_the_pair(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="pair_evidence",
        raw_magister=f"{IDS}\n1 | 1001 | 51 | {GUID} | 51@lyceum.example",
        raw_legacy='source_row | stamnr | externeid\n5 | 1001 | " - "',
        expect='repairs\n""',
    )


@pytest.mark.parametrize("side", ["magister", "legacy"])
@pytest.mark.parametrize(
    ("column", "repairs"), [("is_spaced", "spaces"), ("is_wrapped", "wrapper"), ("has_decimals", "decimals")]
)
def test_a_repair_of_either_record_is_a_repair_of_the_pair(
    rule_test: RuleTest, side: str, column: str, repairs: str
) -> None:
    mine, theirs = ("true", "false") if side == "magister" else ("false", "true")
    rule_test(
        "pair_evidence",
        matched_pupils="magister_row | legacy_row | is_by_stamnr\n1 | 5 | true",
        magister_rows=f"source_row | stamnr | stamnr_key | {column}\n1 | 1001 | 1001 | {mine}",
        legacy_rows=f"source_row | stamnr | stamnr_key | {column}\n5 | 1001 | 1001 | {theirs}",
        expect=f"repairs\n{repairs}",
    )


def test_a_number_of_an_account_that_is_another_pupils_after_all_is_seen(rule_test: RuleTest) -> None:
    rule_test(
        "pair_evidence",
        matched_pupils="""
            magister_row | legacy_row | is_by_externeid | is_by_stamnr
            1            | 4          | true            | false
            2            | 5          | true            | false
            3            | 6          | true            | false
            7            | 7          | true            | false
            8            | 8          | true            | true
        """,
        magister_rows="""
            source_row | stamnr_key | stamnr_hint | externeid_key
            1          | 1001       |             | a1
            2          | 1002       |             | a2
            3          | 1003       |             | a3
            7          | 1007       |             | a7
            8          | 1008       |             | a8
            9          |            | 1026        | a9
        """,
        legacy_rows="""
            source_row | stamnr_key | externeid_key
            4          | 1024       | a1
            5          | 1025       | a2
            6          | 1026       | a3
            7          | 1027       | a7
            8          | 1008       | a8
        """,
        key_groups="""
            kind      | key_text | magister_aside_records
            stamnr    | 1024     | 1
            stamnr    | 1027     | 0
            stamnr    | 1008     | 1
            externeid | 1027     | 1
        """,
        reject_keys="source | kind | key_text\nmagister | stamnr | 1025\nlegacy | stamnr | 1027",
        expect="""
            legacy_row | is_number_different | is_number_elsewhere
            4          | true                | true
            5          | true                | true
            6          | true                | true
            7          | true                | false
            8          | false               | false
        """,
    )


def test_a_key_that_did_not_make_the_meeting_needs_no_repair_by_zeros_or_case(rule_test: RuleTest) -> None:
    rule_test(
        "pair_evidence",
        matched_pupils="magister_row | legacy_row | is_by_externeid\n1 | 5 | true",
        magister_rows=f"{MAGISTER}\n1 | 1001 | 1001 | {GUID} | {KEY} | 51 | 51@lyceum.example",
        legacy_rows=f"{LEGACY}\n5 | 0777 | 777 | {GUID} | {KEY}",
        expect='repairs | is_number_different\n"" | true',
    )


def test_names_can_agree_contradict_or_say_nothing(rule_test: RuleTest) -> None:
    rule_test(
        "pair_evidence",
        matched_pupils="magister_row | legacy_row\n1 | 1\n2 | 2\n3 | 3\n4 | 4",
        magister_rows="""
            source_row | full_key    | letters_key | is_contradicted_by_control
            1          | noor visser | noorvisser  | false
            2          | noor visser | noorvisser  | false
            3          |             |             | false
            4          | noor visser | noorvisser  | true
        """,
        legacy_rows="""
            source_row | full_key    | letters_key
            1          | noor visser | noorvisser
            2          | sem bakker  | sembakker
            3          | sem bakker  | sembakker
            4          |             |
        """,
        expect="""
            magister_row | names   | is_contradicted_by_control
            1            | agree   | false
            2            | differ  | false
            3            | unknown | false
            4            | unknown | true
        """,
    )


def test_an_account_that_carries_another_id_or_number_is_seen_and_a_blank_is_not_another(
    rule_test: RuleTest,
) -> None:
    rule_test(
        "pair_evidence",
        matched_pupils="magister_row | legacy_row\n1 | 1\n2 | 2\n3 | 3",
        magister_rows="source_row | stamnr_key | externeid_key\n1 | 1001 | a1\n2 | 1002 | a2\n3 | 1003 | a3",
        legacy_rows="source_row | stamnr_key | externeid_key\n1 | 1001 | b1\n2 | 1009 | a2\n3 | |",
        expect="""
            legacy_row | is_other_externeid | is_number_different | is_changed
            1          | true               | false               | false
            2          | false              | true                | true
            3          | false              | false               | false
        """,
    )


def test_another_class_or_year_is_a_change_and_a_missing_one_is_not(rule_test: RuleTest) -> None:
    rule_test(
        "pair_evidence",
        matched_pupils="magister_row | legacy_row\n1 | 1\n2 | 2\n3 | 3\n4 | 4",
        magister_rows="source_row | klas_key | leerjaar_key\n1 | 3B | 3\n2 | 2B | 3\n3 | |\n4 | 2B | 2",
        legacy_rows="source_row | klas_key | leerjaar_key\n1 | 2B | 3\n2 | 2B | 2\n3 | 2B | 2\n4 | |",
        expect="legacy_row | is_changed\n1 | true\n2 | true\n3 | false\n4 | false",
    )


@pytest.mark.parametrize("pupils", [1, 3])
@pytest.mark.parametrize("user", ["51", "051", ""])
def test_where_no_pupil_has_a_login_no_login_was_repaired(
    ladder_test: LadderTest, pupils: int, user: str
) -> None:
    places = range(1, pupils + 1)
    magister = [f"{place} | 100{place} | {user} | {GUID[:-1]}{place} |" for place in places]
    ladder_test(
        stage="pair_evidence",
        raw_magister="\n".join(["source_row | stamnr | idgebr | externeid | realmid", *magister]),
        raw_legacy="\n".join(["source_row | stamnr", *(f"{place} | 100{place}" for place in places)]),
        run_parameters="is_realm_required | has_locations\nfalse | false",
        expect="repairs | names" + pupils * '\n"" | unknown',
    )
