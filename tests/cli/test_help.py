"""Does the program teach by example, start fast, and send wrong use to stderr with code 2?"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import etl
from etl.cli import main_group
from etl.commands import EPILOG
from etl.errors import EXIT_CODES, EXIT_DONE, EXIT_USAGE
from tests.cli.schools import PROJECT, Say, School, environment, program, start

COMMANDS = sorted(main_group.commands)
HEAVY = ("great_expectations", "duckdb", "polars", "pyarrow", "xlsxwriter", "jinja2", "sqlalchemy", "pandas")
PROBE = """
import sys
from etl.cli import main
main(sys.argv[2:])
for name in sys.argv[1].split(","):
    if name in sys.modules:
        print("LOADED " + name, file=sys.stderr)
"""


def loaded_by(*arguments: str, watched: tuple[str, ...] = HEAVY) -> list[str]:
    """Return which heavy libraries a command loads in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, ",".join(watched), *arguments],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env=environment(),
    )
    return [line.removeprefix("LOADED ") for line in done.stderr.splitlines() if line.startswith("LOADED ")]


def test_help_shows_where_to_start(say: Say) -> None:
    answer = say("--help")
    assert answer.code == EXIT_DONE
    assert answer.err == ""
    assert "koppelcheck demo" in answer.out
    for name in COMMANDS:
        assert name in answer.out
    assert say("-h").out == answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_teaches_by_example(say: Say, name: str) -> None:
    answer = say(name, "--help")
    assert answer.code == EXIT_DONE
    assert "Example" in answer.out
    assert f"  koppelcheck {name} " in answer.out
    for parameter in main_group.commands[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name} has no help"


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_use_only_options_that_exist(name: str) -> None:
    command = main_group.commands[name]
    known = {spelled for parameter in command.params for spelled in parameter.opts}
    used = {word for word in (command.help or "").split() if word.startswith("--")}
    assert used <= known


def test_each_exit_code_is_in_the_help() -> None:
    listed = {int(line.split()[0]) for line in EPILOG.splitlines() if line[:4].strip().isdigit()}
    assert listed == set(EXIT_CODES)


def test_the_version_is_told(say: Say) -> None:
    answer = say("--version")
    assert (answer.code, answer.out.strip()) == (EXIT_DONE, f"koppelcheck, version {etl.__version__}")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["chek", "x.csv"], "'check'"),
        (["run", "--magistr", "x.csv"], "--magister"),
        (["run", "--magister", "x.csv"], "--legacy"),
        (["run", "--lang", "fr"], "fr"),
        (["explain", "runs"], "STAMNR"),
    ],
)
def test_wrong_use_goes_to_stderr_with_a_hint(say: Say, arguments: list[str], hint: str) -> None:
    answer = say(*arguments)
    assert answer.code == EXIT_USAGE
    assert answer.out == ""
    assert hint in answer.err
    assert "--help" in answer.err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["chek"], ["run"]])
def test_help_and_wrong_use_load_no_heavy_library(arguments: list[str]) -> None:
    assert loaded_by(*arguments, watched=(*HEAVY, "pydantic")) == []


def test_a_refused_file_loads_no_validation_library(tmp_path: Path) -> None:
    assert loaded_by("check", str(tmp_path / "nergens.csv")) == []
    # A run fails on its files before it needs more than the names of its parts.
    arguments = ("run", "--magister", "nergens.csv", "--legacy", "nergens.csv", "--out", str(tmp_path))
    assert loaded_by(*arguments, watched=("great_expectations", "polars", "xlsxwriter", "jinja2")) == []


def test_checking_files_loads_the_engine_and_no_other_heavy_library(school: School) -> None:
    # The keys are judged by the very functions of the job.
    assert loaded_by("check", str(school.magister), str(school.legacy)) == ["duckdb"]


def test_explaining_loads_no_validation_or_report_library(school: School) -> None:
    from etl.pipeline import RunRequest, run_job
    from tests.cli.test_run import NOW

    request = RunRequest(
        school.magister, school.legacy, school.out, NOW, with_suites=False, with_workbook=False
    )
    run = run_job(request).run_folder
    watched = ("great_expectations", "jinja2", "xlsxwriter", "sqlalchemy")
    assert loaded_by("explain", str(run), "10101", watched=watched) == []


def test_the_console_script_leads_to_the_program() -> None:
    import tomllib

    scripts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, function = scripts["koppelcheck"].partition(":")
    assert callable(getattr(import_module(module), function))
    answer = start("--version")
    assert (answer.code, answer.err) == (EXIT_DONE, "")
    assert etl.__version__ in answer.out


def test_modules_in_the_folder_of_the_user_are_not_run(tmp_path: Path) -> None:
    if len(program()) > 1:
        pytest.skip("the program is not installed here, so there is no script to start")
    for name in ("csv.py", "click.py", "duckdb.py"):
        (tmp_path / name).write_text("raise SystemExit('run by mistake')\n", encoding="utf-8")
    done = subprocess.run(
        [*program(), "check", "nergens.csv"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == 20
    assert b"run by mistake" not in done.stderr
