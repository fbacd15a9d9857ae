"""What is said of the bytes of a file, in whatever pieces they come, and how a large file is taken in.

Every pupil is invented.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import etl.intake.files
from etl.errors import InputError, OutputError
from etl.intake.files import CopiedFile, RawFile, read_file
from etl.intake.survey import Survey, Surveyor

CONTENT = b'stamnr;naam\n1001;No\xc3\xabl\n1002;"Sem"\n'
PIECES = st.lists(
    st.sampled_from(
        [b"a", b";", b'"', b"\r", b"\n", b"\r\n", "ë".encode(), "😀".encode(), b"\xff", b"\x00", b"\t"]
    ),
    max_size=12,
).map(b"".join)


def naive(content: bytes) -> Survey:
    try:
        content.decode("utf-8")
        is_utf8 = True
    except UnicodeDecodeError:
        is_utf8 = False
    return Survey(
        size=len(content),
        newlines=content.count(b"\n"),
        returns=content.count(b"\r"),
        pairs=content.count(b"\r\n"),
        quotes=content.count(b'"'),
        has_controls=any(byte < 32 and byte not in b"\r\n\t" for byte in content),
        is_ascii=content.isascii(),
        is_utf8=is_utf8,
        ends=content[-2:],
    )


@given(content=PIECES, cuts=st.lists(st.integers(0, 30), max_size=5))
def test_the_pieces_say_what_the_whole_says(content: bytes, cuts: list[int]) -> None:
    surveyor = Surveyor()
    places = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    for start, end in zip(places, places[1:], strict=False):
        surveyor.look(content[start:end])
    assert surveyor.done() == naive(content)
    assert RawFile("lijst.csv", content, "").survey == naive(content)


@pytest.mark.parametrize(
    ("content", "line_end"),
    [
        (b"a\nb\n", b"\n"),
        (b"a\r\nb\r\n", b"\r\n"),
        (b"a\r\nb\n", None),
        (b"a\rb\r", None),
        (b"a\n\rb", None),
        (b"a", None),
        (b"", None),
    ],
)
def test_a_file_has_one_line_end_or_none(content: bytes, line_end: bytes | None) -> None:
    assert naive(content).line_end == line_end


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.intake.files, "LARGE_BYTES", 1)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("content", [CONTENT, b"no line end", b"\n\n", CONTENT * 60_000])
def test_a_large_file_is_copied_but_for_its_first_line(tmp_path: Path, content: bytes) -> None:
    path, copy = tmp_path / "oud.csv", tmp_path / "oud.copy"
    path.write_bytes(content)
    raw = read_file(path, max_bytes=1 << 30, copy=copy)
    assert isinstance(raw, CopiedFile)
    first = content.find(b"\n") + 1
    assert copy.read_bytes() == content[first:]
    assert os.name == "nt" or copy.stat().st_mode & 0o077 == 0
    assert raw.data == raw.whole().data == content
    assert raw.size == len(content)
    assert content.startswith(raw.beginning)
    assert raw.sha256 == hashlib.sha256(content).hexdigest()
    assert raw.survey == naive(content)
    with raw.below_heading(first, tmp_path / "not used") as below:
        assert below.read_bytes() == content[first:]
    raw.close()
    assert not copy.exists()


@pytest.mark.usefixtures("large")
def test_a_large_file_that_is_too_large_leaves_no_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "oud.csv", tmp_path / "oud.copy"
    path.write_bytes(CONTENT)
    with pytest.raises(InputError, match="INTAKE-TOO-LARGE"):
        read_file(path, max_bytes=10, copy=copy)
    assert not copy.exists()


@pytest.mark.usefixtures("large")
def test_what_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    path, copy = tmp_path / "oud.csv", tmp_path / "oud.copy"
    path.write_bytes(CONTENT)
    copy.write_bytes(b"somebody's")
    with pytest.raises(OutputError, match="OUTPUT-EXISTS"):
        read_file(path, max_bytes=1 << 20, copy=copy)
    assert copy.read_bytes() == b"somebody's"


def test_a_file_of_usual_size_is_held(tmp_path: Path) -> None:
    path, copy = tmp_path / "oud.csv", tmp_path / "oud.copy"
    path.write_bytes(CONTENT)
    raw = read_file(path, max_bytes=1 << 20, copy=copy)
    assert raw.whole() is raw
    assert not copy.exists()
    with raw.below_heading(12, tmp_path / "lines") as below:
        assert below.read_bytes() == CONTENT[12:]
    assert not below.exists()
