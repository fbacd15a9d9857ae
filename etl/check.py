"""What delivered files are, before anything is joined: kind, layout, columns, keys, and what a run would make of them.

It writes nothing and shows no pupil's value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Final, TypeVar

from etl import contract
from etl.check_asks import Ask, list_asks
from etl.check_keys import Bench, KeyFacts, open_bench, profile_keys, profile_on, read_facts
from etl.check_pair import HiddenNumber, Outlook, find_hidden_number, look_ahead
from etl.config import RunConfig
from etl.errors import ConfigError, InputError, ReconcileError
from etl.intake.clean import CleanTables, read_clean
from etl.intake.delivery import Delivery
from etl.intake.files import RawFile, guess_records, read_file
from etl.intake.reader import may_be_clean, read_settings
from etl.intake.table import read_raw

# Another refusal says the same of every kind; a missing heading is worth a second look.
TRY_ANOTHER_KIND: Final = ("INTAKE-HEADING-MISSING", "INTAKE-HEADER-NOT-FOUND", "INTAKE-SETTING-HEADING")


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file as it was understood. `kind` is magister (the migration help file) or pupil_list."""

    name: str
    kind: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class FileCheck(KnownFile):
    """One file with the state of its keys."""

    facts: KeyFacts


File = TypeVar("File", bound=KnownFile)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One file that cannot be used, and why."""

    name: str
    error: ReconcileError


@dataclass(frozen=True, slots=True)
class Check:
    """All files of one `check`, in the order given.

    `roles` tells which file would be the magister, legacy and control file of a run. `outlook` is there when a run
    could be done with them. With a `hidden_number` both are what they would be with that setting.
    """

    files: tuple[FileCheck | Refusal, ...]
    roles: dict[str, FileCheck]
    outlook: Outlook | None
    hidden_number: HiddenNumber | None
    asks: tuple[Ask, ...]


def check_files(paths: Sequence[Path], config: RunConfig) -> Check:
    """Look at every file by itself, and at a Magister file and account list together; a refused one stops no other."""
    with ExitStack() as stack:
        # What is refused at once needs none.
        bench = cache(lambda: stack.enter_context(open_bench(guess_records(paths), config.limits.memory_mib)))
        return _check_clean(paths, config, bench) or _check_with_care(paths, config, bench)


def _check_clean(paths: Sequence[Path], config: RunConfig, bench: Callable[[], Bench]) -> Check | None:
    """Look at one clean file, or a clean Magister file and account list, as a run reads them: no record is held here.

    None where there is anything else, or something to refuse: then each file is read with care, and the bench is empty.
    """
    if len(paths) > 2 or not all(map(os.path.isfile, paths)):
        return None
    files = _load_clean(paths, CleanTables(*bench(), may_be_clean(config)), config)
    if not files:
        return None
    outlook = None
    if len(files) == 1:
        facts = {one.delivery.source: profile_on(*bench(), one.delivery, config) for one in files}
    else:
        outlook, facts = look_ahead(
            *bench(), {one.delivery.source: one.delivery for one in files}, config, read_facts
        )
    for path, one in zip(paths, files, strict=True):
        if one.delivery.source not in facts:
            facts[one.delivery.source] = _look_again(path, one, config)
    checked = [FileCheck(one.name, one.kind, one.delivery, facts[one.delivery.source]) for one in files]
    asks = list_asks([(one.delivery, one.facts) for one in checked], [], outlook, has_control=False)
    return Check(tuple(checked), choose_roles(checked), outlook, None, asks)


def _load_clean(paths: Sequence[Path], into: CleanTables, config: RunConfig) -> Sequence[KnownFile]:
    """Load files of which no two are of one kind; nothing is loaded and none returned when one is not clean."""
    files: list[KnownFile] = []
    for path in paths:
        known = _know_clean(path, config, into)
        if known is None or any(one.kind == known.kind for one in files):
            for one in files:
                into.forget(one.delivery.source)
            return ()
        files.append(known)
    return files


def _look_again(path: Path, one: KnownFile, config: RunConfig) -> KeyFacts:
    """Return the facts of a clean file by itself, after an alarm ended the look at both."""
    with open_bench(one.delivery.profile.records, config.limits.memory_mib) as bench:
        again = _know_clean(path, config, CleanTables(*bench, may_be_clean(config))) or one
        return profile_on(*bench, again.delivery, config)


def _know_clean(path: Path, config: RunConfig, into: CleanTables) -> KnownFile | None:
    """Load a clean file; None when it is not, or is no migration help file and no list of pupils or accounts."""
    try:
        raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20, copy=into.folder / "copy")
    except InputError:
        return None
    with closing(raw):
        try:
            return _try_kinds(raw, config, partial(read_clean, raw, into=into))
        except (InputError, ConfigError):
            return None


def _try_kinds(raw: RawFile, config: RunConfig, read: Callable[..., Delivery | None]) -> KnownFile | None:
    """Read a file as the first kind of which it has the headings; None when that is what `read` gives.

    Errors:  InputError when it is of no kind, or is to be refused.
    """
    kind, delivery = contract.MAGISTER, None
    try:
        delivery = read(source=contract.MAGISTER_SOURCE, settings=read_settings(config, contract.MAGISTER))
    except InputError as error:
        if error.code not in TRY_ANOTHER_KIND:
            raise
        kind = "pupil_list"
    if kind != contract.MAGISTER:
        delivery = read(source=contract.LEGACY_SOURCE, settings=read_settings(config, contract.LEGACY))
    return KnownFile(raw.name, kind, delivery) if delivery else None


def _check_with_care(paths: Sequence[Path], config: RunConfig, bench: Callable[[], Bench]) -> Check:
    files: list[KnownFile | Refusal] = []
    unnumbered: list[tuple[RawFile, Delivery]] = []
    found: dict[int, KeyFacts] = {}
    for path in paths:
        name = path.name
        try:
            raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20)
            name = raw.name
            files.append(_know_file(raw, config, found))
        except (InputError, ConfigError) as error:
            files.append(Refusal(name, error))
            if error.code == "INTAKE-HEADING-MISSING":
                unnumbered += _read_unnumbered(raw, config)
    good = [one for one in files if isinstance(one, KnownFile)]
    refused = [one for one in files if isinstance(one, Refusal)]
    roles = choose_roles(good)
    hidden, told = None, config
    if contract.MAGISTER in roles and len(unnumbered) == 1 and config.legacy.stamnr_from is None:
        raw, accounts = unnumbered[0]
        hidden = find_hidden_number(roles[contract.MAGISTER].delivery, accounts)
        if hidden:
            # The accounts are the file that only lacks this setting; another list confirms them.
            told = _with_number(config, hidden)
            lists = [one for role, one in roles.items() if role != contract.MAGISTER]
            roles = {
                contract.MAGISTER: roles[contract.MAGISTER],
                contract.LEGACY: _know_file(raw, told, found),
            }
            roles |= {contract.CONTROL: lists[0]} if lists else {}
            refused = [one for one in refused if one.name != raw.name]
    outlook = None
    if {contract.MAGISTER, contract.LEGACY} <= roles.keys() and (hidden or len(refused) == 0):
        deliveries = {role: one.delivery for role, one in roles.items() if role != contract.CONTROL}
        control = _as_control(roles[contract.CONTROL], paths, told) if contract.CONTROL in roles else None
        deliveries |= {contract.CONTROL: control} if control else {}
        outlook, facts = look_ahead(*bench(), deliveries, told, read_facts)
        # Of a pair that was looked at together the facts are there; of any other file its records are looked at alone.
        found |= {id(roles[role]): one for role, one in facts.items()}
    checked: dict[int, FileCheck] = {}
    for one in (*good, *roles.values()):
        if id(one) not in checked:
            checked[id(one)] = _with_facts(one, found, config)
    asks = list_asks(
        [(checked[id(one)].delivery, checked[id(one)].facts) for one in (roles.values() if hidden else good)],
        [one.error for one in refused],
        outlook,
        has_control=contract.CONTROL in roles,
    )
    return Check(
        tuple(one if isinstance(one, Refusal) else checked[id(one)] for one in files),
        {role: checked[id(one)] for role, one in roles.items()},
        outlook,
        hidden,
        asks,
    )


def choose_roles(good: Sequence[File]) -> dict[str, File]:
    """Return which file would be the Magister file, the accounts and the control list of a run.

    Of two lists the one with account numbers is the accounts; otherwise the one given first.
    """
    magister = [one for one in good if one.kind == contract.MAGISTER]
    lists = [one for one in good if one.kind != contract.MAGISTER]
    lists.sort(key=lambda one: all(choice.canonical != "account_id" for choice in one.delivery.columns))
    roles = dict(zip((contract.LEGACY, contract.CONTROL), lists, strict=False))
    return roles | ({contract.MAGISTER: magister[0]} if len(magister) == 1 else {})


def check_file(raw: RawFile, config: RunConfig) -> FileCheck:
    """Look at one file.

    Errors:  InputError when it is neither a migration help file nor a list of pupils or accounts.
    """
    found: dict[int, KeyFacts] = {}
    return _with_facts(_know_file(raw, config, found), found, config)


def _with_facts(one: KnownFile, found: dict[int, KeyFacts], config: RunConfig) -> FileCheck:
    """Return a file with the facts that were found, or that its records say by themselves."""
    facts = found.get(id(one)) or profile_keys(one.delivery, config)
    return FileCheck(one.name, one.kind, one.delivery, facts)


def _know_file(raw: RawFile, config: RunConfig, found: dict[int, KeyFacts]) -> KnownFile:
    """Look at the form of one file, and also at its keys when a number has to be taken out of another text.

    That can be a reason to refuse the file; the facts go into `found`, by the id of what is returned.
    """
    known = _try_kinds(raw, config, partial(read_raw, raw))
    assert known is not None  # read with care, a file is something or refused
    if may_be_clean(config) < contract.SOURCES.keys():
        found[id(known)] = profile_keys(known.delivery, config)
    return known


def _with_number(config: RunConfig, hidden: HiddenNumber) -> RunConfig:
    """Return the settings with the pupil number where it was found."""
    legacy = config.legacy.model_copy(update={"stamnr_from": hidden.column, "stamnr_pattern": hidden.pattern})
    return config.model_copy(update={"legacy": legacy})


def _read_unnumbered(raw: RawFile, config: RunConfig) -> list[tuple[RawFile, Delivery]]:
    """Read an account list that lacks a column for the number, to see whether the number stands elsewhere."""
    settings = read_settings(config, contract.LEGACY)
    lenient = replace(settings, optional_columns=settings.optional_columns | {"stamnr"})
    try:
        return [(raw, read_raw(raw, source=contract.LEGACY_SOURCE, settings=lenient))]
    except InputError:
        return []


def _as_control(one: KnownFile, paths: Sequence[Path], config: RunConfig) -> Delivery | None:
    """Read the second list again as a control list; a list without names or classes is none."""
    path = next(path for path in paths if path.name == one.name)
    try:
        raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20)
        return read_raw(raw, source=contract.CONTROL_SOURCE, settings=read_settings(config, contract.CONTROL))
    except InputError:
        return None
