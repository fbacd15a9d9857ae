"""Schools to test with: made from a seed, or drawn by Hypothesis, with any defects planted in any order.

It keeps no school in which the files themselves give no way to see a wrong link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from random import Random
from typing import Final

from hypothesis import strategies as st

from tests.model.defects import DEFECTS
from tests.model.oracle import list_wrong
from tests.model.people import MOST_HUMANS, clean_school
from tests.model.truth import OTHER_REALM, AccountKey, Keys, Layout, Names, School

# Below six pupils one or two defects are half of the file, and "most of the file" says nothing any more.
FEWEST_PUPILS: Final = 6
MOST_PUPILS: Final = 16
MOST_STRANGE_REALMS: Final = 2
MOST_SHEARED: Final = 4

RICH: Final = Layout(
    magister_names="parts",
    legacy_names="whole",
    has_control=True,
    legacy_keys="both",
    has_opleiding=True,
    has_role=True,
    magister_width=6,
)
"""The layout in which every defect can be planted; ids and names both speak against a wrong link."""

LAYOUTS: Final = {
    "rich": RICH,
    # Numbers only: nothing but the names in the two files speaks against a wrong link.
    "named": Layout(magister_names="whole", legacy_names="parts", magister_width=6, has_extra=False),
    # The Magister file as it comes, without names; these stand in the control list.
    "listed": Layout(legacy_names="whole", has_control=True, account_key="login", legacy_width=8),
    # No names anywhere: what can be seen is seen by keys.
    "bare": Layout(legacy_names="none", legacy_keys="both", account_key="none", has_extra=False),
}


def list_single_defects(
    defects: Iterable[str], layouts: Sequence[str] = tuple(LAYOUTS)
) -> list[tuple[str, str]]:
    """List the layouts and defects of which a school can show that one defect."""
    return [
        (layout, defect)
        for layout in layouts
        for defect in sorted(defects)
        if make_single(layout, defect).planted
    ]


def make_single(layout: str, defect: str) -> School:
    """Invent a school of nine pupils with one defect."""
    return make_school(seed=11, pupils=9, defects=[defect], layout=LAYOUTS[layout])


def make_school(seed: int, pupils: int, defects: Sequence[str] = (), layout: Layout = RICH) -> School:
    """Invent one school with the named defects, as far as it has room for them.

    A defect that nothing in the files could contradict is left out, such as a number re-used while no file
    holds a name: `School.planted` says what was planted.
    """
    assert pupils <= MOST_HUMANS
    school = clean_school(seed, pupils, layout)
    for name in defects:
        # Its own dice, so that School.planted is enough to make the same school again.
        dice = Random(f"{seed} {len(school.planted)} {name}")
        changed = DEFECTS[name](school, dice)
        if changed is not None and not list_wrong(changed) and _is_one_school(changed):
            school = changed.with_planted(name)
    return school


def _is_one_school(school: School) -> bool:
    """Say whether the Magister file as a whole is still one school's, with its columns side by side.

    A file with many strange realms, or realms of other users, may be refused: then there is nothing to see.
    """
    local_and_realm = [line.cell("realmid").partition("@") for line in school.magister]
    strange = sum(realm == OTHER_REALM for _, _, realm in local_and_realm)
    sheared = sum(
        line.cell("idgebr") != local
        for line, (local, _, _) in zip(school.magister, local_and_realm, strict=True)
    )
    return strange <= MOST_STRANGE_REALMS and sheared <= MOST_SHEARED


def make_layout(random: Random) -> Layout:
    """Throw dice for what the files of a school look like."""
    names: tuple[Names, ...] = ("none", "whole", "parts")
    keys: tuple[Keys, ...] = ("number", "number", "both", "both", "externeid")
    account_keys: tuple[AccountKey, ...] = ("id", "login", "none")
    return Layout(
        magister_names=random.choice(names),
        legacy_names=random.choice(names),
        has_control=random.random() < 0.3,
        legacy_keys=random.choice(keys),
        has_opleiding=random.random() < 0.5,
        account_key=random.choice(account_keys),
        has_extra=random.random() < 0.5,
        has_role=random.random() < 0.5,
        magister_width=random.choice((0, 6)),
        legacy_width=random.choice((0, 8)),
        has_braces=random.random() < 0.5,
    )


@st.composite
def schools(draw: st.DrawFn, *, most_defects: int = 6) -> School:
    """Draw a school with planted defects; it shrinks to few pupils and few defects.

    Dice choose the defects: the lists that Hypothesis draws repeat a few names and leave out many.
    """
    seed = draw(st.integers(min_value=0, max_value=2**48))
    pupils = draw(st.integers(min_value=FEWEST_PUPILS + most_defects, max_value=MOST_PUPILS))
    is_kept = draw(st.lists(st.booleans(), min_size=most_defects, max_size=most_defects))
    random = Random(seed)
    layout = make_layout(random)
    names = random.choices(tuple(DEFECTS), k=most_defects)
    return make_school(seed, pupils, list(compress(names, is_kept)), layout)
