"""A run in which stand-ins speak for plain pairs writes what any run writes, and every command reads it the same.

So does one of very many records, whose files are copied and whose largest tables are made in the file that keeps them.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import etl.engines.duckdb
import etl.intake.files
import etl.run_tables
from etl.history import open_run
from etl.pipeline import RunRequest, run_job
from etl.stages import list_stages
from tests.cli.schools import Say
from tests.model.delivered import PLAIN, file_bytes
from tests.model.people import MOST_HUMANS
from tests.model.schools import make_school
from tests.model.truth import Layout

NOW = datetime(2026, 11, 2, 9, 0)
DEFECTS = ("twins swapped", "number blank in legacy", "id repeated in magister", "new", "second account")


@pytest.fixture(params=["short", "large"])
def runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[Path, Path]:
    """One school run twice: every record by itself, and with stand-ins or as if it were very large."""
    school = make_school(3, MOST_HUMANS, DEFECTS, Layout(magister_names="parts", legacy_names="parts"))
    place = tmp_path / "lyceum"
    place.mkdir()
    for side in ("magister", "legacy"):
        (place / f"{side}.csv").write_bytes(file_bytes(school, side, PLAIN))
    found = []
    for name in ("long", request.param):
        if name != "long":
            monkeypatch.setattr(etl.run_tables, "FEW_RECORDS", 0)
        if name == "large":
            monkeypatch.setattr(etl.engines.duckdb, "MANY_RECORDS", 0)
            monkeypatch.setattr(etl.intake.files, "LARGE_BYTES", 1)
        wanted = RunRequest(
            place / "magister.csv", place / "legacy.csv", tmp_path / name, NOW, with_workbook=False
        )
        found.append(run_job(wanted).run_folder)
    return found[0], found[1]


def test_both_runs_write_the_same_and_every_command_reads_them_alike(
    runs: tuple[Path, Path], say: Say, tmp_path: Path
) -> None:
    long, short = runs
    for path in sorted(long.rglob("*")):
        if path.is_file() and path.name not in ("run.duckdb",):
            assert (short / path.relative_to(long)).read_bytes() == path.read_bytes(), path.name
    for stage in list_stages():
        one, other = (open_run(run).table(stage.table) for run in runs)
        assert one.schema == other.schema
        assert sorted(map(repr, one.rows())) == sorted(map(repr, other.rows())), stage.table
    assert (
        open_run(short).query("select count(*) - count(distinct stand_in) as n from plain_pairs")["n"][0] > 5
    )
    numbers = [
        row["stamnr"] for row in open_run(long).fetch_rows("select stamnr from magister_rows order by stamnr")
    ]
    for number in numbers[::7]:
        told = [say("explain", str(run), number, "--json").json()["records"] for run in runs]
        assert told[0] == told[1]
    assert say("suggest", str(long)).out == say("suggest", str(short)).out
    assert "0 rows arrived, 0 rows gone" in say("compare", str(long), str(short), "--lang", "en").out
    for run, name in zip(runs, ("one", "other"), strict=True):
        assert say("export", str(run), str(tmp_path / name)).code == 0
    one, other = ({path.name for path in (tmp_path / name).iterdir()} for name in ("one", "other"))
    assert one <= other
    assert other - one == {"plain_pairs.parquet"}
