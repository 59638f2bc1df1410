"""The questions of docs/requetes.md, asked of a national warehouse."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.accidents_files import write_accidents
from benchmarks.harness import french, show_machine, show_ratio
from benchmarks.returns_files import write_returns
from benchmarks.scale import count
from benchmarks.workbook import REAL
from pipelines.publication.reading import opened_file
from tests.conftest import Home, real_path
from tests.support.queries import Query, queries

AIM_MS = 100
_REAL_FILES = (
    REAL,
    ("insee", "POPULATION_MUNICIPALE_COMMUNES_FRANCE.xlsx"),
    ("ssmsi_departement", "donnee-dep-data.gouv-2022-geographie2022-produit-le2023-02-09.csv"),
    ("ssmsi_departement", "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv"),
)


def run(console: Console, rounds: int) -> int:
    """Load the whole country, ask each question, show the median of each; 1 when the country does not load."""
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        home = Home(Path(name) / "home", VIGIE_RETOURS="tous")
        with console.status("Le pays entier : accidents, retours, classeur du ministère, SSMSI, populations"):
            write_accidents(home.landing, 1)
            write_returns(home.landing, 1)
            absent = [parts[-1] for parts in _REAL_FILES if not _dropped(home, parts)]
            told = home.load()
        if told["resultat"] != "publié":
            console.print(f"le pays ne se charge pas : {told['resultat']} ; {told['refusees'][:2]}", markup=False)
            return 1
        if absent:
            console.print(f"sans ces fichiers publics, qui ne sont pas là : {', '.join(absent)}", style="yellow")
        values = told["lignes_publiees"]["indicateurs.valeurs"]
        size = home.warehouse.stat().st_size / 2**20
        console.print(f"indicateurs.valeurs : {count(values)} lignes ; le fichier publié : {french(size, 0)} Mio")
        with opened_file(home.warehouse) as db:
            asked = [(q, *_asked(db, q, 5 * rounds)) for q in queries()]
    table = Table(title=f"{len(queries())} requêtes, {5 * rounds} fois chacune")
    for heading in ("n°", "question"):
        table.add_column(heading)
    for heading in ("première ms", "médiane ms"):
        table.add_column(heading, justify="right", no_wrap=True)
    for query, first, median in asked:
        table.add_row(str(query.number), query.question, french(first, 1), french(median, 1))
    console.print(table)
    slowest = max(median for _, _, median in asked)
    show_ratio(console, "la plus lente, médiane en ms", slowest, f"moins de {AIM_MS}", slowest < AIM_MS)
    show_machine(console)
    return 0


def _dropped(home: Home, parts: tuple[str, ...]) -> bool:
    file = real_path(*parts)
    if file is not None:
        home.drop(file)
    return file is not None


def _asked(db: duckdb.DuckDBPyConnection, query: Query, times: int) -> tuple[float, float]:
    """(milliseconds of the first time, median of all)."""
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        db.execute(query.sql).fetchall()
        spent.append(1000 * (time.perf_counter() - started))
    return spent[0], statistics.median(spent)
