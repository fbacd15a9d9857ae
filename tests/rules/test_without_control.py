"""A run without a control list has the table that the stage would have made of an empty one, to the last column."""

from __future__ import annotations

from etl.engines.duckdb import DuckDBEngine
from etl.stages import CONTROL_TABLE, list_stages, without_control
from tests.rules.tables import Schema, find_stage, make_table, tables_read


def test_nothing_is_known_in_the_columns_of_the_stage(engine: DuckDBEngine, schema: Schema) -> None:
    stage = find_stage(CONTROL_TABLE)
    for table in tables_read(stage):
        make_table(engine, table, "school", schema[table])
    engine.create_table("by_stage", stage.select)
    (without,) = without_control([stage])
    engine.create_table("by_hand", without.select)
    columns = (
        "select column_name, data_type from information_schema.columns where table_name = '{}'"
        " order by ordinal_position"
    )
    assert engine.fetch_rows(columns.format("by_hand")) == engine.fetch_rows(columns.format("by_stage"))
    for table in ("by_stage", "by_hand"):
        assert engine.fetch_rows(f"select count(*) as records from {table}") == [{"records": 0}]


def test_every_other_stage_stays_as_it_is() -> None:
    stages = list_stages()
    kept = [one for one, other in zip(stages, without_control(stages), strict=True) if one == other]
    assert [one.table for one in stages if one not in kept] == [CONTROL_TABLE]
