"""Splink, written by others, comes to the same evidence as the program on the same model."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import etl
from etl.errors import ConfigError
from etl.pipeline import RunRequest, run_job
from etl.splink_views import SplinkView, open_in_splink
from tests.cli.schools import some_pupils, write_school
from tests.model.another_year import another_year, write_files


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> SplinkView:
    folder = tmp_path_factory.mktemp("year")
    magister, legacy, control = write_files(another_year(3), folder)
    request = RunRequest(
        magister,
        legacy,
        folder / "runs",
        datetime(2026, 9, 1, 9, 0).astimezone(),
        control=control,
        with_suites=False,
        with_workbook=False,
    )
    return open_in_splink(etl.open_run(run_job(request).run_folder))


def test_every_pair_of_a_school_weighs_the_same_in_splink(view: SplinkView) -> None:
    assert view.pairs.height > 50
    assert (view.pairs["weight"] - view.pairs["splink_weight"]).abs().max() < 0.00001  # type: ignore[operator]


def test_the_levels_of_all_fields_occur(view: SplinkView) -> None:
    for field in ("first", "last", "class"):
        assert len({one[f"gamma_{field}"] for one in view.predictions}) > 2, field


def test_a_waterfall_names_nobody(view: SplinkView) -> None:
    drawn = view.waterfall_chart(0).to_json()
    record = view.predictions[0]
    for column in ("first_key_l", "last_key_l", "first_key_r", "last_key_r"):
        assert f'"{record[column]}"' not in drawn


def test_a_run_of_which_everybody_is_linked_has_nothing_to_draw(tmp_path: Path) -> None:
    school = write_school(tmp_path, some_pupils(), some_pupils())
    request = RunRequest(
        school.magister,
        school.legacy,
        school.out,
        datetime(2026, 9, 1, 9, 0).astimezone(),
        with_suites=False,
        with_workbook=False,
    )
    run = etl.open_run(run_job(request).run_folder)
    with pytest.raises(ConfigError) as caught:
        open_in_splink(run)
    assert caught.value.code == "SPLINK-NOBODY"
