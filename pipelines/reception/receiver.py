"""A batch that was read: examined, archived or quarantined, registered."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.base import progress
from pipelines.base.refusal import Defect
from pipelines.base.wording import mebibytes, number
from pipelines.catalogue.model import Catalogue
from pipelines.home import announced, archive, raw
from pipelines.home.register import ACCEPTED, REFUSED, Register, now
from pipelines.personal.detect import FILE_NAME, personal_defect
from pipelines.reading.supervisor import Parser
from pipelines.reception import basis
from pipelines.reception.batch import Arrival, Batch, Gate, accept_all, alone, held_whole
from pipelines.reception.publications import dated_by_name
from pipelines.settings import identity
from pipelines.settings.model import Settings

_NATURES = {"demonstration": "une démonstration", "reelle": "des données réelles"}


@dataclass
class Intake:
    """What one reception did. `accepted` and `refused` hold delivery ids; `seconds` adds up by kind of work, some of
    it done side by side.
    """

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    already_known: int = 0
    already_refused: int = 0
    read_again: list[str] = field(default_factory=list)
    rows: int = 0  # cells that hold something
    lines: int = 0
    kept: int = 0  # of these lines, those that the home keeps
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def accept(self, ids: list[str], again: bool) -> None:
        """Count deliveries as accepted, or as read again when they were accepted before."""
        (self.read_again if again else self.accepted).extend(ids)

    def count_known(self, delivery: dict) -> None:
        if delivery["statut"] == REFUSED:
            self.already_refused += 1
        else:
            self.already_known += 1

    @contextmanager
    def timed(self, work: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[work] += time.perf_counter() - started


@dataclass
class Receiver:
    """Settles batches for one load. While the home is neither demonstration nor real, demonstrations wait."""

    settings: Settings
    register: Register
    catalogue: Catalogue
    load: str
    parser: Parser
    intake: Intake
    known: dict[str, dict]
    gate: Gate = accept_all
    ledger: announced.Ledger = field(default_factory=announced.Ledger)
    again: bool = False  # what is settled was accepted before, and is read again
    _waiting: list[Batch] = field(default_factory=list)  # for the nature of the home, or for what they correct
    _bases: dict[frozenset, str] = field(default_factory=dict)

    def read(self, batch: Batch) -> Batch:
        """Give each arrival its verdict; may run beside the settling of another batch."""
        readable = []
        with self.intake.timed("lecture"):
            for a in batch.arrivals:
                if defect := _named_after_a_person(a) or self._wrong_size(a):
                    refused = {"nature": None, "parts": [], "defects": [defect.as_dict()], "fichier": ""}
                    batch.verdicts[a.copy.delivery_id] = refused
                else:
                    readable.append(a.copy)
            names = {a.copy.delivery_id: a.name for a in batch.arrivals}
            batch.verdicts |= self.parser.parse_all(
                readable,
                batch.drafts,
                lambda copy, done, total: progress.tell(f"Lecture de {names[copy.delivery_id]}", done, total),
            )
        return batch

    def _wrong_size(self, arrival: Arrival) -> Defect | None:
        """What the size alone says: too large to be read, or less than its producer announces."""
        limit, size = self.settings.max_file_mib, arrival.copy.size
        if size > self.settings.max_file_bytes:
            return Defect(
                "fichier_trop_gros",
                f"le fichier pèse {mebibytes(size)}, la limite est de {limit} Mio : il n'a été ni copié ni lu",
                "vérifier que c'est bien le fichier du producteur et le remplacer ; s'il est le bon, la personne qui "
                "administre Vigie peut relever max_file_mib dans vigie.toml",
            )
        if not arrival.copy.draft:  # archived: accepted once, whatever is announced since
            return None
        return announced.cut_short(self.ledger, arrival.name, size, self._is_loaded)

    def _is_loaded(self, sha256: str | None) -> bool:
        return sha256 is not None and self.known.get(sha256, {}).get("statut") == ACCEPTED

    def settle(self, batch: Batch) -> None:
        """Examine what was read, then accept or refuse, at once or when the nature of the home is known."""
        with self.intake.timed("examen"):
            for delivery_id, defects in self.gate(batch).items():
                batch.refuse(delivery_id, defects)
        undecided = self.register.nature() is None and "demonstration" in self._natures(batch)
        # A real delivery of the same load has the say on what the home is, in whatever order they come; and a file of
        # corrected lines may come before the file that it corrects.
        if undecided or any(alone(batch, self.register.bases)):
            self._waiting.append(batch)
        else:
            self._settle(batch, self.register.nature())

    def settle_waiting(self) -> None:
        # What corrects nothing has no say on what the home is: it is refused first.
        held = {nature: self.register.bases(nature) | held_whole(self._waiting, nature) for nature in _NATURES}
        for batch in self._waiting:
            for delivery_id, lacks in [*alone(batch, held.__getitem__)]:
                batch.refuse_alone(delivery_id, lacks)
        real = any("reelle" in self._natures(batch) for batch in self._waiting)
        home = self.register.nature() or ("reelle" if real else None)
        for batch in self._waiting:
            self._settle(batch, home)
        self._waiting.clear()

    @staticmethod
    def _natures(batch: Batch) -> set[str]:
        return {batch.verdicts[a.copy.delivery_id]["nature"] for a in batch.sound()}

    def _settle(self, batch: Batch, home: str | None) -> None:
        """Raw rows, archive, then register: the register never says what is not on disk."""
        with self.intake.timed("archivage"):
            for a in batch.sound():
                if defect := _nature_defect(batch.verdicts[a.copy.delivery_id]["nature"], home):
                    batch.refuse(a.copy.delivery_id, [defect])
            sound = batch.sound()
            if sound:
                identity.fix(self.settings.paths.home, self.settings.departement, self.settings.today)
            accepted = [(a, self._reception(a, batch)) for a in sound]
            refused = [(a, self._reception(a, batch)) for a in batch.arrivals if a not in sound]
            stems = self._clean(batch, sound)
            hashes = raw.place(batch.drafts, self.settings.paths, stems)
            for root, received in ((self.settings.paths.archive, accepted), (self.settings.paths.quarantine, refused)):
                if received:
                    archive.keep_all([(a.copy, reception) for a, reception in received], root)
            self._register(batch, accepted, refused, hashes)
            self._forget_unread(batch)
            for a, reception in accepted:
                if self.known.get(a.copy.sha256, {}).get("statut") == REFUSED:
                    archive.leave_quarantine(self.settings.paths, a.copy.sha256)
                self._note(a, ACCEPTED, reception["formats"])
            for a, reception in refused:
                if self._refused_alike(a, reception):
                    self.intake.already_refused += 1
                else:
                    self.intake.refused.append(a.copy.delivery_id)
                self._note(a, REFUSED, reception["formats"])
            self.intake.accept([a.copy.delivery_id for a, _ in accepted], again=self.again)
            self.intake.rows += sum(part["cellules"] for _, r in accepted for part in r["tranches"])
            self.intake.lines += sum(table["lignes"] for _, r in accepted for table in r.get("lectures", ()))
            self.intake.kept += sum(table["gardees"] for _, r in accepted for table in r.get("lectures", ()))

    def _forget_unread(self, batch: Batch) -> None:
        """What was refused for its size alone and is read now is one delivery, not two."""
        for a in batch.arrivals:
            unread = archive.unread_id(a.name, a.copy.size)
            if a.copy.whole and unread in self.known:
                del self.known[unread]
                self.register.forget(unread[:12])
                archive.leave_quarantine(self.settings.paths, unread)

    def _refused_alike(self, arrival: Arrival, reception: dict) -> bool:
        """Whether a file of some lines still waits for what it corrects: that was said once."""
        before = self.known.get(arrival.copy.sha256, {})
        alike = before.get("statut") == REFUSED and before["formats"] == reception["formats"]
        return alike and bool(basis.awaits(reception["formats"]))

    def _clean(self, batch: Batch, sound: list[Arrival]) -> set[str]:
        """Take the rows of what is refused out of the drafts; returns the stems that are left to place."""
        wanted = {batch.verdicts[a.copy.delivery_id]["fichier"] for a in sound}
        mixed = {
            v["fichier"] for v in batch.verdicts.values() if v["defects"] and v["fichier"] in wanted and v["fichier"]
        }
        for files in batch.tables().values() if mixed else ():
            for file, ids in files.items():
                if file.stem in mixed:
                    raw.keep_only(file, ids)
        return wanted

    def _register(
        self,
        batch: Batch,
        accepted: list[tuple[Arrival, dict]],
        refused: list[tuple[Arrival, dict]],
        hashes: dict[str, str],
    ) -> None:
        with self.register.transaction():
            self.register.note_raw_hashes(hashes)
            for a, reception in accepted:
                self.register.accept(a.copy.sha256, a.copy.size, reception, reception["formats"])
                self.register.note_raw(a.copy.delivery_id, batch.verdicts[a.copy.delivery_id]["fichier"])
            for a, reception in refused:
                self.register.refuse(a.copy.sha256, a.copy.size, reception, reception["formats"])
            for found, sha256 in [*batch.seen, *((a.found, a.copy.sha256) for a in batch.arrivals if a.found)]:
                self.register.remember(found, sha256)

    def _reception(self, arrival: Arrival, batch: Batch) -> dict[str, Any]:
        verdict = batch.verdicts[arrival.copy.delivery_id]
        # What was archived before keeps the day and the load of its first reception.
        first = {} if arrival.copy.draft else archive.reception(self.settings.paths, arrival.copy.sha256)
        reception = {
            "nom": arrival.name,
            "recu_le": first.get("recu_le", now()),
            "nature": verdict["nature"],
            "chargement": first.get("chargement", self.load),
            "taille_octets": arrival.copy.size,
            "formats": self._basis(verdict),
        }
        if verdict.get("remarks"):
            reception["remarques"] = verdict["remarks"]
        if verdict.get("lectures"):
            reception["lectures"] = verdict["lectures"]
        if verdict["defects"]:
            return reception | {"defauts": verdict["defects"]}
        return reception | {"tranches": dated_by_name(verdict["parts"], arrival.name, self.catalogue)}

    def _basis(self, verdict: dict) -> str:
        if verdict["defects"]:
            return basis.of_refusal(self.settings, self.catalogue) + basis.awaited(verdict.get("attend", ()))
        parts = frozenset((p["source"], p["table"], p["layout"]) for p in verdict["parts"])
        if parts not in self._bases:
            self._bases[parts] = basis.of_rows(self.settings, self.catalogue, parts)
        return self._bases[parts]

    def _note(self, arrival: Arrival, status: str, formats: str) -> None:
        self.known[arrival.copy.sha256] = {
            "livraison_id": arrival.copy.delivery_id,
            "sha256": arrival.copy.sha256,
            "statut": status,
            "formats": formats,
        }


def _named_after_a_person(arrival: Arrival) -> Defect | None:
    found = arrival.found
    if found is None or not found.sign:
        return None
    when = dt.datetime.fromtimestamp(found.mtime_ns / 1e9).strftime("%d/%m/%Y à %H:%M")
    return replace(
        personal_defect(FILE_NAME, found.sign),
        remede=f"renommer ce fichier, de {number(found.size)} octets et modifié le {when}, sans rien qui nomme une "
        "personne, et détruire les copies qui en gardent l'ancien nom",
        attendu="un nom qui dise le service et la période",
    )


def _nature_defect(nature: str | None, home: str | None) -> Defect | None:
    if home is None or nature == home:
        return None
    if nature == "demonstration":
        what, remedy = "une démonstration", "retirer ce fichier du dossier d'arrivée"
    else:
        what = "une livraison réelle"
        remedy = "ouvrir un autre dossier pour l'autre usage, par exemple VIGIE_HOME=~/vigie-reelle vigie load"
    return Defect(
        "nature_contraire",
        f"ce fichier est {what}, ce dossier de Vigie contient {_NATURES[home]} : les deux ne se mélangent jamais",
        remedy,
    )
