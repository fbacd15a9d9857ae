"""Names a delivered file that is no delimited text, so that a school hears what it sent.

It looks at the content only; the name of the file proves nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

# The names are the same in Dutch and English. Longest beginning first where two could match.
BEGINNINGS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel (.xls)"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"BZh91AY", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"{\\rtf", "RTF"),
    (b"BEGIN:VCARD", "vCard"),
)

ZIP: Final = "zip"
WORKBOOK: Final = "Excel (.xlsx)"

HTML: Final = re.compile(r"<(!doctype\s+html|html|head|body|table|div|meta)\b", re.IGNORECASE)
XML: Final = re.compile(r"<(\?xml|!--|[A-Za-z_][\w.:-]*[\s/>])")
# `[USERNAME];[GROUP]` is a line of headings and `{56C8…}` is a GUID, so a bracket alone is no JSON.
JSON: Final = re.compile(r"\{\s*(\"[^\"]*\"\s*:|\})|\[\s*(\{\s*\"|\[|\"[^\"]*\"\s*,|\])")

LOOKED_AT: Final = 1 << 16  # characters: enough to see what a text is
MOST_CONTROLS: Final = 0.1  # of the first bytes; a text has none, a damaged text a few
CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\x0c\x1a"))


def name_binary(data: bytes) -> str | None:
    """Return the kind of a file by its first bytes, or None when it may be text."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _name_archive(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    for beginning, kind in BEGINNINGS:
        if data.startswith(beginning):
            return kind
    return None


def _name_archive(data: bytes) -> str:
    """Say what a zip file holds, from its list of names only: nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    if "xl/workbook.xml" in names:
        return WORKBOOK
    if "xl/workbook.bin" in names:
        return "Excel (.xlsb)"
    if "word/document.xml" in names:
        return "Word (.docx)"
    if "mimetype" in names and "content.xml" in names:
        return "OpenDocument (.ods)"
    return ZIP


def name_markup(text: str) -> str | None:
    """Return the kind of a text that is no table, or None when it may be one."""
    beginning = text[:LOOKED_AT].lstrip("\ufeff \t\r\n")
    if HTML.match(beginning) or (beginning.startswith("<?xml") and "<html" in beginning.casefold()):
        return "HTML"
    if XML.match(beginning):
        return "XML"
    if JSON.match(beginning):
        return "JSON"
    return None


def is_binary(data: bytes) -> bool:
    """Say whether too many of the first bytes are control characters for it to be a text."""
    beginning = data[:LOOKED_AT]
    controls = len(beginning) - len(beginning.translate(None, CONTROLS))
    return controls > MOST_CONTROLS * len(beginning)
