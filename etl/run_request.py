"""What one run is asked to do.

It holds paths and settings, and reads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from etl.brakes import Override
from etl.config import RunConfig
from etl.engines import DUCKDB


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What one run is asked to do. `now` is an input, so that equal inputs give equal outputs."""

    magister: Path
    legacy: Path
    out: Path
    now: datetime
    control: Path | None = None
    decisions: Path | None = None
    config: RunConfig = field(default_factory=RunConfig)
    language: str = "nl"
    with_suites: bool = True
    with_workbook: bool = True
    by: str = ""
    second_by: str = ""
    overrides: tuple[Override, ...] = ()
    engine: str = DUCKDB
