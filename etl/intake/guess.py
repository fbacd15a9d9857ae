"""Guesses how an unknown delimited text is written, from how evenly each way of reading it cuts the lines.

It serves `check --canonical` only; a pupil file is read by its headings (`dialect.py`) and never by a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from etl.intake.lines import Lines
from etl.intake.records import Layout, split_line, split_span

# What a delimiter costs beside a comma: blanks and colons also stand inside values.
DELIMITERS: Final = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 1.0, "~": 0.9, "^": 0.9, ":": 0.6, " ": 0.6}
STRONG: Final = ",;\t|"  # one of these inside a value without quotes says that it is the delimiter after all
QUOTES: Final = ('"', "'")
SAMPLE_LINES: Final = 400
SAMPLE_LINE: Final = 100_000  # characters of one line; a line that is cut short has too few cells
SAMPLE_CHARACTERS: Final = 1_000_000  # of all lines of the sample
SPACED_SHARE: Final = 0.9  # of the delimiters that a blank has to follow for it to be part of the delimiter
LEAST_SCORE: Final = 0.2  # below it nothing cuts the lines evenly, so every line is one value


@dataclass(frozen=True, slots=True)
class Guess:
    """How the lines are cut. `delimiter` "" means one column; `width` is the number of cells most lines have."""

    delimiter: str
    quote: str
    width: int
    is_spaced: bool


def guess_dialect(lines: Lines, delimiter: str | None = None) -> Guess:
    """Return the reading that cuts most lines into equally many cells without a delimiter left inside them."""
    told = re.fullmatch(r"\"?sep=(.)\"?", lines.texts[0], re.IGNORECASE) if lines.texts else None
    sample = Lines(*_sample(lines))
    if delimiter or told:
        chosen = delimiter or (told.group(1) if told else "")
        quote = _quote(sample.texts, chosen)
        return Guess(chosen, quote, _width(sample, chosen, quote), _is_spaced(sample.texts, chosen))
    best, most = Guess("", '"', 1, False), LEAST_SCORE
    for candidate, weight in DELIMITERS.items():
        if not any(candidate in text for text in sample.texts):
            continue
        quote = _quote(sample.texts, candidate)
        rows = _cut(sample, candidate, quote)
        width, score = _score(rows, candidate)
        score *= _placed(sample.texts, candidate, quote)
        if width > 1 and score * weight > most:
            is_spaced = candidate != " " and _is_spaced(sample.texts, candidate)
            best, most = Guess(candidate, quote, width, is_spaced), score * weight
    return best


def _sample(lines: Lines) -> tuple[list[str], list[str]]:
    """Return the first lines; of a long file also some of the middle, where titles and notes are far away."""
    if len(lines.texts) <= SAMPLE_LINES:
        places = list(range(len(lines.texts)))
    else:
        half = SAMPLE_LINES // 2
        middle = len(lines.texts) // 2
        places = [*range(half), *range(max(half, middle), min(max(half, middle) + half, len(lines.texts)))]
    texts: list[str] = []
    left = SAMPLE_CHARACTERS
    for place in places:
        if left <= 0:
            break
        texts.append(lines.texts[place][: min(SAMPLE_LINE, left)])
        left -= len(texts[-1])
    return texts, [lines.ends[place] for place in places[: len(texts)]]


def _cut(lines: Lines, delimiter: str, quote: str) -> list[list[str]]:
    """Cut a sample; a line with an open quote that the next lines close is one row.

    Lines with stray quotes say little about the width, so they count only where there are hardly any others.
    """
    rows: list[list[str]] = []
    doubtful: list[list[str]] = []
    index = 0
    while index < len(lines.texts):
        cells, fault, opened = split_line(lines.texts[index], delimiter, quote)
        if opened:
            width = max((len(row) for row in rows), default=len(cells))
            span = split_span(lines, index, Layout(delimiter, quote, width, width))
            if span:
                cells, index = span
                fault = ""
        index += 1
        if any(cell.strip() for cell in cells):
            (doubtful if fault else rows).append(cells)
    return rows if len(rows) > len(doubtful) // 10 else rows + doubtful


def _width(lines: Lines, delimiter: str, quote: str) -> int:
    return _score(_cut(lines, delimiter, quote), delimiter)[0]


def _score(rows: list[list[str]], delimiter: str) -> tuple[int, float]:
    """Return the usual width and how well this reading fits: even rows, values without other delimiters."""
    if not rows:
        return 1, 0.0
    widths = Counter(len(row) for row in rows)
    width, even = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    others = STRONG.replace(delimiter, "")
    cells = [cell for row in rows for cell in row]
    clean = sum(not any(other in cell for other in others) or cell.count(" ") > 2 for cell in cells)
    return width, even / len(rows) * (width - 1) / width * clean / len(cells)


def _placed(texts: list[str], delimiter: str, quote: str) -> float:
    """Return the share of the lines without a quote, or with one where a cell begins or ends."""
    beside = (delimiter + quote, quote + delimiter, f"{delimiter} {quote}")
    placed = sum(
        quote not in text
        or text.startswith(quote)
        or text.endswith(quote)
        or any(one in text for one in beside)
        for text in texts
    )
    return placed / len(texts)


def _quote(texts: list[str], delimiter: str) -> str:
    """Return ' as the quote only when more cells are wrapped in it than in ", and never for stray apostrophes."""
    wrapped = {
        quote: sum(
            len(
                re.findall(
                    f"(?:^|{re.escape(delimiter)} ?){quote}[^{quote}]+{quote}(?={re.escape(delimiter)}|$)",
                    text,
                )
            )
            for text in texts
        )
        for quote in QUOTES
    }
    return "'" if wrapped["'"] > max(2 * wrapped['"'], len(texts) // 4) else '"'


def _is_spaced(texts: list[str], delimiter: str) -> bool:
    """Say whether a blank belongs to the delimiter: it follows nearly every one outside the first words."""
    every = sum(text.count(delimiter) for text in texts)
    spaced = sum(text.count(delimiter + " ") for text in texts)
    ends = sum(text.endswith(delimiter) for text in texts)
    return every > ends and spaced >= SPACED_SHARE * (every - ends)
