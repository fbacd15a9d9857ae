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


@dataclass(frozen=True, slots=True)
class Uniform:
    """A clean file: its heading line as it was understood, and how each of its lines is written.

    The body begins at the byte `first`, behind the heading line; `line_end` is LF or CRLF; `size`, `lines` and `quotes`
    are those of the body.
    """

    opened: Opened
    first: int
    size: int
    line_end: str
    lines: int
    ends_open: bool
    quotes: int
    is_plain: bool  # ASCII, so nothing in it can have been read in a wrong encoding

    def cell_bytes(self) -> int:
        """Return how many bytes the cells hold when every quote stands around one."""
        ends = self.lines * len(self.line_end) - self.ends_open * len(self.line_end)
        delimiters = self.lines * (len(self.opened.dialect.heading) - 1)
        return self.size - ends - delimiters - self.quotes


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
    survey, beginning = raw.survey, raw.beginning
    start = len(codecs.BOM_UTF8) if beginning.startswith(codecs.BOM_UTF8) else 0
    line_end = survey.line_end
    if line_end is None or survey.has_controls or not survey.is_utf8:
        return None
    head = _head(raw, line_end)
    if head is None:
        return None
    opened = open_raw(head, source=source, settings=settings)
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
    first = beginning.index(line_end) + len(line_end)
    if start + len(opened.lines.texts[0].encode()) + len(line_end) != first:
        return None
    ends_open = not survey.ends.endswith(line_end)
    lines = survey.newlines - 1 + ends_open
    if lines < 1:
        return None
    return Uniform(
        opened=opened,
        first=first,
        size=survey.size - first,
        line_end=line_end.decode(),
        lines=lines,
        ends_open=ends_open,
        quotes=survey.quotes - beginning.count(b'"', 0, first),
        is_plain=survey.is_ascii,
    )


def _head(raw: RawFile, line_end: bytes) -> RawFile | None:
    """Return the beginning of a file, cut at a line end; all that the dialect is told from stands in it.

    None where that much is not at hand.
    """
    beginning = raw.beginning
    is_whole = len(beginning) == raw.size
    place = -1
    for _ in range(HEAD_LINES):
        found = beginning.find(line_end, place + 1)
        if found < 0:
            return raw if is_whole else None
        place = found
    end = beginning.find(line_end, max(place, HEAD_BYTES))
    if end < 0:
        return raw if is_whole else None
    return RawFile(raw.name, beginning[: end + len(line_end)], raw.sha256)
