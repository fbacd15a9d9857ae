"""Gives the site the documents at the place they have in the repository, so that every link works on both.

It changes no word of a document, and adds nothing but what the documents link to.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

LINK = re.compile(r"\]\(([^)#\s]+)")
DOCUMENTS = (
    "README.md",
    "GLOSSARY.md",
    "DECISIONS.md",
    "CHANGELOG.md",
    "DEVELOPERS.md",
    "data/sample/README.md",
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Return the documents of the project, those in docs/, and the files that the documents link to."""
    project = Path(config.config_file_path).parent

    def placed(path: str) -> File:
        return File(path, str(project), config.site_dir, config.use_directory_urls)

    ours = [file for file in files if file.src_dir == config.docs_dir]
    own = [f"docs/{file.src_uri}" for file in ours if file.inclusion.is_included()]
    names = dict.fromkeys([*DOCUMENTS, *own])
    for name in [name for name in names if name.endswith(".md")]:
        for target in LINK.findall((project / name).read_text(encoding="utf-8")):
            path = (project / name).parent / target
            if "://" not in target and path.is_file():
                names.setdefault(path.resolve().relative_to(project.resolve()).as_posix())
    theme = [file for file in files if file not in ours]
    return Files([*theme, *(placed(name) for name in names)])
