"""Is only a plain file taken in, and is nothing waited for?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from etl.config import load_config
from etl.errors import ConfigError
from etl.plain_file import IsAFolder, NotAFile, TooLarge, read_plain_file


def test_a_plain_file_is_read_whole_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_bytes(b"12345")
    assert read_plain_file(path, max_bytes=5) == b"12345"
    with pytest.raises(TooLarge):
        read_plain_file(path, max_bytes=4)


def test_a_pipe_a_device_and_a_folder_are_no_plain_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, kind in ((tmp_path / "pipe", NotAFile), (Path("/dev/zero"), NotAFile), (tmp_path, IsAFolder)):
        with pytest.raises(kind):
            read_plain_file(path, max_bytes=10)


def test_the_settings_are_a_plain_file_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (1 << 20) + b"\n")
    for name, code in (("pipe.toml", "CONFIG-UNREADABLE"), ("large.toml", "CONFIG-TOO-LARGE")):
        with pytest.raises(ConfigError) as refused:
            load_config(tmp_path / name)
        assert refused.value.code == code
    with pytest.raises(ConfigError, match="CONFIG-UNREADABLE"):
        load_config(Path("a\0b.toml"))
