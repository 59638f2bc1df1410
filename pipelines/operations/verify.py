"""Whether what is on disk is still what was written: bytes received, rows read, file published, quarters given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.base.wording import file_named
from pipelines.home import archive, raw
from pipelines.home.register import REFUSED, Register
from pipelines.machine.paths import Paths
from pipelines.snapshots import folder, manifest


@dataclass(frozen=True)
class Flaw:
    """One thing that is no longer what it was. Both texts are French."""

    fichier: str
    constat: str
    remede: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Inspection:
    """`looked` counts the files that were hashed, by kind."""

    looked: dict[str, int]
    flaws: list[Flaw]


_FROM_BACKUP = (
    "rétablir ce fichier depuis une sauvegarde (vigie restore dans un autre dossier, puis le copier), ou redéposer la "
    "livraison après avoir retiré son dossier"
)
_FROM_BACKUP_ALONE = "rétablir ce fichier depuis une sauvegarde (vigie restore dans un autre dossier, puis le copier)"
_FROM_ARCHIVE = "refaire l'entrepôt depuis l'archive : vigie rebuild"


def inspect(paths: Paths) -> Inspection:
    """Hash everything that has a recorded hash; costs one reading of the archive."""
    with Register(paths.register) as register:
        deliveries = {d["sha256"]: d for d in register.deliveries()}
        raw_hashes, publication = register.raw_hashes(), register.last_publication()
    looked: dict[str, int] = {"archive": 0, "quarantaine": 0, "lignes": 0, "entrepôt": 0, "clichés": 0}
    flaws: list[Flaw] = []
    for kind, root in (("archive", paths.archive), ("quarantaine", paths.quarantine)):
        folders = sorted(f for f in root.glob("*") if len(f.name) == 64)
        looked[kind] = len(folders)
        flaws += [flaw for place in folders for flaw in _received(place, deliveries)]
        here = {place.name for place in folders}
        wanted = {s for s, d in deliveries.items() if (d["statut"] == REFUSED) == (kind == "quarantaine")}
        flaws += [
            Flaw(str(root / s), f"la livraison {file_named(deliveries[s])} n'y est plus", _FROM_BACKUP)
            for s in sorted(wanted - here)
        ]
    looked["lignes"] = len(raw_hashes)
    flaws += _raw(paths, raw_hashes)
    if publication:
        looked["entrepôt"] = 1
        flaws += _published(paths.warehouse, publication["sha256"])
    for name in folder.given(paths.snapshots):
        files, found = _snapshot(paths.snapshots / str(name))
        looked["clichés"] += files
        flaws += found
    return Inspection(looked, flaws)


def _received(place: Path, deliveries: dict[str, dict]) -> Iterator[Flaw]:
    file = place / archive.CONTENT
    if not file.exists() and archive.was_left_there(place):
        pass  # refused for its size: it was never copied
    elif not file.exists() and (place / archive.DESTROYED).exists():
        pass  # at the end of the time that it may be kept
    elif not file.exists():
        yield Flaw(str(file), "les octets reçus n'y sont plus", _FROM_BACKUP)
    elif archive.hash_of(file) != place.name:
        yield Flaw(str(file), "les octets ne sont plus ceux qui ont été reçus", _FROM_BACKUP)
    try:
        archive.reception_of(place)["nom"]
    except (OSError, ValueError, KeyError):
        yield Flaw(str(place), "la fiche de réception (reception.json) est absente ou illisible", _FROM_BACKUP)
    if place.name not in deliveries:
        yield Flaw(str(place), "le registre ne connaît pas cette livraison", "l'inscrire : vigie load")


def _raw(paths: Paths, hashes: dict[str, str]) -> Iterator[Flaw]:
    for name, expected in sorted(hashes.items()):
        file = paths.raw / name
        if not file.exists():
            yield Flaw(str(file), "les lignes lues n'y sont plus", "les relire depuis l'archive : vigie load")
        elif archive.hash_of(file) != expected:
            yield Flaw(str(file), "les lignes ne sont plus celles qui ont été lues", _FROM_ARCHIVE)
    known = {paths.raw / name for name in hashes}
    for file in sorted(paths.raw.glob("*/*/*.parquet")):
        if file not in known and file.stem != raw.EMPTY:
            yield Flaw(str(file), "le registre ne connaît pas ce fichier", _FROM_ARCHIVE)


def _published(warehouse: Path, expected: str) -> Iterator[Flaw]:
    if not warehouse.exists():
        yield Flaw(str(warehouse), "l'entrepôt publié n'y est plus", _FROM_ARCHIVE)
    elif archive.hash_of(warehouse) != expected:
        yield Flaw(str(warehouse), "l'entrepôt n'est plus celui qui a été publié", _FROM_ARCHIVE)


def _snapshot(given: Path) -> tuple[int, list[Flaw]]:
    """(files that were hashed, what is no longer as it was given)."""
    try:
        expected = {given / name: file["sha256"] for name, file in manifest.read(given)["fichiers"].items()}
    except (OSError, ValueError, KeyError):
        return 0, [Flaw(str(given / folder.MANIFEST), "le manifeste du cliché est illisible", _FROM_BACKUP_ALONE)]
    flaws = []
    for file, sha256 in sorted(expected.items()):
        if not file.exists():
            flaws.append(Flaw(str(file), "ce fichier du cliché n'y est plus", _FROM_BACKUP_ALONE))
        elif archive.hash_of(file) != sha256:
            flaws.append(Flaw(str(file), "ce fichier du cliché n'est plus celui qui a été donné", _FROM_BACKUP_ALONE))
    own = {given / folder.MANIFEST, given / folder.SUMS}
    for file in sorted(f for f in given.rglob("*") if f.is_file() and f not in expected and f not in own):
        flaws.append(Flaw(str(file), "le cliché n'a pas été donné avec ce fichier", "l'enlever du dossier du cliché"))
    return len(expected), flaws
