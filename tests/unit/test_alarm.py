"""Does the alarm go off for another school's files, and stay silent for one school with a few odd records?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from etl.alarm import check_right_files, list_realms
from etl.config import RunConfig, build_config
from etl.engines.duckdb import DuckDBEngine
from etl.errors import InputError

NAMES = {"magister": "m.csv", "legacy": "l.csv"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(tmp_path_factory.mktemp("alarm"), threads=1)
    yield engine
    engine.close()


def alarm(
    engine: DuckDBEngine,
    config: RunConfig | None = None,
    *,
    realms: dict[str, int] | None = None,
    defects: dict[str, int] | None = None,
    account_defects: dict[str, int] | None = None,
    pupils: int = 0,
    places: tuple[dict[str, int], dict[str, int]] = ({}, {}),
    numbers: tuple[int, int, int] = (0, 0, 0),
    ids: tuple[int, int, int] = (0, 0, 0),
) -> InputError | None:
    """Return the alarm for a school in figures, or None. `numbers` and `ids` count the keys that stand in the
    Magister file only, in the old file only, and in both."""
    rows = [(f"7@{realm}", None) for realm, count in (realms or {}).items() for _ in range(count)]
    rows += [(None, defect) for defect, count in (defects or {}).items() for _ in range(count)]
    rows += [(None, None)] * pupils
    connection = engine.connection
    connection.execute(
        "create or replace table magister_rows"
        " (realmid_key varchar, defect varchar, stamnr varchar, school varchar, source_row bigint)"
    )
    connection.executemany(
        "insert into magister_rows (realmid_key, defect, stamnr) values (?, replace(?, 'spoiled', 'stamnr_form'), ?)",
        [(*row, "1,1E+05" if row[1] == "spoiled" else "A1") for row in rows or [(None, None)]],
    )
    accounts = [(defect,) for defect, count in (account_defects or {}).items() for _ in range(count)]
    connection.execute(
        "create or replace table legacy_rows (defect varchar, stamnr varchar, school varchar, source_row bigint)"
    )
    connection.executemany("insert into legacy_rows (defect) values (?)", accounts or [(None,)])
    connection.execute(
        "create or replace table file_rows as select 'magister' as source from magister_rows"
        " union all select 'legacy' from legacy_rows"
    )
    # Without stand-ins: every record speaks for itself.
    connection.execute(
        "create or replace table stand_ins (school varchar, magister_row bigint, legacy_row bigint, pairs bigint)"
    )
    connection.execute(
        "create or replace table matched_pupils (school varchar, magister_row bigint, is_by_externeid boolean)"
    )
    for table, given in zip(("raw_magister", "raw_legacy"), places, strict=True):
        connection.execute(f"create or replace table {table} (vestiging varchar)")
        cells = [(place,) for place, count in given.items() for _ in range(count)]
        connection.executemany(f"insert into {table} values (?)", cells or [(None,)])
    keys = []
    for kind, (only_magister, only_legacy, both) in (("stamnr", numbers), ("externeid", ids)):
        keys += [(kind, 1, 0)] * only_magister + [(kind, 0, 1)] * only_legacy + [(kind, 1, 1)] * both
    connection.execute(
        "create or replace table key_groups (kind varchar, magister_records bigint, legacy_records bigint)"
    )
    if keys:
        connection.executemany("insert into key_groups values (?, ?, ?)", keys)
    try:
        check_right_files(engine, config or RunConfig(), NAMES)
    except InputError as error:
        return error
    return None


def code_of(error: InputError | None) -> str | None:
    return error.code if error else None


@pytest.mark.parametrize(
    ("realms", "expected"),
    [
        ({"atlas.test": 500}, None),
        ({"atlas.test": 500, "elders.test": 2}, None),
        ({"atlas.test": 500, "elders.test": 10}, None),
        ({"atlas.test": 500, "elders.test": 11}, "ALARM-REALM-SEVERAL"),
        ({"atlas.test": 20, "elders.test": 3}, "ALARM-REALM-SEVERAL"),
    ],
)
def test_a_second_realm_is_a_second_school_but_a_stray_pupil_is_not(
    engine: DuckDBEngine, realms: dict[str, int], expected: str | None
) -> None:
    assert code_of(alarm(engine, realms=realms)) == expected


def test_a_school_in_which_no_pupil_has_a_login_shows_no_realm(engine: DuckDBEngine) -> None:
    assert alarm(engine, pupils=5, numbers=(0, 0, 5)) is None
    assert list_realms(engine) == []


def test_several_realms_that_the_settings_name_are_right(engine: DuckDBEngine) -> None:
    config = build_config({"school": {"realms": ["Atlas.test", "elders.test"]}})
    assert alarm(engine, config, realms={"atlas.test": 20, "elders.test": 20}) is None


def test_a_realm_that_the_settings_do_not_name_is_another_school(engine: DuckDBEngine) -> None:
    error = alarm(engine, build_config({"school": {"realms": ["atlas.test"]}}), realms={"elders.test": 30})
    assert error is not None
    assert error.code == "ALARM-REALM-OTHER"
    assert error.fields == {"file": "m.csv", "records": 30, "total": 30, "realms": 1}


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (({"99XX": 10, "99XX01": 5}, {"99 xx": 10}), None),
        (({"Noord": 10}, {"Zuid": 10}), None),
        (({"98YY": 5, "99XX": 6}, {}), None),
        (({"98YY": 6, "99XX": 5}, {}), "ALARM-BRIN"),
        (({}, {"98YY00": 10}), "ALARM-BRIN"),
    ],
)
def test_the_brin_numbers_must_mostly_be_the_schools_own(
    engine: DuckDBEngine, places: tuple[dict[str, int], dict[str, int]], expected: str | None
) -> None:
    assert code_of(alarm(engine, build_config({"school": {"brin": "99XX"}}), places=places)) == expected
    assert alarm(engine, places=places) is None


@pytest.mark.parametrize(
    ("defects", "pupils", "expected"),
    [
        ({"realm_differs": 4}, 6, None),
        ({"realm_differs": 5}, 250, None),
        ({"realm_differs": 5}, 200, "ALARM-SHEARED"),
        ({"stamnr_form": 4, "externeid_form": 5}, 0, None),
        ({"stamnr_form": 5, "externeid_form": 5}, 10, None),
        ({"stamnr_form": 5, "externeid_form": 6}, 10, "ALARM-DAMAGED"),
        ({"stamnr_form": 10}, 10, None),
        ({"externeid_form": 9}, 30, None),
        ({"externeid_form": 10}, 190, None),
        ({"externeid_form": 10}, 189, "ALARM-DAMAGED"),
        ({"stamnr_form": 10}, 189, None),
        ({"spoiled": 5, "externeid_form": 5}, 189, "ALARM-DAMAGED"),
        ({"stamnr_blank": 90}, 10, None),
    ],
)
def test_a_few_bad_records_are_set_aside_but_a_bad_file_is_sent_back(
    engine: DuckDBEngine, defects: dict[str, int], pupils: int, expected: str | None
) -> None:
    assert code_of(alarm(engine, defects=defects, pupils=pupils)) == expected


def test_a_school_that_cannot_export_again_can_allow_more_damage(engine: DuckDBEngine) -> None:
    config = build_config({"limits": {"damaged_share": 0.1}})
    assert alarm(engine, config, defects={"externeid_form": 10}, pupils=90) is None
    assert code_of(alarm(engine, config, defects={"externeid_form": 10}, pupils=89)) == "ALARM-DAMAGED"


def test_an_old_file_without_numbers_left_is_damaged_too(engine: DuckDBEngine) -> None:
    error = alarm(engine, account_defects={"stamnr_form": 10})
    assert error is not None
    assert (error.code, error.fields["file"]) == ("ALARM-DAMAGED", "l.csv")


def test_files_without_any_usable_number_meet_nowhere(engine: DuckDBEngine) -> None:
    assert alarm(engine, pupils=4, account_defects={"stamnr_blank": 4}) is None
    assert code_of(alarm(engine, pupils=5, account_defects={"stamnr_blank": 5})) == "ALARM-OVERLAP"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0, 0, 0), None),
        ((4, 4, 0), None),
        ((5, 5, 0), "ALARM-OVERLAP"),
        ((8, 8, 1), None),
        ((90, 9, 1), "ALARM-OVERLAP"),
        ((90, 8, 2), None),
        ((900, 0, 100), None),
    ],
)
def test_too_few_pupils_in_both_files_is_another_school_or_year(
    engine: DuckDBEngine, numbers: tuple[int, int, int], expected: str | None
) -> None:
    assert code_of(alarm(engine, numbers=numbers)) == expected


def test_one_kind_of_key_that_fits_is_enough(engine: DuckDBEngine) -> None:
    assert alarm(engine, numbers=(50, 50, 0), ids=(0, 0, 40)) is None
    assert code_of(alarm(engine, numbers=(50, 50, 0), ids=(40, 40, 0))) == "ALARM-OVERLAP"


def test_the_overlap_alarm_can_be_lowered_and_put_off(engine: DuckDBEngine) -> None:
    lower = build_config({"limits": {"minimum_overlap": 0.1}})
    off = build_config({"limits": {"minimum_overlap": 0}})
    assert alarm(engine, lower, numbers=(90, 9, 1)) is None
    assert alarm(engine, off, numbers=(90, 90, 0)) is None
