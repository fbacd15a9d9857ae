"""Keeps delivered files apart: finds one file given twice, and files given in each other's place.

It compares whole files only; which pupils belong together is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from etl.contract import MAGISTER_SOURCE, SOURCES, Source
from etl.errors import InputError
from etl.intake.columns import missing_columns
from etl.intake.delivery import Delivery
from etl.intake.files import RawFile, read_file
from etl.intake.headings import fold_cells
from etl.intake.opening import MAX_BYTES, ReadSettings, open_raw


def check_pair(magister: Delivery, legacy: Delivery, control: Delivery | None) -> None:
    """Refuse one file given twice: equal bytes, or equal headings and records once decoded."""
    given = [magister, legacy] + ([control] if control else [])
    for place, one in enumerate(given):
        for other in given[place + 1 :]:
            if one.profile.sha256 == other.profile.sha256 or _same_content(one, other):
                raise _same_file(one.profile.file_name, other.profile.file_name, one.source, other.source)


def looks_like(path: Path, *, max_bytes: int = MAX_BYTES) -> frozenset[str]:
    """Return the sources whose required columns a file has; none when it cannot be read as a table."""
    raw = read_file(path, max_bytes=max_bytes)
    return frozenset(name for name, source in SOURCES.items() if _has_columns(raw, source, ReadSettings()))


def check_bytes(raw: Mapping[str, RawFile]) -> None:
    """Find equal bytes before the files are read: the second reading would fail for a lesser reason."""
    seen: dict[str, str] = {}
    for name, file in raw.items():
        if file.sha256 in seen:
            first = seen[file.sha256]
            raise _same_file(raw[first].name, file.name, first, name)
        seen[file.sha256] = name


def _same_content(one: Delivery, other: Delivery) -> bool:
    return (
        len(one.records) == len(other.records)
        and fold_cells(one.headings) == fold_cells(other.headings)
        and all(a.cells == b.cells for a, b in zip(one.records, other.records, strict=True))
        and [a.cells for a in one.broken] == [b.cells for b in other.broken]
    )


def _same_file(file: str, other: str, first: str, second: str) -> InputError:
    return InputError("INTAKE-SAME-FILE", file=file, other=other, first=first, second=second)


def is_magister(raw: RawFile, settings: ReadSettings) -> bool:
    """Say whether a file given as the account list is the Magister file: with its own signs, or the settings'."""
    plain = ReadSettings(optional_columns=settings.optional_columns)
    return any(
        _has_columns(raw, MAGISTER_SOURCE, one)
        for one in (plain, replace(settings, delimiter=None, encoding=None))
    )


def _has_columns(raw: RawFile, source: Source, settings: ReadSettings) -> bool:
    try:
        opened = open_raw(raw, source=source, settings=settings)
    except InputError:
        return False
    return not missing_columns(source, opened.matches, settings.optional_columns)
