"""Restores words that were saved as UTF-8 and read as Windows-1252 on their way here (`RenÃ©` is René).

It restores only what is exactly reversible over the whole value; anything else stays as delivered.
"""

from __future__ import annotations


def repair_mojibake(value: str) -> str | None:
    """Return the restored text, or None when the value is no such text."""
    for encoding in ("cp1252", "latin-1"):
        try:
            restored = value.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return restored if restored != value else None
    return None
