"""Measure whole processes side by side: time, memory, medians, and the table that shows them."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

_PROC = Path("/proc")
_TREE_IS_SEEN = _PROC.joinpath("self", "statm").exists()
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
_SAMPLE_SECONDS = 0.05
# Where /proc/PID/stat says what, counted from the field after the command: parent, user and system time, birth.
_PARENT, _SPENT, _BORN = 1, slice(11, 13), 19
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

MEMORY_IS = (
    "mémoire résidente de tout l'arbre de processus, relevée toutes les 50 ms ; une page partagée y compte dans chacun"
    if _TREE_IS_SEEN
    else "mémoire résidente du plus gros processus de l'arbre (ru_maxrss)"
)


class Failed(Exception):
    """A measured process did not do its work: there is nothing to compare."""


@dataclass(frozen=True)
class Command:
    """A process to start; its environment holds nothing of this shell's own Vigie, Dagster or dbt settings."""

    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    # Beyond this, the process is stopped: what it does does not fit.
    most_mib: float = float("inf")


@dataclass(frozen=True)
class Case:
    """What is measured. `prepare` fills an empty folder, outside the timing, and says what to run there."""

    key: str
    label: str
    prepare: Callable[[Path], Command]


@dataclass(frozen=True)
class Run:
    """One process from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    output: str
    fits: bool = True


@dataclass
class Measure:
    """The runs of a case, and the folder that the last of them left."""

    case: Case
    folder: Path
    runs: list[Run] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(r.seconds for r in self.runs)

    @property
    def peak_mib(self) -> float:
        return max(r.peak_mib for r in self.runs)

    @property
    def fits(self) -> bool:
        return all(r.fits for r in self.runs)


def measure(cases: Iterable[Case], rounds: int, scratch: Path, console: Console) -> dict[str, Measure]:
    """Every case once, then every case again, `rounds` times: what else the machine does then weighs on all alike."""
    measures = {c.key: Measure(c, scratch / c.key) for c in cases}
    with console.status("") as status:
        for number in range(1, rounds + 1):
            for m in measures.values():
                status.update(f"Tour {number} sur {rounds} : ({m.case.key}) {m.case.label}")
                shutil.rmtree(m.folder, ignore_errors=True)
                m.folder.mkdir(parents=True)
                m.runs.append(run_once(m.case, m.case.prepare(m.folder), m.folder))
    return measures


def run_once(case: Case, command: Command, folder: Path) -> Run:
    """One process, watched; what it writes goes to two files of `folder`. Raises Failed."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "DAGSTER_", "DBT_"))}
    # Files, not pipes: nobody reads while the process runs, and a full pipe would stop it.
    output, errors = folder / "sortie.txt", folder / "erreurs.txt"
    with output.open("wb") as out, errors.open("wb") as err:
        started = time.perf_counter()
        child = subprocess.Popen(command.arguments, env=inherited | command.environment, stdout=out, stderr=err)
        try:
            with _Watch(child.pid, command.most_mib) as watch:
                # The child is reaped here and not by Popen, which does not give its resources.
                _, status, usage = os.wait4(child.pid, 0)
                seconds = time.perf_counter() - started
        except BaseException:
            child.kill()
            raise
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode and not watch.stopped:
        last = errors.read_text(encoding="utf-8", errors="replace").strip() or output.read_text(encoding="utf-8")
        raise Failed(f"({case.key}) {case.label} a échoué, code {child.returncode} : {last[-2000:]}")
    largest = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    # ru_maxrss begins at the size of the process that forked, and knows one process at a time: the tree is better.
    peak = watch.peak_mib if _TREE_IS_SEEN else largest
    # What nobody waited for (a virtual machine left to die) is only in what was seen of the tree.
    cpu = max(usage.ru_utime + usage.ru_stime, watch.cpu_seconds)
    return Run(seconds, cpu, peak, output.read_text(encoding="utf-8"), fits=not watch.stopped)


class _Watch:
    """Samples what a process and its descendants hold in memory, in a thread; stops the process beyond its limit."""

    def __init__(self, pid: int, most_mib: float) -> None:
        self._pid, self._most_mib = pid, most_mib
        self.stopped = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak_mib = 0.0
        self._cpu: dict[tuple[int, str], float] = {}

    @property
    def cpu_seconds(self) -> float:
        """The processor time of every process that was seen, as last seen."""
        return sum(self._cpu.values())

    def __enter__(self) -> _Watch:
        if _TREE_IS_SEEN:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            tree = _tree(self._pid)
            self.peak_mib = max(self.peak_mib, sum(map(_resident_mib, tree)))
            for pid, stat in tree.items():
                self._cpu[pid, stat[_BORN]] = sum(map(int, stat[_SPENT])) / _TICKS
            if self.peak_mib > self._most_mib and not self.stopped:
                self.stopped = True
                os.kill(self._pid, signal.SIGKILL)


def stop_when_told() -> None:
    """Told to end (SIGTERM), a measure ends what it measures: nobody else would keep that within its memory."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def _tree(root: int) -> dict[int, list[str]]:
    """What the kernel says of `root` and of its descendants, by process. One reading of the parents: the files that
    list children are not on every kernel.
    """
    told: dict[int, list[str]] = {}
    children: dict[int, list[int]] = {}
    for entry in os.listdir(_PROC):
        if entry.isdecimal():
            try:
                stat = _PROC.joinpath(entry, "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            # The name of the command, in parentheses, may hold spaces: count from its end.
            told[int(entry)] = fields = stat.rpartition(")")[2].split()
            children.setdefault(int(fields[_PARENT]), []).append(int(entry))
    tree, todo = {}, [root]
    while todo:
        pid = todo.pop()
        if pid in told:
            tree[pid] = told[pid]
        todo += children.get(pid, [])
    return tree


def _resident_mib(pid: int) -> float:
    try:
        return int(_PROC.joinpath(str(pid), "statm").read_text().split()[1]) * _PAGE_MIB
    except (OSError, IndexError):
        return 0.0


def french(number: float, digits: int = 2) -> str:
    """1.5 is « 1,50 »."""
    return f"{number:.{digits}f}".replace(".", ",")


def show_measures(console: Console, measures: dict[str, Measure], rounds: int) -> None:
    """One line a process."""
    table = Table(title=f"Processus entiers, {rounds} tour{'s' if rounds > 1 else ''}")
    table.add_column("processus")
    for name in ("médiane s", "min–max s", "processeur s", "pic Mio"):
        table.add_column(name, justify="right", no_wrap=True)
    for m in measures.values():
        seconds = [r.seconds for r in m.runs]
        table.add_row(
            f"({m.case.key}) {m.case.label}",
            french(m.median),
            f"{french(min(seconds))}–{french(max(seconds))}",
            french(statistics.median(r.cpu_seconds for r in m.runs)),
            french(m.peak_mib, 0) + ("" if m.fits else " : ne tient pas"),
        )
    console.print(table)
    # Time spent on the processor hardly moves when others work on the machine: it tells a slow load from a busy one.
    console.print("processeur : médiane du temps de calcul de tous ses processus, tous cœurs ensemble.", style="dim")
    console.print(f"pic : {MEMORY_IS}.", style="dim")


def show_ratio(console: Console, formula: str, ratio: float, aim: str = "", reached: bool = False) -> None:
    """A ratio, against what was aimed at if anything was; missing an aim is said, and is not a failure."""
    if not aim:
        console.print(f"{formula} = {french(ratio)}")
        return
    style, word = ("green", "atteint") if reached else ("yellow", "non atteint")
    console.print(f"{formula} = {french(ratio)} (visé : {aim}) : [{style}]{word}[/]")


def show_steps(console: Console, title: str, columns: dict[str, list[dict[str, float]]]) -> None:
    """Medians of the seconds of each step; a column holds one mapping of steps a run."""
    table = Table(title=title)
    table.add_column("étape")
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for step in dict.fromkeys(s for runs in columns.values() for run in runs for s in run):
        table.add_row(
            step, *(french(statistics.median(run.get(step, 0.0) for run in runs)) for runs in columns.values())
        )
    console.print(table)


def show_machine(console: Console) -> None:
    """What the figures were taken on: without it they say nothing."""
    import duckdb

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    console.print(
        f"machine : {cores} cœurs, Python {'.'.join(map(str, sys.version_info[:3]))}, DuckDB {duckdb.__version__}, "
        f"charge moyenne de la dernière minute {french(os.getloadavg()[0], 1)}"
    )
