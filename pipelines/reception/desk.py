"""What every stage of a reception stands on, and when a file that is known is worth another reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.catalogue import correspondents
from pipelines.catalogue.correspondents import Correspondent
from pipelines.catalogue.model import Catalogue
from pipelines.home import announced, raw
from pipelines.home.landing import UNNAMED
from pipelines.home.register import ACCEPTED, REFUSED, SET_ASIDE, Register
from pipelines.machine.paths import Paths
from pipelines.personal.detect import FILE_NAME
from pipelines.reception import basis
from pipelines.reception.batch import Batch
from pipelines.settings.model import Settings


@dataclass
class Desk:
    """The home of one reception. `known` has its deliveries by SHA-256, as the register holds them at the start and as
    they are settled since.
    """

    settings: Settings
    register: Register
    catalogue: Catalogue
    known: dict[str, dict[str, Any]] = field(init=False)
    _rows: dict[frozenset[tuple[str, str, str]], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {d["sha256"]: d for d in self.register.deliveries()}

    @property
    def paths(self) -> Paths:
        return self.settings.paths

    @cached_property
    def correspondents(self) -> list[Correspondent]:
        """Who may send something to this home."""
        return correspondents.correspondents(self.settings.departement, self.catalogue)

    def sender_of(self, folder: str) -> tuple[str, str]:
        """Return the code of the sender whose drop folder bears this name, or why it is nobody's."""
        found = correspondents.find(folder, self.correspondents)
        if found is not None:
            return found.code, ""
        near = correspondents.near(folder, self.correspondents)
        return "", "aucun expéditeur ne se nomme ainsi : le renommer" + (f", par exemple {near[0]}" if near else "")

    @cached_property
    def announcements(self) -> announced.Ledger:
        """What producers announce of their files."""
        return announced.known(self.paths.announced)

    @cached_property
    def _refusal(self) -> str:
        return basis.of_refusal(self.settings, self.catalogue)

    def new_batch(self) -> Batch:
        return Batch(raw.new_drafts(self.paths))

    def refusal_basis(self, awaited: Iterable[Iterable[str]]) -> str:
        """Name what a refusal rests on, and which slices it waits for."""
        return self._refusal + basis.awaited(awaited)

    def rows_basis(self, parts: Iterable[tuple[str, str, str]]) -> str:
        """Name what the accepted rows of these (source, table, layout) rest on."""
        key = frozenset(parts)
        if key not in self._rows:
            self._rows[key] = basis.of_rows(self.settings, self.catalogue, key)
        return self._rows[key]

    def is_loaded(self, sha256: str | None) -> bool:
        return sha256 is not None and self.known.get(sha256, {}).get("statut") == ACCEPTED

    def is_worth_another_try(self, delivery: dict[str, Any]) -> bool:
        """Tell whether the tables, the limits or the announced size that refused a file have changed since."""
        if delivery["statut"] != REFUSED:
            return False
        if delivery["formats"] != self.refusal_basis(basis.awaits(delivery["formats"])):
            return True
        return announced.is_whole_now(self.announcements, delivery)

    def is_named_otherwise(self, delivery: dict[str, Any], name: str) -> bool:
        """Tell whether what was refused or set aside comes again under a name by which another layout reads it, or no
        longer under a person's.
        """
        waits = delivery["statut"] in {REFUSED, SET_ASIDE}
        if waits and f"dans {FILE_NAME} (" in (delivery.get("motif") or ""):
            return not Path(name).name.startswith(UNNAMED)
        return waits and self.catalogue.words(name) - self.catalogue.words(delivery.get("nom", "")) != set()

    def stale(self) -> set[str]:
        """Find the deliveries, accepted or set aside, whose rows rest on what is no longer so, and those that share a
        raw file with them.
        """
        parts: dict[str, set[tuple[str, str, str]]] = {}
        for row in self.register.layouts():
            parts.setdefault(row["livraison_id"], set()).add((row["source"], row["table_nom"], row["layout"]))
        formats = {d["livraison_id"]: d["formats"] for d in self.register.deliveries()}
        changed = {d for d, rested in parts.items() if self.rows_basis(rested) != formats[d]}
        stems = self.register.raw_stems()
        shared = {stems[d][0] for d in changed}
        return {d for d, (stem, status) in stems.items() if status in {ACCEPTED, SET_ASIDE} and stem in shared}
