"""The recipes of docs/developper/recettes.md, followed line by line in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "developper" / "recettes.md"
_NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv*", "node_modules", "target", "logs", "data", "__pycache__", ".*_cache"
)


def recipes() -> dict[str, list[str]]:
    """The `sh` blocks of each recipe, by its title, in the order of the page."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    titled = zip(parts[1::2], parts[2::2], strict=True)
    return {title: re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for title, text in titled}


def clean_copy(folder: Path) -> Path:
    """The whole project, tests and documents too, without what was built."""
    return shutil.copytree(PROJECT, folder, ignore=_NOT_COPIED)


def follow(project: Path, title: str) -> None:
    """Run the blocks of one recipe; a line that fails, or changes nothing, raises."""
    for block in recipes()[title]:
        before = _content(project)
        subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=project, check=True)
        assert _content(project) != before, block


def python(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with the code and the tables of the copy."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, env=os.environ | {"PYTHONPATH": str(project)} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _content(project: Path) -> dict[Path, int]:
    return {file: file.stat().st_mtime_ns for file in project.rglob("*") if file.is_file()}
