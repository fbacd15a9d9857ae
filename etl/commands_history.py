"""The commands that look back: `history` and `compare` on runs, `datadocs` and `export` on what is in one.

They contain no rules.
"""

from __future__ import annotations

from pathlib import Path

import click

from etl.commands import FILE, FORMAT_COMPARE, FORMAT_HISTORY, json_option, language_option, main_group
from etl.console import print_json, say
from etl.errors import EXIT_DONE
from etl.texts import text


@main_group.command("history")
@click.argument("out", type=FILE)
@click.option("--school", help="Only the runs of this school (its BRIN number, or how its runs are called).")
@json_option
@language_option
def history_command(*, out: Path, school: str | None, as_json: bool, language: str) -> int:
    """List the runs in the folder OUT, the newest first: links, records that wait, outcome, release.

    \b
    Example:
      koppelcheck history runs
    """
    from etl.compare import list_past
    from etl.compare_terminal import past_answer, past_lines

    runs = list_past(out, school=school)
    if as_json:
        print_json({"format": FORMAT_HISTORY, "exit_code": EXIT_DONE, "runs": past_answer(runs)})
        return EXIT_DONE
    for line in past_lines(runs, language):
        say(line)
    return EXIT_DONE


@main_group.command("compare")
@click.argument("run", type=FILE)
@click.argument("other", type=FILE)
@json_option
@language_option
def compare_command(*, run: Path, other: Path, as_json: bool, language: str) -> int:
    """Tell what changed between two runs of one school: rows that came and went, questions that are new, resolved or
    still open, and from which status every row went to which.

    \b
    Example:
      koppelcheck compare runs/99XX-20261116T100000 runs/99XX-20261123T100000
    """
    from etl.compare import compare_runs
    from etl.compare_terminal import compared_answer, compared_lines

    compared = compare_runs(run, other)
    if as_json:
        print_json({"format": FORMAT_COMPARE, "exit_code": EXIT_DONE, **compared_answer(compared)})
        return EXIT_DONE
    for line in compared_lines(compared, language):
        say(line)
    return EXIT_DONE


@main_group.command("datadocs")
@click.argument("run", type=FILE)
@click.argument("folder", type=FILE)
@language_option
def data_docs_command(*, run: Path, folder: Path, language: str) -> int:
    """Write Great Expectations' own pages about the checks of a run into a new FOLDER, readable without a network.

    \b
    Example:
      koppelcheck datadocs runs/99XX-20261123T100000 data-docs
    """
    from etl.data_docs import write_data_docs
    from etl.history import open_run

    pages = write_data_docs(open_run(run), folder)
    failed = sum(page.failed for page in pages)
    say(text("cli.data_docs", language, file=folder / "index.html", count=sum(page.passed for page in pages)))
    if failed:
        say(text("cli.data_docs.failed", language, count=failed))
    return EXIT_DONE


@main_group.command("export")
@click.argument("run", type=FILE)
@click.argument("folder", type=FILE)
@language_option
def export_command(*, run: Path, folder: Path, language: str) -> int:
    """Write the tables of a RUN into a new FOLDER as a data package: a Parquet file each, and datapackage.json.

    It holds every pupil of the run: remove it when the run has to go.

    \b
    Example:
      koppelcheck export runs/99XX-20261123T100000 tables
    """
    from etl.data_package import DESCRIPTOR_NAME, write_data_package
    from etl.history import open_run

    descriptor = write_data_package(open_run(run), folder)
    count = len(descriptor["resources"])
    say(text("cli.export", language, file=folder / DESCRIPTOR_NAME, count=count))
    return EXIT_DONE
