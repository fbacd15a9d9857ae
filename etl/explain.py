"""Why one pupil has the status it has: the steps of the ladder, for the records that carry a number.

It looks up and repeats what the run decided; it decides nothing again. It shows a pupil's values, on request only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from etl import contract
from etl.decisions.candidates import Candidate, evidence_words, list_candidates, nearest, sureness
from etl.errors import ConfigError
from etl.history import Run
from etl.texts import text

_RECORDS: Final = """
with keyed as (
    select 'magister' as source, source_row, stamnr, externeid, full_name, klas_key as klas
        , stamnr_key, externeid_key, stamnr_hint
    from magister_rows
    union all
    select 'legacy' as source, source_row, stamnr, externeid, full_name, klas
        , stamnr_key, externeid_key, stamnr_hint
    from legacy_rows
)

, wanted as (
    select k.source, k.source_row
    from keyed as k
    where k.stamnr_key = $key or k.stamnr_hint = $key
    union
    select case when c.source = 'magister' then 'legacy' else 'magister' end as source, c.counterpart_row as source_row
    from keyed as k
    inner join decided_pupils as c on k.source = c.source and k.source_row = c.source_row
    where (k.stamnr_key = $key or k.stamnr_hint = $key) and c.counterpart_row is not null
)

select
    c.source
    , c.line_number
    , c.source_row
    , k.stamnr
    , k.externeid
    , k.full_name
    , k.klas
    , k.stamnr_key
    , k.externeid_key
    , c.status
    , c.reason
    , c.repairs
    , o.line_number as counterpart_line
    , e.is_by_stamnr
    , e.is_by_externeid
    , e.names
    , s.magister_records as stamnr_in_magister
    , s.legacy_records as stamnr_in_legacy
    , x.magister_records as externeid_in_magister
    , x.legacy_records as externeid_in_legacy
from wanted as w
inner join keyed as k on w.source = k.source and w.source_row = k.source_row
inner join decided_pupils as c on w.source = c.source and w.source_row = c.source_row
left join decided_pupils as o on c.source <> o.source and c.counterpart_row = o.source_row
left join pair_evidence as e
    on case when c.source = 'magister' then c.source_row else c.counterpart_row end = e.magister_row
        and case when c.source = 'magister' then c.counterpart_row else c.source_row end = e.legacy_row
left join key_groups as s on s.kind = 'stamnr' and s.key_text = k.stamnr_key
left join key_groups as x on x.kind = 'externeid' and x.key_text = k.externeid_key
order by c.source desc, c.source_row
"""


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
    rows = run.query(_RECORDS, key=key).to_dicts()
    if not rows:
        raise ConfigError("EXPLAIN-NOT-FOUND")
    places = [f"{row['source']} {row['source_row']}" for row in rows]
    repairs: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for repair in run.query(_REPAIRS, places=places).to_dicts():
        repairs.setdefault((repair["source"], repair["source_row"]), []).append(repair)
    # A run of a version before 0.4.0 ranked nobody.
    candidates = list_candidates(run) if "candidate_pairs" in run.tables() else ()
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
    if row["is_by_stamnr"] is None and row["status"] not in _ASIDE:
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
