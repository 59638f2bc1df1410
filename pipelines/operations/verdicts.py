"""Which archived deliveries another version of Vigie judges or reads otherwise."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.base.rows import slice_of

# What a reading gives of a slice, beside its place.
_READ = ("periode", "edition", "layout", "feuille", "lignes", "cellules", "vides", "empreinte")


@dataclass(frozen=True)
class VerdictChange:
    """One delivery: its status and the reason of it, then how many slices are read otherwise, and their rows."""

    livraison_id: str
    nom: str
    statut_avant: str | None
    statut_apres: str | None
    motif: str | None
    tranches_autres: int
    lignes_avant: int
    lignes_apres: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def verdict_changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[VerdictChange]:
    """Compare two indexes of a register (`rebuild.index_of`)."""
    old, new = _deliveries(before), _deliveries(after)
    old_slices, new_slices = _slices(before), _slices(after)
    found = []
    for delivery in sorted({*old, *new}, key=lambda d: (str((new.get(d) or old[d])["nom"]), d)):
        was, now = old.get(delivery, {}), new.get(delivery, {})
        read, reads = old_slices.get(delivery, {}), new_slices.get(delivery, {})
        others = [place for place in {*read, *reads} if _said(read.get(place)) != _said(reads.get(place))]
        if was.get("statut") == now.get("statut") and not others:
            continue
        found.append(
            VerdictChange(
                delivery, str((now or was)["nom"]), was.get("statut"), now.get("statut"), now.get("motif"),
                len(others),
                sum(read[place]["lignes"] for place in others if place in read),
                sum(reads[place]["lignes"] for place in others if place in reads),
            )
        )  # fmt: skip
    return found


def _deliveries(index: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    return {row["livraison_id"]: row for row in map(json.loads, index["livraisons"])}


def _slices(index: dict[str, list[str]]) -> dict[str, dict[tuple[str, str, str], dict[str, Any]]]:
    found: dict[str, dict[tuple[str, str, str], dict[str, Any]]] = {}
    for row in map(json.loads, index["tranches"]):
        found.setdefault(row["livraison_id"], {})[slice_of(row)] = row
    return found


def _said(part: dict[str, Any] | None) -> list[Any] | None:
    return None if part is None else [part.get(name) for name in _READ]
