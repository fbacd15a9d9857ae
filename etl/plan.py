"""What the plan of a run rests on, as checksums: its files, its settings, the answers of the school, the program.

Two runs with the same four do the same. It holds nothing of a pupil, and nothing can be read back from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from etl.brakes import Brake
from etl.config import RunConfig
from etl.decisions.ledger import Entry, entry_cells
from etl.report.model import SourceFile

PARTS: Final = ("inputs", "settings", "decisions", "program")
# These change what people read or how long it is kept, not what is done.
_NO_PART_OF_IT: Final[dict[str, Any]] = {
    "language": True,
    "privacy": True,
    "request": True,
    "limits": {"memory_mib"},
}


def make_plan(
    sources: Sequence[SourceFile],
    config: RunConfig,
    brakes: Sequence[Brake],
    entries: Sequence[Entry],
    *,
    version: str,
) -> dict[str, str]:
    """Return a SHA-256 per part, in hexadecimal. Overridden brakes are settings of the run."""
    settings = config.model_dump(mode="json", by_alias=True, exclude=_NO_PART_OF_IT)
    overrides = [[brake.name, brake.by, brake.reason] for brake in brakes if brake.by]
    return {
        "inputs": _digest(sorted([source.source, source.sha256] for source in sources)),
        "settings": _digest([settings, overrides]),
        "decisions": digest_entries(entries),
        "program": _digest(version),
    }


def digest_entries(entries: Iterable[Entry]) -> str:
    """Return the SHA-256 of the answers of a ledger, in their order."""
    return _digest([entry_cells(entry) for entry in entries])


def what_changed(before: object, after: object) -> tuple[str, ...]:
    """Return the parts in which two plans differ; all of them when one cannot be read."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return PARTS
    return tuple(part for part in PARTS if before.get(part) is None or before.get(part) != after.get(part))


def _digest(value: object) -> str:
    plain = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("ascii")).hexdigest()
