"""Has the runs of a batch written by processes side by side, and ends them when the batch is stopped or gone.

It knows nothing of schools. A process that the system stops costs at most the school that it cannot write alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

from etl.batch_school import SchoolJob, SchoolOutcome, failed_school, finish_school
from etl.errors import EXIT_INTERRUPTED
from etl.leftovers import remove_leftovers

# How long a batch that is stopped waits for the runs that are being written, in seconds: most need less than one.
PATIENCE: Final = 5.0


def write_schools(
    tables: Path, jobs: Sequence[SchoolJob], holding: frozenset[str], *, workers: int
) -> Generator[SchoolOutcome, None, None]:
    """Write the runs of schools side by side; give the outcome of each as it comes."""
    try:
        yield from _write_all(tables, deque(jobs), holding, workers)
    except BaseException:
        # Of the workers that were ended: it holds pupils' data.
        remove_leftovers(jobs[0].request.out)
        raise


def _write_all(
    tables: Path, todo: deque[SchoolJob], holding: frozenset[str], workers: int
) -> Iterator[SchoolOutcome]:
    suspects: list[SchoolJob] = []
    while todo:
        yield from _write_some(tables, todo, suspects, holding, min(workers, len(todo)))
    # The system stopped a worker, for want of memory most likely. With which school nobody knows: each that was being
    # written then is written once more, with nothing beside it.
    for job in suspects:
        broke: list[SchoolJob] = []
        yield from _write_some(tables, deque([job]), broke, holding, 1)
        if broke:
            remove_leftovers(job.request.out)
            yield failed_school(job.school, BrokenProcessPool())


def _write_some(
    tables: Path, todo: deque[SchoolJob], suspects: list[SchoolJob], holding: frozenset[str], workers: int
) -> Iterator[SchoolOutcome]:
    """Write runs until none is left to begin with, or a worker is gone: what was being written is a suspect then."""
    is_broken = False
    with _pool(workers) as pool:
        writing: dict[Future[SchoolOutcome], SchoolJob] = {}
        while writing or (todo and not is_broken):
            # No more than are being written: the others do not suffer when a worker goes, or the batch is stopped.
            while todo and not is_broken and len(writing) < workers:
                try:
                    future = _submit(pool, tables, todo[0], holding)
                except BrokenProcessPool:
                    is_broken = True
                else:
                    writing[future] = todo.popleft()
            for future in wait(writing, return_when=FIRST_COMPLETED).done:
                job = writing.pop(future)
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    is_broken = True
                    suspects.append(job)
                else:
                    yield outcome


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that write runs; who is stopped waits a moment for them, and then ends them."""
    # Not forked: a copy of this process would share the engine's threads and files.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=begin_worker) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            _end_workers()
            raise


def _end_workers() -> None:
    workers, latest = multiprocessing.active_children(), time.monotonic() + PATIENCE
    try:
        for worker in workers:
            worker.join(max(0.0, latest - time.monotonic()))
    finally:
        for worker in workers:
            worker.terminate()


def _submit(
    pool: ProcessPoolExecutor, tables: Path, job: SchoolJob, holding: frozenset[str]
) -> Future[SchoolOutcome]:
    # This may start a process, and Ctrl-C is told to it too: before it can ignore that, it would print a traceback.
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(finish_school, tables, job, holding)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(finish_school, tables, job, holding)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_worker() -> None:
    """Leave it to the batch when this process ends, and never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_batch, daemon=True).start()


def _end_with_batch() -> None:
    batch = multiprocessing.parent_process()
    if batch is not None:
        batch.join()
        # What this was writing is half, and the next batch removes that.
        os._exit(EXIT_INTERRUPTED)
