"""Writes every figure and record of a report as JSON, for programs and for comparing runs.

It refuses to translate or reword: codes stay codes, and the same report gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from etl.output import open_new_file
from etl.report.model import Report


def write_json(report: Report, path: Path) -> None:
    """Write the report as a new JSON file under the names of the model, as it goes.

    Shape:   UTF-8, one line per figure and one per entry of a list, a line end at the end; the figures by name, the
             fields of an entry in the order of the model.
    Errors:  OutputError when the file exists or cannot be written.
    """
    with open_new_file(path) as file:
        file.writelines(_pieces(report))


def _pieces(report: Report) -> Iterator[bytes]:
    before = b"{"
    for name in sorted(field.name for field in fields(Report)):
        yield before + b"\n  " + _text(name) + b": "
        before = b","
        value = getattr(report, name)
        if isinstance(value, tuple) and value:
            yield from _lines(b"[", (_text(one) for one in value), b"]")
        elif isinstance(value, Mapping) and value:
            yield from _lines(b"{", (_text(key) + b": " + _text(value[key]) for key in sorted(value)), b"}")
        else:
            yield _text(value)
    yield b"\n}\n"


def _lines(opens: bytes, entries: Iterator[bytes], closes: bytes) -> Iterator[bytes]:
    before = opens
    for entry in entries:
        yield before + b"\n    " + entry
        before = b","
    yield b"\n  " + closes


def _text(value: object) -> bytes:
    try:
        quick = to_json(value)
    except PydanticSerializationError:
        # Half a character (a lone surrogate) is no UTF-8; written as its \u escape it is still the same JSON.
        return _by_python(value)
    # It writes a number that is none as a word, and that is no JSON; Python's own refuses it, and knows it from a name.
    return _by_python(value) if b"NaN" in quick or b"Infinity" in quick else quick


def _by_python(value: object) -> bytes:
    plain = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_as_mapping, separators=(",", ":"))
    return plain.encode("utf-8", errors="backslashreplace")


def _as_mapping(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
