"""Is a run private and whole, or not there at all, whatever goes wrong while it is made?

The school has twelve invented pupils who are the same on both sides; each test says what it breaks.
"""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import etl.run_files
import etl.stages
from etl.errors import EXIT_BUG, EXIT_DONE, EXIT_ENGINE, EXIT_INTERRUPTED, EXIT_OUTPUT
from etl.pipeline import RunRequest, run_job
from tests.cli.on_a_terminal import on_a_terminal, posix_only
from tests.cli.schools import Say, School, environment, program
from tests.cli.test_run import NOW, WRITTEN, files_in


@posix_only
def test_a_run_is_private_whatever_the_machine_allows(say: Say, school: School, quick: None) -> None:
    before = os.umask(0)
    try:
        assert say(*school.arguments()).code == EXIT_DONE
    finally:
        os.umask(before)
    (run,) = school.runs()
    for path in (run, *run.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path.name


def test_two_runs_in_one_second_both_stay(school: School) -> None:
    request = RunRequest(school.magister, school.legacy, school.out, NOW, with_suites=False)
    first = run_job(request).run_folder
    content = {path: (first / path).read_bytes() for path in files_in(first)}
    second = run_job(request).run_folder
    assert second.name == f"{first.name}-2"
    assert {path: (first / path).read_bytes() for path in files_in(first)} == content
    assert files_in(second) == WRITTEN
    assert school.runs() == [first, second]


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), EXIT_OUTPUT),
        (PermissionError(errno.EACCES, "Permission denied"), EXIT_OUTPUT),
        (KeyboardInterrupt(), EXIT_INTERRUPTED),
        (ValueError("Dennenboom"), EXIT_BUG),
    ],
    ids=["disk full", "no permission", "interrupted", "fault"],
)
def test_what_fails_halfway_leaves_nothing(
    say: Say,
    school: School,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
    breakage: BaseException,
    expected: int,
) -> None:
    def fail(*_: object) -> None:
        raise breakage

    monkeypatch.setattr(etl.run_files, "write_questions", fail)
    answer = say(*school.arguments())
    assert answer.code == expected
    assert school.runs() == []
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert "Dennenboom" not in answer.err


def test_a_stage_that_fails_is_named_and_leaves_nothing(
    say: Say, school: School, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tuple(
        replace(stage, select="select cast(achternaam as integer) as number from raw_legacy")
        if stage.table == "matched_pupils"
        else stage
        for stage in etl.stages.list_stages()
    )
    monkeypatch.setattr(etl.stages, "list_stages", lambda: broken)
    answer = say(*school.arguments())
    assert answer.code == EXIT_ENGINE
    assert "ENGINE-STAGE [en]" in answer.err
    assert "matched_pupils" in answer.err
    assert "Dennenboom" not in answer.err
    assert school.runs() == []


def test_a_file_where_the_folder_should_be_is_left_alone(say: Say, school: School, quick: None) -> None:
    school.out.write_text("mine", encoding="utf-8")
    answer = say(*school.arguments())
    assert answer.code == EXIT_OUTPUT
    assert "OUTPUT-WRITE [en]" in answer.err
    assert "OUTPUT-WRITE [nl]" in answer.err
    assert school.out.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="this user may write in every folder"
)
def test_a_folder_that_may_not_be_written_is_told(say: Say, school: School, quick: None) -> None:
    school.out.mkdir(mode=0o500)
    answer = say(*school.arguments())
    assert answer.code == EXIT_OUTPUT
    assert school.runs() == []


@posix_only
def test_a_screen_that_is_full_or_gone_breaks_nothing(school: School) -> None:
    command = [*program(), "check", str(school.magister), str(school.legacy)]
    # Closed from the start, gone while we write, and full.
    closed = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *command], capture_output=True, check=False, env=environment()
    )
    assert (closed.returncode, closed.stderr) == (EXIT_DONE, b"")
    read_end, write_end = os.pipe()
    os.close(read_end)
    gone = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False, env=environment())
    os.close(write_end)
    assert (gone.returncode, gone.stderr) == (EXIT_DONE, b"")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full_disk:
            full = subprocess.run(
                command, stdout=full_disk, stderr=subprocess.PIPE, check=False, env=environment()
            )
        assert full.returncode == EXIT_OUTPUT
        assert b"OUTPUT-WRITE [en] stdout" in full.stderr
        assert b"Traceback" not in full.stderr


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "told to stop"])
def test_an_interrupted_run_leaves_nothing(school: School, number: signal.Signals) -> None:
    with on_a_terminal([*program(), *school.arguments()], environment()) as watched:
        watched.wait_for(b"Finding and comparing")
        watched.process.send_signal(number)
        told = watched.finish()[1].decode("utf-8")
    assert watched.process.returncode == EXIT_INTERRUPTED
    assert "Interrupted." in told
    assert "Traceback" not in told
    assert school.runs() == []
