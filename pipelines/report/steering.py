"""The steering of the plan in an edition: instances and their meetings, agreements, the road safety stakes, the funds.

A snapshot that was given before these tables existed has none of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipelines.base.wording import plural
from pipelines.publication import states
from pipelines.report import wording
from pipelines.report.comments import Comment, comments
from pipelines.report.edition import Edition
from pipelines.report.money import Money, requests, sums
from pipelines.report.wording import absent
from pipelines.snapshots.comments import topics


@dataclass(frozen=True)
class Instance:
    """One instance: `year` and `whole` are its known meetings, or why they are not known."""

    label: str
    within: str
    year: str
    whole: str
    last: str


@dataclass(frozen=True)
class Agreement:
    """One strategy, protocol, agreement, diagnosis or post, where it stands."""

    label: str
    nature: str
    place: str
    state: str
    since: str
    until: str
    number: str
    over: bool


@dataclass(frozen=True)
class Stake:
    """One stake of the road safety document, with a cell for each of its engagements."""

    label: str
    classes: str
    cells: list[str]


@dataclass(frozen=True)
class FundLine:
    """One fund in the year: how many requests, what was asked, granted and paid; the rules that are not kept. `sums`
    holds the figures.
    """

    fund: str
    files: str
    asked: str
    granted: str
    paid: str
    rules: str
    sums: Money = field(repr=False)


@dataclass(frozen=True)
class Subsidy:
    """One request: who asked, for which action, what was decided, and what rule it does not keep."""

    fund: str
    file: str
    call: str
    action: str
    beneficiary: str
    asked: str
    granted: str
    decision: str
    rules: str


@dataclass(frozen=True)
class Steering:
    """What a page shows; empty for an edition that holds nothing of it."""

    instances: list[Instance] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    engagements: list[str] = field(default_factory=list)
    stakes: list[Stake] = field(default_factory=list)
    funds: list[FundLine] = field(default_factory=list)
    subsidies: list[Subsidy] = field(default_factory=list)
    topics: list[tuple[str, list[Comment]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.instances or self.agreements or self.stakes or self.funds or self.topics)


_NATURES = {
    "appel_a_projets": "appel à projets", "reseau": "réseau", "strategie": "stratégie", "schema": "schéma",
}  # fmt: skip
# What is no formation that meets.
THEMES = {"axe_de_travail", "observatoire"}


def steering(edition: Edition) -> Steering:
    """Gather what the edition holds of the plan's steering."""
    tables = edition.tables
    said = [(label, found) for code, label in topics().items() if (found := comments(edition, code))]
    if "instances" not in tables:
        return Steering(topics=said)
    return Steering(
        _instances(tables["instances"]),
        [_agreement(r, edition) for r in tables["dispositifs"].to_dict("records")],
        list(dict.fromkeys(tables["dgo"]["engagement"])),
        _stakes(tables["dgo"]),
        _funds(edition),
        _subsidies(edition),
        said,
    )


def _instances(rows: pd.DataFrame) -> list[Instance]:
    labels = dict(zip(rows["instance_code"], rows["libelle"], strict=True))
    return [
        Instance(
            r["libelle"],
            "" if absent(r["rattachee_a"]) else labels.get(r["rattachee_a"], ""),
            "non connu" if absent(r["reunions_annee"]) else wording.shown(r["reunions_annee"]),
            "non connu" if absent(r["reunions"])
            else f"{wording.shown(r['reunions'])} en {plural(int(r['n_trimestres']), 'trimestre')}",
            "" if absent(r["derniere_reunion"]) else f"{r['derniere_reunion']:%d/%m/%Y}",
        )
        for r in rows[~rows["nature"].isin(THEMES)].to_dict("records")
    ]  # fmt: skip


def _agreement(r: dict, edition: Edition) -> Agreement:
    over = not absent(r["fin"]) and pd.Timestamp(r["fin"]).date() <= edition.period.end
    own = r["territoire_code"] != edition.department
    return Agreement(
        r["libelle"],
        _NATURES.get(r["nature"], r["nature"]),
        _said(r["territoire"], r["territoire_code"]) if own else "",
        states.AGREEMENTS[r["etat"]] + (" (d'après le plan)" if r["periode"] == "plan" else ""),
        "" if absent(r["debut"]) else f"{r['debut']:%d/%m/%Y}",
        "" if absent(r["fin"]) else f"{r['fin']:%d/%m/%Y}",
        "" if absent(r.get("nombre")) else f"{wording.shown(r['nombre'])} {_said(r['unite'])}".strip(),
        over,
    )


def _stakes(rows: pd.DataFrame) -> list[Stake]:
    """One row a stake; a cell tells the actions that serve one engagement, none being told as such."""
    found = []
    for code, own in rows.sort_values("engagement_code").groupby("enjeu_code", sort=True):
        first = own.iloc[0]
        cells = [_served(r) for r in own.to_dict("records")]
        classes = "" if absent(first["classes_imprimees"]) else first["classes_imprimees"]
        found.append(Stake(f"{code} · {first['enjeu']}", classes, cells))
    return found


def _served(r: dict) -> str:
    if not r["n_actions"]:
        return states.STAKES["aucune_action_declaree"]
    return f"{plural(int(r['n_faites']), 'faite')} sur {wording.shown(r['n_actions'])}"


def _funds(edition: Edition) -> list[FundLine]:
    rows = requests(edition)
    if rows.empty:
        return []
    found = []
    for fund, own in rows.groupby("fonds", sort=True):
        told = sums(own)
        broken = [code for codes in own["regles"].dropna() for code in codes.split(", ")]
        found.append(
            FundLine(
                str(fund), told.files, _sum(told.asked), _sum(told.granted), _sum(told.paid),
                states.fund_rules(", ".join(dict.fromkeys(broken))) or "tenues", told,
            )
        )  # fmt: skip
    return found


def _sum(value: float | None) -> str:
    return "non connu" if value is None else wording.shown(value)


def _said(value: object, otherwise: str = "") -> str:
    return otherwise if absent(value) else str(value)


def _rules(codes: object) -> str:
    return "" if absent(codes) else states.fund_rules(str(codes))


def _subsidies(edition: Edition) -> list[Subsidy]:
    rows = requests(edition)
    if rows.empty:
        return []
    return [
        Subsidy(
            r["fonds"], r["dossier"], _said(r["appel"]), r["action_code"], _said(r["beneficiaire"], "non dit"),
            wording.shown(r["demande_eur"]), wording.shown(r["accorde_eur"]),
            "non dite" if absent(r["decision"]) else states.DECISIONS[r["decision"]], _rules(r["regles"]),
        )
        for r in rows.sort_values(["fonds", "dossier"]).to_dict("records")
    ]  # fmt: skip
