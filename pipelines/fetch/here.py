"""What this home already has of what producers announce: in the landing folder, or in the archive."""

from __future__ import annotations

from pathlib import Path

from pipelines.fetch.download import digests_of
from pipelines.home import archive, landing
from pipelines.home.announced import Announced, Brought
from pipelines.home.register import REFUSED, Register, now
from pipelines.machine.paths import Paths


class Here:
    """Looked at once; a file is read only when another of its very size is announced."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        found, _ = landing.scan(paths.landing) if paths.landing.is_dir() else ([], [])
        self._landing = {f.path: (f.name, f.size) for f in found}
        self._archived: list[dict] = []
        if paths.register.exists():
            with Register(paths.register) as register:
                self._archived = [d for d in register.deliveries() if d["statut"] != REFUSED]

    def has(self, brought: Brought) -> bool:
        """Whether what was brought once is still somewhere here: a file that someone removed is brought again."""
        if any((root / brought.sha256).exists() for root in (self._paths.archive, self._paths.quarantine)):
            return True
        return (brought.nom, brought.taille) in self._landing.values()

    def holds(self, sha256: str) -> bool:
        """Whether the archive has these bytes."""
        return archive.content(self._paths, sha256).exists()

    def find(self, wanted: Announced) -> Brought | None:
        """A file that was not fetched and is the one announced: by its checksum, else by its name and size."""
        if wanted.taille is None:
            return None
        for file, name in self._of_size(wanted.taille):
            sha256 = _same(wanted, file, name)
            if sha256:
                return Brought(
                    nom=Path(name).name, taille=wanted.taille, sha256=sha256, empreinte=wanted.empreinte,
                    modifie_le=wanted.modifie_le, recu_le=now(),
                )  # fmt: skip
        return None

    def _of_size(self, size: int) -> list[tuple[Path, str]]:
        here = [(path, name) for path, (name, s) in self._landing.items() if s == size]
        there = [
            (archive.content(self._paths, d["sha256"]), d["nom"]) for d in self._archived if d["taille_octets"] == size
        ]
        return here + [(path, name) for path, name in there if path.exists()]


def _same(wanted: Announced, file: Path, name: str) -> str | None:
    """The SHA-256 of a file of the right size, when it is the one announced."""
    kind, _, value = (wanted.empreinte or "").partition(":")
    if not kind and Path(name).name.casefold() != wanted.nom.casefold():
        return None
    try:
        digests = digests_of(file, kind)
    except OSError:  # it cannot be read, or has gone since: it is not had
        return None
    return digests["sha256"] if not kind or digests[kind] == value else None
