"""One file that holds a home: what was received, what was decided, what was set. The rest is made again from it."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import shutil
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
from pipelines.machine.durable import commit, replace, restrict, sync, sync_all, write_whole
from pipelines.machine.paths import Paths
from pipelines.machine.rights import create_open
from pipelines.operations.verify import inspect
from pipelines.settings.model import Settings
from pipelines.snapshots import given
from pipelines.snapshots.folder import protect, writable

_INDEX = "sauvegarde.json"
# What a backup or a restore works in, in the home; one that is killed leaves it to the next.
_SCRATCH = ".sauvegarde-"
# What `repair` takes from a backup: what nothing else makes again.
_REPAIRED = ("archive", "quarantine", "snapshots", "cliches.json")


class BackupFault(Stopped):
    """A backup that cannot be made, or is not whole. The text is French."""

    exit_code = INTERNAL_FAULT


class OtherHome(Stopped):
    """A backup of another département than the one that is set. The text is French."""


def backup(settings: Settings, target: Path) -> dict:
    """Write the home into `target` (tar.gz), whole or not at all; returns what it holds. The caller holds the lock."""
    paths = settings.paths
    _discard_leftovers(paths)
    given.remember(paths)
    with interruption.scratch(dir=paths.home, prefix=_SCRATCH) as held:
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
                # It holds what the quarantine holds: nobody else reads it, not even while it is written. The draft of
                # one that was killed goes first: its rights may be wider.
                draft.unlink(missing_ok=True)
                os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                with tarfile.open(draft, "w:gz", compresslevel=1) as tar:
                    _add_text(tar, _INDEX, json.dumps(index, ensure_ascii=False, indent=1))
                    for name, file in sorted(files.items()):
                        tar.add(file, arcname=name, recursive=False)
                commit(draft, target)
            finally:
                draft.unlink(missing_ok=True)
    made = {"fichier": str(target.absolute()), "faite_le": now(), "fichiers": len(files)}
    write_whole(paths.last_backup, (json.dumps(made, ensure_ascii=False) + "\n").encode(), 0o640)
    return index


def last_backup(paths: Paths) -> dict | None:
    """Tell where and when the last backup of this home was written (`fichier`, `faite_le`, `fichiers`)."""
    try:
        made: dict = json.loads(paths.last_backup.read_text(encoding="utf-8"))
        dt.datetime.fromisoformat(made["faite_le"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made


def restore(source: Path, paths: Paths, departement: str | None = None) -> dict:
    """Bring a backup into an empty home; nothing appears there before every file of it is found whole. Raises OtherHome
    when it is not of the `departement`, where one is set.
    """
    taken = any(p.exists() and (p.is_file() or any(p.iterdir())) for p in (paths.register, paths.archive))
    if taken and not paths.restoring.exists():  # what a restore that died left is not a home
        raise BackupFault(f"Le dossier {paths.home} contient déjà des livraisons : restaurer dans un dossier vide.")
    create_open(paths.home)
    _discard_leftovers(paths)
    with interruption.scratch(dir=paths.home, prefix=_SCRATCH, ignore_cleanup_errors=True) as name:
        held = Path(name)
        index = _unpacked(source, held, departement)
        _give_rights(held)
        paths.create()
        with interruption.held():
            # Until the mark goes, every load says that a restore was cut short; tried again, it begins anew.
            paths.restoring.touch(0o640)
            sync(paths.home)
            for entry in sorted(held.iterdir()):
                target = paths.home / entry.name
                _remove_what_a_dead_restore_left(target)
                replace(entry, target)
            sync(paths.home)
            paths.restoring.unlink()
            sync(paths.home)
    paths.create()
    return index


def repair(source: Path, paths: Paths, departement: str | None = None) -> tuple[list[str], list[str]]:
    """Take from a backup the files that `verify` finds gone or changed, and nothing else; returns those that were put
    back, and those that the backup does not have either. The caller holds the lock.
    """
    _discard_leftovers(paths)
    put_back, lost = [], []
    with interruption.scratch(dir=paths.home, prefix=_SCRATCH, ignore_cleanup_errors=True) as name:
        held = Path(name)
        _unpacked(source, held, departement)
        _give_rights_to_received(held)
        for flaw in inspect(paths).flaws:
            place = Path(flaw.fichier).relative_to(paths.home)
            if place.parts[0] not in _REPAIRED:
                continue
            if not (held / place).exists():
                lost.append(str(place))
                continue
            _put_back(held / place, paths.home / place)
            put_back.append(str(place))
    if snapshots := {Path(p).parts[1] for p in put_back if Path(p).parts[0] == paths.snapshots.name}:
        for snapshot in snapshots:
            protect(paths.snapshots / snapshot)
            restrict(paths.snapshots / snapshot, 0o555)
    return put_back, lost


def _put_back(source: Path, target: Path) -> None:
    """A file, or the whole folder of a delivery or a snapshot, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.parent.stat().st_mode & 0o200 == 0:
        restrict(target.parent, 0o755)
    if source.is_dir() and target.is_dir():
        writable(target)
        shutil.rmtree(target)
    sync_all(f for f in [source, *source.rglob("*")] if f.is_file())
    replace(source, target)
    sync(target.parent)


def _discard_leftovers(paths: Paths) -> None:
    """Remove what a backup or a restore that was killed left in the home."""
    for leftover in paths.home.glob(f"{_SCRATCH}*"):
        writable(leftover)
        shutil.rmtree(leftover, ignore_errors=True)


def _remove_what_a_dead_restore_left(target: Path) -> None:
    if target.is_dir():
        writable(target)
        shutil.rmtree(target)


def _give_rights(held: Path) -> None:
    """The rights that the home's own folders and files have, whatever the umask and the archive of files say."""
    _give_rights_to_received(held)
    for snapshot in (held / "snapshots").glob("*"):
        protect(snapshot)
        restrict(snapshot, 0o555)
    if (held / "snapshots").is_dir():
        restrict(held / "snapshots", 0o755)
    for file in (f for f in held.iterdir() if f.is_file()):
        restrict(file, 0o600 if file.name == "vigie.toml" else 0o640)


def _give_rights_to_received(held: Path) -> None:
    for root, folder_mode, file_mode in (("archive", 0o750, 0o640), ("quarantine", 0o700, 0o600)):
        for found in (held / root).rglob("*"):
            restrict(found, folder_mode if found.is_dir() else file_mode)
        if (held / root).is_dir():
            restrict(held / root, folder_mode)


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
        paths.given,
        paths.tables,
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
