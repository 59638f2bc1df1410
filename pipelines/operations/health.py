"""Whether a home is well, for the monitoring of a server: a few measures, each against its two thresholds."""

from __future__ import annotations

import datetime as dt
import fcntl
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.base.exit_codes import DONE, NOTHING_PUBLISHED, PARTLY_REFUSED
from pipelines.base.wording import plural
from pipelines.catalogue.load import load_catalogue
from pipelines.home.landing import scan
from pipelines.home.register import Register, UnreadableRegister, fault_of_register
from pipelines.machine.lock import holder
from pipelines.machine.paths import Paths
from pipelines.operations.backup import last_backup
from pipelines.publication.missing import read_missing
from pipelines.publication.standing import standing
from pipelines.settings.model import Settings
from pipelines.settings.tables import read_rows

WELL, ATTENTION, ALERT = "ok", "attention", "alerte"
_LEVELS = (WELL, ATTENTION, ALERT)
# What programs of monitoring take for well, warning and critical.
EXIT_CODES = {WELL: DONE, ATTENTION: PARTLY_REFUSED, ALERT: NOTHING_PUBLISHED}
_DAY = 86_400
_GIB = 1 << 30


@dataclass(frozen=True)
class Measure:
    """One thing that is looked at. `valeur` is None where there is nothing to measure; the sentence is French."""

    mesure: str
    valeur: float | None
    unite: str
    etat: str
    phrase: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def measures(settings: Settings) -> list[Measure]:
    """Everything that is looked at. A home that cannot be read is an alert, never an accident."""
    try:
        return [_judged(settings, *told) for told in _read(settings)]
    except (UnreadableRegister, sqlite3.Error, OSError) as error:
        why = str(error) if isinstance(error, UnreadableRegister) else f"le dossier ne se lit pas ({error})"
        return [Measure("registre", None, "", ALERT, why)]


def worst(found: list[Measure]) -> str:
    return max((m.etat for m in found), key=_LEVELS.index, default=WELL)


def _read(settings: Settings) -> Iterator[tuple[str, float | None, str, str]]:
    """(measure, value, sentence, state that holds whatever the thresholds say)."""
    paths = settings.paths
    if why := fault_of_register(paths.register):
        raise UnreadableRegister(why)
    yield _load(paths)
    yield _backup(paths)
    disk = shutil.disk_usage(paths.home if paths.home.is_dir() else paths.home.anchor)
    free = round(100 * disk.free / disk.total, 1)
    yield "disque", free, f"disque libre à {_number(free)} % ({disk.free // _GIB} Gio)", WELL
    yield _waiting(paths)
    yield _due(settings)
    stopped = not _is_held(paths.service_lock)
    yield "interface", float(stopped), "interface arrêtée" if stopped else "interface en marche", WELL


def _load(paths: Paths) -> tuple[str, float | None, str, str]:
    if not paths.register.exists():
        return "chargement", None, "rien n'a encore été chargé", ATTENTION
    with Register(paths.register) as register:
        last, published = next(iter(register.last_loads(1)), None), register.last_publication()
    if last is None or published is None:
        return "chargement", None, "rien n'a encore été publié", ATTENTION
    age = _days_since(last["fin"] or last["debut"])
    said = f"dernier chargement {_ago(age)}"
    if not paths.warehouse.exists():
        return "chargement", age, f"{said}, et l'entrepôt publié n'y est plus", ALERT
    if last["code_sortie"] in {None, 130} and not holder(paths.lock):
        return "chargement", age, f"{said}, interrompu", ATTENTION
    if last["code_sortie"] not in {None, DONE, PARTLY_REFUSED}:
        return "chargement", age, f"{said}, en échec", ALERT
    return "chargement", age, said, WELL


def _backup(paths: Paths) -> tuple[str, float | None, str, str]:
    last = last_backup(paths)
    if last is None:
        return "sauvegarde", None, "aucune sauvegarde", ATTENTION if paths.register.exists() else WELL
    age = _days_since(last["faite_le"])
    if not Path(last["fichier"]).exists():
        return "sauvegarde", age, f"dernière sauvegarde {_ago(age)}, plus à sa place", WELL
    return "sauvegarde", age, f"dernière sauvegarde {_ago(age)}", WELL


def _waiting(paths: Paths) -> tuple[str, float | None, str, str]:
    known: dict[tuple[str, int, int, int, int], str] = {}
    if paths.register.exists():
        with Register(paths.register) as register:
            known = register.known_hashes()
    files = [f for f in scan(paths.landing)[0] if f.stat_key() not in known] if paths.landing.is_dir() else []
    if not files:
        return "attente", 0.0, "aucun fichier en attente", WELL
    age = round((time.time() - min(f.ctime_ns for f in files) / 1e9) / _DAY, 1)
    return "attente", max(age, 0.0), plural(len(files), "fichier en attente", "fichiers en attente"), WELL


def _due(settings: Settings) -> tuple[str, float | None, str, str]:
    missing = read_missing() if settings.paths.warehouse.exists() else None
    if missing is None:
        return "dues", None, "ce qui est dû n'est pas encore connu", WELL
    with Register(settings.paths.register) as register:
        nature = register.nature()
    n = len(standing(settings, load_catalogue(), missing, nature).asked)
    return "dues", float(n), plural(n, "série due", "séries dues") if n else "rien ne manque de ce qui est dû", WELL


def _judged(settings: Settings, name: str, value: float | None, sentence: str, state: str) -> Measure:
    row = thresholds()[name]
    bounds: tuple[Any, ...] = settings.sante.get(name) or (row["attention"] or None, row["alerte"] or None)
    more = row["sens"] == "plus"
    for level, bound in zip((ATTENTION, ALERT), bounds, strict=True):
        if bound is None or value is None:
            continue
        off = value >= float(bound) if more else value <= float(bound)
        state = max(state, level, key=_LEVELS.index) if off else state
    return Measure(name, value, row["unite"], state, sentence)


def thresholds() -> dict[str, dict[str, str]]:
    """The thresholds that hold where the settings say nothing, by measure."""
    return {row["mesure"]: row for row in read_rows(Path(__file__).with_name("sante.csv"))}


def _is_held(lock: Path) -> bool:
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _days_since(instant: str) -> float:
    return round(
        max((dt.datetime.now().astimezone() - dt.datetime.fromisoformat(instant)).total_seconds(), 0) / _DAY, 2
    )


def ago(instant: str) -> str:
    """How long ago an instant was, in words."""
    return _ago(_days_since(instant))


def _ago(days: float) -> str:
    if days < 1 / 24:
        return "il y a moins d'une heure"
    if days < 1:
        return f"il y a {int(days * 24)} h"
    return f"il y a {plural(int(days), 'jour')}"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
