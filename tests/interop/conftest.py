"""The program as the tests of the command line call it: in this process, in English, with or without suites."""

from __future__ import annotations

from tests.cli.conftest import _speaks_english, quick, say

__all__ = ["_speaks_english", "quick", "say"]
