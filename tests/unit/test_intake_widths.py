"""Is a record with more or fewer cells trusted only when its values stand where such values stand?"""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from etl.contract import LEGACY_SOURCE
from etl.intake.delivery import Delivery
from etl.intake.files import RawFile
from etl.intake.opening import ReadSettings
from etl.intake.table import read_raw
from etl.intake.widths import shape_of
from tests.defects.school import Files, guid, magister_table, number, written
from tests.model.runner import examples

HEADINGS = "Numo ID;Naam;Oud nummer;Leerlingnummer;Klas;Opmerking"


def read(text: str) -> Delivery:
    raw = RawFile("lijst.csv", text.encode("utf-8"), "0" * 64)
    return read_raw(raw, source=LEGACY_SOURCE, settings=ReadSettings(broken_share=1))


def lines_of(count: int, ending: str = ";") -> list[str]:
    return [f"N{p};Pupil {chr(64 + p)};{190_000 + p};{number(p)};2A{ending}" for p in range(1, count + 1)]


def test_a_number_moved_by_a_delimiter_in_a_name_is_never_read(tmp_path: Path) -> None:
    files = Files(tmp_path)
    lines = lines_of(30)
    del lines[6]  # pupil 7 has no account
    lines[2] = f"N3;Bakker; Jan;{number(7)};{number(3)};2A;"
    files.legacy_bytes = "\r\n".join([HEADINGS, *lines]).encode() + b"\r\n"
    files.magister = magister_table()
    outcome = files.run()
    assert outcome.status("legacy", 3) == ("quarantined", "record_width")
    assert 7 not in outcome.links
    assert 3 not in outcome.links
    assert len(outcome.links) == 28


def test_a_number_moved_by_a_delimiter_that_was_lost_is_never_read(tmp_path: Path) -> None:
    files = Files(tmp_path)
    lines = [f"N{p};Pupil {chr(64 + p)};{number(p)};{190_000 + p};2A;" for p in range(1, 31)]
    del lines[6]
    lines[2] = f"N3;Bakker {number(3)};{number(7)};2A;"
    heading = "Numo ID;Naam;Leerlingnummer;Oud nummer;Klas;"
    files.legacy_bytes = "\r\n".join([heading, *lines]).encode() + b"\r\n"
    outcome = files.run()
    assert outcome.status("legacy", 3) == ("quarantined", "record_width")
    assert not {3, 7} & outcome.links.keys()


def test_delimiters_behind_every_record_are_how_the_file_is_written() -> None:
    assert len(read("\n".join([HEADINGS, *lines_of(30, ";;;")])).records) == 30


def test_delimiters_behind_some_records_are_no_damage() -> None:
    lines = lines_of(30)
    for place in (3, 9, 20):
        lines[place] += ";;"
    delivery = read("\n".join([HEADINGS, *lines]))
    assert (len(delivery.records), len(delivery.broken)) == (30, 0)
    assert {record.cells[4] for record in delivery.records} == {"2A"}


def test_delimiters_missing_behind_some_records_of_a_file_that_has_them_are_no_damage() -> None:
    lines = lines_of(30, ";;;")
    for place in (3, 9, 20):
        lines[place] = lines[place].rstrip(";") + ";"
    assert len(read("\n".join([HEADINGS, *lines])).records) == 30


def test_a_shape_tells_numbers_from_words_and_one_length_from_another() -> None:
    assert [shape_of(cell) for cell in ("104201", " 2A ", "Bakker", "De Vries-Jansen", "", "b104201")] == [
        "999999",
        "9a",
        "a",
        "a",
        "",
        "a999999",
    ]


faults = st.dictionaries(
    st.integers(0, 29),
    st.tuples(st.just("extra"), st.integers(0, 70)) | st.tuples(st.just("lost"), st.integers(0, 5)),
    max_size=6,
)


@given(faults=faults)
@examples(150)
def test_no_delimiter_too_many_or_too_few_gives_an_account_another_number(
    faults: dict[int, tuple[str, int]],
) -> None:
    lines = lines_of(30)
    for line, (fault, place) in faults.items():
        if fault == "extra":
            lines[line] = lines[line][:place] + ";" + lines[line][place:]
        else:
            cells = lines[line].split(";")
            cells[place : place + 2] = ["".join(cells[place : place + 2])]
            lines[line] = ";".join(cells)
    for record in read("\n".join([HEADINGS, *lines, ""])).records:
        assert record.cells[3] == number(record.source_row)


def test_a_workbook_with_empty_cells_at_the_end_of_a_row_is_whole(tmp_path: Path) -> None:
    import io

    import openpyxl

    files = Files(tmp_path)
    for place, row in enumerate(files.legacy):
        row.append("ExterneID" if place == 0 else guid(place) if place % 2 else "")
    book = openpyxl.Workbook()
    for row in files.legacy:
        book.active.append([cell or None for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    files.names["legacy"] = "legacy.xlsx"
    files.legacy_bytes = buffer.getvalue()
    files.run().all_linked()
    assert written(files.magister)
