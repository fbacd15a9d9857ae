"""Does the ZIP open with its passphrase and no other, tell nothing without it, and stay within its bounds?"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
import pyzipper

from etl.encrypted_zip import (
    READABLE,
    build_encrypted_zip,
    make_passphrase,
    read_passphrase,
)
from etl.errors import ConfigError, OutputError

PASSPHRASE: Final = "abcd-efgh-jkmn-pqrs"
RARE: Final = b"Xanthippe Zuurkruid"
FILES: Final = (
    ("magister.csv", b"stamnr\r\n10101\r\n" * 50),
    ("legacy.csv", b"naam\r\n" + RARE + b"\r\n"),
)


def opened(content: bytes, passphrase: str) -> dict[str, bytes]:
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        archive.setpassword(passphrase.encode("ascii"))
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def archive() -> bytes:
    return build_encrypted_zip(FILES, PASSPHRASE, max_bytes=10_000)


def test_the_passphrase_opens_every_file(archive: bytes) -> None:
    assert opened(archive, PASSPHRASE) == dict(FILES)


@pytest.mark.parametrize("wrong", [PASSPHRASE[:-1], PASSPHRASE.upper(), f"{PASSPHRASE} ", "abcd"])
def test_no_other_passphrase_opens_it(archive: bytes, wrong: str) -> None:
    with pytest.raises(RuntimeError, match=r"[Bb]ad password"):
        opened(archive, wrong)


def test_without_a_passphrase_nothing_is_read(archive: bytes) -> None:
    with pyzipper.AESZipFile(io.BytesIO(archive)) as without, pytest.raises(RuntimeError, match="password"):
        without.read("legacy.csv")
    assert RARE not in archive
    assert b"10101" not in archive


def test_every_entry_is_aes_256_and_tells_no_time_and_no_checksum_of_the_plain_bytes(archive: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as listed:
        entries = listed.infolist()
    assert [entry.filename for entry in entries] == [name for name, _ in FILES]
    for entry in entries:
        assert entry.flag_bits & 1, "encrypted"
        assert entry.compress_type == 99, "WinZip AES"
        kind = entry.extra.index(b"\x01\x99")
        # Extra field 0x9901: length 7, version 2 (AE-2), vendor AE, strength 3 (256 bits).
        assert entry.extra[kind + 2 : kind + 9] == b"\x07\x00\x02\x00AE\x03"
        assert entry.CRC == 0
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)


def test_a_zip_over_the_bound_is_refused() -> None:
    with pytest.raises(OutputError) as refused:
        build_encrypted_zip((("magister.csv", bytes(range(256)) * 40),), PASSPHRASE, max_bytes=300)
    assert refused.value.code == "REQUEST-TOO-LARGE"


def test_a_zip_of_exactly_the_bound_is_made(archive: bytes) -> None:
    assert len(build_encrypted_zip(FILES, PASSPHRASE, max_bytes=len(archive))) == len(archive)
    with pytest.raises(OutputError):
        build_encrypted_zip(FILES, PASSPHRASE, max_bytes=len(archive) - 1)


def test_without_the_library_it_is_a_setting_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    with pytest.raises(ConfigError) as refused:
        build_encrypted_zip(FILES, PASSPHRASE, max_bytes=10_000)
    assert refused.value.code == "REQUEST-NO-ENCRYPTION"


def test_a_passphrase_is_long_readable_and_new_each_time() -> None:
    made = [make_passphrase() for _ in range(200)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){4}", one) for one in made)
    assert not set("".join(made)) & set("ilo01")
    # Of 4,000 draws each of 31 characters turns up: were some never drawn, it would be fewer bits than promised.
    assert set("".join(made)) - {"-"} == set(READABLE)
    assert len(set(READABLE)) ** 20 > 2**80


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_passphrase_is_read_as_it_stands(tmp_path: Path, ending: str, mark: str) -> None:
    path = tmp_path / "wachtwoord.txt"
    path.write_bytes(f"{mark}een zin, met 7 woorden{ending}".encode())
    assert read_passphrase(path) == "een zin, met 7 woorden"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"abcdefghijklmno", "REQUEST-PASSPHRASE-WEAK"),
        (b"abcabcabcabcabcabcabc", "REQUEST-PASSPHRASE-WEAK"),
        (b"abcdefgh            ", "REQUEST-PASSPHRASE-WEAK"),
        (b"", "REQUEST-PASSPHRASE-WEAK"),
        ("één zin met zeven woorden".encode(), "REQUEST-PASSPHRASE-FORM"),
        (b"\xff\xfeabcdefghijklmnopqrstuvw", "REQUEST-PASSPHRASE-FORM"),
        (b"een zin op twee\nregels van tekst", "REQUEST-PASSPHRASE-FORM"),
        (b"een zin met een\x00nul erin", "REQUEST-PASSPHRASE-FORM"),
        (b"abcdefghij" * 500, "REQUEST-PASSPHRASE-FORM"),
    ],
)
def test_a_passphrase_that_is_weak_or_out_of_form_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "wachtwoord.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read_passphrase(path)
    assert refused.value.code == code
    fields: dict[str, Any] = refused.value.fields
    assert set(fields) <= {"file", "shortest", "different"}


def test_a_passphrase_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read_passphrase(tmp_path / "nergens.txt")
    assert refused.value.code == "REQUEST-PASSPHRASE-FILE"
