"""`make scale`: the same models on DuckDB and on Spark over growing national returns, and a lake that two may write."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.harness import (
    Case,
    Command,
    Failed,
    Measure,
    french,
    measure,
    run_once,
    show_machine,
    show_measures,
    show_ratio,
)
from benchmarks.returns_files import write_returns
from benchmarks.scale import count, load_command
from pipelines.settings.model import DBT_PROJECT, Settings
from pipelines.warehouse.dbt import environment, executable
from tests.engines import lake, spark
from tests.engines.rows import compare

SIZES = (1, 3, 10)
SPARK_MIB = 3072


def run(console: Console, sizes: Sequence[int]) -> int:
    """Measure and show; 1 when an engine gives other rows."""
    for reason in (spark.missing(), lake.missing()):
        if reason:
            console.print(reason, style="bold red")
            return 1
    code, found, rows_of = 0, {}, {}
    with tempfile.TemporaryDirectory(prefix="vigie-echelle-") as name:
        for size in sizes:
            scratch = Path(name) / f"{size}x"
            home, files = scratch / "home", scratch / "fichiers"
            with console.status(f"{size} × : fichiers et lignes brutes"):
                _, rows_of[size] = write_returns(files, size)
                home.mkdir()
                try:
                    run_once(Case("", "vigie load", lambda _: None), load_command(home, files), scratch)
                    cases = [
                        Case("a", "DuckDB", lambda folder, raw=home / "raw": _duckdb(raw, folder)),
                        Case("b", "Spark, local[2]", lambda folder, raw=home / "raw": _spark(raw, folder)),
                    ]
                    found[size] = measure(cases, 1, scratch / "tours", console)
                except Failed as failed:
                    console.print(str(failed), style="bold red", markup=False)
                    return 1
            console.rule(f"{size} × : {count(rows_of[size])} lignes brutes")
            show_measures(console, found[size], 1)
            if size == min(sizes):
                code = max(code, _same_rows(console, home / "raw", found[size]))
                code = max(code, lake.run(console, home / "raw" / "service_returns" / "faits", scratch))
            shutil.rmtree(scratch)
    if len(sizes) > 1:
        _show_growth(console, found, rows_of)
    show_machine(console)
    return code


def _duckdb(raw: Path, folder: Path) -> Command:
    settings = Settings()
    build = folder / "vigie.duckdb"
    arguments = [executable(), "--quiet", "build", "--project-dir", str(DBT_PROJECT), "--target-path", str(folder),
                 "--select", f"+{spark.MODEL}", "--exclude-resource-type", "test",
                 "--exclude-resource-type", "unit_test"]  # fmt: skip
    told = environment(settings, build) | {"VIGIE_RAW": str(raw), "DBT_LOG_PATH": str(folder)}
    return Command(arguments, told)


def _spark(raw: Path, folder: Path) -> Command:
    return Command(*spark.command(raw, folder, "--sans-lignes", "--memoire-mio", str(SPARK_MIB)))


def _same_rows(console: Console, raw: Path, m: dict[str, Measure]) -> int:
    out = m["b"].folder / "encore"
    started = time.monotonic()
    spark.build(raw, out, "--memoire-mio", str(SPARK_MIB))
    seconds = time.monotonic() - started
    found = compare(m["a"].folder / "vigie.duckdb", raw, out / "lignes")
    return spark.show(console, "les retours de tout le pays", found, seconds)


def _show_growth(console: Console, found: dict[int, dict[str, Measure]], rows: dict[int, int]) -> None:
    """A fixed cost and a cost a million rows for each engine, and what follows from the two."""
    least, most = min(found), max(found)
    line: dict[str, tuple[float, float]] = {}
    for key in "ab":
        low, high = found[least][key].median, found[most][key].median
        slope = (high - low) / ((rows[most] - rows[least]) / 1e6)
        line[key] = (low - slope * rows[least] / 1e6, slope)
        console.print(
            f"({key}) {found[most][key].case.label} : {french(line[key][0])} s, "
            f"plus {french(slope)} s par million de lignes"
        )
    (a, b), (c, d) = line["a"], line["b"]
    console.print(f"DuckDB construit en une heure {french((3600 - a) / b, 0)} millions de lignes sur cette machine.")
    show_ratio(console, "par million de lignes, Spark / DuckDB", d / b)
    need = next((k for k in range(1, 1000) if d / k < b), None)
    if need:
        console.print(
            f"À rendement parfait, Spark coûte moins par ligne à partir de {need} machines de {_cores()} cœurs ; à "
            f"{2 * need}, il va plus vite au-delà de {french((c - a) / (b - d / (2 * need)), 0)} millions de lignes."
        )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
