"""`make bench`: makes the pairs, measures everybody in turns, and shows a table, the targets and what moved.

It asserts nothing. `--keep` makes the latest figures the committed ones, with the page and the chart (`make figures`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.bench.compare import compare_figures
from tests.bench.figures import (
    NARROW,
    PAIR,
    SCHOOLS,
    STARTS,
    Figures,
    Group,
    Stages,
    build_group,
    read_figures,
    to_json,
)
from tests.bench.measure import Limits, Program, measure_in_turns
from tests.bench.page import CHART_NAME, show_groups, show_targets, write_page
from tests.bench.pair import FIRST_NUMBER
from tests.bench.programs import (
    EVERYTHING,
    list_batch,
    list_explain,
    list_programs,
    list_starts,
)
from tests.bench.targets import judge_targets

HERE: Final = Path(__file__).parent
LATEST: Final = HERE / "results" / "latest.json"
COMMITTED: Final = HERE / "figures.json"
PAGE: Final = HERE / "FIGURES.md"
CHART: Final = HERE / CHART_NAME

DEFAULT_ROWS: Final = (3_000, 100_000)
NARROW_FROM: Final = 20_000_000  # the wide pair of 50 million would take 16 GB of disk
SHARE_OF_MEMORY: Final = 0.75
TABLES: Final = ("duckdb", "polars", "pandas", "splink", "great-expectations")


def main(argv: Sequence[str] | None = None) -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=DEFAULT_ROWS, help="rows a side")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=300, help="after which one process is stopped")
    parser.add_argument("--enough", type=float, default=30, help="seconds of a program in all its rounds")
    parser.add_argument("--schools", type=int, default=0, help="schools, a folder each, for the batch")
    parser.add_argument("--pupils", type=int, default=1_000_000, help="in all the schools together")
    parser.add_argument("--scratch", type=Path, help="where the pairs are made; removed with what is in it")
    parser.add_argument("--keep", action="store_true", help="make the latest figures the committed ones")
    asked = parser.parse_args(argv)
    if asked.keep:
        keep_figures()
        return
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    limits = Limits(asked.seconds, memory_mb * SHARE_OF_MEMORY, asked.enough)
    with tempfile.TemporaryDirectory(prefix="koppelcheck-bench-", dir=asked.scratch) as folder:
        figures = measure(
            Path(folder),
            sorted(set(asked.rows)),
            rounds=asked.rounds,
            limits=limits,
            schools=asked.schools,
            pupils=asked.pupils,
        )
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(to_json(figures), encoding="utf-8")
    show(figures)


def measure(
    scratch: Path, sizes: Sequence[int], *, rounds: int, limits: Limits, schools: int, pupils: int
) -> Figures:
    """Measure everything that is asked for."""
    groups = [build_group(STARTS, 0, measure_in_turns(list_starts(), scratch, rounds=rounds, limits=limits))]
    stages = []
    for rows in sizes:
        pair = scratch / f"pair-{rows}"
        narrow = rows >= NARROW_FROM
        _make(pair, rows, *(("--narrow",) if narrow else ()))
        groups.append(_measure_pair(scratch, pair, rows, narrow=narrow, rounds=rounds, limits=limits))
        if not narrow and rows <= max(DEFAULT_ROWS):
            stages.append(_time_stages(scratch, pair, rows))
        shutil.rmtree(pair)
    if schools:
        one, many = scratch / "together", scratch / "schools"
        _make(one, pupils)
        _make(many, pupils, "--schools", str(schools))
        programs = list_batch(one, many)
        series = measure_in_turns(programs, scratch, rounds=rounds, limits=limits, tell=_tell)
        groups.append(build_group(SCHOOLS, pupils, series))
    return Figures(date.today().isoformat(), _describe_machine(), tuple(groups), tuple(stages))


def _measure_pair(
    scratch: Path, pair: Path, rows: int, *, narrow: bool, rounds: int, limits: Limits
) -> Group:
    programs = list_programs(pair, narrow=narrow)

    def tell(what: str) -> None:
        _tell(f"{rows:,} rows, {what}")

    series = measure_in_turns(programs, scratch, rounds=rounds, limits=limits, tell=tell)
    kind = NARROW if narrow else PAIR
    group = build_group(kind, rows, series)
    # To explain somebody there has to be a run: only after the others, again with the base in turns.
    left = scratch / EVERYTHING.replace(" ", "_")
    run = (
        next((one for one in left.iterdir() if (one / "manifest.json").is_file()), None)
        if left.is_dir()
        else None
    )
    again: list[Program] = [programs[0], list_explain(run, str(FIRST_NUMBER))]
    explain = build_group(
        kind, rows, measure_in_turns(again, scratch, rounds=rounds, limits=limits, tell=tell)
    )
    shutil.rmtree(left, ignore_errors=True)
    return Group(kind, rows, (*group.figures, explain.figures[1]))


def _time_stages(scratch: Path, pair: Path, rows: int) -> Stages:
    _tell(f"{rows:,} rows, step by step")
    with tempfile.TemporaryDirectory(dir=scratch) as out:
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.stages", str(pair), out]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    found = json.loads(done.stdout)
    return Stages(rows, found["seconds"], tuple(found["missing"]))


def _make(folder: Path, rows: int, *options: str) -> None:
    _tell(f"making {rows:,} rows a side")
    subprocess.run([sys.executable, "-m", "tests.bench.pair", str(folder), str(rows), *options], check=True)


def _describe_machine() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = {
        "processors": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "kind": platform.machine(),
        "Python": platform.python_version(),
    }
    return machine | {name: version(name) for name in TABLES}


def show(figures: Figures) -> None:
    """Print the tables, the targets, and what moved since the committed figures."""
    print("\n".join(show_groups(figures)))
    print("\n".join(show_targets(judge_targets(figures))))
    print()
    if COMMITTED.is_file():
        print("\n".join(compare_figures(figures, read_figures(COMMITTED))))
    print(f"\nWritten: {LATEST.relative_to(HERE.parents[1])}. To commit these figures: make figures")


def keep_figures() -> None:
    """Make the latest figures the committed ones, with page and chart."""
    if not LATEST.is_file():
        raise SystemExit("There are no figures yet: make bench")
    figures = read_figures(LATEST)
    from tests.bench.chart import draw_chart

    COMMITTED.write_text(to_json(figures), encoding="utf-8")
    PAGE.write_text(write_page(figures), encoding="utf-8")
    CHART.write_text(draw_chart(figures), encoding="utf-8")
    print(f"Written: {COMMITTED.name}, {PAGE.name}, {CHART.name}")


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
