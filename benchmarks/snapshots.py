"""A quarter given, with its report; ten of them in two processes; against the bare export and the charts' own floor."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.harness import Case, Command, Failed, french, measure, show_machine, show_measures, show_ratio
from tests.conftest import TODAY, VIGIE, Home

HERE = Path(__file__).resolve().parent
QUARTER, MANY, ALL = "2019-T4", 10, 105
MOST_MIB = 2048


def run(console: Console, rounds: int) -> int:
    """Measure and show; the exit code says whether everything did its work."""
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        scratch = Path(name)
        home = Home(scratch / "home")
        with console.status("La démonstration, chargée une fois"):
            home.run("demo")
            home.load()
            charts = _charts(home, scratch)
        console.print(f"{charts} dessins dans les deux éditions")
        cases = [
            Case("a", "vigie snapshot, un département", lambda folder: _one(home, folder)),
            Case("b", "export nu et dessins nus", lambda folder: _bare(home, folder, charts)),
            Case("c", f"vigie snapshot, {MANY} départements, deux à la fois", lambda folder: _many(home, folder)),
        ]
        try:
            m = measure(cases, rounds, scratch / "tours", console)
        except Failed as failed:
            console.print(str(failed), style="bold red", markup=False)
            return 1
        show_measures(console, m, rounds)
        a, b, c = (m[key].median for key in "abc")
        show_ratio(console, "a / b", a / b, "moins de 2", a / b < 2)
        peak = max(m["a"].peak_mib, m["c"].peak_mib)
        show_ratio(console, "pic de mémoire, Mio", peak, f"moins de {MOST_MIB}", peak < MOST_MIB)
        console.print(
            f"{ALL} départements, extrapolé de {MANY} : {french(c * ALL / MANY / 60, 0)} minutes, deux à la fois"
        )
        show_machine(console)
    return 0


def _copied(home: Home, target: Path) -> Path:
    shutil.copytree(home.folder, target)
    return target


def _charts(home: Home, scratch: Path) -> int:
    """How many charts the pages of a snapshot hold."""
    other = Home(_copied(home, scratch / "essai"))
    done = other.run("snapshot", QUARTER)
    if done.returncode:
        raise Failed(done.stderr)
    pages = (other.folder / "snapshots" / QUARTER).glob("*/rapport.html")
    return sum(page.read_text(encoding="utf-8").count("<svg") for page in pages)


def _one(home: Home, folder: Path) -> Command:
    copy = _copied(home, folder / "home")
    return Command([str(VIGIE), "snapshot", QUARTER, "--json"], {"VIGIE_HOME": str(copy), "VIGIE_TODAY": TODAY})


def _bare(home: Home, folder: Path, charts: int) -> Command:
    target = folder / "nu"
    target.mkdir()
    return Command([sys.executable, str(HERE / "snapshots_bare.py"), str(home.warehouse), str(target), str(charts)])


def _many(home: Home, folder: Path) -> Command:
    copies = [str(_copied(home, folder / f"home{n}")) for n in range(MANY)]
    return Command([sys.executable, str(HERE / "snapshots_ten.py"), str(VIGIE), QUARTER, TODAY, *copies])
