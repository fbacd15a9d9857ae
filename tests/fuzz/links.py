"""Judges the links of a run by the delivered values alone, with none of the program's own rules.

It knows no pupil; it only knows what every link has to have, whatever the files were.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter

import duckdb

from tests.defects.school import Outcome

UNSEEN = re.compile(r"[\s\u00a0\u00ad\u200b-\u200f\u2060\ufeff]+")
WRAPPED = re.compile(r"""(?:="|["'“”„‟«»‘’‚‛])?(.*?)["'“”„‟«»‘’‚‛]?""")


def folded(value: str | None) -> str:
    """Return a value without what people and spreadsheets put around it."""
    plain = UNSEEN.sub("", unicodedata.normalize("NFKC", value or ""))
    match = WRAPPED.fullmatch(plain)
    assert match is not None
    return match.group(1)


def number_of(value: str | None) -> str | None:
    match = re.fullmatch(r"0*([1-9][0-9]*?)(?:[.,]00?)?", folded(value))
    return match.group(1) if match else None


def guid_of(value: str | None) -> str | None:
    digits = re.sub(r"[{}()-]", "", folded(value)).lower()
    return digits if re.fullmatch(r"[0-9a-f]{32}", digits) and digits.strip("0") else None


def check_links(outcome: Outcome) -> None:
    """Each record has one status, each link a key that stands once on both sides, and nobody is linked twice."""
    assert outcome.folder is not None
    with duckdb.connect(str(outcome.folder / "run.duckdb"), read_only=True) as connection:
        records = {
            side: {
                row[0]: row[1:]
                for row in connection.execute(
                    f"select source_row, stamnr, externeid{', idgebr, realmid' if side == 'magister' else ''}"
                    f" from raw_{side}"
                ).fetchall()
            }
            for side in ("magister", "legacy")
        }
        counted = connection.execute(
            "select (select count(*) from raw_magister) + (select count(*) from raw_legacy)"
            " + (select count(*) from raw_rejects where source <> 'control'),"
            " (select count(*) from decided_pupils)"
        ).fetchone()
    assert counted is not None
    assert counted[0] == counted[1] == len(outcome.statuses)
    links = outcome.links
    assert len(set(links.values())) == len(links), "one account, two pupils"
    linked = {("magister", row) for row in links} | {("legacy", row) for row in links.values()}
    for place, (status, _) in outcome.statuses.items():
        assert status.startswith("matched_") == (place in linked), "a status and a link disagree"
    copies = {place for place, (status, _) in outcome.statuses.items() if status == "duplicate_copy"}
    keys: dict[str, Counter[tuple[str, str]]] = {"magister": Counter(), "legacy": Counter()}
    for side, rows in records.items():
        for row, values in rows.items():
            if (side, row) not in copies:
                keys[side].update(
                    (kind, key)
                    for kind, key in (("number", number_of(values[0])), ("guid", guid_of(values[1])))
                    if key
                )
    for pupil, account in links.items():
        number, guid, user, realm = records["magister"][pupil]
        own_number, own_guid = records["legacy"][account]
        assert guid_of(guid), "linked without an external id"
        assert keys["magister"]["guid", str(guid_of(guid))] == 1, "an external id of two pupils"
        assert number_of(user) == number_of(folded(realm).partition("@")[0]), "another's sign-in name"
        is_by_number = number_of(number) and number_of(number) == number_of(own_number)
        is_by_guid = guid_of(guid) == guid_of(own_guid)
        assert is_by_number or is_by_guid, "no key agrees"
        if is_by_number:
            for side in keys:
                assert keys[side]["number", str(number_of(number))] == 1, "a number that stands twice"
        assert own_guid is None or guid_of(own_guid) in (None, guid_of(guid)), "the account has another id"
    with (outcome.folder / "import" / "crosswalk.csv").open(encoding="utf-8-sig", newline="") as opened:
        crosswalk = list(csv.DictReader(opened, delimiter=";"))
    assert len(crosswalk) == len(links)
    ids = [guid_of(row["externeid"]) for row in crosswalk]
    assert len(set(ids)) == len(ids), "one external id, two accounts"
