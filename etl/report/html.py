"""Writes the report a school reads and answers: one HTML file with its own style and script, and no network.

It formats and adds nothing: no rule about a pupil, no sentence outside `etl/lang/`, no word from the outside
world that a browser would run.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl.brakes import brake_words
from etl.decisions.candidates import evidence_words
from etl.decisions.opleiding import opleiding_question, possible_opleidingen
from etl.decisions.wording import answer_words, effect_words, given_words, question_words
from etl.output import write_new_file
from etl.report.model import Report
from etl.report.open_since import since_words
from etl.report.page import MOST_RECORDS, build_page, case_fields, failed_rows
from etl.report.templating import make_environment, policy_hash, read_template

if TYPE_CHECKING:
    from jinja2 import Environment

_STYLES: Final = ("report.css", "answers.css")
_SCRIPTS: Final = ("search.js", "tables.js", "answers.js")
# Shape carries the meaning too, so that no group is known by its colour alone.
_SIGNS: Final = {
    "linked": "✓",
    "decide": "?",
    "correct": "!",
    "only_in_legacy": "–",
    "new": "+",
    "aside": "·",
}


def write_html(report: Report, path: Path, language: str, *, has_workbook: bool = True) -> None:
    """Write the page to a path that does not exist yet, readable by its owner only.

    Errors:  OutputError when the path exists or the disk refuses.
    """
    page = render_html(report, language, has_workbook=has_workbook)
    write_new_file(path, page.encode("utf-8"))


def render_html(report: Report, language: str, *, has_workbook: bool = True) -> str:
    """Return the whole page as text; equal reports give equal pages.

    With no workbook beside it, it sends nobody there.
    Errors:  KeyError when a code of the report has no sentence; ValueError for a language without catalogue.
    """
    style = "".join(read_template(name) for name in _STYLES)
    script = "".join(read_template(name) for name in _SCRIPTS)
    environment = _environment(language)
    environment.globals["opleiding_question"] = lambda name: opleiding_question(name, report.school_year)
    return environment.get_template("report.html.j2").render(
        report=report,
        page=build_page(report),
        language=language,
        has_workbook=has_workbook,
        style=style,
        script=script,
        style_hash=policy_hash(style),
        script_hash=policy_hash(script),
        file_names={source.source: source.file_name for source in report.sources},
    )


# Compiling the templates takes longer than filling them, and a batch fills them for every school.
@cache
def _environment(language: str) -> Environment:
    environment = make_environment(language)
    environment.globals.update(
        case_fields=case_fields,
        failed_rows=failed_rows,
        signs=_SIGNS,
        most_records=MOST_RECORDS,
        question_words=lambda case, question: question_words(case, question, language),
        answer_words=lambda case, code: answer_words(case, code, language),
        evidence_words=lambda candidate: evidence_words(candidate, language),
        since_words=lambda question: since_words(question, language),
        brake_words=lambda brake: brake_words(brake, language),
        effect_words=lambda code: effect_words(code, language),
        given_words=lambda answer: given_words(answer.kind, answer.answer, language),
        offered=lambda case, question: [
            (code, answer_words(case, code, language)) for code in question.options
        ],
        opleidingen=lambda school_class: [(one, one) for one in possible_opleidingen(school_class)],
    )
    return environment
