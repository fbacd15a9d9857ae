"""Takes typographic quotes, or quotes with blanks around them, for the quotes of the file when every heading has them.

A single value between such quotes is left as delivered: there they may be part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from etl.intake.lines import Lines

TYPOGRAPHIC: Final = "“”„‟«»"
WRAPPED: Final = re.compile(f'[ \\t\u00a0]*(["{TYPOGRAPHIC}]).*["{TYPOGRAPHIC}][ \\t\u00a0]*')


def with_plain_quotes(lines: Lines, heading: Sequence[str], delimiter: str) -> Lines | None:
    """Return the lines with the usual quotes in their usual place, or None when they are written in the usual way."""
    filled = [name for name in heading if name.strip()]
    found = [WRAPPED.fullmatch(name) for name in filled]
    if len(filled) < 2 or not all(found):
        return None
    is_typographic = any(match and match.group(1) != '"' for match in found)
    quotes = TYPOGRAPHIC if is_typographic else '"'
    opening = re.compile(f"(^|{re.escape(delimiter)})[ \\t\u00a0]*[{quotes}]")
    closing = re.compile(f"[{quotes}][ \\t\u00a0]*({re.escape(delimiter)}|$)")
    texts = []
    for text in lines.texts:
        # Between other quotes the usual one is a sign like any other.
        plain = text.replace('"', '""') if is_typographic else text
        texts.append(closing.sub(r'"\1', opening.sub(r'\1"', plain)))
    return Lines(texts, lines.ends)
