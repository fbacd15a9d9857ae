"""Says in words which figures moved since the committed ones, by more than the noise of the rounds explains.

Seconds belong to a machine and an hour, so ratios and memory are compared, and seconds never.
"""

from __future__ import annotations

from typing import Final

from tests.bench.figures import SCHOOLS, STARTS, Figure, Figures, Group

SMALLEST_MOVE: Final = 0.10  # of a ratio, or of memory: less is nothing to speak of
FEW_ROUNDS: Final = 3  # fewer rounds show no range of their own
RANGE_OF_FEW: Final = 0.25


def compare_figures(new: Figures, old: Figures) -> list[str]:
    """Return sentences: what moved, what can no longer be measured, and how much was compared."""
    moved: list[str] = []
    compared = 0
    for group in new.groups:
        before = old.find(group.kind, group.rows)
        if before is None:
            continue
        known = {one.name: one for one in before.figures}
        for figure in group.figures:
            if figure.name in known:
                compared += 1
                moved += _compare(group, figure, known[figure.name])
                moved += _compare_processor(group, before, figure.name)
    if not compared:
        return ["Nothing to compare: the committed figures have none of these sizes."]
    first = f"Compared with {old.day}: {compared} programs, "
    first += "none moved by more than the noise." if not moved else f"{len(moved)} changes beyond the noise:"
    if new.machine != old.machine:
        first += " The machine or its versions are not the same."
    return [first, *moved]


def _compare(group: Group, new: Figure, old: Figure) -> list[str]:
    where = f"{describe_group(group)}, {new.name}"
    if new.problem or old.problem:
        if new.problem and old.problem:
            return []
        if new.problem:
            return [f"{where}: could not be measured now ({new.problem})."]
        return [f"{where}: could not be measured before ({old.problem}), now {new.ratio:.2f} × base."]
    found = []
    if _is_beyond_noise(new, old):
        word = "slower" if new.ratio > old.ratio else "faster"
        found.append(
            f"{where}: {word}, {new.ratio:.2f} × base ({_range(new)}), was {old.ratio:.2f} ({_range(old)});"
            f" {_percent(new.ratio, old.ratio)}."
        )
    if abs(new.memory_mb / old.memory_mb - 1) > SMALLEST_MOVE:
        word = "more" if new.memory_mb > old.memory_mb else "less"
        found.append(
            f"{where}: {word} memory, {new.memory_mb:,.0f} MB, was {old.memory_mb:,.0f};"
            f" {_percent(new.memory_mb, old.memory_mb)}."
        )
    return found


def _compare_processor(new_group: Group, old_group: Group, name: str) -> list[str]:
    """Say when processor time moved, as a multiple of the base's: a busy machine disturbs it less than the clock."""
    new, old = (_processor_ratio(group, name) for group in (new_group, old_group))
    if not new or not old or abs(new / old - 1) <= RANGE_OF_FEW:
        return []
    word = "more" if new > old else "less"
    return [
        f"{describe_group(new_group)}, {name}: {word} processor time, {new:.2f} × base, was {old:.2f};"
        f" {_percent(new, old)}."
    ]


def _processor_ratio(group: Group, name: str) -> float | None:
    figure, base = group.find(name), group.figures[0]
    return figure.processor / base.processor if figure and base.processor else None


def describe_group(group: Group) -> str:
    """Return what was measured on, in words."""
    if group.kind == STARTS:
        return "Starts"
    if group.kind == SCHOOLS:
        return f"{group.rows:,} pupils in many schools"
    return f"{group.rows:,} rows" + ("" if group.kind == "pair" else f" ({group.kind})")


def _is_beyond_noise(new: Figure, old: Figure) -> bool:
    if abs(new.ratio / old.ratio - 1) <= SMALLEST_MOVE:
        return False
    (new_low, new_high), (old_low, old_high) = _bounds(new), _bounds(old)
    return new_low > old_high or new_high < old_low


def _bounds(figure: Figure) -> tuple[float, float]:
    low, high = figure.ratio_low, figure.ratio_high
    if figure.rounds < FEW_ROUNDS:
        low, high = min(low, figure.ratio / (1 + RANGE_OF_FEW)), max(high, figure.ratio * (1 + RANGE_OF_FEW))
    return low, high


def _range(figure: Figure) -> str:
    return f"{figure.ratio_low:.2f}–{figure.ratio_high:.2f}"


def _percent(new: float, old: float) -> str:
    return f"{(new / old - 1) * 100:+.0f} %"
