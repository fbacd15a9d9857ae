"""What reading one delivered file gives: its records as text, what was set aside, and how it was understood.

Plain facts only; it reads and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Record:
    """One readable record. `source_row` 1 is the first after the heading; `line_number` is the physical
    line it began on, 1 being the first line of the file. Cells are text exactly as delivered. Records with equal
    cells and another `variant` differed in a column that is not kept."""

    source_row: int
    line_number: int
    cells: tuple[str, ...]
    variant: int = 0


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """One record that cannot be read. `reason` is a code of contract.REASONS["quarantined"];
    `cells` is the best attempt at splitting it, used only to hold what it mentions, never to link."""

    source_row: int
    line_number: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What one delivered column is taken for.

    `canonical` is a name of the source's contract or None when the job does not use the column.
    `why` is one of: exact, settings, weak, second (another column serves the same field), unknown,
    not_unique (looked like an account key but repeats).
    """

    position: int
    heading: str
    canonical: str | None
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A delivered column whose values were not kept. `why` is dropped (the settings say so), private (a fact
    about a person that the job does not need) or unknown (the job has no use for it)."""

    heading: str
    why: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the file a person should know: a code of etl/lang and its fields (no pupil's value)."""

    code: str
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileProfile:
    """How one file was understood, with the counts that must add up.

    Physical lines: preamble + heading + blank + footer + repeated headings + records + broken (lines each)
    = lines in the file. `encoding` is a Python codec name, `line_end` is CRLF, LF, CR or mixed,
    `header_line` is the physical line of the heading. `ends_open`: the last line, and it alone, has no line end.
    """

    file_name: str
    size_bytes: int
    sha256: str
    encoding: str
    has_bom: bool
    line_end: str
    delimiter: str
    quote: str
    header_line: int
    preamble_lines: int
    blank_lines: int
    repeated_headings: int
    footer_lines: int
    records: int
    broken: int
    records_counted_again: int
    ends_open: bool = False
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivered file, read.

    Of a clean file the engine holds the records (in cells_<source>, `cells` being its columns), and none are here;
    `is_plain` says that it is ASCII.
    """

    source: str
    profile: FileProfile
    headings: tuple[str, ...]
    columns: tuple[ColumnChoice, ...]
    records: tuple[Record, ...]
    broken: tuple[BrokenRecord, ...]
    left_out: tuple[LeftOut, ...] = ()
    cells: tuple[str, ...] = ()
    is_plain: bool = False
