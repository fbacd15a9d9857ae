"""Does the program do its job where it is installed, without the checkout beside it?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parents[2]

# Asks the installed program where it is and to do the demo; the checkout is neither on the path nor the folder.
START: Final = (
    "import sys, etl.cli; print(etl.__file__, file=sys.stderr); sys.exit(etl.cli.main(sys.argv[1:]))"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it, which is what installing a pure wheel does."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(PROJECT)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = folder.glob("koppelcheck-*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder / "site")
    return folder / "site"


def test_the_demo_works_from_the_wheel_with_its_own_copy_of_the_sample(
    installed: Path, tmp_path: Path
) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", START, "demo", "--json", "--out", str(tmp_path / "runs")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert str(installed) in answer.stderr.splitlines()[0]
    told = json.loads(answer.stdout)
    assert sum(told["statuses"]["legacy"].values()) > 40
    assert told["checks_failed"] == ["CHECK-LEGACY-KEY"]
    assert (Path(told["run_folder"]) / "import" / "numo_import.csv").is_file()


def test_the_wheel_holds_everything_the_program_reads(installed: Path) -> None:
    for shipped in ("data/sample", "expectations"):
        here = {
            path.relative_to(PROJECT).as_posix()
            for path in (PROJECT / shipped).rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        there = {
            path.relative_to(installed / "etl" / "_data").as_posix()
            for path in (installed / "etl" / "_data" / shipped).rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        assert here == there
    schemas = {path.name for path in (PROJECT / "etl" / "schemas").iterdir()}
    assert {path.name for path in (installed / "etl" / "schemas").iterdir()} == schemas != set()
