"""The bench: its pairs, its plain job, and what it says of figures. Nothing is timed, and everybody is invented."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

import etl
from tests.bench.chart import draw_chart
from tests.bench.compare import compare_figures
from tests.bench.figures import (
    PAIR,
    STARTS,
    Figure,
    Figures,
    Group,
    Stages,
    build_group,
    list_slopes,
    read_figures,
    to_json,
)
from tests.bench.measure import Limits, Measure, Program, Series, measure_in_turns
from tests.bench.page import show_groups, write_page
from tests.bench.pair import make_plan, write_pair, write_schools
from tests.bench.programs import BASE, EVERYTHING, HELP, IMPORT_SUITES, PLAIN, list_programs
from tests.bench.run import CHART, COMMITTED, PAGE
from tests.bench.stages import STEPS, Clock
from tests.bench.targets import judge_targets

ROWS = 1_000
LIMITS = Limits(seconds=60, memory_mb=4_000, seconds_in_all=60)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pair")
    write_pair(folder, ROWS)
    return folder


def _read(path: Path) -> str:
    return f"read_csv('{path}', delim = ';', header = true, all_varchar = true)"


def _bytes(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in ("magister.csv", "legacy.csv")]


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(pair: Path, tmp_path: Path) -> None:
    write_pair(tmp_path / "again", ROWS)
    write_pair(tmp_path / "other", ROWS, seed=7)
    assert _bytes(tmp_path / "again") == _bytes(pair)
    assert all(one != other for one, other in zip(_bytes(tmp_path / "other"), _bytes(pair), strict=True))


@pytest.mark.parametrize("rows", [500, 5_000, 12_345])
def test_a_pair_has_the_shares_it_promises(rows: int, tmp_path: Path) -> None:
    plan = write_pair(tmp_path, rows)
    magister, legacy = _read(tmp_path / "magister.csv"), _read(tmp_path / "legacy.csv")
    found = (
        duckdb.connect()
        .execute(
            f"""
        with m as (select *, count(*) over (partition by stamnr) as times from {magister})
        , l as (select *, count(*) over (partition by stamnr) as times from {legacy})
        select
            (select count(*) from m) as magister_rows
            , (select count(*) from l) as legacy_rows
            , (select count(distinct externeid) from m) as external_ids
            , (select count(*) from m where regexp_full_match(
                externeid, '[{{][0-9A-F]{{8}}-[0-9A-F]{{4}}-4[0-9A-F]{{3}}-8[0-9A-F]{{3}}-[0-9A-F]{{12}}[}}]'
            )) as whole_ids
            , (select count(*) from m where realmid = idgebr || '@magis.voorbeeldcollege') as realms
            , (select count(*) from m where regexp_full_match(klas, leerjaar || '[A-Z]{{2}}[0-9]+')) as classes
            , (select count(distinct account_id) from l) as accounts
            , (select count(distinct stamnr) from m where times = 2) as magister_doubles
            , (select count(distinct stamnr) from l where times = 2) as legacy_doubles
            , (select count(distinct stamnr) from m semi join l using (stamnr)) as in_both
            , (select count(*) from m anti join l using (stamnr)) as only_magister
            , (select count(*) from l anti join m using (stamnr)) as only_legacy
        """
        )
        .fetchone()
    )
    doubles = round(rows * 0.002)
    assert found == (rows,) * 7 + (doubles, doubles, plan.both, plan.only, plan.only)
    assert plan.both / plan.people == pytest.approx(0.96, abs=0.002)
    # Of those with one record on each side; the doubles take a few of the differences with them.
    names, classes = duckdb.connect().execute(
        f"""
        with m as (select * from {magister} qualify count(*) over (partition by stamnr) = 1)
        , l as (select * from {legacy} qualify count(*) over (partition by stamnr) = 1)
        select
            count(*) filter (m.achternaam <> l.achternaam)
            , count(*) filter (m.klas <> l.klas)
        from m inner join l using (stamnr)
        where m.roepnaam = l.roepnaam and m.tussenvoegsel is not distinct from l.tussenvoegsel
        """
    ).fetchone() or (0, 0)
    assert names / plan.both == pytest.approx(0.005, abs=0.0015)
    assert classes / plan.both == pytest.approx(0.03, abs=0.004)


def test_schools_have_their_own_realm_and_numbers_and_add_up_to_all_pupils(tmp_path: Path) -> None:
    folders = write_schools(tmp_path, 2_000, 5)
    files = [_read(folder / "magister.csv") for folder in folders]
    found = [
        duckdb.connect()
        .execute(f"select count(*), count(distinct split_part(realmid, '@', 2)) from {one}")
        .fetchone()
        for one in files
    ]
    assert sum(rows for rows, _realms in found) == 2_000
    assert len({rows for rows, _realms in found}) == 5
    assert {realms for _rows, realms in found} == {1}
    realms = " union all ".join(f"select split_part(realmid, '@', 2) as realm from {one}" for one in files)
    assert duckdb.connect().execute(f"select count(distinct realm) from ({realms})").fetchone() == (5,)


def test_the_narrow_pair_has_keys_only(tmp_path: Path) -> None:
    write_pair(tmp_path, 100, narrow=True)
    heads = [one.split(b"\n")[0] for one in _bytes(tmp_path)]
    assert heads == [b"stamnr;idgebr;externeid;realmid", b"stamnr;account_id;gebruikersnaam"]


def _counts(pair: Path, module: str, folder: Path) -> dict[str, int]:
    files = (str(pair / "magister.csv"), str(pair / "legacy.csv"))
    command = [sys.executable, "-W", "error", "-m", f"tests.bench.contenders.{module}", *files, str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return json.loads((folder / "counts.json").read_text(encoding="utf-8"))


def test_everybody_who_does_the_plain_job_counts_the_same(pair: Path, tmp_path: Path) -> None:
    raw = _counts(pair, "duckdb_raw_job", tmp_path / "raw")
    plan = make_plan(ROWS)
    assert raw["links"] == plan.both - 2 * plan.doubles
    assert raw["only_in_magister"] == raw["only_in_legacy"] == plan.only
    assert raw["double_number"] == 2 * plan.doubles
    for module in (
        "duckdb_naive",
        "duckdb_lean",
        "duckdb_more_files",
        "polars_job",
        "pandas_job",
        "pandas_arrow_job",
    ):
        assert _counts(pair, module, tmp_path / module) == raw, module
    lines = [
        sorted((tmp_path / name / "import.csv").read_text().splitlines()) for name in ("raw", "duckdb_lean")
    ]
    assert lines[0] == lines[1]
    assert len(lines[0]) == raw["links"] + 1
    more = tmp_path / "duckdb_more_files"
    for name in ("crosswalk.csv", "reverse.csv"):
        numbers = [line.split(";")[0] for line in (more / name).read_text(encoding="utf-8").splitlines()[1:]]
        assert len(set(numbers)) == raw["links"]
        assert numbers == sorted(numbers)
    with duckdb.connect(str(more / "run.duckdb"), read_only=True) as stored:
        for table in ("magister", "legacy"):
            assert stored.execute(f"select count(*) from {table}").fetchone() == (ROWS,)


def test_koppelcheck_links_whom_the_raw_job_links_but_holds_other_names(pair: Path, tmp_path: Path) -> None:
    raw = _counts(pair, "duckdb_raw_job", tmp_path / "raw")
    run = etl.run_folder(pair, tmp_path / "runs", now=datetime(2026, 11, 24, 10, tzinfo=UTC))
    counted = json.loads((run.folder / "report" / "report.json").read_text(encoding="utf-8"))
    brakes = {brake["state"] for brake in counted["brakes"]}
    lines = (run.folder / "import" / "numo_import.csv").read_text(encoding="utf-8-sig").splitlines()
    assert brakes == {"free"}
    assert len(lines) - 1 == raw["links"] - raw["name_differs"]


def _figure(name: str, ratio: float, **other: float | str) -> Figure:
    return Figure(name, 5, ratio, ratio, 100.0, ratio, ratio * 0.95, ratio * 1.05, **other)  # type: ignore[arg-type]


def _figures(*figures: Figure, rows: int = 3_000) -> Figures:
    starts = Group(STARTS, 0, (_figure("python", 1.0), _figure(HELP, 0.1)))
    pair = Group(PAIR, rows, (_figure(BASE, 1.0), _figure(IMPORT_SUITES, 3.0), *figures))
    return Figures("2026-11-24", {"processors": "2"}, (starts, pair))


def test_the_comparison_says_what_moved_and_keeps_silent_about_noise() -> None:
    old = _figures(_figure("slower now", 2.0), _figure("faster now", 2.0), _figure("noisy", 2.0))
    new = _figures(_figure("slower now", 3.0), _figure("faster now", 1.0), _figure("noisy", 2.15))
    assert compare_figures(new, old) == [
        "Compared with 2026-11-24: 7 programs, 4 changes beyond the noise:",
        "3,000 rows, slower now: slower, 3.00 × base (2.85–3.15), was 2.00 (1.90–2.10); +50 %.",
        "3,000 rows, slower now: more processor time, 3.00 × base, was 2.00; +50 %.",
        "3,000 rows, faster now: faster, 1.00 × base (0.95–1.05), was 2.00 (1.90–2.10); -50 %.",
        "3,000 rows, faster now: less processor time, 1.00 × base, was 2.00; -50 %.",
    ]
    assert compare_figures(old, old) == [
        "Compared with 2026-11-24: 7 programs, none moved by more than the noise."
    ]


def test_one_round_alone_must_move_far_before_it_counts() -> None:
    old = replace(_figure("once", 2.0), rounds=1, ratio_low=2.0, ratio_high=2.0)
    near = replace(old, ratio=2.5, ratio_low=2.5, ratio_high=2.5)
    far = replace(old, ratio=4.0, ratio_low=4.0, ratio_high=4.0)
    assert len(compare_figures(_figures(near), _figures(old))) == 1
    assert "slower" in compare_figures(_figures(far), _figures(old))[1]


def test_the_comparison_tells_of_memory_and_of_who_dropped_out_or_came_back() -> None:
    old = _figures(_figure("larger", 2.0), _figure("gone", 2.0), Figure("back", problem="not installed"))
    new = _figures(
        replace(_figure("larger", 2.0), memory_mb=150.0),
        Figure("gone", problem="ended with 1: no"),
        _figure("back", 2.0),
    )
    assert compare_figures(new, old)[1:] == [
        "3,000 rows, larger: more memory, 150 MB, was 100; +50 %.",
        "3,000 rows, gone: could not be measured now (ended with 1: no).",
        "3,000 rows, back: could not be measured before (not installed), now 2.00 × base.",
    ]


def test_sizes_that_were_never_committed_are_not_compared_and_another_machine_is_said() -> None:
    small, large = _figures(), _figures(rows=1_000_000)
    other = replace(small, groups=small.groups[1:])
    assert compare_figures(replace(large, groups=large.groups[1:]), other) == [
        "Nothing to compare: the committed figures have none of these sizes."
    ]
    assert "not the same" in compare_figures(replace(small, machine={"processors": "8"}), small)[0]


def test_a_target_is_met_or_not_met_or_was_not_measured() -> None:
    figures = _figures(_figure(PLAIN, 2.9), replace(_figure(EVERYTHING, 4.5), memory_mb=401.0))
    verdicts = {one.about: one for one in judge_targets(figures)}
    assert verdicts[f"3,000 rows, {PLAIN}"].met is True
    beside = verdicts[f"3,000 rows, {EVERYTHING}, less the import of Great Expectations"]
    assert (beside.found, beside.met) == ("1.50 s", False)
    assert verdicts["3,000 rows, memory"].met is False
    assert verdicts[HELP].met is True
    assert verdicts[f"1,000,000 rows, {PLAIN}"].met is None
    # A run loads less of the library than all of it, so it may take less than the import alone.
    faster = {one.about: one for one in judge_targets(_figures(_figure(EVERYTHING, 2.5)))}
    assert faster[beside.about].met is True


def test_work_in_proportion_to_the_rows_has_a_slope_of_one() -> None:
    def group(rows: int, power: float) -> Group:
        took = 0.2 + (rows / 1_000_000) ** power
        return Group(PAIR, rows, (replace(_figure(BASE, 1.0), processor=took),))

    sizes = (3_000, 100_000, 1_000_000)
    for power, slope in ((1.0, 1.0), (1.2, 1.2)):
        figures = Figures("2026-11-24", {}, tuple(group(rows, power) for rows in sizes))
        assert list_slopes(figures)[BASE] == pytest.approx(slope, abs=0.02)
    assert list_slopes(Figures("2026-11-24", {}, (group(3_000, 1), group(100_000, 1)))) == {}
    tiny = tuple(group(rows, 1) for rows in (300, 1_000, 3_000))
    assert list_slopes(Figures("2026-11-24", {}, tiny)) == {}


def test_a_ratio_is_taken_within_its_round() -> None:
    base = Series("base", {0: Measure(1.0, 1.0, 10.0), 1: Measure(10.0, 1.0, 10.0)})
    other = Series("other", {0: Measure(2.0, 2.0, 20.0), 1: Measure(20.0, 2.0, 20.0)})
    group = build_group(PAIR, 3_000, [base, other])
    assert (group.figures[1].ratio, group.figures[1].ratio_low, group.figures[1].ratio_high) == (
        2.0,
        2.0,
        2.0,
    )


def test_of_a_round_or_two_one_lucky_base_does_not_decide() -> None:
    base = Series(
        "base", {number: Measure(taken, 1.0, 10.0) for number, taken in enumerate((1.0, 2.0, 4.0, 2.0))}
    )
    other = Series("other", {0: Measure(20.0, 2.0, 20.0)})
    figure = build_group(PAIR, 3_000, [base, other]).figures[1]
    assert (figure.ratio, figure.ratio_low, figure.ratio_high) == (10.0, 5.0, 20.0)


def test_programs_take_turns_and_who_fails_is_named_with_the_reason(tmp_path: Path) -> None:
    turns: list[str] = []

    def program(name: str, code: str) -> Program:
        def command(folder: Path) -> tuple[str, ...]:
            turns.append(name)
            return (sys.executable, "-c", code)

        return Program(name, command)

    series = measure_in_turns(
        [
            program("base", "pass"),
            program("bad", "raise SystemExit('there is no such thing')"),
            program("good", "pass"),
            Program("absent", lambda folder: ("/nothing/here",)),
            Program("left out", problem="for a reason"),
        ],
        tmp_path,
        rounds=2,
        limits=LIMITS,
    )
    assert turns == ["base", "bad", "good", "base", "good"]
    assert [len(one.rounds) for one in series] == [2, 0, 2, 0, 0]
    assert series[1].problem == "ended with 1: there is no such thing"
    assert series[3].problem.startswith("cannot be started")
    assert series[4].problem == "for a reason"
    assert all(took.memory_mb > 5 and took.processor > 0 for took in series[0].rounds.values())
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_takes_too_long_or_too_much_is_stopped(tmp_path: Path) -> None:
    sleeper = Program("sleeper", lambda folder: (sys.executable, "-c", "import time; time.sleep(60)"))
    (late,) = measure_in_turns([sleeper], tmp_path, rounds=1, limits=replace(LIMITS, seconds=0.1))
    (large,) = measure_in_turns([sleeper], tmp_path, rounds=1, limits=replace(LIMITS, memory_mb=1))
    assert late.problem.startswith("stopped after")
    assert large.problem == "stopped at 0.0 GB of memory"


def test_nobody_is_left_out_of_a_narrow_pair_in_silence(tmp_path: Path) -> None:
    programs = {one.name: one.problem for one in list_programs(tmp_path, narrow=True)}
    assert {name for name, problem in programs.items() if "narrow" in problem} == {
        "polars",
        "pandas",
        "pandas with pyarrow",
        "Splink",
        "datacompy",
    }
    assert programs.keys() == {one.name for one in list_programs(tmp_path)}


def test_the_steps_that_are_timed_are_still_there() -> None:
    missing = [step for step, module, name in STEPS if not hasattr(importlib.import_module(module), name)]
    assert missing == []


def test_an_inner_step_takes_its_time_from_the_outer_one() -> None:
    clock = Clock()
    assert clock.timed("outer", lambda: clock.timed("inner", lambda: 5) + 1) == 6
    assert set(clock.seconds) == {"outer", "inner"}


def test_figures_come_back_from_json_as_they_were(tmp_path: Path) -> None:
    figures = replace(_figures(_figure(PLAIN, 2.0)), stages=(Stages(3_000, {"suites": 0.5}, ("gone",)),))
    (tmp_path / "figures.json").write_text(to_json(figures), encoding="utf-8")
    assert read_figures(tmp_path / "figures.json") == figures
    (tmp_path / "figures.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="not of the format"):
        read_figures(tmp_path / "figures.json")


def test_the_page_names_who_could_not_be_measured_and_why() -> None:
    figures = _figures(Figure("datacompy", problem="not installed"))
    (line,) = [line for line in show_groups(figures) if "datacompy" in line]
    assert line.split("|")[-2].strip() == "not installed"


def test_the_committed_page_is_made_of_the_committed_figures() -> None:
    figures = read_figures(COMMITTED)
    assert PAGE.read_text(encoding="utf-8") == write_page(figures), "make figures"
    drawn = CHART.read_text(encoding="utf-8")
    for group in figures.groups:
        if group.kind == PAIR:
            assert f">{group.rows:,} rows<" in drawn, "make figures"


def test_the_chart_is_drawn_without_a_network() -> None:
    drawn = draw_chart(_figures(_figure(PLAIN, 2.0)))
    assert drawn.startswith("<svg")
    assert PLAIN in drawn
    assert "href" not in drawn
