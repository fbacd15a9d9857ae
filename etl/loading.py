"""Makes the tables that the SQL reads: the delivered files, the settings, and the words for opleidingen.

It decides nothing about a pupil; it only puts things where the stages expect them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl import contract
from etl.config import OpleidingRule, RunConfig
from etl.engines.base import Engine, Tables, Workbench
from etl.engines.duckdb import DuckDBEngine
from etl.intake.delivery import Delivery
from etl.intake.headings import normalise_heading
from etl.intake.load import load_broken, load_delivery, load_nothing, load_repairs, make_raw, values_select
from etl.intake.repair import find_clean_repairs, find_repairs
from etl.match_weights import share_rows
from etl.opleiding import STEMS, apply_rules, read_opleiding


@dataclass(frozen=True, slots=True)
class Loaded:
    """One school of which the files are loaded: its settings, and what was read of each file."""

    config: RunConfig
    deliveries: Mapping[str, Delivery]


def load_tables(
    engine: Engine, deliveries: Mapping[str, Delivery], config: RunConfig, *, school: str, scratch: Path
) -> None:
    """Load the delivered files of a school and the settings that the SQL reads."""
    load_files(engine, deliveries, config, school=school, scratch=scratch)
    for source in contract.SOURCES:
        if source not in deliveries:
            load_nothing(engine, source)
    load_facts(engine, {school: Loaded(config, deliveries)})


def load_files(
    engine: Engine, deliveries: Mapping[str, Delivery], config: RunConfig, *, school: str, scratch: Path
) -> None:
    """Load the delivered files of a school, and which of their cells are read otherwise than delivered."""
    repairs = {}
    for source, delivery in deliveries.items():
        if delivery.cells:
            assert isinstance(engine, DuckDBEngine)
            repairs[source] = find_clean_repairs(engine, delivery)
        else:
            repairs[source] = find_repairs(
                delivery,
                stamnr_pattern=config.file_settings(source).stamnr_pattern,
                stamnr_from=_number_column(config, source),
            )
    load_repairs(engine, repairs, school=school, scratch=scratch)
    for source, delivery in deliveries.items():
        load_delivery(
            engine,
            delivery,
            school=school,
            scratch=scratch,
            repairs=repairs[source],
            is_number_elsewhere=_number_column(config, source) is not None,
        )


def load_raw_again(engine: Engine, deliveries: Mapping[str, Delivery], config: RunConfig) -> None:
    """Make raw_<source> of every source, where the delivered tables and cell_repairs are there already."""
    for source in contract.SOURCES:
        if source in deliveries:
            is_number_elsewhere = _number_column(config, source) is not None
            make_raw(engine, deliveries[source], is_number_elsewhere=is_number_elsewhere)
        else:
            load_nothing(engine, source)


def _number_column(config: RunConfig, source: str) -> str | None:
    """Return the column of a file out of which its pupil numbers are taken, when they have none of their own."""
    return config.legacy.stamnr_from if source == contract.LEGACY else None


def load_facts(engine: Engine, schools: Mapping[str, Loaded]) -> None:
    """Make the small tables of what is known of schools beside their records, and those that are always the same."""
    load_broken(engine, {school: tuple(one.deliveries.values()) for school, one in schools.items()})
    configs = {school: one.config for school, one in schools.items()}
    engine.create_table(
        "run_parameters",
        values_select(
            {
                "school": "string",
                "is_realm_required": "boolean",
                "has_locations": "boolean",
                "stamnr_width": "bigint",
                "left_before": "string",
            },
            [
                (
                    school,
                    config.magister.realm_required,
                    bool(config.scope.locations),
                    config.school.stamnr_width,
                    config.scope.left_before.isoformat() if config.scope.left_before else None,
                )
                for school, config in configs.items()
            ],
        ),
    )
    engine.create_table(
        "setting_values",
        values_select(
            {"school": "string", "kind": "string", "value_key": "string"},
            [row for school, config in configs.items() for row in _setting_values(school, config)],
        ),
    )
    engine.create_table(
        "status_list",
        values_select(
            {"source": "string", "status": "string", "rung": "bigint"},
            [
                (source, status.code, status.rung)
                for source in (contract.MAGISTER, contract.LEGACY)
                for status in contract.STATUSES
            ],
        ),
    )
    load_weights(engine)
    load_no_stand_ins(engine)
    engine.create_table(
        "file_counts",
        values_select(
            {"school": "string", "source": "string", "counted": "bigint", "counted_again": "bigint"},
            [
                (
                    school,
                    source,
                    one.deliveries[source].profile.records + one.deliveries[source].profile.broken,
                    one.deliveries[source].profile.records_counted_again,
                )
                for school, one in schools.items()
                for source in (contract.MAGISTER, contract.LEGACY)
                if source in one.deliveries
            ],
        ),
    )


def _setting_values(school: str, config: RunConfig) -> list[tuple[str, str, str]]:
    scope = config.scope
    found = [(school, "realm", realm.lower()) for realm in config.school.realms]
    found += [(school, "exclude_role", fold_word(role)) for role in scope.exclude_roles]
    found += [(school, "location", fold_word(place)) for place in scope.locations]
    found += [
        (school, "exclude_account_status", fold_word(status)) for status in scope.exclude_account_statuses
    ]
    return sorted(set(found))


def load_no_stand_ins(engine: Workbench) -> None:
    """Make the tables of stand-ins without any row: then every record speaks for itself.

    Shape:   stand_ins: the rows of a pair, and how many pairs it speaks for; plain_names: the names in those.
    """
    columns = {"school": "string", "magister_row": "bigint", "legacy_row": "bigint", "pairs": "bigint"}
    engine.create_table("stand_ins", values_select(columns, ()))
    names = dict.fromkeys(("source", "first_key", "last_key", "full_key", "class_year"), "string")
    engine.create_table("plain_names", values_select({"school": "string"} | names, ()))


def load_weights(engine: Workbench) -> None:
    """Make the table of the shares from which the weights of candidates follow.

    Shape:   shipped_weights: field, level, same_share and other_share (0 to 1).
    """
    columns = {"field": "string", "level": "string", "same_share": "double", "other_share": "double"}
    engine.create_table("shipped_weights", values_select(columns, share_rows()))


def load_opleiding_words(
    engine: Workbench,
    rules: Mapping[str, Sequence[OpleidingRule]],
    decided: Mapping[str, Mapping[str, str]],
) -> None:
    """Make the small tables that say what each delivered word for an opleiding means.

    The words and stems are Dutch education's, the same for every school; `rules` are each school's own. `decided`
    holds, by school, the opleiding of each class that it answered; it goes before a rule.
    """
    words = _distinct(engine, "opleiding", "leerweg")
    read = [read_opleiding(word) for word in sorted({word for own in words.values() for word in own})]
    engine.create_table(
        "opleiding_words",
        values_select(
            {"delivered": "string", "stem": "string", "year_text": "string", "problem": "string"},
            [
                (
                    one.delivered,
                    one.stem.label if one.stem else None,
                    str(one.year) if one.year else None,
                    one.problem,
                )
                for one in read
            ],
        ),
    )
    engine.create_table(
        "opleiding_stems",
        values_select(
            {"stem": "string", "first_year": "string", "last_year": "string"},
            [(stem.label, str(stem.first_year), str(stem.last_year)) for stem in STEMS],
        ),
    )
    classes = _distinct(engine, "klas_key")
    found: list[tuple[str, ...]] = []
    for school, own in rules.items():
        answers = decided.get(school, {})
        found += [(school, *rule, "rule") for rule in apply_rules(own, "opleiding", words[school])]
        by_class = apply_rules(own, "klas", classes[school])
        found += [(school, *rule, "rule") for rule in by_class if rule[1] not in answers]
        found += [(school, "klas", name, one, "decision") for name, one in sorted(answers.items())]
    engine.create_table(
        "opleiding_rules",
        values_select(
            {"school": "string"}
            | dict.fromkeys(("column_name", "value_text", "opleiding", "origin"), "string"),
            found,
        ),
    )


def fold_word(word: str) -> str:
    """Fold a word of the settings the way `folded` does in SQL: one word, small letters, no accents."""
    return " ".join(normalise_heading(part) for part in word.replace("-", " ").split())


def _distinct(engine: Tables, *columns: str) -> dict[str, list[str]]:
    """Return the words that stand in these columns, by school, in alphabetical order."""
    parts = [
        f"select school, {column} as word from {table}"
        for table in ("magister_rows", "legacy_rows")
        for column in columns
    ]
    rows = engine.fetch_rows(
        f"select distinct school, word from ({' union all '.join(parts)}) as words"
        " where word is not null order by school, word"
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["school"]].append(row["word"])
    return found
