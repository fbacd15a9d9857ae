"""Looks across the schools of a batch: one id at two schools, pupils who moved, a file of another school.

What it finds changes no run of a school; it tells where to look, by file and line, and names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Final

from etl.engines.base import Tables

QUESTIONS: Final = ("shared_ids", "moved_pupils", "wrong_files")
KINDS: Final = ("shared_id", "moved", "may_have_moved", "wrong_file")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: a kind of KINDS, where it stands, and the other school. Lines are of the whole file's."""

    kind: str
    school: str
    source: str
    source_row: int | None
    line_number: int | None
    other_school: str
    other_line: int | None


def list_findings(tables: Tables) -> tuple[Finding, ...]:
    """Return what the tables of all schools together show, by kind, school and line."""
    found: list[Finding] = []
    for name in QUESTIONS:
        text = (resources.files("etl") / "sql" / "cross" / f"{name}.sql").read_text(encoding="utf-8")
        found += (Finding(**row) for row in tables.fetch_rows(text))
    return tuple(
        sorted(
            found,
            key=lambda one: (KINDS.index(one.kind), one.school, one.line_number or 0, one.other_school),
        )
    )
