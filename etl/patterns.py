"""Compiles the regular expressions of the settings, so that none of them can keep a run busy for ever.

It takes patterns that need linear time only (RE2): one that looks back or ahead, or refers to itself, is refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Any:
    """Return a compiled pattern that does not look at capitals; used as one of Python's own.

    Errors:  ValueError, with the reason, when it is no regular expression of this kind.
    """
    import re2  # only a school with patterns needs it

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(f"not a regular expression that can be used here: {words}") from error
