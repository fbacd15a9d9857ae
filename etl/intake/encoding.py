"""Turns bytes into text, by one rule: a mark, else strict UTF-8, else Windows-1252.

A DOS or Mac encoding needs evidence (`letters.py`). It repairs nothing, and what is not UTF-8 is always told.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from etl.errors import ConfigError, InputError
from etl.intake.delivery import Remark
from etl.intake.files import RawFile
from etl.intake.kinds import is_binary, name_binary, name_markup
from etl.intake.letters import USUAL, choose_old_encoding

# UTF-32 before UTF-16: the mark of UTF-32 begins with that of UTF-16.
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

SHOWN_NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252",
    "cp850": "DOS (cp850)",
    "mac_roman": "Mac Roman",
    "xlsx": "Excel",
}

PATTERN_BYTES: Final = 1 << 12  # how much is looked at for UTF-16 without a mark
MANY_NULS: Final = 0.4  # of one half of the bytes: text in Latin letters has nearly all
FEW_NULS: Final = 0.05  # of the other half

# Windows-1252 with the five bytes that it leaves undefined as in Latin-1.
_UPPER: Final = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}
_UNDEFINED: Final = re.compile(b"[\x81\x8d\x8f\x90\x9d]")

# Signs that stand inside a word only when a DOS, Mac or UTF-8 text is read as Windows-1252.
_DOUBTFUL: Final = re.compile(r"[A-Za-z][\x80-\x9f‚„†‡‰‹›•¤¢¡][a-z]|[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸ]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, and how it was decoded."""

    text: str
    encoding: str
    has_bom: bool
    remarks: tuple[Remark, ...]


def show_encoding(encoding: str) -> str:
    """Return the name people know an encoding by."""
    return SHOWN_NAMES.get(encoding, encoding)


def decode_file(raw: RawFile, *, encoding: str | None) -> Decoded:
    """Decode a delivered file; `encoding` is what the settings say, or None.

    Errors:  InputError when it is no text, a text of another kind, or not in the encoding it promises.
    """
    kind = name_binary(raw.data)
    if kind:
        raise InputError("INTAKE-IS-OTHER", file=raw.name, kind=kind)
    decoded = _decode_as_told(raw, encoding) if encoding else _decode_by_rule(raw)
    kind = name_markup(decoded.text)
    if kind:
        raise InputError("INTAKE-IS-OTHER", file=raw.name, kind=kind)
    return decoded


def _decode_by_rule(raw: RawFile) -> Decoded:
    for mark, encoding in MARKS:
        if raw.data.startswith(mark):
            return _decode_strictly(raw, encoding, skip=len(mark))
    pattern = _utf16_pattern(raw.data)
    if pattern:
        return _decode_strictly(raw, pattern, skip=0)
    if is_binary(raw.data):
        raise InputError("INTAKE-NOT-TEXT", file=raw.name)
    try:
        return Decoded(_without_end_mark(raw.data.decode("utf-8")), "utf-8", False, ())
    except UnicodeDecodeError as error:
        if _is_cut_off(raw.data, error):
            line = raw.data.count(b"\n") + 1
            raise InputError("INTAKE-TRUNCATED", file=raw.name, line=line) from None
        return _decode_old(raw)


def _is_cut_off(data: bytes, error: UnicodeDecodeError) -> bool:
    """Say whether a UTF-8 text stops in the middle of a character; one last é of Windows-1252 is no such thing."""
    is_end = error.reason == "unexpected end of data" and error.end == len(data)
    return is_end and not data[: error.start].isascii()


def _decode_as_told(raw: RawFile, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name.replace("mac-roman", "mac_roman")
        "".encode(name)  # fails for codecs that make no text
    except LookupError as error:
        raise ConfigError("INTAKE-SETTING-ENCODING", encoding=encoding) from error
    for mark, marked in MARKS:
        if raw.data.startswith(mark) and name.replace("-sig", "") in (marked, marked[:-3]):
            return _decode_strictly(raw, marked, skip=len(mark))
    return _decode_strictly(raw, name, skip=0)


def _decode_strictly(raw: RawFile, encoding: str, *, skip: int) -> Decoded:
    try:
        text = raw.data[skip:].decode(encoding)
        # A codec may give halves of characters, which no output can hold.
        text.encode("utf-8")
    except UnicodeError as error:
        raise InputError("INTAKE-ENCODING", file=raw.name, encoding=show_encoding(encoding)) from error
    remarks = () if encoding == "utf-8" else (_chosen(raw, encoding),)
    return Decoded(_without_end_mark(text), encoding, skip > 0, remarks)


def _decode_old(raw: RawFile) -> Decoded:
    encoding = choose_old_encoding(raw.data)
    if encoding != USUAL:
        return _decode_strictly(raw, encoding, skip=0)
    text = raw.data.decode("latin-1").translate(_UPPER)
    remarks = [_chosen(raw, USUAL)]
    undefined = len(_UNDEFINED.findall(raw.data))
    if undefined:
        remarks.append(Remark("INTAKE-ENCODING-UNDEFINED", {"file": raw.name, "count": undefined}))
    doubtful = len(_DOUBTFUL.findall(text))
    if doubtful:
        remarks.append(Remark("INTAKE-ENCODING-DOUBT", {"file": raw.name, "count": doubtful}))
    return Decoded(_without_end_mark(text), USUAL, False, tuple(remarks))


def _chosen(raw: RawFile, encoding: str) -> Remark:
    return Remark("INTAKE-ENCODING-CHOSEN", {"file": raw.name, "encoding": show_encoding(encoding)})


def _without_end_mark(text: str) -> str:
    """Leave out the end-of-file sign (Ctrl-Z) that DOS programs put behind the last line."""
    return text.removesuffix("\x1a")


def _utf16_pattern(data: bytes) -> str | None:
    """Recognise UTF-16 without a mark: in Latin text every other byte is nought."""
    beginning = data[:PATTERN_BYTES]
    half = len(beginning) // 2
    if half == 0 or len(data) % 2:
        return None
    even = beginning[0::2].count(0) / half
    odd = beginning[1::2].count(0) / half
    if odd > MANY_NULS and even < FEW_NULS:
        return "utf-16-le"
    if even > MANY_NULS and odd < FEW_NULS:
        return "utf-16-be"
    return None
