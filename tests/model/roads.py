"""Makes every table of a run by one of the roads: files read carefully or clean, stand-ins or every record by itself.

It judges nothing: the tests compare what two roads give.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from etl import contract
from etl.config import RunConfig
from etl.engines.duckdb import DuckDBEngine
from etl.errors import InputError
from etl.intake.delivery import Delivery
from etl.intake.reader import CleanTables, read_deliveries, read_settings
from etl.run_tables import build_tables
from etl.stages import list_stages

Table = tuple[tuple[tuple[str, str], ...], list[tuple[Any, ...]]]


def tables_by(
    magister: bytes, legacy: bytes, config: RunConfig | None = None, *, is_clean: bool, is_short: bool
) -> tuple[Mapping[str, Table], Mapping[str, object]]:
    """Return every table (columns with types, rows in any one order) and what was said of the two files.

    Of a refused pair the tables are empty, and the code of the refusal is what was said. `spoken for` is the number of
    pairs that a stand-in spoke for.
    """
    config = config or RunConfig()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "magister.csv").write_bytes(magister)
        (folder / "oud.csv").write_bytes(legacy)
        scratch = folder / "scratch"
        scratch.mkdir()
        engine = DuckDBEngine(scratch, threads=1)
        try:
            deliveries = read_deliveries(
                folder / "magister.csv",
                folder / "oud.csv",
                None,
                settings={source: read_settings(config, source) for source in contract.SOURCES},
                into=CleanTables(engine, scratch, frozenset(contract.SOURCES)) if is_clean else None,
            )
            build_tables(engine, deliveries, config, school="99XX", scratch=scratch, is_short=is_short)
        except InputError as error:
            return {}, {"refused": error.code}
        else:
            names = [f"{kind}_{side}" for kind in ("delivered", "raw") for side in ("magister", "legacy")]
            names += [stage.table for stage in list_stages()]
            said = {source: _said(delivery) for source, delivery in deliveries.items()}
            spoken_for = "select count(*) - count(distinct stand_in) as pairs from plain_pairs"
            said["spoken for"] = engine.fetch_rows(spoken_for)[0]["pairs"] if is_short else 0
            said["clean"] = sum(bool(delivery.cells) for delivery in deliveries.values())
            return {table: _read(engine, table) for table in names}, said
        finally:
            engine.close()


def _read(engine: DuckDBEngine, table: str) -> Table:
    columns = tuple(
        (row["column_name"], row["column_type"]) for row in engine.fetch_rows(f"describe {table}")
    )
    return columns, sorted(engine.connection.execute(f"select * from {table}").fetchall(), key=repr)


def _said(delivery: Delivery) -> object:
    return delivery.profile, delivery.headings, delivery.columns, delivery.left_out
