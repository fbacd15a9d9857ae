"""Reads what a notebook shows, and which words of pupils it may not show.

It runs nothing and judges nothing.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from etl.history import Run


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def cell_of(notebook: Any, cell_id: str) -> Any:
    return next(cell for cell in notebook["cells"] if cell["id"] == cell_id)


def shown(*cells: Any) -> str:
    """Return everything readable in the outputs of cells, pictures included."""
    parts: list[str] = []
    for cell in cells:
        for output in cell["outputs"]:
            parts.append(output.get("text", ""))
            for kind, content in output.get("data", {}).items():
                if kind.startswith("text/") or "xml" in kind or "json" in kind:
                    parts.append(content if isinstance(content, str) else json.dumps(content))
                else:
                    parts.append(base64.b64decode(content).decode("latin-1"))
    return "\n".join(parts)


def names_in(run: Run, path: Path) -> set[str]:
    """Return every word of a pupil's name that is long enough to be recognised; words of the texts are left out."""
    full_names = run.query(
        "select full_name from magister_rows where full_name is not null"
        " union select full_name from legacy_rows where full_name is not null"
    )["full_name"]
    own_words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return {
        word for name in full_names for word in re.findall(r"\w{3,}", name) if word[0].isupper()
    } - own_words


def values_in(run: Run, column: str) -> set[str]:
    tables = [table for table in ("magister_rows", "legacy_rows") if column in run.table(table).columns]
    found = run.query(" union ".join(f"select {column} as value from {table}" for table in tables))["value"]
    # A short value may stand in a count by chance.
    return {value for value in found if value and len(value.strip()) >= 8}
