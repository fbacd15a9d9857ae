"""Many schools at once: each gets the run it would have got alone, and a school that is refused stops only itself."""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

import etl.batch_school
import etl.batch_tables
import etl.batch_workers
import etl.validate
from etl.batch import BatchRequest, run_batch
from etl.batch_school import SchoolOutcome
from etl.batch_tables import add_schools
from etl.config import load_config
from etl.engines.duckdb import DuckDBEngine
from etl.errors import EngineError, OutputError
from etl.history import open_run
from etl.pipeline import RunRequest, run_job
from etl.texts import text
from tests.cli.schools import Say, some_pupils, write_school
from tests.model.delivered import PLAIN, file_bytes
from tests.model.schools import make_school
from tests.model.truth import Layout

NOW = datetime(2026, 11, 2, 9, 0)
SMALL = ("--no-suites", "--no-workbook", "--workers", "2")
# Columns, names and keys differ by school; one has a control list and one has defects of many kinds.
SCHOOLS = {
    "eiken": (Layout(), ()),
    "linden": (Layout(magister_names="parts", legacy_names="parts", has_opleiding=True, has_role=True), ()),
    "beuken": (Layout(legacy_names="whole", has_control=True, account_key="login"), ("number re-used",)),
    "elzen": (
        Layout(magister_names="whole", legacy_keys="both"),
        ("twins swapped", "number blank in legacy"),
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a folder for each school."""
    for seed, (name, (layout, defects)) in enumerate(SCHOOLS.items()):
        place = tmp_path / "schools" / name
        place.mkdir(parents=True)
        school = make_school(seed, 20, defects, layout)
        (place / "magister.csv").write_bytes(file_bytes(school, "magister", PLAIN))
        (place / "legacy.csv").write_bytes(file_bytes(school, "legacy", PLAIN))
        if school.control:
            (place / "control.csv").write_bytes(file_bytes(school, "control", PLAIN))
    return tmp_path / "schools"


def request_of(folder: Path, out: Path) -> BatchRequest:
    return BatchRequest(folder, out, NOW, with_suites=False, with_workbook=False, workers=2)


def files_of(run: Path) -> dict[str, bytes]:
    return {
        path.relative_to(run).as_posix(): path.read_bytes()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.name != "run.duckdb"
    }


def tables_of(run: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Return the columns and rows of every table of a run; in which order rows are kept is nobody's promise."""
    found = {}
    with duckdb.connect(str(run / "run.duckdb"), read_only=True) as connection:
        for name in open_run(run).tables():
            rows = connection.execute(f'select * from "{name}"')
            found[name] = [column[0] for column in rows.description], sorted(map(repr, rows.fetchall()))
    assert found
    return found


def overview_of(out: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((out / "overview.json").read_text("utf-8"))
    return content


def test_each_school_gets_the_run_it_would_have_got_alone(folder: Path, tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    run_batch(request_of(folder, together))
    for name in SCHOOLS:
        run_job(alone_request(folder / name, alone, NOW))
    for run in sorted(alone.iterdir()):
        mine, other = files_of(together / run.name), files_of(run)
        assert mine.keys() == other.keys()
        assert [path for path in mine if mine[path] != other[path]] == []
        tables, expected = tables_of(together / run.name), tables_of(run)
        assert tables.keys() == expected.keys()
        assert [name for name in tables if tables[name] != expected[name]] == []


def test_checks_of_all_schools_together_say_of_each_what_its_own_would(folder: Path, tmp_path: Path) -> None:
    # Too many accounts of this one are in no pupil file: one check warns here, and holds at the others.
    magister = folder / "eiken" / "magister.csv"
    magister.write_bytes(b"".join(magister.read_bytes().splitlines(keepends=True)[:-6]))
    together, alone = tmp_path / "together", tmp_path / "alone"
    told: list[str] = []
    run_batch(
        replace(request_of(folder, together), with_suites=True), lambda step, *_, **__: told.append(step)
    )
    # Each step is told in both languages.
    assert list(dict.fromkeys(told)) == ["look", "read", "match", "across", "validate", "write"]
    assert all(text(f"batch.step.{step}", language) for step in told for language in ("nl", "en"))
    warned = {}
    for name in SCHOOLS:
        run_job(replace(alone_request(folder / name, alone, NOW), with_suites=True))
    for run in sorted(alone.iterdir()):
        report = Path("report") / "report.json"
        mine, other = (json.loads((out / run.name / report).read_bytes()) for out in (together, alone))
        assert mine["checks"] == other["checks"]
        warned[mine["school"]] = [one["code"] for one in mine["checks"] if not one["passed"]]
        assert files_of(together / run.name) == files_of(run)
    assert warned.pop("eiken") == ["CHECK-ARCHIVE-SHARE"]
    assert set(map(len, warned.values())) == {0}


def test_what_a_school_answered_and_its_own_rules_count_as_in_its_run_alone(
    folder: Path, tmp_path: Path
) -> None:
    """One school has answered; another has a rule for classes; the words of no school are known to another."""
    together, alone = tmp_path / "together", tmp_path / "alone"
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[opleiding.rules]]\ncolumn = "klas"\npattern = "[0-9].*"\nopleiding = "vmbo TL klas 2"\n', "utf-8"
    )
    shutil.copy(rules, folder / "elzen" / "school.toml")
    first = tmp_path / "first"
    before = run_job(alone_request(folder / "beuken", first, NOW - timedelta(days=1)))
    asked = [one.questions[0] for one in before.report.old_accounts if one.questions]
    asked += [question for one in before.report.cases for question in one.questions]
    answers = tmp_path / "answers.csv"
    lines = [f"{one.question_id};{one.options[0]};A. de Boer;B. Visser;;" for one in asked]
    answers.write_text("\n".join(["case;answer;by;second_by;date;remark", *lines, ""]), "utf-8")
    run_job(replace(alone_request(folder / "beuken", first, NOW - timedelta(hours=1)), decisions=answers))
    (ledger,) = first.glob("decisions-*.csv")
    for out in (together, alone):
        out.mkdir()
        shutil.copy(ledger, out)
    run_batch(request_of(folder, together))
    for name in SCHOOLS:
        settings = folder / name / "school.toml"
        request = alone_request(folder / name, alone, NOW)
        run_job(replace(request, config=load_config(settings if settings.exists() else None)))
    runs = sorted(run for run in alone.iterdir() if run.is_dir())
    assert len(runs) == len(SCHOOLS)
    for run in runs:
        mine, other = files_of(together / run.name), files_of(run)
        assert [path for path in mine if mine[path] != other[path]] == []
        assert tables_of(together / run.name) == tables_of(run)
    report = json.loads((together / runs[0].name / "report" / "report.json").read_bytes())
    assert {one["state"] for one in report["answers"]} == {"applied"}
    columns, rows = tables_of(together / runs[2].name)["opleiding_rules"]
    assert columns[0] == "school"
    assert rows
    assert all(row.startswith("('elzen',") for row in rows)


def alone_request(place: Path, out: Path, now: datetime) -> RunRequest:
    control = place / "control.csv"
    return RunRequest(
        place / "magister.csv",
        place / "legacy.csv",
        out,
        now,
        control=control if control.exists() else None,
        with_suites=False,
        with_workbook=False,
    )


def test_a_batch_of_one_school_ends_as_its_run_alone_also_when_only_corrections_wait(tmp_path: Path) -> None:
    place = tmp_path / "schools" / "wilgen"
    place.mkdir(parents=True)
    # With an opleiding for everybody nothing is asked but what has to be put right in Magister.
    layout = Layout(magister_names="parts", legacy_names="parts", has_opleiding=True)
    school = make_school(5, 20, ("id nil in magister",), layout)
    (place / "magister.csv").write_bytes(file_bytes(school, "magister", PLAIN))
    (place / "legacy.csv").write_bytes(file_bytes(school, "legacy", PLAIN))
    outcome = run_batch(request_of(place.parent, tmp_path / "together"))
    (line,) = outcome.overview.schools
    assert (line.decide, line.opleiding) == (0, 0)
    assert line.correct
    alone = RunRequest(
        place / "magister.csv", place / "legacy.csv", tmp_path / "alone", NOW, with_suites=False
    )
    assert outcome.exit_code == run_job(alone).exit_code == 10


def test_a_refused_school_stops_only_itself_and_says_what_is_wrong(
    folder: Path, say: Say, tmp_path: Path
) -> None:
    (folder / "linden" / "legacy.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (folder / "leeg").mkdir()
    shutil.copytree(folder / "elzen", folder / "verkeerd")
    shutil.copy(folder / "eiken" / "legacy.csv", folder / "verkeerd" / "legacy.csv")
    out = tmp_path / "runs"
    answer = say("batch", str(folder), "--out", str(out), "--lang", "en", *SMALL)
    assert answer.code == 20
    schools = {one["school"]: one for one in overview_of(out)["schools"]}
    assert schools["linden"]["code"] == "INTAKE-IS-OTHER"
    assert schools["leeg"]["code"] == "BATCH-FILES-UNCLEAR"
    assert schools["verkeerd"]["code"] == "ALARM-OVERLAP"
    for name in ("linden", "leeg", "verkeerd"):
        assert schools[name]["outcome"] == "refused"
        assert schools[name]["folder"] is None
        assert schools[name]["messages"]["en"] in answer.out
        assert schools[name]["messages"]["nl"] in (out / "overview.html").read_text("utf-8").replace(
            "&#39;", "'"
        )
    for name in ("eiken", "beuken", "elzen"):
        assert (out / schools[name]["folder"] / "report" / "report.html").is_file()
    found = {(one["kind"], one["school"], one["other_school"]) for one in overview_of(out)["across_schools"]}
    assert ("wrong_file", "verkeerd", "eiken") in found
    assert ("shared_id", "verkeerd", "elzen") in found


def test_what_was_done_is_kept_and_what_changed_is_done_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    run_batch(request_of(folder, out))
    before = sorted(path.name for path in out.iterdir() if path.is_dir())
    shutil.rmtree(out / before[0])  # as after a kill before this school was finished
    changed = folder / "linden" / "legacy.csv"
    changed.write_bytes(changed.read_bytes().replace(b"@", b".x@", 1))
    outcome = run_batch(request_of(folder, out))
    kept = {one.school for one in outcome.overview.schools if one.is_kept}
    assert kept == set(SCHOOLS) - {"linden", before[0].split("-")[0]}
    assert len([path for path in out.iterdir() if path.is_dir()]) == len(before) + 1


def test_a_bug_in_one_school_is_told_by_its_kind_and_stops_no_other(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish(tables: Path, job: Any, holding: frozenset[str]) -> SchoolOutcome:
        if job.school == "eiken":
            monkeypatch.setattr(etl.batch_school, "write_run", fail)
        try:
            return real(tables, job, holding)
        finally:
            monkeypatch.setattr(etl.batch_school, "write_run", write)

    def fail(*given: object, **named: object) -> None:
        raise ZeroDivisionError("Noor Visser")

    real, write = etl.batch_school.finish_school, etl.batch_school.write_run
    monkeypatch.setattr(etl.batch_workers, "ProcessPoolExecutor", InOneProcess)
    monkeypatch.setattr(etl.batch_workers, "finish_school", finish)
    outcome = run_batch(request_of(folder, tmp_path / "runs"))
    lines = {one.school: one for one in outcome.overview.schools}
    assert lines["eiken"].outcome == "failed"
    assert "ZeroDivisionError" in lines["eiken"].messages["en"]
    assert "Noor" not in str(lines["eiken"])
    assert outcome.exit_code == 23
    assert all(lines[name].folder for name in SCHOOLS if name != "eiken")


def test_what_cannot_be_checked_of_all_schools_together_is_checked_of_each(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[frozenset[str]] = []

    def give_up(*given: object) -> frozenset[str]:
        raise EngineError("CHECKS-NOT-RUN", table="worklist", check="CHECK-WORKLIST-ONCE")

    def run(*given: Any) -> Any:
        asked.append(given[-1])
        return real(*given)

    real = etl.batch_school.run_suites
    monkeypatch.setattr(etl.batch_workers, "ProcessPoolExecutor", InOneProcess)
    monkeypatch.setattr(etl.batch_school, "run_suites", run)
    monkeypatch.setattr(etl.validate, "find_holding", give_up)
    shutil.rmtree(folder / "linden")
    outcome = run_batch(replace(request_of(folder, tmp_path / "runs"), with_suites=True))
    assert asked == [frozenset()] * len(outcome.overview.schools)
    for line in outcome.overview.schools:
        report = tmp_path / "runs" / str(line.folder) / "report" / "report.json"
        assert {one["passed"] for one in json.loads(report.read_bytes())["checks"]} == {True}


def test_when_a_batch_is_stopped_no_other_school_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def read_one(
        engine: DuckDBEngine, schema: str, folder: Path, request: None, school: str, lock: Any
    ) -> Any:
        read.append(school)
        time.sleep(0.002)
        return {}

    monkeypatch.setattr(etl.batch_tables, "_add_school", read_one)
    schools = {f"school{number}": None for number in range(500)}
    with closing(DuckDBEngine(tmp_path, threads=2)) as engine:
        found = add_schools(engine, tmp_path, cast(Any, schools))
        assert next(found) == ("school0", {})
        cast(Any, found).close()
        after = len(read)
    assert after < len(schools)
    assert len(read) == after


def test_a_worker_uses_one_engine_for_small_schools_and_another_for_a_large_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever came before in the same worker (a large school, a refused one, one with less memory) changes nothing."""
    for seed, name in enumerate(("00", "50", "zz")):
        large = make_school(90 + seed, 26, (), Layout())
        place = folder / name
        place.mkdir()
        (place / "magister.csv").write_bytes(file_bytes(large, "magister", PLAIN))
        (place / "legacy.csv").write_bytes(file_bytes(large, "legacy", PLAIN))
    (folder / "eiken" / "school.toml").write_text("[limits]\nmemory_mib = 200\n", "utf-8")
    shutil.copytree(folder / "elzen", folder / "fout")
    shutil.copy(folder / "eiken" / "legacy.csv", folder / "fout" / "legacy.csv")
    opened: list[int | None] = []
    open_one = DuckDBEngine.__init__

    def counted(engine: DuckDBEngine, *given: Any, **named: Any) -> None:
        opened.append(named.get("records"))
        open_one(engine, *given, **named)

    monkeypatch.setattr(DuckDBEngine, "__init__", counted)
    monkeypatch.setattr(etl.batch_workers, "ProcessPoolExecutor", InOneProcess)
    monkeypatch.setattr(etl.batch_school, "FEW_RECORDS", 40)
    outcome = run_batch(request_of(folder, tmp_path / "together"))
    lines = {one.school: one.outcome for one in outcome.overview.schools}
    assert lines.pop("fout") == "refused"
    assert set(lines.values()) <= {"decide", "ready"}
    # One for each large school (beuken is one with its control list); small ones share theirs, until one is refused.
    assert sorted(one for one in opened if one is not None and one > 40) == [52, 52, 52, 57]
    small = len(lines) + 1 - 4
    assert 2 <= opened.count(40) < small
    for name in ("beuken", "zz", "linden", "eiken"):
        run_job(alone_request(folder / name, tmp_path / "alone", NOW))
    for run in sorted((tmp_path / "alone").iterdir()):
        assert tables_of(tmp_path / "together" / run.name) == tables_of(run)


class InOneProcess:
    """Stands in for the pool: what a worker would do is done at once."""

    def __init__(self, *given: object, **named: object) -> None: ...

    def __enter__(self) -> InOneProcess:
        return self

    def __exit__(self, *given: object) -> None: ...

    def submit(self, do: Any, *given: Any) -> Any:
        from concurrent.futures import Future

        future: Future[Any] = Future()
        future.set_result(do(*given))
        return future


def test_the_overview_names_no_pupil_and_all_of_it_is_private(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    run_batch(request_of(folder, out))
    text = (folder / "linden" / "magister.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    values = [row[column] for row in rows for column in ("stamnr", "externeid", "achternaam")]
    for file in ("overview.html", "overview.csv", "overview.json", "across_schools.csv"):
        content = (out / file).read_text("utf-8")
        assert not [value for value in values if f">{value}<" in content or f";{value};" in content]
        if os.name != "nt":
            assert (out / file).stat().st_mode & 0o077 == 0


def test_schools_may_stand_in_a_list_with_settings_of_their_own(say: Say, tmp_path: Path) -> None:
    place = tmp_path / "all"
    place.mkdir()
    pupils = some_pupils()
    (place / "one").mkdir()
    school = write_school(place / "one", pupils, pupils)
    (place / "one.toml").write_text('[school]\nbrin = "99XX"\n', encoding="utf-8")
    magister, legacy = school.magister.relative_to(place), school.legacy.relative_to(place)
    (place / "schools.csv").write_text(
        f"school;magister;legacy;settings\nSchool A;{magister};{legacy};one.toml\n", encoding="utf-8"
    )
    out = tmp_path / "runs"
    assert say("batch", str(place), "--out", str(out), *SMALL).code in (0, 10)
    assert [one["school"] for one in overview_of(out)["schools"]] == ["99XX"]
    (place / "schools.csv").write_text("school;magister\nA;x\n", encoding="utf-8")
    refused = say("batch", str(place), "--out", str(out), "--lang", "en", *SMALL)
    assert (refused.code, "schools.csv" in refused.err) == (20, True)


def test_nothing_is_told_of_the_progress_where_nobody_looks(folder: Path, say: Say, tmp_path: Path) -> None:
    assert say("batch", str(folder), "--out", str(tmp_path / "runs"), *SMALL).err == ""


def test_a_refused_school_stands_in_the_overview_also_when_another_is_called_alike(
    folder: Path, say: Say, tmp_path: Path
) -> None:
    """One folder is called as the BRIN number of another school; of a list two lines are about one school."""
    out = tmp_path / "runs"
    for name in ("linden", "beuken"):
        shutil.rmtree(folder / name)
    (folder / "elzen").rename(folder / "98AB")
    (folder / "98AB" / "legacy.csv").unlink()
    (folder / "eiken" / "school.toml").write_text('[school]\nbrin = "98AB"\n', "utf-8")
    assert say("batch", str(folder), "--out", str(out), *SMALL).code == 20
    found = [(one["school"], one["code"]) for one in overview_of(out)["schools"]]
    assert found == [("98AB", "BATCH-FILES-UNCLEAR"), ("98AB", None)]
    line = "A;eiken/magister.csv;eiken/legacy.csv\n"
    (folder / "schools.csv").write_text(f"school;magister;legacy\n{line}{line}", "utf-8")
    assert say("batch", str(folder), "--out", str(out), *SMALL).code == 20
    assert [one["code"] for one in overview_of(out)["schools"]] == ["BATCH-SCHOOL-TWICE"] * 2


def test_answers_that_cannot_be_read_stop_only_their_own_school(
    folder: Path, say: Say, tmp_path: Path
) -> None:
    out = tmp_path / "runs"
    out.mkdir()
    (out / "decisions-eiken.csv").write_text("not;a;ledger\n", "utf-8")
    assert say("batch", str(folder), "--out", str(out), *SMALL).code == 21
    schools = {one["school"]: one for one in overview_of(out)["schools"]}
    assert (schools["eiken"]["outcome"], schools["eiken"]["code"]) == ("refused", "LEDGER-UNREADABLE")
    assert "decisions-eiken.csv" in schools["eiken"]["messages"]["en"]
    assert all(schools[name]["folder"] for name in SCHOOLS if name != "eiken")


def test_a_run_that_is_damaged_or_lacks_a_file_is_made_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    first = {one.school: out / str(one.folder) for one in run_batch(request_of(folder, out)).overview.schools}
    (first["eiken"] / "report" / "report.json").write_text("{", "utf-8")
    (first["linden"] / "report" / "report.json").unlink()
    shutil.rmtree(first["beuken"] / "import")
    outcome = run_batch(request_of(folder, out))
    assert [one.school for one in outcome.overview.schools if one.is_kept] == ["elzen"]
    assert {one.school for one in outcome.overview.schools if one.folder} == set(SCHOOLS)


def test_a_run_without_what_is_asked_now_is_made_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    for name in ("linden", "beuken", "elzen"):
        shutil.rmtree(folder / name)
    bare = request_of(folder, out)
    checked, full = replace(bare, with_suites=True), replace(bare, with_suites=True, with_workbook=True)
    english = replace(full, language="en")
    kept = []
    for asked in (bare, bare, checked, checked, full, full, checked, bare, english, english, full):
        (line,) = run_batch(asked).overview.schools
        kept.append(line.is_kept)
        report = out / str(line.folder) / "report"
        assert (report / "report.xlsx").is_file() or not asked.with_workbook
        assert json.loads((report / "report.json").read_bytes())["checks"] or not asked.with_suites
        assert f'<html lang="{asked.language}">' in (report / "report.html").read_text("utf-8")
    assert kept == [False, True, False, True, False, True, True, True, False, True, False]


def test_a_folder_for_runs_that_cannot_be_written_is_told_as_of_a_run(
    folder: Path, say: Say, tmp_path: Path
) -> None:
    for name in ("linden", "beuken", "elzen"):
        shutil.rmtree(folder / name)
    file = tmp_path / "runs"
    file.write_text("mine", "utf-8")
    places = [file, file / "deeper", *([Path(os.devnull)] if os.name != "nt" else [])]
    for out in places:
        refused = say("batch", str(folder), "--out", str(out), "--lang", "en", *SMALL)
        assert (refused.code, "OUTPUT-WRITE" in refused.err, out.name in refused.err) == (24, True, True)
    assert file.read_text("utf-8") == "mine"
    out = tmp_path / "other"
    (out / "overview.html").mkdir(parents=True)
    refused = say("batch", str(folder), "--out", str(out), "--lang", "en", *SMALL)
    assert (refused.code, "overview.html" in refused.err) == (24, True)


def test_a_batch_ends_in_the_code_of_what_went_wrong(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for one school, and the settings of another are wrong."""

    def fail(
        request: RunRequest, deliveries: object, ledger: object, school: str, *rest: Any, **named: Any
    ) -> Any:
        if school == "eiken":
            raise OutputError("OUTPUT-WRITE", file="report.html", cause="No space left on device")
        return write(request, deliveries, ledger, school, *rest, **named)

    write: Any = etl.batch_school.write_run
    monkeypatch.setattr(etl.batch_workers, "ProcessPoolExecutor", InOneProcess)
    (folder / "linden" / "school.toml").write_text("[school]\nbrim = 1\n", "utf-8")
    assert run_batch(request_of(folder, tmp_path / "runs")).exit_code == 2
    monkeypatch.setattr(etl.batch_school, "write_run", fail)
    outcome = run_batch(request_of(folder, tmp_path / "others"))
    lines = {one.school: one for one in outcome.overview.schools}
    assert (lines["eiken"].outcome, lines["eiken"].code) == ("failed", "OUTPUT-WRITE")
    assert lines["linden"].outcome == "refused"
    assert outcome.exit_code == 24


def test_a_folder_that_may_not_be_read_is_told_by_its_name(
    folder: Path, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First that of one school, then that of all."""

    def look(place: Path) -> Any:
        if place.name in closed:
            raise PermissionError(13, "Permission denied")
        return really(place)

    really, closed, out = Path.iterdir, ["eiken"], tmp_path / "runs"
    monkeypatch.setattr(Path, "iterdir", look)
    answer = say("batch", str(folder), "--out", str(out), "--lang", "en", *SMALL)
    schools = {one["school"]: one for one in overview_of(out)["schools"]}
    assert schools["eiken"]["code"] == "BATCH-FOLDER-CLOSED"
    assert (answer.code, schools["eiken"]["messages"]["en"] in answer.out) == (20, True)
    assert all(schools[name]["folder"] for name in SCHOOLS if name != "eiken")
    closed.append(folder.name)
    answer = say("batch", str(folder), "--out", str(out), "--lang", "en", *SMALL)
    assert (answer.code, "Folder schools may not be read" in answer.err) == (20, True)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (f"school;magister;legacy\nA;b;c\n{'x' * 131_073};b;c\n", 3),
        ("school;magister;legacy;magister\nA;b;c;d\n", 1),
    ],
    ids=["a cell that never ends", "a heading twice"],
)
def test_a_list_that_is_no_list_is_told_by_its_line(say: Say, tmp_path: Path, lines: str, line: int) -> None:
    (tmp_path / "schools.csv").write_text(lines, "utf-8")
    refused = say("batch", str(tmp_path), "--out", str(tmp_path / "runs"), "--lang", "en", *SMALL)
    assert (refused.code, f"schools.csv cannot be read at line {line}." in refused.err) == (20, True)


def test_where_runs_are_written_is_no_school(folder: Path, tmp_path: Path) -> None:
    """Runs in a folder among those of the schools, in the folder of all, and in one of another batch."""
    for name in ("linden", "beuken"):
        shutil.rmtree(folder / name)
    for out in (folder / "runs", folder / "others", folder):
        for _ in range(2):
            outcome = run_batch(request_of(folder, out))
            assert sorted(one.school for one in outcome.overview.schools) == ["eiken", "elzen"]
    (folder / "new").mkdir()
    outcome = run_batch(request_of(folder, folder / "new"))
    assert sorted(one.school for one in outcome.overview.schools) == ["eiken", "elzen"]
    # A folder of which the files cannot be told apart is a school, as before.
    outcome = run_batch(request_of(folder, tmp_path / "elsewhere"))
    assert {one.school for one in outcome.overview.schools} == {"eiken", "elzen"}
    (folder / "leeg").mkdir()
    outcome = run_batch(request_of(folder, tmp_path / "elsewhere"))
    assert {one.school for one in outcome.overview.schools} == {"eiken", "elzen", "leeg"}
