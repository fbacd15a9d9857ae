"""The same job with polars."""

import polars as pl

from tests.bench.contenders.job import (
    ADDED,
    CLASS,
    IMPORT_NAME,
    MISMATCHES_NAME,
    NAMES,
    read_arguments,
    read_headings,
    write_counts,
)


def main() -> None:
    """Run it."""
    magister, legacy, folder = read_arguments()
    headings = read_headings(legacy)
    sides = [
        pl.read_csv(path, separator=";", infer_schema=False).rename(lambda name, side=side: side + name)
        for side, path in (("m_", magister), ("l_", legacy))
    ]
    joined = sides[0].join(sides[1], left_on="m_stamnr", right_on="l_stamnr", how="full", coalesce=False)
    joined = joined.with_columns(stamnr=pl.coalesce("m_stamnr", "l_stamnr"))
    doubled = joined.group_by("stamnr").len().filter(pl.col("len") > 1).select("stamnr")
    linked = joined.filter(pl.col("m_stamnr") == pl.col("l_stamnr")).join(doubled, on="stamnr", how="anti")
    single = joined.join(doubled, on="stamnr", how="anti")
    name = pl.any_horizontal(pl.col(f"m_{one}").ne_missing(pl.col(f"l_{one}")) for one in NAMES)
    found = {
        "only in Magister": single.filter(pl.col("l_stamnr").is_null()),
        "only in legacy": single.filter(pl.col("m_stamnr").is_null()),
        "double number": doubled,
        "name differs": linked.filter(name),
        "class differs": linked.filter(pl.col(f"m_{CLASS}").ne_missing(pl.col(f"l_{CLASS}"))),
    }
    linked.select(
        *(pl.col(f"l_{one}").alias(one) for one in headings),
        *(pl.col(f"m_{one}").alias(one) for one in ADDED),
    ).write_csv(folder / IMPORT_NAME, separator=";")
    pl.concat(rows.select("stamnr", what=pl.lit(what)) for what, rows in found.items()).write_csv(
        folder / MISMATCHES_NAME, separator=";"
    )
    write_counts(folder, linked.height, {what: rows.height for what, rows in found.items()})


if __name__ == "__main__":
    main()
