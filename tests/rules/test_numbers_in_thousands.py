"""Points between thousands (109.999): a whole column is read without them, a single one is damage.

Noor, Daan and Sem are invented, and so are their numbers.
"""

from __future__ import annotations

import pytest

from tests.rules.tables import LadderTest

WHOLE = """
    source_row | stamnr
    1          | 109.999
    2          | 110.000
    3          |
    4          | 1.110.001
"""
MIXED = """
    source_row | stamnr
    1          | 109.999
    2          | 110000
    3          | 110.001
    4          | 110.002
"""
FEW = """
    source_row | stamnr
    1          | 109.999
    2          | 110.000
"""


@pytest.mark.parametrize("source", ["magister", "legacy"])
def test_a_whole_column_with_points_between_thousands_keeps_its_pupils(
    ladder_test: LadderTest, source: str
) -> None:
    ladder_test(
        stage=f"clean_{source}",
        **{f"raw_{source}": WHOLE},
        expect="""
            source_row | stamnr    | stamnr_key | stamnr_hint | has_decimals
            1          | 109.999   | 109999     |             | true
            2          | 110.000   | 110000     |             | true
            3          |           |            |             | false
            4          | 1.110.001 | 1110001    |             | true
        """,
    )


@pytest.mark.parametrize("source", ["magister", "legacy"])
def test_points_in_part_of_a_column_are_damage_and_only_a_hint(ladder_test: LadderTest, source: str) -> None:
    ladder_test(
        stage=f"clean_{source}",
        **{f"raw_{source}": MIXED},
        expect="""
            source_row | stamnr_key | stamnr_hint
            1          |            | 109999
            2          | 110000     |
            3          |            | 110001
            4          |            | 110002
        """,
    )


def test_two_numbers_are_too_few_to_say_how_a_column_is_written(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="clean_legacy",
        raw_legacy=FEW,
        expect="source_row | stamnr_key\n1 |\n2 |",
    )


def test_the_control_list_is_read_the_same_way(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="clean_control",
        raw_control="""
            source_row | stamnr  | naam
            1          | 109.999 | Noor Visser
            2          | 110.000 | Daan Smit
            3          | 110.001 | Sem Kok
        """,
        expect="stamnr_key\n109999\n110000\n110001",
    )


def test_user_ids_with_points_still_fit_their_realm(ladder_test: LadderTest) -> None:
    ladder_test(
        stage="clean_magister",
        raw_magister="""
            source_row | stamnr | idgebr | realmid
            1          | 1001   | 35.895 | 35895@lyceum.example
            2          | 1002   | 35.896 | 35896@lyceum.example
            3          | 1003   | 35.897 | 35897@lyceum.example
        """,
        expect="""
            idgebr | idgebr_written | idgebr_key
            35.895 | 35895          | 35895
            35.896 | 35896          | 35896
            35.897 | 35897          | 35897
        """,
    )
