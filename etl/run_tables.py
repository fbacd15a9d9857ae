"""Makes every table of a run from its deliveries, in the order of the stages.

It holds no rule about a pupil (those are in `etl/sql/`) and writes no file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from etl import contract
from etl.alarm import check_right_files, list_realms
from etl.config import RunConfig
from etl.decisions.apply import load_decisions, settle
from etl.decisions.evaluate import NOTHING_DECIDED, Decided
from etl.engines.base import Engine, Made, Workbench, nothing
from etl.engines.duckdb import FEW_RECORDS, DuckDBEngine
from etl.intake.delivery import Delivery
from etl.intake.load import select_asked
from etl.loading import load_opleiding_words, load_tables
from etl.progress import Progress, tell_nobody
from etl.stages import Stage, list_stages, stages_between, without_control
from etl.stand_ins import ShortRoad

ALARM_AFTER_STAGE: Final = 23
ANSWERS_AFTER_STAGE: Final = 30
OPLEIDING_FROM_STAGE: Final = 44
COUNTS_FROM_STAGE: Final = 60
# What Python holds of a record that is not linked until the report is written, with the questions about it.
BYTES_PER_PERSON: Final = 1_700


@dataclass(frozen=True, slots=True)
class Ledger:
    """What came of the records: the answers with their state, and the realms of the Magister file."""

    decided: Decided
    realms: Sequence[Mapping[str, Any]]


# Given the tables up to classified_pupils: what the answers of the school do.
Answering = Callable[[Workbench], Decided]


def build_tables(
    engine: Engine,
    deliveries: dict[str, Delivery],
    config: RunConfig,
    *,
    school: str,
    scratch: Path,
    answering: Answering | None = None,
    is_short: bool | None = None,
    progress: Progress = tell_nobody,
) -> Ledger:
    """Make every table of a run from its deliveries, and return what became of the records.

    `is_short` says whether stand-ins speak for the plain pairs; by itself that depends on the number of records.
    Errors:  InputError when the files look like another school's (the wrong-file alarm).
    """
    records = _count_records(deliveries)
    progress("match", rows=records)
    load_tables(engine, deliveries, config, school=school, scratch=scratch)
    made = _count_tables(progress)
    bench = _choose_bench(engine, deliveries, school, is_short)
    match_records(bench, config, _file_names(deliveries), made, has_control=contract.CONTROL in deliveries)
    ledger = settle_records(bench, config, school, answering, made)
    if isinstance(bench, ShortRoad):
        bench.finish()
    count_records(engine, made)
    return ledger


def classify_records(
    engine: Engine, deliveries: dict[str, Delivery], config: RunConfig, *, school: str, scratch: Path
) -> None:
    """Make the tables up to classified_pupils: what a run says of each record before anybody has answered.

    Errors:  as for build_tables.
    """
    load_tables(engine, deliveries, config, school=school, scratch=scratch)
    bench = _choose_bench(engine, deliveries, school)
    match_records(bench, config, _file_names(deliveries), has_control=contract.CONTROL in deliveries)
    if isinstance(bench, ShortRoad):
        bench.finish(last=ANSWERS_AFTER_STAGE)


def _choose_bench(
    engine: Engine, deliveries: Mapping[str, Delivery], school: str, is_short: bool | None = None
) -> Engine | ShortRoad:
    """Return what the stages run on: the engine, or the road on which stand-ins speak for the plain pairs."""
    if is_short is None:
        is_short = contract.CONTROL not in deliveries and _count_records(deliveries) > FEW_RECORDS
    if not is_short or not isinstance(engine, DuckDBEngine):
        return engine
    asked = {source: select_asked(engine, one, school=school) for source, one in deliveries.items()}
    return ShortRoad(engine, asked)


def _count_records(deliveries: Mapping[str, Delivery]) -> int:
    return sum(one.profile.records for one in deliveries.values())


def _file_names(deliveries: Mapping[str, Delivery]) -> dict[str, str]:
    return {name: one.profile.file_name for name, one in deliveries.items()}


def _count_tables(progress: Progress) -> Made:
    """Return what counts the tables of the stages, as they are made, of all there will be."""
    done, total = 0, len(list_stages())

    def made() -> None:
        nonlocal done
        done += 1
        progress("match", done, total)

    return made


def match_records(
    engine: Workbench,
    config: RunConfig,
    file_names: Mapping[str, str],
    made: Made = nothing,
    *,
    has_control: bool,
) -> None:
    """Make the tables up to classified_pupils.

    Errors:  InputError when the files look like another school's (the wrong-file alarm).
    """
    first = stages_between(0, ALARM_AFTER_STAGE)
    make_tables(engine, first if has_control else without_control(first), made)
    check_right_files(engine, config, file_names)
    make_tables(engine, stages_between(ALARM_AFTER_STAGE + 1, ANSWERS_AFTER_STAGE), made)


def settle_records(
    engine: Workbench,
    config: RunConfig,
    school: str,
    answering: Answering | None,
    made: Made = nothing,
) -> Ledger:
    """Let the answers count, and make the other tables that hold one row per record or pair."""
    decided = answering(engine) if answering else NOTHING_DECIDED
    settle_tables(engine, {school: config}, {school: decided}, made)
    if decided.answers:
        decided = settle(engine, decided)
    return read_ledger(engine, decided)


def read_ledger(bench: Workbench, decided: Decided) -> Ledger:
    """Return what came of the records, and leave room for those that are not linked; decided_pupils is there."""
    row = bench.fetch_rows("select count(*) as records from decided_pupils where not is_linked")[0]
    bench.leave_room(row["records"] * BYTES_PER_PERSON >> 20)
    return Ledger(decided, list_realms(bench))


def settle_tables(
    engine: Workbench,
    configs: Mapping[str, RunConfig],
    decided: Mapping[str, Decided],
    made: Made = nothing,
) -> None:
    """Make the tables that follow from the answers, of one school or of several; who is not in `decided` gave none."""
    load_decisions(engine, decided)
    make_tables(engine, stages_between(ANSWERS_AFTER_STAGE + 1, OPLEIDING_FROM_STAGE), made)
    load_words(engine, configs, decided)
    make_tables(engine, stages_between(OPLEIDING_FROM_STAGE + 1, COUNTS_FROM_STAGE - 1), made)


def load_words(engine: Workbench, configs: Mapping[str, RunConfig], decided: Mapping[str, Decided]) -> None:
    """Make the tables of what the words for an opleiding mean at these schools."""
    load_opleiding_words(
        engine,
        {school: config.opleiding.rules for school, config in configs.items()},
        {school: own.opleidingen for school, own in decided.items()},
    )


def count_records(engine: Workbench, made: Made = nothing) -> None:
    """Make the tables that count the others."""
    make_tables(engine, stages_between(COUNTS_FROM_STAGE, list_stages()[-1].number), made)


def make_tables(engine: Workbench, stages: Sequence[Stage], made: Made = nothing) -> None:
    """Run stages, one table each."""
    engine.create_tables([(stage.table, stage.select) for stage in stages], made)
