"""Are settings read as they stand, and is each wrong one named with what was probably meant?"""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from etl.config import RunConfig, build_config, list_keys, load_config, nearest_key
from etl.errors import ConfigError


def refused(content: dict[str, object]) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        build_config(content, file_name="school.toml")
    return caught.value


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "school.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_without_a_file_every_setting_has_its_default() -> None:
    assert load_config(None) == RunConfig()


def test_an_empty_file_is_a_valid_one(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, "")) == RunConfig()


def test_a_byte_order_mark_is_no_part_of_the_settings(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, '\ufefflanguage = "en"\n'))
    assert config.language == "en"


def test_each_part_of_the_settings_arrives_where_it_is_used(tmp_path: Path) -> None:
    config = load_config(
        written(
            tmp_path,
            """
            [school]
            name = "Het Atlas"
            brin = "99XX00"
            realms = ["atlas.test"]
            [magister]
            realm_required = false
            [legacy]
            delimiter = "\\t"
            encoding = "cp1252"
            [legacy.headings]
            stamnr = "Nr"
            [scope]
            locations = ["Noord"]
            [[opleiding.rules]]
            column = "klas"
            pattern = "[0-9]h"
            opleiding = "havo"
            [limits]
            minimum_overlap = 0.5
            [import]
            bom = true
            line_end = "lf"
            """,
        )
    )
    assert config.school.realms == ("atlas.test",)
    assert not config.magister.realm_required
    assert config.file_settings("legacy").headings == {"stamnr": "Nr"}
    assert config.file_settings("legacy").delimiter == "\t"
    assert config.file_settings("control").headings == {}
    assert config.scope.locations == ("Noord",)
    assert config.opleiding.rules[0].opleiding == "havo"
    assert config.limits.minimum_overlap == 0.5
    assert (config.import_file.bom, config.import_file.line_end) == (True, "lf")


def test_settings_cannot_change_during_a_run() -> None:
    with pytest.raises(ValidationError):
        RunConfig().school.name = "Elders"


@pytest.mark.parametrize(
    ("content", "key", "nearest"),
    [
        ({"skool": {}}, "skool", "school"),
        ({"school": {"brim": "99XX"}}, "school.brim", "school.brin"),
        ({"brin": "99XX"}, "brin", "school.brin"),
        ({"legacy": {"delimeter": ";"}}, "legacy.delimeter", "legacy.delimiter"),
        ({"opleiding": {"rules": [{"colum": "klas"}]}}, "opleiding.rules.0.colum", "opleiding.rules.column"),
        (
            {"magister": {"headings": {"externid": "x"}}},
            "magister.headings.externid",
            "magister.headings.externeid",
        ),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest_known_one(
    content: dict[str, object], key: str, nearest: str
) -> None:
    if "opleiding" in content:
        # The rule lacks its other keys too; the key that does not exist is what is asked about.
        content = {
            "opleiding": {"rules": [{"colum": "klas", "column": "klas", "pattern": "x", "opleiding": "havo"}]}
        }
    error = refused(content)
    assert error.code == "CONFIG-KEY-UNKNOWN"
    assert error.fields == {"file": "school.toml", "key": key, "nearest": nearest}


def test_a_key_like_nothing_at_all_gets_no_guess() -> None:
    assert refused({"qqqq": 1}).code == "CONFIG-KEY-STRANGE"
    assert nearest_key(("qqqq",)) is None


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"language": "fr"}, "language"),
        ({"school": {"brin": "99xx"}}, "school.brin"),
        ({"school": {"brin": "99XX0"}}, "school.brin"),
        ({"limits": {"minimum_overlap": 20}}, "limits.minimum_overlap"),
        ({"limits": {"maximum_file_mib": 0}}, "limits.maximum_file_mib"),
        ({"legacy": {"delimiter": "x"}}, "legacy.delimiter"),
        ({"import": {"encoding": "latin-1"}}, "import.encoding"),
        ({"magister": {"realm_required": "misschien"}}, "magister.realm_required"),
        (
            {"opleiding": {"rules": [{"column": "klas", "pattern": "(", "opleiding": "havo"}]}},
            "opleiding.rules.0.pattern",
        ),
        (
            {"opleiding": {"rules": [{"column": "klas", "pattern": "h", "opleiding": "h"}]}},
            "opleiding.rules.0.opleiding",
        ),
    ],
)
def test_a_value_out_of_form_is_refused_by_name(content: dict[str, object], key: str) -> None:
    error = refused(content)
    assert error.code == "CONFIG-VALUE"
    assert error.fields["key"] == key
    assert error.fields["problem"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"[school\n", "CONFIG-NO-TOML"), (b'[school]\nname = "Caf\xe9"\n', "CONFIG-ENCODING")],
)
def test_a_file_that_is_no_settings_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, content))
    assert caught.value.code == code
    assert caught.value.fields["file"] == "school.toml"


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert caught.value.code == "CONFIG-UNREADABLE"


def test_every_key_is_listed_once_under_the_name_people_write() -> None:
    keys = list_keys()
    assert len(keys) == len(set(keys))
    assert {"school.brin", "import.bom", "opleiding.rules.pattern", "limits.minimum_overlap"} <= set(keys)
    assert not [key for key in keys if "import_file" in key]
