"""The command that ranks who might be whom, of a run or of two plain lists. It contains no rules."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple
from pathlib import Path

import click

from etl import contract
from etl.commands import FILE, FORMAT_SUGGEST, json_option, language_option, main_group
from etl.console import print_json, say
from etl.errors import EXIT_DONE, ConfigError
from etl.texts import text


@main_group.command("suggest")
@click.argument("run", type=FILE)
@click.argument("other", type=FILE, required=False)
@click.option("--out", type=FILE, help="With two lists: the file for the pairs with their score (CSV).")
@json_option
@language_option
def suggest_command(*, run: Path, other: Path | None, out: Path | None, as_json: bool, language: str) -> int:
    """Rank, for each pupil of a RUN without a link, the accounts it might have, with what speaks for and against.

    With two lists of people (CSV with the columns id, first_name, surname, and birth_date and class where they are
    known) every candidate pair gets a score from 0 to 1. Nothing is linked by it.

    \b
    Examples:
      koppelcheck suggest runs/99XX-20261123T100000
      koppelcheck suggest pupils.csv accounts.csv --out pairs.csv
    """
    if other is not None:
        return _score(run, other, out, as_json=as_json, language=language)
    from etl.decisions.candidates import candidate_answer, evidence_words, list_candidates, nearest, sureness
    from etl.history import open_run

    opened = open_run(run)
    if "candidate_pairs" not in opened.tables():
        raise ConfigError("SUGGEST-VERSION", run=opened.folder.name)
    candidates = list_candidates(opened)
    by_pupil = nearest(candidates, contract.MAGISTER)
    if as_json:
        shown = [candidate_answer(one) for those in by_pupil.values() for one in those]
        print_json({"format": FORMAT_SUGGEST, "exit_code": EXIT_DONE, "candidates": shown})
        return EXIT_DONE
    if not by_pupil:
        say(text("suggest.none", language))
    for those in sorted(by_pupil.values(), key=lambda those: those[0].magister_line):
        first = those[0]
        say()
        say(
            text(
                "suggest.pupil",
                language,
                line=str(first.magister_line),
                stamnr=first.magister_stamnr or "–",
                name=first.magister_name or "–",
                school_class=first.magister_class or "–",
            )
        )
        for place, one in enumerate(those, start=1):
            account = text(
                "suggest.account",
                language,
                line=str(one.legacy_line),
                stamnr=one.legacy_stamnr or "–",
                name=one.legacy_name or "–",
                school_class=one.legacy_class or "–",
            )
            say(f"  {place}. {text(f'suggest.{sureness(one)}', language)}: {account}")
            say(f"     {evidence_words(one, language)}")
    return EXIT_DONE


def _score(left: Path, right: Path, out: Path | None, *, as_json: bool, language: str) -> int:
    from etl.output import write_new_file
    from etl.suggest import PAIR_COLUMNS, read_people, score_rows

    pairs = score_rows(read_people(left), read_people(right))
    table = io.StringIO(newline="")
    csv.writer(table, delimiter=";", lineterminator="\r\n").writerows([PAIR_COLUMNS, *map(astuple, pairs)])
    if out is not None:
        write_new_file(out, table.getvalue().encode("utf-8"))
    if as_json:
        print_json(
            {
                "format": FORMAT_SUGGEST,
                "exit_code": EXIT_DONE,
                "pairs": len(pairs),
                "out": None if out is None else str(out),
            }
        )
    elif out is None:
        say(table.getvalue().rstrip("\r\n").replace("\r\n", "\n"))
    else:
        say(text("suggest.scored", language, count=len(pairs), file=out.name))
    return EXIT_DONE
