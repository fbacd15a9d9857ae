"""Turns the bytes of one file into a Delivery: every record as text, every doubt written down.

It decides once and with evidence; what it cannot decide it refuses, with a code that says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Final

from etl.contract import Source
from etl.errors import InputError
from etl.intake.columns import choose_columns
from etl.intake.delivery import BrokenRecord, Delivery, FileProfile, LeftOut, Record, Remark
from etl.intake.dialect import Dialect, show_delimiter
from etl.intake.files import RawFile
from etl.intake.footers import count_footers, counted_by_file
from etl.intake.headings import show_heading
from etl.intake.lines import MIXED, Lines, name_line_end
from etl.intake.national import check_broken, check_values, without_national
from etl.intake.opening import Opened, ReadSettings, check_required, open_raw
from etl.intake.private import DROPPED, PRIVATE, list_left_out
from etl.intake.records import (
    CELL_TOO_LONG,
    CONTROLS,
    LONGEST_CELL,
    QUOTE_NOT_CLOSED,
    Layout,
    Row,
    Rows,
    read_rows,
    split_line,
)
from etl.intake.recount import count_records

# So few unreadable records are kinder set aside one by one, whatever their share.
BROKEN_RECORDS: Final = 10


def read_raw(raw: RawFile, *, source: Source, settings: ReadSettings) -> Delivery:
    """Read a file whose bytes have been taken in."""
    opened = open_raw(raw, source=source, settings=settings)
    check_required(opened, source=source, settings=settings)
    dialect, lines = opened.dialect, opened.lines
    layout = dialect.layout()
    has_controls = CONTROLS.search(opened.decoded.text) is not None
    found = read_rows(lines, dialect.next_line, layout, list(dialect.heading), has_controls=has_controls)
    left_out = list_left_out(
        source,
        dialect.heading,
        opened.matches,
        drop=settings.drop_columns,
        keep=settings.keep_columns,
    )
    _forget_dropped(found, {place for place, why in left_out.items() if why == DROPPED})
    _check_lengths(raw, found, dialect.heading)
    key = next(
        (opened.matches[name].positions[0] for name in source.key_columns if name in opened.matches), None
    )
    footers = count_footers(found.rows, width=layout.least, key=key)
    kept = found.rows[: len(found.rows) - footers]
    good = [row for row in kept if not row.fault]
    if not kept:
        raise InputError("INTAKE-EMPTY", file=raw.name)
    _check_end(raw, lines, found, kept, footers, layout)
    _check_quotes(raw, lines, found, dialect)
    _check_counts(raw, layout, kept, settings.broken_share)
    check_values(good, dialect.heading, file=raw.name)
    check_broken([row for row in kept if row.fault], dialect.heading, file=raw.name)
    columns, column_remarks = choose_columns(source, dialect.heading, opened.matches, good, file=raw.name)
    places = [place for place in _places_with_something(dialect.heading, good) if place not in left_out]
    variants = _variants(good, places, [place for place in left_out if left_out[place] != DROPPED])
    numbered = list(enumerate(kept, start=1))
    return Delivery(
        source=source.name,
        profile=FileProfile(
            file_name=raw.name,
            size_bytes=raw.size,
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
            ends_open=_ends_open(lines),
            remarks=(*opened.decoded.remarks, *column_remarks, *_remarks(opened, found, footers, left_out)),
        ),
        headings=tuple(dialect.heading[place] for place in places),
        columns=tuple(
            type(columns[place])(new, columns[place].heading, columns[place].canonical, columns[place].why)
            for new, place in enumerate(places)
        ),
        records=_records(numbered, places, layout.width, variants),
        broken=tuple(BrokenRecord(n, row.line + 1, row.fault, row.cells) for n, row in numbered if row.fault),
        left_out=tuple(LeftOut(dialect.heading[place], why) for place, why in left_out.items()),
    )


def _forget_dropped(found: Rows, dropped: set[int]) -> None:
    """Throw away what the settings do not want read, before anything looks at a value.

    In a broken record nobody knows which value stands where, so what may be a national number goes.
    """
    if not dropped:
        return
    for index, row in enumerate(found.rows):
        if row.fault and row.fault != CELL_TOO_LONG:
            cells = without_national(row.cells)
        else:
            cells = tuple("" if place in dropped else cell for place, cell in enumerate(row.cells))
        is_short = row.fault == CELL_TOO_LONG and all(len(cell) <= LONGEST_CELL for cell in cells)
        found.rows[index] = replace(row, cells=cells, fault="" if is_short else row.fault)


def _check_lengths(raw: RawFile, found: Rows, headings: Sequence[str]) -> None:
    """Refuse a file with a value that no pupil list has: something else was pasted or written there."""
    for row in found.rows:
        if row.fault == CELL_TOO_LONG:
            place, length = max(enumerate(map(len, row.cells)), key=itemgetter(1))
            raise InputError(
                "INTAKE-CELL-TOO-LONG",
                file=raw.name,
                line=row.line + 1,
                heading=show_heading(headings[place]),
                length=length,
                limit=LONGEST_CELL,
            )


def _variants(rows: Sequence[Row], places: Sequence[int], left_out: Sequence[int]) -> dict[int, int]:
    """Number the contents of the columns that are not kept, among records equal in the others, by line.

    So two records that differed stay two, and nothing of what they differed in is kept. The numbers follow the
    contents, not the order of the records.
    """
    if not left_out:
        return {}
    contents: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    pairs = []
    for row in rows:
        kept = tuple(row.cells[place] for place in places)
        other = tuple(row.cells[place] for place in left_out)
        contents.setdefault(kept, set()).add(other)
        pairs.append((row.line, kept, other))
    numbers = {
        kept: {other: number for number, other in enumerate(sorted(others))}
        for kept, others in contents.items()
        if len(others) > 1
    }
    return {line: numbers[kept][other] for line, kept, other in pairs if kept in numbers}


def _check_quotes(raw: RawFile, lines: Lines, found: Rows, dialect: Dialect) -> None:
    """Refuse a file in which a quote opens a value and nothing closes it.

    Where that value ends, and with it which of the next lines are pupils of their own, nobody can tell.
    """
    for row in found.rows:
        if row.fault == QUOTE_NOT_CLOSED:
            _, _, opened = split_line(lines.texts[row.line], dialect.delimiter, dialect.quote)
            place = opened.cell if opened else 0
            heading = dialect.heading[place] if place < len(dialect.heading) else ""
            raise InputError(
                "INTAKE-QUOTE-OPEN",
                file=raw.name,
                line=row.line + 1,
                position=place + 1,
                heading=show_heading(heading),
                quote=dialect.quote,
            )


def _check_counts(raw: RawFile, layout: Layout, kept: Sequence[Row], broken_share: float) -> None:
    broken = [row.line + 1 for row in kept if row.fault]
    too_many = len(broken) >= BROKEN_RECORDS and len(broken) > broken_share * len(kept)
    if too_many or 2 * len(broken) > len(kept):
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


def _records(
    numbered: Sequence[tuple[int, Row]], places: list[int], width: int, variants: Mapping[int, int]
) -> tuple[Record, ...]:
    if len(places) == width:
        return tuple([Record(number, row.line + 1, row.cells) for number, row in numbered if not row.fault])
    pick = itemgetter(*places, places[0])  # one more than needed, so that it always gives a tuple
    return tuple(
        [
            Record(number, row.line + 1, pick(row.cells)[:-1], variants.get(row.line, 0))
            for number, row in numbered
            if not row.fault
        ]
    )


def _ends_open(lines: Lines) -> bool:
    """Say whether the last line has no line end while all others have one."""
    return len(lines.ends) > 1 and not lines.ends[-1]


def _check_end(
    raw: RawFile, lines: Lines, found: Rows, kept: Sequence[Row], footers: int, layout: Layout
) -> None:
    """Refuse a file that was cut off: of pupils that are missing nobody would know.

    Errors:  InputError when the last line stops short, or when the file counts more records than it has.
    """
    last = found.rows[-1]
    if (
        last.line == len(lines.texts) - 1
        and not footers
        and _ends_open(lines)
        and last.fault
        and (last.fault == QUOTE_NOT_CLOSED or len(last.cells) < layout.least)
    ):
        raise InputError("INTAKE-TRUNCATED", file=raw.name, line=last.line + 1)
    stated = counted_by_file(found.rows[len(found.rows) - footers :])
    if stated is not None and stated > len(kept):
        raise InputError("INTAKE-FOOTER-MORE", file=raw.name, stated=stated, records=len(kept))


def _remarks(opened: Opened, found: Rows, footers: int, left_out: Mapping[int, str]) -> list[Remark]:
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
    for why in (DROPPED, PRIVATE):
        names = [show_heading(dialect.heading[place]) for place in left_out if left_out[place] == why]
        if names:
            code = "INTAKE-COLUMNS-DROPPED" if why == DROPPED else "INTAKE-COLUMNS-PRIVATE"
            remarks.append(Remark(code, {"file": file, "headings": names, "count": len(names)}))
    return remarks
