"""Looks up what a run knows of the records that carry one pupil number, and of the records they meet.

Each question names the records it is about, so that of a run of millions only those are worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from etl import contract
from etl.engines.duckdb import quote
from etl.history import Run

# Records by source: their numbers in the file.
Places = Mapping[str, set[int]]

_CARRIERS: Final = """
select 'magister' as source, source_row from magister_rows where stamnr_key = $key or stamnr_hint = $key
union all
select 'legacy' as source, source_row from legacy_rows where stamnr_key = $key or stamnr_hint = $key
"""

_KEYED: Final = """
select 'magister' as source, source_row, stamnr, externeid, full_name, klas_key as klas, stamnr_key, externeid_key
from magister_rows
where source_row in ({magister})
union all
select 'legacy' as source, source_row, stamnr, externeid, full_name, klas, stamnr_key, externeid_key
from legacy_rows
where source_row in ({legacy})
order by source desc, source_row
"""

_DECIDED: Final = """
select source, source_row, line_number, status, reason, repairs, counterpart_row
from decided_pupils
where (source = 'magister' and source_row in ({magister})) or (source = 'legacy' and source_row in ({legacy}))
"""

_EVIDENCE: Final = """
select magister_row, legacy_row, is_by_stamnr, is_by_externeid, names
from pair_evidence
where magister_row in ({magister}) and legacy_row in ({legacy})
"""

_GROUPS: Final = """
select kind, key_text, magister_records, legacy_records
from key_groups
where (kind = 'stamnr' and key_text in ({stamnr})) or (kind = 'externeid' and key_text in ({externeid}))
"""


def find_records(run: Run, key: str) -> list[dict[str, Any]]:
    """Return every record with a pupil number, in the form for comparing or as a hint, and those they meet.

    Shape:   one row per record, Magister first; its facts and keys, its status, the line of its counterpart with what
             they were found by, and how many records of either file carry its keys (None without a key).
    """
    wanted = _by_source((row["source"], row["source_row"]) for row in run.fetch_rows(_CARRIERS, key=key))
    decided = _decided(run, wanted)
    met = _counterparts(decided.values())
    decided |= _decided(run, met)
    wanted = {source: wanted[source] | met[source] for source in wanted}
    # Whom such a record meets may be somebody else again: of that one only the line is told.
    further = _counterparts(decided.values())
    decided |= _decided(run, further)
    everybody = {source: wanted[source] | further[source] for source in wanted}
    keyed = run.fetch_rows(_KEYED.format(**_numbers(wanted)))
    evidence = {
        (row["magister_row"], row["legacy_row"]): row
        for row in run.fetch_rows(_EVIDENCE.format(**_numbers(everybody)))
    }
    groups = _groups(run, keyed)
    return [
        _record(row, decided, evidence, groups)
        for row in keyed
        if (row["source"], row["source_row"]) in decided
    ]


def _record(
    row: dict[str, Any],
    decided: Mapping[tuple[str, int], dict[str, Any]],
    evidence: Mapping[tuple[int, int], dict[str, Any]],
    groups: Mapping[tuple[str, str], dict[str, Any]],
) -> dict[str, Any]:
    source, own = row["source"], row["source_row"]
    status = decided[source, own]
    other = status["counterpart_row"]
    pair = (own, other) if source == contract.MAGISTER else (other, own)
    met = evidence.get(pair, {})
    counterpart = decided.get((_other(source), other), {})
    found = row | {name: status[name] for name in ("line_number", "status", "reason", "repairs")}
    found |= {"counterpart_line": counterpart.get("line_number")}
    found |= {name: met.get(name) for name in ("is_by_stamnr", "is_by_externeid", "names")}
    for kind in ("stamnr", "externeid"):
        group = groups.get((kind, row[f"{kind}_key"]), {})
        found |= {f"{kind}_in_{side}": group.get(f"{side}_records") for side in ("magister", "legacy")}
    return found


def _decided(run: Run, places: Places) -> dict[tuple[str, int], dict[str, Any]]:
    if not any(places.values()):
        return {}
    rows = run.fetch_rows(_DECIDED.format(**_numbers(places)))
    return {(row["source"], row["source_row"]): row for row in rows}


def _groups(run: Run, keyed: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    keys = {
        kind: ", ".join(quote(key) for key in sorted({row[f"{kind}_key"] for row in keyed} - {None}))
        or "null"
        for kind in ("stamnr", "externeid")
    }
    return {(row["kind"], row["key_text"]): row for row in run.fetch_rows(_GROUPS.format(**keys))}


def _counterparts(rows: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    return _by_source(
        (_other(row["source"]), row["counterpart_row"]) for row in rows if row["counterpart_row"] is not None
    )


def _by_source(places: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {contract.MAGISTER: set(), contract.LEGACY: set()}
    for source, row in places:
        found[source].add(row)
    return found


def _other(source: str) -> str:
    return contract.LEGACY if source == contract.MAGISTER else contract.MAGISTER


def _numbers(places: Places) -> dict[str, str]:
    """Return the numbers of records as they stand in SQL; `null` is none of them."""
    return {source: ", ".join(map(str, sorted(rows))) or "null" for source, rows in places.items()}
