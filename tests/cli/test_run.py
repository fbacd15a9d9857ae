"""Does `koppelcheck run` give the right answer on the right stream, with the right exit code and harmless files?

The school has twelve invented pupils who are the same on both sides; each test says what it changes.
"""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import etl.stages
from etl import contract
from etl.errors import (
    EXIT_CHECKS,
    EXIT_DONE,
    EXIT_ENGINE,
    EXIT_QUESTIONS,
)
from etl.pipeline import RunRequest, run_job
from etl.terminal import run_lines
from etl.texts import text
from tests.cli.on_a_terminal import on_a_terminal, posix_only
from tests.cli.schools import (
    LEGACY_HEADINGS,
    MAGISTER_HEADINGS,
    Pupil,
    Say,
    School,
    environment,
    program,
    some_pupils,
    start,
    write_school,
    write_table,
)

NOW = datetime(2026, 11, 23, 10, 0)
WRITTEN = {
    "import/numo_import.csv",
    "import/crosswalk.csv",
    "import/reverse.csv",
    "report/report.html",
    "report/summary.html",
    "report/report.xlsx",
    "report/report.json",
    "questions.csv",
    "run.duckdb",
    "manifest.json",
}


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def two_accounts_one_number(folder: Path) -> School:
    pupils = some_pupils()
    return write_school(folder, pupils, [*pupils, replace(pupils[0], first_name="Bram", last_name="Anders")])


def test_a_school_without_questions_is_done(say: Say, school: School) -> None:
    answer = say(*school.arguments())
    assert answer.code == EXIT_DONE
    (run,) = school.runs()
    assert files_in(run) == WRITTEN
    assert len(read_rows(run / "import" / "numo_import.csv")) == 12
    assert "READY TO IMPORT" in answer.out
    assert str(run) in answer.out


def test_the_answer_is_on_stdout_and_nothing_is_told_where_nobody_looks(
    say: Say, school: School, quick: None
) -> None:
    answer = say(*school.arguments())
    assert answer.err == ""
    for name in WRITTEN:
        assert name in answer.out


@posix_only
def test_on_a_terminal_each_step_is_told_in_its_language_and_on_stderr(school: School) -> None:
    arguments = [*program(), *school.arguments("--lang", "nl", "--no-suites")]
    with on_a_terminal(arguments, environment()) as watched:
        out, told = (stream.decode("utf-8") for stream in watched.finish())
    assert watched.process.returncode == EXIT_DONE
    assert "KLAAR OM TE IMPORTEREN" in out
    assert "KLAAR OM TE IMPORTEREN" not in told
    rows = 2 * len(some_pupils())
    # On a slow machine there are lines between them that say how far it is.
    assert [line for line in told.splitlines() if line.endswith("…")] == [
        "Bestanden lezen …",
        f"Leerlingen zoeken en vergelijken, {rows} rijen …",
        "Importbestand en rapport schrijven …",
    ]


@posix_only
def test_who_asks_for_quiet_hears_nothing_on_a_terminal_either(school: School) -> None:
    with on_a_terminal([*program(), *school.arguments("--quiet", "--no-suites")], environment()) as watched:
        assert watched.finish()[1] == b""


def test_a_total_that_does_not_add_up_says_so(school: School) -> None:
    outcome = run_job(RunRequest(school.magister, school.legacy, school.out, NOW, with_suites=False))
    assert "Total (adds up)" in "\n".join(run_lines(outcome, "en"))
    sources = tuple(replace(source, records=source.records + 1) for source in outcome.report.sources)
    lost = replace(outcome, report=replace(outcome.report, sources=sources))
    assert "Total (does not add up)" in "\n".join(run_lines(lost, "en"))


def test_ten_million_pupils_and_as_many_accounts_stay_two_numbers(school: School) -> None:
    outcome = run_job(RunRequest(school.magister, school.legacy, school.out, NOW, with_suites=False))
    country = replace(outcome.report, accounts_total=10_000_000, pupils_total=10_000_000)
    assert "10,000,000 10,000,000" in "\n".join(run_lines(replace(outcome, report=country), "en"))


def test_who_asks_for_spark_without_having_it_hears_what_to_install(
    say: Say, school: School, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    answer = say(*school.arguments("--engine", "spark"))
    assert answer.code == EXIT_ENGINE
    assert "koppelcheck[spark]" in answer.err
    assert school.runs() == []


def test_quiet_says_nothing_on_stderr(say: Say, school: School, quick: None) -> None:
    answer = say(*school.arguments("--quiet"))
    assert answer.err == ""
    assert "READY TO IMPORT" in answer.out


def test_the_screen_speaks_the_chosen_language(say: Say, school: School, quick: None) -> None:
    answer = say(*school.arguments("--lang", "nl"))
    assert "KLAAR OM TE IMPORTEREN" in answer.out
    assert "READY" not in answer.out


def test_the_report_speaks_its_own_language(say: Say, school: School, quick: None) -> None:
    assert say(*school.arguments("--lang", "nl", "--report-lang", "en")).code == EXIT_DONE
    (run,) = school.runs()
    assert "Ready to import." in (run / "report" / "report.html").read_text(encoding="utf-8")


def test_two_accounts_with_one_number_make_a_question(say: Say, tmp_path: Path, quick: None) -> None:
    school = two_accounts_one_number(tmp_path)
    answer = say(*school.arguments())
    assert answer.code == EXIT_QUESTIONS
    (run,) = school.runs()
    imported = {row["stamnr"] for row in read_rows(run / "import" / "numo_import.csv")}
    assert imported == {str(pupil.number) for pupil in some_pupils()[1:]}
    (question,) = read_rows(run / "questions.csv")
    assert question["soort"] == text("status.duplicate_key", "nl")
    assert "koppelcheck explain" in answer.out


def test_a_class_without_opleiding_makes_a_question(say: Say, tmp_path: Path, quick: None) -> None:
    pupils = some_pupils()
    school = write_school(tmp_path, pupils, [replace(pupil, opleiding="") for pupil in pupils])
    answer = say(*school.arguments("--json"))
    assert answer.code == EXIT_QUESTIONS
    assert answer.json()["opleiding_to_decide"] == 1
    (run,) = school.runs()
    assert [row["soort"] for row in read_rows(run / "questions.csv")] == ["opleiding"]
    answer = say(*school.arguments())
    assert answer.out.splitlines()[-1].startswith("Next: ask the school which opleiding belongs to 1 class,")


def test_what_is_ready_is_released_before_it_is_imported(say: Say, school: School, quick: None) -> None:
    answer = say(*school.arguments())
    (run,) = school.runs()
    assert f"koppelcheck release {run} --by NAME" in answer.out.splitlines()[-1]


def test_json_is_exactly_one_object(say: Say, tmp_path: Path, quick: None) -> None:
    school = two_accounts_one_number(tmp_path)
    answer = say(*school.arguments("--json"))
    told = answer.json()
    assert answer.err == ""
    assert told["verdict"] == "decide"
    assert told["exit_code"] == answer.code == EXIT_QUESTIONS
    assert [told["run_folder"]] == [str(run) for run in school.runs()]
    assert list(told["statuses"]) == ["magister", "legacy"]
    for source, counts in told["statuses"].items():
        assert list(counts) == [status.code for status in contract.STATUSES]
        assert sum(counts.values()) == {"magister": 12, "legacy": 13}[source]


def test_a_held_pupil_in_the_import_file_stops_the_run(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = two_accounts_one_number(tmp_path)
    stages = etl.stages.list_stages()
    leaking = tuple(
        replace(
            stage,
            select=stage.select.replace("c.is_linked", "true").replace(
                "c.counterpart_row = m.source_row", "coalesce(c.counterpart_row, 1) = m.source_row"
            ),
        )
        if stage.table == "import_ready"
        else stage
        for stage in stages
    )
    assert leaking != stages
    monkeypatch.setattr(etl.stages, "list_stages", lambda: leaking)
    answer = say(*school.arguments())
    assert answer.code == EXIT_CHECKS
    assert "DO NOT IMPORT" in answer.out
    (run,) = school.runs()
    assert files_in(run) == {name for name in WRITTEN if not name.startswith("import/")}


def test_the_delivered_files_stay_as_they_are_when_runs_go_beside_them(
    say: Say, school: School, quick: None
) -> None:
    before = school.magister.read_bytes(), school.legacy.read_bytes()
    beside = replace(school, out=school.magister.parent)
    assert say(*beside.arguments()).code == EXIT_DONE
    assert (school.magister.read_bytes(), school.legacy.read_bytes()) == before


def test_names_that_a_spreadsheet_or_browser_would_run_are_only_text(
    say: Say, tmp_path: Path, quick: None
) -> None:
    pupils = some_pupils()
    rows = [list(pupil.legacy_row()) for pupil in pupils]
    rows[0][1], rows[1][1], rows[2][2], rows[3][3] = "=1+1", "@SUM(A1)", "+HYPERLINK(1)", "-2+3"
    # An account that nobody has, so that its name stands on the page.
    stranger = list(Pupil(99_001).legacy_row())
    stranger[1] = "<script>alert(1)</script>"
    school = write_school(tmp_path, pupils)
    write_table(school.legacy, LEGACY_HEADINGS, [*rows, stranger])
    assert say(*school.arguments()).code in (EXIT_DONE, EXIT_QUESTIONS)
    (run,) = school.runs()
    files = sorted(run.rglob("*.csv"))
    assert len(files) == 4
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "'=1+1" in {row["voornaam"] for row in read_rows(run / "import" / "numo_import.csv")}
    page = (run / "report" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_plain_terminal_of_another_world_gets_the_answer_too(school: School) -> None:
    answer = start(*school.arguments("--lang", "nl"), LC_ALL="C", PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert answer.code == EXIT_DONE
    assert "KLAAR OM TE IMPORTEREN" in answer.out
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize("pupils", [1, 12])
def test_a_school_in_which_no_pupil_has_a_login_gets_questions_and_no_error(
    say: Say, school: School, pupils: int
) -> None:
    write_table(
        school.magister,
        MAGISTER_HEADINGS,
        [(*pupil.magister_row()[:3], "") for pupil in some_pupils()[:pupils]],
    )
    write_table(school.legacy, LEGACY_HEADINGS, [pupil.legacy_row() for pupil in some_pupils()[:pupils]])
    answer = say(*school.arguments())
    assert answer.code == EXIT_QUESTIONS


def test_a_school_without_logins_that_needs_none_is_linked(say: Say, school: School, tmp_path: Path) -> None:
    write_table(
        school.magister, MAGISTER_HEADINGS, [(*pupil.magister_row()[:3], "") for pupil in some_pupils()]
    )
    settings = tmp_path / "school.toml"
    settings.write_text("[magister]\nrealm_required = false\n", encoding="utf-8")
    answer = say(*school.arguments("--settings", str(settings)))
    assert answer.code == EXIT_DONE


def test_suites_and_workbook_can_be_left_out_and_the_report_says_so(say: Say, tmp_path: Path) -> None:
    pupils = some_pupils()
    school = write_school(tmp_path, pupils, pupils)
    answer = say(*school.arguments("--no-suites", "--no-workbook", "--json"))
    assert "no_suites" in answer.json()["not_performed"]
    (run,) = school.runs()
    assert not (run / "report" / "report.xlsx").exists()


def test_without_a_workbook_nobody_is_sent_to_it(say: Say, tmp_path: Path) -> None:
    school = two_accounts_one_number(tmp_path)
    for language in ("nl", "en"):
        answer = say(*school.arguments("--no-suites", "--no-workbook", "--lang", language))
        assert answer.code == EXIT_QUESTIONS
        assert "report.html" in answer.out
        assert "report.xlsx" not in answer.out
    pages = [(run / "report" / "report.html").read_text("utf-8") for run in school.runs()]
    assert not [page for page in pages if "report.xlsx" in page]


def test_memory_is_bounded_by_a_setting_that_changes_no_release(say: Say, tmp_path: Path) -> None:
    pupils = some_pupils()
    school = write_school(tmp_path, pupils, pupils)
    settings = tmp_path / "small.toml"
    settings.write_text("[limits]\nmemory_mib = 128\n", encoding="utf-8")
    say(*school.arguments("--no-suites", "--no-workbook"))
    say(*school.arguments("--no-suites", "--no-workbook", "--settings", str(settings)))
    one, other = (json.loads((run / "manifest.json").read_text("utf-8"))["plan"] for run in school.runs())
    assert one == other
