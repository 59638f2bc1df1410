"""One writer or one reader of a lake whose catalogue is in PostgreSQL; run by the Python of requirements-engines.lock.

`write CATALOGUE DATA FILES…` appends each raw file as a transaction of its own; `read CATALOGUE DATA ROWS STOP` counts
and sums until the file STOP exists. Each prints one JSON object.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from pathlib import Path

import duckdb

TABLE = "lac.faits"
_EXTENSIONS = ("ducklake", "postgres_scanner")


def connected(catalogue: str, data: str) -> duckdb.DuckDBPyConnection:
    """A connection with the lake attached as `lac`; nothing is downloaded."""
    db = duckdb.connect()
    for name in _EXTENSIONS:
        [package] = importlib.import_module(f"duckdb_extension_{name}").__path__
        [file] = Path(package).glob(f"extensions/*/{name}.duckdb_extension")
        db.execute(f"load '{file}'")
    db.execute("set memory_limit = '512MiB'")
    db.execute("set threads = 1")  # two writers and a reader share the machine
    db.execute(f"attach 'ducklake:postgres:{catalogue}' as lac (data_path '{data}')")
    return db


def write(catalogue: str, data: str, *files: str) -> dict:
    """How long each transaction took, and how many had to be asked again because another writer came first."""
    db = connected(catalogue, data)
    seconds, conflicts = [], 0
    for file in files:
        started = time.perf_counter()
        while True:
            try:
                db.execute(f"insert into {TABLE} select * from {_file(file)}")
                break
            except duckdb.TransactionException:
                conflicts += 1
        seconds.append(time.perf_counter() - started)
    return {
        "livraisons": len(files),
        "mediane_s": statistics.median(seconds),
        "max_s": max(seconds),
        "conflits": conflicts,
    }


def read(catalogue: str, data: str, rows: str, stop: str) -> dict:
    """How many readings, how long, and how many saw a delivery that was not whole; each delivery has `rows` rows."""
    db = connected(catalogue, data)
    seconds, partial, last = [], 0, False
    while not last:
        last = Path(stop).exists()
        started = time.perf_counter()
        seen = db.execute(
            f"select livraison_id, count(*), sum(try_cast(faits_constates as bigint)) from {TABLE} group by 1"
        ).fetchall()
        seconds.append(time.perf_counter() - started)
        partial += any(n != int(rows) for _, n, _ in seen)
    return {
        "lectures": len(seconds),
        "mediane_s": statistics.median(seconds),
        "derniere_s": seconds[-1],
        "partielles": partial,
        "livraisons": len(seen),
    }


def create(catalogue: str, data: str, file: str) -> dict:
    """The empty table, with the columns of a raw file."""
    connected(catalogue, data).execute(f"create table {TABLE} as select * from {_file(file)} limit 0")
    return {}


def total(catalogue: str, data: str, pattern: str) -> dict:
    """Whether the lake holds the rows of these files and no other."""
    db = connected(catalogue, data)
    bag = "count(*), sum(hash(t)::hugeint)"
    lake = db.execute(f"select {bag} from {TABLE} as t").fetchone()
    files = db.execute(f"select {bag} from {_file(pattern)} as t").fetchone()
    return {"lignes": lake[0], "memes_lignes": lake == files}


def _file(pattern: str) -> str:
    # A folder's name, `livraison_id=…`, is no column: the file has it.
    return f"read_parquet('{pattern}', hive_partitioning = false)"


if __name__ == "__main__":
    role = {"create": create, "write": write, "read": read, "total": total}[sys.argv[1]]
    print(json.dumps(role(*sys.argv[2:])))
