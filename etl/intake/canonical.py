"""Writes the records of a delivery in one pinned form, so that the engine has nothing left to guess.

It writes readable records only, and never over an existing file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
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
    _write_new(path, _batches(delivery.records, school.replace('"', '""')))


def write_rows(rows: Iterable[Sequence[str]], path: Path) -> None:
    """Write rows of text in the same form.

    Errors:  OutputError as above.
    """
    _write_new(path, ((_quoted(row) + "\n").encode("utf-8") for row in rows))


def _write_new(path: Path, parts: Iterable[bytes]) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        opened = os.open(path, flags, 0o600)
    except OSError as error:
        raise OutputError("INTAKE-NOT-WRITTEN", file=show_name(path)) from error
    try:
        with open(opened, "wb") as output:
            output.writelines(parts)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputError("INTAKE-NOT-WRITTEN", file=show_name(path)) from error


def _batches(records: tuple[Record, ...], school: str) -> Iterator[bytes]:
    for start in range(0, len(records), BATCH):
        yield "".join([_line(record, school) for record in records[start : start + BATCH]]).encode("utf-8")


def _line(record: Record, school: str) -> str:
    cells = record.cells
    # Records that differ only in what is not kept are no copies of each other.
    joined = BETWEEN_CELLS.join(cells) + (f"{BETWEEN_CELLS}{record.variant}" if record.variant else "")
    digest = sha256(joined.encode("utf-8")).hexdigest()[:DIGEST_CHARACTERS]
    return f'"{school}","{record.source_row}","{record.line_number}","{digest}",{_quoted(cells)}\n'


def _quoted(cells: Sequence[str]) -> str:
    written = '","'.join(cells)
    if written.count('"') != 2 * (len(cells) - 1):
        written = '","'.join([cell.replace('"', '""') for cell in cells])
    return f'"{written}"'
