"""Lets Python look less often for objects that hold each other in a circle.

It is for a process that belongs to the program; what is in a library's place leaves that choice to others.
"""

from __future__ import annotations

import gc
from typing import Final

# Objects made before the youngest are looked at, and how often that happens before older ones are looked at as well.
THRESHOLDS: Final = (200_000, 50, 100)


def collect_seldom() -> None:
    """Look seldom: a report is very many small objects, none of them in a circle, and looking takes half its time."""
    gc.set_threshold(*THRESHOLDS)
