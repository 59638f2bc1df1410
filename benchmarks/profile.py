"""Where the time of a load goes: its steps, and the models that cost most, for one département and for the country."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.harness import Case, Command, Failed, french, run_once, show_machine
from benchmarks.returns_files import write_returns
from benchmarks.scale import count, load_command, told_by
from benchmarks.workbook import whole_steps
from tests.conftest import Home

COUNTRY = 3  # as many times the monthly returns of the country
MODELS = 10


def run(console: Console, _: int) -> int:
    """Load each once and show; the exit code says whether both were published."""
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        for title, write in LOADS.items():
            folder = Path(name) / title
            files, home = folder / "fichiers", folder / "home"
            home.mkdir(parents=True)
            with console.status(f"{title} : les fichiers, puis le chargement"):
                write(files)
                try:
                    done = run_once(Case("", title, lambda _: None), _keeping(load_command(home, files)), folder)
                    told = told_by(done)
                except Failed as failed:
                    console.print(str(failed), style="bold red", markup=False)
                    return 1
            console.rule(f"{title} : {count(told['cellules_lues'])} cellules, {french(done.seconds)} s")
            _show_steps(console, told, done.seconds)
            _show_models(console, home)
        show_machine(console)
    return 0


def _demonstration(files: Path) -> None:
    home = Home(files.with_name("modele"))
    home.run("demo")
    home.landing.rename(files)


def _country(files: Path) -> None:
    write_returns(files, COUNTRY)


LOADS: dict[str, Callable[[Path], None]] = {
    "la démonstration du Lot": _demonstration,
    "les retours mensuels de tout le pays": _country,
}


def _keeping(command: Command) -> Command:
    """What dbt says of each model is kept with the build."""
    return replace(command, environment=command.environment | {"VIGIE_KEEP_BUILD": "1"})


def _show_steps(console: Console, told: dict, seconds: float) -> None:
    table = Table(title="Étapes")
    table.add_column("étape")
    table.add_column("s", justify="right")
    table.add_column("part", justify="right")
    rest = seconds - whole_steps(told["etapes_s"])
    for step, spent in [*told["etapes_s"].items(), ("démarrage, imports, graphe, fin", rest)]:
        table.add_row(step, french(spent), f"{100 * spent / seconds:.0f} %")
    console.print(table)


def _show_models(console: Console, home: Path) -> None:
    results = json.loads((home / "dbt" / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    spent: list[tuple[float, str]] = sorted(
        ((r["execution_time"], r["unique_id"].split(".")[-1]) for r in results), reverse=True
    )
    whole = sum(s for s, _ in spent)
    table = Table(
        title=f"Les {MODELS} modèles qui coûtent le plus ({len(spent)} nœuds, {french(whole)} s en deux fils)"
    )
    table.add_column("modèle")
    table.add_column("s", justify="right")
    table.add_column("part", justify="right")
    for seconds, name in spent[:MODELS]:
        table.add_row(name, french(seconds), f"{100 * seconds / whole:.0f} %")
    median = spent[len(spent) // 2][0]
    console.print(table)
    console.print(f"un nœud sur deux coûte moins de {french(1000 * median, 0)} ms")
