"""The SQL files of `etl/sql/` in their order, each of which makes the table it is named after.

It holds no rule: what is true about pupils stands in the SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final

CONTROL_TABLE: Final = "clean_control"
# What that table looks like. Making it of nothing would cost as much as making it of a list: most is in planning it.
CONTROL_COLUMNS: Final = (
    *(("school", "string"), ("stamnr_key", "string"), ("control_records", "bigint")),
    *(("is_name_contradicted", "boolean"), ("full_name", "string"), ("first_key", "string")),
    *(("last_key", "string"), ("full_key", "string"), ("letters_key", "string"), ("klas_key", "string")),
    *(("leerjaar_key", "string"), ("opleiding", "string"), ("leerweg", "string")),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One SQL file: its number, the table it makes, its SELECT and the first line of its header."""

    number: int
    table: str
    select: str
    says: str


@cache
def list_stages() -> tuple[Stage, ...]:
    """Return the stages in order."""
    stages = []
    for entry in (resources.files("etl") / "sql").iterdir():
        number, _, rest = entry.name.partition("_")
        if entry.name.endswith(".sql") and number.isdigit():
            select = entry.read_text(encoding="utf-8")
            says = select.splitlines()[0].removeprefix("-- ")
            stages.append(Stage(int(number), rest.removesuffix(".sql"), select, says))
    return tuple(sorted(stages, key=lambda stage: stage.number))


def stages_between(first: int, last: int) -> tuple[Stage, ...]:
    """Return the stages numbered first up to and including last."""
    return tuple(stage for stage in list_stages() if first <= stage.number <= last)


def without_control(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the stages of a run without a control list: nothing is known from one."""
    cells = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in CONTROL_COLUMNS)
    return tuple(
        replace(stage, select=f"select {cells} where 1 = 0") if stage.table == CONTROL_TABLE else stage
        for stage in stages
    )
