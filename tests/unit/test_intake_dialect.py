"""Where the heading stands and how its columns are separated. In the lists: Noor, Sem and Bo, invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.contract import CONTROL_SOURCE, LEGACY_SOURCE, MAGISTER_SOURCE, Source
from etl.errors import ConfigError, InputError
from etl.intake.delivery import Delivery
from etl.intake.headings import normalise_heading
from etl.intake.reader import read_delivery
from etl.texts import text

ROWS = [["stamnr", "naam", "klas"], ["1001", "Noor", "1A"], ["1002", "Sem", "1B"]]


def read(tmp_path: Path, content: str, source: Source = LEGACY_SOURCE, **settings: object) -> Delivery:
    path = tmp_path / "lijst.csv"
    path.write_bytes(content.encode())
    return read_delivery(path, source=source, **settings)  # type: ignore[arg-type]


def refusal(tmp_path: Path, content: str, source: Source = LEGACY_SOURCE, **settings: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, source, **settings)
    return caught.value


def cells(delivery: Delivery) -> list[tuple[str, ...]]:
    return [record.cells for record in delivery.records]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Stam nr.", "stamnr"),
        ("\ufeffE-mail adres", "emailadres"),
        ("[MIDDLE_NAME]", "middlename"),
        ("ID\u200bGebr\u00a0", "idgebr"),
        ("Coördinaten", "coordinaten"),
        ("ＳＴＡＭＮＲ", "stamnr"),
        ("Ëmail İ", "emaili"),
        ("--", ""),
    ],
)
def test_headings_are_compared_by_letters_and_digits(written: str, compared: str) -> None:
    assert normalise_heading(written) == compared


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_follows_from_the_headings(tmp_path: Path, delimiter: str) -> None:
    delivery = read(tmp_path, "\n".join(delimiter.join(row) for row in ROWS))
    assert delivery.profile.delimiter == delimiter
    assert cells(delivery) == [("1001", "Noor", "1A"), ("1002", "Sem", "1B")]


def test_a_separator_line_is_obeyed_and_skipped(tmp_path: Path) -> None:
    delivery = read(tmp_path, "sep=^\nstamnr^naam\n1001^Noor; Bo\n")
    assert cells(delivery) == [("1001", "Noor; Bo")]
    assert (delivery.profile.header_line, delivery.profile.preamble_lines) == (2, 1)
    assert not delivery.profile.remarks


def test_a_separator_line_that_is_wrong_is_not_believed(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "sep=,\nstamnr;naam\n1001;Noor\n")) == [("1001", "Noor")]


def test_title_lines_above_the_heading_are_told(tmp_path: Path) -> None:
    delivery = read(tmp_path, "Klassenlijst\n\nLeerlingen, klas 1;;\nstamnr;naam;klas\n1001;Noor;1A\n")
    profile = delivery.profile
    assert (profile.header_line, profile.preamble_lines, profile.blank_lines) == (4, 2, 1)
    assert delivery.records[0].line_number == 5
    assert [remark.code for remark in profile.remarks] == ["INTAKE-PREAMBLE"]


@pytest.mark.parametrize(
    "content",
    [
        "1001;Noor;leerling\n1002;Sem;leerling\n",
        "Noor;Bakker;leerling;actief\nSem;Smit;leerling;actief\n",
        "Noor;Bakker;1A\nSem;Smit;1B\n",
        "\n".join(["titel"] * 10) + "\nstamnr;naam\n1001;Noor\n",
    ],
)
def test_pupils_are_never_taken_for_headings_nor_shown(tmp_path: Path, content: str) -> None:
    error = refusal(tmp_path, content)
    assert (error.code, error.fields) == ("INTAKE-HEADER-NOT-FOUND", {"file": "lijst.csv", "lines": 10})


def test_with_one_known_word_only_that_word_is_shown(tmp_path: Path) -> None:
    error = refusal(tmp_path, "Noor;Bakker;leerling\nSem;Smit;docent\n")
    assert error.code == "INTAKE-HEADING-MISSING"
    assert error.fields["found"] == ["leerling"]


def test_one_column_gives_no_certain_delimiter(tmp_path: Path) -> None:
    assert refusal(tmp_path, "stamnr\n1001\n1002\n").code == "INTAKE-DELIMITER"


def test_two_delimiters_that_do_equally_well_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "x;stamnr,y\n1;1001,2\n3;1002,4\n").code in {
        "INTAKE-DELIMITER",
        "INTAKE-HEADER-NOT-FOUND",
    }
    assert refusal(tmp_path, "stamnr;a,stamnr\n1;1001,2\n3;1002,4\n").code == "INTAKE-DELIMITER"


def test_the_delimiter_in_the_settings_decides(tmp_path: Path) -> None:
    content = "stamnr:naam\n1001:Noor\n"
    assert refusal(tmp_path, content).code == "INTAKE-HEADER-NOT-FOUND"
    assert cells(read(tmp_path, content, delimiter=":")) == [("1001", "Noor")]
    assert cells(read(tmp_path, content.replace(":", "\t"), delimiter="tab")) == [("1001", "Noor")]
    with pytest.raises(ConfigError, match="INTAKE-SETTING-DELIMITER"):
        read(tmp_path, content, delimiter=";;")


def test_headings_may_be_quoted_and_run_over_lines(tmp_path: Path) -> None:
    delivery = read(tmp_path, '"Stam\nnr";"Naam; voluit";"Klas"\n1001;Noor;1A\n')
    assert delivery.headings == ("Stam\nnr", "Naam; voluit", "Klas")
    assert (delivery.profile.header_line, delivery.records[0].line_number) == (1, 3)


def test_single_quotes_are_quotes_when_the_headings_say_so(tmp_path: Path) -> None:
    delivery = read(tmp_path, "'stamnr';'naam'\n'1001';'Noor; Bo'\n'1002';'van ''t Hart'\n")
    assert cells(delivery) == [("1001", "Noor; Bo"), ("1002", "van 't Hart")]
    assert (delivery.profile.quote, delivery.profile.records_counted_again) == ("'", 2)


def test_single_quotes_are_quotes_when_every_line_says_so(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;naam\n1001;'Noor; Bo'\n1002;'Sem'\n1003;'Bo'\n")
    assert cells(delivery)[0] == ("1001", "Noor; Bo")


def test_a_name_that_begins_with_an_apostrophe_keeps_it(tmp_path: Path) -> None:
    delivery = read(tmp_path, "stamnr;naam\n1001;'t Hart\n1002;'s-Gravesande\n'1003;Bo\n1004;Noor\n")
    assert cells(delivery)[:3] == [("1001", "'t Hart"), ("1002", "'s-Gravesande"), ("'1003", "Bo")]


def test_a_missing_column_is_named_with_what_was_found_and_what_to_do(tmp_path: Path) -> None:
    error = refusal(tmp_path, "stamnr;naam;klas\n1001;Noor;1A\n", MAGISTER_SOURCE)
    assert error.code == "INTAKE-HEADING-MISSING"
    assert error.fields["columns"] == ["externeid", "idgebr", "realmid"]
    sentence = text(error.code, "nl", **error.fields)
    assert "stamnr, naam, klas" in sentence
    assert "Standaardkoppelingen migratiehulpbestand" in sentence
    assert "[magister.headings]" in sentence


def test_the_settings_may_allow_a_column_to_be_absent(tmp_path: Path) -> None:
    content = "stamnr;externeid\n1001;x\n"
    error = refusal(tmp_path, content, MAGISTER_SOURCE, optional_columns=frozenset({"idgebr"}))
    assert error.fields["columns"] == ["realmid"]
    allowed = frozenset({"idgebr", "realmid"})
    assert len(read(tmp_path, content, MAGISTER_SOURCE, optional_columns=allowed).records) == 1


def test_a_control_list_needs_one_thing_to_confirm_with(tmp_path: Path) -> None:
    assert refusal(tmp_path, "stamnr;email\n1001;a@school.example\n", CONTROL_SOURCE).fields["columns"] == [
        "naam/achternaam/roepnaam/opleiding/klas"
    ]
