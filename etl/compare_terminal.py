"""What the terminal shows of runs beside each other, as lines of text and as plain data. It formats only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from etl.texts import show_value, text

if TYPE_CHECKING:
    from etl.compare import Compared, Past

MOST_NAMED: Final = 50
_LABEL: Final = 46


def compared_lines(compared: Compared, language: str) -> Iterator[str]:
    """Yield what changed between two runs: rows, questions, and where every row of both files went."""
    since = compared.since
    yield text(
        "compare.title", language, before=compared.before.folder.name, after=compared.after.folder.name
    )
    yield ""
    for source in ("legacy", "magister"):
        yield text(
            "compare.rows",
            language,
            file=text(f"sheet.file.{source}", language),
            arrived=since.records(source, before="arrived"),
            gone=since.records(source, after="gone"),
        )
    yield ""
    for name in ("newly_open", "reopened", "still_open"):
        questions = getattr(since, name)
        yield text(f"compare.{name}", language, count=len(questions))
        for question in questions[:MOST_NAMED]:
            days = text("compare.days", language, count=compared.ages.get(question, 0))
            yield f"  {question:<16} {days}" if name == "still_open" else f"  {question}"
        if len(questions) > MOST_NAMED:
            yield f"  {text('compare.more', language, count=len(questions) - MOST_NAMED)}"
    yield text("compare.resolved", language, count=len(since.resolved))
    for one in since.resolved[:MOST_NAMED]:
        yield f"  {one.question:<16} {text(f'compare.how.{one.how}', language)}"
    for source in ("legacy", "magister"):
        yield ""
        yield from _matrix(compared, source, language)


def compared_answer(compared: Compared) -> dict[str, Any]:
    """Return what changed as plain data, codes untranslated."""
    return {
        "before": compared.before.folder.name,
        "after": compared.after.folder.name,
        "school": compared.after.manifest["school"],
        **{
            name: value for name, value in asdict(compared.since).items() if name not in ("run_id", "created")
        },
        "days_open": {name: compared.ages.get(name, 0) for name in compared.since.still_open},
    }


def past_lines(runs: Sequence[Past], language: str) -> Iterator[str]:
    """Yield one line per run, the newest first."""
    if not runs:
        yield text("history.none", language)
        return
    width = max(len(run.folder) for run in runs)
    heads = [text(f"history.{name}", language) for name in ("run", "links", "held", "verdict")]
    yield f"{heads[0]:<{width}}  {heads[1]:>10}  {heads[2]:>8}  {heads[3]}"
    for run in runs:
        what = [text(f"history.verdict.{run.verdict}", language) if run.verdict else "?"]
        if run.state != "none":
            what.append(text(f"history.state.{run.state}", language))
        if run.is_purged:
            what.append(text("history.purged", language))
        links, held = show_value(run.links, language), show_value(run.held, language)
        yield f"{run.folder:<{width}}  {links:>10}  {held:>8}  {', '.join(what)}"


def past_answer(runs: Sequence[Past]) -> list[dict[str, Any]]:
    """Return the runs as plain data."""
    return [asdict(run) for run in runs]


def _matrix(compared: Compared, source: str, language: str) -> Iterator[str]:
    """Yield the moves of one file: a line per status it had, with where those rows are now, and totals that add up."""
    since = compared.since
    moves = [move for move in since.moves if move.source == source]
    yield text("compare.matrix", language, file=text(f"sheet.file.{source}", language))
    for before in dict.fromkeys(move.before for move in moves):
        there = [move for move in moves if move.before == before]
        total = show_value(sum(move.records for move in there), language)
        parts = ", ".join(
            f"{_status(move.after, language)} {show_value(move.records, language)}" for move in there
        )
        yield f"  {_status(before, language):<{_LABEL}} {total:>7}  → {parts}"
    for which, run, outside in (("before", compared.before, "arrived"), ("after", compared.after, "gone")):
        total = sum(run.manifest["statuses"][source].values())
        counted = sum(move.records for move in moves if getattr(move, which) != outside)
        mark = "compare.adds_up" if counted == total else "compare.adds_up_not"
        yield "  " + text(mark, language, run=run.folder.name, count=counted, total=total)


def _status(code: str, language: str) -> str:
    return text(f"compare.{code}" if code in ("arrived", "gone") else f"status.{code}", language)
