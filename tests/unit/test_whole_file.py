"""Is a file that the user names there whole or not at all, and is nothing of the user's ever written over?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.errors import OutputError
from etl.whole_file import open_whole_file


def write(path: Path, *, meanwhile: Callable[[], object] = lambda: None) -> None:
    with open_whole_file(path) as file:
        file.write(b"ours")
        meanwhile()


def no_second_names(source: Path, target: Path) -> None:
    raise PermissionError("this disk has no second names")


@pytest.mark.parametrize("has_second_names", [True, False])
def test_the_file_appears_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_second_names: bool
) -> None:
    if not has_second_names:
        monkeypatch.setattr(os, "link", no_second_names)
    path = tmp_path / "lijst.csv"
    with open_whole_file(path) as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["lijst.csv"]


@pytest.mark.parametrize("has_second_names", [True, False])
def test_what_appears_in_its_place_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_second_names: bool
) -> None:
    if not has_second_names:
        monkeypatch.setattr(os, "link", no_second_names)
    path = tmp_path / "lijst.csv"
    with pytest.raises(OutputError, match="OUTPUT-EXISTS"):
        write(path, meanwhile=lambda: path.write_bytes(b"theirs"))
    assert path.read_bytes() == b"theirs"
    assert [one.name for one in tmp_path.iterdir()] == ["lijst.csv"]


def test_a_file_a_folder_and_a_link_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"theirs")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "folder", "link"):
        with pytest.raises(OutputError, match="OUTPUT-EXISTS"):
            write(tmp_path / name)
    assert not (tmp_path / "nowhere").exists()
    assert (tmp_path / "file").read_bytes() == b"theirs"


def test_a_fault_while_writing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "lijst.csv", meanwhile=lambda: 1 // 0)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error_with_the_name_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="OUTPUT-WRITE") as refused:
        write(tmp_path / "nowhere" / "lijst.csv")
    assert refused.value.fields["file"] == "lijst.csv"
