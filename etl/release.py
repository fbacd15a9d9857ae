"""Releases a run: freezes exactly the files that were reviewed, under somebody's name, or says why it may not.

A release stands in the folder of its run and adds to it; what the run wrote is never changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from etl.decisions.ledger import ledger_path, read_ledger
from etl.decisions.opleiding import opleiding_question, school_year_of
from etl.errors import EXIT_BRAKE, EXIT_CHECKS, EXIT_QUESTIONS, OutputError, ReleaseRefused
from etl.history import Run, newest_run, open_run, safe_name
from etl.leftovers import scratch_folder
from etl.manifest import checksum
from etl.output import write_new_file
from etl.plan import digest_entries, what_changed
from etl.release_record import Accepted, Release, release_words

FORMAT: Final = "koppelcheck/release-1"
FOLDER: Final = "release"
RECORD: Final = "release.json"
SUMS: Final = "SHA256SUMS"
NO_CLASS: Final = "–"


def release_run(
    folder: Path,
    *,
    by: str,
    second_by: str = "",
    accept: Sequence[str] = (),
    reason: str = "",
    now: datetime,
) -> Release:
    """Freeze the import files of a run and sign them off.

    `accept` names questions that may stay open; every open one has to be named, with one `reason` for all.
    Errors:  ReleaseRefused with the exit code of what is in the way; ConfigError when the folder holds no run;
             OutputError when the disk refuses. Nothing is left half-written.
    """
    run = open_run(folder)
    if not by.strip():
        raise ReleaseRefused("RELEASE-NOBODY")
    if os.path.lexists(run.folder / FOLDER):
        raise ReleaseRefused("RELEASE-EXISTS", run=run.folder.name)
    _refuse_changed_files(run)
    report = run.figures()
    if report["verdict"] == "do_not_import":
        raise ReleaseRefused("RELEASE-CHECKS", exit_code=EXIT_CHECKS, run=run.folder.name)
    held = [brake["name"] for brake in report["brakes"] if brake["state"] == "holding"]
    if held:
        raise ReleaseRefused("RELEASE-BRAKE", exit_code=EXIT_BRAKE, brakes=held)
    refuse_old_plan(run)
    accepted = _accepted(report, accept, reason)
    return _freeze(run, report, accepted, by=by, second_by=second_by, reason=reason, now=now)


def open_questions(report: Mapping[str, Any]) -> dict[str, Accepted]:
    """Return what is still open in a run: its cases, and the classes whose opleiding is asked."""
    cases = [Accepted(case["case_id"], case["status"], case["reason"]) for case in report["cases"]]
    year = school_year_of(date.fromisoformat(report["created"][:10]))
    classes = [
        Accepted(opleiding_question(row["school_class"] or NO_CLASS, year), "opleiding", row["reason"])
        for row in report["opleiding"]
        if row["opleiding"] is None
    ]
    return {one.question: one for one in (*cases, *classes)}


def _refuse_changed_files(run: Run) -> None:
    """Refuse a run of which a file is not as it was written: what was reviewed is what is released."""
    for name, expected in run.manifest["outputs"].items():
        path = run.folder / name
        if not path.is_file() or (expected is not None and checksum(path) != expected):
            raise ReleaseRefused("RELEASE-CHANGED", exit_code=EXIT_CHECKS, file=name)


def refuse_old_plan(run: Run) -> None:
    """Refuse a run that a later one, or a later answer, has overtaken."""
    school, out = run.manifest["school"], run.folder.resolve().parent
    entries = read_ledger(ledger_path(out, safe_name(school)), school=school)
    plan = run.manifest.get("plan", {})
    if plan.get("decisions") != digest_entries(entries):
        raise ReleaseRefused("RELEASE-DECISIONS", exit_code=EXIT_QUESTIONS)
    newest = newest_run(out, school=school)
    if newest is not None and what_changed(plan, newest.manifest.get("plan")):
        raise ReleaseRefused("RELEASE-NEWER", run=newest.folder.name)


def _accepted(report: Mapping[str, Any], accept: Sequence[str], reason: str) -> tuple[Accepted, ...]:
    asked = open_questions(report)
    strange = [name for name in accept if name not in asked]
    if strange:
        raise ReleaseRefused("RELEASE-ACCEPT-UNKNOWN", questions=strange)
    missing = [name for name in asked if name not in set(accept)]
    if missing:
        raise ReleaseRefused("RELEASE-OPEN", exit_code=EXIT_QUESTIONS, count=len(missing), questions=missing)
    if accept and not reason.strip():
        raise ReleaseRefused("RELEASE-WHY")
    return tuple(asked.values())


def _freeze(
    run: Run,
    report: Mapping[str, Any],
    accepted: tuple[Accepted, ...],
    *,
    by: str,
    second_by: str,
    reason: str,
    now: datetime,
) -> Release:
    names = sorted(name for name in run.manifest["outputs"] if name.startswith("import/"))
    files = {name.removeprefix("import/"): run.manifest["outputs"][name] for name in names}
    release = Release(
        format=FORMAT,
        run_id=run.manifest["run_id"],
        school=run.manifest["school"],
        released=now.isoformat(timespec="seconds"),
        by=" ".join(by.split()),
        second_by=" ".join(second_by.split()) or "none",
        accepted=accepted,
        accepted_because=" ".join(reason.split()),
        brakes_overridden=tuple(one for one in report["brakes"] if one["state"] == "overridden"),
        links=report["links"],
        plan=run.manifest["plan"],
        files=files,
    )
    language = run.manifest["settings"]["language"]
    try:
        with scratch_folder(run.folder) as scratch:
            aside = scratch / FOLDER
            aside.mkdir(mode=0o700)
            for name in names:
                content = (run.folder / name).read_bytes()
                # A layout has a folder of its own: two of them have a users.csv.
                copy = aside / name.removeprefix("import/")
                copy.parent.mkdir(mode=0o700, exist_ok=True)
                write_new_file(copy, content)
                if checksum(copy) != run.manifest["outputs"][name]:
                    raise ReleaseRefused("RELEASE-CHANGED", exit_code=EXIT_CHECKS, file=name)
            write_new_file(aside / RECORD, plain_json(asdict(release)))
            write_new_file(aside / f"{FOLDER}.txt", release_words(release, language).encode("utf-8"))
            frozen = sorted(path for path in aside.rglob("*") if path.is_file())
            sums = [f"{checksum(path)}  {path.relative_to(aside).as_posix()}\n" for path in frozen]
            write_new_file(aside / SUMS, "".join(sums).encode("utf-8"))
            os.rename(aside, run.folder / FOLDER)
    except OSError as error:
        raise OutputError("OUTPUT-WRITE", file=FOLDER, cause=error.strerror) from error
    return release


def plain_json(content: object) -> bytes:
    """Return a record as the bytes of its file."""
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
