"""The words of questions and answers, and back from words to the code of an answer.

It writes no sentence itself and decides nothing: words it does not know are no answer.
"""

from __future__ import annotations

import re
from typing import Final

from etl import contract
from etl.decisions.model import ACCOUNT, PUPIL, Case, Question
from etl.texts import LANGUAGES, text

_PLAIN: Final = ("same", "different", "none", "unknown", "archive", "keep", "is_pupil")


def answer_words(case: Case, code: str, language: str) -> str:
    """Return an answer as it is offered; one that names a record says its place in the case and its line."""
    kind, _, place = code.partition("-")
    if kind not in (PUPIL, ACCOUNT) or not place:
        return text(f"answer.{code}", language)
    side = case.side(contract.MAGISTER if kind == PUPIL else contract.LEGACY)
    return text(f"answer.{kind}", language, place=int(place), line=side[int(place) - 1].line_number)


def question_words(case: Case, question: Question, language: str) -> str:
    """Return what is asked, beside the reason: for one account of several, which one."""
    if not question.account:
        return text(f"question.{case.status}", language)
    account = case.side(contract.LEGACY)[question.account - 1]
    return text("question.one_account", language, place=question.account, line=account.line_number)


def effect_words(code: str, language: str) -> str:
    """Return what an answer leads to."""
    return text(f"answer.{code.partition('-')[0]}.effect", language)


def read_answer(words: str, question: Question) -> str | None:
    """Return the code of an answer in words of either language, or as a code; None when it is not offered."""
    plain = " ".join(words.split()).casefold().rstrip(".")
    for code in question.options:
        if plain == code:
            return code
        kind, _, place = code.partition("-")
        for language in LANGUAGES:
            if place:
                # The line is left aside: in another delivery the same record may stand elsewhere.
                begin = text(f"answer.{kind}.begin", language, place=int(place)).casefold()
                if re.fullmatch(re.escape(begin) + r"(?![0-9]).*", plain):
                    return code
            elif plain == text(f"answer.{code}", language).casefold().rstrip("."):
                return code
    return None


def given_words(kind: str, answer: str, language: str) -> str:
    """Return an answer from the ledger; of one that names a record only its place in the case is still known."""
    code, _, place = answer.partition("-")
    if kind == "opleiding":
        return answer
    return (
        text(f"answer.{code}.begin", language, place=int(place))
        if place
        else text(f"answer.{code}", language)
    )
