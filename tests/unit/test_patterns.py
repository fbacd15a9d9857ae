"""Are the patterns of the settings safe to run on whatever a school delivers?"""

from __future__ import annotations

import time

import pytest

from etl.patterns import compile_pattern


def test_a_pattern_that_tries_every_division_ends_at_once() -> None:
    start = time.perf_counter()
    assert compile_pattern("(?:a+)+([0-9]+)").fullmatch("a" * 30_000 + "!") is None
    assert time.perf_counter() - start < 5


def test_capitals_do_not_count_also_with_accents() -> None:
    assert compile_pattern("é([0-9]+)").fullmatch("É12").group(1) == "12"


def test_the_whole_value_has_to_fit_a_line_end_included() -> None:
    assert compile_pattern("ll([0-9]+)").fullmatch("ll12\n") is None


@pytest.mark.parametrize("pattern", ["(", "(?<=ll)([0-9]+)", "([0-9])\\1", "(?=x)y", "[z-a]"])
def test_a_pattern_that_cannot_be_run_in_linear_time_is_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"not a regular expression that can be used here: ."):
        compile_pattern(pattern)
