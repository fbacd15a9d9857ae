"""The JSON that programs read has a published schema, and the schema fits what is written: no less and no more.

In it: the sample school, and the small schools of the tests of the command line in every state a run can be in.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import etl.commands_run
from etl.brakes import Brake
from etl.cli import main
from etl.commands import FORMATS
from etl.decisions.candidates import Candidate
from etl.decisions.model import Case, PersonRecord, Question
from etl.manifest import FORMAT as MANIFEST_FORMAT
from etl.published import list_schemas, read_schema
from etl.purge import purge_runs
from etl.report import model
from tests.cli.schools import Pupil, Say, some_pupils, write_school, write_table
from tests.golden.sample_run import NOW, SAMPLE, run_sample

NAMES = list_schemas()
# A schema that was published is a promise. Another shape gets another number and a line here; no line ever changes.
PUBLISHED = Path(__file__).parent / "published_schemas.txt"


def schema_of(content: dict[str, Any]) -> dict[str, Any]:
    return json.loads(read_schema(content["format"].removeprefix("koppelcheck/")))


def problems(content: dict[str, Any]) -> list[str]:
    """Say where a content does not fit its schema; of several forms of an answer, where it fits that of its kind."""
    schema = schema_of(content)
    forms = schema.get("oneOf", [schema])
    with_same_keys = [one for one in forms if set(one["required"]) <= set(content)] or forms
    found = (
        list(Draft202012Validator({**one, "$defs": schema.get("$defs", {})}).iter_errors(content))
        for one in with_same_keys
    )
    closest = min(found, key=len)
    if not closest:
        assert Draft202012Validator(schema).is_valid(content)
    return [
        f"{'/'.join(map(str, one.absolute_path))}: {one.validator} {one.message[:200]}" for one in closest
    ]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_sample(tmp_path_factory.mktemp("sample")).run_folder


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def answered(call: Say, *arguments: str) -> Any:
    """Call the program with --json; what it answers has to fit."""
    content = call(*arguments, "--json").json()
    assert problems(content) == []
    return content


def both_files_fit(folder: Path) -> Any:
    """Check report and manifest of a run; return the manifest."""
    manifest = read(folder / "manifest.json")
    assert problems(read(folder / "report" / "report.json")) == []
    assert problems(manifest) == []
    return manifest


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_sound_and_is_called_what_it_describes(name: str) -> None:
    schema = json.loads(read_schema(name))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:koppelcheck:schema:{name}"
    for answer in schema.get("oneOf", [schema]):
        assert answer["properties"]["format"] == {"const": f"koppelcheck/{name}"}


def test_every_format_has_its_schema_and_every_schema_its_format() -> None:
    written = {*FORMATS.values(), model.FORMAT, MANIFEST_FORMAT}
    assert written <= {f"koppelcheck/{name}" for name in NAMES}
    # Older numbers stay for who reads older runs.
    assert {name.rsplit("-", 1)[0] for name in NAMES} == {
        one.removeprefix("koppelcheck/").rsplit("-", 1)[0] for one in written
    }


def test_a_published_schema_never_changes() -> None:
    lines = PUBLISHED.read_text("utf-8").splitlines()
    published = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert published == {name: hashlib.sha256(read_schema(name).encode()).hexdigest() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_object_of_a_schema_says_what_it_may_hold(name: str) -> None:
    # Where names are not ours (files, libraries, settings, cases) a description says so, or their form is given.
    for place, one in objects_of(json.loads(read_schema(name)), name):
        closed = one.get("additionalProperties") is False
        told = "description" in one or "additionalProperties" in one
        assert closed or told, place


def objects_of(schema: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield place, schema
        for key, value in schema.items():
            yield from objects_of(value, f"{place}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from objects_of(value, f"{place}/{number}")


def test_the_report_of_the_sample_fits_and_so_does_its_manifest(sample: Path) -> None:
    both_files_fit(sample)


@pytest.mark.parametrize("file", ["report/report.json", "manifest.json"])
def test_a_key_more_or_less_is_noticed_wherever_it_is(sample: Path, file: str) -> None:
    content = read(sample / file)
    validator = Draft202012Validator(schema_of(content))
    named = {"settings", "versions", "outputs", "evidence", "fields"}
    seen: set[tuple[str | int, ...]] = set()
    for path in places_of(content):
        kind = tuple("*" if isinstance(part, int) or part.startswith("K-") else part for part in path)
        if kind in seen or named & set(map(str, kind[-1:])) or "settings" in kind:
            continue
        seen.add(kind)
        # Only the branch that is spoiled is looked at: a whole report is large.
        for spoil in ("more", "less"):
            spoiled = copy.copy(content)
            target = at(spoiled, path)
            if spoil == "more":
                target["unheard_of"] = 1
            else:
                del target[next(iter(target))]
            assert not validator.is_valid(spoiled), (kind, spoil)
    assert len(seen) > (15 if "report" in file else 7)


def places_of(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(content, dict):
        if content:
            yield path
        for key, value in content.items():
            yield from places_of(value, (*path, key))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from places_of(value, (*path, number))


def at(content: Any, path: tuple[Any, ...]) -> Any:
    """Return the object at a place, every container on the way to it copied, so that the rest is left alone."""
    for part in path:
        content[part] = copy.copy(content[part])
        content = content[part]
    return content


def test_the_schema_of_the_report_names_the_facts_of_the_model_and_no_other() -> None:
    schema = json.loads(read_schema("report-1"))
    described = {"": schema, **schema["$defs"]}
    properties = schema["properties"]
    pairs: dict[type, dict[str, Any]] = {
        model.Report: described[""],
        Brake: described["brake"],
        Candidate: described["candidate"],
        Case: described["case"],
        PersonRecord: described["person"],
        Question: described["question"],
        model.Move: described["move"],
        model.Remark: described["remark"],
        model.Resolved: described["resolved"],
        model.SinceThen: properties["since"]["anyOf"][0],
        **{
            kind: properties[name]["items"]
            for kind, name in (
                (model.AnswerLine, "answers"),
                (model.CheckOutcome, "checks"),
                (model.Difference, "differences"),
                (model.GroupCount, "groups"),
                (model.LoginClass, "login"),
                (model.LooseRecord, "loose"),
                (model.NoLogin, "no_login"),
                (model.OpenQuestion, "open_questions"),
                (model.OpleidingClass, "opleiding"),
                (model.Rejected, "rejected"),
                (model.SourceFile, "sources"),
                (model.StatusCount, "statuses"),
                (model.ValueRepair, "repairs"),
            )
        },
    }
    for kind, one in pairs.items():
        names = {field.name for field in fields(kind)}
        assert set(one["properties"]) == set(one["required"]) == names, kind.__name__


def test_what_the_commands_say_of_the_sample_fits(
    say: Say,
    sample: Path,
    tmp_path: Path,
) -> None:
    magister, legacy, control = (str(SAMPLE / f"{name}.csv") for name in ("magister", "legacy", "control"))
    assert answered(say, "check", magister, legacy, control)["outlook"] is not None
    assert answered(say, "check", control, "--canonical", str(tmp_path / "c.csv"))["files"][0]["records"]
    assert answered(say, "explain", str(sample), "240175")["records"]
    assert answered(say, "suggest", str(sample))["candidates"]
    assert answered(say, "decide", str(sample), str(sample / "questions.csv"), "--dry-run")["unanswered"]
    assert answered(say, "history", str(sample.parent))["runs"]
    settings = str(SAMPLE / "settings.toml")
    asked = ("--contact", "A. de Boer", "--contact-mail", "a@school.example", "--settings", settings)
    draft = str(tmp_path / "draft.eml")
    assert answered(say, "aanvraag", magister, legacy, *asked, "--out", draft, "--attach")["passphrase"]


@pytest.mark.usefixtures("quick")
def test_a_run_a_release_and_a_later_run_fit(
    say: Say,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = ticking(monkeypatch)
    pupils = some_pupils()
    school = write_school(tmp_path, pupils, pupils)
    first = answered(say, *school.arguments())
    folder = Path(first["run_folder"])
    manifest = both_files_fit(folder)
    assert (first["exit_code"], manifest["verdict"]) == (0, "ready")
    assert "no_control_list" in manifest["not_performed"] or manifest["not_performed"]
    assert answered(say, "release", str(folder), "--check")["state"] == "none"
    assert answered(say, "release", str(folder), "--by", "A. de Boer")["files"]
    assert answered(say, "release", str(folder), "--check")["state"] == "valid"
    clock.append(1)
    strangers = [replace(pupils[0], last_name="Eikenhout", first_name="Bram"), *pupils[1:]]
    school = write_school(tmp_path, pupils[1:], strangers)
    second = answered(say, *school.arguments())
    assert second["voided"] == [folder.name]
    both_files_fit(Path(second["run_folder"]))
    assert answered(say, "compare", str(folder), second["run_folder"])["moves"]
    assert answered(say, "release", str(folder), "--check")["state"] == "void"
    assert len(answered(say, "history", str(school.out))["runs"]) == 2
    assert answered(say, "purge", str(school.out), "--dry-run")["kept"]


def ticking(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let every run be a minute later than the one before: its folder has the second in its name."""
    ticks: list[int] = []

    class Clock:
        @staticmethod
        def now() -> Any:
            return NOW.replace(minute=len(ticks))

    monkeypatch.setattr(etl.commands_run, "datetime", Clock)
    return ticks


@pytest.mark.usefixtures("quick")
def test_a_braked_run_an_overridden_one_and_a_purged_one_fit(
    say: Say,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = ticking(monkeypatch)
    pupils = [Pupil(20_000 + place, last_name=f"Wilgenroos{place}") for place in range(40)]
    school = write_school(tmp_path, pupils[:20], pupils)
    run = Path(answered(say, *school.arguments())["run_folder"])
    wanted = [
        (question["question_id"], "archive", "A. de Boer")
        for case in read(run / "report" / "report.json")["old_accounts"]
        for question in case["questions"]
    ]
    decisions = str(write_table(tmp_path / "decisions.csv", ("case", "answer", "by"), wanted))
    clock.append(1)
    held = answered(say, *school.arguments("--decisions", decisions))
    assert (held["exit_code"], held["verdict"], held["brakes"]["archive"]) == (11, "braked", "holding")
    both_files_fit(Path(held["run_folder"]))
    clock.append(2)
    by = ("--override", "archive", "--by", "A. de Boer", "--reason", "two schools became one")
    freed = answered(say, *school.arguments(*by))
    manifest = both_files_fit(Path(freed["run_folder"]))
    assert {brake["state"] for brake in manifest["brakes"]} >= {"overridden"}
    purge_runs(school.out, today=NOW.date().replace(year=2030), version="0")
    purged = read(run / "manifest.json")
    assert "purged" in purged
    assert problems(purged) == []


def test_a_refusal_of_every_command_fits(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    gone = str(tmp_path / "gone")
    arguments = {
        "run": ("--magister", gone, "--legacy", gone, "--out", gone),
        "demo": ("--nonsense",),
        "batch": (gone, "--out", gone),
        "check": (),
        "explain": (gone, "1"),
        "purge": (gone,),
        "decide": (gone, gone),
        "aanvraag": (gone,),
        "release": (gone,),
        "history": (gone,),
        "compare": (gone, gone),
        "suggest": (gone,),
    }
    assert set(arguments) == set(FORMATS)
    for command, given in arguments.items():
        assert main([command, *given, "--json"]) != 0
        content = json.loads(capsys.readouterr().out)
        assert content["verdict"] == "refused"
        assert problems(content) == [], command


def test_a_refused_file_in_a_check_fits(say: Say, tmp_path: Path) -> None:
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    checked = answered(say, "check", str(tmp_path / "photo.csv"))
    assert checked["files"][0]["kind"] is None


def test_a_schema_is_shown_by_its_name_or_by_what_stands_in_the_file(say: Say) -> None:
    assert say("schema").out.split() == list(NAMES)
    shown = say("schema", "report-1")
    assert shown.out == read_schema("report-1")
    assert say("schema", model.FORMAT).out == shown.out
    refused = say("schema", "rapport-1")
    assert (refused.code, refused.out) == (2, "")
    assert "report-1" in refused.err
