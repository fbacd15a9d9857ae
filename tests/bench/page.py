"""Writes the figures for people: the Markdown page, which is also what the terminal shows. It adds nothing to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from tests.bench.compare import describe_group
from tests.bench.figures import STARTS, Figures, Group, Stages, list_slopes
from tests.bench.targets import Verdict, judge_targets

CHART_NAME: Final = "figures.svg"
MET: Final = {True: "met", False: "**not met**", None: "not measured"}
ABOUT: Final = (
    "Whole processes, Python's start and imports included, with a warm cache, in turns. Seconds, processor time and",
    "memory are medians. × base is the middle of the ratios to the raw job of the same round; the range is from the",
    "lowest to the highest. Seconds belong to that machine and hour; ratios travel. Memory below some 20 MB is that of",
    "the measuring program. Who has fewer rounds took long enough in those; of one or two the",
    "ratio is to the middle of all bases.",
)
# Steps that take less than this share of a run are added up in one line.
SMALL_SHARE: Final = 0.005


def write_page(figures: Figures) -> str:
    """Return the Markdown page."""
    machine = "; ".join(f"{name} {value}" for name, value in figures.machine.items())
    return "\n".join(
        [
            "# Figures",
            "",
            "<!-- Written by `make figures`. Do not edit: measure again with `make bench`. -->",
            "",
            f"Measured on {figures.day}. {machine}.",
            "",
            *ABOUT,
            "",
            f"![Time of each program as a multiple of the raw job, by size]({CHART_NAME})",
            "",
            *show_groups(figures),
            *_show_slopes(figures),
            "## Targets",
            "",
            *show_targets(judge_targets(figures)),
            "",
            *_show_stages(figures.stages),
        ]
    )


def show_groups(figures: Figures) -> list[str]:
    """Return a table per group."""
    lines = []
    for group in figures.groups:
        lines += [f"## {describe_group(group)}", "", *_show_group(group), ""]
    return lines


def _show_group(group: Group) -> list[str]:
    base = "× python" if group.kind == STARTS else "× base"
    rows = []
    for one in group.figures:
        if one.problem:
            rows.append((one.name, "–", "–", "", "–", "–", one.problem))
            continue
        span = f"{one.ratio_low:.2f}–{one.ratio_high:.2f}" if one.rounds > 1 else ""
        rows.append(
            (
                one.name,
                f"{one.seconds:.2f}",
                f"{one.ratio:.2f}",
                span,
                f"{one.processor:.2f}",
                f"{one.memory_mb:,.0f}",
                f"{one.rounds} round{'s' if one.rounds > 1 else ''}",
            )
        )
    return table(("program", "s", base, "range", "processor s", "MB", "measured"), rows, right=range(1, 6))


def _show_slopes(figures: Figures) -> list[str]:
    slopes = list_slopes(figures)
    head = ["## Slope", ""]
    if not slopes:
        return [*head, 'Needs three sizes: `make bench ROWS="3000 100000 1000000"`.', ""]
    text = "Processor time against rows, the smallest pair left out; 1 is in proportion."
    rows = [(name, f"{slope:.2f}") for name, slope in slopes.items()]
    return [*head, text, "", *table(("program", "slope"), rows, right=(1,)), ""]


def show_targets(verdicts: Sequence[Verdict]) -> list[str]:
    """Return the table of targets."""
    rows = [(one.about, one.wanted, one.found, MET[one.met]) for one in verdicts]
    return table(("target", "at most", "found", ""), rows, right=(1, 2))


def _show_stages(stages: Sequence[Stages]) -> list[str]:
    lines = []
    for one in stages:
        total = sum(one.seconds.values())
        large = {step: took for step, took in one.seconds.items() if took >= SMALL_SHARE * total}
        rows = [(step, f"{took:.3f}", f"{took / total:.0%}") for step, took in large.items()]
        rest = len(one.seconds) - len(large)
        if rest:
            took = total - sum(large.values())
            rows.append((f"{rest} smaller steps together", f"{took:.3f}", f"{took / total:.0%}"))
        rows += [(step, "–", "no longer where the bench looks") for step in one.missing]
        lines += [f"## Within one run of {one.rows:,} rows", ""]
        lines += [*table(("step", "s", "share"), rows, right=(1, 2)), ""]
    return lines


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> list[str]:
    """Return a Markdown table that also reads well as it stands."""
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    to_right = set(right)
    lines = [
        "| "
        + " | ".join(
            cell.rjust(width) if place in to_right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in cells
    ]
    rule = [
        "-" * (max(width, 3) - 1) + ":" if place in to_right else "-" * max(width, 3)
        for place, width in enumerate(widths)
    ]
    return [lines[0], "| " + " | ".join(rule) + " |", *lines[1:]]
