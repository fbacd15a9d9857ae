"""The command that shows the schema of what programs read. It contains no rules."""

from __future__ import annotations

import click

from etl.commands import language_option, main_group
from etl.console import say
from etl.errors import EXIT_DONE


@main_group.command("schema")
@click.argument("name", required=False)
@language_option
def schema_command(*, name: str | None, language: str) -> int:
    """Show the JSON Schema (draft 2020-12) of report.json, manifest.json or the JSON that a command gives.

    NAME is the "format" that stands in it; without NAME the names are listed.

    \b
    Examples:
      koppelcheck schema
      koppelcheck schema report-1
    """
    from etl.published import list_schemas, read_schema

    say(read_schema(name).rstrip("\n") if name is not None else "\n".join(list_schemas()))
    return EXIT_DONE
