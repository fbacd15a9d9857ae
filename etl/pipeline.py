"""The whole job, in order: the table of contents of the program.

It holds no rule about a pupil (those are in `etl/sql/`) and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import etl
from etl import contract
from etl.alarm import check_right_files, list_realms
from etl.answer_book import DECISIONS_NAME, AnswerBook, write_decisions
from etl.brakes import (
    ARCHIVE,
    LINKS,
    UPDATES,
    Override,
    check_overrides,
    is_holding,
    judge_brakes,
    read_counts,
)
from etl.config import RunConfig
from etl.coverage import list_not_performed
from etl.decisions.apply import archived, load_decisions, settle
from etl.decisions.evaluate import NOTHING_DECIDED, Decided
from etl.engines import DUCKDB
from etl.engines.base import Engine
from etl.engines.duckdb import FEW_RECORDS, DuckDBEngine
from etl.errors import EXIT_BRAKE, EXIT_CHECKS, EXIT_DONE, EXIT_QUESTIONS
from etl.export import write_archive, write_import_files
from etl.history import DATABASE_NAME, Run, RunFolder, new_run_folder, open_run, previous_run
from etl.intake.delivery import Delivery
from etl.intake.reader import CleanTables, read_deliveries, read_settings
from etl.layouts import check_layouts, write_layouts
from etl.loading import load_opleiding_words, load_tables
from etl.manifest import retention_date, write_manifest
from etl.plan import make_plan
from etl.questions_file import QUESTIONS_NAME, write_questions
from etl.release_state import void_releases
from etl.report.build import Held, RunFacts, build_report, read_held
from etl.report.model import CheckOutcome, Report
from etl.report.open_since import TABLE as OPEN_TABLE
from etl.report.open_since import load_open, read_open
from etl.report.since import Moment
from etl.stages import Stage, list_stages, stages_between
from etl.stand_ins import ShortRoad
from etl.texts import printable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyspark.sql import SparkSession

# Up to here the files are only looked at; after it the answer is built.
ALARM_AFTER_STAGE: Final = 23
ANSWERS_AFTER_STAGE: Final = 30
OPLEIDING_FROM_STAGE: Final = 44
COUNTS_FROM_STAGE: Final = 60
BYTES_PER_RECORD: Final = 80  # of a file as schools deliver it


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What one run is asked to do. `now` is an input, so that equal inputs give equal outputs."""

    magister: Path
    legacy: Path
    out: Path
    now: datetime
    control: Path | None = None
    decisions: Path | None = None
    config: RunConfig = field(default_factory=RunConfig)
    language: str = "nl"
    with_suites: bool = True
    with_workbook: bool = True
    by: str = ""
    second_by: str = ""
    overrides: tuple[Override, ...] = ()
    engine: str = DUCKDB


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


@dataclass(frozen=True, slots=True)
class Ledger:
    """What came of the records: the answers with their state, who is held, and the realms of the Magister file."""

    decided: Decided
    held: Held
    realms: Sequence[Mapping[str, Any]]


Progress = Callable[[str], None]
# Given the tables up to classified_pupils: what the answers of the school do.
Answering = Callable[[Engine], Decided]


def run_job(request: RunRequest, progress: Progress = lambda step: None) -> RunOutcome:
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
            folder.aside, records=_guess_records(request), memory_mib=config.limits.memory_mib
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
            with _checks_ahead(request):
                if request.engine == DUCKDB:
                    progress("match")
                    ledger = build_tables(
                        engine,
                        deliveries,
                        config,
                        school=school,
                        scratch=folder.aside,
                        answering=book.answering(folder.name),
                    )
                    checks = None
                else:
                    ledger, checks = _make_on_spark(
                        request, deliveries, school, engine, folder, book, progress
                    )
                outcome = write_run(
                    request, deliveries, ledger, school, engine, folder, book, progress, checks=checks
                )
        finally:
            engine.close()
    return close_run(request, outcome, folder, school, book)


def _checks_ahead(request: RunRequest) -> AbstractContextManager[None]:
    if not request.with_suites or request.engine != DUCKDB:
        return nullcontext()
    from etl.validate import loaded_ahead

    return loaded_ahead()


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
        progress("match")
        ledger = build_tables(
            spark,
            deliveries,
            request.config,
            school=school,
            scratch=folder.aside,
            answering=book.answering(folder.name),
        )
        checks = _run_suites(request, spark.session, progress)
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


def _guess_records(request: RunRequest) -> int:
    """Return about how many records there are, by the size of the files; a missing file is found missing later."""
    size = 0
    for path in (request.magister, request.legacy):
        with suppress(OSError, ValueError):
            size += path.stat().st_size
    return size // BYTES_PER_RECORD


def may_be_clean(config: RunConfig) -> frozenset[str]:
    """Return the files of which the engine may read the values itself: no number is taken out of them by a pattern."""
    return frozenset(
        source
        for source in contract.SOURCES
        if not config.file_settings(source).stamnr_pattern
        and not (source == contract.LEGACY and config.legacy.stamnr_from)
    )


def build_tables(
    engine: Engine,
    deliveries: dict[str, Delivery],
    config: RunConfig,
    *,
    school: str,
    scratch: Path,
    answering: Answering | None = None,
    is_short: bool | None = None,
) -> Ledger:
    """Make every table of a run from its deliveries, and return what became of the records.

    `is_short` says whether stand-ins speak for the plain pairs; by itself that depends on the number of records.
    Errors:  InputError when the files look like another school's (the wrong-file alarm).
    """
    load_tables(engine, deliveries, config, school=school, scratch=scratch)
    names = {name: one.profile.file_name for name, one in deliveries.items()}
    if is_short is None:
        records = sum(delivery.profile.records for delivery in deliveries.values())
        is_short = contract.CONTROL not in deliveries and records > FEW_RECORDS
    if is_short and isinstance(engine, DuckDBEngine):
        short = ShortRoad(engine)
        match_records(short, config, names)
        ledger = settle_records(short, config, school, answering)
        short.finish()
    else:
        match_records(engine, config, names)
        ledger = settle_records(engine, config, school, answering)
    count_records(engine)
    return ledger


def match_records(engine: Engine, config: RunConfig, file_names: Mapping[str, str]) -> None:
    """Make the tables up to classified_pupils.

    Errors:  InputError when the files look like another school's (the wrong-file alarm).
    """
    make_tables(engine, stages_between(0, ALARM_AFTER_STAGE))
    check_right_files(engine, config, file_names)
    make_tables(engine, stages_between(ALARM_AFTER_STAGE + 1, ANSWERS_AFTER_STAGE))


def settle_records(engine: Engine, config: RunConfig, school: str, answering: Answering | None) -> Ledger:
    """Let the answers count, and make the other tables that hold one row per record or pair."""
    decided = answering(engine) if answering else NOTHING_DECIDED
    load_decisions(engine, decided, school=school)
    make_tables(engine, stages_between(ANSWERS_AFTER_STAGE + 1, OPLEIDING_FROM_STAGE))
    load_opleiding_words(engine, config, school=school, decided=decided.opleidingen)
    make_tables(engine, stages_between(OPLEIDING_FROM_STAGE + 1, COUNTS_FROM_STAGE - 1))
    if decided.answers:
        decided = settle(engine, decided)
    return Ledger(decided, read_held(engine), list_realms(engine))


def count_records(engine: Engine) -> None:
    """Make the tables that count the others."""
    make_tables(engine, stages_between(COUNTS_FROM_STAGE, list_stages()[-1].number))


def make_tables(engine: Engine, stages: Sequence[Stage]) -> None:
    """Run stages in order, one table each."""
    for stage in stages:
        engine.create_table(stage.table, stage.select)


def write_run(
    request: RunRequest,
    deliveries: dict[str, Delivery],
    ledger: Ledger,
    school: str,
    engine: DuckDBEngine,
    folder: RunFolder,
    book: AnswerBook,
    progress: Progress,
    *,
    checks: tuple[CheckOutcome, ...] | None = None,
) -> Report:
    """Check the tables of a run, if nobody has, and write everything that a run writes into its folder."""
    config, decided = request.config, ledger.decided
    previous = previous_run(request.out, school=school, at=request.now)
    if checks is None:
        checks = _run_suites(request, engine.connection, progress)
    failed = any(check.severity == "critical" and not check.passed for check in checks)
    accounts = [one.source_row for one in archived(decided)]
    counts = read_counts(
        engine, archived=len(accounts), previous_rate=previous.link_rate() if previous else None
    )
    brakes = judge_brakes(counts, config.brakes, request.overrides)
    progress("write")
    legacy, into = deliveries[contract.LEGACY], folder.aside / "import"
    neutralised = 0
    if not failed and not is_holding(brakes, LINKS):
        with_changed = not is_holding(brakes, UPDATES)
        neutralised = write_import_files(engine, into, legacy, config.import_file, with_changed=with_changed)
        write_layouts(engine, into, config.import_file, now=request.now, with_changed=with_changed)
    if not failed and not is_holding(brakes, ARCHIVE):
        write_archive(engine, into, legacy, config.import_file, accounts)
    facts = RunFacts(
        version=etl.__version__,
        run_id=folder.name,
        created=request.now.isoformat(timespec="seconds"),
        keep_until=retention_date(request.now, config.privacy.retention_days),
        school=school,
        school_name=config.school.name or school,
        brin=config.school.brin,
        realm=ledger.realms[0]["realm"] if ledger.realms else None,
        not_performed=list_not_performed(engine, deliveries, config, with_suites=request.with_suites),
        neutralised_cells=neutralised,
        decided=decided,
        before=moment_of(previous) if previous else None,
        brakes=brakes,
    )
    report = build_report(engine, facts, ledger.held, list(deliveries.values()), checks)
    load_open(engine, report.open_questions, school=school)
    _write_reports(report, folder.aside / "report", request)
    write_questions(report, folder.aside / QUESTIONS_NAME, request.language)
    write_decisions(decided, folder.aside / DECISIONS_NAME)
    engine.save(folder.aside / DATABASE_NAME, {stage.table: stage.says for stage in list_stages()})
    plan = make_plan(report.sources, config, brakes, book.entries, version=etl.__version__)
    write_manifest(folder.aside, report, config, plan, engine=request.engine)
    return report


def moment_of(run: Run) -> Moment | None:
    """Return an earlier run as something to compare with; None when an older version of the program made it."""
    if OPEN_TABLE not in run.tables():
        return None
    return Moment(run.manifest["run_id"], run.manifest["created"], run, read_open(run))


def _write_reports(report: Report, folder: Path, request: RunRequest) -> None:
    from etl.report.html import write_html
    from etl.report.json_report import write_json
    from etl.report.summary_page import write_summary

    write_html(report, folder / "report.html", request.language)
    write_summary(report, folder / "summary.html", request.language)
    write_json(report, folder / "report.json")
    if request.with_workbook:
        from etl.report.xlsx import write_xlsx

        write_xlsx(report, folder / "report.xlsx", request.language)


def _run_suites(
    request: RunRequest, tables: DuckDBPyConnection | SparkSession, progress: Progress
) -> tuple[CheckOutcome, ...]:
    if not request.with_suites:
        return ()
    from etl.validate import check_tables, load_suites

    progress("validate")
    results = check_tables(tables, load_suites())
    return tuple(CheckOutcome(**asdict(result)) for result in results)


def exit_code(verdict: str, *, waits: bool) -> int:
    """Return the code in which a run with this verdict ends; `waits` says whether anybody has something to do."""
    if verdict == "do_not_import":
        return EXIT_CHECKS
    if verdict == "braked":
        return EXIT_BRAKE
    return EXIT_QUESTIONS if waits else EXIT_DONE
