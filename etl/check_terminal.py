"""What the terminal shows of checked files, as lines that a help desk can paste into a mail, and as plain data.

It formats; every figure comes from the check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from etl import contract
from etl.check import Check, FileCheck, Refusal
from etl.console import error_messages
from etl.texts import show_value, text

if TYPE_CHECKING:
    from etl.check_keys import KeyProfile
    from etl.check_pair import HiddenNumber, Outlook
    from etl.intake.understand import Understood

# What is told of a key column only when there is any of it.
STATES: Final = ("blank", "repeated", "spoiled", "strange", "repaired", "leading_zero")
DELIMITERS: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar", " ": "space", "": "none"}


def check_lines(check: Check, language: str) -> Iterator[str]:
    """Yield everything that was found, file by file, and then what to do about it."""
    for one in check.files:
        yield ""
        if isinstance(one, Refusal):
            yield from _refused_lines(one, language)
        else:
            yield from _file_lines(one, language)
    if check.hidden_number:
        yield ""
        yield _hidden_line(check.hidden_number, language)
    if check.outlook:
        yield ""
        yield from _outlook_lines(check.outlook, language)
    if not check.asks:
        # With a file that cannot be used there is something to do, though nothing to ask.
        if not any(isinstance(one, Refusal) for one in check.files):
            yield ""
            yield text("check.no_asks", language)
        return
    yield ""
    yield text("check.asks", language)
    for number, ask in enumerate(check.asks, start=1):
        yield f"  {number}. " + text(f"check.ask.{ask.code}", language, file=ask.file, count=ask.records)


def check_answer(check: Check) -> dict[str, Any]:
    """Return the same as plain data, codes untranslated."""
    return {
        "files": [
            _refused_answer(one) if isinstance(one, Refusal) else _file_answer(one) for one in check.files
        ],
        "hidden_number": asdict(check.hidden_number) if check.hidden_number else None,
        "outlook": _outlook_answer(check.outlook) if check.outlook else None,
        "asks": [asdict(ask) for ask in check.asks],
    }


def understood_lines(file_name: str, understood: Understood, language: str) -> Iterator[str]:
    """Yield how a text of any columns was understood."""
    yield text(
        "check.understood",
        language,
        file=file_name,
        columns=len(understood.headings),
        records=len(understood.rows),
        encoding=understood.encoding,
        delimiter=_delimiter(understood.delimiter, language),
        line_end=understood.line_end,
    )
    for code in ("titles", "heading_rows", "mended", "ragged"):
        count = getattr(understood, code)
        if count > (code == "heading_rows"):
            yield "  ! " + text(f"check.understood.{code}", language, count=count)


def understood_answer(file_name: str, understood: Understood) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "file": file_name,
        "encoding": understood.encoding,
        "delimiter": understood.delimiter,
        "quote": understood.quote,
        "line_end": understood.line_end,
        # Counted and not named: where a file has no headings, its first row is somebody's.
        "columns": len(understood.headings),
        "records": len(understood.rows),
        "titles": understood.titles,
        "heading_rows": understood.heading_rows,
        "mended": understood.mended,
        "ragged": understood.ragged,
    }


def _file_lines(one: FileCheck, language: str) -> Iterator[str]:
    profile = one.delivery.profile
    yield text(
        "check.file",
        language,
        file=profile.file_name,
        kind=text(f"check.kind.{one.kind}", language),
        records=profile.records + profile.broken,
    )
    layout = "check.layout_sheet" if profile.encoding == "xlsx" else "check.layout"
    yield "  " + text(
        layout,
        language,
        encoding=profile.encoding,
        delimiter=_delimiter(profile.delimiter, language),
        line_end=profile.line_end,
        header_line=profile.header_line,
    )
    if profile.broken:
        first = one.delivery.broken[0]
        reason = text(f"reason.{first.reason}", language)
        yield "  " + text(
            "check.broken", language, count=profile.broken, line=first.line_number, reason=reason
        )
    yield "  " + text("check.columns", language)
    for choice in one.delivery.columns:
        yield "    " + text(
            "check.column",
            language,
            heading=choice.heading or f"({choice.position + 1})",
            canonical=choice.canonical or text("check.column_unused", language),
            why=text(f"check.why.{choice.why}", language),
        )
    for left in one.delivery.left_out:
        yield "    " + text(
            "check.column",
            language,
            heading=left.heading,
            canonical=text("check.column_unread", language),
            why=text(f"check.why.{left.why}", language),
        )
    yield "  " + text("check.keys", language)
    for key in one.facts.keys:
        yield "    " + _key_line(key, language)
    for realm in one.facts.realms:
        yield "    " + text("check.realm", language, realm=realm.name, count=realm.records)
    for group in one.facts.groups:
        yield "    " + text(
            "check.group", language, column=group.column, word=group.word, count=group.records
        )
    if one.facts.disagreeing:
        yield "    " + text("check.disagreeing", language, count=one.facts.disagreeing)
    if one.facts.damaged_classes:
        yield "    " + text("check.damaged_classes", language, count=one.facts.damaged_classes)
    for remark in profile.remarks:
        yield "  ! " + text(remark.code, language, **remark.fields)


def _key_line(key: KeyProfile, language: str) -> str:
    width = (
        text("check.width", language, count=key.shortest)
        if key.shortest == key.longest
        else text("check.widths", language, shortest=key.shortest, longest=key.longest, usual=key.usual_width)
    )
    parts = [text("check.key", language, column=key.column, filled=key.records - key.blank, width=width)]
    parts += [
        text(f"check.state.{state}", language, count=getattr(key, state))
        for state in STATES
        if getattr(key, state)
    ]
    return ", ".join(parts)


def _refused_lines(one: Refusal, language: str) -> Iterator[str]:
    yield text("check.refused", language, file=one.name)
    yield f"  ! {one.error.code}: " + text(one.error.code, language, **one.error.fields)


def _outlook_lines(outlook: Outlook, language: str) -> Iterator[str]:
    if outlook.alarm:
        yield text("check.outlook_alarm", language)
        yield f"  ! {outlook.alarm.code}: " + text(outlook.alarm.code, language, **outlook.alarm.fields)
        return
    yield text(
        "check.outlook",
        language,
        linked=outlook.accounts["linked"],
        count=outlook.accounts_total,
        share=_share(outlook.accounts["linked"], outlook.accounts_total, language),
    )
    for group in contract.GROUPS[1:]:
        accounts, pupils = outlook.accounts[group], outlook.pupils[group]
        if accounts or pupils:
            yield "  " + text(
                "check.outlook_group",
                language,
                group=text(f"group.{group}", language),
                accounts=accounts,
                pupils=pupils,
            )


def _hidden_line(hidden: HiddenNumber, language: str) -> str:
    return text(
        "check.hidden_number",
        language,
        column=hidden.column,
        fitting=hidden.fitting,
        accounts=hidden.accounts,
        pattern=hidden.pattern,
    )


def _file_answer(one: FileCheck) -> dict[str, Any]:
    profile = one.delivery.profile
    return {
        "file": profile.file_name,
        "kind": one.kind,
        "encoding": profile.encoding,
        "has_bom": profile.has_bom,
        "delimiter": profile.delimiter,
        "line_end": profile.line_end,
        "header_line": profile.header_line,
        "records": profile.records + profile.broken,
        "broken": profile.broken,
        "columns": [
            {"heading": choice.heading, "canonical": choice.canonical, "why": choice.why}
            for choice in one.delivery.columns
        ]
        + [{"heading": left.heading, "canonical": None, "why": left.why} for left in one.delivery.left_out],
        "keys": [asdict(key) for key in one.facts.keys],
        "realms": [asdict(realm) for realm in one.facts.realms],
        "groups": [asdict(group) for group in one.facts.groups],
        "disagreeing": one.facts.disagreeing,
        "damaged_classes": one.facts.damaged_classes,
        "remarks": [remark.code for remark in profile.remarks],
    }


def _refused_answer(one: Refusal) -> dict[str, Any]:
    return {
        "file": PurePath(one.name).name,
        "kind": None,
        "code": one.error.code,
        "messages": error_messages(one.error),
    }


def _outlook_answer(outlook: Outlook) -> dict[str, Any]:
    return {
        "accounts": outlook.accounts,
        "pupils": outlook.pupils,
        "accounts_total": outlook.accounts_total,
        "alarm": outlook.alarm.code if outlook.alarm else None,
        "messages": error_messages(outlook.alarm) if outlook.alarm else None,
    }


def _share(part: int, whole: int, language: str) -> str:
    return show_value(round(100 * part / whole), language) if whole else "0"


def _delimiter(delimiter: str, language: str) -> str:
    return text(f"delimiter.{DELIMITERS.get(delimiter, 'other')}", language)
