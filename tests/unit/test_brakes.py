"""A brake holds its own kind of action when very much would change, and lets a small school go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl.brakes import NAMES, PROFILES, Brake, Counts, Override, brake_words, is_holding, judge_brakes
from etl.config import BrakeSettings
from etl.errors import ConfigError
from etl.texts import LANGUAGES

CALM = Counts(accounts=1000, candidates=100, archived=5, links=900, changed=675, previous_rate=0.95)


def states(counts: Counts, settings: BrakeSettings | None = None, *overrides: Override) -> dict[str, str]:
    brakes = judge_brakes(counts, settings or BrakeSettings(), overrides)
    assert tuple(brake.name for brake in brakes) == NAMES
    return {brake.name: brake.state for brake in brakes}


def test_up_to_its_limit_every_brake_is_free() -> None:
    assert set(states(CALM).values()) == {"free"}


@pytest.mark.parametrize(
    ("name", "one_more"),
    [
        ("archive", {"candidates": 101}),
        ("updates", {"changed": 676}),
        ("links", {"links": 899, "changed": 1}),
    ],
)
def test_one_more_than_the_limit_holds_that_brake_only(name: str, one_more: dict[str, int]) -> None:
    assert states(replace(CALM, **one_more)) == {
        other: "holding" if other == name else "free" for other in NAMES
    }


def test_a_brake_with_nothing_to_withhold_is_told_and_holds_nothing() -> None:
    counts = replace(CALM, candidates=500, archived=0)
    (archive, *_) = judge_brakes(counts, BrakeSettings())
    assert (archive.state, archive.withheld) == ("armed", 0)
    assert not is_holding([archive])


def test_a_small_school_is_not_stopped_by_a_few_pupils() -> None:
    small = Counts(accounts=12, candidates=10, archived=10, links=10, changed=10, previous_rate=1.0)
    assert set(states(small).values()) == {"free"}
    assert states(small, BrakeSettings(floor=0)) == {
        "archive": "holding",
        "updates": "holding",
        "links": "holding",
    }


def test_without_an_earlier_run_nothing_is_said_of_the_link_rate() -> None:
    assert states(replace(CALM, links=0, changed=0, previous_rate=None))["links"] == "free"


def test_at_the_start_of_a_school_year_a_year_may_leave_and_every_class_may_change() -> None:
    august = replace(CALM, candidates=300, links=650, changed=650)
    assert set(states(august).values()) == {"holding"}
    assert set(states(august, BrakeSettings(profile="roll_over")).values()) == {"free"}
    assert states(august, BrakeSettings(profile="roll_over", archive_share=0.1))["archive"] == "holding"


def test_each_profile_is_wider_than_the_usual_one_for_every_brake() -> None:
    usual = PROFILES["normal"]
    assert all(wide >= narrow for wide, narrow in zip(PROFILES["roll_over"], usual, strict=True))


def test_an_override_lets_go_of_its_own_brake_and_says_who_and_why() -> None:
    counts = replace(CALM, candidates=500, changed=800)
    archive, updates, _ = judge_brakes(
        counts, BrakeSettings(), [Override("archive", " A. de Boer ", "fusie")]
    )
    assert (archive.state, archive.by, archive.reason) == ("overridden", "A. de Boer", "fusie")
    assert updates.state == "holding"
    assert is_holding([archive, updates])
    assert not is_holding([archive, updates], "archive")


@pytest.mark.parametrize(
    ("override", "code"),
    [
        (Override("archive", "", "fusie"), "BRAKE-NOBODY"),
        (Override("archive", "A. de Boer", "  "), "BRAKE-NOBODY"),
        (Override("brake", "A. de Boer", "fusie"), "BRAKE-UNKNOWN"),
    ],
)
def test_an_override_without_who_or_why_is_refused(override: Override, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        judge_brakes(CALM, BrakeSettings(), [override])
    assert caught.value.code == code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["armed", "holding", "overridden"])
@pytest.mark.parametrize("name", NAMES)
def test_what_a_brake_did_has_words(language: str, state: str, name: str) -> None:
    words = brake_words(Brake(name, state, 1234, 2000, 200, 30, "A. de Boer", "fusie"), language)
    assert ("1.234" if language == "nl" else "1,234") in words
    assert ("A. de Boer" in words) == (state == "overridden")
