"""Takes the pictures of the report that the documents show, from the sample, with the machine's own Chromium.

It compares nothing: a picture differs from one browser to the next. `make pictures` takes them anew.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import sync_playwright

from etl.texts import LANGUAGES
from tests.golden.sample_run import run_sample

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH, HEIGHT = 1000, 1200
# The first question with two sides: what a school meets most.
QUESTION: Final = "article:has(fieldset)"


def take() -> None:
    """Write report-LANGUAGE.png, the top of the page, and question-LANGUAGE.png, one question."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for language in LANGUAGES:
            run = run_sample(Path(folder) / language, language=language).run_folder
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale=language)
            page.goto((run / "report" / "report.html").as_uri())
            page.screenshot(path=PICTURES / f"report-{language}.png")
            page.locator(QUESTION).first.screenshot(path=PICTURES / f"question-{language}.png")
        browser.close()


if __name__ == "__main__":
    take()
    sys.exit(0)
