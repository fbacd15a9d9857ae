"""The comparison as datacompy makes it, on polars: its report, and the rows that do not fit. It writes no import."""

import datacompy
import polars as pl

from tests.bench.contenders.job import MISMATCHES_NAME, read_arguments, write_counts


def main() -> None:
    """Run it."""
    magister, legacy, folder = read_arguments()
    sides = [pl.read_csv(path, separator=";", infer_schema=False) for path in (magister, legacy)]
    found = datacompy.PolarsCompare(
        sides[0], sides[1], join_columns="stamnr", df1_name="magister", df2_name="legacy"
    )
    (folder / "report.txt").write_text(found.report(), encoding="utf-8")
    found.all_mismatch().write_csv(folder / MISMATCHES_NAME, separator=";")
    mismatches = {"only in Magister": found.df1_unq_rows.height, "only in legacy": found.df2_unq_rows.height}
    write_counts(folder, found.intersect_rows.height, mismatches)


if __name__ == "__main__":
    main()
