"""Invents people and writes them down as each file would, so that a school starts with nothing wrong in it.

It plants no defect; all names and numbers are invented, and mail goes to reserved domains only.
"""

from __future__ import annotations

from random import Random
from typing import Final

from tests.model.truth import REALM, Human, Layout, Line, Names, School

# Every human has another initial, so that even "J. de Vries" is one person only.
_FIRST_NAMES: Final = (
    "Anna",
    "Bram",
    "Chloé",
    "Daan",
    "Eva",
    "Fleur",
    "Gijs",
    "Hugo",
    "Iris",
    "Jip",
    "Kaan",
    "Lotte",
    "Mees",
    "Noémi",
    "Olaf",
    "Pien",
    "Quinten",
    "René",
    "Sanne",
    "Tim",
    "Ulrike",
    "Vera",
    "Wout",
    "Xandra",
    "Yara",
    "Zoë",
)
_LAST_NAMES: Final = (
    ("de", "Vries"),
    ("", "Jansen"),
    ("van den", "Berg"),
    ("", "Yilmaz"),
    ("", "Öztürk"),
    ("van der", "Meulen"),
    ("", "Peters"),
    ("ten", "Brink"),
    ("", "Núñez"),
    ("van 't", "Hoff"),
)
_CLASSES: Final = (
    ("1A", "havo klas 1"),
    ("1B", "havo klas 1"),
    ("2GL1", "vmbo GL klas 2"),
    ("3V2", "vwo klas 3"),
)
MOST_HUMANS: Final = len(_FIRST_NAMES)


def write_number(number: int, width: int) -> str:
    """Write a pupil number the way a file does: as it is, or with leading zeros."""
    return str(number).zfill(width)


def write_guid(guid: str, *, has_braces: bool) -> str:
    """Write a GUID the way Magister does (capitals in braces) or plainly."""
    return "{" + guid.upper() + "}" if has_braces else guid


def new_guid(random: Random) -> str:
    """Invent a GUID."""
    digits = f"{random.getrandbits(124) + (1 << 124):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def new_humans(random: Random, count: int) -> tuple[Human, ...]:
    """Invent people with numbers, ids and names that no other has."""
    numbers = random.sample(range(10_100, 98_000, 7), count)
    users = random.sample(range(31_000, 59_000), count)
    first_names = random.sample(_FIRST_NAMES, count)
    humans = []
    for human in range(count):
        middle, last = random.choice(_LAST_NAMES)
        school_class, opleiding = random.choice(_CLASSES)
        humans.append(
            Human(
                human=human,
                number=numbers[human],
                idgebr=users[human],
                guid=new_guid(random),
                first=first_names[human],
                middle=middle,
                last=last,
                school_class=school_class,
                opleiding=opleiding,
            )
        )
    return tuple(humans)


def name_cells(person: Human, names: Names) -> tuple[tuple[str, str], ...]:
    """Write a name as one column, as three, or not at all."""
    if names == "whole":
        return (("naam", " ".join(part for part in (person.first, person.middle, person.last) if part)),)
    if names == "parts":
        return (("roepnaam", person.first), ("tussenvoegsel", person.middle), ("achternaam", person.last))
    return ()


def magister_line(person: Human, layout: Layout) -> Line:
    """Write a human the way the Magister export does."""
    cells = [
        ("stamnr", write_number(person.number, layout.magister_width)),
        ("idgebr", str(person.idgebr)),
        ("externeid", write_guid(person.guid, has_braces=layout.has_braces)),
        ("realmid", f"{person.idgebr}@{REALM}"),
        *name_cells(person, layout.magister_names),
    ]
    if layout.magister_names != "none":
        cells.append(("klas", person.school_class))
    if layout.has_extra:
        cells.append(("leerfase", f"fase {person.school_class[0]}"))
    return Line(person.human, person.human, tuple(cells))


def legacy_line(person: Human, layout: Layout) -> Line:
    """Write a human the way the list of accounts does."""
    cells = []
    if layout.account_key == "id":
        cells.append(("numoid", f"N{7000 + person.human}"))
    if layout.account_key == "login":
        cells.append(("gebruikersnaam", f"{person.first[0].lower()}{person.number}"))
    if layout.legacy_keys != "externeid":
        cells.append(("stamnr", write_number(person.number, layout.legacy_width)))
    if layout.legacy_keys != "number":
        cells.append(("externeid", person.guid))
    cells += [
        *name_cells(person, layout.legacy_names),
        ("klas", person.school_class),
        ("email", f"{person.first[0].lower()}.{person.number}@school.example"),
    ]
    if layout.has_opleiding:
        cells.append(("opleiding", person.opleiding))
    if layout.has_role:
        cells.append(("rol", "leerling"))
    if layout.has_extra:
        cells.append(("opmerking", 'kan; later, "graag"' if person.human % 2 else "geen"))
    return Line(person.human, person.human, tuple(cells), account=person.human)


def control_line(person: Human) -> Line:
    """Write a human the way an ordinary pupil list does."""
    cells = [
        ("stamnr", str(person.number)),
        *name_cells(person, "parts"),
        ("klas", person.school_class),
        ("studie", person.opleiding),
    ]
    return Line(person.human, person.human, tuple(cells))


def clean_school(seed: int, pupils: int, layout: Layout) -> School:
    """Invent a school in which every pupil has one account and nothing is wrong."""
    humans = new_humans(Random(seed), pupils)
    return School(
        seed=seed,
        layout=layout,
        humans=humans,
        magister=tuple(magister_line(person, layout) for person in humans),
        legacy=tuple(legacy_line(person, layout) for person in humans),
        control=tuple(control_line(person) for person in humans) if layout.has_control else (),
    )
