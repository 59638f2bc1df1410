"""Whether what is on disk is still what was written: bytes received, rows read, file published, quarters given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.base.wording import file_named
from pipelines.home import archive, raw
from pipelines.home.register import REFUSED, Register, fault_of_register
from pipelines.machine.paths import Paths
from pipelines.snapshots import folder, given, manifest


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
    "rétablir ce fichier depuis une sauvegarde : vigie restore SAUVEGARDE --reparer ; ou redéposer la livraison après "
    "avoir retiré son dossier"
)
_FROM_BACKUP_ALONE = (
    "rétablir ce fichier depuis une sauvegarde : vigie restore SAUVEGARDE --reparer ; sans elle, il est perdu"
)
_FROM_ARCHIVE = "refaire l'entrepôt depuis l'archive : vigie rebuild"


def inspect(paths: Paths) -> Inspection:
    """Hash everything that has a recorded hash; costs one reading of the archive."""
    looked: dict[str, int] = {"archive": 0, "quarantaine": 0, "lignes": 0, "entrepôt": 0, "clichés": 0}
    flaws: list[Flaw] = []
    deliveries: dict[str, dict] | None = None
    raw_hashes: dict[str, str] | None = None
    publication = None
    if why := fault_of_register(paths.register):
        flaws.append(Flaw(str(paths.register), why.rstrip("."), _FROM_ARCHIVE))
    else:
        with Register(paths.register) as register:
            deliveries = {d["sha256"]: d for d in register.deliveries()}
            raw_hashes, publication = register.raw_hashes(), register.last_publication()
    if paths.before_rebuild.exists():
        flaws.append(
            Flaw(
                str(paths.before_rebuild),
                "une reconstruction ou une mise à niveau a été interrompue",
                "la finir : vigie load",
            )
        )
    for kind, root in (("archive", paths.archive), ("quarantaine", paths.quarantine)):
        folders = sorted(f for f in root.glob("*") if len(f.name) == 64)
        looked[kind] = len(folders)
        flaws += [flaw for place in folders for flaw in _received(place, deliveries)]
        if deliveries is None:
            continue
        here = {place.name for place in folders}
        wanted = {s for s, d in deliveries.items() if (d["statut"] == REFUSED) == (kind == "quarantaine")}
        flaws += [
            Flaw(str(root / s), f"la livraison {file_named(deliveries[s])} n'y est plus", _FROM_BACKUP)
            for s in sorted(wanted - here)
        ]
    if raw_hashes is not None:
        looked["lignes"] = len(raw_hashes)
        flaws += _raw(paths, raw_hashes)
    if publication:
        looked["entrepôt"] = 1
        flaws += _published(paths.warehouse, publication["sha256"])
    flaws += _missing_snapshots(paths)
    for name in folder.given(paths.snapshots):
        files, found = _snapshot(paths.snapshots / str(name))
        looked["clichés"] += files
        flaws += found
    return Inspection(looked, flaws)


def _missing_snapshots(paths: Paths) -> Iterator[Flaw]:
    """What was given and is no longer there, or whose manifest is another."""
    try:
        told = given.told(paths)
    except given.UnreadableList:
        yield Flaw(str(paths.given), "la liste des clichés donnés est illisible", _FROM_BACKUP_ALONE)
        return
    here = {str(name) for name in folder.given(paths.snapshots)}
    for name, sha256 in told.items():
        place = paths.snapshots / name
        if not place.is_dir():
            yield Flaw(str(place), "ce cliché a été donné, et n'y est plus", _FROM_BACKUP_ALONE)
        elif name not in here:
            yield Flaw(str(place / folder.MANIFEST), "le manifeste du cliché n'y est plus", _FROM_BACKUP_ALONE)
        elif archive.hash_of(place / folder.MANIFEST) != sha256:
            yield Flaw(str(place / folder.MANIFEST), "le manifeste a changé depuis que le cliché est donné",
                       _FROM_BACKUP_ALONE)  # fmt: skip


def _received(place: Path, deliveries: dict[str, dict] | None) -> Iterator[Flaw]:
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
    for decision in archive.torn_decisions(place):
        yield Flaw(str(decision), "la décision est absente ou illisible", _FROM_BACKUP_ALONE)
    if deliveries is not None and place.name not in deliveries:
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


def _snapshot(place: Path) -> tuple[int, list[Flaw]]:
    """(files that were hashed, what is no longer as it was given)."""
    try:
        expected = {place / name: file["sha256"] for name, file in manifest.read(place)["fichiers"].items()}
    except (OSError, ValueError, KeyError):
        return 0, [Flaw(str(place / folder.MANIFEST), "le manifeste du cliché est illisible", _FROM_BACKUP_ALONE)]
    flaws = []
    for file, sha256 in sorted(expected.items()):
        if not file.exists():
            flaws.append(Flaw(str(file), "ce fichier du cliché n'y est plus", _FROM_BACKUP_ALONE))
        elif archive.hash_of(file) != sha256:
            flaws.append(Flaw(str(file), "ce fichier du cliché n'est plus celui qui a été donné", _FROM_BACKUP_ALONE))
    # Each edition that has a manifest of its own has its sums among the files of the whole; the whole has its own.
    if not (place / folder.SUMS).exists():
        flaws.append(
            Flaw(str(place / folder.SUMS), "la liste des empreintes du cliché n'y est plus", _FROM_BACKUP_ALONE)
        )
    elif (place / folder.SUMS).read_text(encoding="utf-8", errors="replace") != _sums(place, expected):
        flaws.append(Flaw(str(place / folder.SUMS), "la liste des empreintes du cliché a changé", _FROM_BACKUP_ALONE))
    own = {place / folder.MANIFEST, place / folder.SUMS}
    for file in sorted(f for f in place.rglob("*") if f.is_file() and f not in expected and f not in own):
        flaws.append(Flaw(str(file), "le cliché n'a pas été donné avec ce fichier", "l'enlever du dossier du cliché"))
    return len(expected), flaws


def _sums(place: Path, expected: dict[Path, str]) -> str:
    """`manifest.sha256` as it was written: the data files, in the manifest's order."""
    names = [(file.relative_to(place).as_posix(), sha256) for file, sha256 in expected.items()]
    return "".join(f"{sha256}  {name}\n" for name, sha256 in names if f"/{folder.DATA}/" in name)
