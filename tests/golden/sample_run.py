"""Runs the sample, always at the same moment, so that every test looks at the same bytes.

It compares nothing and knows nothing of what should come out.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from etl.config import load_config
from etl.pipeline import RunOutcome, RunRequest, run_job

SAMPLE: Final = Path(__file__).parents[2] / "data" / "sample"
EXPECTED: Final = Path(__file__).parent / "expected"
NOW: Final = datetime.fromisoformat("2026-11-23T10:00:00+01:00")

# The figures and the import files hold no sentence, so they are kept once for both languages.
WITHOUT_SENTENCES: Final = (
    "import/crosswalk.csv",
    "import/numo_import.csv",
    "import/reverse.csv",
    "report/report.json",
)
WITH_SENTENCES: Final = ("questions.csv", "report/report.html", "report/summary.html")


def run_sample(
    out: Path,
    *,
    language: str = "nl",
    folder: Path = SAMPLE,
    with_workbook: bool = False,
    decisions: Path | None = None,
) -> RunOutcome:
    """Run the sample, or the self-test beside it, without the suites: they have tests of their own."""
    control = folder / "control.csv"
    return run_job(
        RunRequest(
            magister=folder / "magister.csv",
            legacy=folder / "legacy.csv",
            control=control if control.is_file() else None,
            decisions=decisions,
            config=load_config(folder / "settings.toml"),
            out=out,
            now=NOW,
            language=language,
            with_suites=False,
            with_workbook=with_workbook,
        )
    )


def expected_path(name: str, language: str) -> Path:
    """Return where the expected form of one output is kept."""
    return EXPECTED / name if name in WITHOUT_SENTENCES else EXPECTED / language / name
