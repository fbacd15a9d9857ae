"""The whole job, in order: the table of contents of the program.

It holds no rule about a pupil (those are in `etl/sql/`) and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import etl
from etl import contract
from etl.alarm import check_right_files
from etl.config import RunConfig
from etl.engines.base import Engine
from etl.engines.duckdb import DuckDBEngine
from etl.errors import EXIT_CHECKS, EXIT_DONE, EXIT_QUESTIONS
from etl.export import write_import_files, write_questions
from etl.history import DATABASE_NAME, RunFolder, new_run_folder
from etl.intake.delivery import Delivery
from etl.intake.headings import normalise_heading
from etl.intake.load import load_broken, load_delivery, load_nothing, values_select
from etl.intake.reader import ReadSettings, read_deliveries
from etl.manifest import write_manifest
from etl.opleiding import STEMS, apply_rules, read_opleiding
from etl.report.build import RunFacts, build_report
from etl.report.model import CheckOutcome, Report
from etl.stages import Stage, list_stages, stages_between

# Up to here the files are only looked at; after it the answer is built.
ALARM_AFTER_STAGE: Final = 23
OPLEIDING_FROM_STAGE: Final = 40


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What one run is asked to do. `now` is an input, so that equal inputs give equal outputs."""

    magister: Path
    legacy: Path
    out: Path
    now: datetime
    control: Path | None = None
    config: RunConfig = field(default_factory=RunConfig)
    language: str = "nl"
    with_suites: bool = True
    with_workbook: bool = True


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What came of a run: counts and codes only, and where the files are."""

    verdict: str
    exit_code: int
    run_folder: Path
    report: Report

    @property
    def statuses(self) -> dict[str, dict[str, int]]:
        """Return records per status per file; every status is there, also with zero."""
        counts: dict[str, dict[str, int]] = {contract.MAGISTER: {}, contract.LEGACY: {}}
        for entry in self.report.statuses:
            counts[entry.source][entry.status] = entry.records
        return counts


Progress = Callable[[str], None]


def run_job(request: RunRequest, progress: Progress = lambda step: None) -> RunOutcome:
    """Read, match, classify, validate and write one run.

    Errors:  InputError when a file is refused or looks like another school's: nothing is written then.
             EngineError, OutputError when a stage fails: the run folder is not made.
    """
    config = request.config
    progress("read")
    deliveries = read_deliveries(
        request.magister, request.legacy, request.control, settings=_read_settings(config)
    )
    school = config.school.brin or request.magister.resolve().parent.name or "school"
    with new_run_folder(request.out, school=school, now=request.now) as folder:
        engine = DuckDBEngine(folder.aside)
        try:
            outcome = _fill_folder(request, deliveries, school, engine, folder, progress)
        finally:
            engine.close()
    assert folder.final is not None  # settled by the context, or an error was raised
    return RunOutcome(outcome.verdict, _exit_code(outcome), folder.final, outcome)


def build_tables(
    engine: Engine, deliveries: dict[str, Delivery], config: RunConfig, *, school: str, scratch: Path
) -> None:
    """Make every table of a run from its deliveries.

    Errors:  InputError when the files look like another school's (the wrong-file alarm).
    """
    load_tables(engine, deliveries, config, school=school, scratch=scratch)
    make_tables(engine, stages_between(0, ALARM_AFTER_STAGE))
    check_right_files(engine, config, {name: one.profile.file_name for name, one in deliveries.items()})
    make_tables(engine, stages_between(ALARM_AFTER_STAGE + 1, OPLEIDING_FROM_STAGE))
    _load_opleiding_words(engine, config, school=school)
    make_tables(engine, stages_between(OPLEIDING_FROM_STAGE + 1, list_stages()[-1].number))


def make_tables(engine: Engine, stages: Sequence[Stage]) -> None:
    """Run stages in order, one table each."""
    for stage in stages:
        engine.create_table(stage.table, stage.select)


def load_tables(
    engine: Engine, deliveries: dict[str, Delivery], config: RunConfig, *, school: str, scratch: Path
) -> None:
    """Load the delivered files and the settings that the SQL reads."""
    for source in contract.SOURCES:
        if source in deliveries:
            load_delivery(engine, deliveries[source], school=school, scratch=scratch)
        else:
            load_nothing(engine, source)
    load_broken(engine, list(deliveries.values()), school=school)
    engine.create_table(
        "run_parameters",
        values_select(
            {"school": "varchar", "is_realm_required": "boolean", "has_locations": "boolean"},
            [(school, config.magister.realm_required, bool(config.scope.locations))],
        ),
    )
    settings = [(school, "realm", realm.lower()) for realm in config.school.realms]
    settings += [(school, "exclude_role", fold_word(role)) for role in config.scope.exclude_roles]
    settings += [(school, "location", fold_word(place)) for place in config.scope.locations]
    settings += [
        (school, "exclude_account_status", fold_word(status))
        for status in config.scope.exclude_account_statuses
    ]
    engine.create_table(
        "setting_values",
        values_select(
            {"school": "varchar", "kind": "varchar", "value_key": "varchar"}, sorted(set(settings))
        ),
    )
    engine.create_table(
        "status_list",
        values_select(
            {"source": "varchar", "status": "varchar", "rung": "bigint"},
            [
                (source, status.code, status.rung)
                for source in (contract.MAGISTER, contract.LEGACY)
                for status in contract.STATUSES
            ],
        ),
    )
    engine.create_table(
        "file_counts",
        values_select(
            {"school": "varchar", "source": "varchar", "counted": "bigint", "counted_again": "bigint"},
            [
                (
                    school,
                    source,
                    deliveries[source].profile.records + deliveries[source].profile.broken,
                    deliveries[source].profile.records_counted_again,
                )
                for source in (contract.MAGISTER, contract.LEGACY)
            ],
        ),
    )


def fold_word(word: str) -> str:
    """Fold a word of the settings the way `folded` does in SQL: one word, small letters, no accents."""
    return " ".join(normalise_heading(part) for part in word.replace("-", " ").split())


def _fill_folder(
    request: RunRequest,
    deliveries: dict[str, Delivery],
    school: str,
    engine: DuckDBEngine,
    folder: RunFolder,
    progress: Progress,
) -> Report:
    config = request.config
    progress("match")
    build_tables(engine, deliveries, config, school=school, scratch=folder.aside)
    checks = _run_suites(request, engine, progress)
    failed = any(check.severity == "critical" and not check.passed for check in checks)
    progress("write")
    neutralised = 0
    if not failed:
        neutralised = write_import_files(
            engine, folder.aside / "import", deliveries[contract.LEGACY], config.import_file
        )
    facts = RunFacts(
        version=etl.__version__,
        run_id=folder.name,
        created=request.now.isoformat(timespec="seconds"),
        school=school,
        school_name=config.school.name or school,
        brin=config.school.brin,
        realm=_realm(engine),
        not_performed=_not_performed(engine, deliveries, config, with_suites=request.with_suites),
        neutralised_cells=neutralised,
    )
    report = build_report(engine, facts, list(deliveries.values()), checks)
    _write_reports(report, folder.aside / "report", request)
    write_questions(report, folder.aside / "questions.csv", request.language)
    engine.save(folder.aside / DATABASE_NAME, {stage.table: stage.says for stage in list_stages()})
    write_manifest(folder.aside, report, config)
    return report


def _write_reports(report: Report, folder: Path, request: RunRequest) -> None:
    from etl.report.html import write_html
    from etl.report.json_report import write_json

    write_html(report, folder / "report.html", request.language)
    write_json(report, folder / "report.json")
    if request.with_workbook:
        from etl.report.xlsx import write_xlsx

        write_xlsx(report, folder / "report.xlsx", request.language)


def _run_suites(request: RunRequest, engine: DuckDBEngine, progress: Progress) -> tuple[CheckOutcome, ...]:
    if not request.with_suites:
        return ()
    from etl.validate import check_tables, load_suites

    progress("validate")
    results = check_tables(engine.connection, load_suites())
    return tuple(
        CheckOutcome(
            code=result.code,
            table=result.table,
            severity=result.severity,
            title_nl=result.title_nl,
            title_en=result.title_en,
            passed=result.passed,
            checked=result.checked,
            failed=result.failed,
            failed_rows=result.failed_rows,
        )
        for result in results
    )


def _read_settings(config: RunConfig) -> dict[str, ReadSettings]:
    optional = frozenset() if config.magister.realm_required else frozenset({"idgebr", "realmid"})
    return {
        source: ReadSettings(
            headings=dict(config.file_settings(source).headings),
            delimiter=config.file_settings(source).delimiter,
            encoding=config.file_settings(source).encoding,
            optional_columns=optional if source == contract.MAGISTER else frozenset(),
            max_bytes=config.limits.maximum_file_mib << 20,
        )
        for source in contract.SOURCES
    }


def _load_opleiding_words(engine: Engine, config: RunConfig, *, school: str) -> None:
    """Make the small tables that say what each delivered word for an opleiding means.

    The words and stems are Dutch education's, the same for every school; the rules are the school's own.
    """
    words = _distinct(engine, "opleiding", "leerweg")
    read = [read_opleiding(word) for word in words]
    engine.create_table(
        "opleiding_words",
        values_select(
            {"delivered": "varchar", "stem": "varchar", "year_text": "varchar", "problem": "varchar"},
            [
                (
                    one.delivered,
                    one.stem.label if one.stem else None,
                    str(one.year) if one.year else None,
                    one.problem,
                )
                for one in read
            ],
        ),
    )
    engine.create_table(
        "opleiding_stems",
        values_select(
            {"stem": "varchar", "first_year": "varchar", "last_year": "varchar"},
            [(stem.label, str(stem.first_year), str(stem.last_year)) for stem in STEMS],
        ),
    )
    rules = config.opleiding.rules
    found = apply_rules(rules, "opleiding", words) + apply_rules(rules, "klas", _distinct(engine, "klas_key"))
    engine.create_table(
        "opleiding_rules",
        values_select(
            {"school": "varchar", "column_name": "varchar", "value_text": "varchar", "opleiding": "varchar"},
            [(school, *rule) for rule in found],
        ),
    )


def _distinct(engine: Engine, *columns: str) -> list[str]:
    parts = [
        f"select {column} as word from {table}"
        for table in ("magister_rows", "legacy_rows")
        for column in columns
    ]
    rows = engine.fetch_rows(
        f"select distinct word from ({' union all '.join(parts)}) as words order by word"
    )
    return [row["word"] for row in rows if row["word"] is not None]


def _realm(engine: Engine) -> str | None:
    rows = engine.fetch_rows(
        "select split_part(realmid_key, '@', 2) as realm from magister_rows where realmid_key is not null"
        " group by split_part(realmid_key, '@', 2) order by count(*) desc, realm limit 1"
    )
    return rows[0]["realm"] if rows else None


def _not_performed(
    engine: Engine, deliveries: dict[str, Delivery], config: RunConfig, *, with_suites: bool
) -> tuple[str, ...]:
    """Return the codes of what this run could not check."""
    codes = ["no_account_export"]
    if contract.CONTROL not in deliveries:
        codes.append("no_control_list")
    compared = engine.fetch_rows(
        "select count(*) filter (where names <> 'unknown') as compared, count(*) as pairs from pair_evidence"
    )[0]
    if compared["compared"] < compared["pairs"]:
        codes.append("names_missing")
    if not any(choice.canonical == "realmid" for choice in deliveries[contract.MAGISTER].columns):
        codes.append("no_realm")
    if config.school.brin is None:
        codes.append("no_brin")
    if not with_suites:
        codes.append("no_suites")
    return tuple(codes)


def _exit_code(report: Report) -> int:
    if report.verdict == "do_not_import":
        return EXIT_CHECKS
    if report.cases or report.opleiding_to_decide:
        return EXIT_QUESTIONS
    return EXIT_DONE
