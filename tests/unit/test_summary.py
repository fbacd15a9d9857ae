"""What may be shared tells of nobody: no name, no small count, and none that can be worked out."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.report.model import GroupCount, Report
from etl.report.shield import FEWEST, shield
from etl.report.summary import Summary, build_summary
from etl.report.summary_page import render_summary
from etl.texts import LANGUAGES
from tests.golden.sample_run import SAMPLE, run_sample
from tests.model.runner import examples
from tests.unit.sample_report import sample_report

COUNTS = st.integers(0, 30)
TAGS = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)
SMALL = re.compile(r"(?<![\d.,:/-])[1-4](?![\d.,:/-])")


def shown(column: tuple[int, ...]) -> tuple[object, ...]:
    """Return what a reader sees of a column: the counts that are shown, and the total."""
    found = shield(column)
    cells = tuple(None if hidden else count for count, hidden in zip(column, found.rows, strict=True))
    return (*cells, None if found.totals else sum(column))


@pytest.mark.parametrize(("rows", "below"), [(1, 30), (2, 30), (3, 20), (4, 12), (5, 7)])
def test_nobody_who_knows_the_rule_can_tell_a_hidden_count(rows: int, below: int) -> None:
    """Every table with these counts: each hidden count could be another one and the page would look the same."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for column in product(range(below), repeat=rows):
        alike[shown(column)].append(column)
    for seen, columns in alike.items():
        hidden = sum(count for count, cell in zip(columns[0], seen, strict=False) if cell is None)
        if hidden >= below:
            continue  # what else it could be lies outside this test
        for place, cell in enumerate(seen[:-1]):
            possible = {column[place] for column in columns}
            assert cell is not None or len(possible) > 1, (seen, columns)


@given(table=st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=7))
@examples(150)
def test_what_is_hidden_of_a_column_is_nothing_or_at_least_five_of_two_rows(
    table: list[tuple[int, int]],
) -> None:
    columns = tuple(zip(*table, strict=True))
    found = shield(*columns)
    for column in columns:
        hidden = [count for count, is_hidden in zip(column, found.rows, strict=True) if is_hidden and count]
        seen = [count for count, is_hidden in zip(column, found.rows, strict=True) if not is_hidden]
        assert not any(0 < count < FEWEST for count in seen)
        assert found.totals or not hidden or (len(hidden) > 1 and sum(hidden) >= FEWEST)


def test_a_table_of_which_nothing_is_small_is_shown_whole() -> None:
    assert shield([5, 0, 12], [0, 7, 12]).rows == (False, False, False)


def test_beside_a_single_small_count_the_last_row_is_hidden_whatever_its_size() -> None:
    assert shield([3, 40, 9]).rows == (True, False, True)
    assert shield([3, 9, 40]).rows == (True, False, True)


def test_a_total_that_is_small_itself_is_hidden() -> None:
    found = shield([3, 0])
    assert (found.rows, found.totals) == ((True, True), True)


def tables_of(summary: Summary) -> Iterator[tuple[int | None, ...]]:
    for table in (summary.groups, summary.links, *(table for _, table in summary.reasons)):
        yield from (row.counts for row in table.rows)
        yield table.totals
    yield from (row.counts for row in summary.causes)
    yield from ((count,) for _, count in summary.licences)
    yield summary.login or ()


def some_report(counts: list[tuple[int, int]]) -> Report:
    report = sample_report()
    groups = tuple(
        GroupCount(group.group, magister, legacy)
        for group, (magister, legacy) in zip(report.groups, counts, strict=True)
    )
    linked = next(group.legacy_records for group in groups if group.group == "linked")
    return replace(
        report,
        groups=groups,
        links=linked,
        links_exact=linked,
        links_repaired=0,
        links_changed=0,
        accounts_total=sum(group.legacy_records for group in groups),
        pupils_total=sum(group.magister_records for group in groups),
    )


@given(counts=st.lists(st.tuples(COUNTS, COUNTS), min_size=6, max_size=6))
@examples(60)
def test_no_summary_shows_a_count_below_five(counts: list[tuple[int, int]]) -> None:
    summary = build_summary(some_report(counts))
    assert not [row for row in tables_of(summary) if any(count and count < FEWEST for count in row)]


def test_the_opleidingen_would_tell_a_hidden_number_of_new_pupils() -> None:
    report = sample_report()
    few = tuple(replace(one, magister_records=2) if one.group == "new" else one for one in report.groups)
    hidden = build_summary(replace(report, groups=few)).licences
    assert {count for _, count in hidden} == {None}


def test_who_cannot_log_in_would_tell_a_hidden_number_to_correct() -> None:
    report = sample_report()
    few = tuple(
        replace(one, magister_records=2, legacy_records=2) if one.group == "correct" else one
        for one in report.groups
    )
    assert build_summary(replace(report, groups=few)).login == (None, None)


def test_the_counts_are_those_of_the_report() -> None:
    report = sample_report()
    summary = build_summary(report)
    told = {row.codes[0]: row.counts for row in summary.groups.rows}
    for group in report.groups:
        assert told[group.group] in ((group.legacy_records, group.magister_records), (None, None))
    assert summary.groups.totals == (report.accounts_total, report.pupils_total)
    for group, table in summary.reasons:
        both = next(one.legacy_records + one.magister_records for one in report.groups if one.group == group)
        assert table.totals in ((both,), (None,))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_to_share_names_nobody_and_shows_no_small_count(language: str, tmp_path: Path) -> None:
    run = run_sample(tmp_path, language=language).run_folder
    page = (run / "report" / "summary.html").read_text("utf-8")
    words = html.unescape(TAGS.sub(" ", page))
    for name in ("magister.csv", "legacy.csv", "control.csv"):
        content = (SAMPLE / name).read_bytes().decode("utf-8" if name == "magister.csv" else "cp1252")
        values = {value.strip('"{}') for line in content.splitlines()[1:] for value in re.split("[;,]", line)}
        texts = {value for value in values if len(value) > 3 and re.search(r"\d{4}|[A-Z@]", value)}
        assert texts
        # Words of the page itself, and what is nobody's own: the opleidingen.
        own = {"Extern ID", "Klas", "Opleiding", "Meer", "vmbo GL klas 2"}
        assert not [value for value in texts - own if re.search(rf"\b{re.escape(value)}\b", words)]
    counts = re.findall(r'class="right"[^>]*>([^<]*)<', page)
    assert counts
    assert not [count for count in counts if SMALL.fullmatch(count.strip())]


def test_the_page_to_share_has_no_script_and_loads_nothing() -> None:
    page = render_summary(sample_report(), "nl")
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=", page)
