"""Run expectations with Great Expectations on the run's own DuckDB connection: whoever checks comes through here.

It keeps no value that Great Expectations quotes; what leaves here is codes, counts and record numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from etl.errors import EngineError
from etl.validate_library import load_library, quiet
from etl.validate_suites import QUERY_TYPE, Check

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LINK_TO_SUITE: Final = re.compile(r"<a href=\"[^\"]*expectations/[^\"]*\"[^>]*>(.*?)</a>", re.DOTALL)
# Counts without examples: an example is a pupil's value, and looking for it costs time.
_COUNT_ONLY: Final = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one expectation found. `failed` is a number of records, or None where the expectation has no such number.

    `ran` is False when it could not be evaluated; then the rest means nothing.
    """

    code: str
    ran: bool
    passed: bool
    failed: int | None


@dataclass(frozen=True, slots=True)
class Rendered:
    """The page about one suite, as Great Expectations renders it, and how its expectations went."""

    table: str
    page: str
    passed: int
    failed: int


class RefusedSuite(Exception):
    """Great Expectations does not take an expectation as it is written; the argument is the code of the check."""


class Validator:
    """One context and one data source for all the tables of a run. Use it through `open_validator`."""

    def __init__(self, source: Any, session: SparkSession | None = None) -> None:
        self._source = source
        self._session = session
        self._batches: dict[str, Any] = {}

    def count_failures(self, table: str, checks: Sequence[Check]) -> dict[str, Outcome]:
        """Evaluate the checks of one table; every code given comes back, or `RefusedSuite` is raised."""
        suite = self._build_suite(table, checks)
        results = self._batch(table).validate(suite, result_format=_COUNT_ONLY).results
        outcomes = {outcome.code: outcome for outcome in map(_read_outcome, results)}
        return {
            check.code: outcomes.get(check.code, Outcome(check.code, False, False, None)) for check in checks
        }

    def render_page(
        self, table: str, checks: Sequence[Check], templates: Path, template: str, style: str
    ) -> Rendered:
        """Evaluate the checks of one table and let Great Expectations render them in a frame of ours."""
        from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
        from great_expectations.render.view.view import DefaultJinjaPageView

        suite = self._build_suite(table, checks)
        result = self._batch(table).validate(suite, result_format=_COUNT_ONLY)
        document: Any = ValidationResultsPageRenderer(run_info_at_end=False).render(result)
        view: Any = DefaultJinjaPageView(custom_views_directory=str(templates))
        page = view.render(document, template=template, frame_title=table, frame_style=style)
        # It refers to a page about the suite that is not made.
        page = _LINK_TO_SUITE.sub(r"\1", page)
        passed = sum(one.success is True for one in result.results)
        return Rendered(table, page, passed, len(checks) - passed)

    def list_failures(
        self, table: str, check: Check, row_columns: Sequence[str], failed: int
    ) -> list[tuple[object, ...]]:
        """Return the row columns of every record that failed one check on columns, in no order."""
        suite = self._build_suite(table, [check])
        wanted = {
            "result_format": "COMPLETE",
            "unexpected_index_column_names": list(row_columns),
            # Without this number the list stops at twenty, in whatever order the engine found them.
            "partial_unexpected_count": failed,
        }
        (result,) = self._batch(table).validate(suite, result_format=wanted).results
        found = result.result.get("unexpected_index_list") or []
        return [tuple(row.get(column) for column in row_columns) for row in found]

    def _batch(self, table: str) -> Any:
        if table not in self._batches:
            if self._session is None:
                asset = self._source.add_table_asset(name=table, table_name=table)
                batch = asset.add_batch_definition_whole_table(table).get_batch()
            else:
                asset = self._source.add_dataframe_asset(name=table)
                definition = asset.add_batch_definition_whole_dataframe(table)
                batch = definition.get_batch(batch_parameters={"dataframe": self._session.table(table)})
            self._batches[table] = batch
        return self._batches[table]

    def _build_suite(self, table: str, checks: Sequence[Check]) -> Any:
        import great_expectations
        from great_expectations.exceptions.exceptions import GreatExpectationsError

        suite: Any = great_expectations.ExpectationSuite(name=table)
        for check in checks:
            configuration = {
                "type": _counting_type() if check.type == QUERY_TYPE else check.type,
                "kwargs": dict(check.kwargs),
                "severity": check.severity,
                "meta": {"code": check.code},
            }
            # One at a time: a suite drops an unknown type or severity without a word, and the check is gone.
            try:
                built = great_expectations.ExpectationSuite(
                    name=table, expectations=[configuration]
                ).expectations
            except (ValueError, TypeError, GreatExpectationsError):
                raise RefusedSuite(check.code) from None
            if len(built) != 1:
                raise RefusedSuite(check.code)
            suite.expectations.append(built[0])
        return suite


@contextmanager
def open_validator(connection: duckdb.DuckDBPyConnection) -> Iterator[Validator]:
    """Lend the connection to one ephemeral context: no files, no telemetry, no progress bars, no words.

    The connection keeps its transaction and stays open. A result still waiting on it is lost, as with any query.
    """
    with quiet():
        source = _build_source(connection)
        try:
            yield Validator(source)
        finally:
            source.get_execution_engine().close()


@contextmanager
def open_spark_validator(session: SparkSession) -> Iterator[Validator]:
    """As `open_validator`, for the views of a session of Spark.

    Errors:  EngineError when this program has already loaded Great Expectations without Spark.
    """
    with quiet():
        context = _build_context(with_spark=True)
        from great_expectations.compatibility import pyspark

        its_spark: Any = pyspark
        if not its_spark.SparkSession:
            raise EngineError("ENGINE-SPARK-START", problem="great_expectations")
        source = context.data_sources.add_spark("run", persist=False)
        # Otherwise it asks its questions in the first session of the program, which knows none of these views.
        source.get_execution_engine().spark = session
        yield Validator(source, session)


def _build_context(*, with_spark: bool = False) -> Any:
    load_library(with_spark=with_spark)
    import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    settings = DataContextConfig(
        # Its own pages are not made, so no folder for them either.
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return great_expectations.get_context(project_config=settings, mode="ephemeral")


def _build_source(connection: duckdb.DuckDBPyConnection) -> Any:
    context = _build_context()
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.pool import StaticPool

    from etl.validate_dialect import SharedConnection, register_dialect

    source: Any = context.data_sources.add_sql(
        "run",
        connection_string=register_dialect(),
        kwargs={"creator": lambda: SharedConnection(connection), "poolclass": StaticPool},
        create_temp_table=False,
    )
    # For a dialect it does not know it refuses regular expressions. DuckDB writes them as PostgreSQL does.
    source.get_execution_engine().dialect_module = postgresql
    return source


def _counting_type() -> str:
    """Return how Great Expectations calls the expectation of our own that stands for a query."""
    from etl.validate_counting import UnexpectedRowsCountExpectation

    return str(UnexpectedRowsCountExpectation.expectation_type)


def _read_outcome(result: Any) -> Outcome:
    details = result.result or {}
    failed = details.get("unexpected_count")
    if failed is None and result.expectation_config.type == _counting_type():
        failed = details.get("observed_value")
    return Outcome(
        code=str(result.expectation_config.meta["code"]),
        ran=not _has_raised(result.exception_info or {}),
        passed=result.success is True,
        failed=int(failed) if failed is not None else None,
    )


def _has_raised(info: Mapping[str, Any]) -> bool:
    # One exception is told directly, those of several metrics under the name of each.
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(bool(entry.get("raised_exception")) for entry in info.values() if isinstance(entry, Mapping))
