"""Writes every figure and record of a report as JSON, for programs and for comparing runs.

It refuses to translate or reword: codes stay codes, and the same report gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from etl.output import open_new_file
from etl.report.model import Report


def write_json(report: Report, path: Path) -> None:
    """Write the report as a new JSON file under the names of the model, as it goes.

    Shape:   UTF-8, sorted keys, one line per figure and one per entry of a list, a line end at the end.
    Errors:  OutputError when the file exists or cannot be written.
    """
    with open_new_file(path) as file:
        for piece in _pieces(report):
            # Half a character (a lone surrogate) is no UTF-8; written as its \u escape it is still the same JSON.
            file.write(piece.encode("utf-8", errors="backslashreplace"))


def _pieces(report: Report) -> Iterator[str]:
    before = "{"
    for name in sorted(_names(Report)):
        yield f"{before}\n  {_text(name)}: "
        before = ","
        value = getattr(report, name)
        if isinstance(value, tuple) and value:
            yield from _lines("[", (_text(one) for one in value), "]")
        elif isinstance(value, Mapping) and value:
            yield from _lines("{", (f"{_text(key)}: {_text(value[key])}" for key in sorted(value)), "}")
        else:
            yield _text(value)
    yield "\n}\n"


def _lines(opens: str, entries: Iterator[str], closes: str) -> Iterator[str]:
    before = opens
    for entry in entries:
        yield f"{before}\n    {entry}"
        before = ","
    yield f"\n  {closes}"


def _text(value: object) -> str:
    return _encoder().encode(value)


# Without indentation Python's own encoder in C does the work.
@cache
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, default=_as_mapping)


def _as_mapping(value: object) -> dict[str, Any]:
    kind: Any = type(value)
    return {name: getattr(value, name) for name in _names(kind)}


# By type, and there are few: asking a dataclass for its fields takes longer than reading them.
@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
