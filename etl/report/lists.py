"""Reads the lists of a report from the tables of a run: differences, repairs, opleiding, logins, loose records.

It puts rows in order and groups them; it decides nothing about a pupil.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from etl import contract
from etl.decisions.model import PersonRecord
from etl.engines.base import Tables
from etl.report.model import (
    Difference,
    LoginClass,
    LooseRecord,
    NoLogin,
    OpleidingClass,
    Rejected,
    ValueRepair,
)

LOOSE_GROUPS: Final = ("only_in_legacy", "new", "aside")


def read_loose(
    people: dict[tuple[str, int], PersonRecord], by_group: dict[str, str]
) -> tuple[LooseRecord, ...]:
    """Return the records that need no decision, in the order of their lists."""
    loose = [
        LooseRecord(by_group[person.status], person)
        for person in people.values()
        if by_group[person.status] in LOOSE_GROUPS
    ]
    return tuple(
        sorted(
            loose,
            key=lambda entry: (
                LOOSE_GROUPS.index(entry.group),
                entry.record.school_class or "",
                entry.record.source,
                entry.record.source_row,
            ),
        )
    )


def read_differences(tables: Tables) -> tuple[Difference, ...]:
    """Return what differs between the two sides of linked pupils, what matters first."""
    rows = tables.fetch_rows(
        "select d.kind, d.field, d.cause, m.stamnr_written as stamnr"
        ", l.line_number as legacy_line, m.line_number as magister_line"
        ", d.legacy_value, d.magister_value"
        " from field_differences as d"
        " inner join raw_legacy as l on d.school = l.school and d.legacy_row = l.source_row"
        " inner join magister_rows as m on d.school = m.school and d.magister_row = m.source_row"
        " order by d.kind desc, d.field, length(m.stamnr_key), m.stamnr_key"
    )
    return tuple(Difference(**row) for row in rows)


def read_repairs(tables: Tables) -> tuple[ValueRepair, ...]:
    """Return the values that were read otherwise than they stand, in the order of the files."""
    rows = tables.fetch_rows(
        'select source, line_number, column_name as "column", repair, delivered, used from value_repairs'
        " order by source, line_number, column_name, repair"
    )
    return tuple(ValueRepair(**row) for row in rows)


def read_rejected(tables: Tables) -> tuple[Rejected, ...]:
    """Return the records that are quarantined for what they say themselves, with the value, in the order of the files.

    One that is fine itself and waits for its counterpart is not among them.
    """
    values = ", ".join(f"when '{column}' then {column}" for column in contract.DEFECT_COLUMNS)
    rows = tables.fetch_rows(
        f"""
        with rejected as (
            select d.source, d.line_number, d.reason, case {_defect_cases()} end as field
                , coalesce(m.stamnr, l.stamnr) as stamnr, coalesce(m.externeid, l.externeid) as externeid
                , m.idgebr, m.realmid
            from decided_pupils as d
            left join clean_magister as m
                on d.source = 'magister' and d.school = m.school and d.source_row = m.source_row
            left join clean_legacy as l
                on d.source = 'legacy' and d.school = l.school and d.source_row = l.source_row
            where d.status = 'quarantined' and d.reason not like 'counterpart%'
        )

        select source, line_number, field as "column", reason
            , nullif(case field {values.replace(",", "")} end, '') as delivered
        from rejected
        order by source desc, line_number
        """
    )
    return tuple(Rejected(**row) for row in rows)


def _defect_cases() -> str:
    return " ".join(
        f"when d.reason = '{reason}' then '{column}'"
        for column, reasons in contract.DEFECT_COLUMNS.items()
        for reason in reasons
    )


def read_opleiding(tables: Tables) -> tuple[OpleidingClass, ...]:
    """Return the classes with their opleiding; first those of which the school has to choose it."""
    rows = tables.fetch_rows(
        "select klas_key as school_class, opleiding, origin, problem as reason, count(*) as pupils"
        " from opleiding_choices group by klas_key, opleiding, origin, problem"
    )
    known: list[OpleidingClass] = []
    asked: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["opleiding"] is None:
            asked[row["school_class"]].append(row)
        else:
            known.append(
                OpleidingClass(row["school_class"], row["pupils"], row["opleiding"], row["origin"], None)
            )
    # A class is asked once, with the reason that most of its pupils have.
    questions = [
        OpleidingClass(
            school_class,
            sum(row["pupils"] for row in parts),
            None,
            None,
            min(parts, key=lambda row: (-row["pupils"], row["reason"]))["reason"],
        )
        for school_class, parts in asked.items()
    ]
    return tuple(
        sorted(questions, key=lambda entry: entry.school_class or "")
        + sorted(
            known, key=lambda entry: (entry.school_class or "", entry.opleiding or "", entry.origin or "")
        )
    )


def read_login(tables: Tables) -> tuple[LoginClass, ...]:
    """Return per class how many pupils can log in after the import; the class that nobody knows comes last."""
    rows = tables.fetch_rows(
        "select klas_key as school_class, count(*) as pupils"
        ", cast(sum(case when is_ready then 1 else 0 end) as bigint) as ready"
        " from login_readiness group by klas_key order by klas_key nulls last"
    )
    return tuple(LoginClass(**row) for row in rows)


def read_no_login(tables: Tables) -> tuple[NoLogin, ...]:
    """Return the pupils who cannot log in yet, per class and in the order of the file."""
    rows = tables.fetch_rows(
        "select klas_key as school_class, stamnr, full_name as name, line_number as magister_line, problem"
        " from login_readiness where not is_ready"
        " order by klas_key nulls last, length(stamnr) nulls last, stamnr, line_number"
    )
    return tuple(NoLogin(**row) for row in rows)
