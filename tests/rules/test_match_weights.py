"""What a class tells is learned from the school's own links, and what a name tells is not. All names are invented."""

from __future__ import annotations

import pytest

from etl.engines.duckdb import DuckDBEngine
from etl.match_weights import MODEL
from tests.rules.tables import USUAL, Schema, find_stage, make_table


def weights(
    engine: DuckDBEngine, schema: Schema, links: int, now: int, then: int, names: str = "agree"
) -> dict[tuple[str, str], tuple[float, bool]]:
    """Make the weights of a school with so many links, whose classes begin in one year now and in another then."""
    places = range(1, links + 1)
    pupils = "\n".join(f"{place} | {now + place % 4}{'AB'[place // 4 % 2]}" for place in places)
    accounts = "\n".join(f"{place} | {then + place % 4}{'AB'[place // 4 % 2]}" for place in places)
    pairs = "\n".join(f"{place} | {place} | {names} | false | false" for place in places)
    tables = {
        "shipped_weights": USUAL["shipped_weights"],
        "run_parameters": USUAL["run_parameters"],
        "magister_rows": f"source_row | klas_key\n{pupils}\n9001 | 1A\n9002 | 6B",
        "legacy_rows": f"source_row | klas_key\n{accounts}\n9001 | 1A\n9002 | 6B",
        "pair_evidence": "magister_row | legacy_row | names | is_other_externeid | is_number_different\n"
        + pairs,
        "stand_ins": "magister_row | legacy_row | pairs",
    }
    for name, text in tables.items():
        engine.connection.execute(f"drop table if exists {name}")
        make_table(engine, name, text, schema[name])
    rows = engine.fetch_rows(find_stage("match_weights").select)
    return {(row["field"], row["level"]): (row["weight"], row["is_learned"]) for row in rows}


def test_where_everybody_is_a_class_further_that_speaks_for_a_pupil(
    engine: DuckDBEngine, schema: Schema
) -> None:
    august = weights(engine, schema, 80, 2, 1)
    november = weights(engine, schema, 80, 2, 2)
    assert august["class", "next_year"][0] > august["class", "equal"][0]
    assert november["class", "equal"][0] > november["class", "next_year"][0]
    assert august["class", "next_year"][1]


@pytest.mark.parametrize(("links", "names"), [(49, "agree"), (80, "differ"), (80, "unknown")])
def test_too_few_links_or_links_that_nothing_proves_teach_nothing(
    engine: DuckDBEngine, schema: Schema, links: int, names: str
) -> None:
    found = weights(engine, schema, links, 2, 1, names)
    assert not any(is_learned for _, is_learned in found.values())
    assert found == weights(engine, schema, 0, 2, 1, names)


def test_names_are_never_learned_and_what_is_missing_weighs_nothing(
    engine: DuckDBEngine, schema: Schema
) -> None:
    found = weights(engine, schema, 80, 2, 1)
    assert not any(is_learned for (field, _), (_, is_learned) in found.items() if field != "class")
    assert {found[field, "unknown"] for field in MODEL} == {(0.0, False)}
    assert all(weight > 0 for (field, level), (weight, _) in found.items() if level == "close")
