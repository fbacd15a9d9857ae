"""Draws from a report what may be shared with anybody: no names, no numbers of pupils, no count that tells who.

Whatever can be worked out from what is shown counts as shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl import contract
from etl.report.model import Report
from etl.report.shield import FEWEST, shield

Count = int | None  # None: hidden


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One row of a table: codes that have a sentence, and a count per column."""

    codes: tuple[str, ...]
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """Rows with what they add up to."""

    rows: tuple[SummaryRow, ...]
    totals: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What may be shared of one run; `link_share` is a whole percentage of the accounts."""

    groups: SummaryTable  # per group: old accounts, pupils in Magister
    link_share: Count
    links: SummaryTable  # exact, repaired, changed
    reasons: tuple[tuple[str, SummaryTable], ...]  # per group that has any
    causes: tuple[SummaryRow, ...]  # field, cause
    licences: tuple[tuple[str | None, Count], ...]
    login: tuple[Count, Count] | None  # can log in, cannot yet; None where no login was delivered
    hides: bool


def build_summary(report: Report) -> Summary:
    """Return what may be shared; every count comes from the report."""
    groups = _table(
        [(group.group,) for group in report.groups],
        [group.legacy_records for group in report.groups],
        [group.magister_records for group in report.groups],
    )
    shown = {row.codes[0]: row.counts[0] is not None for row in groups.rows}
    links = _table(
        [("exact",), ("repaired",), ("changed",)],
        [report.links_exact, report.links_repaired, report.links_changed],
        may_show=shown["linked"],
    )
    reasons = tuple(
        (
            group,
            _table([(reason,) for reason in found], list(found.values()), may_show=shown[group]),
        )
        for group, found in _reasons(report).items()
    )
    differences = Counter((one.field, one.cause) for one in report.differences)
    causes = _table(list(differences), list(differences.values()))
    opleiding: Counter[str | None] = Counter()
    for row in report.opleiding:
        opleiding[row.opleiding] += row.pupils
    # The opleidingen add up to the linked and the new, so they would tell a hidden one of these.
    licences = _table(
        [(name or "",) for name in opleiding],
        list(opleiding.values()),
        may_show=shown["linked"] and shown["new"],
    )
    login = _login(report, may_show=shown["correct"] and shown["aside"])
    tables = (groups, links, causes, licences, *(table for _, table in reasons))
    share = round(100 * report.links / report.accounts_total) if report.accounts_total else 0
    return Summary(
        groups=groups,
        link_share=share if shown["linked"] and groups.totals[0] is not None else None,
        links=links,
        reasons=reasons,
        causes=causes.rows,
        licences=tuple((row.codes[0] or None, row.counts[0]) for row in licences.rows),
        login=login,
        hides=any(None in row.counts for table in tables for row in table.rows)
        or (login is not None and None in login),
    )


def _table(codes: Sequence[tuple[str, ...]], *columns: Sequence[int], may_show: bool = True) -> SummaryTable:
    """Make a table without what the shield hides; when it may not show anything, all of it is hidden."""
    found = shield(*columns)
    return SummaryTable(
        tuple(
            SummaryRow(code, tuple(None if is_hidden or not may_show else count for count in counts))
            for code, counts, is_hidden in zip(codes, zip(*columns, strict=True), found.rows, strict=True)
        ),
        tuple(None if found.totals or not may_show else sum(column) for column in columns),
    )


def _reasons(report: Report) -> dict[str, Counter[str]]:
    """Count the records of both files per group and reason; links have their own table."""
    by_status = {status.code: status.group for status in contract.STATUSES}
    people = [record for case in report.cases for record in case.records]
    people += [entry.record for entry in report.loose]
    found: dict[str, Counter[str]] = {group: Counter() for group in contract.GROUPS if group != "linked"}
    for record in people:
        found[by_status[record.status]][record.reason] += 1
    return {group: counts for group, counts in found.items() if counts}


def _login(report: Report, *, may_show: bool) -> tuple[Count, Count] | None:
    if not report.realm or not report.login:
        return None
    ready = sum(row.ready for row in report.login)
    not_ready = sum(row.pupils for row in report.login) - ready
    # Who has to be corrected first cannot log in either: what the two counts differ by is a count as well.
    to_correct = sum(one.magister_records for one in report.groups if one.group == "correct")
    found = shield([ready, not_ready])
    if not may_show or found.rows[0] or 0 < abs(not_ready - to_correct) < FEWEST:
        return None, None
    return ready, not_ready
