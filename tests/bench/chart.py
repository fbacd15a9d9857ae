"""Draws the ratios as an SVG, by Altair and vl-convert, without a network; it holds no figure of its own."""

from __future__ import annotations

from typing import Any, Final

from tests.bench.compare import describe_group
from tests.bench.figures import PAIR, Figures

OURS: Final = "koppelcheck"
OTHERS: Final = "others"
COLOURS: Final = ("#9a3412", "#475569")


def list_points(figures: Figures) -> list[dict[str, Any]]:
    """Return a point per program per size that could be measured."""
    return [
        {
            "size": describe_group(group),
            "program": one.name,
            "ratio": one.ratio,
            "low": one.ratio_low,
            "high": one.ratio_high,
            "whose": OURS if one.name.startswith(OURS) else OTHERS,
        }
        for group in figures.groups
        if group.kind == PAIR
        for one in group.figures
        if not one.problem
    ]


def draw_chart(figures: Figures) -> str:
    """Return the SVG."""
    import altair as alt
    import vl_convert

    points = list_points(figures)
    sizes = list(dict.fromkeys(point["size"] for point in points))
    panels = []
    for size in sizes:
        here = alt.Chart(alt.Data(values=[point for point in points if point["size"] == size]))
        order = alt.EncodingSortField("ratio", op="max", order="ascending")
        place = alt.Y("program:N", sort=order, title=None, axis=alt.Axis(labelLimit=320))
        colour = alt.Color("whose:N", scale=alt.Scale(domain=[OURS, OTHERS], range=list(COLOURS)), title=None)
        scale = alt.Scale(type="log")
        bar = here.mark_rule(strokeWidth=3, opacity=0.45).encode(
            y=place, x=alt.X("low:Q", scale=scale), x2="high:Q", color=colour
        )
        dot = here.mark_point(filled=True, size=70).encode(
            y=place,
            x=alt.X("ratio:Q", scale=scale, title="time, as a multiple of the raw job (log scale)"),
            color=colour,
        )
        base = (
            alt.Chart(alt.Data(values=[{"base": 1}])).mark_rule(strokeDash=[4, 3]).encode(x=alt.X("base:Q"))
        )
        panels.append(alt.layer(base, bar, dot).properties(title=size, width=460))
    return str(vl_convert.vegalite_to_svg(alt.vconcat(*panels).to_dict()))
