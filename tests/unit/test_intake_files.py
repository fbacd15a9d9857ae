"""What schools send instead of a CSV file. In it, where there are pupils: Noor and Sem, invented."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from etl.contract import LEGACY_SOURCE
from etl.errors import ConfigError, InputError
from etl.intake.delivery import Delivery
from etl.intake.reader import read_delivery
from etl.texts import LANGUAGES, load_catalogue, placeholders, text

TABLE = "stamnr;naam;klas\r\n1001;Noor Çelik;1A\r\n1002;Sem Bäcker;1B\r\n"


def read(tmp_path: Path, content: bytes, **settings: object) -> Delivery:
    path = tmp_path / "lijst.csv"
    path.write_bytes(content)
    return read_delivery(path, source=LEGACY_SOURCE, **settings)  # type: ignore[arg-type]


def refusal(tmp_path: Path, content: bytes, **settings: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, **settings)
    return caught.value


def workbook(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_delivery(tmp_path / "weg.csv", source=LEGACY_SOURCE)
    assert (caught.value.code, caught.value.fields) == ("INTAKE-FILE-MISSING", {"file": "weg.csv"})


def test_a_folder_is_no_list_of_pupils(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="INTAKE-IS-FOLDER"):
        read_delivery(tmp_path, source=LEGACY_SOURCE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pijp.csv")
    with pytest.raises(InputError, match="INTAKE-NOT-A-FILE"):
        read_delivery(tmp_path / "pijp.csv", source=LEGACY_SOURCE)


def test_a_file_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_delivery(tmp_path / "a\x1b[31m.csv", source=LEGACY_SOURCE)
    assert caught.value.fields["file"] == "a?[31m.csv"


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, TABLE.encode(), max_bytes=20).code == "INTAKE-TOO-LARGE"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n \r\n",
        b"\xef\xbb\xbf",
        b"stamnr;naam\r\n",
        b"stamnr;naam\r\n;\r\n\r\n",
        b"stamnr;naam\nTotaal: 0\n",
    ],
)
def test_a_list_without_pupils_is_empty(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content).code == "INTAKE-EMPTY"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (workbook("mimetype", "content.xml"), "OpenDocument (.ods)"),
        (workbook("word/document.xml"), "Word (.docx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "Excel (.xls)"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"<!DOCTYPE html><html><body>Inloggen</body></html>", "HTML"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><leerlingen/>', "XML"),
        (b'[{"stamnr": 1001}]', "JSON"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(tmp_path: Path, content: bytes, kind: str) -> None:
    error = refusal(tmp_path, content)
    assert (error.code, error.fields) == ("INTAKE-IS-OTHER", {"file": "lijst.csv", "kind": kind})


def test_half_a_zip_is_refused_as_one(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"PK\x03\x04 cut off").code == "INTAKE-ZIP-DAMAGED"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, bytes(range(1, 32)) * 40).code == "INTAKE-NOT-TEXT"


def test_headings_in_brackets_are_not_taken_for_another_kind(tmp_path: Path) -> None:
    delivery = read(tmp_path, b"[STAMNR];[KLAS]\n1001;1A\n")
    assert delivery.headings == ("[STAMNR]", "[KLAS]")


@pytest.mark.parametrize(
    ("codec", "mark", "shown"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("cp1252", b"", "cp1252"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\x00\x00", "utf-32-le"),
    ],
)
def test_a_pupil_keeps_the_letters_of_her_name(tmp_path: Path, codec: str, mark: bytes, shown: str) -> None:
    delivery = read(tmp_path, mark + TABLE.encode(codec))
    assert delivery.records[0].cells == ("1001", "Noor Çelik", "1A")
    assert (delivery.profile.encoding, delivery.profile.has_bom) == (shown, bool(mark))
    told = [remark.code for remark in delivery.profile.remarks]
    assert told == ([] if codec == "utf-8" else ["INTAKE-ENCODING-CHOSEN"])


def test_a_byte_that_windows_does_not_know_is_kept_and_told(tmp_path: Path) -> None:
    delivery = read(tmp_path, b"stamnr;naam\n1001;J\x81rgen\n1002;Ren\xe9\n")
    assert [record.cells[1] for record in delivery.records] == ["J\x81rgen", "René"]
    assert "INTAKE-ENCODING-UNDEFINED" in [remark.code for remark in delivery.profile.remarks]


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_a_name_from_a_dos_or_mac_program_is_read_and_told(tmp_path: Path, encoding: str) -> None:
    content = TABLE.replace("Bäcker", "Bécker").encode(encoding)
    for delivery in (read(tmp_path, content), read(tmp_path, content, encoding=encoding)):
        assert delivery.records[1].cells[1] == "Sem Bécker"
        assert delivery.profile.encoding == encoding
        assert [remark.code for remark in delivery.profile.remarks] == ["INTAKE-ENCODING-CHOSEN"]


def test_signs_inside_names_that_no_encoding_explains_raise_doubt(tmp_path: Path) -> None:
    content = b"stamnr;naam\n1001;No\x95or\n1002;S\xa2em\n1003;Zo\xeb\n1004;Ren\xe9\n1005;Dani\xebl\n"
    delivery = read(tmp_path, content)
    assert delivery.profile.encoding == "cp1252"
    assert "INTAKE-ENCODING-DOUBT" in [remark.code for remark in delivery.profile.remarks]


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfstamnr;naam\n1;Ren\xe9\n", "stamnr;naam\n1;a\n".encode("utf-16") + b"x"],
)
def test_a_file_that_breaks_the_promise_of_its_mark_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content).code == "INTAKE-ENCODING"


def test_the_settings_cannot_name_an_encoding_that_does_not_exist(tmp_path: Path) -> None:
    for encoding in ("klingon", "hex"):
        with pytest.raises(ConfigError, match="INTAKE-SETTING-ENCODING"):
            read(tmp_path, TABLE.encode(), encoding=encoding)


def test_every_sentence_of_the_reader_has_the_same_fields_in_both_languages() -> None:
    mine = {code: form for code, form in load_catalogue().items() if code.startswith("INTAKE-")}
    assert len(mine) > 30
    for code, forms in mine.items():
        assert {placeholders(sentence) for sentence in forms.values()} == {placeholders(forms["nl"])}, code
        fields = dict.fromkeys(placeholders(forms["nl"]), 1)
        for language in LANGUAGES:
            assert "{" not in text(code, language, **fields)
