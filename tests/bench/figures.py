"""What was measured, as frozen facts: medians, ratios to the base of the same round, slopes; to JSON and back.

It measures nothing and judges nothing: targets.py judges, compare.py compares.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.bench.measure import Series

FORMAT: Final = "koppelcheck/bench-1"

PAIR: Final = "pair"
NARROW: Final = "narrow pair"
SCHOOLS: Final = "schools"
STARTS: Final = "starts"
FEWEST_ROUNDS: Final = 3  # of which each has a ratio of its own


@dataclass(frozen=True, slots=True)
class Figure:
    """One program: medians of its rounds, and the middle, lowest and highest ratio to the base; or why it has none."""

    name: str
    rounds: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    memory_mb: float = 0.0
    ratio: float = 0.0
    ratio_low: float = 0.0
    ratio_high: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Programs that were measured in turns on the same thing, the base first; `rows` a side, 0 for starts."""

    kind: str
    rows: int
    figures: tuple[Figure, ...]

    def find(self, name: str) -> Figure | None:
        """Return the figure of a program when it could be measured."""
        return next((one for one in self.figures if one.name == name and not one.problem), None)


@dataclass(frozen=True, slots=True)
class Stages:
    """Seconds by step within one run on a pair."""

    rows: int
    seconds: dict[str, float]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of one `make bench`."""

    day: str
    machine: dict[str, str]
    groups: tuple[Group, ...]
    stages: tuple[Stages, ...] = ()

    def find(self, kind: str, rows: int = 0) -> Group | None:
        """Return the group of a kind and a size."""
        return next((one for one in self.groups if (one.kind, one.rows) == (kind, rows)), None)


def build_group(kind: str, rows: int, series: Sequence[Series]) -> Group:
    """Return medians and ratios; the base is the first series.

    A ratio is taken within its round. Of what had only a round or two, one lucky or unlucky base would decide: that is
    compared with the middle of the bases of all rounds, and its range with the highest and lowest.
    """
    base = series[0].rounds
    return Group(kind, rows, tuple(_figure(one, base) for one in series))


def _figure(series: Series, base: dict[int, Any]) -> Figure:
    ratios = [took.seconds / base[number].seconds for number, took in series.rounds.items() if number in base]
    if 0 < len(ratios) < FEWEST_ROUNDS < len(base):
        bases = [one.seconds for one in base.values()]
        taken = [one.seconds for one in series.rounds.values()]
        ratios = [min(taken) / max(bases), median(taken) / median(bases), max(taken) / min(bases)]
    if series.problem or not ratios:
        return Figure(series.name, problem=series.problem or "the base could not be measured")
    taken = list(series.rounds.values())
    return Figure(
        series.name,
        rounds=len(taken),
        seconds=round(median(one.seconds for one in taken), 3),
        processor=round(median(one.processor for one in taken), 3),
        memory_mb=round(median(one.memory_mb for one in taken), 1),
        ratio=round(median(ratios), 3),
        ratio_low=round(min(ratios), 3),
        ratio_high=round(max(ratios), 3),
    )


SLOPE_FROM: Final = 100_000


def list_slopes(figures: Figures) -> dict[str, float]:
    """Return how processor time grows with rows, by program, between the second and the last size of the pairs.

    1 is in proportion. What the smallest pair takes is left out on both sides: it is the start of the program. Without
    three sizes, of which the second is a hundred thousand or more, there is no slope: what is smaller is over at once.
    """
    pairs = sorted((one for one in figures.groups if one.kind == PAIR), key=lambda group: group.rows)
    if len(pairs) < 3 or pairs[1].rows < SLOPE_FROM:
        return {}
    smallest, middle, largest = pairs[0], pairs[1], pairs[-1]
    slopes = {}
    for figure in largest.figures:
        found = [group.find(figure.name) for group in (smallest, middle, largest)]
        if any(one is None for one in found):
            continue
        start, low, high = (one.processor for one in found if one is not None)
        if start < low < high:
            rows = log((largest.rows - smallest.rows) / (middle.rows - smallest.rows))
            slopes[figure.name] = round(log((high - start) / (low - start)) / rows, 3)
    return slopes


def to_json(figures: Figures) -> str:
    """Return the figures as JSON, in a fixed order."""
    return json.dumps({"format": FORMAT} | asdict(figures), indent=1, ensure_ascii=False) + "\n"


def read_figures(path: Path) -> Figures:
    """Read figures back; ValueError when the file is of another format."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if found.pop("format", None) != FORMAT:
        raise ValueError(f"{path.name} is not of the format {FORMAT}")
    return Figures(
        day=found["day"],
        machine=found["machine"],
        groups=tuple(
            Group(one["kind"], one["rows"], tuple(Figure(**figure) for figure in one["figures"]))
            for one in found["groups"]
        ),
        stages=tuple(Stages(one["rows"], one["seconds"], tuple(one["missing"])) for one in found["stages"]),
    )
