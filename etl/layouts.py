"""Writes the linked accounts in a layout of other programs: OneRoster 1.2, School Data Sync, or the school's own.

It adds no fact: what the run does not know stays blank, and a layout that cannot do without it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from etl import contract
from etl.config import ImportSettings, LayoutColumn
from etl.csv_safety import write_csv
from etl.engines.base import Engine
from etl.errors import ConfigError, OutputError

Row = Mapping[str, Any]
_IN_IDENTIFIER: Final = frozenset("{},:")  # these mean something in the userIds of OneRoster

_LINKED: Final = """
select
    i.school, i.stamnr, i.idgebr, i.externeid, i.externeid_key, i.realmid, i.account_id
    , case when i.is_opleiding_kept then i.opleiding_delivered else i.opleiding end as opleiding
    , r.gebruikersnaam, r.email, r.roepnaam, r.tussenvoegsel, r.achternaam, r.naam, r.klas, r.leerjaar
from import_ready as i
inner join raw_legacy as r on i.school = r.school and i.legacy_row = r.source_row
"""
_ORDER: Final = " order by i.school, length(i.stamnr_key), i.stamnr_key, i.legacy_row"


@dataclass(frozen=True, slots=True)
class Cell:
    """One column: its heading, how a row fills it, and the fields without one of which the layout is no use."""

    heading: str
    fill: Callable[[Row], str | None] = lambda row: None
    needs: tuple[str, ...] = ()


def _field(name: str) -> Callable[[Row], str | None]:
    def fill(row: Row) -> str | None:
        return str(row[name]).strip() if row[name] is not None else None

    return fill


def _constant(value: str) -> Callable[[Row], str | None]:
    return lambda row: value


def _guid(row: Row) -> str:
    """Return the external id as a GUID without braces, in small letters: the standards allow no brace in an id."""
    key = row["externeid_key"]
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def _surname(row: Row) -> str | None:
    """Return the surname with what stands in front of it: a tussenvoegsel is no middle name."""
    parts = [part for part in (_field("tussenvoegsel")(row), _field("achternaam")(row)) if part]
    return " ".join(parts) if row["achternaam"] else None


def _user_ids(row: Row) -> str:
    """Return the identity for Entree and the account in the receiving program, as {type:id}."""
    known = (("Fed", _field("realmid")(row)), ("account", _field("account_id")(row)))
    return ",".join(f"{{{kind}:{value}}}" for kind, value in known if value)


def _one_roster(changed: str) -> tuple[Cell, ...]:
    """Return the columns of users.csv.

    Source:  1EdTech OneRoster 1.2.1, CSV binding, users.csv; the columns of the specification, in its order.
    """
    return (
        Cell("sourcedId", _guid),
        Cell("status", _constant("active")),
        Cell("dateLastModified", _constant(changed)),
        Cell("enabledUser", _constant("true")),
        Cell("username", _field("gebruikersnaam"), ("gebruikersnaam",)),
        Cell("userIds", _user_ids),
        Cell("givenName", _field("roepnaam"), ("roepnaam",)),
        Cell("familyName", _surname, ("achternaam",)),
        Cell("middleName"),
        Cell("identifier", _field("stamnr")),
        Cell("email", _field("email")),
        Cell("sms"),
        Cell("phone"),
        Cell("agentSourcedIds"),
        Cell("grades"),
        Cell("password"),
        Cell("userMasterIdentifier"),
        Cell("resourceSourcedIds"),
        Cell("preferredGivenName"),
        Cell("preferredMiddleName"),
        Cell("preferredFamilyName"),
        Cell("primaryOrgSourcedId"),
        Cell("pronouns"),
    )


# Source: as above, manifest.csv. A delta: who is not in the file is left alone; in bulk a held pupil would be removed.
ONE_ROSTER_FILES: Final = (
    "academicSessions,categories,classes,classResources,courses,courseResources,demographics,enrollments,"
    "lineItemLearningObjectiveIds,lineItems,lineItemScoreScales,orgs,resources,resultLearningObjectiveIds,results,"
    "resultScoreScales,roles,scoreScales,userProfiles,userResources,users"
).split(",")


def _one_roster_manifest() -> list[tuple[str, str]]:
    files = [(f"file.{name}", "delta" if name == "users" else "absent") for name in ONE_ROSTER_FILES]
    return [
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.2"),
        *files,
        ("source.systemName", "koppelcheck"),
        ("source.systemCode", ""),
    ]


# Source: Microsoft, "SDS V2.1 CSV File Format", users.csv, and the samples in OfficeDev/O365-EDU-Tools, SDS v2.1.
SCHOOL_DATA_SYNC: Final = (
    Cell("sourcedId", _guid),
    Cell("username", _field("gebruikersnaam"), ("gebruikersnaam",)),
    Cell("givenName", _field("roepnaam")),
    Cell("familyName", _surname),
    Cell("password"),
    Cell("activeDirectoryMatchId"),
    Cell("email", _field("email")),
    Cell("phone"),
    Cell("sms"),
)


def check_layouts(settings: ImportSettings) -> None:
    """Refuse a layout that nobody knows, before anything is read.

    Errors:  ConfigError.
    """
    known = [
        contract.ONE_ROSTER,
        contract.SCHOOL_DATA_SYNC,
        *dict.fromkeys(column.layout for column in settings.columns),
    ]
    for name in settings.layouts:
        if name not in known:
            raise ConfigError("LAYOUT-UNKNOWN", layout=name, known=known)


def write_layouts(
    engine: Engine, folder: Path, settings: ImportSettings, *, now: datetime, with_changed: bool = True
) -> None:
    """Write each layout that is asked for into a folder of its name; the rows are those of the import file.

    Errors:  ConfigError when a linked account lacks a field that the layout cannot do without.
             OutputError when an id has a character that OneRoster uses itself.
    """
    if not settings.layouts:
        return
    left_out = "" if with_changed else " where i.status <> 'matched_changed'"
    rows = engine.fetch_rows(f"{_LINKED}{left_out}{_ORDER}")
    standard: dict[str, Any] = {"delimiter": ",", "encoding": "utf-8", "line_end": "\r\n"}
    for name in dict.fromkeys(settings.layouts):
        place = folder / name
        place.mkdir(mode=0o700)
        if name == contract.ONE_ROSTER:
            changed = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            _refuse_marks(rows, name)
            _write(place / "users.csv", name, _one_roster(changed), rows, standard)
            write_csv(place / "manifest.csv", ("propertyName", "value"), _one_roster_manifest(), **standard)
        elif name == contract.SCHOOL_DATA_SYNC:
            _write(place / "users.csv", name, SCHOOL_DATA_SYNC, rows, standard)
        else:
            own = [column for column in settings.columns if column.layout == name]
            _write(place / f"{name}.csv", name, _own_cells(own), rows, settings.form())


def _own_cells(own: Sequence[LayoutColumn]) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            column.heading,
            _constant(column.value) if column.field is None else _field(column.field),
            (column.field,) if column.field is not None and column.required else (),
        )
        for column in own
    )


def _write(path: Path, layout: str, cells: Sequence[Cell], rows: Sequence[Row], form: dict[str, Any]) -> None:
    for cell in cells:
        for field in cell.needs:
            missing = sum(not _field(field)(row) for row in rows)
            if missing:
                raise ConfigError(
                    "LAYOUT-FIELD-MISSING", layout=layout, heading=cell.heading, field=field, count=missing
                )
    write_csv(
        path, [cell.heading for cell in cells], ([cell.fill(row) for cell in cells] for row in rows), **form
    )


def _refuse_marks(rows: Sequence[Row], layout: str) -> None:
    for field in ("realmid", "account_id"):
        count = sum(bool(_IN_IDENTIFIER & set(row[field] or "")) for row in rows)
        if count:
            raise OutputError("LAYOUT-MARKS", layout=layout, field=field, count=count)
