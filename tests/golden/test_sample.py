"""The sample's outputs are the same to the byte, in both languages, today and tomorrow.

Everybody in `data/sample/` is invented. `make golden` renews what is expected; the diff is read with the change.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.history import DATABASE_NAME, MANIFEST_NAME, open_run
from etl.texts import LANGUAGES
from tests.golden.sample_run import (
    EXPECTED,
    WITH_SENTENCES,
    WITHOUT_SENTENCES,
    expected_path,
    run_sample,
)

OUTPUTS = (*WITH_SENTENCES, *WITHOUT_SENTENCES)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run the sample once per language."""
    out = tmp_path_factory.mktemp("runs")
    return {
        language: run_sample(out / language, language=language, with_workbook=True).run_folder
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OUTPUTS)
def test_the_school_gets_what_was_last_read_and_approved(
    runs: dict[str, Path], name: str, language: str
) -> None:
    expected = expected_path(name, language)
    assert expected.is_file(), f"{name} is not there: make golden writes it"
    # The first line that differs says more than two long files.
    found_lines = (runs[language] / name).read_bytes().splitlines(keepends=True)
    expected_lines = expected.read_bytes().splitlines(keepends=True)
    for number, (found, wanted) in enumerate(zip(found_lines, expected_lines, strict=False), start=1):
        assert found == wanted, f"{name}, line {number}"
    assert len(found_lines) == len(expected_lines)


def test_nothing_is_expected_that_no_run_writes() -> None:
    kept = {path for path in EXPECTED.rglob("*") if path.is_file() and path.name != ".gitattributes"}
    assert kept == {expected_path(name, language) for name in OUTPUTS for language in LANGUAGES}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Run the sample twice, workbook included."""
    out = tmp_path_factory.mktemp("twice")
    return (
        run_sample(out / "first", with_workbook=True).run_folder,
        run_sample(out / "second", with_workbook=True).run_folder,
    )


def test_the_same_pupils_give_the_same_bytes_again(twice: tuple[Path, Path]) -> None:
    first, second = twice
    names = {path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file()}
    assert {*OUTPUTS, "report/report.xlsx"} <= names
    # Rows of the database come in any order (next test), and the manifest holds its checksum.
    for name in sorted(names - {DATABASE_NAME, MANIFEST_NAME}):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_same_pupils_give_the_same_tables_again(twice: tuple[Path, Path]) -> None:
    first, second = (open_run(folder) for folder in twice)
    assert first.tables() == second.tables()
    assert "decided_pupils" in first.tables()
    for table in first.tables():
        found = [sorted(map(repr, run.table(table).rows())) for run in (first, second)]
        assert found[0] == found[1], table


def test_the_same_pupils_give_the_same_manifest_again_but_for_the_database(twice: tuple[Path, Path]) -> None:
    first, second = (dict(open_run(folder).manifest) for folder in twice)
    for manifest in (first, second):
        manifest["outputs"] = {**manifest["outputs"], DATABASE_NAME: ""}
    assert first == second
