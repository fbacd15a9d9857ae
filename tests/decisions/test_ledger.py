"""The ledger only grows, says everything in words one can read, and is refused as a whole when it is damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from etl.decisions.ledger import (
    HEADINGS,
    MARK,
    Entry,
    append_entries,
    is_ledger,
    ledger_path,
    read_ledger,
)
from etl.errors import AnswersError, OutputError

ENTRY = Entry(
    MARK,
    "2026-11-24T10:00:00",
    "99XX",
    "99XX-20261123T100000",
    "K-00000001",
    "suggested",
    "same",
    "A. de Boer",
    "",
    "2026-11-24",
    "kwam terug",
    ("aaaa", "bbbb"),
    "vragen.csv",
    "0" * 64,
)


def test_entries_come_back_as_they_were_given(tmp_path: Path) -> None:
    path = ledger_path(tmp_path, "99XX")
    assert read_ledger(path, school="99XX") == ()
    append_entries(path, [ENTRY, replace(ENTRY, question="O-2026-2B", subject=())])
    assert read_ledger(path, school="99XX") == (ENTRY, replace(ENTRY, question="O-2026-2B", subject=()))
    assert is_ledger(path.read_bytes())


def test_what_stands_there_is_never_changed(tmp_path: Path) -> None:
    path = ledger_path(tmp_path, "99XX")
    append_entries(path, [ENTRY])
    before = path.read_bytes()
    append_entries(path, [replace(ENTRY, answer="different")])
    assert path.read_bytes().startswith(before)
    assert path.stat().st_mode & 0o077 == 0, "nobody else on the machine may read it"
    append_entries(path, [])
    assert path.read_bytes().count(b"\r\n") == 3
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "nothing else is left"


@pytest.mark.parametrize("words", ["=1+1", "@SOM(A1)", "+31 6", "-1\n-2", 'zegt: "ja"; nee'])
def test_no_remark_runs_in_a_spreadsheet_or_breaks_a_line(tmp_path: Path, words: str) -> None:
    path = ledger_path(tmp_path, "99XX")
    append_entries(path, [replace(ENTRY, remark=words, by=words)])
    (found,) = read_ledger(path, school="99XX")
    assert found.remark.removeprefix("'") == " ".join(words.split())
    assert not found.by.startswith(("=", "@"))
    assert path.read_bytes().count(b"\r\n") == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data.replace(b";99XX;", b";98XX;"), "LEDGER-OTHER-SCHOOL"),
        (lambda data: data.replace(MARK.encode(), b"koppelcheck-decisions-9"), "LEDGER-LINE"),
        (lambda data: data[:-90], "LEDGER-LINE"),
        (lambda data: data.replace(b"ledger;", b"logbook;"), "LEDGER-UNREADABLE"),
        (lambda data: b"\xff\xfe" + data, "LEDGER-UNREADABLE"),
        (lambda data: b"", "LEDGER-UNREADABLE"),
        (lambda data: data + b'"open', "LEDGER-UNREADABLE"),
    ],
)
def test_a_damaged_ledger_is_refused_as_a_whole(tmp_path: Path, change: object, code: str) -> None:
    path = ledger_path(tmp_path, "99XX")
    append_entries(path, [ENTRY])
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(AnswersError) as refused:
        read_ledger(path, school="99XX")
    assert refused.value.code == code
    assert "Boer" not in repr(refused.value.fields)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "elders.csv"
    other.write_bytes(b"iets anders")
    path = ledger_path(tmp_path, "99XX")
    path.symlink_to(other)
    with pytest.raises(AnswersError):
        read_ledger(path, school="99XX")
    try:
        append_entries(path, [ENTRY])
    except OutputError:
        pass
    assert other.read_bytes() == b"iets anders"


def test_every_column_of_the_ledger_has_a_name_of_its_own() -> None:
    assert len(set(HEADINGS)) == len(HEADINGS)
