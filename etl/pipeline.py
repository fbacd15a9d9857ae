"""The whole job, in order: the table of contents of the program.

It holds no rule about a pupil (those are in `etl/sql/`) and prints nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import etl
from etl import contract
from etl.answer_book import AnswerBook
from etl.brakes import check_overrides
from etl.engines import DUCKDB
from etl.engines.duckdb import DuckDBEngine
from etl.errors import EXIT_BRAKE, EXIT_CHECKS, EXIT_DONE, EXIT_QUESTIONS
from etl.history import DATABASE_NAME, RunFolder, new_run_folder, open_run
from etl.intake.delivery import Delivery
from etl.intake.files import guess_records
from etl.intake.reader import CleanTables, may_be_clean, read_deliveries, read_settings
from etl.layouts import check_layouts
from etl.progress import Progress, tell_nobody
from etl.release_state import void_releases
from etl.report.model import CheckOutcome, Report
from etl.run_files import checks_ahead, run_suites, write_run
from etl.run_request import RunRequest
from etl.run_tables import Ledger, build_tables
from etl.texts import printable

__all__ = ["RunOutcome", "RunRequest", "close_run", "exit_code", "run_job"]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What came of a run: counts and codes only, and where the files are."""

    verdict: str
    exit_code: int
    run_folder: Path
    report: Report
    voided: tuple[str, ...] = ()  # runs of which the release no longer holds

    @property
    def statuses(self) -> dict[str, dict[str, int]]:
        """Return records per status per file; every status is there, also with zero."""
        counts: dict[str, dict[str, int]] = {contract.MAGISTER: {}, contract.LEGACY: {}}
        for entry in self.report.statuses:
            counts[entry.source][entry.status] = entry.records
        return counts


def run_job(request: RunRequest, progress: Progress = tell_nobody) -> RunOutcome:
    """Read, match, classify, validate and write one run.

    Errors:  InputError when a file is refused or looks like another school's: nothing is written then.
             EngineError, OutputError when a stage fails: the run folder is not made.
    """
    config = request.config
    check_overrides(request.overrides)
    check_layouts(config.import_file)
    settings = {source: read_settings(config, source) for source in contract.SOURCES}
    school = config.school.brin or printable(request.magister.resolve().parent.name) or "school"
    book = AnswerBook(request, school)
    with new_run_folder(request.out, school=school, now=request.now) as folder:
        if folder.leftovers:
            progress("leftovers")
        progress("read")
        engine = DuckDBEngine(
            folder.aside,
            records=guess_records((request.magister, request.legacy)),
            kept=folder.aside / DATABASE_NAME,
            memory_mib=config.limits.memory_mib,
        )
        try:
            clean = CleanTables(engine, folder.aside, may_be_clean(config))
            deliveries = read_deliveries(
                request.magister,
                request.legacy,
                request.control,
                settings=settings,
                into=clean if request.engine == DUCKDB else None,
            )
            with checks_ahead(request.with_suites and request.engine == DUCKDB):
                if request.engine == DUCKDB:
                    ledger = build_tables(
                        engine,
                        deliveries,
                        config,
                        school=school,
                        scratch=folder.aside,
                        answering=book.answering(folder.name),
                        progress=progress,
                    )
                    checks = None
                else:
                    ledger, checks = _make_on_spark(
                        request, deliveries, school, engine, folder, book, progress
                    )
                report = write_run(
                    request,
                    deliveries,
                    ledger,
                    school,
                    engine,
                    folder,
                    book,
                    progress,
                    version=etl.__version__,
                    checks=checks,
                )
        finally:
            engine.close()
    return close_run(request, report, folder, school, book)


def _make_on_spark(
    request: RunRequest,
    deliveries: dict[str, Delivery],
    school: str,
    engine: DuckDBEngine,
    folder: RunFolder,
    book: AnswerBook,
    progress: Progress,
) -> tuple[Ledger, tuple[CheckOutcome, ...]]:
    """Make every table on Spark and check it there; in the end all are in `engine`, for what only reads."""
    from etl.engines.spark import SparkEngine

    progress("spark")
    spark = SparkEngine(folder.aside, records=sum(one.profile.records for one in deliveries.values()))
    try:
        ledger = build_tables(
            spark,
            deliveries,
            request.config,
            school=school,
            scratch=folder.aside,
            answering=book.answering(folder.name),
            progress=progress,
        )
        checks = run_suites(request, spark.session, progress)
        spark.hand_over(engine)
    finally:
        spark.close()
    return ledger, checks


def close_run(
    request: RunRequest, report: Report, folder: RunFolder, school: str, book: AnswerBook
) -> RunOutcome:
    """Remember the answers of a run that has its final place, and void the releases that no longer hold."""
    # Only now: the answers of a run that failed are read in again with the next one.
    book.remember()
    assert folder.final is not None  # settled by the context, or an error was raised
    plan = open_run(folder.final).manifest["plan"]
    voided = void_releases(request.out, school=school, plan=plan, now=request.now)
    code = exit_code(report.verdict, waits=bool(report.cases or report.opleiding_to_decide))
    return RunOutcome(report.verdict, code, folder.final, report, voided)


def exit_code(verdict: str, *, waits: bool) -> int:
    """Return the code in which a run with this verdict ends; `waits` says whether anybody has something to do."""
    if verdict == "do_not_import":
        return EXIT_CHECKS
    if verdict == "braked":
        return EXIT_BRAKE
    return EXIT_QUESTIONS if waits else EXIT_DONE
