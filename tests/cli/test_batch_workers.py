"""The processes that write the runs of a batch: one is killed, all are stopped, or the batch itself is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

import etl.batch_workers
from etl.batch import run_batch
from etl.texts import text
from tests.cli.batch_workers import KILLED_ALWAYS, begun, finish_or_be_killed
from tests.cli.test_batch import SCHOOLS, folder, request_of

__all__ = ["folder"]
PROJECT: Final = Path(__file__).parents[2]
SLOWLY: Final = """
import etl.batch_workers, etl.cli
from tests.cli.batch_workers import finish_slowly
etl.batch_workers.finish_school = finish_slowly
etl.cli.entry_point()
"""
ONE_WORKER: Final = ("--no-suites", "--no-workbook", "--workers", "1")
SAYS: Final = text("cli.interrupted", "en")
posix_only = pytest.mark.skipif(os.name == "nt", reason="signals to a group, and kill -9")


def test_a_killed_worker_costs_only_the_school_with_which_it_is_killed_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etl.batch_workers, "finish_school", finish_or_be_killed)
    outcome = run_batch(request_of(folder, tmp_path / "runs"))
    lines = {one.school: one for one in outcome.overview.schools}
    assert set(lines) == set(SCHOOLS)
    assert [name for name, line in lines.items() if line.outcome == "failed"] == [KILLED_ALWAYS]
    assert "BrokenProcessPool" in lines[KILLED_ALWAYS].messages["en"]
    assert all((tmp_path / "runs" / str(line.folder)).is_dir() for line in lines.values() if line.folder)
    assert sum(line.folder is not None for line in lines.values()) == len(SCHOOLS) - 1
    assert outcome.exit_code == 23


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_batch_that_is_stopped_begins_with_no_other_school_and_says_one_line(
    folder: Path, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "runs"
    with batch_of(folder, out) as process:
        wait_until(lambda: bool(begun(out)))
        if number is signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does: to the workers too
        else:
            process.send_signal(number)
        said, told = process.communicate(timeout=20)
    assert (process.returncode, said) == (130, "")
    assert told.strip() == SAYS
    assert len(begun(out)) == 1
    assert [path for path in out.iterdir() if path.name.startswith(".")] == []


@posix_only
def test_ctrl_c_while_workers_start_prints_no_traceback(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    with batch_of(folder, out) as process:
        wait_until(lambda: bool(children_of(process.pid)))
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert (process.returncode, told.strip()) == (130, SAYS)


@posix_only
def test_no_worker_outlives_a_batch_that_is_killed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    with batch_of(folder, out) as process:
        wait_until(lambda: bool(begun(out)))
        process.kill()
        process.wait()
        ((worker,),) = begun(out).values()
        wait_until(lambda: not is_alive(worker))
    assert run_batch(request_of(folder, out)).exit_code == 10
    assert [path for path in out.iterdir() if path.name.startswith(".")] == []


@contextmanager
def batch_of(folder: Path, out: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a batch of one worker that takes a second for each school, in a group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOWLY, "batch", folder, "--out", out, *ONE_WORKER, "--lang", "en"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def children_of(process: int) -> list[str]:
    """Return the processes that a batch started to write runs; the one that guards its semaphores is none."""
    found = subprocess.run(
        ["ps", "-e", "-ww", "-o", "ppid=", "-o", "args="], capture_output=True, text=True, check=True
    ).stdout
    lines = (line.split(maxsplit=1) for line in found.splitlines())
    return [line[1] for line in lines if line[0] == str(process) and "spawn_main" in line[-1]]
