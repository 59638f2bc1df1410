"""Everything from the archive: the register's index, the raw rows, the published file."""

from __future__ import annotations

import json
import shutil

from pipelines.catalogue.model import Catalogue
from pipelines.home import archive
from pipelines.home.register import Register, copy_register
from pipelines.machine.durable import replace, same_or_copied, sync, sync_all
from pipelines.machine.paths import Paths
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


def keep(paths: Paths) -> None:
    """Put the register, the raw rows and a second name of the published file beside, whole, until what replaces them
    is published.
    """
    draft = paths.before_rebuild.with_name(f".{paths.before_rebuild.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o750)
    copy_register(paths.register, draft / paths.register.name)
    if paths.warehouse.exists():
        same_or_copied(paths.warehouse, draft / paths.warehouse.name)
    sync_all([*draft.iterdir(), draft])
    replace(draft, paths.before_rebuild)
    sync(paths.home)
    if paths.raw.exists():
        replace(paths.raw, paths.before_rebuild / paths.raw.name)


def put_back(paths: Paths) -> bool:
    """Bring back what a rebuild that died or failed had put beside; whether there was any. Cut, it is done again. The
    caller holds the lock, and no connection to the register.
    """
    before = paths.before_rebuild
    if not before.exists():
        return False
    if (before / paths.raw.name).exists():
        shutil.rmtree(paths.raw, ignore_errors=True)
        replace(before / paths.raw.name, paths.raw)
    if (before / paths.register.name).exists():
        for end in ("-wal", "-shm"):
            paths.register.with_name(paths.register.name + end).unlink(missing_ok=True)
        replace(before / paths.register.name, paths.register)
    if (before / paths.warehouse.name).exists():
        replace(before / paths.warehouse.name, paths.warehouse)
        sync(paths.published)
    sync(paths.home)
    drop_kept(paths)
    return True


def drop_kept(paths: Paths) -> None:
    """What was put beside is no longer needed: it goes in one step, then from the disk."""
    gone = paths.before_rebuild.with_name(f".{paths.before_rebuild.name}")
    if paths.before_rebuild.exists():
        shutil.rmtree(gone, ignore_errors=True)
        replace(paths.before_rebuild, gone)
    shutil.rmtree(gone, ignore_errors=True)


def forget(settings: Settings, register: Register, catalogue: Catalogue) -> None:
    """Put beside what there is, and empty the index; the archive's deliveries are read again by the load that follows,
    and by any later one if this is cut short.
    """
    keep(settings.paths)
    empty_index(settings, register, catalogue)


def empty_index(settings: Settings, register: Register, catalogue: Catalogue) -> None:
    """Empty the index of the register, then take up again what the quarantine holds."""
    register.forget_deliveries()
    settings.paths.create()
    formats = basis.of_refusal(settings, catalogue)
    for folder in sorted(f for f in settings.paths.quarantine.glob("*") if len(f.name) == 64):
        reception = archive.reception_of(folder)
        register.refuse(folder.name, reception["taille_octets"], reception, reception.get("formats", formats))
