"""`vigie verify`, `backup`, `menage` and `restore`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipelines.base.exit_codes import DONE, PARTLY_REFUSED, USAGE
from pipelines.base.wording import plural
from pipelines.cli.screen import answer, err, fail, out, print_json
from pipelines.home.hold import held
from pipelines.machine.lock import LoadLock
from pipelines.operations import backup as backups
from pipelines.operations import prune as pruning
from pipelines.operations import rotation
from pipelines.operations.verify import inspect
from pipelines.settings.model import Settings

_SHOWN = 12


def verify(as_json: bool) -> int:
    """Hash what has a recorded hash. 0 when all is sound, 1 when something is not."""
    paths = Settings().paths
    if not paths.register.exists():
        return fail("Rien à vérifier : rien n'a encore été chargé.", USAGE)
    with LoadLock(paths.lock, "vigie verify"):
        found = inspect(paths)
    code = PARTLY_REFUSED if found.flaws else DONE
    if as_json:
        print_json({"verifies": found.looked, "defauts": [f.as_dict() for f in found.flaws], "code_sortie": code})
        return code
    for flaw in found.flaws[:_SHOWN]:
        err.print(f"• {flaw.fichier} : {flaw.constat}. À faire : {flaw.remede}.", markup=False)
    if len(found.flaws) > _SHOWN:
        err.print(f"… et {plural(len(found.flaws) - _SHOWN, 'autre', 'autres')} : vigie verify --json")
    looked = ", ".join(f"{kind} {n}" for kind, n in found.looked.items())
    verdict = f"{plural(len(found.flaws), 'défaut', 'défauts')}." if found.flaws else "Rien n'a changé."
    out.print(f"Fichiers vérifiés : {looked}. {verdict}", markup=False)
    return code


def backup(target: Path | None, folder: Path | None, wait: bool, as_json: bool) -> int:
    """Write one file, readable by its owner alone: it holds the quarantine. In a folder, it is named by the instant,
    and the oldest go once it is whole.
    """
    settings = Settings()
    if (target is None) == (folder is None):
        return fail("Donner le fichier à écrire, ou le dossier où les sauvegardes se suivent (--dossier).", USAGE)
    if not settings.paths.register.exists():
        return fail("Rien à sauvegarder : rien n'a encore été chargé.", USAGE)
    if target is None:
        target = Path(folder or ".") / rotation.next_name(settings, datetime.now())
    if target.exists():
        return fail(f"{target} existe déjà : choisir un autre nom.", USAGE)
    if not target.absolute().parent.is_dir():
        return fail(f"Le dossier {target.absolute().parent} n'existe pas.", USAGE)
    with held(settings.paths, "vigie backup", wait):
        n = len(backups.backup(settings, target)["fichiers"])
        gone = rotation.remove_oldest(folder, settings) if folder else []
    said = f"Sauvegarde écrite : {target} ({plural(n, 'fichier')})."
    said += f" {plural(len(gone), 'ancienne enlevée', 'anciennes enlevées')}." if gone else ""
    return answer(as_json, {"fichier": str(target), "fichiers": n, "enlevees": gone}, said)


def prune(wait: bool, as_json: bool) -> int:
    """Remove what a home gathers and nobody reads again."""
    settings = Settings()
    if not settings.paths.home.is_dir():
        return fail(f"Le dossier {settings.paths.home} n'existe pas.", USAGE)
    with held(settings.paths, "vigie menage", wait):
        settings.paths.create()
        gone = pruning.prune(settings)
    told = [
        plural(gone["journaux"], "journal", "journaux"),
        plural(gone["executions"], "exécution de Dagster", "exécutions de Dagster"),
        plural(gone["copies"], "ancienne copie du projet", "anciennes copies du projet"),
    ]
    return answer(as_json, gone, f"Enlevé : {', '.join(told)}.")


def restore(source: Path, only_damaged: bool, as_json: bool) -> int:
    """Restore into an empty home; the next load makes the rest. Or put back what `verify` finds damaged, alone."""
    settings = Settings()
    if not source.is_file():
        return fail(f"{source} n'existe pas.", USAGE)
    wanted = settings.departement if "departement" in settings.model_fields_set else None
    if only_damaged:
        return _repair(settings, source, wanted, as_json)
    n = len(backups.restore(source, settings.paths, wanted)["fichiers"])
    home = settings.paths.home
    said = f"Restauré dans {home} : {plural(n, 'fichier')}. Lancer vigie load pour refaire l'entrepôt."
    return answer(as_json, {"dossier": str(home), "fichiers": n}, said)


def _repair(settings: Settings, source: Path, wanted: str | None, as_json: bool) -> int:
    with held(settings.paths, "vigie restore --reparer"):
        put_back_files, lost = backups.repair(source, settings.paths, wanted)
    told = {"remis": put_back_files, "perdus": lost, "code_sortie": PARTLY_REFUSED if lost else DONE}
    if as_json:
        print_json(told)
        return PARTLY_REFUSED if lost else DONE
    for name in lost:
        err.print(
            f"• {name} n'est pas dans cette sauvegarde : en essayer une autre ; sans elle, il est perdu.", markup=False
        )
    out.print(f"Remis à leur place : {plural(len(put_back_files), 'fichier ou dossier', 'fichiers ou dossiers')}.")
    return PARTLY_REFUSED if lost else DONE
