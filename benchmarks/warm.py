"""`make run` when all is loaded, beside what the libraries alone cost to import."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.harness import Case, Command, Failed, measure, show_machine, show_measures, show_ratio
from tests.conftest import TODAY, VIGIE, Home

LIBRARIES = {"b": "dagster", "c": "dbt.cli.main", "d": "great_expectations"}
RUN = "for c in demo load status plan; do '{vigie}' $c >/dev/null || exit 1; done"


def run(console: Console, rounds: int) -> int:
    """Measure and show; the exit code says whether everything did its work."""
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        home = Home(Path(name) / "home")
        with console.status("La démonstration, chargée une fois"):
            home.run("demo")
            home.load()
        cases = [
            Case("a", "make run, rien de nouveau", lambda folder: _again(home, folder)),
            *(Case(key, f"import {module}", lambda _, m=module: _import(m)) for key, module in LIBRARIES.items()),
            Case("e", "make run, tout à faire", _first),
        ]
        try:
            m = measure(cases, rounds, Path(name) / "tours", console)
        except Failed as failed:
            console.print(str(failed), style="bold red", markup=False)
            return 1
        show_measures(console, m, rounds)
        floor = sum(m[key].median for key in LIBRARIES)
        show_ratio(console, "a / (b + c + d)", m["a"].median / floor, "moins de 2", m["a"].median < 2 * floor)
        show_ratio(console, "e / (b + c + d)", m["e"].median / floor)
        show_machine(console)
    return 0


def _again(home: Home, folder: Path) -> Command:
    shutil.copytree(home.folder, folder / "home", symlinks=True)
    return _whole(folder / "home")


def _first(folder: Path) -> Command:
    return _whole(folder / "home")


def _whole(home: Path) -> Command:
    return Command(["sh", "-c", RUN.format(vigie=VIGIE)], {"VIGIE_HOME": str(home), "VIGIE_TODAY": TODAY})


def _import(module: str) -> Command:
    settings = {"DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "False", "GX_ANALYTICS_ENABLED": "False"}
    return Command([sys.executable, "-c", f"import {module}"], settings)
