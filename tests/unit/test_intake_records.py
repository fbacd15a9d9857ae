"""Damage in one line stays in that line. In the lists: Noor, Sem, Bo and Finn, invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.contract import LEGACY_SOURCE
from etl.errors import InputError
from etl.intake.delivery import Delivery
from etl.intake.reader import read_delivery

HEADING = "stamnr;naam;klas\n"
NOOR, SEM, BO, FINN = "1001;Noor;1A\n", "1002;Sem;1B\n", "1003;Bo;1C\n", "1004;Finn;1D\n"


def read(tmp_path: Path, content: str) -> Delivery:
    path = tmp_path / "lijst.csv"
    path.write_bytes(content.encode())
    delivery = read_delivery(path, source=LEGACY_SOURCE)
    profile = delivery.profile
    assert profile.records_counted_again == profile.records + profile.broken
    return delivery


def good(delivery: Delivery) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(record.source_row, record.line_number, record.cells) for record in delivery.records]


def broken(delivery: Delivery) -> list[tuple[int, int, str]]:
    return [(record.source_row, record.line_number, record.reason) for record in delivery.broken]


def test_values_stay_as_delivered(tmp_path: Path) -> None:
    delivery = read(tmp_path, HEADING + ' 01001 ;No"or ;"1""A "\n')
    assert good(delivery) == [(1, 2, (" 01001 ", 'No"or ', '1"A '))]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_kind_of_line_end_is_read(tmp_path: Path, end: str) -> None:
    delivery = read(tmp_path, (HEADING + NOOR + SEM).replace("\n", end))
    assert [cells for _, _, cells in good(delivery)] == [("1001", "Noor", "1A"), ("1002", "Sem", "1B")]
    assert delivery.profile.line_end == {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}[end]


def test_mixed_line_ends_cost_no_pupil_a_digit(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;naam;klas\r\n1001;Noor;1A\n1002;Sem;1B\r1003;Bo;1C\r\n")
    assert [cells[0] for _, _, cells in good(delivery)] == ["1001", "1002", "1003"]
    assert delivery.profile.line_end == "mixed"
    assert [remark.code for remark in delivery.profile.remarks] == ["INTAKE-LINE-ENDS"]


def test_signs_that_are_no_line_end_stay_in_the_value(tmp_path: Path) -> None:
    delivery = read(tmp_path, HEADING + "1001;Noor\u2028\x85Bakker;1A\n")
    assert good(delivery) == [(1, 2, ("1001", "Noor\u2028\x85Bakker", "1A"))]


def test_a_value_may_run_over_lines(tmp_path: Path) -> None:
    delivery = read(tmp_path, 'stamnr;naam;klas\r\n"1001";"No\nor\n";"1A"\r\n1002;Sem;1B\r\n')
    assert good(delivery) == [(1, 2, ("1001", "No\nor\n", "1A")), (2, 5, ("1002", "Sem", "1B"))]
    assert delivery.profile.line_end == "CRLF"


def test_the_first_value_and_two_values_may_run_over_lines(tmp_path: Path) -> None:
    delivery = read(tmp_path, HEADING + '"10\n01";"No\nor";1A\n' + SEM)
    assert good(delivery) == [(1, 2, ("10\n01", "No\nor", "1A")), (2, 5, ("1002", "Sem", "1B"))]


@pytest.mark.parametrize(
    ("lines", "line", "position"),
    [
        ('1001;"Noor;1A\n' + SEM + BO, 2, 2),
        ('1001;"Noor;1A\n' + SEM + '1003;Bo";1C\n' + FINN, 2, 2),  # closed, but pupils stand between
        ('1001;"Noor;1A\n' + '1002;Sem";1B\n' + BO, 2, 2),  # closed in a neighbour that is whole itself
        (NOOR + '"1002";"Sem";"1B\n' + BO, 3, 3),
        (NOOR + SEM + '"Aantal: 2\n', 4, 1),
    ],
)
def test_a_quote_that_never_closes_refuses_the_file_with_its_place(
    tmp_path: Path, lines: str, line: int, position: int
) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, HEADING + lines)
    assert refused.value.code == "INTAKE-QUOTE-OPEN"
    assert refused.value.fields == {
        "file": "lijst.csv",
        "line": line,
        "position": position,
        "heading": ("stamnr", "naam", "klas")[position - 1],
        "quote": '"',
    }


def test_a_file_that_stops_inside_a_quoted_value_was_cut_off(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, HEADING + NOOR + '"1002";"Sem";"1')
    assert (refused.value.code, refused.value.fields["line"]) == ("INTAKE-TRUNCATED", 3)


def test_text_behind_a_closing_quote_is_damage(tmp_path: Path) -> None:
    delivery = read(tmp_path, HEADING + '1001;"No"or;1A\n' + SEM + BO)
    assert broken(delivery) == [(1, 2, "quote_damaged")]


def test_a_line_with_another_number_of_cells_is_set_aside(tmp_path: Path) -> None:
    delivery = read(tmp_path, HEADING + "1001;Noor\n" + SEM + "1003;Bo;van;1C\n" + FINN)
    assert broken(delivery) == [(1, 2, "record_width"), (3, 4, "record_width")]
    assert [row for row, _, _ in good(delivery)] == [2, 4]


def test_empty_cells_behind_the_last_heading_do_not_count(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;naam;klas;;\n1001;Noor;1A;;\n1002;Sem;1B\n1003;Bo;1C; ;;\n")
    assert delivery.headings == ("stamnr", "naam", "klas")
    assert [cells for _, _, cells in good(delivery)] == [
        ("1001", "Noor", "1A"),
        ("1002", "Sem", "1B"),
        ("1003", "Bo", "1C"),
    ]


def test_a_column_without_heading_stays_when_it_holds_something(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;;naam;\n1001;;Noor;x\n1002;;Sem;\n")
    assert delivery.headings == ("stamnr", "naam", "")
    assert [choice.position for choice in delivery.columns] == [0, 1, 2]
    assert [cells for _, _, cells in good(delivery)] == [("1001", "Noor", "x"), ("1002", "Sem", "")]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x0b", "\x0c"])
def test_a_control_character_sets_the_pupil_aside(tmp_path: Path, sign: str) -> None:
    delivery = read(tmp_path, HEADING + f"1001;No{sign}or;1A\n" + SEM)
    assert broken(delivery) == [(1, 2, "control_character")]
    assert delivery.broken[0].cells == ("1001", f"No{sign}or", "1A")


def test_a_tab_inside_a_value_is_no_damage(tmp_path: Path) -> None:
    assert good(read(tmp_path, HEADING + "1001;No\tor;1A\n"))[0][2][1] == "No\tor"


def test_a_value_that_no_pupil_list_has_refuses_the_file(tmp_path: Path) -> None:
    assert good(read(tmp_path, HEADING + f"1003;{'x' * 32_767};1C\n"))
    for cell in ("x" * 32_768, f'"{"x" * 140_000}"'):
        with pytest.raises(InputError) as refused:
            read(tmp_path, HEADING + f"1001;{cell};1A\n" + SEM)
        assert refused.value.code == "INTAKE-CELL-TOO-LONG"
        assert refused.value.fields["line"] == 2
        assert refused.value.fields["heading"] == "naam"
        assert "xxx" not in repr(refused.value.fields)


def test_blank_lines_and_repeated_headings_are_counted_and_left_out(tmp_path: Path) -> None:
    content = HEADING + NOOR + '\n ; ;\n"";"";""\n' + "Stamnr;NAAM;klas;;\n" + SEM + "\ufeff" + HEADING + "\n"
    profile = read(tmp_path, content).profile
    assert (profile.records, profile.blank_lines, profile.repeated_headings) == (2, 4, 2)


def test_cells_that_hold_only_a_delimiter_or_quote_are_not_blank(tmp_path: Path) -> None:
    delivery = read(tmp_path, HEADING + '";";"""";\n' + NOOR)
    assert good(delivery)[0][2] == (";", '"', "")


@pytest.mark.parametrize(
    "footer", ["Aantal: 2", "Totaal 2;;", "totaal;;\n\nAfgedrukt op 23-11-2026", "Count: 2\nEinde"]
)
def test_totals_below_the_list_are_no_pupils(tmp_path: Path, footer: str) -> None:
    profile = read(tmp_path, HEADING + NOOR + SEM + footer + "\n").profile
    assert (profile.records, profile.broken, profile.footer_lines) == (
        2,
        0,
        len(footer.split("\n\n")[-1].split("\n")) + footer.count("\n\n"),
    )
    assert not profile.remarks


def test_a_total_that_differs_from_the_list_is_told(tmp_path: Path) -> None:
    (remark,) = read(tmp_path, HEADING + NOOR + SEM + "Aantal leerlingen: 1\n").profile.remarks
    assert (remark.code, remark.fields["stated"], remark.fields["records"]) == ("INTAKE-FOOTER-COUNT", 1, 2)


def test_a_list_that_counts_more_pupils_than_it_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, HEADING + NOOR + SEM + "Aantal leerlingen: 1.812\n")
    assert caught.value.code == "INTAKE-FOOTER-MORE"
    assert (caught.value.fields["stated"], caught.value.fields["records"]) == (1812, 2)


@pytest.mark.parametrize("total", ["Totaal;2;\n", "Aantal: 2;;\n", ";Totaal: 2;\n"])
def test_a_total_may_stand_in_any_column(tmp_path: Path, total: str) -> None:
    profile = read(tmp_path, "naam;stamnr;klas;leerjaar\nNoor;1001;1A;1\nSem;1002;1A;1\n" + total).profile
    assert (profile.records, profile.footer_lines, profile.broken) == (2, 1, 0)


@pytest.mark.parametrize("line", ["1009;Count;\n", ";Totaal;1E\n", "Exporteur;;\n", "Aantalski;;\n"])
def test_a_pupil_at_the_end_is_no_total(tmp_path: Path, line: str) -> None:
    profile = read(tmp_path, HEADING + NOOR + line).profile
    assert (profile.records, profile.footer_lines) == (2, 0)


def test_a_total_in_the_middle_is_a_record(tmp_path: Path) -> None:
    assert read(tmp_path, HEADING + NOOR + "Totaal;;\n" + SEM).profile.records == 3


def test_a_file_that_stops_in_the_middle_of_a_pupil_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, HEADING + NOOR + SEM + "1003;B")
    assert (caught.value.code, caught.value.fields["line"]) == ("INTAKE-TRUNCATED", 4)


def test_a_file_that_stops_in_the_middle_of_a_letter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_bytes((HEADING + "1001;Zoë;1A\n1002;Chloé".replace("é", "")).encode() + "é".encode()[:1])
    with pytest.raises(InputError) as caught:
        read_delivery(path, source=LEGACY_SOURCE)
    assert (caught.value.code, caught.value.fields["line"]) == ("INTAKE-TRUNCATED", 3)


def test_a_last_letter_of_windows_is_no_half_letter(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_bytes((HEADING + NOOR + "1002;1A;Chloé").encode("cp1252"))
    assert read_delivery(path, source=LEGACY_SOURCE).profile.encoding == "cp1252"


def test_a_file_without_a_last_line_end_is_whole(tmp_path: Path) -> None:
    profile = read(tmp_path, HEADING + NOOR + SEM.strip()).profile
    assert (profile.remarks, profile.ends_open) == ((), True)


def test_ten_broken_records_are_too_many_only_when_they_are_a_fiftieth(tmp_path: Path) -> None:
    few = HEADING + NOOR * 490 + "1001;Noor\n" * 10
    assert read(tmp_path, few).profile.broken == 10
    assert read(tmp_path, HEADING + NOOR * 90 + "1001;Noor\n" * 9).profile.broken == 9
    with pytest.raises(InputError) as caught:
        read(tmp_path, HEADING + NOOR * 489 + "1001;Noor\n" * 10)
    assert caught.value.code == "INTAKE-MOSTLY-BROKEN"


def test_a_file_that_is_mostly_damage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(HEADING + "1001;Noor\n1002;Sem\n" + BO, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_delivery(path, source=LEGACY_SOURCE)
    assert caught.value.code == "INTAKE-MOSTLY-BROKEN"
    assert caught.value.fields == {
        "file": "lijst.csv",
        "broken": 2,
        "records": 3,
        "line": 2,
        "delimiter": ";",
    }


def test_a_table_wider_or_a_line_longer_than_any_list_of_pupils_is_refused(tmp_path: Path) -> None:
    for text, code in (
        ("stamnr;naam" + ";x" * 2_000 + "\n1001;Noor\n", "INTAKE-TOO-MANY-COLUMNS"),
        (HEADING + NOOR + "1002;" + "x" * 10_000_001 + ";1A\n", "INTAKE-LINE-TOO-LONG"),
        ("stamnr;na\0am;klas\n" + NOOR + SEM, "INTAKE-HEADING-DAMAGED"),
    ):
        with pytest.raises(InputError) as refused:
            read(tmp_path, text)
        assert refused.value.code == code
        assert len(repr(refused.value.fields)) < 100, "nothing of what it says"


def test_a_total_of_more_digits_than_a_number_has_counts_nothing(tmp_path: Path) -> None:
    profile = read(tmp_path, HEADING + NOOR + SEM + f"Aantal: {'9' * 5_000}\n").profile
    assert (profile.records, profile.footer_lines) == (2, 1)


def test_the_end_sign_of_dos_is_no_pupil(tmp_path: Path) -> None:
    assert read(tmp_path, HEADING + NOOR + "\x1a").profile.records == 1


def test_many_quotes_and_many_columns_are_read_in_time(tmp_path: Path) -> None:
    quotes = read(
        tmp_path, HEADING + '1001;"' + '""' * 30_000 + '";1A\n' + ('1002;"Se"m;1B\n' * 9 + NOOR * 10)
    )
    assert (quotes.profile.records, quotes.profile.broken) == (11, 9)
    many = read(tmp_path, "stamnr;naam" + ";x" * 1_900 + "\n1001;Noor" + ";y" * 1_900 + "\n")
    assert len(many.records[0].cells) == 1_902
