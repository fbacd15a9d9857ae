"""The reverse file puts every account back as it was delivered, whatever the import file did to it.

The model reads both files as the application would: a row replaces the account it is about, its empty cells too.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.model.runner import Run, examples, run_school
from tests.model.schools import schools
from tests.model.truth import School

ADDED = ("externeid", "realmid", "opleiding")


@dataclass(frozen=True, slots=True)
class Application:
    """The accounts, each with every column it has; `own` are the headings by which a row finds its account."""

    accounts: Mapping[tuple[str, ...], Mapping[str, str]]
    own: tuple[str, ...]

    def read(self, table: list[list[str]]) -> Application:
        """Import a file: each row finds one account and replaces what stands in its columns."""
        accounts = dict(self.accounts)
        if not table:
            return self
        headings, *rows = table
        seen = set()
        for row in rows:
            cells = dict(zip(headings, map(plain, row), strict=True))
            name = tuple(cells[heading] for heading in self.own)
            assert name in accounts, "a row is about no account"
            assert name not in seen, "an account stands twice in a file"
            seen.add(name)
            accounts[name] = {**accounts[name], **cells}
        return Application(accounts, self.own)


def plain(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "\t", "\r"} else cell


def application(run: Run, headings: list[str]) -> Application:
    """Return the application as the delivered file says it is; what that does not say is empty."""
    columns = [name for name, _ in run.school.legacy[0].cells]
    own = tuple(heading for heading, column in zip(headings, columns, strict=False) if column not in ADDED)
    accounts = {}
    for line in run.school.legacy:
        if len(line.cells) != len(columns):
            continue  # a broken record is no account that a file could name
        delivered = [line.cell(column) for column in columns]
        cells = dict.fromkeys(headings, "") | dict(zip(headings, map(plain, delivered), strict=False))
        accounts[tuple(cells[heading] for heading in own)] = cells
    return Application(accounts, own)


def check_reverse(run: Run) -> int:
    """Check that import and then reverse leave every account as it was; return how many were changed in between."""
    imported, reverse = run.output.table("import/numo_import.csv"), run.output.table("import/reverse.csv")
    if not imported:
        return 0
    before = application(run, imported[0])
    assert reverse[0] == imported[0]
    assert len(reverse) == len(imported)
    after = before.read(imported)
    for name, cells in after.accounts.items():
        changed = {heading for heading in cells if cells[heading] != before.accounts[name][heading]}
        assert not changed & set(before.own), "the import file changes what it should only repeat"
    assert after.read(reverse).accounts == before.accounts
    return sum(cells != before.accounts[name] for name, cells in after.accounts.items())


@given(school=schools(most_defects=5))
@examples(20)
def test_import_and_then_reverse_leave_every_account_as_it_was(school: School) -> None:
    run = run_school(school)
    changed = check_reverse(run)
    assert changed or not run.output.report["links"]


@given(school=schools(most_defects=6), seed=st.integers(0, 999))
@examples(10)
def test_links_by_an_answer_are_put_back_too(school: School, seed: int) -> None:
    def answer(report: Mapping[str, Any]) -> dict[str, str]:
        draw = random.Random(seed)
        return {
            question["question_id"]: draw.choice(question["options"])
            for case in (*report["cases"], *report["old_accounts"])
            for question in case["questions"]
        }

    try:
        run = run_school(school, answering=answer)
    except Exception as error:
        # Answers drawn at random may exclude each other; then nothing of them is used.
        assert getattr(error, "code", "") == "ANSWERS-MALFORMED", error
        return
    check_reverse(run)
