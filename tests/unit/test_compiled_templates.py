"""The code of a template is kept, and taken only where it is of this template, this language and this program."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from etl.report.compiled_templates import CompiledTemplates
from etl.report.templating import compile_templates

TEMPLATE = "Dag {{ name }}."


def render(folder: Path, source: str = TEMPLATE, *, kind: str = "nl", rests_on: str = "") -> str:
    """Fill a template in an environment of its own."""
    kept = CompiledTemplates(folder, kind=kind, rests_on=rests_on)
    environment = Environment(loader=DictLoader({"page.j2": source}), bytecode_cache=kept, autoescape=True)
    return environment.get_template("page.j2").render(name="<Noor>")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "kept"


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_the_second_time_nothing_is_compiled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(folder)
    monkeypatch.setattr(Environment, "compile", None)
    assert render(folder) == first == "Dag &lt;Noor&gt;."


@pytest.mark.parametrize("other", [{"source": "Hoi {{ name }}."}, {"rests_on": "another program"}])
def test_code_of_another_template_or_program_is_made_anew(folder: Path, other: dict[str, str]) -> None:
    render(folder)
    before = only_file(folder).read_bytes()
    made = render(folder, **other)
    assert made == ("Hoi &lt;Noor&gt;." if "source" in other else "Dag &lt;Noor&gt;.")
    assert only_file(folder).read_bytes() != before


def test_languages_keep_their_own(folder: Path) -> None:
    render(folder, kind="nl")
    render(folder, kind="en")
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("cut", [0, 10, 65, 66, -1])
def test_half_a_file_is_made_anew(folder: Path, cut: int) -> None:
    render(folder)
    whole = only_file(folder).read_bytes()
    only_file(folder).write_bytes(whole[:cut])
    assert render(folder) == "Dag &lt;Noor&gt;."
    assert only_file(folder).read_bytes() == whole


def test_a_file_that_holds_no_code_is_made_anew(folder: Path) -> None:
    render(folder)
    whole = only_file(folder).read_bytes()
    checksum = whole[: whole.index(b"\n") + 1]
    only_file(folder).write_bytes(checksum + b"N")  # nothing at all, as Python writes it
    assert render(folder) == "Dag &lt;Noor&gt;."
    assert only_file(folder).read_bytes() == whole


def test_a_folder_that_cannot_be_made_or_written_stops_no_page(folder: Path) -> None:
    folder.write_text("a file, no folder")
    assert render(folder) == "Dag &lt;Noor&gt;."
    assert folder.read_text() == "a file, no folder"


def test_nothing_is_kept_where_python_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert render(folder) == "Dag &lt;Noor&gt;."
    assert not folder.exists()


def test_only_its_owner_can_write_the_file(folder: Path) -> None:
    render(folder)
    assert not only_file(folder).stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def test_every_template_compiles_with_what_every_page_has(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[tuple[str, str]] = set()
    original = Environment.get_template

    def note(self: Environment, name: str) -> object:
        asked.add((self.filters["number"](1000), name))
        return original(self, name)

    monkeypatch.setattr(Environment, "get_template", note)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compile_templates()
    names = {path.name for path in Path("etl/report/templates").glob("*.html.j2")}
    assert {name for _, name in asked} == names
    assert {number for number, _ in asked} == {"1.000", "1,000"}
    assert len(asked) == 2 * len(names)
