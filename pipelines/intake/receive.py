"""Everything between the landing folder and the raw rows, for one load."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from pipelines import progress
from pipelines.intake import archive, landing
from pipelines.intake.archive import Copy
from pipelines.intake.catalogue import Catalogue
from pipelines.intake.landing import Found
from pipelines.intake.parser import Parser
from pipelines.intake.refusal import Defect
from pipelines.intake.register import ACCEPTED, REFUSED, Register, now
from pipelines.settings import Settings


@dataclass
class Intake:
    """What one reception did. `accepted` and `refused` hold delivery ids."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    already_known: int = 0
    already_refused: int = 0
    rows: int = 0


@dataclass(frozen=True)
class _Received:
    """A copy to judge and where its raw rows and reception will say it came from."""

    copy: Copy
    name: str


def look(settings: Settings, register: Register, catalogue: Catalogue) -> tuple[list[Found], Intake]:
    """(files that need a reading, what is already known).

    Costs a look per file; only a file of the very size of a known delivery is read, to tell whether it is that one
    again, dropped anew or renamed.
    """
    found, ignored = landing.scan_when_still(settings.paths.landing, settings.stability_seconds)
    hashes = register.known_hashes()
    known = {d["sha256"]: d for d in register.deliveries()}
    sizes = {d["taille_octets"] for d in known.values()}
    intake = Intake(ignored=ignored)
    fresh = []
    for file in found:
        sha256 = hashes.get(file.stat_key())
        if sha256 is None and file.size in sizes:
            sha256 = archive.hash_of(file.path)
            if sha256 in known:
                register.remember(file, sha256)
        delivery = known.get(sha256)
        if delivery is None or _worth_another_try(delivery, catalogue):
            fresh.append(file)
        elif delivery["statut"] == REFUSED:
            intake.already_refused += 1
        else:
            intake.already_known += 1
    return fresh, intake


def receive(settings: Settings, register: Register, catalogue: Catalogue, load: str) -> Intake:
    """Copy, hash, judge and register whatever the landing folder holds that is not yet known.

    A file is registered only when its bytes, and its raw rows if accepted, are on disk.
    """
    archive.discard_drafts(settings.paths)
    fresh, intake = look(settings, register, catalogue)
    known = {d["sha256"]: d for d in register.deliveries()}
    waiting: list[tuple[_Received, dict]] = []
    orphans = _orphans(settings, known)
    if not fresh and not orphans and not _missing_raw(settings, register):
        return intake
    with Parser(settings) as parser:
        for number, file in enumerate(fresh):
            progress.tell("Réception", number, len(fresh))
            try:
                copy = archive.take_copy(file, settings.paths)
            except (archive.StillGrowing, FileNotFoundError):
                intake.ignored.append(f"{file.name} (encore en cours d'écriture)")
                continue
            delivery = known.get(copy.sha256)
            if delivery is not None and not _worth_another_try(delivery, catalogue):
                copy.file.unlink()
                register.remember(file, copy.sha256)
                if delivery["statut"] == REFUSED:
                    intake.already_refused += 1
                else:
                    intake.already_known += 1
                continue
            received = _Received(copy, file.name)
            verdict = _judge(received, parser, settings)
            if register.nature() is None and verdict["nature"] == "demonstration":
                # While the home is neither, a real delivery of the same load has the say, in any order.
                waiting.append((received, verdict))
                known[copy.sha256] = {"statut": ACCEPTED}
            else:
                known[copy.sha256] = _settle(received, verdict, settings, register, catalogue, load, intake)
            register.remember(file, copy.sha256)
        for received, verdict in waiting:
            _settle(received, verdict, settings, register, catalogue, load, intake)
        for sha256 in orphans:
            _adopt(sha256, parser, settings, register, catalogue, load, intake)
        for delivery in _missing_raw(settings, register):
            parser.parse(_content(settings, delivery["sha256"]), delivery["livraison_id"])
    progress.tell("Réception", len(fresh), len(fresh))
    return intake


def pending_in_archive(settings: Settings, register: Register) -> bool:
    """Whether the archive holds something the register or the raw folder lacks, left by a load that died."""
    known = {d["sha256"]: d for d in register.deliveries()}
    return bool(_orphans(settings, known) or _missing_raw(settings, register))


def _judge(received: _Received, parser: Parser, settings: Settings) -> dict:
    copy = received.copy
    if copy.size > settings.max_file_mib * 2**20:
        defect = Defect(
            "fichier_trop_gros",
            f"le fichier pèse {copy.size // 2**20} Mio, la limite est de {settings.max_file_mib} Mio",
            "vérifier que c'est bien le fichier du producteur ; sinon relever max_file_mib dans vigie.toml",
        )
        return {"nature": None, "parts": [], "defects": [defect.as_dict()]}
    return parser.parse(
        copy.file,
        copy.delivery_id,
        lambda done, total: progress.tell(f"Lecture de {received.name}", done, total),
    )


def _settle(
    received: _Received,
    verdict: dict,
    settings: Settings,
    register: Register,
    catalogue: Catalogue,
    load: str,
    intake: Intake,
) -> dict:
    """Archive then register the verdict; returns the delivery as registered."""
    copy, paths = received.copy, settings.paths
    defects = verdict["defects"] or _nature_defects(verdict["nature"], register.nature())
    reception = {
        "nom": received.name,
        "recu_le": now(),
        "nature": verdict["nature"],
        "chargement": load,
        "taille_octets": copy.size,
    }
    if defects:
        for part in verdict["parts"]:
            (paths.raw / part["source"] / part["table"] / f"{copy.delivery_id}.parquet").unlink(missing_ok=True)
        reception["defauts"] = defects
        archive.keep(copy, paths.quarantine, reception)
        register.refuse(copy.sha256, copy.size, reception, catalogue.fingerprint)
        intake.refused.append(copy.delivery_id)
    else:
        reception["tranches"] = verdict["parts"]
        archive.keep(copy, paths.archive, reception)
        register.accept(copy.sha256, copy.size, reception, catalogue.fingerprint)
        archive.leave_quarantine(paths, copy.sha256)
        intake.accepted.append(copy.delivery_id)
        intake.rows += sum(part["cellules"] for part in verdict["parts"])
    return register.delivery(copy.sha256)


def _adopt(sha256, parser, settings, register, catalogue, load, intake) -> None:
    """A delivery that was archived when its load died before the register knew it."""
    content = _content(settings, sha256)
    verdict = parser.parse(content, sha256[:12])
    if verdict["defects"]:
        return
    draft = settings.paths.archive / f".arrivee-{sha256}"
    draft.hardlink_to(content)
    received = _Received(Copy(draft, sha256, content.stat().st_size), f"archive/{sha256[:12]}")
    _settle(received, verdict, settings, register, catalogue, load, intake)


def _nature_defects(nature: str | None, home: str | None) -> list[dict]:
    if home is None or nature == home:
        return []
    names = {"demonstration": "une démonstration", "reelle": "des données réelles"}
    return [
        Defect(
            "nature_contraire",
            f"ce fichier est {'une démonstration' if nature == 'demonstration' else 'une livraison réelle'}, "
            f"or ce dossier de Vigie contient {names[home]} : les deux ne se mélangent jamais",
            "ouvrir un autre dossier pour l'autre usage, par exemple VIGIE_HOME=~/vigie-reelle vigie load"
            if nature != "demonstration"
            else "retirer ce fichier du dossier d'arrivée",
        ).as_dict()
    ]


def _worth_another_try(delivery: dict, catalogue: Catalogue) -> bool:
    """A refused file is judged again once the tables that refused it have changed."""
    return delivery["statut"] == REFUSED and delivery["formats"] != catalogue.fingerprint


def _orphans(settings: Settings, known: dict[str, dict]) -> list[str]:
    archived = (f.name for f in settings.paths.archive.glob("*") if len(f.name) == 64)
    return sorted(s for s in archived if s not in known or known[s]["statut"] == REFUSED)


def _missing_raw(settings: Settings, register: Register) -> list[dict]:
    """Deliveries in use whose raw rows are gone: the archive gives them again."""
    missing = {
        s["livraison_id"]: s
        for s in register.selection()
        if not (settings.paths.raw / s["source"] / s["table_nom"] / f"{s['livraison_id']}.parquet").exists()
    }
    return list(missing.values())


def _content(settings: Settings, sha256: str):
    return settings.paths.archive / sha256 / archive.CONTENT


class Stopwatch:
    """Seconds of a step, into the register."""

    def __init__(self, register: Register, load: str, step: str) -> None:
        self._register, self._load, self._step = register, load, step

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._register.note_step(self._load, self._step, time.perf_counter() - self._start)
