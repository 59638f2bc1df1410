"""The bytes, for ever. Each accepted delivery has a folder named by its SHA-256; refused ones go to quarantine.

A folder holds the bytes, `reception.json` and append-only `decisions/*.json`, all on disk before the register
says so: the register can always be made again from here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pipelines.durable import commit, sync_folder
from pipelines.intake.landing import Found
from pipelines.settings import Paths

CONTENT = "contenu"
_CHUNK = 1 << 20


class MachineFault(Exception):
    """Something of this machine, not of a delivery: no verdict may be drawn from it. The text is French."""


class StillGrowing(Exception):
    """The file changed while it was being copied."""


@dataclass(frozen=True)
class Copy:
    """A private copy of a received file: what is parsed is exactly what was hashed."""

    file: Path
    sha256: str
    size: int

    @property
    def delivery_id(self) -> str:
        return self.sha256[:12]


def take_copy(found: Found, paths: Paths) -> Copy:
    """Copy and hash in one reading. Raises StillGrowing when the file moved meanwhile."""
    paths.archive.mkdir(mode=0o750, parents=True, exist_ok=True)
    draft = paths.archive / f".arrivee-{uuid4().hex}"
    digest = hashlib.sha256()
    try:
        with found.path.open("rb") as source, _private(draft) as target:
            before = os.fstat(source.fileno())
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            after = os.fstat(source.fileno())
        if (before.st_size, before.st_mtime_ns) != (
            after.st_size,
            after.st_mtime_ns,
        ) or before.st_size != found.size:
            raise StillGrowing(found.name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return Copy(draft, digest.hexdigest(), before.st_size)


def hash_of(file: Path) -> str:
    """SHA-256 of a file where it lies."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(copy: Copy, root: Path, reception: dict[str, object]) -> None:
    """Move the copy into its folder under `root` (archive or quarantine), with how it was first received."""
    folder = root / copy.sha256
    folder.mkdir(mode=0o700 if root.name == "quarantine" else 0o750, parents=True, exist_ok=True)
    if root.name == "quarantine" or not (folder / "reception.json").exists():
        _write_json(folder / "reception.json", reception)
    commit(copy.file, folder / CONTENT)
    sync_folder(root)


def record_decision(root: Path, sha256: str, decision: dict[str, object]) -> None:
    """Append a decision (withdrawal, reinstatement) to a delivery's folder; nothing there is ever rewritten."""
    folder = root / sha256 / "decisions"
    folder.mkdir(mode=0o750, exist_ok=True)
    number = len(list(folder.glob("*.json"))) + 1
    _write_json(folder / f"{number:04d}.json", decision)


def decisions(root: Path) -> dict[str, list[dict[str, object]]]:
    """SHA-256 → the decisions kept beside the delivery, in their order."""
    found: dict[str, list[dict[str, object]]] = {}
    for file in sorted(root.glob("*/decisions/*.json")):
        found.setdefault(file.parent.parent.name, []).append(json.loads(file.read_text(encoding="utf-8")))
    return found


def check(paths: Paths, sha256: str) -> Path:
    """The bytes of an archived delivery, after having made sure that they are those that were received."""
    file = content(paths, sha256)
    if not file.exists() or hash_of(file) != sha256:
        raise MachineFault(
            f"La livraison archivée {sha256[:12]} n'a plus les octets qu'elle avait à sa réception ({file}). "
            "Rétablir ce fichier depuis une sauvegarde, ou redéposer la livraison dans le dossier d'arrivée après "
            f"avoir retiré le dossier {file.parent}."
        )
    return file


def content(paths: Paths, sha256: str) -> Path:
    """The bytes of an archived delivery."""
    return paths.archive / sha256 / CONTENT


def reception(paths: Paths, sha256: str) -> dict[str, object]:
    """How an archived delivery was received; empty when that was not written yet."""
    file = paths.archive / sha256 / "reception.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def discard_drafts(paths: Paths) -> None:
    """Remove the private copies of a load that died; their originals are still in the landing folder."""
    for draft in paths.archive.glob(".arrivee-*"):
        draft.unlink(missing_ok=True)


def leave_quarantine(paths: Paths, sha256: str) -> None:
    """A file that was refused and is now accepted: its copy is in the archive."""
    shutil.rmtree(paths.quarantine / sha256, ignore_errors=True)


def _write_json(file: Path, content: dict[str, object]) -> None:
    draft = file.with_suffix(".tmp")
    with _private(draft) as stream:
        stream.write((json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
    commit(draft, file)


def _private(file: Path):
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb")
