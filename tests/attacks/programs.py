"""The program as a process of its own, without the suites where a test is not about them: those cost seconds.

It holds no test; what a process may do to the machine is limited here, never what it is checked for.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.cli.schools import PROJECT, Answer, School, environment

# The console script's own entry, with one thing changed: no suites.
QUICK: Final = """
import dataclasses, sys
import etl.pipeline
whole = etl.pipeline.run_job
etl.pipeline.run_job = lambda request, *rest: whole(dataclasses.replace(request, with_suites=False), *rest)
from etl.cli import entry_point
entry_point()
"""
WHOLE: Final = "from etl.cli import entry_point\nentry_point()\n"

# Writes down what a process does to the disk and the network, as Python announces it: one JSON list a line.
WATCH: Final = """
import json, os, sys
def _watch(log):
    def place(path, folder):
        if isinstance(path, int):
            return None
        path = os.fsdecode(path)
        if isinstance(folder, int) and folder >= 0:
            path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
        return os.path.abspath(path)
    def hook(event, told):
        found = []
        if event == "open":
            if told[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND):
                is_safe = bool(told[2] & os.O_EXCL) or told[2] & os.O_TMPFILE == os.O_TMPFILE
                makes = bool(told[2] & os.O_CREAT)
                # A second announcement follows of a file that is opened by an opener.
                found = [["exclusive" if is_safe else "shared" if makes else "open", place(told[0], -1)]]
        elif event in ("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.chown"):
            found = [[event, place(told[0], told[-1])]]
        elif event in ("os.rename", "os.link", "os.symlink"):
            found = [[event, place(told[0], -1)], [event, place(told[1], -1)]]
        elif event == "socket.bind":
            # A library may try whether the machine knows IPv6: a door to itself, at which nobody is let in.
            found = [] if told[1] in (("::1", 0), ("127.0.0.1", 0)) else [[event, ""]]
        elif event.startswith("socket.") and event not in ("socket.gethostname", "socket.__new__"):
            found = [[event, ""]]
        elif event in ("os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "pty.spawn"):
            found = [[event, ""]]
        for one in found:
            if one[1] is not None:
                os.write(log, (json.dumps(one) + "\\n").encode())
    sys.addaudithook(hook)
_watch(os.open(os.environ["WATCHED_IN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
"""
# Sends the process a signal once, when it is about to take a step: the kind of step and the name of the file.
AT_STEP: Final = """
import os, sys
def _at_step(step, number):
    waiting = [step]
    def hook(event, told):
        if waiting and event.startswith(("open", "os.", "import", "fcntl.")):
            name = told[0]
            name = "" if name is None or isinstance(name, int) else os.path.basename(os.fsdecode(name))
            name = ".part" if name.endswith(".part") else name
            if waiting[0] == f"{event} {name}" and (event != "open" or told[2] & os.O_CREAT):
                waiting.clear()
                os.kill(os.getpid(), number)
    sys.addaudithook(hook)
_at_step(os.environ["STEP"], int(os.environ["SIGNAL"]))
"""
# Powers by which the administrator passes every file mode.
CAP_DAC_OVERRIDE: Final = 1
CAP_DAC_READ_SEARCH: Final = 2
PR_CAPBSET_DROP: Final = 24


def quick_program(first: str = "", flags: Sequence[str] = ("-P",)) -> list[str]:
    """Return the command of the program without suites; `first` is what the process does before anything else."""
    return [sys.executable, *flags, "-c", first + QUICK]


def whole_program(first: str = "") -> list[str]:
    """Return the command of the program as it is."""
    return [sys.executable, "-P", "-c", first + WHOLE]


def quick(
    *arguments: str,
    limit: Callable[[], None] | None = None,
    folder: Path | None = None,
    timeout: float = 120,
    command: Sequence[str] | None = None,
    stdin: int = subprocess.DEVNULL,
    **changes: str,
) -> Answer:
    """Start the quick program, or another command, wait for it, and return what it said."""
    done = subprocess.run(
        [*(command or quick_program()), *arguments],
        capture_output=True,
        check=False,
        timeout=timeout,
        env=environment(**changes),
        cwd=folder,
        stdin=stdin,
        preexec_fn=limit,
    )
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def begin(
    arguments: Sequence[str], changes: Mapping[str, str] | None = None, command: Sequence[str] | None = None
) -> subprocess.Popen[bytes]:
    """Start the quick program, or another command, and do not wait."""
    return subprocess.Popen(
        [*(command or quick_program()), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**(changes or {})),
    )


def watched(
    log: Path, *arguments: str, command: Sequence[str] | None = None, **changes: str
) -> tuple[Answer, list[tuple[str, Path]]]:
    """Run the program and return also what it did: (what, where) for every change of the disk and every socket."""
    answer = quick(
        *arguments,
        command=command or quick_program(WATCH),
        WATCHED_IN=str(log),
        PYTHONDONTWRITEBYTECODE="1",
        **changes,
    )
    lines = log.read_text("utf-8").splitlines()
    return answer, [(what, Path(where)) for what, where in map(json.loads, lines)]


def snapshot(folder: Path, *, but: Sequence[Path] = ()) -> dict[str, tuple[int, str]]:
    """Return of everything in a folder its mode and what it holds, links as links; what lies in `but` is left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if any(path == one or one in path.parents for one in but):
            continue
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            content = os.readlink(path)
        elif stat.S_ISREG(mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            content = ""
        found[path.relative_to(folder).as_posix()] = (mode, content)
    return found


def at_most_memory(mebibytes: int) -> Callable[[], None]:
    """Return what gives a process an address space of this size."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))

    return limit


def at_most_file(size: int) -> Callable[[], None]:
    """Return what lets a process write no file beyond this many bytes, as a full disk would."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def obey_modes() -> None:
    """Make a process obey file modes, also when the tests are run by the administrator."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None, use_errno=True)
        for power in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if library.prctl(PR_CAPBSET_DROP, power, 0, 0, 0) != 0:
                os._exit(99)


def peak_mebibytes(
    arguments: Sequence[str], timeout: float, limit: Callable[[], None] | None = None
) -> tuple[int, Answer]:
    """Run the quick program and measure the most memory that it had in use."""
    reader = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], check=False)\n"
        "print('PEAK', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)\n"
        "sys.exit(done.returncode)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reader, *quick_program(), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment(),
        cwd=PROJECT,
        preexec_fn=limit,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            # The reader alone would leave the program behind, at work and holding on to its memory.
            os.killpg(process.pid, signal.SIGKILL)
            raise
    told, _, peak = err.decode("utf-8").rpartition("PEAK ")
    return int(peak), Answer(process.returncode, out.decode("utf-8"), told)


def whole_runs(school: School) -> list[Path]:
    """List the runs; each has to be whole, and nothing else may stand beside them."""
    runs = school.runs()
    for run in runs:
        assert not run.name.startswith("."), "what a run was made in is still there"
        names = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
        assert {"manifest.json", "import/numo_import.csv", "report/report.html", "run.duckdb"} <= names
    return runs


def files_of_run(run: Path) -> dict[str, str]:
    """Return the checksum of each file of a run."""
    return {
        path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.rglob("*"))
        if path.is_file()
    }


def imported(run: Path) -> bytes:
    """Return the import file of a run."""
    return (run / "import" / "numo_import.csv").read_bytes()
