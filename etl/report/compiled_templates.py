"""Keeps compiled templates beside the templates, as Python keeps compiled modules: compiling is most of a small page.

It never makes a page fail: where nothing can be kept or read, the templates are compiled again.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Final

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from etl.errors import OutputError
from etl.output import write_new_file

_VERSION: Final = f"{sys.implementation.cache_tag}.jinja2-{jinja2.__version__}"


class CompiledTemplates(BytecodeCache):
    """The code of each template in a file of a folder, made anew when it is not of this source.

    `kind` tells apart environments that use one folder. `rests_on` is what the code depends on beside its template:
    code that was made with another one is not taken.
    As trusted as the compiled modules of the program: who can write into the folder can change what runs.
    """

    def __init__(self, folder: Path, *, kind: str, rests_on: str) -> None:
        """Use a folder; it is made where it is needed."""
        self.folder = folder
        self._kind = kind
        self._rests_on = rests_on

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code of a template, if it was kept and is of this source."""
        with suppress(OSError, EOFError, ValueError, TypeError):
            checksum, _, code = (self.folder / bucket.key).read_bytes().partition(b"\n")
            if checksum.decode("ascii") == bucket.checksum:
                made = marshal.loads(code)  # noqa: S302 - see the class
                bucket.code = made if isinstance(made, CodeType) else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template, whole or not at all; not where Python may keep none of its own."""
        if sys.dont_write_bytecode or bucket.code is None:
            return
        with suppress(OSError, OutputError):
            self.folder.mkdir(exist_ok=True)
            aside = self.folder / f"{bucket.key}.{os.getpid()}"
            write_new_file(aside, bucket.checksum.encode("ascii") + b"\n" + marshal.dumps(bucket.code))
            os.replace(aside, self.folder / bucket.key)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the name of the file of a template."""
        return f"{name}.{self._kind}.{_VERSION}.compiled"

    def get_source_checksum(self, source: str) -> str:
        """Return what tells the code of this source from any other."""
        return hashlib.sha256(f"{self._rests_on}\0{source}".encode()).hexdigest()
