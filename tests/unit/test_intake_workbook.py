"""Are a sheet and a file in a ZIP read as the list they hold, and bombs refused? All pupils are invented."""

from __future__ import annotations

import io
import resource
import sys
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.contract import CONTROL_SOURCE, LEGACY_SOURCE, MAGISTER_SOURCE, Source
from etl.errors import InputError
from etl.intake.delivery import Delivery
from etl.intake.reader import read_delivery
from etl.intake.workbook import write_cell

GUID = "abc00000-0000-4000-8000-00000000100{}"
MAGISTER = [("stamnr", "idgebr", "externeid", "realmid")] + [
    (f"100{place}", f"5{place}", GUID.format(place), f"5{place}@atlas.test") for place in range(1, 4)
]
ACCOUNTS = [("stamnr", "naam", "klas"), (1001, "Noor Linde", "1A"), (1002, "Sem Beuk", "1B")]


def save(path: Path, **sheets: list[tuple[Any, ...]]) -> Path:
    """Write a workbook the way a school's Excel does."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def pack(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_csv", ".csv").replace("_xlsx", ".xlsx"), data)
    return path


def cells(delivery: Delivery) -> list[tuple[str, ...]]:
    return [record.cells for record in delivery.records]


def refused(path: Path, source: Source = LEGACY_SOURCE, **settings: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read_delivery(path, source=source, **settings)
    return caught.value


def test_a_sheet_is_read_like_the_export_it_came_from(tmp_path: Path) -> None:
    delivery = read_delivery(save(tmp_path / "hulp.xlsx", Blad1=MAGISTER), source=MAGISTER_SOURCE)
    assert cells(delivery) == MAGISTER[1:]
    assert [record.line_number for record in delivery.records] == [2, 3, 4]
    assert delivery.profile.encoding == "xlsx"
    assert delivery.profile.records == delivery.profile.records_counted_again == 3
    assert [remark.code for remark in delivery.profile.remarks] == ["INTAKE-WORKBOOK"]


def test_titles_blank_rows_and_a_total_do_not_disturb_a_sheet(tmp_path: Path) -> None:
    rows = [("Leerlingen 2026",), (), *ACCOUNTS, (), ("Aantal: 2",)]
    profile = read_delivery(save(tmp_path / "l.xlsx", Blad1=rows), source=LEGACY_SOURCE).profile
    assert (profile.header_line, profile.records, profile.footer_lines) == (3, 2, 1)


@pytest.mark.parametrize("ending", [".csv", ".CSV", ".txt"])
def test_an_excel_file_that_is_called_csv_is_named_for_what_it_is(tmp_path: Path, ending: str) -> None:
    path = save(tmp_path / "l.xlsx", Blad1=ACCOUNTS).rename(tmp_path / f"l{ending}")
    error = refused(path)
    assert (error.code, error.fields) == (
        "INTAKE-WORKBOOK-RENAMED",
        {"file": f"l{ending}", "ending": ending},
    )


@pytest.mark.parametrize(
    ("value", "number_format", "written"),
    [
        (109999, "General", "109999"),
        (109999.0, "General", "109999"),
        (9117, "000000", "009117"),
        (109999.5, "General", "109999.5"),
        (1234567890123456, "General", "1.23457E+15"),
        (1.5e20, "General", "1.50000E+20"),
        (-5, "00000", "-5"),
        (True, "General", "WAAR"),
        (date(2026, 2, 1), "General", "2026-02-01"),
        (datetime(2026, 2, 1), "General", "2026-02-01"),
        (datetime(2026, 2, 1, 8, 30), "General", "2026-02-01 08:30:00"),
        ("Noor\nLinde", "General", "Noor Linde"),
        ("#N/A", "General", "#N/A"),
        ("=1+1", "General", "=1+1"),
    ],
)
def test_a_cell_is_written_as_excel_shows_it_and_lost_digits_stay_lost(
    value: object, number_format: str, written: str
) -> None:
    assert write_cell(value, number_format) == written


def test_zeros_that_a_format_shows_are_part_of_the_number(tmp_path: Path) -> None:
    path = save(tmp_path / "l.xlsx", Blad1=[("stamnr", "naam"), (9117, "Noor")])
    book = openpyxl.load_workbook(path)
    book["Blad1"]["A2"].number_format = "000000"
    book.save(path)
    assert cells(read_delivery(path, source=LEGACY_SOURCE)) == [("009117", "Noor")]


def test_an_id_that_is_a_formula_stays_a_formula(tmp_path: Path) -> None:
    path = save(tmp_path / "l.xlsx", Blad1=[("stamnr", "naam"), ("=1000+1", "Noor")])
    assert cells(read_delivery(path, source=LEGACY_SOURCE)) == [("=1000+1", "Noor")]


def test_of_several_sheets_the_only_one_with_the_columns_is_meant(tmp_path: Path) -> None:
    path = save(tmp_path / "h.xlsx", Uitleg=[("Lees dit eerst", "nu")], Export=MAGISTER)
    assert len(read_delivery(path, source=MAGISTER_SOURCE).records) == 3


def test_of_two_sheets_that_can_be_meant_the_settings_choose(tmp_path: Path) -> None:
    path = save(tmp_path / "l.xlsx", Nu=ACCOUNTS, Oud=[*ACCOUNTS, (1003, "Isa Es", "1C")])
    error = refused(path)
    assert (error.code, error.fields["sheets"]) == ("INTAKE-SHEETS", ["Nu", "Oud"])
    delivery = read_delivery(path, source=LEGACY_SOURCE, sheet="Oud")
    assert len(delivery.records) == 3
    assert refused(path, sheet="Toen").code == "INTAKE-SHEET-MISSING"


def test_a_hidden_sheet_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    path = save(tmp_path / "l.xlsx", Nu=ACCOUNTS, Oud=[*ACCOUNTS, (1003, "Isa Es", "1C")])
    book = openpyxl.load_workbook(path)
    book["Oud"].sheet_state = "hidden"
    book.save(path)
    assert len(read_delivery(path, source=LEGACY_SOURCE).records) == 2
    assert len(read_delivery(path, source=LEGACY_SOURCE, sheet="Oud").records) == 3


def test_a_workbook_can_be_a_control_list_with_headings_of_somtoday(tmp_path: Path) -> None:
    rows = [
        ("Leerlingnummer", "Roepnaam", "Tussenvoegsel", "Achternaam", "Stamgroep"),
        (1001, "Noor", "van", "Es", "1A"),
    ]
    delivery = read_delivery(save(tmp_path / "c.xlsx", Leerlingen=rows), source=CONTROL_SOURCE)
    assert [choice.canonical for choice in delivery.columns] == [
        "stamnr",
        "roepnaam",
        "tussenvoegsel",
        "achternaam",
        "klas",
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_half_a_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "l.xlsx"
    path.write_bytes(content)
    assert refused(path).code in ("INTAKE-ZIP-DAMAGED", "INTAKE-ZIP-MEMBERS", "INTAKE-IS-OTHER")


def test_a_workbook_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = save(tmp_path / "l.xlsx", Blad1=ACCOUNTS).read_bytes()
    path = tmp_path / "half.xlsx"
    for end in range(1, len(whole) - 30, 211):
        path.write_bytes(whole[:end])
        assert refused(path).code.startswith("INTAKE-")


def test_a_list_in_a_zip_is_read_under_the_checksum_of_the_zip(tmp_path: Path) -> None:
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("map/l.csv", "stamnr;naam\n1001;Noor\n")
        archive.writestr("__MACOSX/map/._l.csv", "x")
        archive.writestr("map/.DS_Store", "x")
    for member in (None, "l.csv", "map/l.csv"):
        delivery = read_delivery(path, source=LEGACY_SOURCE, member=member)
        assert cells(delivery) == [("1001", "Noor")]
        assert (delivery.profile.file_name, delivery.profile.size_bytes) == ("l.zip", path.stat().st_size)
    assert refused(path, member="m.csv").code == "INTAKE-ZIP-MEMBERS"


def test_a_workbook_in_a_zip_is_read_too(tmp_path: Path) -> None:
    book = save(tmp_path / "l.xlsx", Blad1=ACCOUNTS).read_bytes()
    assert len(read_delivery(pack(tmp_path / "l.zip", l_xlsx=book), source=LEGACY_SOURCE).records) == 2


def test_two_lists_in_a_zip_are_a_question(tmp_path: Path) -> None:
    text = b"stamnr;naam\n1001;Noor\n"
    error = refused(pack(tmp_path / "l.zip", a_csv=text, b_csv=text))
    assert (error.code, error.fields["members"]) == ("INTAKE-ZIP-MEMBERS", ["a.csv", "b.csv"])
    assert refused(pack(tmp_path / "n.zip")).code == "INTAKE-ZIP-MEMBERS"


def test_an_archive_in_an_archive_stays_closed(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", a_csv=b"stamnr;naam\n1001;Noor\n").read_bytes()
    error = refused(pack(tmp_path / "l.zip", inner=inner))
    assert (error.code, error.fields["kind"]) == ("INTAKE-IS-OTHER", "zip")


def test_a_protected_zip_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = pack(tmp_path / "l.zip", a_csv=b"stamnr;naam\n1001;Noor\n")
    data = bytearray(path.read_bytes())
    for sign in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.index(sign)
        data[place + (6 if sign[2] == 3 else 8)] |= 1
    path.write_bytes(bytes(data))
    assert refused(path).code == "INTAKE-ZIP-ENCRYPTED"


def test_a_path_in_a_zip_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escaped.csv", "stamnr;naam\n1001;Noor\n")
    assert len(read_delivery(path, source=LEGACY_SOURCE).records) == 1
    assert not list(tmp_path.parent.rglob("escaped.csv"))


def zip_bomb(path: Path, name: str, gigabytes: int) -> Path:
    block = b"0" * (1 << 20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml" if name.startswith("xl/") else "readme.txt.tmp", b"")
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(gigabytes << 10):
                member.write(block)
    return path


@pytest.mark.parametrize("name", ["accounts.csv", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_bomb_ends_soon_and_small(tmp_path: Path, name: str) -> None:
    path = zip_bomb(tmp_path / "bomb", name, 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    error = refused(path, member=None if name.startswith("xl/") else "accounts.csv")
    assert error.code == "INTAKE-UNPACKS-LARGE"
    assert time.monotonic() - started < 20
    if sys.platform == "linux":
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600 << 10


def test_a_size_that_lies_is_a_damaged_zip(tmp_path: Path) -> None:
    path = pack(tmp_path / "l.zip", a_csv=b"stamnr;naam\n" + b"1001;Noor\n" * 5000)
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert refused(path).code == "INTAKE-ZIP-DAMAGED"


def test_empty_cells_far_to_the_right_do_not_fill_the_memory(tmp_path: Path) -> None:
    out = io.StringIO()
    out.write('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
    for row in range(1, 2001):
        out.write(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>')
    out.write("</sheetData></worksheet>")
    source = save(tmp_path / "l.xlsx", Blad1=ACCOUNTS)
    path = tmp_path / "wide.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, out.getvalue() if name == "xl/worksheets/sheet1.xml" else old.read(name))
    assert refused(path).code == "INTAKE-UNPACKS-LARGE"
