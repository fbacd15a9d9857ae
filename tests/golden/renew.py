"""Writes the expected outputs of the sample anew (`make golden`), so that a change of output is read as a diff.

It never judges the new output: that is for whoever reads the diff.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from etl.texts import LANGUAGES
from tests.golden.sample_run import (
    EXPECTED,
    WITH_SENTENCES,
    WITHOUT_SENTENCES,
    expected_path,
    run_sample,
)


def renew() -> tuple[Path, ...]:
    """Write every expected file and return them; files that are no longer expected are removed."""
    for old in (EXPECTED / "import", EXPECTED / "report", *(EXPECTED / language for language in LANGUAGES)):
        shutil.rmtree(old, ignore_errors=True)
    written = []
    with tempfile.TemporaryDirectory() as scratch:
        for language in LANGUAGES:
            run = run_sample(Path(scratch) / language, language=language, with_workbook=True).run_folder
            for name in (*WITH_SENTENCES, *WITHOUT_SENTENCES):
                target = expected_path(name, language)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((run / name).read_bytes())
                written.append(target)
    return tuple(sorted(set(written)))


if __name__ == "__main__":
    for path in renew():
        print(path.relative_to(EXPECTED).as_posix())  # noqa: T201
