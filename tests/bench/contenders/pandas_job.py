"""The same job with pandas, its own reader."""

import pandas as pd

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


def main(**options: str) -> None:
    """Run it; the options go to the reader."""
    magister, legacy, folder = read_arguments()
    headings = read_headings(legacy)
    sides = [
        pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, **options).add_prefix(side)
        for side, path in (("m_", magister), ("l_", legacy))
    ]
    joined = sides[0].merge(sides[1], left_on="m_stamnr", right_on="l_stamnr", how="outer")
    joined["stamnr"] = joined["m_stamnr"].fillna(joined["l_stamnr"])
    is_double = joined["stamnr"].duplicated(keep=False)
    linked = joined[joined["m_stamnr"].notna() & joined["l_stamnr"].notna() & ~is_double]
    differs = pd.Series(False, index=linked.index)
    for one in NAMES:
        differs |= linked[f"m_{one}"] != linked[f"l_{one}"]
    found = {
        "only in Magister": joined[joined["l_stamnr"].isna() & ~is_double],
        "only in legacy": joined[joined["m_stamnr"].isna() & ~is_double],
        "double number": joined[is_double].drop_duplicates("stamnr"),
        "name differs": linked[differs],
        "class differs": linked[linked[f"m_{CLASS}"] != linked[f"l_{CLASS}"]],
    }
    wanted = {f"l_{one}": one for one in headings} | {f"m_{one}": one for one in ADDED}
    linked[list(wanted)].rename(columns=wanted).to_csv(folder / IMPORT_NAME, sep=";", index=False)
    pd.concat(rows[["stamnr"]].assign(what=what) for what, rows in found.items()).to_csv(
        folder / MISMATCHES_NAME, sep=";", index=False
    )
    write_counts(folder, len(linked), {what: len(rows) for what, rows in found.items()})


if __name__ == "__main__":
    main()
