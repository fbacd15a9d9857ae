"""Does jobs of which some need what others make: each as soon as what it needs is there, several at a time.

It knows nothing of tables; what a job reads is told to it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass


def count_processors() -> int:
    """Return how many processors this process may use: a machine that is shared may lend it fewer than it has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do, by name, and the names of the jobs that have to be done before it."""

    name: str
    needs: frozenset[str]
    do: Callable[[], None]


def do_side_by_side(jobs: Sequence[Job], *, workers: int, done: Callable[[], None]) -> None:
    """Do every job, in the order given where more are ready than there are workers; call `done` after each.

    Errors:  the error of the first job that fails. What had begun is waited for, and nothing else begins.
    """
    left = list(jobs)
    finished: set[str] = set()
    running: dict[Future[None], str] = {}
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            while left or running:
                ready = [job for job in left if job.needs <= finished]
                left = [job for job in left if not job.needs <= finished]
                running |= {pool.submit(job.do): job.name for job in ready}
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    finished.add(running.pop(future))
                    future.result()
                    done()
        finally:
            pool.shutdown(cancel_futures=True)
