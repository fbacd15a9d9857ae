"""The sentences are kept in a form that is read sooner, and taken only where it is of these files."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path

import pytest

from etl.catalogue import KEPT_IN, KEPT_NAME, read_catalogue


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    write(tmp_path, "one", 'A-CODE = { nl = "Dag {name}.", en = "Hello {name}." }')
    write(tmp_path, "two", '"b.code" = { nl = "Twee", en = "Two" }')
    return tmp_path


def write(folder: Path, name: str, content: str) -> None:
    (folder / f"{name}.toml").write_text(content, "utf-8")


def kept(folder: Path) -> Path:
    return folder / KEPT_IN / KEPT_NAME


def test_the_second_time_no_file_is_parsed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_catalogue(folder)
    assert first["A-CODE"]["en"] == "Hello {name}."
    monkeypatch.setattr(tomllib, "loads", None)
    assert read_catalogue(folder) == first
    assert [path.name for path in kept(folder).parent.iterdir()] == [KEPT_NAME]


def test_a_sentence_that_changed_counts_at_once(folder: Path) -> None:
    read_catalogue(folder)
    write(folder, "two", '"b.code" = { nl = "Tweede", en = "Two" }')
    for _ in range(2):
        assert read_catalogue(folder)["b.code"]["nl"] == "Tweede"
    write(folder, "three", '"c.code" = { nl = "Drie", en = "Three" }')
    assert set(read_catalogue(folder)) == {"A-CODE", "b.code", "c.code"}


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b'{"source": 1, "sentences": {}}', b'{"so'])
def test_what_was_kept_badly_is_made_anew(folder: Path, content: bytes) -> None:
    read_catalogue(folder)
    whole = kept(folder).read_bytes()
    kept(folder).write_bytes(content)
    assert read_catalogue(folder)["b.code"]["en"] == "Two"
    assert json.loads(kept(folder).read_bytes()) == json.loads(whole)


def test_a_code_that_stands_twice_is_told(folder: Path) -> None:
    write(folder, "again", '"b.code" = { nl = "Twee", en = "Two" }')
    with pytest.raises(KeyError, match=r"b\.code"):
        read_catalogue(folder)


def test_where_python_keeps_nothing_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    read_catalogue(folder)
    assert not kept(folder).exists()


def test_a_folder_that_cannot_be_written_is_no_matter(folder: Path) -> None:
    (folder / KEPT_IN).write_text("no folder", "utf-8")
    assert read_catalogue(folder)["b.code"]["en"] == "Two"
    assert os.listdir(folder).count(KEPT_IN) == 1
