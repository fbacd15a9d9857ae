"""Writes CSV files of any length straight from the engine, byte for byte as `csv_safety` would write them.

The engine joins the lines that need no care; only one in which a cell might run, or needs quotes, is made here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from etl.csv_safety import CsvWritten, LineWriter, byte_order_mark, make_encoder
from etl.engines.duckdb import DuckDBEngine, quote
from etl.errors import OutputError
from etl.output import open_new_file

if TYPE_CHECKING:
    import pyarrow

BATCH: Final = 50_000  # lines
RUNNING: Final = "=+-@"  # a cell that begins with any other visible sign never runs
# Letters with which a cell may begin, too. Preparing all there are (`\p{L}`) takes DuckDB longer than writing the
# files of a school; a cell in another script is made with care.
LATIN: Final = r"\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{24F}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file to write: its headings, and the SQL of each cell (text, NULL for an empty one)."""

    path: Path
    headings: Sequence[str]
    cells: Sequence[str]
    delimiter: str = ";"
    encoding: str = "utf-8"
    bom: bool = False
    line_end: str = "\r\n"


def stream_csv(engine: DuckDBEngine, rows: str, order: str, sheets: Sequence[Sheet]) -> list[CsvWritten]:
    """Write files of the same rows in one order, each new, whole and private; return what each of them holds.

    `rows` is the FROM of a SELECT, and `order` its ORDER BY.
    Errors:  OutputError when a file exists, the encoding is unknown or lacks a character. Nothing is left then.
    """
    lines = ", ".join(f"{_line(sheet)} as line_{place}" for place, sheet in enumerate(sheets))
    cells = ", ".join(
        f"case when line_{place} is null then [{', '.join(sheet.cells)}] end as cells_{place}"
        for place, sheet in enumerate(sheets)
    )
    with ExitStack() as stack:
        writers = [_SheetWriter(sheet, stack.enter_context(open_new_file(sheet.path))) for sheet in sheets]
        select, count = f"select {lines}, {cells} {rows} order by {order}", len(sheets)
        if engine.is_small:
            for found in engine.stream_rows(select, BATCH):
                columns = tuple(zip(*found, strict=True))
                for place, writer in enumerate(writers):
                    writer.write(columns[place], columns[count + place])
        else:
            for batch in engine.stream_batches(select, BATCH):
                for place, writer in enumerate(writers):
                    writer.write_batch(batch.column(place), batch.column(count + place))
        return [writer.finish() for writer in writers]


def _line(sheet: Sheet) -> str:
    """Return the SQL of a whole line with its end; NULL where a cell might run or needs quotes."""
    cells = ", ".join(f"coalesce({cell}, '')" for cell in sheet.cells)
    joined = f"concat_ws({quote(sheet.delimiter)}, {cells})"
    end = " || ".join(f"chr({ord(sign)})" for sign in sheet.line_end)
    others = re.escape(sheet.delimiter) + '"\\r\\n'
    starts = "".join(
        re.escape(chr(code)) for code in range(33, 127) if chr(code) not in RUNNING + '"' + sheet.delimiter
    )
    cell = f"([{starts}{LATIN}][^{others}]*)?"
    pattern = f"{cell}({re.escape(sheet.delimiter)}{cell}){{{len(sheet.cells) - 1}}}"
    return f"case when regexp_full_match({joined}, {quote(pattern)}) then {joined} || {end} end"


class _SheetWriter:
    """Writes batches of lines to one file."""

    def __init__(self, sheet: Sheet, file: BinaryIO) -> None:
        self._sheet, self._file = sheet, file
        self._lines = LineWriter(sheet.delimiter, sheet.line_end)
        self._encoder = make_encoder(sheet.path, sheet.encoding, sheet.bom)
        self._is_utf8 = codecs.lookup(sheet.encoding).name == "utf-8"
        self._rows = 0
        file.write(self._encoder.encode(byte_order_mark(sheet.encoding, sheet.bom)))
        self._put([self._lines.make(sheet.headings)], first_row=0)

    def write(self, lines: Sequence[str | None], cells: Sequence[Sequence[str | None] | None]) -> None:
        """Write some lines; one that is missing is made of its cells."""
        self._put(
            [
                self._lines.make(row or ()) if line is None else line
                for line, row in zip(lines, cells, strict=True)
            ],
            first_row=self._rows + 1,
        )
        self._rows += len(lines)

    def write_batch(self, lines: pyarrow.Array, cells: pyarrow.Array) -> None:
        """As write, by columns."""
        if not self._is_utf8:
            self.write(lines.to_pylist(), cells.to_pylist())
            return
        import pyarrow
        from pyarrow import compute

        if lines.null_count:
            missing = lines.is_null()
            made = [self._lines.make(row) for row in cells.filter(missing).to_pylist()]
            lines = compute.replace_with_mask(lines, missing, pyarrow.array(made, lines.type))
        # The text of a column lies in one piece in memory: those are the bytes of the file.
        _, offsets, text = lines.buffers()
        numbers = memoryview(offsets).cast("i")
        first, last = numbers[lines.offset], numbers[lines.offset + len(lines)]
        self._file.write(memoryview(text)[first:last] if text is not None else b"")
        self._rows += len(lines)

    def finish(self) -> CsvWritten:
        """Write what the encoding still owes, and say what was written."""
        self._file.write(self._encoder.encode("", True))
        return CsvWritten(rows=self._rows, neutralised=self._lines.neutralised)

    def _put(self, lines: Sequence[str], *, first_row: int) -> None:
        try:
            self._file.write(self._encoder.encode("".join(lines)))
        except UnicodeEncodeError as error:
            # The error itself quotes the row, so it is not kept as the cause.
            place = next(place for place, end in enumerate(accumulate(map(len, lines))) if end > error.start)
            raise OutputError(
                "OUTPUT-ENCODING",
                file=self._sheet.path.name,
                encoding=self._sheet.encoding,
                row=first_row + place,
            ) from None
