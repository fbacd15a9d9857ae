"""Do the screen, the errors and the manifest keep silent about pupils?

One invented pupil has a name, an address and an id that stand nowhere else, and is once linked, once held, once
broken, once in a refused file and once in a run that goes wrong. `explain` is the one command that shows a pupil.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import etl.run_files
import etl.stages
from tests.cli.schools import (
    LEGACY_HEADINGS,
    MAGISTER_HEADINGS,
    Answer,
    Say,
    School,
    some_pupils,
    start,
    write_school,
    write_table,
)

pytestmark = pytest.mark.usefixtures("quick")

FIRST, LAST = "Quirijntje", "Zwaluwstaartmes"
ADDRESS = "quirijntje.zwaluwstaartmes@atlas.test"
GUID = "deadbeef-1234-4321-8765-0badc0ffee00"
NUMBER = "7418529"
USER = "6302958"
PLANTED = (FIRST, LAST, ADDRESS, GUID, NUMBER, USER)

MAGISTER_ROW = (NUMBER, USER, GUID, f"{USER}@atlas.test")
LEGACY_ROW = (NUMBER, FIRST, LAST, "1a", ADDRESS, f"n{NUMBER}", "vmbo GL klas 1")


def found_in(text: str) -> list[str]:
    return [value for value in PLANTED if value.casefold() in text.casefold()]


def assert_silent(answer: Answer) -> None:
    assert found_in(answer.out) == []
    assert found_in(answer.err) == []
    assert "Traceback" not in answer.err


def plant(
    folder: Path,
    magister: tuple[tuple[str, ...], ...] = (MAGISTER_ROW,),
    legacy: tuple[tuple[str, ...], ...] = (LEGACY_ROW,),
) -> School:
    school = write_school(folder)
    pupils = some_pupils()
    write_table(school.magister, MAGISTER_HEADINGS, [*(one.magister_row() for one in pupils), *magister])
    write_table(school.legacy, LEGACY_HEADINGS, [*(one.legacy_row() for one in pupils), *legacy])
    return school


BROKEN = {
    "linked": ((MAGISTER_ROW,), (LEGACY_ROW,)),
    "twice": ((MAGISTER_ROW,), (LEGACY_ROW, (*LEGACY_ROW[:3], "2b", *LEGACY_ROW[4:]))),
    "id broken": (((*MAGISTER_ROW[:2], f"{GUID}x", MAGISTER_ROW[3]),), (LEGACY_ROW,)),
    "line too long": (((*MAGISTER_ROW, LAST),), ((*LEGACY_ROW, LAST),)),
    "quote damaged": ((MAGISTER_ROW,), ((NUMBER, f'"{FIRST}" {LAST}', *LEGACY_ROW[2:]),)),
    "formula": ((MAGISTER_ROW,), ((NUMBER, f"={FIRST}", *LEGACY_ROW[2:]),)),
    "alone": ((), (LEGACY_ROW,)),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_the_screen_the_manifest_and_the_page_to_share_name_nobody(
    say: Say, tmp_path: Path, case: str, more: list[str]
) -> None:
    school = plant(tmp_path, *BROKEN[case])
    answer = say(*school.arguments(*more))
    assert answer.code in (0, 10)
    assert_silent(answer)
    (run,) = school.runs()
    for silent in ("manifest.json", "report/summary.html"):
        assert found_in((run / silent).read_text(encoding="utf-8")) == [], silent
    # The pupil is in the run all right: where pupils belong.
    assert found_in((run / "run.duckdb").read_bytes().decode("latin-1")) or case == "line too long"


def test_a_file_that_is_refused_for_an_open_quote_names_nobody(say: Say, tmp_path: Path) -> None:
    school = plant(tmp_path, (MAGISTER_ROW,), ((NUMBER, f'"{FIRST}', *LEGACY_ROW[2:]),))
    answer = say(*school.arguments())
    assert answer.code == 20
    assert_silent(answer)
    assert school.runs() == []


def test_explain_shows_the_pupil_that_was_asked_for(say: Say, tmp_path: Path) -> None:
    school = plant(tmp_path)
    say(*school.arguments())
    (run,) = school.runs()
    assert set(found_in(say("explain", str(run), NUMBER).out)) >= {FIRST, LAST, GUID, NUMBER}


def no_heading(school: School) -> None:
    rows = [LEGACY_ROW, *(one.legacy_row() for one in some_pupils())]
    write_table(school.legacy, rows[0], rows[1:])


def no_heading_in_magister(school: School) -> None:
    write_table(school.magister, MAGISTER_ROW, [one.magister_row() for one in some_pupils()])


def mostly_broken(school: School) -> None:
    write_table(school.legacy, LEGACY_HEADINGS, [(*LEGACY_ROW, LAST)] * 8 + [LEGACY_ROW])


def strange_school(school: School) -> None:
    strangers = [one.legacy_row() for one in some_pupils(first=90_001)]
    write_table(school.legacy, LEGACY_HEADINGS, [LEGACY_ROW, *strangers])


def other_encoding(school: School) -> None:
    school.legacy.write_bytes(
        school.legacy.read_bytes() + f"{NUMBER};{FIRST}\xff\xfe\x81;{LAST}".encode("latin-1")
    )


@pytest.mark.parametrize(
    "spoil", [no_heading, no_heading_in_magister, mostly_broken, strange_school, other_encoding]
)
def test_a_refusal_names_nobody(say: Say, tmp_path: Path, spoil: Callable[[School], None]) -> None:
    school = plant(tmp_path)
    spoil(school)
    for arguments in (school.arguments(), school.arguments("--json"), ["check", str(school.legacy)]):
        assert_silent(say(*arguments))


def fault(*_: object) -> None:
    raise ValueError(f"cannot handle {FIRST} {LAST} {ADDRESS} {GUID}")


def test_a_fault_in_the_program_names_nobody(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = plant(tmp_path)
    monkeypatch.setattr(etl.run_files, "build_report", fault)
    answer = say(*school.arguments())
    assert answer.code == 1
    assert "ValueError" in answer.err
    assert_silent(answer)


def test_a_stage_that_quotes_a_value_names_nobody(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = plant(tmp_path)
    broken = tuple(
        replace(
            stage,
            select=f"select error('cannot read ' || roepnaam) as word from raw_legacy where roepnaam = '{FIRST}'",
        )
        if stage.table == "name_groups"
        else stage
        for stage in etl.stages.list_stages()
    )
    monkeypatch.setattr(etl.stages, "list_stages", lambda: broken)
    answer = say(*school.arguments())
    assert answer.code == 23
    assert_silent(answer)


def test_the_environment_of_a_developer_shows_no_more(tmp_path: Path) -> None:
    school = plant(tmp_path)
    mostly_broken(school)
    answer = start(*school.arguments(), PYTHONDEVMODE="0", DEBUG="1", LOG_LEVEL="DEBUG", PYTHONVERBOSE="")
    assert answer.code == 20
    assert_silent(answer)
