"""Finds the schools of a batch and the files of each: a folder per school, or a list of them.

It guesses nothing: where two files can be meant, the school is refused and the others go on.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl import contract
from etl.errors import InputError, ReconcileError
from etl.history import read_manifest
from etl.intake.compare import looks_like
from etl.texts import printable

LIST_NAME: Final = "schools.csv"
LIST_COLUMNS: Final = ("school", "magister", "legacy", "control", "settings")
FILE_ENDINGS: Final = (".csv", ".tsv", ".txt", ".xlsx", ".zip")
SETTINGS_ENDING: Final = ".toml"


@dataclass(frozen=True, slots=True)
class SchoolFiles:
    """The files of one school; `name` is how it is called in the batch."""

    name: str
    magister: Path
    legacy: Path
    control: Path | None = None
    settings: Path | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A school that cannot be done, with what is wrong."""

    name: str
    error: ReconcileError


def list_schools(folder: Path, *, out: Path) -> list[SchoolFiles | Refused]:
    """Return the schools of a folder, by name. Where runs are written, `out` among them, is no school.

    Errors:  InputError when there is no such folder, no school in it, or its list cannot be read.
    """
    try:
        if not folder.is_dir():
            raise InputError("BATCH-FOLDER", folder=printable(folder.name))
        listed = folder / LIST_NAME
        is_listed = listed.is_file()
        places = [] if is_listed else sorted(one for one in folder.iterdir() if one.name[:1] != ".")
    except OSError as error:
        raise InputError("BATCH-FOLDER-CLOSED", folder=printable(folder.name)) from error
    found = _read_list(listed) if is_listed else list(_look_in_all(places, out))
    if not found:
        raise InputError("BATCH-NO-SCHOOLS", folder=printable(folder.name))
    times = Counter(one.name for one in found)
    return [
        one if times[one.name] == 1 else Refused(one.name, InputError("BATCH-SCHOOL-TWICE", school=one.name))
        for one in found
    ]


def _read_list(path: Path) -> list[SchoolFiles | Refused]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("BATCH-LIST-BROKEN", file=path.name, line=1) from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        rows = list(reader)
    except csv.Error as error:
        # A cell of more than 131,072 characters: a quotation mark that is never closed, most likely.
        raise InputError("BATCH-LIST-BROKEN", file=path.name, line=reader.line_num) from error
    headings = [cell.strip().casefold() for cell in rows[0]] if rows else []
    is_known = set(LIST_COLUMNS[:3]) <= set(headings) <= set(LIST_COLUMNS)
    if not is_known or len(set(headings)) < len(headings):
        raise InputError("BATCH-LIST-BROKEN", file=path.name, line=1)
    found: list[SchoolFiles | Refused] = []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(headings):
            raise InputError("BATCH-LIST-BROKEN", file=path.name, line=line)
        told = {name: cell.strip() for name, cell in zip(headings, row, strict=True)}
        if not all(told[name] for name in LIST_COLUMNS[:3]):
            raise InputError("BATCH-LIST-BROKEN", file=path.name, line=line)
        places = {name: path.parent / told[name] for name in LIST_COLUMNS[1:] if told.get(name)}
        found.append(
            SchoolFiles(
                printable(told["school"]),
                places["magister"],
                places["legacy"],
                places.get("control"),
                places.get("settings"),
            )
        )
    return found


def _is_folder(place: Path) -> bool:
    try:
        return place.is_dir()
    except OSError:
        # Nobody may look at what it is: a school then, so that somebody hears of it.
        return True


def _look_in_all(places: Sequence[Path], out: Path) -> Iterator[SchoolFiles | Refused]:
    for place in places:
        if not _is_folder(place):
            continue
        found = _look_in(place)
        # Files of a school count, whatever else its folder holds.
        if isinstance(found, SchoolFiles) or not _is_for_runs(place, out):
            yield found


def _is_for_runs(place: Path, out: Path) -> bool:
    """Say whether a folder is a run, holds runs, or is the one in which they will come."""
    try:
        return place.resolve() == out.resolve() or any(
            read_manifest(one) is not None for one in (place, *place.iterdir())
        )
    except OSError:
        return False


def _look_in(place: Path) -> SchoolFiles | Refused:
    """Tell the files of one folder apart: by their names, or by their headings where only one can be meant."""
    name = printable(place.name)
    try:
        files = sorted(file for file in place.iterdir() if file.is_file() and file.name[:1] != ".")
    except OSError:
        return Refused(name, InputError("BATCH-FOLDER-CLOSED", folder=name))
    settings = [file for file in files if file.suffix.casefold() == SETTINGS_ENDING]
    lists = [file for file in files if file.suffix.casefold() in FILE_ENDINGS]
    told = _by_name(lists) or _by_headings(lists)
    if told is None or len(settings) > 1:
        return Refused(name, InputError("BATCH-FILES-UNCLEAR", school=name, count=len(lists)))
    return SchoolFiles(
        name,
        told[contract.MAGISTER],
        told[contract.LEGACY],
        told.get(contract.CONTROL),
        settings[0] if settings else None,
    )


def _by_name(files: Sequence[Path]) -> dict[str, Path] | None:
    told = {source: [file for file in files if file.stem.casefold() == source] for source in contract.SOURCES}
    if len(told[contract.MAGISTER]) == len(told[contract.LEGACY]) == 1 and len(told[contract.CONTROL]) <= 1:
        return {source: found[0] for source, found in told.items() if found}
    return None


def _by_headings(files: Sequence[Path]) -> dict[str, Path] | None:
    """Two files, of which one alone has the columns of the Magister file."""
    if len(files) != 2:
        return None
    is_magister = [contract.MAGISTER in _kinds(file) for file in files]
    if sorted(is_magister) != [False, True]:
        return None
    magister = files[is_magister.index(True)]
    legacy = files[is_magister.index(False)]
    return (
        {contract.MAGISTER: magister, contract.LEGACY: legacy} if contract.LEGACY in _kinds(legacy) else None
    )


def _kinds(file: Path) -> frozenset[str]:
    try:
        return looks_like(file)
    except InputError:
        return frozenset()
