"""Which official files are newer than those in use, by the last look at the catalogues. No network."""

from __future__ import annotations

from pathlib import Path

from pipelines.catalogue.downloads import Wanted
from pipelines.home.announced import Announced, Ledger
from pipelines.home.register import REFUSED, Register
from pipelines.machine.paths import Paths

TO_FETCH, TO_LOAD, REFUSED_HERE = "a_telecharger", "a_charger", "refuse"


def newer(ledger: Ledger, register: Register | None, paths: Paths) -> list[dict] | None:
    """One row a file that is announced and not loaded: its sources, name, dates, what is in use instead, and its state.

    `etat`: `a_telecharger`, `a_charger` (it is in the landing folder) or `refuse`. None when nothing was asked yet.
    """
    if not ledger.fichiers:
        return None
    deliveries = register.deliveries() if register else []
    rows = [(f, state) for f in ledger.fichiers.values() if (state := _state(f, deliveries, paths))]
    used = _names_in_use(register) if rows and register else {}
    return [
        {
            "sources": f.sources,
            "nom": f.nom,
            "quoi": f.quoi,
            "publie_le": f.modifie_le[:10] if f.modifie_le[:4].isdigit() else None,
            "vu_le": f.vu_le,
            "taille": f.taille,
            "etat": state,
            "en_usage": sorted({n for s in f.sources for n in used.get(s, set()) if _is_alike(f, n)}),
        }
        for f, state in sorted(rows, key=lambda row: (row[0].sources, row[0].nom))
    ]


def _state(file: Announced, deliveries: list[dict], paths: Paths) -> str | None:
    """None when the file is loaded."""
    if file.recu and file.is_same(file.recu):
        found = [d for d in deliveries if d["sha256"] == file.recu.sha256]
        if not found:
            here = (paths.landing / file.recu.nom).is_file()
            return TO_LOAD if here else TO_FETCH
        return REFUSED_HERE if found[0]["statut"] == REFUSED else None
    dropped = (Path(d["nom"]).name == file.nom and d["taille_octets"] == file.taille for d in deliveries)
    return None if any(dropped) else TO_FETCH


def _names_in_use(register: Register) -> dict[str, set[str]]:
    """Source → the names of the deliveries in use for a slice of it."""
    names = {d["livraison_id"]: Path(d["nom"]).name for d in register.deliveries()}
    used: dict[str, set[str]] = {}
    for (source, _, _), delivery in register.in_use().items():
        used.setdefault(source, set()).add(names[delivery])
    return used


def _is_alike(file: Announced, name: str) -> bool:
    """Whether a delivery is of the same kind and year as an announced file."""
    if not file.noms:
        return False
    alike, year = Wanted("", tuple(file.noms)).year_in(name)
    return alike and (year is None or year == file.annee)
