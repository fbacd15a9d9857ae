"""Does purge remove pupils' data when it is due, keep the manifest, and touch nothing else?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from etl.errors import ConfigError, OutputError
from etl.history import open_run
from etl.leftovers import MARKER_NAME, MARKER_SAYS
from etl.purge import purge_runs

TODAY = date(2026, 11, 24)


def make_run(out: Path, name: str, **manifest: Any) -> Path:
    """Make the folder of a run with a pupil's data in it."""
    folder = out / name
    (folder / "report").mkdir(parents=True)
    (folder / "run.duckdb").write_bytes(b"pupil")
    (folder / "report" / "report.html").write_text("pupil", encoding="utf-8")
    content = {"format": "koppelcheck/manifest-1", "created": "2026-08-01T10:00:00+02:00"} | manifest
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_run_whose_time_is_up_keeps_its_manifest_only(tmp_path: Path) -> None:
    run = make_run(tmp_path, "old", retention_date="2026-11-23", statuses={"legacy": {}})
    done = purge_runs(tmp_path, today=TODAY, version="9.9")
    assert (done.purged, done.kept) == (("old",), ())
    assert names_in(run) == ["manifest.json"]
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["purged"] == {"date": "2026-11-24", "koppelcheck": "9.9"}
    assert manifest["statuses"] == {"legacy": {}}


@pytest.mark.parametrize(
    ("told", "is_due"), [("2026-11-23", True), ("2026-11-24", False), ("2026-12-01", False)]
)
def test_the_last_day_still_counts(tmp_path: Path, told: str, is_due: bool) -> None:
    make_run(tmp_path, "run", retention_date=told)
    assert bool(purge_runs(tmp_path, today=TODAY, version="1").purged) is is_due


@pytest.mark.parametrize(
    ("created", "is_due"), [("2026-08-25", True), ("2026-08-26", False), ("soon", False)]
)
def test_a_manifest_without_a_date_gets_ninety_days(tmp_path: Path, created: str, is_due: bool) -> None:
    make_run(tmp_path, "run", created=created)
    assert bool(purge_runs(tmp_path, today=TODAY, version="1").purged) is is_due


def test_a_day_can_be_given_instead(tmp_path: Path) -> None:
    make_run(tmp_path, "a", created="2026-11-01", retention_date="2027-01-30")
    make_run(tmp_path, "b", created="2026-11-20", retention_date="2027-02-18")
    done = purge_runs(tmp_path, today=TODAY, version="1", before=date(2026, 11, 10))
    assert (done.purged, done.kept) == (("a",), ("b",))


def test_a_trial_removes_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path, "old", retention_date="2026-01-01")
    before = names_in(run)
    assert purge_runs(tmp_path, today=TODAY, version="1", is_trial=True).purged == ("old",)
    assert names_in(run) == before


def test_twice_is_the_same_as_once(tmp_path: Path) -> None:
    run = make_run(tmp_path, "old", retention_date="2026-01-01")
    purge_runs(tmp_path, today=TODAY, version="1")
    manifest = (run / "manifest.json").read_bytes()
    again = purge_runs(tmp_path, today=date(2027, 1, 1), version="2")
    assert (again.purged, again.before) == ((), ("old",))
    assert (run / "manifest.json").read_bytes() == manifest


def test_what_is_no_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "manifest.json").write_text('{"format": "other"}', encoding="utf-8")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{", encoding="utf-8")
    (tmp_path / "file.csv").write_text("a", encoding="utf-8")
    before = names_in(tmp_path)
    done = purge_runs(tmp_path, today=TODAY, version="1", before=TODAY)
    assert (done.purged, done.kept, names_in(tmp_path)) == ((), (), before)


def test_a_link_in_a_run_is_removed_and_its_target_is_not(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "kept.txt").write_text("kept", encoding="utf-8")
    out = tmp_path / "runs"
    run = make_run(out, "old", retention_date="2026-01-01")
    (run / "link").symlink_to(target, target_is_directory=True)
    (out / "linked").symlink_to(target, target_is_directory=True)
    assert purge_runs(out, today=TODAY, version="1").purged == ("old",)
    assert names_in(run) == ["manifest.json"]
    assert (target / "kept.txt").exists()


def test_leftovers_of_killed_runs_go_as_well(tmp_path: Path) -> None:
    left = tmp_path / ".99XX-20261124T100000.abcd1234.part"
    left.mkdir()
    (left / MARKER_NAME).write_bytes(MARKER_SAYS)
    assert purge_runs(tmp_path, today=TODAY, version="1").leftovers == 1
    assert not left.exists()


def test_a_run_that_resists_does_not_save_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_run(tmp_path, "a", retention_date="2026-01-01")
    second = make_run(tmp_path, "b", retention_date="2026-01-01")
    real = __import__("os").unlink

    def resist(path: str, *rest: Any, **more: Any) -> None:
        if "a/run.duckdb" in str(path).replace("\\", "/"):
            raise PermissionError(13, "busy")
        real(path, *rest, **more)

    monkeypatch.setattr("os.unlink", resist)
    with pytest.raises(OutputError) as caught:
        purge_runs(tmp_path, today=TODAY, version="1")
    assert caught.value.fields["folders"] == ["a"]
    assert names_in(second) == ["manifest.json"]
    assert "purged" not in json.loads((first / "manifest.json").read_text(encoding="utf-8"))


def test_a_purged_run_cannot_be_opened_and_says_why(tmp_path: Path) -> None:
    run = make_run(tmp_path, "old", retention_date="2026-01-01")
    purge_runs(tmp_path, today=TODAY, version="1")
    with pytest.raises(ConfigError) as caught:
        open_run(run)
    assert (caught.value.code, caught.value.fields["date"]) == ("RUN-PURGED", "2026-11-24")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        purge_runs(tmp_path / "nothing", today=TODAY, version="1")
