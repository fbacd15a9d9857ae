"""Holds how the workbook looks: colours, fonts, lines and heights, in one place so that sheets look alike.

It refuses to hold words or facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Final

from etl.report.workbook import Cell, Column

_INK: Final = "#1B2733"
_QUIET: Final = "#5B6875"
_DEEP: Final = "#1F4E6B"
_RULE: Final = "#D5DCE3"
_YELLOW: Final = "#FFF6CC"
_YELLOW_EDGE: Final = "#C9A227"
_TINT: Final = "#FFE0C2"

_CELL: Final[dict[str, Any]] = {
    "font_color": _INK,
    "valign": "top",
    "text_wrap": True,
    "bottom": 1,
    "bottom_color": _RULE,
}
_HEAD: Final[dict[str, Any]] = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
_BAND: Final[dict[str, Any]] = {"bold": True, "align": "center", "valign": "vcenter", "font_color": _INK}

LOOKS: Final[dict[str, dict[str, Any]]] = {
    # "@" keeps a delivered text a text, also after somebody edits the cell.
    "fact": {**_CELL, "num_format": "@"},
    "words": _CELL,
    "strong": {**_CELL, "bold": True, "num_format": "@"},
    "muted": {**_CELL, "font_color": _QUIET, "italic": True},
    "muted_line": {"font_color": _QUIET, "italic": True},
    "number": {**_CELL, "num_format": "#,##0", "align": "right", "indent": 1, "text_wrap": False},
    # A line number is looked up, not counted: no thousands separator.
    "line": {**_CELL, "num_format": "0", "align": "left"},
    # The first column of a side; the line keeps the two sides apart.
    "edge": {**_CELL, "num_format": "@", "align": "left", "indent": 1, "left": 2, "left_color": "#9DB7C9"},
    "edge_muted": {
        **_CELL,
        "align": "left",
        "indent": 1,
        "font_color": _QUIET,
        "italic": True,
        "left": 2,
        "left_color": "#9DB7C9",
    },
    # Bold and a tint: who does not see the colour sees the weight.
    "differs": {**_CELL, "bold": True, "bg_color": _TINT, "num_format": "@"},
    "answer": {
        **_CELL,
        "bg_color": _YELLOW,
        "border": 1,
        "border_color": _YELLOW_EDGE,
        "bottom_color": _YELLOW_EDGE,
        "num_format": "@",
    },
    "head": {**_HEAD, "font_color": "#FFFFFF", "bg_color": _DEEP, "border_color": "#FFFFFF"},
    "head_number": {
        **_HEAD,
        "font_color": "#FFFFFF",
        "bg_color": _DEEP,
        "border_color": "#FFFFFF",
        "align": "right",
        "indent": 1,
    },
    "head_answer": {**_HEAD, "font_color": _INK, "bg_color": "#F2D46B", "border_color": "#FFFFFF"},
    "title": {"bold": True, "font_size": 16, "font_color": _DEEP, "valign": "vcenter"},
    "note": {"font_color": _QUIET, "text_wrap": True, "valign": "top"},
    "band_legacy": {**_BAND, "bg_color": "#DCE8F4"},
    "band_magister": {**_BAND, "bg_color": "#DDEFE4"},
    "band_answer": {**_BAND, "bg_color": "#FBEBB0"},
    "verdict": {
        "bold": True,
        "font_size": 18,
        "font_color": _DEEP,
        "bg_color": "#E8F0F5",
        "valign": "vcenter",
        "indent": 1,
    },
    "loud": {"bold": True, "font_color": "#8A2B0B", "valign": "vcenter", "text_wrap": True},
    "calm": {"font_color": _INK, "valign": "vcenter", "text_wrap": True},
    "heading": {"bold": True, "font_size": 13, "font_color": _DEEP, "valign": "vcenter"},
    "label": {"font_color": _QUIET},
    "value": {"bold": True, "font_color": _INK, "num_format": "@"},
    "total": {**_CELL, "bold": True, "top": 2, "top_color": _DEEP},
    "total_number": {
        **_CELL,
        "bold": True,
        "top": 2,
        "top_color": _DEEP,
        "num_format": "#,##0",
        "align": "right",
        "indent": 1,
    },
}
FIRST_OF_GROUP: Final = {"top": 1, "top_color": "#7F93A3"}
LINE_HEIGHTS: Final = {"title": 30, "verdict": 36, "heading": 26, "loud": 22}  # on the overview, in points

TAB_COLOURS: Final = {"act": "#F2D46B", "look": "#9DB7C9", "about": _DEEP}

_LINE_POINTS: Final = 15.0
_PADDING_POINTS: Final = 5.0
_TALLEST_ROW: Final = 409.0  # Excel's own limit, in points
# Bold letters and the filter button take room that a column's width does not count.
_HEADING_LOSS: Final = 3


def note_height(note: str, width: int) -> float:
    """Return the height of the merged line under the title; merged cells do not grow by themselves."""
    return ceil(len(note) * 1.05 / max(width, 1)) * _LINE_POINTS + _PADDING_POINTS


def heading_height(columns: tuple[Column, ...]) -> float:
    """Return the height at which every wrapped heading shows in full."""
    lines = max(_wrapped_lines(column.heading, column.width - _HEADING_LOSS) for column in columns)
    return lines * _LINE_POINTS + _PADDING_POINTS


def row_height(letters: Sequence[int], cells: Sequence[Cell]) -> float:
    """Return the height at which every wrapped text of a row shows in full; `letters` fit on a line of each column.

    Not every program finds it by itself when it opens the file; without it, texts print over each other.
    """
    lines = 1
    for (value, _, _), width in zip(cells, letters, strict=True):
        # Most texts fit on their line.
        if isinstance(value, str) and (len(value) > width or "\n" in value):
            lines = max(lines, _wrapped_lines(value, width))
    return min(lines * _LINE_POINTS + 2, _TALLEST_ROW)


def letters_per_line(column: Column) -> int:
    """Return how many letters of a text fit on one line of a column."""
    # A column's width counts digits. The letters of a sentence are narrower; those of an id may not be.
    return int(column.width * 1.08) if column.look == "words" else column.width - 1


def _wrapped_lines(value: str, width: int) -> int:
    if len(value) <= width and "\n" not in value:
        return 1
    return sum(_lines_of_paragraph(paragraph, max(width, 1)) for paragraph in value.split("\n"))


def _lines_of_paragraph(paragraph: str, width: int) -> int:
    lines, room = 1, width
    for word in paragraph.split(" "):
        if len(word) > room:
            # A word longer than a line starts on a new line and is broken there.
            lines += (room < width) + (len(word) - 1) // width
            room = width - ((len(word) - 1) % width + 1)
        else:
            room -= len(word)
        room -= 1
    return lines
