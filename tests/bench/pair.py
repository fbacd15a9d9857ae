"""Makes pairs of files to measure with: invented pupils, any number of them, the same bytes for the same seed.

Every row comes from its number by arithmetic and MD5 within DuckDB, so ten million take a minute; nobody in it exists.

Shares:  of the people 96 % are in both files and 2 % only in each; of the rows of a file 0.2 % repeat somebody's pupil
         number. Of the people in both, 0.5 % have another name and 3 % another class in the legacy file.
Run:     python -m tests.bench.pair FOLDER ROWS [--schools N] [--narrow] [--seed N]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

MAGISTER_NAME: Final = "magister.csv"
LEGACY_NAME: Final = "legacy.csv"
SEED: Final = 42

DOUBLE_SHARE: Final = 0.002
ONE_SIDE_SHARE: Final = 0.02
NAME_SHARE: Final = 0.005
CLASS_SHARE: Final = 0.03

FIRST_NUMBER: Final = 100_001  # of the pupil numbers: six digits up to some 900,000 pupils
MOST_GROUPS: Final = 99  # classes of one year and level; a school of ten million has large ones

FIRST_NAMES: Final = (
    "Aart Anouk Bas Bilal Bente Carlijn Casper Daan Dana Demi Dirk Elif Emma Esra Fatima Fenna Finn Floor Gijs "
    "Hamza Hanna Hidde Ilse Imane Isa Jasmijn Jelle Jesse Joost Julia Karim Kees Koen Lars Laura Lieke Lina Lotte "
    "Luuk Maud Max Meike Mehmet Mila Milan Nadia Niels Noor Nova Omar Pien Pim Rayan Robin Roos Ruben Sanne Sara "
    "Sem Stijn Tess Thijs Yara Youssef"
).split()
PREFIXES: Final = ("", "", "", "", "", "de", "van", "van der", "van den", "ten")
BEGINNINGS: Final = (
    "Acht Berk Bloem Bos Brand Brem Dijk Donker Eik Elzen Fel Gaar Geel Groen Haan Hage Heide Hof Hol Kamer "
    "Kanter Klein Klooster Koren Kraan Lage Lang Linde Maas Meer Molen Noord Oever Olden Ooster Pol Raven Riet "
    "Roden Ros Ruiter Schaap Sloten Smal Steen Turf Veen Velde Vlieger Voor Water Wester Wilgen Winter Wolfs Zand "
    "Zee Zilver Zonne Zuider"
).split()
MIDDLES: Final = (
    "",
    "en",
    "er",
    "el",
    "ing",
    "ert",
    "man",
    "beek",
    "laar",
    "hout",
    "wijk",
    "zaal",
    "mond",
    "land",
)
ENDINGS: Final = (
    "aar berg boom broek bruggen burg dam dorp haar hoek horst huis kamp kerk kuil maker meijer mans rade schot "
    "sma stra veld voort waard weg werf zoon"
).split()
# A level and how many years it has; the class of a pupil is year, level and group: 3GL2.
LEVELS: Final = {"BB": 4, "KB": 4, "GL": 4, "TL": 4, "HV": 5, "VW": 6}


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people of each kind a pair of `rows` a side has."""

    rows: int
    doubles: int  # a side
    people: int  # on both sides together
    both: int
    only: int  # a side


def make_plan(rows: int) -> Plan:
    """Return the counts; a side has exactly `rows` rows."""
    doubles = round(rows * DOUBLE_SHARE)
    side = rows - doubles
    people = round(side / (1 - ONE_SIDE_SHARE))
    return Plan(rows, doubles, people, both=2 * side - people, only=people - side)


def write_pair(
    folder: Path,
    rows: int,
    *,
    seed: int = SEED,
    school: int = 0,
    narrow: bool = False,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Plan:
    """Write magister.csv and legacy.csv of `rows` records each into the folder.

    Shape:   `;`, UTF-8, line end LF. Magister in the order of the numbers, legacy in another. Narrow leaves out names,
             addresses and the class, and so the differences in them.
    """
    plan = make_plan(rows)
    folder.mkdir(parents=True, exist_ok=True)
    connection = connection or _connect()
    realm = f"magis.school{school:04d}" if school else "magis.voorbeeldcollege"
    domain = f"school{school:04d}.example" if school else "voorbeeldcollege.example"
    magister = f"""
        select stamnr, 10000 + person as idgebr, externeid, (10000 + person) || '@{realm}' as realmid
            {"" if narrow else ", roepnaam, tussenvoegsel, achternaam, klas, leerjaar"}
        from ({_people_select(plan, "n", seed, school)}) where is_in_magister
    """
    names = "roepnaam, tussenvoegsel, legacy_achternaam as achternaam, legacy_klas as klas"
    legacy = f"""
        select stamnr, 7000000 + person as account_id, login as gebruikersnaam
            {"" if narrow else f", login || '@leerling.{domain}' as email, {names}"}
        from ({_people_select(plan, _shuffled("n", plan.people, seed + 3), seed, school)}) where is_in_legacy
    """
    for select, name in ((magister, MAGISTER_NAME), (legacy, LEGACY_NAME)):
        target = str(folder / name).replace("'", "''")
        connection.execute(f"copy ({select}) to '{target}' (header, delimiter ';')")
    return plan


def write_schools(folder: Path, pupils: int, schools: int, *, seed: int = SEED) -> list[Path]:
    """Write a folder per school with its pair; the schools have a quarter to nearly twice the mean size."""
    shares = [0.25 + 1.5 * ((school * 7919) % schools) / schools for school in range(schools)]
    sizes = [max(round(pupils * share / sum(shares)), 1) for share in shares]
    sizes[-1] += pupils - sum(sizes)
    connection = _connect()
    folders = [folder / f"school{number:04d}" for number in range(1, schools + 1)]
    for number, (one, rows) in enumerate(zip(folders, sizes, strict=True), start=1):
        write_pair(one, rows, seed=seed + number, school=number, connection=connection)
    return folders


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb  # only here: the bench takes names from this module and has to stay small

    return duckdb.connect()


def _people_select(plan: Plan, person: str, seed: int, school: int) -> str:
    """Return the SELECT of everybody, doubles last; `person` is the number of the person in row n."""
    groups = min(max(plan.rows // (sum(LEVELS.values()) * 25), 1), MOST_GROUPS)
    levels = [level for level in LEVELS for _ in range(LEVELS[level])]
    years = [year for level in LEVELS for year in range(1, LEVELS[level] + 1)]
    kinds = len(years)
    first_double = plan.people
    last_double = plan.people + 2 * plan.doubles
    return f"""
        with numbered as (
            select case when n < {first_double} then {person} else n end as person
            from range({last_double}) as numbers(n)
        )
        , placed as (
            select
                person
                -- Somebody's place in a shuffled list says what that person is: first those in both files.
                , case when person < {first_double} then {_shuffled("person", plan.people, seed)} end as role
                , case when person < {first_double} then {_shuffled("person", plan.people, seed + 1)} end as name_place
                , case when person < {first_double} then {_shuffled("person", plan.people, seed + 2)} end as class_place
                -- A double has the number of somebody who is in both files.
                , {FIRST_NUMBER} + case
                    when person < {first_double} then person
                    else {_found(f"(person - {first_double})", plan.people, seed)}
                end as stamnr
                , md5('{seed}:{school}:' || person) as hex
            from numbered
        )
        , drawn as (
            select
                *
                , ('0x' || left(hex, 8))::bigint as a
                , ('0x' || substr(hex, 9, 8))::bigint as b
                , ('0x' || substr(hex, 17, 8))::bigint as c
            from placed
        )
        , named as (
            select
                *
                , {_pick(FIRST_NAMES, "a")} as roepnaam
                , nullif({_pick(PREFIXES, "a // 64")}, '') as tussenvoegsel
                , {_pick(BEGINNINGS, "b")} as beginning
                , {_pick(BEGINNINGS, "b + 17")} as other_beginning
                , {_pick(MIDDLES, "b // 64")} as middle
                , {_pick(ENDINGS, "b // 1024")} as ending
                , {_pick(years, f"c % {kinds}")} as leerjaar
                , {_pick(levels, f"c % {kinds}")} as level
                , 1 + (c // {kinds}) % {groups} as class_group
            from drawn
        )
        select
            person
            , stamnr
            , upper(
                '{{' || left(hex, 8) || '-' || substr(hex, 9, 4) || '-4' || substr(hex, 14, 3) || '-8'
                || substr(hex, 18, 3) || '-' || right(hex, 12) || '}}'
            ) as externeid
            , lower(roepnaam) || '.' || ({FIRST_NUMBER} + person) as login
            , roepnaam
            , tussenvoegsel
            , beginning || middle || ending as achternaam
            , leerjaar
            , leerjaar || level || class_group as klas
            -- Half of the other names are spelled otherwise, half are another surname altogether.
            , case
                when name_place >= {NAME_SHARE} * {plan.people} or name_place is null
                    then beginning || middle || ending
                when name_place % 2 = 0 then beginning || middle || ending || 's'
                else other_beginning || 'en' || ending
            end as legacy_achternaam
            , leerjaar || level || (
                class_group + case when class_place < {CLASS_SHARE} * {plan.people} then 1 else 0 end
            ) as legacy_klas
            , case
                when role is null then person < {first_double + plan.doubles}
                else role < {plan.both + plan.only}
            end as is_in_magister
            , case
                when role is null then person >= {first_double + plan.doubles}
                else role < {plan.both} or role >= {plan.both + plan.only}
            end as is_in_legacy
        from named
    """


def _pick(words: Sequence[str] | Sequence[int], number: str) -> str:
    """Return the SQL that takes the word at a place that is drawn."""
    return f"({list(words)})[(({number}) % {len(words)})::int + 1]"


def _step(people: int, seed: int) -> int:
    """Return a step without a factor in common with the number of people: walking so, everybody is met once."""
    step = 1 + (seed * 2_654_435_761 + 1_618_033) % max(people, 1)
    while gcd(step, people) != 1:
        step += 1
    return step


def _shuffled(number: str, people: int, seed: int) -> str:
    """Return the SQL of where a person stands in a shuffled list."""
    return f"({number} * {_step(people, seed)} + {seed}) % {people}"


def _found(place: str, people: int, seed: int) -> str:
    """Return the SQL of who stands at a place of the shuffled list: the way back of `_shuffled`."""
    if people == 1:
        return "0"
    back = pow(_step(people, seed), -1, people)
    return f"(({place} - {seed} % {people} + {people}) * {back}) % {people}"


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("--schools", type=int, default=0)
    parser.add_argument("--narrow", action="store_true")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    if asked.schools:
        write_schools(asked.folder, asked.rows, asked.schools, seed=asked.seed)
    else:
        write_pair(asked.folder, asked.rows, seed=asked.seed, narrow=asked.narrow)


if __name__ == "__main__":
    main()
