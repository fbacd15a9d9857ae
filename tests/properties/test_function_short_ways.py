"""What a function says of a plain text by its short way is what its long way would say of it.

The long way is the last branch of the function as it stands in `etl/sql/functions_duckdb.sql`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from typing import Final

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

SOURCE: Final = (resources.files("etl") / "sql" / "functions_duckdb.sql").read_text(encoding="utf-8")
SHORT: Final = re.compile(
    r"^create macro (\w+)\((\w+)\) as\n    case\n(?: +--[^\n]*\n)? +when\b.*?\n        else (.*?)\n    end;",
    re.DOTALL | re.MULTILINE,
)
LONG_WAYS: Final = {name: (given, long) for name, given, long in SHORT.findall(SOURCE)}
AT_ONCE: Final = 60

WORDS: Final = st.sampled_from(
    (
        *(
            "nvt",
            "n.v.t.",
            "null",
            "None",
            "NAN",
            "nil",
            "onbekend",
            "Geen",
            "leeg",
            "unknown",
            "x",
            "-",
            "--",
            "..",
            "?",
        ),
        *(
            "#N/B",
            "n/a",
            "{}",
            "()",
            '""',
            "''",
            '="',
            "van",
            "de",
            "der",
            "v d r",
            "v.d.",
            "t",
            "al",
            "'t",
            "Jansen",
        ),
        *(
            "109.999",
            "0012",
            '="0123"',
            "'0123",
            "{0}",
            "{A}",
            "{a",
            "{",
            "12345@magis.example",
            "3GL2",
            "2026-07-31",
        ),
        *("{" + "0AfB" * 2 + "-0afb-0AFB-0123-" + "9" * 12 + "}", "0AfB" * 8, "(" + "0AfB" * 8 + ")"),
        *(
            "Zoë",
            "Ĳsbrand",
            "ß",
            "Œ",
            "Łukasz",
            "Иван",
            "😀",
            "Anne-Marie",
            "O’Brien",
            "D'Angelo",
            "１２",
            "﹣",
        ),
        *(" ", "  ", "\t", "\n", "\u00a0", "\u200b", "\ufeff", "\u00ad", "{" + "F" * 8 + "}"),
    )
)
TEXTS: Final = st.one_of(
    st.lists(WORDS, max_size=4).map("".join),
    st.lists(WORDS, max_size=4).map(" ".join),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
    st.from_regex(r"\A[{]?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}[}]?\Z"),
    st.none(),
)


@pytest.fixture(scope="module")
def functions() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(SOURCE)
    for name, (argument, long) in LONG_WAYS.items():
        # A long way takes the long ways of others.
        for other in LONG_WAYS:
            long = re.sub(rf"\b{other}\(", f"long_{other}(", long)
        connection.execute(f"create macro long_{name}({argument}) as {long}")
    yield connection
    connection.close()


def test_the_functions_with_a_short_way_are_found() -> None:
    assert LONG_WAYS.keys() == {
        *("tidy", "known_text", "guid_digits_text", "folded_text", "without_particles"),
        *("reading_order", "name_without_particles"),
    }


@pytest.mark.parametrize("name", LONG_WAYS)
@given(texts=st.lists(TEXTS, min_size=1, max_size=AT_ONCE))
def test_both_ways_say_the_same(
    functions: duckdb.DuckDBPyConnection, name: str, texts: list[str | None]
) -> None:
    rows = functions.execute(
        f"select {name}(given), long_{name}(given) from (select unnest(cast($1 as varchar[])) as given)",
        [texts],
    ).fetchall()
    for place, (short, long) in enumerate(rows):
        # No text of a failing example is a pupil's.
        assert short == long, texts[place]


NAME_WORDS: Final = st.lists(
    st.sampled_from(
        (
            *(
                "Anna",
                "Bas",
                "El",
                "Al",
                "Van",
                "Den",
                "Von",
                "J.",
                "v",
                "d",
                "van",
                "de",
                "der",
                "den",
                "het",
                "'t",
            ),
            *(
                "ten",
                "ter",
                "te",
                "in",
                "op",
                "v.d.",
                "vd",
                "la",
                "du",
                "zu",
                "onder",
                "voor",
                "Jan-Willem",
                "Zoë",
            ),
            *(
                "Berg",
                "Wit",
                "Eikelkamp",
                "Onder",
                "Laan",
                "Elzen",
                "D'Angelo",
                "nvt",
                "geen",
                "#1",
                "-",
                "x",
                "2",
            ),
        )
    ),
    max_size=3,
).map(" ".join)


@given(
    names=st.lists(
        st.tuples(*[st.one_of(NAME_WORDS, st.none())] * 3, st.one_of(NAME_WORDS, st.just(""))),
        min_size=1,
        max_size=AT_ONCE,
    )
)
def test_the_keys_of_a_name_are_those_of_the_long_way(
    functions: duckdb.DuckDBPyConnection, names: list[tuple[str | None, ...]]
) -> None:
    # As the cleaning stages make them of what was delivered.
    rows = functions.execute(
        """
        with texts as (
            select
                name_text(given[1]) as first_text, name_text(given[2]) as prefix_text, name_text(given[3]) as last_text
                , reading_order(given[4]) as whole_text
            from (select unnest(cast($1 as varchar[][])) as given)
        )
        , worded as (
            select
                folded_text(first_text) as first_words, folded_text(prefix_text) as prefix_words
                , folded_text(last_text) as last_words
                , folded_text(person_name(first_text, prefix_text, last_text, whole_text)) as name_words
            from texts
        )
        select
            surname_key(prefix_words, last_words)
            , long_without_particles(surname_to_compare(nullif(prefix_words, ''), nullif(last_words, '')))
            , name_key(first_words, prefix_words, last_words, name_words)
            , long_name_without_particles(nullif(name_words, ''))
        from worded
        """,
        [[list(name) for name in names]],
    ).fetchall()
    for place, (surname, long_surname, name, long_name) in enumerate(rows):
        assert (surname, name) == (long_surname, long_name), names[place]
