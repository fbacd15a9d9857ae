"""Writes the page that may be shared with anybody: no pupil, no account, no small count, no script, no network.

It formats what `summary.py` lets through and adds nothing.
"""

from __future__ import annotations

from pathlib import Path

from etl.output import write_new_file
from etl.report.model import Report
from etl.report.summary import build_summary
from etl.report.templating import make_environment, policy_hash, read_template

_STYLES = ("report.css", "summary.css")


def write_summary(report: Report, path: Path, language: str) -> None:
    """Write the page to a path that does not exist yet, readable by its owner only.

    Errors:  OutputError when the path exists or the disk refuses.
    """
    write_new_file(path, render_summary(report, language).encode("utf-8"))


def render_summary(report: Report, language: str) -> str:
    """Return the whole page as text; equal reports give equal pages.

    Errors:  KeyError when a code of the report has no sentence; ValueError for a language without catalogue.
    """
    style = "".join(read_template(name) for name in _STYLES)
    template = make_environment(language).get_template("summary.html.j2")
    return template.render(
        report=report,
        summary=build_summary(report),
        failed=[check for check in report.checks if not check.passed],
        language=language,
        style=style,
        style_hash=policy_hash(style),
    )
