"""What a release records, and the sign-off in words for the people who import it.

It formats; whether a run may be released is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from etl.texts import show_moment, text


@dataclass(frozen=True, slots=True)
class Accepted:
    """One open question that somebody lets stay open, with its reason in the run."""

    question: str
    status: str  # of the pupil, or opleiding
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it was recorded. `files` maps a name to its SHA-256."""

    format: str
    run_id: str
    school: str
    released: str
    by: str
    second_by: str  # "none" when nobody looked along
    accepted: tuple[Accepted, ...]
    accepted_because: str
    brakes_overridden: tuple[dict[str, Any], ...]
    links: int
    plan: Mapping[str, str]
    files: Mapping[str, str]


def release_words(release: Release, language: str) -> str:
    """Return the sign-off as lines of text: who, what, what stays open, and what comes next."""
    moment = show_moment(release.released, language)
    second = text("release.no_second", language) if release.second_by == "none" else release.second_by
    lines = [
        text("release.title", language, run=release.run_id, school=release.school),
        "",
        text("release.by", language, by=release.by, moment=moment),
        text("release.second", language, second=second),
        text("release.links", language, count=release.links),
    ]
    if release.accepted:
        lines += ["", text("release.accepted", language, count=len(release.accepted))]
        lines.append(text("release.because", language, reason=release.accepted_because))
        for one in release.accepted:
            kind = "opleiding" if one.status == "opleiding" else "reason"
            lines.append(f"  {one.question}  {text(f'{kind}.{one.reason}', language)}")
        if any(one.status != "opleiding" for one in release.accepted):
            lines.append(text("release.twin", language))
    for brake in release.brakes_overridden:
        lines.append(
            text("release.brake", language, name=brake["name"], by=brake["by"], reason=brake["reason"])
        )
    lines += ["", text("release.files", language)]
    lines += [f"  {digest}  {name}" for name, digest in sorted(release.files.items())]
    lines += ["", text("release.next", language), text("release.back", language), ""]
    return "\n".join(lines)
