"""Does every code used anywhere have a sentence in both languages, is every sentence used, and does it help?

The codes are found in the source itself: literal, or as an f-string with a known beginning.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from etl import contract
from etl.decisions.evaluate import STATES
from etl.decisions.model import (
    ACCOUNT,
    ARCHIVE,
    DIFFERENT,
    IS_PUPIL,
    KEEP,
    NONE,
    PUPIL,
    SAME,
    UNKNOWN,
)
from etl.texts import LANGUAGES, load_catalogue, placeholders

ETL: Final = Path(__file__).parents[2] / "etl"
CATALOGUE: Final = load_catalogue()
FORMS: Final = {"nl", "en", "nl_one", "en_one"}
# Codes of errors and remarks; everything else is written small, with dots.
CAPITAL_CODE: Final = re.compile(
    r"(INTAKE|CONFIG|ALARM|ENGINE|OUTPUT|REQUEST|RUN|EXPLAIN|CHECKS|ANSWERS|LEDGER|BRAKE|RELEASE|COMPARE|HISTORY|SUGGEST|SPLINK|SCHEMA|LAYOUT|BATCH)(-[A-Z]+)+"
)
QUOTED: Final = (re.compile(r"'([^'\n]*)'"), re.compile(r'"([^"\n]*)"'))
JOINED: Final = re.compile(r"[\"']([a-z_]+\.[a-z_.]*)[\"']\s*~")
OPEN: Final = "([a-z_0-9.]+?)"
# How an instruction begins, or the question that leads to one.
ACTS: Final = {
    "nl": frozenset(
        "bel,bewaar,breng,controleer,draai,geef,haal,installeer,kies,kijk,klopt,laat,lees,lever,maak,meld,noem,"
        "of,open,pas,probeer,sla,stuur,verander,verbeter,vergelijk,verwijder,vraag,wissel,zet,zie,zoek,bedoelt,"
        "verlaag,verhoog,gebruik,is,heeft,neem,vul".split(",")
    ),
    "en": frozenset(
        "ask,call,change,check,choose,close,compare,correct,delete,do,export,give,go,install,is,keep,leave,look,"
        "lower,make,name,open,or,put,raise,remove,report,run,save,see,send,set,swap,switch,tell,then,try,use,take,fill,"
        "does".split(",")
    ),
}


@cache
def sources() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(ETL.rglob("*.py")))


@cache
def templates() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(ETL.rglob("*.j2")))


@cache
def words() -> frozenset[str]:
    """Every literal in Python, SQL and the templates: what may fill an open place of a code."""
    found = {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    others = [templates(), *(path.read_text(encoding="utf-8") for path in ETL.rglob("*.sql"))]
    found |= {one for text in others for quoted in QUOTED for one in quoted.findall(text)}
    return frozenset(found)


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """The codes that are put together, with an open place for each part that is not literal."""
    found = set()
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginning = str(node.values[0].value)
                # One letter with a dot is a table in SQL.
                if re.fullmatch(r"[a-z_]{2,}\.[a-z_.]*", beginning):
                    found.add(
                        "".join(
                            re.escape(str(part.value)) if isinstance(part, ast.Constant) else OPEN
                            for part in node.values
                        )
                    )
    found |= {re.escape(beginning) + OPEN for beginning in JOINED.findall(templates())}
    # A template may go on behind the open place: "reason." ~ code ~ ".action".
    found |= {
        re.escape(beginning) + OPEN + re.escape(end)
        for beginning, end in re.findall(
            r"[\"']([a-z_]+\.[a-z_.]*)[\"']\s*~[^~}]+~\s*[\"'](\.[a-z_]+)[\"']", templates()
        )
    }
    return tuple(re.compile(pattern) for pattern in sorted(found))


def is_word(filling: str) -> bool:
    """Say whether the source has this filling: whole, by its parts, as a number, or put together itself."""
    whole = filling in words() or filling.isdigit()
    return whole or all(part in words() for part in filling.split("_")) or is_joined(filling)


def is_used(code: str) -> bool:
    return code in words() or is_joined(code)


def is_joined(code: str) -> bool:
    fillings = [match.groups() for pattern in patterns() if (match := pattern.fullmatch(code))]
    return any(all(is_word(one) for one in groups) for groups in fillings)


def literal_codes() -> Iterator[tuple[str, str]]:
    """Yield (file, code) for each code that stands in the source as it is."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if CAPITAL_CODE.fullmatch(node.value):
                    yield path.name, node.value
            elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in ("text", "Step", "Remark", "label", "words") or name.endswith("Error"):
                    value = node.args[0].value
                    if isinstance(value, str) and re.fullmatch(
                        r"[a-z_]+(\.[a-z_0-9]+)+|[A-Z]+(-[A-Z]+)+", value
                    ):
                        yield path.name, value


def test_codes_are_found_in_the_source_at_all() -> None:
    assert {"INTAKE-SWAPPED", "cli.interrupted", "explain.meets_nobody"} <= {
        code for _, code in literal_codes()
    }
    assert len(patterns()) > 10


@pytest.mark.parametrize("code", sorted({code for _, code in literal_codes()}))
def test_a_code_that_is_used_has_its_sentences(code: str) -> None:
    assert code in CATALOGUE


def test_a_code_that_is_put_together_exists() -> None:
    # What is put together may be the last part of a code that is put together again.
    ends = [re.compile(f"(.+\\.)?{pattern.pattern}") for pattern in patterns()]
    strange = [end.pattern for end in ends if not any(map(end.fullmatch, CATALOGUE))]
    assert strange == []


def test_every_sentence_is_used() -> None:
    assert [code for code in CATALOGUE if not is_used(code)] == []


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_sentence_stands_in_both_languages_with_the_same_fields(code: str) -> None:
    sentences = CATALOGUE[code]
    assert set(LANGUAGES) <= set(sentences) <= FORMS
    assert all(sentence.strip() for sentence in sentences.values())
    assert placeholders(sentences["nl"]) == placeholders(sentences["en"])
    assert ("nl_one" in sentences) == ("en_one" in sentences)
    for form in ("nl_one", "en_one"):
        if form in sentences:
            assert "count" in placeholders(sentences["nl"]) | {"count"}
            assert placeholders(sentences[form]) <= placeholders(sentences[form[:2]])
    # A field without a name, or one that looks into an object, cannot be filled in from a code and its fields.
    for sentence in sentences.values():
        assert all(re.fullmatch(r"[a-z_]+", name) for name in placeholders(sentence))


def test_no_code_stands_in_two_files() -> None:
    seen: dict[str, str] = {}
    for path in sorted((ETL / "lang").glob("*.toml")):
        for code in tomllib.loads(path.read_text(encoding="utf-8")):
            assert seen.setdefault(code, path.name) == path.name
    assert set(seen) == set(CATALOGUE)


def family(prefix: str, ending: str = "") -> set[str]:
    """Return what stands between a beginning and an ending in the catalogue, without further dots."""
    form = re.compile(re.escape(prefix) + r"([a-z_0-9]+)" + re.escape(ending))
    return {match.group(1) for code in CATALOGUE if (match := form.fullmatch(code))}


STATUS_CODES: Final = {status.code for status in contract.STATUSES}
REASON_CODES: Final = {reason for reasons in contract.REASONS.values() for reason in reasons}


@pytest.mark.parametrize(
    ("prefix", "ending", "expected"),
    [
        ("status.", "", STATUS_CODES),
        ("status.", ".means", STATUS_CODES),
        ("group.", "", set(contract.GROUPS)),
        ("group.", ".means", set(contract.GROUPS)),
        ("reason.", "", REASON_CODES),
        ("reason.", ".action", REASON_CODES),
        ("repair.", "", {*contract.REPAIRS, *contract.OTHER_REPAIRS}),
    ],
)
def test_every_word_of_the_contract_has_a_sentence_and_no_other_has(
    prefix: str, ending: str, expected: set[str]
) -> None:
    assert family(prefix, ending) == expected


def test_every_status_that_the_school_decides_has_its_question() -> None:
    asked = {status.code for status in contract.STATUSES if status.group in ("decide", "only_in_legacy")}
    assert asked <= family("question.")


def test_every_answer_says_what_it_leads_to() -> None:
    codes = {SAME, DIFFERENT, NONE, UNKNOWN, PUPIL, ACCOUNT, ARCHIVE, KEEP, IS_PUPIL}
    assert family("answer.", ".effect") == codes
    assert {code for code in family("answer.") if "." not in code} == codes
    assert family("decision.state.") == family("cli.answers.") == set(STATES)


def constants_in(path: Path, function: str) -> set[str]:
    tree = next(tree for one, tree in sources() if one == path)
    body = next(
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function
    )
    return {
        node.value
        for node in ast.walk(body)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_everything_that_may_be_left_undone_can_be_told() -> None:
    given = {
        word
        for word in constants_in(ETL / "coverage.py", "list_not_performed")
        if re.fullmatch(r"[a-z]+(_[a-z]+)+", word)
    }
    assert given == family("not_performed.")


def test_every_reason_to_ask_for_an_opleiding_can_be_told() -> None:
    rule = (ETL / "sql" / "45_opleiding_choices.sql").read_text(encoding="utf-8")
    python = (ETL / "opleiding.py").read_text(encoding="utf-8")
    given = set(
        re.findall(r"['\"](opleiding_(?:missing|unknown|single_letter|year|conflict))['\"]", rule + python)
    )
    assert given == {code for code in family("opleiding.") if code.startswith("opleiding_")}


def test_every_step_and_verdict_can_be_told() -> None:
    steps = {
        node.args[0].value
        for path, tree in sources()
        if path.name in ("pipeline.py", "run_files.py", "run_tables.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "progress"
        and isinstance(node.args[0], ast.Constant)
    }
    assert steps == family("cli.step.")
    verdicts = {word for word in constants_in(ETL / "report" / "build.py", "_verdict") if word.islower()}
    verdicts -= {"critical"}
    assert verdicts == family("cli.verdict.") == family("cli.next.")


RAISED: Final = sorted(
    {
        str(node.exc.args[0].value)
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and node.exc.args
        and isinstance(node.exc.args[0], ast.Constant)
        and CAPITAL_CODE.fullmatch(str(node.exc.args[0].value))
    }
)


@pytest.mark.parametrize("code", RAISED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_also_says_what_to_do(code: str, language: str) -> None:
    for form, sentence in CATALOGUE[code].items():
        if form.startswith(language):
            parts = [
                part for part in re.split(r"(?<=[.:?])\s+", re.sub(r"\{[a-z_]+\}", "x", sentence)) if part
            ]
            assert len(parts) >= 2, form
            openings = {part.split()[0].strip(",").casefold() for part in parts[1:]}
            assert openings & ACTS[language], form


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_people_are_spoken_to_with_u_and_in_short_sentences(code: str) -> None:
    for form, sentence in CATALOGUE[code].items():
        if form.startswith("nl"):
            assert not re.search(r"\b(je|jij|jou|jouw)\b", sentence, flags=re.IGNORECASE)
        # The longest instruction that a school could still follow at a glance.
        for part in re.split(r"(?<=[.?!])\s+", sentence):
            assert len(part.split()) <= 32, part
