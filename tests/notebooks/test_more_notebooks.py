"""The notebooks on one pupil, on two runs and on many schools: offline, without a pupil in sight, and adding up."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import etl
from etl.history import Run
from tests.notebooks.kernel import ROOT, Executed, execute
from tests.notebooks.outputs import code_cells, names_in, shown, values_in

# The figures that each notebook ends with.
TELLS = {
    "02_follow_one_pupil.ipynb": '{"records": ledger.height, "held": held.height}',
    "03_compare_runs.ipynb": "totals",
    "05_many_schools.ipynb": "totals",
}


@dataclass(frozen=True)
class Ran:
    """One notebook after a run from top to bottom, and a run of the sample to compare it with."""

    name: str
    done: Executed
    sample: Run


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return etl.run_sample(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module", params=sorted(TELLS))
def ran(request: pytest.FixtureRequest, sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    name: str = request.param
    tell = f"import json\n\nprint(json.dumps({TELLS[name]}))"
    done = execute(ROOT / "notebooks" / name, tmp_path_factory.mktemp("kernel"), {}, hand_over=tell)
    return Ran(name, done, sample_run)


def test_it_runs_from_top_to_bottom_without_error_warning_or_network(ran: Ran) -> None:
    for cell in code_cells(ran.done.notebook):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", cell["id"]
            assert output.get("name") != "stderr", cell["id"]
    assert ran.done.network == ""


def test_it_counts_as_the_program_does(ran: Ran) -> None:
    report = ran.sample.figures()
    all_records = report["pupils_total"] + report["accounts_total"]
    told = ran.done.told
    if ran.name.startswith("02"):
        assert told == {
            "records": 2,
            "held": 2,
        }  # the first pupil whose name contradicts the number, on both sides
    elif ran.name.startswith("03"):
        assert told == {"before": all_records, "now": all_records - 3}
    else:
        assert told["schools"] == 3
        assert told["records"] > 2 * all_records


def test_it_gives_no_pupil_away(ran: Ran) -> None:
    text = shown(*code_cells(ran.done.notebook))
    names = names_in(ran.sample, ROOT / "notebooks" / ran.name)
    assert names
    assert not [name for name in names if name in text.split()]
    for column in ("email", "account_id", "externeid", "realmid"):
        assert not [value for value in values_in(ran.sample, column) if value in text], column
