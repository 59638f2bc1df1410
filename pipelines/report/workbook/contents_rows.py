"""The rows of the sheets that follow the page: heads, follow-up, money, actions."""

from __future__ import annotations

import pandas as pd

from pipelines.report.contents import Contents
from pipelines.report.wording import absent
from pipelines.report.workbook.formats import BY_UNIT

_RATE, _SHARE, _EURO, _PERCENT = "#,##0.00", '+0.0" %";-0.0" %"', '#,##0" €"', '0.0" %"'
HEADS = {
    "priorite": ("Priorité", 8, None),
    "indicateur": ("Indicateur", 32, None),
    "unite": ("Unité", 13, None),
    "quand": ("Période", 13, None),
    "valeur": ("Valeur", 10, BY_UNIT),
    "valeur_precedente": ("Un an avant", 10, BY_UNIT),
    "ecart": ("Écart", 9, BY_UNIT),
    "evolution_pct": ("Évolution", 10, _SHARE),
    "mot": ("Lecture du test", 17, None),
    "signal": ("Carte de contrôle", 18, None),
    "taux": ("Taux", 9, _RATE),
    "region": ("Région", 9, _RATE),
    "france": ("France", 9, _RATE),
    "taux_unite": ("Unité du taux", 14, None),
    "taux_annee": ("Année du taux", 9, None),
    "taux_de": ("Taux d'un autre indicateur", 20, None),
    "note": ("Pourquoi il manque quelque chose", 24, None),
}
FOLLOWED = {
    "action": ("Action", 9, None),
    "indicateur": ("Indicateur", 56, None),
    "unite": ("Unité", 16, None),
    "quand": ("Période", 13, None),
    "valeur": ("Valeur", 10, BY_UNIT),
    "valeur_precedente": ("Un an avant", 10, BY_UNIT),
    "cible": ("Cible ou point de départ", 52, None),
    "atteinte": ("Atteinte", 22, None),
    "note": ("Pourquoi il manque quelque chose", 24, None),
}
FUNDS = {
    "action": ("Action", 9, None),
    "fonds": ("Fonds", 12, None),
    "dossier": ("Dossier", 20, None),
    "periode": ("Trimestre", 12, None),
    "cout_total_eur": ("Coût", 14, _EURO),
    "accorde_eur": ("Accordé", 14, _EURO),
    "paye_eur": ("Payé", 14, _EURO),
    "part_accordee_pct": ("Part du fonds", 12, _PERCENT),
    "part_maximale_pct": ("Part au plus", 12, _PERCENT),
    "verdict": ("Règle du fonds", 16, None),
}
STEPS = {
    "action": ("Action", 9, None),
    "texte": ("Action à mener", 120, None),
    "etat": ("État", 16, None),
    "echeance": ("Échéance", 12, None),
    "retard": ("Retard", 14, None),
}


def heads(contents: Contents) -> pd.DataFrame:
    """List the head indicators as page one does."""
    found = []
    for priority, rows in contents.front.groups:
        for head in rows:
            line, rates = head.line, head.rates
            local, region, france = rates.values if rates else (None, None, None)
            found.append(
                _figures(line.row)
                | {
                    "priorite": priority.code, "indicateur": line.label, "quand": line.period, "mot": line.word,
                    "signal": line.signal, "taux": local, "region": region, "france": france,
                    "taux_unite": rates.unit if rates else "", "taux_annee": rates.year if rates else "",
                    "taux_de": rates.of if rates else "", "note": line.why or line.reserve,
                }
            )  # fmt: skip
    return pd.DataFrame(found, columns=list(HEADS))


def followed(contents: Contents) -> pd.DataFrame:
    """List what the plan asks to follow."""
    found = [
        _figures(f.line.row)
        | {
            "action": f.action, "indicateur": f.line.label, "quand": f.line.period, "cible": f.target,
            "atteinte": f.reached, "note": f.line.why,
        }
        for p in contents.priorities
        for f in p.followed
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(FOLLOWED))


def funds(contents: Contents) -> pd.DataFrame:
    """List the subsidies of the year; the public edition has none."""
    return pd.DataFrame([f.row for p in contents.priorities for f in p.funds], columns=[*FUNDS, "action_code"]).assign(
        action=lambda rows: rows["action_code"]
    )


def steps(contents: Contents) -> pd.DataFrame:
    """List the actions à mener with their last known state. A month has none."""
    found = [
        {"action": s.action, "texte": s.text, "etat": s.state, "echeance": s.due, "retard": s.late}
        for p in contents.priorities
        for s in p.steps
    ]
    return pd.DataFrame(found, columns=list(STEPS))


def _figures(row: dict) -> dict:
    names = ("unite", "valeur", "valeur_precedente", "ecart", "evolution_pct")
    return {name: None if absent(row[name]) else row[name] for name in names}
