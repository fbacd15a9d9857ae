"""Times the steps within one run: reading, each SQL table, suites, report, workbook, saving.

Run:     python -m tests.bench.stages PAIR FOLDER; prints one JSON object, seconds by step. The product is not changed
         for it: functions are wrapped here, and one that no longer exists is reported as missing.
"""

from __future__ import annotations

import functools
import importlib
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final

# What is timed, by the name a reader knows; of nested ones the outer is less the inner.
STEPS: Final = (
    ("reading the files", "etl.pipeline", "read_deliveries"),
    ("loading", "etl.run_tables", "load_tables"),
    ("suites", "etl.validate", "check_tables"),
    ("import file", "etl.run_files", "write_import_files"),
    ("report: gathering", "etl.run_files", "build_report"),
    ("report: page", "etl.report.html", "write_html"),
    ("report: page to share", "etl.report.summary_page", "write_summary"),
    ("report: JSON", "etl.report.json_report", "write_json"),
    ("report: workbook", "etl.report.xlsx", "write_xlsx"),
    ("questions.csv", "etl.run_files", "write_questions"),
    ("manifest", "etl.run_files", "write_manifest"),
)


class Clock:
    """Adds up seconds by step; while an inner step runs, the outer one stands still."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.seconds: dict[str, float] = {}
        self._running: list[str] = []
        self._since = time.perf_counter()

    def switch(self) -> None:
        """Give the time since the last switch to the step that runs."""
        now = time.perf_counter()
        if self._running:
            step = self._running[-1]
            self.seconds[step] = self.seconds.get(step, 0.0) + now - self._since
        self._since = now

    def timed(self, step: str, call: Any, *given: Any, **named: Any) -> Any:
        """Call something as a step."""
        self.switch()
        self._running.append(step)
        try:
            return call(*given, **named)
        finally:
            self.switch()
            self._running.pop()


def wrap_steps(clock: Clock) -> list[str]:
    """Put the clock around the steps; return those that are no longer where this file says."""
    missing = []
    for step, module_name, name in STEPS:
        try:
            module = importlib.import_module(module_name)
            call = getattr(module, name)
        except (ImportError, AttributeError):
            missing.append(step)
            continue
        setattr(module, name, functools.partial(clock.timed, step, call))
    from etl.engines.duckdb import DuckDBEngine
    from etl.stages import list_stages

    numbers = {stage.table: stage.number for stage in list_stages()}
    create, save = DuckDBEngine.create_table, DuckDBEngine.save

    def create_table(engine: DuckDBEngine, table: str, select: str) -> None:
        if table not in numbers:
            create(engine, table, select)
        else:
            clock.timed(f"{numbers[table]:02d} {table}", create, engine, table, select)

    DuckDBEngine.create_table = create_table  # type: ignore[method-assign]
    DuckDBEngine.save = lambda *given, **named: clock.timed("run.duckdb", save, *given, **named)  # type: ignore[method-assign]
    return missing


def time_stages(pair: Path, out: Path) -> dict[str, Any]:
    """Run the job once and return seconds by step, in the order in which they first ended."""
    clock = Clock()
    clock.timed("import great_expectations", importlib.import_module, "great_expectations")
    missing = wrap_steps(clock)
    from etl.pipeline import RunRequest, run_job

    request = RunRequest(
        magister=pair / "magister.csv",
        legacy=pair / "legacy.csv",
        out=out,
        now=datetime.now().astimezone().replace(microsecond=0),
    )
    clock.timed("everything else", run_job, request)
    return {"seconds": {step: round(took, 4) for step, took in clock.seconds.items()}, "missing": missing}


if __name__ == "__main__":
    print(json.dumps(time_stages(Path(sys.argv[1]), Path(sys.argv[2]))))
