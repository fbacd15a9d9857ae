"""Is a file of an old program read in the encoding that its names speak for, and in Windows-1252 otherwise?"""

from __future__ import annotations

import random
from typing import Final

import pytest

from etl.intake.letters import OTHERS, USUAL, choose_old_encoding

FIRST: Final = (
    "Zoë Noël Chloé René Daniël Anaïs Aïcha Hélène José Irène François Björn Jürgen Gönül Inès Léon Amélie Søren Åsa "
    "Mélanie João Tomás María Noor Sem Isa Mees Daan Fatima Björk Éva Joëlle Raphaël Loïs Désirée Françoise"
).split()
LAST: Final = (
    "Müller Çelik Öztürk Muñoz García de_Graaff van_den_Bergé Brugmann Curaçao Bäcker Núñez van_'t_Hoff Jansen "
    "Kjær Ångström Lefèvre Coëme Van_Hoë Güneş Dias Peña Özdemir Köhler de_la_Peña Gijs_Noë El_Aïssati"
).split()


def names(seed: int, rows: int = 24) -> list[str]:
    """Return names of which some have letters that are no ASCII, all of them letters that every encoding has."""
    draw = random.Random(seed)
    found = [
        f"{draw.choice(FIRST)} {draw.choice(LAST)}".replace("_", " ").replace("ş", "s") for _ in range(rows)
    ]
    return [*found, "Renée Noël"]


def listed(people: list[str], encoding: str) -> bytes:
    lines = [f"{1000 + place};{name};{1 + place % 6}A" for place, name in enumerate(people)]
    return "\r\n".join(["stamnr;naam;klas", *lines, ""]).encode(encoding)


@pytest.mark.parametrize("encoding", [USUAL, *OTHERS])
def test_forty_lists_of_names_are_each_read_letter_for_letter(encoding: str) -> None:
    for seed in range(40):
        data = listed(names(seed), encoding)
        assert data.decode(choose_old_encoding(data)) == data.decode(encoding), seed


@pytest.mark.parametrize("encoding", [USUAL, *OTHERS])
def test_one_name_is_evidence_enough(encoding: str) -> None:
    for name in (
        "Zoë",
        "René",
        "Anaïs",
        "Müller",
        "Çelik",
        "Hélène",
        "Björn",
        "Peña",
        "ZOË DE GROÓT",
        "Øyvind",
    ):
        data = listed([name], encoding)
        assert data.decode(choose_old_encoding(data)) == data.decode(encoding), name


@pytest.mark.parametrize(
    "words",
    [
        "d’Ancona",
        "‘s-Gravesande",
        "€ 12,50",
        "Miloš Šarić".replace("ć", "c"),
        "Željko",
        "klas 1 – havo",
        "O’Brien",
        "(£k)",
        "5 µm",
        "¡ãC",
        "¡Hola",
        "21 °C",
        "m²",
        "„Piet Jansen“",
        "wordt vervolgd…",
        "„Piet“",
        "NOËL",
        "½ § ° ©",
        "ö",
        "",
    ],
)
def test_what_windows_writes_is_read_as_windows(words: str) -> None:
    assert choose_old_encoding(listed([words, "Noor"], USUAL)) == USUAL


def test_bytes_that_make_no_word_anywhere_are_no_evidence() -> None:
    draw = random.Random(7)
    for _ in range(200):
        data = bytes(draw.randrange(0x80, 0x100) for _ in range(300))
        assert choose_old_encoding(data) == USUAL
