"""Writes a settings file for one school from what `check` found, for a person to read and finish.

It writes down what is certain, and what is only likely behind a #; it holds no pupil's value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from etl import contract
from etl.check import Check, FileCheck, Refusal
from etl.check_keys import KeyProfile
from etl.intake.delivery import ColumnChoice
from etl.texts import text
from etl.whole_file import open_whole_file

# Headings that were recognised beyond doubt need no line of their own.
CERTAIN: Final = "exact"
USUAL_ENCODINGS: Final = ("utf-8", "xlsx", "utf-16-le", "utf-16-be")
ENCODINGS: Final = ("cp1252", "cp850", "mac_roman")
# The settings of who takes part, and the column whose words they list.
SCOPE_KEYS: Final = {
    "locations": "vestiging",
    "exclude_roles": "rol",
    "exclude_account_statuses": "account_status",
}


def write_settings(check: Check, path: Path, language: str) -> None:
    """Write the settings as a new TOML file.

    Errors:  OutputError when the file exists or cannot be written.
    """
    with open_whole_file(path) as file:
        file.write(("\n".join(settings_lines(check, language)) + "\n").encode("utf-8"))


def settings_lines(check: Check, language: str) -> Iterator[str]:
    """Yield the lines of the settings file."""
    magister = check.roles.get(contract.MAGISTER)
    refused = [one for one in check.files if isinstance(one, Refusal)]
    yield from _comment("settings.head", language, files=[_name(one) for one in check.files])
    yield "[school]"
    yield from _comment("settings.school", language)
    yield '#name = ""'
    yield '#brin = ""'
    if magister and magister.facts.realms:
        realms = [
            realm for realm in magister.facts.realms if realm.records == magister.facts.realms[0].records
        ]
        yield from _comment("settings.realms", language, count=magister.facts.realms[0].records)
        sign = "" if len(realms) == 1 else "#"
        yield f"{sign}realms = [{', '.join(quote(realm.name) for realm in realms)}]"
    width = _width(list(check.roles.values()))
    if width:
        yield from _comment("settings.width", language, count=width)
        yield f"#stamnr_width = {width}"
    for section in contract.SOURCES:
        one = check.roles.get(section)
        yield ""
        yield f"[{section}]"
        yield from _file_lines(one, language)
        if section == contract.LEGACY and check.hidden_number:
            hidden = check.hidden_number
            yield from _comment("settings.hidden", language, fitting=hidden.fitting, accounts=hidden.accounts)
            yield f"#stamnr_from = {quote(hidden.column)}"
            yield f"#stamnr_pattern = {quote(hidden.pattern)}"
        yield from _heading_lines(section, one, language)
    national = [one for one in refused if one.error.code == "INTAKE-NATIONAL-NUMBER"]
    for refusal in national:
        yield ""
        yield from _comment("settings.national", language, file=refusal.name)
        yield f"#drop_columns = [{quote(str(refusal.error.fields['column']))}]"
    yield ""
    yield "[scope]"
    yield from _comment("settings.scope", language)
    for key, column in SCOPE_KEYS.items():
        words = {
            group.word for one in check.roles.values() for group in one.facts.groups if group.column == column
        }
        found = ", ".join(map(quote, sorted(words)))
        if key == "locations" or not words:
            yield f"#{key} = [{found}]"
        else:
            # What is excluded nobody but the school can say: with all words of the file nobody would be left.
            yield from _comment("settings.scope.words", language, words=found)
            yield f"#{key} = []"
    yield "#left_before = 2026-08-01"


def quote(value: str) -> str:
    """Return a text as TOML writes it."""
    out = ['"']
    for character in value:
        if character in '"\\':
            out.append("\\" + character)
        elif character.isprintable():
            out.append(character)
        else:
            out.append(f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}")
    return "".join([*out, '"'])


def _file_lines(one: FileCheck | None, language: str) -> Iterator[str]:
    if one is None:
        return
    profile = one.delivery.profile
    if profile.encoding in ENCODINGS:
        yield from _comment("settings.encoding", language, file=profile.file_name)
        yield f"encoding = {quote(profile.encoding)}"
    elif profile.encoding in USUAL_ENCODINGS and profile.encoding != "xlsx":
        yield from _comment("settings.layout", language, file=profile.file_name)
        yield f"#delimiter = {quote(profile.delimiter)}"
    for remark in profile.remarks:
        if remark.code == "INTAKE-WORKBOOK":
            yield from _comment("settings.sheet", language, file=profile.file_name)
            yield f"sheet = {quote(str(remark.fields['sheet']))}"


def _heading_lines(section: str, one: FileCheck | None, language: str) -> Iterator[str]:
    yield ""
    yield f"[{section}.headings]"
    if one is None:
        yield from _comment("settings.no_file", language)
        return
    chosen = [choice for choice in one.delivery.columns if choice.canonical]
    for choice in chosen:
        if choice.why != CERTAIN:
            yield from _comment("settings.doubtful", language)
            yield _heading(choice)
    for choice in chosen:
        if choice.why == CERTAIN:
            yield "#" + _heading(choice)
    unused = [choice.heading for choice in one.delivery.columns if not choice.canonical and choice.heading]
    if unused:
        yield from _comment("settings.unused", language, headings=[quote(heading) for heading in unused])


def _heading(choice: ColumnChoice) -> str:
    return f"{choice.canonical} = {quote(choice.heading)}"


def _width(good: list[FileCheck]) -> int | None:
    """Return the width that the pupil numbers of every file have, or None when they differ."""
    keys: list[KeyProfile] = [key for one in good for key in one.facts.keys if key.column == "stamnr"]
    widths = {key.usual_width for key in keys}
    return widths.pop() if len(widths) == 1 and 0 not in widths else None


def _comment(code: str, language: str, **fields: object) -> Iterator[str]:
    for line in text(code, language, **fields).splitlines():
        # What a school wrote above its columns must not end the comment it stands in.
        yield "# " + "".join(character if character.isprintable() else " " for character in line)


def _name(one: FileCheck | Refusal) -> str:
    return one.name
