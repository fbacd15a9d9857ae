"""Files that once gave an account to somebody else: what looks like proof here is none, on every road through a run.

In each school the pupils 1001 and 1002 are in doubt; 1003 and those behind it are linked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

import etl.run_tables
from etl.contract import MAGISTER
from etl.history import open_run
from tests.cli.schools import Say

IDS: Final = "stamnr;idgebr;externeid;realmid"
OTHERS: Final = range(1003, 1009)


def pupil(number: int, *more: str, id_of: int | None = None) -> str:
    """Return a line of the Magister file; `id_of` gives it the external id of another pupil."""
    return ";".join(
        (str(number), f"{number + 50_000}", f"abc00000-0000-4000-8000-{id_of or number:012d}",
         f"{number + 50_000}@atlas.test", *more)
    )  # fmt: skip


def external_id(number: int) -> str:
    return f"abc00000-0000-4000-8000-{number:012d}"


def plain(*numbers: int) -> list[str]:
    return [IDS, *map(pupil, (*numbers, *OTHERS))]


# What: the Magister file, the old file, the control list, the settings.
SCHOOLS: Final[dict[str, tuple[list[str], list[str], list[str], str]]] = {
    "twins swapped, their surname under naam": (
        plain(1001, 1002),
        ["id;stamnr;voornaam;naam", "a;1002;Anna;Bakker", "b;1001;Bert;Bakker",
         *(f"{number};{number};Eva;Smit" for number in OTHERS)],
        ["stamnr;voornaam;naam", "1001;Anna;Bakker", "1002;Bert;Bakker"],
        "",
    ),
    "twins swapped, the whole name beside the surname": (
        [f"{IDS};achternaam;volledige naam", pupil(1001, "Bakker", "Anna Bakker"),
         pupil(1002, "Bakker", "Bert Bakker"), *(pupil(number, "Smit", "Eva Smit") for number in OTHERS)],
        ["id;stamnr;achternaam;volledige naam", "a;1002;Bakker;Anna Bakker", "b;1001;Bakker;Bert Bakker",
         *(f"{number};{number};Smit;Eva Smit" for number in OTHERS)],
        [],
        "",
    ),
    "only the control list has first names": (
        [f"{IDS};achternaam", pupil(1001, "Bakker"), pupil(1002, "Bakker"),
         *(pupil(number, "Smit") for number in OTHERS)],
        ["id;stamnr;voornaam;achternaam", "a;1002;Anna;Bakker", "b;1001;Bert;Bakker",
         *(f"{number};{number};Eva;Smit" for number in OTHERS)],
        ["stamnr;voornaam;achternaam", "1001;Anna;Bakker", "1002;Bert;Bakker"],
        "",
    ),
    "an id on another number, and only a surname": (
        [f"{IDS};achternaam", pupil(1001, "Bakker"), *(pupil(number, "Smit") for number in OTHERS)],
        ["id;stamnr;externeid;achternaam", f"a;2001;{external_id(1001)};Bakker",
         *(f"{number};{number};;Smit" for number in OTHERS)],
        [],
        "",
    ),
    "an id on another number, and a name that stands for nothing": (
        [f"{IDS};naam", pupil(1001, "Onbekend Onbekend"), *(pupil(number, "Eva Smit") for number in OTHERS)],
        ["id;stamnr;externeid;naam", f"a;2001;{external_id(1001)};Onbekend Onbekend",
         *(f"{number};{number};;Eva Smit" for number in OTHERS)],
        [],
        "",
    ),
    "an invented pupil": (
        [f"{IDS};naam", pupil(1001, "Test Leerling"), *(pupil(number, "Eva Smit") for number in OTHERS)],
        ["id;stamnr", "a;1001", *(f"{number};{number}" for number in OTHERS)],
        [],
        "",
    ),
    "an id that a pupil out of scope has too": (
        [f"{IDS};vestiging", pupil(1001, "Noord"), pupil(1002, "Zuid", id_of=1001),
         *(pupil(number, "Noord") for number in OTHERS)],
        ["id;stamnr", "a;1001", *(f"{number};{number}" for number in OTHERS)],
        [],
        '[scope]\nlocations = ["Noord"]\n',
    ),
    "a record shifted by a delimiter, beside a column that is not read": (
        plain(1001, 1002),
        ["id;geboortedatum;naam;kluis;stamnr;klas", "a;01-02-2012;Bakker;Anna;1002;1001;",
         *(f"{number};01-02-2012;Smit Eva;7;{number};1A" for number in OTHERS)],
        [],
        '[legacy]\ndrop_columns = ["geboortedatum"]\n',
    ),
    "a record shifted by a delimiter, and a quote in another": (
        plain(1001, 1002),
        ["id;naam;kluis;stamnr;klas", "a;Bakker;Anna;1002;1001;", '1003;Smit 5" Eva;7;1003;1A',
         *(f"{number};Smit Eva;7;{number};1A" for number in OTHERS if number > 1003)],
        [],
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("road", ["every record", "stand-ins", "many schools"])
@pytest.mark.parametrize("what", SCHOOLS)
def test_what_is_no_proof_links_nobody(
    what: str, road: str, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if road == "stand-ins":
        monkeypatch.setattr(etl.run_tables, "FEW_RECORDS", 0)
    magister, legacy, control, settings = SCHOOLS[what]
    folder = tmp_path / "schools" / "atlas"
    folder.mkdir(parents=True)
    options = []
    for name, lines in (("magister", magister), ("legacy", legacy), ("control", control)):
        if lines:
            path = folder / f"{name}.csv"
            path.write_bytes("".join(f"{line}\n" for line in lines).encode())
            options += [f"--{name}", str(path)]
    if settings:
        (folder / "school.toml").write_text(settings, encoding="utf-8")
        options += ["--settings", str(folder / "school.toml")]
    out = tmp_path / "runs"
    start = ("batch", str(folder.parent)) if road == "many schools" else ("run", *options)
    answer = say(*start, "--out", str(out), "--no-suites", "--no-workbook", "--quiet")
    (run,) = (path for path in out.iterdir() if path.is_dir())
    tables = open_run(run)
    linked = [row["number"] for row in _linked(tables)]
    assert linked == list(OTHERS), answer.err


def test_a_pupil_of_two_locations_is_one_pupil_and_keeps_the_account(say: Say, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(
        "\n".join((f"{IDS};vestiging", pupil(1001, "Zuid"), pupil(1001, "Noord"), pupil(1002, "Zuid"))) + "\n"
    )
    (tmp_path / "l.csv").write_text("id;stamnr;klas\na;1001;1A\n")
    (tmp_path / "s.toml").write_text('[scope]\nlocations = ["Noord"]\n')
    files = ("--magister", str(tmp_path / "m.csv"), "--legacy", str(tmp_path / "l.csv"))
    say("run", *files, "--settings", str(tmp_path / "s.toml"), "--out", str(tmp_path / "runs"), "--no-suites")
    (run,) = (tmp_path / "runs").iterdir()
    assert [row["number"] for row in _linked(open_run(run))] == [1001]


def _linked(tables: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tables.fetch_rows(
        "select cast(m.stamnr_key as bigint) as number from decided_pupils as d"
        " inner join magister_rows as m on d.school = m.school and d.source_row = m.source_row"
        f" where d.source = '{MAGISTER}' and d.is_linked order by 1"
    )
    return rows
