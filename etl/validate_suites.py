"""Read the suites of checks in `expectations/`: per table which checks there are, and how serious each is.

It refuses a suite it does not fully understand, because a check that is skipped looks like a check that passed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any, Final

from etl.errors import ConfigError
from etl.paths import shipped_folder

SEVERITIES: Final = ("critical", "warning")
QUERY_TYPE: Final = "unexpected_rows_expectation"
COMPOUND_TYPE: Final = "expect_compound_columns_to_be_unique"

# Only types that a test has seen fail on DuckDB: of another one nobody knows whether it can.
EXPECTATION_TYPES: Final = frozenset(
    {
        QUERY_TYPE,
        "expect_table_row_count_to_be_between",
        COMPOUND_TYPE,
        "expect_column_values_to_be_unique",
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_be_null",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_be_between",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_not_match_regex",
        "expect_column_value_lengths_to_equal",
        "expect_column_pair_values_to_be_equal",
    }
)
# Of these, one that finds nothing in the records of several schools finds nothing in those of any of them: each looks
# at one record, or for two that are the same.
_BY_RECORD: Final = EXPECTATION_TYPES - {QUERY_TYPE, "expect_table_row_count_to_be_between"}

# What may name a failing record: the file and the record number. Nothing of a pupil.
ROW_COLUMNS: Final = ("source", "source_row", "magister_row", "legacy_row")

_CODE: Final = re.compile(r"CHECK(-[A-Z0-9]+)+")
_TABLE: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation with its code, its severity and its title in both languages."""

    code: str
    type: str
    kwargs: Mapping[str, object]
    severity: str
    title_nl: str
    title_en: str
    row_columns: tuple[str, ...]
    is_per_school: bool = False  # of a query, as its suite says

    @property
    def holds_in_parts(self) -> bool:
        """Whether it holds for each school when it holds for the records of several schools together."""
        if self.type == QUERY_TYPE:
            return self.is_per_school
        return self.type in _BY_RECORD and "mostly" not in self.kwargs


@dataclass(frozen=True, slots=True)
class Suite:
    """The checks of one table, in the order of the file."""

    table: str
    checks: tuple[Check, ...]
    file_name: str = ""

    def only(self, wanted: Callable[[Check], bool]) -> Suite:
        """Return the suite with some of its checks, or with none."""
        return replace(self, checks=tuple(check for check in self.checks if wanted(check)))


def suites_folder() -> Path:
    """Return the folder of the suites: `expectations/` of a checkout, or the copy inside the installed package."""
    return shipped_folder("expectations")


def load_suites(folder: Path | None = None) -> tuple[Suite, ...]:
    """Read every suite of a folder, in the order of the file names.

    Errors:  ConfigError CHECKS-SUITES-MISSING when there is none; CHECKS-SUITE-BROKEN with the file and the place
             in it when a part is missing, unknown or not allowed, or a code stands twice.
    """
    where = suites_folder() if folder is None else folder
    paths = sorted(where.glob("*.json"))
    if not paths:
        raise ConfigError("CHECKS-SUITES-MISSING", folder=where.name)
    suites: list[Suite] = []
    codes: set[str] = set()
    for path in paths:
        suite = _read_suite(path)
        for number, check in enumerate(suite.checks):
            if check.code in codes:
                raise _broken(path, f"expectations[{number}].meta.code")
            codes.add(check.code)
        suites.append(suite)
    return tuple(suites)


def _broken(path: Path, problem: str) -> ConfigError:
    # The problem is a place in the file, not a sentence: it reads the same in every language.
    return ConfigError("CHECKS-SUITE-BROKEN", file=path.name, problem=problem)


def _read_suite(path: Path) -> Suite:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise _broken(path, "utf-8") from None
    except json.JSONDecodeError as error:
        raise _broken(path, f"JSON:{error.lineno}:{error.colno}") from None
    if not isinstance(data, dict) or set(data) != {"name", "expectations", "meta"}:
        raise _broken(path, "name, expectations, meta")
    meta, expectations = data["meta"], data["expectations"]
    if not isinstance(meta, dict) or not set(meta) <= {"table", "row_columns"}:
        raise _broken(path, "meta")
    table = meta.get("table")
    if not isinstance(table, str) or not _TABLE.fullmatch(table) or table != path.stem:
        raise _broken(path, "meta.table")
    if data["name"] != table:
        raise _broken(path, "name")
    if not isinstance(expectations, list) or not expectations:
        raise _broken(path, "expectations")
    row_columns = _read_row_columns(path, "meta.row_columns", meta.get("row_columns", ["source_row"]))
    checks = tuple(_read_check(path, number, entry, row_columns) for number, entry in enumerate(expectations))
    return Suite(table=table, checks=checks, file_name=path.name)


def _read_row_columns(path: Path, place: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(column in ROW_COLUMNS for column in value):
        raise _broken(path, place)
    return tuple(value)


def _read_check(path: Path, number: int, entry: Any, row_columns: tuple[str, ...]) -> Check:
    place = f"expectations[{number}]"
    if not isinstance(entry, dict) or set(entry) != {"type", "kwargs", "severity", "meta"}:
        raise _broken(path, place)
    kind, kwargs, severity, meta = entry["type"], entry["kwargs"], entry["severity"], entry["meta"]
    if not isinstance(kind, str) or kind not in EXPECTATION_TYPES:
        raise _broken(path, f"{place}.type")
    if not isinstance(kwargs, dict):
        raise _broken(path, f"{place}.kwargs")
    if kind == QUERY_TYPE and not _is_query(kwargs.get("unexpected_rows_query")):
        raise _broken(path, f"{place}.kwargs.unexpected_rows_query")
    if severity not in SEVERITIES:
        raise _broken(path, f"{place}.severity")
    if not isinstance(meta, dict) or not set(meta) <= {
        "code",
        "title_nl",
        "title_en",
        "row_columns",
        "per_school",
    }:
        raise _broken(path, f"{place}.meta")
    code = meta.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _broken(path, f"{place}.meta.code")
    for title in ("title_nl", "title_en"):
        if not isinstance(meta.get(title), str) or not meta[title].strip():
            raise _broken(path, f"{place}.meta.{title}")
    is_per_school = meta.get("per_school", False)
    # The other types are known to be, or not.
    if not isinstance(is_per_school, bool) or (is_per_school and kind != QUERY_TYPE):
        raise _broken(path, f"{place}.meta.per_school")
    if "row_columns" in meta:
        row_columns = _read_row_columns(path, f"{place}.meta.row_columns", meta["row_columns"])
    return Check(
        code=code,
        type=kind,
        kwargs=kwargs,
        severity=severity,
        title_nl=meta["title_nl"],
        title_en=meta["title_en"],
        row_columns=row_columns,
        is_per_school=is_per_school,
    )


def _is_query(query: Any) -> bool:
    # Without {batch} Great Expectations prints a warning on the screen; any other field breaks it later.
    if not isinstance(query, str):
        return False
    try:
        fields = {name for _, name, _, _ in Formatter().parse(query) if name is not None}
    except ValueError:
        return False
    return fields == {"batch"}
