"""Writes the run of one school of a batch, out of the tables of all: the work of a process beside others.

It holds no rule, and whatever goes wrong with a school is told as its outcome.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import etl
from etl.alarm import check_right_files
from etl.answer_book import AnswerBook
from etl.batch_tables import take_tables
from etl.collector import collect_seldom
from etl.decisions.apply import load_decisions
from etl.decisions.evaluate import NOTHING_DECIDED
from etl.engines.duckdb import FEW_RECORDS, DuckDBEngine
from etl.errors import EngineError, OutputError, ReconcileError
from etl.history import DATABASE_NAME, new_run_folder
from etl.intake.delivery import Delivery
from etl.pipeline import RunRequest, close_run
from etl.progress import tell_nobody
from etl.run_files import run_suites, write_run
from etl.run_tables import (
    ANSWERS_AFTER_STAGE,
    Answering,
    Ledger,
    count_records,
    load_words,
    read_ledger,
    settle_records,
)
from etl.stages import list_stages


@dataclass(frozen=True, slots=True)
class SchoolOutcome:
    """What came of one school: `state` is done, kept (an earlier run still holds), refused or failed."""

    school: str
    state: str
    run_folder: Path | None = None
    error: ReconcileError | None = None


@dataclass(frozen=True, slots=True)
class SchoolJob:
    """One school to do: its request, and once they have been read its deliveries."""

    school: str
    request: RunRequest
    kept: Path | None = None
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)


def stopped_school(school: str, error: ReconcileError) -> SchoolOutcome:
    """Return that a school could not be done; with an engine or a disk that fails, its files are not to blame."""
    state = "failed" if isinstance(error, EngineError | OutputError) else "refused"
    return SchoolOutcome(school, state, error=error)


def failed_school(school: str, error: Exception) -> SchoolOutcome:
    """Return that a school could not be done, for a reason that nobody foresaw."""
    # The words of an unexpected error may quote a value, so only its kind is told.
    told = EngineError("BATCH-SCHOOL-FAILED", school=school, kind=type(error).__name__)
    return SchoolOutcome(school, "failed", error=told)


def finish_school(tables: Path, job: SchoolJob, holding: frozenset[str]) -> SchoolOutcome:
    """Write the run of one school from the tables of all; what is wrong with it is its outcome.

    `holding` are the codes of the checks that hold for all schools together.
    """
    collect_seldom()
    request, school = job.request, job.school
    try:
        book = AnswerBook(request, school)
        with new_run_folder(request.out, school=school, now=request.now) as folder:
            with _engine(tables, job) as engine:
                engine.keep_in(folder.aside / DATABASE_NAME)
                answering = book.answering(folder.name)
                ledger = _make_ledger(engine, job, answering)
                # What follows from answers is made anew, so nobody has checked that.
                known = frozenset() if answering else holding
                checks = run_suites(request, engine.connection, tell_nobody, known)
                report = write_run(
                    request,
                    dict(job.deliveries),
                    ledger,
                    school,
                    engine,
                    folder,
                    book,
                    tell_nobody,
                    version=etl.__version__,
                    checks=checks,
                )
        outcome = close_run(request, report, folder, school, book)
    except ReconcileError as error:
        return stopped_school(school, error)
    except Exception as error:
        return failed_school(school, error)
    return SchoolOutcome(school, "done", outcome.run_folder)


@contextmanager
def _engine(tables: Path, job: SchoolJob) -> Iterator[DuckDBEngine]:
    """Give an engine that reads the tables of all schools; for a small school it is the one of the school before."""
    records = sum(one.profile.records for one in job.deliveries.values())
    memory_mib = job.request.config.limits.memory_mib
    if records > FEW_RECORDS:
        engine = _open(tables, job.request.out, records, memory_mib)
        try:
            yield engine
        finally:
            engine.close()
        return
    engine = _open_once(tables, job.request.out, FEW_RECORDS, memory_mib)
    try:
        yield engine
        engine.let_go()
    except BaseException:
        # Nobody knows what is left in it.
        _open_once.cache_clear()
        engine.close()
        raise


def _open(tables: Path, out: Path, records: int, memory_mib: int | None) -> DuckDBEngine:
    # What does not fit in memory goes to a folder of this process: DuckDB removes the one that it made.
    spill = tables.parent / f"worker-{os.getpid()}"
    return DuckDBEngine(spill, threads=1, records=records, beside=tables, memory_mib=memory_mib, writes=out)


# Opening one and reading what the stored tables are takes a quarter of a small school's time.
_open_once = lru_cache(maxsize=1)(_open)


def _make_ledger(engine: DuckDBEngine, job: SchoolJob, answering: Answering | None) -> Ledger:
    """Make the tables of one school's run out of those of all; with answers, what follows from them is made anew."""
    config, school = job.request.config, job.school
    last = ANSWERS_AFTER_STAGE if answering else list_stages()[-1].number
    take_tables(engine, school, job.deliveries, config, last=last)
    names = {source: one.profile.file_name for source, one in job.deliveries.items()}
    check_right_files(engine, config, names)
    if not answering:
        load_decisions(engine, {})
        load_words(engine, {school: config}, {})
        return read_ledger(engine, NOTHING_DECIDED)
    ledger = settle_records(engine, config, school, answering)
    count_records(engine)
    return ledger
