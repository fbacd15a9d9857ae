"""The wrong-file alarm: stops before anything is written when the files look like another school's or year's.

It looks at how the files as a whole fit together; single records are none of its business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from etl import contract
from etl.config import RunConfig
from etl.engines.base import Tables
from etl.errors import InputError

# Below these a share says nothing: five pupils who find nobody may be chance, or a test.
SMALLEST_FOR_SHARE: Final = 10
SMALLEST_FOR_NONE: Final = 5
# A stray record of another realm is set aside; more than this is another realm's file mixed in.
STRAY_REALM_SHARE: Final = 0.02
STRAY_REALM_RECORDS: Final = 2
# Record by record "realm and user id disagree" is set aside; this many means that the columns were sheared.
SHEARED_SHARE: Final = 0.02
SHEARED_RECORDS: Final = 5
# So few damaged records are kinder set aside one by one, whatever their share.
DAMAGED_RECORDS: Final = 10
STRANGE_SHARE: Final = 0.5


def check_right_files(engine: Tables, config: RunConfig, file_names: Mapping[str, str]) -> None:
    """Compare realms, BRIN numbers and the share of keys that occur in both files with what one school shows.

    Errors:  InputError with an ALARM code; counts only.
    """
    _check_realms(engine, config, file_names[contract.MAGISTER])
    _check_brin(engine, config, file_names)
    _check_sheared(engine, file_names[contract.MAGISTER])
    for source in (contract.MAGISTER, contract.LEGACY):
        _check_damage(engine, config, source, file_names[source])
    _check_overlap(engine, config, file_names)


def list_realms(engine: Tables) -> list[dict[str, Any]]:
    """Return the realms of the Magister file as rows of realm and records, the most common first."""
    return engine.fetch_rows(
        "select realm, cast(sum(pairs) as bigint) as records from"
        " (select realm_of(m.realmid_key) as realm, coalesce(n.pairs, 1) as pairs from magister_rows as m"
        " left join stand_ins as n on m.school = n.school and m.source_row = n.magister_row"
        " where m.realmid_key is not null) as realms"
        " group by realm order by records desc, realm"
    )


def _check_realms(engine: Tables, config: RunConfig, file_name: str) -> None:
    rows = list_realms(engine)
    if not rows:
        return
    total = sum(row["records"] for row in rows)
    if config.school.realms:
        wanted = {realm.lower() for realm in config.school.realms}
        strange = sum(row["records"] for row in rows if row["realm"] not in wanted)
        code = "ALARM-REALM-OTHER"
    else:
        strange = total - rows[0]["records"]
        code = "ALARM-REALM-SEVERAL"
    if strange > STRAY_REALM_RECORDS and strange > STRAY_REALM_SHARE * total:
        raise InputError(code, file=file_name, records=strange, total=total, realms=len(rows))


def _check_brin(engine: Tables, config: RunConfig, file_names: Mapping[str, str]) -> None:
    if config.school.brin is None:
        return
    for source, table in ((contract.MAGISTER, "magister"), (contract.LEGACY, "legacy")):
        # A place column may hold names; only what has the form of a BRIN number is compared.
        rows = engine.fetch_rows(
            "select place, count(*) as records from"
            f" (select upper(replace(known(vestiging), ' ', '')) as place from raw_{table}) as places"
            " where place is not null group by place order by place"
        )
        brins = [row for row in rows if _is_brin(row["place"])]
        other = sum(row["records"] for row in brins if row["place"][:4] != config.school.brin[:4])
        if other and other > sum(row["records"] for row in brins) / 2:
            raise InputError("ALARM-BRIN", file=file_names[source], brin=config.school.brin, records=other)


def _is_brin(place: str) -> bool:
    return (
        len(place) in (4, 6)
        and place[:2].isdigit()
        and place[2:4].isalpha()
        and place[2:4].isascii()
        and (len(place) == 4 or place[4:].isdigit())
    )


def _check_sheared(engine: Tables, file_name: str) -> None:
    row = engine.fetch_rows(
        "select coalesce(cast(sum(coalesce(n.pairs, 1)) as bigint), 0) as total"
        ", count(*) filter (where m.defect = 'realm_differs') as differing"
        " from magister_rows as m"
        " left join stand_ins as n on m.school = n.school and m.source_row = n.magister_row"
    )[0]
    if row["differing"] >= SHEARED_RECORDS and row["differing"] > SHEARED_SHARE * row["total"]:
        raise InputError("ALARM-SHEARED", file=file_name, records=row["differing"], total=row["total"])


def _check_damage(engine: Tables, config: RunConfig, source: str, file_name: str) -> None:
    row = engine.fetch_rows(
        "select coalesce(cast(sum(coalesce(n.pairs, 1)) as bigint), 0) as total"
        ", count(*) filter (where defect in ('stamnr_form', 'externeid_form')) as strange"
        ", count(*) filter (where defect = 'externeid_form' or (defect = 'stamnr_form' and is_spoiled(r.stamnr)))"
        f" as spoiled from {source}_rows as r"
        f" left join stand_ins as n on r.school = n.school and r.source_row = n.{source}_row"
    )[0]
    # A number with letters may be meant so, a spoiled one never; with most of them strange it is another column.
    for records, most in ((row["spoiled"], config.limits.damaged_share), (row["strange"], STRANGE_SHARE)):
        if records >= DAMAGED_RECORDS and records > most * row["total"]:
            raise InputError("ALARM-DAMAGED", file=file_name, records=records, total=row["total"])


def _check_overlap(engine: Tables, config: RunConfig, file_names: Mapping[str, str]) -> None:
    row = engine.fetch_rows(
        """
        select
            count(*) filter (where kind = 'stamnr' and magister_records > 0) as magister_numbers
            , count(*) filter (where kind = 'stamnr' and legacy_records > 0) as legacy_numbers
            , count(*) filter (where kind = 'stamnr' and magister_records > 0 and legacy_records > 0) as both_numbers
            , count(*) filter (where kind = 'externeid' and magister_records > 0) as magister_ids
            , count(*) filter (where kind = 'externeid' and legacy_records > 0) as legacy_ids
            , count(*) filter (where kind = 'externeid' and magister_records > 0 and legacy_records > 0) as both_ids
        from key_groups
        """
    )[0]
    # The pairs that a stand-in speaks for meet on their number, and on the id where the account carries one.
    more = engine.fetch_rows(
        "select coalesce(cast(sum(n.pairs - 1) as bigint), 0) as numbers"
        ", coalesce(cast(sum(case when p.is_by_externeid then n.pairs - 1 else 0 end) as bigint), 0) as ids"
        " from stand_ins as n"
        " inner join matched_pupils as p on n.school = p.school and n.magister_row = p.magister_row"
    )[0]
    row["magister_ids"] += more["numbers"]
    for name in ("magister_numbers", "legacy_numbers", "both_numbers"):
        row[name] += more["numbers"]
    for name in ("legacy_ids", "both_ids"):
        row[name] += more["ids"]
    shares = []
    for kind in ("numbers", "ids"):
        smaller = min(row[f"magister_{kind}"], row[f"legacy_{kind}"])
        if smaller:
            shares.append((row[f"both_{kind}"] / smaller, row[f"both_{kind}"], smaller))
    if not shares:
        # A file in which no record has a usable key meets the other one nowhere.
        records = engine.fetch_rows(
            "select count(*) filter (where source = 'magister') as magister"
            ", count(*) filter (where source = 'legacy') as legacy from file_rows"
        )[0]
        shares.append((0.0, 0, min(records["magister"], records["legacy"])))
    share, both, smaller = max(shares)
    none_at_all = both == 0 and smaller >= SMALLEST_FOR_NONE
    too_few = smaller >= SMALLEST_FOR_SHARE and share < config.limits.minimum_overlap
    if config.limits.minimum_overlap > 0 and (none_at_all or too_few):
        raise InputError(
            "ALARM-OVERLAP",
            magister=file_names[contract.MAGISTER],
            legacy=file_names[contract.LEGACY],
            both=both,
            smaller=smaller,
            percentage=round(100 * share),
        )
