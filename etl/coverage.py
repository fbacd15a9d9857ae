"""What a run did not or could not check.

It looks at the run's tables and reports codes; it changes nothing.
"""

from __future__ import annotations

from etl import contract
from etl.config import RunConfig
from etl.engines.base import Engine
from etl.intake.delivery import Delivery


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
