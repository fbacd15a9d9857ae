"""What is wrong with one Magister record by itself, and whether it is in scope.

Every pupil, number and realm here is invented.
"""

from __future__ import annotations

import pytest

from tests.rules.records import HEADING, pupil, record
from tests.rules.tables import RuleTest

NIL = "00000000-0000-0000-0000-000000000000"
OPTIONAL = "is_realm_required | has_locations\nfalse | false"
REQUIRED = "is_realm_required | has_locations\ntrue | false"
PLACES = "is_realm_required | has_locations\ntrue | true"


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({}, ""),
        ({"stamnr": "", "stamnr_key": ""}, "stamnr_blank"),
        ({"stamnr": "n.v.t.", "stamnr_key": ""}, "stamnr_blank"),
        ({"stamnr": "b1001", "stamnr_key": ""}, "stamnr_form"),
        ({"externeid": "", "externeid_key": ""}, "externeid_blank"),
        ({"externeid": "-", "externeid_key": ""}, "externeid_blank"),
        ({"externeid": NIL, "externeid_key": ""}, "externeid_blank"),
        ({"externeid": "{A1", "externeid_key": ""}, "externeid_form"),
        ({"idgebr": "", "idgebr_key": ""}, "idgebr_blank"),
        ({"idgebr": "x51", "idgebr_key": ""}, "idgebr_form"),
        ({"realmid": "", "realmid_key": ""}, "realmid_blank"),
        ({"realmid": "51", "realmid_key": ""}, "realmid_form"),
        ({"realmid": "52@lyceum.example", "realmid_key": "52@lyceum.example"}, "realm_differs"),
    ],
)
def test_a_record_that_is_not_whole_names_its_first_defect(
    rule_test: RuleTest, changes: dict[str, str], defect: str
) -> None:
    rule_test(
        "magister_rows",
        clean_magister=f"{HEADING}\n{record(1, **changes)}",
        run_parameters=REQUIRED,
        expect=f"source_row | defect\n1 | {defect}",
    )


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"idgebr": "", "idgebr_key": ""}, ""),
        ({"realmid": "", "realmid_key": ""}, ""),
        ({"idgebr": "", "idgebr_key": "", "realmid": "", "realmid_key": ""}, ""),
        ({"idgebr": "x51", "idgebr_key": ""}, "idgebr_form"),
        ({"realmid": "51", "realmid_key": ""}, "realmid_form"),
        ({"realmid": "52@lyceum.example", "realmid_key": "52@lyceum.example"}, "realm_differs"),
    ],
)
def test_without_a_required_realm_a_blank_is_allowed_and_a_wrong_one_is_not(
    rule_test: RuleTest, changes: dict[str, str], defect: str
) -> None:
    rule_test(
        "magister_rows",
        clean_magister=f"{HEADING}\n{record(1, **changes)}",
        run_parameters=OPTIONAL,
        expect=f"source_row | defect\n1 | {defect}",
    )


def test_a_realm_that_the_rest_of_the_file_does_not_have_is_no_realm(rule_test: RuleTest) -> None:
    other = {"realmid": "51003@college.example", "realmid_key": "51003@college.example"}
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(1, "1001"), pupil(2, "1002"), pupil(3, "1003", **other)]),
        expect="source_row | defect\n1 |\n2 |\n3 | realm_other",
    )


def test_the_settings_say_which_realms_count(rule_test: RuleTest) -> None:
    other = {"realmid": "51003@college.example", "realmid_key": "51003@college.example"}
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(1, "1001"), pupil(2, "1002"), pupil(3, "1003", **other)]),
        setting_values="kind | value_key\nrealm | college.example",
        expect="source_row | defect\n1 | realm_other\n2 | realm_other\n3 |",
    )
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(1, "1001"), pupil(2, "1002"), pupil(3, "1003", **other)]),
        setting_values="kind | value_key\nrealm | college.example\nrealm | lyceum.example",
        expect="source_row | defect\n1 |\n2 |\n3 |",
    )


def test_records_without_a_realm_do_not_make_another_realm_strange(rule_test: RuleTest) -> None:
    blank = {"realmid": "", "realmid_key": ""}
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [HEADING, pupil(1, "1001", **blank), pupil(2, "1002", **blank), pupil(3, "1003")]
        ),
        run_parameters=OPTIONAL,
        expect="source_row | defect\n1 |\n2 |\n3 |",
    )


def test_a_setting_of_another_kind_says_nothing_about_realms(rule_test: RuleTest) -> None:
    other = {"realmid": "51003@college.example", "realmid_key": "51003@college.example"}
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(1, "1001"), pupil(2, "1002"), pupil(3, "1003", **other)]),
        setting_values="kind | value_key\nlocation | college.example",
        expect="source_row | defect\n1 |\n2 |\n3 | realm_other",
    )


def test_a_record_with_an_excluded_role_is_out_of_scope(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="source_row | rol_key\n1 | docent\n2 | leerling\n3 |",
        setting_values="kind | value_key\nexclude_role | docent",
        expect="source_row | scope_reason\n1 | role_excluded\n2 |\n3 |",
    )


def test_only_the_locations_of_the_settings_are_in_scope_and_no_location_is_not_another(
    rule_test: RuleTest,
) -> None:
    rule_test(
        "magister_rows",
        clean_magister="source_row | vestiging_key\n1 | noord\n2 | zuid\n3 |",
        setting_values="kind | value_key\nlocation | noord",
        run_parameters=PLACES,
        expect="source_row | scope_reason\n1 |\n2 | location_excluded\n3 |",
    )


def test_without_locations_in_the_settings_every_location_is_in_scope(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="source_row | vestiging_key\n1 | noord\n2 | zuid",
        expect="source_row | scope_reason\n1 |\n2 |",
    )
