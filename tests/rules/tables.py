"""Reads and compares the tables that rule tests write as text, so that an analyst can read what a rule does.

It knows no rule and no column: which columns a table has, it takes from the tables of a real run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Final, Protocol

from etl.config import RunConfig
from etl.engines.duckdb import DuckDBEngine
from etl.intake.load import values_select
from etl.intake.reader import read_deliveries
from etl.match_weights import share_rows
from etl.run_tables import build_tables
from etl.stages import Stage, list_stages

SCHOOL: Final = "99XX"
# What a table without a word about it holds: the usual settings, and nobody.
USUAL: Final = {
    "run_parameters": "is_realm_required | has_locations\ntrue | false",
    "shipped_weights": "\n".join(
        ["field | level | same_share | other_share", *(" | ".join(map(str, row)) for row in share_rows())]
    ),
    "match_weights": "\n".join(
        [
            "field | level | weight",
            *(f"{field} | {level} | {log2(m / u)}" for field, level, m, u in share_rows()),
        ]
    ),
}
# Not among the columns a record is the copy of another by.
PLACE_COLUMNS: Final = frozenset({"source_row", "line_number", "record_digest"})

Schema = Mapping[str, Mapping[str, str]]
Row = dict[str, object]


class RuleTest(Protocol):
    """Run one stage on tables given as text and compare the columns named in `expect`."""

    def __call__(self, stage: str, *, expect: str, ordered: bool = False, **tables: str) -> None: ...


class LadderTest(Protocol):
    """Run all stages from raw tables up to `stage` and compare the columns named in `expect`."""

    def __call__(self, *, expect: str, stage: str = "classified_pupils", **tables: str) -> None: ...


def read_schema(engine: DuckDBEngine, folder: Path) -> Schema:
    """Return the columns and types of every table of a run, from a run on one invented pupil."""
    magister, legacy = folder / "hulpbestand.csv", folder / "accounts.csv"
    guid = "7a1d2c3b-0e4f-4a5b-8c6d-000000000001"
    magister.write_text(
        f"stamnr;idgebr;externeid;realmid\n1001;51;{guid};51@lyceum.example\n", encoding="utf-8"
    )
    legacy.write_text("stamnr;naam;klas\n1001;Noor Visser;1A\n", encoding="utf-8")
    deliveries = read_deliveries(magister, legacy, None, settings={})
    build_tables(engine, deliveries, RunConfig(), school=SCHOOL, scratch=folder)
    rows = engine.fetch_rows(
        "select table_name, column_name, data_type from information_schema.columns"
        " order by table_name, ordinal_position"
    )
    schema: dict[str, dict[str, str]] = {}
    for row in rows:
        schema.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    return schema


def find_stage(table: str) -> Stage:
    """Return the stage that makes a table."""
    found = [stage for stage in list_stages() if stage.table == table]
    assert found, f"no stage makes {table}"
    return found[0]


def tables_read(stage: Stage) -> tuple[str, ...]:
    """Return the tables that the header of a stage says it reads."""
    line = next(line for line in stage.select.splitlines() if line.startswith("-- Reads:"))
    return tuple(name.strip() for name in line.removeprefix("-- Reads:").split(","))


def make_table(engine: DuckDBEngine, table: str, text: str, columns: Mapping[str, str]) -> None:
    """Make one table of pipe text; columns left out are NULL.

    Some columns are never NULL in a run, so where they are left out they have a value: `school` is one school, `is_`
    and `has_` are false, `record_digest` is the rest of the record. A `_written` column says what was delivered.
    """
    names, rows = read_cells(text)
    unknown = set(names) - set(columns)
    assert not unknown, f"{table} has no column {sorted(unknown)}; it has {sorted(columns)}"
    full = []
    for cells in rows:
        given = dict(zip(names, cells, strict=True))
        digest = json.dumps([(name, cell) for name, cell in given.items() if name not in PLACE_COLUMNS])
        defaults: Row = {name: False for name in columns if name.startswith(("is_", "has_"))}
        defaults |= {"school": SCHOOL, "record_digest": digest}
        # What needs no repair is written as it was delivered; an empty cell is NULL in both.
        for name in columns:
            if name.endswith("_written"):
                defaults[name] = typed(given.get(name.removesuffix("_written"), ""), "VARCHAR")
        full.append(
            [
                typed(given[name], kind) if name in given else defaults.get(name)
                for name, kind in columns.items()
            ]
        )
    engine.create_table(table, values_select(dict(columns), full))


def read_cells(text: str) -> tuple[list[str], list[list[str]]]:
    """Split pipe text into headings and cells; a cell is trimmed, and kept whole inside double quotes."""
    lines = [line for line in text.strip("\n").split("\n") if line.strip(" ")]
    cells = [[cell.strip(" ") for cell in line.split("|")] for line in lines]
    for line in cells[1:]:
        assert len(line) == len(cells[0]), f"{len(line)} cells under {len(cells[0])} headings"
    return cells[0], cells[1:]


def typed(cell: str, kind: str) -> object:
    """Return what a cell says in a column of this type; an empty cell is NULL and `""` is an empty text."""
    if cell == "":
        return None
    if kind == "VARCHAR":
        return json.loads(cell) if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
    if kind == "BOOLEAN":
        return {"true": True, "false": False}[cell]
    if kind == "DOUBLE":
        return float(cell)
    assert kind in ("BIGINT", "HUGEINT", "INTEGER"), f"a rule test cannot write a {kind}"
    return int(cell)


def check_rows(
    found: Sequence[Row], expect: str, columns: Mapping[str, str], *, table: str, ordered: bool
) -> None:
    """Compare the rows of a table with those expected, in any order unless `ordered`."""
    names, cells = read_cells(expect)
    unknown = set(names) - set(columns)
    assert not unknown, f"{table} has no column {sorted(unknown)}; it has {sorted(columns)}"
    wanted = [
        tuple(typed(cell, columns[name]) for name, cell in zip(names, row, strict=True)) for row in cells
    ]
    seen = [tuple(row[name] for name in names) for row in found]
    if not ordered:
        wanted, seen = sorted(wanted, key=repr), sorted(seen, key=repr)
    assert seen == wanted, f"{table} is\n{_as_text(names, seen)}\nand should be\n{_as_text(names, wanted)}"


def _as_text(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    lines = [" | ".join("" if value is None else str(value) for value in row) for row in rows]
    return "\n".join([" | ".join(names), *lines])
