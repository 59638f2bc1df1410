"""The words of what is followed: the terminal, the editions and the site say the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

# Of an action to take, feminine.
ACTIONS = {"non_commence": "non commencée", "en_cours": "en cours", "fait": "faite", "abandonne": "abandonnée"}
LATE = {
    "en_retard": "en retard", "etat_inconnu": "échéance passée, état inconnu",
    "terme_du_plan": "ni faite ni abandonnée au terme du plan",
}  # fmt: skip
# Of a strategy, an agreement, a post.
AGREEMENTS = {
    "non_commence": "non commencé", "a_l_etude": "à l'étude", "en_preparation": "en préparation",
    "en_vigueur": "en vigueur", "echu": "échu", "abandonne": "abandonné",
}  # fmt: skip
# Of an engagement of the road safety document, by the actions that serve it.
STAKES = {
    "aucune_action_declaree": "aucune action déclarée", "programme": "programmé", "en_cours": "en cours",
    "fait": "fait", "abandonne": "abandonné",
}  # fmt: skip
# Of a rule of chapitre III that a subsidy does not keep.
FUND_RULES = {
    "cofinancement": "moins de la moitié du coût vient d'ailleurs", "plafond": "plus de 80 % du coût",
    "equipement_etat": "équipement d'un service de l'État", "paye": "payé plus qu'accordé",
    "cout": "accordé plus que le coût", "demande": "accordé plus que demandé",
}  # fmt: skip
DECISIONS = {
    "en_instruction": "en instruction", "accordee": "accordée", "refusee": "refusée", "retiree": "retirée",
}  # fmt: skip


def fund_rules(codes: str | None) -> str:
    """Write the rules that are not kept, from their codes; empty when all are."""
    return " ; ".join(FUND_RULES[code] for code in dict.fromkeys((codes or "").split(", ")) if code)


def history(states: Iterable[tuple[str, str | None]]) -> str:
    """Write the states of an action, (quarter, state) in their order, each from its first quarter."""
    said = []
    for state, same in groupby(states, lambda told: told[1]):
        first, _ = next(same)
        said.append(f"{ACTIONS[state] if state else 'inconnu'} depuis {first}")
    return ", ".join(said)
