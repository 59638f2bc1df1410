"""The rows of the sheet of steering: instances and their meetings, agreements, road safety, the funds of the year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipelines.publication import states
from pipelines.report.edition import Edition
from pipelines.report.steering import THEMES, steering
from pipelines.report.wording import absent
from pipelines.report.workbook.formats import BY_UNIT
from pipelines.snapshots.windows import MONTH

_EURO = '#,##0" €"'
STEERING = {
    "volet": ("Volet", 22, None),
    "objet": ("Objet", 40, None),
    "precision": ("Précision", 30, None),
    "nombre": ("Nombre", 9, BY_UNIT),
    "unite": ("Ce qui est compté", 18, None),
    "faites": ("Dont faites", 9, "#,##0"),
    "demande_eur": ("Demandé", 13, _EURO),
    "accorde_eur": ("Accordé", 13, _EURO),
    "paye_eur": ("Payé", 13, _EURO),
    "etat": ("Où cela en est", 30, None),
}


def steering_rows(edition: Edition) -> pd.DataFrame:
    """List the steering of the plan, a line each; a month has none, nor an edition before the plan. What is not known
    has no number, and says so.
    """
    followed = edition.period.kind != MONTH and "instances" in edition.tables
    found = [*_instances(edition), *_agreements(edition), *_stakes(edition), *_funds(edition)] if followed else []
    return pd.DataFrame(found, columns=list(STEERING))


def _instances(edition: Edition) -> Iterator[dict]:
    rows = edition.tables["instances"]
    labels = dict(zip(rows["instance_code"], rows["libelle"], strict=True))
    for r in rows[~rows["nature"].isin(THEMES)].to_dict("records"):
        unknown = absent(r["reunions_annee"])
        last = "" if absent(r["derniere_reunion"]) else f"dernière réunion : {r['derniere_reunion']:%d/%m/%Y}"
        yield {
            "volet": "Instances", "objet": r["libelle"],
            "precision": "" if absent(r["rattachee_a"]) else labels.get(r["rattachee_a"], ""),
            "nombre": None if unknown else float(r["reunions_annee"]), "unite": "réunions dans l'année",
            "etat": " ; ".join(filter(None, ("non connu" if unknown else "", last))),
        }  # fmt: skip


def _agreements(edition: Edition) -> Iterator[dict]:
    told = zip(steering(edition).agreements, edition.tables["dispositifs"].to_dict("records"), strict=True)
    for said, row in told:
        dates = " ".join(filter(None, (said.since and f"depuis le {said.since}", said.until and f"au {said.until}")))
        held = row.get("nombre")
        yield {
            "volet": "Stratégies et conventions", "objet": said.label,
            "precision": " · ".join(filter(None, (said.nature, said.place))),
            "nombre": None if absent(held) else float(str(held)),
            "unite": "" if absent(held) or absent(row["unite"]) else row["unite"],
            "etat": ", ".join(filter(None, (said.state, dates, "terme passé" if said.over else ""))),
        }  # fmt: skip


def _stakes(edition: Edition) -> Iterator[dict]:
    for r in edition.tables["dgo"].to_dict("records"):
        yield {
            "volet": "DGO et PDASR", "objet": f"{r['enjeu_code']} · {r['enjeu']}", "precision": r["engagement"],
            "nombre": float(r["n_actions"]), "unite": "actions du PDASR", "faites": float(r["n_faites"]),
            "etat": "" if r["n_actions"] else states.STAKES["aucune_action_declaree"],
        }  # fmt: skip


def _funds(edition: Edition) -> Iterator[dict]:
    for fund in steering(edition).funds:
        held = fund.sums
        unknown = "montant non connu" if None in (held.asked, held.granted, held.paid) else ""
        yield {
            "volet": "Fonds de l'année", "objet": fund.fund, "precision": held.files, "nombre": float(held.n),
            "unite": "dossiers", "demande_eur": held.asked, "accorde_eur": held.granted, "paye_eur": held.paid,
            "etat": " ; ".join(filter(None, (f"règles : {fund.rules}", unknown))),
        }  # fmt: skip
