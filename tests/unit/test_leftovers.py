"""Is what a killed run leaves removed by the next one, and nothing else ever?"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from etl.history import new_run_folder
from etl.leftovers import MARKER_NAME, MARKER_SAYS, PartLock, remove_leftovers, scratch_folder

NOW = datetime(2026, 11, 24, 10, 0)
NAME = ".99XX-20261124T100000.abcd1234.part"


def leave(out: Path, name: str = NAME, marker: bytes | None = MARKER_SAYS) -> Path:
    """Make what a killed run leaves."""
    folder = out / name
    (folder / "import").mkdir(parents=True)
    (folder / "import" / "numo_import.csv").write_text("pupil", encoding="utf-8")
    if marker is not None:
        (folder / MARKER_NAME).write_bytes(marker)
    return folder


def test_the_folder_of_a_killed_run_is_removed_by_the_next_run(tmp_path: Path) -> None:
    left = leave(tmp_path)
    with new_run_folder(tmp_path, school="99XX", now=NOW) as folder:
        assert folder.leftovers == 1
        assert not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["99XX-20261124T100000"]


def test_a_folder_for_the_moment_is_gone_afterwards_also_after_a_fault(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        (folder / "lijst.csv").write_text("pupil", encoding="utf-8")
        assert folder.stat().st_mode & 0o777 == 0o700
        assert remove_leftovers(tmp_path) == 0, "it is in use"
    with pytest.raises(ZeroDivisionError), scratch_folder(tmp_path):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_check_left_goes_with_the_next_check_or_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for start in (
        lambda: scratch_folder(),
        lambda: new_run_folder(tmp_path / "runs", school="99XX", now=NOW),
    ):
        left = leave(tmp_path, ".koppelcheck.abcd1234.part")
        with start():
            assert not left.exists()


@pytest.mark.parametrize(
    "says", [None, b"", MARKER_SAYS[:9]], ids=["no marker", "an empty one", "half of one"]
)
def test_a_folder_of_a_run_killed_before_it_was_marked_goes_too(tmp_path: Path, says: bytes | None) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    if says is not None:
        (folder / MARKER_NAME).write_bytes(says)
    assert remove_leftovers(tmp_path) == 1
    assert not folder.exists()


def test_a_marker_that_says_nothing_does_not_give_away_what_lies_beside_it(tmp_path: Path) -> None:
    leave(tmp_path, marker=b"")
    assert remove_leftovers(tmp_path) == 0


@pytest.mark.parametrize("moment", ["before the marker", "before the lock", "under the lock of the other"])
def test_a_run_whose_folder_is_taken_away_before_it_is_marked_makes_another(
    tmp_path: Path, moment: str
) -> None:
    # Another run comes by in the very moment. A process of its own, for what listens to one stays until its end.
    script = """
import fcntl, os, sys
from pathlib import Path
from etl.leftovers import marked_folder, remove_leftovers
out, moment = Path(sys.argv[1]), sys.argv[2]
came_by = []
def hook(event, told):
    if came_by:
        return
    if moment == "before the marker" and event == "open" and str(told[0]).endswith("/.koppelcheck"):
        came_by.append(event)
        assert remove_leftovers(out) == 1
    elif moment == "before the lock" and event == "fcntl.flock":
        came_by.append(event)
        assert remove_leftovers(out) == 1
    elif moment == "under the lock of the other" and event == "fcntl.flock":
        came_by.append(os.open(f"/proc/self/fd/{told[0]}", os.O_RDWR))
        fcntl.flock(came_by[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
sys.addaudithook(hook)
folder, lock = marked_folder(out, ".99XX-20261124T100000.")
assert came_by
if moment == "under the lock of the other":
    assert remove_leftovers(out) == 0
    os.close(came_by[0])
    assert remove_leftovers(out) == 1
assert [path.name for path in out.iterdir()] == [folder.name]
lock.release()
"""
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), moment],
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_a_folder_of_that_name_with_anything_else_in_it_is_not_ours(tmp_path: Path) -> None:
    folder = leave(tmp_path, marker=None)
    os.utime(folder, (0, 0))
    assert remove_leftovers(tmp_path) == 0


def test_a_finished_run_carries_no_marker(tmp_path: Path) -> None:
    with new_run_folder(tmp_path, school="99XX", now=NOW):
        pass
    assert not (tmp_path / "99XX-20261124T100000" / MARKER_NAME).exists()


def test_a_run_that_is_still_going_is_left_alone(tmp_path: Path) -> None:
    with new_run_folder(tmp_path, school="99XX", now=NOW) as going:
        assert remove_leftovers(tmp_path) == 0
        with new_run_folder(tmp_path, school="99XX", now=NOW) as other:
            assert other.leftovers == 0
        assert going.aside.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "99XX-20261124T100000",
        "99XX-20261124T100000-2",
    ]


def test_a_lock_goes_with_its_process_however_that_ends(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    script = (
        "import os, sys; from pathlib import Path; from etl.leftovers import PartLock;"
        "lock = PartLock(Path(sys.argv[1])); print('locked', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        assert remove_leftovers(tmp_path) == 0
        process.kill()
    assert remove_leftovers(tmp_path) == 1


@pytest.mark.parametrize(
    ("name", "marker"),
    [
        (NAME, None),
        (NAME, b"something else"),
        ("99XX-20261124T100000.abcd1234.part", MARKER_SAYS),
        (".part", MARKER_SAYS),
        ("leerlingen", MARKER_SAYS),
    ],
    ids=["no marker", "another marker", "not hidden", "another name", "an ordinary folder"],
)
def test_what_is_not_certainly_ours_stays(tmp_path: Path, name: str, marker: bytes | None) -> None:
    folder = leave(tmp_path, name, marker)
    assert remove_leftovers(tmp_path) == 0
    assert (folder / "import" / "numo_import.csv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_leads_nowhere(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "runs", tmp_path / "elsewhere"
    out.mkdir()
    real = leave(elsewhere)
    (out / NAME).symlink_to(real, target_is_directory=True)
    inside = leave(out, ".99XX-20261124T100001.abcd1234.part", None)
    (inside / MARKER_NAME).symlink_to(real / MARKER_NAME)
    assert remove_leftovers(out) == 0
    (inside / MARKER_NAME).unlink()
    (inside / MARKER_NAME).write_bytes(MARKER_SAYS)
    (inside / "link").symlink_to(real, target_is_directory=True)
    assert remove_leftovers(out) == 1
    assert (real / "import" / "numo_import.csv").exists()


def test_a_folder_that_is_not_there_has_no_leftovers(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "nothing") == 0


def test_a_lock_can_be_released_twice(tmp_path: Path) -> None:
    lock = PartLock(tmp_path)
    lock.release()
    lock.release()
    assert list(tmp_path.iterdir()) == []
