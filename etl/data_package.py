"""Writes the tables of a run as a data package: a Parquet file per table, and a descriptor that says what is in them.

For other people's tools. It holds every value of every pupil in the run, so it is as private as the run itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from etl.history import FILE_MODE, Run
from etl.manifest import checksum
from etl.output import new_folder, write_new_file

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
    with new_folder(folder):
        said: dict[str, str | None] = {}
        columns: dict[str, list[dict[str, Any]]] = {}
        for row in run.fetch_rows(
            # The cells of a clean file are shown by delivered_…, so they need no file of their own.
            "with named as ("
            "select table_name, comment from duckdb_tables() where schema_name = 'main'"
            " and table_name not like 'cells%' union all"
            " select view_name, comment from duckdb_views() where schema_name = 'main' and not internal)"
            " select n.table_name, n.comment, c.column_name, c.data_type"
            " from named as n inner join duckdb_columns() as c on n.table_name = c.table_name"
            " where c.schema_name = 'main' order by n.table_name, c.column_index"
        ):
            said[row["table_name"]] = row["comment"]
            columns.setdefault(row["table_name"], []).append(row)
        descriptor = {
            "$schema": PROFILE,
            "name": run.folder.name.lower(),
            "title": f"Tables of run {run.folder.name}",
            "description": "Holds pupils' data. Keep it as private as the run, and remove it on the same day.",
            "created": run.manifest["created"],
            "resources": [_write_table(run, name, said[name], columns[name], folder) for name in columns],
        }
        content = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
        write_new_file(folder / DESCRIPTOR_NAME, content.encode("utf-8"))
    return descriptor


def _write_table(
    run: Run, name: str, said: str | None, columns: Sequence[Mapping[str, Any]], folder: Path
) -> dict[str, Any]:
    import polars

    path = folder / f"{name}.parquet"
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
