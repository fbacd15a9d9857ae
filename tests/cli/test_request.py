"""Does `koppelcheck aanvraag` write a draft that may be sent, refuse what may not, and keep the passphrase off disk?"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final, cast

import pytest
import pyzipper

import etl.request
from etl.errors import EXIT_DONE, EXIT_INPUT, EXIT_OUTPUT, EXIT_USAGE
from tests.cli.schools import (
    LEGACY_HEADINGS,
    REALM,
    Answer,
    Say,
    School,
    some_pupils,
    write_table,
)

ASKER: Final = {
    "--school": "Sint-Janscollége",
    "--brin": "99XX",
    "--contact": "Zoë de Boer",
    "--contact-mail": "z.deboer@sintjan.example",
}
PASSPHRASE: Final = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){4}\b")


def asker(**changes: str | None) -> list[str]:
    """Return the options of the one who asks; a change to None leaves that option out."""
    told: dict[str, str | None] = {
        **ASKER,
        **{f"--{name.replace('_', '-')}": value for name, value in changes.items()},
    }
    return [word for option, value in told.items() if value is not None for word in (option, value)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "post" / "aanvraag.eml"


@pytest.fixture
def ask(say: Say, out: Path) -> Say:
    """Call the command with a folder of its own for the draft."""
    out.parent.mkdir()

    def call(*arguments: str) -> Answer:
        return say("aanvraag", *arguments, "--out", str(out))

    return call


def mail_of(path: Path) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=policy.default))


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def attached(mail: EmailMessage, passphrase: str) -> dict[str, bytes]:
    (part,) = mail.iter_attachments()
    with pyzipper.AESZipFile(io.BytesIO(part.get_content())) as archive:
        archive.setpassword(passphrase.encode("ascii"))
        return {name: archive.read(name) for name in archive.namelist()}


def nothing_written(out: Path) -> bool:
    return list(out.parent.iterdir()) == []


def test_a_request_without_files_is_a_draft(ask: Say, out: Path) -> None:
    answer = ask(*asker(to="link@vendor.example"))
    assert (answer.code, answer.err) == (EXIT_DONE, "")
    assert "aanvraag.eml" in answer.out
    assert "Fill in the address" not in answer.out
    mail = mail_of(out)
    assert mail["X-Unsent"] == "1"
    assert mail["To"] == "link@vendor.example"
    assert "Sint-Janscollége" in plain(mail)
    assert "99XX" in mail["Subject"]
    assert list(mail.iter_attachments()) == []
    assert stat.S_IMODE(out.stat().st_mode) == 0o600 or os.name == "nt"
    assert [path.name for path in out.parent.iterdir()] == [out.name]


@pytest.mark.parametrize(("language", "words"), [("nl", "klaarzetten"), ("en", "prepare this link")])
def test_mail_and_screen_are_in_the_language_asked_for(
    ask: Say, out: Path, language: str, words: str
) -> None:
    answer = ask(*asker(), "--lang", language)
    assert answer.code == EXIT_DONE
    assert words in plain(mail_of(out))
    assert {"nl": "Vul zelf het adres", "en": "Fill in the address"}[language] in answer.out


def test_each_file_is_recognised_and_named_with_its_checksum(ask: Say, out: Path, school: School) -> None:
    answer = ask(str(school.legacy), str(school.magister), *asker(), "--json")
    told = answer.json()
    assert told["format"] == "koppelcheck/request-1"
    assert [(one["name"], one["role"], one["records"]) for one in told["files"]] == [
        ("numo_oud.csv", "legacy", 12),
        ("migratiehulpbestand.csv", "magister", 12),
    ]
    assert told["passphrase"] is None
    assert told["realms"] == [REALM]
    words = plain(mail_of(out))
    for path in (school.magister, school.legacy):
        data = path.read_bytes()
        assert hashlib.sha256(data).hexdigest() in words
        assert path.name in words
        assert f"{len(data)} bytes" in words.replace(",", "")
    assert REALM in words
    assert list(mail_of(out).iter_attachments()) == []


def test_a_record_that_cannot_be_read_is_counted_too(ask: Say, school: School) -> None:
    with school.magister.open("ab") as file:
        file.write(b"10199;60199;x\r\n")
    (told,) = ask(str(school.magister), *asker(), "--json").json()["files"]
    assert told["records"] == 13


@pytest.mark.parametrize("attach", [False, True])
def test_no_value_of_a_pupil_stands_in_the_mail_or_on_the_screen(
    ask: Say, out: Path, school: School, attach: bool
) -> None:
    more = ["--attach"] if attach else []
    answer = ask(str(school.magister), str(school.legacy), *asker(), *more)
    assert answer.code == EXIT_DONE
    mail = mail_of(out)
    # Also as a mail program shows them: base64 and quoted-printable would hide a name from a search in the bytes.
    shown = [
        part.get_content() if part.get_content_maintype() == "text" else part.get_payload(decode=True)
        for part in mail.walk()
        if not part.is_multipart()
    ]
    seen = answer.out.encode() + out.read_bytes()
    for one in shown:
        seen += one if isinstance(one, bytes) else one.encode("utf-8")
    for pupil in some_pupils():
        for value in (str(pupil.number), pupil.last_name, pupil.externeid, pupil.magister_row()[1]):
            assert value.encode() not in seen


def test_the_same_request_gives_the_same_bytes(say: Say, tmp_path: Path, school: School) -> None:
    for name in ("een.eml", "twee.eml"):
        arguments = [str(school.magister), str(school.legacy), *asker(), "--out", str(tmp_path / name)]
        assert say("aanvraag", *arguments).code == EXIT_DONE
    assert (tmp_path / "een.eml").read_bytes() == (tmp_path / "twee.eml").read_bytes()


def test_attached_files_are_those_delivered_under_neutral_names(ask: Say, out: Path, school: School) -> None:
    answer = ask(str(school.legacy), str(school.magister), *asker(), "--attach")
    assert answer.code == EXIT_DONE
    (passphrase,) = PASSPHRASE.findall(answer.out)
    assert answer.out.count(passphrase) == 1
    mail = mail_of(out)
    assert attached(mail, passphrase) == {
        "legacy.csv": school.legacy.read_bytes(),
        "magister.csv": school.magister.read_bytes(),
    }
    with pytest.raises(RuntimeError, match=r"[Bb]ad password"):
        attached(mail, "abcd-efgh-jkmn-pqrs-tuvw")
    (part,) = mail.iter_attachments()
    assert b"migratiehulpbestand" not in part.get_content()
    assert passphrase not in plain(mail)
    assert passphrase.encode() not in out.read_bytes()
    assert passphrase not in answer.err


def test_the_passphrase_as_json_is_a_field_and_new_each_time(
    say: Say, tmp_path: Path, school: School
) -> None:
    told = [
        say(
            "aanvraag",
            str(school.magister),
            *asker(),
            "--attach",
            "--json",
            "--out",
            str(tmp_path / name),
        ).json()
        for name in ("een.eml", "twee.eml")
    ]
    passphrases = {one["passphrase"] for one in told}
    assert len(passphrases) == 2
    assert all(PASSPHRASE.fullmatch(one) for one in passphrases)
    assert [one["files"][0]["attached_as"] for one in told] == ["magister.csv"] * 2


def test_a_passphrase_of_ones_own_opens_the_zip_and_is_not_repeated(
    ask: Say, out: Path, school: School, tmp_path: Path
) -> None:
    own = tmp_path / "wachtwoord.txt"
    own.write_text("vier paarden lopen 7 rondjes\n", encoding="utf-8")
    answer = ask(str(school.magister), *asker(), "--attach", "--passphrase-file", str(own))
    assert answer.code == EXIT_DONE
    assert "vier paarden" not in answer.out + answer.err
    assert "Passphrase:" not in answer.out
    assert attached(mail_of(out), "vier paarden lopen 7 rondjes") == {
        "magister.csv": school.magister.read_bytes()
    }


SETTINGS: Final = """
[school]
name = "Instelcollege"
brin = "99ZZ01"
realms = ["magis.instel", "magis.tweede"]
[request]
administration = "somtoday"
contact = "A. de Boer"
contact_mail = "a.deboer@instel.example"
to = "link@vendor.example"
"""


def test_the_settings_supply_what_is_not_given(ask: Say, out: Path, tmp_path: Path) -> None:
    settings = tmp_path / "school.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    answer = ask("--settings", str(settings), "--contact", "B. Smit", "--json")
    assert answer.code == EXIT_DONE
    told = answer.json()
    assert (told["school"], told["brin"], told["administration"]) == ("Instelcollege", "99ZZ01", "somtoday")
    assert told["realms"] == ["magis.instel", "magis.tweede"]
    mail = mail_of(out)
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("B. Smit", "a.deboer@instel.example")
    assert mail["To"] == "link@vendor.example"
    assert "Somtoday" in plain(mail)
    assert "Magister" not in plain(mail)


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"school": None}, "REQUEST-MISSING", "--school"),
        ({"brin": None}, "REQUEST-MISSING", "--brin"),
        ({"contact": None}, "REQUEST-MISSING", "--contact"),
        ({"contact_mail": None}, "REQUEST-MISSING", "--contact-mail"),
        ({"contact": " \u00a0 "}, "REQUEST-MISSING", "--contact"),
        ({"brin": "99xx"}, "REQUEST-BRIN", "--brin"),
        ({"brin": "99XX1"}, "REQUEST-BRIN", "--brin"),
        ({"brin": "XX99"}, "REQUEST-BRIN", "--brin"),
        ({"brin": "٩٩XX"}, "REQUEST-BRIN", "--brin"),
        ({"school": "x" * 201}, "REQUEST-TOO-LONG", "--school"),
        ({"contact_mail": "geen adres"}, "REQUEST-ADDRESS", "--contact-mail"),
        ({"contact_mail": "a@localhost"}, "REQUEST-ADDRESS", "--contact-mail"),
        ({"contact_mail": "Boer <a@school.example>"}, "REQUEST-ADDRESS", "--contact-mail"),
        ({"to": "a@vendor.example,b@vendor.example"}, "REQUEST-ADDRESS", "--to"),
        ({"to": "a..b@vendor.example"}, "REQUEST-ADDRESS", "--to"),
        ({"to": f"{'a' * 250}@vendor.example"}, "REQUEST-TOO-LONG", "--to"),
        ({"to": f"{'a' * 190}@{'b' * 70}.example"}, "REQUEST-TOO-LONG", "--to"),
        ({"to": ""}, "REQUEST-MISSING", "--to"),
    ],
)
def test_what_is_missing_or_out_of_form_is_refused_in_both_languages(
    ask: Say, out: Path, change: dict[str, str | None], code: str, named: str
) -> None:
    answer = ask(*asker(**change))
    assert (answer.code, answer.out) == (EXIT_USAGE, "")
    assert answer.err.count(code) == 2
    assert answer.err.count("\n") == 2
    assert named in answer.err
    assert nothing_written(out)


def test_a_line_end_or_another_space_around_a_value_is_taken_off(ask: Say, out: Path) -> None:
    told = ask(*asker(brin="99XX\n", school=" Sint\u00a0Jan\u2003"), "--json").json()
    assert (told["brin"], told["school"]) == ("99XX", "Sint Jan")


@pytest.mark.parametrize("option", ["school", "brin", "contact", "contact_mail", "to"])
@pytest.mark.parametrize("control", ["\n", "\r", "\r\n", "\x00", "\x85", "\u2028", "\u202e", "\x1b[31m"])
def test_a_line_break_writes_no_header_of_its_own(ask: Say, out: Path, option: str, control: str) -> None:
    value = f"{asker()[1]}{control}Bcc: iedereen@elders.example"
    answer = ask(*asker(**{option: value}))
    assert answer.code == EXIT_USAGE
    assert "REQUEST-CHARACTER" in answer.err
    assert "Bcc" not in answer.err
    assert nothing_written(out)


def test_the_settings_write_no_header_either(ask: Say, out: Path, tmp_path: Path) -> None:
    settings = tmp_path / "school.toml"
    settings.write_text(
        SETTINGS.replace("Instelcollege", "Instel\\r\\nBcc: iedereen@elders.example"), encoding="utf-8"
    )
    answer = ask("--settings", str(settings))
    assert answer.code == EXIT_USAGE
    assert "REQUEST-CHARACTER" in answer.err
    assert nothing_written(out)


def test_a_draft_that_is_there_already_is_not_overwritten(ask: Say, out: Path) -> None:
    out.write_bytes(b"mijn eigen mail")
    answer = ask(*asker())
    assert answer.code == EXIT_OUTPUT
    assert "OUTPUT-EXISTS" in answer.err
    assert out.read_bytes() == b"mijn eigen mail"


@pytest.mark.parametrize("target", ["nergens", "elders.eml"])
def test_a_link_under_the_name_of_the_draft_is_refused(
    ask: Say, out: Path, tmp_path: Path, target: str
) -> None:
    (tmp_path / "elders.eml").write_bytes(b"van een ander")
    out.symlink_to(tmp_path / target)
    answer = ask(*asker())
    assert answer.code == EXIT_OUTPUT
    assert "OUTPUT-EXISTS" in answer.err
    assert (tmp_path / "elders.eml").read_bytes() == b"van een ander"
    assert not (tmp_path / "nergens").exists()


def test_a_folder_for_the_draft_that_is_not_there_is_refused(say: Say, tmp_path: Path) -> None:
    answer = say("aanvraag", *asker(), "--out", str(tmp_path / "nergens" / "aanvraag.eml"))
    assert answer.code == EXIT_OUTPUT
    assert "OUTPUT-WRITE" in answer.err


def test_a_screen_that_does_not_take_the_passphrase_leaves_no_draft(
    ask: Say, out: Path, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    answer = ask(str(school.magister), *asker(), "--attach")
    assert answer.code == EXIT_OUTPUT
    assert nothing_written(out)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("missing", "INTAKE-FILE-MISSING"),
        ("a folder", "INTAKE-IS-FOLDER"),
        ("a pipe", "INTAKE-NOT-A-FILE"),
        ("a link to nothing", "INTAKE-FILE-MISSING"),
        ("a device", "INTAKE-NOT-A-FILE"),
        ("empty", "INTAKE-EMPTY"),
        ("a picture", "INTAKE-"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--attach"]])
def test_what_is_no_readable_file_is_refused_without_waiting(
    ask: Say, out: Path, tmp_path: Path, kind: str, code: str, more: list[str]
) -> None:
    path = tmp_path / "lijst.csv"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a link to nothing":
        path.symlink_to(tmp_path / "weg.csv")
    elif kind == "a device":
        path = Path("/dev/zero")
    elif kind == "empty":
        path.touch()
    elif kind == "a picture":
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    answer = ask(str(path), *asker(), *more)
    assert answer.code == EXIT_INPUT
    assert code in answer.err
    assert not PASSPHRASE.search(answer.out)
    assert nothing_written(out)


def test_a_link_to_a_delivered_file_is_that_file(ask: Say, school: School, tmp_path: Path) -> None:
    link = tmp_path / "snelkoppeling.csv"
    link.symlink_to(school.magister)
    (told,) = ask(str(link), *asker(), "--json").json()["files"]
    assert told["sha256"] == hashlib.sha256(school.magister.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "name", ["lijst\nBcc: x@elders.example.csv", "lijst\x1b[31m.csv", "lijst\u202evsc.csv"]
)
def test_a_name_of_a_file_steers_neither_the_mail_nor_the_screen(
    ask: Say, out: Path, school: School, tmp_path: Path, name: str
) -> None:
    path = school.magister.rename(tmp_path / name)
    answer = ask(str(path), *asker())
    assert answer.code == EXIT_DONE
    shown = "".join(one if one.isprintable() else "?" for one in name)
    assert shown in plain(mail_of(out))
    assert shown in answer.out
    assert all(line.isprintable() for line in answer.out.splitlines())
    assert mail_of(out)["Bcc"] is None


def with_column(school: School, heading: str, value: str) -> None:
    rows = [[*pupil.legacy_row(), value] for pupil in some_pupils()]
    write_table(school.legacy, [*LEGACY_HEADINGS, heading], rows)


@pytest.mark.parametrize("more", [[], ["--attach"]])
def test_a_file_with_national_numbers_is_refused(
    ask: Say, out: Path, school: School, more: list[str]
) -> None:
    with_column(school, "BSN", "111222333")
    answer = ask(str(school.legacy), *asker(), *more)
    assert answer.code == EXIT_INPUT
    assert "INTAKE-NATIONAL-NUMBER" in answer.err
    assert "111222333" not in answer.out + answer.err
    assert nothing_written(out)


@pytest.mark.parametrize("heading", ["BSN", "Notitie"])
@pytest.mark.parametrize("more", [[], ["--attach"]])
def test_what_the_settings_leave_unread_is_in_the_file_all_the_same_and_refused(
    ask: Say, out: Path, school: School, tmp_path: Path, more: list[str], heading: str
) -> None:
    with_column(school, heading, "111222333")
    settings = tmp_path / "school.toml"
    drop = f'drop_columns = ["{heading}"]\n'
    settings.write_text(f"[magister]\n{drop}[legacy]\n{drop}", encoding="utf-8")
    answer = ask(str(school.legacy), *asker(), "--settings", str(settings), *more)
    assert answer.code == EXIT_INPUT
    assert "REQUEST-COLUMNS" in answer.err
    assert heading in answer.err
    assert "111222333" not in answer.err
    assert nothing_written(out)


def test_personal_facts_are_refused_unless_numo_needs_them(
    ask: Say, out: Path, school: School, tmp_path: Path
) -> None:
    with_column(school, "Geboortedatum", "2012-03-04")
    answer = ask(str(school.legacy), *asker(), "--attach")
    assert answer.code == EXIT_INPUT
    assert "Geboortedatum" in answer.err
    assert "2012" not in answer.err
    assert nothing_written(out)
    settings = tmp_path / "school.toml"
    settings.write_text('[legacy]\nkeep_columns = ["Geboortedatum"]\n', encoding="utf-8")
    assert ask(str(school.legacy), *asker(), "--attach", "--settings", str(settings)).code == EXIT_DONE


def test_the_same_file_twice_is_refused(ask: Say, out: Path, school: School, tmp_path: Path) -> None:
    copy = tmp_path / "kopie.csv"
    copy.write_bytes(school.legacy.read_bytes())
    answer = ask(str(school.legacy), str(copy), *asker())
    assert answer.code == EXIT_INPUT
    assert "REQUEST-FILE-TWICE" in answer.err
    assert nothing_written(out)


def test_files_of_which_nobody_knows_the_place_are_refused(
    ask: Say, out: Path, school: School, tmp_path: Path
) -> None:
    other = tmp_path / "ander.csv"
    other.write_bytes(school.magister.read_bytes() + b"10999;60999;\r\n")
    answer = ask(str(school.magister), str(other), str(school.legacy), *asker())
    assert answer.code == EXIT_INPUT
    assert "REQUEST-FILES" in answer.err
    assert "2 migration help files and 1 lists" in answer.err
    assert nothing_written(out)


def test_a_workbook_is_named_but_never_attached(ask: Say, out: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook

    path = tmp_path / "numo_oud.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(LEGACY_HEADINGS))
    for pupil in some_pupils():
        sheet.append(list(pupil.legacy_row()))
    book.save(path)
    answer = ask(str(path), *asker(), "--attach")
    assert answer.code == EXIT_INPUT
    assert "REQUEST-NOT-PLAIN" in answer.err
    assert nothing_written(out)
    assert ask(str(path), *asker()).code == EXIT_DONE


def test_an_attachment_too_large_to_mail_is_refused(
    ask: Say, out: Path, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etl.request, "LARGEST_ATTACHMENT", 200)
    answer = ask(str(school.magister), *asker(), "--attach")
    assert answer.code == EXIT_OUTPUT
    assert "REQUEST-TOO-LARGE" in answer.err
    assert not PASSPHRASE.search(answer.out)
    assert nothing_written(out)


def test_the_largest_attachment_fits_in_a_mail_of_twenty_megabytes() -> None:
    from etl.request_mail import Request, build_mail

    request = Request("School", "99XX", "magister", (), "A", "a@school.example", None, ())
    assert len(build_mail(request, "nl", bytes(etl.request.LARGEST_ATTACHMENT))) < 20_000_000


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--attach"], "REQUEST-NOTHING-TO-ATTACH"),
        (["--passphrase-file", "wachtwoord.txt"], "REQUEST-PASSPHRASE-ALONE"),
        (["--attach", "--passphrase-file", "nergens.txt"], "REQUEST-PASSPHRASE-FILE"),
        (["--attach", "--passphrase-file", "/dev/zero"], "REQUEST-PASSPHRASE-FILE"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(
    ask: Say, out: Path, arguments: list[str], code: str
) -> None:
    answer = ask(*asker(), *arguments)
    assert answer.code == EXIT_USAGE
    assert code in answer.err
    assert nothing_written(out)


def test_a_weak_passphrase_is_refused_and_not_shown(
    ask: Say, out: Path, school: School, tmp_path: Path
) -> None:
    weak = tmp_path / "wachtwoord.txt"
    weak.write_text("welkom123", encoding="utf-8")
    answer = ask(str(school.magister), *asker(), "--attach", "--passphrase-file", str(weak))
    assert answer.code == EXIT_USAGE
    assert "REQUEST-PASSPHRASE-WEAK" in answer.err
    assert "welkom123" not in answer.out + answer.err
    assert nothing_written(out)


def test_without_the_library_nothing_is_attached_or_written(
    ask: Say, out: Path, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    answer = ask(str(school.magister), *asker(), "--attach")
    assert answer.code == EXIT_USAGE
    assert "koppelcheck[attach]" in answer.err
    assert nothing_written(out)
    assert ask(str(school.magister), *asker()).code == EXIT_DONE


def test_a_refusal_as_json_names_the_command(ask: Say) -> None:
    answer = ask("--json")
    assert answer.code == EXIT_USAGE
    told = answer.json()
    assert (told["format"], told["code"]) == ("koppelcheck/request-1", "REQUEST-MISSING")
    assert set(told["messages"]) == {"nl", "en"}
