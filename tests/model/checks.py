"""What must hold after any run on any generated school, whatever was planted in it.

It counts the generated records and knows their humans; it never asks the program what is right.
"""

from __future__ import annotations

from collections import Counter

from tests.model.oracle import fold_guid, fold_number, is_findable, list_certain, list_provable
from tests.model.runner import HELD, LINKED, STATUSES, Run, imported_ids, replay
from tests.model.truth import SIDES, Line, School, Side


def check_everything(run: Run) -> None:
    """Look at one run from every side."""
    check_receiving_application(run)
    check_links(run)
    check_crosswalk(run)
    check_counts(run)
    check_links_are_mutual(run)
    check_held_records_stand_in_one_case(run)
    check_held_keys(run)


def check_receiving_application(run: Run) -> None:
    """Replay the import file and look at every human of the school."""
    school = run.school
    assert run.output.exit_code in (0, 10), f"the run ended with {run.output.exit_code}"
    afterwards = replay(run)
    assert not afterwards.sees_another, "somebody sees the results of another"

    had_account = {line.human for line in school.legacy}
    lost = afterwards.starts_empty & had_account
    unnamed = lost - run.held_humans() - frozenset(_not_findable(school))
    assert not unnamed, f"a second account for a pupil the report does not name; planted: {school.planted}"

    linked = run.humans_with("magister", LINKED)
    assert linked == afterwards.keeps, "a linked pupil does not keep the results"

    # Where the accounts carried these ids before, only accounts the report holds may show another's results.
    before = replay(run, has_ids=True)
    assert before.sees_another <= run.held_humans(), "an account carries another's id and nobody is told"


def _not_findable(school: School) -> list[int]:
    """List the pupils with another number than before, whom no name and no id in the files gives away."""
    return [human for human in school.in_both() if not is_findable(school, human)]


def check_links(run: Run) -> None:
    """Compare the links with the truth, with the most the design allows, and with the least it promises."""
    school = run.school
    by_row = {seen.source_row: place for place, seen in enumerate(run.legacy)}
    pairs = {
        (place, by_row[seen.counterpart])
        for place, seen in enumerate(run.magister)
        if seen.status in LINKED and seen.counterpart is not None
    }
    people = {(school.magister[pupil].human, school.legacy[account].human) for pupil, account in pairs}
    assert all(pupil == account for pupil, account in people), "a link joins two humans"

    allowed = {
        (school.magister[pupil].human, school.legacy[account].account)
        for pupil, account in list_provable(school)
    }
    linked = {(school.magister[pupil].human, school.legacy[account].account) for pupil, account in pairs}
    assert linked <= allowed, f"a link that the design does not prove; planted: {school.planted}"

    missing = list_certain(school) - {human for human, _ in linked}
    assert not missing, f"a pupil nobody doubts is not linked; planted: {school.planted}"


def check_crosswalk(run: Run) -> None:
    """The crosswalk holds exactly the ids of the import file, each of them its owner's."""
    school = run.school
    owners = {line.account: line.human for line in school.legacy}
    given_ids = {(owners[account], guid) for account, guid in imported_ids(run).items()}
    assert given_ids == {(human, fold_guid(school.humans[human].guid)) for human, _ in given_ids}

    rows = run.output.table("import/crosswalk.csv")
    if not rows:
        assert not given_ids
        return
    assert rows[0] == ["school", "stamnr", "idgebr", "externeid", "realmid", "account_id", "status", "basis"]
    guids = [fold_guid(row[3]) for row in rows[1:]]
    assert len(set(guids)) == len(guids), "an external id stands twice in the crosswalk"
    assert set(guids) == {guid for _, guid in given_ids}
    humans = {fold_guid(person.guid): person for person in school.humans}
    # Where many values stand twice, the column is not taken for a key of accounts.
    accounts = [line.cell("numoid") for line in school.legacy if not line.damage]
    has_account_ids = len(set(accounts)) >= 0.9 * len(accounts)
    for row, guid in zip(rows[1:], guids, strict=True):
        person = humans[guid]
        assert row[1].strip().strip("\u00a0").lstrip("0").partition(",")[0] == str(person.number) or (
            person.human in school.hard
        )
        assert row[2].strip() == str(person.idgebr)
        assert row[4].strip().partition("@")[0] == str(person.idgebr)
        if school.layout.account_key == "id" and has_account_ids:
            assert row[5] == f"N{7000 + person.human}"


def check_counts(run: Run) -> None:
    """Compare every count of the run with the records that were generated."""
    output = run.output
    for side in SIDES:
        delivered = len(run.school.lines(side))
        counted = Counter(seen.status for seen in run.verdicts(side))
        assert set(counted) <= STATUSES
        assert sum(counted.values()) == delivered
        assert {status: count for status, count in output.statuses[side].items() if count} == counted
        reported = {
            row["status"]: row["records"] for row in output.report["statuses"] if row["source"] == side
        }
        assert len(reported) == len(STATUSES)
        assert {status: count for status, count in reported.items() if count} == counted
        assert sum(group[f"{side}_records"] for group in output.report["groups"]) == delivered
    assert output.report["pupils_total"] == len(run.school.magister)
    assert output.report["accounts_total"] == len(run.school.legacy)


def check_links_are_mutual(run: Run) -> None:
    """As many records are linked on one side as on the other, each to one that is linked to it."""
    links = {
        side: {(seen.source_row, seen.counterpart) for seen in run.verdicts(side) if seen.status in LINKED}
        for side in SIDES
    }
    assert links["magister"] == {(pupil, account) for account, pupil in links["legacy"]}
    assert None not in {pupil for pupil, _ in links["legacy"]}
    assert len(links["magister"]) == len({account for _, account in links["magister"]})
    assert len(run.output.table("import/numo_import.csv")[1:]) == len(links["magister"])
    assert len(run.output.table("import/crosswalk.csv")[1:]) == len(links["magister"])
    assert run.output.report["links"] == len(links["magister"])


def check_held_records_stand_in_one_case(run: Run) -> None:
    """Each held record stands exactly once among the cases, with its line number."""
    for side in SIDES:
        held = Counter(
            (seen.source_row, seen.line_number) for seen in run.verdicts(side) if seen.status in HELD
        )
        in_cases = Counter(
            (record["source_row"], record["line_number"])
            for case in run.output.report["cases"]
            for record in case["records"]
            if record["source"] == side and record["status"] in HELD
        )
        assert in_cases == held


def check_held_keys(run: Run) -> None:
    """A number or id that stands in a held record keeps the other side from being new or archived."""
    loose: tuple[tuple[Side, Side, str], ...] = (
        ("magister", "legacy", "only_in_legacy"),
        ("legacy", "magister", "new_in_magister"),
    )
    for side, other, status in loose:
        held = [line for line, seen in run.pairs(side) if seen.status in HELD]
        numbers = {fold_number(_readable(line, "stamnr")) for line in held} - {None}
        guids = {fold_guid(_readable(line, "externeid")) for line in held} - {None}
        for line, seen in run.pairs(other):
            if seen.status == status:
                assert fold_number(line.cell("stamnr")) not in numbers, f"{status} while the number is held"
                assert fold_guid(line.cell("externeid")) not in guids, f"{status} while the id is held"


def _readable(line: Line, column: str) -> str:
    """Return a cell as far as it was delivered: a record that is too narrow lacks its last one."""
    is_cut = line.damage == "narrow" and line.cells[-1][0] == column
    return "" if is_cut else line.cell(column)
