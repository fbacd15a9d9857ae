"""Puts what was read into the engine's tables, as text, and proves that nothing was lost on the way.

It reads no delivered file itself and interprets no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from etl import contract
from etl.engines.base import Engine
from etl.engines.duckdb import DuckDBEngine
from etl.errors import EngineError
from etl.intake.canonical import BETWEEN_CELLS, DIGEST_CHARACTERS, write_canonical, write_rows
from etl.intake.clean import SOURCE_ROW, cells_table
from etl.intake.delivery import BrokenRecord, Delivery
from etl.intake.repair import CellRepair

NUMBER_IN_TEXT: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{3,18}(?![0-9A-Za-z])")
GUID_IN_TEXT: Final = re.compile(
    r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
)


def load_repairs(
    engine: Engine, repairs: Mapping[str, Sequence[CellRepair]], *, school: str, scratch: Path
) -> None:
    """Make cell_repairs: the cells that are read otherwise than delivered, by source.

    Shape:   school, source, source_row, line_number, column_name, repair, delivered, used; one row per cell.
    """
    path = scratch / "cell_repairs.csv"
    rows = [
        (
            *(school, source, str(one.source_row), str(one.line_number)),
            *(one.column_name, one.repair, one.delivered, one.used),
        )
        for source, found in repairs.items()
        for one in found
    ]
    columns = {"school": "VARCHAR", "source": "VARCHAR", "source_row": "BIGINT", "line_number": "BIGINT"}
    columns |= dict.fromkeys(("column_name", "repair", "delivered", "used"), "VARCHAR")
    if not rows:
        kinds = {name: "string" if kind == "VARCHAR" else kind for name, kind in columns.items()}
        engine.create_table("cell_repairs", values_select(kinds, ()))
        return
    try:
        write_rows(rows, path)
        engine.load_csv("cell_repairs", path, columns)
    finally:
        path.unlink(missing_ok=True)


def load_delivery(
    engine: Engine,
    delivery: Delivery,
    *,
    school: str,
    scratch: Path,
    repairs: Sequence[CellRepair] = (),
    is_number_elsewhere: bool = False,
) -> None:
    """Make delivered_<source> and raw_<source> of one delivery; cell_repairs has to be there when it has any.

    With `is_number_elsewhere` the pupil number is what was found in another column, and nothing where nothing was.
    Shape:   delivered_<source>: school, source_row, line_number, record_digest, column_001 …, as delivered;
             raw_<source>: the same records with the canonical columns as they are used, NULL where the file has none.
    Errors:  EngineError when the engine holds another number of records than was read.
    """
    if delivery.cells:
        assert isinstance(engine, DuckDBEngine)
        _view_clean(engine, delivery, school, repairs)
        return
    path = scratch / f"{delivery.source}.csv"
    columns = {
        "school": "VARCHAR",
        "source_row": "BIGINT",
        "line_number": "BIGINT",
        "record_digest": "VARCHAR",
    }
    columns |= {delivered_column(position): "VARCHAR" for position in range(len(delivery.headings))}
    try:
        write_canonical(delivery, path, school=school)
        loaded = engine.load_csv(f"delivered_{delivery.source}", path, columns)
    finally:
        path.unlink(missing_ok=True)
    if loaded != len(delivery.records):
        raise EngineError(
            "ENGINE-RECORDS-LOST", source=delivery.source, read=len(delivery.records), loaded=loaded
        )
    _make_raw(engine, delivery, _repaired(repairs), is_number_elsewhere=is_number_elsewhere)


def make_raw(engine: Engine, delivery: Delivery, *, is_number_elsewhere: bool = False) -> None:
    """Make raw_<source> as load_delivery does, of a delivered_<source> and cell_repairs that are there already."""
    _make_raw(
        engine, delivery, _repaired_columns(engine, delivery.source), is_number_elsewhere=is_number_elsewhere
    )


def _make_raw(
    engine: Engine, delivery: Delivery, repaired: Sequence[str], *, is_number_elsewhere: bool = False
) -> None:
    source = delivery.source
    select = _raw_select(delivery, repaired, f"delivered_{source}", is_number_elsewhere=is_number_elsewhere)
    if delivery.cells:
        assert isinstance(engine, DuckDBEngine)
        engine.create_view(f"raw_{source}", select)
    else:
        engine.create_table(f"raw_{source}", select)


def _view_clean(engine: DuckDBEngine, delivery: Delivery, school: str, repairs: Sequence[CellRepair]) -> None:
    """Show the cells of a clean file, which begins with its heading, as the two tables."""
    source = delivery.source
    engine.create_view(f"delivered_{source}", _clean_select(delivery, school, cells_table(source)))
    _make_raw(engine, delivery, _repaired(repairs))


def select_asked(engine: Engine, delivery: Delivery, *, school: str) -> str | None:
    """Return the SELECT of the records of raw_<source> of a clean file of which the row stands in asked_<source>.

    The view would make DuckDB work out the digest of every record before it looks which ones are asked for.
    None for a file that went through the careful reader: its raw records are a table.
    """
    if not delivery.cells:
        return None
    source = delivery.source
    asked = (
        f"(select c.rowid, c.* from {cells_table(source)} as c"
        f" where c.rowid in (select a.source_row - 1 from asked_{source} as a))"
    )
    delivered = f"({_clean_select(delivery, school, asked)})"
    return _raw_select(delivery, _repaired_columns(engine, source), delivered)


def _clean_select(delivery: Delivery, school: str, cells: str) -> str:
    """Return the SELECT of delivered_<source> over the cells of a clean file, all of them or some."""
    names = [f"c.{name}" for name in delivery.cells]
    shown = ", ".join(f"{name} as {delivered_column(place)}" for place, name in enumerate(names))
    return (
        f"select {_literal(school)} as school, c.{SOURCE_ROW} as source_row, c.{SOURCE_ROW} + 1 as line_number"
        f", left(sha256(concat_ws(chr({ord(BETWEEN_CELLS)}), {', '.join(names)})), {DIGEST_CHARACTERS})"
        f" as record_digest, {shown} from {cells} as c"
    )


def load_nothing(engine: Engine, source: str) -> None:
    """Make an empty raw_<source> for a file that was not delivered."""
    canonical = ", ".join(
        f"cast(null as string) as {name}" for name in contract.SOURCES[source].column_names()
    )
    engine.create_table(
        f"raw_{source}",
        "select cast(null as string) as school, cast(null as bigint) as source_row,"
        f" cast(null as bigint) as line_number, cast(null as string) as record_digest, {canonical}"
        " where 1 = 0",
    )


def load_broken(engine: Engine, schools: Mapping[str, Sequence[Delivery]]) -> None:
    """Make raw_rejects (the broken records) and reject_keys (what might be a key inside them).

    A key in a broken record holds whoever it may belong to; it never links anybody.
    """
    rejects = [
        (school, delivery.source, broken.source_row, broken.line_number, broken.reason)
        for school, deliveries in schools.items()
        for delivery in deliveries
        for broken in delivery.broken
    ]
    engine.create_table(
        "raw_rejects",
        values_select(
            {
                "school": "string",
                "source": "string",
                "source_row": "bigint",
                "line_number": "bigint",
                "reason": "string",
            },
            rejects,
        ),
    )
    keys = sorted(
        {
            (school, delivery.source, kind, key)
            for school, deliveries in schools.items()
            for delivery in deliveries
            for broken in delivery.broken
            for kind, key in keys_mentioned(broken)
        }
    )
    engine.create_table(
        "reject_keys",
        values_select({"school": "string", "source": "string", "kind": "string", "key_text": "string"}, keys),
    )


def keys_mentioned(broken: BrokenRecord) -> frozenset[tuple[str, str]]:
    """Return (kind, key) for every whole number and GUID inside a broken record, folded as keys are."""
    text = "\n".join(broken.cells)
    # The groups of a GUID may be all digits; they are no numbers.
    numbers = {
        ("stamnr", digits.lstrip("0")) for digits in NUMBER_IN_TEXT.findall(GUID_IN_TEXT.sub(" ", text))
    }
    guids = {("externeid", guid.replace("-", "").lower()) for guid in GUID_IN_TEXT.findall(text)}
    return frozenset((kind, key) for kind, key in numbers | guids if key)


def delivered_column(position: int) -> str:
    """Return the column name of a delivered column in delivered_<source>; position 0 is the first."""
    return f"column_{position + 1:03d}"


def values_select(columns: dict[str, str], rows: Iterable[Sequence[object]]) -> str:
    """Return a SELECT that gives these rows, typed; for the small tables that do not come from a file."""
    literals = [f"({', '.join(_literal(value) for value in row)})" for row in rows]
    typed = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
    if not literals:
        nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
        return f"select {nulls} where 1 = 0"
    return f"select {typed} from (values {', '.join(literals)}) as given({', '.join(columns)})"


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    # A backslash stands for itself in one engine's text and means something in another's.
    return "'" + str(value).replace("'", "''").replace("\\", "' || chr(92) || '") + "'"


def _repaired_columns(engine: Engine, source: str) -> list[str]:
    """Return the columns of a file of which cell_repairs tells anything."""
    rows = engine.fetch_rows(
        f"select distinct column_name from cell_repairs where source = '{source}' order by column_name"
    )
    return [row["column_name"] for row in rows]


def _repaired(repairs: Iterable[CellRepair]) -> list[str]:
    return sorted({one.column_name for one in repairs})


def _raw_select(
    delivery: Delivery, repaired: Sequence[str], delivered: str, *, is_number_elsewhere: bool = False
) -> str:
    """Return the SELECT of raw_<source> over the delivered records; `repaired` are columns of cell_repairs."""
    source = delivery.source
    given = {
        choice.canonical: f"d.{delivered_column(choice.position)}"
        for choice in delivery.columns
        if choice.canonical
    }
    if is_number_elsewhere:
        given.pop("stamnr", None)
    used = {
        name: f"cast({given.get(name, 'null')} as string)" for name in contract.SOURCES[source].column_names()
    }
    used |= {name: f"coalesce(r_{name}.used, {used[name]})" for name in repaired}
    canonical = ", ".join(f"{expression} as {name}" for name, expression in used.items())
    joins = " ".join(
        f"left join cell_repairs as r_{name} on d.school = r_{name}.school and d.source_row = r_{name}.source_row"
        f" and r_{name}.source = '{source}' and r_{name}.column_name = '{name}'"
        for name in repaired
    )
    return (
        f"select d.school, d.source_row, d.line_number, d.record_digest, {canonical}"
        f" from {delivered} as d {joins}"
    )
