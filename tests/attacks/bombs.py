"""Files that are small on the disk and huge once they are unpacked, built without ever being that large.

It holds no test. A block of deflated data that ends at a byte can be repeated as often as one likes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import openpyxl

FOUR_GB: Final = 4095 << 20  # just what a ZIP without extensions can state
BLOCK: Final = 1 << 20
SHEET: Final = "xl/worksheets/sheet1.xml"
WORDS: Final = "xl/sharedStrings.xml"
KINDS: Final = "[Content_Types].xml"
WORDS_ARE_THERE: Final = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SPREADSHEET: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def deflated(first: bytes, block: bytes, times: int) -> bytes:
    """Return the raw deflated form of a text and of a block repeated so many times."""
    start = zlib.compressobj(9, zlib.DEFLATED, -15)
    beginning = start.compress(first) + start.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, zlib.DEFLATED, -15)
    middle = again.compress(block) + again.flush(zlib.Z_FULL_FLUSH)
    return beginning + middle * times + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def zip_file(members: Mapping[str, tuple[bytes, int, int]]) -> bytes:
    """Return a ZIP of members that are deflated already: their data, the size and the checksum they state."""
    body, index = b"", b""
    for name, (data, size, checksum) in members.items():
        told = name.encode()
        fields = (20, 0, 8, 0, 0x21, checksum, len(data), size, len(told), 0)
        index += struct.pack("<4sH5H3I2H3H2I", b"PK\1\2", 20, *fields, 0, 0, 0, 0, len(body)) + told
        body += struct.pack("<4s5H3I2H", b"PK\3\4", *fields) + told + data
    count = len(members)
    return body + index + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(index), len(body), 0)


def zip_of_many(count: int) -> bytes:
    """Return a ZIP that lists so many members and holds none of them."""
    index = b"".join(
        struct.pack("<4sH5H3I2H3H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0x21, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0)
        + b"%07d" % place
        for place in range(count)
    )
    start = b"PK\3\4" + b"\0" * 26
    large = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(index), len(start))
    where = struct.pack("<4sIQI", b"PK\6\7", 0, len(start) + len(index), 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return start + index + large + where + end


def gzip_file(data: bytes) -> bytes:
    """Return a gzip file of data that is deflated already."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + data + struct.pack("<2I", 0, FOUR_GB)


def workbook(changed: Mapping[str, bytes | tuple[bytes, int, int]], sheets: int = 1) -> bytes:
    """Return a workbook with some of its parts exchanged for others; a part may be deflated already."""
    book = openpyxl.Workbook()
    for _ in range(sheets - 1):
        book.create_sheet()
    for sheet in book:
        sheet.append(["stamnr", "klas"])
        sheet.append(["10101", "1a"])
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if WORDS in changed and WORDS not in parts:
        parts[KINDS] = parts[KINDS].replace(b"</Types>", WORDS_ARE_THERE + b"</Types>")
    members = {}
    for name, part in {**parts, **changed}.items():
        members[name] = (
            (deflated(part, b"", 0), len(part), zlib.crc32(part)) if isinstance(part, bytes) else part
        )
    return zip_file(members)


def sheet_of(rows: str, before: str = "") -> bytes:
    """Return the part of a workbook that holds these rows."""
    text = f'<?xml version="1.0"?>{before}<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>'
    return text.encode()


def row_of(number: int, *words: str) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in words)
    return f'<row r="{number}">{cells}</row>'


def write_bombs(folder: Path, honest: bytes) -> dict[str, Path]:
    """Write each bomb; `honest` is a delivered text file that some of them begin with."""
    blanks = b"\r\n" * (BLOCK // 2)
    times = FOUR_GB // BLOCK
    flat = deflated(b"", blanks, times)
    led = deflated(honest, blanks, times - 1)
    huge = (flat, FOUR_GB, 0)
    begun = deflated(sheet_of("").partition(b"</sheetData>")[0], b"<row/>" * (BLOCK // 6), times - 1)
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    laughing = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>'
    words = f'<?xml version="1.0"?>{laughing}<sst {SPREADSHEET}>' + "<si><t>&a10;</t></si>" * 4 + "</sst>"
    part = (deflated(b"", blanks, 100), 100 * BLOCK, 0)
    sheets = {f"xl/worksheets/sheet{n}.xml": part for n in range(1, 41)}
    last = row_of(1_048_576, "10102", "1a")
    far = row_of(1, "stamnr", "klas") + row_of(200_000_000, "10102", "1a")
    long = sheet_of(row_of(1, "stamnr", "klas") + last)
    contents = {
        "plain.zip": zip_file({"l.csv": huge}),
        "led.zip": zip_file({"l.csv": (led, FOUR_GB, 0)}),
        "lying.zip": zip_file({"l.csv": (led, len(honest) + 200, zlib.crc32(honest + blanks[:200]))}),
        "nested.zip": zip_file({"l.zip": (flat, FOUR_GB, 0), "k.zip": (flat, FOUR_GB, 0)}),
        "many.zip": zip_of_many(100_000),
        "plain.csv.gz": gzip_file(flat),
        "called.csv": gzip_file(led),
        "sheet.xlsx": workbook({SHEET: (begun, FOUR_GB, 0)}),
        "lying.xlsx": workbook({SHEET: (begun, 5_000, 0)}),
        "words.xlsx": workbook({WORDS: huge}),
        "styles.xlsx": workbook({"xl/styles.xml": huge}),
        "sheets.xlsx": workbook(sheets, 40),
        "entities.xlsx": workbook({SHEET: sheet_of(row_of(1, "&a10;", "klas"), laughing)}),
        "wordy.xlsx": workbook({WORDS: words.encode()}),
        "far.xlsx": workbook({SHEET: sheet_of(far)}),
        "blank.xlsx": workbook({f"xl/worksheets/sheet{n}.xml": long for n in range(1, 61)}, 60),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


def write_bound_bombs(folder: Path, honest: bytes) -> dict[str, Path]:
    """Write what unpacks to just less than is allowed, a thousand times its size."""
    blanks = b"\r\n" * (BLOCK // 2)
    size = len(honest) + 120 * BLOCK
    whole = zlib.crc32(blanks * 120, zlib.crc32(honest))
    packed = zip_file({"l.csv": (deflated(honest, blanks, 120), size, whole)})
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    head, _, foot = sheet_of(row_of(1, "stamnr", "klas")).partition(b"</sheetData>")
    sheet = head + row * (100 * BLOCK // len(row)) + b"</sheetData>" + foot
    (folder / "bound.zip").write_bytes(packed)
    (folder / "bound.xlsx").write_bytes(workbook({SHEET: sheet}))
    return {name: folder / name for name in ("bound.zip", "bound.xlsx")}
