"""One file that holds a home: what was received, what was decided, what was set. The rest is made again from it."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tarfile
import zlib
from contextlib import closing
from pathlib import Path

from pipelines import __version__
from pipelines.base.exit_codes import INTERNAL_FAULT, Stopped
from pipelines.home.archive import hash_of
from pipelines.home.register import now
from pipelines.machine import interruption
from pipelines.machine.disk import writing
from pipelines.machine.durable import commit, replace, restrict, write_whole
from pipelines.machine.paths import Paths
from pipelines.settings.model import Settings

_INDEX = "sauvegarde.json"


class BackupFault(Stopped):
    """A backup that cannot be made, or is not whole. The text is French."""

    exit_code = INTERNAL_FAULT


class OtherHome(Stopped):
    """A backup of another département than the one that is set. The text is French."""


def backup(settings: Settings, target: Path) -> dict:
    """Write the home into `target` (tar.gz), whole or not at all; returns what it holds. The caller holds the lock."""
    paths = settings.paths
    with interruption.scratch(dir=paths.home) as held:
        register = Path(held) / paths.register.name
        with closing(sqlite3.connect(paths.register)) as live, closing(sqlite3.connect(register)) as copy:
            live.backup(copy)
        files = {paths.register.name: register} | {
            str(file.relative_to(paths.home)): file for root in _kept(paths) for file in _files(root)
        }
        index = {
            "version": __version__,
            "departement": settings.departement,
            "fichiers": {
                name: {"sha256": hash_of(file), "octets": file.stat().st_size} for name, file in files.items()
            },
        }
        draft = target.with_name(f".{target.name}.tmp")
        with interruption.undo(lambda: draft.unlink(missing_ok=True)), writing(target):
            try:
                with tarfile.open(draft, "w:gz", compresslevel=1) as tar:
                    _add_text(tar, _INDEX, json.dumps(index, ensure_ascii=False, indent=1))
                    for name, file in sorted(files.items()):
                        tar.add(file, arcname=name, recursive=False)
                restrict(draft, 0o600)  # it holds what the quarantine holds
                commit(draft, target)
            finally:
                draft.unlink(missing_ok=True)
    made = {"fichier": str(target.absolute()), "faite_le": now(), "fichiers": len(files)}
    write_whole(paths.last_backup, (json.dumps(made, ensure_ascii=False) + "\n").encode())
    return index


def last_backup(paths: Paths) -> dict | None:
    """Tell where and when the last backup of this home was written (`fichier`, `faite_le`, `fichiers`)."""
    try:
        made: dict = json.loads(paths.last_backup.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return made


def restore(source: Path, paths: Paths, departement: str | None = None) -> dict:
    """Bring a backup into an empty home; nothing appears there before every file of it is found whole. Raises OtherHome
    when it is not of the `departement`, where one is set.
    """
    if any(root.exists() and (root.is_file() or any(root.iterdir())) for root in (paths.register, paths.archive)):
        raise BackupFault(f"Le dossier {paths.home} contient déjà des livraisons : restaurer dans un dossier vide.")
    paths.home.mkdir(parents=True, exist_ok=True)
    with interruption.scratch(dir=paths.home, ignore_cleanup_errors=True) as name:
        held = Path(name)
        index = _unpacked(source, held, departement)
        paths.create()
        with interruption.held():
            for entry in sorted(held.iterdir()):
                target = paths.home / entry.name
                if target.is_dir():
                    target.rmdir()
                replace(entry, target)
    paths.quarantine.mkdir(exist_ok=True)
    for folder, mode in ((paths.archive, 0o750), (paths.quarantine, 0o700)):
        restrict(folder, mode)
    return index


def _unpacked(source: Path, held: Path, departement: str | None) -> dict:
    """What a backup holds, in `held`, once every file of it is found whole."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(held, filter="data")
        index: dict = json.loads((held / _INDEX).read_text(encoding="utf-8"))
        if departement not in {None, index["departement"]}:
            raise OtherHome(
                f"La sauvegarde {source} est celle du département {index['departement']}, et le réglage demande le "
                f"{departement} : rien n'est restauré. Mettre VIGIE_DEPARTEMENT={index['departement']}, ou l'enlever."
            )
        for name, expected in index["fichiers"].items():
            file = held / name
            if not file.is_file() or hash_of(file) != expected["sha256"]:
                raise BackupFault(f"La sauvegarde est abîmée : {name} n'y est pas entier. En prendre une autre.")
        (held / _INDEX).unlink()
    except (EOFError, zlib.error, tarfile.TarError, gzip.BadGzipFile, ValueError, KeyError) as error:
        raise BackupFault(f"La sauvegarde {source} ne se lit pas ({type(error).__name__}).") from error
    except OSError as error:
        if error.errno is not None:  # the machine's: the disk is full, a folder may not be written
            raise
        raise BackupFault(f"La sauvegarde {source} ne se lit pas ({type(error).__name__}).") from error
    return index


def _kept(paths: Paths) -> tuple[Path, ...]:
    return (
        paths.archive,
        paths.quarantine,
        paths.snapshots,
        paths.known_errors,
        paths.excuses,
        paths.comments,
        paths.addresses,
        paths.messages,
        paths.filed_refusals,
        paths.identity,
        paths.home / "vigie.toml",
    )


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(f for f in root.rglob("*") if f.is_file() and not f.relative_to(root).parts[0].startswith("."))


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))
