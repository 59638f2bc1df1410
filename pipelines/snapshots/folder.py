"""Where snapshots lie: one folder each, written beside, then named in one step and never written again."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pipelines.base.periods import Period
from pipelines.machine.durable import replace, restrict, sync
from pipelines.machine.rights import create_open

RESTRICTED, PUBLIC = "restreinte", "publique"
DATA = "donnees"
MANIFEST, SUMS = "manifest.json", "manifest.sha256"
_NAMED = re.compile(r"(?P<period>\d{4}(?:-(?:T[1-4]|\d{2}))?)(?:\.r(?P<revision>[1-9]\d*))?")
_DRAFT = ".brouillon-"
_MODES = {RESTRICTED: 0o750, PUBLIC: 0o755}


@dataclass(frozen=True, order=True)
class Name:
    """`2019-T4` or `2019-T4.r2`: what it speaks of, and which time it was given."""

    period: str
    revision: int = 1

    @classmethod
    def read(cls, text: str) -> Name:
        """Raises ValueError when the text is not a snapshot's name."""
        found = _NAMED.fullmatch(text)
        if found is None:
            raise ValueError(f"« {text} » n'est pas le nom d'un cliché (2019-T4, ou 2019-T4.r2 pour sa correction)")
        return cls(str(Period.read(found["period"])), int(found["revision"] or 1))

    def __str__(self) -> str:
        return self.period if self.revision == 1 else f"{self.period}.r{self.revision}"


def given(root: Path) -> list[Name]:
    """The snapshots that exist, oldest period first."""
    if not root.is_dir():
        return []
    names = []
    for folder in root.iterdir():
        if _NAMED.fullmatch(folder.name) and (folder / MANIFEST).exists():
            names.append(Name.read(folder.name))
    return sorted(names)


def is_quarter(name: Name) -> bool:
    """Whether a snapshot is one of those that the interface shows as partitions."""
    return "T" in name.period


def editions_of(period: Period) -> tuple[str, ...]:
    """A month is for those who may see everything; a quarter and a year, for everyone."""
    return (RESTRICTED,) if period.kind == "mois" else (RESTRICTED, PUBLIC)


def new_draft(root: Path, period: Period) -> Path:
    """An empty folder beside the snapshots; leftovers go."""
    create_open(root)
    # What a snapshot that died while it was written left.
    for leftover in root.glob(f"{_DRAFT}*"):
        writable(leftover)
        shutil.rmtree(leftover)
    draft = root / f"{_DRAFT}{uuid4().hex[:8]}"
    for edition in editions_of(period):
        (draft / edition / DATA).mkdir(parents=True)
        restrict(draft / edition, _MODES[edition])
    restrict(draft, 0o755)
    return draft


def seal(draft: Path, root: Path, name: Name) -> Path:
    """Make a finished draft read-only and give it its name. Raises FileExistsError: a snapshot is given once."""
    target = root / str(name)
    if target.exists():
        raise FileExistsError(str(target))
    protect(draft)
    replace(draft, target)
    restrict(target, 0o555)
    sync(root)
    return target


def protect(draft: Path) -> None:
    """Have a snapshot's files and folders on disk, read-only, each for who may see it, but for its own folder."""
    for folder, _, files in os.walk(draft, topdown=False):
        # The manifest too is for those who may see everything: it names who owes what, and each restricted file.
        shown = PUBLIC in Path(folder).relative_to(draft).parts
        for file in files:
            sync(Path(folder) / file)
            restrict(Path(folder) / file, 0o444 if shown else 0o440)
        sync(Path(folder))
        if Path(folder) != draft:
            restrict(Path(folder), 0o555 if shown else 0o550)


def writable(folder: Path) -> None:
    """Let what is in a snapshot's folder be removed or put back."""
    for inside, _, _ in os.walk(folder):
        restrict(Path(inside), 0o755)
