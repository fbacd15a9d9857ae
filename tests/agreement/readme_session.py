"""The terminal session of the README: runs its commands and shows what they say, so that the README cannot drift.

It compares nothing itself. `python -m tests.agreement.readme_session` writes the session anew; read the diff.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from etl.cli import main
from etl.paths import shipped_folder

README: Final = Path(__file__).parents[2] / "README.md"
# The clock is the only thing of a session that differs from run to run; the README always shows this moment.
SHOWN_TIME: Final = "20261123T100000"
TIME: Final = re.compile(r"\d{8}T\d{6}")
SESSION: Final = re.compile(r"(<!-- session -->\n```console\n)(.*?)(```\n)", re.DOTALL)
PROMPT: Final = "$ koppelcheck "


@dataclass(frozen=True, slots=True)
class Told:
    """One command and what the terminal showed of it, both streams together, as the README writes it."""

    command: str
    lines: tuple[str, ...]
    exit_code: int


def read_session(readme: str) -> str:
    """Return the marked session of the README, commands and answers."""
    found = SESSION.findall(readme)
    assert len(found) == 1, "the README has one session, marked <!-- session -->"
    return str(found[0][1])


def list_commands(session: str) -> tuple[str, ...]:
    """Return the commands of a session in order."""
    return tuple(line for line in session.splitlines() if line.startswith(PROMPT))


def run_commands(commands: Sequence[str], folder: Path) -> tuple[Told, ...]:
    """Run commands in a folder, one after the other; a run folder they name is the one made there."""
    told: list[Told] = []
    sample = shipped_folder("data", "sample").as_posix()
    with chdir(folder):
        for command in commands:
            made = sorted(path.name for path in Path("runs").glob("*"))
            moment = TIME.findall(made[0])[0] if made else SHOWN_TIME
            arguments = [
                TIME.sub(moment, argument.replace("data/sample", sample))
                for argument in shlex.split(command.removeprefix(PROMPT))
            ]
            screen = io.StringIO()
            with redirect_stdout(screen), redirect_stderr(screen):
                exit_code = main(arguments)
            shown = TIME.sub(SHOWN_TIME, screen.getvalue().replace("\\", "/"))
            told.append(Told(command, tuple(shown.splitlines()), exit_code))
    return tuple(told)


def write_session(told: Sequence[Told]) -> str:
    """Return the session as it stands in the README."""
    return "\n\n".join("\n".join((one.command, *one.lines)).rstrip() for one in told) + "\n"


def renew() -> None:
    """Run the commands of the README and write what they say between them."""
    readme = README.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        session = write_session(run_commands(list_commands(read_session(readme)), Path(folder)))
    renewed = SESSION.sub(lambda found: found[1] + session + found[3], readme)
    README.write_text(renewed, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    renew()
    sys.exit(0)
