"""Decides what each delivered column is taken for, and says why.

It matches whole headings, never parts of them, and never fills a missing column with another one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from etl.contract import LEGACY, Source
from etl.errors import ConfigError, InputError
from etl.intake.delivery import ColumnChoice, Remark
from etl.intake.headings import normalise_heading, show_heading
from etl.intake.records import Row

ACCOUNT_KEYS: Final = ("account_id", "gebruikersnaam")
FEW_REPEATS: Final = 3
DISTINCT_SHARE: Final = (
    0.9  # an account key may repeat by mistake, but hardly; a role or a group repeats always
)


@dataclass(frozen=True, slots=True)
class Match:
    """The columns whose heading serves one field: the equals among the best kind, and the others."""

    positions: tuple[int, ...]
    others: tuple[int, ...]
    why: str  # settings | exact | weak


def match_headings(
    source: Source, headings: Sequence[str], named: Mapping[str, str], *, file: str, found: list[str]
) -> dict[str, Match]:
    """Match headings with the columns of a source; a heading from the settings goes before a synonym.

    Errors:  InputError when a heading from the settings is not there; `found` is what may be shown.
    """
    unknown = [column for column in named if column not in source.column_names()]
    if unknown:
        raise ConfigError(
            "INTAKE-SETTING-COLUMN", column=unknown[0], source=source.name, known=list(source.column_names())
        )
    names = [normalise_heading(heading) for heading in headings]
    told = {column: normalise_heading(heading) for column, heading in named.items()}
    taken = {place for place, name in enumerate(names) if name and name in told.values()}
    matches: dict[str, Match] = {}
    for column in source.columns:
        exact = [place for place, name in enumerate(names) if name in column.headings and place not in taken]
        weak = [
            place for place, name in enumerate(names) if name in column.weak_headings and place not in taken
        ]
        if column.name in told:
            chosen = [place for place, name in enumerate(names) if name and name == told[column.name]]
            if not chosen:
                raise InputError(
                    "INTAKE-SETTING-HEADING",
                    file=file,
                    heading=named[column.name],
                    column=column.name,
                    source=source.name,
                    found=found,
                )
            matches[column.name] = Match(tuple(chosen), (*exact, *weak), "settings")
        elif exact:
            matches[column.name] = Match(tuple(exact), tuple(weak), "exact")
        elif weak:
            matches[column.name] = Match(tuple(weak), (), "weak")
    return matches


def missing_columns(source: Source, present: Collection[str], optional: Collection[str]) -> list[str]:
    """Return the required columns that are not there; alternatives as `one/other`."""
    return [
        "/".join(choice)
        for choice in source.required
        if not any(name in present or name in optional for name in choice)
    ]


def choose_columns(
    source: Source,
    headings: Sequence[str],
    matches: Mapping[str, Match],
    rows: Sequence[Row],
    *,
    file: str,
) -> tuple[tuple[ColumnChoice, ...], tuple[Remark, ...]]:
    """Choose one column per field. `rows` are the readable records.

    Errors:  InputError when two columns for a key differ.
    """
    canonical: dict[int, str] = {}
    why: dict[int, str] = {}
    remarks: list[Remark] = []
    for name, match in matches.items():
        # A column without any value says nothing, and contradicts nothing.
        filled = [place for place in match.positions if any(row.cells[place].strip() for row in rows)]
        keep = (filled or match.positions)[0]
        for other in filled[1:]:
            differing = sum(row.cells[keep].strip() != row.cells[other].strip() for row in rows)
            if differing:
                fields: dict[str, object] = {
                    "file": file,
                    "column": name,
                    "source": source.name,
                    "headings": [show_heading(headings[place]) for place in (keep, other)],
                    "count": differing,
                }
                if name in source.key_columns:
                    raise InputError("INTAKE-HEADING-TWICE", **fields)
                remarks.append(Remark("INTAKE-HEADING-SECOND", fields))
        why |= dict.fromkeys((*match.positions, *match.others), "second")
        shown = show_heading(headings[keep])
        if (
            source.name == LEGACY
            and name in ACCOUNT_KEYS
            and match.why != "settings"
            and _repeats(rows, keep)
        ):
            why[keep] = "not_unique"
            remarks.append(Remark("INTAKE-NOT-UNIQUE", {"file": file, "heading": shown, "column": name}))
            continue
        canonical[keep], why[keep] = name, match.why
        if match.why == "weak":
            remarks.append(Remark("INTAKE-HEADING-WEAK", {"file": file, "heading": shown, "column": name}))
    choices = tuple(
        ColumnChoice(place, heading, canonical.get(place), why.get(place, "unknown"))
        for place, heading in enumerate(headings)
    )
    return choices, tuple(remarks)


def _repeats(rows: Sequence[Row], position: int) -> bool:
    """Say whether the values of a column repeat too often to point to one account.

    A record delivered twice is no repeat, and a few repeats are accounts to ask about, not another kind of column.
    """
    different = {row.cells for row in rows}
    filled = [value for cells in different if (value := cells[position].strip())]
    repeats = len(filled) - len(set(filled))
    return repeats > FEW_REPEATS and repeats > (1 - DISTINCT_SHARE) * len(filled)
