"""The tables of all schools of a batch: filled school by school, made in one pass, and taken apart again.

It holds no rule: every table is made by the stages, of which each row belongs to one school.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Final

from etl import contract
from etl.config import RunConfig
from etl.engines.duckdb import BESIDE, MAIN, DuckDBEngine, quote
from etl.errors import ReconcileError
from etl.intake.delivery import Delivery
from etl.intake.load import delivered_column, load_nothing
from etl.intake.reader import CleanTables, may_be_clean, read_deliveries, read_settings
from etl.loading import Loaded, load_facts, load_files, load_raw_again
from etl.run_request import RunRequest
from etl.run_tables import ANSWERS_AFTER_STAGE, count_records, make_tables, settle_tables
from etl.stages import list_stages, stages_between
from etl.stand_ins import ShortRoad

# What the schemas and folders are called in which the files of one school are loaded, before they join the others.
ONE: Final = "one"
# Tables that are the same for every school.
COMMON: Final = frozenset({"status_list", "shipped_weights"})
# What is loaded of a school's files.
DELIVERED: Final = (
    *(f"{kind}_{source}" for kind in ("delivered", "raw") for source in contract.SOURCES),
    "cell_repairs",
)
# What is loaded and not made by a stage. The canonical columns of its files every school makes again: mostly as views.
LOADED: Final = (
    *(f"delivered_{source}" for source in contract.SOURCES),
    *("cell_repairs", "raw_rejects", "reject_keys", "run_parameters", "setting_values", "status_list"),
    *("shipped_weights", "stand_ins", "plain_names", "file_counts"),
)


def add_schools(
    engine: DuckDBEngine, folder: Path, requests: Mapping[str, RunRequest]
) -> Iterator[tuple[str, dict[str, Delivery] | ReconcileError]]:
    """Read the files of each school and add their records to the tables of all, several schools at a time.

    Gives, in the order of the schools, their deliveries, or why one is refused: nothing of it is added then.
    """
    adding = Lock()
    places: SimpleQueue[int] = SimpleQueue()
    for place in range(engine.threads):
        places.put(place)

    def add(school: str) -> dict[str, Delivery] | ReconcileError:
        place = places.get()
        schema, own_folder = f"{ONE}_{place}", folder / f"{ONE}-{place}"
        own_folder.mkdir(exist_ok=True)
        try:
            with engine.another() as own:
                return _add_school(own, schema, own_folder, requests[school], school, adding)
        except ReconcileError as error:
            return error
        finally:
            places.put(place)

    with ThreadPoolExecutor(max_workers=engine.threads) as pool:
        # Stopped halfway, what had begun is waited for, and nothing else begins: map sees to that.
        yield from zip(requests, pool.map(add, requests), strict=True)


def _add_school(
    engine: DuckDBEngine, schema: str, folder: Path, request: RunRequest, school: str, adding: Lock
) -> dict[str, Delivery]:
    config = request.config
    engine.connection.execute(f"create schema {schema}")
    try:
        engine.look_in(schema, MAIN)
        deliveries = read_deliveries(
            request.magister,
            request.legacy,
            request.control,
            settings={source: read_settings(config, source) for source in contract.SOURCES},
            into=CleanTables(engine, folder, may_be_clean(config)),
        )
        load_files(engine, deliveries, config, school=school, scratch=folder)
        with adding:
            _add_tables(engine, schema)
        # The engine holds the records of all schools now; of a school nobody needs them twice.
        return {source: replace(one, records=()) for source, one in deliveries.items()}
    finally:
        engine.look_in(MAIN)
        engine.connection.execute(f"drop schema {schema} cascade")


def _add_tables(engine: DuckDBEngine, schema: str) -> None:
    """Add the tables of one school to those of all."""
    columns: dict[tuple[str, str], list[str]] = {}
    for row in engine.fetch_rows(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal order by column_index"
    ):
        columns.setdefault((row["schema_name"], row["table_name"]), []).append(row["column_name"])
    for table in DELIVERED:
        own, have = columns.get((schema, table)), columns.get((MAIN, table))
        if own is None:
            continue
        if have is None:
            engine.create_table(f"{MAIN}.{table}", f"select * from {schema}.{table}")
        else:
            # One school delivers more columns than another: they are called by their place.
            for name in own:
                if name not in have:
                    engine.connection.execute(f"alter table {MAIN}.{table} add column {name} varchar")
            engine.add_rows(f"{MAIN}.{table}", f"select * from {schema}.{table}", by_name=True)


def make_all_tables(engine: DuckDBEngine, schools: Mapping[str, Loaded]) -> None:
    """Make every table of all schools at once, as if nobody had answered anything; their files have been added."""
    has_control = any(contract.CONTROL in one.deliveries for one in schools.values())
    if not has_control:
        load_nothing(engine, contract.CONTROL)
    load_facts(engine, schools)
    bench = engine if has_control else ShortRoad(engine)
    make_tables(bench, stages_between(0, ANSWERS_AFTER_STAGE))
    settle_tables(bench, {school: one.config for school, one in schools.items()}, {})
    if isinstance(bench, ShortRoad):
        bench.finish()
    count_records(engine)


def store_tables(engine: DuckDBEngine, path: Path) -> None:
    """Store what the runs of the schools take, as plain tables: a view would be worked out for each of them.

    What is loaded stands school by school already. What was made of it is put in that order: then the records of one
    school are found without looking through those of all.
    """
    engine.store(path, dict.fromkeys(LOADED, "") | {stage.table: "school" for stage in list_stages()})


def take_tables(
    engine: DuckDBEngine, school: str, deliveries: Mapping[str, Delivery], config: RunConfig, *, last: int
) -> None:
    """Make the tables of one school's own run, up to a stage, out of the stored tables of all.

    What its answers do, and what its words for an opleiding mean, is not among them.
    """
    known = {
        row["table_name"]
        for row in engine.fetch_rows(
            "select table_name from information_schema.tables"
            f" where table_catalog = '{BESIDE}' and table_schema = '{MAIN}'"
        )
    }
    selects = []
    for table in (*LOADED, *(stage.table for stage in stages_between(0, last))):
        source = table.removeprefix("delivered_")
        if table not in known or (source != table and source not in deliveries):
            continue
        columns = "*"
        if source != table:
            own = [delivered_column(place) for place in range(len(deliveries[source].headings))]
            columns = ", ".join(("school", "source_row", "line_number", "record_digest", *own))
        where = "" if table in COMMON else f" where school = {quote(school)}"
        selects.append((table, f"select {columns} from {BESIDE}.{MAIN}.{table}{where}"))
    engine.keep_tables(selects)
    load_raw_again(engine, deliveries, config)
