"""Opens a delivered file: decodes it, finds its heading line, and tells which column is which.

It refuses what is no list of pupils before anything is cut into cells; of no record does it say anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from etl.contract import FORBIDDEN_HEADINGS, SOURCES, Source
from etl.errors import InputError
from etl.intake.columns import Match, match_headings, missing_columns
from etl.intake.contents import SHEET, read_text
from etl.intake.dialect import Dialect, choose_dialect, show_delimiter
from etl.intake.encoding import Decoded, show_encoding
from etl.intake.files import RawFile
from etl.intake.headings import normalise_heading, show_headings
from etl.intake.lines import Lines, split_lines
from etl.intake.national import check_headings
from etl.intake.records import CONTROLS
from etl.intake.wrapped import with_plain_quotes

NO_HEADINGS: Final[Mapping[str, str]] = MappingProxyType({})
MAX_BYTES: Final = 1 << 30  # the largest national file is a tenth of this
MOST_COLUMNS: Final = 2_000
LONGEST_LINE: Final = 10_000_000  # characters; a full line of Excel with its longest cells has no more
BROKEN_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What the settings say about one file.

    `headings` gives, per canonical column, the heading as this school writes it. `optional_columns` are
    required columns that may be absent. Of `drop_columns` (headings) no value is looked at; `keep_columns` are kept
    although they hold personal facts. `broken_share` is the most of the records that may be unreadable.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    optional_columns: frozenset[str] = frozenset()
    max_bytes: int = MAX_BYTES
    sheet: str | None = None
    member: str | None = None
    drop_columns: tuple[str, ...] = ()
    keep_columns: tuple[str, ...] = ()
    broken_share: float = BROKEN_SHARE


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose heading line has been found and whose columns have been matched."""

    raw: RawFile
    decoded: Decoded
    lines: Lines
    dialect: Dialect
    matches: dict[str, Match]
    shown: list[str]  # the headings a message may name


def open_raw(raw: RawFile, *, source: Source, settings: ReadSettings) -> Opened:
    """Decode a file, find its heading line and match its columns; nothing is required yet."""

    def fits(decoded: Decoded) -> bool:
        try:
            opened = _open_text(raw, decoded, source=source, settings=settings)
        except InputError:
            return False
        return not missing_columns(source, opened.matches, settings.optional_columns)

    decoded = read_text(
        raw,
        encoding=settings.encoding,
        sheet=settings.sheet,
        member=settings.member,
        max_bytes=settings.max_bytes,
        fits=fits,
    )
    return _open_text(raw, decoded, source=source, settings=settings)


def _open_text(raw: RawFile, decoded: Decoded, *, source: Source, settings: ReadSettings) -> Opened:
    lines = split_lines(decoded.text)
    if not any(map(str.strip, lines.texts)):
        raise InputError("INTAKE-EMPTY", file=raw.name)
    _check_line_lengths(lines, raw.name)
    known = known_headings(source, settings.headings)
    delimiter = None if decoded.encoding == SHEET else settings.delimiter
    dialect = choose_dialect(lines, file=raw.name, known=known, delimiter=delimiter)
    plain = with_plain_quotes(lines, dialect.heading, dialect.delimiter)
    if plain is not None:
        lines = plain
        dialect = choose_dialect(lines, file=raw.name, known=known, delimiter=dialect.delimiter)
    if len(dialect.heading) > MOST_COLUMNS:
        count = len(dialect.heading)
        raise InputError("INTAKE-TOO-MANY-COLUMNS", file=raw.name, count=count, limit=MOST_COLUMNS)
    if any(map(CONTROLS.search, dialect.heading)):
        raise InputError("INTAKE-HEADING-DAMAGED", file=raw.name, line=dialect.line + 1)
    check_headings(dialect.heading, file=raw.name, dropped=settings.drop_columns)
    # One known word may stand in a record too: then only that word may be named.
    shown = show_headings(dialect.heading, only=known if dialect.known < 2 else None)
    dropped = {normalise_heading(heading) for heading in settings.drop_columns}
    headings = ["" if normalise_heading(heading) in dropped else heading for heading in dialect.heading]
    matches = match_headings(source, headings, settings.headings, file=raw.name, found=shown)
    return Opened(raw, decoded, lines, dialect, matches, shown)


def _check_line_lengths(lines: Lines, file: str) -> None:
    """Refuse a line that is no record of a pupil before it is cut into millions of cells."""
    for number, line in enumerate(lines.texts, start=1):
        if len(line) > LONGEST_LINE:
            raise InputError("INTAKE-LINE-TOO-LONG", file=file, line=number, limit=LONGEST_LINE)


def known_headings(source: Source, named: Mapping[str, str]) -> frozenset[str]:
    """Return every heading that may prove a heading line, also those of the other files: they may be swapped."""
    every = {name for one in SOURCES.values() for column in one.columns for name in column.headings}
    own = {name for column in source.columns for name in (*column.headings, *column.weak_headings)}
    told = {normalise_heading(heading) for heading in named.values()} - {""}
    return frozenset(every | own | told | FORBIDDEN_HEADINGS)


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
