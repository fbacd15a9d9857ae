"""Finds the heading line, the delimiter and the quote of a delivered file, from its own headings.

It takes no best guess: without a heading it knows, or with two delimiters that do equally well, it refuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from etl.errors import ConfigError, InputError
from etl.intake.headings import VALUE_LIKE, fold_cells, normalise_heading
from etl.intake.lines import Lines
from etl.intake.records import Layout, split_line, split_span

DELIMITERS: Final = (";", ",", "\t", "|")
NAMED_DELIMITERS: Final = {"tab": "\t", "\\t": "\t"}
QUOTES: Final = ('"', "'")
SEPARATOR_LINE: Final = re.compile(r"\"?sep=(.)\"?[;,\s]*", re.IGNORECASE)

HEADING_WITHIN: Final = 10  # lines with something on them; a title takes a few
HEADING_LINES: Final = 5  # a heading with line breaks in its names is no longer than this
WIDEST_LONG_HEADING: Final = 200  # columns of such a heading
CELLS_LOOKED_AT: Final = 1_000  # of one line, when looking for headings
SURE_HEADINGS: Final = 3  # so many known headings may stand beside a heading that looks like a value
SAMPLE_LINES: Final = 1_000  # for the share of lines that have the heading's width
REPEAT_LINES: Final = 20  # in which a word that returns in its column is a value and no heading
QUOTE_SAMPLE: Final = 200


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written: where its heading stands and how lines are cut.

    `known` headings prove the heading line; with fewer than two it may be a record after all.
    """

    delimiter: str
    quote: str
    heading: tuple[str, ...]
    line: int  # of the heading, from 0
    next_line: int
    known: int
    has_separator_line: bool

    def layout(self) -> Layout:
        """Return what the records are cut with."""
        filled = [position for position, name in enumerate(self.heading) if name.strip()]
        return Layout(self.delimiter, self.quote, filled[-1] + 1, len(self.heading))


def choose_dialect(lines: Lines, *, file: str, known: frozenset[str], delimiter: str | None) -> Dialect:
    """Choose heading line, delimiter and quote. `known` are normalised headings; `delimiter` is a setting.

    Errors:  InputError when no heading is recognised, or when the delimiter cannot be told.
    """
    told = SEPARATOR_LINE.fullmatch(lines.texts[0]) if lines.texts else None
    start = 1 if told else 0
    found: list[Dialect] = []
    if delimiter:
        found = _candidates(lines, start, (check_delimiter(delimiter),), known)
    elif told and not told.group(1).isalnum() and told.group(1) not in QUOTES:
        found = [one for one in _candidates(lines, start, (told.group(1),), known) if len(one.heading) > 1]
    if not found and not delimiter:
        found = _candidates(lines, start, DELIMITERS, known)
    if not found:
        raise InputError("INTAKE-HEADER-NOT-FOUND", file=file, lines=HEADING_WITHIN)
    wide = [one for one in found if len(one.heading) > 1]
    if not wide:
        raise InputError("INTAKE-DELIMITER", file=file, line=found[0].line + 1)
    return _with_quote(lines, _best(lines, wide, file))


def check_delimiter(delimiter: str) -> str:
    """Return a delimiter from the settings as one character."""
    named = NAMED_DELIMITERS.get(delimiter.casefold(), delimiter)
    if len(named) != 1 or named.isalnum() or named in "\r\n\"'":
        raise ConfigError("INTAKE-SETTING-DELIMITER")
    return named


def show_delimiter(delimiter: str) -> str:
    """Return a delimiter as people write it."""
    return "tab" if delimiter == "\t" else delimiter


def _candidates(
    lines: Lines, start: int, delimiters: tuple[str, ...], known: frozenset[str]
) -> list[Dialect]:
    """Return for each delimiter the line that holds most known headings; the first of equals."""
    found = []
    for delimiter in delimiters:
        best: Dialect | None = None
        seen = 0
        for index in range(start, len(lines.texts)):
            line = lines.texts[index]
            if not line.strip(f" \t\u00a0\"'{delimiter}"):
                continue
            seen += 1
            if seen > HEADING_WITHIN:
                break
            cells, _, opened = split_line(line, delimiter, '"')
            score, last = count_known(cells, known), index
            if opened:
                cells, last, score = _longer_heading(lines, index, delimiter, known, cells, score)
            if score > (best.known if best else 0):
                score = _not_repeated(lines, index, last + 1, delimiter, cells, known)
                if score > (best.known if best else 0):
                    best = Dialect(delimiter, '"', tuple(cells), index, last + 1, score, start > 0)
        if best:
            found.append(best)
    return found


def count_known(cells: list[str], known: frozenset[str]) -> int:
    """Count the different known headings on a line; a line that also holds values has none."""
    looked_at = cells[:CELLS_LOOKED_AT]
    score = len({normalise_heading(cell) for cell in looked_at if len(cell) < 100} & known)
    if 0 < score < SURE_HEADINGS and any(VALUE_LIKE.search(cell) for cell in looked_at):
        return 0
    return score


def _longer_heading(
    lines: Lines, index: int, delimiter: str, known: frozenset[str], cells: list[str], score: int
) -> tuple[list[str], int, int]:
    """Try a heading that runs over several lines; it has to bring more known headings than its first line."""
    near = Lines(lines.texts[index : index + HEADING_LINES], lines.ends[index : index + HEADING_LINES])
    # Any width will do from two on: the heading is what sets the width.
    for width in range(2, WIDEST_LONG_HEADING):
        span = split_span(near, 0, Layout(delimiter, '"', width, width))
        if span:
            longer = count_known(span[0], known)
            return (span[0], index + span[1], longer) if longer > score else (cells, index, score)
        if width > sum(line.count(delimiter) for line in near.texts) + 1:
            break
    return cells, index, score


def _not_repeated(
    lines: Lines, first: int, after: int, delimiter: str, cells: list[str], known: frozenset[str]
) -> int:
    """Count the known headings that do not return as a value in the lines around.

    A role or a status ("leerling", "actief") is written like a heading, but stands in many records.
    """
    folded = fold_cells(cells)
    returned: set[int] = set()
    around = lines.texts[max(0, first - REPEAT_LINES) : first] + lines.texts[after : after + REPEAT_LINES]
    for line in around:
        other = fold_cells(split_line(line, delimiter, '"')[0][:CELLS_LOOKED_AT])
        if other != folded:
            pairs = enumerate(zip(folded, other, strict=False))
            returned.update(position for position, (one, two) in pairs if one and one == two)
    return count_known([cell for position, cell in enumerate(cells) if position not in returned], known)


def _best(lines: Lines, found: list[Dialect], file: str) -> Dialect:
    most = max(one.known for one in found)
    best = [one for one in found if one.known == most]
    if len(best) > 1:
        shares = [_share(lines, one) for one in best]
        best = [one for one, share in zip(best, shares, strict=True) if share == max(shares)]
    if len(best) > 1:
        raise InputError("INTAKE-DELIMITER", file=file, line=best[0].line + 1)
    return best[0]


def _share(lines: Lines, dialect: Dialect) -> float:
    """Return the share of lines below the heading that have its width."""
    layout = dialect.layout()
    sample = [line for line in lines.texts[dialect.next_line :][:SAMPLE_LINES] if line.strip()]
    fitting = sum(layout.fits(split_line(line, layout.delimiter, layout.quote)[0]) for line in sample)
    return fitting / len(sample) if sample else 0.0


def _with_quote(lines: Lines, dialect: Dialect) -> Dialect:
    """Use ' as the quote only when the file proves it; a name may begin with one ('s-Gravesande, 't Hart)."""
    heading = list(dialect.heading)
    line = lines.texts[dialect.line]
    if '"' in line or "'" not in "".join(lines.texts[dialect.line : dialect.next_line + QUOTE_SAMPLE]):
        return dialect
    single, fault, _ = split_line(line, dialect.delimiter, "'")
    if (
        not fault
        and len(single) > 1
        and all(f"'{name}'" == raw for name, raw in zip(single, heading, strict=False))
    ):
        return _replace_quote(dialect, single)
    sample = [text for text in lines.texts[dialect.next_line :][:QUOTE_SAMPLE] if text.strip()]
    if fault or len(sample) < 3 or any('"' in text for text in sample):
        return dialect
    layout = Layout(dialect.delimiter, "'", dialect.layout().least, len(heading))
    wrapped = set(range(len(heading)))
    for text in sample:
        cells, fault, _ = split_line(text, layout.delimiter, "'")
        if fault or not layout.fits(cells):
            return dialect
        # A cell that was wrapped is shorter than it stands in the line.
        wrapped &= {place for place, cell in enumerate(cells) if _is_wrapped(text, cell, layout.delimiter)}
    return _replace_quote(dialect, single) if wrapped else dialect


def _is_wrapped(text: str, cell: str, delimiter: str) -> bool:
    written = "'" + cell.replace("'", "''") + "'"
    return f"{delimiter}{written}{delimiter}" in f"{delimiter}{text}{delimiter}"


def _replace_quote(dialect: Dialect, heading: list[str]) -> Dialect:
    return Dialect(
        dialect.delimiter,
        "'",
        tuple(heading),
        dialect.line,
        dialect.line + 1,
        dialect.known,
        dialect.has_separator_line,
    )
