"""The JSON report holds every figure and record of the report, untranslated and always the same bytes.

In it: the invented school of sample_report.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest
from sample_report import FORMULA_NAME, MARKUP_NAME, sample_report

from etl import contract
from etl.errors import OutputError
from etl.report.json_report import write_json
from etl.report.model import Remark, Report


def written(report: Report, folder: Path) -> dict[str, Any]:
    path = folder / "report.json"
    write_json(report, path)
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_every_fact_about_the_pupils_is_in_it(tmp_path: Path) -> None:
    report = sample_report()
    read = written(report, tmp_path)
    assert read == json.loads(json.dumps(asdict(report)))
    assert set(read) == {field.name for field in fields(Report)}
    assert len(read["cases"]) == len(report.cases)
    assert [entry["record"]["stamnr"] for entry in read["loose"]] == [
        entry.record.stamnr for entry in report.loose
    ]
    names = {record["name"] for case in read["cases"] for record in case["records"]}
    assert {MARKUP_NAME, FORMULA_NAME} <= names


def test_statuses_and_reasons_stay_codes(tmp_path: Path) -> None:
    read = written(sample_report(), tmp_path)
    codes = {status.code for status in contract.STATUSES}
    assert {count["status"] for count in read["statuses"]} == codes
    reasons = {reason for known in contract.REASONS.values() for reason in known}
    assert {case["reason"] for case in read["cases"]} <= reasons


def test_the_counts_add_up_to_both_files(tmp_path: Path) -> None:
    read = written(sample_report(), tmp_path)
    for source, total in (("magister", "pupils_total"), ("legacy", "accounts_total")):
        counted = [count["records"] for count in read["statuses"] if count["source"] == source]
        assert sum(counted) == read[total] > 0


def test_equal_reports_give_equal_bytes_in_sorted_utf8(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    write_json(sample_report(), first)
    write_json(sample_report(), second)
    content = first.read_bytes()
    assert content == second.read_bytes()
    assert content.endswith(b"\n}\n")
    assert b"\r" not in content
    assert "Zoë".encode() in content
    keys = [line.split('"')[1] for line in content.decode().splitlines() if line.startswith('  "')]
    assert keys == sorted(keys)


def test_every_entry_of_a_list_has_a_line_of_its_own(tmp_path: Path) -> None:
    report = sample_report()
    read = written(report, tmp_path)
    lines = (tmp_path / "report.json").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line.removesuffix(",")) for line in lines if line.startswith("    {")]
    assert read["statuses"] == [one for one in entries if set(one) == {"records", "source", "status"}]


def test_half_a_character_in_a_heading_is_still_json(tmp_path: Path) -> None:
    report = sample_report()
    remark = Remark("page.legacy_no_proof", {"headings": ("Naam\ud83d", 3)})
    report = replace(report, sources=(replace(report.sources[0], remarks=(remark,)),))
    read = written(report, tmp_path)
    assert read["sources"][0]["remarks"][0]["fields"]["headings"] == ["Naam\ud83d", 3]


def test_an_earlier_report_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("earlier", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_json(sample_report(), path)
    assert caught.value.code == "OUTPUT-EXISTS"
    assert path.read_text(encoding="utf-8") == "earlier"


def test_a_number_that_is_none_is_refused_and_a_name_that_looks_like_it_is_not(tmp_path: Path) -> None:
    report = sample_report()
    named = replace(report, school_name="NaN Infinity")
    assert written(named, tmp_path)["school_name"] == "NaN Infinity"
    for none in (float("nan"), float("inf")):
        remark = Remark("page.legacy_no_proof", {"share": none})
        broken = replace(report, sources=(replace(report.sources[0], remarks=(remark,)),))
        with pytest.raises(ValueError, match="not JSON compliant"):
            write_json(broken, tmp_path / "broken.json")
