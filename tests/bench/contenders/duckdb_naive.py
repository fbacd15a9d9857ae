"""The same job as it is first written: both files into tables, and a table for each step."""

import duckdb

from tests.bench.contenders.duckdb_sql import columns, copy, differs, import_columns, read
from tests.bench.contenders.job import (
    COUNTS_NAME,
    IMPORT_NAME,
    MISMATCHES_NAME,
    read_arguments,
    read_headings,
)


def main() -> None:
    """Run it."""
    magister, legacy, folder = read_arguments()
    headings = read_headings(legacy)
    name_differs, class_differs = differs(headings)
    connection = duckdb.connect()
    for name, path in (("magister", magister), ("legacy", legacy)):
        connection.execute(f"create temp table {name} as from {read(path)}")
        connection.execute(
            f"create temp table {name}_doubled as select stamnr from {name} group by 1 having count(*) > 1"
        )
        connection.execute(
            f"create temp table {name}_once as from {name} anti join {name}_doubled using (stamnr)"
        )
    doubled = "(select stamnr from magister_doubled union select stamnr from legacy_doubled)"
    sides = f"select {columns('m', read_headings(magister))}, {columns('l', headings)}"
    for table, join in (("linked", "inner"), ("everybody", "full outer")):
        connection.execute(
            f"create temp table {table} as {sides} from magister_once as m"
            f" {join} join legacy_once as l on m.stamnr = l.stamnr"
        )
    connection.execute(
        f"""
        create temp table mismatches as
        select m_stamnr as stamnr, 'only in Magister' as what from everybody
        where l_stamnr is null and m_stamnr not in {doubled}
        union all
        select l_stamnr, 'only in legacy' from everybody where m_stamnr is null and l_stamnr not in {doubled}
        union all
        select stamnr, 'double number' from {doubled}
        union all
        select m_stamnr, 'name differs' from linked where {name_differs}
        union all
        select m_stamnr, 'class differs' from linked where {class_differs}
        """
    )
    connection.execute(copy(f"select {import_columns(headings)} from linked", folder / IMPORT_NAME))
    connection.execute(copy("from mismatches", folder / MISMATCHES_NAME))
    connection.execute(
        copy(
            """
            select
                (select count(*) from linked) as links
                , count(*) filter (what = 'only in Magister') as only_in_magister
                , count(*) filter (what = 'only in legacy') as only_in_legacy
                , count(*) filter (what = 'double number') as double_number
                , count(*) filter (what = 'name differs') as name_differs
                , count(*) filter (what = 'class differs') as class_differs
            from mismatches
            """,
            folder / COUNTS_NAME,
        )
    )


if __name__ == "__main__":
    main()
