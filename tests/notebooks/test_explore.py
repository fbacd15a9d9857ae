"""The notebook that explores what does not fit: offline, without a pupil, and with the totals of the report."""

from __future__ import annotations

import pytest

import etl
from etl.history import Run
from tests.notebooks.kernel import ROOT, Executed, execute
from tests.notebooks.outputs import cell_of, code_cells, names_in, shown, values_in

EXPLORE = ROOT / "notebooks" / "04_explore_mismatches.ipynb"
HAND_OVER = """
import json

print(json.dumps({
    "totals": totals,
    "held": held.to_dicts(),
    "pairs": view.pairs.height,
    "difference": scores["difference"].max(),
}))
"""


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return etl.run_sample(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def explored(sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Executed:
    variables = {"KOPPELCHECK_RUN": str(sample_run.folder)}
    return execute(EXPLORE, tmp_path_factory.mktemp("kernel"), variables, hand_over=HAND_OVER)


def test_it_runs_from_top_to_bottom_without_error_warning_or_network(explored: Executed) -> None:
    for cell in code_cells(explored.notebook):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", cell["id"]
            assert output.get("name") != "stderr", cell["id"]
    assert explored.network == ""


def test_its_totals_are_those_of_the_report(explored: Executed, sample_run: Run) -> None:
    report = sample_run.figures()
    for source, figure in (("magister", "pupils_total"), ("legacy", "accounts_total")):
        assert set(explored.told["totals"][source].values()) == {report[figure]}
    held = {(row["source"], row["reason"]): row["records"] for row in explored.told["held"]}
    cases = [record for case in report["cases"] for record in case["records"]]
    assert sum(held.values()) == len(cases)


def test_splink_agrees_with_the_program_on_every_pair(explored: Executed, sample_run: Run) -> None:
    assert explored.told["pairs"] == sample_run.table("candidate_pairs").height > 0
    assert explored.told["difference"] < 0.00001


def test_its_charts_are_pictures_and_its_table_brings_its_own_script(explored: Executed) -> None:
    for name in ("held-chart", "cause-chart", "splink-weights", "splink-shares", "waterfall-chart"):
        drawn = [output["data"] for output in cell_of(explored.notebook, name)["outputs"]]
        assert any(data.get("image/svg+xml", "").startswith("<svg") for data in drawn), name
    table = "".join(
        output["data"].get("text/html", "")
        for output in cell_of(explored.notebook, "worklist-table")["outputs"]
    )
    assert "<table" in table
    assert "src=" not in table


def test_it_gives_no_pupil_away(explored: Executed, sample_run: Run) -> None:
    text = shown(*code_cells(explored.notebook))
    names = names_in(sample_run, EXPLORE)
    assert names
    assert not [name for name in names if name in text.split()]
    for column in ("email", "account_id", "externeid", "realmid"):
        assert not [value for value in values_in(sample_run, column) if value in text], column
