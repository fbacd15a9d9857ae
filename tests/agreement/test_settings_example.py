"""The example of the settings tells a school every setting there is, and nothing that is not true.

It holds no list of settings of its own: what is known comes from the settings themselves.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from etl.config import RunConfig, build_config, list_keys, load_config

EXAMPLE: Final = Path(__file__).parents[2] / "settings.example.toml"
# "#key" is a setting that may be switched on; "# words" is an explanation.
SWITCHED_OFF: Final = re.compile(r"^#(?=\S)", flags=re.MULTILINE)
# Their keys are columns of a file, so they end the list of settings.
FREE_TABLES: Final = ("magister.headings", "legacy.headings", "control.headings")


def written() -> str:
    """Return the example as it stands."""
    return EXAMPLE.read_text(encoding="utf-8")


def with_everything_on() -> str:
    """Return the example with every switched-off setting in use."""
    return SWITCHED_OFF.sub("", written())


def keys_of(table: dict[str, Any], prefix: str = "") -> set[str]:
    """Return the settings in a table, with dots."""
    keys = set()
    for name, value in table.items():
        key = f"{prefix}{name}"
        keys.add(key)
        if key in FREE_TABLES:
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                keys |= keys_of(inner, f"{key}.")
    return keys


def test_the_example_as_it_stands_changes_nothing() -> None:
    assert load_config(EXAMPLE) == RunConfig()


def test_every_setting_can_be_switched_on_at_once() -> None:
    config = build_config(tomllib.loads(with_everything_on()))
    assert config.school.brin == "99XX"
    assert [rule.column for rule in config.opleiding.rules] == ["klas", "opleiding"]
    assert config.magister.headings
    assert config.legacy.headings
    assert config.control.headings


def test_every_setting_there_is_stands_in_the_example_and_no_other() -> None:
    assert keys_of(tomllib.loads(with_everything_on())) == set(list_keys())


def single_switches() -> list[str]:
    """Return the example once per switched-off part, with only that part in use."""
    lines = written().splitlines()
    parts: list[list[int]] = []
    for number, line in enumerate(lines):
        if not SWITCHED_OFF.match(line):
            continue
        # The keys of a list of tables belong to the table above them.
        is_inside = bool(parts) and parts[-1][-1] == number - 1 and lines[parts[-1][0]].startswith("#[[")
        if is_inside and not line.startswith("#["):
            parts[-1].append(number)
        else:
            parts.append([number])
    return [
        "\n".join(line[1:] if number in part else line for number, line in enumerate(lines)) for part in parts
    ]


def test_each_setting_can_be_switched_on_alone() -> None:
    texts = single_switches()
    assert len(texts) > len(FREE_TABLES)
    for text in texts:
        assert build_config(tomllib.loads(text)) != RunConfig()


def test_every_setting_is_explained_above_it() -> None:
    lines = written().splitlines()
    for number, line in enumerate(lines):
        is_default = re.match(r"[a-z_]+ = ", line)
        if is_default:
            assert lines[number - 1].startswith("# "), line
