"""What breaks while a run is made: a kill, a full disk, a folder that may not be written, a screen that is gone.

The numbers in the names are those of the list of thirty-four attacks in DECISIONS.md. Whatever breaks, a run is whole
or it is not there, and the runs that were there stay as they were.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from etl.errors import (
    EXIT_BUG,
    EXIT_CODES,
    EXIT_DONE,
    EXIT_ENGINE,
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    EXIT_OUTPUT,
    EXIT_USAGE,
)
from tests.attacks.programs import (
    AT_STEP,
    at_most_file,
    begin,
    files_of_run,
    obey_modes,
    quick,
    quick_program,
    whole_runs,
)
from tests.cli.on_a_terminal import on_a_terminal
from tests.cli.schools import Answer, School, environment, write_school

MOMENTS: Final = 12
KILLED: Final = -signal.SIGKILL


@pytest.fixture
def school(tmp_path: Path) -> School:
    return write_school(tmp_path)


@dataclass(frozen=True)
class Earlier:
    """A run that went well: its folder, how long it took, and how much it needs on a disk."""

    run: Path
    took: float
    need: int

    def put_into(self, school: School) -> dict[Path, dict[str, str]]:
        """Put the run where the runs of a school are; return what it holds."""
        copy = school.out / self.run.name
        shutil.copytree(self.run, copy)
        return {copy: files_of_run(copy)}


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Earlier:
    school = write_school(tmp_path_factory.mktemp("earlier"))
    start = time.perf_counter()
    assert quick(*school.arguments()).code == EXIT_DONE
    took = time.perf_counter() - start
    (run,) = whole_runs(school)
    return Earlier(run, took, sum(path.stat().st_size for path in run.rglob("*") if path.is_file()))


def whole_or_absent(school: School, before: dict[Path, dict[str, str]]) -> list[Path]:
    """Return the new runs; each is whole, and the earlier ones are as they were to the byte."""
    for run, files in before.items():
        assert files_of_run(run) == files
    found = []
    for path in school.runs():
        if path in before:
            continue
        if path.name.startswith("."):
            # What a kill leaves is hidden and is no run; a later one takes it away.
            assert path.name.endswith(".part")
            continue
        names = set(files_of_run(path))
        assert {"manifest.json", "import/numo_import.csv", "report/report.html", "run.duckdb"} <= names
        found.append(path)
    return found


def next_run_is_whole(school: School, before: dict[Path, dict[str, str]]) -> None:
    """Run once more: it is whole, nothing is left of what went wrong, and earlier runs are untouched."""
    there = len(school.runs()) - sum(path.name.startswith(".") for path in school.runs())
    answer = quick(*school.arguments())
    assert answer.code == EXIT_DONE, answer.err
    runs = whole_runs(school)
    assert len(runs) == there + 1
    for run, files in before.items():
        assert files_of_run(run) == files


def write_workbook(delivered: Path, path: Path) -> None:
    """Write a delivered file as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in delivered.read_text("utf-8").splitlines():
        sheet.append(line.split(";"))
    book.save(path)


def kill_after(school: School, seconds: float) -> int:
    with begin(school.arguments()) as process:
        time.sleep(seconds)
        process.kill()
        process.communicate()
        return process.returncode


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_19_a_run_that_is_killed_at_any_moment_leaves_no_half_run(
    school: School, earlier: Earlier, moment: int
) -> None:
    before = earlier.put_into(school)
    code = kill_after(school, earlier.took * (moment + 0.5) / MOMENTS)
    assert code in {KILLED, EXIT_DONE}
    whole_or_absent(school, before)
    next_run_is_whole(school, before)


def at_step(school: School, step: str, number: int) -> Answer:
    """Run until a step on the disk, at which the process gets a signal."""
    return quick(*school.arguments(), command=quick_program(AT_STEP), STEP=step, SIGNAL=str(int(number)))


# In the order in which a run takes them; the last ones lie between a whole run aside and one in its place.
STEPS: Final = (
    "open .koppelcheck",
    "fcntl.flock ",
    "os.mkdir import",
    "open magister.lines",
    "os.remove magister.lines",
    "open numo_import.csv",
    "open crosswalk.csv",
    "open report.html",
    "open report.xlsx",
    "open questions.csv",
    "open manifest.json",
    "os.remove .koppelcheck",
    "os.chmod import",
    "os.chmod run.duckdb",
    "os.rename .part",
)


@pytest.mark.parametrize("step", STEPS)
def test_19_a_run_that_is_killed_at_a_step_is_cleaned_up_by_the_next(school: School, step: str) -> None:
    answer = at_step(school, step, signal.SIGKILL)
    assert answer.code == KILLED, "the step was not taken"
    whole_or_absent(school, {})
    next_run_is_whole(school, {})


SAID: Final = {
    "reading": b"Reading the files",
    "matching": b"Finding and comparing",
    "writing": b"Writing the import file",
}


def signal_when_said(school: School, said: bytes, number: signal.Signals, later: float = 0) -> Answer:
    """Run, and send a signal when the program says that it begins with something."""
    with on_a_terminal([*quick_program(), *school.arguments()], environment()) as watched:
        watched.wait_for(said)
        time.sleep(later)
        watched.process.send_signal(number)
        out, err = watched.finish()
    return Answer(watched.process.returncode, out.decode("utf-8"), err.decode("utf-8"))


@pytest.mark.parametrize("later", [0.04], ids=["a little later"])
@pytest.mark.parametrize("said", SAID)
def test_19_a_kill_in_every_part_of_the_run_leaves_no_half_run(
    school: School, said: str, later: float
) -> None:
    answer = signal_when_said(school, SAID[said], signal.SIGKILL, later)
    assert answer.code in {KILLED, EXIT_DONE}
    whole_or_absent(school, {})
    next_run_is_whole(school, {})


@pytest.mark.parametrize("later", [0, 0.08], ids=["at once", "a little later"])
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "told to stop"])
def test_20_an_interruption_in_every_part_of_the_run_leaves_nothing(
    school: School, said: str, number: signal.Signals, later: float
) -> None:
    answer = signal_when_said(school, SAID[said], number, later)
    assert "Traceback" not in answer.err
    assert "Exception" not in answer.err
    assert answer.code in {EXIT_INTERRUPTED, EXIT_DONE}
    runs = whole_runs(school)
    # Somebody who stops a run just as it is ready may find it, but never told that it was made.
    assert len(runs) == 1 if answer.code == EXIT_DONE else "Written" not in answer.out


@pytest.mark.parametrize(
    ("step", "number"),
    [(step, signal.SIGINT) for step in STEPS] + [(step, signal.SIGTERM) for step in STEPS[1::5]],
)
def test_20_an_interruption_at_a_step_leaves_nothing(
    school: School, step: str, number: signal.Signals
) -> None:
    answer = at_step(school, step, number)
    assert "Traceback" not in answer.err
    assert answer.code == EXIT_INTERRUPTED
    # From the move on the run is whole: the interruption only cut off what would have been said of it.
    assert len(whole_runs(school)) == (step in ("os.rename .part", "os.remove .koppelcheck"))
    assert not any((run / ".koppelcheck").exists() for run in school.runs())


@pytest.mark.parametrize("part", ["etl.terminal", "duckdb", "openpyxl"])
def test_20_an_interruption_while_the_program_loads_its_parts_is_no_fault(school: School, part: str) -> None:
    named = School(school.magister, school.legacy.with_suffix(".xlsx"), school.out)
    write_workbook(school.legacy, named.legacy)
    answer = at_step(named, f"import {part}", signal.SIGINT)
    assert answer.code == EXIT_INTERRUPTED, answer.err
    assert "Traceback" not in answer.err
    assert school.runs() == []


def test_20_impatience_is_no_fault(school: School) -> None:
    # Ctrl-C again and again, also while the program tidies up.
    with on_a_terminal([*quick_program(), *school.arguments()], environment()) as watched:
        watched.wait_for(SAID["matching"])
        for _ in range(40):
            watched.process.send_signal(signal.SIGINT)
            time.sleep(0.003)
        out, err = watched.finish()
    told = err.decode("utf-8")
    assert "Traceback" not in told
    assert watched.process.returncode in {EXIT_INTERRUPTED, -signal.SIGINT}
    assert out == b""
    whole_or_absent(school, {})
    next_run_is_whole(school, {})


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """Mount a disk of so many bytes; where that is not allowed, tell so."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def refused_for_want_of_room(answer: Answer, school: School) -> None:
    """A result could not be written, or a stage failed for it; never a word of a run that is ready."""
    assert answer.code in {EXIT_OUTPUT, EXIT_ENGINE}, answer.err
    assert "Traceback" not in answer.err
    assert "Written" not in answer.out
    assert "READY" not in answer.out
    assert school.runs() == []


# As a share of what a run needs at least; below it not even the first files fit.
SHARES: Final = (0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9)


@pytest.mark.parametrize("share", [0, *SHARES], ids=lambda share: f"{share:.0%}" if share else "64 KB")
def test_21_a_disk_that_is_full_gives_no_half_run(
    tmp_path: Path, school: School, earlier: Earlier, share: float
) -> None:
    need = earlier.need
    size = int(need * share) or 65_536
    with small_disk(tmp_path / "disk", size) as mounted:
        named = School(school.magister, school.legacy, tmp_path / "disk" / "runs")
        # Without the power to mount, no file may be larger than the disk would be.
        most = None if mounted else at_most_file(min(size, need // 3))
        answer = quick(*named.arguments(), limit=most, TMPDIR=str(tmp_path / "disk"))
        refused_for_want_of_room(answer, named)


def test_21_on_a_disk_that_is_full_the_earlier_runs_stay(
    tmp_path: Path, school: School, earlier: Earlier
) -> None:
    need = earlier.need
    with small_disk(tmp_path / "disk", int(need * 2.4)) as mounted:
        named = School(school.magister, school.legacy, tmp_path / "disk" / "runs")
        before = earlier.put_into(named)
        most = None
        if mounted:
            (tmp_path / "disk" / "filler").write_bytes(b"x" * int(need * 0.9))
        else:
            most = at_most_file(need // 2)
        answer = quick(*named.arguments(), limit=most)
        assert answer.code in {EXIT_OUTPUT, EXIT_ENGINE}, answer.err
        assert named.runs() == list(before)
        assert whole_or_absent(named, before) == []


@pytest.mark.parametrize("option", ["--canonical", "--write-settings"])
def test_21_no_half_file_is_left_on_a_full_disk(tmp_path: Path, school: School, option: str) -> None:
    school.legacy.write_bytes(
        school.legacy.read_bytes() + school.legacy.read_bytes().partition(b"\n")[2] * 99
    )
    with small_disk(tmp_path / "disk", 4096 * 4) as mounted:
        if mounted:
            (tmp_path / "disk" / "filler").write_bytes(b"x" * 4096 * 4)
        path = tmp_path / "disk" / "out"
        answer = quick(
            "check", str(school.legacy), option, str(path), limit=None if mounted else at_most_file(100)
        )
        assert answer.code == EXIT_OUTPUT
        assert not path.exists()


FILE_SIZES: Final = (0, 100, 5_000, 20_000, 200_000, 500_000)


@pytest.mark.parametrize("size", FILE_SIZES)
def test_22_a_limit_on_the_size_of_a_file_gives_no_half_run(
    school: School, earlier: Earlier, size: int
) -> None:
    before = earlier.put_into(school)
    assert size < max(path.stat().st_size for path in earlier.run.rglob("*"))
    answer = quick(*school.arguments(), limit=at_most_file(size))
    assert answer.code in {EXIT_OUTPUT, EXIT_ENGINE}, answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert school.runs() == list(before)
    assert whole_or_absent(school, before) == []


@pytest.mark.parametrize("option", ["--canonical", "--write-settings"])
def test_22_no_half_file_is_left_under_a_limit(tmp_path: Path, school: School, option: str) -> None:
    path = tmp_path / "out"
    answer = quick("check", str(school.legacy), option, str(path), limit=at_most_file(100))
    assert answer.code == EXIT_OUTPUT
    assert "Traceback" not in answer.err
    assert not path.exists()


def test_23_a_folder_that_may_not_be_written_is_told(school: School) -> None:
    school.out.mkdir(mode=0o555)
    answer = quick(*school.arguments(), limit=obey_modes)
    assert answer.code == EXIT_OUTPUT
    assert "Traceback" not in answer.err
    assert school.runs() == []
    above = School(school.magister, school.legacy, school.out / "deep" / "runs")
    assert quick(*above.arguments(), limit=obey_modes).code == EXIT_OUTPUT
    assert school.runs() == []


@pytest.mark.parametrize("which", ["magister", "legacy", "control", "settings"])
def test_23_a_file_that_may_not_be_read_is_told(tmp_path: Path, school: School, which: str) -> None:
    path = tmp_path / "closed"
    path.write_bytes(school.legacy.read_bytes())
    path.chmod(0)
    files = {"magister": school.magister, "legacy": school.legacy} | {which: path}
    arguments = [word for name, one in files.items() for word in (f"--{name}", str(one))]
    answer = quick("run", *arguments, "--out", str(school.out), limit=obey_modes)
    assert answer.code in {EXIT_USAGE, EXIT_INPUT}
    assert "closed" in answer.err
    assert "Traceback" not in answer.err
    assert school.runs() == []
    answer = quick("check", str(path), limit=obey_modes)
    assert answer.code in {EXIT_USAGE, EXIT_INPUT}


def a_file(path: Path) -> Path:
    path.write_text("mine", encoding="utf-8")
    return path


PLACES: Final[dict[str, Callable[[Path], Path]]] = {
    "a file": lambda folder: a_file(folder / "taken"),
    "below a file": lambda folder: a_file(folder / "taken") / "runs",
    "the null device": lambda folder: Path(os.devnull),
    "below the null device": lambda folder: Path(os.devnull) / "runs",
    "a name that is too long": lambda folder: folder / ("x" * 300),
    "a path that is too long": lambda folder: Path(str(folder) + "/x" * 3000),
    "nothing": lambda folder: Path("/proc/nothing"),
}


@pytest.mark.parametrize("place", PLACES)
def test_23_a_place_where_no_run_can_stand_is_told(tmp_path: Path, school: School, place: str) -> None:
    named = School(school.magister, school.legacy, PLACES[place](tmp_path))
    answer = quick(*named.arguments())
    assert answer.code == EXIT_OUTPUT, answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    answer = quick("check", str(school.legacy), "--canonical", str(named.out))
    assert answer.code == EXIT_OUTPUT, answer.err
    assert "Traceback" not in answer.err
    if place.endswith("a file"):
        assert (tmp_path / "taken").read_text("utf-8") == "mine"


def test_24_eight_runs_into_one_folder_are_eight_whole_runs(tmp_path: Path, school: School) -> None:
    # What a killed run left is found by all of them at once.
    assert at_step(school, "open questions.csv", signal.SIGKILL).code == KILLED
    started = [begin(school.arguments()) for _ in range(8)]
    told = []
    for process in started:
        with process:
            _, err = process.communicate(timeout=120)
            told.append((process.returncode, err.decode("utf-8")))
    assert [code for code, _ in told] == [EXIT_DONE] * 8, told
    runs = whole_runs(school)
    assert len(runs) == 8
    wanted = set(files_of_run(runs[0]))
    for run in runs:
        assert set(files_of_run(run)) == wanted
    assert len({files_of_run(run)["import/numo_import.csv"] for run in runs}) == 1


@pytest.mark.parametrize(
    "step", ["os.mkdir import", "open numo_import.csv", "os.remove .koppelcheck", "os.chmod import"]
)
def test_24_a_run_is_not_cleaned_up_by_another_while_it_is_made(school: School, step: str) -> None:
    command = quick_program(AT_STEP)
    changes = {"STEP": step, "SIGNAL": str(int(signal.SIGSTOP))}
    with begin(school.arguments(), changes, command) as slow:
        try:
            # It waits at the step until the other run is done.
            for _ in range(600):
                _, status = os.waitpid(slow.pid, os.WNOHANG | os.WUNTRACED)
                if os.WIFSTOPPED(status):
                    break
                time.sleep(0.05)
            else:
                pytest.fail("the step was not taken")
            assert quick(*school.arguments()).code == EXIT_DONE
        finally:
            slow.send_signal(signal.SIGCONT)
        _, err = slow.communicate(timeout=60)
    assert slow.returncode == EXIT_DONE, err
    assert len(whole_runs(school)) == 2


def spoil(school: School) -> None:
    school.legacy.write_bytes(b"naam;leeftijd\r\nx;1\r\n")


def take_away(school: School) -> None:
    school.magister.unlink()


def swap(school: School) -> None:
    content = school.magister.read_bytes()
    school.magister.write_bytes(school.legacy.read_bytes())
    school.legacy.write_bytes(content)


@pytest.mark.parametrize("harm", [spoil, take_away, swap])
def test_25_a_refused_run_leaves_no_earlier_result_that_looks_new(
    school: School, harm: Callable[[School], None]
) -> None:
    assert quick(*school.arguments()).code == EXIT_DONE
    (run,) = whole_runs(school)
    before = {path: path.stat().st_mtime_ns for path in (run, *run.rglob("*"))}
    files = files_of_run(run)
    harm(school)
    answer = quick(*school.arguments("--json"))
    assert answer.code == EXIT_INPUT
    assert answer.json()["run_folder"] is None
    assert run.name not in answer.out + answer.err
    assert school.runs() == [run]
    assert files_of_run(run) == files
    assert {path: path.stat().st_mtime_ns for path in (run, *run.rglob("*"))} == before


def test_25_a_refused_file_leaves_no_earlier_file_that_looks_new(tmp_path: Path, school: School) -> None:
    path = tmp_path / "out.csv"
    assert quick("check", str(school.legacy), "--canonical", str(path)).code == EXIT_DONE
    content, changed = path.read_bytes(), path.stat().st_mtime_ns
    school.legacy.write_bytes(b"%PDF-1.7\n")
    assert quick("check", str(school.legacy), "--canonical", str(path)).code == EXIT_INPUT
    school.legacy.write_bytes(b"naam;klas\r\nx;1\r\n")
    # Another content under an old name would be told as written, so it is refused.
    assert quick("check", str(school.legacy), "--canonical", str(path)).code == EXIT_OUTPUT
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, changed)


def closed(stream: int) -> Callable[[], None]:
    def limit() -> None:
        os.close(stream)

    return limit


def full(stream: int) -> Callable[[], None]:
    def limit() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), stream)

    return limit


def gone(stream: int) -> Callable[[], None]:
    def limit() -> None:
        read_end, write_end = os.pipe()
        os.close(read_end)
        os.dup2(write_end, stream)

    return limit


STREAMS: Final = {"closed": closed, "full": full, "gone": gone}


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("state", STREAMS)
@pytest.mark.parametrize("stream", [1, 2], ids=["stdout", "stderr"])
def test_27_a_screen_that_is_full_closed_or_gone_breaks_no_run(
    school: School, stream: int, state: str, more: list[str]
) -> None:
    answer = quick(*school.arguments(*more), limit=STREAMS[state](stream))
    assert "Traceback" not in answer.err
    assert "Exception" not in answer.err
    # Only an answer that cannot be given is told; the words on the way are no part of the result.
    assert answer.code in ({EXIT_DONE, EXIT_OUTPUT} if stream == 1 else {EXIT_DONE})
    assert len(whole_runs(school)) == 1


@pytest.mark.parametrize("state", STREAMS)
@pytest.mark.parametrize("stream", [1, 2], ids=["stdout", "stderr"])
def test_27_a_refusal_keeps_its_exit_code_on_such_a_screen(school: School, stream: int, state: str) -> None:
    spoil(school)
    for arguments in (school.arguments(), school.arguments("--json"), ["check", str(school.legacy)]):
        answer = quick(*arguments, limit=STREAMS[state](stream))
        assert "Traceback" not in answer.err
        assert answer.code in {EXIT_INPUT, EXIT_OUTPUT}, arguments[0]
    assert school.runs() == []


@pytest.mark.parametrize("command", ["--help", "--version", "run", "bogus"])
@pytest.mark.parametrize("state", STREAMS)
def test_27_the_help_on_such_a_screen_is_no_fault(state: str, command: str) -> None:
    for stream in (1, 2):
        answer = quick(command, limit=STREAMS[state](stream))
        assert "Traceback" not in answer.err
        assert answer.code in set(EXIT_CODES) - {EXIT_BUG}, answer.err


def test_27_a_reader_that_stops_early_gets_its_part(school: School) -> None:
    command = [*quick_program(), *school.arguments()]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(timeout=60) == EXIT_DONE
    assert b"Traceback" not in told
    assert b"BrokenPipe" not in told
    assert len(whole_runs(school)) == 1
