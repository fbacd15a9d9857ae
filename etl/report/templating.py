"""Fills templates into pages that load nothing: escaping, characters a page cannot show, hashes of style and script.

It knows no report and writes no sentence outside `etl/lang/`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl.intake.encoding import show_encoding
from etl.texts import LANGUAGES, show_date, show_value, text

if TYPE_CHECKING:
    from jinja2 import Environment

# Control characters and lone surrogates cannot stand in a page; each gets a picture one can see.
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FIRST_CONTROL_PICTURE: Final = 0x2400
_DELETE_PICTURE: Final = "\u2421"
_UNKNOWN_CHARACTER: Final = "\ufffd"
_DELIMITERS: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}


def make_environment(language: str) -> Environment:
    """Return an environment with `say` for sentences and the filters number, shown, date, encoding and delimiter.

    Errors:  ValueError for a language that has no catalogue.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    from etl.report.compiled_templates import CompiledTemplates

    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    folder = resources.files("etl.report")
    kept = None
    if isinstance(folder, Path):  # not inside a zip
        # The compiler works out what stands still, with the filters of this language and the settings below.
        rests_on = (folder / "templating.py").read_text(encoding="utf-8")
        kept = CompiledTemplates(folder / "templates" / "__pycache__", kind=language, rests_on=rests_on)
    environment = Environment(
        loader=FunctionLoader(read_template),
        bytecode_cache=kept,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["say"] = lambda code, **fields: text(code, language, **fields)
    environment.filters.update(
        number=lambda value: show_value(value, language),
        shown=show_characters,
        date=lambda moment: show_date(moment, language),
        encoding=show_encoding,
        delimiter=lambda mark: (
            text(f"page.file.delimiter.{_DELIMITERS[mark]}", language) if mark in _DELIMITERS else mark
        ),
    )
    return environment


def compile_templates() -> None:
    """Compile every template of a page, in each language, so that no run has to."""
    names = [entry.name for entry in (resources.files("etl.report") / "templates").iterdir()]
    for language in LANGUAGES:
        environment = make_environment(language)
        for name in names:
            if name.endswith(".html.j2"):
                environment.get_template(name)


def show_characters(value: str) -> str:
    """Replace characters that a page cannot show by a picture of them, so that damage is seen."""

    def picture(match: re.Match[str]) -> str:
        number = ord(match[0])
        if number < 0x20:
            return chr(_FIRST_CONTROL_PICTURE + number)
        return _DELETE_PICTURE if number == 0x7F else _UNKNOWN_CHARACTER

    return _UNSHOWABLE.sub(picture, value)


def read_template(name: str) -> str:
    """Return a template, a style or a script that goes into a page."""
    template = resources.files("etl.report") / "templates" / name
    # A checkout on Windows may turn line ends; the page and its hashes may not depend on that.
    return template.read_text(encoding="utf-8").replace("\r\n", "\n")


def policy_hash(content: str) -> str:
    """Return how a page's policy names the one style or script that it may use."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
