"""Ways to plant a defect in a school of which the truth is known: a makers' shop, the list is in `defects`.

It plants and expects nothing of the program. `School.hard` are the humans a person may have to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from tests.model.people import legacy_line, name_cells, new_guid
from tests.model.truth import Damage, Human, School, Side

Change = Callable[[str, Random], str]
Defect = Callable[[School, Random], School | None]
"""Returns the school with the defect, or None when the school has no room for it."""

_COMBINED: Final = 0.3  # the share of defects that may fall on a pupil who has one


def _pick(school: School, random: Random, count: int = 1) -> tuple[Human, ...] | None:
    """Choose pupils who stand in both files; now and then one in whom another defect was planted already."""
    both = school.in_both()
    free = [human for human in both if human not in school.hard]
    pool = both if random.random() < _COMBINED or len(free) < count else free
    return tuple(school.humans[human] for human in random.sample(pool, count)) if len(pool) >= count else None


def _hard(school: School, *people: Human) -> School:
    return replace(school, hard=school.hard | {person.human for person in people})


def rewrite(side: Side, column: str, change: Change, *, is_hard: bool) -> Defect:
    """Make a defect that rewrites one cell of one pupil in one file."""

    def plant(school: School, random: Random) -> School | None:
        picked = _pick(school, random)
        if picked is None or not school.has_column(side, column):
            return None
        person = picked[0]
        text = next(line.cell(column) for line in school.lines(side) if line.human == person.human)
        changed = change(text, random)
        if changed == text:
            return None
        school = school.with_changed(side, person.human, **{column: changed})
        return _hard(school, person) if is_hard else school

    return plant


def break_record(side: Side, damage: Damage) -> Defect:
    """Make a defect that leaves one record unreadable."""

    def plant(school: School, random: Random) -> School | None:
        picked = _pick(school, random)
        if picked is None:
            return None
        lines = tuple(
            replace(line, damage=damage) if line.human == picked[0].human else line
            for line in school.lines(side)
        )
        return _hard(school.with_lines(side, lines), picked[0])

    return plant


def take_from_another(side: Side, *columns: str, is_padded: bool = False) -> Defect:
    """Make a defect that gives one pupil the key of another in the same file."""

    def plant(school: School, random: Random) -> School | None:
        picked = _pick(school, random, 2)
        if picked is None or not all(school.has_column(side, column) for column in columns):
            return None
        source = next(line for line in school.lines(side) if line.human == picked[0].human)
        cells = {column: ("00" if is_padded else "") + source.cell(column) for column in columns}
        return _hard(school.with_changed(side, picked[1].human, **cells), *picked)

    return plant


def exchange(side: Side, *columns: str) -> Defect:
    """Make a defect in which two pupils of one file have each other's key."""

    def plant(school: School, random: Random) -> School | None:
        picked = _pick(school, random, 2)
        if picked is None or not all(school.has_column(side, column) for column in columns):
            return None
        first, second = (
            next(line for line in school.lines(side) if line.human == person.human) for person in picked
        )
        school = school.with_changed(side, first.human, **{column: second.cell(column) for column in columns})
        school = school.with_changed(side, second.human, **{column: first.cell(column) for column in columns})
        return _hard(school, *picked)

    return plant


def copy_record(side: Side) -> Defect:
    """Make a defect in which one record was delivered twice, equal in every column."""

    def plant(school: School, random: Random) -> School | None:
        picked = _pick(school, random)
        if picked is None:
            return None
        copies = tuple(line for line in school.lines(side) if line.human == picked[0].human)[:1]
        return school.with_lines(side, school.lines(side) + copies)

    return plant


def enrol_twice(school: School, random: Random) -> School | None:
    """Plant a pupil who stands in Magister once per class; all ids are equal."""
    picked = _pick(school, random)
    if picked is None or not school.has_column("magister", "klas"):
        return None
    line = next(line for line in school.magister if line.human == picked[0].human)
    return school.with_lines("magister", (*school.magister, line.with_cells(klas="1X")))


def change_class(school: School, random: Random) -> School | None:
    """Plant a pupil who went up a class after the accounts were made."""
    picked = _pick(school, random)
    return None if picked is None else school.with_changed("legacy", picked[0].human, klas="1C")


def vary_name(school: School, random: Random) -> School | None:
    """Plant another way to write the same name: capitals, no accents, or the initial only."""
    picked = _pick(school, random)
    if picked is None or school.layout.legacy_names == "none":
        return None
    person = picked[0]
    plain = {"é": "e", "ë": "e", "Ö": "O", "ö": "o", "ü": "u", "ú": "u", "ñ": "n"}
    style = random.choice(("capitals", "accents", "initial"))
    if style == "capitals":
        person = replace(
            person, first=person.first.upper(), middle=person.middle.upper(), last=person.last.upper()
        )
    elif style == "accents":
        table = str.maketrans(plain)
        person = replace(person, first=person.first.translate(table), last=person.last.translate(table))
    else:
        person = replace(person, first=f"{person.first[0]}.")
    cells = dict(name_cells(person, school.layout.legacy_names))
    return school.with_changed("legacy", person.human, **cells)


def share_email(school: School, random: Random) -> School | None:
    """Plant brothers and sisters whose accounts were made with one e-mail address."""
    picked = _pick(school, random, 2)
    if picked is None:
        return None
    for person in picked:
        school = school.with_changed("legacy", person.human, email="ouders@thuis.example")
    return school


def leave(side: Side) -> Defect:
    """Make a defect in which a pupil is missing from one file: gone, or new."""

    def plant(school: School, random: Random) -> School | None:
        picked = _pick(school, random)
        if picked is None:
            return None
        left = school.with_lines(
            side, tuple(line for line in school.lines(side) if line.human != picked[0].human)
        )
        if side == "magister":
            control = tuple(line for line in left.control if line.human != picked[0].human)
            left = left.with_lines("control", control)
        # A school that loses its last pupils delivers an empty file, and that is refused.
        return left if len(left.lines(side)) > 1 else None

    return plant


def _with_number(school: School, person: Human, number: str) -> School:
    """Give a pupil another number in Magister; the control list comes from Magister and follows."""
    school = school.with_changed("magister", person.human, stamnr=number)
    return school.with_changed("control", person.human, stamnr=number)


def reuse_number(school: School, random: Random) -> School | None:
    """Plant a new pupil who was given the number of a pupil who left."""
    picked = _pick(school, random, 2)
    if picked is None or not school.has_column("legacy", "stamnr"):
        return None
    gone, new = picked
    school = leave_both(school, gone=gone, new=new)
    return _hard(_with_number(school, new, str(gone.number)), gone, new)


def leave_both(school: School, *, gone: Human, new: Human) -> School:
    """Take one pupil out of Magister and the other out of the accounts."""
    school = school.with_lines(
        "magister", tuple(line for line in school.magister if line.human != gone.human)
    )
    school = school.with_lines("control", tuple(line for line in school.control if line.human != gone.human))
    return school.with_lines("legacy", tuple(line for line in school.legacy if line.human != new.human))


def renumber(school: School, random: Random) -> School | None:
    """Plant a pupil who has another number in Magister than when the account was made."""
    picked = _pick(school, random)
    if picked is None or not school.has_column("legacy", "stamnr"):
        return None
    return _hard(_with_number(school, picked[0], str(picked[0].number + 3)), picked[0])


def second_account(school: School, random: Random) -> School | None:
    """Plant a pupil with two accounts on one number; only a person knows which holds the results."""
    picked = _pick(school, random)
    if picked is None or school.layout.account_key == "none":
        return None
    line = next(line for line in school.legacy if line.human == picked[0].human)
    twin = replace(line.with_cells(numoid=f"N{8000 + line.human}", gebruikersnaam=f"tweede{line.human}"))
    twin = replace(twin, account=1000 + line.human)
    return _hard(school.with_lines("legacy", (*school.legacy, twin)), picked[0])


def employ(*, on_pupil_number: bool) -> Defect:
    """Make a defect: a teacher's account, known by its role, with a number of its own or a pupil's."""

    def plant(school: School, random: Random) -> School | None:
        picked = _pick(school, random)
        if picked is None or not school.layout.has_role:
            return None
        human = len(school.humans)
        number = picked[0].number if on_pupil_number else 99_000 + human
        teacher = Human(human, number, 60_000 + human, new_guid(random), "Wiebe", "", "Hoekstra", "", "")
        if not school.has_column("legacy", "stamnr"):
            return None
        line = replace(legacy_line(teacher, school.layout), is_staff=True).with_cells(
            rol="docent", externeid=""
        )
        school = replace(school, humans=(*school.humans, teacher), legacy=(*school.legacy, line))
        return _hard(school, teacher, picked[0]) if on_pupil_number else _hard(school, teacher)

    return plant
