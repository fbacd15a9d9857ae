"""The pieces of SQL that the DuckDB contenders share; each contender decides itself how often a file is read."""

from __future__ import annotations

from pathlib import Path

from tests.bench.contenders.job import ADDED, CLASS, NAMES


def read(path: Path) -> str:
    """Return the table function that reads a file, every value as text."""
    return (
        f"read_csv('{path}', delim = ';', quote = '\"', escape = '\"', header = true, all_varchar = true,"
        " sample_size = 1000)"
    )


def columns(side: str, headings: list[str]) -> str:
    """Return the columns of one side, each with the side before its name."""
    return ", ".join(f"{side}.{name} as {side}_{name}" for name in headings)


def import_columns(headings: list[str], *, legacy: str = "l_", magister: str = "m_") -> str:
    """Return the columns of the import file: the legacy ones and what Magister adds."""
    return ", ".join(
        [f"{legacy}{name} as {name}" for name in headings] + [f"{magister}{n} as {n}" for n in ADDED]
    )


def differs(headings: list[str], *, legacy: str = "l_", magister: str = "m_") -> tuple[str, str]:
    """Return when the name differs and when the class differs."""
    if CLASS not in headings:
        return "false", "false"
    name = " or ".join(f"{magister}{one} is distinct from {legacy}{one}" for one in NAMES)
    return f"({name})", f"({magister}{CLASS} is distinct from {legacy}{CLASS})"


def copy(select: str, path: Path) -> str:
    """Return the statement that writes a SELECT to a CSV file or a JSON file."""
    form = "format json" if path.suffix == ".json" else "header, delimiter ';'"
    return f"copy ({select}) to '{path}' ({form})"
