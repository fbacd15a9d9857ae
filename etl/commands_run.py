"""The commands that do the job: `run` on the files of a school, and `demo` on the sample.

They contain no rules. The answer goes to stdout, narration to stderr, and heavy libraries load only where used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from etl.brakes import NAMES, Override
from etl.commands import FILE, FORMAT_RUN, json_option, language_option, main_group, settings_option
from etl.console import print_json, say
from etl.engines import DUCKDB, ENGINES
from etl.errors import EXIT_DONE, EXIT_QUESTIONS
from etl.texts import LANGUAGES, text


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of one run, as named on the command line."""

    magister: Path
    legacy: Path
    control: Path | None
    settings: Path | None
    decisions: Path | None = None
    by: str = ""
    second_by: str = ""
    overrides: tuple[Override, ...] = ()
    layouts: tuple[str, ...] = ()
    with_suites: bool = True
    with_workbook: bool = True
    engine: str = DUCKDB


@main_group.command("run")
@click.option("--magister", type=FILE, required=True, help="The migration help file that Magister exported.")
@click.option("--legacy", type=FILE, required=True, help="The CSV the accounts were made with.")
@click.option(
    "--control", type=FILE, help="A pupil list with names; it confirms links and gives the opleiding."
)
@click.option(
    "--decisions",
    type=FILE,
    help="Answers of the school: the workbook, questions.csv, or what the page saved. Earlier answers in --out count "
    "by themselves.",
)
@click.option("--by", default="", help="Who answered, for rows that do not say it; or who overrides a brake.")
@click.option("--second-by", default="", help="Who looked along, for rows that do not say it.")
@click.option(
    "--override",
    "brakes",
    type=click.Choice(NAMES),
    multiple=True,
    help="Let a brake go for this run; asks for --by and --reason, and is recorded.",
)
@click.option("--reason", default="", help="Why a brake is overridden.")
@click.option(
    "--layout",
    "layouts",
    multiple=True,
    help="Write the linked accounts in this layout too: oneroster-1.2, microsoft-sds, or one of the settings.",
)
@settings_option
@click.option("--out", type=FILE, required=True, help="Folder in which the run gets a folder of its own.")
@click.option(
    "--report-lang",
    type=click.Choice(LANGUAGES),
    help="Language of the report; otherwise as in the settings (nl).",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=DUCKDB,
    show_default=True,
    help="Where the tables are made; spark is for more than one machine holds, and needs the extra and Java.",
)
@click.option("--no-suites", is_flag=True, help="Leave out the validation suites; the report says so.")
@click.option("--no-workbook", is_flag=True, help="Leave out the Excel workbook.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@json_option
@language_option
def run_command(
    *,
    magister: Path,
    legacy: Path,
    control: Path | None,
    decisions: Path | None,
    by: str,
    second_by: str,
    brakes: tuple[str, ...],
    reason: str,
    layouts: tuple[str, ...],
    settings: Path | None,
    out: Path,
    report_lang: str | None,
    engine: str,
    no_suites: bool,
    no_workbook: bool,
    quiet: bool,
    as_json: bool,
    language: str,
) -> int:
    """Join a Magister export with the old accounts and write the import file, the report and the questions.

    \b
    Examples:
      koppelcheck run --magister magister.csv --legacy numo_oud.csv --out runs
      koppelcheck run --magister magister.csv --legacy numo_oud.csv \\
          --control leerlingen.csv --settings school.toml --out runs --json
    """
    return _run_and_tell(
        Inputs(
            magister,
            legacy,
            control,
            settings,
            decisions,
            by,
            second_by,
            tuple(Override(brake, by, reason) for brake in brakes),
            layouts,
            with_suites=not no_suites,
            with_workbook=not no_workbook,
            engine=engine,
        ),
        out,
        report_lang,
        quiet=quiet,
        as_json=as_json,
        language=language,
    )


@main_group.command("demo")
@click.option("--out", type=FILE, default=Path("runs"), show_default=True, help="Folder for the run.")
@json_option
@language_option
def demo_command(*, out: Path, as_json: bool, language: str) -> int:
    """Do the whole job on the invented sample school that comes with the program.

    \b
    Example:
      koppelcheck demo --out runs
    """
    from etl.paths import shipped_folder

    sample = shipped_folder("data", "sample")
    inputs = Inputs(
        sample / "magister.csv", sample / "legacy.csv", sample / "control.csv", sample / "settings.toml"
    )
    code = _run_and_tell(inputs, out, None, quiet=False, as_json=as_json, language=language)
    # Held pupils are what the sample is for, so questions are no news here.
    return EXIT_DONE if code == EXIT_QUESTIONS else code


def _run_and_tell(
    inputs: Inputs, out: Path, report_language: str | None, *, quiet: bool, as_json: bool, language: str
) -> int:
    from etl.config import load_config, with_layouts
    from etl.pipeline import RunRequest, run_job
    from etl.progress import make_teller
    from etl.terminal import run_answer, run_lines

    config = with_layouts(load_config(inputs.settings), inputs.layouts)
    request = RunRequest(
        magister=inputs.magister,
        legacy=inputs.legacy,
        control=inputs.control,
        decisions=inputs.decisions,
        by=inputs.by,
        second_by=inputs.second_by,
        overrides=inputs.overrides,
        config=config,
        with_suites=inputs.with_suites,
        with_workbook=inputs.with_workbook,
        out=out,
        now=datetime.now().astimezone().replace(microsecond=0),
        language=report_language or config.language,
        engine=inputs.engine,
    )
    told = make_teller(lambda step: text(f"cli.step.{step}", language), language, quiet=quiet or as_json)
    outcome = run_job(request, told)
    if as_json:
        print_json({"format": FORMAT_RUN, **run_answer(outcome)})
    else:
        for line in run_lines(outcome, language):
            say(line)
    return outcome.exit_code
