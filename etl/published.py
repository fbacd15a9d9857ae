"""The schemas of the JSON that programs read: one file per format and version, shipped with the program.

It only finds them; that they fit what is written is for the tests to say.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Final

from etl.errors import ConfigError

FOLDER: Final = Path(__file__).resolve().parent / "schemas"
_ENDING: Final = ".schema.json"


def list_schemas() -> tuple[str, ...]:
    """Return the names, such as report-1: the format without "koppelcheck/" in front."""
    return tuple(sorted(path.name.removesuffix(_ENDING) for path in FOLDER.glob(f"*{_ENDING}")))


def read_schema(name: str) -> str:
    """Return one schema as text. The format as it stands in a file, with "koppelcheck/", is a name too.

    Errors:  ConfigError when there is none of that name.
    """
    wanted, known = name.removeprefix("koppelcheck/"), list_schemas()
    if wanted not in known:
        nearest = get_close_matches(wanted, known, n=1, cutoff=0.0)[0]
        raise ConfigError("SCHEMA-UNKNOWN", nearest=nearest, known=list(known))
    return (FOLDER / f"{wanted}{_ENDING}").read_text(encoding="utf-8")
