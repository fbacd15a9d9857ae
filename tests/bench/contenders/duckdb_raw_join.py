"""The raw join: read both files, full outer join, write one CSV."""

import duckdb

from tests.bench.contenders.duckdb_sql import columns, copy, read
from tests.bench.contenders.job import IMPORT_NAME, read_arguments, read_headings


def main() -> None:
    """Run it."""
    magister, legacy, folder = read_arguments()
    both = f"{columns('m', read_headings(magister))}, {columns('l', read_headings(legacy))}"
    duckdb.connect().execute(
        copy(
            f"select {both} from {read(magister)} as m full outer join {read(legacy)} as l on m.stamnr = l.stamnr",
            folder / IMPORT_NAME,
        )
    )


if __name__ == "__main__":
    main()
