"""Ranks who of one list of people might be whom of another, by the same SQL as a run, without anything of a run.

For lists that share no number. It suggests: which pairs are one person is for somebody to say.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl import contract
from etl.engines.base import Engine
from etl.engines.duckdb import DuckDBEngine
from etl.errors import InputError
from etl.leftovers import scratch_folder
from etl.loading import load_weights
from etl.stages import list_stages

if TYPE_CHECKING:
    import polars

COLUMNS: Final = ("id", "first_name", "surname", "birth_date", "class")
REQUIRED: Final = ("id", "first_name", "surname")
PAIR_COLUMNS: Final = (
    "left_id",
    "right_id",
    "score",
    "weight",
    "left_rank",
    "right_rank",
    "first_name",
    "surname",
    "birth_date",
    "class",
)
PAIRS_TABLE: Final = "candidate_pairs"

# As `25_loose_people.sql`, from a plain list of people.
_PEOPLE: Final = """
with folded_people as (
    select
        source
        , source_row
        , folded(first_name) as first_key
        , without_particles(folded(surname)) as last_key
        , coalesce(
            replace(date_key(birth_date), '-', '')
            , nullif(regexp_replace(known_text(birth_date), '[^0-9]', '', 'g'), '')
        ) as birth_key
        , class_key(known(class_name)) as klas_key
    from given_people
)

, numbered as (
    select
        f.*
        , concat_ws(' ', f.first_key, f.last_key) as full_key
        , class_year(f.klas_key) as class_year
        , count(*) over (partition by f.source) as named_records
    from folded_people as f
)

select
    '' as school
    , n.source
    , n.source_row
    , n.first_key
    , n.last_key
    , n.full_key
    , n.birth_key
    , n.klas_key
    , n.class_year
    , count(*) over (partition by n.source, n.full_key, n.birth_key) as namesakes
    , count(*) over (partition by n.source, n.last_key, n.birth_key) as same_last_names
    , count(*) over (partition by n.source, n.first_key) * 1.0 / n.named_records as first_share
    , count(*) over (partition by n.source, n.last_key) * 1.0 / n.named_records as last_share
    , true as is_free
from numbered as n
"""

# As `26_match_weights.sql` for a school of which nothing is proven.
_WEIGHTS: Final = """
select
    '' as school, field, level, false as is_learned, same_share, other_share
    , log2(same_share / other_share) as weight
from shipped_weights
"""

Person = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """One candidate pair: `score` is a probability (0 to 1), `weight` is in bits, ranks count from 1 per person.

    The last four say how each field compares: equal, close, begins, part, alike, swapped, next_year, same_year, differs
    or unknown.
    """

    left_id: str
    right_id: str
    score: float
    weight: float
    left_rank: int
    right_rank: int
    first_name: str
    surname: str
    birth_date: str
    class_name: str


def score_people(left: polars.DataFrame, right: polars.DataFrame) -> polars.DataFrame:
    """Return the candidate pairs of two lists of people, the surest first.

    Shape:   in: columns id, first_name, surname, and birth_date and class where they are known, all text; out:
             PAIR_COLUMNS, one row per pair, at most five per person.
    Errors:  InputError when a required column is missing.
    """
    import polars

    pairs = score_rows(_from_frame(left, "left"), _from_frame(right, "right"))
    return polars.DataFrame(
        [
            [getattr(pair, "class_name" if name == "class" else name) for name in PAIR_COLUMNS]
            for pair in pairs
        ],
        schema=list(PAIR_COLUMNS),
        orient="row",
    )


def score_rows(left: Sequence[Person], right: Sequence[Person]) -> list[Pair]:
    """Return the candidate pairs of two lists of people, each (id, first name, surname, birth date, class)."""
    with scratch_folder() as folder:
        engine = DuckDBEngine(folder)
        try:
            _load_people(engine, folder, left, right)
            load_weights(engine)
            engine.create_table("match_weights", _WEIGHTS)
            (stage,) = (one for one in list_stages() if one.table == PAIRS_TABLE)
            engine.create_table(stage.table, stage.select)
            rows = engine.fetch_rows(
                f"select * from {PAIRS_TABLE} order by probability desc, weight desc, magister_row, legacy_row"
            )
        finally:
            engine.close()
    return [
        Pair(
            left[row["magister_row"] - 1][0],
            right[row["legacy_row"] - 1][0],
            row["probability"],
            row["weight"],
            row["magister_rank"],
            row["legacy_rank"],
            row["first_level"],
            row["last_level"],
            row["birth_level"],
            row["class_level"],
        )
        for row in rows
    ]


def read_people(path: Path) -> list[Person]:
    """Read a list of people from a CSV with a heading: UTF-8, commas or semicolons.

    Errors:  InputError when it cannot be read, or lacks a required column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("SUGGEST-UNREADABLE", file=path.name) from error
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    rows = list(csv.DictReader(text.splitlines(), delimiter=delimiter))
    missing = [name for name in REQUIRED if not rows or name not in rows[0]]
    if missing:
        raise InputError("SUGGEST-COLUMNS", file=path.name, missing=missing, columns=list(COLUMNS))
    return [_person([row.get(name) for name in COLUMNS]) for row in rows]


def _from_frame(frame: polars.DataFrame, name: str) -> list[Person]:
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise InputError("SUGGEST-COLUMNS", file=name, missing=missing, columns=list(COLUMNS))
    columns = [
        frame[column].to_list() if column in frame.columns else [None] * len(frame) for column in COLUMNS
    ]
    return [_person(values) for values in zip(*columns, strict=True)]


def _person(values: Sequence[object]) -> Person:
    one, first, last, birth, school_class = ("" if value is None else str(value).strip() for value in values)
    return one, first, last, birth, school_class


def _load_people(engine: Engine, folder: Path, left: Sequence[Person], right: Sequence[Person]) -> None:
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for source, people in ((contract.MAGISTER, left), (contract.LEGACY, right)):
            writer.writerows((source, place, *person[1:]) for place, person in enumerate(people, start=1))
    columns = {"source": "VARCHAR", "source_row": "BIGINT"}
    texts = dict.fromkeys(("first_name", "surname", "birth_date", "class_name"), "VARCHAR")
    engine.load_csv("given_people", path, columns | texts)
    engine.create_table("loose_people", _PEOPLE)
