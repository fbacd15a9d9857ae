"""The command that releases a run, or tells whether a release still holds. It contains no rules."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from etl.commands import FILE, FORMAT_RELEASE, json_option, language_option, main_group
from etl.console import print_json, say
from etl.errors import EXIT_CHECKS, EXIT_DONE
from etl.texts import show_moment, text


@main_group.command("release")
@click.argument("run", type=FILE)
@click.option("--by", default="", help="Who releases; needed.")
@click.option("--second-by", default="", help="Who looked along; without it the record says that nobody did.")
@click.option(
    "--accept",
    multiple=True,
    metavar="QUESTION",
    help="A question that may stay open, by its number; several with commas. Each has to be named.",
)
@click.option("--reason", default="", help="Why these questions may stay open.")
@click.option("--check", "is_check", is_flag=True, help="Only tell whether the release of RUN still holds.")
@json_option
@language_option
def release_command(
    *,
    run: Path,
    by: str,
    second_by: str,
    accept: tuple[str, ...],
    reason: str,
    is_check: bool,
    as_json: bool,
    language: str,
) -> int:
    """Freeze the import files of a RUN that was reviewed, and sign them off by name.

    Refused while questions are open, a brake holds, a file was changed, or a later run or answer says otherwise. A
    release is void as soon as a delivered file, a setting or an answer changes.

    \b
    Examples:
      koppelcheck release runs/99XX-20261123T100000 --by "A. de Boer" --second-by "J. Postma"
      koppelcheck release runs/99XX-20261123T100000 --check
    """
    if is_check:
        return _check(run, as_json=as_json, language=language)
    from dataclasses import asdict

    from etl.release import FOLDER, release_run

    names = [name.strip() for given in accept for name in given.split(",") if name.strip()]
    now = datetime.now().astimezone().replace(microsecond=0)
    done = release_run(run, by=by, second_by=second_by, accept=names, reason=reason, now=now)
    if as_json:
        print_json(
            {**asdict(done), "format": FORMAT_RELEASE, "exit_code": EXIT_DONE, "folder": str(run / FOLDER)}
        )
        return EXIT_DONE
    from etl.release_record import release_words

    say(text("release.done", language, folder=str(run / FOLDER)))
    say()
    for line in release_words(done, language).splitlines():
        say(line)
    return EXIT_DONE


def _check(run: Path, *, as_json: bool, language: str) -> int:
    from etl.release_state import check_release

    state = check_release(run)
    code = EXIT_DONE if state.state == "valid" else EXIT_CHECKS
    if as_json:
        print_json(
            {"format": FORMAT_RELEASE, "exit_code": code, "state": state.state, "why": list(state.why)}
        )
        return code
    record = state.release or {}
    parts = (
        state.why
        if state.state == "changed"
        else [text(f"release.part.{one}", language) for one in state.why]
    )
    say(
        text(
            f"release.state.{state.state}",
            language,
            why=list(parts),
            by=record.get("by"),
            moment=show_moment(record["released"], language) if "released" in record else None,
        )
    )
    return code
