"""Looks for bytes that break a promise of the reader, for as long as it is told: make fuzz SECONDS=600.

It is guided by which lines of the reader a file reaches. What it finds is left in crashes/, where a test replays it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
SCRATCH: Final = HERE.parents[1] / ".fuzz"  # not under version control: what was found to be interesting
LONGEST: Final = 16_384  # bytes of one file


def main() -> None:
    """Run until the time is over or a promise is broken."""
    import atheris

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    # The reader is loaded here, so that every one of its lines reports to the fuzzer.
    with atheris.instrument_imports(include=["etl.intake"]):
        from tests.fuzz.promises import keep_promises

    def try_one(data: bytes) -> None:
        keep_promises(data)

    SCRATCH.mkdir(exist_ok=True)
    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        f"-dict={HERE / 'tokens.dict'}",
        f"-artifact_prefix={HERE / 'crashes'}/",
        "-print_final_stats=1",
        str(SCRATCH),
        str(HERE / "corpus"),
        str(HERE / "crashes"),
    ]
    atheris.Setup(arguments, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
