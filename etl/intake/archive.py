"""Takes one file out of a delivered ZIP, in memory and within bounds.

It writes nothing to disk, follows no path in the ZIP, and never opens an archive inside an archive.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from typing import Final

from etl.errors import InputError
from etl.intake.files import BYTES_PER_MEGABYTE, RawFile
from etl.intake.kinds import WORKBOOK, ZIP, name_binary
from etl.texts import printable

# What a Mac or Windows puts in by itself.
NOT_DELIVERED: Final = ("__MACOSX/",)
NOT_DELIVERED_NAMES: Final = (".ds_store", "thumbs.db", "desktop.ini")
MOST_MEMBERS: Final = 10_000
MOST_SHOWN: Final = 10
# A school's list packs ten to twenty times; the rest of the world's bombs a thousand times.
MOST_UNPACKED: Final = 128 * BYTES_PER_MEGABYTE
MAY_BE_TIGHT: Final = 10 * BYTES_PER_MEGABYTE
TIGHTEST: Final = 200  # times smaller when packed
ENCRYPTED: Final = 0x1


def take_member(raw: RawFile, *, member: str | None, max_bytes: int) -> RawFile:
    """Return the one file in a ZIP, under the checksum of the ZIP; any other file as it is.

    `member` is what the settings say: the name of the file, with or without its folders.
    Errors:  InputError when there is none or more than one, or when it is encrypted, damaged or too large.
    """
    if name_binary(raw.data) != ZIP:
        return raw
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            chosen = _choose(archive.infolist(), member, raw.name)
            data = _read(archive, chosen, raw.name, min(max_bytes, MOST_UNPACKED))
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise InputError("INTAKE-ZIP-DAMAGED", file=raw.name) from error
    kind = name_binary(data)
    if kind and kind != WORKBOOK:
        raise InputError("INTAKE-IS-OTHER", file=f"{raw.name} ({_shown(chosen.filename)})", kind=kind)
    if not data:
        raise InputError("INTAKE-EMPTY", file=f"{raw.name} ({_shown(chosen.filename)})")
    return RawFile(raw.name, data, raw.sha256)


def _choose(members: list[zipfile.ZipInfo], member: str | None, file: str) -> zipfile.ZipInfo:
    if len(members) > MOST_MEMBERS:
        raise InputError("INTAKE-ZIP-MEMBERS", file=file, members=["…"], count=len(members))
    found = [one for one in members if not one.is_dir() and not _is_litter(one.filename)]
    if member is not None:
        found = [one for one in found if member in (one.filename, one.filename.rpartition("/")[2])]
    if len(found) != 1:
        names = [_shown(one.filename) for one in members if not one.is_dir() and not _is_litter(one.filename)]
        raise InputError("INTAKE-ZIP-MEMBERS", file=file, members=_some(names), count=len(found))
    return found[0]


def _read(archive: zipfile.ZipFile, chosen: zipfile.ZipInfo, file: str, most: int) -> bytes:
    if chosen.flag_bits & ENCRYPTED:
        raise InputError("INTAKE-ZIP-ENCRYPTED", file=file)
    # The size it states bounds what is read of it, so a lie ends in a damaged file and not in a full memory.
    if chosen.file_size > most:
        raise InputError("INTAKE-UNPACKS-LARGE", file=file, megabytes=max(1, most // BYTES_PER_MEGABYTE))
    check_ratio(chosen, file)
    with archive.open(chosen) as opened:
        return opened.read(most + 1)


def check_ratio(member: zipfile.ZipInfo, file: str) -> None:
    """Refuse a member that is packed so tightly that it holds one thing over and over, unless it stays small."""
    if member.file_size > MAY_BE_TIGHT and member.file_size > TIGHTEST * member.compress_size:
        megabytes = MAY_BE_TIGHT // BYTES_PER_MEGABYTE
        raise InputError("INTAKE-UNPACKS-LARGE", file=file, megabytes=megabytes)


def _is_litter(name: str) -> bool:
    return name.startswith(NOT_DELIVERED) or name.rpartition("/")[2].casefold() in NOT_DELIVERED_NAMES


def _shown(name: str) -> str:
    return printable(name.rpartition("/")[2])[:60]


def _some(names: Iterable[str]) -> list[str]:
    shown = sorted(names)
    return shown[:MOST_SHOWN] + (["…"] if len(shown) > MOST_SHOWN else []) or ["–"]
