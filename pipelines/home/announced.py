"""What producers announce of their files, and what `vigie fetch` brought: kept in the home, read without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipelines.base.refusal import Defect
from pipelines.base.wording import number
from pipelines.machine.durable import write_whole

# The finding of a file cut short begins so: the register tells such a refusal by it.
CUT_SHORT = "téléchargement incomplet"


class Damaged(Exception):
    """The file that holds this cannot be read."""


class Brought(BaseModel):
    """A file that was fetched, or that was here already: `nom` is its name in the landing folder."""

    nom: str
    taille: int  # bytes
    sha256: str
    empreinte: str | None = None  # as the catalogue gave it, `sha1:…`
    modifie_le: str = ""
    recu_le: str


class Announced(BaseModel):
    """A file as the producer's catalogue last described it; `taille` in bytes, None where it says nothing."""

    cle: str
    sources: list[str]
    quoi: str
    jeu: str
    nom: str
    adresse: str
    taille: int | None = None
    empreinte: str | None = None
    modifie_le: str = ""
    annee: int | None = None
    noms: list[str] = []  # the patterns of sources/ that it answers
    vu_le: str = ""
    recu: Brought | None = None

    def is_same(self, brought: Brought) -> bool:
        """Tell whether what was brought is what is announced: by checksum, or by size and date where there is none."""
        if self.empreinte and brought.empreinte:
            return self.empreinte == brought.empreinte
        same_size = self.taille is None or self.taille == brought.taille
        return same_size and self.modifie_le == brought.modifie_le


class Ledger(BaseModel):
    """`fichiers`: the last look at the catalogues, by key; `recus`: everything that was ever brought, oldest first."""

    fichiers: dict[str, Announced] = {}
    recus: list[Brought] = []

    def sizes(self, name: str) -> dict[int, str | None]:
        """Map size in bytes to SHA-256, where it is known, of every file announced or brought under this name."""
        wanted = name.casefold()
        sizes: dict[int, str | None] = {}
        for f in self.fichiers.values():
            if f.nom.casefold() == wanted and f.taille is not None:
                sizes[f.taille] = None
        for b in [*self.recus, *(f.recu for f in self.fichiers.values() if f.recu)]:
            if b.nom.casefold() == wanted:
                sizes[b.taille] = b.sha256
        return sizes


def read(file: Path) -> Ledger:
    """Read the ledger; an empty one where there is none. Raises Damaged."""
    try:
        return Ledger.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValidationError) as error:
        raise Damaged(str(file)) from error


def known(file: Path) -> Ledger:
    """Read the ledger; an empty one where it is damaged: an expectation is a help, never a condition."""
    try:
        return read(file)
    except Damaged:
        return Ledger()


def save(ledger: Ledger, file: Path) -> None:
    """Write the ledger, on disk when this returns."""
    file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_whole(file, (ledger.model_dump_json(indent=1) + "\n").encode())


def cut_short(ledger: Ledger, name: str, size: int, is_loaded: Callable[[str | None], bool]) -> Defect | None:
    """Refuse a file smaller than what its producer announces under that name; None when nothing says so.

    `is_loaded` tells of a SHA-256 whether it is that of an accepted delivery. A larger file is left to its content: it
    is another file, not a part of this one.
    """
    sizes = ledger.sizes(Path(name).name)
    larger = [s for s in sizes if s > size]
    if size in sizes or not larger:
        return None
    expected = min(larger)
    if is_loaded(sizes[expected]):
        remedy = "retirer ce fichier du dossier d'arrivée : le fichier entier est déjà chargé"
    else:
        remedy = "lancer vigie fetch, qui télécharge le fichier entier à sa place, puis vigie load"
    return Defect(
        "telechargement_incomplet",
        f"{CUT_SHORT} : le fichier pèse {number(size)} octets",
        remedy,
        attendu=f"{number(expected)} octets, comme le producteur l'annonce",
    )


def is_whole_now(ledger: Ledger, delivery: dict[str, Any]) -> bool:
    """Tell whether a delivery was refused as cut short and no longer is, by what its producer announces since."""
    was = (delivery.get("motif") or "").startswith(CUT_SHORT)
    return was and cut_short(ledger, delivery["nom"], delivery["taille_octets"], lambda _: False) is None
