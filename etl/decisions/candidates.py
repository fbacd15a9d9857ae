"""The ranked candidates of a run, with what speaks for and against each in words that a person can check.

It looks up and tells what the run worked out; it ranks nothing again and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from etl import contract
from etl.engines.base import Tables
from etl.texts import text

MOST_SHOWN: Final = 3
_LINKED: Final = tuple(status.code for status in contract.STATUSES if status.is_linked)

_CANDIDATES: Final = """
select
    p.magister_row, p.legacy_row, m.line_number as magister_line, l.line_number as legacy_line
    , m.stamnr as magister_stamnr, l.stamnr as legacy_stamnr, m.full_name as magister_name, l.full_name as legacy_name
    , m.klas_key as magister_class, l.klas_key as legacy_class
    , p.first_level, p.last_level, p.class_level, p.weight, p.probability, p.magister_rank, p.legacy_rank
    , p.has_namesake, p.may_be_sibling, p.is_likely
    , dm.status as magister_status, dl.status as legacy_status
from candidate_pairs as p
inner join magister_rows as m on p.school = m.school and p.magister_row = m.source_row
inner join legacy_rows as l on p.school = l.school and p.legacy_row = l.source_row
inner join decided_pupils as dm on dm.source = 'magister' and p.school = dm.school and p.magister_row = dm.source_row
inner join decided_pupils as dl on dl.source = 'legacy' and p.school = dl.school and p.legacy_row = dl.source_row
where {which}
order by p.weight desc, p.magister_row, p.legacy_row
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of the one file that might be one of the other: how their facts compare, and its place among rivals.

    `probability` (0 to 1) counts every other candidate of either record as a rival; `weight` is in bits.
    """

    magister_row: int
    legacy_row: int
    magister_line: int
    legacy_line: int
    magister_stamnr: str | None
    legacy_stamnr: str | None
    magister_name: str | None
    legacy_name: str | None
    magister_class: str | None
    legacy_class: str | None
    first_level: str
    last_level: str
    class_level: str
    weight: float
    probability: float
    magister_rank: int
    legacy_rank: int
    has_namesake: bool
    may_be_sibling: bool
    is_likely: bool
    magister_status: str
    legacy_status: str

    def row(self, source: str) -> int:
        """Return the record number on one side."""
        return self.magister_row if source == contract.MAGISTER else self.legacy_row

    @property
    def is_open(self) -> bool:
        """Say whether both records are still without a counterpart."""
        return self.magister_status not in _LINKED and self.legacy_status not in _LINKED


def list_candidates(tables: Tables) -> tuple[Candidate, ...]:
    """Return the candidates of a run whose records are both still unlinked, the surest first."""
    return _list(tables, "true")


def list_suggested(tables: Tables) -> tuple[Candidate, ...]:
    """Return those of which a record was suggested to somebody: of a country few of very many."""
    return _list(tables, "'suggested' in (dm.status, dl.status)")


def list_candidates_of(tables: Tables, rows: Mapping[str, Sequence[int]]) -> tuple[Candidate, ...]:
    """Return those of some records, by source."""
    wanted = [
        f"p.{source}_row in ({', '.join(str(int(row)) for row in numbers)})"
        for source, numbers in rows.items()
        if numbers
    ]
    return _list(tables, " or ".join(wanted)) if wanted else ()


def _list(tables: Tables, which: str) -> tuple[Candidate, ...]:
    found = (Candidate(**row) for row in tables.fetch_rows(_CANDIDATES.format(which=which)))
    return tuple(one for one in found if one.is_open)


def nearest(candidates: Sequence[Candidate], source: str) -> Mapping[int, tuple[Candidate, ...]]:
    """Return, by record number of one file, at most three candidates, the surest first."""
    found: dict[int, list[Candidate]] = {}
    for one in candidates:
        shown = found.setdefault(one.row(source), [])
        if len(shown) < MOST_SHOWN:
            shown.append(one)
    return {row: tuple(those) for row, those in found.items()}


def evidence_words(one: Candidate, language: str) -> str:
    """Return what speaks for and against a candidate: "achternaam gelijk; roepnaam begint gelijk; klas 2B → 3B"."""
    parts = [text(f"evidence.last.{one.last_level}", language)]
    parts.append(text(f"evidence.first.{one.first_level}", language))
    if one.class_level != "unknown":
        fields = {"before": one.legacy_class or "–", "after": one.magister_class or "–"}
        parts.append(text(f"evidence.class.{one.class_level}", language, **fields))
    if one.has_namesake:
        parts.append(text("evidence.namesake", language))
    if one.may_be_sibling:
        parts.append(text("evidence.sibling", language))
    return "; ".join(parts)


def sureness(one: Candidate) -> str:
    """Return likely, possible or weak: a word for people, who should not weigh percentages."""
    if one.is_likely:
        return "likely"
    return "possible" if one.probability >= 0.2 else "weak"


def candidate_answer(one: Candidate) -> dict[str, Any]:
    """Return a candidate as plain data, codes untranslated and without names."""
    return {
        "magister_line": one.magister_line,
        "legacy_line": one.legacy_line,
        "sureness": sureness(one),
        "probability": round(one.probability, 6),
        "weight": round(one.weight, 3),
        "magister_rank": one.magister_rank,
        "legacy_rank": one.legacy_rank,
        "first_name": one.first_level,
        "surname": one.last_level,
        "class": one.class_level,
        "has_namesake": one.has_namesake,
        "may_be_sibling": one.may_be_sibling,
    }
