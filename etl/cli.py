"""The command line: reads arguments, calls the pipeline, prints the answer.

It contains no rules. The answer goes to stdout, narration to stderr, and heavy libraries load only where used.
"""

from __future__ import annotations

import json
import locale
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

import etl
from etl.errors import (
    EXIT_BUG,
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_QUESTIONS,
    OutputError,
    ReconcileError,
)
from etl.texts import LANGUAGES, text

FORMAT_RUN: Final = "koppelcheck/run-1"
FORMAT_CHECK: Final = "koppelcheck/check-1"
FORMAT_EXPLAIN: Final = "koppelcheck/explain-1"

EPILOG: Final = """\b
Exit codes:
   0  done, nothing waits
   1  a fault in the program
   2  a setting or the command line is not right
  10  done, questions wait for an answer
  20  a delivered file is not what was promised; nothing was written
  22  a critical check failed; the report is written, the import file is not
  23  a stage failed; nothing was written
  24  a result could not be written
 130  interrupted
"""

# DuckDB turns an interruption inside a query into an error of its own, so it is remembered here.
_STOP_ASKED: Final = threading.Event()

_FILE: Final = click.Path(path_type=Path)


def _default_language() -> str:
    chosen = os.environ.get("KOPPELCHECK_LANG", "")
    if chosen in LANGUAGES:
        return chosen
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "en" if spoken.lower().startswith("en") else "nl"


_language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=_default_language,
    help="Language of words on the screen.",
)
_json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on stdout instead of text."
)
_settings_option = click.option(
    "--settings", type=_FILE, help="Settings of this school (TOML); see settings.example.toml."
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
""",
)
@click.version_option(etl.__version__, prog_name="koppelcheck")
def main_group() -> None:
    """Hold the commands together."""


@main_group.command("run")
@click.option("--magister", type=_FILE, required=True, help="The migration help file that Magister exported.")
@click.option("--legacy", type=_FILE, required=True, help="The CSV the accounts were made with.")
@click.option(
    "--control", type=_FILE, help="A pupil list with names; it confirms links and gives the opleiding."
)
@_settings_option
@click.option("--out", type=_FILE, required=True, help="Folder in which the run gets a folder of its own.")
@click.option(
    "--report-lang",
    type=click.Choice(LANGUAGES),
    help="Language of the report; otherwise as in the settings (nl).",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@_json_option
@_language_option
def run_command(
    *,
    magister: Path,
    legacy: Path,
    control: Path | None,
    settings: Path | None,
    out: Path,
    report_lang: str | None,
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
    from etl.config import load_config
    from etl.pipeline import RunRequest, run_job

    config = load_config(settings)
    request = RunRequest(
        magister=magister,
        legacy=legacy,
        control=control,
        config=config,
        out=out,
        now=datetime.now().astimezone().replace(microsecond=0),
        language=report_lang or config.language,
    )
    outcome = run_job(request, _narrator(language, quiet=quiet or as_json))
    if as_json:
        _print_json(_run_answer(outcome))
    else:
        _print_run(outcome, language)
    return outcome.exit_code


@main_group.command("demo")
@click.option("--out", type=_FILE, default=Path("runs"), show_default=True, help="Folder for the run.")
@_json_option
@_language_option
def demo_command(*, out: Path, as_json: bool, language: str) -> int:
    """Do the whole job on the invented sample school that comes with the program.

    \b
    Example:
      koppelcheck demo --out runs
    """
    from etl.config import load_config
    from etl.paths import shipped_folder
    from etl.pipeline import RunRequest, run_job

    sample = shipped_folder("data", "sample")
    config = load_config(sample / "settings.toml")
    request = RunRequest(
        magister=sample / "magister.csv",
        legacy=sample / "legacy.csv",
        control=sample / "control.csv",
        config=config,
        out=out,
        now=datetime.now().astimezone().replace(microsecond=0),
        language=config.language,
    )
    outcome = run_job(request, _narrator(language, quiet=as_json))
    if as_json:
        _print_json(_run_answer(outcome))
    else:
        _print_run(outcome, language)
    # Held pupils are what the sample is for, so questions are no news here.
    return EXIT_DONE if outcome.exit_code == EXIT_QUESTIONS else outcome.exit_code


@main_group.command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_settings_option
@_json_option
@_language_option
def check_command(*, files: tuple[Path, ...], settings: Path | None, as_json: bool, language: str) -> int:
    """Tell what a delivered file is and whether it can be used; nothing is joined and nothing is written.

    \b
    Example:
      koppelcheck check migratiehulpbestand.csv numo_oud.csv
    """
    from etl.check import check_file
    from etl.config import load_config

    config = load_config(settings)
    worst = EXIT_DONE
    answers: list[dict[str, Any]] = []
    for path in files:
        try:
            checked = check_file(path, config)
        except ReconcileError as error:
            worst = max(worst, error.exit_code)
            answers.append(
                {"file": path.name, "kind": None, "code": error.code, "messages": _messages(error)}
            )
            if not as_json:
                _print_error(error, language)
            continue
        answer = _check_answer(checked)
        answers.append(answer)
        if not as_json:
            _print_check(checked, language)
    if as_json:
        _print_json({"format": FORMAT_CHECK, "exit_code": worst, "files": answers})
    return worst


@main_group.command("explain")
@click.argument("run_folder", type=_FILE)
@click.argument("stamnr")
@_json_option
@_language_option
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
        _print_json(
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
        _say()
        for number, step in enumerate(record.steps):
            _say(step.told(language) if number == 0 else f"  {number}. {step.told(language)}")
    return EXIT_DONE


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in another code page must not fail on a name with an accent.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = main_group.main(arguments, prog_name="koppelcheck", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _interrupted(arguments)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ReconcileError as error:
        return _interrupted(arguments) if _STOP_ASKED.is_set() else _refuse(error, arguments)
    except Exception as error:
        if _STOP_ASKED.is_set():
            return _interrupted(arguments)
        if os.environ.get("KOPPELCHECK_DEBUG"):
            raise
        # The words of an unexpected error may quote a value, so only its kind is shown.
        for language in _languages_for(arguments):
            click.echo(text("cli.bug", language, kind=type(error).__name__), err=True)
        return EXIT_BUG
    return int(code or 0)


def entry_point() -> None:
    """Run as a program."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    sys.exit(main())


def _stop(number: int, frame: object) -> None:
    # Being told to stop is being interrupted: the half-made run folder holds pupils' data and must go.
    _STOP_ASKED.set()
    raise KeyboardInterrupt


def _languages_for(arguments: Sequence[str]) -> tuple[str, ...]:
    chosen = _default_language()
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments) and arguments[position + 1] in LANGUAGES:
            chosen = arguments[position + 1]
        elif argument.startswith("--lang=") and argument.removeprefix("--lang=") in LANGUAGES:
            chosen = argument.removeprefix("--lang=")
    return (chosen, *(language for language in LANGUAGES if language != chosen))


def _interrupted(arguments: Sequence[str]) -> int:
    click.echo(text("cli.interrupted", _languages_for(arguments)[0]), err=True)
    return EXIT_INTERRUPTED


def _refuse(error: ReconcileError, arguments: Sequence[str]) -> int:
    languages = _languages_for(arguments)
    if "--json" in arguments:
        _print_json(
            {
                "format": FORMAT_RUN,
                "verdict": "refused",
                "run_folder": None,
                "exit_code": error.exit_code,
                "code": error.code,
                "messages": _messages(error),
                "statuses": {"magister": {}, "legacy": {}},
            }
        )
    _print_error(error, languages[0])
    return error.exit_code


def _messages(error: ReconcileError) -> dict[str, str]:
    return {language: text(error.code, language, **error.fields) for language in LANGUAGES}


def _print_error(error: ReconcileError, language: str) -> None:
    """Say what is wrong in both languages, the chosen one first: the reader may forward it to the school."""
    for spoken in (language, *(other for other in LANGUAGES if other != language)):
        click.echo(f"{error.code} [{spoken}] {text(error.code, spoken, **error.fields)}", err=True)


def _narrator(language: str, *, quiet: bool) -> Any:
    def narrate(step: str) -> None:
        if not quiet:
            click.echo(text(f"cli.step.{step}", language), err=True)

    return narrate


def _say(line: str = "") -> None:
    """Write one line of the answer.

    Errors:  OutputError when stdout refuses it; when its reader has gone away the answer is dropped, and the
             exit code still tells what came of the job.
    """
    try:
        click.echo(line)
    except OSError as error:
        _drop_stdout()
        if not isinstance(error, BrokenPipeError):
            raise OutputError("OUTPUT-WRITE", file="stdout", cause=error.strerror) from error


def _drop_stdout() -> None:
    """Let stdout lead nowhere: what still waits in its buffer must not fail again when Python closes it."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # a stream that is no file has nothing to close


def _print_json(answer: dict[str, Any]) -> None:
    _say(json.dumps(answer, ensure_ascii=False, indent=2))


def _run_answer(outcome: Any) -> dict[str, Any]:
    report = outcome.report
    return {
        "format": FORMAT_RUN,
        "verdict": outcome.verdict,
        "run_folder": str(outcome.run_folder),
        "exit_code": outcome.exit_code,
        "statuses": outcome.statuses,
        "links": report.links,
        "cases_to_decide": report.cases_to_decide,
        "cases_to_correct": report.cases_to_correct,
        "opleiding_to_decide": report.opleiding_to_decide,
        "checks_failed": [check.code for check in report.checks if not check.passed],
        "not_performed": list(report.not_performed),
    }


def _print_run(outcome: Any, language: str) -> None:
    from etl.terminal import run_lines

    for line in run_lines(outcome, language):
        _say(line)


def _print_check(checked: Any, language: str) -> None:
    from etl.terminal import check_lines

    for line in check_lines(checked, language):
        _say(line)


def _check_answer(checked: Any) -> dict[str, Any]:
    from etl.terminal import check_answer

    return check_answer(checked)
