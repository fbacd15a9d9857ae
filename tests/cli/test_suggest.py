"""Who might be whom is told with what speaks for and against; nothing is linked by it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import polars
import pytest

from etl.errors import InputError
from etl.suggest import PAIR_COLUMNS, score_people
from tests.cli.schools import Pupil, Say, School, some_pupils, write_school, write_table

PUPIL = Pupil(10_900, "Jasmijn", "Wiersma", "2a")


@pytest.fixture
def school(say: Say, tmp_path: Path, quick: None) -> School:
    """Run a school of which one pupil has another number, and a surname with one letter more."""
    pupils = [*some_pupils(), PUPIL]
    accounts = [*some_pupils(), replace(PUPIL, number=55_555, last_name="Wiersema", school_class="1a")]
    school = write_school(tmp_path, pupils, accounts)
    control = write_table(
        tmp_path / "leerlingen.csv",
        ("stamnr", "roepnaam", "achternaam", "klas"),
        [(str(one.number), one.first_name, one.last_name, one.school_class) for one in pupils],
    )
    assert say(*school.arguments("--quiet", "--control", str(control))).code == 10
    return school


def test_a_pupil_with_another_number_and_name_is_suggested_with_its_reasons(say: Say, school: School) -> None:
    (run,) = (one for one in school.runs() if one.is_dir())
    answer = say("suggest", str(run))
    assert answer.code == 0
    assert "Magister line 14: 10900, Jasmijn Wiersma, class 2A" in answer.out
    assert "1. likely: old file line 14: 55555, Jasmijn Wiersema, class 1A" in answer.out
    assert "surname nearly equal; first name equal; class 1a → 2A, one year on" in answer.out.replace(
        "1A", "1a"
    )
    (told,) = say("suggest", str(run), "--json").json()["candidates"]
    assert (told["sureness"], told["surname"], told["class"]) == ("likely", "close", "next_year")
    assert "Wiersma" not in say("suggest", str(run), "--json").out


def test_explain_says_why_not_and_who_is_nearest(say: Say, school: School) -> None:
    (run,) = (one for one in school.runs() if one.is_dir())
    answer = say("explain", str(run), "10900")
    assert "Looks most like line 14 of the other file (likely)" in answer.out
    assert "No number is equal." in answer.out


def test_a_pupil_without_a_name_is_told_what_is_missing(say: Say, tmp_path: Path, quick: None) -> None:
    pupils = some_pupils()
    school = write_school(tmp_path, [*pupils, PUPIL], pupils)
    say(*school.arguments("--quiet"))
    (run,) = (one for one in school.runs() if one.is_dir())
    assert "There is no name to compare." in say("explain", str(run), "10900").out
    assert "There is no pupil without a link who looks like an account" in say("suggest", str(run)).out


def people(folder: Path, name: str, rows: list[tuple[str, ...]]) -> Path:
    return write_table(folder / name, ("id", "first_name", "surname", "birth_date", "class"), rows)


def test_two_plain_lists_give_pairs_with_a_score(say: Say, tmp_path: Path) -> None:
    left = people(
        tmp_path, "a.csv", [("1", "Noor", "de Vries", "2012-03-01", "2A"), ("2", "Bram", "Bos", "", "2B")]
    )
    right = people(
        tmp_path, "b.csv", [("x", "Noor", "Vries", "01-03-2012", "2A"), ("y", "Puk", "Bos", "", "2B")]
    )
    out = tmp_path / "pairs.csv"
    assert say("suggest", str(left), str(right), "--out", str(out)).code == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert tuple(rows[0]) == PAIR_COLUMNS
    assert (rows[0]["left_id"], rows[0]["right_id"], rows[0]["birth_date"]) == ("1", "x", "equal")
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.99
    assert say("suggest", str(left), str(right), "--out", str(out)).code == 24  # never over another file


def test_a_list_without_its_columns_is_refused(say: Say, tmp_path: Path) -> None:
    left = people(tmp_path, "a.csv", [("1", "Noor", "de Vries", "", "")])
    right = write_table(tmp_path / "b.csv", ("id", "naam"), [("x", "Noor")])
    answer = say("suggest", str(left), str(right))
    assert (answer.code, "first_name" in answer.err) == (20, True)
    with pytest.raises(InputError):
        score_people(polars.DataFrame({"id": ["1"]}), polars.DataFrame({"id": ["2"]}))


def test_the_python_function_gives_the_same_pairs_as_a_frame() -> None:
    left = polars.DataFrame({"id": ["1"], "first_name": ["Noor"], "surname": ["Visser"], "class": ["2A"]})
    right = polars.DataFrame({"id": ["x"], "first_name": ["Noor"], "surname": ["Vissers"]})
    pairs = score_people(left, right)
    assert pairs.columns == list(PAIR_COLUMNS)
    assert pairs.row(0)[:2] == ("1", "x")
    assert pairs["class"].to_list() == ["unknown"]
