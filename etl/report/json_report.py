"""Writes every figure and record of a report as JSON, for programs and for comparing runs.

It refuses to translate or reword: codes stay codes, and the same report gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from etl.output import write_new_file
from etl.report.model import Report


def report_to_dict(report: Report) -> dict[str, Any]:
    """Return the report as plain dicts, lists, texts and numbers, under the names of the model."""
    plain: dict[str, Any] = _plain(asdict(report))
    return plain


def write_json(report: Report, path: Path) -> None:
    """Write the report as a new JSON file: UTF-8, sorted keys, two spaces, a line end at the end.

    Errors:  OutputError when the file exists or cannot be written.
    """
    written = json.dumps(
        report_to_dict(report), ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True
    )
    # Half a character (a lone surrogate) is no UTF-8; written as its \u escape it is still the same JSON.
    write_new_file(path, (written + "\n").encode("utf-8", errors="backslashreplace"))


def _plain(value: object) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
