"""Fills templates into pages that load nothing: escaping, characters a page cannot show, hashes of style and script.

It knows no report and writes no sentence outside `etl/lang/`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources
from typing import TYPE_CHECKING, Final

from etl.texts import LANGUAGES, show_date, show_value, text

if TYPE_CHECKING:
    from jinja2 import Environment

# Control characters and lone surrogates cannot stand in a page; each gets a picture one can see.
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FIRST_CONTROL_PICTURE: Final = 0x2400
_DELETE_PICTURE: Final = "\u2421"
_UNKNOWN_CHARACTER: Final = "\ufffd"


def make_environment(language: str) -> Environment:
    """Return an environment with `say` for sentences and the filters number, shown and date.

    Errors:  ValueError for a language that has no catalogue.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    environment = Environment(
        loader=FunctionLoader(read_template),
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
    )
    return environment


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
