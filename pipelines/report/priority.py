"""A page a priority: its indicators and their parts, what the plan follows, its actions and their money."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipelines.base.periods import Period
from pipelines.base.wording import plural
from pipelines.publication.states import LATE, history
from pipelines.report import wording
from pipelines.report.comments import Comment, comments
from pipelines.report.edition import Edition
from pipelines.report.lines import Line, Lines, territories
from pipelines.report.parts import Breakdown, breakdowns
from pipelines.report.wording import absent
from pipelines.snapshots.folder import PUBLIC, RESTRICTED
from pipelines.snapshots.windows import MONTH, YEAR

_DONE = ("fait", "abandonne")
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
class Step:
    """One action à mener with its last known state."""

    action: str
    text: str
    code: str
    state: str
    due: str
    late: str
    history: str = ""


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
    """An action sheet of the plan, and who steers it."""

    code: str
    label: str
    pilots: str
    partners: str = ""


@dataclass(frozen=True)
class Places:
    """The head indicators place by place: the value of the period, and the rate of the year."""

    indicators: list[Line]
    rows: list[tuple[str, list[Line | None]]]


@dataclass(frozen=True)
class Priority:
    """Everything of one priority. `silent` are indicators without a figure for this kind of period."""

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

    @property
    def summary(self) -> str:
        """Tell in a sentence how far the plan is followed."""
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
    rows = _in_force(edition.tables["priorites"], edition.period)
    return [_priority(edition, lines, row) for row in rows.to_dict("records")]


def _in_force(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Keep the rows in force at the end of the period; before the plan's first day, those it began with.

    The first column is the code.
    """
    code = rows.columns[0]
    valid = rows[(rows["valide_de"] <= period.end) & (rows["valide_a"].isna() | (rows["valide_a"] >= period.end))]
    early = rows[~rows[code].isin(valid[code])].sort_values("valide_de").drop_duplicates(code)
    early = early[early["valide_de"] > period.end]
    return pd.concat([valid, early]).sort_values([c for c in ("rang", code) if c in rows.columns])


def _priority(edition: Edition, lines: Lines, priority: dict) -> Priority:
    code, period = priority["priorite_code"], edition.period
    ties = edition.tables["rattachements"]
    own = _ties_in_force(ties[ties["priorite_code"] == code], period)
    situation = own[own["nature"] != "suivi"].sort_values(["action_code", "indicateur_code"], na_position="first")
    shown, silent = _shown(edition, lines, list(situation["indicateur_code"].drop_duplicates()))
    first = list(own.loc[own["en_tete"], "indicateur_code"].drop_duplicates())
    heads = [line for head in first for line in shown if line.code == head]
    actions = _in_force(edition.tables["actions"], period)
    actions = actions[actions["priorite_code"] == code]
    followed, unsaid = _followed(lines, edition, own)
    of_plan = period.kind != MONTH
    return Priority(
        code,
        priority["libelle"],
        priority["libelle_court"] or priority["libelle"],
        heads,
        [line for line in shown if line.code not in first],
        _actions(edition, actions),
        followed,
        int((own["nature"] == "suivi").sum()) if of_plan else 0,
        _steps(edition, list(actions["action_code"])) if of_plan else [],
        _funds(edition, list(actions["action_code"])) if of_plan else [],
        _places(edition, lines, heads),
        breakdowns(edition, list(situation["indicateur_code"].drop_duplicates())),
        silent + unsaid,
        comments(edition, code),
    )


def _actions(edition: Edition, actions: pd.DataFrame) -> list[Action]:
    rows = edition.tables["actions_a_mener"].dropna(subset=["partenaires"])
    partners = dict(zip(rows["action_code"], rows["partenaires"], strict=True))
    return [
        Action(a["action_code"], a["libelle"], a["pilotes"] or "", partners.get(a["action_code"], ""))
        for a in actions.to_dict("records")
    ]


def _ties_in_force(ties: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Keep the links that no avenant has closed; a situation series may be older than the plan."""
    open_ = ties["valide_a"].isna() | (ties["valide_a"] >= period.end)
    return ties[open_].drop_duplicates(["rattachement_code", "indicateur_code"])


def _shown(edition: Edition, lines: Lines, codes: list[str]) -> tuple[list[Line], list[str]]:
    """Part the indicators into those that have a line and the labels of those that have none. A month is told by its
    own figures: what is counted by the year alone has none.
    """
    labels = edition.labels("indicateurs", "indicateur_code")
    shown, silent = [], []
    for code in codes:
        line = lines.line(code)
        if line is None or (edition.period.kind == MONTH and _mute(line)):
            silent.append(labels.get(code, code))
        else:
            shown.append(line)
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


def _steps(edition: Edition, actions: list[str]) -> list[Step]:
    """List the actions à mener with their last known state, in the plan's order."""
    rows = edition.tables["actions_a_mener"]
    rows = rows[rows["action_code"].isin(actions)].sort_values(["action_a_mener_code", "periode_fin"])
    last = rows.drop_duplicates("action_a_mener_code", keep="last").to_dict("records")
    last.sort(key=lambda r: (actions.index(r["action_code"]), _rank(r["action_a_mener_code"])))
    return [
        Step(
            r["action_code"],
            r["action_a_mener"],
            "" if absent(r["etat"]) else r["etat"],
            f"inconnu : {r['motif'] or ''}" if absent(r["etat"]) else wording.STATES[r["etat"]],
            _due(r),
            _late(r, edition.period),
            _history(rows[rows["action_a_mener_code"] == r["action_a_mener_code"]]),
        )
        for r in last
    ]


def _history(rows: pd.DataFrame) -> str:
    """Tell how the state has changed; nothing of one that never did."""
    told = [(p, None if absent(s) else s) for p, s in zip(rows["periode"], rows["etat"], strict=True)]
    return history(told) if len(set(rows["etat"])) > 1 else ""


def _rank(code: str) -> tuple[str, int]:
    head, _, number = code.rpartition(".M")
    return head, int(number) if number.isdigit() else 0


def _due(row: dict) -> str:
    """Write the due date, and whether a committee decided it."""
    due = row.get("echeance_retenue", row["echeance"])
    if absent(due):
        return ""
    return f"{due:%d/%m/%Y}" + ("" if absent(row.get("echeance_decidee")) else " (décidée)")


def _late(row: dict, period: Period) -> str:
    """Say that what was due by the end of the period is not done, by the rule of the warehouse; an edition given before
    that rule tells it by the printed date alone.
    """
    if "retard" in row:
        return "" if absent(row["retard"]) else LATE[row["retard"]]
    if absent(row["echeance"]) or pd.Timestamp(row["echeance"]).date() > period.end or row["etat"] in _DONE:
        return ""
    return "en retard" if not absent(row["etat"]) else "échéance passée, état inconnu"


def _funds(edition: Edition, actions: list[str]) -> list[Fund]:
    """List the subsidies of the year so far; the public edition has none."""
    rows = edition.tables.get("financements")
    if rows is None:
        return []
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
