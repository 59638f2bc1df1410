"""`make spark`: the models on Apache Spark, against DuckDB, row by row."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.workbook import REAL
from tests.conftest import PROJECT, Home, real_path
from tests.engines.rows import Compared, compare

ENGINES = PROJECT / ".venv-engines" / "bin" / "python"
MODEL = "valeurs"  # up to indicateurs.valeurs: what stands on it reads a département's worth of rows


def missing() -> str | None:
    """Why Spark cannot run here, as a sentence; None when it can."""
    if not ENGINES.exists():
        return "l'environnement des autres moteurs n'est pas installé : make engines"
    if shutil.which("java") is None:
        return "Spark demande Java 17 (paquet Debian openjdk-17-jre-headless)"
    return None


def command(raw: Path, out: Path, *options: str, model: str = MODEL) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment of a build on Spark."""
    arguments = [str(ENGINES), "-m", "pipelines.spark", str(raw), str(out), model, *options]
    return arguments, {"PYTHONPATH": str(PROJECT)}


def build(raw: Path, out: Path, *options: str, model: str = MODEL) -> None:
    """Build on Spark; raises RuntimeError with what Spark and dbt said."""
    arguments, environment = command(raw, out, *options, model=model)
    done = subprocess.run(
        arguments, env=os.environ | environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"Spark : {(done.stdout + done.stderr)[-3000:]}")


def compared(home: Home, out: Path, *options: str, model: str = MODEL) -> list[Compared]:
    """The build that a load kept (VIGIE_KEEP_BUILD), against the same models on Spark over the same raw rows."""
    raw = home.folder / "raw"
    build(raw, out, *options, model=model)
    return compare(home.folder / "build" / "vigie.duckdb", raw, out / "lignes")


def run(console: Console) -> int:
    """Load the demonstration and the ministry's workbook, build both on Spark; 1 when a row differs."""
    reason = missing()
    if reason:
        console.print(reason, style="bold red")
        return 1
    code = 0
    with tempfile.TemporaryDirectory(prefix="vigie-spark-") as name:
        for title, fill in DATA:
            home = Home(Path(name) / title, VIGIE_KEEP_BUILD="1")
            if not fill(home):
                console.print(f"{title} n'est pas là (VIGIE_DONNEES dit où chercher) : passé", style="yellow")
                continue
            with console.status(f"{title} : DuckDB, puis Spark"):
                told = home.load()
                if told["resultat"] != "publié":
                    raise RuntimeError(f"{title}: {told}")
                started = time.monotonic()
                found = compared(home, home.folder / "spark")
            code = max(code, show(console, title, found, time.monotonic() - started))
    return code


def _demonstration(home: Home) -> bool:
    return home.run("demo").returncode == 0


def _workbook(home: Home) -> bool:
    workbook = real_path(*REAL)
    return workbook is not None and home.drop(workbook).exists()


# What is compared: a title, and what fills a landing folder; False where it cannot.
DATA: tuple[tuple[str, Callable[[Home], bool]], ...] = (
    ("la démonstration", _demonstration),
    ("le classeur du ministère", _workbook),
)


def show(console: Console, title: str, found: list[Compared], seconds: float) -> int:
    """The relations that are not empty, one line each; 1 when one differs or when all are empty."""
    table = Table(title=f"Spark et DuckDB, {title} ({seconds:.0f} s sur Spark)")
    table.add_column("relation")
    for heading in ("lignes DuckDB", "lignes Spark", "manquent", "en trop"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for c in found:
        if c.rows or c.other_rows:
            word = "[green]égales" if c.equal else f"[red]{c.columns or 'différentes'}"
            table.add_row(c.relation, *map(str, (c.rows, c.other_rows, c.missing, c.added)), word)
    console.print(table)
    values = next(c for c in found if c.relation == "indicateurs.valeurs")
    odd = [c.relation for c in found if not c.equal]
    console.print(f"{len(found)} relations, {len(odd)} différentes ; indicateurs.valeurs : {values.rows} lignes")
    return 1 if odd or not values.rows else 0
