"""The commands of the command line: their options, their help, and what they print.

They contain no rules. The answer goes to stdout, narration to stderr, and heavy libraries load only where used.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

import etl
from etl.console import default_language, print_json, say
from etl.errors import (
    EXIT_DONE,
    EXIT_INPUT,
    ConfigError,
)
from etl.texts import LANGUAGES, text

FORMAT_RUN: Final = "koppelcheck/run-1"
FORMAT_CHECK: Final = "koppelcheck/check-2"
FORMAT_EXPLAIN: Final = "koppelcheck/explain-1"
FORMAT_PURGE: Final = "koppelcheck/purge-1"
FORMAT_DECIDE: Final = "koppelcheck/decide-1"
FORMAT_REQUEST: Final = "koppelcheck/request-1"
FORMAT_RELEASE: Final = "koppelcheck/release-1"
FORMAT_HISTORY: Final = "koppelcheck/history-1"
FORMAT_COMPARE: Final = "koppelcheck/compare-1"
FORMAT_SUGGEST: Final = "koppelcheck/suggest-1"
FORMAT_BATCH: Final = "koppelcheck/batch-2"
FORMATS: Final = {
    "run": FORMAT_RUN,
    "batch": FORMAT_BATCH,
    "demo": FORMAT_RUN,
    "check": FORMAT_CHECK,
    "explain": FORMAT_EXPLAIN,
    "purge": FORMAT_PURGE,
    "decide": FORMAT_DECIDE,
    "aanvraag": FORMAT_REQUEST,
    "release": FORMAT_RELEASE,
    "history": FORMAT_HISTORY,
    "compare": FORMAT_COMPARE,
    "suggest": FORMAT_SUGGEST,
}

EPILOG: Final = """\b
Exit codes:
   0  done, nothing waits
   1  a fault in the program
   2  a setting or the command line is not right
  10  done, questions wait for an answer
  11  done, a brake withheld something
  20  a delivered file is not what was promised; nothing was written
  21  a file of answers is malformed; nothing of it was used
  22  a critical check failed; the report is written, the import file is not
  23  a stage failed; nothing was written
  24  a result could not be written
 130  interrupted
"""

# Whether a file can be read is found out by reading it: then the error is ours, in both languages.
FILE: Final = click.Path(path_type=Path, readable=False)


language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=default_language,
    help="Language of words on the screen.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on stdout instead of text."
)
settings_option = click.option(
    "--settings", type=FILE, help="Settings of this school (TOML); see settings.example.toml."
)


@click.group(
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="""Move existing pupil accounts to a new identity without anyone losing, or seeing, the wrong results.

\b
Start here:
  koppelcheck demo
\b
The job for one school:
  koppelcheck check migratiehulpbestand.csv numo_oud.csv
  koppelcheck run --magister migratiehulpbestand.csv --legacy numo_oud.csv --out runs
  koppelcheck explain runs/99XX-20261123T100000 109999
  koppelcheck decide runs/99XX-20261123T100000 report.xlsx
  koppelcheck release runs/99XX-20261123T100000 --by "A. de Boer"
""",
)
@click.version_option(etl.__version__, prog_name="koppelcheck")
def main_group() -> None:
    """Hold the commands together."""


@main_group.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--canonical",
    type=FILE,
    help="Write the one file as it was understood: UTF-8, commas, every field quoted. Any columns will do.",
)
@click.option(
    "--write-settings",
    type=FILE,
    help="Write a settings file for this school from what was found, for you to finish.",
)
@settings_option
@json_option
@language_option
def check_command(
    *,
    files: tuple[Path, ...],
    canonical: Path | None,
    write_settings: Path | None,
    settings: Path | None,
    as_json: bool,
    language: str,
) -> int:
    """Tell what delivered files are, what a run would make of them, and what to ask the school.

    \b
    Examples:
      koppelcheck check migratiehulpbestand.csv numo_oud.csv
      koppelcheck check migratiehulpbestand.csv numo_oud.csv --write-settings school.toml
      koppelcheck check lijst.txt --canonical lijst.csv
    """
    from etl.config import load_config

    config = load_config(settings)
    if canonical is not None:
        if len(files) != 1:
            raise ConfigError("CHECK-ONE-FILE")
        return _write_canonical(files[0], canonical, config, as_json=as_json, language=language)
    from etl.check import check_files
    from etl.check_terminal import check_answer, check_lines

    check = check_files(files, config)
    refused = any(hasattr(one, "error") for one in check.files)
    alarmed = check.outlook is not None and check.outlook.alarm is not None
    code = EXIT_INPUT if refused or alarmed else EXIT_DONE
    if write_settings is not None and check.roles:
        from etl import settings_writer

        settings_writer.write_settings(check, write_settings, language)
    if as_json:
        print_json({"format": FORMAT_CHECK, "exit_code": code, **check_answer(check)})
    else:
        for line in check_lines(check, language):
            say(line)
        if write_settings is not None:
            say()
            told = "check.settings_written" if check.roles else "check.settings_not_written"
            say(text(told, language, file=write_settings.name))
    return code


@main_group.command("explain")
@click.argument("run_folder", type=FILE)
@click.argument("stamnr")
@json_option
@language_option
def explain_command(*, run_folder: Path, stamnr: str, as_json: bool, language: str) -> int:
    """Tell why one pupil has its status, step by step. It shows this pupil's values.

    \b
    Example:
      koppelcheck explain runs/99XX-20261123T100000 109999
    """
    from etl.explain import explain_pupil
    from etl.history import open_run

    records = explain_pupil(open_run(run_folder), stamnr)
    if as_json:
        print_json(
            {
                "format": FORMAT_EXPLAIN,
                "exit_code": EXIT_DONE,
                "records": [
                    {
                        "source": record.source,
                        "line_number": record.line_number,
                        "status": record.status,
                        "reason": record.reason,
                        "steps": [{"code": step.code, "text": step.told(language)} for step in record.steps],
                    }
                    for record in records
                ],
            }
        )
        return EXIT_DONE
    for record in records:
        say()
        for number, step in enumerate(record.steps):
            say(step.told(language) if number == 0 else f"  {number}. {step.told(language)}")
    return EXIT_DONE


@main_group.command("purge")
@click.argument("out", type=FILE)
@click.option(
    "--before",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="Of every run made before this day (YYYY-MM-DD), whatever its retention date.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@json_option
@language_option
def purge_command(*, out: Path, before: datetime | None, dry_run: bool, as_json: bool, language: str) -> int:
    """Remove the pupils' data of runs whose retention date has passed; their manifests stay.

    \b
    Example:
      koppelcheck purge runs --dry-run
    """
    from etl.purge import purge_runs

    done = purge_runs(
        out,
        today=datetime.now().astimezone().date(),
        version=etl.__version__,
        before=before.date() if before else None,
        is_trial=dry_run,
    )
    if as_json:
        print_json(
            {
                "format": FORMAT_PURGE,
                "exit_code": EXIT_DONE,
                "is_trial": dry_run,
                "purged": list(done.purged),
                "kept": list(done.kept),
                "before": list(done.before),
                "leftovers": done.leftovers,
            }
        )
        return EXIT_DONE
    say(text("purge.would" if dry_run else "purge.purged", language, count=len(done.purged)))
    for name in done.purged:
        say(f"  {name}")
    say(text("purge.kept", language, count=len(done.kept), earlier=len(done.before)))
    if done.leftovers:
        say(text("purge.leftovers", language, count=done.leftovers))
    return EXIT_DONE


def _write_canonical(path: Path, out: Path, config: Any, *, as_json: bool, language: str) -> int:
    """Write one file as it was understood and tell how that was."""
    from etl.check_terminal import understood_answer, understood_lines
    from etl.intake.files import read_file
    from etl.intake.understand import understand_file, write_understood

    raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20, may_be_empty=True)
    told = config.legacy
    understood = understand_file(
        raw, delimiter=told.delimiter, encoding=told.encoding, sheet=told.sheet, member=told.member
    )
    write_understood(understood, out)
    if as_json:
        print_json(
            {
                "format": FORMAT_CHECK,
                "exit_code": EXIT_DONE,
                "files": [understood_answer(raw.name, understood)],
            }
        )
    else:
        for line in understood_lines(raw.name, understood, language):
            say(line)
    return EXIT_DONE
