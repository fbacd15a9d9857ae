"""Proves that a delivered file is clean and uniform, so that the engine can read it as it stands.

A file of which it is not sure goes through the careful reader; either gives the same records.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from etl.contract import Source
from etl.intake.files import RawFile
from etl.intake.opening import Opened, ReadSettings, open_raw

# What the careful reader decides from the beginning of a file, it decides within these lines and bytes.
HEAD_LINES: Final = 1_500
HEAD_BYTES: Final = 1 << 17
CONTROLS: Final = bytes(set(range(32)) - set(b"\n\r"))  # a tab is the delimiter or somebody's slip


@dataclass(frozen=True, slots=True)
class Uniform:
    """A clean file: its heading line as it was understood, and how each of its lines is written.

    `body` begins behind the heading line; `line_end` is LF or CRLF; `lines` and `quotes` are those of the body.
    """

    opened: Opened
    body: memoryview
    line_end: str
    lines: int
    ends_open: bool
    quotes: int
    is_plain: bool  # ASCII, so nothing in it can have been read in a wrong encoding

    def cell_bytes(self) -> int:
        """Return how many bytes the cells hold when every quote stands around one."""
        ends = self.lines * len(self.line_end) - self.ends_open * len(self.line_end)
        delimiters = self.lines * (len(self.opened.dialect.heading) - 1)
        return len(self.body) - ends - delimiters - self.quotes


def prove_uniform(raw: RawFile, *, source: Source, settings: ReadSettings) -> Uniform | None:
    """Return a file as clean lines, or None when anything about it asks for the careful reader.

    Errors:  InputError as from the careful reader, for what the beginning shows.
    """
    if (
        settings.sheet
        or settings.member
        or (settings.encoding or "utf-8").lower().replace("_", "-") != "utf-8"
    ):
        return None
    data = raw.data
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    line_end = _line_end(data)
    if line_end is None or not _is_clean_text(data):
        return None
    opened = open_raw(_head(raw, line_end), source=source, settings=settings)
    dialect = opened.dialect
    if (
        dialect.line != 0
        or dialect.next_line != 1
        or dialect.quote != '"'
        or opened.decoded.encoding != "utf-8"
    ):
        return None
    if len(dialect.delimiter.encode()) != 1 or dialect.layout().least != len(dialect.heading):
        return None
    first = data.index(line_end) + len(line_end)
    if start + len(opened.lines.texts[0].encode()) + len(line_end) != first:
        return None
    ends_open = not data.endswith(line_end)
    lines = data.count(b"\n") - 1 + ends_open
    if lines < 1:
        return None
    return Uniform(
        opened=opened,
        body=memoryview(data)[first:],
        line_end=line_end.decode(),
        lines=lines,
        ends_open=ends_open,
        quotes=data.count(b'"', first),
        is_plain=data.isascii(),
    )


def _line_end(data: bytes) -> bytes | None:
    """Return the one line end of a file, or None."""
    returns = data.count(b"\r")
    if not returns:
        return b"\n" if b"\n" in data else None
    pairs = data.count(b"\r\n")
    return b"\r\n" if pairs == returns == data.count(b"\n") else None


def _is_clean_text(data: bytes) -> bool:
    # Looking for one byte is so fast that 29 times costs less than one pass with a set of them.
    if any(data.find(byte) >= 0 for byte in CONTROLS if byte != 9):
        return False
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _head(raw: RawFile, line_end: bytes) -> RawFile:
    """Return the beginning of a file, cut at a line end; all that the dialect is told from stands in it."""
    place = -1
    for _ in range(HEAD_LINES):
        found = raw.data.find(line_end, place + 1)
        if found < 0:
            return raw
        place = found
    end = raw.data.find(line_end, max(place, HEAD_BYTES))
    return raw if end < 0 else RawFile(raw.name, raw.data[: end + len(line_end)], raw.sha256)
