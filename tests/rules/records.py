"""Builds the records that several rule tests start from, as lines of pipe text.

It holds no rule and no expectation; every pupil, number and realm is invented.
"""

from __future__ import annotations

HEADING = "source_row | stamnr | stamnr_key | idgebr | idgebr_key | externeid | externeid_key | realmid | realmid_key"
# A record with nothing wrong: four ids as delivered and folded. The ids are shortened, the stage compares keys only.
WHOLE = {
    "stamnr": "1001",
    "stamnr_key": "1001",
    "idgebr": "51",
    "idgebr_key": "51",
    "externeid": "{A1}",
    "externeid_key": "a1",
    "realmid": "51@lyceum.example",
    "realmid_key": "51@lyceum.example",
}

# Three pupils as delivered: Noor Visser, Sem Bakker and Daan Smit.
IDS = "source_row | stamnr | idgebr | externeid | realmid"
A1, A2, A3 = (f"7a1d2c3b-0e4f-4a5b-8c6d-00000000000{digit}" for digit in "123")
NOOR = f"1001 | 51 | {A1} | 51@lyceum.example"
SEM = f"1002 | 52 | {A2} | 52@lyceum.example"
DAAN = f"1003 | 53 | {A3} | 53@lyceum.example"
SCOPE = "kind | value_key\nexclude_role | docent\nlocation | noord\nexclude_account_status | gearchiveerd"
PLACES = "is_realm_required | has_locations\ntrue | true"

# One record of each file that meet on a key, both in order.
PAIR_FILE = "source | source_row\nmagister | 1\nlegacy | 9"
MEET = "source | source_row | pairs | other_row | other_pairs"
PAIR_MEETINGS = f"{MEET}\nmagister | 1 | 1 | 9 | 1\nlegacy | 9 | 1 | 1 | 1"


def both(status: str, reason: str, *, counterpart: bool = True) -> str:
    """Both records of the pair with one status and reason, each with the other as its counterpart or nobody."""
    rows = ("1 | 9", "9 | 1") if counterpart else ("1 |", "9 |")
    return "\n".join(
        ["source_row | counterpart_row | status | reason", *(f"{row} | {status} | {reason}" for row in rows)]
    )


def pair(**evidence: str) -> str:
    """The evidence of the pair: the names agree and nothing was repaired, unless said otherwise."""
    values = {"magister_row": "1", "legacy_row": "9", "names": "agree", "repairs": '""'} | evidence
    return " | ".join(values) + "\n" + " | ".join(values.values())


def record(source_row: int, **changes: str) -> str:
    """One whole Magister record with these changes."""
    return " | ".join([str(source_row), *(WHOLE | changes).values()])


def pupil(source_row: int, number: str, **changes: str) -> str:
    """One whole record of the pupil with this number, whose ids are made from it."""
    ids = {
        "stamnr": number,
        "stamnr_key": number,
        "idgebr": f"5{number}",
        "idgebr_key": f"5{number}",
        "externeid": f"a{number}",
        "externeid_key": f"a{number}",
        "realmid": f"5{number}@lyceum.example",
        "realmid_key": f"5{number}@lyceum.example",
    }
    return record(source_row, **(ids | changes))
