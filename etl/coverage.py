"""What a run did not or could not check, and under which realm its pupils log in.

It looks at the run's tables and reports codes; it changes nothing.
"""

from __future__ import annotations

from etl import contract
from etl.config import RunConfig
from etl.engines.base import Engine
from etl.intake.delivery import Delivery


def read_realm(engine: Engine) -> str | None:
    """Return the realm that most pupils of the Magister file have, or None."""
    rows = engine.fetch_rows(
        "select split_part(realmid_key, '@', 2) as realm from magister_rows where realmid_key is not null"
        " group by split_part(realmid_key, '@', 2) order by count(*) desc, realm limit 1"
    )
    return rows[0]["realm"] if rows else None


def list_not_performed(
    engine: Engine, deliveries: dict[str, Delivery], config: RunConfig, *, with_suites: bool
) -> tuple[str, ...]:
    """Return the codes of what this run could not check."""
    codes = ["no_account_export"]
    if contract.CONTROL not in deliveries:
        codes.append("no_control_list")
    compared = engine.fetch_rows(
        "select count(*) filter (where names <> 'unknown') as compared, count(*) as pairs from pair_evidence"
    )[0]
    if compared["compared"] < compared["pairs"]:
        codes.append("names_missing")
    if not any(choice.canonical == "realmid" for choice in deliveries[contract.MAGISTER].columns):
        codes.append("no_realm")
    if config.school.brin is None:
        codes.append("no_brin")
    if not with_suites:
        codes.append("no_suites")
    return tuple(codes)
