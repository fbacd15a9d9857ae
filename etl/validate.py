"""Check the tables of a run against the suites in `expectations/`, and say per check what was found.

It refuses to pass on a pupil's value, to skip a check it does not understand, and to decide what a failure means for
the run: it returns facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import duckdb

from etl.errors import ConfigError, EngineError
from etl.validate_adapter import (
    Outcome,
    RefusedSuite,
    Rendered,
    Validator,
    open_validator,
)
from etl.validate_library import load_library
from etl.validate_rows import Reader, list_rows, open_reader
from etl.validate_suites import Check, Suite, load_suites, suites_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = [
    "Check",
    "CheckResult",
    "Suite",
    "check_tables",
    "find_holding",
    "load_suites",
    "loaded_ahead",
    "render_suites",
    "suites_folder",
]

_HOLDS: Final = Outcome(code="", ran=True, passed=True, failed=0)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found on one table: counts and record numbers, never a value.

    Units:   `checked` is the records in the table, `failed` those that break the check. A check that allows a share
             may pass while `failed` is more than 0. Of a check on the table as a whole, `failed` is 0 or 1.
    Order:   `failed_rows` are the first MOST_ROWS by file and record number, like "legacy 12" or "12"; none when
             the check passed.
    """

    code: str
    table: str
    severity: str
    title_nl: str
    title_en: str
    passed: bool
    checked: int
    failed: int
    failed_rows: tuple[str, ...]


@contextmanager
def loaded_ahead() -> Iterator[None]:
    """Load the library of the checks beside other work: it takes seconds, and DuckDB leaves a processor to it."""

    def load() -> None:
        # What is wrong with it is told where the checks ask for it.
        with suppress(Exception):
            load_library()

    loading = Thread(target=load, name="loading the checks")
    loading.start()
    try:
        yield
    finally:
        # Python cannot end while a library is half loaded.
        loading.join()


def check_tables(
    tables: duckdb.DuckDBPyConnection | SparkSession,
    suites: Sequence[Suite],
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    holding: frozenset[str] = frozenset(),
) -> tuple[CheckResult, ...]:
    """Run every check of the suites, in their order; look and report, change nothing.

    The tables are those of a connection to DuckDB, or the views of a session of Spark: the suites are the same.
    What `find_holding` found of the same records is not asked again.

    Errors:  EngineError when a table is missing or a check cannot be evaluated: that is never a pass.
             ConfigError when Great Expectations does not take a check as it is written.
    """
    reader = open_reader(tables)
    records = {suite.table: reader.count_records(suite.table) for suite in suites}
    asked = [suite.only(lambda check: check.code not in holding) for suite in suites]
    asked = [suite for suite in asked if suite.checks]
    found: dict[tuple[str, str], CheckResult] = {}
    if asked:
        with reader.validator() as validator, reader.held(asked) as hold_for:
            for place, suite in enumerate(asked):
                progress(place, len(asked))
                hold_for(place)
                for result in _check_table(reader, validator, suite, records[suite.table]):
                    found[result.table, result.code] = result
    return tuple(
        _result(suite.table, check, _HOLDS, records[suite.table])
        if check.code in holding
        else found[suite.table, check.code]
        for suite in suites
        for check in suite.checks
    )


def find_holding(
    tables: duckdb.DuckDBPyConnection,
    suites: Sequence[Suite],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> frozenset[str]:
    """Return the codes of the checks that hold for the records of several schools, and so for each of the schools.

    Errors:  as for check_tables.
    """
    asked = [suite.only(lambda check: check.holds_in_parts) for suite in suites]
    results = check_tables(tables, [suite for suite in asked if suite.checks], progress)
    return frozenset(result.code for result in results if result.passed and not result.failed)


def _check_table(reader: Reader, validator: Validator, suite: Suite, records: int) -> Iterator[CheckResult]:
    try:
        outcomes = validator.count_failures(suite.table, suite.checks)
    except RefusedSuite as refused:
        raise ConfigError("CHECKS-SUITE-BROKEN", file=suite.file_name, problem=str(refused)) from None
    for check in suite.checks:
        outcome = outcomes[check.code]
        if not outcome.ran:
            raise EngineError("CHECKS-NOT-RUN", table=suite.table, check=check.code)
        rows = () if outcome.passed else list_rows(reader, validator, suite.table, check, outcome)
        yield _result(suite.table, check, outcome, records, rows)


def render_suites(database: Path, templates: Path, template: str, style: str) -> list[Rendered]:
    """Run every suite on the tables of a finished run, and return the page about each.

    Errors:  ConfigError when the database cannot be read, or Great Expectations does not take a check.
    """
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise ConfigError("RUN-DAMAGED", folder=database.parent.name) from error
    try:
        with open_validator(connection) as validator:
            return [
                validator.render_page(suite.table, suite.checks, templates, template, style)
                for suite in load_suites()
            ]
    except RefusedSuite as refused:
        raise ConfigError("CHECKS-SUITE-BROKEN", file="expectations", problem=str(refused)) from None
    finally:
        connection.close()


def _result(
    table: str, check: Check, outcome: Outcome, checked: int, rows: tuple[str, ...] = ()
) -> CheckResult:
    failed = outcome.failed if outcome.failed is not None else int(not outcome.passed)
    return CheckResult(
        code=check.code,
        table=table,
        severity=check.severity,
        title_nl=check.title_nl,
        title_en=check.title_en,
        passed=outcome.passed,
        checked=checked,
        failed=failed,
        failed_rows=rows,
    )
