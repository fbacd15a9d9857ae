"""The raw job, and then the other files that koppelcheck leaves for programs: what writing alone takes, without a rule.

Files:   crosswalk.csv (which account belongs to which pupil) and reverse.csv (the accounts as they were), in order, and
         run.duckdb with the rows of both files and the joined ones.
"""

from tests.bench.contenders.duckdb_raw_job import do_raw_job
from tests.bench.contenders.duckdb_sql import copy, read
from tests.bench.contenders.job import ADDED, read_arguments, read_headings

KEYS = ("stamnr", "idgebr", *ADDED)


def main() -> None:
    """Run it."""
    magister, legacy, folder = read_arguments()
    connection, linked = do_raw_job(magister, legacy, folder)
    keys = ", ".join(f"m_{name} as {name}" for name in read_headings(magister) if name in KEYS)
    accounts = ", ".join(f"l_{name} as {name}" for name in read_headings(legacy))
    for select, name in (
        (f"select {keys}, l_account_id as account_id, 'exact' as why", "crosswalk.csv"),
        (f"select {accounts}", "reverse.csv"),
    ):
        connection.execute(copy(f"{select} from joined where {linked} order by stamnr", folder / name))
    connection.execute(f"attach '{folder / 'run.duckdb'}' as kept")
    for table, rows in (("magister", read(magister)), ("legacy", read(legacy)), ("joined", "joined")):
        connection.execute(f"create table kept.{table} as from {rows}")
    connection.execute("detach kept")


if __name__ == "__main__":
    main()
