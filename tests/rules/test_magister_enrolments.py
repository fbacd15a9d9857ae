"""One pupil who stands in the Magister file once per enrolment: what is known of her, and which record is kept.

Every pupil, number and realm here is invented.
"""

from __future__ import annotations

import pytest

from tests.rules.records import HEADING, pupil
from tests.rules.tables import RuleTest


def test_a_pupil_listed_once_per_enrolment_is_one_pupil_whose_class_is_unknown(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | letters_key | klas_key",
                f"{pupil(1, '1001')} | noorvisser | 2A",
                f"{pupil(2, '1001')} | noorvisser | 2B",
                f"{pupil(3, '1002')} | sembakker | 2B",
            ]
        ),
        expect="""
            source_row | is_copy | copy_reason  | klas_key | stamnr_records
            1          | false   | equal_ids    |          | 1
            2          | true    | equal_ids    |          | 1
            3          | false   | equal_record | 2B       | 1
        """,
    )


def test_equal_ids_in_one_class_keep_the_class(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | letters_key | klas_key | leerweg",
                f"{pupil(1, '1001')} | noorvisser | 2A | gl",
                f"{pupil(2, '1001')} | noorvisser | 2A | tl",
            ]
        ),
        expect="source_row | is_copy | klas_key\n1 | false | 2A\n2 | true | 2A",
    )


@pytest.mark.parametrize("rows", [(1, 2), (2, 1)])
@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("klas_key", ("2A", "2B")),
        ("leerjaar_key", ("2", "3")),
        ("opleiding", ("havo", "vwo")),
        ("leerweg", ("gl", "tl")),
    ],
)
def test_what_two_enrolments_do_not_agree_on_is_unknown_in_whatever_order_they_stand(
    rule_test: RuleTest, column: str, values: tuple[str, str], rows: tuple[int, int]
) -> None:
    fields = {"klas_key": "2C", "leerjaar_key": "2", "opleiding": "havo", "leerweg": "gl"}
    lines = [
        f"{pupil(row, '1001')} | noorvisser | {' | '.join((fields | {column: value}).values())}"
        for row, value in zip(rows, values, strict=True)
    ]
    known = fields | {column: ""}
    origins = [
        "" if column == "opleiding" else "magister",
        "" if column == "leerweg" else "magister",
    ]
    said = " | ".join([*known.values(), *origins])
    rule_test(
        "magister_rows",
        clean_magister="\n".join([f"{HEADING} | letters_key | {' | '.join(fields)}", *lines]),
        expect="\n".join(
            [
                f"copy_reason | {' | '.join(known)} | opleiding_origin | leerweg_origin",
                f"equal_ids | {said}",
                f"equal_ids | {said}",
            ]
        ),
    )


@pytest.mark.parametrize("rows", [(1, 2), (2, 1)])
def test_an_enrolment_that_says_nothing_contradicts_nothing(
    rule_test: RuleTest, rows: tuple[int, int]
) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | letters_key | klas_key | leerjaar_key | opleiding",
                f"{pupil(rows[0], '1001')} | noorvisser | 2A | 2 | havo",
                f"{pupil(rows[1], '1001')} | noorvisser |    |   |",
            ]
        ),
        expect="klas_key | leerjaar_key | opleiding\n2A | 2 | havo\n2A | 2 | havo",
    )


@pytest.mark.parametrize("rows", [(1, 2), (2, 1)])
def test_where_two_enrolments_disagree_the_control_list_fills_in(
    rule_test: RuleTest, rows: tuple[int, int]
) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | opleiding | leerweg",
                f"{pupil(rows[0], '1001')} | havo | gl",
                f"{pupil(rows[1], '1001')} | vwo  | tl",
            ]
        ),
        clean_control="stamnr_key | opleiding | leerweg\n1001 | vwo | tl",
        expect="""
            opleiding | opleiding_origin | leerweg | leerweg_origin
            vwo       | control          | tl      | control
            vwo       | control          | tl      | control
        """,
    )


@pytest.mark.parametrize("rows", [(1, 2), (2, 1)])
@pytest.mark.parametrize(
    ("kept", "copy"),
    [
        ({"stamnr": "01001"}, {"stamnr": "1001"}),
        ({"externeid": "{A1001}"}, {"externeid": "a1001"}),
        ({"idgebr": "051001"}, {"idgebr": "51001"}),
        ({"realmid": "051001@lyceum.example"}, {"realmid": "51001@lyceum.example"}),
    ],
)
def test_which_copy_is_kept_depends_on_what_it_says_and_not_on_where_it_stands(
    rule_test: RuleTest, kept: dict[str, str], copy: dict[str, str], rows: tuple[int, int]
) -> None:
    (column,) = kept
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(rows[0], "1001", **kept), pupil(rows[1], "1001", **copy)]),
        expect=f"{column} | is_copy\n{kept[column]} | false\n{copy[column]} | true",
    )


@pytest.mark.parametrize("rows", [(1, 2), (2, 1)])
def test_enrolments_that_differ_in_class_only_keep_the_same_one_in_whatever_order(
    rule_test: RuleTest, rows: tuple[int, int]
) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | line_number | record_digest",
                f"{pupil(rows[0], '1001')} | 11 | d1",
                f"{pupil(rows[1], '1001')} | 12 | d2",
            ]
        ),
        expect="line_number | is_copy\n11 | false\n12 | true",
    )
