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


def run_sample(out: str | Path, *, with_suites: bool = False) -> Run:
    """Run the invented school that comes with the program, into a folder for runs, and open the run.

    Errors:  OutputError when the folder cannot be written.
    """
    from datetime import datetime
    from pathlib import Path

    from etl.config import load_config
    from etl.paths import shipped_folder
    from etl.pipeline import RunRequest, run_job

    sample = shipped_folder("data", "sample")
    request = RunRequest(
        magister=sample / "magister.csv",
        legacy=sample / "legacy.csv",
        control=sample / "control.csv",
        config=load_config(sample / "settings.toml"),
        out=Path(out),
        now=datetime.now().astimezone().replace(microsecond=0),
        with_suites=with_suites,
        with_workbook=False,
    )
    return open_run(run_job(request).run_folder)
