"""A model of the application that receives the import file: accounts with results, upsert on external id.

It knows no school, no file and no rule of linking; it does what it is told, as the real one would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Account:
    """One account; its results are those of `owner`, whatever id it carries."""

    account: int
    owner: int
    externeid: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One pupil in the Magister import: the human who logs in, and the id that Magister sends for it."""

    human: int
    externeid: str


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Who sees which results when the Magister import is done.

    `keeps` see their own, `sees_another` see those of another human, `starts_empty` got a new account.
    """

    keeps: frozenset[int]
    sees_another: frozenset[int]
    starts_empty: frozenset[int]


def set_ids(accounts: Iterable[Account], ids: Mapping[int, str]) -> tuple[Account, ...]:
    """Read the import file: give accounts the id that the file has for them; the others stay as they are."""
    return tuple(
        replace(account, externeid=ids[account.account]) if account.account in ids else account
        for account in accounts
    )


def import_pupils(accounts: Iterable[Account], arrivals: Iterable[Arrival]) -> Afterwards:
    """Import every pupil of Magister: into each account that carries its id, else into a new one.

    An id on two accounts reaches both: the worst that can happen is what is counted.
    """
    owners: dict[str, set[int]] = {}
    for account in accounts:
        if account.externeid is not None:
            owners.setdefault(account.externeid, set()).add(account.owner)
    keeps, another, empty = set(), set(), set()
    for arrival in arrivals:
        reached = owners.get(arrival.externeid, set())
        if not reached:
            empty.add(arrival.human)
        if arrival.human in reached:
            keeps.add(arrival.human)
        if reached - {arrival.human}:
            another.add(arrival.human)
    return Afterwards(frozenset(keeps), frozenset(another), frozenset(empty))
