"""Why one pupil has the status it has: the steps of the ladder, for the records that carry a number.

It looks up and repeats what the run decided; it decides nothing again. It shows a pupil's values, on request only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from etl import contract
from etl.decisions.candidates import Candidate, evidence_words, list_candidates_of, nearest, sureness
from etl.errors import ConfigError
from etl.explain_facts import find_records
from etl.history import Run
from etl.texts import text

_REPAIRS: Final = """
select source, source_row, column_name, repair, delivered, used
from value_repairs
where list_contains($places, source || ' ' || source_row)
order by source, source_row, column_name, repair
"""


# Records that do not take part look for nobody.
_ASIDE: Final = ("out_of_scope", "duplicate_copy")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a candidate, as a part of a sentence."""

    candidate: Candidate

    def told(self, language: str) -> str:
        """Return the words."""
        return evidence_words(self.candidate, language)


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of an explanation: a code of etl/lang and its fields."""

    code: str
    fields: dict[str, Any]

    def told(self, language: str) -> str:
        """Return the sentence."""
        fields = {
            name: value.told(language) if isinstance(value, (Step, Evidence)) else value
            for name, value in self.fields.items()
        }
        return text(self.code, language, **fields)


@dataclass(frozen=True, slots=True)
class RecordExplanation:
    """One delivered record and why it has its status, step by step."""

    source: str
    line_number: int
    status: str
    reason: str
    steps: tuple[Step, ...]


def explain_pupil(run: Run, stamnr: str) -> tuple[RecordExplanation, ...]:
    """Explain every record that carries a pupil number, and the records they meet.

    Errors:  ConfigError when the number is no number, or stands in neither file.
    """
    key = stamnr.strip().lstrip("0")
    if not key.isdigit():
        raise ConfigError("EXPLAIN-NO-NUMBER")
    rows = find_records(run, key)
    if not rows:
        raise ConfigError("EXPLAIN-NOT-FOUND")
    places = [f"{row['source']} {row['source_row']}" for row in rows]
    repairs: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for repair in run.fetch_rows(_REPAIRS, places=places):
        repairs.setdefault((repair["source"], repair["source_row"]), []).append(repair)
    alone: dict[str, list[int]] = {contract.MAGISTER: [], contract.LEGACY: []}
    for row in rows:
        if _meets_nobody(row):
            alone[row["source"]].append(row["source_row"])
    # A run of a version before 0.4.0 ranked nobody.
    candidates = list_candidates_of(run, alone) if "candidate_pairs" in run.tables() else ()
    alike = {source: nearest(candidates, source) for source in (contract.MAGISTER, contract.LEGACY)}
    return tuple(
        RecordExplanation(
            row["source"],
            row["line_number"],
            row["status"],
            row["reason"],
            _steps(
                row,
                repairs.get((row["source"], row["source_row"]), []),
                alike[row["source"]].get(row["source_row"], ()),
            ),
        )
        for row in rows
    )


def _steps(
    row: dict[str, Any], repairs: list[dict[str, Any]], alike: Sequence[Candidate]
) -> tuple[Step, ...]:
    steps = [
        Step(
            "explain.delivered",
            {
                "source": Step(f"source.{row['source']}", {}),
                "line": row["line_number"],
                "stamnr": row["stamnr"] or "-",
                "externeid": row["externeid"] or "-",
                "name": row["full_name"] or "-",
                "school_class": row["klas"] or "-",
            },
        )
    ]
    steps += [_repair_step(repair) for repair in repairs]
    for kind in ("stamnr", "externeid"):
        if row[f"{kind}_key"] is None:
            steps.append(Step(f"explain.{kind}_no_key", {}))
        elif row[f"{kind}_in_magister"] is not None:
            steps.append(
                Step(
                    f"explain.{kind}_counts",
                    {"magister": row[f"{kind}_in_magister"], "legacy": row[f"{kind}_in_legacy"]},
                )
            )
    if row["counterpart_line"] is not None and row["is_by_stamnr"] is not None:
        ways = [kind for kind in ("stamnr", "externeid") if row[f"is_by_{kind}"]]
        steps.append(Step(f"explain.meets_{'_'.join(ways)}", {"line": row["counterpart_line"]}))
        steps.append(Step(f"explain.names_{row['names']}", {}))
    elif row["counterpart_line"] is None:
        steps.append(Step("explain.meets_nobody", {}))
    if _meets_nobody(row):
        steps += _nearest_steps(row, alike)
    # What was repaired in the other record's value is told without it: it stands there.
    own = {repair["repair"] for repair in repairs}
    steps.extend(Step(f"repair.{repair}", {}) for repair in row["repairs"].split() if repair not in own)
    steps.append(Step(f"reason.{row['reason']}", {}))
    steps.append(
        Step("explain.status", {"status": Step(f"status.{row['status']}", {}), "status_code": row["status"]})
    )
    steps.append(Step(f"reason.{row['reason']}.action", {}))
    return tuple(steps)


def _meets_nobody(row: dict[str, Any]) -> bool:
    return row["is_by_stamnr"] is None and row["status"] not in _ASIDE


def _nearest_steps(row: dict[str, Any], alike: Sequence[Candidate]) -> list[Step]:
    """Return who looks most like a record that meets nobody on a key, or why nobody can be named."""
    if row["full_name"] is None:
        return [Step("explain.no_name", {})]
    is_pupil = row["source"] == contract.MAGISTER
    return [
        Step(
            "explain.nearest",
            {
                "line": one.legacy_line if is_pupil else one.magister_line,
                "sureness": Step(f"suggest.{sureness(one)}", {}),
                "evidence": Evidence(one),
            },
        )
        for one in alike
    ] or [Step("explain.nobody_alike", {})]


def _repair_step(repair: dict[str, Any]) -> Step:
    return Step(
        "explain.repair" if repair["used"] else "explain.not_used",
        {
            "column": Step(f"sheet.field.{repair['column_name']}", {}),
            "delivered": repair["delivered"],
            "used": repair["used"],
            "repair": Step(f"repair.{repair['repair']}", {}),
        },
    )
