"""Shows the suggestions of a run in Splink: the same people, levels and shares, scored and drawn by others' code.

For analysts, in a notebook. It changes no run and nothing is linked by it: what a school is asked comes from the run.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from etl.errors import ConfigError
from etl.history import Run

if TYPE_CHECKING:
    import polars

# By the names that Splink shows. It puts the list whose name sorts first on the left, and capitals come before letters.
SIDES: Final = {"magister": "Magister", "legacy": "accounts"}
MOST_PAIRS: Final = 500
# A share below this counts as this, as in 27_candidate_pairs.sql.
LEAST_SHARE: Final = 0.0001
# How a field is compared, level by level, as in 27_candidate_pairs.sql; the first that holds decides.
LEVELS: Final[dict[str, dict[str, str]]] = {
    "first": {
        "equal": "first_key_l = first_key_r",
        "swapped": "first_key_l = last_key_r and last_key_l = first_key_r",
        "close": "likeness(first_key_l, first_key_r) >= 0.92",
        "begins": "starts_with(first_key_l, first_key_r) or starts_with(first_key_r, first_key_l)",
        "alike": "likeness(first_key_l, first_key_r) >= 0.8",
    },
    "last": {
        "equal": "last_key_l = last_key_r",
        "swapped": "first_key_l = last_key_r and last_key_l = first_key_r",
        "close": "likeness(last_key_l, last_key_r) >= 0.92",
        "part": "starts_with(last_key_l, last_key_r || ' ') or starts_with(last_key_r, last_key_l || ' ')"
        " or ends_with(last_key_l, ' ' || last_key_r) or ends_with(last_key_r, ' ' || last_key_l)",
        "alike": "likeness(last_key_l, last_key_r) >= 0.8",
    },
    "class": {
        level: f"compare_classes(klas_key_l, class_year_l, klas_key_r, class_year_r) = '{level}'"
        for level in ("equal", "next_year", "same_year", "close")
    },
}
UNKNOWN: Final = {
    "first": "first_key_l is null or first_key_r is null",
    "last": "last_key_l is null or last_key_r is null",
    "class": "compare_classes(klas_key_l, class_year_l, klas_key_r, class_year_r) = 'unknown'",
}
KEYS: Final = {"first": "first_key", "last": "last_key"}


@dataclass(frozen=True, slots=True)
class SplinkView:
    """A Splink linker on the people of one run, and its predictions of the pairs that the run ranks.

    `pairs` holds magister_row, legacy_row, the run's weight and rank, and splink_weight (bits, without the prior).
    """

    linker: Any
    pairs: polars.DataFrame
    predictions: list[dict[str, Any]]

    def weights_chart(self) -> Any:
        """Return Splink's chart of what each level of each field is worth, as an Altair chart."""
        return _drawn(self.linker.visualisations.match_weights_chart())

    def shares_chart(self) -> Any:
        """Return Splink's chart of the shares (m and u) behind the weights, as an Altair chart."""
        return _drawn(self.linker.visualisations.m_u_parameters_chart())

    def waterfall_chart(self, place: int) -> Any:
        """Return Splink's waterfall of one pair of `pairs`, from the prior to the score; without names."""
        record = self.predictions[place]
        return _drawn(self.linker.visualisations.waterfall_chart([record], remove_sensitive_data=True))


def open_in_splink(run: Run, *, most: int = MOST_PAIRS) -> SplinkView:
    """Score the surest candidate pairs of a run again, by Splink.

    Errors:  ConfigError when Splink is not installed (the extra "notebook"), or the run has no candidates.
    """
    try:
        from splink import DuckDBAPI, Linker
    except ImportError as error:
        raise ConfigError("SPLINK-MISSING") from error
    import duckdb

    # Splink tells on the screen how long it took; a notebook has words of its own.
    logging.getLogger("splink").setLevel(logging.ERROR)
    pairs = run.query(
        "select magister_row, legacy_row, weight, magister_rank, legacy_rank, is_likely from candidate_pairs"
        " order by weight desc, magister_row, legacy_row limit $most",
        most=most,
    )
    if pairs.is_empty():
        raise ConfigError("SPLINK-NOBODY", folder=run.folder.name)
    connection = duckdb.connect(":memory:")
    functions = resources.files("etl") / "sql" / "functions_duckdb.sql"
    connection.execute(functions.read_text(encoding="utf-8"))
    database = DuckDBAPI(connection=connection)
    lists = [
        database.register(
            _people(run, side, pairs[f"{side}_row"].to_list()).to_arrow(), dataset_display_name=name
        )
        for side, name in SIDES.items()
    ]
    linker = Linker(lists, _settings(run), log_level=None)
    for field, key in KEYS.items():
        shares = database.register(_name_shares(run, field).to_arrow())
        linker.table_management.register_term_frequency_lookup(shares, key)
    found = linker.inference.predict().as_record_list()
    by_rows = {(one["unique_id_l"], one["unique_id_r"]): one for one in found}
    predictions = [by_rows[row["magister_row"], row["legacy_row"]] for row in pairs.to_dicts()]
    return SplinkView(linker, _with_weights(pairs, predictions), predictions)


def _drawn(chart: Any) -> Any:
    """Return Splink's chart as Altair's; that two sliders have one name is for their makers to know."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Automatically deduplicated", UserWarning)
        return chart.altair_chart


def _people(run: Run, side: str, rows: list[int]) -> polars.DataFrame:
    return run.query(
        "select source_row as unique_id, first_key, last_key, klas_key, class_year from loose_people"
        " where source = $side and list_contains($rows, source_row) order by source_row",
        side=side,
        rows=sorted(set(rows)),
    )


def _name_shares(run: Run, field: str) -> polars.DataFrame:
    """Return how usual each name is: the mean of its shares in the two files, which is what a pair is weighed by."""
    key = KEYS[field]
    return run.query(
        f"select l.{key}, (m.share + l.share) / 2 as tf_{key}"
        f" from (select {key}, min({field}_share) as share from loose_people where source = 'magister' group by 1) as m"
        f" inner join (select {key}, min({field}_share) as share from loose_people where source = 'legacy' group by 1)"
        f" as l using ({key})"
    )


def _settings(run: Run) -> dict[str, Any]:
    """Return the run's model in Splink's words; the prior is one account among all people who are compared."""
    shares = {
        (row["field"], row["level"]): (row["same_share"], row["other_share"])
        for row in run.fetch_rows("select field, level, same_share, other_share from match_weights")
    }
    return {
        "link_type": "link_only",
        "probability_two_random_records_match": 1 / (_compared(run) + 1),
        "blocking_rules_to_generate_predictions": ["1 = 1"],
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_comparison(field, shares) for field in LEVELS],
    }


def _compared(run: Run) -> int:
    return int(
        run.query(
            "select greatest(count(*) filter (source = 'magister'), count(*) filter (source = 'legacy'), 30) as people"
            " from loose_people"
        ).item()
    )


def _comparison(field: str, shares: dict[tuple[str, str], tuple[float, float]]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": UNKNOWN[field], "label_for_charts": "unknown", "is_null_level": True}
    ]
    for level, condition in {**LEVELS[field], "differs": "ELSE"}.items():
        same, other = shares[field, level]
        levels.append(
            {
                "sql_condition": condition,
                "label_for_charts": level,
                "m_probability": same,
                "u_probability": other,
            }
        )
        if level == "equal" and field in KEYS:
            # An equal name speaks the louder the rarer it is.
            levels[-1] |= {"tf_adjustment_column": KEYS[field], "tf_minimum_u_value": LEAST_SHARE}
    return {"output_column_name": field, "comparison_levels": levels}


def _with_weights(pairs: polars.DataFrame, predictions: list[dict[str, Any]]) -> polars.DataFrame:
    import polars

    weights = [sum(one[name] for name in one if name.startswith("mw_")) for one in predictions]
    return pairs.with_columns(polars.Series("splink_weight", weights))
