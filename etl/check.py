"""What delivered files are, before anything is joined: kind, layout, columns, keys, and what a run would make of them.

It writes nothing and shows no pupil's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from etl import contract
from etl.check_asks import Ask, list_asks
from etl.check_keys import KeyFacts, profile_keys
from etl.check_pair import HiddenNumber, Outlook, find_hidden_number, look_ahead
from etl.config import RunConfig
from etl.errors import InputError, ReconcileError
from etl.intake.delivery import Delivery
from etl.intake.files import RawFile, read_file
from etl.intake.reader import read_settings
from etl.intake.table import read_raw

# Another refusal says the same of every kind; a missing heading is worth a second look.
TRY_ANOTHER_KIND: Final = ("INTAKE-HEADING-MISSING", "INTAKE-HEADER-NOT-FOUND", "INTAKE-SETTING-HEADING")


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file as it was understood. `kind` is magister (the migration help file) or pupil_list."""

    name: str
    kind: str
    delivery: Delivery
    facts: KeyFacts


@dataclass(frozen=True, slots=True)
class Refusal:
    """One file that cannot be used, and why."""

    name: str
    error: ReconcileError


@dataclass(frozen=True, slots=True)
class Check:
    """All files of one `check`, in the order given. `outlook` is there when a run could be done with them."""

    files: tuple[FileCheck | Refusal, ...]
    outlook: Outlook | None
    hidden_number: HiddenNumber | None
    asks: tuple[Ask, ...]


def check_files(paths: Sequence[Path], config: RunConfig) -> Check:
    """Look at every file by itself, and at a Magister file and account list together; a refused one stops no other."""
    files: list[FileCheck | Refusal] = []
    unnumbered: list[Delivery] = []
    for path in paths:
        name = path.name
        try:
            raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20)
            name = raw.name
            files.append(check_file(raw, config))
        except ReconcileError as error:
            files.append(Refusal(name, error))
            if error.code == "INTAKE-HEADING-MISSING":
                unnumbered += _read_unnumbered(raw, config)
    good = [one for one in files if isinstance(one, FileCheck)]
    magister = [one for one in good if one.kind == contract.MAGISTER]
    lists = [one for one in good if one.kind != contract.MAGISTER]
    outlook = None
    if len(magister) == 1 and lists:
        deliveries = {contract.MAGISTER: magister[0].delivery, contract.LEGACY: lists[0].delivery}
        if len(lists) > 1:
            control = _as_control(lists[1], paths, config)
            deliveries |= {contract.CONTROL: control} if control else {}
        outlook = look_ahead(deliveries, config)
    hidden = None
    if len(magister) == 1 and len(unnumbered) == 1 and config.legacy.stamnr_from is None:
        hidden = find_hidden_number(magister[0].delivery, unnumbered[0])
    asks = list_asks(
        [(one.delivery, one.facts) for one in good],
        [one.error for one in files if isinstance(one, Refusal)],
        outlook,
        has_control=len(lists) > 1,
    )
    return Check(tuple(files), outlook, hidden, asks)


def check_file(raw: RawFile, config: RunConfig) -> FileCheck:
    """Look at one file.

    Errors:  InputError when it is neither a migration help file nor a list of pupils or accounts.
    """
    problem: InputError | None = None
    for source in (contract.MAGISTER_SOURCE, contract.LEGACY_SOURCE):
        try:
            delivery = read_raw(raw, source=source, settings=read_settings(config, source.name))
        except InputError as error:
            if error.code not in TRY_ANOTHER_KIND:
                raise
            problem = error
            continue
        kind = contract.MAGISTER if source.name == contract.MAGISTER else "pupil_list"
        return FileCheck(raw.name, kind, delivery, profile_keys(delivery, config))
    assert problem is not None  # the loop ends in a return or with a problem
    raise problem


def _read_unnumbered(raw: RawFile, config: RunConfig) -> list[Delivery]:
    """Read an account list that lacks a column for the number, to see whether the number stands elsewhere."""
    settings = read_settings(config, contract.LEGACY)
    lenient = replace(settings, optional_columns=settings.optional_columns | {"stamnr"})
    try:
        return [read_raw(raw, source=contract.LEGACY_SOURCE, settings=lenient)]
    except InputError:
        return []


def _as_control(one: FileCheck, paths: Sequence[Path], config: RunConfig) -> Delivery | None:
    """Read the second list again as a control list; a list without names or classes is none."""
    path = next(path for path in paths if path.name == one.name)
    try:
        raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20)
        return read_raw(raw, source=contract.CONTROL_SOURCE, settings=read_settings(config, contract.CONTROL))
    except InputError:
        return None
