"""Every table of a run is the same on either road: by stand-ins, or with every record going through the rules itself.

And so it is with clean files that the engine reads itself, or that are read with care. Whether it is right is asked
elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.config import RunConfig, build_config
from tests.model.defects import DEFECTS
from tests.model.delivered import PLAIN, Shape, file_bytes, shapes
from tests.model.people import MOST_HUMANS
from tests.model.roads import Table, tables_by
from tests.model.runner import examples
from tests.model.schools import make_school, schools
from tests.model.truth import Layout, School

CONFIGS = (
    RunConfig(),
    build_config(
        {"scope": {"left_before": "2026-08-01", "locations": ["Noord"]}, "limits": {"minimum_overlap": 0}}
    ),
    build_config({"school": {"realms": ["lyceum.example"]}, "magister": {"realm_required": False}}),
)


def check_same(one: Mapping[str, Table], other: Mapping[str, Table]) -> None:
    """Compare table by table, so that a difference names its table."""
    assert one.keys() == other.keys()
    for table, (columns, rows) in one.items():
        assert other[table][0] == columns, f"{table} has other columns"
        assert other[table][1] == rows, f"{table} has other rows"


CLEAN = st.builds(
    Shape,
    delimiter=st.sampled_from((";", ",", "\t", "|")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig")),
    line_end=st.sampled_from(("\n", "\r\n")),
    is_quoted=st.booleans(),
    has_last_line_end=st.booleans(),
)


AT_ONCE = 9
# Schools in which pupils are written alike in both files, as in the export that Magister makes for this.
ALIKE = (
    Layout(),
    Layout(magister_names="parts", legacy_names="parts", has_opleiding=True, has_role=True),
    Layout(
        magister_names="whole",
        legacy_names="whole",
        legacy_keys="both",
        account_key="login",
        has_braces=False,
    ),
    Layout(magister_names="parts", legacy_names="none", has_braces=False, account_key="none"),
)


@st.composite
def alike_schools(draw: st.DrawFn) -> School:
    """Draw a school with many pupils of a few classes, and defects."""
    seed = draw(st.integers(min_value=0, max_value=2**32))
    random = Random(seed)
    defects = random.choices(sorted(DEFECTS), k=draw(st.integers(min_value=0, max_value=8)))
    return make_school(seed, draw(st.sampled_from((12, 25, MOST_HUMANS))), defects, random.choice(ALIKE))


@given(
    school=alike_schools() | schools(most_defects=6),
    shape=CLEAN | shapes(),
    other=CLEAN | shapes(),
    config=st.sampled_from(CONFIGS),
)
@examples(10)
def test_every_table_is_the_same_on_either_road(
    school: School, shape: Shape, other: Shape, config: RunConfig
) -> None:
    files = file_bytes(school, "magister", shape), file_bytes(school, "legacy", other)
    long, said = tables_by(*files, config, is_clean=False, is_short=False)
    short, said_too = tables_by(*files, config, is_clean=True, is_short=True)
    check_same(long, short)
    for key in ("refused", "magister", "legacy"):
        assert said.get(key) == said_too.get(key)


@pytest.mark.parametrize("start", range(0, len(DEFECTS), AT_ONCE))
def test_every_defect_is_the_same_on_either_road(start: int) -> None:
    defects = sorted(DEFECTS)[start : start + AT_ONCE]
    school = make_school(start, MOST_HUMANS, defects, ALIKE[start // AT_ONCE % len(ALIKE)])
    files = file_bytes(school, "magister", PLAIN), file_bytes(school, "legacy", PLAIN)
    long, _ = tables_by(*files, is_clean=False, is_short=False)
    short, _ = tables_by(*files, is_clean=True, is_short=True)
    check_same(long, short)


@pytest.mark.parametrize("layout", ALIKE)
def test_most_pupils_of_a_school_have_a_stand_in_and_a_plain_file_is_clean(layout: Layout) -> None:
    school = make_school(7, MOST_HUMANS, (), layout)
    files = file_bytes(school, "magister", PLAIN), file_bytes(school, "legacy", PLAIN)
    _, said = tables_by(*files, is_clean=True, is_short=True)
    assert said["clean"] >= 1
    assert isinstance(said["spoken for"], int)
    assert said["spoken for"] > MOST_HUMANS / 2
