"""Is a run folder there whole or not at all, is none overwritten, and can it be opened again?"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import etl
from etl.errors import ConfigError, OutputError
from etl.history import DATABASE_NAME, MANIFEST_NAME, new_run_folder, open_run, safe_name

NOW = datetime(2026, 11, 23, 10, 0, 5)


def make_run(out: Path, school: str = "99XX") -> Path:
    with new_run_folder(out, school=school, now=NOW) as folder:
        (folder.aside / MANIFEST_NAME).write_text('{"run_id": "r"}', encoding="utf-8")
        (folder.aside / "report" / "report.json").write_text('{"links": 2}', encoding="utf-8")
        with duckdb.connect(str(folder.aside / DATABASE_NAME)) as connection:
            connection.execute("create table pupils as from (values (1, 'a'), (2, 'b')) as t(pupil, klas)")
            connection.execute("create table classes as select 'a' as klas")
    assert folder.final is not None
    return folder.final


def test_a_run_gets_a_folder_named_after_school_and_time(tmp_path: Path) -> None:
    assert make_run(tmp_path / "a" / "runs").name == "99XX-20261123T100005"


def test_a_second_run_at_the_same_moment_gets_a_name_of_its_own(tmp_path: Path) -> None:
    names = [make_run(tmp_path).name for _ in range(3)]
    assert names == ["99XX-20261123T100005", "99XX-20261123T100005-2", "99XX-20261123T100005-3"]


def test_until_it_is_whole_a_run_is_hidden_and_then_nothing_else_stays(tmp_path: Path) -> None:
    with new_run_folder(tmp_path, school="99XX", now=NOW) as folder:
        (aside,) = tmp_path.iterdir()
        assert aside == folder.aside
        assert aside.name.startswith(".99XX-")
        assert aside.name.endswith(".part")
        assert folder.final is None
    assert list(tmp_path.iterdir()) == [folder.final]


@pytest.mark.parametrize("breakage", [ValueError("x"), KeyboardInterrupt(), SystemExit(1)])
def test_a_run_that_breaks_off_leaves_nothing(tmp_path: Path, breakage: BaseException) -> None:
    def break_off() -> None:
        with new_run_folder(tmp_path, school="99XX", now=NOW) as folder:
            (folder.aside / "import" / "half.csv").write_text("x", encoding="utf-8")
            raise breakage

    with pytest.raises(type(breakage)):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_result_that_could_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, new_run_folder(tmp_path, school="99XX", now=NOW):
        raise OSError(28, "No space left on device")
    assert caught.value.code == "OUTPUT-WRITE"
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "runs"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError) as caught, new_run_folder(place, school="99XX", now=NOW):
        pass
    assert caught.value.fields["file"] == "runs"
    assert place.read_text(encoding="utf-8") == "mine"


def test_a_link_with_the_name_of_a_run_is_not_followed(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "runs", tmp_path / "elsewhere"
    out.mkdir()
    try:
        (out / "99XX-20261123T100005").symlink_to(elsewhere)
    except OSError:
        pytest.skip("this machine does not let us make a link")
    assert make_run(out).name == "99XX-20261123T100005-2"
    assert not elsewhere.exists()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("99XX", "99XX"),
        ("../../etc", "etc"),
        ("St. Jan / Noord", "St-Jan-Noord"),
        ("C:\\school", "C-school"),
        ("école", "cole"),
        ("...", "school"),
        ("", "school"),
        ("a" * 90, "a" * 40),
    ],
)
def test_a_school_name_never_leads_out_of_the_folder(given: str, name: str) -> None:
    assert safe_name(given) == name


def test_a_finished_run_opens_with_its_tables_and_figures(tmp_path: Path) -> None:
    run = etl.open_run(make_run(tmp_path))
    assert run.manifest == {"run_id": "r"}
    assert run.figures() == {"links": 2}
    assert run.tables() == ("classes", "pupils")
    assert run.table("pupils").rows() == [(1, "a"), (2, "b")]
    assert run.query("select klas from pupils where pupil = $pupil", pupil=2).rows() == [("b",)]


def test_an_opened_run_cannot_be_changed(tmp_path: Path) -> None:
    run = open_run(make_run(tmp_path))
    with pytest.raises(duckdb.Error):
        run.query("delete from pupils returning *")
    assert run.table("pupils").height == 2


def test_a_table_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_run(make_run(tmp_path)).table('pupils" where false --')
    assert caught.value.code == "RUN-TABLE-UNKNOWN"
    assert caught.value.fields["known"] == ("classes", "pupils")


@pytest.mark.parametrize("content", [None, "", "{", '{"run_id": "r"}'])
def test_a_folder_that_is_no_finished_run_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / MANIFEST_NAME).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        open_run(tmp_path)
    assert caught.value.code == "RUN-NOT-FOUND"


def test_a_manifest_of_another_kind_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    (run / MANIFEST_NAME).write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        open_run(run)
    assert caught.value.code == "RUN-NOT-FOUND"


def test_rows_of_a_run_are_read_without_a_library_for_frames(tmp_path: Path) -> None:
    # explain, and a run that looks at the one before: loading such a library takes longer than either of them
    code = f"""
import sys
from etl.history import open_run
print(open_run({str(make_run(tmp_path))!r}).fetch_rows("select * from pupils where pupil > $least", least=1))
print(*{{"polars", "pandas", "pyarrow", "numpy"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[{'pupil': 2, 'klas': 'b'}]", ""]


def test_a_run_that_is_kept_open_is_opened_once_and_closed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, opened, connect = open_run(make_run(tmp_path)), [], duckdb.connect

    def count(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(duckdb, "connect", count)
    with run.opened():
        assert run.tables() == ("classes", "pupils")
        assert [row["klas"] for row in run.fetch_rows("select klas from pupils order by klas")] == ["a", "b"]
    assert len(opened) == 1
    with pytest.raises(duckdb.ConnectionException):
        opened[0].execute("select 1")
    assert run.tables() == ("classes", "pupils")
    assert len(opened) == 2
