"""Is a wrong file or setting refused with a code, in both languages, before anything is written?

The school has twelve invented pupils; the numbers in the column that looks like a national one are made up.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etl.errors import EXIT_INPUT, EXIT_USAGE
from tests.cli.schools import (
    LEGACY_HEADINGS,
    MAGISTER_HEADINGS,
    Say,
    School,
    some_pupils,
    write_school,
    write_table,
)

pytestmark = pytest.mark.usefixtures("quick")

Spoil = Callable[[School], list[str]]
PUPILS = some_pupils()


def made_up_national_numbers(count: int) -> list[str]:
    """Return numbers that pass the eleven-test; they begin with 9998, so they belong to nobody."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    found = []
    for number in range(999_800_000, 999_900_000):
        digits = str(number)
        if sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0:
            found.append(digits)
        if len(found) == count:
            break
    return found


def settings(school: School, content: str) -> list[str]:
    path = school.magister.parent / "school.toml"
    path.write_text(content, encoding="utf-8")
    return ["--settings", str(path)]


def without_externeid(school: School) -> list[str]:
    rows = [pupil.magister_row() for pupil in PUPILS]
    write_table(
        school.magister, ("stamnr", "idgebr", "realmid"), [(one, two, four) for one, two, _, four in rows]
    )
    return []


def empty(school: School) -> list[str]:
    school.legacy.write_bytes(b"")
    return []


def only_headings(school: School) -> list[str]:
    write_table(school.magister, MAGISTER_HEADINGS, [])
    return []


def missing(school: School) -> list[str]:
    school.legacy.unlink()
    return []


def folder_for_file(school: School) -> list[str]:
    school.legacy.unlink()
    school.legacy.mkdir()
    return []


def same_file_twice(school: School) -> list[str]:
    school.legacy.write_bytes(school.magister.read_bytes())
    return []


def same_file_with_other_line_ends(school: School) -> list[str]:
    rows = [(*pupil.magister_row(), "1a") for pupil in PUPILS]
    write_table(school.magister, (*MAGISTER_HEADINGS, "klas"), rows)
    school.legacy.write_bytes(school.magister.read_bytes().replace(b"\r\n", b"\n"))
    return []


def swapped(school: School) -> list[str]:
    first, second = school.magister.read_bytes(), school.legacy.read_bytes()
    school.magister.write_bytes(second)
    school.legacy.write_bytes(first)
    return []


def national_number_by_name(school: School) -> list[str]:
    write_table(school.legacy, (*LEGACY_HEADINGS, "BSN"), [(*pupil.legacy_row(), "") for pupil in PUPILS])
    return []


def national_number_by_eleven_test(school: School) -> list[str]:
    numbers = made_up_national_numbers(len(PUPILS))
    rows = [(*pupil.legacy_row(), number) for pupil, number in zip(PUPILS, numbers, strict=True)]
    write_table(school.legacy, (*LEGACY_HEADINGS, "overig"), rows)
    return []


def workbook_named_csv(school: School) -> list[str]:
    with zipfile.ZipFile(school.legacy, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return []


def other_school(school: School) -> list[str]:
    strangers = some_pupils(first=70_101)
    write_table(school.legacy, LEGACY_HEADINGS, [pupil.legacy_row() for pupil in strangers])
    return []


def several_realms(school: School) -> list[str]:
    mixed = [
        replace(pupil, realm="elders.test") if place % 2 else pupil for place, pupil in enumerate(PUPILS)
    ]
    write_table(school.magister, MAGISTER_HEADINGS, [pupil.magister_row() for pupil in mixed])
    return []


def other_realm(school: School) -> list[str]:
    return settings(school, '[school]\nrealms = ["elders.test"]\n')


def other_brin(school: School) -> list[str]:
    write_table(
        school.legacy, (*LEGACY_HEADINGS, "vestiging"), [(*pupil.legacy_row(), "98YY00") for pupil in PUPILS]
    )
    return settings(school, '[school]\nbrin = "99XX"\n')


def column_sorted_by_itself(school: School) -> list[str]:
    rows = [list(pupil.magister_row()) for pupil in PUPILS]
    for row, other in zip(rows, reversed([row[3] for row in rows]), strict=True):
        row[3] = other
    write_table(school.magister, MAGISTER_HEADINGS, rows)
    return []


def damaged_by_a_spreadsheet(school: School) -> list[str]:
    rows = [list(pupil.magister_row()) for pupil in PUPILS]
    for row in rows:
        row[2] = "4,7E+12"
    write_table(school.magister, MAGISTER_HEADINGS, rows)
    return []


REFUSED_FILES = [
    (without_externeid, "INTAKE-HEADING-MISSING", "externeid"),
    (empty, "INTAKE-EMPTY", "numo_oud.csv"),
    (only_headings, "INTAKE-EMPTY", "migratiehulpbestand.csv"),
    (missing, "INTAKE-FILE-MISSING", "numo_oud.csv"),
    (folder_for_file, "INTAKE-IS-FOLDER", "numo_oud.csv"),
    (same_file_twice, "INTAKE-SAME-FILE", "numo_oud.csv"),
    (same_file_with_other_line_ends, "INTAKE-SAME-FILE", "numo_oud.csv"),
    (swapped, "INTAKE-SWAPPED", "numo_oud.csv"),
    (national_number_by_name, "INTAKE-NATIONAL-NUMBER", "BSN"),
    (national_number_by_eleven_test, "INTAKE-NATIONAL-NUMBER", "overig"),
    (workbook_named_csv, "INTAKE-WORKBOOK-RENAMED", "Excel"),
    (other_school, "ALARM-OVERLAP", "numo_oud.csv"),
    (several_realms, "ALARM-REALM-SEVERAL", "migratiehulpbestand.csv"),
    (other_realm, "ALARM-REALM-OTHER", "migratiehulpbestand.csv"),
    (other_brin, "ALARM-BRIN", "99XX"),
    (column_sorted_by_itself, "ALARM-SHEARED", "migratiehulpbestand.csv"),
    (damaged_by_a_spreadsheet, "ALARM-DAMAGED", "migratiehulpbestand.csv"),
]


@pytest.mark.parametrize(
    ("spoil", "code", "mentioned"), REFUSED_FILES, ids=[spoil.__name__ for spoil, _, _ in REFUSED_FILES]
)
def test_a_wrong_file_is_refused_in_both_languages_and_nothing_is_written(
    say: Say, school: School, spoil: Spoil, code: str, mentioned: str
) -> None:
    answer = say(*school.arguments(*spoil(school)))
    assert answer.code == EXIT_INPUT
    assert answer.out == ""
    english, dutch = (
        next(line for line in answer.err.splitlines() if line.startswith(f"{code} [{spoken}]"))
        for spoken in ("en", "nl")
    )
    assert english.removeprefix(f"{code} [en]") != dutch.removeprefix(f"{code} [nl]")
    assert mentioned in english
    assert mentioned in dutch
    assert school.runs() == []
    assert "Traceback" not in answer.err
    for value in (*made_up_national_numbers(12), PUPILS[0].last_name, PUPILS[0].externeid):
        assert value not in answer.err


def test_the_chosen_language_comes_first(say: Say, school: School) -> None:
    empty(school)
    lines = say(*school.arguments("--lang", "nl", "--quiet")).err.splitlines()
    assert [line.split("]")[0] for line in lines] == ["INTAKE-EMPTY [nl", "INTAKE-EMPTY [en"]


def test_a_refusal_as_json_is_one_object_too(say: Say, school: School) -> None:
    swapped(school)
    answer = say(*school.arguments("--json"))
    told = answer.json()
    assert told["verdict"] == "refused"
    assert told["code"] == "INTAKE-SWAPPED"
    assert told["exit_code"] == answer.code == EXIT_INPUT
    assert told["run_folder"] is None
    assert set(told["messages"]) == {"nl", "en"}
    assert set(told["statuses"]) == {"magister", "legacy"}


def test_a_second_run_that_is_refused_leaves_the_first_as_it_was(say: Say, school: School) -> None:
    assert say(*school.arguments()).code == 0
    (run,) = school.runs()
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    empty(school)
    assert say(*school.arguments()).code == EXIT_INPUT
    assert school.runs() == [run]
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("content", "code", "mentioned"),
    [
        ('[school]\nbrim = "99XX"\n', "CONFIG-KEY-UNKNOWN", "school.brin"),
        ("[limits]\nminimum_overlop = 0.1\n", "CONFIG-KEY-UNKNOWN", "limits.minimum_overlap"),
        ('[legacy.headings]\nstamnummr = "Nr"\n', "CONFIG-KEY-UNKNOWN", "legacy.headings.stamnr"),
        ("[zzz]\n", "CONFIG-KEY-STRANGE", "zzz"),
        ('[school]\nbrin = "99xx"\n', "CONFIG-VALUE", "school.brin"),
        ("[school\n", "CONFIG-NO-TOML", "school.toml"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_was_probably_meant(
    say: Say, school: School, content: str, code: str, mentioned: str
) -> None:
    answer = say(*school.arguments(*settings(school, content)))
    assert answer.code == EXIT_USAGE
    assert answer.out == ""
    for spoken in ("en", "nl"):
        line = next(line for line in answer.err.splitlines() if line.startswith(f"{code} [{spoken}]"))
        assert mentioned in line
    assert school.runs() == []


def test_settings_that_are_not_there_are_refused(say: Say, school: School) -> None:
    answer = say(*school.arguments("--settings", str(school.out / "nergens.toml")))
    assert answer.code == EXIT_USAGE
    assert "CONFIG-UNREADABLE [en]" in answer.err
    assert "nergens.toml" in answer.err


def test_a_stray_pupil_of_another_realm_stops_only_that_pupil(say: Say, tmp_path: Path) -> None:
    pupils = [replace(PUPILS[0], realm="elders.test"), *PUPILS[1:]]
    school = write_school(tmp_path, pupils, PUPILS)
    told = say(*school.arguments("--json", *settings(school, '[school]\nrealms = ["atlas.test"]\n'))).json()
    assert told["statuses"]["magister"]["quarantined"] == 1
    assert told["statuses"]["magister"]["matched_exact"] == 11
