"""Who of two files looks most like whom, and when that is called likely. All names are invented."""

from __future__ import annotations

import pytest

from tests.rules.tables import RuleTest

MEETINGS = "source | source_row | pairs"
NAMES = "source_row | first_key | last_key | full_key | klas_key"
PEOPLE = (
    "source | source_row | first_key | last_key | full_key | klas_key | class_year | namesakes | same_last_names"
    " | first_share | last_share | is_free"
)


def person(
    source: str,
    row: int,
    first: str,
    last: str,
    klas: str,
    *,
    namesakes: int = 1,
    same_last_names: int = 1,
    is_free: bool = True,
) -> str:
    year = klas[:1]
    return (
        f"\n{source} | {row} | {first} | {last} | {first} {last} | {klas} | {year} | {namesakes} | {same_last_names}"
        f" | 0.005 | 0.005 | {str(is_free).lower()}"
    )


@pytest.mark.parametrize(
    ("account", "levels"),
    [
        (("noor", "visser", "2A"), "equal | equal | equal"),
        (("noor", "visser", "1A"), "equal | equal | next_year"),
        (("noor", "visser", "2B"), "equal | equal | same_year"),
        (("noor", "visser", "4A"), "equal | equal | differs"),
        (("noor", "vissers", "2A"), "equal | close | equal"),
        (("noor", "bakker", "2A"), "equal | differs | equal"),
        (("noor", "visser bakker", "2A"), "equal | part | equal"),
        (("noortje", "visser", "2A"), "begins | equal | equal"),
        (("noora", "visser", "2A"), "close | equal | equal"),
        (("n", "visser", "2A"), "begins | equal | equal"),
        (("visser", "noor", "2A"), "swapped | swapped | equal"),
        (("bram", "visser", "2A"), "differs | equal | equal"),
    ],
)
def test_each_field_is_compared_in_words(
    rule_test: RuleTest, account: tuple[str, str, str], levels: str
) -> None:
    rule_test(
        "candidate_pairs",
        loose_people=PEOPLE + person("magister", 1, "noor", "visser", "2A") + person("legacy", 5, *account),
        expect=f"magister_row | legacy_row | first_level | last_level | class_level\n1 | 5 | {levels}",
    )


def likely(rule_test: RuleTest, people: str, expected: str) -> None:
    rule_test(
        "candidate_pairs",
        loose_people=PEOPLE + people,
        expect=f"magister_row | legacy_row | is_likely\n{expected}",
    )


def test_another_family_name_in_the_same_class_is_likely(rule_test: RuleTest) -> None:
    pair = person("magister", 1, "jasmijn", "visser", "2A") + person("legacy", 5, "jasmijn", "bakker", "2A")
    likely(rule_test, pair, "1 | 5 | false")
    typed = person("magister", 1, "jasmijn", "visser", "2A") + person("legacy", 5, "jasmijn", "viser", "1A")
    likely(rule_test, typed, "1 | 5 | true")


def test_two_who_look_alike_are_rivals_and_neither_is_likely(rule_test: RuleTest) -> None:
    people = (
        person("magister", 1, "noor", "visser", "2A")
        + person("legacy", 5, "noor", "viser", "1A")
        + person("legacy", 6, "noor", "vissser", "1A")
    )
    likely(rule_test, people, "1 | 5 | false\n1 | 6 | false")


@pytest.mark.parametrize(
    "account",
    [
        person("legacy", 5, "noor", "viser", "1A", namesakes=2),
        person("legacy", 5, "noor", "viser", "1A", is_free=False),
        person("legacy", 5, "noor", "viser", "4A"),
        person("legacy", 5, "noa", "visser", "1A", same_last_names=2),
    ],
    ids=["a namesake", "a record with a defect", "another year", "perhaps a sister"],
)
def test_what_may_be_somebody_else_is_never_likely(rule_test: RuleTest, account: str) -> None:
    likely(rule_test, person("magister", 1, "noor", "visser", "2A") + account, "1 | 5 | false")


def test_a_rare_name_weighs_more_than_a_common_one(rule_test: RuleTest) -> None:
    rare = person("magister", 1, "noor", "visser", "2A").replace("| 0.005 | 0.005", "| 0.0005 | 0.0005")
    people = (
        rare
        + person("magister", 2, "sem", "bakker", "2A")
        + person("legacy", 5, "noor", "visser", "2A").replace("| 0.005 | 0.005", "| 0.0005 | 0.0005")
        + person("legacy", 6, "sem", "bakker", "2A")
    )
    rule_test(
        "candidate_pairs",
        loose_people=PEOPLE + people,
        expect="magister_row | legacy_row | magister_rank\n1 | 5 | 1\n2 | 6 | 1",
    )


def test_only_who_meets_nobody_is_looked_for(rule_test: RuleTest) -> None:
    rule_test(
        "loose_people",
        row_meetings=f"""{MEETINGS} | defect | own_repeat | is_other_aside | is_hinted
            magister | 1 | 0 |              |                 | false | false
            magister | 2 | 1 |              |                 | false | false
            magister | 3 | 0 | stamnr_blank |                 | false | false
            magister | 4 | 0 |              | stamnr_repeated | false | false
            legacy   | 5 | 0 |              |                 | false | true
        """,
        magister_rows=f"""{NAMES}
            1 | noor | visser | noor visser | 2A
            2 | sem  | bakker | sem bakker  | 2A
            3 | noor | visser | noor visser | 3A
            4 | puk  | blom   | puk blom    | 2A
        """,
        legacy_rows=f"{NAMES}\n5 | | | bram de boer | 1A\n6 | | | bram | 1A",
        expect="""
            source   | source_row | first_key | last_key | class_year | namesakes | is_free
            magister | 1          | noor      | visser   | 2          | 2         | true
            magister | 3          | noor      | visser   | 3          | 2         | false
            legacy   | 5          | bram      | de boer  | 1          | 1         | false
        """,
    )


def test_a_year_of_any_length_breaks_nothing(rule_test: RuleTest) -> None:
    people = person("magister", 1, "noor", "visser", "2A") + person("legacy", 5, "noor", "visser", "2B")
    long = people.replace("| 2B | 2 |", f"| 2B | {'9' * 30} |")
    rule_test(
        "candidate_pairs",
        loose_people=PEOPLE + long,
        expect="magister_row | legacy_row | class_level\n1 | 5 | differs",
    )
