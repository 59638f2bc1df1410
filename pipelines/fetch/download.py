"""One file: downloaded out of sight, resumed where it was cut, verified, then named in the landing folder at once."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines.base.wording import mebibytes, number
from pipelines.fetch.names import with_mark
from pipelines.fetch.web import Failed, Web, host_of
from pipelines.home.announced import Announced
from pipelines.machine.disk import too_small
from pipelines.machine.durable import sync
from pipelines.machine.faults import MachineFault

_KEY = 16  # characters that name a part
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}
_CORRUPT = "relancer vigie fetch ; si cela se répète, prévenir le producteur ou déposer le fichier à la main"

# Told how many bytes are here, of how many (None while that is not known).
Tell = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Draft:
    """A whole file, verified as far as its catalogue allows; `proof`: `empreinte`, `taille` or `aucune`."""

    file: Path
    sha256: str
    size: int
    proof: str


def download(web: Web, wanted: Announced, folder: Path, most_bytes: int, tell: Tell) -> Draft:
    """Bring the bytes into `folder`, or what lacks of them; raises Failed, or MachineFault when the disk is full."""
    if wanted.taille is not None and wanted.taille > most_bytes:
        raise _too_large(wanted.taille, most_bytes)
    part = _Part(folder, wanted)
    with _disk(part.file):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        return web.patiently(lambda: _attempt(web, part, most_bytes, tell))


def place(draft: Draft, landing: Path, name: str, mark: str) -> str:
    """Give a draft its name in the landing folder, in one step; returns that name.

    A file that is there is never overwritten, unless it is the beginning of this one, cut short: then nothing is lost.
    """
    with _disk(draft.file):
        landing.mkdir(parents=True, exist_ok=True)
        sync(draft.file)
        for candidate in (name, with_mark(name, mark), with_mark(name, draft.sha256[:12])):
            target = landing / candidate
            if os.path.lexists(target) and not _is_beginning(target, draft.file):
                continue
            if not target.is_file() or target.stat().st_size != draft.size:
                _move(draft.file, target)
            sync(landing)
            return candidate
    raise Failed(
        f"{name} est déjà dans le dossier d'arrivée, avec un autre contenu", "le renommer, puis relancer vigie fetch"
    )


class _Part:
    """What is here of a file, and what tells whether the server would still give the rest of the same."""

    def __init__(self, folder: Path, wanted: Announced) -> None:
        key = hashlib.sha256(wanted.cle.encode()).hexdigest()[:_KEY]
        self.wanted = wanted
        self.file = folder / f"{key}.part"
        self._note = folder / f"{key}.json"
        self._identity = [wanted.adresse, wanted.empreinte, wanted.taille, wanted.modifie_le]

    def validator(self) -> str | None:
        """What the server called these bytes; None when they are not of the file that is announced now."""
        try:
            noted = json.loads(self._note.read_text(encoding="utf-8"))
            return noted["validateur"] if noted["identite"] == self._identity else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def resumable(self) -> int:
        """How many bytes may be kept."""
        if self.file.exists() and self.file.stat().st_nlink > 1:
            self.forget()  # named in the landing folder by a run that was killed then: never written to again
        validator = self.validator()
        size = self.file.stat().st_size if self.file.exists() else 0
        if validator is None or not (validator or self.wanted.empreinte):
            return 0
        return size if self.wanted.taille is None or size <= self.wanted.taille else 0

    def begin(self, response: httpx.Response) -> None:
        """Note whose bytes are about to be written, from the first."""
        etag = response.headers.get("ETag", "")
        validator = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")
        if "Content-Encoding" in response.headers:  # the bytes that are kept are not those that travel
            validator = None
        self._note.write_text(json.dumps({"identite": self._identity, "validateur": validator}), encoding="utf-8")

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def _attempt(web: Web, part: _Part, most_bytes: int, tell: Tell) -> Draft:
    start, wanted = part.resumable(), part.wanted
    if start == 0 or start != wanted.taille:
        _receive(web, part, start, most_bytes, tell)
    try:
        return _verified(part)
    except Failed as failed:
        part.forget()
        failed.passing = start > 0  # what was kept from before may be what is wrong: once more, from nothing
        raise


def _receive(web: Web, part: _Part, start: int, most_bytes: int, tell: Tell) -> None:
    """Write the body, after the bytes that are kept when the server gives the rest of the same file."""
    wanted = part.wanted
    headers = {"Range": f"bytes={start}-"} if start else {}
    if start and (validator := part.validator()):
        headers["If-Range"] = validator
    with web.opened(wanted.adresse, headers) as response:
        if response.status_code == 416 or (response.status_code == 206 and not _continues(response, start)):
            part.forget()
            raise Failed(f"{host_of(wanted.adresse)} ne sait pas reprendre ce téléchargement", _CORRUPT, passing=True)
        if response.headers.get("Content-Type", "").lower().startswith("text/html"):
            raise Failed(
                f"{host_of(wanted.adresse)} répond par une page web à la place du fichier",
                "ouvrir l'adresse dans un navigateur : un portail d'accès au réseau demande peut-être de s'identifier",
            )
        if response.status_code != 206:
            start = 0
            part.begin(response)
        total = wanted.taille or _announced_total(response, start)
        # A .gz is what the producer published; anything else that comes packed was packed for the journey alone.
        # No size is asked of the pieces: the library would hold back, and lose, an unfinished one when the line is cut.
        body = response.iter_raw() if wanted.nom.lower().endswith(".gz") else response.iter_bytes()
        here = start
        with part.file.open("ab" if start else "wb") as stream:
            for chunk in body:
                here += len(chunk)
                if here > most_bytes:
                    stream.close()
                    part.forget()
                    raise _too_large(here, most_bytes)
                stream.write(chunk)
                tell(here, total)
        if wanted.taille and here < wanted.taille and not _says_its_end(response):
            raise Failed(f"la connexion à {host_of(wanted.adresse)} a été coupée", "relancer vigie fetch", passing=True)


def _says_its_end(response: httpx.Response) -> bool:
    """Whether the protocol itself would have told a body that is cut."""
    return "Content-Length" in response.headers or "Transfer-Encoding" in response.headers


def _continues(response: httpx.Response, start: int) -> bool:
    told: str = response.headers.get("Content-Range", "")
    return told.startswith(f"bytes {start}-")


def _announced_total(response: httpx.Response, start: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None


def _verified(part: _Part) -> Draft:
    wanted, size = part.wanted, part.file.stat().st_size
    if wanted.taille is not None and size != wanted.taille:
        raise Failed(
            f"le fichier reçu pèse {number(size)} octets, le catalogue en annonce {number(wanted.taille)} : "
            "il est refusé",
            _CORRUPT,
        )
    kind, _, expected = (wanted.empreinte or "").partition(":")
    digests = digests_of(part.file, kind)
    if kind and digests[kind] != expected:
        raise Failed(f"le fichier reçu n'a pas l'empreinte {kind} que le catalogue annonce : il est refusé", _CORRUPT)
    return Draft(part.file, digests["sha256"], size, "empreinte" if kind else "taille" if wanted.taille else "aucune")


def sweep(folder: Path, announced: Iterable[Announced]) -> None:
    """Remove what is here of files that nobody announces any more."""
    kept = {_Part(folder, a).file.stem for a in announced}
    for file in [*folder.glob("*.part"), *folder.glob("*.json")]:
        if len(file.stem) == _KEY and file.stem not in kept:
            file.unlink(missing_ok=True)


def forget(folder: Path, wanted: Announced) -> None:
    """Remove what is here of one file."""
    _Part(folder, wanted).forget()


def digests_of(file: Path, kind: str = "") -> dict[str, str]:
    """Hexadecimal digests of a file by kind, in one reading: SHA-256, and `kind` when the catalogue uses another."""
    digests = {k: hashlib.new(k, usedforsecurity=False) for k in {"sha256", kind or "sha256"}}
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            for digest in digests.values():
                digest.update(chunk)
    return {k: digest.hexdigest() for k, digest in digests.items()}


def _is_beginning(there: Path, whole: Path) -> bool:
    """Whether a file holds the first bytes of another, or all of them."""
    if there.is_symlink() or not there.is_file() or there.stat().st_size > whole.stat().st_size:
        return False
    with there.open("rb") as first, whole.open("rb") as second:
        while chunk := first.read(1 << 20):
            if second.read(len(chunk)) != chunk:
                return False
    return True


def _move(draft: Path, target: Path) -> None:
    if os.path.lexists(target):  # the beginning of this file
        held = target.with_name(f".{target.name}.part")
        _copy_or_link(draft, held)
        os.replace(held, target)
    else:
        _copy_or_link(draft, target)


def _copy_or_link(draft: Path, target: Path) -> None:
    """A second name for the same bytes: unlike a renaming, it never takes the place of a file that has just come."""
    try:
        os.link(draft, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        held = target.with_name(f".{target.name}.copie.part")
        try:
            shutil.copyfile(draft, held)
            sync(held)
            os.rename(held, target)
        finally:
            held.unlink(missing_ok=True)


@contextmanager
def _disk(part: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            part.unlink(missing_ok=True)
            raise MachineFault(too_small(part.parent)) from error
        raise MachineFault(
            f"Le téléchargement ne peut pas être écrit ({error.strerror or type(error).__name__}) : vérifier les "
            f"droits de {part.parent} et du dossier d'arrivée, puis relancer vigie fetch."
        ) from error


def _too_large(size: int, most: int) -> Failed:
    return Failed(
        f"le fichier pèse {mebibytes(size)}, la limite est de {mebibytes(most)}",
        "vérifier que c'est bien le fichier du producteur ; sinon relever max_file_mib dans vigie.toml",
    )
