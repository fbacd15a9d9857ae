"""Whatever arrives, the reader keeps its promises and the job makes no wrong link; with a fixed budget of tries.

`make fuzz` looks further, for as long as it is told. What it finds is replayed here. All pupils are invented.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.defects.school import Files, Outcome, Table, control_table, legacy_table, magister_table, written
from tests.fuzz.links import check_links
from tests.fuzz.promises import keep_promises
from tests.model.runner import examples

HERE: Final = Path(__file__).parent
CORPUS: Final = sorted((HERE / "corpus").iterdir())
CRASHES: Final = sorted(path for path in (HERE / "crashes").iterdir() if path.name != "README.md")
SEEDS: Final = [path.read_bytes() for path in CORPUS]
PIECES: Final = (
    *(b";", b",", b"\t", b"|", b'"', b'""', b"'", b"\r\n", b"\n", b"\r", b"\x00", b"\x1a", b" ", b"\xa0"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xe9", b"\xc3\xa9", b"\xed\xa0\x80", b"\x82", b"\x8e"),
    *(
        b"sep=;\n",
        b"stamnr",
        b"externeid",
        b"BSN",
        b"Aantal: 3",
        b"=",
        b"0",
        b"9" * 40,
        b"PK\x03\x04",
        b"<html>",
    ),
)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_each_file_of_the_corpus_is_read_or_refused_as_its_name_says(path: Path) -> None:
    kinds = keep_promises(path.read_bytes()).split("+")
    wanted = path.name.partition("_")[0]
    assert (wanted in kinds) if wanted != "refused" else (set(kinds) <= {"text", ""})


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.name)
def test_what_once_broke_a_promise_breaks_none_now(path: Path) -> None:
    keep_promises(path.read_bytes())


@st.composite
def spoiled_bytes(draw: st.DrawFn, seeds: Sequence[bytes] = SEEDS, most: int = 8) -> bytes:
    """Draw a file of the corpus with some of its bytes changed, moved, doubled or left out."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, most))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        change = draw(st.sampled_from(("put", "cut", "double", "flip", "splice")))
        if change == "put":
            data[place:place] = draw(st.sampled_from(PIECES) | st.binary(min_size=1, max_size=6))
        elif change == "cut":
            del data[place : place + length]
        elif change == "double":
            data[place:place] = data[place : place + length]
        elif change == "flip" and place < len(data):
            data[place] ^= 1 << draw(st.integers(0, 7))
        else:
            other = draw(st.sampled_from(seeds))
            data[place:] = other[min(place, len(other)) :]
    return bytes(data)


@given(data=spoiled_bytes())
@examples(400)
def test_spoiled_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    keep_promises(data)


@given(data=st.binary(max_size=400))
@examples(100)
def test_any_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    keep_promises(data)


@given(words=st.text(max_size=300))
@examples(100)
def test_any_text_below_known_headings_is_a_table_or_a_refusal(words: str) -> None:
    keep_promises(f"stamnr;externeid;naam\n{words}\n".encode("utf-8", "surrogatepass"))


# What a school puts where a value belongs. Each is written over a value, or around it.
AROUND: Final = (
    *("{}", " {} ", "\u00a0{}", "'{}", '="{}"', '"{}"', "“{}”", "0{}", "000{}", "{}.0", "{},00", "{}\u200b"),
    *(
        "{}x",
        "b{}",
        "{}/2",
        "-{}",
        "+{}",
        "={}",
        "{};",
        "{}\n",
        "{}\t",
        "\ufeff{}",
        "{}\u0301",
        "{{{}}}",
        "({})",
    ),
)
INSTEAD: Final = (
    *("", " ", "-", "0", "00", "n.v.t.", "onbekend", "NULL", "None", "#N/B", "1,04E+05", "1e400", "9" * 400),
    *(
        "{00000000-0000-0000-0000-000000000000}",
        "@",
        "51001@",
        "@magis.atlas.test",
        "\u0000",
        "\ud7ff",
        "İ",
        "ß",
    ),
    *("１０４２０１", "٣٤٥", "1-feb", "2,00E+03", "WAAR", "=1+1", "'", '"', "\\", "%", "_", "*", "x" * 5_000),
)


@st.composite
def spoiled_tables(draw: st.DrawFn) -> tuple[Table, Table, Table | None]:
    """Draw the files of a school of which some values, records and columns are not as they should be."""
    tables = [magister_table(), legacy_table(), control_table()]
    for row in tables[1]:
        row.append("externe id" if row is tables[1][0] else "")
    for place in draw(st.lists(st.integers(1, 30), max_size=4)):
        tables[1][place][6] = tables[0][place][2]
    for _ in range(draw(st.integers(1, 12))):
        table = draw(st.sampled_from(tables))
        place = draw(st.integers(0, len(table) - 1))
        row = table[place]
        column = draw(st.integers(0, max(0, len(row) - 1)))
        change = draw(
            st.sampled_from(
                ("around", "around", "instead", "instead", "borrow", "double", "cut", "widen", "swap")
            )
        )
        if change == "around" and row:
            row[column] = draw(st.sampled_from(AROUND)).format(row[column])
        elif change == "instead" and row:
            row[column] = draw(st.sampled_from(INSTEAD))
        elif change == "borrow" and row:
            other = draw(st.sampled_from(tables))
            lender = other[draw(st.integers(0, len(other) - 1))]
            row[column] = lender[min(column, len(lender) - 1)] if lender else ""
        elif change == "double":
            table.insert(draw(st.integers(1, len(table))), list(row))
        elif change == "cut":
            del row[column:]
        elif change == "widen":
            row.append("x")
        elif change == "swap" and place + 1 < len(table):
            other_row = table[place + 1]
            width = min(len(row), len(other_row), column + 1)
            row[:width], other_row[:width] = other_row[:width], row[:width]
    for table in tables:
        random.Random(draw(st.integers(0, 9))).shuffle(rows := table[1:])
        table[1:] = rows
    return tables[0], tables[1], tables[2] if draw(st.booleans()) else None


@given(tables=spoiled_tables())
@examples(24)
def test_no_pair_of_spoiled_files_makes_a_link_that_is_not_proven(
    tmp_path_factory: pytest.TempPathFactory, tables: tuple[Table, Table, Table | None]
) -> None:
    magister, legacy, control = tables
    files = Files(tmp_path_factory.mktemp("school"), magister=magister, legacy=legacy, control=control)
    outcome = files.run()
    if outcome.refused is None:
        check_links(outcome)


def seeds_of(kind: str) -> list[bytes]:
    return [path.read_bytes() for path in CORPUS if path.name.startswith(kind)]


@given(magister=spoiled_bytes(seeds_of("magister"), 3), legacy=spoiled_bytes(seeds_of("legacy"), 3))
@examples(20)
def test_no_pair_of_spoiled_bytes_makes_a_link_that_is_not_proven(
    tmp_path_factory: pytest.TempPathFactory, magister: bytes, legacy: bytes
) -> None:
    outcome: Outcome = Files(
        tmp_path_factory.mktemp("school"), magister_bytes=magister, legacy_bytes=legacy
    ).run(limits={"minimum_overlap": 0, "broken_share": 1, "damaged_share": 1})
    if outcome.refused is None:
        check_links(outcome)


def test_the_checks_of_links_see_a_wrong_one(tmp_path: Path) -> None:
    outcome = Files(tmp_path).run()
    check_links(outcome)
    wrong = outcome.links | {1: outcome.links[2]}
    with pytest.raises(AssertionError):
        check_links(Outcome(outcome.statuses, wrong, folder=outcome.folder))


def test_a_written_file_is_one_of_the_seeds() -> None:
    assert written(magister_table()) in SEEDS
