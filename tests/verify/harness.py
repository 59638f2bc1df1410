"""A demand, the command that shows it, what was observed and what was expected."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.markup import escape

from tests.conftest import PROJECT, Home
from tests.support.warehouse_parts import Part


@dataclass
class Verification:
    """Prints each demand as it is met or missed; `exit_code` is 1 when one was missed."""

    title: str
    console: Console = field(default_factory=lambda: Console(highlight=False, width=160))
    missed: int = 0
    shown: int = 0
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.console.rule(self.title)

    def demand(self, text: str, command: str, observed: object, expected: object) -> None:
        """Equal is met. `expected` may be a function that judges what was observed."""
        met = expected(observed) if callable(expected) else observed == expected
        wanted = (expected.__doc__ or "") if callable(expected) else expected
        self.shown += 1
        self.missed += not met
        self.console.print(f"[{'green' if met else 'bold red'}]{'TENU  ' if met else 'MANQUÉ'}[/] {escape(text)}")
        self.console.print(f"         commande : {escape(command)}", style="dim")
        self.console.print(f"         observé  : {escape(str(observed))}")
        if not met or not callable(expected):
            self.console.print(f"         attendu  : {escape(str(wanted))}", style="dim")

    def check(self, text: str, command: str, observe: Callable[[], object], expected: object) -> None:
        """Like `demand`, observing now; an exception is a demand missed."""
        try:
            observed = observe()
        except Exception as error:
            observed, expected = f"{type(error).__name__}: {error}", "pas d'incident"
        self.demand(text, command, observed, expected)

    def sql(self, text: str, home: Home | Part, query: str, expected: object) -> None:
        """Like `check`, of what a home answers to a query."""
        self.check(text, f'vigie sql "{query}"', lambda: home.sql(query), expected)

    def close(self) -> int:
        """The last line; returns the exit code."""
        self.console.rule()
        seconds = time.monotonic() - self.started
        self.console.print(f"{self.shown - self.missed} promesses tenues sur {self.shown}, en {seconds:.0f} s.")
        return 1 if self.missed else 0


def described(text: str) -> Callable[[Callable[[object], bool]], Callable[[object], bool]]:
    """Give a judging function the words in which it is shown."""

    def name(judge: Callable[[object], bool]) -> Callable[[object], bool]:
        judge.__doc__ = text
        return judge

    return name


def run_tests(v: Verification, text: str, *arguments: str) -> None:
    """Demand that these tests pass; what is observed is pytest's last line."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-m", "", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or [done.stderr[-300:]])[-1]

    @described("les tests passent")
    def passed(_: object) -> bool:
        return done.returncode == 0

    v.demand(text, " ".join(["pytest", *arguments]), last, passed)


def loaded_demonstration(v: Verification, folder: Path) -> Home:
    """A home of its own, in which the demonstration is loaded."""
    home = Home(folder)
    home.run("demo")
    v.demand("La démonstration se charge", "vigie demo ; vigie load", home.load()["resultat"], "publié")
    return home


def files_of(folder: str) -> tuple[str, ...]:
    """The names of the test files of a folder of tests/, for `run_together`."""
    return tuple(sorted(file.stem for file in (PROJECT / "tests" / folder).rglob("test_*.py")))


def run_together(v: Verification, demands: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    """One run of the test files (by their names) of all `demands`, on every core; then what came of each."""
    found = {file.stem: file for file in (PROJECT / "tests").rglob("test_*.py")}
    files = [found[name] for _, names in demands for name in names if name in found]
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "-m", "", f"--junitxml={report.name}"]
        subprocess.run([*command, *map(str, files)], cwd=PROJECT, capture_output=True, text=True, check=False)
        cases = list(ElementTree.parse(report.name).iter("testcase"))  # noqa: S314 -- what pytest has just written
    outcomes: dict[str, Counter] = {}
    broken: dict[str, list[str]] = {}
    for case in cases:
        kind = next((e.tag for e in case if e.tag in {"failure", "error", "skipped"}), "passed")
        name = case.get("classname", "").rpartition(".")[2]
        outcomes.setdefault(name, Counter())[kind] += 1
        if kind in {"failure", "error"}:
            broken.setdefault(name, []).append(case.get("name", ""))
    for text, names in demands:
        told = sum((outcomes.get(name, Counter({"absent": 1})) for name in names), Counter())

        @described("tous passent, ou sont passés d'une phrase")
        def sound(_: object, told: Counter = told) -> bool:
            return told["passed"] > 0 and not told["failure"] + told["error"] + told["absent"]

        observed = dict(told) | {name: broken[name] for name in names if name in broken}
        v.demand(text, " ".join(["pytest", *names]), observed, sound)
