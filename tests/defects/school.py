"""One invented school of thirty pupils whose files can be spoiled, and what a run makes of them, record by record.

It holds no rule; which pupil belongs to which account is known beforehand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from etl.config import build_config
from etl.errors import ReconcileError
from etl.pipeline import RunRequest, run_job

NOW: Final = datetime(2026, 11, 24, 10, 0)
REALM: Final = "magis.atlas.test"
MAGISTER: Final = ("stamnr", "idgebr", "externeid", "realmid")
LEGACY: Final = ("Leerlingnummer", "Roepnaam", "Achternaam", "Klas", "Opleiding", "Numo ID")
CONTROL: Final = ("Stamnummer", "Roepnaam", "Achternaam", "Klas", "Studie")
PUPILS: Final = 30
FIRST_NAMES: Final = ("Noor", "Daan", "Sem", "Isa", "Mees")

Table = list[list[str]]
Change = Callable[[Table], None]


def number(place: int) -> str:
    """Return the pupil number of a record; 1 is the first."""
    return str(104_200 + place)


def guid(place: int) -> str:
    return f"{{7A1D2C3B-0E4F-4A5B-8C6D-{place:012d}}}"


def magister_table() -> Table:
    rows = [[number(p), str(51_000 + p), guid(p), f"{51_000 + p}@{REALM}"] for p in range(1, PUPILS + 1)]
    return [list(MAGISTER), *rows]


def legacy_table() -> Table:
    return [list(LEGACY)] + [
        [number(p), FIRST_NAMES[p % 5], f"Beuk{chr(96 + p % 26 + 1)}", f"{1 + p % 3}B", "havo", f"n{p}"]
        for p in range(1, PUPILS + 1)
    ]


def control_table() -> Table:
    return [list(CONTROL)] + [
        [number(p), FIRST_NAMES[p % 5], f"Beuk{chr(96 + p % 26 + 1)}", f"{1 + p % 3}B", "havo"]
        for p in range(1, PUPILS + 1)
    ]


def written(table: Sequence[Sequence[str]], delimiter: str = ";", end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(table)
    return out.getvalue().encode("utf-8")


@dataclass
class Files:
    """The files of one test: change the tables, or the bytes, then run."""

    folder: Path
    magister: Table = field(default_factory=magister_table)
    legacy: Table = field(default_factory=legacy_table)
    control: Table | None = None
    magister_bytes: bytes | None = None
    legacy_bytes: bytes | None = None
    names: dict[str, str] = field(default_factory=dict)

    def run(self, **config: Any) -> Outcome:
        """Run the job without suites and workbook."""
        paths = {}
        for source, table, data in (
            ("magister", self.magister, self.magister_bytes),
            ("legacy", self.legacy, self.legacy_bytes),
            ("control", self.control, None),
        ):
            if table is not None:
                paths[source] = self.folder / self.names.get(source, f"{source}.csv")
                paths[source].write_bytes(written(table) if data is None else data)
        out = self.folder / "runs"
        request = RunRequest(
            paths["magister"],
            paths["legacy"],
            out,
            NOW,
            control=paths.get("control"),
            config=build_config({"school": {"brin": "99XX"}} | config),
            with_suites=False,
            with_workbook=False,
        )
        before = sorted(out.iterdir()) if out.exists() else []
        try:
            done = run_job(request)
        except ReconcileError as error:
            after = sorted(out.iterdir()) if out.exists() else []
            assert after == before, "a refused run leaves nothing"
            return Outcome(refused=error.code, fields=error.fields)
        with duckdb.connect(str(done.run_folder / "run.duckdb"), read_only=True) as connection:
            rows = connection.execute(
                "select source, source_row, status, reason, repairs, counterpart_row, is_linked from decided_pupils"
            ).fetchall()
            repairs = connection.execute(
                "select source, source_row, column_name, repair, delivered, used from value_repairs"
            ).fetchall()
        remarks = [remark.code for source in done.report.sources for remark in source.remarks]
        return Outcome(
            statuses={(row[0], row[1]): (row[2], row[3]) for row in rows},
            links={row[5]: row[1] for row in rows if row[0] == "legacy" and row[6]},
            repairs=repairs,
            remarks=remarks,
            report=done.report,
            folder=done.run_folder,
        )


@dataclass
class Outcome:
    """What came of a run. `links` is magister record → legacy record."""

    statuses: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)
    repairs: list[tuple[Any, ...]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    report: Any = None
    folder: Path | None = None
    refused: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    def status(self, source: str, row: int) -> tuple[str, str]:
        assert self.refused is None, self.refused
        return self.statuses[source, row]

    def all_linked(self, but: Sequence[int] = (), *, total: int = PUPILS) -> None:
        """Every pupil is linked to the own account, except those named, who are linked to nobody."""
        assert self.refused is None, self.refused
        assert self.links == {place: place for place in range(1, total + 1) if place not in but}
