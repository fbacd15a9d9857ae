"""The short road: of the plain pairs that look the same to every rule, one goes through the rules for all of them.

It holds no rule: what is plain stands in `etl/sql/plain/`, and every table of a run is the same on either road
(`tests/properties/test_stand_ins.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final

from etl.engines.base import Made, nothing
from etl.engines.duckdb import MAIN, DuckDBEngine
from etl.stages import list_stages, stages_between, without_control

# The schema of what the rules look at: every record that no stand-in speaks for.
EXAMINED: Final = "examined"
# Tables with a row per record or pair. Any other is whole by itself: no plain pair can be in it, or it counts them.
SPLIT: Final = frozenset(
    {
        *("asked_magister", "asked_legacy", "raw_magister", "raw_legacy"),
        *("stand_ins", "plain_names", "clean_magister", "clean_legacy"),
        *("magister_rows", "legacy_rows", "file_rows", "key_groups", "matched_pupils", "row_meetings"),
        *("pair_evidence", "classified_pupils", "decided_pupils", "field_differences", "opleiding_choices"),
        *("login_readiness", "import_ready"),
    }
)
# Made whole by the stage itself, on the whole tables that it reads; the others by a text in `etl/sql/whole/`.
SIDES: Final = ("magister", "legacy")
BY_STAGE: Final = frozenset({"file_rows", "key_groups"})
NOTHING_ASKED: Final[Mapping[str, str | None]] = {}
LAST_CLEANING_STAGE: Final = 12
LAST_STAGE_BEFORE_NAMES: Final = 16
LAST_STAGE: Final = 59


class ShortRoad:
    """A workbench on which the stages see the examined records only; `finish` makes the whole tables of them."""

    def __init__(self, engine: DuckDBEngine, asked: Mapping[str, str | None] = NOTHING_ASKED) -> None:
        """Find the plain pairs and clean what has to be examined; the delivered tables have been loaded.

        `asked` holds, by source, a quicker SELECT of the records of raw_<source> of which the row stands in
        asked_<source>, where there is one.
        """
        self._engine = engine
        self._asked = {source: asked.get(source) or _asked_of_table(source) for source in SIDES}
        engine.connection.execute(f"create schema {EXAMINED}")
        engine.look_in(EXAMINED, MAIN)
        engine.create_table(f"{EXAMINED}.found_pairs", _text("plain", "found_pairs"))
        engine.create_table(f"{EXAMINED}.clashes", _text("plain", "doubled_pairs"))
        self._choose()
        self._examine()
        while self._add_clashes():
            engine.connection.execute("alter table main.plain_pairs rename to earlier_pairs")
            self._choose()
            self._examine_more()
            engine.drop_table("main.earlier_pairs")
        engine.connection.execute("alter table main.plain_pairs rename to chosen_pairs")
        engine.keep_table("main.plain_pairs", _plain_forms())
        done = ("found_pairs", "clashes", *(f"asked_{source}" for source in SIDES))
        for table in ("main.chosen_pairs", *(f"{EXAMINED}.{name}" for name in done)):
            engine.drop_table(table)

    def create_table(self, table: str, select: str) -> None:
        """See Workbench."""
        self.create_tables([(table, select)])

    def create_tables(self, selects: Sequence[tuple[str, str]], made: Made = nothing) -> None:
        """See Workbench. A cleaning stage has been run; the names are counted where a stage asks for them."""
        wanted = [one for one in selects if one[0] not in CLEANED]
        order = [table for table, _ in wanted]
        cut = order.index(NAMES_AFTER) + 1 if NAMES_AFTER in order else 0
        for _ in range(len(selects) - len(wanted)):
            made()
        self._create(wanted[:cut], made)
        if cut:
            self._engine.create_view(f"{EXAMINED}.plain_names", _text("plain", "plain_names"))
        self._create(wanted[cut:], made)

    def fetch_rows(self, select: str) -> list[dict[str, Any]]:
        """See Workbench; a table that is split has its examined records only."""
        return self._engine.fetch_rows(select)

    def leave_room(self, mib: int) -> None:
        """See Workbench."""
        self._engine.leave_room(mib)

    def finish(self, *, last: int = LAST_STAGE) -> None:
        """Make a view of the whole of every split table up to a stage, under its own name."""
        self._engine.look_in(MAIN)
        for source in SIDES:
            self._engine.create_view(f"{EXAMINED}.plain_{source}", _text("plain", f"plain_{source}"))
        for stage in stages_between(0, last):
            if stage.table in BY_STAGE:
                self._engine.create_view(stage.table, stage.select)
            elif stage.table in SPLIT:
                rest = _text("whole", stage.table)
                self._engine.create_view(
                    stage.table, f"select * from {EXAMINED}.{stage.table} union all {rest}"
                )

    def _create(self, selects: Sequence[tuple[str, str]], made: Made = nothing) -> None:
        self._engine.replace_tables(
            [(f"{EXAMINED if table in SPLIT else 'main'}.{table}", select) for table, select in selects], made
        )

    def _choose(self) -> None:
        self._engine.replace_table("main.plain_pairs", _text("plain", "plain_pairs"))
        self._create([("stand_ins", _text("plain", "stand_ins"))])

    def _examine(self) -> None:
        self._create(
            [(f"asked_{source}", _not_spoken_for(source)) for source in SIDES]
            + [(f"raw_{source}", self._asked[source]) for source in SIDES]
            + [
                (stage.table, stage.select)
                for stage in without_control(stages_between(0, LAST_CLEANING_STAGE))
            ]
        )

    def _examine_more(self) -> None:
        """Clean the pairs that are plain no longer, or speak for others now; what was examined stays so."""
        self._engine.create_table(f"{EXAMINED}.more_pairs", _text("plain", "more_pairs"))
        self._create([(f"asked_{source}", _more_records(source)) for source in SIDES])
        self._engine.create_tables([(f"{EXAMINED}.more_{source}", self._asked[source]) for source in SIDES])
        self._engine.insert_all(
            [
                (
                    f"{EXAMINED}.clean_{source}",
                    f"with raw_{source} as (select * from {EXAMINED}.more_{source})"
                    f", cleaned as ({_cleaning(source)}) select * from cleaned",
                )
                for source in SIDES
            ]
            + [(f"{EXAMINED}.raw_{source}", f"select * from {EXAMINED}.more_{source}") for source in SIDES]
        )
        for table in ("more_pairs", *(f"more_{source}" for source in SIDES)):
            self._engine.drop_table(f"{EXAMINED}.{table}")

    def _add_clashes(self) -> bool:
        """Note the plain pairs that share a key with an examined record: they are examined, too."""
        return self._engine.add_rows(f"{EXAMINED}.clashes", _text("plain", "new_clashes")) > 0


@contextmanager
def examined_only(engine: DuckDBEngine) -> Iterator[DuckDBEngine]:
    """Give a reader that sees only the examined records, where others have stand-ins: whoever is not linked is one."""
    with engine.another() as reader:
        if reader.fetch_rows(f"select 1 as found from duckdb_schemas() where schema_name = '{EXAMINED}'"):
            reader.look_in(EXAMINED, MAIN)
        yield reader


CLEANED: Final = frozenset(stage.table for stage in stages_between(0, LAST_CLEANING_STAGE))
NAMES_AFTER: Final = stages_between(0, LAST_STAGE_BEFORE_NAMES)[-1].table


def _asked_of_table(source: str) -> str:
    return (
        f"select r.* from main.raw_{source} as r where exists (select 1 from asked_{source} as a"
        " where a.school = r.school and a.source_row = r.source_row)"
    )


def _not_spoken_for(source: str) -> str:
    return (
        f"select r.school, r.source_row from main.raw_{source} as r where not exists (select 1 from plain_pairs as p"
        f" where p.school = r.school and p.{source}_row = r.source_row and p.magister_row <> p.stand_in)"
    )


def _more_records(source: str) -> str:
    return f"select p.school, p.{source}_row as source_row from {EXAMINED}.more_pairs as p"


def _cleaning(source: str) -> str:
    return next(stage.select for stage in list_stages() if stage.table == f"clean_{source}")


def _plain_forms() -> str:
    return _text("plain", "plain_forms").replace("select c.* from raw_magister as c", _cleaning("magister"))


def _text(folder: str, name: str) -> str:
    return (resources.files("etl") / "sql" / folder / f"{name}.sql").read_text(encoding="utf-8")
