"""Invents a school a year on: pupils with new numbers, other names, twins, leavers and newcomers, and who is who.

It knows no rule of the program; its answer key is how it made the school.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

_FIRST: Final = (
    "Sem Daan Finn Luuk Lucas Levi Milan Bram Mees Noah Liam James Adam Thomas Jesse Ruben Thijs Max Gijs"
    " Sam Lars Tim Julian Stijn Niels Teun Floris Mohamed Ali Yusuf Emma Julia Mila Tess Sophie Zoë Sara"
    " Nora Yara Eva Lotte Anna Lynn Fleur Saar Noor Evi Liv Maud Isa Roos Fenna Jasmijn Elin Puck Floor"
    " Femke Esmée Amira Lina Charlotte Elisabeth Alexander Sebastiaan Maximiliaan Wilhelmina Josephine"
    " Frederique Christiaan Benjamin Gabriël Valentijn"
).split()
_LAST: Final = (
    "Jansen;de Jong;de Vries;van den Berg;van Dijk;Bakker;Janssen;Visser;Smit;Meijer;de Boer;Mulder"
    ";de Groot;Bos;Vos;Peters;Hendriks;van Leeuwen;Dekker;Brouwer;de Wit;Dijkstra;Smits;de Graaf"
    ";van der Meer;Kok;Jacobs;van der Linden;Vermeulen;van den Heuvel;van der Veen;de Bruijn;Schouten"
    ";Willems;van Beek;Hoekstra;Koster;Verhoeven;Prins;Blom;Huisman;Peeters;Kuijpers;van Veen;Kuiper;Post"
    ";Gerritsen;van der Wal;Postma;Verbeek;Timmermans;Groen;Molenaar;Scholten;Yilmaz;Kaya;Demir;Öztürk"
    ";Nguyen;Singh;El Amrani;Benali;Haddad;Kowalski;Nowak;Wójcik;Núñez;Fernández;Özdemir;Aydın;Wiersma"
    ";Hofstra;Terpstra;Zijlstra;Boonstra;Sikkema;Roelofs;Wolters;Nijhuis;Oude Luttikhuis;ten Have"
    ";ter Horst;van 't Hof;op den Camp"
).split(";")
_CLASSES: Final = ("1A", "1B", "1C", "2A", "2B", "2C", "3H1", "3H2", "3V1", "4H1", "4V1")


@dataclass(frozen=True, slots=True)
class Person:
    """A pupil on one side: number, names and class."""

    number: int
    first: str
    last: str
    school_class: str


@dataclass(frozen=True, slots=True)
class AnotherYear:
    """Both sides, and the pairs (place in Magister, place in the old file, from 1) that share no key."""

    magister: tuple[Person, ...]
    legacy: tuple[Person, ...]
    truth: frozenset[tuple[int, int]]


def another_year(seed: int, pupils: int = 250) -> AnotherYear:
    """Invent a school of about so many pupils."""
    draw = Random(seed)
    magister: list[Person] = []
    legacy: list[Person] = []
    truth: set[tuple[int, int]] = set()
    number = 100_000

    def person() -> Person:
        nonlocal number
        number += draw.randint(1, 9)
        # As in a real school some names are many pupils' and most are few's.
        first, last = (names[int(len(names) * draw.random() ** 1.7)] for names in (_FIRST, _LAST))
        return Person(number, first, last, draw.choice(_CLASSES))

    def add(now: Person, account: Person, *, shares_number: bool) -> None:
        magister.append(now)
        legacy.append(account)
        if not shares_number:
            truth.add((len(magister), len(legacy)))

    while len(magister) < pupils:
        now, kind = person(), draw.random()
        account = _last_year(now, draw) if draw.random() < 0.5 else now
        if kind < 0.66:
            add(now, account, shares_number=True)
        elif kind < 0.74:
            add(now, _renumbered(account), shares_number=False)
        elif kind < 0.80:
            add(now, _renumbered(_change(account, last=person().last)), shares_number=False)
        elif kind < 0.86:
            add(now, _renumbered(_mistyped(account, draw)), shares_number=False)
        elif kind < 0.88:
            add(now, _renumbered(_change(account, first=account.first[:4])), shares_number=False)
        elif kind < 0.92:
            other = person()
            twin = Person(other.number, other.first, now.last, now.school_class)
            if twin.first == now.first:
                continue
            same_year = _change(twin, school_class=account.school_class)
            add(now, _renumbered(account), shares_number=False)
            add(twin, _renumbered(same_year) if draw.random() < 0.5 else same_year, shares_number=True)
            if legacy[-1].number != twin.number:
                truth.add((len(magister), len(legacy)))
        elif kind < 0.96:
            magister.append(now)
        else:
            legacy.append(person())
    return AnotherYear(tuple(magister), tuple(legacy), frozenset(truth))


def write_files(school: AnotherYear, folder: Path) -> tuple[Path, Path, Path]:
    """Write the Magister file, the old file and the control list."""
    magister, legacy, control = (folder / f"{name}.csv" for name in ("magister", "legacy", "control"))
    _write(
        magister,
        "stamnr;idgebr;externeid;realmid",
        [
            f"{one.number};5{one.number};abc00000-0000-4000-8000-{one.number:012d};5{one.number}@atlas.test"
            for one in school.magister
        ],
    )
    _write(control, "stamnr;roepnaam;achternaam;klas", [_named(one) for one in school.magister])
    _write(
        legacy,
        "stamnr;roepnaam;achternaam;klas;numoid",
        [f"{_named(one)};n{place}" for place, one in enumerate(school.legacy)],
    )
    return magister, legacy, control


def _named(one: Person) -> str:
    return f"{one.number};{one.first};{one.last};{one.school_class}"


def _write(path: Path, heading: str, lines: list[str]) -> None:
    path.write_text("\r\n".join([heading, *lines, ""]), encoding="utf-8", newline="")


def _change(one: Person, *, first: str = "", last: str = "", school_class: str = "") -> Person:
    return Person(one.number, first or one.first, last or one.last, school_class or one.school_class)


def _renumbered(one: Person) -> Person:
    return Person(one.number + 400_000, one.first, one.last, one.school_class)


def _last_year(one: Person, draw: Random) -> Person:
    year = int(one.school_class[0])
    below = [name for name in _CLASSES if int(name[0]) == year - 1]
    return _change(one, school_class=draw.choice(below)) if below else one


def _mistyped(one: Person, draw: Random) -> Person:
    name = one.last if draw.random() < 0.6 or len(one.first) < 4 else one.first
    place = draw.randrange(1, len(name) - 1)
    kind = draw.randrange(3)
    if kind == 0:
        wrong = name[:place] + name[place + 1 :]
    elif kind == 1:
        wrong = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    else:
        wrong = name[:place] + draw.choice("aeioutrns") + name[place:]
    return _change(one, last=wrong) if name == one.last else _change(one, first=wrong)
