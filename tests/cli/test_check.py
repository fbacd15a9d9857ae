"""Does `koppelcheck check` say what files are, what a run would make of them and what to ask, and write nothing?"""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.config import load_config
from etl.errors import EXIT_DONE, EXIT_INPUT, EXIT_USAGE
from tests.cli.schools import (
    LEGACY_HEADINGS,
    MAGISTER_HEADINGS,
    Say,
    School,
    some_pupils,
    start,
    write_table,
)


def test_both_files_are_recognised(say: Say, school: School) -> None:
    answer = say("check", str(school.magister), str(school.legacy))
    assert answer.code == EXIT_DONE
    assert answer.err == ""
    assert "migratiehulpbestand.csv: Magister migration help file, 12 records" in answer.out
    assert "numo_oud.csv: list of pupils or accounts" in answer.out
    assert "voornaam → roepnaam" in answer.out
    assert {path.name for path in school.magister.parent.iterdir()} == {
        "migratiehulpbestand.csv",
        "numo_oud.csv",
    }


def test_the_state_of_the_numbers_is_told_in_counts(say: Say, school: School) -> None:
    rows = [list(pupil.legacy_row()) for pupil in some_pupils()]
    rows[0][0], rows[1][0], rows[2][0] = "", "010102", rows[3][0]
    write_table(school.legacy, LEGACY_HEADINGS, rows)
    answer = say("check", "--json", str(school.legacy))
    (file,) = answer.json()["files"]
    key = next(key for key in file["keys"] if key["column"] == "stamnr")
    assert key == {
        "column": "stamnr",
        "records": 12,
        "blank": 1,
        "distinct": 10,
        "repeated": 2,
        "sound": 11,
        "spoiled": 0,
        "strange": 0,
        "repaired": 0,
        "leading_zero": 1,
        "shortest": 5,
        "longest": 6,
        "usual_width": 5,
    }


def test_no_value_of_a_pupil_is_shown(say: Say, school: School) -> None:
    pupil = some_pupils()[0]
    for arguments in ([], ["--json"]):
        answer = say("check", *arguments, str(school.magister), str(school.legacy))
        for value in (str(pupil.number), pupil.externeid, pupil.last_name, "leerling10101@"):
            assert value not in answer.out + answer.err


def test_a_file_that_is_no_list_of_pupils_does_not_hide_the_other(
    say: Say, school: School, tmp_path: Path
) -> None:
    other = tmp_path / "rooster.csv"
    other.write_text("dag;lokaal\nma;12\n", encoding="utf-8")
    answer = say("check", str(other), str(school.legacy))
    assert answer.code == EXIT_INPUT
    assert "numo_oud.csv: list of pupils" in answer.out
    assert "rooster.csv: cannot be used" in answer.out
    told = say("check", "--json", str(other), str(school.legacy))
    assert told.code == told.json()["exit_code"] == EXIT_INPUT
    assert [file["kind"] for file in told.json()["files"]] == [None, "pupil_list"]
    assert set(told.json()["files"][0]["messages"]) == {"nl", "en"}


def test_a_school_without_realms_can_be_checked_with_its_settings(
    say: Say, school: School, tmp_path: Path
) -> None:
    write_table(
        school.magister, ("stamnr", "externeid"), [pupil.magister_row()[:3:2] for pupil in some_pupils()]
    )
    settings = tmp_path / "school.toml"
    settings.write_text("[magister]\nrealm_required = false\n", encoding="utf-8")
    without = say("check", "--json", str(school.magister)).json()["files"][0]["kind"]
    assert without != "magister"
    answer = say("check", "--json", "--settings", str(settings), str(school.magister))
    assert answer.json()["files"][0]["kind"] == "magister"


def test_without_a_file_the_command_is_not_right(say: Say) -> None:
    answer = say("check")
    assert answer.code == EXIT_USAGE
    assert answer.out == ""
    assert "check --help" in answer.err


def test_a_terminal_without_accents_gets_its_answer(school: School) -> None:
    answer = start("check", str(school.legacy), LC_ALL="C", PYTHONIOENCODING="ascii")
    assert answer.code == EXIT_DONE
    assert "voornaam → roepnaam" in answer.out


def test_two_files_show_what_a_run_would_link(say: Say, school: School) -> None:
    answer = say("check", str(school.legacy), str(school.magister))
    assert "With these files a run would link 12 of 12 accounts (100%)." in answer.out
    told = say("check", "--json", str(school.magister), str(school.legacy)).json()
    assert told["format"] == "koppelcheck/check-2"
    assert told["outlook"]["accounts"]["linked"] == told["outlook"]["accounts_total"] == 12
    assert not school.out.exists()


def test_files_of_two_schools_are_told_without_a_run(say: Say, school: School) -> None:
    strangers = [pupil.legacy_row() for pupil in some_pupils(first=70_101)]
    write_table(school.legacy, LEGACY_HEADINGS, strangers)
    answer = say("check", str(school.magister), str(school.legacy))
    assert answer.code == EXIT_INPUT
    assert "a run would stop" in answer.out
    assert "ALARM-OVERLAP" in answer.out
    assert (
        say("check", "--json", str(school.magister), str(school.legacy)).json()["outlook"]["alarm"]
        == "ALARM-OVERLAP"
    )


def test_what_excel_spoiled_is_counted_and_asked_for_first(say: Say, school: School) -> None:
    rows = [list(pupil.legacy_row()) for pupil in some_pupils()]
    for row in rows[:4]:
        row[0], row[3] = "1,01E+04", "1-feb"
    write_table(school.legacy, LEGACY_HEADINGS, rows)
    answer = say("check", str(school.legacy), str(school.magister), "--lang", "nl")
    assert "4 beschadigd door Excel" in answer.out
    assert "1. numo_oud.csv: maak de export opnieuw en open die niet in Excel. 8 waarden" in answer.out
    told = say("check", "--json", str(school.legacy)).json()
    assert told["asks"][0] == {"code": "excel", "file": "numo_oud.csv", "records": 8}


def test_clean_files_leave_nothing_to_ask_but_names(say: Say, school: School) -> None:
    told = say("check", "--json", str(school.magister), str(school.legacy)).json()
    assert [ask["code"] for ask in told["asks"]] == ["control"]
    assert say("check", "--json", str(school.legacy)).json()["asks"] == []
    assert "To ask the school: nothing." in say("check", str(school.legacy)).out


def test_a_national_number_is_asked_away_and_never_shown(say: Say, school: School) -> None:
    rows = [(*pupil.legacy_row(), "111222333") for pupil in some_pupils()]
    write_table(school.legacy, (*LEGACY_HEADINGS, "BSN"), rows)
    answer = say("check", str(school.legacy))
    assert answer.code == EXIT_INPUT
    assert "without the column of national numbers" in answer.out
    assert "111222333" not in answer.out + answer.err


def write_hidden(school: School, before: str = "ll") -> None:
    """Write an account list in which the number stands in the user name only."""
    rows = [
        (f"{before}{pupil.number}", pupil.first_name, pupil.last_name, f"{pupil.number}@atlas.test")
        for pupil in some_pupils()
    ]
    write_table(school.legacy, ("gebruikersnaam", "voornaam", "achternaam", "email"), rows)


def test_a_number_inside_the_user_name_is_found_and_only_suggested(
    say: Say, school: School, tmp_path: Path
) -> None:
    write_hidden(school)
    out = tmp_path / "school.toml"
    answer = say("check", str(school.magister), str(school.legacy), "--write-settings", str(out))
    assert answer.code == EXIT_INPUT
    assert "of 12 accounts 12 have a number of Magister there" in answer.out
    assert "would link 12 of 12 accounts (100%)" in answer.out
    assert "put the headings" not in answer.out, "what a setting solves is no question to the school"
    assert load_config(out).legacy.stamnr_from is None
    switched_on = (
        out.read_text(encoding="utf-8").replace("#stamnr_", "stamnr_", 2).replace("#stamnr_pat", "stamnr_pat")
    )
    out.write_text(switched_on, encoding="utf-8")
    config = load_config(out)
    assert (config.legacy.stamnr_from, config.legacy.stamnr_pattern) == ("gebruikersnaam", "ll([0-9]+)")
    told = say("run", "--json", *school.arguments("--settings", str(out))[1:]).json()
    assert told["statuses"]["legacy"]["matched_repaired"] == 12


def test_a_file_without_the_column_of_its_number_is_refused_by_itself(
    say: Say, school: School, tmp_path: Path
) -> None:
    settings = tmp_path / "school.toml"
    settings.write_text('[legacy]\nstamnr_from = "gebruikersnaam"\nstamnr_pattern = "ll([0-9]+)"\n', "utf-8")
    answer = say(
        "check", str(school.magister), str(school.legacy), "--settings", str(settings), "--lang", "en"
    )
    assert answer.code == EXIT_INPUT
    assert "INTAKE-NUMBER-COLUMN" in answer.out + answer.err
    assert "migratiehulpbestand.csv: Magister migration help file, 12 records" in answer.out


def test_a_pupil_list_beside_accounts_without_a_number_is_the_control_list(
    say: Say, school: School, tmp_path: Path
) -> None:
    write_hidden(school)
    control = tmp_path / "leerlingen.csv"
    rows = [(str(pupil.number), pupil.first_name, pupil.last_name, "1a") for pupil in some_pupils()]
    write_table(control, ("Stamnummer", "Roepnaam", "Achternaam", "Stamklas"), rows)
    out = tmp_path / "school.toml"
    files = [str(school.magister), str(control), str(school.legacy)]
    answer = say("check", *files, "--write-settings", str(out))
    assert "would link 12 of 12 accounts" in answer.out
    assert "pupil list with names and classes" not in answer.out
    written = out.read_text(encoding="utf-8")
    legacy, control_part = written.split("[legacy]")[1].split("[control]")
    assert 'roepnaam = "voornaam"' in legacy
    assert 'klas = "Stamklas"' in control_part


def test_who_might_take_part_is_listed_in_words_that_several_records_have(
    say: Say, school: School, tmp_path: Path
) -> None:
    places = ["Noord"] * 6 + ["Zuid"] * 5 + ["Thuis bij oma"]
    rows = [
        (*pupil.legacy_row(), place, "Leerling") for pupil, place in zip(some_pupils(), places, strict=True)
    ]
    write_table(school.legacy, (*LEGACY_HEADINGS, "Locatie", "Rol"), rows)
    out = tmp_path / "school.toml"
    answer = say("check", str(school.magister), str(school.legacy), "--write-settings", str(out))
    assert "vestiging Noord: 6 records" in answer.out
    assert "oma" not in answer.out
    written = out.read_text(encoding="utf-8")
    assert '#locations = ["Noord", "Zuid"]' in written
    assert "#exclude_roles = []" in written
    assert '"Leerling"' in next(line for line in written.splitlines() if line.startswith("# The files hold"))
    out.write_text(written.replace("#exclude", "exclude"), encoding="utf-8")
    told = say("run", "--json", *school.arguments("--settings", str(out))[1:]).json()
    assert told["statuses"]["legacy"]["out_of_scope"] == 0
    out.write_text(written.replace("#locations", "locations").replace('", "Zuid"', '"'), encoding="utf-8")
    told = say("run", "--json", *school.arguments("--settings", str(out))[1:]).json()
    assert told["statuses"]["legacy"]["out_of_scope"] == 6


def test_of_two_lists_the_one_with_account_numbers_is_the_accounts(
    say: Say, school: School, tmp_path: Path
) -> None:
    control = tmp_path / "leerlingen.csv"
    rows = [(str(pupil.number), pupil.first_name, pupil.last_name, "1a") for pupil in some_pupils()[:6]]
    write_table(control, ("Stamnummer", "Roepnaam", "Achternaam", "Stamklas"), rows)
    told = say("check", "--json", str(control), str(school.magister), str(school.legacy)).json()
    assert told["outlook"]["accounts_total"] == 12


def test_a_file_that_is_not_there_leaves_nothing_to_ask_and_no_settings(say: Say, tmp_path: Path) -> None:
    out = tmp_path / "school.toml"
    answer = say("check", str(tmp_path / "niets.csv"), "--write-settings", str(out))
    assert answer.code == EXIT_INPUT
    assert "INTAKE-FILE-MISSING" in answer.out
    assert "To ask the school" not in answer.out
    assert "school.toml was not written" in answer.out
    assert not out.exists()


def test_the_settings_written_are_those_found(say: Say, school: School, tmp_path: Path) -> None:
    rows = [pupil.legacy_row() for pupil in some_pupils()]
    headings = ("nummer", *LEGACY_HEADINGS[1:])
    write_table(school.legacy, headings, rows)
    school.legacy.write_bytes(school.legacy.read_bytes().replace(b"Noor", "Zo\u00eb".encode("cp1252")))
    out = tmp_path / "school.toml"
    answer = say("check", str(school.magister), str(school.legacy), "--write-settings", str(out))
    assert answer.code == EXIT_DONE
    config = load_config(out)
    assert config.school.realms == ("atlas.test",)
    assert config.legacy.headings == {"stamnr": "nummer"}
    assert config.legacy.encoding == "cp1252"
    text = out.read_text(encoding="utf-8")
    assert "#stamnr_width = 5" in text
    assert '#roepnaam = "voornaam"' in text
    assert not any(pupil.last_name in text or str(pupil.number) in text for pupil in some_pupils())
    again = say("check", str(school.magister), str(school.legacy), "--settings", str(out))
    assert again.code == EXIT_DONE
    refused = say("check", str(school.magister), "--write-settings", str(out))
    assert (refused.code, out.read_text(encoding="utf-8")) == (24, text)


def test_a_heading_cannot_write_settings_of_its_own(say: Say, school: School, tmp_path: Path) -> None:
    evil = 'x"\\ [school] name = "gekaapt'
    rows = [(*pupil.legacy_row(), "1") for pupil in some_pupils()]
    write_table(school.legacy, (*LEGACY_HEADINGS, '"x""\\ [school] name = ""gekaapt"'), rows)
    out = tmp_path / "school.toml"
    say("check", str(school.legacy), "--write-settings", str(out))
    assert load_config(out).school.name is None
    assert evil.split("[")[0].strip() in out.read_text(encoding="utf-8").replace('\\"', '"').replace(
        "\\\\", "\\"
    )


def test_any_delimited_text_is_written_as_it_was_understood(say: Say, tmp_path: Path) -> None:
    source, out = tmp_path / "rooster.txt", tmp_path / "rooster.csv"
    source.write_text(
        "Rooster;;\ndag;lokaal;les\nma;12;aardrijkskunde\ndi;14;wiskunde, extra\n", encoding="cp1252"
    )
    answer = say("check", str(source), "--canonical", str(out))
    assert answer.code == EXIT_DONE
    assert "2 rows of 3 columns" in answer.out
    assert (
        out.read_bytes() == b'"dag","lokaal","les"\n"ma","12","aardrijkskunde"\n"di","14","wiskunde, extra"\n'
    )
    assert say("check", str(source), "--canonical", str(out)).code == 24
    assert say("check", str(source), str(source), "--canonical", str(tmp_path / "b.csv")).code == EXIT_USAGE


def test_an_empty_file_is_understood_as_an_empty_table(say: Say, tmp_path: Path) -> None:
    (tmp_path / "leeg.csv").write_bytes(b"")
    assert (
        say("check", str(tmp_path / "leeg.csv"), "--canonical", str(tmp_path / "uit.csv")).code == EXIT_DONE
    )
    assert (tmp_path / "uit.csv").read_bytes() == b""


@pytest.mark.parametrize("pupils", [1, 12])
def test_a_file_in_which_no_pupil_has_a_login_can_be_checked(say: Say, school: School, pupils: int) -> None:
    write_table(
        school.magister,
        MAGISTER_HEADINGS,
        [(*pupil.magister_row()[:3], "") for pupil in some_pupils()[:pupils]],
    )
    answer = say("check", "--json", str(school.magister))
    assert answer.code == EXIT_DONE
    assert answer.json()["files"][0]["kind"] == "magister"
