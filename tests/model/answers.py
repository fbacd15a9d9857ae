"""Answers to the questions of a run: those of somebody who knows every human, and those of somebody who does not.

It reads the questions as they stand in report.json and asks the program nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from tests.model.truth import Line, School

Report = Mapping[str, Any]


def list_questions(report: Report) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield every question with its case, those about old accounts last."""
    for case in (*report["cases"], *report["old_accounts"]):
        for question in case["questions"]:
            yield case, question


def answer_truly(school: School, report: Report) -> dict[str, str]:
    """Answer every question about who is who with the truth; where the truth is not offered nobody knows."""
    answers = {}
    for case, question in list_questions(report):
        if case["job"] != "archive":
            code = _true_code(school, case, question)
            answers[question["question_id"]] = code if code in question["options"] else "unknown"
    return answers


def answer_anyhow(report: Report, dice: Random) -> dict[str, str]:
    """Answer some questions with any of the answers they offer, but no two of a case with one pupil."""
    answers: dict[str, str] = {}
    for case in (*report["cases"], *report["old_accounts"]):
        taken: set[str] = set()
        for question in case["questions"]:
            offered = [code for code in question["options"] if code not in taken]
            code = dice.choice(offered)
            taken |= {code} if code.startswith("pupil-") else set()
            if dice.random() < 0.8:
                answers[question["question_id"]] = code
    return answers


def _true_code(school: School, case: Mapping[str, Any], question: Mapping[str, Any]) -> str:
    accounts = [_line(school.legacy, record) for record in case["records"] if record["source"] == "legacy"]
    pupils = [_line(school.magister, record) for record in case["records"] if record["source"] == "magister"]
    if len(accounts) == 1 and len(pupils) == 1:
        return "same" if accounts[0].human == pupils[0].human else "different"
    if question["account"] or len(accounts) == 1:
        mine = accounts[max(question["account"], 1) - 1].human
        # Of two accounts of one human the first has the results.
        if mine in [line.human for line in accounts[: max(question["account"], 1) - 1]]:
            return "none"
        found = [place for place, line in enumerate(pupils, start=1) if line.human == mine]
        return f"pupil-{found[0]}" if found else "none"
    if not pupils:
        return "none"
    found = [place for place, line in enumerate(accounts, start=1) if line.human == pupils[0].human]
    return f"account-{found[0]}" if found else "none"


def _line(lines: Sequence[Line], record: Mapping[str, Any]) -> Line:
    return lines[record["source_row"] - 1]
