"""Where the files lie that come with the program: the sample and the suites.

In a checkout they stand at the top level; in an installed package inside it. It opens none of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def shipped_folder(*parts: str) -> Path:
    """Return a folder that is shipped with the program, such as ("data", "sample")."""
    in_checkout = _PACKAGE.parent.joinpath(*parts)
    # A checkout has the project file beside the package; site-packages never has.
    if (_PACKAGE.parent / "pyproject.toml").is_file() and in_checkout.is_dir():
        return in_checkout
    return _PACKAGE.joinpath("_data", *parts)
