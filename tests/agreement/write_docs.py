"""The generated parts of the guides and the whole reference in `docs/`, from the program and its texts.

It invents no sentence about a pupil. `make docs` (or `python -m tests.agreement.write_docs`) writes them; a test says
whether they are up to date.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, Union, get_args, get_origin

import click
import duckdb
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from etl import contract, errors
from etl.cli import main_group
from etl.commands import EPILOG
from etl.config import FileSettings, RunConfig
from etl.decisions.evaluate import STATES
from etl.export import ADDED_COLUMNS, CROSSWALK_COLUMNS
from etl.paths import shipped_folder
from etl.report import model
from etl.report.model import Report
from etl.stages import list_stages
from etl.texts import load_catalogue, placeholders
from tests.golden.sample_run import run_sample

PROJECT: Final = Path(__file__).parents[2]
DOCS: Final = PROJECT / "docs"
GUIDES: Final = (DOCS / "handleiding-scholen.md", DOCS / "handleiding-support.md")
PART: Final = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
ERROR_CODE: Final = re.compile(r"[A-Z]+(-[A-Z]+)+")
# The code of these is chosen elsewhere than where it is raised; the whole family ends so.
FAMILY_ENDS: Final = {
    "ALARM": errors.EXIT_INPUT,
    "ANSWERS": errors.EXIT_ANSWERS,
    "LEDGER": errors.EXIT_ANSWERS,
    "CONFIG": errors.EXIT_USAGE,
    "BATCH": errors.EXIT_INPUT,
}
# What the program loads before the first stage has no SQL to say what it is.
LOADED: Final = {
    "cell_repairs": "The values of a file that are read otherwise than delivered: line, column, and both forms.",
    "decisions": "The answers of the school that may be carried out in this run, one row per record they are about.",
    "delivered_control": "The control list as delivered, every value as text; its columns are those of the file.",
    "delivered_legacy": "The old account file as delivered, every value as text; its columns are those of the file.",
    "delivered_magister": "The Magister file as delivered, every value as text; its columns are those of the file.",
    "file_counts": "How many records each file has, counted in two ways.",
    "open_questions": "What is asked now, and since when; and what was asked in earlier runs and is no more.",
    "opleiding_rules": "What gives a class or a word its opleiding: a rule of the settings, or an answer.",
    "opleiding_stems": "The opleidingen that are known, without their year.",
    "opleiding_words": "Each delivered word for an opleiding, with what it means or why it means nothing.",
    "plain_names": "Names of pupils that a stand-in speaks for; empty where every record speaks for itself.",
    "raw_control": "The control list under the canonical names of its columns, still as text.",
    "raw_legacy": "The old account file under the canonical names of its columns, still as text.",
    "raw_magister": "The Magister file under the canonical names of its columns, still as text.",
    "raw_rejects": "The records that cannot be read, with what is wrong.",
    "reject_keys": "What might be a number or id inside a record that cannot be read.",
    "run_parameters": "The settings that stages use, in one row per school.",
    "setting_values": "The lists of the settings, one value per row: which roles are no pupil, and so on.",
    "shipped_weights": "What each piece of evidence counts for, as it came with the program.",
    "stand_ins": "How many pairs each stand-in speaks for; empty where every record speaks for itself.",
    "status_list": "Every status with its rung in the ladder, for each file.",
}
# Fields of report.json of which neither their name nor their kind says enough.
ABOUT: Final = {
    "format": "name and version of this layout",
    "version": "version of the program",
    "run_id": "name of the run and of its folder",
    "school": "code of the school in the tables",
    "school_name": "name at the top of the report",
    "brin": "BRIN number of the settings",
    "realm": "realm of the school, when it is known",
    "cases_to_decide": "questions about pupils that wait for an answer",
    "cases_to_correct": "cases that wait for a correction at the source",
    "links": "linked accounts, all three kinds together",
    "links_exact": "links with keys that are equal as delivered",
    "links_repaired": "links of which a key was written in another way",
    "links_changed": "links of which a value differs",
    "cases": "every case that waits: what is asked or wrong, with its records",
    "brakes": "each brake with its count, its limit and its state",
    "not_performed": "codes of what could not be checked",
    "neutralised_cells": "text cells of the import file that got an apostrophe",
}
SUFFIXES: Final = (
    ("`_key`", "a value folded for comparing; NULL when it is not in form; never shown to people"),
    ("`_row`", "number of a record in a delivered file; 1 is the first after the heading"),
    ("`_records`", "how many records"),
    ("`_date`", "a date"),
    ("`is_`, `has_`", "true or false, never NULL"),
)
NOT_EDIT: Final = "<!-- Written by `make docs`. Do not edit: change the program or its texts. -->\n"


# --- Small pieces -----------------------------------------------------------------------------------------


def say(code: str, language: str) -> str:
    """Return a sentence for a reader: what a run fills in stands as an ellipsis."""
    sentence = load_catalogue()[code][language]
    for name in placeholders(sentence):
        sentence = re.sub(rf"\{{{name}[^}}]*\}}", "…", sentence)
    return cell(sentence)


def cell(words: object) -> str:
    """Return words so that they stay in one cell of a table, and stay words."""
    written = " ".join(str(words).split())
    return written.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def code_cell(words: object) -> str:
    return f"`{str(words).replace('|', chr(92) + '|')}`" if str(words) else "–"


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(heading), " | ".join("---" for _ in heading), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


# --- Parts of the guides ----------------------------------------------------------------------------------


def groups_part() -> str:
    return table(
        ("Groep", "Wat het betekent"),
        ((f"**{say(f'group.{one}', 'nl')}**", say(f"group.{one}.means", "nl")) for one in contract.GROUPS),
    )


def statuses_part() -> str:
    return table(
        ("Nr.", "Status", "Code", "Groep", "Wat het betekent"),
        (
            (
                str(one.rung),
                f"**{say(f'status.{one.code}', 'nl')}**",
                f"`{one.code}`",
                say(f"group.{one.group}", "nl"),
                say(f"status.{one.code}.means", "nl"),
            )
            for one in contract.STATUSES
        ),
    )


def reasons_part() -> str:
    parts = []
    for status in contract.STATUSES:
        parts.append(f"#### {say(f'status.{status.code}', 'nl')}\n")
        parts.append(
            table(
                ("Reden", "Wat u doet", "Code"),
                (
                    (say(f"reason.{one}", "nl"), say(f"reason.{one}.action", "nl"), f"`{one}`")
                    for one in contract.REASONS[status.code]
                ),
            )
        )
    return "\n".join(parts)


def answers_part() -> str:
    codes = [
        match[1] for code in load_catalogue() if (match := re.fullmatch(r"answer\.([a-z_]+)\.effect", code))
    ]
    return table(
        ("Antwoord", "Wat er dan gebeurt"),
        ((f"**{say(f'answer.{one}', 'nl')}**", say(f"answer.{one}.effect", "nl")) for one in codes),
    )


def states_part() -> str:
    return table(
        ("Wat u leest", "Code"), ((say(f"decision.state.{one}", "nl"), f"`{one}`") for one in STATES)
    )


def repairs_part() -> str:
    return table(
        ("Wat er is gelijkgemaakt", "Code"),
        ((say(f"repair.{one}", "nl"), f"`{one}`") for one in (*contract.REPAIRS, *contract.OTHER_REPAIRS)),
    )


def opleiding_part() -> str:
    codes = [code for code in load_catalogue() if re.fullmatch(r"opleiding\.opleiding_[a-z_]+", code)]
    return table(
        ("Waarom wij het vragen", "Code"),
        ((say(code, "nl"), f"`{code.partition('.')[2]}`") for code in codes),
    )


def not_performed_part() -> str:
    codes = [code for code in load_catalogue() if code.startswith("not_performed.")]
    return table(
        ("Wat er in het rapport staat", "Code"),
        ((say(code, "nl"), f"`{code.partition('.')[2]}`") for code in codes),
    )


@cache
def list_errors() -> tuple[str, ...]:
    """Return the code of every error and remark, by family."""
    return tuple(sorted(code for code in load_catalogue() if ERROR_CODE.fullmatch(code)))


@cache
def exit_codes_of_errors() -> Mapping[str, int]:
    """Return the exit code of each error that is raised by its name somewhere in the program."""
    found: dict[str, int] = {}
    for path in sorted((PROJECT / "etl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            kind = getattr(errors, node.func.id, None)
            if not (isinstance(kind, type) and issubclass(kind, errors.ReconcileError)):
                continue
            own = next((one.value for one in node.keywords if one.arg == "exit_code"), None)
            ends = getattr(errors, own.id) if isinstance(own, ast.Name) else kind("CODE").exit_code
            # The code may be chosen between two: then both stand in the first argument.
            for part in ast.walk(node.args[0]) if node.args else ():
                if isinstance(part, ast.Constant) and ERROR_CODE.fullmatch(str(part.value)):
                    found.setdefault(str(part.value), ends)
    by_family = {code: FAMILY_ENDS.get(code.partition("-")[0]) for code in list_errors()}
    return {code: ends for code, ends in by_family.items() if ends is not None} | found


def errors_part(language: str = "nl") -> str:
    heading = {"nl": ("Code", "Exit", "Wat het programma zegt"), "en": ("code", "exit", "says")}[language]
    level = {"nl": "####", "en": "##"}[language]
    ends = exit_codes_of_errors()
    parts = []
    for family in dict.fromkeys(code.partition("-")[0] for code in list_errors()):
        parts.append(f"{level} {family}\n")
        parts.append(
            table(
                heading,
                (
                    (f"`{code}`", str(ends.get(code, "–")), say(code, language))
                    for code in list_errors()
                    if code.partition("-")[0] == family
                ),
            )
        )
    return "\n".join(parts)


@cache
def list_checks() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return every check with the table it is about."""
    found = []
    for path in sorted(shipped_folder("expectations").iterdir()):
        suite = json.loads(path.read_text(encoding="utf-8"))
        found.extend((suite["name"], one) for one in suite["expectations"])
    return tuple(found)


def checks_part(language: str = "nl") -> str:
    heading = {"nl": ("Code", "Ernst", "Wat goed moet zijn"), "en": ("code", "severity", "what has to be so")}
    severity = {"nl": {"critical": "**stopt**", "warning": "waarschuwing"}}.get(language, {})
    level = {"nl": "####", "en": "##"}[language]
    parts = []
    for name in dict.fromkeys(suite for suite, _ in list_checks()):
        parts.append(f"{level} `{name}`\n")
        parts.append(
            table(
                heading[language],
                (
                    (
                        f"`{one['meta']['code']}`",
                        severity.get(one["severity"], one["severity"]),
                        cell(one["meta"][f"title_{language}"]),
                    )
                    for suite, one in list_checks()
                    if suite == name
                ),
            )
        )
    return "\n".join(parts)


PARTS: Final = {
    "groups": groups_part,
    "statuses": statuses_part,
    "reasons": reasons_part,
    "answers": answers_part,
    "states": states_part,
    "repairs": repairs_part,
    "opleiding": opleiding_part,
    "not-performed": not_performed_part,
    "errors": errors_part,
    "checks": checks_part,
}


def fill_guide(content: str) -> str:
    """Return a guide with its generated parts written anew."""
    return PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n{found[4]}", content)


# --- The reference ----------------------------------------------------------------------------------------


def _models(settings: type[BaseModel], prefix: str = "") -> Iterable[tuple[str, type[BaseModel]]]:
    yield prefix, settings
    for name, info in settings.model_fields.items():
        for part in (info.annotation, *get_args(info.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _models(part, f"{prefix}.{info.alias or name}".strip("."))


def _type_name(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Literal:
        return " or ".join(json.dumps(one) for one in get_args(annotation))
    if origin in (Union, types.UnionType):
        return " or ".join(_type_name(one) for one in get_args(annotation) if one is not type(None))
    if origin is tuple:
        return f"list of {_type_name(get_args(annotation)[0])}"
    if origin is dict:
        return "table of text"
    if hasattr(annotation, "__metadata__"):
        return _type_name(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _default(info: Any) -> str:
    value = info.default_factory() if info.default_factory else info.default
    if value is PydanticUndefined:
        return "required"
    if value is None or value == {}:
        return "–"
    return code_cell(json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False))


@cache
def explained_settings() -> Mapping[str, str]:
    """Return what settings.example.toml says above each setting.

    A setting without words of its own has those of the setting of the same name before it, or the last ones.
    """
    section, words, last, found = "", [], "", {}
    behind_setting = False
    for line in (PROJECT / "settings.example.toml").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"#?\[+([a-z._]+)\]+", line) or re.match(r"#?([a-z_]+) = ", line):
            is_section = "=" not in line
            section = match[1] if is_section else section
            key = section if is_section else f"{section}.{match[1]}".strip(".")
            if not is_section and section.endswith(".headings"):
                continue  # an example of a heading, no setting
            earlier = [found[one] for one in found if one.rpartition(".")[2] == key.rpartition(".")[2]]
            own = " ".join(words)
            last = own or last
            if not is_section or own or earlier:
                found[key] = own if own and own != "As in [magister]." else next(iter(earlier), last)
            behind_setting = not is_section
        elif line.startswith("# ") and not line.startswith("# ---"):
            words = [*([] if behind_setting else words), line[2:]]
            behind_setting = False
        elif not line.strip() or line.startswith("# ---"):
            words, behind_setting = [], False
    return found


def settings_page() -> str:
    """Return every setting: name, kind, default and what it does."""
    parts = [
        "# Settings\n",
        "A settings file is TOML. Every key has a default, so that it holds only what differs for a school. An unknown",
        "key is refused, and the nearest known one is named. "
        "[settings.example.toml](../../settings.example.toml) has them all, to copy from.\n",
    ]
    told = explained_settings()
    for prefix, settings in _models(RunConfig):
        rows = []
        for name, info in settings.model_fields.items():
            annotation = info.annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                continue
            key = info.alias or name
            kind = _type_name(annotation)
            words = cell(told.get(f"{prefix}.{key}".strip("."), ""))
            if kind == "list of table":
                words = f"As many as needed: see [{prefix}.{key}](#{prefix}{key})."
            rows.append((f"`{key}`", cell(kind), _default(info), words or "–"))
        if not rows:
            continue
        parts.append(f"\n## {f'`[{prefix}]`' if prefix else 'At the top'}\n")
        doc = " ".join((settings.__doc__ or "").split())
        parts.append(
            cell(doc.replace("As FileSettings.", " ".join((FileSettings.__doc__ or "").split()))) + "\n"
        )
        parts.append(table(("key", "kind", "default", "meaning"), rows))
    return "\n".join(parts)


def exit_codes_page() -> str:
    """Return the exit codes as `--help` tells them, with the kinds of errors that end so."""
    kinds: dict[int, list[str]] = {}
    for kind in errors.ReconcileError.__subclasses__():
        if kind is errors.ReleaseRefused:
            continue
        kinds.setdefault(kind.exit_code, []).append(f"`{kind.__name__}`")
    told = re.findall(r"^ *(\d+)  (.+)$", EPILOG, re.MULTILINE)
    return "\n".join(
        (
            "# Exit codes\n",
            "A script can tell from the exit code how a command ended. `koppelcheck demo` also ends with 0 when its",
            "questions wait. A refused release ends with the code of what is in the way.\n",
            table(
                ("code", "means", "error"),
                ((code, cell(means), ", ".join(kinds.get(int(code), ["–"]))) for code, means in told),
            ),
        )
    )


def commands_page() -> str:
    """Return every command with its arguments and options, as click knows them."""
    parts = ["# Commands\n", "What `koppelcheck COMMAND --help` tells, all on one page.\n"]
    for name, command in sorted(main_group.commands.items()):
        context = click.Context(command, info_name=f"koppelcheck {name}")
        usage = command.get_usage(context).removeprefix("Usage: ")
        parts += [f"\n## koppelcheck {name}\n", f"```text\n{' '.join(usage.split())}\n```\n"]
        for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
            if paragraph.startswith("\b\n"):  # click keeps the lines of such a paragraph
                lines = inspect.cleandoc("\n" + paragraph[2:].partition("\n")[2])
                parts.append(f"```console\n{lines}\n```\n")
            else:
                parts.append(cell(paragraph) + "\n")
        rows = []
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                record = parameter.get_help_record(context)
                if record:
                    rows.append((code_cell(record[0]), cell(record[1])))
        if rows:
            parts.append(table(("option", "does"), rows))
    return "\n".join(parts)


def delivered_page() -> str:
    """Return the columns of the delivered files, with the headings by which they are known, and of what is written."""
    parts = [
        "# Files in and out\n",
        "## Delivered files\n",
        "Headings are compared without capitals, accents, spaces and punctuation. A weak heading counts only when",
        "there is no better column. Other headings can be named in the [settings](settings.md).\n",
    ]
    for source in (*contract.SOURCES.values(), contract.ANSWERS_SOURCE):
        needed = "; ".join(" or ".join(f"`{one}`" for one in group) for group in source.required)
        parts.append(f"### {source.name}\n")
        parts.append(f"Cannot do without: {needed}.\n")
        parts.append(
            table(
                ("column", "headings", "weak headings"),
                (
                    (f"`{one.name}`", ", ".join(one.headings), ", ".join(one.weak_headings) or "–")
                    for one in source.columns
                ),
            )
        )
    parts += [
        "## Written files\n",
        table(
            ("file", "columns"),
            (
                (
                    "`import/numo_import.csv`",
                    "the columns of the old account file in their order, and "
                    + ", ".join(f"`{one}`" for one in ADDED_COLUMNS)
                    + " behind them where it has none",
                ),
                ("`import/crosswalk.csv`", ", ".join(f"`{one}`" for one in CROSSWALK_COLUMNS)),
                ("`import/reverse.csv`", "as `numo_import.csv`, with the values as they were delivered"),
                ("`import/archive.csv`", "the columns of the old account file in their order"),
            ),
        ),
        "Delimiter, encoding and line end of all but the crosswalk are those of `[import]` in the settings. A text",
        "cell that a spreadsheet would run as a formula gets an apostrophe in front.\n",
    ]
    return "\n".join(parts)


def tables_page(run_file: Path) -> str:
    """Return every table and column of the run file of a run."""
    parts = [
        "# Tables of run.duckdb\n",
        "Open the file with DuckDB or polars. Every table of a run is in it; the number is the stage that made it.",
        "The rule of a stage stands above its SELECT in `etl/sql/`.\n",
        "Some of them are views. Of a clean file the lines stand in `cells_magister`, `cells_legacy` or `cells_control`"
        ", and the tables of that file show them. In a large run one pair goes through the rules for all pairs that"
        " look the same to them: `plain_pairs` names the stand-in of each, and the schema `examined` holds what"
        " they looked at. The tables below are whole either way.\n",
        table(("name of a column", "means"), SUFFIXES),
    ]
    stages = {stage.table: stage for stage in list_stages()}
    with duckdb.connect(str(run_file), read_only=True) as connection:
        names = connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'main'"
            " and table_name not like 'cells%'"
            " union all select view_name, comment from duckdb_views() where schema_name = 'main' and not internal"
            " order by table_name"
        ).fetchall()
        order = sorted(names, key=lambda row: (stages[row[0]].number if row[0] in stages else 0, row[0]))
        for name, comment in order:
            parts.append(f"## {name}\n")
            says = [comment or LOADED.get(name, "")]
            if name in stages:
                stage = stages[name]
                says[0] = says[0] or stage.says
                grain = re.search(r"^-- Grain: +(.+)$", stage.select, re.MULTILINE)
                says.append(f"Stage {stage.number}. " + (f"Grain: {grain[1]}" if grain else ""))
            parts.append(cell(" ".join(one for one in says if one)) + "\n")
            columns = connection.execute(
                "select column_name, data_type, comment from duckdb_columns() where schema_name = 'main'"
                " and table_name = ? order by column_index",
                [name],
            ).fetchall()
            parts.append(
                table(("column", "type"), ((f"`{column}`", code_cell(kind)) for column, kind, _ in columns))
            )
    return "\n".join(parts)


def report_page() -> str:
    """Return the fields of report.json at the top level, from the model and the comments beside it."""
    source = (PROJECT / "etl" / "report" / "model.py").read_text(encoding="utf-8")
    body = source.split("class Report:", 1)[1]
    said = dict(re.findall(r"^    ([a-z_]+): [^#\n]+# (.+)$", body, re.MULTILINE))
    doc = " ".join((Report.__doc__ or "").split())
    return "\n".join(
        (
            "# Fields of report.json\n",
            cell(doc) + "\n",
            "The file is UTF-8 with its keys sorted. Codes stay codes in every language.\n",
            table(
                ("field", "kind", "about"),
                (
                    (f"`{one.name}`", code_cell(one.type), cell(said.get(one.name, "–")))
                    for one in fields(Report)
                ),
            ),
        )
    )


def _about(kind: str, name: str, said: Mapping[str, str]) -> str:
    """Return what a field is: the comment beside it, our words, or the first sentence of its class."""
    own = said.get(name) or ABOUT.get(name)
    inner = re.search(r"[A-Z]\w+", kind)
    if own or inner is None:
        return own or ""
    return " ".join((getattr(model, inner[0]).__doc__ or "").split("\n\n")[0].split())


def texts_page() -> str:
    """Return statuses, reasons and repairs in both languages."""
    parts = ["# Statuses, reasons and repairs\n", "In the words of the report, in both languages.\n"]
    both = ("nl", "en")
    parts += ["## Groups\n", _both("group", contract.GROUPS, "means")]
    parts += ["## Statuses\n", _both("status", [one.code for one in contract.STATUSES], "means")]
    for status, reasons in contract.REASONS.items():
        parts += [f"## Reasons of `{status}`\n", _both("reason", reasons, "action")]
    parts += [
        "## Repairs\n",
        table(
            ("code", "Nederlands", "English"),
            (
                (f"`{one}`", *(say(f"repair.{one}", language) for language in both))
                for one in (*contract.REPAIRS, *contract.OTHER_REPAIRS)
            ),
        ),
    ]
    return "\n".join(parts)


def _both(prefix: str, codes: Iterable[str], second: str) -> str:
    return table(
        ("code", "Nederlands", "English"),
        (
            (
                f"`{one}`",
                *(
                    f"**{say(f'{prefix}.{one}', language)}** {say(f'{prefix}.{one}.{second}', language)}"
                    for language in ("nl", "en")
                ),
            )
            for one in codes
        ),
    )


def errors_page() -> str:
    return (
        "# Errors and remarks\n\nWhat a run fills in stands as an ellipsis. Without an exit code it is a remark,\n"
        "or one of the problems that an error lists. In Dutch: [handleiding voor support]"
        "(../handleiding-support.md#alle-meldingen).\n\n" + errors_part("en")
    )


def checks_page() -> str:
    return (
        "# Checks\n\nEvery check on the tables of a run. When a critical one fails, there is no import file\n"
        "(exit code 22); a warning is reported.\n\n" + checks_part("en")
    )


PAGES: Final = {
    "settings.md": settings_page,
    "exit-codes.md": exit_codes_page,
    "commands.md": commands_page,
    "files.md": delivered_page,
    "report-json.md": report_page,
    "texts.md": texts_page,
    "errors.md": errors_page,
    "checks.md": checks_page,
}


def write_reference(run_file: Path) -> Mapping[str, str]:
    """Return every page of the reference by its name."""
    pages = {name: page() for name, page in PAGES.items()} | {"tables.md": tables_page(run_file)}
    return {name: NOT_EDIT + "\n" + content.rstrip() + "\n" for name, content in pages.items()}


def run_file_of_sample(folder: Path) -> Path:
    """Run the sample and return its run file."""
    return run_sample(folder, language="nl").run_folder / "run.duckdb"


def renew() -> None:
    """Write the generated parts of the guides and the whole reference."""
    for guide in GUIDES:
        guide.write_text(fill_guide(guide.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    with TemporaryDirectory() as folder:
        pages = write_reference(run_file_of_sample(Path(folder) / "run"))
    for name, content in pages.items():
        (DOCS / "reference" / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    renew()
    sys.exit(0)
