"""Loads Great Expectations quietly, and without those of its libraries that no check needs.

It builds no context and runs no check.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final, cast


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Great Expectations from sending, logging and warning."""
    # Nothing is sent by this version; the switches are set so that a later one does not begin to.
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    # Its log quotes values.
    log = logging.getLogger("great_expectations")
    log.propagate = False
    log.setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _NotLoaded(ModuleType):
    """Stands where a library would: names to refer to, and nothing behind them; to call one is an error."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


# Great Expectations loads them all, and no check of ours comes near them (EXPECTATION_TYPES): charts for pages that are
# not made here, statistics for distributions, another engine, and a grammar of web addresses that takes as long as the
# rest together. Without docstrings (python -OO) some cannot be loaded at all.
_STOOD_IN_FOR: Final = ("altair", "scipy", "scipy.stats")
_LEFT_OUT: Final = ("rfc3987_syntax",)
_OF_SPARK: Final = ("pyspark",)
_loading: Final = threading.Lock()


def load_library(*, with_spark: bool = False) -> None:
    """Import Great Expectations, which takes seconds, with only those of its libraries that the checks need.

    Once imported without Spark it stays so for the program: checks on Spark's tables are then refused, never passed.
    """
    with _loading, quiet(), _left_out((*_LEFT_OUT, *(() if with_spark else _OF_SPARK))):
        import great_expectations  # noqa: F401


@contextmanager
def _left_out(names: Sequence[str]) -> Iterator[None]:
    """Let libraries look as if they were not installed, or had been loaded, while another one is imported.

    What the program has loaded itself stays; afterwards each can be imported as ever.
    """
    stood_in: dict[str, ModuleType | None] = {name: _NotLoaded(name) for name in _STOOD_IN_FOR}
    absent = {**stood_in, **dict.fromkeys(names)}
    # A part of a library that is loaded is not taken away from the whole.
    absent = {name: module for name, module in absent.items() if name.partition(".")[0] not in sys.modules}
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules.update(absent)
    try:
        yield
    finally:
        for name, module in absent.items():
            if modules.get(name) is module:
                del modules[name]
