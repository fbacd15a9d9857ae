"""Does `koppelcheck check` say what a file is, and does it write and join nothing?"""

from __future__ import annotations

from pathlib import Path

from etl.errors import EXIT_DONE, EXIT_INPUT, EXIT_USAGE
from tests.cli.schools import LEGACY_HEADINGS, Say, School, some_pupils, start, write_table


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
        "leading_zero": 1,
        "shortest": 5,
        "longest": 6,
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
    assert "rooster.csv" in answer.err
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
