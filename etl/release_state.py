"""Whether a release still holds, and the taking back of one that does not.

A release rests on files, settings and answers; when one of them changes it is void, whatever it looks like.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from etl.errors import OutputError, ReleaseRefused
from etl.history import open_run
from etl.manifest import checksum
from etl.output import write_new_file
from etl.release import FOLDER, RECORD, SUMS, plain_json, refuse_old_plan

VOID_RECORD: Final = "void.json"


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """What has become of the release of a run: valid, void, changed (a file of it is not as it was) or none.

    `why` holds parts of the plan (void) or file names (changed).
    """

    state: str
    why: tuple[str, ...] = ()
    release: Mapping[str, Any] | None = None


def check_release(folder: Path) -> ReleaseState:
    """Check the release of a run: its files, and whether its plan still holds.

    Errors:  ConfigError when the folder holds no run; AnswersError when the ledger cannot be read.
    """
    run = open_run(folder)
    where = run.folder / FOLDER
    if not where.is_dir():
        voided = sorted(run.folder.glob(f"{FOLDER}-void-*"))
        return ReleaseState("void", _void_reasons(voided[-1])) if voided else ReleaseState("none")
    changed = tuple(_changed_files(where))
    if changed:
        return ReleaseState("changed", changed)
    record = _read(where / RECORD)
    try:
        refuse_old_plan(run)
    except ReleaseRefused as error:
        return ReleaseState("void", ("decisions" if error.code == "RELEASE-DECISIONS" else "run",), record)
    return ReleaseState("valid", release=record)


def void_releases(out: Path, *, school: str, plan: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """Take back every release of a school in a folder that rests on another plan; return the names of their runs.

    `plan` may hold only the parts that have changed, such as the answers.
    Its folder is renamed and gets a record of why, so that nobody imports from it by mistake; its files stay.
    Errors:  OutputError when one cannot be taken back.
    """
    voided = []
    for record in sorted(out.glob(f"*/{FOLDER}/{RECORD}")):
        content = _read(record) or {}
        rested_on = content.get("plan")
        known = rested_on if isinstance(rested_on, dict) else {}
        changed = [part for part, digest in plan.items() if known.get(part) != digest]
        if content.get("school") != school or not changed:
            continue
        folder = record.parent
        why = {"voided": now.isoformat(timespec="seconds"), "changed": changed}
        try:
            if not os.path.lexists(folder / VOID_RECORD):
                write_new_file(folder / VOID_RECORD, plain_json(why))
            os.rename(folder, _free_name(folder, now))
        except OSError as error:
            raise OutputError("RELEASE-NOT-VOIDED", run=folder.parent.name) from error
        voided.append(folder.parent.name)
    return tuple(voided)


def _free_name(folder: Path, now: datetime) -> Path:
    stem = f"{FOLDER}-void-{now.strftime('%Y%m%dT%H%M%S')}"
    names = (folder.with_name(stem if number == 1 else f"{stem}-{number}") for number in range(1, 1000))
    return next(path for path in names if not os.path.lexists(path))


def _changed_files(where: Path) -> Iterator[str]:
    """Yield the files of a release that are missing, changed or added."""
    try:
        lines = (where / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        yield SUMS
        return
    expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for path in sorted(where.rglob("*")):
        name = path.relative_to(where).as_posix()
        if not path.is_dir() and name != SUMS and name not in expected:
            yield name
    for name, digest in expected.items():
        path = where / name
        if not path.is_file() or checksum(path) != digest:
            yield name


def _void_reasons(folder: Path) -> tuple[str, ...]:
    content = _read(folder / VOID_RECORD) or {}
    return tuple(str(part) for part in content.get("changed", ()))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
