"""The raw job, the base of every ratio: join while reading, spool the joined rows once, write from there."""

from pathlib import Path

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
    do_raw_job(*read_arguments())


def do_raw_job(magister: Path, legacy: Path, folder: Path) -> tuple[duckdb.DuckDBPyConnection, str]:
    """Do it; return the connection with the table of joined rows, and which of them are links."""
    headings = read_headings(legacy)
    name_differs, class_differs = differs(headings)
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    connection.execute(
        f"create temp table joined as select {columns('m', read_headings(magister))}, {columns('l', headings)}"
        f" from {read(magister)} as m full outer join {read(legacy)} as l on m.stamnr = l.stamnr"
    )
    # A number that a file repeats is in more than one joined row.
    connection.execute(
        "create temp table doubled as select coalesce(m_stamnr, l_stamnr) as stamnr from joined"
        " where m_stamnr is not null or l_stamnr is not null group by 1 having count(*) > 1"
    )
    linked = "m_stamnr = l_stamnr and m_stamnr not in (select stamnr from doubled)"
    connection.execute(
        copy(f"select {import_columns(headings)} from joined where {linked}", folder / IMPORT_NAME)
    )
    connection.execute(
        f"""
        create temp table mismatches as
        select coalesce(m_stamnr, l_stamnr) as stamnr, unnest(list_filter([
            case when l_stamnr is null then 'only in Magister' end
            , case when m_stamnr is null then 'only in legacy' end
            , case when coalesce(m_stamnr, l_stamnr) in (select stamnr from doubled) then 'double number' end
            , case when {linked} and {name_differs} then 'name differs' end
            , case when {linked} and {class_differs} then 'class differs' end
        ], lambda what: what is not null)) as what
        from joined
        where l_stamnr is null or m_stamnr is null or {name_differs} or {class_differs}
            or m_stamnr in (select stamnr from doubled)
        """
    )
    connection.execute(copy("from mismatches", folder / MISMATCHES_NAME))
    connection.execute(
        copy(
            f"""
            select
                (select count(*) from joined where {linked}) as links
                , count(*) filter (what = 'only in Magister') as only_in_magister
                , count(*) filter (what = 'only in legacy') as only_in_legacy
                , count(distinct stamnr) filter (what = 'double number') as double_number
                , count(*) filter (what = 'name differs') as name_differs
                , count(*) filter (what = 'class differs') as class_differs
            from mismatches
            """,
            folder / COUNTS_NAME,
        )
    )
    return connection, linked


if __name__ == "__main__":
    main()
