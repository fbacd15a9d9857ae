"""What stands around a run: the network, the machine's clock and language, the working folder, and what is committed.

The numbers in the names are those of the list of thirty-four attacks in DECISIONS.md. None of it may change the
import file, and none of it may learn of a pupil.
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import duckdb
import pytest

from etl.config import build_config
from etl.errors import EXIT_DONE, EXIT_QUESTIONS
from etl.pipeline import RunRequest, run_job
from etl.report.compiled_templates import CompiledTemplates
from etl.report.templating import make_environment
from tests.attacks.programs import (
    WATCH,
    files_of_run,
    imported,
    quick,
    quick_program,
    snapshot,
    watched,
    whole_program,
    whole_runs,
)
from tests.cli.schools import LEGACY_HEADINGS, PROJECT, Answer, School, some_pupils, write_school, write_table
from tests.defects.school import Files, number

# Names that a machine in another language may read, sort or write otherwise.
NAMES: Final = ("İpek", "ırmak", "Ïsa", "Zoë", "Łukasz", "Øyvind", "ÅSA", "Straße", "李", "Ž", "ĳsbrand", "Q")
STARTS: Final = (
    "csv",
    "duckdb",
    "sitecustomize",
    "usercustomize",
    "etl",
    "click",
    "json",
    "polars",
    "openpyxl",
)


def write_accents(folder: Path) -> School:
    """Write a school whose pupils' names are not all in plain letters."""
    school = write_school(folder)
    rows = []
    for name, pupil in zip(NAMES, some_pupils(), strict=True):
        row = list(pupil.legacy_row())
        row[1] = name
        rows.append(row)
    write_table(school.legacy, (*LEGACY_HEADINGS, "notitie é"), [[*row, "ß"] for row in rows])
    return school


@pytest.fixture
def school(tmp_path: Path) -> School:
    return write_accents(tmp_path)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the import files of this school on this machine as it is."""
    return import_files(run_of(write_accents(tmp_path_factory.mktemp("usual")), quick_program()))


def run_of(school: School, command: list[str], folder: Path | None = None, **changes: str) -> Path:
    answer = quick(*school.arguments(), command=command, folder=folder, **changes)
    assert answer.code == EXIT_DONE, answer.err
    assert "Traceback" not in answer.err
    assert "Error" not in answer.err
    (run,) = whole_runs(school)
    return run


def import_files(run: Path) -> dict[str, bytes]:
    """Return the files for the import; the name of the school, which is that of its folder here, left out."""
    school = json.loads((run / "manifest.json").read_bytes())["school"].encode()
    return {path.name: path.read_bytes().replace(school, b"") for path in sorted((run / "import").iterdir())}


@dataclass(frozen=True)
class Observed:
    """One run with everything in it, suites too, and what it did."""

    school: School
    answer: Answer
    done: list[tuple[str, Path]]
    places: dict[str, Path]
    before: dict[str, tuple[int, str]]
    after: dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Observed:
    base = tmp_path_factory.mktemp("observed")
    places = {name: base / name for name in ("home", "temporary", "working", "school")}
    for place in places.values():
        place.mkdir()
    places |= {f"xdg_{name}": places["home"] / name for name in ("cache", "config", "data")}
    school = write_accents(places["school"])
    log = base / "log"
    log.touch()
    before = snapshot(base, but=[school.out, log])
    answer, done = watched(
        log,
        *school.arguments(),
        command=whole_program(WATCH),
        HOME=str(places["home"]),
        TMPDIR=str(places["temporary"]),
        XDG_CACHE_HOME=str(places["xdg_cache"]),
        XDG_CONFIG_HOME=str(places["xdg_config"]),
        XDG_DATA_HOME=str(places["xdg_data"]),
    )
    return Observed(school, answer, done, places, before, snapshot(base, but=[school.out, log]))


def test_14_a_run_with_its_suites_opens_no_connection(observed: Observed) -> None:
    assert observed.answer.code == EXIT_DONE, observed.answer.err
    assert {what for what, _ in observed.done if what.startswith("socket.")} == set()
    # The watch was there: it saw the run being written.
    assert {"exclusive", "os.rename"} <= {what for what, _ in observed.done}


def test_14_a_run_starts_no_other_program(observed: Observed) -> None:
    starts = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "pty.spawn")
    assert [what for what, _ in observed.done if what in starts] == []


def test_14_a_run_leaves_nothing_at_home_or_anywhere_but_with_the_runs(observed: Observed) -> None:
    assert observed.after == observed.before
    assert list(observed.places["home"].iterdir()) == []
    allowed = (observed.school.out, observed.places["temporary"], Path(os.devnull))
    for what, where in observed.done:
        if where.name and not what.startswith("socket."):
            assert any(where == one or one in where.parents for one in allowed), what


def test_14_the_watch_sees_a_connection(tmp_path: Path) -> None:
    log = tmp_path / "log"
    call = "import socket\nsocket.create_connection(('127.0.0.1', 9), 0.1)\n"
    command = [
        sys.executable,
        "-P",
        "-c",
        WATCH + "try:\n    " + call.replace("\n", "\n    ") + "\nexcept OSError: pass\n",
    ]
    _, done = watched(log, command=command)
    assert "socket.connect" in {what for what, _ in done}


def without_network() -> list[str]:
    """Return what goes before a command that gets no network, or nothing where that may not be done."""
    for before in (["unshare", "-n"], ["unshare", "-rn"]):
        try:
            if subprocess.run([*before, "true"], capture_output=True, check=False).returncode == 0:
                return before
        except FileNotFoundError:
            break
    return []


# Where the machine cannot be cut off, each connection fails as if it were.
NO_CONNECTION: Final = """
import sys
def _refuse(event, told):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise OSError("no network")
sys.addaudithook(_refuse)
"""


def test_14_without_a_network_the_result_is_the_same(school: School, usual: dict[str, bytes]) -> None:
    before = without_network()
    command = [*before, *quick_program("" if before else NO_CONNECTION)]
    assert import_files(run_of(school, command)) == usual


def test_14_the_report_of_a_run_without_a_network_is_not_another(tmp_path: Path, school: School) -> None:
    # A proxy that swallows everything, for libraries that would ask one.
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    run = run_of(school, [*without_network(), *quick_program()], **proxies)
    assert (run / "report" / "report.html").stat().st_size > 10_000


def committed() -> list[Path]:
    """List the files under version control; where there is none, those of the source tree."""
    try:
        told = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, cwd=PROJECT)
        names = [os.fsdecode(name) for name in told.stdout.split(b"\0") if name]
        found = [PROJECT / name for name in names]
    except (FileNotFoundError, subprocess.CalledProcessError):
        parts = ("etl", "tests", "data", "notebooks", "expectations")
        found = [path for part in parts for path in (PROJECT / part).rglob("*")]
        found += PROJECT.glob("*")
    kept = [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    assert len(kept) > 100
    return kept


def test_15_committed_notebooks_carry_no_outputs() -> None:
    notebooks = [path for path in committed() if path.suffix == ".ipynb"]
    notebooks += [
        path for path in (PROJECT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
    ]
    assert notebooks
    for path in notebooks:
        content = json.loads(path.read_text("utf-8"))
        cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        assert cells
        for cell in cells:
            assert cell["outputs"] == [], path.name
            assert cell["execution_count"] is None, path.name
        assert all("attachments" not in cell for cell in content["cells"])
        assert "widgets" not in content["metadata"]


def console_script() -> list[str]:
    """Return the installed program; where it is not installed, Python with the same search path."""
    script = Path(sys.executable).parent / "koppelcheck"
    return [str(script)] if script.is_file() else [sys.executable, "-P", "-c", whole_program()[-1]]


@pytest.fixture
def mined(tmp_path: Path) -> Path:
    """Make a working folder with modules that tell when they are imported."""
    folder = tmp_path / "mined"
    folder.mkdir()
    for name in (*STARTS, "great_expectations", "jinja2", "xlsxwriter", "pydantic", "numpy", "pandas"):
        (folder / f"{name}.py").write_text(
            f"open({str(tmp_path / 'sprung')!r}, 'a').write({name!r} + ' ')\nraise SystemExit(99)\n",
            encoding="utf-8",
        )
    # What libraries look for where one stands.
    (folder / ".env").write_text("KOPPELCHECK_DEBUG=1\n", encoding="utf-8")
    (folder / "pyvenv.cfg").write_text("home = /nowhere\n", encoding="utf-8")
    (folder / "great_expectations").mkdir()
    (folder / "great_expectations" / "great_expectations.yml").write_text(
        "config_version: 99\n", encoding="utf-8"
    )
    (folder / "gx").mkdir()
    (folder / "gx" / "great_expectations.yml").write_text("config_version: 99\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", ["--help", "check", "run"])
def test_28_a_module_in_the_working_folder_is_not_imported(
    tmp_path: Path, school: School, mined: Path, command: str
) -> None:
    arguments = {
        "--help": ["--help"],
        "check": ["check", str(school.magister), str(school.legacy)],
        "run": school.arguments(),
    }[command]
    before = snapshot(mined)
    # Without the variable by which the tests show the way to the sources.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*console_script(), *arguments],
        capture_output=True,
        check=False,
        timeout=120,
        cwd=mined,
        env={**variables, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert not (tmp_path / "sprung").exists()
    assert done.returncode == EXIT_DONE, done.stderr.decode("utf-8")
    assert snapshot(mined) == before


def test_28_the_mines_do_spring(tmp_path: Path, mined: Path) -> None:
    command = [sys.executable, "-c", "import csv"]
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    assert subprocess.run(command, cwd=mined, check=False, env=variables).returncode == 99
    assert (tmp_path / "sprung").read_text("utf-8").startswith("csv")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "XXX-14", "XXX+12", ":nonsense"])
def test_29_the_zone_changes_no_import_file(school: School, usual: dict[str, bytes], zone: str) -> None:
    assert import_files(run_of(school, quick_program(), TZ=zone)) == usual


CLOCKS: Final = {
    "the beginning": datetime(1970, 1, 1, tzinfo=UTC),
    "the last second of 32 bits": datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
    "one second later": datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    "far east": datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=14))),
    "far west": datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-12))),
    "no zone": datetime(2026, 11, 24, 10, 0),
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_29_the_clock_changes_no_import_file(school: School, usual: dict[str, bytes], clock: str) -> None:
    done = run_job(RunRequest(school.magister, school.legacy, school.out, CLOCKS[clock], with_suites=False))
    assert import_files(done.run_folder) == usual
    assert whole_runs(school) == [done.run_folder]


def test_29_a_date_of_leaving_is_judged_by_the_settings_not_by_the_clock(tmp_path: Path) -> None:
    school = write_school(tmp_path)
    rows = [(*pupil.legacy_row(), "31-07-2026") for pupil in some_pupils()]
    write_table(school.legacy, (*LEGACY_HEADINGS, "datum uit dienst"), rows)
    config = build_config({"scope": {"left_before": "2026-08-02"}, "limits": {"minimum_overlap": 0}})
    found = []
    for now in (CLOCKS["the beginning"], CLOCKS["one second later"]):
        request = RunRequest(
            school.magister, school.legacy, school.out, now, config=config, with_suites=False
        )
        found.append(run_job(request))
    assert found[0].statuses == found[1].statuses
    assert imported(found[0].run_folder) == imported(found[1].run_folder)


LANGUAGES: Final[dict[str, dict[str, str]]] = {
    "C": {"LC_ALL": "C", "LANG": "C"},
    "C without UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"},
    "Turkish, Latin-5": {"LC_ALL": "tr_TR.ISO-8859-9"},
    "a locale that is not there": {"LC_ALL": "xx_XX.nonsense"},
    "ASCII streams": {"PYTHONIOENCODING": "ascii"},
    "strict ASCII streams": {"PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0", "LC_ALL": "C"},
    "UTF-16 streams": {"PYTHONIOENCODING": "utf-16"},
    "hash seed 0": {"PYTHONHASHSEED": "0"},
    "hash seed of the largest kind": {"PYTHONHASHSEED": "4294967295"},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_30_the_language_of_the_machine_changes_no_import_file(
    school: School, usual: dict[str, bytes], language: str
) -> None:
    folder = school.out.parent / "één"
    folder.mkdir()
    named = School(school.magister, school.legacy.rename(folder / "òud.csv"), school.out)
    assert import_files(run_of(named, quick_program(), KOPPELCHECK_LANG="nl", **LANGUAGES[language])) == usual
    answer = quick("check", str(named.legacy), KOPPELCHECK_LANG="nl", **LANGUAGES[language])
    assert answer.code == EXIT_DONE
    assert "Error" not in answer.err


@pytest.mark.parametrize("flags", [("-OO",), ("-I",), ("-bb", "-X", "dev")])
def test_30_the_flags_of_python_change_no_import_file(
    school: School, usual: dict[str, bytes], flags: tuple[str, ...]
) -> None:
    way = f"import sys\nsys.path.insert(0, {str(PROJECT)!r})\n" if "-I" in flags else ""
    assert import_files(run_of(school, quick_program(way, ("-P", *flags)))) == usual


@pytest.mark.parametrize("flags", [("-OO",), ()])
def test_30_a_refusal_is_no_assert(school: School, flags: tuple[str, ...]) -> None:
    school.legacy.write_bytes(b"naam;leeftijd\r\nx;1\r\n")
    answer = quick(*school.arguments(), command=quick_program("", ("-P", *flags)))
    assert answer.code == 20
    assert school.runs() == []


def test_30_a_failed_check_is_no_assert(school: School) -> None:
    # One link too many, put in behind the program's back, has to be found by the checks of the run itself.
    breaks = (
        "import dataclasses, etl.stages\n"
        "_whole = etl.stages.list_stages\n"
        "def _broken():\n"
        "    return tuple(dataclasses.replace(one, select='select * from (' + one.select + ') union all '\n"
        "        'select * from (' + one.select + ')') if one.table == 'import_ready' else one for one in _whole())\n"
        "import etl.run_tables\n"
        "etl.run_tables.list_stages = _broken\n"
        "etl.stages.stages_between.__globals__['list_stages'] = _broken\n"
    )
    # Not -OO: without docstrings Spark's library, which Great Expectations loads where it is there, cannot be loaded.
    command = [sys.executable, "-P", "-O", "-c", breaks + whole_program()[-1]]
    answer = quick(*school.arguments(), command=command)
    assert answer.code == 22, answer.err
    (run,) = school.runs()
    assert not (run / "import" / "numo_import.csv").exists()


def links_of(run: Path) -> set[tuple[str, str]]:
    """Return who is linked to whom, by account and external id."""
    with duckdb.connect(str(run / "run.duckdb"), read_only=True) as connection:
        return set(connection.execute("select account_id, externeid from import_ready").fetchall())


def test_31_the_order_of_the_records_changes_no_link(tmp_path: Path) -> None:
    found = []
    for seed in (None, 1, 2, 3, "backwards"):
        folder = tmp_path / str(seed)
        folder.mkdir()
        files = Files(folder)
        # Every kind of trouble, so that the order has something to decide.
        files.legacy.append([number(3), "Ander", "Mens", "9Z", "havo", "n103"])
        files.legacy.append(list(files.legacy[4]))
        files.magister.append(list(files.magister[5]))
        files.magister.append([number(6), "59999", files.magister[7][2], "59999@magis.atlas.test"])
        files.legacy[8][0] = "0" + files.legacy[8][0]
        files.legacy[9][0] = ""
        for table in (files.magister, files.legacy):
            rows = table[1:]
            if seed == "backwards":
                rows.reverse()
            elif seed is not None:
                random.Random(seed).shuffle(rows)
            table[1:] = rows
        outcome = files.run()
        assert outcome.folder is not None
        counts = sorted(status for status in outcome.statuses.values())
        found.append((links_of(outcome.folder), counts, imported(outcome.folder)))
    assert len(found[0][0]) > 15
    for other in found[1:]:
        assert other == found[0]


def test_32_a_plugin_that_another_package_brings_is_not_loaded(tmp_path: Path, school: School) -> None:
    told, folder = tmp_path / "told", tmp_path / "installed"
    about = folder / "mine-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[pydantic]\nmine = mine:plugin\n", encoding="utf-8")
    (folder / "mine.py").write_text(f"open({str(told)!r}, 'w').close()\nplugin = None\n", encoding="utf-8")
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [*console_script(), *school.arguments()], capture_output=True, check=False, timeout=120, env=variables
    )
    assert done.returncode == EXIT_DONE, done.stderr.decode("utf-8")
    assert not told.exists()
    # A program that has not said so does load it.
    model = "import pydantic\nclass Model(pydantic.BaseModel):\n    name: str\n"
    subprocess.run(
        [sys.executable, "-c", model], capture_output=True, check=False, timeout=120, env=variables
    )
    assert told.exists()


FORBIDDEN_CALLS: Final = frozenset(
    {"eval", "exec", "compile", "__import__", "input", "breakpoint", "globals", "setattr", "delattr"}
)
FORBIDDEN_MODULES: Final = frozenset(
    (
        "pickle cPickle dill cloudpickle marshal shelve joblib code codeop ctypes subprocess pty socket socketserver"
        " ssl asyncio http urllib urllib3 requests httpx aiohttp ftplib smtplib telnetlib poplib imaplib xmlrpc"
        " webbrowser yaml runpy multiprocessing boto3 paramiko posthog sentry_sdk"
    ).split()
)
FORBIDDEN_ATTRIBUTES: Final = frozenset(
    (
        "system popen execv execve execvp spawnl spawnv fork forkpty posix_spawn startfile mktemp tempnam"
        " read_pickle to_pickle install_extension load_extension from_string extractall extract"
    ).split()
)


def dangers(tree: ast.AST) -> Iterator[str]:
    """Yield each thing in a module that runs what is not written in the package, or leaves the machine."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] in FORBIDDEN_MODULES:
                    yield f"import {name.name}"
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
                yield f"from {node.module}"
        elif isinstance(node, ast.Name):
            if node.id in FORBIDDEN_CALLS:
                yield node.id
        elif isinstance(node, ast.Attribute):
            if node.attr in FORBIDDEN_ATTRIBUTES:
                yield f".{node.attr}"
        elif isinstance(node, ast.keyword):
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            if (node.arg, value) in {("shell", True), ("autoescape", False), ("verify", False)}:
                yield f"{node.arg}={value}"
            if node.arg == "allow_pickle":
                yield "allow_pickle"


def package_modules() -> list[Path]:
    return sorted((PROJECT / "etl").rglob("*.py"))


def test_32_the_package_runs_nothing_that_is_not_written_in_it() -> None:
    assert len(package_modules()) > 50
    found = {
        path.relative_to(PROJECT).as_posix(): sorted(set(dangers(ast.parse(path.read_text("utf-8")))))
        for path in package_modules()
    }
    assert {path: all_of for path, all_of in found.items() if all_of} == {
        # The runs of a batch are written by processes of its own, which start this program and nothing else.
        "etl/batch_workers.py": ["import multiprocessing"],
        # The code of its templates is kept where Python keeps that of its modules, and nowhere else.
        "etl/report/compiled_templates.py": ["import marshal"],
    }
    kept = make_environment("nl").bytecode_cache
    assert isinstance(kept, CompiledTemplates)
    assert kept.folder == PROJECT / "etl" / "report" / "templates" / "__pycache__"


@pytest.mark.parametrize(
    "line",
    [
        "eval('1')",
        "import pickle",
        "from urllib.request import urlopen",
        "import os; os.system('x')",
        "run(x, shell=True)",
        "Environment(autoescape=False)",
        "f = exec",
        "archive.extractall()",
        "from concurrent import futures, x; import http.client",
    ],
)
def test_32_the_search_for_dangers_finds_them(line: str) -> None:
    assert list(dangers(ast.parse(line)))


def test_32_every_template_environment_escapes() -> None:
    made = 0
    for path in package_modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Environment"
            ):
                made += 1
                options = {one.arg: one.value for one in node.keywords}
                assert "autoescape" in options, path.name
                value = options["autoescape"]
                assert not isinstance(value, ast.Constant) or value.value is True, path.name
    assert made
    templates = [path for path in (PROJECT / "etl").rglob("*") if path.suffix in {".html", ".j2", ".jinja"}]
    assert templates
    for path in templates:
        assert not re.search(r"autoescape\s+false", path.read_text("utf-8")), path.name


def test_32_the_engine_is_closed_off(tmp_path: Path) -> None:
    from etl.engines.duckdb import DuckDBEngine

    engine = DuckDBEngine(tmp_path)
    try:
        for statement in (
            "install httpfs",
            "load httpfs",
            "select * from read_csv('/etc/passwd')",
            "select * from read_text('/etc/passwd')",
            "select * from glob('/etc/*')",
            "copy (select 1) to '/tmp/out.csv'",
            "attach '/etc/passwd' as other",
            "set enable_external_access = true",
            "set lock_configuration = false",
            "reset lock_configuration",
            "select * from read_csv('http://127.0.0.1:9/x.csv')",
        ):
            with pytest.raises(duckdb.Error):
                engine.connection.execute(statement).fetchall()
    finally:
        engine.close()


ADDRESS: Final = re.compile(rb"[A-Za-z0-9._%+'-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]+)")
# A realm of Magister is written like an address but ends in the name of a school, which is no domain at all.
DOMAIN_ENDINGS: Final = re.compile(
    rb"(?i)\.([a-z]{2}|com|net|org|edu|gov|mil|int|info|biz|name|online|school|nieuws|amsterdam|frl|app|dev|email|cloud"
    rb"|education|academy|college|university|institute|xyz|site|shop|live|family|one|pro|me|eu)$"
)
# Not a mail address: the way to a repository, and packages beside their version.
OTHER_SIGNS: Final = re.compile(rb"(?i)^(github\.com|gitlab\.com)$")


def live_domains(content: bytes) -> set[bytes]:
    """Return the mail domains that somebody may really have."""
    found = {one.lower() for one in ADDRESS.findall(content)}
    return {one for one in found if DOMAIN_ENDINGS.search(one) and not OTHER_SIGNS.match(one)}


def test_33_no_address_in_what_is_committed_can_be_somebodys() -> None:
    found = {}
    for path in committed():
        domains = live_domains(path.read_bytes())
        if domains:
            found[path.relative_to(PROJECT).as_posix()] = sorted(domains)
    assert found == {}


def test_33_the_search_for_addresses_finds_them() -> None:
    live = (
        b"x@"
        + b"school.nl, y@mail."
        + b"example.com; z@a.test q@b.example r@c.invalid 51@magis.voorbeeldcollege"
    )
    assert live_domains(live) == {b"school.nl", b"mail." + b"example.com"}


def test_33_the_sample_has_addresses_to_look_at() -> None:
    sample = [path for path in committed() if "sample" in path.parts and path.suffix == ".csv"]
    domains = {one for path in sample for one in ADDRESS.findall(path.read_bytes())}
    assert any(one.endswith(b".example") for one in domains)
    for one in domains:
        assert one.endswith((b".example", b".test", b".invalid")) or one.startswith(b"magis."), (
            "a live domain"
        )


def test_the_watch_changes_no_import_file(tmp_path: Path, school: School, usual: dict[str, bytes]) -> None:
    log = tmp_path / "log"
    answer, _ = watched(log, *school.arguments())
    assert answer.code in {EXIT_DONE, EXIT_QUESTIONS}
    (run,) = whole_runs(school)
    assert import_files(run) == usual
    assert len(files_of_run(run)) == 10
