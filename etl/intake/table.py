"""Turns the bytes of one file into a Delivery: every record as text, every doubt written down.

It decides once and with evidence; what it cannot decide it refuses, with a code that says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from etl.contract import FORBIDDEN_HEADINGS, SOURCES, Source
from etl.errors import InputError
from etl.intake.columns import Match, choose_columns, match_headings, missing_columns
from etl.intake.delivery import BrokenRecord, Delivery, FileProfile, Record, Remark
from etl.intake.dialect import Dialect, choose_dialect, show_delimiter
from etl.intake.encoding import Decoded, decode_file, show_encoding
from etl.intake.files import RawFile
from etl.intake.footers import count_footers, counted_by_file
from etl.intake.headings import normalise_heading, show_headings
from etl.intake.lines import MIXED, Lines, name_line_end, split_lines
from etl.intake.national import check_headings, check_values
from etl.intake.records import CONTROLS, Layout, Row, Rows, read_rows
from etl.intake.recount import count_records

NO_HEADINGS: Final[Mapping[str, str]] = MappingProxyType({})
MAX_BYTES: Final = 1 << 30  # the largest national file is a tenth of this


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What the settings say about one file.

    `headings` gives, per canonical column, the heading as this school writes it. `optional_columns` are
    required columns that may be absent.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    optional_columns: frozenset[str] = frozenset()
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose heading line has been found and whose columns have been matched."""

    raw: RawFile
    decoded: Decoded
    lines: Lines
    dialect: Dialect
    matches: dict[str, Match]
    shown: list[str]  # the headings a message may name


def read_raw(raw: RawFile, *, source: Source, settings: ReadSettings) -> Delivery:
    """Read a file whose bytes have been taken in."""
    opened = open_raw(raw, source=source, settings=settings)
    check_required(opened, source=source, settings=settings)
    dialect, lines = opened.dialect, opened.lines
    layout = dialect.layout()
    has_controls = CONTROLS.search(opened.decoded.text) is not None
    found = read_rows(lines, dialect.next_line, layout, list(dialect.heading), has_controls=has_controls)
    key = next(
        (opened.matches[name].positions[0] for name in source.key_columns if name in opened.matches), None
    )
    footers = count_footers(found.rows, width=layout.least, key=key)
    kept = found.rows[: len(found.rows) - footers]
    good = [row for row in kept if not row.fault]
    _check_counts(raw, lines, layout, kept, good)
    check_values(good, dialect.heading, file=raw.name)
    columns, column_remarks = choose_columns(source, dialect.heading, opened.matches, good, file=raw.name)
    places = _places_with_something(dialect.heading, good)
    numbered = list(enumerate(kept, start=1))
    return Delivery(
        source=source.name,
        profile=FileProfile(
            file_name=raw.name,
            size_bytes=len(raw.data),
            sha256=raw.sha256,
            encoding=opened.decoded.encoding,
            has_bom=opened.decoded.has_bom,
            line_end=name_line_end(lines, inside=found.inside),
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            header_line=dialect.line + 1,
            preamble_lines=dialect.line - _blanks(lines, dialect),
            blank_lines=found.blank_lines + _blanks(lines, dialect),
            repeated_headings=found.repeated_headings,
            footer_lines=footers,
            records=len(good),
            broken=len(kept) - len(good),
            records_counted_again=count_records(
                lines, dialect.next_line, layout, dialect.heading, found, footers=footers
            ),
            remarks=(*opened.decoded.remarks, *column_remarks, *_remarks(opened, layout, found, footers)),
        ),
        headings=tuple(dialect.heading[place] for place in places),
        columns=tuple(
            type(columns[place])(new, columns[place].heading, columns[place].canonical, columns[place].why)
            for new, place in enumerate(places)
        ),
        records=_records(numbered, places, layout.width),
        broken=tuple(BrokenRecord(n, row.line + 1, row.fault, row.cells) for n, row in numbered if row.fault),
    )


def open_raw(raw: RawFile, *, source: Source, settings: ReadSettings) -> Opened:
    """Decode a file, find its heading line and match its columns; nothing is required yet."""
    decoded = decode_file(raw, encoding=settings.encoding)
    lines = split_lines(decoded.text)
    if not any(map(str.strip, lines.texts)):
        raise InputError("INTAKE-EMPTY", file=raw.name)
    known = known_headings(source, settings.headings)
    dialect = choose_dialect(lines, file=raw.name, known=known, delimiter=settings.delimiter)
    check_headings(dialect.heading, file=raw.name)
    # One known word may stand in a record too: then only that word may be named.
    shown = show_headings(dialect.heading, only=known if dialect.known < 2 else None)
    matches = match_headings(source, dialect.heading, settings.headings, file=raw.name, found=shown)
    return Opened(raw, decoded, lines, dialect, matches, shown)


def known_headings(source: Source, named: Mapping[str, str]) -> frozenset[str]:
    """Return every heading that may prove a heading line, also those of the other files: they may be swapped."""
    every = {name for one in SOURCES.values() for column in one.columns for name in column.headings}
    weak = {name for column in source.columns for name in column.weak_headings}
    told = {normalise_heading(heading) for heading in named.values()} - {""}
    return frozenset(every | weak | told | FORBIDDEN_HEADINGS)


def check_required(opened: Opened, *, source: Source, settings: ReadSettings) -> None:
    """Refuse a file without a column that the job cannot do without."""
    missing = missing_columns(source, opened.matches, settings.optional_columns)
    if missing:
        raise InputError(
            "INTAKE-HEADING-MISSING",
            file=opened.raw.name,
            source=source.name,
            columns=missing,
            count=len(missing),
            found=opened.shown,
            delimiter=show_delimiter(opened.dialect.delimiter),
            encoding=show_encoding(opened.decoded.encoding),
        )


def _check_counts(
    raw: RawFile, lines: Lines, layout: Layout, kept: Sequence[Row], good: Sequence[Row]
) -> None:
    if not kept:
        raise InputError("INTAKE-EMPTY", file=raw.name)
    broken = [row.line + 1 for row in kept if row.fault]
    if 2 * len(broken) > len(kept):
        raise InputError(
            "INTAKE-MOSTLY-BROKEN",
            file=raw.name,
            broken=len(broken),
            records=len(kept),
            line=broken[0],
            delimiter=show_delimiter(layout.delimiter),
        )


def _blanks(lines: Lines, dialect: Dialect) -> int:
    """Count the blank lines above the heading."""
    nothing = f" \t\u00a0\"'{dialect.delimiter}"
    return sum(not line.strip(nothing) for line in lines.texts[: dialect.line])


def _places_with_something(headings: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """Return the columns that have a heading or a value."""
    return [
        place
        for place, heading in enumerate(headings)
        if heading.strip() or any(row.cells[place].strip() for row in rows)
    ]


def _records(numbered: Sequence[tuple[int, Row]], places: list[int], width: int) -> tuple[Record, ...]:
    if len(places) == width:
        return tuple([Record(number, row.line + 1, row.cells) for number, row in numbered if not row.fault])
    pick = itemgetter(*places, places[0])  # one more than needed, so that it always gives a tuple
    return tuple(
        [Record(number, row.line + 1, pick(row.cells)[:-1]) for number, row in numbered if not row.fault]
    )


def _remarks(opened: Opened, layout: Layout, found: Rows, footers: int) -> list[Remark]:
    """Say what a person should know about the lines of the file."""
    file, lines, dialect = opened.raw.name, opened.lines, opened.dialect
    kept, ending = found.rows[: len(found.rows) - footers], found.rows[len(found.rows) - footers :]
    remarks = []
    titles = dialect.line - _blanks(lines, dialect) - dialect.has_separator_line
    if titles:
        remarks.append(Remark("INTAKE-PREAMBLE", {"file": file, "count": titles, "line": dialect.line + 1}))
    if found.repeated_headings:
        remarks.append(Remark("INTAKE-HEADING-REPEATED", {"file": file, "count": found.repeated_headings}))
    if name_line_end(lines, inside=found.inside) == MIXED:
        remarks.append(Remark("INTAKE-LINE-ENDS", {"file": file}))
    stated = counted_by_file(ending)
    if stated is not None and stated != len(kept):
        remarks.append(Remark("INTAKE-FOOTER-COUNT", {"file": file, "stated": stated, "records": len(kept)}))
    last = found.rows[-1]
    is_last_line = last.line == len(lines.texts) - 1
    if is_last_line and not footers and not lines.ends[-1] and last.fault and len(last.cells) < layout.least:
        remarks.append(Remark("INTAKE-TRUNCATED", {"file": file, "line": last.line + 1}))
    return remarks
