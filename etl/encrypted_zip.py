"""Puts files into one ZIP that only the passphrase opens, and makes that passphrase.

It writes nothing to disk and never adds a file that is not encrypted.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from etl.errors import ConfigError, OutputError
from etl.plain_file import TooLarge, read_plain_file
from etl.texts import printable

# Read aloud over the telephone, so no characters that look or sound alike: i, l, o, 0 and 1 are left out.
READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"
PASSPHRASE_GROUPS: Final = 5
PASSPHRASE_GROUP: Final = 4  # 20 characters of 31: 99 bits
SHORTEST_PASSPHRASE: Final = 16
FEWEST_DIFFERENT: Final = 8  # a row of equal characters is long, and still no secret
LARGEST_PASSPHRASE_FILE: Final = 4096  # bytes
KEY_BITS: Final = 256
AE_2: Final = 2  # the form of WinZip AES that leaves the checksum of the plain bytes out
NO_TIME: Final = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the first moment a ZIP can hold; the clock of this machine tells nothing


def make_passphrase() -> str:
    """Return a new passphrase in groups, such as abcd-efgh-jkmn-pqrs-tuvw."""
    return "-".join(
        "".join(secrets.choice(READABLE) for _ in range(PASSPHRASE_GROUP)) for _ in range(PASSPHRASE_GROUPS)
    )


def read_passphrase(path: Path) -> str:
    """Return the passphrase that stands on the one line of a file.

    Errors:  ConfigError when the file cannot be read, is no single line of plain characters, or is too weak.
    """
    name = printable(path.name)
    try:
        content = read_plain_file(path, max_bytes=LARGEST_PASSPHRASE_FILE)
    except TooLarge as error:
        raise ConfigError("REQUEST-PASSPHRASE-FORM", file=name) from error
    except (OSError, ValueError) as error:
        raise ConfigError("REQUEST-PASSPHRASE-FILE", file=name) from error
    try:
        # Programs that open a ZIP disagree on how other letters become bytes.
        passphrase = content.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
        passphrase.encode("ascii")
    except UnicodeError as error:
        raise ConfigError("REQUEST-PASSPHRASE-FORM", file=name) from error
    if not passphrase.isprintable():
        raise ConfigError("REQUEST-PASSPHRASE-FORM", file=name)
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE or len(set(passphrase)) < FEWEST_DIFFERENT:
        raise ConfigError(
            "REQUEST-PASSPHRASE-WEAK", file=name, shortest=SHORTEST_PASSPHRASE, different=FEWEST_DIFFERENT
        )
    return passphrase


def require_encryption() -> Any:
    """Return the library that encrypts, a module without types.

    Errors:  ConfigError when it is not installed: it is an extra.
    """
    try:
        import pyzipper
    except ImportError as error:
        raise ConfigError("REQUEST-NO-ENCRYPTION") from error
    return pyzipper


def build_encrypted_zip(files: Sequence[tuple[str, bytes]], passphrase: str, *, max_bytes: int) -> bytes:
    """Return a ZIP (WinZip AES, 256 bits) of (name, content); salts are new, so no two are equal.

    Errors:  ConfigError when the library is missing; OutputError when the ZIP would be larger than `max_bytes`.
    """
    library = require_encryption()
    buffer = _Bounded(max_bytes)
    with library.AESZipFile(buffer, "w", compression=library.ZIP_DEFLATED) as archive:
        archive.setpassword(passphrase.encode("ascii"))
        archive.setencryption(library.WZ_AES, nbits=KEY_BITS, force_wz_aes_version=AE_2)
        for name, content in files:
            entry = archive.zipinfo_cls(name, NO_TIME)
            entry.compress_type = library.ZIP_DEFLATED
            archive.writestr(entry, content)
    if buffer.is_over:
        raise OutputError("REQUEST-TOO-LARGE", megabytes=max_bytes // 1_000_000)
    return buffer.getvalue()


class _Bounded(io.BytesIO):
    """Memory that keeps so many bytes. What comes after is thrown away and remembered as `is_over`.

    It does not refuse: an archive that cannot be written to cannot be closed either.
    """

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self.is_over = False

    def write(self, content: bytes, /) -> int:  # type: ignore[override]
        if self.is_over or self.tell() + len(content) > self._max_bytes:
            self.is_over = True
            return len(content)
        return super().write(content)
