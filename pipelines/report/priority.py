"""A page a priority: its indicators and their parts, what the plan follows, its actions and their money."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipelines.base.wording import plural
from pipelines.report import wording
from pipelines.report.comments import Comment, comments
from pipelines.report.edition import Edition
from pipelines.report.lines import Line, Lines, territories
from pipelines.report.money import Money, money
from pipelines.report.parts import Breakdown, breakdowns
from pipelines.report.plan import Step, in_force, steps, ties_in_force
from pipelines.report.where import Named, There
from pipelines.report.wording import absent
from pipelines.snapshots.folder import PUBLIC, RESTRICTED
from pipelines.snapshots.windows import MONTH, YEAR

# The levels that a priority's indicators are set out by: the public page names no service.
_PLACES = {PUBLIC: ("departement", "arrondissement"), RESTRICTED: ("departement", "arrondissement", "service")}


@dataclass(frozen=True)
class Followed:
    """One indicator that the plan asks to follow; `target` is told of the year that it is set for."""

    action: str
    line: Line
    target: str
    reached: str


@dataclass(frozen=True)
class Fund:
    """One subsidy, as the pilot returned it."""

    action: str
    fund: str
    dossier: str
    period: str
    cost: str
    granted: str
    paid: str
    share: str
    most: str
    verdict: str
    row: dict


@dataclass(frozen=True)
class Action:
    """An action sheet: who steers it, what is written of it, its figures where it names a place, its money."""

    code: str
    label: str
    pilots: str
    partners: str = ""
    comments: list[Comment] = field(default_factory=list)
    places: list[There] = field(default_factory=list)
    money: Money | None = None


@dataclass(frozen=True)
class Places:
    """The head indicators place by place: the value of the period, and the rate of the year."""

    indicators: list[Line]
    rows: list[tuple[str, list[Line | None]]]


@dataclass(frozen=True)
class Priority:
    """Everything of one priority. `silent` are indicators without a figure for this kind of period; `of_plan` tells
    whether the plan is followed at this pace.
    """

    code: str
    label: str
    short: str
    heads: list[Line]
    situation: list[Line]
    actions: list[Action]
    followed: list[Followed]
    n_followed: int
    steps: list[Step]
    funds: list[Fund]
    places: Places | None
    parts: list[Breakdown]
    silent: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    of_plan: bool = True
    money: Money | None = None

    @property
    def named(self) -> list[There]:
        """List what is counted at the places that the actions name."""
        return [there for action in self.actions for there in action.places]

    @property
    def summary(self) -> str:
        """Tell in a sentence how far the plan is followed."""
        if not self.of_plan:
            return (
                "Les actions, les cibles et les financements du plan se suivent par trimestre : voir l'édition du "
                "trimestre."
            )
        told = "Le plan ne nomme aucun indicateur de suivi."
        if self.n_followed:
            known = sum(not absent(f.line.row["valeur"]) for f in self.followed)
            told = f"Suivi du plan : {plural(known, 'indicateur renseigné', 'indicateurs renseignés')}"
            told += f" sur {self.n_followed}."
        if not self.steps:
            return f"{told} Aucun état d'action à mener n'est attendu pour cette période."
        codes = [step.code for step in self.steps]
        late = sum(bool(step.late) for step in self.steps)
        said = f"{told} Actions à mener : {plural(codes.count('fait'), 'faite')}, {codes.count('en_cours')} en cours"
        return f"{said}, sur {len(codes)}{f', {late} en retard' if late else ''}."


def priorities(edition: Edition, lines: Lines) -> list[Priority]:
    """Compose the priorities of the plan in force, in its order."""
    rows = in_force(edition.tables["priorites"], edition.period)
    named = Named(edition)
    return [_priority(edition, lines, named, row) for row in rows.to_dict("records")]


def _priority(edition: Edition, lines: Lines, named: Named, priority: dict) -> Priority:
    code, period = priority["priorite_code"], edition.period
    ties = edition.tables["rattachements"]
    own = ties_in_force(ties[ties["priorite_code"] == code], period)
    situation = own[own["nature"] != "suivi"].sort_values(["action_code", "indicateur_code"], na_position="first")
    shown, silent = _shown(edition, lines, list(situation["indicateur_code"].drop_duplicates()))
    first = _first(edition, own)
    heads = [line for head in first for line in shown if line.code == head]
    actions = in_force(edition.tables["actions"], period)
    actions = actions[actions["priorite_code"] == code]
    followed, unsaid = _followed(lines, edition, own)
    of_plan = period.kind != MONTH
    return Priority(
        code,
        priority["libelle"],
        priority["libelle_court"] or priority["libelle"],
        heads,
        [line for line in shown if line.code not in first],
        _actions(edition, named, actions, own, of_plan),
        followed,
        int((own["nature"] == "suivi").sum()) if of_plan else 0,
        steps(edition, list(actions["action_code"])) if of_plan else [],
        _funds(edition, list(actions["action_code"])) if of_plan else [],
        _places(edition, lines, heads),
        breakdowns(edition, list(situation["indicateur_code"].drop_duplicates())),
        silent + unsaid,
        comments(edition, code),
        of_plan,
        money(edition, actions["action_code"]) if of_plan else None,
    )


def _actions(edition: Edition, named: Named, actions: pd.DataFrame, ties: pd.DataFrame, of_plan: bool) -> list[Action]:
    rows = edition.tables["actions_a_mener"].dropna(subset=["partenaires"])
    partners = dict(zip(rows["action_code"], rows["partenaires"], strict=True))
    found = []
    for a in actions.to_dict("records"):
        code = a["action_code"]
        indicators = ties.loc[ties["action_code"] == code].sort_values("nature", ascending=False)["indicateur_code"]
        found.append(
            Action(
                code, a["libelle"], a["pilotes"] or "", partners.get(code, ""), comments(edition, code),
                named.of(code, list(dict.fromkeys(indicators))) if of_plan else [],
                money(edition, [code]) if of_plan else None,
            )
        )  # fmt: skip
    return found


def _first(edition: Edition, own: pd.DataFrame) -> list[str]:
    """List what opens the page of a priority: the indicators that are judged, then those that the plan puts first."""
    judged = set(edition.tables["indicateurs_tete"]["indicateur_code"])
    told = own[own["nature"] != "suivi"]
    heads = told.loc[told["indicateur_code"].isin(judged), "indicateur_code"]
    return list(dict.fromkeys([*heads, *told.loc[told["en_tete"], "indicateur_code"]]))


def _shown(edition: Edition, lines: Lines, codes: list[str]) -> tuple[list[Line], list[str]]:
    """Part the indicators into those that have a line and the labels of those that have none. A month is told by its
    own figures: what is counted by the year alone has none.
    """
    labels = edition.labels("indicateurs", "indicateur_code")
    shown, silent = [], []
    for code in codes:
        line = lines.line(code)
        if line is not None and not (edition.period.kind == MONTH and _mute(line)):
            shown.append(line)
        elif code in labels:  # what no source of this home gives has no name here
            silent.append(labels[code])
    return shown, silent


def _mute(line: Line) -> bool:
    return absent(line.row["valeur"]) and line.row["confidentialite"] == "F"


def _followed(lines: Lines, edition: Edition, own: pd.DataFrame) -> tuple[list[Followed], list[str]]:
    ties = own[own["nature"] == "suivi"].sort_values("indicateur_code")
    shown, silent = _shown(edition, lines, list(ties["indicateur_code"].drop_duplicates()))
    actions = dict(zip(ties["indicateur_code"], ties["action_code"], strict=True))
    found = []
    for line in shown:
        year = line if line.target_words else lines.line(line.code, None, YEAR)
        words, reached = (year.target_words, year.reached) if year is not None else ("", "")
        if words and year is not None and year is not line:
            words = f"{words} ; {wording.period(year.row['periode'], YEAR)} : {year.value}"
        told = " · ".join(filter(None, (words, line.baseline)))
        found.append(Followed(actions[line.code], line, told, reached))
    return found, silent


def _funds(edition: Edition, actions: list[str]) -> list[Fund]:
    """List the subsidies of the year so far; the public edition has none."""
    rows = edition.tables.get("financements")
    if rows is None:
        return []
    # A snapshot given before these columns existed has none of them.
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, "demande_eur", "decision"])))
    year = str(edition.period)[:4]
    own = rows[rows["action_code"].isin(actions) & rows["periode"].str.startswith(year)]
    return [
        Fund(
            action=r["action_code"],
            fund=r["fonds"],
            dossier=r["dossier"],
            period=wording.period(r["periode"]),
            cost=wording.shown(r["cout_total_eur"]),
            granted=wording.shown(r["accorde_eur"]),
            paid=wording.shown(r["paye_eur"]),
            share=wording.shown(r["part_accordee_pct"], 1),
            most=wording.shown(r["part_maximale_pct"], 0),
            verdict=r["verdict"] or "",
            row=r,
        )
        for r in own.sort_values(["action_code", "periode", "dossier"]).to_dict("records")
    ]


def _places(edition: Edition, lines: Lines, heads: list[Line]) -> Places | None:
    """Set the head indicators out by arrondissement, and by service where the edition holds services."""
    for kinds in ([head.row["periode_type"] for head in heads], [YEAR] * len(heads)):
        rows = []
        for level in _PLACES[edition.kind]:
            for place in territories(edition, level).to_dict("records"):
                code = place["territoire_code"]
                cells = [lines.line(head.code, code, kind) for head, kind in zip(heads, kinds, strict=True)]
                if any(cells):
                    rows.append((place["libelle"], cells))
        if len(rows) > 1:
            whole = [cell or head for head, cell in zip(heads, rows[0][1], strict=True)]
            return Places(whole, rows)
        if edition.period.kind == MONTH:
            return None  # a month is told by its own figures
    return None
