"""The command that reads the answers of a school back. It contains no rules."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from etl.commands import FILE, FORMAT_DECIDE, json_option, language_option, main_group
from etl.console import print_json, say
from etl.errors import EXIT_DONE
from etl.texts import text


@main_group.command("decide")
@click.argument("run", type=FILE)
@click.argument("file", type=FILE)
@click.option("--by", default="", help="Who answered, for rows that do not say it.")
@click.option("--second-by", default="", help="Who looked along, for rows that do not say it.")
@click.option("--dry-run", is_flag=True, help="Say what would be remembered; remember nothing.")
@json_option
@language_option
def decide_command(
    *, run: Path, file: Path, by: str, second_by: str, dry_run: bool, as_json: bool, language: str
) -> int:
    """Read the answers of a school to the questions of a RUN from FILE: the workbook, questions.csv, or what the
    page saved. Good answers are remembered beside the run, and count in every next run of this school.

    \b
    Examples:
      koppelcheck decide runs/99XX-20261123T100000 report.xlsx
      koppelcheck decide runs/99XX-20261123T100000 questions.csv --by "A. de Boer" --dry-run
    """
    from etl.decide import decide_run

    done = decide_run(
        run,
        file,
        now=datetime.now().astimezone().replace(microsecond=0),
        by=by,
        second_by=second_by,
        is_trial=dry_run,
    )
    if as_json:
        print_json(
            {
                "format": FORMAT_DECIDE,
                "exit_code": EXIT_DONE,
                "is_trial": dry_run,
                "ledger": str(done.ledger),
                "remembered": done.remembered,
                "unanswered": done.unanswered,
                "gone": list(done.gone),
                "voided": list(done.voided),
                "answers": [
                    {
                        "question": answer.entry.question,
                        "answer": answer.entry.answer,
                        "state": answer.state,
                        "by": answer.entry.by,
                        "second_by": answer.entry.second_by,
                    }
                    for answer in done.answers
                ],
            }
        )
        return EXIT_DONE
    say(text("decide.would" if dry_run else "decide.remembered", language, count=done.remembered))
    for answer in done.answers:
        line = text(f"decision.state.{answer.state}", language)
        second = text("decide.no_second", language) if answer.entry.second_by == "none" else ""
        say(f"  {answer.entry.question:<16} {answer.entry.answer:<12} {line}{second}")
    for place in done.gone:
        say(f"  {place:<29} {text('decision.state.broken', language)}")
    if done.unanswered:
        say(text("decide.unanswered", language, count=done.unanswered))
    for name in done.voided:
        say(text("release.voided", language, run=name))
    if not dry_run:
        code = "decide.next" if done.ledger.is_file() else "decide.nothing"
        say(text(code, language, ledger=str(done.ledger)))
    return EXIT_DONE
