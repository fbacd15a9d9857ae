"""koppelcheck: proves which account belongs to which pupil before a school moves to a new identity.

Start reading at `etl.pipeline`. Analysts open a finished run with `etl.open_run(folder)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from etl.history import Run

__version__ = "0.4.0"


def open_run(folder: str | Path) -> Run:
    """Open a finished run read-only, for notebooks.

    Errors:  ConfigError when the folder holds no finished run.
    """
    from etl.history import open_run as open_finished_run

    return open_finished_run(folder)
