"""Writes the records of a delivery in one pinned form, so that the engine has nothing left to guess.

It writes readable records only, and never over an existing file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from etl.errors import OutputError
from etl.intake.delivery import Delivery, Record
from etl.intake.files import show_name

DIGEST_CHARACTERS: Final = 32  # 128 bits: two different records never share it by chance
BETWEEN_CELLS: Final = "\x1f"  # stands in no readable record, so joined cells stay apart
BATCH: Final = 4096


def write_canonical(delivery: Delivery, path: Path, *, school: str) -> None:
    """Write school, source_row, line_number, record_digest and the cells of every readable record.

    UTF-8, comma, every value quoted, inner quotes doubled, LF, no heading line.
    Errors:  OutputError when the file exists or cannot be written; a half-written file is removed.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        opened = os.open(path, flags, 0o600)
    except OSError as error:
        raise OutputError("INTAKE-NOT-WRITTEN", file=show_name(path)) from error
    try:
        with open(opened, "wb") as output:
            output.writelines(_batches(delivery.records, school.replace('"', '""')))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputError("INTAKE-NOT-WRITTEN", file=show_name(path)) from error


def _batches(records: tuple[Record, ...], school: str) -> Iterator[bytes]:
    for start in range(0, len(records), BATCH):
        yield "".join([_line(record, school) for record in records[start : start + BATCH]]).encode("utf-8")


def _line(record: Record, school: str) -> str:
    cells = record.cells
    joined = BETWEEN_CELLS.join(cells)
    digest = sha256(joined.encode("utf-8")).hexdigest()[:DIGEST_CHARACTERS]
    if '"' in joined:
        written = '","'.join([cell.replace('"', '""') for cell in cells])
    else:
        written = '","'.join(cells)
    return f'"{school}","{record.source_row}","{record.line_number}","{digest}","{written}"\n'
