"""The same job with the least memory: three passes over the files, and only exceptions are kept."""

import duckdb

from tests.bench.contenders.duckdb_sql import copy, differs, import_columns, read
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
    name_differs, class_differs = differs(headings, legacy="l.", magister="m.")
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    connection.execute(
        "create temp table doubled as"
        + " union ".join(
            f" select stamnr from {read(path)} where stamnr is not null group by 1 having count(*) > 1"
            for path in (magister, legacy)
        )
    )
    once = "m.stamnr not in (select stamnr from doubled)"
    (links,) = connection.execute(
        copy(
            f"select {import_columns(headings, legacy='l.', magister='m.')}"
            f" from {read(magister)} as m inner join {read(legacy)} as l on m.stamnr = l.stamnr where {once}",
            folder / IMPORT_NAME,
        )
    ).fetchone()
    connection.execute(
        f"""
        create temp table mismatches as
        select distinct on (stamnr, what) stamnr, what from (
            select
                coalesce(m.stamnr, l.stamnr) as stamnr
                , unnest(case
                    when coalesce(m.stamnr, l.stamnr) in (select stamnr from doubled) then ['double number']
                    when l.stamnr is null then ['only in Magister']
                    when m.stamnr is null then ['only in legacy']
                    when {name_differs} and {class_differs} then ['name differs', 'class differs']
                    when {name_differs} then ['name differs']
                    else ['class differs']
                end) as what
            from {read(magister)} as m full outer join {read(legacy)} as l on m.stamnr = l.stamnr
            where m.stamnr is null or l.stamnr is null or {name_differs} or {class_differs}
                or m.stamnr in (select stamnr from doubled)
        )
        """
    )
    connection.execute(copy("from mismatches", folder / MISMATCHES_NAME))
    connection.execute(
        copy(
            f"""
            select
                {links} as links
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
