"""One delivery in words: why it is refused, what was noted in it, what it is used for."""

from __future__ import annotations

from pipelines.base.refusal import Defect
from pipelines.base.rows import Row, slice_of
from pipelines.base.wording import file_named
from pipelines.home.corrections import LINES
from pipelines.home.register import (
    ACCEPTED,
    CHOSEN,
    CONFIRMED,
    NAMED,
    REFUSED,
    REINSTATED,
    SET_ASIDE,
    WITHDRAWN,
    Register,
)

STATES = {ACCEPTED: "acceptée", REFUSED: "refusée", WITHDRAWN: "retirée", SET_ASIDE: "mise à l'écart"}
DECISIONS = {
    WITHDRAWN: "retirée", REINSTATED: "rétablie", SET_ASIDE: "mise à l'écart", CHOSEN: "choisie",
    CONFIRMED: "confirmée", NAMED: "vue sous un autre nom",
}  # fmt: skip
_UNUSED = {status: STATES[status] for status in (ACCEPTED, WITHDRAWN, SET_ASIDE)}


def defect_sentence(defect: dict) -> str:
    """Write one line of the register's refusals: where, what, what was expected, the remedy."""
    return Defect(**{k: defect[k] for k in Defect.__dataclass_fields__}).sentence()


def remark_sentence(read: dict) -> str:
    """Write what was put right or skipped while the file was read: « À noter, feuille « Faits » : … »."""
    remark = Defect(**read)
    place = f", {remark.place()}" if remark.place() else ""
    return f"À noter{place} : {remark.constat}."


def slice_uses(register: Register, delivery: dict) -> dict[tuple[str, str, str], str]:
    """Map each (source, table, slice) of a delivery to its use there, in words."""
    found = delivery["livraison_id"]
    own = {slice_of(s): "oui" for s in register.slices(found)}
    if delivery["statut"] != ACCEPTED:
        return dict.fromkeys(own, _UNUSED.get(delivery["statut"], "non"))
    rows: dict[tuple[str, str, str], list] = {place: [] for place in own}
    for s in register.disputed():
        if (place := slice_of(s)) in rows:
            rows[place].append(s)
    for place, rivals in rows.items():
        if mine := next((s for s in rivals if s["livraison_id"] == found), None):
            own[place] = _use(mine, rivals)
    return own


def _use(mine: Row, rivals: list[dict]) -> str:
    in_use = [s for s in rivals if s["retenue"]]
    last = file_named(in_use[0]) if in_use else ""
    if mine["indecise"]:
        return "non, en attente d'un choix (vigie status)"
    if mine["retenue"] and mine["lecture"] == LINES:
        return "oui, ses lignes corrigent celles d'avant"
    if mine["retenue"]:
        return "oui" if len(in_use) < 2 else f"oui, corrigée par {last}"
    if mine["proposee"]:
        return f"non, correction proposée ; en usage : {last}"
    if not in_use:
        return "non, il manque le fichier que ses lignes corrigent"
    return f"non, {'même contenu que' if mine['pareille'] else 'remplacée par'} {last}"
