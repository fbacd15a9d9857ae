"""The notebooks run from top to bottom, say what the run says, and give no pupil away.

They run on a real kernel; every address outside this machine is refused there and written down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest

import etl
from etl.config import load_config
from etl.history import Run
from etl.paths import shipped_folder
from etl.pipeline import RunRequest, run_job
from tests.notebooks.kernel import ROOT, execute, read_notebook
from tests.notebooks.outputs import cell_of, code_cells, names_in, shown, values_in

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WALK = ROOT / "notebooks" / "01_walk_one_run.ipynb"

# What the cells counted, handed back as one JSON object by a cell that the test adds.
HAND_OVER = """
import json

print(json.dumps({
    "run_id": report["run_id"],
    "statuses": status_table.to_dicts(),
    "totals": status_totals.to_dicts(),
    "agreement": agreement.to_dicts(),
    "ladder": ladder.to_dicts(),
    "folder_is_gone": own_folder is not None and not run.folder.exists(),
}))
"""


@dataclass(frozen=True)
class Walked:
    """One notebook after a run from top to bottom, and the run it should have told about."""

    notebook: Any
    figures: dict[str, Any]
    told: dict[str, Any]
    network: str


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    sample = shipped_folder("data", "sample")
    request = RunRequest(
        magister=sample / "magister.csv",
        legacy=sample / "legacy.csv",
        control=sample / "control.csv",
        config=load_config(sample / "settings.toml"),
        out=tmp_path_factory.mktemp("runs"),
        now=datetime.fromisoformat("2026-11-23T10:00:00+01:00"),
        with_suites=False,
        with_workbook=False,
    )
    return etl.open_run(run_job(request).run_folder)


@pytest.fixture(scope="module", params=["a run it makes itself", "a run it is given"])
def walked(
    request: pytest.FixtureRequest, sample_run: Run, tmp_path_factory: pytest.TempPathFactory
) -> Walked:
    given = request.param == "a run it is given"
    variables = {"KOPPELCHECK_RUN": str(sample_run.folder)} if given else {}
    done = execute(WALK, tmp_path_factory.mktemp("kernel"), variables, hand_over=HAND_OVER)
    return Walked(done.notebook, sample_run.figures(), done.told, done.network)


def test_notebook_runs_from_top_to_bottom_without_error_or_warning(walked: Walked) -> None:
    for cell in code_cells(walked.notebook):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", cell["id"]
            assert output.get("name") != "stderr", cell["id"]
    assert all(cell["execution_count"] for cell in code_cells(walked.notebook))


def test_notebook_counts_every_pupil_as_the_report_does(walked: Walked) -> None:
    reported = {(entry["source"], entry["status"]): entry["records"] for entry in walked.figures["statuses"]}
    told = {
        (source, row["status"]): row[source]
        for row in walked.told["statuses"]
        for source in ("magister", "legacy")
    }
    assert told == reported
    for row in walked.told["agreement"]:
        assert row["tables"] == row["report"] == walked.figures[row["figure"]]
    assert {row["source"]: row["counted"] for row in walked.told["totals"]} == {
        "legacy": walked.figures["accounts_total"],
        "magister": walked.figures["pupils_total"],
    }


def test_ladder_starts_with_all_pupils_and_ends_with_none(walked: Walked) -> None:
    for source, total in (("magister", "pupils_total"), ("legacy", "accounts_total")):
        rungs = sorted(
            (row for row in walked.told["ladder"] if row["source"] == source), key=lambda row: row["rung"]
        )
        assert [row["rung"] for row in rungs] == list(range(1, 13))
        assert rungs[0]["still_there"] == walked.figures[total]
        assert rungs[-1]["left_over"] == 0


def test_statuses_are_shown_and_not_only_counted(walked: Walked) -> None:
    seen = shown(cell_of(walked.notebook, "status-table"))
    for entry in walked.figures["statuses"]:
        assert entry["status"] in seen


def test_charts_are_drawn_as_pictures(walked: Walked) -> None:
    for cell_id in ("ladder-chart", "reason-chart"):
        drawn = [output["data"] for output in cell_of(walked.notebook, cell_id)["outputs"]]
        assert any(data.get("image/svg+xml", "").startswith("<svg") for data in drawn), cell_id
        # A Vega script would need a page from elsewhere to be seen at all.
        assert not any("vega" in kind for data in drawn for kind in data), cell_id


def test_notebook_tries_no_network(walked: Walked) -> None:
    assert walked.network == ""


def test_no_pupil_of_the_sample_can_be_read_in_the_outputs(walked: Walked, sample_run: Run) -> None:
    words = set(re.findall(r"\w+", shown(*code_cells(walked.notebook))))
    text = shown(*code_cells(walked.notebook))
    names = names_in(sample_run, WALK)
    assert names, "the sample has names to look for"
    assert not names & words
    for column in ("email", "account_id", "externeid", "realmid"):
        for value in values_in(sample_run, column):
            assert value not in text, column


def test_notebook_leaves_no_run_of_its_own_behind(walked: Walked) -> None:
    made_itself = walked.told["run_id"] != walked.figures["run_id"]
    assert walked.told["folder_is_gone"] is made_itself


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = read_notebook(path)
    nbformat.validate(notebook)
    for cell in code_cells(notebook):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}


def test_every_notebook_is_run_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [path.name for path in NOTEBOOKS if f'"{path.name}"' not in tests] == []
