"""What the reader promises for any bytes: a table or a refusal, nothing lost, and no value in what it says.

It holds no test; the tests and the fuzzer both hand it bytes.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path
from typing import Final

from etl.contract import SOURCES, Source
from etl.errors import ReconcileError
from etl.intake.canonical import write_canonical
from etl.intake.delivery import Delivery
from etl.intake.files import RawFile
from etl.intake.load import keys_mentioned
from etl.intake.opening import ReadSettings
from etl.intake.repair import find_repairs
from etl.intake.table import read_raw
from etl.intake.understand import understand_file, write_understood
from etl.texts import LANGUAGES, text

MAX_BYTES: Final = 1 << 22  # what a ZIP or a workbook may unpack to: a fuzzer is not after size
GUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
ADDRESS: Final = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[A-Za-z]+")
STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def keep_promises(data: bytes, name: str = "lijst.csv") -> str:
    """Read bytes as each kind of file and check what comes of it; returns in a word what they were."""
    raw = RawFile(name, data, "0" * 64)
    kinds = [kind for kind, source in SOURCES.items() if _is_read(raw, source)]
    with tempfile.TemporaryDirectory() as folder:
        if _is_understood(raw, Path(folder) / "out.csv"):
            kinds.append("text")
    return "+".join(kinds)


def _is_read(raw: RawFile, source: Source) -> bool:
    try:
        delivery = read_raw(raw, source=source, settings=ReadSettings(max_bytes=MAX_BYTES))
    except ReconcileError as error:
        check_refusal(error, raw)
        return False
    check_delivery(delivery)
    return True


def check_refusal(error: ReconcileError, raw: RawFile) -> None:
    """A refusal has a sentence in both languages, on which stands no id and no address of the file."""
    secrets = set(GUID.findall(raw.data.decode("latin-1"))) | set(ADDRESS.findall(raw.data.decode("latin-1")))
    for language in LANGUAGES:
        sentence = text(error.code, language, **error.fields)
        assert len(sentence) > 20
        assert not STEERING.search(sentence), "a sign that steers the terminal"
        assert not any(secret in sentence for secret in secrets), "a value of the file"


def check_delivery(delivery: Delivery) -> None:
    """Every record is there once, in order, as wide as the headings, and written down so that it reads back."""
    profile = delivery.profile
    assert profile.records == len(delivery.records)
    assert profile.broken == len(delivery.broken)
    assert profile.records + profile.broken == profile.records_counted_again
    numbers = sorted(record.source_row for record in (*delivery.records, *delivery.broken))
    assert numbers == list(range(1, len(numbers) + 1))
    lines = [record.line_number for record in delivery.records]
    assert lines == sorted(set(lines))
    assert all(line > profile.header_line for line in lines)
    assert all(len(record.cells) == len(delivery.headings) for record in delivery.records)
    chosen = [choice.canonical for choice in delivery.columns if choice.canonical]
    assert len(chosen) == len(set(chosen))
    for repair in find_repairs(delivery):
        assert repair.used != repair.delivered
    for broken in delivery.broken:
        keys_mentioned(broken)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "canonical.csv"
        write_canonical(delivery, path, school="s")
        written = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""), strict=True))
        assert [tuple(row[4:]) for row in written] == [record.cells for record in delivery.records]


def _is_understood(raw: RawFile, path: Path) -> bool:
    try:
        understood = understand_file(raw)
    except ReconcileError as error:
        check_refusal(error, raw)
        return False
    write_understood(understood, path)
    table = [understood.headings, *understood.rows] if understood.headings else [*understood.rows]
    written = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""), strict=True))
    assert [tuple(row) for row in written] == [tuple(row) for row in table]
    return True
