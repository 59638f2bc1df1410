"""A small load now and at an earlier commit, measured in one run."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from benchmarks.harness import (
    Case,
    Command,
    Failed,
    Measure,
    measure,
    show_machine,
    show_measures,
    show_ratio,
)
from benchmarks.workbook import LONG_AGO, REAL, write_one_row
from tests.conftest import PROJECT, TODAY, real_path

# The commit before loads started from the last build; VIGIE_AVANT names another.
BEFORE = "cc57131"
ONE_MORE = "un retour de plus sur la démonstration"
LAST = "retours-iscg-2024"
_VIGIE = "from pipelines.cli.main import main; main()"


def run(console: Console, rounds: int) -> int:
    """0 when every load published."""
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        scratch = Path(name)
        one_row = scratch / "une ligne.xlsx"
        write_one_row(one_row)
        loads = {"une ligne": one_row, ONE_MORE: None}
        if workbook := real_path(*REAL):
            loads["classeur réel"] = workbook
        try:
            with _checkout(scratch / "avant", os.environ.get("VIGIE_AVANT", BEFORE)) as before:
                versions = {"maintenant": PROJECT, "avant": before}
                homes = {v: _demonstration(scratch / f"base-{v}", code) for v, code in versions.items()}
                cases = [
                    Case(f"{load} {v}", f"{load}, {v}", _new(code, file) if file else _one_more(code, homes[v]))
                    for load, file in loads.items()
                    for v, code in versions.items()
                ]
                m = measure(cases, rounds, scratch / "tours", console)
        except Failed as failed:
            console.print(str(failed), style="bold red", markup=False)
            return 1
        show_measures(console, m, rounds)
        for load in loads:
            now, before = (m[f"{load} {v}"] for v in versions)
            show_ratio(console, f"{load} : processeur, maintenant / avant", _processor(now) / _processor(before))
            show_ratio(console, f"{load} : durée, maintenant / avant", now.median / before.median)
            show_ratio(console, f"{load} : pic de mémoire, maintenant / avant", now.peak_mib / before.peak_mib,
                       "1 au plus", now.peak_mib <= before.peak_mib)  # fmt: skip
        for load in (ONE_MORE, "une ligne"):
            small = m[f"{load} maintenant"]
            show_ratio(console, f"{load}, s de processeur", _processor(small), "12 au plus", _processor(small) <= 12)
            show_ratio(console, f"{load}, s", small.median, "9 au plus", small.median <= 9)
        show_machine(console)
    return 0


def _processor(m: Measure) -> float:
    return statistics.median(r.cpu_seconds for r in m.runs)


def _new(code: Path, file: Path) -> Callable[[Path], Command]:
    def prepare(folder: Path) -> Command:
        (folder / "landing").mkdir()
        copy = Path(shutil.copyfile(file, folder / "landing" / file.name))
        os.utime(copy, (LONG_AGO, LONG_AGO))
        return _vigie(code, folder, "load", "--json")

    return prepare


def _one_more(code: Path, home: Path) -> Callable[[Path], Command]:
    def prepare(folder: Path) -> Command:
        shutil.copytree(home, folder, dirs_exist_ok=True)
        for file in (folder / "ensuite").iterdir():
            os.utime(file, (LONG_AGO, LONG_AGO))
            file.rename(folder / "landing" / file.name)
        return _vigie(code, folder, "load", "--json")

    return prepare


def _vigie(code: Path, home: Path, *arguments: str) -> Command:
    # The folder that this is run from is the project itself, and would come before the earlier code.
    path = {"PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"}
    environment = path | {"VIGIE_HOME": str(home), "VIGIE_TODAY": TODAY}
    installed = code / ".venv" / "bin" / "python"
    return Command([str(installed) if code != PROJECT else sys.executable, "-c", _VIGIE, *arguments], environment)


def _demonstration(home: Path, code: Path) -> Path:
    """A home of this version in which the demonstration is loaded, but for one return that waits in `ensuite`."""
    home.mkdir()
    _done(code, home, "demo")
    (home / "ensuite").mkdir()
    for file in (home / "landing").glob(f"{LAST}*"):
        file.rename(home / "ensuite" / file.name)
    _done(code, home, "load")
    return home


def _done(code: Path, home: Path, *arguments: str) -> None:
    command = _vigie(code, home, *arguments)
    done = subprocess.run(
        command.arguments, env=os.environ | command.environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"vigie {arguments[0]}, {code.name} : {done.stderr[-2000:]}")


@contextmanager
def _checkout(folder: Path, revision: str) -> Iterator[Path]:
    """The project at a commit, in a folder of its own, with the libraries that it was written for."""
    git = ["git", "-C", str(PROJECT), "worktree"]
    done = subprocess.run([*git, "add", "--detach", str(folder), revision], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"le commit {revision} ne s'obtient pas : {done.stderr.strip()}")
    try:
        done = subprocess.run(["make", "-C", str(folder), "setup"], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"le commit {revision} ne s'installe pas : {done.stderr[-2000:]}")
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True, capture_output=True)
