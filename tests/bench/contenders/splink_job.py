"""The links as Splink finds them: the equal numbers, and the rest by likeness with weights that it learned elsewhere.

Splink joins people without a number; it is asked here for what it is for, so its time is not that of the same job.
"""

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tests.bench.contenders.duckdb_sql import copy, read
from tests.bench.contenders.job import ADDED, IMPORT_NAME, MISMATCHES_NAME, read_arguments, write_counts

# Below this nobody would look at a pair.
LIKELY = 0.5


def main() -> None:
    """Run it."""
    magister, legacy, folder = read_arguments()
    connection = duckdb.connect()
    for name, path in (("magister", magister), ("legacy", legacy)):
        connection.execute(
            f"create table {name} as select row_number() over () as unique_id, * from {read(path)}"
        )
    added = ", ".join(f"m.{one}" for one in ADDED)
    connection.execute(
        "create table linked as"
        f" select l.unique_id as l_row, m.unique_id as m_row, l.* exclude (unique_id), {added}"
        " from magister as m inner join legacy as l on m.stamnr = l.stamnr"
    )
    columns = "unique_id, stamnr, roepnaam, achternaam, klas"
    left = (("magister", "m_row"), ("legacy", "l_row"))
    for name, row in left:
        connection.execute(
            f"create table {name}_left as select {columns} from {name}"
            f" where unique_id not in (select {row} from linked)"
        )
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("achternaam", [0.9, 0.8]),
            cl.JaroWinklerAtThresholds("roepnaam", [0.9, 0.8]),
            cl.ExactMatch("klas"),
        ],
        blocking_rules_to_generate_predictions=[block_on("achternaam"), block_on("klas", "roepnaam")],
        probability_two_random_records_match=0.0001,
    )
    api = DuckDBAPI(connection)
    tables = [api.register(f"{name}_left") for name, _row in left]
    linker = Linker(tables, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=100_000, seed=1)
    likely = linker.inference.predict(threshold_match_probability=LIKELY)
    connection.execute(copy("select * exclude (l_row, m_row) from linked", folder / IMPORT_NAME))
    connection.execute(copy(f"from {likely.physical_name}", folder / MISMATCHES_NAME))
    (links,) = connection.execute("select count(*) from linked").fetchone()
    (pairs,) = connection.execute(f"select count(*) from {likely.physical_name}").fetchone()
    write_counts(folder, links, {"likely": pairs})


if __name__ == "__main__":
    main()
