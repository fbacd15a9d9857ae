"""Does the job for many schools: their records are matched in one pass, their runs are written side by side.

It holds no rule. A school that is refused stops only itself, and what was finished before a stop is kept.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import etl
from etl.answer_book import AnswerBook
from etl.batch_kept import kept_run
from etl.batch_school import SchoolJob, SchoolOutcome, stopped_school
from etl.batch_tables import add_schools, make_all_tables, store_tables
from etl.batch_workers import write_schools
from etl.config import load_config
from etl.console import error_messages
from etl.cross_school import list_findings
from etl.engines.duckdb import RECORDS_PER_MIB, DuckDBEngine
from etl.engines.side_by_side import count_processors
from etl.errors import (
    EXIT_ANSWERS,
    EXIT_BRAKE,
    EXIT_CHECKS,
    EXIT_DONE,
    EXIT_ENGINE,
    EXIT_INPUT,
    EXIT_OUTPUT,
    EXIT_QUESTIONS,
    EXIT_USAGE,
    EngineError,
    InputError,
    OutputError,
    ReconcileError,
)
from etl.history import open_run
from etl.intake.files import guess_records
from etl.layouts import check_layouts
from etl.leftovers import scratch_folder
from etl.loading import Loaded
from etl.pipeline import RunRequest, exit_code
from etl.progress import Progress, tell_nobody
from etl.report.batch_overview import Across, Overview, SchoolLine, in_order, write_overview
from etl.run_files import checks_ahead
from etl.schools import Refused, SchoolFiles, list_schools

# All codes a school can end in, from the worst on: the batch ends in the worst of its schools.
WORST_FIRST: Final = (
    *(EXIT_ENGINE, EXIT_OUTPUT, EXIT_INPUT, EXIT_ANSWERS, EXIT_USAGE, EXIT_CHECKS),
    *(EXIT_BRAKE, EXIT_QUESTIONS, EXIT_DONE),
)
TABLES_NAME: Final = "batch.duckdb"
# What the engine of all schools holds in memory when nobody says how much, and then some for very many records; the
# rest is on disk for the moment. With 18 GB, 650 schools with a million pupils took twice as much, and no less time.
MEMORY_MIB: Final = 600


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What a batch is asked to do. `settings` counts for schools that bring none of their own."""

    folder: Path
    out: Path
    now: datetime
    settings: Path | None = None
    language: str = "nl"
    with_suites: bool = True
    with_workbook: bool = True
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What a batch came to, and the page that tells it."""

    overview: Overview
    page: Path
    exit_code: int


def run_batch(request: BatchRequest, progress: Progress = tell_nobody) -> BatchOutcome:
    """Do every school of a folder, and write the overview of all.

    Errors:  InputError when there are no schools; OutputError when the folder for runs cannot be written.
    """
    # Not by name: the folder of one school may be called as the BRIN number of another.
    outcomes: list[SchoolOutcome] = []
    jobs: list[SchoolJob] = []
    taken: set[str] = set()
    schools = list_schools(request.folder, out=request.out)
    for place, one in enumerate(schools):
        progress("look", place, len(schools))
        if isinstance(one, Refused):
            outcomes.append(stopped_school(one.name, one.error))
            continue
        try:
            jobs.append(_plan_school(request, one, taken))
        except ReconcileError as error:
            outcomes.append(stopped_school(one.name, error))
    with _room(request.out) as folder:
        across: list[Across] = []
        if jobs:
            # Closed before the folder goes: the workers read in it.
            with closing(_do(request, folder, jobs, across, progress)) as done:
                outcomes += done
        lines = [_line(one, request.out) for one in outcomes]
        overview = Overview(
            request.now.isoformat(timespec="seconds"), etl.__version__, in_order(lines), tuple(across)
        )
        page = write_overview(overview, request.out, folder, request.language)
    codes = {
        one.error.exit_code if one.error else exit_code(line.outcome, waits=line.waits)
        for one, line in zip(outcomes, lines, strict=True)
    }
    return BatchOutcome(overview, page, min(codes, key=WORST_FIRST.index))


@contextmanager
def _room(out: Path) -> Iterator[Path]:
    """Give a folder for the moment, in the one for runs; that is made where it is not there.

    Errors:  OutputError when there cannot be such a folder.
    """
    with ExitStack() as stack:
        try:
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = stack.enter_context(scratch_folder(out))
        except OSError as error:
            raise OutputError("OUTPUT-WRITE", file=out.name or str(out), cause=error.strerror) from error
        yield folder


def _line(outcome: SchoolOutcome, out: Path) -> SchoolLine:
    """Return the line of one school in the overview, with the figures of its report."""
    if outcome.run_folder is None:
        assert outcome.error is not None
        messages = error_messages(outcome.error)
        return SchoolLine(outcome.school, outcome.state, code=outcome.error.code, messages=messages)
    run = open_run(outcome.run_folder)
    figures = run.figures()
    since = figures.get("since") or {}
    return SchoolLine(
        school=outcome.school,
        outcome=figures["verdict"],
        is_kept=outcome.state == "kept",
        folder=outcome.run_folder.relative_to(out).as_posix(),
        accounts=figures["accounts_total"],
        links=figures["links"],
        pupils=figures["pupils_total"],
        decide=figures["cases_to_decide"],
        correct=figures["cases_to_correct"],
        opleiding=figures["opleiding_to_decide"],
        old_accounts=len(figures["old_accounts"]),
        oldest_days=since.get("oldest_days", 0),
    )


def _plan_school(request: BatchRequest, files: SchoolFiles, taken: set[str]) -> SchoolJob:
    config = load_config(files.settings or request.settings)
    check_layouts(config.import_file)
    school = config.school.brin or files.name
    if school in taken:
        raise InputError("BATCH-SCHOOL-TWICE", school=school)
    taken.add(school)
    run = RunRequest(
        magister=files.magister,
        legacy=files.legacy,
        control=files.control,
        out=request.out,
        now=request.now,
        config=config,
        language=request.language,
        with_suites=request.with_suites,
        with_workbook=request.with_workbook,
    )
    # Answers that cannot be read refuse the school before its records join those of the others.
    AnswerBook(run, school)
    return SchoolJob(school, run)


def _do(
    request: BatchRequest, folder: Path, jobs: Sequence[SchoolJob], across: list[Across], progress: Progress
) -> Generator[SchoolOutcome, None, None]:
    """Match the records of all schools, add what is found across them, and write their runs."""
    records = guess_records(file for job in jobs for file in (job.request.magister, job.request.legacy))
    told = load_config(request.settings).limits.memory_mib
    engine = DuckDBEngine(folder, memory_mib=told or MEMORY_MIB + records // RECORDS_PER_MIB)
    try:
        ready: list[SchoolJob] = []
        added = add_schools(engine, folder, {job.school: job.request for job in jobs})
        for place, (job, (_, deliveries)) in enumerate(zip(jobs, added, strict=True)):
            progress("read", place, len(jobs))
            if isinstance(deliveries, ReconcileError):
                yield stopped_school(job.school, deliveries)
                continue
            # A school of which the run still holds is read all the same: the others are compared with it.
            ready.append(replace(job, deliveries=deliveries, kept=kept_run(job, deliveries)))
        if not ready:
            return
        progress("match")
        writing = [job for job in ready if not job.kept]
        with_suites = request.with_suites and bool(writing)
        with checks_ahead(with_suites):
            make_all_tables(engine, {job.school: Loaded(job.request.config, job.deliveries) for job in ready})
            progress("across")
            across += _find_across(engine, ready)
            holding = _find_holding(engine, progress) if with_suites else frozenset()
            # Not beside the rest: each may need all the room that there is.
            store_tables(engine, folder / TABLES_NAME)
    finally:
        engine.close()
    yield from (SchoolOutcome(job.school, "kept", job.kept) for job in ready if job.kept)
    workers = request.workers or count_processors()
    with closing(write_schools(folder / TABLES_NAME, writing, holding, workers=workers)) as outcomes:
        for done, outcome in enumerate(outcomes, start=1):
            progress("write", done, len(writing))
            yield outcome


def _find_holding(engine: DuckDBEngine, progress: Progress) -> frozenset[str]:
    """Return the checks that hold for all schools together; each school asks the others of its own records."""
    from etl.validate import find_holding, load_suites

    progress("validate")
    try:
        return find_holding(
            engine.connection, load_suites(), lambda done, total: progress("validate", done, total)
        )
    except EngineError:
        # Of one school something cannot even be looked at: that stops only itself.
        return frozenset()


def _find_across(engine: DuckDBEngine, jobs: Sequence[SchoolJob]) -> Iterator[Across]:
    names = {job.school: job.deliveries for job in jobs}
    for one in list_findings(engine):
        file = names[one.school][one.source].profile.file_name
        yield Across(one.kind, one.school, file, one.line_number, one.other_school, one.other_line)
