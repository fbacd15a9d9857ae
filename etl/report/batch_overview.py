"""Writes the overview of a batch: one line per school with who has to do what, and what was found across schools.

It names schools and counts records; of a pupil it says nothing but the line of a file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from etl.csv_safety import write_csv
from etl.errors import OutputError
from etl.output import write_new_file
from etl.report.templating import make_environment, policy_hash, read_template

PAGE_NAME: Final = "overview.html"
LIST_NAME: Final = "overview.csv"
JSON_NAME: Final = "overview.json"
FINDINGS_NAME: Final = "across_schools.csv"
FORMAT: Final = "koppelcheck/batch-2"
# Who has to do something comes first, then what is ready.
ORDER: Final = ("failed", "refused", "do_not_import", "braked", "decide", "ready")
FINDING_COLUMNS: Final = ("kind", "school", "file", "line", "other_school", "other_line")
_STYLES: Final = ("report.css", "batch.css")


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school: `outcome` is a verdict of its report, refused or failed; counts are 0 without a report.

    `messages` say in each language what is wrong with a school that was refused; `folder` is its run, in the batch.
    """

    school: str
    outcome: str
    is_kept: bool = False
    folder: str | None = None
    accounts: int = 0
    links: int = 0
    pupils: int = 0
    decide: int = 0
    correct: int = 0
    opleiding: int = 0
    old_accounts: int = 0
    oldest_days: int = 0
    code: str | None = None
    messages: Mapping[str, str] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Say whether the school, or who corrects the source, has something to do."""
        return bool(self.decide or self.correct or self.opleiding)

    @property
    def link_share(self) -> int | None:
        """Return how many of a hundred accounts were linked."""
        return 100 * self.links // self.accounts if self.accounts else None


@dataclass(frozen=True, slots=True)
class Across:
    """One thing found across schools: where it stands, and the other school."""

    kind: str
    school: str
    file: str
    line: int | None
    other_school: str
    other_line: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What a batch came to; the schools in the order of ORDER, those with most work first."""

    created: str
    version: str
    schools: tuple[SchoolLine, ...]
    across: tuple[Across, ...]

    def count(self, outcome: str) -> int:
        """Return how many schools have an outcome."""
        return sum(one.outcome == outcome for one in self.schools)

    def outcomes(self) -> tuple[tuple[str, int], ...]:
        """Return the outcomes that occur, with their number of schools."""
        return tuple((name, self.count(name)) for name in ORDER if self.count(name))

    def pairs(self) -> tuple[tuple[str, str, str, int], ...]:
        """Return what was found across schools, counted: kind, school, other school, records."""
        counts: dict[tuple[str, str, str], int] = {}
        for one in self.across:
            key = (one.kind, one.school, one.other_school)
            counts[key] = counts.get(key, 0) + 1
        return tuple((*key, count) for key, count in counts.items())


def in_order(lines: Sequence[SchoolLine]) -> tuple[SchoolLine, ...]:
    """Put schools in the order of the overview."""
    return tuple(
        sorted(lines, key=lambda one: (ORDER.index(one.outcome), -(one.decide + one.correct), one.school))
    )


def overview_answer(overview: Overview) -> dict[str, Any]:
    """Return the overview as plain data, codes untranslated."""
    return {
        "format": FORMAT,
        "created": overview.created,
        "version": overview.version,
        "schools": [
            {**asdict(one), "messages": dict(one.messages), "link_share": one.link_share}
            for one in overview.schools
        ],
        "across_schools": [asdict(one) for one in overview.across],
    }


def render_overview(overview: Overview, language: str) -> str:
    """Return the page as text; equal overviews give equal pages."""
    style = "".join(read_template(name) for name in _STYLES)
    template = make_environment(language).get_template("batch.html.j2")
    return template.render(
        overview=overview,
        language=language,
        style=style,
        style_hash=policy_hash(style),
        findings=FINDINGS_NAME,
    )


def write_overview(overview: Overview, out: Path, aside: Path, language: str) -> Path:
    """Write page, list and JSON beside the runs, in the place of those of an earlier batch; return the page.

    Errors:  OutputError when the disk refuses; what was there stays then.
    """
    content = json.dumps(overview_answer(overview), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    write_new_file(aside / JSON_NAME, content.encode("utf-8"))
    write_new_file(aside / PAGE_NAME, render_overview(overview, language).encode("utf-8"))
    columns = [name for name in SchoolLine.__slots__ if name != "messages"]
    write_csv(
        aside / LIST_NAME,
        columns,
        ([_cell(getattr(one, name)) for name in columns] for one in overview.schools),
        bom=True,
    )
    write_csv(
        aside / FINDINGS_NAME,
        FINDING_COLUMNS,
        ([_cell(getattr(one, name)) for name in FINDING_COLUMNS] for one in overview.across),
        bom=True,
    )
    for name in (JSON_NAME, LIST_NAME, FINDINGS_NAME, PAGE_NAME):
        try:
            os.replace(aside / name, out / name)
        except OSError as error:
            raise OutputError("OUTPUT-WRITE", file=name, cause=error.strerror) from error
    return out / PAGE_NAME


def _cell(value: object) -> str | None:
    return None if value is None else str(value)
