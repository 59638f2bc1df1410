"""The recipes of docs/developper/recettes.md, played as they are written, each on a clean copy of the project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "developper" / "recettes.md"
_BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| \[(?P<title>[^]]+)\]\([^)]*\) \| .* \| (?P<python>[^|]+) \|$", re.MULTILINE)


@dataclass
class Recipe:
    """One recipe: what it writes (`sh`), what it then asks of the project (`console`), and whether it needs Python."""

    title: str
    python: bool
    writes: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)

    @property
    def tests(self) -> list[str]:
        """The arguments of the tests that the recipe runs."""
        lines = [line for block in self.asks for line in block.splitlines()]
        return [line.removeprefix("python -m pytest ") for line in lines if line.startswith("python -m pytest ")]


def recipes() -> list[Recipe]:
    """Those of the page's table, in its order; raises ValueError for one without a section, or the reverse."""
    text = PAGE.read_text(encoding="utf-8")
    named = {m["title"].casefold(): m["python"].strip() != "non" for m in _ROW.finditer(text)}
    found = []
    for section in text.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        if title.casefold() not in named:
            raise ValueError(f"{title}: not in the table")
        recipe = Recipe(title, named.pop(title.casefold()))
        for kind, block in _BLOCK.findall(body):
            (recipe.writes if kind == "sh" else recipe.asks).append(block)
        found.append(recipe)
    if named:
        raise ValueError(f"no section: {', '.join(named)}")
    return found


def clean_copy(target: Path) -> Path:
    """What git holds of the project, with the changes of the work tree, in a repository of its own."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", PROJECT, target], check=True)
    changed = subprocess.run(["git", "diff", "HEAD", "--binary"], cwd=PROJECT, capture_output=True, check=True).stdout
    if changed:
        subprocess.run(["git", "apply"], cwd=target, input=changed, check=True)
        subprocess.run(["git", "-c", "user.name=vigie", "-c", "user.email=", "commit", "--quiet", "-am", "essai"],
                       cwd=target, check=True)  # fmt: skip
    return target


def play(recipe: Recipe, project: Path) -> float:
    """Write what the recipe writes; returns the seconds that it took. Raises CalledProcessError with what failed."""
    started = time.monotonic()
    for block in recipe.writes:
        subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=project, check=True, capture_output=True)
    return time.monotonic() - started


def written(project: Path) -> list[str]:
    """The files that differ from the clean copy."""
    done = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line[3:] for line in done.stdout.splitlines()]


def tested(project: Path, *arguments: str) -> tuple[int, str]:
    """pytest over the copy: its exit code, and its last line or the names of what failed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *arguments], cwd=project,
        env=os.environ | {"PYTHONPATH": str(project)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    lines = done.stdout.strip().splitlines()
    return done.returncode, ", ".join(failed) or (lines[-1] if lines else done.stderr[-300:])
