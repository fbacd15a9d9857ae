"""Reads every sentence of `etl/lang/`, and keeps them in a form that is read much sooner.

It never makes a start fail: where nothing can be kept or read, the sentences are read from their own files again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tomllib
from contextlib import suppress
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

Catalogue = dict[str, dict[str, str]]
KEPT_IN: Final = "__pycache__"  # the folder of what Python makes of its own files
KEPT_NAME: Final = "catalogue.json"


def read_catalogue(folder: Traversable | None = None) -> Catalogue:
    """Return all sentences: code → language → sentence with {placeholders}.

    What was kept is taken only when it was made of these files, to the byte.
    Errors:  KeyError when a code stands twice.
    """
    folder = folder or resources.files("etl") / "lang"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    contents = [(folder / name).read_bytes() for name in names]
    source = hashlib.sha256(b"\0".join(contents)).hexdigest()
    kept = folder / KEPT_IN / KEPT_NAME if isinstance(folder, Path) else None
    catalogue = _read_kept(kept, source) if kept else None
    if catalogue is None:
        catalogue = _parse(contents)
        if kept and not sys.dont_write_bytecode:
            _keep(kept, source, catalogue)
    return catalogue


def _parse(contents: list[bytes]) -> Catalogue:
    catalogue: Catalogue = {}
    for content in contents:
        for code, sentences in tomllib.loads(content.decode("utf-8")).items():
            if code in catalogue:
                raise KeyError(f"the code {code} stands twice in etl/lang")
            catalogue[code] = sentences
    return catalogue


def _read_kept(path: Path, source: str) -> Catalogue | None:
    with suppress(OSError, ValueError, LookupError, TypeError):
        kept = json.loads(path.read_bytes())
        if kept["source"] == source:
            catalogue: Catalogue = kept["sentences"]
            return catalogue
    return None


def _keep(path: Path, source: str, catalogue: Catalogue) -> None:
    """Write the sentences, whole or not at all."""
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        aside = path.with_name(f"{KEPT_NAME}.{os.getpid()}")
        with open(aside, "x", encoding="utf-8") as file:
            json.dump({"source": source, "sentences": catalogue}, file)
        os.replace(aside, path)
