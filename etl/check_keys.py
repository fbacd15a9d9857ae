"""Counts the state of each key column of one delivered file, with the functions that the job itself uses.

It shows no value and decides nothing; a realm is a school's and no pupil's, so realms are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from etl import contract
from etl.config import RunConfig
from etl.engines.base import Engine
from etl.engines.duckdb import DuckDBEngine
from etl.intake.delivery import Delivery
from etl.intake.headings import show_heading
from etl.leftovers import scratch_folder
from etl.loading import load_tables
from etl.run_tables import make_tables
from etl.stages import stages_between

CLEAN_UNTIL_STAGE: Final = 12
SCHOOL: Final = "check"
TABLES_NAME: Final = "tables.duckdb"  # of very many records
# Which function of the SQL gives the key of a column; the others have no form.
FORMS: Final = {
    "stamnr": "stamnr_key is not null",
    "idgebr": "idgebr_key is not null",
    "externeid": "externeid_key is not null",
    "realmid": "realmid_key is not null",
}
NUMBERS: Final = ("stamnr", "idgebr")
SCOPE_COLUMNS: Final = ("vestiging", "rol", "account_status")
MOST_GROUPS: Final = 12
FEWEST_RECORDS: Final = 5


# An engine, and the folder that it may use.
Bench = tuple[DuckDBEngine, Path]


@dataclass(frozen=True, slots=True)
class KeyProfile:
    """The state of one key column, in records. `sound` have a usable key; of the filled others `spoiled` were spoiled
    by a spreadsheet and `strange` are out of form. `repeated` share their value with another record; `repaired`
    are sound only without something around or behind them."""

    column: str
    records: int
    blank: int
    distinct: int
    repeated: int
    sound: int
    spoiled: int
    strange: int
    repaired: int
    leading_zero: int
    shortest: int
    longest: int
    usual_width: int


@dataclass(frozen=True, slots=True)
class Realm:
    """One realm and how many records carry it."""

    name: str
    records: int


@dataclass(frozen=True, slots=True)
class GroupSize:
    """One word of a column that says who takes part (vestiging, rol, account_status), and how many have it."""

    column: str
    word: str
    records: int


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The keys of one file. `disagreeing` have a realmid that is not their idgebr's; `damaged_classes` are classes
    that a spreadsheet took for a number or a date."""

    keys: tuple[KeyProfile, ...]
    realms: tuple[Realm, ...]
    groups: tuple[GroupSize, ...]
    disagreeing: int
    damaged_classes: int


@contextmanager
def open_bench(records: int, memory_mib: int | None = None) -> Iterator[Bench]:
    """Give a bench for about so many records; nothing of it stays on disk."""
    with scratch_folder() as folder:
        engine = DuckDBEngine(folder, records=records, kept=folder / TABLES_NAME, memory_mib=memory_mib)
        try:
            yield engine, folder
        finally:
            engine.close()


def profile_keys(delivery: Delivery, config: RunConfig) -> KeyFacts:
    """Return the state of the keys of one file; nothing stays on disk."""
    with open_bench(delivery.profile.records) as (engine, folder):
        return profile_on(engine, folder, delivery, config)


def profile_on(engine: DuckDBEngine, folder: Path, delivery: Delivery, config: RunConfig) -> KeyFacts:
    """Return the state of the keys of one file with an engine that has nothing else, but the cells of a clean file."""
    load_tables(engine, {delivery.source: delivery}, config, school=SCHOOL, scratch=folder)
    others = {f"clean_{source}" for source in contract.SOURCES} - {f"clean_{delivery.source}"}
    stages = stages_between(0, CLEAN_UNTIL_STAGE)
    make_tables(engine, [stage for stage in stages if stage.table not in others])
    return read_facts(engine, delivery)


def read_facts(engine: DuckDBEngine, delivery: Delivery) -> KeyFacts:
    """Return the state of the keys of one file whose records were loaded and cleaned."""
    source = delivery.source
    present = {choice.canonical for choice in delivery.columns}
    columns = [column for column in contract.SOURCES[source].key_columns if column in present]
    realms: Iterable[dict[str, Any]] = ()
    disagreeing = damaged = 0
    if source == contract.MAGISTER:
        realms = engine.fetch_rows(
            "select realm_of(realmid_key) as name, count(*) as records from clean_magister"
            " where realmid_key is not null group by 1 order by 2 desc, 1"
        )
        disagreeing = engine.fetch_rows(
            "select count(*) as records from clean_magister where realmid_key is not null and idgebr_key is not null"
            " and realm_user(realmid_key) <> idgebr_key"
        )[0]["records"]
    if source != contract.CONTROL:
        damaged = engine.fetch_rows(
            f"select count(*) as records from clean_{source} where klas is not null and klas_key is null"
        )[0]["records"]
    groups = [
        group for column in SCOPE_COLUMNS if column in present for group in _groups(engine, source, column)
    ]
    return KeyFacts(
        tuple(_read_keys(engine, source, columns)),
        tuple(Realm(**row) for row in realms),
        tuple(groups),
        disagreeing,
        damaged,
    )


def _groups(engine: Engine, source: str, column: str) -> list[GroupSize]:
    """Return the words of a column with few different ones; a word that few records have could be somebody's own."""
    rows = engine.fetch_rows(
        f"select known({column}) as word, count(*) as records from raw_{source}"
        f" where known({column}) is not null group by 1 order by 2 desc, 1"
    )
    if len(rows) > MOST_GROUPS:
        return []
    return [
        GroupSize(column, show_heading(row["word"]), row["records"])
        for row in rows
        if row["records"] >= FEWEST_RECORDS
    ]


def _read_keys(engine: DuckDBEngine, source: str, columns: Sequence[str]) -> list[KeyProfile]:
    """Return the state of key columns, in one query: to plan one for each takes longer than few records do."""
    filled = " union all ".join(_select_filled(source, *numbered) for numbered in enumerate(columns))
    rows = engine.fetch_rows(
        f"""
        with filled as ({filled})
        , shared as (
            select place, count(*) as "distinct", coalesce(sum(records) filter (where records > 1), 0) as repeated
            from (select place, count(*) as records from filled where value is not null group by place, value)
            group by place
        )
        , counted as (
            select
                place
                , count(*) as records
                , count(*) filter (where value is null) as blank
                , count(*) filter (where is_sound) as sound
                , count(*) filter (where value is not null and not is_sound and is_spoiled) as spoiled
                , count(*) filter (where value is not null and not is_sound and not is_spoiled) as strange
                , count(*) filter (where is_sound and (value <> delivered or unwrapped(delivered) <> value))
                    as repaired
                , count(*) filter (where starts_with(value, '0')) as leading_zero
                , coalesce(min(length(value)), 0) as shortest
                , coalesce(max(length(value)), 0) as longest
                , coalesce(mode(length(value)), 0) as usual_width
            from filled
            group by place
        )
        select counted.*, coalesce("distinct", 0) as "distinct", coalesce(repeated, 0) as repeated
        from counted left join shared using (place)
        """
    )
    found = {row.pop("place"): {name: int(count) for name, count in row.items()} for row in rows}
    nothing = {one.name: 0 for one in fields(KeyProfile) if one.name != "column"}
    return [KeyProfile(column, **found.get(place, nothing)) for place, column in enumerate(columns)]


def _select_filled(source: str, place: int, column: str) -> str:
    # A control list has no table with one row per record, and an account id has no form of its own.
    has_form = column in FORMS and source != contract.CONTROL
    return f"""
        select
            {place} as place
            , {column} as delivered
            , known({column}) as value
            , {FORMS[column] if has_form else f"known({column}) is not null"} as is_sound
            , {f"is_spoiled({column})" if column in NUMBERS else "false"} as is_spoiled
        from {"clean" if has_form else "raw"}_{source}"""
