"""Writes the records of a school as a delivered file, in any of the forms such files come in.

The form never changes what a record says; only `Line.damage` makes a record unreadable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from hypothesis import strategies as st

from tests.model.truth import Line, School, Side

_HEADINGS: Final[tuple[dict[str, str], ...]] = (
    {},
    {
        "stamnr": "Stam nr.",
        "externeid": "Extern ID",
        "realmid": "RealmID",
        "idgebr": "ID_gebr",
        "email": "E-mail",
        "opleiding": "Opleiding",
        "rol": "Rol",
        "klas": "Stamklas",
        "achternaam": "Achternaam",
    },
    {"stamnr": "LEERLINGNUMMER", "externeid": "EXTERNEID", "naam": "Volledige naam", "roepnaam": "Voornaam"},
)
_ODD_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of one delivered file; `order` and `odd_lines` are seeds, None means: as generated, none."""

    delimiter: str = ";"
    encoding: str = "utf-8"
    line_end: str = "\n"
    is_quoted: bool = False
    has_separator_line: bool = False
    has_footer: bool = False
    has_last_line_end: bool = True
    headings: int = 0
    order: int | None = None
    odd_lines: int | None = None


PLAIN: Final = Shape()


def shapes(*, is_shuffled: bool = True) -> st.SearchStrategy[Shape]:
    """Draw the form of one file, with blank lines and repeated headings here and there."""
    seed = st.none() | st.integers(min_value=0, max_value=2**16)
    return st.builds(
        Shape,
        delimiter=st.sampled_from((";", ",", "\t", "|")),
        encoding=st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "utf-16")),
        line_end=st.sampled_from(("\n", "\r\n", "\r")),
        is_quoted=st.booleans(),
        has_separator_line=st.booleans(),
        has_footer=st.booleans(),
        has_last_line_end=st.booleans(),
        headings=st.integers(min_value=0, max_value=len(_HEADINGS) - 1),
        order=seed if is_shuffled else st.none(),
        odd_lines=seed,
    )


def list_order(lines: Sequence[Line], shape: Shape) -> tuple[int, ...]:
    """Return the places of the generated records in the order in which they are delivered."""
    places = list(range(len(lines)))
    if shape.order is not None:
        Random(shape.order).shuffle(places)
    return tuple(places)


def file_bytes(school: School, side: Side, shape: Shape) -> bytes:
    """Return one file of a school: heading, records and the lines that are no records."""
    lines = school.lines(side)
    columns = [name for name, _ in lines[0].cells]
    heading = _write_cells([_HEADINGS[shape.headings].get(name, name) for name in columns], shape)
    records = [_write_line(lines[place], columns, shape) for place in list_order(lines, shape)]
    if shape.odd_lines is not None:
        random = Random(shape.odd_lines)
        for _ in range(random.randint(1, _ODD_LINES)):
            # Never behind the last record: what stands there is a footer, and has its own switch.
            odd = random.choice(("", heading, shape.delimiter * (len(columns) - 1)))
            records.insert(random.randint(0, len(records) - 1), odd)
    written = [heading, *records]
    if shape.has_separator_line:
        written.insert(0, f"sep={shape.delimiter}")
    if shape.has_footer:
        written.append(f"Aantal: {len(lines)}" + shape.delimiter * (len(columns) - 1))
    text = shape.line_end.join(written) + (shape.line_end if shape.has_last_line_end else "")
    return text.encode(shape.encoding)


def _write_cells(cells: Sequence[str], shape: Shape) -> str:
    return shape.delimiter.join(_write_cell(cell, shape) for cell in cells)


def _write_cell(text: str, shape: Shape) -> str:
    needs_quotes = shape.is_quoted or any(sign in text for sign in (shape.delimiter, '"', "\n", "\r"))
    return '"' + text.replace('"', '""') + '"' if needs_quotes else text


def _write_line(line: Line, columns: Sequence[str], shape: Shape) -> str:
    cells = [line.cell(name) for name in columns]
    if line.damage == "narrow":
        return _write_cells(cells[:-1], shape)
    if line.damage == "wide":
        return _write_cells([*cells, "over"], shape)
    return _write_cells(cells, shape)
