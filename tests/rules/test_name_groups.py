"""Who might be whom by name, when no key says it. This makes suggestions, never links. All names are invented."""

from __future__ import annotations

import pytest

from tests.rules.tables import RuleTest

ROWS = "source | source_row | full_key | klas_key | pairs"


def test_one_pupil_and_one_account_of_a_name_are_grouped(rule_test: RuleTest) -> None:
    rule_test(
        "name_groups",
        row_meetings=f"{ROWS}\nmagister | 1 | noor visser | 2A | 0\nlegacy | 5 | noor visser | 1A | 0",
        expect="""
            full_key    | klas_key | magister_records | legacy_records | magister_row | legacy_row
            noor visser |          | 1                | 1              | 1            | 5
            noor visser | 2A       | 1                | 0              | 1            |
            noor visser | 1A       | 0                | 1              |              | 5
        """,
    )


def test_namesakes_are_told_apart_by_their_class(rule_test: RuleTest) -> None:
    rule_test(
        "name_groups",
        row_meetings=f"""{ROWS}
            magister | 1 | noor visser | 2A | 0
            magister | 2 | noor visser | 2B | 0
            legacy   | 5 | noor visser | 2A | 0
            legacy   | 6 | noor visser |    | 0
        """,
        expect="""
            klas_key | magister_records | legacy_records | magister_row | legacy_row
                     | 2                | 2              | 1            | 5
            2A       | 1                | 1              | 1            | 5
            2B       | 1                | 0              | 2            |
        """,
    )


def test_a_name_of_one_word_is_no_name(rule_test: RuleTest) -> None:
    rule_test(
        "name_groups",
        row_meetings=f"{ROWS}\nmagister | 1 | noor | 2A | 0\nlegacy | 5 | noor | 2A | 0\nlegacy | 6 | | 2A | 0",
        expect="full_key",
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("defect", "stamnr_blank"),
        ("own_repeat", "stamnr_repeated"),
        ("is_other_aside", "true"),
        ("is_hinted", "true"),
        ("pairs", "1"),
    ],
)
def test_a_record_that_is_held_or_meets_somebody_looks_for_no_namesake(
    rule_test: RuleTest, column: str, value: str
) -> None:
    heading = "source | source_row | full_key" + ("" if column == "pairs" else " | pairs")
    zero = "" if column == "pairs" else " | 0"
    rule_test(
        "name_groups",
        row_meetings=f"{heading} | {column}\nmagister | 1 | noor visser{zero} | {value}",
        expect="full_key",
    )
