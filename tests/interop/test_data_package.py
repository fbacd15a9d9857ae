"""The tables of a run as a data package: judged by Frictionless, read by polars, and as private as the run."""

from __future__ import annotations

import hashlib
import json
import stat
import warnings
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import etl
from etl.cli import main
from etl.history import Run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return etl.run_sample(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def package(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "tables"
    assert main(["export", str(run.folder), str(folder)]) == 0
    return folder


def descriptor(package: Path) -> Any:
    return json.loads((package / "datapackage.json").read_text("utf-8"))


def test_frictionless_takes_the_descriptor(package: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own libraries
        from frictionless import Package

        found = Package.from_descriptor(descriptor(package))
        assert len(found.resource_names) == len(set(found.resource_names)) > 20
        broken = descriptor(package)
        broken["resources"][0]["schema"]["fields"][0]["type"] = "nonsense"
        with pytest.raises(Exception, match="nonsense"):
            Package.from_descriptor(broken)


def test_every_table_is_in_it_with_every_row_and_column(package: Path, run: Run) -> None:
    told = {one["name"]: one for one in descriptor(package)["resources"]}
    assert set(told) == set(run.tables())
    kinds = {
        pl.String: "string",
        pl.Int64: "integer",
        pl.Int32: "integer",
        pl.Boolean: "boolean",
        pl.Float64: "number",
    }
    for name, one in told.items():
        frame = pl.read_parquet(package / one["path"])
        assert frame.equals(run.table(name).cast({pl.Decimal(38, 0): pl.Int64})), name
        assert [field["name"] for field in one["schema"]["fields"]] == frame.columns
        for field, kind in zip(one["schema"]["fields"], frame.dtypes, strict=True):
            assert field["type"] in (kinds.get(type(kind)), kinds.get(kind), "any"), (name, field)


def test_sizes_and_checksums_are_those_of_the_files_and_nobody_else_may_read_them(package: Path) -> None:
    told = descriptor(package)["resources"]
    assert {path.name for path in package.iterdir()} == {one["path"] for one in told} | {"datapackage.json"}
    for one in told:
        content = (package / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    assert stat.S_IMODE(package.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in package.iterdir()} == {0o600}


def test_the_descriptor_names_no_pupil(package: Path, run: Run) -> None:
    text = (package / "datapackage.json").read_text("utf-8")
    for column in ("externeid", "realmid", "full_name"):
        values = run.query(f"select distinct {column} as value from clean_magister where {column} <> ''")[
            "value"
        ]
        assert not [value for value in values if value in text], column


def test_a_folder_that_is_there_is_left_alone(package: Path, run: Run) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in package.iterdir()}
    assert main(["export", str(run.folder), str(package)]) == 24
    assert {path.name: path.stat().st_mtime_ns for path in package.iterdir()} == before
