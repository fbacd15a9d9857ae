"""The program: starts a command and turns whatever happens into an exit code and a sentence.

It contains no rules and no command of its own; no traceback and no pupil's value ever reaches the screen.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

import click

import etl.commands_batch
import etl.commands_decide
import etl.commands_history
import etl.commands_release
import etl.commands_request
import etl.commands_run
import etl.commands_schema
import etl.commands_suggest  # noqa: F401  registers its commands
from etl.collector import collect_seldom
from etl.commands import FORMATS, main_group
from etl.console import (
    drop_stream,
    error_messages,
    languages_for,
    print_error,
    print_json,
    tell,
)
from etl.errors import EXIT_BUG, EXIT_DONE, EXIT_INTERRUPTED, OutputError, ReconcileError
from etl.texts import LANGUAGES, text

# DuckDB turns an interruption inside a query into an error of its own, so it is remembered here.
_STOP_ASKED: Final = threading.Event()
PATIENCE: Final = 2.0  # seconds in which being told to stop once more changes nothing
_stopped_at = 0.0


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
        return _misused(error, arguments)
    except ReconcileError as error:
        return _interrupted(arguments) if _STOP_ASKED.is_set() else _refuse(error, arguments)
    except SystemExit:
        # Only click ends a program by itself: when the reader of its help has gone away.
        drop_stream(sys.stdout)
        return EXIT_DONE
    except Exception as error:
        if _STOP_ASKED.is_set():
            return _interrupted(arguments)
        if isinstance(error, OSError) and _is_of_click(error):
            drop_stream(sys.stdout)
            return _refuse(OutputError("OUTPUT-WRITE", file="stdout", cause=error.strerror), arguments)
        if os.environ.get("KOPPELCHECK_DEBUG"):
            raise
        # The words of an unexpected error may quote a value, so only its kind is shown.
        for language in languages_for(arguments):
            tell(text("cli.bug", language, kind=type(error).__name__))
        return EXIT_BUG
    return int(code or 0)


def entry_point() -> None:
    """Run as a program."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    # A plugin of somebody else's would be loaded, and see every setting; looking for one takes as long as reading them.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"
    collect_seldom()
    sys.exit(main())


def _stop(number: int, frame: object) -> None:
    # Being told to stop is being interrupted: the half-made run folder holds pupils' data and must go. Who presses
    # Ctrl-C again and again would only break off the tidying up.
    global _stopped_at
    is_tidying = _STOP_ASKED.is_set() and time.monotonic() - _stopped_at < PATIENCE
    _STOP_ASKED.set()
    if is_tidying:
        return
    _stopped_at = time.monotonic()
    raise KeyboardInterrupt


def _interrupted(arguments: Sequence[str]) -> int:
    tell(text("cli.interrupted", languages_for(arguments)[0]))
    return EXIT_INTERRUPTED


def _is_of_click(error: OSError) -> bool:
    """Say whether click itself could not write: its help, on a screen that takes nothing."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is not None and str(step.tb_frame.f_globals.get("__name__", "")).startswith("click.")


def _misused(error: click.ClickException, arguments: Sequence[str]) -> int:
    """Show how the command is used, in click's words."""
    try:
        error.show()
    except (OSError, ValueError):
        drop_stream(sys.stderr)
    words = error.format_message()
    return _answer_refusal(arguments, error.exit_code, "USAGE", dict.fromkeys(LANGUAGES, words))


def _refuse(error: ReconcileError, arguments: Sequence[str]) -> int:
    code = _answer_refusal(arguments, error.exit_code, error.code, error_messages(error))
    print_error(error, languages_for(arguments)[0])
    return code


def _answer_refusal(arguments: Sequence[str], exit_code: int, code: str, messages: dict[str, str]) -> int:
    """Give a program that asked for it the refusal as JSON; return the exit code, another one if that fails."""
    if "--json" in arguments:
        try:
            _print_refusal(arguments, exit_code, code, messages)
        except OutputError as error:
            print_error(error, languages_for(arguments)[0])
            return error.exit_code
    return exit_code


def _print_refusal(arguments: Sequence[str], exit_code: int, code: str, messages: dict[str, str]) -> None:
    command = next((argument for argument in arguments if argument in FORMATS), "run")
    answer: dict[str, Any] = {
        "format": FORMATS[command],
        "verdict": "refused",
        "exit_code": exit_code,
        "code": code,
        "messages": messages,
    }
    if command in ("run", "demo"):
        answer |= {"run_folder": None, "statuses": {"magister": {}, "legacy": {}}}
    print_json(answer)
