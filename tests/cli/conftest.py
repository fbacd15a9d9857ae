"""What the tests of the command line share: the program in this process, in English, with or without suites."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import etl.pipeline
from etl.cli import main
from tests.cli.schools import Answer, Say, School, write_school


@pytest.fixture(autouse=True)
def _speaks_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELCHECK_LANG", "en")
    monkeypatch.delenv("KOPPELCHECK_DEBUG", raising=False)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Call the program with arguments and return what it answered."""

    def call(*arguments: str) -> Answer:
        code = main(arguments)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the suites out where a test is not about them: they cost seconds."""
    whole = etl.pipeline.run_job

    def run_job(request: etl.pipeline.RunRequest, *rest: Any) -> etl.pipeline.RunOutcome:
        return whole(replace(request, with_suites=False), *rest)

    monkeypatch.setattr(etl.pipeline, "run_job", run_job)


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Write the files of twelve pupils who are the same on both sides."""
    return write_school(tmp_path)
