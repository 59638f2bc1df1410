"""The same work at one, three and ten times the data: `vigie load` and its three rivals, each as far as it fits."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.again import disk_mib, load_one_more
from benchmarks.harness import (
    Case,
    Command,
    Failed,
    Measure,
    Run,
    french,
    measure,
    show_machine,
    show_measures,
    show_ratio,
    show_steps,
)
from benchmarks.workbook import KEYS, steps_of, write_one_row
from tests.conftest import TODAY, VIGIE

HERE = Path(__file__).resolve().parent
# What a load may take at the largest size, and what pandas is given.
MOST_MIB = 2048
# The size at which a load is set against the bare script: what is fixed weighs less, and both still fit in memory.
JUDGED_AT = 10
RULE_TABLES = "dont tables des contrôles"
CHECKS = ("dont examen", RULE_TABLES, "contrôles")


@dataclass(frozen=True)
class Scaled:
    """A benchmark at several sizes. `write(folder, size)` generates the files and returns (files, rows).

    The scripts are run as `python SCRIPT FILES FOLDER TODAY`; they leave FOLDER/valeurs.duckdb and, but for the lean
    one, FOLDER/brut/<table>.parquet or FOLDER/brut/<table>/*.parquet.
    """

    key: str
    write: Callable[[Path, int], tuple[int, int]]
    rows_are: str
    lean: str
    bare: str
    pandas: str
    source: str
    raw: str
    tables: tuple[str, ...]
    # What a load may take, for what the bare script takes.
    most_of_bare: float = 1.0
    sizes: tuple[int, ...] = (1, 3, 10)
    # Writes one more delivery beside those of a size; none where there is nothing to add.
    more: Callable[[Path, int], None] | None = None


def run(benchmark: Scaled, console: Console, rounds: int, sizes: Sequence[int] | None) -> int:
    """Measure and show each size; the exit code judges only whether the ways gave the same figures."""
    code, loads, rows_of, disk = 0, {}, {}, {}
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        one_row = Path(name) / "une ligne"
        one_row.mkdir()
        write_one_row(one_row / "une ligne.xlsx")
        for size in sizes or benchmark.sizes:
            scratch = Path(name) / f"{size}x"
            files = scratch / "fichiers"
            with console.status(f"Écriture des fichiers, {size} ×"):
                n_files, n_rows = benchmark.write(files, size)
            console.rule(f"{size} × : {count(n_files)} fichiers, {count(n_rows)} {benchmark.rows_are}")
            cases = [
                Case("a", "vigie load", lambda folder, files=files: load_command(folder, files)),
                Case("b", "script maigre, DuckDB", lambda folder, files=files: _script(benchmark.lean, files, folder)),
                Case("c", "script nu, DuckDB", lambda folder, files=files: _script(benchmark.bare, files, folder)),
                Case("d", "pandas", lambda folder, files=files: _script(benchmark.pandas, files, folder, MOST_MIB)),
                Case("e", "vigie load, une ligne", lambda folder: load_command(folder, one_row)),
            ]
            try:
                m = measure(cases, rounds, scratch / "tours", console)
                told = [told_by(m["a"].runs[i]) for i in range(rounds)]
                disk[size] = disk_mib(m["a"].folder)
            except Failed as failed:
                console.print(str(failed), style="bold red", markup=False)
                return 1
            show_measures(console, m, rounds)
            _show_rates(console, m, n_rows)
            steps = steps_of(m["a"], told)
            show_steps(console, "Étapes de vigie load, médianes en s", {f"{size} ×": steps})
            _show_checks(console, steps)
            code = max(code, _judge(console, benchmark, m))
            if benchmark.more:
                try:
                    load_one_more(console, benchmark.more, m["a"], files, size, load_command, told_by)
                except Failed as failed:
                    console.print(str(failed), style="bold red", markup=False)
                    return 1
            loads[size], rows_of[size] = m, n_rows
            shutil.rmtree(scratch)
    _show_growth(console, benchmark, loads, rows_of, disk)
    show_machine(console)
    return code


def load_command(home: Path, files: Path) -> Command:
    """A load of the files where they lie."""
    # The returns are those of every département.
    settings = {"VIGIE_HOME": str(home), "VIGIE_LANDING": str(files), "VIGIE_TODAY": TODAY, "VIGIE_RETOURS": "tous"}
    # What is generated is old enough: waiting for a file to stop changing is no work.
    return Command([str(VIGIE), "load", "--json"], settings | {"VIGIE_STABILITY_SECONDS": "0"})


def _script(name: str, files: Path, folder: Path, most_mib: float = float("inf")) -> Command:
    (folder / "brut").mkdir()
    arguments = [sys.executable, str(HERE / name), str(files), str(folder), TODAY]
    return Command(arguments, {"PYTHONPATH": str(HERE.parent)}, most_mib)


def told_by(run: Run) -> dict:
    """What `vigie load --json` said; raises Failed when it did not publish all of it."""
    told = json.loads(run.output)
    if not told["lignes_publiees"] or told["refusees"]:
        raise Failed(f"(a) vigie load : {told['resultat']} ; {told['incident']} {told['refusees'][:1]}")
    return told


def _show_checks(console: Console, steps: list[dict[str, float]]) -> None:
    share = statistics.median(sum(run.get(step, 0.0) for step in CHECKS) / run["processus entier"] for run in steps)
    show_ratio(console, "tous les contrôles / vigie load", share, "0,20 au plus", share <= 0.2)


def _show_rates(console: Console, m: dict[str, Measure], rows: int) -> None:
    for key, way in m.items():
        if key == "e":
            continue
        if way.fits:
            console.print(f"({key}) {count(round(rows / way.median))} lignes par seconde")
        else:
            console.print(f"({key}) {way.case.label} ne tient pas : arrêté à {french(way.peak_mib, 0)} Mio "
                          f"après {french(way.median)} s")  # fmt: skip


def _show_growth(
    console: Console,
    benchmark: Scaled,
    loads: dict[int, dict[str, Measure]],
    rows: dict[int, int],
    disk: dict[int, float],
) -> None:
    table = Table(title="Toutes les tailles, médianes")
    sizes = ("taille", "lignes", "vigie s", "Mio", "disque Mio")
    rivals = ("maigre s", "Mio", "nu s", "Mio", "pandas s", "Mio", "(a − e) / b", "(a − e) / c")
    for name in (*sizes, *rivals):
        table.add_column(name, justify="right")
    for size, m in loads.items():
        a, b, c, d = (m[key] for key in "abcd")
        table.add_row(
            f"{size} ×", count(rows[size]), french(a.median), french(a.peak_mib, 0), french(disk[size], 0),
            french(b.median), french(b.peak_mib, 0), french(c.median), french(c.peak_mib, 0),
            french(d.median) if d.fits else "ne tient pas", french(d.peak_mib, 0),
            french(_beside(m, "b")), french(_beside(m, "c")),
        )  # fmt: skip
    console.print(table)
    smallest, largest = min(loads), max(loads)
    a = loads[largest]["a"]
    if largest > smallest:
        time, data = a.median / loads[smallest]["a"].median, rows[largest] / rows[smallest]
        show_ratio(console, f"temps, de {smallest} × à {largest} ×", time, f"{french(data)} au plus", time <= data)
    judged = JUDGED_AT if JUDGED_AT in loads else largest
    for key, (name, most) in {"b": ("script maigre", 2.0), "c": ("script nu", benchmark.most_of_bare)}.items():
        ratio = _beside(loads[judged], key)
        aim = f"{french(most, 1)} au plus"
        show_ratio(console, f"(vigie − une ligne) / {name}, à {judged} ×", ratio, aim, ratio <= most)
        ratio = _cpu(loads[judged]["a"]) - _cpu(loads[judged]["e"])
        show_ratio(console, "le même, en temps de processeur", ratio / _cpu(loads[judged][key]))
    show_ratio(console, "pic de mémoire, Mio", a.peak_mib, f"moins de {MOST_MIB}", a.peak_mib < MOST_MIB)


def _beside(m: dict[str, Measure], key: str) -> float:
    """What the files add to a load of one row, for what they cost a rival."""
    return (m["a"].median - m["e"].median) / m[key].median


def _cpu(m: Measure) -> float:
    return statistics.median(r.cpu_seconds for r in m.runs)


def _judge(console: Console, benchmark: Scaled, m: dict[str, Measure]) -> int:
    code = 0
    for key in ("b", "c", "d"):
        if not m[key].fits:
            continue
        tables = () if key == "b" else benchmark.tables
        rows, found = differences(benchmark, m["a"].folder, m[key].folder, tables)
        if found:
            code = 1
            console.print(f"({key}) {m[key].case.label} ne donne pas ce que donne vigie load :", style="bold red")
            for sentence in found:
                console.print(f"  • {sentence}", markup=False)
        else:
            console.print(f"[green](a) et ({key}) : les mêmes {count(rows)} valeurs"
                          + (" et les mêmes lignes brutes." if tables else "."))  # fmt: skip
    return code


def differences(benchmark: Scaled, home: Path, folder: Path, tables: Sequence[str]) -> tuple[int, list[str]]:
    """(values compared, what differs): the retained values of the source that are known, and the raw rows of these
    tables as a bag.

    What is missing, its reason and the deliveries behind a value are what Vigie adds for its readers.
    """
    found: list[str] = []
    columns = [
        *KEYS, "periode_debut", "periode_fin", "valeur::decimal(18, 2) as valeur", "unite", "statut", "confidentialite",
    ]  # fmt: skip
    with duckdb.connect() as db:
        db.execute(f"attach '{home / 'published' / 'vigie.duckdb'}' as vigie (read_only)")
        db.execute(f"attach '{folder / 'valeurs.duckdb'}' as autre (read_only)")
        ours = (
            f"select {', '.join(columns)} from vigie.indicateurs.valeurs "
            f"where source = '{benchmark.source}' and retenu and valeur is not null"
        )
        theirs = f"select {', '.join(columns)} from autre.indicateurs.valeurs where valeur is not null"
        rows = db.execute(f"select count(*) from ({ours})").fetchone()[0]
        if not rows:
            found.append("vigie load n'a publié aucune valeur de cette source")
        for sides, who in (((ours, theirs), "vigie load"), ((theirs, ours), "l'autre")):
            only = db.execute(f"select * from (({sides[0]}) except all ({sides[1]})) order by all limit 1").fetchall()
            if only:
                n = db.execute(f"select count(*) from (({sides[0]}) except all ({sides[1]}))").fetchone()[0]
                found.append(f"{n} valeurs ne sont que dans {who}, dont {only[0]}")
        for table in tables:
            kept = f"'{home}/raw/{benchmark.raw}/{table}/*.parquet'"
            names = [row[0] for row in db.execute(f"describe from {kept}").fetchall()]
            # A sum of hashes knows a bag of ten million rows without holding it.
            line = "count(*), sum(hash(" + ", ".join(f"coalesce({n}::varchar, '∅')" for n in names) + ")::hugeint)"
            theirs = (
                folder / "brut" / (f"{table}/*.parquet" if (folder / "brut" / table).is_dir() else f"{table}.parquet")
            )
            two = [db.execute(f"select {line} from {x}").fetchone() for x in (kept, f"'{theirs}'")]
            if two[0] != two[1]:
                found.append(f"lignes brutes, {table} : {two[0]} dans vigie load, {two[1]} dans l'autre")
    return rows, found


def count(n: int) -> str:
    """1234567 is « 1 234 567 »."""
    return f"{n:_}".replace("_", " ")
