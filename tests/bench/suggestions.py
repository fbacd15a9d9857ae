"""Measures how well suggestions rank, beside a plain rule of likeness, and what they cost; prints, and asserts nothing.

Run by `make ranking`. The machine may be noisy: compare within one run.
"""

from __future__ import annotations

import time
from collections import Counter

import duckdb

from etl.suggest import Person, score_rows
from tests.bench.febrl import best_f1, read_febrl4
from tests.properties.test_suggestions import measure_year


def plain_rule(left: list[Person], right: list[Person]) -> list[tuple[float, str, str]]:
    """Score pairs by the mean likeness of their fields, among those that share a field or its beginning."""
    connection = duckdb.connect()
    for name, people in (("a", left), ("b", right)):
        connection.execute(f"create table {name} (id varchar, f varchar, s varchar, d varchar, k varchar)")
        connection.executemany(f"insert into {name} values (?, ?, ?, ?, ?)", people)
    same = " or ".join(f"(a.{one} = b.{one} and a.{one} <> '')" for one in "fsdk")
    likeness = " + ".join(f"jaro_winkler_similarity(a.{one}, b.{one})" for one in "fsdk")
    return connection.execute(f"select ({likeness}) / 4, a.id, b.id from a, b where {same}").fetchall()


def main() -> None:
    """Print the figures."""
    left, right = read_febrl4()
    for name, score in (
        ("koppelcheck", lambda: [(one.score, one.left_id, one.right_id) for one in score_rows(left, right)]),
        ("plain likeness", lambda: plain_rule(left, right)),
    ):
        begin = time.perf_counter()
        pairs = score()
        print(f"FEBRL4  {name:<16} F1 {best_f1(pairs):.4f}  {time.perf_counter() - begin:6.2f} s")
    total: Counter[str] = Counter()
    begin = time.perf_counter()
    for seed in range(20):
        total += measure_year(seed)
    print(
        f"a year on: {total['true']} pupils without a shared number;"
        f" in the top three {total['top3'] / total['true']:.4f};"
        f" likely {total['likely']}, right {total['right'] / total['likely']:.4f};"
        f" {(time.perf_counter() - begin) / 20:.2f} s a school"
    )


if __name__ == "__main__":
    main()
