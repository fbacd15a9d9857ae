"""When two names contradict each other, on names as schools write them. All of these people are invented.

The names go through the stage that folds them, so that a test shows what a delivered name is worth.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.engines.duckdb import DuckDBEngine
from etl.intake.load import values_select
from tests.rules.tables import SCHOOL, USUAL, Schema, find_stage, make_table

# A combined name, or roepnaam, tussenvoegsel and achternaam apart.
Person = str | tuple[str | None, str | None, str | None]

CASES: list[tuple[Person, Person, str]] = [
    ("Noor Visser", "Noor Visser", "agree"),
    ("Noor Visser", "NOOR VISSER", "agree"),
    ("Noor Visser", "Visser, Noor", "agree"),
    ("Noor Visser", "Visser Noor", "agree"),
    ("Noor Visser", ("Noor", None, "Visser"), "agree"),
    ("Noor 😀 Visser", "Noor Visser", "agree"),
    (("Noël", None, "Visser"), ("Noe\u0308l", None, "Visser"), "agree"),
    (("Daan", "de", "Vries"), ("Daan", None, "de Vries"), "agree"),
    (("Daan", "de", "Vries"), ("Daan", None, "Vries"), "agree"),
    (("Daan", "de", "Vries"), "Daan de Vries", "agree"),
    (("Daan", "de", "Vries"), "Vries, Daan de", "agree"),
    ("de Vries Daan", "Daan de Vries", "agree"),
    ("Mohamed el Idrissi", "Mohamed Elidrissi", "agree"),
    ("Anna D'Angelo", "Anna Dangelo", "agree"),
    (("Anne-Marie", None, "Bos"), ("Annemarie", None, "Bos"), "agree"),
    (("Anna Maria", None, "Bos"), ("Anna", None, "Bos"), "agree"),
    ("van de", "Van De", "agree"),
    ("100% _", "100", "agree"),
    ("", "Noor Visser", "unknown"),
    ("N. Visser", "Noor Visser", "unknown"),
    (("A.B.", None, "Bos"), ("Anna", None, "Bos"), "unknown"),
    ("Noor", "Noor Visser", "unknown"),
    ("Visser", "Noor Visser", "unknown"),
    ((None, None, "Visser"), ("Noor", None, "Visser"), "unknown"),
    ("Noor Maria Visser", "Noor Visser", "unknown"),
    ("Noor Bakker-Visser", "Noor Visser", "unknown"),
    ("Noor Visser", "Sem Bakker", "differ"),
    ("Noor Visser", "Sem Visser", "differ"),
    (("Noor", None, "Visser"), ("Sem", None, "Visser"), "differ"),
    ("Noor Visser", "Noor Bakker", "differ"),
    (("Noor", None, "Visser"), ("Noor", None, "Visser-Bakker"), "differ"),
    ("S. Visser", "Noor Visser", "differ"),
    ("Sem", "Noor Visser", "differ"),
    ("Noor Maria Visser", "Noor Sofie Visser", "differ"),
    ("Noor Visser", "%", "unknown"),
    ("Noor Visser", "Noor %", "unknown"),
    ("Noor Visser", "Noor Vi_ser", "differ"),
    ("Li Na Chen", "Li Nan Chen", "differ"),
]


def compare_all(engine: DuckDBEngine, schema: Schema, people: list[Person]) -> dict[tuple[int, int], str]:
    """Compare everybody with everybody; the places in the list are the keys."""
    rows = []
    for place, person in enumerate(people):
        parts = (
            dict(zip(("roepnaam", "tussenvoegsel", "achternaam"), person, strict=True))
            if isinstance(person, tuple)
            else {"naam": person}
        )
        given: dict[str, object] = {"school": SCHOOL, "source_row": place, **parts}
        rows.append([given.get(name) for name in schema["raw_legacy"]])
    for table in ("raw_legacy", "number_forms", "run_parameters", "clean_legacy"):
        engine.connection.execute(f"drop table if exists {table}")
    engine.create_table("raw_legacy", values_select(dict(schema["raw_legacy"]), rows))
    engine.create_table("number_forms", values_select(dict(schema["number_forms"]), []))
    make_table(engine, "run_parameters", USUAL["run_parameters"], schema["run_parameters"])
    engine.create_table("clean_legacy", find_stage("clean_legacy").select)
    found = engine.fetch_rows(
        """
        select
            m.source_row as mine
            , o.source_row as other
            , compare_names(
                m.full_key, m.first_key, m.last_key, m.letters_key, o.full_key, o.first_key, o.last_key, o.letters_key
            ) as names
        from clean_legacy as m
        cross join clean_legacy as o
        """
    )
    return {(row["mine"], row["other"]): row["names"] for row in found}


@pytest.mark.parametrize(
    ("mine", "other", "wanted"),
    [*CASES, pytest.param("a" * 400 + " Visser", "a" * 399 + " Visser", "differ", id="400 letters")],
)
def test_two_names_agree_contradict_or_say_nothing_whoever_is_first(
    engine: DuckDBEngine, schema: Schema, mine: Person, other: Person, wanted: str
) -> None:
    found = compare_all(engine, schema, [mine, other])
    assert (found[0, 1], found[1, 0]) == (wanted, wanted)


WORD = st.sampled_from(
    ["noor", "sem", "n", "s", "de", "el", "visser", "bakker", "visser-bakker", "Noor", "a.b."]
)
COMBINED = st.lists(WORD, min_size=0, max_size=4).map(" ".join)
SPLIT = st.tuples(st.none() | COMBINED, st.none() | st.just("de"), COMBINED)


@given(people=st.lists(st.one_of(COMBINED, SPLIT), min_size=2, max_size=6))
@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
def test_it_does_not_matter_which_file_a_name_is_in(
    engine: DuckDBEngine, schema: Schema, people: list[Person]
) -> None:
    found = compare_all(engine, schema, people)
    assert all(names == found[other, mine] for (mine, other), names in found.items())
    assert all(names != "differ" for (mine, other), names in found.items() if people[mine] == people[other])
