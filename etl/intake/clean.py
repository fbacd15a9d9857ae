"""Reads a clean and uniform file with the engine's own reader, strictly, and says of it what the careful reader would.

It gives up, and never guesses, when a record could be anything but a record: then the careful reader is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl.contract import LEGACY, Source
from etl.engines.duckdb import ROWS_AT_ONCE, DuckDBEngine
from etl.errors import EngineError
from etl.intake.columns import ACCOUNT_KEYS, FEW_REPEATS, choose_columns
from etl.intake.delivery import ColumnChoice, Delivery, FileProfile, LeftOut, Remark
from etl.intake.files import RawFile
from etl.intake.footers import count_footers
from etl.intake.headings import show_heading
from etl.intake.lines import NAMES
from etl.intake.national import LONGEST_WRITTEN, PASSING_SHARE, check_column
from etl.intake.opening import ReadSettings, check_required
from etl.intake.private import DROPPED, PRIVATE, list_left_out
from etl.intake.records import LONGEST_CELL, Row
from etl.intake.uniform import Uniform, prove_uniform

# The number of a record in its file, of a row of cells_<source>: 1 is the first after the heading.
SOURCE_ROW: Final = "rowid + 1"
FOOTER_ROWS: Final = 100
WITNESSES: Final = 200  # so many records show of nearly every column that it holds something
# What the careful reader strips of a cell, as far as a clean file can hold it.
BLANKS: Final = (
    " \t\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029"
    "\u202f\u205f\u3000\ufeff"
)
# Of the columns that are not read: the bytes in them, nothing where a quote stands in one.
PASSED_OVER: Final = "passed_over"
_EIGHT_DIGITS: Final = (
    "([^\\x00-/:-\\x7f].*){8}"  # or signs of other alphabets, which have digits of their own
)


@dataclass(frozen=True, slots=True)
class CleanTables:
    """Where clean files are loaded: an engine, a folder that it may read in, and the files that may go this way."""

    engine: DuckDBEngine
    folder: Path
    sources: frozenset[str]

    def forget(self, source: str) -> None:
        """Drop what was loaded of a file."""
        self.engine.drop_table(cells_table(source))


def read_clean(raw: RawFile, *, source: Source, settings: ReadSettings, into: CleanTables) -> Delivery | None:
    """Load a clean file into the table cells_<source> and return what it is, or None when it is not clean.

    Shape:   cells_<source>: cell_001 …, as delivered and in that order; SOURCE_ROW is the number of a record.
    Errors:  InputError for what the careful reader would refuse as well.
    """
    if source.name not in into.sources:
        return None
    engine = into.engine
    uniform = prove_uniform(raw, source=source, settings=settings)
    if uniform is None or any(len(match.positions) > 1 for match in uniform.opened.matches.values()):
        return None
    check_required(uniform.opened, source=source, settings=settings)
    left_out = list_left_out(
        source,
        uniform.opened.dialect.heading,
        uniform.opened.matches,
        drop=settings.drop_columns,
        keep=settings.keep_columns,
    )
    table = cells_table(source.name)
    try:
        with raw.below_heading(uniform.first, into.folder / f"{source.name}.lines") as path:
            engine.load_lines(
                table,
                path,
                [cell_name(place) for place in range(len(uniform.opened.dialect.heading))],
                without=[cell_name(place) for place, why in left_out.items() if why == DROPPED],
                passed_over=PASSED_OVER,
                delimiter=uniform.opened.dialect.delimiter,
                line_end=uniform.line_end,
                longest=LONGEST_CELL,
            )
        delivery = _describe(engine, table, raw, uniform, source, left_out)
    except EngineError:
        delivery = None
    if delivery is None:
        into.forget(source.name)
    return delivery


def cells_table(source: str) -> str:
    """Return the name of the table with the cells of a clean file."""
    return f"cells_{source}"


def cell_name(place: int) -> str:
    """Return the name of a column in it; place 0 is the first."""
    return f"cell_{place + 1:03d}"


def _describe(
    engine: DuckDBEngine,
    table: str,
    raw: RawFile,
    uniform: Uniform,
    source: Source,
    left_out: dict[int, str],
) -> Delivery | None:
    opened, headings = uniform.opened, uniform.opened.dialect.heading
    read = [place for place in range(len(headings)) if left_out.get(place) != DROPPED]
    cells = _Cells(engine, table, headings, read)
    if not cells.are_whole(uniform):
        return None
    key = next(
        (opened.matches[name].positions[0] for name in source.key_columns if name in opened.matches), None
    )
    if count_footers(cells.last(FOOTER_ROWS), width=opened.dialect.layout().least, key=key):
        return None
    for place in cells.may_be_national(uniform.lines):
        check_column(cells.values(place), uniform.lines, headings[place], position=place + 1, file=raw.name)
    filled = cells.filled(uniform.lines)
    if source.name == LEGACY and any(
        cells.repeats(opened.matches[name].positions[0]) > FEW_REPEATS
        for name in ACCOUNT_KEYS
        if name in opened.matches
    ):
        return None
    kept = [place for place in read if place not in left_out and (headings[place].strip() or filled[place])]
    others = [place for place in left_out if left_out[place] != DROPPED]
    if others and cells.has_doubles(kept):
        return None
    witness = Row(0, tuple("x" if filled[place] else "" for place in range(len(headings))), "")
    columns, column_remarks = choose_columns(source, headings, opened.matches, [witness], file=raw.name)
    return Delivery(
        source=source.name,
        profile=FileProfile(
            file_name=raw.name,
            size_bytes=raw.size,
            sha256=raw.sha256,
            encoding=opened.decoded.encoding,
            has_bom=opened.decoded.has_bom,
            line_end=NAMES[uniform.line_end],
            delimiter=opened.dialect.delimiter,
            quote=opened.dialect.quote,
            header_line=1,
            preamble_lines=0,
            blank_lines=0,
            repeated_headings=0,
            footer_lines=0,
            records=uniform.lines,
            broken=0,
            records_counted_again=uniform.lines,
            ends_open=uniform.ends_open and uniform.lines > 0,
            remarks=(*opened.decoded.remarks, *column_remarks, *_left_out_remarks(raw, headings, left_out)),
        ),
        headings=tuple(headings[place] for place in kept),
        columns=tuple(
            ColumnChoice(new, columns[place].heading, columns[place].canonical, columns[place].why)
            for new, place in enumerate(kept)
        ),
        records=(),
        broken=(),
        left_out=tuple(LeftOut(headings[place], why) for place, why in left_out.items()),
        cells=tuple(cell_name(place) for place in kept),
        is_plain=uniform.is_plain,
    )


class _Cells:
    """Questions about the cells of a clean file."""

    def __init__(
        self, engine: DuckDBEngine, table: str, headings: Sequence[str], read: Sequence[int]
    ) -> None:
        self._engine, self._table, self._headings, self._read = engine, table, headings, read

    def are_whole(self, uniform: Uniform) -> bool:
        """Look at every cell once; False when a record is missing, blank, or the heading again, or not told for sure.

        The bytes of all cells, the delimiters between them and the quotes around them have to be all that the file
        holds: the engine passes over one delimiter too many at the end of a line, so a record can be shifted.
        """
        named = next(place for place in self._read if self._headings[place].strip())
        name = self._headings[named].strip()
        if not name.isascii():
            return False
        blank = " and ".join(_is_blank(cell_name(place)) for place in self._read)
        cell = cell_name(named)
        sizes = [f"strlen({cell_name(place)})" for place in self._read]
        sizes += [PASSED_OVER] if len(self._read) < len(self._headings) else []
        # Within a cell a quote would make up for a delimiter too many.
        quoted = " or ".join(f"contains({cell_name(place)}, '\"')" for place in self._read)
        row = self._engine.connection.execute(
            f"select count(*), count(*) filter (where {blank})"
            f", count(*) filter (where contains(lower({cell}), lower(?)) and lower({_trimmed(named)}) = lower(?))"
            f", sum({' + '.join(sizes)}), count({' + '.join(sizes)})"
            f", count(*) filter (where {quoted if uniform.quotes else 'false'}) from {self._table}",
            [name, name],
        ).fetchone()
        return row == (uniform.lines, 0, 0, uniform.cell_bytes(), uniform.lines, 0)

    def last(self, records: int) -> list[Row]:
        """Return the last records as the careful reader has them, in the order of the file."""
        names = ", ".join(
            cell_name(place) if place in self._read else "''" for place in range(len(self._headings))
        )
        rows = self._engine.connection.execute(
            f"select {names} from {self._table}"
            f" where rowid >= (select count(*) - ? from {self._table}) order by rowid",
            [records],
        ).fetchall()
        return [Row(0, tuple(row), "") for row in rows]

    def may_be_national(self, records: int) -> list[int]:
        """Return the columns of which so many values can be national numbers that each has to be looked at.

        As the careful reader does: once enough values have failed, the rest does not matter.
        """
        places = list(self._read)
        most_failing = (1 - PASSING_SHARE) * records
        for end in (records * 3 // 10, records):
            if places:
                cells = ", ".join(cell_name(place) for place in places)
                # One column below the other: of a small file, planning the same question for each takes longest.
                rows = self._engine.connection.execute(
                    f"select place, count(*) from (select unnest([{cells}]) as cell, unnest({places}) as place"
                    f" from {self._table} where rowid < {end}) where {_fails('cell')} group by place"
                ).fetchall()
                failing = dict(rows)
                places = [place for place in places if failing.get(place, 0) <= most_failing]
        return places

    def values(self, place: int) -> Iterator[str]:
        """Give the values of a column that are not blank, in any order; they are not held."""
        select = f"select {cell_name(place)} from {self._table} where not {_is_blank(cell_name(place))}"
        for rows in self._engine.stream_rows(select, ROWS_AT_ONCE):
            yield from (row[0] for row in rows)

    def filled(self, records: int) -> dict[int, bool]:
        """Return, by place, whether a column holds anything; what is not read counts as empty."""
        found = dict.fromkeys(range(len(self._headings)), False)
        for end in (min(WITNESSES, records), records):
            open_places = [place for place in self._read if not found[place]]
            if open_places:
                asked = ", ".join(f"bool_or(not {_is_blank(cell_name(place))})" for place in open_places)
                row = self._engine.connection.execute(
                    f"select {asked} from {self._table} where rowid < {end}"
                ).fetchone()
                found |= dict(zip(open_places, map(bool, row or ()), strict=True))
        return found

    def repeats(self, place: int) -> int:
        """Return how many values stand in the column a second or later time."""
        value = _trimmed(place)
        return self._one(f"count(*) - count(distinct hash({value}))", f"not {_is_blank(cell_name(place))}")

    def has_doubles(self, places: Sequence[int]) -> bool:
        names = ", ".join(cell_name(place) for place in places)
        return bool(
            self._engine.fetch_rows(
                f"select 1 as double from {self._table} group by {names} having count(*) > 1 limit 1"
            )
        )

    def _one(self, what: str, where: str = "true", *values: str) -> int:
        row = self._engine.connection.execute(
            f"select {what} from {self._table} where {where}", list(values)
        ).fetchone()
        assert row is not None
        return int(row[0])


def _fails(cell: str) -> str:
    """Return the SQL that says of a value that it is no national number, whatever it is."""
    return (
        f"case when length({cell}) < 8 then not {_is_blank(cell)} when length({cell}) > {LONGEST_WRITTEN}"
        f" then true else not regexp_matches({cell}, '{_EIGHT_DIGITS}') end"
    )


def _is_blank(cell: str) -> str:
    # What begins with a visible sign of ASCII is not blank: that is nearly every cell, and quickly seen.
    return (
        f"(case when {cell} >= '!' and {cell} < chr(127) then false else trim({cell}, '{BLANKS}') = '' end)"
    )


def _trimmed(place: int) -> str:
    return f"trim({cell_name(place)}, '{BLANKS}')"


def _left_out_remarks(raw: RawFile, headings: Sequence[str], left_out: dict[int, str]) -> Iterable[Remark]:
    for why, code in ((DROPPED, "INTAKE-COLUMNS-DROPPED"), (PRIVATE, "INTAKE-COLUMNS-PRIVATE")):
        names = [show_heading(headings[place]) for place in left_out if left_out[place] == why]
        if names:
            yield Remark(code, {"file": raw.name, "headings": names, "count": len(names)})
