"""Does `purge` tell what it removed, in the right stream and language? The school has twelve invented pupils."""

from __future__ import annotations

import json
from datetime import datetime

from etl.pipeline import RunRequest, run_job
from tests.cli.schools import Say, School

LONG_AGO = datetime(2025, 1, 1, 12, 0)


def make_old_run(school: School) -> str:
    request = RunRequest(
        school.magister, school.legacy, school.out, LONG_AGO, with_suites=False, with_workbook=False
    )
    return run_job(request).run_folder.name


def test_an_old_run_is_purged_and_a_fresh_one_is_not(say: Say, school: School, quick: None) -> None:
    old = make_old_run(school)
    say(*school.arguments())
    trial = say("purge", str(school.out), "--dry-run", "--lang", "nl")
    assert old in trial.out
    assert "Er is niets verwijderd" in trial.out
    done = say("purge", str(school.out), "--json")
    assert done.code == 0
    told = done.json()
    assert (told["format"], told["purged"], len(told["kept"])) == ("koppelcheck/purge-1", [old], 1)
    assert [path.name for path in (school.out / old).iterdir()] == ["manifest.json"]
    refused = say("explain", str(school.out / old), "10101", "--json")
    assert refused.code == 2
    assert (refused.json()["format"], refused.json()["code"]) == ("koppelcheck/explain-1", "RUN-PURGED")


def test_a_day_out_of_form_is_refused(say: Say, school: School) -> None:
    answer = say("purge", str(school.out), "--before", "gisteren")
    assert answer.code == 2


def test_the_manifest_says_until_when_the_data_may_stay(school: School, say: Say) -> None:
    name = make_old_run(school)
    manifest = json.loads((school.out / name / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["retention_date"] == "2025-04-01"
