"""The public self-test of the project: eighteen records that broke other ways of comparing, in any order.

It holds the table of the design and no other truth; blanks must not join, pupils must not swap, none is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from etl.config import load_config
from tests.model.runner import Output, examples, run_files

TRAP: Final = Path(__file__).parents[2] / "data" / "sample" / "trap"

# Per file: the external id's last digit, or the number where there is none, and the status.
_MAGISTER: Final = {
    "001001": "matched_repaired",
    "001002": "matched_repaired",
    "001003": "matched_repaired",
    "001004": "quarantined",
    "001005": "quarantined",
    "001006": "duplicate_key",
    "001016": "duplicate_key",
    "001007": "new_in_magister",
    "001009": "matched_changed",
}
_LEGACY: Final = {
    "1001": "matched_repaired",
    "1002": "matched_repaired",
    "1003": "matched_repaired",
    "1044": "only_in_legacy",
    "1055": "only_in_legacy",
    "1016": "duplicate_key",
    "1006": "duplicate_key",
    "1008": "only_in_legacy",
    "1009": "matched_changed",
}


def run_trap(magister: list[str], legacy: list[str]) -> Output:
    """Run the self-test on its records in some order, under its own heading."""
    files = [
        "\n".join([_lines(name)[0], *records, ""]).encode()
        for name, records in (("magister.csv", magister), ("legacy.csv", legacy))
    ]
    return run_files(files[0], files[1], config=load_config(TRAP / "settings.toml"))


def statuses(output: Output, side: str, records: list[str]) -> dict[str, str]:
    """Return the status per pupil number as delivered."""
    assert len(output.records[side]) == len(records)
    return {
        record.split(",")[1]: seen.status for record, seen in zip(records, output.records[side], strict=True)
    }


def _lines(name: str) -> list[str]:
    return (TRAP / name).read_text(encoding="utf-8-sig").splitlines()


def _records(name: str) -> list[str]:
    return _lines(name)[1:]


def test_the_trap_comes_out_row_for_row() -> None:
    magister, legacy = _records("magister.csv"), _records("legacy.csv")
    output = run_trap(magister, legacy)
    assert statuses(output, "magister", magister) == _MAGISTER
    assert statuses(output, "legacy", legacy) == _LEGACY
    given_ids = {row[1]: row[3][-2:].strip("}") for row in output.table("import/crosswalk.csv")[1:]}
    assert sorted(ending[-1] for ending in given_ids.values()) == ["1", "2", "3", "9"]


@given(
    magister=st.permutations(_records("magister.csv")),
    legacy=st.permutations(_records("legacy.csv")),
)
@examples(8)
def test_the_trap_comes_out_the_same_in_any_order(magister: list[str], legacy: list[str]) -> None:
    output = run_trap(magister, legacy)
    assert statuses(output, "magister", magister) == _MAGISTER
    assert statuses(output, "legacy", legacy) == _LEGACY
