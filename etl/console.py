"""Writes to the terminal: the answer to stdout, errors to stderr, in the language asked for.

It knows nothing of runs and files; it never fails on a stream that was closed.
"""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import click

from etl.errors import OutputError, ReconcileError
from etl.texts import LANGUAGES, text


def default_language() -> str:
    """Return the language of the screen: as set, else as the machine speaks, else Dutch."""
    chosen = os.environ.get("KOPPELCHECK_LANG", "")
    if chosen in LANGUAGES:
        return chosen
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "en" if spoken.lower().startswith("en") else "nl"


def languages_for(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return both languages, the one asked for first; also when the arguments could not be understood."""
    chosen = default_language()
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments) and arguments[position + 1] in LANGUAGES:
            chosen = arguments[position + 1]
        elif argument.startswith("--lang=") and argument.removeprefix("--lang=") in LANGUAGES:
            chosen = argument.removeprefix("--lang=")
    return (chosen, *(language for language in LANGUAGES if language != chosen))


def error_messages(error: ReconcileError) -> dict[str, str]:
    """Return what an error says, per language."""
    return {language: text(error.code, language, **error.fields) for language in LANGUAGES}


def print_error(error: ReconcileError, language: str) -> None:
    """Say what is wrong in both languages, the chosen one first: the reader may forward it to the school."""
    for spoken in (language, *(other for other in LANGUAGES if other != language)):
        tell(f"{error.code} [{spoken}] {text(error.code, spoken, **error.fields)}")
        for code, fields in getattr(error, "problems", ()):
            tell(f"  {code} [{spoken}] {text(code, spoken, **fields)}")


def tell(line: str) -> None:
    """Write a line of narration or an error to stderr; a screen that takes nothing stops no job."""
    try:
        click.echo(line, err=True)
    except (OSError, ValueError):
        drop_stream(sys.stderr)


def say(line: str = "") -> None:
    """Write one line of the answer.

    Errors:  OutputError when stdout refuses it; when its reader has gone away the answer is dropped, and the
             exit code still tells what came of the job.
    """
    try:
        click.echo(line)
    except OSError as error:
        drop_stream(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise OutputError("OUTPUT-WRITE", file="stdout", cause=error.strerror) from error


def drop_stream(stream: TextIO) -> None:
    """Let a stream lead nowhere: what still waits in its buffer must not fail again when Python closes it."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (AttributeError, OSError, ValueError):
        return  # a stream that is no file has nothing to close


def print_json(answer: dict[str, Any]) -> None:
    """Write the answer as one JSON object."""
    say(json.dumps(answer, ensure_ascii=False, indent=2))
