"""DuckLake with a PostgreSQL catalogue: one writer, then two writers and a reader, over the raw files of a home."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.harness import french, show_ratio
from tests.conftest import PROJECT
from tests.engines.spark import ENGINES
from tests.support.postgresql import Server, programs, server


def missing() -> str | None:
    """Why the lake cannot be measured here, as a sentence; None when it can."""
    if not ENGINES.exists():
        return "l'environnement des autres moteurs n'est pas installé : make engines"
    if programs() is None:
        return "PostgreSQL n'est pas installé (paquet Debian postgresql)"
    return None


class Lake:
    """An empty lake of its own: a database of the server, a folder of Parquet files, one table like `like`."""

    def __init__(self, pg: Server, folder: Path, like: Path) -> None:
        folder.mkdir()
        self._place = (pg.dsn(pg.database()), str(folder))
        self.told(self.start("create", str(like)))

    def start(self, role: str, *arguments: str) -> subprocess.Popen:
        """One writer, one reader, or the final count, as a process."""
        return subprocess.Popen(
            [str(ENGINES), "-m", "tests.engines.lake_process", role, *self._place, *arguments],
            cwd=PROJECT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    @staticmethod
    def told(process: subprocess.Popen) -> dict:
        """What it printed; raises RuntimeError with what it said when it failed."""
        out, err = process.communicate()
        if process.returncode:
            raise RuntimeError(f"lake: {err[-2000:]}")
        return json.loads(out)


def two_writers(lake: Lake, files: list[Path], rows: int, folder: Path) -> tuple[float, list[dict], dict]:
    """(seconds, what each writer said, what the reader said): every other file to each writer, a reader all along."""
    stop = folder / "fin"
    reader = lake.start("read", str(rows), str(stop))
    started = time.perf_counter()
    writers = [lake.start("write", *map(str, files[i::2])) for i in range(2)]
    told = [lake.told(w) for w in writers]
    seconds = time.perf_counter() - started
    stop.touch()
    return seconds, told, lake.told(reader)


def run(console: Console, raw: Path, folder: Path) -> int:
    """Measure over the raw rows of deliveries that all have as many; 1 when one is lost or half seen."""
    files = one_file_each(raw, folder / "livraisons")
    rows = duckdb.sql(f"select count(*) from '{files[0]}'").fetchone()[0]
    with server() as pg:
        alone = Lake(pg, folder / "seul", files[0])
        started = time.perf_counter()
        one = alone.told(alone.start("write", *map(str, files)))
        one_seconds = time.perf_counter() - started
        shared = Lake(pg, folder / "partage", files[0])
        seconds, writers, reader = two_writers(shared, files, rows, folder)
        total = shared.told(shared.start("total", str(raw / "*.parquet")))
    bare_seconds, bare_read = _one_file(files, folder / "un-fichier.duckdb")
    table = Table(title=f"{len(files)} livraisons de {rows} lignes, une transaction chacune")
    table.add_column("ce qui écrit")
    for heading in ("s", "livraisons/s", "médiane ms", "conflits"):
        table.add_column(heading, justify="right")
    conflicts = sum(w["conflits"] for w in writers)
    median = max(w["mediane_s"] for w in writers)
    for label, s, m, c in (
        ("un fichier DuckDB, un seul qui écrit", bare_seconds, bare_seconds / len(files), 0),
        ("DuckLake, un qui écrit", one_seconds, one["mediane_s"], one["conflits"]),
        ("DuckLake, deux qui écrivent et un qui lit", seconds, median, conflicts),
    ):
        table.add_row(label, french(s), french(len(files) / s), french(1000 * m, 1), str(c))
    console.print(table)
    console.print(
        f"le lecteur : {reader['lectures']} lectures de toute la table, médiane "
        f"{french(1000 * reader['mediane_s'], 0)} ms, la dernière {french(1000 * reader['derniere_s'], 0)} ms (le même "
        f"calcul sur un fichier DuckDB : "
        f"{french(1000 * bare_read, 0)} ms), {reader['partielles']} où une livraison est vue à moitié"
    )
    show_ratio(console, "DuckLake à deux / DuckLake seul, livraisons par seconde", one_seconds / seconds)
    show_ratio(console, "DuckLake seul / un fichier DuckDB, temps", one_seconds / bare_seconds)
    whole = total["memes_lignes"] and not reader["partielles"] and reader["livraisons"] == len(files)
    console.print("les mêmes lignes que les fichiers" if whole else "[bold red]des lignes manquent ou sont en trop")
    return 0 if whole else 1


def one_file_each(raw: Path, folder: Path) -> list[Path]:
    """The rows of each delivery in a file of its own: they lie by batches."""
    # Two threads, or a file closed to open another, would cut a delivery in two.
    with duckdb.connect(config={"memory_limit": "1GiB", "threads": 1}) as db:
        db.execute("set partitioned_write_max_open_files = 100000")
        db.execute(
            f"copy (from '{raw}/*.parquet') to '{folder}' "
            "(format parquet, partition_by (livraison_id), write_partition_columns true)"
        )
    files = sorted(folder.glob("*/*.parquet"))
    if len(files) != len(list(folder.iterdir())):
        raise RuntimeError(f"a delivery is in several files of {folder}")
    return files


def _rows(file: Path) -> str:
    return f"select * from read_parquet('{file}', hive_partitioning = false)"


def _one_file(files: list[Path], warehouse: Path) -> tuple[float, float]:
    """(seconds to append every file, each in a transaction, to one table of one file; seconds to read it all)."""
    with duckdb.connect(str(warehouse), config={"threads": 1, "memory_limit": "512MiB"}) as db:
        db.execute(f"create table faits as {_rows(files[0])} limit 0")
        started = time.perf_counter()
        for file in files:
            db.execute(f"insert into faits {_rows(file)}")
        written = time.perf_counter()
        db.execute(
            "select livraison_id, count(*), sum(try_cast(faits_constates as bigint)) from faits group by 1"
        ).fetchall()
        return written - started, time.perf_counter() - written
