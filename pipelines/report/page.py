"""`rapport.html`: one self-contained page, from one edition of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from pipelines.base.periods import Period
from pipelines.base.typography import french
from pipelines.base.wording import plural
from pipelines.pages.render import render
from pipelines.quality.excuses import Excuse
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import Line, Lines, territories
from pipelines.report.methods import methods
from pipelines.report.tables import plan_tables
from pipelines.report.wording import absent
from pipelines.snapshots.folder import RESTRICTED
from pipelines.snapshots.windows import YEAR

_TILES = "arrondissement"


@dataclass(frozen=True)
class Action:
    """One action sheet: the indicators the plan asks to follow, those of the situation, the steps to take."""

    code: str
    label: str
    pilots: str
    followed: list[Line]
    situation: list[Line]
    silent: list[str]  # indicators that have no row at all in this edition
    n_named: int
    steps: list[dict]

    @property
    def plan_names_none(self) -> bool:
        """Tell whether the plan names no indicator for this action; otherwise an empty table is one without rows."""
        return self.n_named == 0


@dataclass(frozen=True)
class Priority:
    code: str
    label: str
    heads: list[Line]
    situation: list[Line]
    actions: list[Action]
    tiles: list[dict]
    services: dict

    @property
    def summary(self) -> str:
        """Tell in a sentence how far the plan is followed."""
        followed = [line for action in self.actions for line in action.followed]
        known = sum(not absent(line.row["valeur"]) for line in followed)
        steps = [step["code"] for action in self.actions for step in action.steps]
        named = sum(action.n_named for action in self.actions)
        told = f"Suivi du plan : {plural(known, 'indicateur renseigné', 'indicateurs renseignés')} sur {named}."
        if not named:
            told = "Le plan ne nomme aucun indicateur de suivi."
        if not steps:
            return f"{told} Aucun état d'action à mener n'est attendu pour cette période."
        return (
            f"{told} Actions à mener : {plural(steps.count('fait'), 'faite')}, {steps.count('en_cours')} en cours, "
            f"sur {len(steps)}."
        )


def report(edition: Edition) -> str:
    """Return the page as text."""
    lines = Lines(edition)
    period = edition.period
    place = edition.labels("territoires", "territoire_code")[edition.department]
    return render(
        "rapport.html.j2",
        filters={"montre": wording.shown, "en_css": _in_css},
        edition=edition,
        nom=edition.manifest["cliche"],
        titre=wording.period(str(period)),
        sorte=wording.KINDS[edition.kind],
        bandeau=_band(edition, place),
        departement=place,
        priorites=[
            _priority(edition, lines, p) for p in _in_force(edition.tables["priorites"], period).to_dict("records")
        ],
        coherence=_coherence(edition),
        manquants=_missing(edition),
        controles=edition.manifest["controles"],
        avertissements=edition.manifest["avertissements"],
        excuses=_excuses(edition) if edition.kind == RESTRICTED else [],
        revisions=_revisions(edition),
        methodes=methods(edition.kind),
        tableaux=plan_tables(edition, lines) if period.kind == YEAR else [],
        objet="L'état de la délinquance" if period.kind == YEAR else "Plan de prévention de la délinquance",
    )


def _excuses(edition: Edition) -> list[dict[str, str]]:
    """List the excuses of the manifest that cover a part of the period."""
    said = [Excuse.of(e) for e in edition.manifest["excuses"]]
    return [
        {"quoi": e.source or "toutes les sources", "qui": e.objet_code, "quand": e.span, "motif": e.motif,
         "inscrite_le": e.inscrite_le}
        for e in said
        if e.start <= edition.period.end and edition.period.start <= e.end
    ]  # fmt: skip


def _band(edition: Edition, place: str) -> str:
    """Name the edition, on the screen and on every printed sheet."""
    said = [
        wording.KINDS[edition.kind],
        *(["DÉMONSTRATION, chiffres inventés"] if edition.manifest["nature"] == "demonstration" else []),
        f"{place}, {wording.period(str(edition.period))} ({edition.manifest['cliche']})",
        wording.WARNINGS[edition.kind],
    ]
    return french(" · ".join(said))


def _in_css(text: str) -> Markup:
    """Escape a text for a string of the style sheet: whatever is no letter becomes its number."""
    return Markup("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text))  # noqa: S704


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
    period = edition.period
    ties = edition.tables["rattachements"]
    own = _ties_in_force(ties[ties["priorite_code"] == priority["priorite_code"]], period)
    heads = [x for x in (lines.line(i) for i in own.loc[own["en_tete"], "indicateur_code"].drop_duplicates()) if x]
    general = own[own["action_code"].isna()]
    situation = [x for x in (lines.line(i) for i in general["indicateur_code"]) if x]
    actions = _in_force(edition.tables["actions"], period)
    actions = actions[actions["priorite_code"] == priority["priorite_code"]]
    return Priority(
        priority["priorite_code"],
        priority["libelle"],
        heads,
        situation,
        [_action(edition, lines, a, own) for a in actions.to_dict("records")],
        _tiles(edition, lines, heads),
        _services(edition, lines, heads),
    )


def _ties_in_force(ties: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Keep the links that no avenant has closed; a situation series may be older than the plan."""
    open_ = ties["valide_a"].isna() | (ties["valide_a"] >= period.end)
    return ties[open_].drop_duplicates(["rattachement_code", "indicateur_code"])


def _action(edition: Edition, lines: Lines, action: dict, own: pd.DataFrame) -> Action:
    mine = own[own["action_code"] == action["action_code"]]
    followed, situation, silent = [], [], []
    labels = edition.labels("indicateurs", "indicateur_code")
    for tie in mine.sort_values(["nature", "indicateur_code"]).to_dict("records"):
        line = lines.line(tie["indicateur_code"])
        if line is None:
            silent.append(labels.get(tie["indicateur_code"], tie["indicateur_code"]))
        elif tie["nature"] == "suivi":
            followed.append(line)
        else:
            situation.append(line)
    return Action(
        action["action_code"], action["libelle"], action["pilotes"] or "", followed, situation, silent,
        int((mine["nature"] == "suivi").sum()), _steps(edition, action["action_code"]),
    )  # fmt: skip


def _steps(edition: Edition, action: str) -> list[dict]:
    """List the actions à mener of a sheet with their last known state."""
    rows = edition.tables["actions_a_mener"]
    rows = rows[rows["action_code"] == action].sort_values(["action_a_mener_code", "periode_fin"])
    last = rows.drop_duplicates("action_a_mener_code", keep="last")
    return [
        {
            "texte": r["action_a_mener"],
            "pilotes": r["pilotes"] or "",
            "code": r["etat"] or "",
            "etat": wording.STATES[r["etat"]] if not absent(r["etat"]) else f"inconnu : {r['motif'] or ''}",
            "periode": r["periode"],
        }
        for r in last.to_dict("records")
    ]


def _tiles(edition: Edition, lines: Lines, heads: list[Line]) -> list[dict]:
    """List each head indicator by arrondissement, for the last year."""
    places = territories(edition, _TILES)
    found = []
    for head in heads:
        made = [lines.line(head.code, code, YEAR) for code in places["territoire_code"]]
        tiles = [(name, line) for name, line in zip(places["libelle"], made, strict=True) if line]
        if tiles:
            found.append({"label": head.label, "periode": tiles[0][1].period, "tuiles": tiles})
    return found


def _services(edition: Edition, lines: Lines, heads: list[Line]) -> dict:
    """List by service the head indicators that services count; the public edition holds no service.

    Empty when no service counts any, as on the road.
    """
    places = territories(edition, "service") if edition.kind == RESTRICTED else territories(edition, "")
    made = {head.code: [lines.line(head.code, code) for code in places["territoire_code"]] for head in heads}
    counted = [head for head in heads if any(made[head.code])]
    if not counted:
        return {}
    rows = zip(places["libelle"], *(made[head.code] for head in counted), strict=True)
    return {"tetes": counted, "lignes": [{"service": name, "valeurs": values} for name, *values in rows]}


def _coherence(edition: Edition) -> list[dict]:
    rows = edition.tables["coherence"]
    return rows[rows["gravite"] == "contradiction"].sort_values("coherence_code").to_dict("records")


def _missing(edition: Edition) -> list[dict]:
    rows = edition.tables["manquants"]
    here = rows[rows["periode_fin"] >= edition.period.start]
    return here.sort_values(["source", "depuis"]).to_dict("records")


def _revisions(edition: Edition) -> list[dict]:
    rows = edition.tables.get("revisions")
    if rows is None or rows.empty:
        return []
    labels = edition.labels("indicateurs", "indicateur_code")
    places = edition.labels("territoires", "territoire_code")
    return [
        r
        | {
            "indicateur": labels.get(r["indicateur_code"], r["indicateur_code"]),
            "territoire": places.get(r["territoire_code"], r["territoire_code"]),
            "quand": wording.period(r["periode"]),
        }
        for r in rows.to_dict("records")
    ]
