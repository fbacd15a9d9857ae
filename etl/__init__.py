"""koppelcheck: proves which account belongs to which pupil before a school moves to a new identity.

Start reading at `etl.pipeline`. Analysts open a finished run with `etl.open_run(folder)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from etl.history import Run

__version__ = "0.9.3"


def open_run(folder: str | Path) -> Run:
    """Open a finished run read-only, for notebooks.

    Errors:  ConfigError when the folder holds no finished run.
    """
    from etl.history import open_run as open_finished_run

    return open_finished_run(folder)


def run_folder(
    folder: str | Path, out: str | Path, *, now: datetime | None = None, with_suites: bool = False
) -> Run:
    """Run the files of one folder and open the run, for notebooks.

    Shape:   magister.csv and legacy.csv, and control.csv and settings.toml where they are there.
    Errors:  as `etl.pipeline.run_job`; ConfigError when the settings are not right.
    """
    from datetime import datetime
    from pathlib import Path

    from etl.config import RunConfig, load_config
    from etl.pipeline import RunRequest, run_job

    delivered = Path(folder)
    control, settings = delivered / "control.csv", delivered / "settings.toml"
    request = RunRequest(
        magister=delivered / "magister.csv",
        legacy=delivered / "legacy.csv",
        control=control if control.is_file() else None,
        config=load_config(settings) if settings.is_file() else RunConfig(),
        out=Path(out),
        now=now or datetime.now().astimezone().replace(microsecond=0),
        with_suites=with_suites,
        with_workbook=False,
    )
    return open_run(run_job(request).run_folder)


def run_sample(out: str | Path, *, with_suites: bool = False) -> Run:
    """Run the invented school that comes with the program, into a folder for runs, and open the run.

    Errors:  OutputError when the folder cannot be written.
    """
    from etl.paths import shipped_folder

    return run_folder(shipped_folder("data", "sample"), out, with_suites=with_suites)
