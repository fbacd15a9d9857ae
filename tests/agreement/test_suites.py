"""Do the suites in expectations/ agree with the contract, and does each of their checks find what it is for?

The school has three invented pupils: 1 is linked to account 2, 2 is linked to account 1 and changed class, and
3 is held because its id is broken. Account 3 has no pupil. Every account and pupil stands in each table it should.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import etl
from etl import contract
from etl.validate import Check, Suite, check_tables, find_holding, load_suites
from etl.validate_suites import COMPOUND_TYPE, QUERY_TYPE

SUITES = load_suites()
CHECKS = {check.code: (suite, check) for suite in SUITES for check in suite.checks}
ONE = "1" * 32
TWO = "2" * 32

SCHOOL = f"""
create table run_parameters as select 'S' as school, 1 as run;
create table clean_magister as from (values
    ('S', 1, 2, '1001', '1001', '71', '71', '{ONE}', '{ONE}', '71@x.test', '71@x.test'),
    ('S', 2, 3, '1002', '1002', '72', '72', '{TWO}', '{TWO}', '72@x.test', '72@x.test'),
    ('S', 3, 4, '1003', '1003', '73', '73', 'broken', null, '73@x.test', '73@x.test')
) as t(school, source_row, line_number, stamnr, stamnr_key, idgebr, idgebr_key, externeid, externeid_key,
    realmid, realmid_key);
create table clean_legacy as from (values
    ('S', 1, 2, '1002', '1002', '{TWO}', '{TWO}'),
    ('S', 2, 3, '1001', '1001', null, null),
    ('S', 3, 4, '1009', '1009', null, null)
) as t(school, source_row, line_number, stamnr, stamnr_key, externeid, externeid_key);
create table matched_pupils as from (values ('S', 1, 2, false, true), ('S', 2, 1, true, true))
    as t(school, magister_row, legacy_row, is_by_externeid, is_by_stamnr);
create table decided_pupils as from (values
    ('S', 'magister', 1, 2, 'matched_exact', 'key_equal', 'exact', 2, true, false),
    ('S', 'magister', 2, 3, 'matched_changed', 'field_changed', 'repaired', 1, true, false),
    ('S', 'magister', 3, 4, 'quarantined', 'externeid_form', null, null, false, true),
    ('S', 'legacy', 1, 2, 'matched_changed', 'field_changed', 'repaired', 2, true, false),
    ('S', 'legacy', 2, 3, 'matched_exact', 'key_equal', 'exact', 1, true, false),
    ('S', 'legacy', 3, 4, 'only_in_legacy', 'no_pupil', null, null, false, false)
) as t(school, source, source_row, line_number, status, reason, basis, counterpart_row, is_linked, is_held);
create table classified_pupils as from decided_pupils;
create table accepted_decisions as from (values (null, null, null))
    as t(school, source, source_row) where school is not null;
create table field_differences as from (values ('S', 2, 1, 'klas', 'material', '3B', '2B'))
    as t(school, magister_row, legacy_row, field, kind, magister_value, legacy_value);
alter table field_differences add column cause varchar default 'year_turn';
create table login_readiness as from (values
    ('S', 1, true, null), ('S', 2, true, null), ('S', 3, false, 'externeid_form')
) as t(school, magister_row, is_ready, problem);
create table value_repairs as from (values
    ('S', 'legacy', 1, 2, 'stamnr', 'zeros', '01002', '1002'),
    ('S', 'legacy', 2, 3, 'stamnr', 'spaces', '1001 ', '1001')
) as t(school, source, source_row, line_number, column_name, repair, delivered, used);
create table import_ready as from (values
    ('S', 1, 2, '1002', '72', '{TWO}', '72@x.test', 'a1', 'vwo', 'matched_changed', 'repaired', '1002', '{TWO}'),
    ('S', 2, 1, '1001', '71', '{ONE}', '71@x.test', 'a2', 'vwo', 'matched_exact', 'exact', '1001', '{ONE}')
) as t(school, legacy_row, magister_row, stamnr, idgebr, externeid, realmid, account_id, opleiding, status, basis,
    stamnr_key, externeid_key);
create table worklist as
    select school, source, source_row, line_number, status, reason from decided_pupils where is_held;
create table status_counts as
    select school, source, status, count(*) as records from decided_pupils group by all
    union all select 'S', 'legacy', 'suggested', 0;
create table record_counts as
    select school, source, count(*) as counted, count(*) as counted_again, count(*) as with_status
    from decided_pupils group by all;
"""

# code → (the change that breaks it, what is listed)
ADD_FIVE = (
    "insert into decided_pupils"
    " select 'S', 'legacy', i, i, 'only_in_legacy', 'no_pupil', null, null, false, false from range(4, 9) as numbers(i)"
)
TWICE = "insert into {0} from (select * from {0} limit 1)"
PLANTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "CHECK-MAGISTER-PLACE": ("update clean_magister set line_number = null where source_row = 2", ("2",)),
    "CHECK-MAGISTER-ROW-ONCE": ("update clean_magister set source_row = 1 where source_row = 2", ("1",)),
    "CHECK-MAGISTER-ID-FORM": (
        "update clean_magister set externeid_key = 'A-1' where source_row = 2",
        ("2",),
    ),
    "CHECK-MAGISTER-ID-SHARE": ("select 1", ("3",)),
    "CHECK-MAGISTER-NUMBER-SHARE": (
        "update clean_magister set stamnr_key = null where source_row = 2",
        ("2",),
    ),
    "CHECK-LEGACY-PLACE": ("update clean_legacy set school = null where source_row = 2", ("2",)),
    "CHECK-LEGACY-ROW-ONCE": ("update clean_legacy set source_row = 1 where source_row = 2", ("1",)),
    "CHECK-LEGACY-ID-FORM": ("update clean_legacy set externeid_key = '{1}' where source_row = 1", ("1",)),
    "CHECK-LEGACY-KEY": ("update clean_legacy set stamnr_key = null where source_row = 3", ("3",)),
    "CHECK-PAIRS-COMPLETE": (
        "update matched_pupils set legacy_row = null where magister_row = 1",
        ("magister 1 legacy ?",),
    ),
    "CHECK-PAIRS-ONCE": (TWICE.format("matched_pupils"), ("magister 1 legacy 2",)),
    "CHECK-PAIRS-WAY": (
        "update matched_pupils set is_by_stamnr = false where magister_row = 1",
        ("magister 1 legacy 2",),
    ),
    "CHECK-PAIRS-KEY-EQUAL": (
        "update matched_pupils set is_by_externeid = true where magister_row = 1",
        ("magister 1 legacy 2",),
    ),
    "CHECK-STATUS-ANY": ("delete from decided_pupils", ()),
    "CHECK-STATUS-COMPLETE": (
        "update decided_pupils set reason = null where source_row = 3 and source = 'legacy'",
        ("legacy 3",),
    ),
    "CHECK-STATUS-ONE-EACH": (
        "insert into decided_pupils values ('S', 'legacy', 3, 4, 'ambiguous', 'two_ways', null, null, false, true)",
        ("legacy 3",),
    ),
    "CHECK-STATUS-SOURCE": ("update decided_pupils set source = 'paper' where source_row = 3", ("? 3",)),
    "CHECK-STATUS-KNOWN": (
        "update decided_pupils set status = 'lost' where status = 'only_in_legacy'",
        ("legacy 3",),
    ),
    "CHECK-STATUS-REASON-KNOWN": (
        "update decided_pupils set reason = 'no_idea' where status = 'only_in_legacy'",
        ("legacy 3",),
    ),
    "CHECK-STATUS-BASIS-KNOWN": (
        "update decided_pupils set basis = 'guess' where basis = 'exact'",
        ("legacy 2", "magister 1"),
    ),
    "CHECK-STATUS-FLAGS": (
        "update decided_pupils set is_held = false where status = 'quarantined'",
        ("magister 3",),
    ),
    "CHECK-STATUS-NONE-LOST": (
        "delete from decided_pupils where status = 'only_in_legacy'",
        ("legacy 3",),
    ),
    "CHECK-STATUS-DECIDED": (
        "update decided_pupils set basis = 'decision' where basis = 'exact'",
        ("legacy 2", "magister 1"),
    ),
    "CHECK-LINK-COMPLETE": (
        "update decided_pupils set counterpart_row = null where source = 'magister' and source_row = 1",
        ("magister 1",),
    ),
    "CHECK-LINK-MUTUAL": (
        "update decided_pupils set counterpart_row = 3 where source = 'magister' and source_row = 1",
        ("legacy 2", "magister 1"),
    ),
    "CHECK-LINK-ONCE": (
        "update decided_pupils set counterpart_row = 1 where source = 'magister' and source_row = 1",
        ("magister 1", "magister 2"),
    ),
    "CHECK-LINK-SIDES-EQUAL": (
        "update decided_pupils set is_linked = false where source = 'magister' and source_row = 1",
        (),
    ),
    "CHECK-ARCHIVE-SHARE": (
        ADD_FIVE,
        ("legacy 3", "legacy 4", "legacy 5", "legacy 6", "legacy 7", "legacy 8"),
    ),
    "CHECK-DIFFERENCE-COMPLETE": ("update field_differences set kind = null", ("magister 2 legacy 1",)),
    "CHECK-DIFFERENCE-ONCE": (TWICE.format("field_differences"), ("magister 2 legacy 1",)),
    "CHECK-DIFFERENCE-KIND": ("update field_differences set kind = 'odd'", ("magister 2 legacy 1",)),
    "CHECK-DIFFERENCE-CAUSE": ("update field_differences set cause = 'odd'", ("magister 2 legacy 1",)),
    "CHECK-LOGIN-COMPLETE": ("update login_readiness set problem = null", ("magister 3",)),
    "CHECK-LOGIN-ONCE": (TWICE.format("login_readiness"), ("magister 1",)),
    "CHECK-DIFFERENCE-DIFFERS": (
        "update field_differences set legacy_value = magister_value",
        ("magister 2 legacy 1",),
    ),
    "CHECK-DIFFERENCE-LINKED": ("update field_differences set legacy_row = 3", ("magister 2 legacy 3",)),
    "CHECK-DIFFERENCE-STATUS": ("update field_differences set kind = 'cosmetic'", ("magister 2 legacy 1",)),
    "CHECK-REPAIR-COMPLETE": ("update value_repairs set used = null where source_row = 1", ("legacy 1",)),
    "CHECK-REPAIR-ONCE": (TWICE.format("value_repairs"), ("legacy 1",)),
    "CHECK-REPAIR-KIND": ("update value_repairs set repair = 'magic' where source_row = 1", ("legacy 1",)),
    "CHECK-REPAIR-CHANGES": ("update value_repairs set used = delivered where source_row = 1", ("legacy 1",)),
    "CHECK-IMPORT-COMPLETE": (
        "update import_ready set stamnr_key = null where legacy_row = 1",
        ("legacy 1",),
    ),
    "CHECK-IMPORT-ID-ONCE": (f"update import_ready set externeid_key = '{ONE}'", ("legacy 1", "legacy 2")),
    "CHECK-IMPORT-ACCOUNT-ONCE": ("update import_ready set legacy_row = 1", ("legacy 1",)),
    "CHECK-IMPORT-PUPIL-ONCE": ("update import_ready set magister_row = 1", ("legacy 1", "legacy 2")),
    "CHECK-IMPORT-ID-FORM": (
        "update import_ready set externeid_key = 'ABC' where legacy_row = 1",
        ("legacy 1",),
    ),
    "CHECK-IMPORT-ID-REAL": (
        f"update import_ready set externeid_key = '{'0' * 32}' where legacy_row = 1",
        ("legacy 1",),
    ),
    "CHECK-IMPORT-STATUS": (
        "update import_ready set status = 'suggested' where legacy_row = 1",
        ("legacy 1",),
    ),
    "CHECK-IMPORT-FROM-LINK": ("delete from matched_pupils where legacy_row = 1", ("legacy 1",)),
    "CHECK-IMPORT-NONE-HELD": (
        "update import_ready set magister_row = 3 where legacy_row = 1",
        ("legacy 1",),
    ),
    "CHECK-IMPORT-NONE-MISSING": ("delete from import_ready where legacy_row = 1", ("legacy 1",)),
    "CHECK-IMPORT-COUNT": ("delete from import_ready", ()),
    "CHECK-IMPORT-OWN-ID": (
        "update import_ready set magister_row = 3 - magister_row",
        ("legacy 1", "legacy 2"),
    ),
    "CHECK-IMPORT-NO-OTHER-ID": (f"update clean_legacy set externeid_key = '{ONE}'", ("legacy 1",)),
    "CHECK-IMPORT-NO-SECOND-ID": (
        f"update clean_legacy set externeid_key = '{ONE}' where source_row = 3",
        ("legacy 2",),
    ),
    "CHECK-IMPORT-LOGIN-OWN": (
        "update clean_magister set idgebr_key = '9' where source_row = 1",
        ("legacy 2",),
    ),
    "CHECK-IMPORT-LOGIN-ONCE": ("update import_ready set realmid = 'X@x.test'", ("legacy 1", "legacy 2")),
    "CHECK-WORKLIST-COMPLETE": ("update worklist set reason = null", ("magister 3",)),
    "CHECK-WORKLIST-ONCE": (TWICE.format("worklist"), ("magister 3",)),
    "CHECK-WORKLIST-STATUS": ("update worklist set status = 'matched_exact'", ("magister 3",)),
    "CHECK-WORKLIST-NONE-MISSING": ("delete from worklist", ("magister 3",)),
    "CHECK-WORKLIST-NO-OTHERS": ("update worklist set source_row = 8", ("magister 8",)),
    "CHECK-COUNTS-COMPLETE": ("update status_counts set records = -1 where records = 0", ("legacy",)),
    "CHECK-COUNTS-ONCE": ("insert into status_counts values ('S', 'legacy', 'suggested', 0)", ("legacy",)),
    "CHECK-COUNTS-SOURCE": ("update status_counts set source = 'paper' where records = 0", ("?",)),
    "CHECK-COUNTS-STATUS": ("update status_counts set status = 'lost' where records = 0", ("legacy",)),
    "CHECK-COUNTS-RECOUNT": (
        "update status_counts set records = 2 where status = 'quarantined'",
        ("magister",),
    ),
    "CHECK-COUNTS-SUM": ("update record_counts set with_status = 4 where source = 'legacy'", ("legacy",)),
    "CHECK-RECORDS-ANY": ("delete from record_counts", ()),
    "CHECK-RECORDS-COMPLETE": (
        "update record_counts set counted_again = null where source = 'legacy'",
        ("legacy",),
    ),
    "CHECK-RECORDS-ONCE": (TWICE.format("record_counts"), ()),
    "CHECK-RECORDS-COUNTED-AGAIN": (
        "update record_counts set counted_again = null where source = 'legacy'",
        ("legacy",),
    ),
    "CHECK-RECORDS-ALL-JUDGED": (
        "update record_counts set with_status = 2 where source = 'legacy'",
        ("legacy",),
    ),
    "CHECK-RECORDS-NO-FILE-MISSING": ("delete from record_counts where source = 'legacy'", ("legacy",)),
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(SCHOOL)
    yield connection
    connection.close()


def quoted_sets(query: str) -> list[set[str]]:
    """Return the lists of statuses that a query names."""
    return [set(re.findall(r"'(\w+)'", group)) for group in re.findall(r"status in \(([^)]*)\)", query)]


def query_of(check: Check) -> str:
    return str(check.kwargs.get("unexpected_rows_query", ""))


def values_of(check: Check) -> set[object]:
    values = check.kwargs["value_set"]
    assert isinstance(values, list)
    assert len(values) == len(set(values))
    return set(values)


def test_every_pupil_of_a_sound_school_passes_every_check(connection: duckdb.DuckDBPyConnection) -> None:
    results = check_tables(connection, SUITES)
    assert [result.code for result in results] == list(CHECKS)
    # One of three pupils has a broken id: that is more than the share allows, and only worth a warning.
    assert [result.code for result in results if not result.passed] == ["CHECK-MAGISTER-ID-SHARE"]


def test_something_wrong_has_been_planted_for_every_check() -> None:
    assert set(PLANTED) == set(CHECKS)


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_a_planted_fault_is_found_and_named_by_row(connection: duckdb.DuckDBPyConnection, code: str) -> None:
    change, rows = PLANTED[code]
    suite, check = CHECKS[code]
    connection.execute(change)
    (result,) = check_tables(connection, [Suite(suite.table, (check,), suite.file_name)])
    assert not result.passed
    assert result.failed > 0
    # Any of a table's rows may have been the one that was doubled.
    if code == "CHECK-RECORDS-ONCE":
        assert set(result.failed_rows) < {"legacy", "magister"}
        assert result.failed_rows
    else:
        assert result.failed_rows == rows


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_a_fault_of_one_school_is_found_among_those_of_twenty_others(
    connection: duckdb.DuckDBPyConnection, code: str
) -> None:
    """A batch asks a check of all schools together, and of each school only when somewhere something was found."""
    suite, check = CHECKS[code]
    assert check.holds_in_parts
    names = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
    for name in names:
        connection.execute(f"create temp table sound_{name} as select * exclude (school) from {name}")
    # The one that is missing in the school as it stands is more than the share allows.
    connection.execute(f"update sound_clean_magister set externeid_key = '{'3' * 32}' where source_row = 3")
    connection.execute(PLANTED[code][0])
    for name in names:
        connection.execute(
            f"insert into {name} by name"
            f" select 'T' || t.number as school, s.* from sound_{name} as s cross join range(20) as t(number)"
        )
    together = [Suite(suite.table, (check,), suite.file_name)]
    assert find_holding(connection, together) == frozenset()
    for name in names:
        connection.execute(f"delete from {name} where school is null or school = 'S'")
    assert find_holding(connection, together) == {code}


def test_five_accounts_without_a_pupil_are_no_reason_to_warn(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(ADD_FIVE.replace("range(4, 9)", "range(4, 8)"))
    suite, check = CHECKS["CHECK-ARCHIVE-SHARE"]
    (result,) = check_tables(connection, [Suite(suite.table, (check,))])
    assert result.passed


def test_two_schools_may_use_the_same_ids_and_row_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    for suite in SUITES:
        table = suite.table
        connection.execute(f"insert into {table} from (select * replace ('T' as school) from {table})")
    # Before answers: the same records, of both schools.
    connection.execute("insert into classified_pupils select * from decided_pupils where school = 'T'")
    results = check_tables(connection, SUITES)
    # A realm belongs to one school, but a school stands by itself in every check.
    assert [result.code for result in results if not result.passed] == ["CHECK-MAGISTER-ID-SHARE"]


def test_every_suite_is_for_a_table_that_a_sql_file_makes() -> None:
    made = {re.sub(r"^\d+_", "", path.stem) for path in (Path(etl.__file__).parent / "sql").glob("*.sql")}
    assert {suite.table for suite in SUITES} <= made


def test_a_hole_in_a_compound_key_is_found_by_another_check() -> None:
    # Great Expectations lets a key with a hole pass, so each column of a key is asked for elsewhere in its suite.
    for suite in SUITES:
        asked = " ".join(query_of(check) for check in suite.checks)
        for check in suite.checks:
            if check.type == COMPOUND_TYPE:
                columns = check.kwargs["column_list"]
                assert isinstance(columns, list)
                missing = [column for column in columns if f"{column} is null" not in asked]
                assert missing == [], check.code


def test_the_suites_know_the_statuses_and_reasons_of_the_contract() -> None:
    statuses = {status.code for status in contract.STATUSES}
    reasons = {reason for group in contract.REASONS.values() for reason in group}
    rungs = {status.code for status in contract.STATUSES if status.rung <= 7}
    linked = {status.code for status in contract.STATUSES if status.is_linked}
    held = {status.code for status in contract.STATUSES if status.is_held}
    assert values_of(CHECKS["CHECK-STATUS-KNOWN"][1]) == statuses
    assert values_of(CHECKS["CHECK-COUNTS-STATUS"][1]) == statuses
    assert values_of(CHECKS["CHECK-STATUS-REASON-KNOWN"][1]) == reasons
    assert values_of(CHECKS["CHECK-STATUS-SOURCE"][1]) == {contract.MAGISTER, contract.LEGACY}
    assert values_of(CHECKS["CHECK-IMPORT-STATUS"][1]) == linked
    assert values_of(CHECKS["CHECK-WORKLIST-STATUS"][1]) == rungs
    assert quoted_sets(query_of(CHECKS["CHECK-STATUS-FLAGS"][1])) == [linked, held]
    assert quoted_sets(query_of(CHECKS["CHECK-WORKLIST-NONE-MISSING"][1])) == [rungs]
    # Once for each side of a link: a join on either of them would compare every line with every record.
    assert quoted_sets(query_of(CHECKS["CHECK-IMPORT-NONE-HELD"][1])) == [rungs, rungs]


def test_only_what_says_something_about_the_delivery_is_a_warning() -> None:
    warnings = {code for code, (_, check) in CHECKS.items() if check.severity == "warning"}
    assert warnings == {
        "CHECK-MAGISTER-ID-SHARE",
        "CHECK-MAGISTER-NUMBER-SHARE",
        "CHECK-LEGACY-KEY",
        "CHECK-ARCHIVE-SHARE",
    }


def test_every_title_is_a_short_sentence_of_its_own_in_both_languages() -> None:
    titles = [title for _, check in CHECKS.values() for title in (check.title_nl, check.title_en)]
    assert len(set(titles)) == len(titles)
    assert [
        title for title in titles if len(title) > 110 or title.endswith(".") or not title[0].isupper()
    ] == []


def test_a_query_names_its_table_as_great_expectations_expects() -> None:
    # Without a join it gives {batch} a name of its own, and a second name breaks the query.
    for code, (_, check) in CHECKS.items():
        if check.type == QUERY_TYPE and " join " not in query_of(check):
            assert "{batch} as " not in query_of(check), code
