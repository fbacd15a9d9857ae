"""Defects 32 to 40 of the list, and those without a number: which record is which pupil. Each names the treatment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.defects.school import LEGACY, PUPILS, REALM, Files, control_table, guid, number, written

SIDES = ("magister", "legacy")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_32_a_pupil_listed_once_per_enrolment_is_one_pupil(files: Files) -> None:
    files.magister[0].append("klas")
    for place, row in enumerate(files.magister[1:], start=1):
        row.append(f"{1 + place % 3}B")
    files.magister.append([*files.magister[5][:4], "3C"])
    outcome = files.run()
    assert sorted(outcome.links.values()) == list(range(1, PUPILS + 1))
    both = {outcome.status("magister", 5), outcome.status("magister", PUPILS + 1)}
    assert both == {("matched_exact", "key_equal"), ("duplicate_copy", "equal_ids")}


@pytest.mark.parametrize("column", [1, 2])
def test_33_two_pupils_on_one_number_are_both_held(files: Files, column: int) -> None:
    copy = list(files.magister[5])
    copy[1:] = ["51900", guid(900), f"51900@{REALM}"] if column == 1 else [copy[1], guid(900), copy[3]]
    files.magister.append(copy)
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("magister", 5) == ("duplicate_key", "stamnr_repeated")
    assert outcome.status("magister", PUPILS + 1) == ("duplicate_key", "stamnr_repeated")
    assert outcome.status("legacy", 5)[0] == "duplicate_key"


@pytest.mark.parametrize(
    ("column", "reason"), [(2, "externeid_repeated"), (1, "idgebr_repeated"), (3, "realmid_repeated")]
)
def test_34_one_id_on_two_numbers_holds_both(files: Files, column: int, reason: str) -> None:
    if column == 2:
        files.magister[6][2] = files.magister[5][2]
    else:
        # both columns say the same account, or the record contradicts itself
        files.magister[6][1], files.magister[6][3] = files.magister[5][1], files.magister[5][3]
    outcome = files.run()
    outcome.all_linked(but=[5, 6])
    assert outcome.status("magister", 5)[0] == "duplicate_key"
    assert outcome.status("magister", 5)[1] in {reason, "idgebr_repeated"}


@pytest.mark.parametrize("role", ["Docent", "medewerker", "OUDER"])
def test_35_an_explicit_role_leaves_a_record_aside(files: Files, role: str) -> None:
    for place, row in enumerate(files.legacy):
        row.append("Rol" if place == 0 else role if place == 31 else "leerling")
    files.legacy.append(["900001", "Anna", "Berk", "", "", "n900", role])
    outcome = files.run()
    outcome.all_linked()
    assert outcome.status("legacy", PUPILS + 1) == ("out_of_scope", "role_excluded")


def test_35_an_account_that_looks_like_a_test_account_is_held(files: Files) -> None:
    files.legacy[5][1:3] = ["Test", "Leerling"]
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("legacy", 5) == ("quarantined", "test_account")


def test_36_an_account_without_a_pupil_is_listed_and_nothing_happens_to_it(files: Files) -> None:
    del files.magister[5]
    outcome = files.run()
    assert 5 not in outcome.links.values()
    assert len(outcome.links) == PUPILS - 1
    assert outcome.status("legacy", 5) == ("only_in_legacy", "no_pupil")


def test_37_a_pupil_without_an_account_is_listed_as_new(files: Files) -> None:
    del files.legacy[5]
    outcome = files.run()
    assert len(outcome.links) == PUPILS - 1
    assert outcome.status("magister", 5) == ("new_in_magister", "no_account")


def test_37_a_new_number_with_the_same_name_and_class_is_a_question(files: Files) -> None:
    files.control = control_table()
    files.magister[5][0] = files.control[5][0] = "105999"
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("magister", 5) == ("suggested", "same_name")
    assert outcome.status("legacy", 5) == ("suggested", "same_name")


def test_38_two_accounts_on_one_number_are_both_held(files: Files) -> None:
    files.legacy.append([number(5), "Noor", "Beukf", "1B", "havo", "n905"])
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("legacy", 5) == ("duplicate_key", "stamnr_repeated")
    assert outcome.status("legacy", PUPILS + 1) == ("duplicate_key", "stamnr_repeated")
    assert outcome.status("magister", 5) == ("duplicate_key", "counterpart_repeated")


def test_38_an_account_that_already_has_another_external_id_is_a_question(files: Files) -> None:
    for place, row in enumerate(files.legacy):
        row.append("ExterneID" if place == 0 else guid(777) if place == 5 else "")
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("legacy", 5) == ("suspect_link", "other_externeid")


def test_38_an_archived_and_an_active_account_are_still_a_question(files: Files) -> None:
    for place, row in enumerate(files.legacy):
        row.append("Status" if place == 0 else "actief")
    files.legacy.append([number(5), "Noor", "Beukf", "1B", "havo", "n905", "gearchiveerd"])
    files.run().all_linked(but=[5])


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (("Daan", "Beukg"), "matched_exact"),
        (("DAAN", "van der Beukg"), "matched_exact"),
        (("D.", "Beukg"), "matched_exact"),
        (("Daan Willem", "Beukg"), "matched_exact"),
        (("Dáán", "Béukg"), "matched_exact"),
        (("Willem", "Beukg"), "suspect_link"),
        (("Fatima", "Linde"), "suspect_link"),
        (("Daan", "Linde"), "suspect_link"),
        (("", ""), "matched_exact"),
    ],
)
def test_39_a_name_that_contradicts_is_a_question_and_a_spelling_is_not(
    files: Files, name: tuple[str, str], status: str
) -> None:
    files.legacy[6][1:3] = ["Daan", "Beukg"]
    files.control = control_table()
    files.control[6][1:3] = list(name)
    outcome = files.run()
    assert outcome.status("magister", 6)[0] == status
    outcome.all_linked(but=[6] if status == "suspect_link" else [])


@pytest.mark.parametrize("surname", ["", "-", " "])
def test_39_a_control_list_without_a_surname_says_nothing_against_a_pupil(files: Files, surname: str) -> None:
    files.control = control_table()
    files.legacy[5][1:3] = ["Kees-Jan", "Bakker"]
    files.control[5][1:3] = ["Kees-Jan", surname]
    files.run().all_linked()
    files.control[5][1] = "Piet-Jan"
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("legacy", 5) == ("suspect_link", "names_differ")


@pytest.mark.parametrize("short", ["v.d. Berg", "v/d Berg", "vd Berg", "v.d.r. Berg"])
def test_39_a_prefix_written_short_is_the_same_name(files: Files, short: str) -> None:
    files.control = control_table()
    files.legacy[5][1:3] = ["Kees-Jan", short]
    files.control[5][1:3] = ["Kees-Jan", "van der Berg"]
    files.run().all_linked()


def test_39_twins_whose_numbers_were_swapped_are_both_held(files: Files) -> None:
    files.control = control_table()
    files.legacy[5][1:3], files.legacy[6][1:3] = ["Lot", "Iep"], ["Pim", "Iep"]
    files.control[5][1:3], files.control[6][1:3] = ["Pim", "Iep"], ["Lot", "Iep"]
    outcome = files.run()
    outcome.all_linked(but=[5, 6])
    assert outcome.status("legacy", 5)[0] == "suspect_link"


@pytest.mark.parametrize("opleiding", ["", "B", "G", "onbekend", "ruimtevaart"])
def test_40_an_unclear_opleiding_is_asked_and_the_link_is_made(files: Files, opleiding: str) -> None:
    for row in files.legacy[1:]:
        row[4] = opleiding
        row[3] = "3Q"
    outcome = files.run()
    outcome.all_linked()
    assert [(case.pupils, case.opleiding) for case in outcome.report.opleiding] == [(PUPILS, None)]


def test_carriage_returns_alone_end_lines(files: Files) -> None:
    for side in SIDES:
        setattr(files, f"{side}_bytes", written(getattr(files, side), end="\r"))
    files.run().all_linked()


def test_typographic_quotes_around_a_number_are_taken_off(files: Files) -> None:
    for row in files.legacy[1:]:
        row[0] = f"“{row[0]}”"
    outcome = files.run()
    outcome.all_linked()
    assert {row[3] for row in outcome.repairs} == {"wrapper"}


@pytest.mark.parametrize("side", SIDES)
def test_a_cell_of_a_hundred_thousand_characters_refuses_the_file_unless_its_column_is_dropped(
    files: Files, side: str
) -> None:
    for place, row in enumerate(getattr(files, side)):
        row.append("Notitie" if place == 0 else "a" * 100_000 if place == 5 else "")
    assert files.run().refused == "INTAKE-CELL-TOO-LONG"
    files.run(**{side: {"drop_columns": ["Notitie"]}}).all_linked()


def test_a_file_larger_than_the_limit_is_refused(files: Files) -> None:
    files.legacy_bytes = written([LEGACY]) + b"1;a;b;1B;havo;n1\r\n" * 70_000
    assert files.run(limits={"maximum_file_mib": 1}).refused == "INTAKE-TOO-LARGE"


def test_a_pupil_on_two_locations_with_one_account_is_linked_once(files: Files) -> None:
    files.magister[0].append("vestiging")
    for row in files.magister[1:]:
        row.append("Noord")
    files.magister.append([*files.magister[5][:4], "Zuid"])
    outcome = files.run()
    assert sorted(outcome.links.values()) == list(range(1, PUPILS + 1))
    both = {outcome.status("magister", 5), outcome.status("magister", PUPILS + 1)}
    assert both == {("matched_exact", "key_equal"), ("duplicate_copy", "equal_ids")}


def test_a_legacy_list_pasted_twice_is_read_once(files: Files) -> None:
    files.legacy += [list(row) for row in files.legacy[1:]]
    outcome = files.run()
    outcome.all_linked()
    assert outcome.status("legacy", PUPILS + 5) == ("duplicate_copy", "equal_record")


def test_another_school_year_in_the_classes_links_and_says_what_changed(files: Files) -> None:
    files.control = control_table()
    for row in files.control[1:]:
        row[3] = f"{int(row[3][0]) + 1}B"
    outcome = files.run()
    outcome.all_linked()
    assert {status for status, _ in outcome.statuses.values()} == {"matched_changed"}


def test_a_renamed_realm_is_refused_unless_the_settings_name_it(files: Files) -> None:
    for place, row in enumerate(files.magister[1:], start=1):
        row[3] = f"{51_000 + place}@nieuw.test"
    assert files.run(school={"realms": [REALM]}).refused == "ALARM-REALM-OTHER"
    files.run(school={"realms": ["nieuw.test"]}).all_linked()
