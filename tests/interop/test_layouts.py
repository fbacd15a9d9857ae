"""The linked accounts in the layouts of other programs: the documented headings, and the pupils of the import file.

In it: the sample school, and a school of twelve invented pupils with a user name.
"""

from __future__ import annotations

import csv
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from etl.config import build_config, load_config, with_layouts
from etl.errors import ConfigError
from etl.pipeline import RunRequest, run_job
from tests.cli.schools import MAGISTER_HEADINGS, Say, School, some_pupils, write_table
from tests.golden.sample_run import NOW, SAMPLE

# As in 1EdTech OneRoster 1.2.1, CSV binding, users.csv.
ONE_ROSTER = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,"
    "email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,"
    "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
)
# As in Microsoft's sample of SDS v2.1.
SCHOOL_DATA_SYNC = "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms"
BOTH = ("oneroster-1.2", "microsoft-sds")
OWN = [
    {"layout": "eigen", "heading": "Extern ID", "field": "externeid", "required": True},
    {"layout": "ander", "heading": "Nummer", "field": "stamnr"},
    {"layout": "eigen", "heading": "Rol", "value": "leerling"},
    {"layout": "eigen", "heading": "Opleiding", "field": "opleiding"},
    {"layout": "eigen", "heading": "Leerjaar", "field": "leerjaar"},
]


def run_with(out: Path, *layouts: str, own: list[Any] | None = None) -> Path:
    sample = load_config(SAMPLE / "settings.toml").model_dump(mode="json", by_alias=True, exclude_unset=True)
    sample["import"] = {**sample.get("import", {}), "columns": own or []}
    files = [SAMPLE / f"{name}.csv" for name in ("magister", "legacy", "control")]
    request = RunRequest(
        files[0],
        files[1],
        out,
        NOW,
        control=files[2],
        config=with_layouts(build_config(sample), layouts),
        with_suites=False,
        with_workbook=False,
    )
    return run_job(request).run_folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_with(tmp_path_factory.mktemp("layouts"), *BOTH, "eigen", own=OWN)


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


def guid(externeid: str) -> str:
    return externeid.strip("{}").lower()


def linked(folder: Path) -> list[dict[str, str]]:
    return rows(folder / "import" / "crosswalk.csv", ";")


@pytest.mark.parametrize(
    ("layout", "headings"), [(BOTH[0], ONE_ROSTER), (BOTH[1], SCHOOL_DATA_SYNC)], ids=BOTH
)
def test_the_headings_are_the_documented_ones(run: Path, layout: str, headings: str) -> None:
    content = (run / "import" / layout / "users.csv").read_bytes()
    assert content.startswith(headings.encode() + b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize("layout", BOTH)
def test_the_pupils_are_those_of_the_import_file_and_nobody_else(run: Path, layout: str) -> None:
    users = rows(run / "import" / layout / "users.csv")
    ids = [guid(one["externeid"]).replace("-", "") for one in linked(run)]
    assert [user["sourcedId"].replace("-", "") for user in users] == ids
    assert len(set(ids)) == len(ids) == len(rows(run / "import" / "numo_import.csv", ";")) > 20
    form = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    assert all(form.fullmatch(user["sourcedId"]) for user in users)


def test_one_roster_says_who_the_pupil_is_and_which_account_it_has(run: Path) -> None:
    users = {user["identifier"]: user for user in rows(run / "import" / "oneroster-1.2" / "users.csv")}
    crosswalk = {one["stamnr"]: one for one in linked(run)}
    assert users.keys() == crosswalk.keys()
    for stamnr, user in users.items():
        told = crosswalk[stamnr]
        ids = dict(re.findall(r"\{([^:{}]+):([^{}]*)\}", user["userIds"]))
        assert ids == {
            kind: value
            for kind, value in (("Fed", told["realmid"]), ("account", told["account_id"]))
            if value
        }
        assert user["enabledUser"] == "true"
    zoe = users["240103"]
    assert (zoe["givenName"], zoe["familyName"], zoe["middleName"]) == ("Zoë", "van den Berg", "")
    assert (zoe["username"], zoe["email"]) == ("zoe.vandenberg", "zoe.vandenberg@leerling.voorbeeld.example")


def test_nobody_is_removed_by_a_file_that_lacks_the_held_pupils(run: Path) -> None:
    told = {
        one["propertyName"]: one["value"] for one in rows(run / "import" / "oneroster-1.2" / "manifest.csv")
    }
    assert (told.pop("manifest.version"), told.pop("oneroster.version")) == ("1.0", "1.2")
    assert told.pop("file.users") == "delta"
    assert {told.pop("source.systemName"), told.pop("source.systemCode")} == {"koppelcheck", ""}
    assert len(told) == 20
    assert set(told.values()) == {"absent"}
    for user in rows(run / "import" / "oneroster-1.2" / "users.csv"):
        assert (user["status"], user["dateLastModified"]) == ("active", "2026-11-23T09:00:00.000Z")


@pytest.mark.parametrize("layout", BOTH)
def test_what_the_run_does_not_know_stays_blank(run: Path, layout: str) -> None:
    for heading in ("password", "phone", "sms", "grades", "activeDirectoryMatchId", "primaryOrgSourcedId"):
        assert {user.get(heading, "") for user in rows(run / "import" / layout / "users.csv")} == {""}


def test_a_layout_of_the_school_has_its_own_columns(run: Path) -> None:
    own = rows(run / "import" / "eigen" / "eigen.csv", ";")
    imported = rows(run / "import" / "numo_import.csv", ";")
    assert list(own[0]) == ["Extern ID", "Rol", "Opleiding", "Leerjaar"]
    assert [one["Extern ID"] for one in own] == [one["externeid"] for one in linked(run)]
    assert [one["Opleiding"] for one in own] == [one["Opleiding"] for one in imported]
    assert {one["Rol"] for one in own} == {"leerling"}


def test_equal_runs_write_equal_bytes_for_the_owner_only(run: Path, tmp_path: Path) -> None:
    again = run_with(tmp_path, "eigen", *BOTH, own=OWN)
    names = [
        path.relative_to(run)
        for path in (run / "import").rglob("*")
        if path.is_file() and path.parent.name != "import"
    ]
    assert len(names) == 4
    for name in names:
        assert (run / name).read_bytes() == (again / name).read_bytes()
        if sys.platform != "win32":
            assert stat.S_IMODE((run / name).stat().st_mode) == 0o600
            assert stat.S_IMODE((run / name).parent.stat().st_mode) == 0o700


HEADINGS = ("stamnr", "gebruikersnaam", "roepnaam", "achternaam", "klas", "numoid", "opleiding")


def school_of(folder: Path, **changed: str) -> School:
    """Write twelve pupils; of the first account some cells are changed."""
    pupils = some_pupils()
    accounts = [
        dict(
            zip(
                HEADINGS,
                (
                    str(one.number),
                    f"n.{one.number}",
                    "Noor",
                    one.last_name,
                    "1a",
                    f"n{one.number}",
                    one.opleiding,
                ),
                strict=True,
            )
        )
        for one in pupils
    ]
    accounts[0] |= changed
    magister = write_table(folder / "m.csv", MAGISTER_HEADINGS, [one.magister_row() for one in pupils])
    legacy = write_table(folder / "l.csv", HEADINGS, [tuple(one.values()) for one in accounts])
    return School(magister, legacy, folder / "runs")


@pytest.mark.usefixtures("quick")
def test_a_layout_without_what_it_needs_is_refused_and_nothing_is_written(
    say: Say,
    tmp_path: Path,
) -> None:
    school = school_of(tmp_path, gebruikersnaam="")
    refused = say(*school.arguments("--layout", "microsoft-sds"))
    assert refused.code == 2
    assert "LAYOUT-FIELD-MISSING" in refused.err
    assert "needs gebruikersnaam of every pupil, for the column username" in refused.err
    assert "leeg" in refused.err
    assert [one for one in school.runs() if one.is_dir()] == []


@pytest.mark.usefixtures("quick")
def test_a_cell_that_a_spreadsheet_would_run_is_text_in_a_layout_too(
    say: Say,
    tmp_path: Path,
) -> None:
    school = school_of(tmp_path, roepnaam="=1+1")
    folder = Path(say(*school.arguments("--layout", "microsoft-sds", "--json")).json()["run_folder"])
    assert rows(folder / "import" / "microsoft-sds" / "users.csv")[0]["givenName"] == "'=1+1"


@pytest.mark.usefixtures("quick")
def test_an_account_number_with_marks_of_one_roster_is_refused(
    say: Say,
    tmp_path: Path,
) -> None:
    refused = say(*school_of(tmp_path, numoid="n:1").arguments("--layout", "oneroster-1.2"))
    assert refused.code == 24
    assert "LAYOUT-MARKS" in refused.err
    assert "n:1" not in refused.err


@pytest.mark.usefixtures("quick")
def test_a_release_freezes_the_layouts_too_and_sees_a_change_in_them(
    say: Say,
    tmp_path: Path,
) -> None:
    school = school_of(tmp_path)
    arguments = school.arguments("--layout", "microsoft-sds", "--layout", "oneroster-1.2", "--json")
    folder = Path(say(*arguments).json()["run_folder"])
    asked = say("release", str(folder), "--by", "A. de Boer", "--json").json()
    assert {"microsoft-sds/users.csv", "oneroster-1.2/users.csv", "oneroster-1.2/manifest.csv"} <= set(
        asked["files"]
    )
    assert say("release", str(folder), "--check").code == 0
    (folder / "release" / "microsoft-sds" / "users.csv").write_text("", encoding="utf-8")
    changed = say("release", str(folder), "--check", "--json").json()
    assert (changed["state"], changed["why"]) == ("changed", ["microsoft-sds/users.csv"])


def test_a_layout_that_nobody_knows_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    config = with_layouts(build_config({}), ("oneroster-1.1",))
    gone = tmp_path / "gone.csv"
    with pytest.raises(ConfigError) as refused:
        run_job(RunRequest(gone, gone, tmp_path / "runs", NOW, config=config))
    assert refused.value.code == "LAYOUT-UNKNOWN"
    assert "oneroster-1.2" in refused.value.fields["known"]


def test_a_column_out_of_form_is_refused() -> None:
    for column in (
        {"field": "bsn"},
        {"layout": "../weg"},
        {"layout": "microsoft-sds"},
        {"heading": ""},
        {"value": "x"},
    ):
        sound = {"layout": "eigen", "heading": "x", "field": "stamnr"}
        build_config({"import": {"columns": [sound]}})
        with pytest.raises(ConfigError):
            build_config({"import": {"columns": [{**sound, **column}]}})
