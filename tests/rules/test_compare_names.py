"""When two names contradict each other, on names as schools write them. All of these people are invented.

The names go through the stage that folds them, so that a test shows what a delivered name is worth.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.engines.duckdb import DuckDBEngine
from etl.intake.load import values_select
from tests.rules.tables import SCHOOL, USUAL, Schema, find_stage, make_table

# A combined name; roepnaam, tussenvoegsel and achternaam apart; or any columns by name.
Person = str | tuple[str | None, str | None, str | None] | dict[str, str]

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
    ("100% _", "100", "unknown"),
    ("", "Noor Visser", "unknown"),
    ("N. Visser", "Noor Visser", "unknown"),
    (("A.B.", None, "Bos"), ("Anna", None, "Bos"), "unknown"),
    ("Noor", "Noor Visser", "unknown"),
    ("Noor", "Noor Noo", "unknown"),
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
    # a surname alone is that of a family
    ("Visser", "Visser", "unknown"),
    ((None, None, "Visser"), (None, None, "Visser"), "unknown"),
    ((None, "de", "Vries"), (None, None, "de Vries"), "unknown"),
    ("Onbekend Onbekend", "Onbekend Onbekend", "unknown"),
    ("x", "x", "unknown"),
    # naam holds what the other column does not
    ({"roepnaam": "Anna", "naam": "Bakker"}, {"roepnaam": "Bert", "naam": "Bakker"}, "differ"),
    ({"roepnaam": "Anna", "naam": "Bakker"}, {"roepnaam": "Anna", "naam": "Bakker"}, "agree"),
    ({"roepnaam": "Anna", "naam": "Bakker"}, "Bert Bakker", "differ"),
    ({"roepnaam": "Anna", "naam": "Bakker"}, ("Anna", None, "Bakker"), "agree"),
    ({"roepnaam": "Anna", "naam": "Bakker"}, ("A.", None, "Bakker"), "unknown"),
    ({"roepnaam": "Anna", "tussenvoegsel": "de", "naam": "Boer"}, "Anna de Boer", "agree"),
    ({"roepnaam": "Anna", "naam": "Anna Bakker"}, ("Anna", None, "Bakker"), "agree"),
    ({"roepnaam": "A.", "naam": "Anna Bakker"}, ("Anna", None, "Bakker"), "agree"),
    ({"roepnaam": "A.", "naam": "Anna Bakker"}, ("Bert", None, "Bakker"), "differ"),
    (
        {"achternaam": "Bakker", "naam": "Anna Bakker"},
        {"achternaam": "Bakker", "naam": "Bert Bakker"},
        "differ",
    ),
    ({"achternaam": "Bakker", "naam": "Anna Bakker"}, ("Anna", None, "Bakker"), "agree"),
    ({"achternaam": "Bakker", "naam": "Bakker, Anna"}, ("Anna", None, "Bakker"), "agree"),
    ({"achternaam": "Bakker", "naam": "Anna"}, ("Bert", None, "Bakker"), "differ"),
    ({"achternaam": "Bakker", "naam": "Anna"}, ("Anna", None, "Bakker"), "agree"),
]

# How a prefix of a surname is written short, and whether what it stands for is certain.
SHORT: list[tuple[str, str]] = [
    ("v.d.", "van den"),
    ("v/d", "van de"),
    ("vd", "van der"),
    ("V.D.", "van der"),
    ("v.d.r.", "van der"),
    ("vdr", "van der"),
    ("v. der", "van der"),
    ("v. den", "van den"),
    ("v.", "van"),
    ("a/d", "aan de"),
    ("uit den", ""),
    ("dos", ""),
]

SHORT_CASES: list[tuple[Person, Person, str]] = [
    # delivered apart: the prefix is no part of the name that is compared
    *((("Daan", short, "Berg"), ("Daan", full, "Berg"), "agree") for short, full in SHORT),
    *((("Daan", short, "Berg"), ("Daan", None, f"{full} Berg"), "agree") for short, full in SHORT),
    *((("Daan", short, "Berg"), ("Daan", None, "Berg"), "agree") for short, _ in SHORT),
    *((("Daan", short, "Berg"), ("D.", full, "Berg"), "unknown") for short, full in SHORT),
    *((("Daan", short, "Berg"), ("Sem", full, "Berg"), "differ") for short, full in SHORT),
    *((("Daan", short, "Berg"), ("Daan", short, "Dal"), "differ") for short, _ in SHORT),
    # in the column of the surname
    (("Daan", None, "v.d. Berg"), ("Daan", "van den", "Berg"), "agree"),
    (("Daan", None, "vd Berg"), ("Daan", None, "van den Berg"), "agree"),
    (("Daan", None, "Berg, v.d."), ("Daan", "van den", "Berg"), "agree"),
    (("Daan", None, "v.d. Berg-v.d. Dal"), ("Daan", None, "van den Berg - van der Dal"), "agree"),
    # one letter may be an initial: no contradiction, and no agreement either
    (("Daan", None, "v. Dijk"), ("Daan", "van", "Dijk"), "unknown"),
    (("Daan", "d.", "Vries"), ("Daan", "de", "Vries"), "unknown"),
    (("Daan", "d.", "Vries"), ("Sem", "de", "Vries"), "differ"),
    ((None, None, "V. Bakker"), ("Noor", None, "Bakker"), "differ"),
    ((None, None, "D. Bakker"), ("Noor", None, "Bakker"), "differ"),
    (("Noor", "v.", "Bakker"), ("Noor", "d.", "Visser"), "differ"),
    (("Anna", "d'", "Angelo"), ("Anna", None, "D'Angelo"), "agree"),
    (("A.", "d'", "Angelo"), ("Anna", None, "Dangelo"), "unknown"),
    (("Anna", None, "D'Angelo"), ("Anna", None, "Dangelo"), "agree"),
    # delivered combined
    ("Daan v.d. Berg", "Daan van den Berg", "agree"),
    ("Daan v/d Berg", "Daan van de Berg", "agree"),
    ("Daan vd Berg", "Daan van der Berg", "agree"),
    ("Daan v.d.r. Berg", "Daan van der Berg", "agree"),
    ("Berg, Daan v.d.", "Daan van den Berg", "agree"),
    ("Berg, v.d., Daan", "Daan van den Berg", "agree"),
    ("vd Berg Daan", "Daan van den Berg", "agree"),
    ("Daan v.d. Berg", ("Daan", "van den", "Berg"), "agree"),
    ("Daan v. den Berg", "Daan van den Berg", "unknown"),
    ("Daan v. Dijk", "Daan van Dijk", "unknown"),
    ("Daan d Vries", "Daan de Vries", "unknown"),
    ("D. v.d. Berg", "Daan van den Berg", "unknown"),
    ("Daan v.d. Berg", "Daan Mees van den Berg", "unknown"),
    ("Daan v. Dijk", "Daan Mees van Dijk", "unknown"),
    ("D. v. Dijk", "Daan van Dijk", "unknown"),
    ("Daan v.d. Berg", "Sem van den Berg", "differ"),
    ("Daan v.d. Berg", "Daan v.d. Dal", "differ"),
    # an initial stays an initial
    ("D. Berg", "Daan Berg", "unknown"),
    ("V. Berg", "Daan Berg", "differ"),
    ("V. den Berg", "Daan van den Berg", "differ"),
    ("V.D. Berg", "Daan van den Berg", "differ"),
    ("V.D. Berg", "Vera van den Berg", "unknown"),
    ("D", "Daan Berg", "differ"),
    ("A.V. de Vries", "A.B. de Vries", "differ"),
    (("V.", "van den", "Berg"), ("Daan", "van den", "Berg"), "differ"),
    (("D.", "v.d.", "Berg"), ("Vera", "van den", "Berg"), "differ"),
    (("V", "d.", "Berg"), ("Vera", "de", "Berg"), "unknown"),
    # only prefixes: the words as they are
    (("Daan", "v.d.", "van de"), ("Daan", None, "van de"), "agree"),
    (("Daan", None, "vd"), ("Daan", None, "van de"), "differ"),
]

# A surname that is blank says nothing; the first name that is there still may.
BLANK_CASES: list[tuple[Person, Person, str]] = [
    (("Kees-Jan", None, None), ("Kees-Jan", None, "Bakker"), "unknown"),
    (("Kees-Jan", None, ""), ("Kees Jan", None, "Bakker"), "unknown"),
    (("Kees-Jan", None, "-"), ("Keesjan", None, "Bakker"), "unknown"),
    (("Kees-Jan", "de", None), ("Kees-Jan", "de", "Bakker"), "unknown"),
    (("Kees-Jan", None, None), ("Kees", None, "Bakker"), "unknown"),
    (("Kees-Jan", None, None), (None, None, "Bakker"), "unknown"),
    (("K.", None, None), ("Kees-Jan", None, "Bakker"), "unknown"),
    (("Kees-Jan", None, None), ("Piet", None, "Bakker"), "differ"),
    (("Kees-Jan", None, None), ("Piet-Jan", None, "Bakker"), "differ"),
    (("Kees-Jan", None, None), ("P.", None, "Bakker"), "differ"),
    (("Noor", None, None), ("Noor", None, "Bakker"), "unknown"),
    (("Noor", None, None), ("Sem", None, "Bakker"), "differ"),
    (("Kees-Jan", None, None), "Kees-Jan Bakker", "unknown"),
    (("Kees-Jan", None, None), "Bakker, Kees-Jan", "unknown"),
    (("Kees-Jan", None, None), "Bakker Kees-Jan", "unknown"),
    (("Kees-Jan", None, None), "Kees Bakker", "unknown"),
    (("Kees-Jan", None, None), "K. Bakker", "unknown"),
    (("Kees-Jan", None, None), "Piet Bakker", "differ"),
    (("Kees-Jan", None, None), "", "unknown"),
    (("Kees-Jan", None, None), ("Kees-Piet", None, None), "differ"),
    (("Noor", None, None), ("Noor", None, None), "unknown"),
    (("Noor", None, None), ("Noor", None, "-"), "unknown"),
    ((None, None, "Bakker-Visser"), "Noor Bakker-Visser", "unknown"),
    ((None, None, "Bakker-Visser"), "Noor Bakker", "differ"),
]


def compare_all(
    engine: DuckDBEngine, schema: Schema, people: Sequence[Person], *, of: int | None = None
) -> dict[tuple[int, int], str]:
    """Compare everybody with everybody, or with the others of so many in a row; the places in the list are the keys."""
    rows = []
    for place, person in enumerate(people):
        given: dict[str, object] = {"school": SCHOOL, "source_row": place}
        if isinstance(person, tuple):
            given |= zip(("roepnaam", "tussenvoegsel", "achternaam"), person, strict=True)
        else:
            given |= {"naam": person} if isinstance(person, str) else person
        rows.append([given.get(name) for name in schema["raw_legacy"]])
    for table in ("raw_legacy", "number_forms", "run_parameters", "clean_legacy"):
        engine.connection.execute(f"drop table if exists {table}")
    engine.create_table("raw_legacy", values_select(dict(schema["raw_legacy"]), rows))
    engine.create_table("number_forms", values_select(dict(schema["number_forms"]), []))
    make_table(engine, "run_parameters", USUAL["run_parameters"], schema["run_parameters"])
    engine.create_table("clean_legacy", find_stage("clean_legacy").select)
    found = engine.fetch_rows(
        f"""
        select
            m.source_row as mine
            , o.source_row as other
            , compare_names(
                m.full_key, m.first_key, m.last_key, m.letters_key, o.full_key, o.first_key, o.last_key, o.letters_key
            ) as names
        from clean_legacy as m
        inner join clean_legacy as o on m.source_row // {of or len(people)} = o.source_row // {of or len(people)}
        """
    )
    return {(row["mine"], row["other"]): row["names"] for row in found}


ALL_CASES = [*CASES, *SHORT_CASES, *BLANK_CASES, ("a" * 400 + " Visser", "a" * 399 + " Visser", "differ")]


@pytest.fixture(scope="module")
def compared(engine: DuckDBEngine, schema: Schema) -> dict[tuple[int, int], str]:
    """The two names of each case compared, both ways; of a case the first name stands at twice its place."""
    return compare_all(engine, schema, [name for case in ALL_CASES for name in case[:2]], of=2)


@pytest.mark.parametrize(
    ("place", "mine", "other", "wanted"),
    [
        pytest.param(place, *case, id="-".join(str(word)[:40] for word in case))
        for place, case in enumerate(ALL_CASES)
    ],
)
def test_two_names_agree_contradict_or_say_nothing_whoever_is_first(
    compared: dict[tuple[int, int], str], place: int, mine: Person, other: Person, wanted: str
) -> None:
    first, second = 2 * place, 2 * place + 1
    assert (compared[first, second], compared[second, first]) == (wanted, wanted), f"{mine} beside {other}"


WORD = st.sampled_from(
    [
        "noor",
        "sem",
        "n",
        "s",
        "de",
        "el",
        "visser",
        "bakker",
        "visser-bakker",
        "Noor",
        "a.b.",
        "v",
        "d",
        "v.d.",
    ]
)
COMBINED = st.lists(WORD, min_size=0, max_size=4).map(" ".join)
SPLIT = st.tuples(st.none() | COMBINED, st.none() | st.sampled_from(["de", "v.d.", "v", "d"]), COMBINED)


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


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (("Kees-Jan", None, "Bakker"), "unknown"),
        (("Piet", None, "Bakker"), "differ"),
        (("Kees-Jan", "van den", "Berg"), "differ"),
    ],
)
def test_a_first_name_beside_a_combined_name_does_not_hide_the_surname_in_it(
    engine: DuckDBEngine, schema: Schema, other: Person, wanted: str
) -> None:
    """The combined name holds the surname, so it is compared; only the other prefix says nothing."""
    mine = {"roepnaam": "Kees-Jan", "naam": "Kees-Jan v. Bakker"}
    found = compare_all(engine, schema, [mine, other])
    assert (found[0, 1], found[1, 0]) == (wanted, wanted)
