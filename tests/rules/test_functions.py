"""Every helper function of the SQL, on the texts that pupil lists really hold and on any other text.

It tests the functions alone; what the stages make of them is tested per stage.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.engines.duckdb import DuckDBEngine
from tests.rules.function_cases import ONE_TEXT, SEVERAL_TEXTS, after

# One example is a list of texts, since a question costs more than a text.
EXAMPLES = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMBER_LIKE = st.text("0123456789 .,-+eE'=\"\u00a0\u200b１", max_size=12)
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
GUID_LIKE = st.one_of(HEX, st.text("0123456789abcdefABCDEF-{}() ", min_size=30, max_size=40))
TEXTS = st.lists(st.one_of(ANY_TEXT, NUMBER_LIKE, GUID_LIKE), min_size=1, max_size=20)


def answers(engine: DuckDBEngine, function: str, texts: list[str], *, of: int = 1) -> list[object]:
    """Call a function on each text, the same text for each of its arguments."""
    # the argument is made once: a function copies it to every place where it names it
    arguments = ", ".join(["a.argument"] * of)
    rows = engine.connection.execute(
        f"select {function}({arguments}) from (select {after(function, 'g.given')} as argument"
        " from (select unnest(cast(? as varchar[])) as given) as g) as a",
        [texts],
    ).fetchall()
    assert len(rows) == len(texts)
    return [row[0] for row in rows]


@pytest.mark.parametrize("function", ONE_TEXT)
def test_a_function_of_one_text_gives_what_its_table_says(function: str, call: Callable[..., object]) -> None:
    wrong = [
        (given, wanted, found)
        for given, wanted in ONE_TEXT[function]
        if (found := call(function, given)) != wanted
    ]
    assert not wrong


@pytest.mark.parametrize("function", SEVERAL_TEXTS)
def test_a_function_of_several_texts_gives_what_its_table_says(
    function: str, call: Callable[..., object]
) -> None:
    wrong = [
        (given, wanted, found)
        for given, wanted in SEVERAL_TEXTS[function]
        if (found := call(function, *given)) != wanted
    ]
    assert not wrong


def test_every_function_has_a_table_here_or_its_own_test() -> None:
    source = (resources.files("etl") / "sql" / "functions_duckdb.sql").read_text(encoding="utf-8")
    defined = set(re.findall(r"^create macro (\w+)", source, flags=re.MULTILINE))
    assert defined == set(ONE_TEXT) | set(SEVERAL_TEXTS)


@pytest.mark.parametrize("function", ["realm_user", "realm_of"])
def test_a_login_that_no_pupil_has_can_be_taken_apart_and_compared(
    engine: DuckDBEngine, function: str
) -> None:
    engine.connection.execute(
        "create or replace table logins as select cast(null as varchar) as login, '51' as other"
    )
    for comparison in ("=", "<>"):
        where = f"{function}(login) {comparison} other"
        assert engine.fetch_rows(f"select login from logins where {where}") == []
        assert engine.fetch_rows(f"select {where} as found from logins") == [{"found": None}]


def test_a_letter_or_a_digit_of_any_script_stays_in_its_word(engine: DuckDBEngine) -> None:
    signs = [sign for sign in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(sign)[0] in "LN"]
    assert len(signs) > 100_000
    found = answers(engine, "folded_text", [f"q{sign}q" for sign in signs])
    assert [sign for sign, folded in zip(signs, found, strict=True) if " " in str(folded)] == []


def test_a_sign_of_writing_parts_words(engine: DuckDBEngine) -> None:
    # Latin to Arabic, and the signs that all scripts share; the rarer ones may stay in a word.
    places = (range(0x20, 0x6D5), range(0x2010, 0x2028), range(0x20A0, 0x20C1), range(0x3001, 0x3004))
    signs = [
        sign
        for place in places
        for sign in map(chr, place)
        if unicodedata.category(sign)[0] in "PSZ" and unicodedata.normalize("NFC", sign) == sign
    ]
    assert len(signs) > 200
    found = answers(engine, "folded_text", [f"q{sign}q" for sign in signs])
    assert [sign for sign, folded in zip(signs, found, strict=True) if folded != "q q"] == []


@given(texts=TEXTS)
@EXAMPLES
def test_no_text_makes_a_function_fail(engine: DuckDBEngine, texts: list[str]) -> None:
    for function in ONE_TEXT:
        answers(engine, function, texts)
    for function, cases in SEVERAL_TEXTS.items():
        answers(engine, function, texts, of=len(cases[0][0]))
    found = answers(engine, "compare_names", texts, of=8)
    assert set(found) <= {"agree", "differ", "unknown"}


@given(texts=TEXTS)
@EXAMPLES
def test_a_number_key_is_digits_without_leading_zeros_and_its_own_key(
    engine: DuckDBEngine, texts: list[str]
) -> None:
    keys = [key for key in answers(engine, "number_key", texts) if key is not None]
    assert all(isinstance(key, str) and re.fullmatch("[1-9][0-9]*", key) for key in keys)
    assert answers(engine, "number_key", [str(key) for key in keys] or ["1"]) == (keys or ["1"])


@given(numbers=st.lists(st.integers(1, 10**18), min_size=1, max_size=20), zeros=st.integers(0, 5))
@EXAMPLES
def test_different_numbers_never_share_a_key_and_zeros_do_not_matter(
    engine: DuckDBEngine, numbers: list[int], zeros: int
) -> None:
    padded = ["0" * zeros + str(number) for number in numbers]
    assert answers(engine, "number_key", padded) == [str(number) for number in numbers]


@given(texts=st.lists(GUID_LIKE, min_size=1, max_size=20))
@EXAMPLES
def test_a_guid_key_is_32_digits_and_its_own_key(engine: DuckDBEngine, texts: list[str]) -> None:
    keys = [str(key) for key in answers(engine, "guid_key", texts) if key is not None]
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)
    assert answers(engine, "guid_key", keys or ["1" * 32]) == (keys or ["1" * 32])


@given(ids=st.lists(HEX, min_size=2, max_size=20, unique=True), is_capital=st.booleans())
@EXAMPLES
def test_different_ids_never_share_a_key_however_they_are_written(
    engine: DuckDBEngine, ids: list[str], is_capital: bool
) -> None:
    dashed = [f"{{{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}}}" for one in ids]
    written = [one.upper() for one in dashed] if is_capital else dashed
    wanted = [None if one in ("0" * 32, "f" * 32) else one for one in ids]
    assert answers(engine, "guid_key", ids) == wanted
    assert answers(engine, "guid_key", written) == wanted


@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=20))
@EXAMPLES
def test_a_folded_name_is_small_words_with_one_space_between(engine: DuckDBEngine, texts: list[str]) -> None:
    for folded in answers(engine, "folded", texts):
        assert folded is None or (isinstance(folded, str) and folded == " ".join(folded.split(" ")) != "")
        assert folded is None or not re.search(r"[%_\\'\x00-\x1f.,-]", str(folded))
