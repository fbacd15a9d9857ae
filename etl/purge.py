"""Removes pupils' data from runs that were kept long enough; of each run the manifest stays.

It removes files, it cannot erase a disk: copies in backups, and what a disk keeps of a removed file, are beyond it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from etl.errors import ConfigError, OutputError
from etl.history import MANIFEST_NAME, read_manifest
from etl.leftovers import remove_leftovers

USUAL_DAYS = 90  # for a run whose manifest has no retention date yet


@dataclass(frozen=True, slots=True)
class Purge:
    """What was found in a folder for runs, by name of the run."""

    purged: tuple[str, ...]
    kept: tuple[str, ...]
    before: tuple[str, ...]  # purged on an earlier day
    leftovers: int


def purge_runs(
    out: Path, *, today: date, version: str, before: date | None = None, is_trial: bool = False
) -> Purge:
    """Remove the data of every run whose retention date has passed, or that was made before a date.

    With `is_trial` nothing is removed. A folder that holds no manifest of ours is no run and is left alone.
    Errors:  ConfigError when `out` is no folder; OutputError, after all others are done, when a run resists.
    """
    if not out.is_dir():
        raise ConfigError("PURGE-NO-FOLDER", folder=out.name or str(out))
    leftovers = 0 if is_trial else remove_leftovers(out)
    purged, kept, earlier, resisting = [], [], [], []
    for folder in sorted(out.iterdir()):
        manifest = read_manifest(folder) if folder.is_dir() and not folder.is_symlink() else None
        if manifest is None:
            continue
        if "purged" in manifest:
            earlier.append(folder.name)
        elif not _is_due(manifest, today, before):
            kept.append(folder.name)
        elif is_trial or _purge_run(folder, manifest, today, version):
            purged.append(folder.name)
        else:
            resisting.append(folder.name)
    if resisting:
        raise OutputError("PURGE-FAILED", folders=resisting, count=len(resisting))
    return Purge(tuple(purged), tuple(kept), tuple(earlier), leftovers)


def _is_due(manifest: dict[str, Any], today: date, before: date | None) -> bool:
    """Say whether the time is up. A manifest without dates that can be read is never due."""
    try:
        created = date.fromisoformat(str(manifest["created"])[:10])
        if before is not None:
            return created < before
        told = manifest.get("retention_date")
        return today > (date.fromisoformat(told) if told else created + timedelta(days=USUAL_DAYS))
    except (KeyError, ValueError, TypeError):
        return False


def _purge_run(folder: Path, manifest: dict[str, Any], today: date, version: str) -> bool:
    """Remove everything but the manifest, and only then say so in it: a purge that was killed is done again."""
    for path in list(folder.iterdir()):
        if path.name == MANIFEST_NAME:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            try:
                os.unlink(path)
            except OSError:
                return False
        if os.path.lexists(path):
            return False
    content = {**manifest, "purged": {"date": today.isoformat(), "koppelcheck": version}}
    fresh = folder / f"{MANIFEST_NAME}.new"
    try:
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
        os.replace(fresh, folder / MANIFEST_NAME)
    except OSError:
        return False
    return True
