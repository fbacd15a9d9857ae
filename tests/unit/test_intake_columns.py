"""What a column is taken for, and which columns stop the run. All numbers and pupils are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.contract import LEGACY_SOURCE, MAGISTER_SOURCE, Source
from etl.errors import ConfigError, InputError
from etl.intake.delivery import Delivery
from etl.intake.national import passes_eleven_test
from etl.intake.reader import read_delivery
from etl.texts import LANGUAGES, text

# Numbers that pass the eleven-test by construction; nobody's.
PASSING = ["111222333", "123456782", "999990019", "999990020", "10000008", "999990160", "000000012"]


def read(tmp_path: Path, content: str, source: Source = LEGACY_SOURCE, **settings: object) -> Delivery:
    path = tmp_path / "lijst.csv"
    path.write_bytes(content.encode())
    return read_delivery(path, source=source, **settings)  # type: ignore[arg-type]


def refusal(tmp_path: Path, content: str, source: Source = LEGACY_SOURCE, **settings: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, source, **settings)
    return caught.value


def chosen(delivery: Delivery) -> list[tuple[str | None, str]]:
    return [(choice.canonical, choice.why) for choice in delivery.columns]


def codes(delivery: Delivery) -> list[str]:
    return [remark.code for remark in delivery.profile.remarks]


def test_synonyms_and_spelling_lead_to_the_same_column(tmp_path: Path) -> None:
    delivery = read(tmp_path, "Stam nr.,ID gebr,Extern-ID,RealmlD,Schoenmaat\n1,2,3,4,5\n", MAGISTER_SOURCE)
    assert chosen(delivery) == [
        ("stamnr", "exact"),
        ("idgebr", "exact"),
        ("externeid", "exact"),
        ("realmid", "exact"),
    ]
    assert [(one.heading, one.why) for one in delivery.left_out] == [("Schoenmaat", "unknown")]


def test_an_unclear_heading_counts_only_when_there_is_no_better_one(tmp_path: Path) -> None:
    weak = read(tmp_path, "nummer;naam\n1001;Noor\n")
    assert (chosen(weak)[0], codes(weak)) == (("stamnr", "weak"), ["INTAKE-HEADING-WEAK"])
    better = read(tmp_path, "email_1;Email;stamnr\nouder@a.example;kind@a.example;1\n")
    assert chosen(better)[:2] == [(None, "second"), ("email", "exact")]
    assert not codes(better)


def test_the_settings_go_before_a_synonym(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;kaart;naam\n1;1001;Noor\n", headings={"stamnr": "Kaart"})
    assert chosen(delivery) == [(None, "second"), ("stamnr", "settings"), ("naam", "exact")]


def test_a_heading_from_the_settings_that_is_not_there_stops(tmp_path: Path) -> None:
    error = refusal(tmp_path, "stamnr;naam\n1001;Noor\n", headings={"stamnr": "Kaart"})
    assert (error.code, error.fields["found"]) == ("INTAKE-SETTING-HEADING", ["stamnr", "naam"])
    with pytest.raises(ConfigError, match="INTAKE-SETTING-COLUMN"):
        read(tmp_path, "stamnr;naam\n1001;Noor\n", headings={"schoenmaat": "naam"})


def test_two_equal_columns_for_one_field_are_one(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;leerlingnummer;naam;naam\n1; 1;Noor;Noor\n2;2;Sem;Sem\n")
    assert chosen(delivery) == [
        ("stamnr", "exact"),
        (None, "second"),
        ("naam", "exact"),
        (None, "second"),
    ]
    assert not codes(delivery)


def test_two_numbers_for_one_pupil_stop_the_run(tmp_path: Path) -> None:
    error = refusal(tmp_path, "stamnr;leerlingnummer;naam\n1;1;Noor\n2;3;Sem\n")
    assert (error.code, error.fields["headings"], error.fields["count"]) == (
        "INTAKE-HEADING-TWICE",
        ["stamnr", "leerlingnummer"],
        1,
    )
    settled = read(
        tmp_path,
        "stamnr;leerlingnummer;naam\n1;1;Noor\n2;3;Sem\n",
        headings={"stamnr": "leerlingnummer"},
    )
    assert chosen(settled)[:2] == [(None, "second"), ("stamnr", "settings")]


def test_two_classes_for_one_pupil_leave_the_left_one_and_a_remark(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;klas;groep\n1;1A;w1a\n2;1B;w1b\n")
    assert chosen(delivery)[1:] == [("klas", "exact"), (None, "second")]
    assert codes(delivery) == ["INTAKE-HEADING-SECOND"]


def test_a_user_name_that_everybody_shares_is_no_key(tmp_path: Path) -> None:
    rows = "".join(f"{1000 + number};leerling\n" for number in range(12))
    delivery = read(tmp_path, "stamnr;gebruikersnaam\n" + rows)
    assert chosen(delivery)[1] == (None, "not_unique")
    assert codes(delivery) == ["INTAKE-NOT-UNIQUE"]
    own = "".join(f"{1000 + number};b{number % 11}\n" for number in range(12))
    assert chosen(read(tmp_path, "stamnr;gebruikersnaam\n" + own))[1] == ("gebruikersnaam", "exact")


@pytest.mark.parametrize(
    "heading", ["BSN", "bsn leerling", "Sofi-nummer", "PGN", "Leerling BSN", "Onderwijsnummer"]
)
def test_a_heading_that_names_a_national_number_stops_the_run(tmp_path: Path, heading: str) -> None:
    error = refusal(tmp_path, f"stamnr;naam;{heading}\n1001;Noor;\n")
    assert (error.code, error.fields["position"]) == ("INTAKE-NATIONAL-NUMBER", 3)


@pytest.mark.parametrize(
    "number",
    [
        *PASSING,
        "1112.22.333",
        "'123456782",
        "123456782,00",
        "123456782.0",
        "123.456.782,00",
        "123,456,782",
        "123,456,782.00",
        "120.002.000",
        "123.456.782.0",
        "10000008,000",
        '="123456782,0"',
        "１２３４５６７８２",
        "１２３．４５６．７８２",
        "1234\u200b56782",
        "\ufeff123456782",
        "1234\u00ad567\u206082",
        "NL123456782",
        "nl 123.456.782",
        "BSN: 123456782",
        "0123456782",
        "000123456782",
        "010000008",
        "0010000008",
        "1 2 3 4 5 6 7 8 2",
        "12.345.678.2",
        ".123456782.",
        "123\u2009456\u202f782",
        "123-456-782",
        "123/456/782",
        "“123456782”",
        " 123456782\n",
    ],
)
def test_numbers_that_pass_are_recognised_however_written(number: str) -> None:
    assert passes_eleven_test(number)


@pytest.mark.parametrize(
    "number",
    [
        "123456789",
        "000000000",
        "00000000",
        "0000000000",
        "1234567",
        "1234567820",
        "12345678x",
        "",
        "123456782,05",
        "123456789,00",
        "1234567,82",
        "104201,00",
        "0000104201",
        "+31123456782",
        "0031123456782",
        "NLDR123456782",
        "123456782B01",
        "123456782@atlas.example",
        "12345678-2000-4000-8000-000000000001",
        "NL",
        "０",
    ],
)
def test_other_numbers_are_not(number: str) -> None:
    assert not passes_eleven_test(number)


@pytest.mark.parametrize(
    "template",
    ["stamnr;naam;kaart\n{0};x;{1}\n", "stamnr;naam;\n{0};x;{1}\n", "naam;stamnr;klas\nx;{1};1A\n"],
)
def test_national_numbers_are_found_under_any_heading_and_never_shown(tmp_path: Path, template: str) -> None:
    heading, row = template.splitlines(keepends=True)
    rows = "".join(row.format(1000 + place, number) for place, number in enumerate([*PASSING, "", "5"]))
    error = refusal(tmp_path, heading + rows)
    assert error.code == "INTAKE-NATIONAL-NUMBER"
    for language in LANGUAGES:
        sentence = text(error.code, language, **error.fields)
        assert not any(number in sentence for number in PASSING)


def test_five_numbers_or_ordinary_numbers_stop_nobody(tmp_path: Path) -> None:
    few = "".join(f"{number};Noor\n" for number in PASSING[:5])
    assert read(tmp_path, "stamnr;naam\n" + few).profile.records == 5
    ordinary = "".join(f"{200000000 + number};Noor\n" for number in range(300))
    assert read(tmp_path, "stamnr;naam\n" + ordinary).profile.records == 300
