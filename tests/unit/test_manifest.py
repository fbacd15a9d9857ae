"""Does the manifest say what made a run, so that it can be checked later, and nothing about a pupil?"""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import etl
from etl import contract
from etl.config import build_config
from etl.manifest import FORMAT, LIBRARIES, checksum
from etl.pipeline import RunRequest, run_job

MAGISTER = "stamnr;idgebr;externeid;realmid\n1001;51;abc00000-0000-4000-8000-000000001001;51@atlas.test\n"
LEGACY = "stamnr;voornaam;achternaam;klas\n1001;Hadewych;Onverwacht;1a\n1002;Bram;Beuk;1a\n"


def make_run(folder: Path) -> Path:
    (folder / "m.csv").write_text(MAGISTER, encoding="utf-8")
    (folder / "l.csv").write_text(LEGACY, encoding="utf-8")
    config = build_config({"school": {"brin": "99XX"}, "import": {"line_end": "lf"}})
    request = RunRequest(
        folder / "m.csv",
        folder / "l.csv",
        folder / "runs",
        datetime(2026, 11, 23, 10, 0),
        config=config,
        with_suites=False,
    )
    return run_job(request).run_folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("school"))


def manifest_of(run: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    return content


def test_each_file_of_the_run_has_its_checksum(run: Path) -> None:
    written = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    outputs = manifest_of(run)["outputs"]
    assert set(outputs) == written - {"manifest.json"}
    assert outputs.pop("run.duckdb") is None, "its bytes differ between equal runs"
    for name, expected in outputs.items():
        assert hashlib.sha256((run / name).read_bytes()).hexdigest() == expected


def test_the_delivered_files_are_known_again(run: Path) -> None:
    inputs = {one["source"]: one for one in manifest_of(run)["inputs"]}
    assert set(inputs) == {"magister", "legacy"}
    for source, name, content in (("magister", "m.csv", MAGISTER), ("legacy", "l.csv", LEGACY)):
        assert inputs[source]["file_name"] == name
        assert inputs[source]["sha256"] == hashlib.sha256(content.encode()).hexdigest()
        assert inputs[source]["size_bytes"] == len(content)
    assert inputs["legacy"]["records"] == 2
    assert inputs["legacy"]["columns"][0] == ["stamnr", "stamnr"]


def test_versions_and_settings_are_kept(run: Path) -> None:
    manifest = manifest_of(run)
    assert manifest["format"] == FORMAT
    assert manifest["versions"]["koppelcheck"] == etl.__version__
    assert manifest["versions"]["python"] == platform.python_version()
    assert set(LIBRARIES) <= set(manifest["versions"])
    assert manifest["settings"]["school"]["brin"] == "99XX"
    # Under the name that people write, so that the settings can be used again.
    assert manifest["settings"]["import"]["line_end"] == "lf"
    assert build_config(manifest["settings"]).import_file.line_end == "lf"


def test_the_counts_add_up_to_the_files(run: Path) -> None:
    manifest = manifest_of(run)
    for one in manifest["inputs"]:
        counts = manifest["statuses"][one["source"]]
        assert set(counts) == {status.code for status in contract.STATUSES}
        assert sum(counts.values()) == one["records"]


def test_no_pupil_stands_in_it(run: Path) -> None:
    content = (run / "manifest.json").read_text(encoding="utf-8")
    for value in ("Hadewych", "Onverwacht", "1001", "abc00000", "51@atlas.test"):
        assert value not in content


def test_a_checksum_is_the_one_everybody_computes(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert checksum(path) == hashlib.sha256(b"").hexdigest()
