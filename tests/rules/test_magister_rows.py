"""What is wrong with one Magister record by itself, and whether it is in scope.

Every pupil, number and realm here is invented.
"""

from __future__ import annotations

import pytest

from tests.rules.records import A1, HEADING, IDS, pupil, record
from tests.rules.tables import LadderTest, RuleTest

NIL = "00000000-0000-0000-0000-000000000000"
OPTIONAL = "is_realm_required | has_locations\nfalse | false"
REQUIRED = "is_realm_required | has_locations\ntrue | false"
PLACES = "is_realm_required | has_locations\ntrue | true"


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({}, ""),
        ({"stamnr": "", "stamnr_key": ""}, "stamnr_blank"),
        ({"stamnr": "n.v.t.", "stamnr_written": "", "stamnr_key": ""}, "stamnr_blank"),
        ({"stamnr": "b1001", "stamnr_key": ""}, "stamnr_form"),
        ({"externeid": "", "externeid_key": ""}, "externeid_blank"),
        ({"externeid": "-", "externeid_written": "", "externeid_key": ""}, "externeid_blank"),
        ({"externeid": NIL, "externeid_key": "", "is_externeid_nil": "true"}, "externeid_blank"),
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
    more = "".join(f" | {name}" for name in changes if name not in HEADING.split(" | "))
    rule_test(
        "magister_rows",
        clean_magister=f"{HEADING}{more}\n{record(1, **changes)}",
        run_parameters=REQUIRED,
        expect=f"source_row | defect\n1 | {defect}",
    )


@pytest.mark.parametrize(
    ("ids", "defect"),
    [
        ("1001 | 51 | {guid} | 51@lyceum.example", ""),
        ("n.v.t. | 51 | {guid} | 51@lyceum.example", "stamnr_blank"),
        ('="" | 51 | {guid} | 51@lyceum.example', "stamnr_blank"),
        ("' | 51 | {guid} | 51@lyceum.example", "stamnr_blank"),
        ("1001 | 51 | - | 51@lyceum.example", "externeid_blank"),
        ("1001 | 51 | {nil} | 51@lyceum.example", "externeid_blank"),
        ("1001 | 51 | {{{nil}}} | 51@lyceum.example", "externeid_blank"),
        ("1001 | 51 | {{{guid}) | 51@lyceum.example", "externeid_form"),
        ("1001 | #N/B | {guid} | 51@lyceum.example", "idgebr_blank"),
        ("1001 | 51 | {guid} | onbekend", "realmid_blank"),
        ("1001 | 51 | {guid} | 51.0@lyceum.example", "realmid_form"),
    ],
)
def test_a_placeholder_as_delivered_is_a_blank_and_what_is_broken_is_out_of_form(
    ladder_test: LadderTest, ids: str, defect: str
) -> None:
    ladder_test(
        stage="magister_rows",
        raw_magister=f"{IDS}\n1 | {ids.format(guid=A1, nil=NIL)}",
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


NO_LOGIN = {"realmid": "", "realmid_key": ""}


@pytest.mark.parametrize("pupils", [1, 3])
@pytest.mark.parametrize(("settings", "defect"), [(REQUIRED, "realmid_blank"), (OPTIONAL, "")])
def test_a_school_in_which_no_pupil_has_a_login_gets_an_answer_per_pupil(
    rule_test: RuleTest, pupils: int, settings: str, defect: str
) -> None:
    places = range(1, pupils + 1)
    rows = [record(place, stamnr=f"100{place}", stamnr_key=f"100{place}", **NO_LOGIN) for place in places]
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, *rows]),
        run_parameters=settings,
        expect="\n".join(["source_row | defect", *(f"{place} | {defect}" for place in places)]),
    )


def test_a_realm_that_the_rest_of_the_file_does_not_have_is_no_realm(rule_test: RuleTest) -> None:
    other = {"realmid": "51003@college.example", "realmid_key": "51003@college.example"}
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(1, "1001"), pupil(2, "1002"), pupil(3, "1003", **other)]),
        expect="source_row | defect\n1 |\n2 |\n3 | realm_other",
    )


@pytest.mark.parametrize("rows", [(1, 2), (2, 1)])
def test_of_two_realms_with_equally_many_pupils_neither_is_the_usual_one(
    rule_test: RuleTest, rows: tuple[int, int]
) -> None:
    other = {"realmid": "51003@college.example", "realmid_key": "51003@college.example"}
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(rows[0], "1001"), pupil(rows[1], "1003", **other)]),
        expect="source_row | defect\n1 | realm_other\n2 | realm_other",
    )


def test_the_settings_settle_which_of_two_equal_realms_is_the_schools(rule_test: RuleTest) -> None:
    other = {"realmid": "51003@college.example", "realmid_key": "51003@college.example"}
    rule_test(
        "magister_rows",
        clean_magister="\n".join([HEADING, pupil(1, "1001"), pupil(2, "1003", **other)]),
        setting_values="kind | value_key\nrealm | lyceum.example",
        expect="source_row | defect\n1 |\n2 | realm_other",
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
        clean_magister="\n".join(
            [
                f"{HEADING} | rol_key",
                f"{pupil(1, '1001')} | docent",
                f"{pupil(2, '1002')} | leerling",
                f"{pupil(3, '1003')} |",
            ]
        ),
        setting_values="kind | value_key\nexclude_role | docent",
        expect="source_row | scope_reason\n1 | role_excluded\n2 |\n3 |",
    )


def test_only_the_locations_of_the_settings_are_in_scope_and_no_location_is_not_another(
    rule_test: RuleTest,
) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | vestiging_key",
                f"{pupil(1, '1001')} | noord",
                f"{pupil(2, '1002')} | zuid",
                f"{pupil(3, '1003')} |",
            ]
        ),
        setting_values="kind | value_key\nlocation | noord",
        run_parameters=PLACES,
        expect="source_row | scope_reason\n1 |\n2 | location_excluded\n3 |",
    )


def test_without_locations_in_the_settings_every_location_is_in_scope(rule_test: RuleTest) -> None:
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | vestiging_key",
                f"{pupil(1, '1001')} | noord",
                f"{pupil(2, '1002')} | zuid",
            ]
        ),
        expect="source_row | scope_reason\n1 |\n2 |",
    )


def test_a_record_with_a_defect_is_not_also_out_of_scope(rule_test: RuleTest) -> None:
    broken = {"externeid": "{A1", "externeid_key": ""}
    rule_test(
        "magister_rows",
        clean_magister="\n".join(
            [
                f"{HEADING} | vestiging_key | rol_key",
                f"{pupil(1, '1001', **broken)} | zuid | leerling",
                f"{pupil(2, '1002', **broken)} | noord | docent",
            ]
        ),
        setting_values="kind | value_key\nlocation | noord\nexclude_role | docent",
        run_parameters=PLACES,
        expect="""
            source_row | defect         | scope_reason | is_counted
            1          | externeid_form |              | true
            2          | externeid_form |              | true
        """,
    )
