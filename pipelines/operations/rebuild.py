"""The register's index: as lines that compare, and emptied, for the archive to be read again."""

from __future__ import annotations

import json

from pipelines.catalogue.model import Catalogue
from pipelines.home import archive
from pipelines.home.register import Register
from pipelines.reception import basis
from pipelines.settings.model import Settings

_QUERIES = {
    "livraisons": "select livraison_id, sha256, nom, taille_octets, recu_le, nature, statut, motif, chargement"
    " from livraisons",
    "tranches": "select * from tranches",
    "refus": "select * from refus",
    "decisions": "select * from decisions",
    "choix": "select * from choix",
    "confirmations": "select * from confirmations",
    "partielles": "select * from partielles",
    "noms": "select * from noms",
    "depots": "select * from depots",
}


def index_of(register: Register) -> dict[str, list[str]]:
    """What the register says of the deliveries, as sorted lines by table: two registers compare with `==`."""
    return {
        table: sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in register.rows(query))
        for table, query in _QUERIES.items()
    }


def empty_index(settings: Settings, register: Register, catalogue: Catalogue) -> None:
    """Empty the index of the register, then take up again what the quarantine holds."""
    register.forget_deliveries()
    settings.paths.create()
    formats = basis.of_refusal(settings, catalogue)
    for folder in sorted(f for f in settings.paths.quarantine.glob("*") if len(f.name) == 64):
        reception = archive.reception_of(folder)
        register.refuse(folder.name, reception["taille_octets"], reception, reception.get("formats", formats))
