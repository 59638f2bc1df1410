"""The bytes, for ever. Each accepted delivery has a folder named by its SHA-256; refused ones go to quarantine.

A folder holds the bytes, `reception.json` and append-only `decisions/*.json`, all on disk before the register
says so: the register can always be made again from here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from pipelines.base.wording import file_named
from pipelines.home.deposits import LedAway, is_open_elsewhere, open_inside
from pipelines.home.landing import LandingFile
from pipelines.machine.disk import writing
from pipelines.machine.durable import commit, replace, restrict, sync, sync_all
from pipelines.machine.faults import MachineFault
from pipelines.machine.paths import Paths

CONTENT = "contenu"
DESTROYED = "destruction.json"  # beside a reception whose bytes were destroyed: see retention.py
_RECEPTION = "reception.json"
_DRAFT = ".arrivee-"
_CHUNK = 1 << 20


class StillGrowing(Exception):
    """The file changed while it was being copied."""


@dataclass(frozen=True)
class Copy:
    """A private copy of a received file: what is parsed is exactly what was hashed.

    It lies alone in a folder, which becomes the delivery's; an archived delivery that is read again has no draft.
    """

    file: Path
    sha256: str
    size: int
    draft: bool = True
    name: str = ""  # what its sender called it
    whole: bool = True  # false for a file that is too large to be taken: `sha256` is then `unread_id`

    @property
    def delivery_id(self) -> str:
        return self.sha256[:12]


def take_copy(file: LandingFile, paths: Paths) -> Copy:
    """Copy and hash in one reading. Raises StillGrowing when the file moved meanwhile."""
    paths.archive.mkdir(mode=0o750, parents=True, exist_ok=True)
    draft = paths.archive / f"{_DRAFT}{uuid4().hex}"
    digest = hashlib.sha256()
    try:
        draft.mkdir(mode=0o750)
        with writing(draft), opened(file) as source, _private(draft / CONTENT) as target:
            before = os.fstat(source.fileno())
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            after = os.fstat(source.fileno())
        if (before.st_size, before.st_mtime_ns) != (
            after.st_size,
            after.st_mtime_ns,
        ) or before.st_size != file.size:
            raise StillGrowing(file.name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Copy(draft / CONTENT, digest.hexdigest(), before.st_size, name=file.name)


def opened(file: LandingFile) -> BufferedReader:
    """Open a received file; in a drop folder, what took its place meanwhile is not read. Raises StillGrowing."""
    if file.root is None:
        return file.path.open("rb")
    try:
        stream = open_inside(file.root, file.path)
    except LedAway:
        raise StillGrowing(file.name) from None
    if is_open_elsewhere(stream):
        stream.close()
        raise StillGrowing(file.name)
    return stream


def unread_id(name: str, size: int) -> str:
    """Stand for the SHA-256 of a file whose bytes were not read: the same as long as its name and size are."""
    return hashlib.sha256(f"sans octets\0{size}\0{name}".encode()).hexdigest()


def leave_there(file: LandingFile, paths: Paths) -> Copy:
    """Take a file that is too large to be copied as a delivery without its bytes: they stay where they are."""
    draft = paths.archive / f"{_DRAFT}{uuid4().hex}"
    draft.mkdir(mode=0o750, parents=True)
    return Copy(draft / CONTENT, unread_id(file.name, file.size), file.size, name=file.name, whole=False)


def hash_of(file: Path) -> str:
    """Hash a file with SHA-256 where it lies."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_received(file: LandingFile) -> str:
    """Hash a received file where it lies. Raises StillGrowing, as `opened` does."""
    if file.root is None:
        return hash_of(file.path)
    with opened(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep_all(received: Sequence[tuple[Copy, dict[str, object]]], root: Path) -> None:
    """Give the copies, each with how it was first received, their folders under `root` (archive or quarantine).

    A folder appears whole or not at all, and all of them are on disk when this returns.
    """
    moved, written = [], []
    for copy, reception in received:
        target = root / copy.sha256
        if copy.draft:
            folder = copy.file.parent
        elif copy.file.parent == target:  # archived by a load that died: what is there is only completed
            folder = target
        else:  # archived, and now refused: the archive keeps its bytes
            folder = copy.file.parent.parent / f"{_DRAFT}{copy.sha256}"
            folder.mkdir(mode=0o750, exist_ok=True)
            shutil.copyfile(copy.file, folder / CONTENT)  # a second name would share its rights
        if folder != target:
            moved.append((folder, target))
        elif (folder / _RECEPTION).exists():
            continue
        draft = folder / f"{_RECEPTION}.tmp"
        with _private(draft) as stream:
            stream.write(_json(reception))
        replace(draft, folder / _RECEPTION)
        files = [folder / _RECEPTION, *([folder / CONTENT] if copy.whole else [])]
        if root.name == "quarantine":
            for file in files:
                restrict(file, 0o600)
        written += [*files, folder]
    sync_all(written)
    for folder, target in moved:
        if root.name == "quarantine":
            restrict(folder, 0o700)
            shutil.rmtree(target, ignore_errors=True)  # refused before, and judged again
        _move(folder, target)
    sync(root)


def _move(folder: Path, target: Path) -> None:
    if not target.exists():
        replace(folder, target)
        return
    # Another Vigie died half way: what the archive has stays.
    for name in (CONTENT, _RECEPTION):
        if not (target / name).exists():
            replace(folder / name, target / name)
    sync(target)
    shutil.rmtree(folder)


def record_decision(root: Path, sha256: str, decision: Mapping[str, object]) -> None:
    """Append a decision (withdrawal, reinstatement) to a delivery's folder; nothing there is ever rewritten."""
    folder = root / sha256 / "decisions"
    folder.mkdir(mode=0o750, exist_ok=True)
    number = len(list(folder.glob("*.json"))) + 1
    _write_json(folder / f"{number:04d}.json", decision)


def decisions(root: Path) -> dict[str, list[dict[str, Any]]]:
    """Map SHA-256 to the decisions kept beside the delivery, in their order."""
    decisions_of: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(root.glob("*/decisions/*.json")):
        decisions_of.setdefault(file.parent.parent.name, []).append(_decision(file))
    return decisions_of


def torn_decisions(folder: Path) -> list[Path]:
    """The decisions of a delivery that cannot be read, or that are missing from their numbers."""
    files = sorted((folder / "decisions").glob("*.json"))
    last = int(files[-1].stem) if files and files[-1].stem.isdigit() else len(files)
    wanted = {folder / "decisions" / f"{number:04d}.json" for number in range(1, last + 1)}
    torn = wanted - {*files}
    for file in files:
        try:
            _decision(file)
        except MachineFault:
            torn.add(file)
    return sorted(torn)


def _decision(file: Path) -> dict[str, Any]:
    try:
        decision: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if not {"decision", "motif", "decide_le"} <= decision.keys():
            raise ValueError
    except (ValueError, AttributeError) as error:
        raise MachineFault(
            f"La décision {file} est abîmée. La rétablir depuis une sauvegarde : vigie restore SAUVEGARDE --reparer"
        ) from error
    return decision


def check(paths: Paths, sha256: str) -> Path:
    """Return the bytes of an archived delivery; raises MachineFault when they are not those that were received."""
    file = content(paths, sha256)
    if not file.exists() or hash_of(file) != sha256:
        raise MachineFault(
            f"La livraison archivée {_named(paths, sha256)} n'a plus les octets qu'elle avait à sa réception ({file}). "
            "Rétablir ce fichier depuis une sauvegarde, ou redéposer la livraison dans le dossier d'arrivée après "
            f"avoir retiré le dossier {file.parent}."
        )
    return file


def _named(paths: Paths, sha256: str) -> str:
    """Name a delivery as people know it: its name first, its short identifier beside."""
    return file_named({"nom": _name(paths, sha256) or "sans nom", "livraison_id": sha256[:12]})


def content(paths: Paths, sha256: str) -> Path:
    """Return the bytes of an archived delivery."""
    return paths.archive / sha256 / CONTENT


def reception(paths: Paths, sha256: str) -> dict[str, Any]:
    """Read how an archived delivery was received; empty when that was not written yet."""
    folder = paths.archive / sha256
    return reception_of(folder) if (folder / _RECEPTION).exists() else {}


def reception_of(folder: Path) -> dict[str, Any]:
    """Read how the delivery of a folder, archived or in quarantine, was received."""
    reception: dict[str, Any] = json.loads((folder / _RECEPTION).read_text(encoding="utf-8"))
    return reception


def was_left_there(folder: Path) -> bool:
    """Tell whether the delivery of a folder was refused without its bytes: the folder is named by `unread_id`."""
    try:
        reception = reception_of(folder)
        return folder.name == unread_id(str(reception["nom"]), int(reception["taille_octets"]))
    except (OSError, ValueError, KeyError):
        return False


def discard_drafts(paths: Paths) -> None:
    """Remove the private copies of a load that died; their originals are still in the landing folder."""
    for draft in paths.archive.glob(f"{_DRAFT}*"):
        shutil.rmtree(draft, ignore_errors=True) if draft.is_dir() else draft.unlink(missing_ok=True)


def discard(copy: Copy) -> None:
    """Remove the private copy of a file that is already known."""
    if copy.draft:
        shutil.rmtree(copy.file.parent, ignore_errors=True)


def leave_quarantine(paths: Paths, sha256: str) -> None:
    """Remove from quarantine a file that is now accepted: its copy is in the archive."""
    shutil.rmtree(paths.quarantine / sha256, ignore_errors=True)


def archived(paths: Paths, sha256: str) -> Copy:
    """Take an archived delivery to read it again."""
    file = check(paths, sha256)
    return Copy(file, sha256, file.stat().st_size, draft=False, name=_name(paths, sha256))


def _name(paths: Paths, sha256: str) -> str:
    """Return what the sender called it: the last name that a decision kept, or that of its reception."""
    folder = paths.archive / sha256 / "decisions"
    kept = [json.loads(f.read_text(encoding="utf-8")).get("nom") for f in sorted(folder.glob("*.json"))]
    return next((n for n in reversed(kept) if n), str(reception(paths, sha256).get("nom", "")))


def whole_folders(paths: Paths) -> list[str]:
    """Return the SHA-256 of the folders of the archive that hold their bytes, in order."""
    return sorted(f.name for f in paths.archive.glob("*") if len(f.name) == 64 and (f / CONTENT).exists())


def _write_json(file: Path, content: Mapping[str, object]) -> None:
    draft = file.with_suffix(".tmp")
    with _private(draft) as stream:
        stream.write(_json(content))
    commit(draft, file)


def _json(content: Mapping[str, object]) -> bytes:
    # One field a line; within it, the encoder in C, which knows no indentation.
    lines = (f" {json.dumps(k)}: {json.dumps(content[k], ensure_ascii=False, sort_keys=True)}" for k in sorted(content))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _private(file: Path) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb")
