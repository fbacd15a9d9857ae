"""Every rung of the ladder and every reason: the first line that is true decides. All records are invented.

Magister records have low numbers and accounts high ones, so that a counterpart shows which file it is in.
"""

from __future__ import annotations

import pytest

from tests.rules.tables import RuleTest

# One record of each file that meet on a key, both in order.
PAIR_FILE = "source | source_row\nmagister | 1\nlegacy | 9"
MEET = "source | source_row | pairs | other_row | other_pairs"
PAIR_MEETINGS = f"{MEET}\nmagister | 1 | 1 | 9 | 1\nlegacy | 9 | 1 | 1 | 1"


def both(status: str, reason: str, *, counterpart: bool = True) -> str:
    rows = ("1 | 9", "9 | 1") if counterpart else ("1 |", "9 |")
    return "\n".join(
        ["source_row | counterpart_row | status | reason", *(f"{row} | {status} | {reason}" for row in rows)]
    )


def pair(**evidence: str) -> str:
    values = {"magister_row": "1", "legacy_row": "9", "names": "agree", "repairs": '""'} | evidence
    return " | ".join(values) + "\n" + " | ".join(values.values())


@pytest.mark.parametrize("source", ["magister", "legacy"])
@pytest.mark.parametrize(
    "defect",
    [
        "stamnr_blank",
        "stamnr_form",
        "externeid_blank",
        "externeid_form",
        "idgebr_blank",
        "idgebr_form",
        "realmid_blank",
        "realmid_form",
        "realm_differs",
        "realm_other",
        "no_key",
        "test_account",
    ],
)
def test_a_record_with_a_defect_is_quarantined_for_it(
    rule_test: RuleTest, source: str, defect: str
) -> None:
    rule_test(
        "classified_pupils",
        file_rows=f"source | source_row | defect\n{source} | 1 | {defect}",
        row_meetings=f"source | source_row | defect | pairs\n{source} | 1 | {defect} | 0",
        expect=f"source_row | status | reason | is_held | is_linked\n1 | quarantined | {defect} | true | false",
    )


@pytest.mark.parametrize(
    "reason", ["record_width", "quote_not_closed", "quote_damaged", "control_character", "cell_too_long"]
)
def test_a_record_that_cannot_be_read_is_quarantined(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        raw_rejects=f"source | source_row | line_number | reason\nmagister | 4 | 5 | {reason}\nlegacy | 6 | 7 | {reason}",
        expect=f"""
            source   | source_row | line_number | status      | reason   | counterpart_row | repairs | is_held | is_linked
            magister | 4          | 5           | quarantined | {reason} |                 | ""      | true    | false
            legacy   | 6          | 7           | quarantined | {reason} |                 | ""      | true    | false
        """,
    )


def test_an_unreadable_record_of_the_control_list_is_nobody(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        raw_rejects="source | source_row | reason\ncontrol | 4 | record_width",
        expect="source | status",
    )


@pytest.mark.parametrize("reason", ["role_excluded", "location_excluded", "account_status_excluded"])
def test_a_record_out_of_scope_is_counted_and_not_held(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        file_rows=f"source | source_row | scope_reason | is_copy\nlegacy | 9 | {reason} | true",
        expect=f"status | reason | is_held | is_linked\nout_of_scope | {reason} | false | false",
    )


def test_a_defect_goes_before_scope(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row | defect | scope_reason\nmagister | 1 | realm_differs | role_excluded",
        expect="status | reason\nquarantined | realm_differs",
    )


@pytest.mark.parametrize("reason", ["equal_record", "equal_ids"])
def test_a_later_copy_is_a_copy(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        file_rows=f"source | source_row | is_copy | copy_reason\nmagister | 2 | true | {reason}",
        expect=f"status | reason | is_held\nduplicate_copy | {reason} | false",
    )


def test_the_only_counterpart_of_a_quarantined_record_is_quarantined_with_it(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row | defect\nmagister | 1 | externeid_blank\nlegacy | 9 |",
        row_meetings=f"{MEET} | defect | defective_pairs\nmagister | 1 | 1 | 9 | 1 | externeid_blank | 0\nlegacy | 9 | 1 | 1 | 1 | | 1",
        pair_evidence=pair(),
        expect="""
            source_row | status      | reason                  | counterpart_row
            1          | quarantined | externeid_blank         | 9
            9          | quarantined | counterpart_quarantined | 1
        """,
    )


@pytest.mark.parametrize(
    "reason",
    [
        "stamnr_repeated",
        "externeid_repeated",
        "idgebr_repeated",
        "realmid_repeated",
        "account_repeated",
        "key_in_broken_record",
        "counterpart_repeated",
    ],
)
def test_a_key_that_does_not_stand_once_holds_the_record(rule_test: RuleTest, reason: str) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1",
        row_meetings=f"{MEET} | own_repeat\nmagister | 1 | 0 | | 0 | {reason}",
        expect=f"status | reason | is_held\nduplicate_key | {reason} | true",
    )


def test_who_meets_a_repeated_record_is_held_with_it(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"""{MEET} | own_repeat | is_other_repeated
            magister | 1 | 1 | 9 | 1 | externeid_repeated | false
            legacy   | 9 | 1 | 1 | 1 |                    | true
        """,
        pair_evidence=pair(),
        expect="""
            source_row | status        | reason
            1          | duplicate_key | externeid_repeated
            9          | duplicate_key | counterpart_repeated
        """,
    )


def test_two_ways_that_lead_to_two_pupils_hold_all_three(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2\nlegacy | 9",
        row_meetings=f"{MEET}\nmagister | 1 | 1 | 9 | 2\nmagister | 2 | 1 | 9 | 2\nlegacy | 9 | 2 | 1 | 1",
        pair_evidence="magister_row | legacy_row | names | repairs\n1 | 9 | agree |\n2 | 9 | agree |",
        expect="""
            source_row | status    | reason                | counterpart_row
            1          | ambiguous | counterpart_ambiguous | 9
            2          | ambiguous | counterpart_ambiguous | 9
            9          | ambiguous | two_ways              |
        """,
    )


def test_a_pupil_whom_two_accounts_claim_is_held_with_both(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nlegacy | 8\nlegacy | 9",
        row_meetings=f"{MEET}\nmagister | 1 | 2 | 8 | 1\nlegacy | 8 | 1 | 1 | 2\nlegacy | 9 | 1 | 1 | 2",
        pair_evidence="magister_row | legacy_row | names | repairs\n1 | 8 | agree |\n1 | 9 | agree |",
        expect="""
            source_row | status    | reason
            1          | ambiguous | several_counterparts
            8          | ambiguous | counterpart_ambiguous
            9          | ambiguous | counterpart_ambiguous
        """,
    )


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ({"is_contradicted_by_control": "true"}, "control_conflict"),
        ({"names": "differ"}, "names_differ"),
        ({"is_other_externeid": "true"}, "other_externeid"),
        ({"is_number_different": "true", "is_changed": "true", "names": "unknown"}, "number_differs"),
        ({"names": "differ", "is_other_externeid": "true", "is_changed": "true"}, "names_differ"),
    ],
)
def test_a_pair_that_something_speaks_against_is_held_on_both_sides(
    rule_test: RuleTest, evidence: dict[str, str], reason: str
) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        pair_evidence=pair(**evidence),
        expect=both("suspect_link", reason),
    )


@pytest.mark.parametrize("side", ["magister", "legacy"])
def test_a_pair_whose_key_also_stands_on_an_account_out_of_scope_is_held(
    rule_test: RuleTest, side: str
) -> None:
    aside = {"magister": "false", "legacy": "false"} | {side: "true"}
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"""{MEET} | is_account_aside
            magister | 1 | 1 | 9 | 1 | {aside["magister"]}
            legacy   | 9 | 1 | 1 | 1 | {aside["legacy"]}
        """,
        pair_evidence=pair(),
        expect=both("suspect_link", "counterpart_out_of_scope"),
    )


def test_a_record_whose_counterpart_is_out_of_scope_is_neither_new_nor_gone(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"{MEET} | is_other_aside\nmagister | 1 | 0 | | 0 | true\nlegacy | 9 | 0 | | 0 | true",
        expect=both("suspect_link", "counterpart_out_of_scope", counterpart=False),
    )


@pytest.mark.parametrize(
    ("evidence", "status", "reason", "basis"),
    [
        ({}, "matched_exact", "key_equal", "exact"),
        ({"names": "unknown"}, "matched_exact", "key_equal", "exact"),
        ({"repairs": "zeros case"}, "matched_repaired", "key_repaired", "repaired"),
        ({"is_changed": "true"}, "matched_changed", "field_changed", "exact"),
        ({"is_changed": "true", "repairs": "zeros"}, "matched_changed", "field_changed", "repaired"),
        ({"is_changed": "true", "is_number_different": "true"}, "matched_changed", "field_changed", "exact"),
    ],
)
def test_a_proven_pair_is_linked_on_both_sides(
    rule_test: RuleTest, evidence: dict[str, str], status: str, reason: str, basis: str
) -> None:
    repairs = evidence.get("repairs", '""')
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        pair_evidence=pair(**evidence),
        expect=f"""
            source_row | counterpart_row | status   | reason   | basis   | repairs   | is_linked | is_held
            1          | 9               | {status} | {reason} | {basis} | {repairs} | true      | false
            9          | 1               | {status} | {reason} | {basis} | {repairs} | true      | false
        """,
    )


def test_a_pair_without_any_evidence_is_never_linked(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        expect=both("ambiguous", "counterpart_ambiguous"),
    )


def test_a_pair_whose_names_were_not_compared_is_never_linked(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=PAIR_MEETINGS,
        pair_evidence=pair(names=""),
        expect=both("ambiguous", "counterpart_ambiguous"),
    )


def test_a_record_that_a_damaged_one_hints_at_is_held_and_not_linked(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings=f"{MEET} | is_hinted\nmagister | 1 | 0 | | 0 | true\nlegacy | 9 | 0 | | 0 | true",
        expect=both("quarantined", "counterpart_quarantined", counterpart=False),
    )


NAMES = "full_key | klas_key | magister_records | legacy_records | magister_row | legacy_row"


def test_one_mutual_namesake_is_a_suggestion(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows=PAIR_FILE,
        row_meetings="source | source_row | pairs | full_key\nmagister | 1 | 0 | noor visser\nlegacy | 9 | 0 | noor visser",
        name_groups=f"{NAMES}\nnoor visser | | 1 | 1 | 1 | 9",
        expect="""
            source_row | status    | reason    | counterpart_row | is_held | is_linked | basis
            1          | suggested | same_name | 9               | true    | false     |
            9          | suggested | same_name | 1               | true    | false     |
        """,
    )


def test_between_namesakes_the_class_decides_and_the_others_are_ambiguous(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2\nlegacy | 8\nlegacy | 9",
        row_meetings="""
            source   | source_row | pairs | full_key    | klas_key
            magister | 1          | 0     | noor visser | 2A
            magister | 2          | 0     | noor visser | 2B
            legacy   | 8          | 0     | noor visser | 2C
            legacy   | 9          | 0     | noor visser | 2A
        """,
        name_groups=f"""{NAMES}
            noor visser |    | 2 | 2 | 1 | 8
            noor visser | 2A | 1 | 1 | 1 | 9
            noor visser | 2B | 1 | 0 | 2 |
            noor visser | 2C | 0 | 1 |   | 8
        """,
        expect="""
            source_row | status    | reason            | counterpart_row
            1          | suggested | same_name         | 9
            9          | suggested | same_name         | 1
            2          | ambiguous | several_namesakes |
            8          | ambiguous | several_namesakes |
        """,
    )


def test_two_namesakes_in_one_class_are_never_suggested(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2\nlegacy | 9",
        row_meetings="""
            source   | source_row | pairs | full_key    | klas_key
            magister | 1          | 0     | noor visser | 2A
            magister | 2          | 0     | noor visser | 2A
            legacy   | 9          | 0     | noor visser | 2A
        """,
        name_groups=f"{NAMES}\nnoor visser | | 2 | 1 | 1 | 9\nnoor visser | 2A | 2 | 1 | 1 | 9",
        expect="""
            source_row | status    | reason
            1          | ambiguous | several_namesakes
            2          | ambiguous | several_namesakes
            9          | ambiguous | several_namesakes
        """,
    )


def test_namesakes_in_one_file_only_do_not_stand_in_each_others_way(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1\nmagister | 2",
        row_meetings="source | source_row | pairs | full_key\nmagister | 1 | 0 | noor visser\nmagister | 2 | 0 | noor visser",
        name_groups=f"{NAMES}\nnoor visser | | 2 | 0 | 1 |",
        expect="source_row | status | reason\n1 | new_in_magister | no_account\n2 | new_in_magister | no_account",
    )


def test_a_pupil_without_an_account_is_new_and_an_account_without_a_pupil_is_only_in_legacy(
    rule_test: RuleTest,
) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row | line_number\nmagister | 1 | 2\nlegacy | 9 | 10",
        row_meetings="source | source_row | pairs\nmagister | 1 | 0\nlegacy | 9 | 0",
        expect="""
            source   | source_row | line_number | status          | reason     | is_held | is_linked | basis | repairs
            magister | 1          | 2           | new_in_magister | no_account | false   | false     |       | ""
            legacy   | 9          | 10          | only_in_legacy  | no_pupil   | false   | false     |       | ""
        """,
    )


def test_a_record_that_the_meetings_forgot_is_held(rule_test: RuleTest) -> None:
    rule_test(
        "classified_pupils",
        file_rows="source | source_row\nmagister | 1",
        expect="status | is_held | is_linked\nambiguous | true | false",
    )
