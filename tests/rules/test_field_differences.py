"""What differs between the two sides of a linked pupil, and whether it matters. Noor and Daan are invented."""

from __future__ import annotations

import pytest

from tests.rules.tables import RuleTest

LINK = "source | source_row | counterpart_row | is_linked\nlegacy | 9 | 1 | true\nmagister | 1 | 9 | true"


@pytest.mark.parametrize(
    ("magister", "legacy", "kind"),
    [("001001 | 1001", "1001 | 1001", "cosmetic"), ("1001 | 1001", "1002 | 1002", "material")],
)
def test_another_number_is_material_and_the_same_with_zeros_is_cosmetic(
    rule_test: RuleTest, magister: str, legacy: str, kind: str
) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows=f"source_row | stamnr | stamnr_key\n1 | {magister}",
        clean_magister="source_row\n1",
        clean_legacy=f"source_row | stamnr | stamnr_key\n9 | {legacy}",
        expect=f"""
            legacy_row | magister_row | field  | kind   | magister_value          | legacy_value
            9          | 1            | stamnr | {kind} | {magister.split(" ")[0]} | {legacy.split(" ")[0]}
        """,
    )


def test_an_external_id_in_other_letters_is_cosmetic(rule_test: RuleTest) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows="source_row | externeid | externeid_key\n1 | {A1} | a1",
        clean_magister="source_row\n1",
        clean_legacy="source_row | externeid | externeid_key\n9 | a1 | a1",
        expect="field | kind | magister_value | legacy_value\nexterneid | cosmetic | {A1} | a1",
    )


def test_a_name_written_otherwise_is_cosmetic(rule_test: RuleTest) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows="source_row | full_name\n1 | Daan de Vries",
        clean_magister="source_row\n1",
        clean_legacy="source_row | full_name\n9 | D. de Vries",
        expect="field | kind | magister_value | legacy_value\nnaam | cosmetic | Daan de Vries | D. de Vries",
    )


@pytest.mark.parametrize(
    ("magister", "magister_key", "legacy", "legacy_key", "kind"),
    [("3B", "3B", "2B", "2B", "material"), ("3 b", "3B", "3B", "3B", "cosmetic")],
)
def test_another_class_is_material_and_another_spelling_is_cosmetic(
    rule_test: RuleTest, magister: str, magister_key: str, legacy: str, legacy_key: str, kind: str
) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows=f"source_row | klas_key\n1 | {magister_key}",
        clean_magister=f"source_row | klas\n1 | {magister}",
        clean_legacy=f"source_row | klas | klas_key\n9 | {legacy} | {legacy_key}",
        expect=f"field | kind | magister_value | legacy_value\nklas | {kind} | {magister} | {legacy}",
    )


def test_a_class_from_the_control_list_is_shown_as_it_was_compared(rule_test: RuleTest) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows="source_row | klas_key\n1 | 3B",
        clean_magister="source_row | klas\n1 |",
        clean_legacy="source_row | klas | klas_key\n9 | 2B | 2B",
        expect="field | kind | magister_value | legacy_value\nklas | material | 3B | 2B",
    )


def test_another_year_is_material(rule_test: RuleTest) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows="source_row | leerjaar_key\n1 | 3",
        clean_magister="source_row\n1",
        clean_legacy="source_row | leerjaar_key\n9 | 2",
        expect="field | kind | magister_value | legacy_value\nleerjaar | material | 3 | 2",
    )


FIELDS = "stamnr | stamnr_key | externeid | externeid_key | full_name | klas_key | leerjaar_key"
FULL = "1001 | 1001 | a1 | a1 | Noor Visser | 2A | 2"


@pytest.mark.parametrize(
    ("magister", "legacy"), [(FULL, "| | | | | |"), (FULL, "- | | - | | | |"), ("| | | | | |", FULL)]
)
def test_a_blank_is_no_difference(rule_test: RuleTest, magister: str, legacy: str) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows=f"source_row | {FIELDS}\n1 | {magister}",
        clean_magister="source_row\n1",
        clean_legacy=f"source_row | {FIELDS}\n9 | {legacy}",
        expect="field",
    )


def test_equal_sides_have_no_difference(rule_test: RuleTest) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows=f"source_row | {FIELDS}\n1 | {FULL}",
        clean_magister="source_row | klas\n1 | 2A",
        clean_legacy=f"source_row | {FIELDS} | klas\n9 | {FULL} | 2A",
        expect="field",
    )


def test_a_pair_that_is_not_linked_has_no_differences(rule_test: RuleTest) -> None:
    rule_test(
        "field_differences",
        decided_pupils="source | source_row | counterpart_row | is_linked\nlegacy | 9 | 1 | false",
        magister_rows="source_row | leerjaar_key\n1 | 3",
        clean_magister="source_row\n1",
        clean_legacy="source_row | leerjaar_key\n9 | 2",
        expect="field",
    )


@pytest.mark.parametrize(
    ("magister", "legacy", "cause"),
    [
        ("3B", "2B", "year_turn"),
        ("3C", "2B", "year_turn"),
        ("3C", "3B", "same_year"),
        ("2B", "3B", "other_class"),
        ("5B", "3B", "other_class"),
        ("3B", "Brugklas", "other_class"),
        ("3 b", "3B", "writing"),
    ],
)
def test_a_class_one_further_is_the_turn_of_the_year_and_no_other_is(
    rule_test: RuleTest, magister: str, legacy: str, cause: str
) -> None:
    key = magister.upper().replace(" ", "")
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows=f"source_row | klas_key\n1 | {key}",
        clean_magister=f"source_row | klas\n1 | {magister}",
        clean_legacy=f"source_row | klas | klas_key\n9 | {legacy} | {legacy.upper()}",
        expect=f"field | cause\nklas | {cause}",
    )


@pytest.mark.parametrize(
    ("magister", "legacy", "cause"),
    [("3", "2", "year_turn"), ("2", "3", "other_year"), ("4", "2", "other_year")],
)
def test_a_year_one_further_is_the_turn_of_the_year_and_no_other_is(
    rule_test: RuleTest, magister: str, legacy: str, cause: str
) -> None:
    rule_test(
        "field_differences",
        decided_pupils=LINK,
        magister_rows=f"source_row | leerjaar_key\n1 | {magister}",
        clean_magister="source_row\n1",
        clean_legacy=f"source_row | leerjaar_key\n9 | {legacy}",
        expect=f"field | cause\nleerjaar | {cause}",
    )
