"""Files in each other's place, one file twice, and what the engine is given. Noor and Sem are invented."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from etl.contract import LEGACY_SOURCE, SOURCES
from etl.errors import InputError, OutputError
from etl.intake.canonical import write_canonical
from etl.intake.compare import looks_like
from etl.intake.delivery import Delivery
from etl.intake.reader import ReadSettings, read_deliveries, read_delivery

MAGISTER = "stamnr;idgebr;externeid;realmid\n1001;7;x;7@school.example\n1002;8;y;8@school.example\n"
LEGACY = "leerlingnummer;naam;klas\n1001;Noor;1A\n1002;Sem;1B\n"
CONTROL = "stamnr;naam;opleiding\n1001;Noor;vwo\n1002;Sem;vwo\n"


def give(
    folder: Path,
    magister: str,
    legacy: str,
    control: str | None = None,
    settings: dict[str, ReadSettings] | None = None,
) -> dict[str, Delivery]:
    paths = {}
    for name, content in (("magister", magister), ("legacy", legacy), ("control", control)):
        paths[name] = folder / f"{name}.csv"
        if content is not None:
            paths[name].write_bytes(content.encode())
    return read_deliveries(
        paths["magister"], paths["legacy"], paths["control"] if control else None, settings=settings or {}
    )


def code_of(
    folder: Path,
    magister: str,
    legacy: str,
    control: str | None = None,
    settings: dict[str, ReadSettings] | None = None,
) -> str:
    with pytest.raises(InputError) as caught:
        give(folder, magister, legacy, control, settings)
    assert "/" not in str(caught.value.fields)
    return caught.value.code


def test_the_files_of_a_run_are_read_together(tmp_path: Path) -> None:
    assert list(give(tmp_path, MAGISTER, LEGACY)) == ["magister", "legacy"]
    assert list(give(tmp_path, MAGISTER, LEGACY, CONTROL)) == list(SOURCES)


def test_swapped_files_are_called_swapped(tmp_path: Path) -> None:
    assert code_of(tmp_path, LEGACY, MAGISTER) == "INTAKE-SWAPPED"
    assert code_of(tmp_path, "login;mail\na;b\n", MAGISTER) == "INTAKE-SWAPPED"
    own = ReadSettings(headings={"externeid": "koppeling"})
    assert (
        code_of(tmp_path, LEGACY, MAGISTER.replace("externeid", "koppeling"), settings={"magister": own})
        == "INTAKE-SWAPPED"
    )


def test_a_magister_file_that_only_lacks_a_column_is_not_called_swapped(tmp_path: Path) -> None:
    assert code_of(tmp_path, MAGISTER.replace("realmid", "x"), LEGACY) == "INTAKE-HEADING-MISSING"


@pytest.mark.parametrize(
    ("magister", "legacy", "control"),
    [
        (MAGISTER, MAGISTER, None),
        (MAGISTER, MAGISTER.replace("\n", "\r\n"), None),
        (MAGISTER, MAGISTER.replace(";", ","), None),
        (MAGISTER, LEGACY, LEGACY),
        (MAGISTER, LEGACY, '"leerlingnummer";"naam";"klas"\n' + LEGACY.split("\n", 1)[1]),
    ],
)
def test_one_file_given_twice_is_found(
    tmp_path: Path, magister: str, legacy: str, control: str | None
) -> None:
    assert code_of(tmp_path, magister, legacy, control) == "INTAKE-SAME-FILE"


def test_a_file_says_what_it_looks_like(tmp_path: Path) -> None:
    for name, content in (("m", MAGISTER), ("l", LEGACY), ("x", "a;b\n1;2\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert looks_like(tmp_path / "m") == {"magister", "legacy"}
    assert looks_like(tmp_path / "l") == {"legacy", "control"}
    assert looks_like(tmp_path / "x") == frozenset()


def test_the_engine_gets_every_readable_record_quoted(tmp_path: Path) -> None:
    source = tmp_path / "lijst.csv"
    source.write_text('stamnr;naam\n1001;No"or\n1002;Sem;te veel\n1003;"Bo\nSmit"\n', encoding="utf-8")
    delivery = read_delivery(source, source=LEGACY_SOURCE)
    target = tmp_path / "canoniek.csv"
    write_canonical(delivery, target, school='99"XX')
    lines = target.read_bytes().decode().split("\n")
    assert lines[0].startswith('"99""XX","1","2","')
    assert lines[0].endswith('","1001","No""or"')
    assert lines[1].startswith('"99""XX","3","4","')
    assert lines[1:] == [lines[1], 'Smit"', ""]
    assert len(lines[0].split('","')[3]) == 32
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    source = tmp_path / "lijst.csv"
    source.write_text(LEGACY, encoding="utf-8")
    with pytest.raises(OutputError, match="INTAKE-NOT-WRITTEN"):
        write_canonical(read_delivery(source, source=LEGACY_SOURCE), source, school="99XX")
    assert source.read_text(encoding="utf-8") == LEGACY


def test_equal_records_have_equal_digests_and_others_do_not(tmp_path: Path) -> None:
    source = tmp_path / "lijst.csv"
    source.write_text("stamnr;naam\n1;a\n1;a\n1a;\n", encoding="utf-8")
    write_canonical(read_delivery(source, source=LEGACY_SOURCE), tmp_path / "uit.csv", school="s")
    digests = [
        line.split('","')[3] for line in (tmp_path / "uit.csv").read_text(encoding="utf-8").split("\n")[:3]
    ]
    assert digests[0] == digests[1] != digests[2]
