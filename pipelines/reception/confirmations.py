"""Taking a correction that proposed itself: in the archive first, then in the register."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.base.rows import Row, slice_of
from pipelines.catalogue.model import Catalogue
from pipelines.home import archive
from pipelines.home.corrections import UNSAID
from pipelines.home.register import CONFIRMED, Register
from pipelines.reception.proposals import compare
from pipelines.settings.model import Settings

BY_ITSELF = "automatiques"
_REASON = "Confirmée par le réglage corrections = automatiques."

Read = tuple[str, str, str, str]  # source, table, slice, reading


def confirm(settings: Settings, register: Register, delivery: Row, slices: Sequence[Read], reason: str) -> None:
    """Record that these slices of a delivery are taken, each as it is read."""
    when = register.decision_time()
    decided = {"decision": CONFIRMED, "motif": reason, "decide_le": when, "tranches": [list(s) for s in slices]}
    archive.record_decision(settings.paths.archive, delivery["sha256"], decided)
    register.confirm(delivery["livraison_id"], slices, reason, when)


def confirm_by_itself(settings: Settings, register: Register, catalogue: Catalogue) -> list[str]:
    """Take what proposes itself, where the settings say so and nothing is left to a person: one proposal, whose reading
    is plain, that empties no cell. Returns the deliveries.
    """
    if settings.corrections != BY_ITSELF:
        return []
    proposed = [s for s in register.disputed() if s["proposee"]]
    rivals: dict[tuple[str, str, str], int] = {}
    for s in proposed:
        rivals[slice_of(s)] = rivals.get(slice_of(s), 0) + 1
    plain = [s for s in proposed if rivals[slice_of(s)] == 1 and s["lecture"] != UNSAID]
    comparisons = compare(settings, register, catalogue, plain)
    taken: dict[str, list[Read]] = {}
    for s in plain:
        if not any(d.empties for d in comparisons[s["livraison_id"], *slice_of(s)].differences):
            taken.setdefault(s["livraison_id"], []).append((*slice_of(s), s["lecture"]))
    for delivery_id in sorted(taken):
        confirm(settings, register, register.entry(delivery_id), taken[delivery_id], _REASON)
    return sorted(taken)
