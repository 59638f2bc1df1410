"""A batch that was read: judged, archived or quarantined, registered. Nothing else of a reception writes there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pipelines.base.refusal import Defect
from pipelines.catalogue import correspondents
from pipelines.home import archive, raw
from pipelines.home.register import ACCEPTED, REFUSED, now
from pipelines.reception import basis
from pipelines.reception.batch import Arrival, Batch, Gate, alone, held_whole
from pipelines.reception.desk import Desk
from pipelines.reception.intake import Intake
from pipelines.reception.publications import dated_by_name
from pipelines.settings import identity

_NATURES = {"demonstration": "une démonstration", "reelle": "des données réelles"}


@dataclass
class Settler:
    """Settles batches for one load. While the home is neither demonstration nor real, demonstrations wait."""

    _desk: Desk
    _load: str
    _gate: Gate
    _intake: Intake
    again: bool = False  # what is settled was accepted before, and is read again
    _waiting: list[Batch] = field(default_factory=list)  # for the nature of the home, or for what they correct

    def settle_all(self, batches: Iterable[Batch]) -> None:
        """Settle each batch, then those that waited for another."""
        for batch in batches:
            self.settle(batch)
        self._settle_waiting()

    def settle(self, batch: Batch) -> None:
        """Examine what was read, then accept or refuse, at once or when the nature of the home is known."""
        with self._intake.timed("examen"):
            for delivery_id, defects in self._gate(batch).items():
                batch.refuse(delivery_id, defects)
        undecided = self._desk.register.nature() is None and "demonstration" in self._natures(batch)
        # Whatever their order: a real delivery of the same load decides what the home is, and corrected lines may come
        # before the file that they correct.
        if undecided or any(alone(batch, self._desk.register.bases)):
            self._waiting.append(batch)
        else:
            self._settle(batch, self._desk.register.nature())

    def _settle_waiting(self) -> None:
        # What corrects nothing has no say on what the home is: it is refused first.
        held = {nature: self._desk.register.bases(nature) | held_whole(self._waiting, nature) for nature in _NATURES}
        for batch in self._waiting:
            for delivery_id, lacks in [*alone(batch, held.__getitem__)]:
                batch.refuse_alone(delivery_id, lacks)
        real = any("reelle" in self._natures(batch) for batch in self._waiting)
        home = self._desk.register.nature() or ("reelle" if real else None)
        for batch in self._waiting:
            self._settle(batch, home)
        self._waiting.clear()

    @staticmethod
    def _natures(batch: Batch) -> set[str | None]:
        return {batch.verdict(a).nature for a in batch.sound()}

    def _settle(self, batch: Batch, home: str | None) -> None:
        """Write raw rows, archive, then register: the register never says what is not on disk."""
        with self._intake.timed("archivage"):
            for a in batch.sound():
                if defect := _nature_defect(batch.verdict(a).nature, home):
                    batch.refuse(a.copy.delivery_id, [defect])
            sound = batch.sound()
            self._tell_misplaced(batch, sound)
            if sound:
                identity.fix(self._desk.paths.home, self._desk.settings.departement, self._desk.settings.today)
            accepted = [(a, self._reception(a, batch)) for a in sound]
            refused = [(a, self._reception(a, batch)) for a in batch.arrivals if a not in sound]
            stems = self._clean(batch, sound)
            hashes = raw.place(batch.drafts, self._desk.paths, stems)
            for root, received in ((self._desk.paths.archive, accepted), (self._desk.paths.quarantine, refused)):
                if received:
                    archive.keep_all([(a.copy, reception) for a, reception in received], root)
            self._register(batch, accepted, refused, hashes)
            self._forget_unread(batch)
            for a, reception in accepted:
                if self._desk.known.get(a.copy.sha256, {}).get("statut") == REFUSED:
                    archive.leave_quarantine(self._desk.paths, a.copy.sha256)
                self._note(a, ACCEPTED, reception["formats"])
            for a, reception in refused:
                if self._refused_alike(a, reception):
                    self._intake.already_refused += 1
                else:
                    self._intake.refused.append(a.copy.delivery_id)
                self._note(a, REFUSED, reception["formats"])
            self._intake.accept([a.copy.delivery_id for a, _ in accepted], again=self.again)
            for verdict in map(batch.verdict, sound):
                self._intake.rows += sum(part.cellules for part in verdict.parts)
                self._intake.lines += sum(table.lignes for table in verdict.lectures)
                self._intake.kept += sum(table.gardees for table in verdict.lectures)

    def _tell_misplaced(self, batch: Batch, sound: list[Arrival]) -> None:
        """Remark the returns that lay in the drop folder of someone else: they count, and it is told."""
        for a in sound:
            if not a.file or not a.file.sender:
                continue
            verdict = batch.verdict(a)
            slices = (part.key for part in verdict.parts)
            named = correspondents.named_by(slices, self._desk.correspondents, self._desk.catalogue)
            others = named - {a.file.sender}
            if others:
                labels = {c.code: c.names[0] for c in self._desk.correspondents}
                theirs = " et ".join(f"« {labels[code]} »" for code in sorted(others))
                remark = Defect(
                    "depot_d_un_autre",
                    f"déposé dans le dossier de « {labels[a.file.sender]} », ce fichier porte le retour de {theirs}",
                    "demander à celui qui l'a déposé s'il répond aussi pour l'autre ; sinon retirer le fichier "
                    "(vigie withdraw)",
                )
                verdict.remarks.append(remark)
                self._intake.misplaced.append(f"{a.name} : {remark.constat}. À faire : {remark.remede}.")

    def _forget_unread(self, batch: Batch) -> None:
        """Forget what was refused for its size alone and is read now: it is one delivery, not two."""
        for a in batch.arrivals:
            unread = archive.unread_id(a.name, a.copy.size)
            if a.copy.whole and unread in self._desk.known:
                del self._desk.known[unread]
                self._desk.register.forget(unread[:12])
                archive.leave_quarantine(self._desk.paths, unread)

    def _refused_alike(self, arrival: Arrival, reception: dict[str, Any]) -> bool:
        """Tell whether a file of some lines still waits for what it corrects: that was said once."""
        before = self._desk.known.get(arrival.copy.sha256, {})
        alike = before.get("statut") == REFUSED and before["formats"] == reception["formats"]
        return alike and bool(basis.awaits(reception["formats"]))

    def _clean(self, batch: Batch, sound: list[Arrival]) -> set[str]:
        """Take the rows of what is refused out of the drafts; returns the stems that are left to place."""
        wanted = {batch.verdict(a).fichier for a in sound}
        mixed = wanted & {v.fichier for v in batch.verdicts.values() if v.defects and v.fichier}
        for files in batch.tables().values() if mixed else ():
            for file, ids in files.items():
                if file.stem in mixed:
                    raw.keep_only(file, ids)
        return wanted

    def _register(
        self,
        batch: Batch,
        accepted: list[tuple[Arrival, dict[str, Any]]],
        refused: list[tuple[Arrival, dict[str, Any]]],
        hashes: dict[str, str],
    ) -> None:
        with self._desk.register.transaction():
            self._desk.register.note_raw_hashes(hashes)
            for a, reception in accepted:
                self._desk.register.accept(a.copy.sha256, a.copy.size, reception, reception["formats"])
                self._desk.register.note_raw(a.copy.delivery_id, batch.verdict(a).fichier)
            for a, reception in refused:
                self._desk.register.refuse(a.copy.sha256, a.copy.size, reception, reception["formats"])
            for file, sha256 in [*batch.seen, *((a.file, a.copy.sha256) for a in batch.arrivals if a.file)]:
                self._desk.register.remember(file, sha256)

    def _reception(self, arrival: Arrival, batch: Batch) -> dict[str, Any]:
        verdict = batch.verdict(arrival)
        # Keep the day and the load of the first reception.
        first = {} if arrival.copy.draft else archive.reception(self._desk.paths, arrival.copy.sha256)
        reception = {
            "nom": arrival.name,
            "recu_le": first.get("recu_le", now()),
            "nature": verdict.nature,
            "chargement": first.get("chargement", self._load),
            "taille_octets": arrival.copy.size,
        }
        if arrival.file and arrival.file.sender:
            folder = arrival.name.split("/")[1]
            reception["depot"] = {"expediteur": arrival.file.sender, "dossier": folder}
        elif sent := first.get("depot"):
            reception["depot"] = sent
        if verdict.remarks:
            reception["remarques"] = [vars(remark) for remark in verdict.remarks]
        if verdict.lectures:
            reception["lectures"] = [vars(table) for table in verdict.lectures]
        if verdict.defects:
            formats = self._desk.refusal_basis(batch.awaited.get(arrival.copy.delivery_id, ()))
            return reception | {"formats": formats, "defauts": [vars(defect) for defect in verdict.defects]}
        formats = self._desk.rows_basis((part.source, part.table, part.layout) for part in verdict.parts)
        parts = dated_by_name(verdict.parts, arrival.name, self._desk.catalogue)
        return reception | {"formats": formats, "tranches": [vars(part) for part in parts]}

    def _note(self, arrival: Arrival, status: str, formats: str) -> None:
        self._desk.known[arrival.copy.sha256] = {
            "livraison_id": arrival.copy.delivery_id,
            "sha256": arrival.copy.sha256,
            "statut": status,
            "formats": formats,
        }


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
