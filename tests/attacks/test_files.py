"""What a delivered file or folder can do: names that lead elsewhere, bombs, giants, links, pipes and devices.

The numbers in the names are those of the list of thirty-four attacks in DECISIONS.md. Every program is a process of
its own, on files that are really there.
"""

from __future__ import annotations

import os
import stat
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from etl.config import build_config
from etl.errors import EXIT_CODES, EXIT_DONE, EXIT_INPUT, EXIT_OUTPUT, EXIT_QUESTIONS, EXIT_USAGE
from etl.leftovers import MARKER_NAME, MARKER_SAYS
from etl.pipeline import RunRequest, run_job
from etl.purge import purge_runs
from tests.attacks.bombs import write_bombs, write_bound_bombs
from tests.attacks.programs import (
    at_most_memory,
    imported,
    peak_mebibytes,
    quick,
    quick_program,
    snapshot,
    watched,
    whole_runs,
)
from tests.cli.schools import (
    LEGACY_HEADINGS,
    MAGISTER_HEADINGS,
    Answer,
    School,
    some_pupils,
    write_school,
    write_table,
)
from tests.defects.school import NOW

DONE: Final = (EXIT_DONE, EXIT_QUESTIONS)
# What a bomb may ask for before it is stopped by the test: enough to see that it asks too much.
ALLOWED: Final = at_most_memory(4096)

LEADS_ELSEWHERE: Final = (
    "../../trap/x",
    "../../../trap/x",
    "..\\..\\trap\\x",
    "/{trap}/x",
    "file:///{trap}/x",
    "~/x",
    "$HOME/x",
    "$(touch {trap}/x)",
    "`touch {trap}/x`",
    "| touch {trap}/x",
    "C:\\trap\\x",
    "\\\\trap\\x",
    "con.csv",
    "x/./../..//x",
)


@pytest.fixture
def school(tmp_path: Path) -> School:
    folder = tmp_path / "school"
    folder.mkdir()
    return write_school(folder)


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    """Make the folders around a run: each is looked at afterwards."""
    for name in ("trap", "home", "temporary"):
        (tmp_path / name).mkdir()
    (tmp_path / "trap" / "x").write_text("a neighbour's", encoding="utf-8")
    return {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "temporary")}


def run_watched(
    tmp_path: Path, school: School, around: dict[str, str], *more: str
) -> tuple[Answer, list[tuple[str, Path]]]:
    """Run; whatever it does to the disk has to be done in the folder for runs or the temporary one."""
    log = tmp_path / "log"
    log.touch()
    before = snapshot(tmp_path, but=[school.out, log])
    answer, done = watched(log, *school.arguments(*more), **around)
    assert snapshot(tmp_path, but=[school.out, log]) == before
    allowed = (school.out.absolute(), Path(around["TMPDIR"]))
    for what, where in done:
        inside = any(where == one or one in where.parents for one in allowed)
        assert inside or str(where) == os.devnull, f"{what} outside the folder for runs"
    assert "Traceback" not in answer.err
    return answer, done


def test_05_names_classes_and_headings_that_are_paths_lead_nowhere(
    tmp_path: Path, school: School, around: dict[str, str]
) -> None:
    paths = [path.replace("{trap}", str(tmp_path / "trap")) for path in LEADS_ELSEWHERE]
    rows = [list(one.legacy_row()) for one in some_pupils()]
    for place, path in enumerate(paths):
        rows[place % len(rows)][1 + place % 3] = path
        rows[(place + 5) % len(rows)][6] = path
    rows += [[*rows[0][:1], *rows[1][1:]], [paths[0], *rows[2][1:]]]
    headings = [*LEGACY_HEADINGS, *paths]
    write_table(school.legacy, headings, [[*row, *paths] for row in rows])
    answer, done = run_watched(tmp_path, school, around)
    assert answer.code in DONE
    assert whole_runs(school)
    # The watch does see what is done: a run makes folders and files.
    assert {"os.mkdir", "exclusive", "os.rename", "os.chmod"} <= {what for what, _ in done}


@pytest.mark.parametrize(
    "name",
    ["...", "-rf", "a\n$(id)'\"; --", "x" * 255, "\x1b[2J\u202ex"],
    ids=["dots", "a flag", "signs", "long", "escapes"],
)
def test_05_the_name_of_the_school_is_no_path(
    tmp_path: Path, school: School, around: dict[str, str], name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    moved = School(folder / "m.csv", folder / "l.csv", tmp_path / "runs")
    school.magister.rename(moved.magister)
    school.legacy.rename(moved.legacy)
    answer, _ = run_watched(tmp_path, moved, around)
    assert answer.code in DONE
    (run,) = whole_runs(moved)
    assert run.name.isascii()
    assert run.name.isprintable()
    assert not run.name.startswith((".", "-"))


@pytest.mark.parametrize("which", ["school", "out", "file"])
def test_05_a_name_that_is_no_text_is_no_fault(tmp_path: Path, school: School, which: str) -> None:
    strange = os.fsdecode(b"caf\xe9")
    folder = tmp_path / strange
    folder.mkdir()
    if which == "school":
        school.legacy.rename(folder / "l.csv")
        school.magister.rename(folder / "m.csv")
        school = School(folder / "m.csv", folder / "l.csv", tmp_path / "runs")
    elif which == "out":
        school = School(school.magister, school.legacy, folder)
    else:
        school.legacy.rename(tmp_path / f"{strange}.csv")
        school = School(school.magister, tmp_path / f"{strange}.csv", tmp_path / "runs")
    answer = quick(*school.arguments())
    assert answer.code in {*DONE, EXIT_INPUT, EXIT_OUTPUT}, answer.err
    assert "Traceback" not in answer.err
    if answer.code in DONE:
        assert len(whole_runs(school)) == 1
    else:
        assert school.runs() == []


@pytest.mark.parametrize("name", LEADS_ELSEWHERE[:4:3])
def test_05_the_settings_are_no_path(
    tmp_path: Path, school: School, around: dict[str, str], name: str
) -> None:
    name = name.replace("{trap}", str(tmp_path / "trap"))
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[school]\nname = '''{name}'''\nbrin = '''{name}'''\n", encoding="utf-8")
    answer, _ = run_watched(tmp_path, school, around, "--settings", str(settings))
    assert answer.code == EXIT_USAGE
    settings.write_text(f"[school]\nname = '''{name}'''\n[legacy]\nsheet = '''{name}'''\n", encoding="utf-8")
    answer, _ = run_watched(tmp_path, school, around, "--settings", str(settings))
    assert answer.code in DONE
    assert len(whole_runs(school)) == 1


@pytest.mark.parametrize(
    "name",
    ["it's/r*/[1]\n; --/md:x/%s{x}~$HOME", ":memory:", "a?b", "a\\b"],
    ids=["signs", "memory", "a question mark", "a backslash"],
)
def test_05_any_name_of_the_folder_for_runs_will_do_or_is_refused_as_such(
    tmp_path: Path, school: School, name: str
) -> None:
    school = School(school.magister, school.legacy, tmp_path / "runs" / name)
    answer = quick(*school.arguments(), folder=tmp_path)
    # Where the engine cannot write, that is said of the folder; nobody is sent to look for room on the disk.
    assert answer.code in {EXIT_DONE, EXIT_USAGE, EXIT_OUTPUT}, answer.err
    assert len(whole_runs(school)) == (answer.code == EXIT_DONE)


def test_05_a_path_in_a_zip_is_only_a_name(tmp_path: Path, school: School, around: dict[str, str]) -> None:
    content = school.legacy.read_bytes()
    with zipfile.ZipFile(school.legacy, "w") as archive:
        archive.writestr("../../trap/x", content)
    answer, _ = run_watched(tmp_path, school, around)
    assert answer.code in DONE
    assert len(whole_runs(school)) == 1


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[School, dict[str, Path]]]:
    folder = tmp_path_factory.mktemp("bombs")
    school = write_school(folder)
    found = write_bombs(folder, school.legacy.read_bytes())
    found |= write_bound_bombs(folder, school.legacy.read_bytes())
    yield school, found
    for path in found.values():
        path.unlink()


def commands_on(school: School, path: Path, canonical: Path) -> dict[str, list[str]]:
    """Return each command that reads a delivered file, on this one."""
    return {
        "run": ["run", "--magister", str(school.magister), "--legacy", str(path), "--out", str(school.out)],
        "check": ["check", str(path)],
        "canonical": ["check", str(path), "--canonical", str(canonical)],
    }


COMMANDS: Final = ("run", "check", "canonical")
BOMBS: Final = (
    "plain.zip",
    "led.zip",
    "nested.zip",
    "many.zip",
    "plain.csv.gz",
    "called.csv",
    "sheet.xlsx",
    "words.xlsx",
    "styles.xlsx",
    "sheets.xlsx",
    "entities.xlsx",
    "wordy.xlsx",
    "blank.xlsx",
    "far.xlsx",
)


def detonate(command: str, school: School, path: Path, tmp_path: Path) -> tuple[Answer, int]:
    """Give a bomb to a command: it has twenty seconds and 600 MB."""
    peak, answer = peak_mebibytes(
        commands_on(school, path, tmp_path / "out.csv")[command], timeout=20, limit=ALLOWED
    )
    assert peak < 600
    assert "Traceback" not in answer.err
    return answer, peak


@pytest.mark.parametrize(
    ("bomb", "command"),
    [(bomb, "run") for bomb in BOMBS]
    # What reads the file is the same for each command, so that some of them will do.
    + [(bomb, command) for bomb in BOMBS[::3] for command in ("check", "canonical")],
)
def test_06_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, bombs: tuple[School, dict[str, Path]], bomb: str, command: str
) -> None:
    school, found = bombs
    answer, _ = detonate(command, school, found[bomb], tmp_path)
    assert answer.code == EXIT_INPUT
    assert school.runs() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "canonical"])
@pytest.mark.parametrize("bomb", ["lying.zip", "lying.xlsx"])
def test_06_a_bomb_that_states_a_small_size_is_read_no_further(
    tmp_path: Path, bombs: tuple[School, dict[str, Path]], bomb: str, command: str
) -> None:
    school, found = bombs
    school = School(school.magister, school.legacy, tmp_path / "runs")
    answer, _ = detonate(command, school, found[bomb], tmp_path)
    assert answer.code in {*DONE, EXIT_INPUT}


@pytest.mark.parametrize("bomb", ["bound.zip", "bound.xlsx"])
def test_06_a_bomb_that_stays_within_the_bounds_is_no_bomb(
    tmp_path: Path, bombs: tuple[School, dict[str, Path]], bomb: str
) -> None:
    school, found = bombs
    school = School(school.magister, school.legacy, tmp_path / "runs")
    answer, _ = detonate("run", school, found[bomb], tmp_path)
    assert answer.code in {*DONE, EXIT_INPUT}


def giants(content: bytes) -> dict[str, Iterator[bytes]]:
    """Return the parts of each giant; `content` is an account file of which it keeps every record."""
    lines = content.split(b"\r\n")[:-1]
    row = lines[1]
    name = row.split(b";")[1]
    many = b"".join(b";kolom%d" % place for place in range(100_000))
    return {
        "a field of 10 MB": iter([content, row.replace(name, b"a" * 10_000_000), b"\r\n"]),
        "10 MB between quotes": iter([content, row.replace(name, b'"' + b"a " * 5_000_000 + b'"'), b"\r\n"]),
        "100,000 lines in a field": iter(
            [content, row.replace(name, b'"' + b"a\n" * 100_000 + b'"'), b"\r\n"]
        ),
        "100,000 columns": iter(
            line + (many if place == 0 else b";x" * 100_000) + b"\r\n" for place, line in enumerate(lines)
        ),
        "100,000 empty columns": iter(line + b";" * 100_000 + b"\r\n" for line in lines),
        "one row of 100,000 cells": iter([content, b"x;" * 100_000, b"\r\n"]),
        "1,000,000 quotes": iter([content, row.replace(name, b'"' * 1_000_000), b"\r\n"]),
        "1,000,001 quotes": iter([content, row.replace(name, b'"' * 1_000_001), b"\r\n"]),
        "500,000 quoted cells": iter([content, b'"a";' * 500_000, b"\r\n"]),
        "1,000,000 quotes on lines": iter([content, b'"\r\n' * 1_000_000]),
        "a line of 200 MB": iter([content, *([b"x" * 1_000_000] * 200), b"\r\n"]),
        "a first line of 200 MB": iter([*([b"x" * 1_000_000] * 200), b"\r\n", content]),
        "a line of 200 MB of delimiters": iter([content, *([b";" * 1_000_000] * 200), b"\r\n"]),
    }


GIANTS: Final = tuple(giants(b"stamnr;naam\r\n1;x\r\n"))
THE_FOUR: Final = ("a field of 10 MB", "100,000 columns", "1,000,000 quotes", "a line of 200 MB")


@pytest.mark.parametrize(
    ("giant", "command"),
    [(giant, "run") for giant in GIANTS]
    + [(giant, command) for giant in THE_FOUR for command in ("check", "canonical")]
    + [("100,000 empty columns", "canonical"), ("1,000,000 quotes on lines", "canonical")],
)
def test_07_a_giant_is_read_or_refused_in_time(
    tmp_path: Path, school: School, giant: str, command: str
) -> None:
    path = tmp_path / "giant.csv"
    with path.open("wb") as file:
        file.writelines(giants(school.legacy.read_bytes())[giant])
    try:
        peak, answer = peak_mebibytes(
            commands_on(school, path, tmp_path / "out.csv")[command], timeout=60, limit=ALLOWED
        )
    finally:
        path.unlink()
        (tmp_path / "out.csv").unlink(missing_ok=True)
    assert peak < 1536
    assert answer.code in {*DONE, EXIT_INPUT}, answer.err
    assert "Traceback" not in answer.err
    # It is the file that is refused for its size; that the engine runs out of memory is no answer to a school.
    assert "ENGINE-" not in answer.out + answer.err
    if answer.code == EXIT_INPUT:
        assert school.runs() == []


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "where", ["a value", "a heading", "a line", "all", "after the end", "every other byte"]
)
def test_07_a_nul_byte_is_refused_or_kept_apart(
    tmp_path: Path, school: School, where: str, command: str
) -> None:
    content = school.legacy.read_bytes()
    if where == "a value":
        content = content.replace(b"Noor", b"No\0r", 1)
    elif where == "a heading":
        content = content.replace(b"klas", b"kl\0as", 1)
    elif where == "a line":
        content += b"\0" * 200 + b"\r\n"
    elif where == "all":
        content = b"\0" * 100_000
    elif where == "after the end":
        content += b"\0" * 40_000
    else:
        content = content.decode().encode("utf-16-le")[:-1]
    path = tmp_path / "nul.csv"
    path.write_bytes(content)
    canonical = tmp_path / "out.csv"
    answer = quick(*commands_on(school, path, canonical)[command], timeout=60)
    assert answer.code in {*DONE, EXIT_INPUT}
    assert "\0" not in answer.out + answer.err
    if command == "run" and answer.code in DONE:
        (run,) = whole_runs(school)
        for one in run.rglob("*"):
            assert one.suffix not in {".csv", ".html", ".json"} or b"\0" not in one.read_bytes()


@pytest.mark.parametrize("option", ["magister", "legacy", "control", "settings"])
def test_07_a_file_of_five_gigabytes_is_not_taken_in(tmp_path: Path, school: School, option: str) -> None:
    path = tmp_path / "empty.csv"
    with path.open("wb") as file:
        file.truncate(5 << 30)
    files = {"magister": str(school.magister), "legacy": str(school.legacy)} | {option: str(path)}
    arguments = [word for name, one in files.items() for word in (f"--{name}", one)]
    start = time.perf_counter()
    peak, answer = peak_mebibytes(
        ["run", *arguments, "--out", str(school.out)], timeout=60, limit=at_most_memory(2048)
    )
    assert time.perf_counter() - start < 20
    assert peak < 600
    assert answer.code == (EXIT_USAGE if option == "settings" else EXIT_INPUT)
    assert school.runs() == []


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "victim"
    path.write_text("a neighbour's", encoding="utf-8")
    return path


@pytest.mark.parametrize("dangling", [False, True], ids=["to a file", "to nothing"])
@pytest.mark.parametrize("option", ["--canonical", "--write-settings"])
def test_09_a_link_under_the_name_of_a_result_is_refused(
    tmp_path: Path, school: School, victim: Path, option: str, dangling: bool
) -> None:
    target = tmp_path / "nothing" if dangling else victim
    link = tmp_path / "result"
    link.symlink_to(target)
    answer = quick("check", str(school.legacy), option, str(link))
    assert answer.code == EXIT_OUTPUT
    assert link.is_symlink()
    assert victim.read_text("utf-8") == "a neighbour's"
    assert not (tmp_path / "nothing").exists()


def request_for(school: School) -> RunRequest:
    """Return a run of which the name of its folder is known beforehand."""
    config = build_config({"school": {"brin": "99XX"}})
    return RunRequest(
        school.magister, school.legacy, school.out, NOW, config=config, with_suites=False, with_workbook=False
    )


@pytest.mark.parametrize("kind", ["link to a folder", "link to nothing", "file", "pipe"])
def test_09_a_link_under_the_name_of_the_run_is_passed_by(tmp_path: Path, school: School, kind: str) -> None:
    victim = tmp_path / "neighbour"
    victim.mkdir()
    school.out.mkdir()
    taken = school.out / f"99XX-{NOW:%Y%m%dT%H%M%S}"
    if kind == "file":
        taken.write_text("mine", encoding="utf-8")
    elif kind == "pipe":
        os.mkfifo(taken)
    else:
        taken.symlink_to(victim if kind == "link to a folder" else tmp_path / "nothing")
    before = snapshot(school.out)
    run = run_job(request_for(school)).run_folder
    assert run.name == f"{taken.name}-2"
    assert not run.is_symlink()
    assert snapshot(school.out, but=[run]) == before
    assert list(victim.iterdir()) == []
    assert not (tmp_path / "nothing").exists()


def test_09_what_looks_like_a_killed_run_but_leads_elsewhere_is_not_followed(
    tmp_path: Path, school: School
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / MARKER_NAME).write_bytes(MARKER_SAYS)
    (elsewhere / "kept").write_text("a neighbour's", encoding="utf-8")
    school.out.mkdir()
    (school.out / ".99XX-1.aaaaaaaa.part").symlink_to(elsewhere)
    marked = school.out / ".99XX-1.bbbbbbbb.part"
    marked.mkdir()
    (marked / MARKER_NAME).symlink_to(elsewhere / MARKER_NAME)
    killed = school.out / ".99XX-1.cccccccc.part"
    killed.mkdir()
    (killed / MARKER_NAME).write_bytes(MARKER_SAYS)
    (killed / "import").symlink_to(elsewhere)
    (killed / "kept").symlink_to(elsewhere / "kept")
    before = snapshot(elsewhere)
    assert quick(*school.arguments()).code == EXIT_DONE
    assert snapshot(elsewhere) == before
    assert not killed.exists()
    assert marked.is_dir()


def test_09_purge_follows_no_link(tmp_path: Path, school: School) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = run_job(request_for(school)).run_folder
    (elsewhere / "manifest.json").write_bytes((run / "manifest.json").read_bytes())
    (elsewhere / "kept").write_text("a neighbour's", encoding="utf-8")
    (school.out / "linked").symlink_to(elsewhere)
    (run / "folder").symlink_to(elsewhere)
    (run / "file").symlink_to(elsewhere / "kept")
    (run / "manifest.json.new").symlink_to(elsewhere / "kept")
    before = snapshot(elsewhere)
    purge_runs(school.out, today=NOW.date().replace(year=2030), version="0")
    assert snapshot(elsewhere) == before
    assert [path.name for path in run.iterdir()] == ["manifest.json"]


def test_09_the_folder_for_runs_may_be_a_link_but_not_to_nothing(tmp_path: Path, school: School) -> None:
    elsewhere = tmp_path / "elsewhere"
    school.out.symlink_to(elsewhere)
    assert quick(*school.arguments()).code == EXIT_OUTPUT
    assert not elsewhere.exists()
    elsewhere.mkdir()
    assert quick(*school.arguments()).code == EXIT_DONE
    assert len(whole_runs(school)) == 1


def test_10_every_file_is_made_exclusively_and_none_is_left(
    tmp_path: Path, school: School, around: dict[str, str]
) -> None:
    answer, done = run_watched(tmp_path, school, around)
    assert answer.code == EXIT_DONE
    assert [where.name for what, where in done if what == "shared"] == []
    assert len([where for what, where in done if what == "exclusive"]) > 8
    (run,) = whole_runs(school)
    assert MARKER_NAME not in {path.name for path in run.iterdir()}
    assert list((tmp_path / "temporary").iterdir()) == []
    assert list((tmp_path / "home").iterdir()) == []


def allow_everybody() -> None:
    os.umask(0)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_11_what_is_written_is_for_the_owner_only(tmp_path: Path, school: School) -> None:
    assert quick(*school.arguments(), limit=allow_everybody).code == EXIT_DONE
    (run,) = whole_runs(school)
    for path in (run, *run.rglob("*")):
        assert mode_of(path) == (0o700 if path.is_dir() else 0o600), path.name
    for option in ("--canonical", "--write-settings"):
        path = tmp_path / f"out{option}"
        assert quick("check", str(school.legacy), option, str(path), limit=allow_everybody).code == EXIT_DONE
        assert mode_of(path) == 0o600
    purge_runs(school.out, today=NOW.date().replace(year=2030), version="0")
    assert mode_of(run / "manifest.json") == 0o600


def test_11_nobody_else_can_look_into_a_run_in_the_making(school: School) -> None:
    # Stopped halfway, with everything written that is ever there.
    first = (
        "import os, sys\n"
        "def hook(event, told):\n"
        "    if event == 'os.chmod':\n"
        "        os.abort()\n"
        "sys.addaudithook(hook)\n"
    )
    answer = quick(*school.arguments(), command=quick_program(first), limit=allow_everybody)
    assert answer.code < 0
    (part,) = school.runs()
    assert mode_of(part) == 0o700
    assert (part / "import" / "numo_import.csv").is_file()


def test_11_in_a_new_folder_for_runs_nobody_else_can_exchange_a_run(school: School) -> None:
    assert quick(*school.arguments(), limit=allow_everybody).code == EXIT_DONE
    assert mode_of(school.out) & 0o022 == 0


GLOBS: Final = ("l*.csv", "l[ae]gacy.csv", "l?gacy.csv")


@pytest.mark.parametrize("name", GLOBS)
def test_17_a_pattern_in_a_file_name_is_a_name(tmp_path: Path, school: School, name: str) -> None:
    folder = tmp_path / "delivered"
    folder.mkdir()
    strangers = [one.legacy_row() for one in some_pupils(first=20_101)]
    for decoy in ("legacy.csv", "lagacy.csv", "l.csv"):
        write_table(folder / decoy, LEGACY_HEADINGS, strangers)
    named = School(school.magister, folder / name, school.out)
    for arguments in (named.arguments(), ["check", str(named.legacy)]):
        assert quick(*arguments).code == EXIT_INPUT
    assert named.runs() == []
    school.legacy.rename(named.legacy)
    assert quick(*named.arguments()).code == EXIT_DONE
    (run,) = whole_runs(named)
    assert imported(run).count(b"\r\n") == 13
    assert b"20101" not in imported(run)


def test_17_a_pattern_in_the_name_of_the_folder_is_a_name(tmp_path: Path, school: School) -> None:
    folder = tmp_path / "school[1]*"
    decoy = tmp_path / "school1x"
    for one in (folder, decoy):
        one.mkdir()
    strangers = some_pupils(first=20_101)
    write_table(decoy / "m*.csv", MAGISTER_HEADINGS, [one.magister_row() for one in strangers])
    write_table(decoy / "l*.csv", LEGACY_HEADINGS, [one.legacy_row() for one in strangers])
    school.magister.rename(folder / "m*.csv")
    school.legacy.rename(folder / "l*.csv")
    named = School(folder / "m*.csv", folder / "l*.csv", folder / "runs*")
    assert quick(*named.arguments()).code == EXIT_DONE
    (run,) = whole_runs(named)
    assert imported(run).count(b"\r\n") == 13
    assert b"20101" not in imported(run)


SPECIAL: Final = ("a pipe", "/dev/zero", "/dev/stdin", "/proc/self/mem", "a folder", "a socket")
OPTIONS: Final = (
    "--magister",
    "--legacy",
    "--control",
    "--settings",
    "check",
    "check --settings",
    "canonical",
)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("special", SPECIAL)
def test_18_what_is_no_file_is_refused_without_waiting(
    tmp_path: Path, school: School, special: str, option: str
) -> None:
    path = tmp_path / "special"
    if special == "a pipe":
        os.mkfifo(path)
    elif special == "a folder":
        path.mkdir()
    elif special == "a socket":
        os.mknod(path, stat.S_IFSOCK | 0o600)
    else:
        path = Path(special)
    if option == "check":
        arguments = ["check", str(path)]
    elif option == "check --settings":
        arguments = ["check", str(school.legacy), "--settings", str(path)]
    elif option == "canonical":
        arguments = ["check", str(path), "--canonical", str(tmp_path / "out.csv")]
    else:
        files = {"--magister": school.magister, "--legacy": school.legacy} | {option: path}
        arguments = [
            "run",
            *(word for one in files.items() for word in map(str, one)),
            "--out",
            str(school.out),
        ]
    # Stdin stays open and silent, as at a terminal where nobody types.
    read_end, write_end = os.pipe()
    try:
        answer = quick(*arguments, stdin=read_end, timeout=10, limit=at_most_memory(2048))
    finally:
        os.close(read_end)
        os.close(write_end)
    if option.endswith("--settings"):
        assert answer.code == EXIT_USAGE, answer.err
    else:
        assert answer.code == EXIT_INPUT, answer.err
        # Refused for what it is: that reading it came to nothing would be luck.
        code = {"a folder": "INTAKE-IS-FOLDER", "/proc/self/mem": "INTAKE-"}.get(special, "INTAKE-NOT-A-FILE")
        assert code in answer.out + answer.err
    assert "Traceback" not in answer.err
    assert school.runs() == []
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("name", ["a pipe", "/dev/stdin"])
@pytest.mark.parametrize("option", ["--out", "--canonical", "--write-settings"])
def test_18_what_is_no_file_is_no_place_for_a_result(
    tmp_path: Path, school: School, name: str, option: str
) -> None:
    path = Path(name)
    if name == "a pipe":
        path = tmp_path / "pipe"
        os.mkfifo(path)
    start = ["run", "--magister", str(school.magister), "--legacy"] if option == "--out" else ["check"]
    answer = quick(*start, str(school.legacy), option, str(path), timeout=20, stdin=subprocess.DEVNULL)
    assert answer.code == EXIT_OUTPUT
    assert "Traceback" not in answer.err


def test_26_the_folder_of_the_delivered_files_may_be_that_of_the_runs(school: School) -> None:
    beside = school.magister.parent
    before = snapshot(beside)
    for _ in range(2):
        assert quick(*School(school.magister, school.legacy, beside).arguments()).code == EXIT_DONE
    runs = [path for path in beside.iterdir() if path.is_dir()]
    assert len(runs) == 2
    assert snapshot(beside, but=runs) == before
    # Relative to where one stands, too.
    names = [school.magister.name, school.legacy.name]
    arguments = ["run", "--magister", names[0], "--legacy", names[1], "--out", "."]
    assert quick(*arguments, folder=beside).code == EXIT_DONE
    runs = [path for path in beside.iterdir() if path.is_dir()]
    assert len(runs) == 3
    assert snapshot(beside, but=runs) == before


@pytest.mark.parametrize("option", ["--canonical", "--write-settings"])
@pytest.mark.parametrize("way", ["itself", "a link", "another name for it"])
def test_26_a_delivered_file_is_never_written_over(
    tmp_path: Path, school: School, option: str, way: str
) -> None:
    path = school.legacy
    if way == "a link":
        path = tmp_path / "link.csv"
        path.symlink_to(school.legacy)
    elif way == "another name for it":
        path = tmp_path / "hard.csv"
        path.hardlink_to(school.legacy)
    before = snapshot(tmp_path)
    answer = quick("check", str(school.legacy), option, str(path))
    assert answer.code == EXIT_OUTPUT
    assert snapshot(tmp_path) == before


def test_26_a_run_may_lie_in_an_earlier_run_and_leaves_it_as_it_was(school: School) -> None:
    assert quick(*school.arguments()).code == EXIT_DONE
    (first,) = whole_runs(school)
    before = snapshot(first)
    delivered = School(school.magister, first / "import" / "reverse.csv", first / "import")
    assert quick(*delivered.arguments()).code in EXIT_CODES[:1] + EXIT_CODES[3:5]
    runs = [path for path in (first / "import").iterdir() if path.is_dir()]
    assert snapshot(first, but=runs) == before
