"""Defects 19 to 31 of the list: pupil numbers, external ids and sign-in names. Each test names the treatment."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from tests.defects.school import PUPILS, REALM, Files, guid, number

SIDES = ("magister", "legacy")
# What Excel writes for a number in a column that it shows in scientific form.
SCIENTIFIC = ("1,04205E+05", "1.04205E+05", "1,042E5", "1,04205e+05")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.mark.parametrize("side", SIDES)
def test_19_lost_or_added_zeros_are_repaired_and_both_forms_are_kept(files: Files, side: str) -> None:
    for row in files.magister[1:]:
        row[0] = row[0][1:]
    for row in files.legacy[1:]:
        row[0] = row[0][1:]
    getattr(files, side)[5][0] = "0" + number(5)[1:]
    getattr(files, side)[6][0] = "00" + number(6)[1:]
    outcome = files.run()
    outcome.all_linked()
    assert outcome.status("magister", 5) == ("matched_repaired", "key_repaired")
    assert [set(row[4:]) for row in outcome.repairs if row[1] == 5] == [{number(5)[1:], "0" + number(5)[1:]}]
    assert {row[3] for row in outcome.repairs} == {"zeros"}


@pytest.mark.parametrize("side", SIDES)
def test_19_two_written_forms_of_one_number_in_one_file_are_both_held(files: Files, side: str) -> None:
    getattr(files, side)[6][0] = "0" + number(5)
    outcome = files.run()
    outcome.all_linked(but=[5, 6])
    assert outcome.status(side, 5) == ("duplicate_key", "stamnr_repeated")
    assert outcome.status(side, 6) == ("duplicate_key", "stamnr_repeated")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("spoiled", SCIENTIFIC)
def test_20_a_number_in_scientific_form_is_held_and_never_restored(
    files: Files, side: str, spoiled: str
) -> None:
    getattr(files, side)[5][0] = spoiled
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status(side, 5) == ("quarantined", "stamnr_form")


@pytest.mark.parametrize("side", SIDES)
def test_20_a_file_with_many_of_them_is_refused(files: Files, side: str) -> None:
    for row in getattr(files, side)[1:13]:
        row[0] = "1,04205E+05"
    assert files.run().refused == "ALARM-DAMAGED"


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("form", "repair"), [("{}.0", "decimals"), ("{},00", "decimals"), ("thousands", "decimals")]
)
def test_21_a_whole_column_with_decimals_or_thousands_is_repaired(
    files: Files, side: str, form: str, repair: str
) -> None:
    for place, row in enumerate(getattr(files, side)[1:], start=1):
        row[0] = f"{number(place)[:3]}.{number(place)[3:]}" if form == "thousands" else form.format(row[0])
    outcome = files.run()
    outcome.all_linked()
    assert outcome.status("magister", 9)[0] == "matched_repaired"
    assert {row[3] for row in outcome.repairs} == {repair}
    assert len(outcome.repairs) == PUPILS


@pytest.mark.parametrize("side", SIDES)
def test_21_thousands_in_a_mixed_column_are_held(files: Files, side: str) -> None:
    getattr(files, side)[5][0] = "104.205"
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status(side, 5) == ("quarantined", "stamnr_form")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("form", ["'{}", '="{}"', '"{}"', "“{}”", "„{}“", "‘{}’", "={}"])
def test_22_what_was_put_around_a_number_is_taken_off(files: Files, side: str, form: str) -> None:
    getattr(files, side)[5][0] = form.format(number(5))
    outcome = files.run()
    if form == "={}":
        outcome.all_linked(but=[5])
    else:
        outcome.all_linked()
        assert outcome.status(side, 5)[0] == "matched_repaired"


@pytest.mark.parametrize("form", ["b{}", "8400{}", "{}@leerling.test", "ll-{}"])
def test_22_a_prefix_is_taken_off_only_where_the_settings_say_so(files: Files, form: str) -> None:
    for row in files.legacy[1:]:
        row[0] = form.format(row[0])
    assert files.run().links == {}
    pattern = form.replace("{}", "([0-9]{6})")
    outcome = files.run(legacy={"stamnr_pattern": pattern})
    outcome.all_linked()
    assert {row[3] for row in outcome.repairs} == {"pattern"}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("spoiled", ["0", "000", "-104205", "10 4a", "٣٤٥٦٧٨", "104205/104206"])
def test_23_what_is_no_number_is_held(files: Files, side: str, spoiled: str) -> None:
    getattr(files, side)[5][0] = spoiled
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status(side, 5) == ("quarantined", "stamnr_form")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("empty", [" ", "geen", "n.v.t.", "-", "#N/B"])
def test_23_an_empty_number_or_a_word_for_it_is_held(files: Files, side: str, empty: str) -> None:
    getattr(files, side)[5][0] = empty
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status(side, 5) == ("quarantined", "stamnr_blank" if side == "magister" else "no_key")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("error", ["#NAAM?", "#####", "#WAARDE!", "#VERW!", "#REF!", "#NAME?"])
def test_24_an_error_of_excel_in_a_key_holds_the_record(files: Files, side: str, error: str) -> None:
    getattr(files, side)[5][0] = error
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status(side, 5) == ("quarantined", "stamnr_form")


@pytest.mark.parametrize("damaged", ["2,00E+03", "1-feb", "01-02-2026", "#NAAM?", "3-mrt"])
def test_24_a_damaged_class_is_left_out_of_the_comparison_and_said(files: Files, damaged: str) -> None:
    files.control = [list(row) for row in control()]
    files.legacy[5][3] = damaged
    outcome = files.run()
    outcome.all_linked()
    assert outcome.status("legacy", 5)[0] == "matched_exact"
    assert ("legacy", 5, "klas", "class_damaged", damaged, "") in [
        (*row[:5], row[5] or "") for row in outcome.repairs
    ]


def test_25_an_address_of_a_parent_or_shared_by_siblings_is_no_key(files: Files) -> None:
    for place, row in enumerate(files.legacy):
        row.append("E-mail" if place == 0 else "ouders.beuk@post.test")
    files.run().all_linked()


def test_25_an_address_that_is_the_key_holds_everybody_who_shares_it(files: Files) -> None:
    for place, row in enumerate(files.legacy):
        row[0] = "E-mail" if place == 0 else f"{number(place)}@leerling.test"
    files.legacy[6][0] = files.legacy[5][0]
    outcome = files.run(legacy={"stamnr_from": "email"})
    outcome.all_linked(but=[5, 6])
    assert outcome.status("legacy", 5) == ("duplicate_key", "stamnr_repeated")


@pytest.mark.parametrize("look", ["lower", "braces", "dashes", "spaces", "wrapped"])
def test_26_the_look_of_an_external_id_does_not_count_and_is_written_as_delivered(
    files: Files, look: str
) -> None:
    looks = {
        "lower": guid(5).lower(),
        "braces": guid(5)[1:-1],
        "dashes": guid(5).replace("-", ""),
        "spaces": f" {guid(5)} ",
        "wrapped": guid(5)[:25] + "\n" + guid(5)[25:],
    }
    files.magister[5][2] = looks[look]
    for place, row in enumerate(files.legacy):
        row.append("ExterneID" if place == 0 else guid(place) if place == 5 else "")
    outcome = files.run()
    outcome.all_linked()
    assert outcome.folder is not None
    imported = next((outcome.folder / "import").glob("numo_import.csv")).read_text("utf-8-sig")
    rows = list(csv.DictReader(imported.splitlines(), delimiter=";"))
    assert {row["ExterneID"] for row in rows if row["Leerlingnummer"] == number(5)} == {
        "".join(looks[look].split())
    }


@pytest.mark.parametrize(
    "spoiled",
    [
        guid(5)[:-3],
        guid(5)[:-1] + "7}",
        guid(5).replace("7A1D", "7G1D"),
        "7A1D2C3B0E4F4A5B8C6D00000000",
        "=" + guid(5),
    ],
)
def test_27_an_external_id_that_is_no_guid_is_held(files: Files, spoiled: str) -> None:
    files.magister[5][2] = spoiled
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("magister", 5) == ("quarantined", "externeid_form")


def test_27_the_guid_of_only_zeros_is_no_id(files: Files) -> None:
    files.magister[5][2] = "{00000000-0000-0000-0000-000000000000}"
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("magister", 5) == ("quarantined", "externeid_blank")


def test_27_a_column_of_cut_ids_refuses_the_file(files: Files) -> None:
    for row in files.magister[1:]:
        row[2] = row[2][:20]
    assert files.run().refused == "ALARM-DAMAGED"


def test_28_a_pupil_without_an_account_in_magister_cannot_be_linked_yet(files: Files) -> None:
    files.magister[5][2] = ""
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("magister", 5) == ("quarantined", "externeid_blank")
    assert outcome.status("legacy", 5) == ("quarantined", "counterpart_quarantined")


def test_29_a_sign_in_name_of_somebody_else_is_held(files: Files) -> None:
    files.magister[5][3] = f"51999@{REALM}"
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("magister", 5) == ("quarantined", "realm_differs")


def test_29_columns_that_no_longer_belong_together_refuse_the_file(files: Files) -> None:
    names = [row[3] for row in files.magister[1:]]
    random.Random(1).shuffle(names)
    for row, name in zip(files.magister[1:], names, strict=True):
        row[3] = name
    assert files.run().refused == "ALARM-SHEARED"


def test_30_a_sign_in_name_without_a_realm_is_held(files: Files) -> None:
    files.magister[5][3] = "51005"
    outcome = files.run()
    outcome.all_linked(but=[5])
    assert outcome.status("magister", 5) == ("quarantined", "realmid_form")


@pytest.mark.parametrize("pupils", [1, PUPILS])
def test_30_where_no_pupil_has_a_sign_in_name_every_pupil_is_held(files: Files, pupils: int) -> None:
    files.magister, files.legacy = files.magister[: pupils + 1], files.legacy[: pupils + 1]
    for row in files.magister[1:]:
        row[3] = ""
    outcome = files.run()
    outcome.all_linked(but=range(1, PUPILS + 1))
    for place in range(1, pupils + 1):
        assert outcome.status("magister", place) == ("quarantined", "realmid_blank")
        assert outcome.status("legacy", place) == ("quarantined", "counterpart_quarantined")


@pytest.mark.parametrize("user", ["kept", "blank too"])
@pytest.mark.parametrize("pupils", [1, PUPILS])
def test_30_where_no_pupil_has_a_sign_in_name_and_none_is_required_every_pupil_is_linked(
    files: Files, pupils: int, user: str
) -> None:
    files.magister, files.legacy = files.magister[: pupils + 1], files.legacy[: pupils + 1]
    for row in files.magister[1:]:
        row[3] = ""
        row[1] = row[1] if user == "kept" else ""
    files.run(magister={"realm_required": False}).all_linked(total=pupils)


def test_30_a_second_realm_is_refused_unless_the_settings_name_it(files: Files) -> None:
    for place in range(20, PUPILS + 1):
        files.magister[place][3] = f"{51_000 + place}@elders.test"
    assert files.run().refused == "ALARM-REALM-SEVERAL"
    files.run(school={"realms": [REALM, "elders.test"]}).all_linked()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_31_a_cell_that_a_spreadsheet_would_run_is_text_in_every_file(files: Files, start: str) -> None:
    files.legacy[5][2] = start + "HYPERLINK(1)"
    outcome = files.run()
    outcome.all_linked()
    assert outcome.folder is not None
    for path in outcome.folder.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as opened:
            dialect = ";"
            for row in csv.reader(opened, delimiter=dialect):
                assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row), (
                    path.name
                )


def control() -> list[list[str]]:
    from tests.defects.school import control_table

    return control_table()
