"""Does `koppelcheck check` say the same of a clean file, which the engine reads itself, as of a file read with care?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import etl.check
from etl.check import Check, FileCheck
from etl.config import RunConfig
from tests.bench.pair import write_pair
from tests.cli.schools import (
    LEGACY_HEADINGS,
    MAGISTER_HEADINGS,
    PROJECT,
    Say,
    School,
    some_pupils,
    write_table,
)

SAMPLE = PROJECT / "data" / "sample"


def tell_both(say: Say, monkeypatch: pytest.MonkeyPatch, *files: Path) -> tuple[list[bool], Sequence[str]]:
    """Say of which files the engine held the records, and what was told on either road."""
    held: list[bool] = []
    told = []
    find = etl.check.check_files

    def check_files(paths: Sequence[Path], config: RunConfig) -> Check:
        found = find(paths, config)
        held.extend(bool(one.delivery.cells) for one in found.files if isinstance(one, FileCheck))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(etl.check, "check_files", check_files)
        told.append(say("check", "--json", *map(str, files)).out)
    with monkeypatch.context() as patch:
        patch.setattr(etl.check, "_know_clean", lambda *_: None)
        told.append(say("check", "--json", *map(str, files)).out)
    return held, told


@pytest.mark.parametrize(
    "names", [("magister", "legacy"), ("legacy", "magister"), ("magister",), ("legacy",)]
)
def test_a_clean_file_is_told_alike_on_either_road(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: Sequence[str]
) -> None:
    write_pair(tmp_path, rows=400)
    held, told = tell_both(say, monkeypatch, *(tmp_path / f"{name}.csv" for name in names))
    assert held == [True] * len(names)
    assert told[0] == told[1]


def test_clean_files_of_two_schools_raise_the_same_alarm(
    say: Say, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(school.legacy, LEGACY_HEADINGS, [pupil.legacy_row() for pupil in some_pupils(first=70_101)])
    held, told = tell_both(say, monkeypatch, school.magister, school.legacy)
    assert held == [True, True]
    assert told[0] == told[1]
    assert '"alarm": null' not in told[0]


def test_what_is_no_clean_pair_is_read_with_care(
    say: Say, school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_table(
        tmp_path / "ander.csv", MAGISTER_HEADINGS, [pupil.magister_row() for pupil in some_pupils()]
    )
    for files in (
        (school.magister, other),
        (school.magister, school.legacy, other),
        (SAMPLE / "magister.csv", SAMPLE / "legacy.csv"),
        (school.magister, tmp_path / "weg.csv"),
    ):
        held, told = tell_both(say, monkeypatch, *files)
        assert not any(held)
        assert told[0] == told[1]
