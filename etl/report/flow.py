"""Lays out the flow picture: how the rows of both files run into the groups a school sees.

It computes places only; it knows no words and no colours, and it changes no count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from etl.report.model import GroupCount

# Units of the drawing; the page scales it to its own width.
WIDTH: Final = 1080
_TOP: Final = 44  # room for the names of the two files
_BAR: Final = 12  # width of a file's bar and of a group's edge
_LEFT: Final = 150  # where the left bar starts; before it stands the file's total
_MIDDLE: Final = 365  # where the label column starts; the bands end at its edges
_LABELS: Final = 350  # the labels stand between the bands, so a thin band never crosses a word
_FULL: Final = 250.0  # height of the larger file
_ROW: Final = 40.0  # the least height of a group, so that its label has room
_GAP: Final = 12.0
_THIN: Final = 2.5  # one pupil among a thousand must still be seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One upright bar: a whole file, or one group's share of it."""

    x: float
    y: float
    height: float
    group: str | None = None
    width: int = _BAR


@dataclass(frozen=True, slots=True)
class Band:
    """One curved band from a file's bar to a group."""

    group: str
    path: str


@dataclass(frozen=True, slots=True)
class Label:
    """Where one group's name and its two counts stand."""

    group: str
    x: float
    y: float
    legacy_x: float
    magister_x: float
    legacy_records: int
    magister_records: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole drawing: `files` holds the left and the right bar, in that order."""

    width: int
    height: int
    files: tuple[Bar, Bar]
    edges: tuple[Bar, ...]
    bands: tuple[Band, ...]
    labels: tuple[Label, ...]


def build_flow(groups: tuple[GroupCount, ...]) -> Flow:
    """Lay out bands from both files to every group that holds a row, in the order given."""
    shown = [group for group in groups if group.legacy_records or group.magister_records]
    larger = max(
        sum(group.legacy_records for group in shown),
        sum(group.magister_records for group in shown),
        1,
    )
    scale = _FULL / larger
    right_x = WIDTH - _LEFT - _BAR
    left_y = right_y = row_y = float(_TOP)
    edges: list[Bar] = []
    bands: list[Band] = []
    labels: list[Label] = []
    for group in shown:
        left = _thickness(group.legacy_records, scale)
        right = _thickness(group.magister_records, scale)
        height = max(left, right, _ROW)
        middle = row_y + height / 2
        for size, file_y, file_x, edge_x in (
            (left, left_y, _LEFT + _BAR, _MIDDLE),
            (right, right_y, right_x, _MIDDLE + _LABELS - _BAR),
        ):
            if size:
                top = middle - size / 2
                inner = edge_x if file_x < edge_x else edge_x + _BAR
                edges.append(Bar(x=edge_x, y=_round(top), height=_round(size), group=group.group))
                bands.append(Band(group.group, _band(file_x, file_y, inner, top, size)))
        labels.append(
            Label(
                group=group.group,
                x=_MIDDLE + _LABELS / 2,
                y=_round(middle),
                legacy_x=_MIDDLE + _BAR + 12,
                magister_x=_MIDDLE + _LABELS - _BAR - 12,
                legacy_records=group.legacy_records,
                magister_records=group.magister_records,
            )
        )
        left_y += left
        right_y += right
        row_y += height + _GAP
    files = (
        Bar(x=_LEFT, y=_TOP, height=_round(left_y - _TOP)),
        Bar(x=right_x, y=_TOP, height=_round(right_y - _TOP)),
    )
    return Flow(
        width=WIDTH,
        height=int(max(row_y, left_y, right_y)) + 8,
        files=files,
        edges=tuple(edges),
        bands=tuple(bands),
        labels=tuple(labels),
    )


def _thickness(records: int, scale: float) -> float:
    return max(records * scale, _THIN) if records else 0.0


def _band(file_x: float, file_y: float, edge_x: float, edge_y: float, size: float) -> str:
    """Draw one band as a closed curve; half-way handles make it leave and arrive level."""
    bend = (file_x + edge_x) / 2
    file_end, edge_end = file_y + size, edge_y + size
    return (
        f"M{file_x:.1f} {file_y:.1f}"
        f"C{bend:.1f} {file_y:.1f} {bend:.1f} {edge_y:.1f} {edge_x:.1f} {edge_y:.1f}"
        f"V{edge_end:.1f}"
        f"C{bend:.1f} {edge_end:.1f} {bend:.1f} {file_end:.1f} {file_x:.1f} {file_end:.1f}Z"
    )


def _round(value: float) -> float:
    return round(value, 1)
