"""Which cells are read otherwise than delivered, and which never are. Noor, Daan and Chloé are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.contract import SOURCES
from etl.errors import InputError
from etl.intake.delivery import Delivery
from etl.intake.reader import read_delivery
from etl.intake.repair import CellRepair, find_repairs


def deliver(folder: Path, text: str) -> Delivery:
    """Read an account list."""
    path = folder / "accounts.csv"
    path.write_text(text, encoding="utf-8")
    return read_delivery(path, source=SOURCES["legacy"])


def test_a_wrongly_saved_name_is_restored_with_its_place(tmp_path: Path) -> None:
    delivery = deliver(tmp_path, "stamnr;achternaam;klas\n1001;Visser;1A\n1002;RenÃ©;1A\n")
    assert find_repairs(delivery) == (CellRepair(2, 3, "achternaam", "mojibake", "RenÃ©", "René"),)


def test_a_rightly_saved_name_is_left_alone(tmp_path: Path) -> None:
    delivery = deliver(tmp_path, "stamnr;naam\n1001;Chloé Müller\n1002;Søren Ĳssel\n1003;Zoë ’t Hart\n")
    assert find_repairs(delivery) == ()


def test_a_number_or_an_address_is_never_restored(tmp_path: Path) -> None:
    delivery = deliver(tmp_path, "stamnr;email;numoid\nÃ©1001;Ã©@atlas.test;Ã©\n")
    assert find_repairs(delivery) == ()


def test_the_number_stands_inside_a_value_where_the_settings_say_so(tmp_path: Path) -> None:
    delivery = deliver(tmp_path, "stamnr;naam\nll1001;Noor\nLL1002 ;Daan\n1003;Sem\nxx1004;Isa\n;Mees\n")
    found = find_repairs(delivery, stamnr_pattern="ll([0-9]+)")
    # What does not fit is left as it is: 1003 is a number by itself, and xx1004 is held.
    assert [(one.source_row, one.repair, one.delivered, one.used) for one in found] == [
        (1, "pattern", "ll1001", "1001"),
        (2, "pattern", "LL1002 ", "1002"),
    ]


def test_a_pattern_that_changes_nothing_repairs_nothing(tmp_path: Path) -> None:
    delivery = deliver(tmp_path, "stamnr;naam\n1001;Noor\n")
    assert find_repairs(delivery, stamnr_pattern="([0-9]+)") == ()


@pytest.mark.parametrize(
    ("column", "pattern", "used"),
    [
        ("gebruikersnaam", None, {2: "1002"}),
        ("gebruikersnaam", "ll([0-9]+)", {1: "1001"}),
        ("email", None, {1: "1001", 2: "1002"}),
    ],
)
def test_the_number_may_stand_in_the_user_name_or_the_address(
    tmp_path: Path, column: str, pattern: str | None, used: dict[int, str]
) -> None:
    text = "gebruikersnaam;email;externeid\nll1001;1001@atlas.test;\n1002;1002@atlas.test;\nnoor;noor@atlas.test;\n"
    found = find_repairs(deliver(tmp_path, text), stamnr_pattern=pattern, stamnr_from=column)
    assert {one.source_row: one.used for one in found} == used
    assert {one.column_name for one in found} == {"stamnr"}


def test_a_file_without_the_column_of_the_settings_is_refused(tmp_path: Path) -> None:
    delivery = deliver(tmp_path, "stamnr;naam\n1001;Noor\n")
    with pytest.raises(InputError) as caught:
        find_repairs(delivery, stamnr_from="email")
    assert caught.value.code == "INTAKE-NUMBER-COLUMN"
    assert caught.value.fields["column"] == "email"
