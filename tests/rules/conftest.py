"""Gives the rule tests one engine, and the two ways of asking it what a rule makes of a table.

It holds no rule and no expectation: a test brings both tables, what goes in and what must come out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from etl.engines.duckdb import DuckDBEngine
from etl.stages import list_stages
from tests.rules.function_cases import after
from tests.rules.tables import (
    USUAL,
    LadderTest,
    RuleTest,
    Schema,
    check_rows,
    find_stage,
    make_table,
    read_schema,
    tables_read,
)

# The tables that are no stage's: what the ladder starts from.
LADDER_INPUTS = (
    "raw_magister",
    "raw_legacy",
    "raw_control",
    "raw_rejects",
    "reject_keys",
    "cell_repairs",
    "setting_values",
    "run_parameters",
    "decisions",
    "opleiding_words",
    "opleiding_stems",
    "opleiding_rules",
    "shipped_weights",
    "stand_ins",
    "plain_names",
)


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """The columns and types of every table of a real run."""
    folder = tmp_path_factory.mktemp("schema")
    engine = DuckDBEngine(folder, threads=1)
    try:
        return read_schema(engine, folder)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """One engine per test file; each test empties it first."""
    engine = DuckDBEngine(tmp_path_factory.mktemp("rules"), threads=1)
    yield engine
    engine.close()


@pytest.fixture
def rule_test(engine: DuckDBEngine, schema: Schema) -> RuleTest:
    """Run one stage on given tables; tables left out are empty, `run_parameters` holds the usual settings."""

    def run(stage: str, *, expect: str, ordered: bool = False, **tables: str) -> None:
        found = find_stage(stage)
        reads = tables_read(found)
        assert set(tables) <= set(reads), f"{stage} does not read {sorted(set(tables) - set(reads))}"
        _start_over(engine, schema, reads, tables)
        engine.create_table(stage, found.select)
        _compare(engine, stage, expect, schema, ordered=ordered)

    return run


@pytest.fixture
def ladder_test(engine: DuckDBEngine, schema: Schema) -> LadderTest:
    """Run every stage from the raw tables on, for what a school would say about whole records."""

    def run(*, expect: str, stage: str = "classified_pupils", **tables: str) -> None:
        assert set(tables) <= set(LADDER_INPUTS)
        _start_over(engine, schema, LADDER_INPUTS, tables)
        for step in list_stages():
            engine.create_table(step.table, step.select)
            if step.table == stage:
                break
        _compare(engine, stage, expect, schema, ordered=False)

    return run


@pytest.fixture(scope="module")
def call(engine: DuckDBEngine) -> Callable[..., object]:
    """Call a helper function of the SQL with texts as arguments."""

    def run(function: str, *arguments: str | None) -> object:
        columns: Sequence[str] = [f"cast(? as varchar) as a{place}" for place in range(len(arguments))]
        names = ", ".join(after(function, f"g.a{place}") for place in range(len(arguments)))
        cursor = engine.connection.execute(
            f"select {function}({names}) as answer from (select {', '.join(columns)}) as g", list(arguments)
        )
        row = cursor.fetchone()
        assert row is not None
        answer: object = row[0]
        return answer

    return run


def _start_over(engine: DuckDBEngine, schema: Schema, inputs: Sequence[str], tables: dict[str, str]) -> None:
    for table in schema:
        engine.connection.execute(f"drop table if exists {table}")
    for table in inputs:
        given = tables.get(table, USUAL.get(table, next(iter(schema[table]))))
        make_table(engine, table, given, schema[table])


def _compare(engine: DuckDBEngine, table: str, expect: str, schema: Schema, *, ordered: bool) -> None:
    columns = {row["column_name"]: row["column_type"] for row in engine.fetch_rows(f"describe {table}")}
    assert columns == schema[table], f"{table} has other columns or types here than in a run"
    check_rows(engine.fetch_rows(f"select * from {table}"), expect, columns, table=table, ordered=ordered)
