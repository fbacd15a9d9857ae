"""Defects 1 to 18 of the list: how a file is written. Each test names the treatment; the pupils are invented."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests.defects.school import Files, written

SIDES = ("magister", "legacy")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def text_of(files: Files, side: str) -> str:
    return written(getattr(files, side)).decode("utf-8")


def set_bytes(files: Files, side: str, data: bytes) -> None:
    setattr(files, f"{side}_bytes", data)


@pytest.mark.parametrize("side", SIDES)
def test_01_a_byte_order_mark_is_no_part_of_the_first_heading(files: Files, side: str) -> None:
    set_bytes(files, side, b"\xef\xbb\xbf" + written(getattr(files, side)))
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == []


def test_02_windows_letters_are_read_and_said(files: Files) -> None:
    files.legacy[1][2] = "Beuké"
    files.legacy_bytes = written(files.legacy).decode().encode("cp1252")
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == ["INTAKE-ENCODING-CHOSEN"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_03_utf_16_is_read_and_said(files: Files, encoding: str) -> None:
    files.legacy_bytes = text_of(files, "legacy").encode(encoding)
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == ["INTAKE-ENCODING-CHOSEN"]


def test_03_a_workbook_called_csv_is_refused_by_name(files: Files) -> None:
    book = openpyxl.Workbook()
    for row in files.legacy:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    files.legacy_bytes = buffer.getvalue()
    assert files.run().refused == "INTAKE-WORKBOOK-RENAMED"
    files.names["legacy"] = "legacy.xlsx"
    (files.folder / "legacy.csv").unlink()
    files.run().all_linked()


def test_04_a_name_saved_in_the_wrong_encoding_is_restored_and_said(files: Files) -> None:
    files.legacy[1][1] = "RenÃ©"
    files.control = [list(row) for row in control_with(files, 1, "René")]
    outcome = files.run()
    outcome.all_linked()
    assert ("legacy", 1, "roepnaam", "mojibake", "RenÃ©", "René") in outcome.repairs


def test_04_a_lost_letter_is_kept_and_never_invented(files: Files) -> None:
    files.legacy[1][1] = "Ren\ufffd"
    files.run().all_linked()
    files.legacy[1][0] = "10420\ufffd"
    outcome = files.run()
    assert outcome.status("legacy", 1) == ("quarantined", "stamnr_form")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("side", SIDES)
def test_05_the_delimiter_is_found_from_the_headings(files: Files, side: str, delimiter: str) -> None:
    set_bytes(files, side, written(getattr(files, side), delimiter))
    files.run().all_linked()


def test_05_a_line_that_names_the_delimiter_is_no_pupil(files: Files) -> None:
    files.legacy_bytes = b"sep=;\r\n" + written(files.legacy)
    files.run().all_linked()


def test_05_a_file_of_one_column_is_refused(files: Files) -> None:
    files.legacy_bytes = b"Leerlingnummer\r\n" + b"".join(
        row[0].encode() + b"\r\n" for row in files.legacy[1:]
    )
    assert files.run().refused in ("INTAKE-DELIMITER", "INTAKE-HEADING-MISSING")


@pytest.mark.parametrize("side", SIDES)
def test_06_titles_above_the_headings_are_skipped_and_said(files: Files, side: str) -> None:
    set_bytes(files, side, b"Atlas College\r\nLeerlingen\r\n\r\n" + written(getattr(files, side)))
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == ["INTAKE-PREAMBLE"]


@pytest.mark.parametrize("side", SIDES)
def test_06_headings_below_the_tenth_line_are_not_looked_for(files: Files, side: str) -> None:
    table = written(getattr(files, side))
    set_bytes(files, side, b"Leerlingen\r\n" * 9 + table)
    files.run().all_linked()
    set_bytes(files, side, b"Leerlingen\r\n" * 10 + table)
    assert files.run().refused == "INTAKE-HEADER-NOT-FOUND"


@pytest.mark.parametrize("side", SIDES)
def test_07_headings_in_the_middle_are_dropped_and_said(files: Files, side: str) -> None:
    table = getattr(files, side)
    table.insert(9, list(table[0]))
    outcome = files.run()
    assert len(outcome.links) == 30
    assert outcome.remarks == ["INTAKE-HEADING-REPEATED"]


@pytest.mark.parametrize("side", SIDES)
def test_08_a_total_is_dropped_and_compared(files: Files, side: str) -> None:
    set_bytes(files, side, written(getattr(files, side)) + b"Aantal: 30\r\n")
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == []
    set_bytes(files, side, written(getattr(files, side)) + b"Aantal: 812\r\n")
    assert files.run().refused == "INTAKE-FOOTER-MORE"


@pytest.mark.parametrize("side", SIDES)
def test_09_blank_lines_and_trailing_delimiters_say_nothing(files: Files, side: str) -> None:
    lines = text_of(files, side).splitlines()
    set_bytes(files, side, "\r\n".join(line + ";;" for line in lines).encode() + b"\r\n;;;\r\n\r\n\r\n")
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == []


@pytest.mark.parametrize("side", SIDES)
def test_10_a_record_with_a_cell_too_many_or_too_few_is_held_alone(files: Files, side: str) -> None:
    table = getattr(files, side)
    table[3] = [*table[3], "x"]
    table[7] = table[7][:2]
    outcome = files.run()
    outcome.all_linked(but=[3, 7])
    assert outcome.status(side, 3) == ("quarantined", "record_width")
    other = "legacy" if side == "magister" else "magister"
    assert outcome.status(other, 3)[0] in ("quarantined", "duplicate_key")


@pytest.mark.parametrize("side", SIDES)
def test_10_many_such_records_refuse_the_file(files: Files, side: str) -> None:
    table = getattr(files, side)
    for place in range(1, 11):
        table[place] = [*table[place], "x"]
    assert files.run().refused == "INTAKE-MOSTLY-BROKEN"


def test_11_a_line_break_inside_quotes_is_part_of_the_value(files: Files) -> None:
    files.legacy[1][4] = "havo\nbovenbouw"
    files.run().all_linked()


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("column", range(4))
def test_11_a_quote_that_never_closes_refuses_the_file(files: Files, side: str, column: int) -> None:
    lines = [line.split(";") for line in text_of(files, side).splitlines()]
    lines[2][column] = '"' + lines[2][column]
    setattr(files, f"{side}_bytes", "".join(";".join(line) + "\r\n" for line in lines).encode())
    assert files.run().refused == "INTAKE-QUOTE-OPEN"


@pytest.mark.parametrize(
    "headings",
    [
        ("STAMNR", "IDGEBR", "EXTERNEID", "REALMID"),
        (" Stam nr. ", "id-gebr", "Extern\u00a0eID", "realmld"),
        ("Leerlingnummer", "gebruikersid", "UUID", "eduPersonRealId"),
        ("stamnummer", "idgebruiker", "{externalid}", "[REALM_ID]"),
    ],
)
def test_12_headings_are_recognised_in_any_spelling(files: Files, headings: tuple[str, ...]) -> None:
    files.magister[0] = list(headings)
    files.run().all_linked()


def test_12_a_doubtful_heading_is_said(files: Files) -> None:
    files.legacy[0][0] = "nummer"
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == ["INTAKE-HEADING-WEAK"]


def test_13_two_equal_columns_for_one_field_are_one(files: Files) -> None:
    for place, row in enumerate(files.legacy):
        row.append("stamnr" if place == 0 else row[0])
    files.run().all_linked()


@pytest.mark.parametrize("is_first", [False, True])
def test_13_a_second_column_without_any_value_is_none(files: Files, is_first: bool) -> None:
    for place, row in enumerate(files.legacy):
        row.insert(0 if is_first else len(row), "llnr" if place == 0 else "")
    files.run().all_linked()


def test_13_two_columns_that_differ_refuse_a_key_and_are_said_otherwise(files: Files) -> None:
    for place, row in enumerate(files.legacy):
        row.append("Klasnaam" if place == 0 else "9Z")
    outcome = files.run()
    outcome.all_linked()
    assert outcome.remarks == ["INTAKE-HEADING-SECOND"]
    for place, row in enumerate(files.legacy):
        row[-1] = "stamnr" if place == 0 else str(place)
    assert files.run().refused == "INTAKE-HEADING-TWICE"


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_14_a_missing_heading_refuses_the_magister_file(files: Files, missing: int) -> None:
    for row in files.magister:
        del row[missing]
    assert files.run().refused == "INTAKE-HEADING-MISSING"


@pytest.mark.parametrize("side", SIDES)
def test_14_a_file_without_headings_is_refused(files: Files, side: str) -> None:
    del getattr(files, side)[0]
    assert files.run().refused in ("INTAKE-HEADER-NOT-FOUND", "INTAKE-HEADING-MISSING")


def test_15_swapped_files_one_file_twice_and_another_school_are_refused(files: Files) -> None:
    right = files.magister, files.legacy
    files.magister, files.legacy = files.legacy, files.magister
    assert files.run().refused == "INTAKE-SWAPPED"
    files.magister, files.legacy = right[0], right[0]
    assert files.run().refused == "INTAKE-SAME-FILE"
    files.magister, files.legacy = right
    for place, row in enumerate(files.legacy[1:]):
        row[0] = str(800_000 + place)
    assert files.run().refused == "ALARM-OVERLAP"


def test_15_a_realm_that_is_not_the_schools_is_refused(files: Files) -> None:
    assert files.run(school={"realms": ["elders.test"]}).refused == "ALARM-REALM-OTHER"


@pytest.mark.parametrize("side", SIDES)
def test_16_a_file_that_was_cut_off_is_refused(files: Files, side: str) -> None:
    lines = text_of(files, side).splitlines()
    set_bytes(files, side, "\r\n".join([*lines[:20], lines[20][:9]]).encode())
    assert files.run().refused == "INTAKE-TRUNCATED"


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("heading", ["BSN", "Burgerservicenummer", "PGN", "Onderwijsnummer"])
def test_17_a_national_number_is_refused_or_dropped_unread(files: Files, side: str, heading: str) -> None:
    for place, row in enumerate(getattr(files, side)):
        row.append(heading if place == 0 else "111222333")
    refused = files.run()
    assert refused.refused == "INTAKE-NATIONAL-NUMBER"
    assert "111222333" not in repr(refused.fields)
    outcome = files.run(**{side: {"drop_columns": [heading]}})
    outcome.all_linked()
    assert outcome.folder is not None
    assert not any(b"111222333" in path.read_bytes() for path in outcome.folder.rglob("*") if path.is_file())


def test_18_what_cannot_be_seen_does_not_count(files: Files) -> None:
    for place, odd in enumerate(("\u00a0{}", "{}\u200b", " {} ", "\ufeff{}", "{}\u2009", "\t{}"), start=1):
        files.legacy[place][0] = odd.format(files.legacy[place][0])
    files.legacy[7][0] = "".join(chr(0xFF10 + int(digit)) for digit in files.legacy[7][0])
    files.control = control_with(files, 8, "Zoé")
    files.legacy[8][1] = "Zoe\u0301"
    files.run().all_linked()


def control_with(files: Files, place: int, first_name: str) -> list[list[str]]:
    """Return the control list with one first name."""
    from tests.defects.school import control_table

    table = control_table()
    table[place][1] = first_name
    return table
