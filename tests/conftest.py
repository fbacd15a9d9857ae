"""What all tests share: where many small schools are run, each process of tests keeps to a processor of its own.

There the runs are hundreds, each too small to share between processors: two processes that both use both wait for each
other. What several processors do at the same time is for the other folders to test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
MANY_SMALL_RUNS: Final = frozenset({"attacks", "decisions", "defects", "fuzz", "properties"})


@pytest.fixture(scope="module", autouse=True)
def _one_processor(request: pytest.FixtureRequest, worker_id: str) -> Iterator[None]:
    folder = request.path.relative_to(TESTS).parts[0]
    if folder not in MANY_SMALL_RUNS or worker_id == "master" or not hasattr(os, "sched_setaffinity"):
        yield
        return
    usual = os.sched_getaffinity(0)
    places = sorted(usual)
    os.sched_setaffinity(0, {places[int(worker_id.removeprefix("gw")) % len(places)]})
    yield
    os.sched_setaffinity(0, usual)
