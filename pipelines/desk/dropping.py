"""Files that a browser sends, written to the landing folder: whole or not at all, under names that any disk takes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pipelines.base.wording import mebibytes, printable
from pipelines.home.landing import is_left_alone, kept_name
from pipelines.machine.disk import writing
from pipelines.machine.durable import NO_LINKS, replace, sync
from pipelines.settings.model import Settings

# What Windows refuses in a name, and what a terminal or a path would obey.
_FORBIDDEN = set('<>:"/\\|?*')
_LONGEST_BYTES = 180
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Dropped:
    """One file: the name by which it may be spoken of, what it became, and its identifier once it is written."""

    name: str
    said: str
    delivery: str = ""

    @property
    def written(self) -> bool:
        return bool(self.delivery)


class NotTaken(Exception):
    """Why a file is not taken. The text is French."""


def safe_name(given: str) -> str:
    """Return the name under which a file is kept: its last part alone, without what disks refuse. Raises NotTaken."""
    last = unicodedata.normalize("NFC", given.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join("-" if c in _FORBIDDEN else c for c in last if c.isprintable()).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    while len(name.encode()) > _LONGEST_BYTES and stem:
        stem = stem[:-1]
        name = f"{stem.rstrip()}{dot}{suffix}"
    if not name or len(name.encode()) > _LONGEST_BYTES:
        raise NotTaken("ce fichier n'a pas de nom qui puisse être gardé : le renommer")
    if is_left_alone(last.strip()) or is_left_alone(name):
        raise NotTaken("ce nom est celui d'un fichier de travail (tableur ouvert, téléchargement) : il n'est pas pris")
    return name


def drop(settings: Settings, given: str, content: BinaryIO) -> Dropped:
    """Write one file in the landing folder. A file of the same name and another content keeps its place: this one is
    numbered. Raises what the disk raises.
    """
    shown = kept_name(printable(given.replace("\\", "/").rsplit("/", 1)[-1]))[0]
    landing = settings.paths.landing
    draft = landing / f".{uuid4().hex}.part"
    try:
        name = safe_name(given)
        with writing(landing / name):
            digest, size = _copied(content, draft, settings.max_file_bytes)
        if not size:
            raise NotTaken("le fichier est vide")
        target = _named(draft, landing, name, digest)
    except NotTaken as why:
        return Dropped(shown, f"Non pris : {why}.")
    finally:
        draft.unlink(missing_ok=True)
    said = "Déposé." if target.name == name else f"Déposé sous le nom « {kept_name(target.name)[0]} »."
    return Dropped(kept_name(target.name)[0], said, digest[:12])


def _copied(content: BinaryIO, draft: Path, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with draft.open("xb") as out:
        while block := content.read(_BLOCK):
            size += len(block)
            if size > most:
                raise NotTaken(f"le fichier dépasse {mebibytes(most)}, la limite des réglages (max_file_mib)")
            digest.update(block)
            out.write(block)
    sync(draft)
    return digest.hexdigest(), size


def _named(draft: Path, landing: Path, name: str, digest: str) -> Path:
    """Give the draft the first free name, in one step; bytes that already lie there under it are not written twice."""
    stem, dot, suffix = name.rpartition(".")
    number = 1
    while True:
        target = landing / (name if number == 1 else f"{stem or suffix} ({number}){dot + suffix if stem else ''}")
        if target.exists():
            with target.open("rb") as there:
                if hashlib.file_digest(there, "sha256").hexdigest() == digest:
                    return target
        else:
            with contextlib.suppress(FileExistsError):
                _link(draft, target)
                sync(landing)
                return target
        number += 1


def _link(draft: Path, target: Path) -> None:
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        replace(draft, target)  # a share without second names
