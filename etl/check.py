"""What a delivered file is, before anything is joined: its kind, layout, columns and the state of its keys.

It writes nothing, compares no files and shows no pupil's value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from etl import contract
from etl.config import RunConfig
from etl.errors import InputError
from etl.intake.delivery import Delivery
from etl.intake.files import read_file
from etl.intake.reader import read_settings
from etl.intake.table import read_raw


@dataclass(frozen=True, slots=True)
class KeyProfile:
    """The state of one key column, in records."""

    column: str
    records: int
    blank: int
    distinct: int
    leading_zero: int
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file as it was understood. `kind` is magister (the migration help file) or pupil_list."""

    kind: str
    delivery: Delivery
    keys: tuple[KeyProfile, ...]


def check_file(path: Path, config: RunConfig) -> FileCheck:
    """Look at one file.

    Errors:  InputError when it is neither a migration help file nor a list of pupils or accounts.
    """
    raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20)
    problem: InputError | None = None
    for source in (contract.MAGISTER_SOURCE, contract.LEGACY_SOURCE):
        try:
            delivery = read_raw(raw, source=source, settings=read_settings(config, source.name))
        except InputError as error:
            # Any other refusal says the same of both kinds; the missing heading is worth a second look.
            if error.code not in (
                "INTAKE-HEADING-MISSING",
                "INTAKE-HEADER-NOT-FOUND",
                "INTAKE-SETTING-HEADING",
            ):
                raise
            problem = error
            continue
        kind = contract.MAGISTER if source.name == contract.MAGISTER else "pupil_list"
        return FileCheck(kind, delivery, tuple(_profiles(delivery)))
    assert problem is not None  # the loop ends in a return or with a problem
    raise problem


def _profiles(delivery: Delivery) -> Iterable[KeyProfile]:
    for choice in delivery.columns:
        if choice.canonical not in contract.SOURCES[delivery.source].key_columns:
            continue
        values = [record.cells[choice.position].strip() for record in delivery.records]
        filled = [value for value in values if value]
        yield KeyProfile(
            column=choice.canonical,
            records=len(values),
            blank=len(values) - len(filled),
            distinct=len(set(filled)),
            leading_zero=sum(value.startswith("0") for value in filled),
            shortest=min(map(len, filled), default=0),
            longest=max(map(len, filled), default=0),
        )
