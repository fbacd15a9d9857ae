"""Makes a request to the vendor out of options, settings and delivered files, and refuses what may not be sent.

It writes nothing. No value of a pupil goes into the request: of a file its name, kind, size and checksum.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from etl import contract
from etl.check import FileCheck, check_file, choose_roles
from etl.config import BRIN_FORM, RunConfig
from etl.encrypted_zip import build_encrypted_zip
from etl.errors import ConfigError, InputError
from etl.intake.files import RawFile, read_file
from etl.intake.headings import show_heading
from etl.intake.kinds import name_binary
from etl.request_mail import Request, RequestFile, build_mail

LONGEST_VALUE: Final = 200  # characters: more than any name of a school
LONGEST_ADDRESS: Final = 254  # characters, by RFC 5321
# The form that every mail program takes. Stricter than the standard, which allows quotes and comments.
ADDRESS_FORM: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?"
)
# In base64 a third more, with its line ends 19 MB: under the 20 MB that most mail servers still take.
LARGEST_ATTACHMENT: Final = 14_000_000
NOT_SENT: Final = (
    "dropped",
    "private",
)  # columns the job throws away, or a fact about a person it has no use for


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as given on the command line; None means: as the settings say."""

    school: str | None = None
    brin: str | None = None
    administration: str | None = None
    contact: str | None = None
    contact_mail: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A request and the bytes of its .eml file."""

    request: Request
    data: bytes


def build_draft(
    asker: Asker, paths: Sequence[Path], config: RunConfig, *, language: str, passphrase: str | None
) -> Draft:
    """Check everything, and write the draft in memory. With a passphrase the files are attached, encrypted.

    Errors:  ConfigError for an option or setting that is missing or out of form; InputError for a file that is
             not readable, not recognised, or holds what may not be sent; OutputError when it is too large to mail.
    """
    request = _introduce(asker, config)
    if passphrase is not None and not paths:
        raise ConfigError("REQUEST-NOTHING-TO-ATTACH")
    raws, checks = _read_files(paths, config)
    roles = _assign_roles(checks)
    files = tuple(
        RequestFile(raw.name, role, _count_records(check), len(raw.data), raw.sha256)
        for raw, check, role in zip(raws, checks, roles, strict=True)
    )
    realms = request.realms or _find_realms(checks)
    attachment = None
    if passphrase is not None:
        for raw in raws:
            _require_text(raw)
        # Whoever opens only the list of the ZIP sees neither the school nor a pupil in the names.
        files = tuple(replace(one, attached_as=f"{one.role}.csv") for one in files)
        named = [(f"{one.role}.csv", raw.data) for one, raw in zip(files, raws, strict=True)]
        attachment = build_encrypted_zip(named, passphrase, max_bytes=LARGEST_ATTACHMENT)
    request = replace(request, files=files, realms=realms)
    return Draft(request, build_mail(request, language, attachment))


def _introduce(asker: Asker, config: RunConfig) -> Request:
    """Return the request without files: what the command line says goes before what the settings say."""
    school = _one_line(asker.school, config.school.name, "--school", "school.name")
    brin = _one_line(asker.brin, config.school.brin, "--brin", "school.brin")
    if not BRIN_FORM.fullmatch(brin):
        raise ConfigError("REQUEST-BRIN", option="--brin")
    contact = _one_line(asker.contact, config.request.contact, "--contact", "request.contact")
    mail = _one_line(
        asker.contact_mail, config.request.contact_mail, "--contact-mail", "request.contact_mail"
    )
    _check_address(mail, "--contact-mail", "request.contact_mail")
    to = None
    if asker.to is not None or config.request.to is not None:
        to = _one_line(asker.to, config.request.to, "--to", "request.to")
        _check_address(to, "--to", "request.to")
    realms = tuple(_one_line(None, realm, "school.realms", "school.realms") for realm in config.school.realms)
    return Request(
        school=school,
        brin=brin,
        administration=asker.administration or config.request.administration,
        realms=realms,
        contact=contact,
        contact_mail=mail,
        to=to,
        files=(),
    )


def _one_line(given: str | None, setting_value: str | None, option: str, setting: str) -> str:
    """Return a value as one line of text; a line break in it would write headers of its own into the mail."""
    value = given if given is not None else setting_value
    # Spaces of other kinds come along when a name is copied from a document.
    words = "".join(" " if unicodedata.category(one) == "Zs" else one for one in value or "").strip()
    if not words:
        raise ConfigError("REQUEST-MISSING", option=option, setting=setting)
    if not words.isprintable():
        raise ConfigError("REQUEST-CHARACTER", option=option, setting=setting)
    if len(words) > LONGEST_VALUE:
        raise ConfigError("REQUEST-TOO-LONG", option=option, setting=setting, most=LONGEST_VALUE)
    return unicodedata.normalize("NFC", words)


def _check_address(address: str, option: str, setting: str) -> None:
    if len(address) > LONGEST_ADDRESS or not ADDRESS_FORM.fullmatch(address):
        raise ConfigError("REQUEST-ADDRESS", option=option, setting=setting)


def _read_files(paths: Sequence[Path], config: RunConfig) -> tuple[list[RawFile], list[FileCheck]]:
    raws: list[RawFile] = []
    checks: list[FileCheck] = []
    for path in paths:
        raw = read_file(path, max_bytes=config.limits.maximum_file_mib << 20)
        twin = next((one for one in raws if one.sha256 == raw.sha256), None)
        if twin is not None:
            raise InputError("REQUEST-FILE-TWICE", file=twin.name, other=raw.name)
        check = check_file(raw, config)
        # A run leaves such a column unread, but the file that goes to the vendor still has it.
        unwanted = [show_heading(one.heading) for one in check.delivery.left_out if one.why in NOT_SENT]
        if unwanted:
            raise InputError("REQUEST-COLUMNS", file=raw.name, columns=unwanted)
        raws.append(raw)
        checks.append(check)
    return raws, checks


def _assign_roles(checks: Sequence[FileCheck]) -> list[str]:
    """Return what each file is in the job, in the order given."""
    chosen = choose_roles(checks)
    roles = [next((role for role, one in chosen.items() if one is check), None) for check in checks]
    if None in roles:
        magister = sum(check.kind == contract.MAGISTER for check in checks)
        raise InputError("REQUEST-FILES", magister=magister, lists=len(checks) - magister)
    return [role for role in roles if role is not None]


def _count_records(check: FileCheck) -> int:
    """Return how many records the file has, also those that cannot be read: the vendor counts them too."""
    return check.delivery.profile.records + check.delivery.profile.broken


def _find_realms(checks: Sequence[FileCheck]) -> tuple[str, ...]:
    """Return the realm of the Magister file where it has exactly one; several are for the school to explain."""
    realms = tuple(realm.name for check in checks for realm in check.facts.realms)
    return realms if len(realms) == 1 and realms[0].isprintable() else ()


def _require_text(raw: RawFile) -> None:
    """Refuse a workbook or ZIP: what stands on its other sheets, or in its other files, nobody has looked at."""
    kind = name_binary(raw.data)
    if kind is not None:
        raise InputError("REQUEST-NOT-PLAIN", file=raw.name, kind=kind)
