"""A Spark session over the raw rows of a home: what dbt-spark finds when it asks for the session of its process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@contextmanager
def session(raw: Path, work: Path, master: str, memory_mib: int) -> Iterator[SparkSession]:
    """A session that keeps its tables in `work` and sees each raw table of `raw` as `raw.<source>_<table>`.

    Raises RuntimeError when `raw` holds no rows at all.
    """
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    spark = (
        SparkSession.builder.master(master)
        .appName("vigie")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", f"{memory_mib}m")
        .config("spark.sql.warehouse.dir", str(work / "tables"))
        .config("spark.local.dir", str(work / "travail"))
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.sql.session.timeZone", "Europe/Paris")
        .config("spark.sql.ansi.enabled", "true")  # a cast that fails stops the build, as it does on DuckDB
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    try:
        _show_raw(spark, raw)
        yield spark
    finally:
        spark.stop()


def _show_raw(spark: SparkSession, raw: Path) -> None:
    spark.sql("create database if not exists raw")
    folders = {f.parent for f in raw.glob("*/*/*.parquet")}
    tables = {f"{folder.parent.name}_{folder.name}": folder for folder in folders}
    tables |= {file.stem: file for file in (raw / "registre").glob("*.parquet")}
    if not tables:
        raise RuntimeError(f"{raw} holds no raw rows")
    for name, place in sorted(tables.items()):
        spark.sql(f"create or replace view raw.{name} as select * from parquet.`{place}`")  # noqa: S608
