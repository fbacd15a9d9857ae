"""Starts a run of the program on a generated school and reads back what it wrote, record by record.

It judges nothing: the tests compare what is read here with the truth the school carries.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
from hypothesis import HealthCheck, settings

from etl.config import RunConfig
from etl.pipeline import RunRequest, run_job
from tests.model.delivered import PLAIN, Shape, file_bytes, list_order
from tests.model.oracle import fold_guid
from tests.model.receiving_app import (
    Account,
    Afterwards,
    Arrival,
    import_pupils,
    set_ids,
)
from tests.model.truth import SIDES, Line, School, Side

NOW: Final = datetime(2026, 8, 24, 9, 30)
HELD: Final = frozenset({"quarantined", "duplicate_key", "ambiguous", "suspect_link", "suggested"})
LINKED: Final = frozenset({"matched_changed", "matched_repaired", "matched_exact"})
ASIDE: Final = frozenset({"duplicate_copy", "out_of_scope"})
# Given report.json: question id → answer.
Answering = Callable[[Mapping[str, Any]], Mapping[str, str]]

STATUSES: Final = HELD | LINKED | ASIDE | {"new_in_magister", "only_in_legacy"}

# Profile "thorough" draws ten times as much, and other schools every time.
IS_THOROUGH: Final = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"


def examples(count: int) -> settings:
    """Return the settings of a property: the same examples every time, and no clock on a slow machine."""
    return settings(
        max_examples=count * 10 if IS_THOROUGH else count,
        derandomize=not IS_THOROUGH,
        deadline=None,
        database=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the run says of one delivered record; `counterpart` is a record number in the other file."""

    source_row: int
    line_number: int
    status: str
    reason: str
    counterpart: int | None


@dataclass(frozen=True, slots=True)
class Output:
    """Everything one run left behind; `records` holds a verdict per record, in the order of the file."""

    verdict: str
    exit_code: int
    statuses: Mapping[str, Mapping[str, int]]
    records: Mapping[str, tuple[Verdict, ...]]
    files: Mapping[str, bytes]
    report: Mapping[str, Any]

    def table(self, name: str) -> list[list[str]]:
        """Read a CSV of the run: heading and rows; a file that was not written has none."""
        content = self.files.get(name)
        if content is None:
            return []
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@dataclass(frozen=True, slots=True)
class Run:
    """One run on one school: the verdicts stand in the order in which the records were generated."""

    school: School
    output: Output
    magister: tuple[Verdict, ...]
    legacy: tuple[Verdict, ...]

    def verdicts(self, side: Side) -> tuple[Verdict, ...]:
        """Return the verdicts of one file."""
        return self.magister if side == "magister" else self.legacy

    def pairs(self, side: Side) -> list[tuple[Line, Verdict]]:
        """Return each generated record with what the run says of it."""
        return list(zip(self.school.lines(side), self.verdicts(side), strict=True))

    def held_humans(self) -> frozenset[int]:
        """List the humans of whom a record is held, on either side."""
        return frozenset(
            line.human for side in SIDES for line, seen in self.pairs(side) if seen.status in HELD
        )

    def humans_with(self, side: Side, statuses: frozenset[str]) -> frozenset[int]:
        """List the humans of whom a record in one file has one of the statuses."""
        return frozenset(line.human for line, seen in self.pairs(side) if seen.status in statuses)


def run_files(
    magister: bytes,
    legacy: bytes,
    control: bytes | None = None,
    config: RunConfig | None = None,
    answering: Answering | None = None,
) -> Output:
    """Run the program on three files and read what it wrote; with `answering` once more, with these answers.

    Errors:  whatever the program raises; no generated school may be refused.
    """
    with TemporaryDirectory() as name:
        # A school without a name may be called after its folder: the same name every time.
        folder = Path(name) / "lyceum"
        folder.mkdir()
        (folder / "magister.csv").write_bytes(magister)
        (folder / "oud.csv").write_bytes(legacy)
        if control is not None:
            (folder / "controle.csv").write_bytes(control)
        request = RunRequest(
            magister=folder / "magister.csv",
            legacy=folder / "oud.csv",
            control=None if control is None else folder / "controle.csv",
            config=RunConfig() if config is None else config,
            out=Path(name) / "runs",
            now=NOW,
            language="nl",
            with_suites=False,
            with_workbook=False,
        )
        outcome = run_job(request)
        if answering is not None:
            report = json.loads((outcome.run_folder / "report" / "report.json").read_text("utf-8"))
            answers = answering(report)
            if answers:
                path = folder / "antwoorden.csv"
                path.write_text(_answer_list(answers), encoding="utf-8")
                outcome = run_job(replace(request, decisions=path, now=NOW + timedelta(days=1)))
        written = outcome.run_folder
        files = {
            path.relative_to(written).as_posix(): path.read_bytes()
            for path in sorted(written.rglob("*"))
            if path.suffix in {".csv", ".json"}
        }
        return Output(
            verdict=outcome.verdict,
            exit_code=outcome.exit_code,
            statuses={side: dict(counts) for side, counts in outcome.statuses.items()},
            records=_read_records(written / "run.duckdb"),
            files=files,
            report=json.loads(files["report/report.json"]),
        )


def _answer_list(answers: Mapping[str, str]) -> str:
    """Write answers the way the page saves them."""
    lines = [f"{question};{answer};A. de Boer;;;" for question, answer in sorted(answers.items())]
    return "\r\n".join(["case;answer;by;second_by;date;remark", *lines, ""])


@cache
def run_once(school: School) -> Run:
    """Run the program on a school in plain form; a second question about it costs no second run."""
    return run_school(school)


def run_school(
    school: School,
    shape: Shape = PLAIN,
    legacy_shape: Shape | None = None,
    config: RunConfig | None = None,
    answering: Answering | None = None,
) -> Run:
    """Run the program on a generated school, both files in a form; with `answering` once more, with answers."""
    legacy_shape = legacy_shape or shape
    output = run_files(
        file_bytes(school, "magister", shape),
        file_bytes(school, "legacy", legacy_shape),
        file_bytes(school, "control", PLAIN) if school.control else None,
        config,
        answering,
    )
    return Run(
        school=school,
        output=output,
        magister=_in_order(output.records["magister"], list_order(school.magister, shape)),
        legacy=_in_order(output.records["legacy"], list_order(school.legacy, legacy_shape)),
    )


def _in_order(records: tuple[Verdict, ...], order: tuple[int, ...]) -> tuple[Verdict, ...]:
    """Put the verdicts of a delivered file back into the order of generation."""
    assert [seen.source_row for seen in records] == list(range(1, len(order) + 1)), (
        "records are not one to one"
    )
    by_place = dict(zip(order, records, strict=True))
    return tuple(by_place[place] for place in range(len(order)))


def _read_records(path: Path) -> dict[str, tuple[Verdict, ...]]:
    query = (
        "select source, source_row, line_number, status, reason, counterpart_row "
        "from decided_pupils order by source, source_row"
    )
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(query).fetchall()
    return {side: tuple(Verdict(*row[1:]) for row in rows if row[0] == side) for side in SIDES}


def imported_ids(run: Run) -> dict[int, str]:
    """Read the import file as the application would: which account gets which id, folded.

    A row says which account it is for by the columns that the school delivered, external id left aside.
    """
    rows = run.output.table("import/numo_import.csv")
    if not rows:
        return {}
    columns = [name for name, _ in run.school.legacy[0].cells]
    own = [place for place, name in enumerate(columns) if name not in {"externeid", "realmid", "opleiding"}]
    accounts: dict[tuple[str, ...], int] = {}
    for line in run.school.legacy:
        accounts[tuple(line.cell(columns[place]) for place in own)] = line.account
    # A school that delivered the column gets it back under its own heading, in its own place.
    given = columns.index("externeid") if "externeid" in columns else rows[0].index("externeid")
    ids: dict[int, str] = {}
    for row in rows[1:]:
        account = accounts[tuple(row[place] for place in own)]
        guid = fold_guid(row[given])
        assert guid is not None, "a row of the import file has no external id"
        assert account not in ids, "an account stands twice in the import file"
        ids[account] = guid
    return ids


def replay(run: Run, *, has_ids: bool = False) -> Afterwards:
    """Replay the import file and then the Magister import of every pupil on the receiving application.

    `has_ids` makes the accounts carry beforehand what the legacy file says that they carry.
    """
    school = run.school
    accounts = {
        line.account: Account(
            line.account, line.human, fold_guid(line.cell("externeid")) if has_ids else None
        )
        for line in school.legacy
    }
    pupils = sorted({line.human for line in school.magister})
    arrivals = [Arrival(human, fold_guid(school.humans[human].guid) or "") for human in pupils]
    return import_pupils(set_ids(accounts.values(), imported_ids(run)), arrivals)
