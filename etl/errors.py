"""What can go wrong, as codes and exit codes.

An error carries a code and fields; its sentence is in `etl/lang/`. No error carries a pupil's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

EXIT_DONE: Final = 0
EXIT_BUG: Final = 1
EXIT_USAGE: Final = 2
EXIT_QUESTIONS: Final = 10
EXIT_BRAKE: Final = 11
EXIT_INPUT: Final = 20
EXIT_ANSWERS: Final = 21
EXIT_CHECKS: Final = 22
EXIT_ENGINE: Final = 23
EXIT_OUTPUT: Final = 24
EXIT_INTERRUPTED: Final = 130

EXIT_CODES: Final = (
    EXIT_DONE,
    EXIT_BUG,
    EXIT_USAGE,
    EXIT_QUESTIONS,
    EXIT_BRAKE,
    EXIT_INPUT,
    EXIT_ANSWERS,
    EXIT_CHECKS,
    EXIT_ENGINE,
    EXIT_OUTPUT,
    EXIT_INTERRUPTED,
)


class ReconcileError(Exception):
    """A failure that people can act on: a code, and the fields of its sentence.

    Fields hold file names, column names, line numbers, counts and codes; never a pupil's value.
    """

    exit_code: int = EXIT_BUG

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(code)


class ConfigError(ReconcileError):
    """A setting or flag is missing, unknown or out of form."""

    exit_code = EXIT_USAGE


class InputError(ReconcileError):
    """A delivered file is not what was promised."""

    exit_code = EXIT_INPUT


class AnswersError(ReconcileError):
    """A file with answers, or the ledger of them, is malformed: nothing of it was used.

    `problems` are further sentences, each a code and its fields: every cell that is wrong.
    """

    exit_code = EXIT_ANSWERS

    def __init__(
        self, code: str, *, problems: Sequence[tuple[str, dict[str, object]]] = (), **fields: object
    ) -> None:
        super().__init__(code, **fields)
        self.problems = tuple(problems)


class ReleaseRefused(ReconcileError):
    """A run may not be released; the exit code is that of what is in the way."""

    def __init__(self, code: str, *, exit_code: int = EXIT_USAGE, **fields: object) -> None:
        super().__init__(code, **fields)
        self.exit_code = exit_code


class ChecksFailed(ReconcileError):
    """A check of severity "critical" failed: the report is written, the import file is not."""

    exit_code = EXIT_CHECKS


class EngineError(ReconcileError):
    """A stage failed; names the SQL file."""

    exit_code = EXIT_ENGINE


class OutputError(ReconcileError):
    """A result could not be written."""

    exit_code = EXIT_OUTPUT
