"""Cuts a text into physical lines, so that every record can be found back by its line number.

Only CRLF, LF and CR end a line; form feeds and Unicode separators are part of a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

LINE_END: Final = re.compile(r"(\r\n|\n|\r)")
NAMES: Final = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}
MIXED: Final = "mixed"


@dataclass(frozen=True, slots=True)
class Lines:
    """The physical lines without their ends, and the ends; the last end is empty when the file stops there."""

    texts: list[str]
    ends: list[str]


def split_lines(text: str) -> Lines:
    """Cut a text into lines; nothing of it is lost."""
    pairs = text.count("\r\n")
    kinds = [
        end
        for end, found in (
            ("\r\n", pairs),
            ("\n", text.count("\n") - pairs),
            ("\r", text.count("\r") - pairs),
        )
        if found
    ]
    if len(kinds) > 1:
        pieces = LINE_END.split(text)
        texts, ends = pieces[0::2], pieces[1::2]
    else:
        texts = text.split(kinds[0]) if kinds else [text]
        ends = kinds * (len(texts) - 1)
    if texts[-1]:
        ends.append("")
    else:
        texts.pop()
    return Lines(texts, ends)


def name_line_end(lines: Lines, *, inside: Collection[int]) -> str:
    """Name the line end of the file; ends inside a quoted value (`inside`) say nothing about it."""
    if not inside:
        found = set(lines.ends)
    else:
        found = {end for index, end in enumerate(lines.ends) if index not in inside}
    found.discard("")
    if len(found) > 1:
        return MIXED
    return NAMES[found.pop()] if found else NAMES["\n"]
