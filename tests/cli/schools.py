"""Small invented schools as files, and ways to start the program on them, for the tests of the command line.

It knows no rule: which pupil gets which status is for the tests to say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).parents[2]
REALM: Final = "atlas.test"
MAGISTER_HEADINGS: Final = ("stamnr", "idgebr", "externeid", "realmid")
LEGACY_HEADINGS: Final = ("stamnr", "voornaam", "achternaam", "klas", "email", "numoid", "opleiding")


@dataclass(frozen=True, slots=True)
class Pupil:
    """One invented pupil, the same on both sides."""

    number: int
    first_name: str = "Noor"
    last_name: str = "Dennenboom"
    school_class: str = "1a"
    opleiding: str = "vmbo GL klas 1"
    realm: str = REALM

    @property
    def externeid(self) -> str:
        """Return an id that stays the pupil's own."""
        return f"abc00000-0000-4000-8000-{self.number:012d}"

    def magister_row(self) -> tuple[str, ...]:
        """Return the pupil as the migration help file has it."""
        user = str(self.number + 50_000)
        return str(self.number), user, self.externeid, f"{user}@{self.realm}"

    def legacy_row(self) -> tuple[str, ...]:
        """Return the account as the old file has it."""
        return (
            str(self.number),
            self.first_name,
            self.last_name,
            self.school_class,
            f"leerling{self.number}@{REALM}",
            f"n{self.number}",
            self.opleiding,
        )


@dataclass(frozen=True, slots=True)
class School:
    """Two delivered files and the folder in which the runs go."""

    magister: Path
    legacy: Path
    out: Path

    def arguments(self, *more: str) -> list[str]:
        """Return the arguments of a run on these files."""
        files = ["--magister", str(self.magister), "--legacy", str(self.legacy), "--out", str(self.out)]
        return ["run", *files, *more]

    def runs(self) -> list[Path]:
        """List what stands in the folder for runs, hidden names too."""
        return sorted(self.out.iterdir()) if self.out.is_dir() else []


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program said, and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return stdout as one JSON object; anything around it is an error."""
        return json.loads(self.out)


Say = Callable[..., Answer]


def some_pupils(count: int = 12, first: int = 10_101) -> list[Pupil]:
    """Return pupils with numbers in a row; each has a name of its own."""
    return [
        Pupil(first + place, last_name=f"Dennenboom{'abcdefghijklmnopqrstuvwxyz'[place]}")
        for place in range(count)
    ]


def write_table(path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write a file the way a school's system does: semicolons, CRLF."""
    lines = [";".join(cells) for cells in (headings, *rows)]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("utf-8"))
    return path


def write_school(
    folder: Path, magister: Sequence[Pupil] | None = None, legacy: Sequence[Pupil] | None = None
) -> School:
    """Write both files; without pupils, twelve who are the same on both sides."""
    return School(
        magister=write_table(
            folder / "migratiehulpbestand.csv",
            MAGISTER_HEADINGS,
            [pupil.magister_row() for pupil in (some_pupils() if magister is None else magister)],
        ),
        legacy=write_table(
            folder / "numo_oud.csv",
            LEGACY_HEADINGS,
            [pupil.legacy_row() for pupil in (some_pupils() if legacy is None else legacy)],
        ),
        out=folder / "runs",
    )


def program() -> list[str]:
    """Return the command of the program: the console script, or its entry point where nothing is installed."""
    for name in ("koppelcheck", "koppelcheck.exe"):
        script = Path(sys.executable).parent / name
        if script.is_file():
            return [str(script)]
    return [sys.executable, "-c", "from etl.cli import entry_point; entry_point()"]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a program started by a test."""
    return {**os.environ, "PYTHONPATH": str(PROJECT), "KOPPELCHECK_LANG": "en", **changes}


def start(*arguments: str, **changes: str) -> Answer:
    """Start the program as a process of its own and wait for it."""
    done = subprocess.run(
        [*program(), *arguments], capture_output=True, check=False, timeout=120, env=environment(**changes)
    )
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
