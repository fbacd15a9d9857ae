"""Checks the tables of a run and writes everything that a run writes, into a folder that is not yet its final one.

It decides nothing: what the import holds and what is asked stands in the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from etl import contract
from etl.answer_book import DECISIONS_NAME, AnswerBook, write_decisions
from etl.brakes import ARCHIVE, LINKS, UPDATES, is_holding, judge_brakes, read_counts
from etl.coverage import list_not_performed
from etl.decisions.apply import archived
from etl.engines.duckdb import DuckDBEngine
from etl.export import write_archive, write_import_files
from etl.history import DATABASE_NAME, Run, RunFolder, previous_run
from etl.intake.delivery import Delivery
from etl.layouts import write_layouts
from etl.manifest import retention_date, write_manifest
from etl.plan import make_plan
from etl.progress import Progress
from etl.questions_file import QUESTIONS_NAME, write_questions
from etl.report.build import RunFacts, build_report, read_held
from etl.report.model import CheckOutcome, Report
from etl.report.open_since import TABLE as OPEN_TABLE
from etl.report.open_since import load_open, read_open
from etl.report.since import Moment
from etl.run_request import RunRequest
from etl.run_tables import Ledger
from etl.stages import list_stages
from etl.stand_ins import examined_only

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyspark.sql import SparkSession


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
    version: str,
    checks: tuple[CheckOutcome, ...] | None = None,
) -> Report:
    """Check the tables of a run, if nobody has, and write everything that a run writes into its folder."""
    config, decided = request.config, ledger.decided
    previous = previous_run(request.out, school=school, at=request.now)
    if checks is None:
        checks = run_suites(request, engine.connection, progress)
    failed = any(check.severity == "critical" and not check.passed for check in checks)
    accounts = [one.source_row for one in archived(decided)]
    counts = read_counts(
        engine, archived=len(accounts), previous_rate=previous.link_rate() if previous else None
    )
    brakes = judge_brakes(counts, config.brakes, request.overrides)
    actions = (LINKS, UPDATES, ARCHIVE)
    withheld = frozenset(action for action in actions if failed or is_holding(brakes, action))
    progress("write")

    def write_files(tables: DuckDBEngine) -> int:
        return _write_files(
            tables, request, deliveries[contract.LEGACY], folder.aside / "import", withheld, accounts
        )

    # DuckDB writes the files and stores the tables while Python makes the pages.
    with previous.opened() if previous else nullcontext(), engine.beside(write_files) as files_written:
        facts = RunFacts(
            version=version,
            run_id=folder.name,
            created=request.now.isoformat(timespec="seconds"),
            keep_until=retention_date(request.now, config.privacy.retention_days),
            school=school,
            school_name=config.school.name or school,
            brin=config.school.brin,
            realm=ledger.realms[0]["realm"] if ledger.realms else None,
            not_performed=list_not_performed(engine, deliveries, config, with_suites=request.with_suites),
            decided=decided,
            before=moment_of(previous) if previous else None,
            brakes=brakes,
        )
        with examined_only(engine) as examined:
            held = read_held(examined)
        report = build_report(engine, facts, held, list(deliveries.values()), checks)
        report = replace(report, neutralised_cells=files_written())
    load_open(engine, report.open_questions, school=school)
    comments = {stage.table: stage.says for stage in list_stages()}
    with engine.beside(lambda tables: tables.save(folder.aside / DATABASE_NAME, comments)) as saved:
        _write_reports(report, folder.aside / "report", request)
        write_questions(report, folder.aside / QUESTIONS_NAME, request.language)
        write_decisions(decided, folder.aside / DECISIONS_NAME)
        saved()
    plan = make_plan(report.sources, config, brakes, book.entries, version=version)
    write_manifest(folder.aside, report, config, plan, engine=request.engine)
    return report


def _write_files(
    tables: DuckDBEngine,
    request: RunRequest,
    legacy: Delivery,
    folder: Path,
    withheld: frozenset[str],
    accounts: Sequence[int],
) -> int:
    """Write what the application takes in, less what is withheld; return how many cells got an apostrophe."""
    settings, with_changed = request.config.import_file, UPDATES not in withheld
    neutralised = 0
    if LINKS not in withheld:
        neutralised = write_import_files(tables, folder, legacy, settings, with_changed=with_changed)
        write_layouts(tables, folder, settings, now=request.now, with_changed=with_changed)
    if ARCHIVE not in withheld:
        write_archive(tables, folder, legacy, settings, accounts)
    return neutralised


def moment_of(run: Run) -> Moment | None:
    """Return an earlier run as something to compare with; None when an older version of the program made it."""
    if OPEN_TABLE not in run.tables():
        return None
    return Moment(run.manifest["run_id"], run.manifest["created"], run, read_open(run))


def _write_reports(report: Report, folder: Path, request: RunRequest) -> None:
    from etl.report.html import write_html
    from etl.report.json_report import write_json
    from etl.report.summary_page import write_summary

    write_html(report, folder / "report.html", request.language, has_workbook=request.with_workbook)
    write_summary(report, folder / "summary.html", request.language)
    write_json(report, folder / "report.json")
    if request.with_workbook:
        from etl.report.xlsx import write_xlsx

        write_xlsx(report, folder / "report.xlsx", request.language)


def checks_ahead(wanted: bool) -> AbstractContextManager[None]:
    """Load the library of the checks beside what is done within, where it will be wanted."""
    if not wanted:
        return nullcontext()
    from etl.validate import loaded_ahead

    return loaded_ahead()


def run_suites(
    request: RunRequest,
    tables: DuckDBPyConnection | SparkSession,
    progress: Progress,
    holding: frozenset[str] = frozenset(),
) -> tuple[CheckOutcome, ...]:
    """Return what every check found; nothing when the run leaves them out. `holding` is known to hold."""
    if not request.with_suites:
        return ()
    from etl.validate import check_tables, load_suites

    progress("validate")
    results = check_tables(
        tables, load_suites(), lambda done, total: progress("validate", done, total), holding=holding
    )
    return tuple(CheckOutcome(**asdict(result)) for result in results)
