"""Invented schools in which every delivered record carries a hidden human, so that a wrong link can be seen.

It knows nothing of how the program links; what is delivered is text, what is true is kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Side = Literal["magister", "legacy", "control"]
Names = Literal["none", "whole", "parts"]
Keys = Literal["number", "both", "externeid"]
AccountKey = Literal["none", "id", "login"]
Damage = Literal["", "narrow", "wide"]

SIDES: Final[tuple[Side, Side]] = ("magister", "legacy")
REALM: Final = "lyceum.example"
OTHER_REALM: Final = "elders.example"


@dataclass(frozen=True, slots=True)
class Human:
    """One invented person; `number` and `guid` are what Magister truly holds."""

    human: int
    number: int
    idgebr: int
    guid: str
    first: str
    middle: str
    last: str
    school_class: str
    opleiding: str


@dataclass(frozen=True, slots=True)
class Line:
    """One delivered record: whose it is, whose name stands in it, and its text by canonical column.

    `account` is the account of the receiving application that a legacy record speaks of.
    """

    human: int
    name_of: int
    cells: tuple[tuple[str, str], ...]
    account: int = 0
    damage: Damage = ""
    is_staff: bool = False

    def cell(self, column: str) -> str:
        """Return the text of a column; an absent column is empty."""
        return dict(self.cells).get(column, "")

    def with_cells(self, **changed: str) -> Line:
        """Return the record with other text in some of its columns; a column it lacks is not added."""
        return replace(self, cells=tuple((name, changed.get(name, text)) for name, text in self.cells))


@dataclass(frozen=True, slots=True)
class Layout:
    """What the files of one school look like, apart from delimiters and the like."""

    magister_names: Names = "none"
    legacy_names: Names = "whole"
    has_control: bool = False
    legacy_keys: Keys = "number"
    has_opleiding: bool = False
    account_key: AccountKey = "id"
    has_extra: bool = True
    has_role: bool = False
    magister_width: int = 0
    legacy_width: int = 0
    has_braces: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class School:
    """The files of one school and the truth about them.

    `hard` are the humans about whom a person may have to decide; `planted` names what was done, in order.
    """

    seed: int
    layout: Layout
    humans: tuple[Human, ...]
    magister: tuple[Line, ...]
    legacy: tuple[Line, ...]
    control: tuple[Line, ...]
    hard: frozenset[int] = frozenset()
    planted: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say how to make this school again, which is short, and not what it holds, which is long."""
        pupils = len(self.humans) - sum(line.is_staff for line in self.legacy)
        return f"make_school({self.seed}, {pupils}, {list(self.planted)}, {self.layout})"

    def lines(self, side: Side) -> tuple[Line, ...]:
        """Return the records of one file."""
        return {"magister": self.magister, "legacy": self.legacy, "control": self.control}[side]

    def with_lines(self, side: Side, lines: tuple[Line, ...]) -> School:
        """Return the school with other records in one file."""
        if side == "magister":
            return replace(self, magister=lines)
        return replace(self, legacy=lines) if side == "legacy" else replace(self, control=lines)

    def with_changed(self, side: Side, human: int, **cells: str) -> School:
        """Return the school with other text in every record of one human in one file."""
        lines = tuple(line.with_cells(**cells) if line.human == human else line for line in self.lines(side))
        return self.with_lines(side, lines)

    def with_planted(self, defect: str) -> School:
        """Return the school with one more defect on its list."""
        return replace(self, planted=(*self.planted, defect))

    def has_column(self, side: Side, column: str) -> bool:
        """Say whether a file has a column."""
        return any(column in dict(line.cells) for line in self.lines(side))

    def in_both(self) -> tuple[int, ...]:
        """List the pupils that stand in both files."""
        pupils = {line.human for line in self.magister}
        return tuple(sorted(pupils & {line.human for line in self.legacy if not line.is_staff}))
