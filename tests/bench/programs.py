"""Who is measured: the raw floor, the peers, and koppelcheck in its ways; each as the command that starts it.

It starts nothing. A program that cannot do a pair is listed with the reason.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.bench.measure import Program
from tests.bench.pair import LEGACY_NAME, MAGISTER_NAME

BASE: Final = "DuckDB raw job"
PLAIN: Final = "koppelcheck run, without suites and workbook"
EVERYTHING: Final = "koppelcheck run, everything"
EXPLAIN: Final = "koppelcheck explain"
BATCH: Final = "koppelcheck batch"
HELP: Final = "koppelcheck --help"
USAGE: Final = "koppelcheck, a usage error"
IMPORT_SUITES: Final = "import great_expectations"

KOPPELCHECK: Final = str(Path(sys.executable).with_name("koppelcheck"))
PEERS_PYTHON: Final = Path(".venv-peers/bin/python")
SORT_JOIN: Final = str(Path(__file__).with_name("contenders") / "sort_join.sh")

# Contenders in our own environment: name, module, the library it needs, and whether it needs names.
CONTENDERS: Final = (
    ("DuckDB raw join", "duckdb_raw_join", "duckdb", False),
    ("DuckDB naive", "duckdb_naive", "duckdb", False),
    ("DuckDB raw job, more files", "duckdb_more_files", "duckdb", False),
    ("DuckDB lean", "duckdb_lean", "duckdb", False),
    ("polars", "polars_job", "polars", True),
    ("pandas", "pandas_job", "pandas", True),
    ("pandas with pyarrow", "pandas_arrow_job", "pyarrow", True),
    ("Splink", "splink_job", "splink", True),
)
NO_NAMES: Final = "asks for names, which the narrow pair has not"
NO_ENVIRONMENT: Final = "its environment is not made: make .venv-peers/.installed"
LEAN: Final = ("--no-suites", "--no-workbook")
OK: Final = (0, 10, 11)  # done; done with questions; done, with a brake


def list_programs(pair: Path, *, narrow: bool = False) -> list[Program]:
    """Return who does the job on a pair, the base first."""
    files = (str(pair / MAGISTER_NAME), str(pair / LEGACY_NAME))
    programs = [Program(BASE, _contender(sys.executable, "duckdb_raw_job", files))]
    for name, module, library, needs_names in CONTENDERS:
        problem = "" if importlib.util.find_spec(library) else f"{library} is not installed"
        if narrow and needs_names:
            problem = NO_NAMES
        programs.append(Program(name, _contender(sys.executable, module, files), problem=problem))
    problem = NO_NAMES if narrow else "" if PEERS_PYTHON.exists() else NO_ENVIRONMENT
    programs.append(
        Program("datacompy", _contender(str(PEERS_PYTHON), "datacompy_job", files), problem=problem)
    )
    problem = "" if shutil.which("sort") and shutil.which("join") else "sort and join are not on this machine"
    programs.append(
        Program("sort and join", lambda folder: ("sh", SORT_JOIN, *files, str(folder)), problem=problem)
    )
    return [
        *programs,
        _run(PLAIN, files, *LEAN),
        # In the same rounds as the run of which it is a part: what is taken off it has to be of the same moment.
        Program(IMPORT_SUITES, _python("import great_expectations")),
        _run(EVERYTHING, files, leaves=True),
        Program("koppelcheck check", lambda folder: (KOPPELCHECK, "check", *files), good_codes=OK),
    ]


def _run(name: str, files: Sequence[str], *options: str, leaves: bool = False) -> Program:
    both = ("--magister", files[0], "--legacy", files[1])
    return Program(
        name,
        lambda folder: (KOPPELCHECK, "run", *both, "--out", str(folder), "--quiet", *options),
        good_codes=OK,
        leaves=leaves,
    )


def list_explain(run: Path | None, stamnr: str) -> Program:
    """Return how one pupil of a finished run is explained."""
    if run is None:
        return Program(EXPLAIN, problem="no run to look into: koppelcheck run gave none")
    return Program(EXPLAIN, lambda folder: (KOPPELCHECK, "explain", str(run), stamnr))


def list_starts() -> list[Program]:
    """Return what starts without doing the job, Python alone first."""
    return [
        Program("python", _python("pass")),
        Program("import duckdb, connect", _python("import duckdb; duckdb.connect()")),
        Program(HELP, lambda folder: (KOPPELCHECK, "--help")),
        Program(USAGE, lambda folder: (KOPPELCHECK, "run", "--nothing-like-it"), good_codes=(2,)),
    ]


def list_batch(pair: Path, schools: Path) -> list[Program]:
    """Return the raw job on all pupils in one pair, koppelcheck on that, and koppelcheck on a folder per school."""
    files = (str(pair / MAGISTER_NAME), str(pair / LEGACY_NAME))
    return [
        Program(f"{BASE}, one combined pair", _contender(sys.executable, "duckdb_raw_job", files)),
        _run(f"{PLAIN}, one combined pair", files, *LEAN),
        Program(
            BATCH,
            lambda folder: (KOPPELCHECK, "batch", str(schools), "--out", str(folder), "--quiet", *LEAN),
            good_codes=OK,
        ),
    ]


def _contender(python: str, module: str, files: Sequence[str]) -> Callable[[Path], Sequence[str]]:
    return lambda folder: (python, "-m", f"tests.bench.contenders.{module}", *files, str(folder))


def _python(code: str) -> Callable[[Path], Sequence[str]]:
    return lambda folder: (sys.executable, "-W", "ignore", "-c", code)
