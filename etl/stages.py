"""The SQL files of `etl/sql/` in their order, each of which makes the table it is named after.

It holds no rule: what is true about pupils stands in the SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources


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
