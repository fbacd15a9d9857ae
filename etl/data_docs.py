"""Writes the Data Docs of a run: Great Expectations' own pages about its suites, readable without a network.

It runs the suites again on the tables of the run, changes nothing there, and shows counts only.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from etl.history import DATABASE_NAME, Run
from etl.output import new_folder, write_new_file
from etl.report.templating import make_environment, policy_hash, read_template

TEMPLATE: Final = "data_docs.j2"


@dataclass(frozen=True, slots=True)
class DocsPage:
    """One page: the suite of one table, and how many of its expectations passed and failed."""

    table: str
    passed: int
    failed: int


def write_data_docs(run: Run, folder: Path) -> tuple[DocsPage, ...]:
    """Write index.html and a page per suite into a folder that does not exist yet.

    Errors:  OutputError when the folder exists or cannot be written; EngineError when a check cannot be evaluated.
    """
    from etl.validate import render_suites

    style = read_template("data_docs.css")
    templates = Path(str(resources.files("etl.report") / "templates"))
    rendered = render_suites(run.folder / DATABASE_NAME, templates, TEMPLATE, style)
    pages = tuple(DocsPage(one.table, one.passed, one.failed) for one in rendered)
    index = make_environment("en").get_template("data_docs_index.html.j2")
    title = f"Data Docs of run {run.folder.name}"
    content = index.render(title=title, pages=pages, style=style, style_hash=policy_hash(style))
    with new_folder(folder):
        for one in rendered:
            write_new_file(folder / f"{one.table}.html", one.page.encode("utf-8"))
        write_new_file(folder / "index.html", content.encode("utf-8"))
    return pages
