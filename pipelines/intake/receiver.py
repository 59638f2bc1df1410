"""One received file: judged, archived or quarantined, registered."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines import __version__, progress
from pipelines.intake import archive
from pipelines.intake.archive import Copy
from pipelines.intake.catalogue import Catalogue
from pipelines.intake.parser import Parser
from pipelines.intake.refusal import Defect
from pipelines.intake.register import ACCEPTED, REFUSED, Register, now
from pipelines.settings import Settings

_NATURES = {"demonstration": "une démonstration", "reelle": "des données réelles"}


@dataclass
class Intake:
    """What one reception did. `accepted` and `refused` hold delivery ids."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    already_known: int = 0
    already_refused: int = 0
    rows: int = 0

    def count_known(self, delivery: dict) -> None:
        if delivery["statut"] == REFUSED:
            self.already_refused += 1
        else:
            self.already_known += 1


def basis(settings: Settings, catalogue: Catalogue) -> str:
    """What a refusal rests on: other tables, other limits or another Vigie, and the file is worth another reading."""
    limits = settings.max_file_mib, settings.max_expansion_mib, settings.max_cells
    work = settings.worker_memory_mib, settings.worker_seconds
    return f"{catalogue.fingerprint} {limits} {work} {__version__}"


@dataclass
class Receiver:
    """Settles files for one load. While the home is neither demonstration nor real, demonstrations wait."""

    settings: Settings
    register: Register
    catalogue: Catalogue
    load: str
    parser: Parser
    intake: Intake
    _waiting: list[tuple[Copy, str, dict]] = field(default_factory=list)

    def receive(self, copy: Copy, name: str) -> dict:
        """Judge a copy and settle it; returns the delivery, of which at least `statut` is known."""
        verdict = self._judge(copy, name)
        if self.register.nature() is None and verdict["nature"] == "demonstration":
            # A real delivery of the same load has the say on what the home is, in whatever order they come.
            self._waiting.append((copy, name, verdict))
            return {"statut": ACCEPTED}
        return self._settle(copy, name, verdict)

    def settle_waiting(self) -> None:
        for copy, name, verdict in self._waiting:
            self._settle(copy, name, verdict)
        self._waiting.clear()

    def adopt(self, sha256: str) -> dict:
        """A delivery that was archived when its load died before the register knew it."""
        content = archive.check(self.settings.paths, sha256)
        name = archive.reception(self.settings.paths, sha256).get("nom", f"archive/{sha256[:12]}")
        draft = self.settings.paths.archive / f".arrivee-{sha256}"
        draft.hardlink_to(content)
        copy = Copy(draft, sha256, content.stat().st_size)
        return self._settle(copy, name, self._judge(copy, name))

    def _judge(self, copy: Copy, name: str) -> dict:
        limit = self.settings.max_file_mib
        if copy.size > limit * 2**20:
            defect = Defect(
                "fichier_trop_gros",
                f"le fichier pèse {copy.size // 2**20} Mio, la limite est de {limit} Mio",
                "vérifier que c'est bien le fichier du producteur ; sinon relever max_file_mib dans vigie.toml",
            )
            return {"nature": None, "parts": [], "defects": [defect.as_dict()]}
        return self.parser.parse(
            copy.file, copy.delivery_id, lambda done, total: progress.tell(f"Lecture de {name}", done, total)
        )

    def _settle(self, copy: Copy, name: str, verdict: dict) -> dict:
        """Archive, then register: the register never says what is not on disk."""
        paths, formats = self.settings.paths, basis(self.settings, self.catalogue)
        defects = verdict["defects"] or _nature_defects(verdict["nature"], self.register.nature())
        reception = {
            "nom": name,
            "recu_le": now(),
            "nature": verdict["nature"],
            "chargement": self.load,
            "taille_octets": copy.size,
        }
        if defects:
            for part in verdict["parts"]:
                (paths.raw / part["source"] / part["table"] / f"{copy.delivery_id}.parquet").unlink(missing_ok=True)
            reception["defauts"] = defects
            archive.keep(copy, paths.quarantine, reception)
            self.register.refuse(copy.sha256, copy.size, reception, formats)
            self.intake.refused.append(copy.delivery_id)
        else:
            reception["tranches"] = verdict["parts"]
            archive.keep(copy, paths.archive, reception)
            self.register.accept(copy.sha256, copy.size, reception, formats)
            archive.leave_quarantine(paths, copy.sha256)
            self.intake.accepted.append(copy.delivery_id)
            self.intake.rows += sum(part["cellules"] for part in verdict["parts"])
        return self.register.delivery(copy.sha256)


def _nature_defects(nature: str | None, home: str | None) -> list[dict]:
    if home is None or nature == home:
        return []
    if nature == "demonstration":
        what, remedy = "une démonstration", "retirer ce fichier du dossier d'arrivée"
    else:
        what = "une livraison réelle"
        remedy = "ouvrir un autre dossier pour l'autre usage, par exemple VIGIE_HOME=~/vigie-reelle vigie load"
    return [
        Defect(
            "nature_contraire",
            f"ce fichier est {what}, ce dossier de Vigie contient {_NATURES[home]} : les deux ne se mélangent jamais",
            remedy,
        ).as_dict()
    ]
