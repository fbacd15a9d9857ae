"""Writes manifest.json: which versions, settings and files made this run, and what came of it.

It holds no pupil's value: counts, checksums, codes and column names only.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from etl.config import RunConfig
from etl.decisions.evaluate import STATES
from etl.engines import DUCKDB, SPARK
from etl.history import DATABASE_NAME, MANIFEST_NAME
from etl.leftovers import MARKER_NAME
from etl.output import write_new_file
from etl.report.model import Report

FORMAT: Final = "koppelcheck/manifest-1"
LIBRARIES: Final = ("duckdb", "great-expectations", "polars", "pyarrow", "jinja2", "xlsxwriter")


def write_manifest(
    folder: Path, report: Report, config: RunConfig, plan: Mapping[str, str], *, engine: str = DUCKDB
) -> None:
    """Write the manifest of a run whose other files are all there."""
    content = json.dumps(
        build_manifest(folder, report, config, plan, engine=engine),
        indent=2,
        ensure_ascii=False,
        sort_keys=True,
    )
    write_new_file(folder / MANIFEST_NAME, (content + "\n").encode("utf-8"))


def build_manifest(
    folder: Path, report: Report, config: RunConfig, plan: Mapping[str, str], *, engine: str = DUCKDB
) -> dict[str, Any]:
    """Return the manifest as plain data."""
    libraries = (*LIBRARIES, "pyspark") if engine == SPARK else LIBRARIES
    return {
        "format": FORMAT,
        "run_id": report.run_id,
        "created": report.created,
        "retention_date": report.keep_until,
        "school": report.school,
        "versions": {
            "koppelcheck": report.version,
            "python": platform.python_version(),
            **{name: _version(name) for name in libraries},
        },
        "settings": config.model_dump(mode="json", by_alias=True),
        "inputs": [
            {
                "source": source.source,
                "file_name": source.file_name,
                "sha256": source.sha256,
                "size_bytes": source.size_bytes,
                "encoding": source.encoding,
                "delimiter": source.delimiter,
                "records": source.records,
                "broken": source.broken,
                "columns": [list(column) for column in source.columns],
            }
            for source in report.sources
        ],
        "verdict": report.verdict,
        "plan": dict(plan),
        "previous_run": report.since.run_id if report.since else None,
        "brakes": [asdict(brake) for brake in report.brakes],
        "answers": {state: sum(answer.state == state for answer in report.answers) for state in STATES},
        "statuses": {
            source: {entry.status: entry.records for entry in report.statuses if entry.source == source}
            for source in ("magister", "legacy")
        },
        "checks": [
            {
                "code": check.code,
                "table": check.table,
                "severity": check.severity,
                "passed": check.passed,
                "checked": check.checked,
                "failed": check.failed,
            }
            for check in report.checks
        ],
        "not_performed": list(report.not_performed),
        "outputs": {
            # Both engines write equal tables in other bytes each time, so their checksums would say nothing.
            path.relative_to(folder).as_posix(): None if _is_table(path) else checksum(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != MARKER_NAME
        },
    }


# Of many schools one process writes the manifests, and looking it up is half of writing one.
@cache
def _version(library: str) -> str:
    return metadata.version(library)


def _is_table(path: Path) -> bool:
    return path.name == DATABASE_NAME or path.suffix == ".parquet"


def retention_date(created: datetime, days: int) -> str:
    """Return the last day on which pupils' data may stay in a run, as an ISO date."""
    return (created.date() + timedelta(days=days)).isoformat()


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
