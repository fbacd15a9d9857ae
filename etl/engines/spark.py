"""Runs the SQL on Spark: on this machine, or on the cluster that `spark-submit` starts the program on.

It holds no rule, it is the only module that imports pyspark, and it stores every table it makes as Parquet.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.engines.base import Made, nothing
from etl.engines.duckdb import DuckDBEngine, quote
from etl.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TABLES_FOLDER: Final = "tables"
SPILL_FOLDER: Final = "spill"
MASTER_VARIABLE: Final = "KOPPELCHECK_SPARK_MASTER"
# spark-submit tells its port to the program that it starts; then master, memory and network are its business.
_STARTED_BY_SUBMIT: Final = "PYSPARK_GATEWAY_PORT"
# Generating and compiling Java for each stage takes seconds, which so few records never win back.
FEW_RECORDS: Final = 50_000

# What the SQL files count on, whatever the defaults of a cluster are.
_DIALECT: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.legacy.consecutiveStringLiterals.enabled": "false",
}
_ON_THIS_MACHINE: Final = {
    "spark.app.name": "koppelcheck",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
}
# pyspark writes a query that failed on the screen, with what it quotes.
_LOGS: Final = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")
_FEW_RECORDS_SETTINGS: Final = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
# The same of Java itself: what runs for a minute is never worth its best compiler.
_FEW_RECORDS_JAVA: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


class SparkEngine:
    """The engine for more than one machine holds. `scratch` is a folder of this run that every machine can reach."""

    def __init__(self, scratch: Path, *, records: int | None = None) -> None:
        """Open it; `records` is about how many will be loaded, when that is known.

        Errors:  EngineError when pyspark or Java is not there, or Spark does not start.
        """
        self._folder = scratch.resolve() / TABLES_FOLDER
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._tables: list[str] = []
        self._is_small = records is not None and records <= FEW_RECORDS
        root, self._is_own = _find_session(scratch.resolve(), is_small=self._is_small)
        self._root: SparkSession = root
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        self._errors: tuple[type[Exception], ...] = (PySparkException, Py4JError)
        # Tables and functions of this run only; what else runs in the same program keeps its own.
        self.session: SparkSession = root.newSession()
        settings = dict(_DIALECT)
        if str(root.sparkContext.master).startswith("local"):
            settings["spark.sql.shuffle.partitions"] = str(root.sparkContext.defaultParallelism)
        if self._is_small:
            settings |= _FEW_RECORDS_SETTINGS
        for name, value in settings.items():
            self.session.conf.set(name, value)
        self._register_functions()

    def load_csv(self, table: str, path: Path, columns: Mapping[str, str]) -> int:
        """See Engine. Read here and stored as Parquet: how Spark reads quotes and line ends is not ours to choose."""
        import pyarrow as pa
        from pyarrow import csv, parquet

        kinds = {name: pa.int64() if kind == "BIGINT" else pa.string() for name, kind in columns.items()}
        folder = self._folder / table
        folder.mkdir(mode=0o700)
        records = 0
        try:
            reader = csv.open_csv(
                path,
                read_options=csv.ReadOptions(column_names=list(columns), use_threads=False),
                parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                convert_options=csv.ConvertOptions(
                    column_types=kinds, strings_can_be_null=False, null_values=[]
                ),
            )
            with (
                reader,
                parquet.ParquetWriter(folder / "part-00000.parquet", pa.schema(kinds.items())) as writer,
            ):
                for batch in reader:
                    writer.write_batch(batch)
                    records += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise EngineError("ENGINE-STAGE", table=table, problem=type(error).__name__) from error
        self._name(table)
        return records

    def create_table(self, table: str, select: str) -> None:
        """See Engine."""
        try:
            frame = self.session.sql(select)
            frame.write.mode("error").parquet(str(self._folder / table))
        except self._errors as error:
            raise EngineError("ENGINE-STAGE", table=table, problem=type(error).__name__) from error
        self._name(table, frame)

    def create_tables(self, selects: Sequence[tuple[str, str]], made: Made = nothing) -> None:
        """See Engine: one after the other, because Spark keeps every processor busy with each."""
        for table, select in selects:
            self.create_table(table, select)
            made()

    def fetch_rows(self, select: str) -> list[dict[str, Any]]:
        """See Engine."""
        try:
            return [row.asDict() for row in self.session.sql(select).collect()]
        except self._errors as error:
            raise EngineError("ENGINE-QUERY", problem=type(error).__name__) from error

    def leave_room(self, mib: int) -> None:
        """See Engine. Spark's memory is that of its own process, set when it starts."""

    def hand_over(self, engine: DuckDBEngine) -> None:
        """Make every table in DuckDB too, for what only reads; the scratch folder has to be that engine's own.

        Order:   by all columns, because Spark keeps none.
        After:   `tables/` holds the Parquet alone, under the same names every time; nothing is made any more.
        """
        for folder in (self._folder / table for table in self._tables):
            parts = sorted(folder.glob("part-*.parquet"))
            for name in sorted(folder.iterdir()):
                if name not in parts:
                    name.unlink()
            for number, part in enumerate(parts):
                part.rename(folder / f"part-{number:05}.parquet")
        for table in self._tables:
            parts = sorted((self._folder / table).glob("part-*.parquet"))
            files = ", ".join(quote(str(part)) for part in parts)
            engine.create_table(table, f"select * from read_parquet([{files}]) order by all")

    def save(self, path: Path, comments: Mapping[str, str]) -> None:
        """See Engine. The Parquet stays; DuckDB writes the one file."""
        engine = DuckDBEngine(path.parent)
        try:
            self.hand_over(engine)
            engine.save(path, comments)
        finally:
            engine.close()

    def close(self) -> None:
        """See Engine. A session that was there before stays."""
        for table in self._tables:
            self.session.catalog.dropTempView(table)
        self._tables.clear()
        if self._is_own:
            self._root.stop()
            self._is_own = False
            shutil.rmtree(self._folder.with_name(SPILL_FOLDER), ignore_errors=True)

    def _name(self, table: str, frame: DataFrame | None = None) -> None:
        reader = self.session.read if frame is None else self.session.read.schema(frame.schema)
        try:
            # The name of the folder is a name, whatever brackets and stars are in it.
            frame = reader.option("__globPaths__", "false").parquet(str(self._folder / table))
            frame.createOrReplaceTempView(table)
        except self._errors as error:
            raise EngineError("ENGINE-STAGE", table=table, problem=type(error).__name__) from error
        self._tables.append(table)

    def _register_functions(self) -> None:
        from pyspark import cloudpickle

        from etl.engines import spark_functions

        # They travel as they are, so that this program need not be installed on the other machines.
        cloudpickle.register_pickle_by_value(spark_functions)  # type: ignore[no-untyped-call]
        for name, (function, kind) in spark_functions.FUNCTIONS.items():
            self.session.udf.register(name, function, kind)
        for statement in list_functions():
            self.session.sql(statement)


def list_functions() -> tuple[str, ...]:
    """Return the statements of functions_spark.sql, one function each."""
    source = (resources.files("etl") / "sql" / "functions_spark.sql").read_text(encoding="utf-8")
    return tuple(part.strip() for part in source.split(";\n") if part.strip())


def _find_session(scratch: Path, *, is_small: bool) -> tuple[SparkSession, bool]:
    """Return the session at work, or else a new one, and whether it is ours to stop."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise EngineError("ENGINE-SPARK-MISSING") from None
    active = SparkSession.getActiveSession()
    if active is not None:
        return active, False
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise EngineError("ENGINE-JAVA-MISSING")
    builder = SparkSession.builder
    if _STARTED_BY_SUBMIT not in os.environ:
        builder = builder.master(os.environ.get(MASTER_VARIABLE) or "local[*]")
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        for name, value in _ON_THIS_MACHINE.items():
            builder = builder.config(name, value)
        builder = builder.config("spark.local.dir", str(scratch / SPILL_FOLDER))
        java = f"-Dlog4j2.configurationFile={Path(__file__).with_name('spark_log.properties').as_uri()}"
        if is_small:
            java = f"{java} {_FEW_RECORDS_JAVA}"
        builder = builder.config("spark.driver.extraJavaOptions", java)
    try:
        session = builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise EngineError("ENGINE-SPARK-START", problem=type(error).__name__) from error
    session.sparkContext.setLogLevel("OFF")
    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return session, True
