"""The shipped weights of suggestions: how much each way in which two people's facts compare speaks for one person.

They rank candidates for a person to look at. Nothing is ever linked by them.
"""

from __future__ import annotations

from typing import Final

# Per field and level: how often it holds between two records of one pupil (m), and between two pupils (u).
# m: how school lists differ from each other by general experience: typing errors, another family name, a call name for
# a first name, a class one year on. u: counted between random pupils of invented schools; an equal name has its own
# share of the file instead, which the SQL fills in.
MODEL: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "first": {
        "equal": (0.80, 1.0),
        "swapped": (0.01, 0.0001),
        "close": (0.08, 0.003),
        "begins": (0.03, 0.002),
        "alike": (0.03, 0.012),
        "differs": (0.05, 0.977),
    },
    "last": {
        "equal": (0.82, 1.0),
        "swapped": (0.01, 0.0001),
        "close": (0.07, 0.0015),
        "part": (0.03, 0.001),
        "alike": (0.02, 0.005),
        "differs": (0.05, 0.991),
    },
    "birth": {
        "equal": (0.86, 0.00025),
        "close": (0.08, 0.002),
        "alike": (0.02, 0.015),
        "differs": (0.04, 0.98),
    },
    "class": {
        "equal": (0.45, 0.03),
        "next_year": (0.40, 0.16),
        "same_year": (0.08, 0.16),
        "close": (0.03, 0.003),
        "differs": (0.04, 0.65),
    },
}
UNKNOWN: Final = "unknown"  # a fact that is missing speaks neither for nor against


def share_rows() -> list[tuple[str, str, float, float]]:
    """Return (field, level, m, u): the shares of a level between records of one pupil, and of two."""
    rows = [(field, level, m, u) for field, levels in MODEL.items() for level, (m, u) in levels.items()]
    return rows + [(field, UNKNOWN, 1.0, 1.0) for field in MODEL]
