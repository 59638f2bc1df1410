"""Where the tables and the dbt project are: beside the code in a working copy, inside an installed package.

A home may hold tables of its own under `tables/`, at the path that they have in the project: they take the place of the
delivered ones, and what is then read is a copy of the project in the home. Nothing is written where the package is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from uuid import uuid4

from pipelines import __version__

# The folder that holds the code as a package; in a working copy, the whole project.
CODE = Path(__file__).resolve().parents[2]
PACKAGED = CODE / "pipelines" / "_projet"
INSTALLED = PACKAGED.is_dir()
DELIVERED = PACKAGED if INSTALLED else CODE
PARTS = ("sources", "dbt_project", "expectations")
# What a working copy holds beside, made by a run.
_MADE = shutil.ignore_patterns("target", "logs", ".vigie", ".user.yml", "__pycache__")


def home_of_environment() -> Path:
    """The home where nothing else is set: `data/` of a working copy, or the account's own data."""
    if given := os.environ.get("VIGIE_HOME"):
        return Path(given)
    if not INSTALLED:
        return CODE / "data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "vigie"


def project_of(home: Path) -> Path:
    """The project that is in force for a home: as delivered, or a copy of it with the home's own tables in place."""
    own = home / "tables"
    replaced = sorted(f for f in own.rglob("*") if f.is_file() and f.relative_to(own).parts[0] in PARTS)
    if not replaced:
        return DELIVERED
    link = home / "dbt" / "projet"
    wanted = link.with_name(f"projet-{_fingerprint(own, replaced)}")
    try:
        if not wanted.is_dir():
            _compose(wanted, own, replaced)
        if link.resolve() != wanted.resolve():
            draft = link.with_name(f".projet-{uuid4().hex}")
            draft.symlink_to(wanted.name)
            os.replace(draft, link)
    except OSError:  # a reader may not write here; whoever loads wrote it
        return link if link.is_dir() else DELIVERED
    return link


def source_of(file: Path) -> Path:
    """The file that a person edits, for one of the project in force: the home's own where the project is a copy."""
    home = home_of_environment().expanduser().resolve()
    link = home / "dbt" / "projet"
    if not file.is_relative_to(link):
        return file
    own = home / "tables" / file.relative_to(link)
    return own if own.is_file() else file


def unknown_tables(home: Path) -> list[Path]:
    """The home's own tables that take the place of nothing: misplaced or misspelt, they would pass unseen."""
    own = home / "tables"
    told = [(f, f.relative_to(own)) for f in sorted(own.rglob("*")) if f.is_file() and not f.name.startswith(".")]
    # A folder that the project does not have is a new source: its tables are all new.
    return [
        f for f, name in told
        if name.parts[0] not in PARTS or ((DELIVERED / name).parent.is_dir() and not (DELIVERED / name).is_file())
    ]  # fmt: skip


def _fingerprint(own: Path, replaced: list[Path]) -> str:
    """Of the home's tables by their bytes, of the delivered files by their size and time."""
    digest = hashlib.sha256(__version__.encode())
    for file in replaced:
        digest.update(f"{file.relative_to(own)}\0".encode() + file.read_bytes())
    for part in PARTS:
        for file in sorted((DELIVERED / part).rglob("*.*")):
            if file.is_file() and not {".vigie", "target", "logs"} & {*file.parts}:
                found = file.stat()
                digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]


def _compose(folder: Path, own: Path, replaced: list[Path]) -> None:
    """Appear whole or not at all: two commands may start together."""
    folder.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}-{uuid4().hex}")
    try:
        draft.mkdir()
        for part in PARTS:
            shutil.copytree(DELIVERED / part, draft / part, ignore=_MADE, copy_function=shutil.copyfile)
        for file in replaced:
            target = draft / file.relative_to(own)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        if not folder.is_dir():
            os.replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
