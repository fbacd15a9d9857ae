"""Says which school needs no new run: its newest one rests on the same, is whole, and has what is asked now.

It changes nothing, and of a run that it cannot read it says that another has to be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import etl
from etl.answer_book import AnswerBook
from etl.batch_school import SchoolJob
from etl.errors import ReconcileError
from etl.history import Run, newest_run
from etl.intake.delivery import Delivery
from etl.manifest import checksum
from etl.plan import make_plan
from etl.report.build import source_file
from etl.run_request import RunRequest

PAGE: Final = "report/report.html"
WORKBOOK: Final = "report/report.xlsx"
HEAD: Final = 1000  # bytes of a page in which its language stands


def kept_run(job: SchoolJob, deliveries: Mapping[str, Delivery]) -> Path | None:
    """Return the newest run of a school when it is what would be made now."""
    request = job.request
    newest = newest_run(request.out, school=job.school)
    if newest is None:
        return None
    try:
        entries = AnswerBook(request, job.school).entries
    except ReconcileError:
        # Damaged since the school was looked at: it is refused for that when its run is written.
        return None
    sources = [source_file(delivery) for delivery in deliveries.values()]
    plan = make_plan(sources, request.config, (), entries, version=etl.__version__)
    if newest.manifest.get("plan") != plan or not _is_whole(newest) or not newest.opens():
        return None
    return newest.folder if _has_what_is_asked(newest, request) else None


def _is_whole(run: Run) -> bool:
    """Say whether every file of a run is there as it was written; of its tables, whether they are there."""
    outputs = run.manifest.get("outputs")
    if not isinstance(outputs, dict):
        return False
    try:
        return all(
            (run.folder / name).is_file() if told is None else checksum(run.folder / name) == told
            for name, told in outputs.items()
        )
    except OSError:
        return False


def _has_what_is_asked(run: Run, request: RunRequest) -> bool:
    outputs, left_out = run.manifest["outputs"], run.manifest.get("not_performed")
    if PAGE not in outputs or not isinstance(left_out, list):
        return False
    if (request.with_workbook and WORKBOOK not in outputs) or (
        request.with_suites and "no_suites" in left_out
    ):
        return False
    with (run.folder / PAGE).open("rb") as page:
        return f'<html lang="{request.language}">'.encode() in page.read(HEAD)
