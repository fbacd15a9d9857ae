"""Measures whole processes, in turns: time on the clock, processor time and the most memory.

In turns, because noise then hits all alike. It imports nothing large: what a process takes at most is never counted as
less than what its parent held.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1_000_000
LOOK_EVERY: Final = 0.2  # seconds, at the memory of a running process
SHOWN_OF_ERROR: Final = 160  # characters


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process, and one program in all its rounds, may take."""

    seconds: float
    memory_mb: float
    seconds_in_all: float


@dataclass(frozen=True, slots=True)
class Program:
    """One contender: its name, and the command that writes into a folder.

    `problem` says why it is not run at all; `leaves` keeps what its last round wrote.
    """

    name: str
    command: Callable[[Path], Sequence[str]] = lambda folder: ()
    good_codes: tuple[int, ...] = (0,)
    problem: str = ""
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One process: seconds on the clock, seconds of the processors, megabytes at most."""

    seconds: float
    processor: float
    memory_mb: float


@dataclass(slots=True)
class Series:
    """All rounds of one program; `rounds` maps the number of a round to what it took."""

    name: str
    rounds: dict[int, Measure] = field(default_factory=dict)
    problem: str = ""


def measure_in_turns(
    programs: Sequence[Program],
    scratch: Path,
    *,
    rounds: int,
    limits: Limits,
    tell: Callable[[str], None] = lambda what: None,
) -> list[Series]:
    """Run each program once a round, in turns; one that took long enough in all gets no further round.

    Shape:   a series per program in the given order; the first program is the base, and has every round.
    """
    series = [Series(one.name, problem=one.problem) for one in programs]
    for number in range(rounds):
        for place, (program, found) in enumerate(zip(programs, series, strict=True)):
            spent = sum(one.seconds for one in found.rounds.values())
            if found.problem or (place and spent > limits.seconds_in_all):
                continue
            tell(f"round {number + 1}: {program.name}")
            result = measure_once(program, scratch, limits)
            if isinstance(result, str):
                found.problem = result
                found.rounds.clear()
            else:
                found.rounds[number] = result
    return series


def measure_once(program: Program, scratch: Path, limits: Limits) -> Measure | str:
    """Return what one process took, or why it gave nothing to measure."""
    folder = scratch / program.name.replace(" ", "_").replace("/", "_") if program.leaves else None
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return _measure_in(program, folder, limits)
    with tempfile.TemporaryDirectory(dir=scratch) as fresh:
        return _measure_in(program, Path(fresh), limits)


def _measure_in(program: Program, folder: Path, limits: Limits) -> Measure | str:
    with tempfile.TemporaryFile(dir=folder.parent) as errors:
        start = time.perf_counter()
        # A session of its own, so that what it started itself can be ended with it.
        try:
            process = subprocess.Popen(
                program.command(folder), stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
            )
        except OSError as error:
            return f"cannot be started: {error.strerror}"
        stopped: list[str] = []
        ended = threading.Event()
        guard = threading.Thread(target=_guard, args=(process.pid, limits, ended, stopped))
        guard.start()
        # Not waited for by subprocess: only wait4 tells what this process took.
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        ended.set()
        guard.join()
        errors.seek(0)
        said = errors.read().decode("utf-8", errors="replace").strip().splitlines()
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if stopped:
        return stopped[0]
    if code not in program.good_codes:
        last = said[-1].replace(str(folder.parent), "…")[:SHOWN_OF_ERROR] if said else "nothing said"
        return f"ended with {code}: {last}"
    return Measure(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MEGABYTE)


def _guard(pid: int, limits: Limits, ended: threading.Event, stopped: list[str]) -> None:
    """End a process that takes too long or too much; a full memory would stop everything else on the machine."""
    deadline = time.monotonic() + limits.seconds
    while not ended.wait(LOOK_EVERY):
        if time.monotonic() > deadline:
            stopped.append(f"stopped after {limits.seconds:.0f} s")
        elif _resident_mb(pid) > limits.memory_mb:
            stopped.append(f"stopped at {limits.memory_mb / 1000:.1f} GB of memory")
        if stopped:
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            return


def _resident_mb(pid: int) -> float:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):  # it has just ended, or this machine keeps no such file
        return 0.0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
