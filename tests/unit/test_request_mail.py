"""Is the draft a mail that every program reads back as it was meant, and a page that reads aloud in order?"""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Final, cast

import pytest

from etl.request_mail import ATTACHMENT_NAME, Request, RequestFile, build_mail
from etl.texts import LANGUAGES

SHA: Final = "0123456789abcdef" * 4
FILE: Final = RequestFile("migratiehulpbestand.csv", "magister", 1125, 58_430, SHA)
REQUEST: Final = Request(
    school="Voorbeeldcollége",
    brin="99XX",
    administration="magister",
    realms=("magis.voorbeeldcollege",),
    contact="Zoë de Boer",
    contact_mail="z.deboer@voorbeeldcollege.example",
    to="koppelingen@leverancier.example",
    files=(FILE, replace(FILE, name="numo_oud.csv", role="legacy", records=1)),
)
NAMES: Final = (
    "Voorbeeldcollege",
    "Sint-Janslyceum, locatie 'De Hooge Waerd'",
    'R.K. Scholengemeenschap "Ölands Mærsk"; afdeling vmbo/mavo/havo/vwo (onderbouw) te ’s-Gravenhage-Ypenburg',
    "Ç" * 200,
    "een heel lange naam zonder accent " * 5 + "einde",
    "<script>alert(1)</script> & Co",
    "学校 Ελληνικά",
    "=?utf-8?q?Zo=C3=AB?=",
    "school@adres.example",
)


def parsed(data: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(data, policy=policy.default))


def body(data: bytes, kind: str) -> str:
    part = parsed(data).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def named_address(data: bytes) -> tuple[str, str]:
    """Return who the mail is from. Python's newer reader of addresses puts spaces between the parts of a long name."""
    name, address = parseaddr(message_from_bytes(data, policy=policy.compat32)["From"])
    return str(make_header(decode_header(name))), address


class Page(HTMLParser):
    """The tags of a page in order, with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open:
            self.words.append(data.strip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_draft_opens_as_a_draft_with_its_addresses(language: str) -> None:
    mail = parsed(build_mail(REQUEST, language))
    assert mail["X-Unsent"] == "1"
    assert mail["To"].addresses[0].addr_spec == REQUEST.to
    for header in ("From", "Reply-To"):
        (address,) = mail[header].addresses
        assert (address.display_name, address.addr_spec) == (REQUEST.contact, REQUEST.contact_mail)
    assert "99XX" in mail["Subject"]
    assert mail["Content-Language"] == language
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not mail.defects


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back_whole_and_writes_no_header_of_its_own(name: str) -> None:
    request = replace(REQUEST, school=name, contact=name)
    data = build_mail(request, "nl")
    mail = parsed(data)
    assert mail["Subject"] == f"Aanvraag leerlingenkoppeling voor {name} (BRIN 99XX)"
    assert named_address(data) == (name, REQUEST.contact_mail)
    assert set(mail.keys()) == set(parsed(build_mail(REQUEST, "nl")).keys())
    assert f"School: {name}" in body(data, "plain")
    assert name in Page(body(data, "html")).words
    assert not mail.defects


def test_lines_are_as_mail_asks() -> None:
    data = build_mail(replace(REQUEST, school=NAMES[3]), "nl", attachment=bytes(range(256)) * 50)
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert data.count(b"\n") == len(lines) - 1
    assert data.isascii()


@pytest.mark.parametrize("attachment", [None, b"PK-not-really"])
def test_the_same_request_gives_the_same_bytes(attachment: bytes | None) -> None:
    first, second = (build_mail(REQUEST, "nl", attachment) for _ in range(2))
    assert first == second
    assert {"Date", "Message-ID"} & set(parsed(first).keys()) == set()
    assert build_mail(REQUEST, "en", attachment) != first


def test_the_attachment_is_one_zip_with_a_neutral_name() -> None:
    content = b"PK\x03\x04" + bytes(range(256)) * 9
    mail = parsed(build_mail(REQUEST, "nl", content))
    assert mail.get_content_type() == "multipart/mixed"
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "application/zip"
    assert attached.get_filename() == ATTACHMENT_NAME
    assert attached.get_content() == content
    # Each container has a boundary of its own, and no line of a part is one.
    boundaries = [part.get_boundary() for part in mail.walk() if part.is_multipart()]
    assert len(set(boundaries)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_forms_tell_the_same(language: str) -> None:
    data = build_mail(REQUEST, language)
    plain = re.sub(r"\s+", " ", body(data, "plain"))
    for words in Page(body(data, "html")).words[2:]:
        assert re.sub(r"\s+", " ", words) in plain, words


@pytest.mark.parametrize(("language", "records"), [("nl", "1.125"), ("en", "1,125")])
def test_each_file_is_told_with_what_it_is_and_its_checksum(language: str, records: str) -> None:
    plain = body(build_mail(REQUEST, language), "plain")
    assert plain.count(SHA) == 2
    assert records in plain
    for told in ("migratiehulpbestand.csv", "numo_oud.csv", "magis.voorbeeldcollege", "Magister", "99XX"):
        assert told in plain


def test_a_realm_or_files_that_are_not_known_are_not_mentioned() -> None:
    plain = body(build_mail(replace(REQUEST, realms=(), files=(), to=None), "nl"), "plain")
    assert "Realm" not in plain
    assert "SHA-256" not in plain
    assert "Controlegetal" not in plain
    assert "To" not in parsed(build_mail(replace(REQUEST, to=None), "nl"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("attachment", [None, b"PK"])
def test_the_page_is_accessible_and_loads_nothing(language: str, attachment: bytes | None) -> None:
    page_text = body(build_mail(REQUEST, language, attachment), "html")
    page = Page(page_text)
    assert page.open == []
    assert page_text.startswith("<!DOCTYPE html>")
    tags = [tag for tag, _ in page.tags]
    assert dict(page.tags)["html"] == {"lang": language}
    assert tags.count("h1") == tags.count("title") == tags.count("main") == 1
    headings = [tag for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    assert tags.count("caption") == tags.count("table") == 1 + len(REQUEST.files)
    assert all(attributes == {"scope": "row"} for tag, attributes in page.tags if tag == "th")
    # Nothing that fetches, runs, or leads anywhere.
    assert not set(tags) & {"script", "img", "link", "a", "iframe", "form", "object", "base", "svg", "font"}
    assert all(
        set(attributes) <= {"lang", "charset", "name", "content", "scope"} for _, attributes in page.tags
    )
    assert "url(" not in page_text
    assert "@import" not in page_text


def test_a_name_of_a_file_cannot_write_html() -> None:
    name = "<img src=x onerror=alert(1)>.csv"
    page = Page(body(build_mail(replace(REQUEST, files=(replace(FILE, name=name),)), "nl"), "html"))
    assert name in page.words
    assert "img" not in {tag for tag, _ in page.tags}
