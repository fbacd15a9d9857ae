"""What koppelcheck should take at most, and whether it does.

A target that was not measured is neither met nor missed. It measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.bench.figures import PAIR, SCHOOLS, STARTS, Figures, list_slopes
from tests.bench.programs import BASE, BATCH, EVERYTHING, HELP, IMPORT_SUITES, PLAIN, USAGE

START_SECONDS: Final = 0.12
SLOPE: Final = 1.05
BATCH_RATIO: Final = 3.0
SECONDS_BESIDE_IMPORT: Final = 1.0


@dataclass(frozen=True, slots=True)
class SizeTarget:
    """Of one size: most × base without suites and workbook, most × base beside the import of the suites, and memory."""

    rows: int
    plain: float
    everything: float | None  # None: one second beside the import
    memory_mb: float | None  # None: asks for a setting of the memory


SIZES: Final = (
    SizeTarget(3_000, 3.0, None, 400),
    SizeTarget(100_000, 2.5, 5.0, 600),
    SizeTarget(1_000_000, 2.0, 4.0, 1_200),
    SizeTarget(10_000_000, 2.0, 4.0, None),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target: what it is about, what is wanted, what was found, and whether that is met (None: not measured)."""

    about: str
    wanted: str
    found: str
    met: bool | None


def judge_targets(figures: Figures) -> tuple[Verdict, ...]:
    """Return every target with what came of it."""
    verdicts = []
    for size in SIZES:
        verdicts += _judge_size(figures, size)
    starts = figures.find(STARTS)
    for name in (HELP, USAGE):
        figure = starts.find(name) if starts else None
        verdicts.append(_verdict(name, START_SECONDS, figure.seconds if figure else None, "{:.3f} s"))
    slopes = list_slopes(figures)
    for name in (PLAIN, EVERYTHING):
        verdicts.append(_verdict(f"slope, {name}", SLOPE, slopes.get(name), "{:.2f}"))
    schools = next((one for one in figures.groups if one.kind == SCHOOLS), None)
    batch = schools.find(BATCH) if schools else None
    # How many schools they were is told to the bench; the figures know how many pupils.
    about = f"{schools.rows:,} pupils in many schools, {BATCH}" if schools else f"650 schools, {BATCH}"
    verdicts.append(_verdict(about, BATCH_RATIO, batch.ratio if batch else None, "{:.2f} × one pair"))
    return tuple(verdicts)


def _judge_size(figures: Figures, size: SizeTarget) -> list[Verdict]:
    group = figures.find(PAIR, size.rows)
    base = group.find(BASE) if group else None
    plain = group.find(PLAIN) if group else None
    everything = group.find(EVERYTHING) if group else None
    suites = group.find(IMPORT_SUITES) if group else None
    rows = f"{size.rows:,} rows"
    # Less than nothing is possible: a run loads less of the library than all, and beside other work.
    beside = everything.seconds - suites.seconds if everything and suites else None
    verdicts = [
        _verdict(f"{rows}, {PLAIN}", size.plain, plain.ratio if plain else None, "{:.2f} × base"),
    ]
    about = f"{rows}, {EVERYTHING}, less the import of Great Expectations"
    if size.everything is None:
        verdicts.append(_verdict(about, SECONDS_BESIDE_IMPORT, beside, "{:.2f} s"))
    else:
        times = beside / base.seconds if beside is not None and base else None
        verdicts.append(_verdict(about, size.everything, times, "{:.2f} × base"))
    if size.memory_mb is None:
        verdicts.append(Verdict(f"{rows}, memory", "within a setting of 2 GB", "not measured", None))
    else:
        memory = max(plain.memory_mb, everything.memory_mb) if plain and everything else None
        verdicts.append(_verdict(f"{rows}, memory", size.memory_mb, memory, "{:,.0f} MB"))
    return verdicts


def _verdict(about: str, limit: float, found: float | None, form: str) -> Verdict:
    wanted = f"≤ {form.format(limit)}"
    if found is None:
        return Verdict(about, wanted, "not measured", None)
    return Verdict(about, wanted, form.format(found), found <= limit)
