"""What a load leaves on the disk, and what the next one costs when one delivery has arrived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks.harness import Case, Command, Measure, french, run_once, show_ratio

PARSING, RECEIVING = "dont lecture", "réception et lecture"


def disk_mib(home: Path) -> float:
    """MiB that a home takes; a file that has two names in it is counted once."""
    files = {s.st_ino: s.st_blocks * 512 for s in (f.lstat() for f in home.rglob("*")) if not s.st_mode & 0o40000}
    return sum(files.values()) / 2**20


def load_one_more(
    console: Console,
    more: Callable[[Path, int], None],
    full: Measure,
    files: Path,
    size: int,
    command: Callable[[Path, Path], Command],
    told_by: Callable,
) -> None:
    """Add a delivery to those that are loaded, load again, and show what reading it cost beside reading them all."""
    more(files, size)
    folder = full.folder.with_name("encore")
    folder.mkdir()
    run = run_once(Case("f", "vigie load, une livraison de plus", lambda _: None), command(full.folder, files), folder)
    again, whole = told_by(run)["etapes_s"], told_by(full.runs[-1])["etapes_s"]
    # What is received is also examined: for one delivery that is the time the rules' library takes to be there.
    console.print(
        f"(f) vigie load, une livraison de plus : {french(run.seconds)} s, dont {french(again[RECEIVING])} de "
        f"réception, examen compris, et {french(again[PARSING])} de lecture"
    )
    show_ratio(console, "lecture d'une livraison de plus / lecture de toutes", again[PARSING] / whole[PARSING],
               "0,10 au plus", again[PARSING] <= whole[PARSING] / 10)  # fmt: skip
