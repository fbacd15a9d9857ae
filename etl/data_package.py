"""Writes the tables of a run as a data package: a Parquet file per table, and a descriptor that says what is in them.

For other people's tools. It holds every value of every pupil in the run, so it is as private as the run itself.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Final

from etl.errors import OutputError
from etl.history import FILE_MODE, FOLDER_MODE, Run
from etl.manifest import checksum
from etl.output import write_new_file

DESCRIPTOR_NAME: Final = "datapackage.json"
PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
# The types of Table Schema; what is none of these is said to be anything.
_TYPES: Final = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
}


def write_data_package(run: Run, folder: Path) -> dict[str, Any]:
    """Write the package into a folder that does not exist yet, and return its descriptor.

    Source:  Data Package 2.0 (datapackage.org): resources with a Table Schema, bytes and a hash.
    Errors:  OutputError when the folder exists or cannot be written: nothing is left then.
             ConfigError when the tables of the run cannot be read.
    """
    try:
        os.makedirs(folder, mode=FOLDER_MODE)
    except FileExistsError as error:
        raise OutputError("OUTPUT-EXISTS", file=folder.name) from error
    except OSError as error:
        raise OutputError("OUTPUT-WRITE", file=folder.name or str(folder), cause=error.strerror) from error
    try:
        said = {
            row["table_name"]: row["comment"]
            for row in run.fetch_rows("select table_name, comment from duckdb_tables()")
        }
        descriptor = {
            "$schema": PROFILE,
            "name": run.folder.name.lower(),
            "title": f"Tables of run {run.folder.name}",
            "description": "Holds pupils' data. Keep it as private as the run, and remove it on the same day.",
            "created": run.manifest["created"],
            "resources": [_write_table(run, name, said[name], folder) for name in run.tables()],
        }
        content = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
        write_new_file(folder / DESCRIPTOR_NAME, content.encode("utf-8"))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise OutputError("OUTPUT-WRITE", file=folder.name, cause=error.strerror) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return descriptor


def _write_table(run: Run, name: str, said: str | None, folder: Path) -> dict[str, Any]:
    import polars

    path = folder / f"{name}.parquet"
    columns = run.fetch_rows(
        "select column_name, data_type from information_schema.columns"
        f" where table_name = '{name}' order by ordinal_position"
    )
    # A sum is a HUGEINT in DuckDB, which hardly any tool reads; no count here comes near the end of 64 bits.
    counts = {row["column_name"]: polars.Int64 for row in columns if row["data_type"] == "HUGEINT"}
    run.table(name).cast(counts).write_parquet(path)
    os.chmod(path, FILE_MODE)
    return {
        "name": name,
        "type": "table",
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{checksum(path)}",
        **({"description": said} if said else {}),
        "schema": {
            "fields": [
                {"name": row["column_name"], "type": _TYPES.get(row["data_type"], "any")} for row in columns
            ]
        },
    }
