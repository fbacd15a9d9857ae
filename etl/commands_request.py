"""The command that writes the request to the vendor as a draft. It contains no rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etl.commands import FILE, FORMAT_REQUEST, json_option, language_option, main_group, settings_option
from etl.console import print_json, say
from etl.errors import EXIT_DONE, ConfigError
from etl.texts import printable, text

if TYPE_CHECKING:
    from etl.request_mail import Request


@main_group.command("aanvraag")
@click.argument("files", nargs=-1, type=FILE)
@click.option("--school", help="Name of the school; otherwise as in the settings.")
@click.option("--brin", help="BRIN number: two digits and two capitals, with or without two digits more.")
@click.option(
    "--administration",
    type=click.Choice(("magister", "somtoday")),
    help="Pupil administration of the school.",
)
@click.option("--contact", help="Who at the school answers questions about the request.")
@click.option("--contact-mail", help="Mail address of that person; answers go there.")
@click.option("--to", help="Mail address of the vendor; without it you fill it in yourself.")
@settings_option
@click.option("--attach", is_flag=True, help="Attach the files, in one ZIP encrypted with AES-256.")
@click.option(
    "--passphrase-file",
    type=FILE,
    help="File with the passphrase of that ZIP on one line; otherwise one is made and shown once.",
)
@click.option(
    "--out", type=FILE, default=Path("aanvraag.eml"), show_default=True, help="The draft; a new file."
)
@json_option
@language_option
def request_command(
    *,
    files: tuple[Path, ...],
    school: str | None,
    brin: str | None,
    administration: str | None,
    contact: str | None,
    contact_mail: str | None,
    to: str | None,
    settings: Path | None,
    attach: bool,
    passphrase_file: Path | None,
    out: Path,
    as_json: bool,
    language: str,
) -> int:
    """Write the request to the vendor for the link as a draft of a mail. Nothing is sent.

    FILES are what belongs to it: the migration help file, the old account file. The draft names them with their
    checksums. Only with --attach are they attached, and never unencrypted.

    \b
    Examples:
      koppelcheck aanvraag --settings school.toml
      koppelcheck aanvraag migratiehulpbestand.csv numo_oud.csv --school "Voorbeeldcollege" --brin 99XX \\
          --contact "A. de Boer" --contact-mail a.deboer@voorbeeldcollege.example --attach
    """
    from etl.config import load_config
    from etl.encrypted_zip import make_passphrase, read_passphrase, require_encryption
    from etl.request import Asker, build_draft
    from etl.whole_file import open_whole_file

    if passphrase_file is not None and not attach:
        raise ConfigError("REQUEST-PASSPHRASE-ALONE")
    passphrase = None
    if attach:
        require_encryption()
        passphrase = read_passphrase(passphrase_file) if passphrase_file else make_passphrase()
    asker = Asker(school, brin, administration, contact, contact_mail, to)
    draft = build_draft(asker, files, load_config(settings), language=language, passphrase=passphrase)
    shown = passphrase if passphrase_file is None else None
    with open_whole_file(out) as file:
        file.write(draft.data)
        # Inside: when the screen does not take the passphrase, there is no draft that nobody can open.
        if as_json:
            print_json(_answer(draft.request, out, passphrase=shown))
        else:
            _tell(draft.request, out, language, passphrase=shown, is_attached=attach)
    return EXIT_DONE


def _answer(request: Request, out: Path, *, passphrase: str | None) -> dict[str, Any]:
    return {
        "format": FORMAT_REQUEST,
        "exit_code": EXIT_DONE,
        "file": str(out),
        "to": request.to,
        "school": request.school,
        "brin": request.brin,
        "administration": request.administration,
        "realms": list(request.realms),
        "files": [
            {
                "name": one.name,
                "role": one.role,
                "records": one.records,
                "size_bytes": one.size_bytes,
                "sha256": one.sha256,
                "attached_as": one.attached_as,
            }
            for one in request.files
        ],
        "passphrase": passphrase,
    }


def _tell(request: Request, out: Path, language: str, *, passphrase: str | None, is_attached: bool) -> None:
    say(text("request.written", language, file=printable(out.name)))
    for one in request.files:
        role = text(f"request.role.{one.role}", language)
        say(text("request.written.file", language, file=one.name, role=role, count=one.records))
    say()
    if not is_attached:
        say(text("request.told.apart", language))
    else:
        say(text("request.told.attached", language))
        if passphrase is not None:
            say()
            say(text("request.told.passphrase", language, passphrase=passphrase))
            say(text("request.told.once", language))
        say(text("request.told.other_way", language))
    say()
    if request.to is None:
        say(text("request.told.no_addressee", language))
    say(text("request.told.send", language))
