"""Reads the delivered files of a run: the way in for everything that schools send.

It reads whole files or refuses them; nothing of a refused file reaches the next stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from etl.config import LegacySettings, RunConfig
from etl.contract import CONTROL, LEGACY, MAGISTER, SOURCES, Source
from etl.errors import InputError
from etl.intake.clean import CleanTables, read_clean
from etl.intake.compare import check_bytes, check_pair, is_magister
from etl.intake.delivery import Delivery
from etl.intake.files import RawFile, read_file
from etl.intake.headings import fold_cells
from etl.intake.opening import MAX_BYTES, NO_HEADINGS, ReadSettings
from etl.intake.table import read_raw

__all__ = ["CleanTables", "ReadSettings", "may_be_clean", "read_deliveries", "read_delivery", "read_settings"]

# Refusals that a swapped file causes before anything else is looked at.
SWAP_SIGNS: Final = ("INTAKE-HEADING-MISSING", "INTAKE-SETTING-HEADING", "INTAKE-HEADER-NOT-FOUND")


def read_deliveries(
    magister: Path,
    legacy: Path,
    control: Path | None,
    *,
    settings: Mapping[str, ReadSettings],
    into: CleanTables | None = None,
) -> dict[str, Delivery]:
    """Read the files of one run, by name of the source; `control` is left out when there is none.

    A clean file is loaded `into` the engine as it is read; without that the records of every file are in its delivery.
    Errors:  InputError for a file that cannot be read, for two files given in each other's place
             (INTAKE-SWAPPED) and for one file given twice (INTAKE-SAME-FILE).
    """
    paths = {MAGISTER: magister, LEGACY: legacy} | ({CONTROL: control} if control else {})
    told = {name: settings.get(name, ReadSettings()) for name in paths}
    with ExitStack() as stack:
        raw: dict[str, RawFile] = {}
        for name, path in paths.items():
            copy = into.folder / f"{name}.copy" if into else None
            raw[name] = read_file(path, max_bytes=told[name].max_bytes, copy=copy)
            stack.callback(raw[name].close)
        return _read_all(raw, told, into)


def _read_all(
    raw: Mapping[str, RawFile], told: Mapping[str, ReadSettings], into: CleanTables | None
) -> dict[str, Delivery]:
    check_bytes(raw)
    found: dict[str, Delivery] = {}
    for name in raw:
        try:
            clean = (
                read_clean(raw[name], source=SOURCES[name], settings=told[name], into=into) if into else None
            )
            found[name] = clean or read_raw(raw[name].whole(), source=SOURCES[name], settings=told[name])
        except InputError as error:
            if (
                name == MAGISTER
                and error.code in SWAP_SIGNS
                and is_magister(raw[LEGACY].whole(), told[MAGISTER])
            ):
                raise InputError(
                    "INTAKE-SWAPPED", magister=raw[MAGISTER].name, legacy=raw[LEGACY].name
                ) from error
            raise
    if into and len({tuple(fold_cells(one.headings)) for one in found.values()}) < len(found):
        # Perhaps one file in two forms: then their records have to be compared.
        for name in raw:
            into.forget(name)
            found[name] = read_raw(raw[name].whole(), source=SOURCES[name], settings=told[name])
    check_pair(found[MAGISTER], found[LEGACY], found.get(CONTROL))
    return found


def may_be_clean(config: RunConfig) -> frozenset[str]:
    """Return the files of which the engine may read the values itself: no number is taken out of them by a pattern."""
    return frozenset(
        source
        for source in SOURCES
        if not config.file_settings(source).stamnr_pattern
        and not (source == LEGACY and config.legacy.stamnr_from)
    )


def read_settings(config: RunConfig, source: str) -> ReadSettings:
    """Return how one delivered file is to be read, as the settings of the run say it."""
    told = config.file_settings(source)
    may_be_absent: set[str] = set()
    if source == MAGISTER and not config.magister.realm_required:
        may_be_absent = {"idgebr", "realmid"}
    elif isinstance(told, LegacySettings) and told.stamnr_from is not None:
        may_be_absent = {"stamnr"}
    return ReadSettings(
        headings=dict(told.headings),
        delimiter=told.delimiter,
        encoding=told.encoding,
        optional_columns=frozenset(may_be_absent),
        max_bytes=config.limits.maximum_file_mib << 20,
        sheet=told.sheet,
        member=told.member,
        drop_columns=told.drop_columns,
        keep_columns=told.keep_columns if isinstance(told, LegacySettings) else (),
        broken_share=config.limits.broken_share,
    )


def read_delivery(
    path: Path,
    *,
    source: Source,
    headings: Mapping[str, str] = NO_HEADINGS,
    delimiter: str | None = None,
    encoding: str | None = None,
    optional_columns: frozenset[str] = frozenset(),
    max_bytes: int = MAX_BYTES,
    sheet: str | None = None,
    member: str | None = None,
    drop_columns: tuple[str, ...] = (),
    keep_columns: tuple[str, ...] = (),
) -> Delivery:
    """Read one delivered file.

    `headings` gives, per canonical column, the heading as this school writes it. `optional_columns` are
    required columns that the settings allow to be absent.
    Errors:  InputError with a code INTAKE-…; no field of it holds a pupil's value.
    Source:  headings in contract.SOURCES.
    """
    settings = ReadSettings(
        headings,
        delimiter,
        encoding,
        optional_columns,
        max_bytes,
        sheet=sheet,
        member=member,
        drop_columns=drop_columns,
        keep_columns=keep_columns,
    )
    return read_raw(read_file(path, max_bytes=max_bytes), source=source, settings=settings)
