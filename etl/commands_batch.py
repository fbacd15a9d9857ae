"""The command for many schools at once: `batch`.

It contains no rules; progress goes to stderr and only to a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.commands import FILE, FORMAT_BATCH, json_option, language_option, main_group, settings_option
from etl.console import print_json, say
from etl.progress import make_teller
from etl.texts import LANGUAGES, text

if TYPE_CHECKING:
    from etl.batch import BatchOutcome


@main_group.command("batch")
@click.argument("folder", type=FILE)
@click.option(
    "--out",
    type=FILE,
    required=True,
    help="Folder in which each school gets its run, and the overview comes.",
)
@settings_option
@click.option(
    "--report-lang",
    type=click.Choice(LANGUAGES),
    default="nl",
    show_default=True,
    help="Language of the reports.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Processes that write runs; as many as processors otherwise.",
)
@click.option("--no-suites", is_flag=True, help="Leave out the validation suites; each report says so.")
@click.option("--no-workbook", is_flag=True, help="Leave out the Excel workbooks.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@json_option
@language_option
def batch_command(
    *,
    folder: Path,
    out: Path,
    settings: Path | None,
    report_lang: str,
    workers: int | None,
    no_suites: bool,
    no_workbook: bool,
    quiet: bool,
    as_json: bool,
    language: str,
) -> int:
    """Do every school in FOLDER: a folder for each with its two files, or a list schools.csv.

    All records are matched in one pass; a school that is refused stops only itself. What was done before and still
    holds is kept, so after a stop the same command goes on.

    \b
    Examples:
      koppelcheck batch schools --out runs
      koppelcheck batch schools --out runs --settings all-schools.toml --json
    """
    from etl.batch import BatchRequest, run_batch

    request = BatchRequest(
        folder=folder,
        out=out,
        now=datetime.now().astimezone().replace(microsecond=0),
        settings=settings,
        language=report_lang,
        with_suites=not no_suites,
        with_workbook=not no_workbook,
        workers=workers,
    )
    told = make_teller(lambda step: text(f"batch.step.{step}", language), language, quiet=quiet or as_json)
    outcome = run_batch(request, told)
    if as_json:
        from etl.report.batch_overview import overview_answer

        print_json(
            {**overview_answer(outcome.overview), "format": FORMAT_BATCH, "exit_code": outcome.exit_code}
        )
    else:
        for line in batch_lines(outcome, language):
            say(line)
    return outcome.exit_code


def batch_lines(outcome: BatchOutcome, language: str) -> Iterator[str]:
    """Yield what came of a batch, for the terminal: how many schools of each outcome, and who was refused."""
    overview = outcome.overview
    yield text("batch.total", language, count=len(overview.schools))
    for name, count in overview.outcomes():
        yield f"  {count:>6}  " + text(f"batch.outcome.{name}", language)
    refused = [one for one in overview.schools if one.messages]
    if refused:
        yield text("batch.refused", language)
        for one in refused:
            yield text("batch.line", language, school=one.school, outcome=one.messages[language])
    if overview.across:
        yield text("batch.found", language, count=len(overview.across))
    yield ""
    yield text("batch.written", language, page=str(outcome.page))
