"""What a worker of a batch does in tests: it is killed, or takes its time. A worker finds it by its name."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from etl.batch_school import SchoolJob, SchoolOutcome, finish_school

KILLED_ONCE: Final = "linden"
KILLED_ALWAYS: Final = "eiken"


def finish_or_be_killed(tables: Path, job: SchoolJob, holding: frozenset[str]) -> SchoolOutcome:
    """Write a run, but end as a process that the system kills: with one school once, with another each time."""
    if job.school == KILLED_ALWAYS or (job.school == KILLED_ONCE and _begin(job) == 1):
        os._exit(9)
    return finish_school(tables, job, holding)


def finish_slowly(tables: Path, job: SchoolJob, holding: frozenset[str]) -> SchoolOutcome:
    """Write a run after a second; which were begun can be seen beside the folder for runs."""
    _begin(job)
    time.sleep(1)
    return finish_school(tables, job, holding)


def begun(out: Path) -> dict[str, list[int]]:
    """Return which schools were begun, and the numbers of the processes that did."""
    return {file.name: [int(one) for one in file.read_text().split()] for file in notes(out).glob("*")}


def notes(out: Path) -> Path:
    return out.parent / "begun"


def _begin(job: SchoolJob) -> int:
    folder = notes(job.request.out)
    folder.mkdir(exist_ok=True)
    with (folder / job.school).open("a") as file:
        file.write(f"{os.getpid()}\n")
    return len((folder / job.school).read_text().split())
