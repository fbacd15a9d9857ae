"""Writes the request to the vendor as one draft of a mail: plain text, the same as HTML, and at most one ZIP.

It reads no file and checks nothing: what it is given has been checked. The same request gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.header import Header
from email.message import EmailMessage
from html import escape
from typing import Final

from etl.texts import show_value, text

ATTACHMENT_NAME: Final = "bestanden.zip"  # neutral: whoever sees the mail in a list learns nothing
LINE_END: Final = "\r\n"
LONGEST_PLAIN: Final = 64  # characters: with the name of its header a line stays under the 78 of RFC 5322
STYLE: Final = (
    "body{font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;"
    "background:#ffffff;max-width:44em;margin:1em auto;padding:0 1em}"
    "h1{font-size:1.4em}h2{font-size:1.15em;margin-top:1.6em}"
    "table{border-collapse:collapse;width:100%;margin:0.6em 0 1.2em}"
    "caption{text-align:left;font-weight:bold;padding:0.2em 0;overflow-wrap:anywhere}"
    "th,td{text-align:left;vertical-align:top;padding:0.3em 0.6em;border:1px solid #767676}"
    "th{font-weight:normal;width:11em;background:#f2f2f2}td{overflow-wrap:anywhere;word-break:break-word}"
)


@dataclass(frozen=True, slots=True)
class RequestFile:
    """One file that belongs to the request. `role` is magister, legacy or control; `name` is safe to show.

    `attached_as` is its name in the ZIP, or None when it is not attached.
    """

    name: str
    role: str
    records: int
    size_bytes: int
    sha256: str
    attached_as: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for the link, and about which files. Every value is one line of printable text.

    `administration` is magister or somtoday; `to` is the vendor's address, or None when a person fills it in.
    """

    school: str
    brin: str
    administration: str
    realms: tuple[str, ...]
    contact: str
    contact_mail: str
    to: str | None
    files: tuple[RequestFile, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the letter: a heading, sentences, tables of label and value, and things to do in order."""

    heading: str | None
    sentences: tuple[str, ...]
    tables: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    steps: tuple[str, ...] = ()


def build_mail(request: Request, language: str, attachment: bytes | None = None) -> bytes:
    """Return the draft, as bytes of an .eml file.

    It has no Date and no Message-ID: the mail program that sends it gives both.
    """
    subject = text("request.subject", language, school=request.school, brin=request.brin)
    parts = tuple(_letter(request, language, is_attached=attachment is not None))
    plain = _as_text(parts)
    page = _as_html(parts, subject, language)
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(plain, charset="utf-8", cte="quoted-printable")
    message.add_alternative(page, subtype="html", charset="utf-8", cte="quoted-printable")
    if attachment is not None:
        message.add_attachment(attachment, maintype="application", subtype="zip", filename=ATTACHMENT_NAME)
    message["Content-Language"] = language
    _fix_boundaries(message, plain.encode("utf-8") + page.encode("utf-8") + (attachment or b""))
    return _headers(request, subject) + message.as_bytes()


def _headers(request: Request, subject: str) -> bytes:
    """Return the headers of the mail; those of its content follow.

    Python's own folding of a long name with accents puts spaces into it, so names are encoded here.
    """
    sender = _named_address(request.contact, request.contact_mail)
    lines = [
        "X-Unsent: 1",  # mail programs open it as a draft, not as received
        f"From: {sender}",
        f"Reply-To: {sender}",  # also when support sends it, the answer goes to the school
    ]
    if request.to is not None:
        lines.append(f"To: {request.to}")
    is_plain = subject.isascii() and "=?" not in subject and len(subject) <= LONGEST_PLAIN
    lines.append(f"Subject: {subject if is_plain else _encoded(subject)}")
    return "".join(f"{line}{LINE_END}" for line in lines).encode("ascii")


def _named_address(name: str, address: str) -> str:
    """Return an address with a name in front: in quotes, or encoded when quotes do not do."""
    is_plain = name.isascii() and not set(name) & set('"\\') and "=?" not in name
    shown = f'"{name}"' if is_plain and len(name) <= LONGEST_PLAIN else _encoded(name)
    return f"{shown}{LINE_END} <{address}>"


def _encoded(words: str) -> str:
    return Header(words, "utf-8", maxlinelen=LONGEST_PLAIN).encode(linesep=LINE_END)


def _fix_boundaries(message: EmailMessage, content: bytes) -> None:
    """Give each boundary a name that follows from the content; by itself Python draws one by lot."""
    mark = hashlib.sha256(content).hexdigest()[:32]
    containers = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(containers, start=1):
        # "=_" never stands in quoted-printable or base64, so no line of a part can be the boundary.
        part.set_boundary(f"=_{number}_{mark}")


def _letter(request: Request, language: str, *, is_attached: bool) -> Iterator[_Part]:
    administration = text(f"request.administration.{request.administration}", language)

    def words(code: str, **fields: object) -> str:
        return text(code, language, **fields)

    yield _Part(
        None,
        (
            words("request.greeting"),
            words("request.asks", school=request.school, administration=administration),
            words("request.results"),
        ),
    )
    facts = [
        (words("request.label.school"), request.school),
        (words("request.label.brin"), request.brin),
        (words("request.label.administration"), administration),
    ]
    if request.realms:
        facts.append((words("request.label.realm"), ", ".join(request.realms)))
    facts += [
        (words("request.label.contact"), request.contact),
        (words("request.label.mail"), request.contact_mail),
    ]
    school = words("request.school")
    yield _Part(school, (), ((words("request.school.caption"), tuple(facts)),))
    if request.files:
        yield _Part(
            words("request.files"),
            (words("request.files.belong", count=len(request.files)),),
            tuple((one.name, _file_facts(one, language)) for one in request.files),
        )
    kind = "attached" if is_attached else "apart"
    yield _Part(
        words(f"request.{kind}"),
        (
            words("request.privacy"),
            words("request.privacy.mailbox"),
            words(f"request.{kind}.how"),
        ),
    )
    steps = [words("request.step.activate", brin=request.brin)]
    steps.append(words(f"request.step.{kind}"))
    if request.files:
        steps.append(words("request.step.checksum"))
    steps.append(words("request.step.confirm", contact=request.contact))
    yield _Part(words("request.steps"), (), (), tuple(steps))
    yield _Part(None, (words("request.regards"), request.contact, request.school))


def _file_facts(file: RequestFile, language: str) -> tuple[tuple[str, str], ...]:
    facts = [
        (text("request.label.what", language), text(f"request.role.{file.role}", language)),
        (text("request.label.records", language), show_value(file.records, language)),
        (
            text("request.label.size", language),
            text("request.bytes", language, bytes=file.size_bytes),
        ),
        (text("request.label.sha", language), file.sha256),
    ]
    if file.attached_as is not None:
        facts.append((text("request.label.attached_as", language), file.attached_as))
    return tuple(facts)


def _as_text(parts: tuple[_Part, ...]) -> str:
    blocks: list[str] = []
    for part in parts:
        if part.heading is not None:
            blocks.append(f"{part.heading}\n{'-' * len(part.heading)}")
        blocks += part.sentences
        for caption, rows in part.tables:
            blocks.append("\n".join((caption, *(f"  {label}: {value}" for label, value in rows))))
        if part.steps:
            blocks.append("\n".join(f"{number}. {step}" for number, step in enumerate(part.steps, start=1)))
    return "\n\n".join(blocks) + "\n"


def _as_html(parts: tuple[_Part, ...], title: str, language: str) -> str:
    """Return the same letter as a page of its own: it loads nothing, and reads aloud in order."""
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style></head>",
        "<body><main>",
        f"<h1>{escape(title)}</h1>",
    ]
    for part in parts:
        if part.heading is not None:
            lines.append(f"<h2>{escape(part.heading)}</h2>")
        lines += [f"<p>{escape(sentence)}</p>" for sentence in part.sentences]
        for caption, rows in part.tables:
            lines.append(f"<table><caption>{escape(caption)}</caption><tbody>")
            lines += [
                f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>'
                for label, value in rows
            ]
            lines.append("</tbody></table>")
        if part.steps:
            lines.append("<ol>")
            lines += [f"<li>{escape(step)}</li>" for step in part.steps]
            lines.append("</ol>")
    lines.append("</main></body></html>")
    return "\n".join(lines) + "\n"
