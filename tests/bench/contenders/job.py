"""What every contender of the job writes, so that their results can be compared; it imports no library.

Files:   import.csv, the legacy columns with externeid and realmid of numbers that occur once in both files;
         mismatches.csv, stamnr and what; counts.json, one object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

IMPORT_NAME: Final = "import.csv"
MISMATCHES_NAME: Final = "mismatches.csv"
COUNTS_NAME: Final = "counts.json"

ADDED: Final = ("externeid", "realmid")
NAMES: Final = ("roepnaam", "tussenvoegsel", "achternaam")
CLASS: Final = "klas"


def read_arguments() -> tuple[Path, Path, Path]:
    """Return the Magister file, the legacy file, and the folder to write in."""
    magister, legacy, folder = (Path(argument) for argument in sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    return magister, legacy, folder


def read_headings(path: Path) -> list[str]:
    """Return the columns of a file; the narrow pair has no names and no class."""
    with path.open(encoding="utf-8") as lines:
        return lines.readline().rstrip("\n").split(";")


def write_counts(folder: Path, links: int, mismatches: Mapping[str, int]) -> None:
    """Write the counts, each under what it counts."""
    counts = {"links": links} | {what.lower().replace(" ", "_"): count for what, count in mismatches.items()}
    (folder / COUNTS_NAME).write_text(json.dumps(counts), encoding="utf-8")
