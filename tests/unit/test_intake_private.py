"""Is what the job does not need left unread, and are two records that differed in it still two?

Noor, Daan and Sem are invented, and so are their numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.contract import CONTROL_SOURCE, LEGACY_SOURCE, MAGISTER_SOURCE, Source
from etl.errors import InputError
from etl.intake.delivery import Delivery
from etl.intake.national import FEWEST_VALUES, check_broken, check_values, passes_eleven_test
from etl.intake.reader import read_delivery
from etl.intake.records import Row

SECRET = "Geheimstraat"
MAGISTER = (
    "stamnr;idgebr;externeid;realmid;Straat;Kleur\n"
    f"1001;51;abc00000-0000-4000-8000-000000001001;51@atlas.test;{SECRET} 1;rood\n"
)
LEGACY = f"stamnr;naam;Geboortedatum;Straat;Kleur\n1001;Noor;01-02-2012;{SECRET} 1;rood\n"
CONTROL = f"stamnr;naam;Straat;Kleur\n1001;Noor;{SECRET} 1;rood\n"


def read(folder: Path, text: str, source: Source = LEGACY_SOURCE, **settings: tuple[str, ...]) -> Delivery:
    path = folder / "lijst.csv"
    path.write_text(text, encoding="utf-8")
    return read_delivery(path, source=source, **settings)  # type: ignore[arg-type]


def cells(delivery: Delivery) -> list[tuple[str, ...]]:
    return [record.cells for record in delivery.records]


@pytest.mark.parametrize(
    ("text", "source"), [(MAGISTER, MAGISTER_SOURCE), (CONTROL, CONTROL_SOURCE)], ids=["magister", "control"]
)
def test_of_a_file_that_only_proves_nothing_else_is_read(tmp_path: Path, text: str, source: Source) -> None:
    delivery = read(tmp_path, text, source)
    assert "Straat" not in delivery.headings
    assert not any(SECRET in cell or cell == "rood" for row in cells(delivery) for cell in row)
    assert {(one.heading, one.why) for one in delivery.left_out} == {
        ("Straat", "private"),
        ("Kleur", "unknown"),
    }


def test_of_the_accounts_only_personal_facts_are_left_out(tmp_path: Path) -> None:
    delivery = read(tmp_path, LEGACY)
    assert delivery.headings == ("stamnr", "naam", "Kleur")
    assert cells(delivery) == [("1001", "Noor", "rood")]
    (remark,) = delivery.profile.remarks
    assert (remark.code, remark.fields["headings"]) == (
        "INTAKE-COLUMNS-PRIVATE",
        ["Geboortedatum", "Straat"],
    )


def test_a_column_that_numo_needs_can_be_kept(tmp_path: Path) -> None:
    delivery = read(tmp_path, LEGACY, keep_columns=("geboorte datum",))
    assert delivery.headings == ("stamnr", "naam", "Geboortedatum", "Kleur")


def test_a_column_can_be_dropped_whatever_it_is(tmp_path: Path) -> None:
    delivery = read(tmp_path, LEGACY, drop_columns=("Kleur", "naam"))
    assert delivery.headings == ("stamnr",)
    assert {one.why for one in delivery.left_out} == {"dropped", "private"}


def test_a_column_the_job_needs_cannot_be_dropped_unnoticed(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, MAGISTER, MAGISTER_SOURCE, drop_columns=("externeid",))
    assert caught.value.code == "INTAKE-HEADING-MISSING"


def test_two_accounts_that_differ_in_what_is_not_read_are_no_copies(tmp_path: Path) -> None:
    text = "stamnr;naam;Straat\n1001;Noor;A\n1001;Noor;B\n1001;Noor;A\n1002;Sem;A\n"
    variants = [record.variant for record in read(tmp_path, text).records]
    assert variants == [0, 1, 0, 0]
    turned = "stamnr;naam;Straat\n1002;Sem;A\n1001;Noor;A\n1001;Noor;B\n1001;Noor;A\n"
    assert [record.variant for record in read(tmp_path, turned).records] == [0, 0, 1, 0]


def test_what_is_dropped_makes_no_difference_between_records(tmp_path: Path) -> None:
    text = "stamnr;naam;Kleur\n1001;Noor;A\n1001;Noor;B\n"
    assert [one.variant for one in read(tmp_path, text, drop_columns=("kleur",)).records] == [0, 0]


@pytest.mark.parametrize("heading", ["BSN", "Burgerservicenummer", "PGN", "Onderwijsnummer", "bsn leerling"])
def test_a_national_number_is_refused_by_its_heading_and_can_be_dropped(tmp_path: Path, heading: str) -> None:
    text = f"stamnr;naam;{heading}\n1001;Noor;111222333\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert caught.value.code == "INTAKE-NATIONAL-NUMBER"
    assert "111222333" not in repr(caught.value.fields)
    delivery = read(tmp_path, text, drop_columns=(heading,))
    assert cells(delivery) == [("1001", "Noor")]


def national_numbers(count: int, *, leaves: int = 0, first: int = 111_000_000) -> list[str]:
    """Return invented numbers of nine digits that leave this in the eleven-test."""
    found = []
    number = first
    while len(found) < count:
        digits = [int(digit) for digit in str(number)]
        total = sum(
            weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)
        )
        if total % 11 == leaves:
            found.append(str(number))
        number += 1
    return found


@pytest.mark.parametrize(
    "numbers",
    [
        national_numbers(8),
        national_numbers(8, leaves=5, first=101_000_000),
        national_numbers(8, first=123_456_000),
        [f"{number[:3]} {number[3:6]} {number[6:]}" for number in national_numbers(8)],
        ["", "", *national_numbers(8)],
    ],
    ids=["nine digits", "onderwijsnummer", "others", "with blanks", "partly filled"],
)
def test_a_national_number_is_refused_under_any_heading(tmp_path: Path, numbers: list[str]) -> None:
    rows = "".join(f"{1001 + place};Noor;{number}\n" for place, number in enumerate(numbers))
    with pytest.raises(InputError) as caught:
        read(tmp_path, "stamnr;naam;kenmerk\n" + rows)
    assert caught.value.code == "INTAKE-NATIONAL-NUMBER"


def test_national_numbers_in_broken_lines_are_found_too(tmp_path: Path) -> None:
    numbers = national_numbers(FEWEST_VALUES)
    sound = "".join(f"{1001 + place};Noor;1A\n" for place in range(400))
    broken = "".join(f"{2001 + place};Noor;1A;{number}\n" for place, number in enumerate(numbers))
    with pytest.raises(InputError) as caught:
        read(tmp_path, "stamnr;naam;klas\n" + sound + broken)
    assert caught.value.code == "INTAKE-NATIONAL-NUMBER"


def test_a_dropped_national_number_is_not_kept_with_a_broken_line_either(tmp_path: Path) -> None:
    (number,) = national_numbers(1)
    text = f"stamnr;naam;BSN\n1001;Noor;{number}\n1002;Sem;{number}\n1003;Isa;1A;{number}\n"
    delivery = read(tmp_path, text, drop_columns=("BSN",))
    assert not any(number in cell for record in delivery.broken for cell in record.cells)


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
FORMS: dict[str, Callable[[str], str]] = {
    "decimals": "{},00".format,
    "one decimal": "{}.0".format,
    "country": "NL{}".format,
    "a zero": "0{}".format,
    "zeros": "000{}".format,
    "Excel's text": "'{}.00".format,
    "zero-width": lambda number: number[:3] + "\u200b" + number[3:],
    "full-width": lambda number: number.translate(WIDE),
    "odd spaces": lambda number: f"{number[:1]} {number[1:4]}. {number[4:]}",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_national_number_is_refused_in_whatever_form_it_is_written(tmp_path: Path, form: str) -> None:
    numbers = [FORMS[form](number) for number in national_numbers(8)]
    rows = "".join(f"{1001 + place};Noor;{number}\n" for place, number in enumerate(numbers))
    with pytest.raises(InputError) as caught:
        read(tmp_path, "stamnr;naam;kenmerk\n" + rows)
    assert caught.value.code == "INTAKE-NATIONAL-NUMBER"


def test_what_all_pupils_share_is_nobodys_national_number(tmp_path: Path) -> None:
    passing = [
        *(day for day in (f"202608{day:02}" for day in range(1, 32)) if passes_eleven_test(day)),
        *(day for day in (f"{day:02}-08-2026" for day in range(1, 32)) if passes_eleven_test(day)),
        *(number for number in (f"01012345{last:02}" for last in range(50)) if passes_eleven_test(number)),
    ]
    assert len(passing) >= 6
    for shared in passing:
        rows = "".join(f"{1001 + place};Noor;{shared}\n" for place in range(12))
        assert len(cells(read(tmp_path, "stamnr;naam;kenmerk\n" + rows))) == 12


def test_too_few_records_with_national_numbers_say_nothing_however_many_numbers_each_holds() -> None:
    numbers = national_numbers(6)
    rows = [Row(place, (numbers[place], numbers[place + 3]), "too_many") for place in range(3)]
    check_broken(rows, ["stamnr"], file="lijst.csv")


def test_a_telephone_number_beside_it_hides_no_national_number() -> None:
    rows = [Row(place, ("0101234503", number), "") for place, number in enumerate(national_numbers(6))]
    with pytest.raises(InputError):
        check_broken(rows, ["stamnr"], file="lijst.csv")


def test_national_numbers_with_a_zero_in_front_are_refused_although_they_look_like_telephone_numbers(
    tmp_path: Path,
) -> None:
    numbers = [f"0{number}" for number in national_numbers(FEWEST_VALUES)]
    rows = "".join(f"{1001 + place};Noor;{number}\n" for place, number in enumerate(numbers))
    with pytest.raises(InputError):
        read(tmp_path, "stamnr;naam;kenmerk\n" + rows)


PUPIL_NUMBERS = st.integers(100_000, 999_999).map(str)
DATES = st.dates(date(2005, 1, 1), date(2030, 12, 31))
HARMLESS = {
    "pupil numbers": PUPIL_NUMBERS,
    "pupil numbers with decimals": PUPIL_NUMBERS.map("{},00".format),
    "pupil numbers with zeros": PUPIL_NUMBERS.map("0000{}".format),
    "GUIDs": st.uuids().map(str),
    "GUIDs in braces": st.uuids().map("{{{}}}".format),
    "GUIDs without dashes": st.uuids().map(lambda guid: guid.hex),
    "e-mail addresses": st.integers(0, 10**9).map("{}@atlas.example".format),
    "dates": DATES.map("{:%d-%m-%Y}".format),
    "dates, year first": DATES.map("{:%Y%m%d}".format),
    "dates with points": DATES.map("{:%d.%m.%Y}".format),
}


@pytest.mark.parametrize("kind", HARMLESS)
@given(data=st.data())
@settings(max_examples=150, derandomize=True, deadline=None, database=None)
def test_no_other_number_of_a_pupil_is_taken_for_a_national_number(kind: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(HARMLESS[kind], min_size=6, max_size=20))
    if data.draw(st.booleans()):
        values = [values[0]] * len(values)
    rows = [Row(place, (value,), "") for place, value in enumerate(values)]
    check_values(rows, ["kenmerk"], file="lijst.csv")
    check_broken(rows, ["kenmerk"], file="lijst.csv")


def test_telephone_numbers_and_birth_dates_of_a_school_are_no_national_numbers() -> None:
    chance = Random(7)
    first = date(2008, 1, 1)
    for form in ("{:%Y%m%d}", "{:%d-%m-%Y}", "{:%d%m%Y}"):
        days = [form.format(first + timedelta(days=chance.randrange(2500))) for _ in range(1000)]
        assert sum(map(passes_eleven_test, days)) < 200
        check_values([Row(0, (day,), "") for day in days], ["geboren"], file="lijst.csv")
    for form in ("06{:08}", "06-{:08}", "06 {:08}", "+316{:08}"):
        numbers = [form.format(chance.randrange(10**8)) for _ in range(1000)]
        check_values([Row(0, (number,), "") for number in numbers], ["telefoon"], file="lijst.csv")


def test_numbers_of_pupils_of_nine_digits_are_no_national_numbers() -> None:
    # One in eleven passes by chance, and two in eleven of those that begin with 10.
    ordinary = [str(200_000_000 + 7 * place) for place in range(1100)]
    assert 80 <= sum(map(passes_eleven_test, ordinary)) <= 120
