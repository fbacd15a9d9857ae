"""Do imports point down the list of the conventions, and does each heavy library have one door?

A new module must be declared here: somebody decides where it belongs before it is used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parents[2]
ETL: Final = PROJECT / "etl"

# From the top down. A module imports from lower lines only, or from its own line as ALONG says.
LAYERS: Final = (
    ("cli",),
    (
        "commands_run",
        "commands_batch",
        "commands_decide",
        "commands_release",
        "commands_request",
        "commands_history",
        "commands_suggest",
        "commands_schema",
    ),
    ("commands",),
    ("terminal", "check_terminal", "settings_writer", "request"),
    ("compare_terminal",),
    (
        "batch",
        "compare",
        "suggest",
        "splink_views",
        "data_docs",
        "data_package",
        "check",
        "explain",
        "purge",
        "decide",
        "request_mail",
        "encrypted_zip",
    ),
    ("check_asks", "batch_workers", "batch_kept"),
    ("check_keys", "check_pair", "explain_facts", "batch_school"),
    ("pipeline",),
    ("run_files", "batch_tables"),
    ("run_tables",),
    ("release_state",),
    ("release",),
    ("release_record",),
    ("stand_ins",),
    (
        "schools",
        "cross_school",
        "alarm",
        "coverage",
        "export",
        "layouts",
        "loading",
        "manifest",
        "plan",
        "answer_book",
        "run_request",
    ),
    ("csv_stream",),
    ("answers",),
    ("questions_file",),
    (
        "report.html",
        "report.page",
        "report.flow",
        "report.xlsx",
        "report.xlsx_looks",
        "report.xlsx_pen",
        "report.workbook",
        "report.workbook_answers",
        "report.workbook_cases",
        "report.workbook_lists",
        "report.workbook_overview",
        "report.json_report",
        "report.batch_overview",
        "report.summary_page",
        "report.summary",
        "report.shield",
        "report.templating",
        "report.compiled_templates",
        "report.build",
        "report.lists",
        "report.since",
        "report.open_since",
        "report.model",
        "report",
    ),
    (
        "validate",
        "validate_adapter",
        "validate_counting",
        "validate_dialect",
        "validate_held",
        "validate_library",
        "validate_rows",
        "validate_suites",
        "brakes",
    ),
    (
        "decisions.apply",
        "decisions.candidates",
        "decisions.evaluate",
        "decisions.cases",
        "decisions.questions",
        "decisions.wording",
        "decisions.ledger",
        "decisions.opleiding",
        "decisions.model",
        "decisions",
    ),
    (
        "intake.reader",
        "intake.clean",
        "intake.uniform",
        "intake.load",
        "intake.understand",
        "intake.top",
        "intake.align",
        "intake.guess",
        "intake.mend",
        "intake.repair",
        "intake.mojibake",
        "intake.compare",
        "intake.canonical",
        "intake.table",
        "intake.opening",
        "intake.columns",
        "intake.dialect",
        "intake.records",
        "intake.widths",
        "intake.wrapped",
        "intake.recount",
        "intake.footers",
        "intake.private",
        "intake.national",
        "intake.files",
        "intake.survey",
        "intake.kinds",
        "intake.contents",
        "intake.workbook",
        "intake.archive",
        "intake.encoding",
        "intake.letters",
        "intake.lines",
        "intake.headings",
        "intake.delivery",
        "intake",
    ),
    (
        "history",
        "whole_file",
        "csv_safety",
        "stages",
        "opleiding",
        "engines.spark",
        "engines.spark_functions",
        "engines.duckdb",
        "engines.side_by_side",
        "engines.base",
        "engines",
    ),
    ("leftovers",),
    ("progress",),
    ("console",),
    ("config", "match_weights", "output", "texts", "paths"),
    (
        "contract",
        "catalogue",
        "collector",
        "patterns",
        "plain_file",
        "published",
    ),
    ("errors",),
)
# The package itself: its version, and open_run for notebooks, inside a function.
ROOT: Final = ""
PLACE: Final = {module: number for number, layer in enumerate(LAYERS) for module in layer}
# Layers that are a folder or a family; between other modules of one layer there is no import.
FAMILIES: Final = ("report", "validate", "decisions", "intake", "engines")

# Where a library may be imported, and whether only inside a function. Typing alone may name it anywhere.
DOORS: Final = {
    "great_expectations": {
        "validate_adapter": "inside",
        "validate_counting": "top",
        "validate_library": "inside",
    },
    "jinja2": {"report.templating": "inside", "report.compiled_templates": "top"},
    "marshal": {"report.compiled_templates": "top"},  # code, as Python keeps that of its own modules
    "xlsxwriter": {"report.xlsx": "inside"},
    "splink": {"splink_views": "inside"},
    "polars": {
        "data_package": "inside",
        "suggest": "inside",
        "splink_views": "inside",
    },  # DuckDB hands it over; `history` names it for typing only
    "pyarrow": {"csv_stream": "inside", "engines.spark": "inside"},
    "duckdb": {
        "engines.duckdb": "inside",
        "history": "inside",
        "splink_views": "inside",
        "validate": "top",
        "validate_adapter": "top",
        "validate_dialect": "top",
        "validate_held": "top",
        "validate_rows": "top",
    },
    "duckdb_engine": {},  # reached by name, through SQLAlchemy
    "sqlalchemy": {"validate_adapter": "inside", "validate_dialect": "top"},
    "pydantic": {"config": "top"},
    "click": {
        "cli": "top",
        "commands": "top",
        "commands_decide": "top",
        "commands_request": "top",
        "commands_run": "top",
        "commands_suggest": "top",
        "commands_batch": "top",
        "commands_history": "top",
        "commands_release": "top",
        "commands_schema": "top",
        "console": "top",
    },
    "pyzipper": {"encrypted_zip": "inside"},
    "pandas": {},
    "openpyxl": {"intake.workbook": "inside"},
    "re2": {"patterns": "inside"},
    "fcntl": {"leftovers": "inside"},  # not on Windows
    "msvcrt": {"leftovers": "inside"},  # only on Windows
    "pyspark": {"engines.spark": "inside"},
    "py4j": {"engines.spark": "inside"},  # comes with pyspark; its errors are Spark's
}
# Modules that load a heavy library as soon as they are imported are themselves imported inside functions.
LATE: Final = {
    "validate",
    "validate_adapter",
    "validate_counting",
    "validate_dialect",
    "validate_held",
    "validate_rows",
    "report.compiled_templates",
}
FORBIDDEN: Final = {"socket", "http", "urllib", "requests", "pickle", "shelve", "ctypes"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ETL).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES: Final = {module_name(path): path for path in sorted(ETL.rglob("*.py"))}


def imports_of(module: str) -> Iterator[tuple[str, str]]:
    """Yield (imported module, where): top, inside a function, or typing only."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    yield from _imports(tree, "top")


def _imports(node: ast.AST, where: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield alias.name, where
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are written in full"
            assert child.module is not None
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                yield (whole if whole.removeprefix("etl.") in MODULES else child.module), where
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _imports(child, "inside")
        elif (
            isinstance(child, ast.If)
            and isinstance(child.test, ast.Name)
            and child.test.id == "TYPE_CHECKING"
        ):
            yield from _imports(child, "typing")
        else:
            yield from _imports(child, where)


def own_imports(module: str) -> list[str]:
    found = (name for name, where in imports_of(module) if where != "typing")
    return [name.removeprefix("etl").removeprefix(".") for name in found if name.split(".")[0] == "etl"]


def family_of(module: str) -> str:
    return next(
        (one for one in FAMILIES if module == one or module.startswith((f"{one}.", f"{one}_"))), module
    )


def test_every_module_has_declared_its_place() -> None:
    assert set(MODULES) - {ROOT} == set(PLACE)
    assert len(PLACE) == sum(map(len, LAYERS))


@pytest.mark.parametrize("module", sorted(PLACE))
def test_a_module_imports_only_what_lies_below_it(module: str) -> None:
    for imported in own_imports(module):
        if imported == ROOT:
            continue  # the version
        below = PLACE[imported] > PLACE[module]
        beside = PLACE[imported] == PLACE[module] and family_of(imported) == family_of(module)
        assert below or beside, f"{module} imports {imported}"


def test_no_two_modules_import_each_other() -> None:
    waiting = {module: {one for one in own_imports(module) if one != ROOT} for module in PLACE}
    while waiting:
        free = [module for module, needs in waiting.items() if not needs & set(waiting)]
        assert free, f"these go round in a circle: {sorted(waiting)}"
        for module in free:
            del waiting[module]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_heavy_library_is_imported_only_through_its_door(module: str) -> None:
    for imported, where in imports_of(module):
        library = imported.split(".")[0]
        if library in DOORS and where != "typing":
            allowed = DOORS[library].get(module)
            assert allowed is not None, f"{module} imports {library}"
            assert where == "inside" or allowed == "top", f"{module} imports {library} before it needs it"
        name = imported.removeprefix("etl.")
        if name in LATE and module not in LATE:
            assert where != "top", f"{module} imports {name} before it needs it"
        assert library not in FORBIDDEN, f"{module} imports {library}"


def test_each_door_is_in_use() -> None:
    used = {
        (name.split(".")[0], module)
        for module in MODULES
        for name, where in imports_of(module)
        if where != "typing"
    }
    for library, doors in DOORS.items():
        for module in doors:
            assert (library, module) in used, f"{module} no longer imports {library}"


def test_the_package_itself_imports_nothing_until_it_is_asked() -> None:
    assert {where for name, where in imports_of(ROOT) if name.startswith("etl")} <= {"inside", "typing"}


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"intake", "engines", "report"}))
def test_a_module_says_why_it_exists_and_what_it_does_not_do(module: str) -> None:
    told = ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8")))
    assert told, f"{module} says nothing"
    assert told.splitlines()[0].endswith((".", ":", ",")) or "\n" in told
    assert len([part for part in told.replace("\n", " ").split(". ") if part.strip()]) >= 2, module


def test_no_code_is_made_of_text() -> None:
    for module, path in MODULES.items():
        called = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"eval", "exec", "compile", "__import__", "print"}, module
