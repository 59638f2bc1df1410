"""What the years add: a load's cost with ten, a hundred, a thousand past deliveries; a home's disk after many loads.

A delivery is a month of a service, 107 lines in Vigie's own format, so that there are many and each is small.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.again import disk_mib
from benchmarks.harness import Case, Command, Failed, Run, french, run_once, show_machine, show_ratio
from benchmarks.returns_files import HEADER, INDEXES, MONTHS, YEARS, services
from benchmarks.workbook import LONG_AGO
from pipelines.home.instance import RUNS_KEPT
from tests.conftest import TODAY, VIGIE

PAST, LOADS = (10, 100, 1000), 500
_SHOWN = ("archive", "raw", "build", "published", "dagster", "logs", "register.sqlite")


def past(console: Console, counts: Sequence[int]) -> int:
    """What a load costs after so many deliveries; 0 when every load published, or had nothing to."""
    return _measured(console, lambda scratch: _past_deliveries(console, counts, scratch))


def disk(console: Console, loads: int) -> int:
    """What a home of so many loads keeps on disk, its greatest folders apart; 0 when every load published."""
    return _measured(console, lambda scratch: _many_loads(console, loads, scratch))


def _measured(console: Console, measure: Callable[[Path], None]) -> int:
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        try:
            measure(Path(name))
        except Failed as failed:
            console.print(str(failed), style="bold red", markup=False)
            return 1
    show_machine(console)
    return 0


def deliveries() -> Iterator[tuple[str, str]]:
    """(name, content) of one delivery after the other: every month of a service, then those of the next."""
    for department, force, service in services(1):
        for year, month in itertools.product(YEARS, MONTHS):
            lines = (
                f"1;{year};{month};{department};{force};{service};{index};{3 + (index * month) % 41};2;2;1;1"
                for index in INDEXES
            )
            name = f"retours-faits-{department}-{service}-{year}-{month:02d}.csv".replace(" ", "-").lower()
            yield name, "\n".join([HEADER, *lines, ""])


def _drop(home: Path, files: Iterator[tuple[str, str]], count: int) -> None:
    landing = home / "landing"
    landing.mkdir(parents=True, exist_ok=True)
    for name, content in itertools.islice(files, count):
        (landing / name).write_text(content, encoding="utf-8")
        os.utime(landing / name, (LONG_AGO, LONG_AGO))


def _load(home: Path, label: str) -> Run:
    folder = home.with_name(f"{home.name}-sorties")
    folder.mkdir(exist_ok=True)
    environment = {"VIGIE_HOME": str(home), "VIGIE_TODAY": TODAY, "VIGIE_RETOURS": "tous"}
    command = Command([str(VIGIE), "load", "--json"], environment)
    return run_once(Case(home.name, label, lambda _: None), command, folder)


def _past_deliveries(console: Console, counts: Sequence[int], scratch: Path) -> None:
    table = Table(title="Un chargement, selon ce qui a déjà été reçu")
    for heading in ("livraisons passées", "rien de nouveau, s", "processeur", "une de plus, s", "processeur", "Mio"):
        table.add_column(heading, justify="right")
    nothing = {}
    for count in counts:
        home, files = scratch / f"passe-{count}", deliveries()
        with console.status(f"{count} livraisons passées"):
            _drop(home, files, count)
            _load(home, f"{count} livraisons")
            idle = nothing[count] = _load(home, "rien de nouveau")
            _drop(home, files, 1)
            more = _load(home, "une de plus")
        figures = (idle.seconds, idle.cpu_seconds, more.seconds, more.cpu_seconds)
        table.add_row(str(count), *map(french, figures), french(disk_mib(home), 0))
        shutil.rmtree(home)
    console.print(table)
    few, many = min(counts), max(counts)
    ratio = nothing[many].cpu_seconds / nothing[few].cpu_seconds
    show_ratio(console, f"rien de nouveau, processeur : {many} livraisons / {few}", ratio, "moins de 2", ratio < 2)


def _many_loads(console: Console, loads: int, scratch: Path) -> None:
    home, files = scratch / "annees", deliveries()
    marks = sorted({1, *(loads * part // 4 for part in range(1, 5))} - {0})
    seen: dict[int, dict[str, float]] = {}
    with console.status("") as status:
        for number in range(1, loads + 1):
            status.update(f"Chargement {number} sur {loads}")
            _drop(home, files, 1)
            _load(home, f"chargement {number}")
            if number in marks:
                seen[number] = {name: _mib(home / name) for name in _SHOWN} | {"en tout": disk_mib(home)}
    table = Table(title=f"Le disque d'un dossier, une livraison par chargement, en Mio ({loads} chargements)")
    table.add_column("après")
    for name in next(iter(seen.values())):
        table.add_column(name, justify="right")
    for number, sizes in seen.items():
        table.add_row(str(number), *(french(size, 1) for size in sizes.values()))
    console.print(table)
    half, last = marks[len(marks) // 2], marks[-1]
    ratio = seen[last]["dagster"] / seen[half]["dagster"]
    aim = "1,1 au plus" if half >= RUNS_KEPT else ""  # before, it still fills
    show_ratio(console, f"dossier de Dagster : {last} chargements / {half}", ratio, aim, ratio <= 1.1)


def _mib(place: Path) -> float:
    return disk_mib(place) if place.is_dir() else place.stat().st_size / 2**20
