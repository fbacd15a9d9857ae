"""Makes text of whatever was delivered: a text file, a sheet of a workbook, or either of them in a ZIP.

It chooses between sheets only when the settings name one or one alone can be meant.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from etl.errors import InputError
from etl.intake.archive import take_member
from etl.intake.delivery import Remark
from etl.intake.encoding import Decoded, decode_file
from etl.intake.files import RawFile
from etl.intake.kinds import WORKBOOK, name_binary
from etl.intake.workbook import read_sheets

# Stands where the name of an encoding does, for a workbook.
SHEET: Final = "xlsx"
# Somebody who delivers a workbook under such a name thinks that it is an export.
TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt", ".tab", ".dat")


def read_text(
    raw: RawFile,
    *,
    encoding: str | None,
    sheet: str | None,
    member: str | None,
    max_bytes: int,
    fits: Callable[[Decoded], bool],
) -> Decoded:
    """Return the text of one delivered file. `fits` says whether a sheet can be meant, when there are several.

    Errors:  InputError for a workbook that is called a text file, when no sheet or more than one can be meant, and as
             in archive, workbook and encoding.
    """
    inner = take_member(raw, member=member, max_bytes=max_bytes)
    if name_binary(inner.data) != WORKBOOK:
        return decode_file(inner, encoding=encoding)
    if PurePath(raw.name).suffix.casefold() in TEXT_ENDINGS:
        raise InputError("INTAKE-WORKBOOK-RENAMED", file=raw.name, ending=PurePath(raw.name).suffix)
    found = []
    for one in read_sheets(inner, sheet=sheet):
        remark = Remark("INTAKE-WORKBOOK", {"file": raw.name, "sheet": one.name})
        found.append((one.name, Decoded(one.text, SHEET, False, (remark,))))
    if len(found) > 1:
        found = [(name, decoded) for name, decoded in found if fits(decoded)] or found
    if len(found) > 1:
        raise InputError("INTAKE-SHEETS", file=raw.name, sheets=[name for name, _ in found])
    return found[0][1]
