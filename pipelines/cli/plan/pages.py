"""One page of the plan: a priority, an action, an indicator, an action à mener, a section, a printed figure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pipelines.base.wording import figure
from pipelines.cli.plan import sheet
from pipelines.cli.plan.coherence import sentence
from pipelines.cli.plan.moment import in_force
from pipelines.cli.plan.verdicts import FIGURES, verdict
from pipelines.cli.screen import out
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HEADINGS = {
    "presentation": "Présentation", "problematique": "Problématiques", "objectif_national": "Objectifs nationaux",
    "etat_des_lieux": "État des lieux", "enjeu": "Enjeux",
}  # fmt: skip
# An avenant may word a thing anew: the last wording of the day is shown.
_PRIORITY = """
select * from plan.priorites as p where priorite_code = ? and {in_force}
qualify row_number() over (partition by priorite_code order by valide_de desc) = 1
"""
_ACTIONS = """
select * from plan.actions as a where (priorite_code = $1 or action_code = $1) and {in_force}
qualify row_number() over (partition by action_code order by valide_de desc) = 1
order by rang
"""

_SHEET = "select * from plan.fiches as f where action_code = ? and {in_force} order by rubrique, rang"
_TIES = """
select i.indicateur_code, i.libelle, i.nature from plan.indicateurs_actions as l
inner join reference.indicateurs as i on i.indicateur_code = l.indicateur_code
where l.action_code = ? and coalesce(l.valide_a, date '9999-12-31') >= ?
order by i.nature desc, i.indicateur_code
"""
_STATES = """
select periode, etat, motif, doit, echeance_retenue, retard from indicateurs.actions_a_mener
where action_a_mener_code = ? order by periode desc limit 8
"""


def gather(db: DuckDBPyConnection, code: str | None, day: dt.date) -> dict | None:
    """Find what the code names on a day, or None."""
    code = (code or "").strip()
    for kind, read in {"priorite": _priority, "action": _action, "indicateur": _indicator, "a_mener": _to_do}.items():
        if found := read(db, code.upper(), day):
            return {"page": kind} | found
    printed = rows(
        db,
        "select * from plan.chiffres_imprimes where upper(chiffre_code) = upper(?) or upper(section) = upper(?) "
        "order by chiffre_code",
        code, code,
    )  # fmt: skip
    if not printed:
        return None
    for p in printed:
        p["reconciliation"] = rows(
            db, FIGURES + "where r.chiffre_code = ? order by r.lecture_retenue desc, r.candidat", p["chiffre_code"]
        )
        p["coherence"] = rows(
            db,
            "select gravite, regle_code, phrase, decoule_de from plan.coherence "
            "where list_contains(string_split(chiffres_1 || ', ' || chiffres_2, ', '), ?) "
            "order by gravite, coherence_code",
            p["chiffre_code"],
        )
    return {"page": "chiffres", "chiffres": printed}


def show(told: dict) -> None:
    """Print the page."""
    {"priorite": _show_priority, "action": _show_action, "indicateur": _show_indicator, "a_mener": _show_to_do,
     "chiffres": _show_printed}[told["page"]](told)  # fmt: skip


def _priority(db: DuckDBPyConnection, code: str, day: dt.date) -> dict | None:
    found = rows(db, _PRIORITY.format(in_force=in_force("p", day)), code)
    if not found:
        return None
    return found[0] | {"actions": rows(db, _ACTIONS.format(in_force=in_force("a", day)), code)}


def _action(db: DuckDBPyConnection, code: str, day: dt.date) -> dict | None:
    found = rows(db, _ACTIONS.format(in_force=in_force("a", day)), code)
    if not found:
        return None
    return found[0] | {
        "fiche": rows(db, _SHEET.format(in_force=in_force("f", day)), code),
        "indicateurs": rows(
            db,
            _TIES,
            code, day,
        ),
        "cibles": rows(
            db,
            "select * from plan.cibles where objet_code = ? or objet_code like ? || '.%' or objet_code in "
            "(select indicateur_code from plan.indicateurs_actions where action_code = ?) order by cible_code",
            code, code, code,
        ),
    } | sheet.gather(db, code, day)  # fmt: skip


def _indicator(db: DuckDBPyConnection, code: str, _day: dt.date) -> dict | None:
    found = rows(db, "select * from reference.indicateurs where indicateur_code = ?", code)
    if not found:
        return None
    return found[0] | {
        "rattachements": [
            r["rattachement_code"]
            for r in rows(
                db,
                "select distinct rattachement_code from plan.indicateurs_actions where indicateur_code = ? order by 1",
                code,
            )
        ],
        "cibles": rows(db, "select * from plan.cibles where objet_code = ? order by cible_code", code),
        "valeurs": rows(
            db,
            "select v.periode, v.valeur, v.unite, v.statut, coalesce(v.motif, p.reserve) as motif, v.source "
            "from indicateurs.valeurs as v inner join reference.perimetres as p on p.perimetre = v.perimetre "
            "cross join reference.publication as ici where v.indicateur_code = ? and v.retenu "
            "and v.territoire_code = 'DEP-' || ici.code_departement and v.ventilation_type = 'total' "
            "order by v.periode_debut desc limit 16",
            code,
        ),
    }


def _to_do(db: DuckDBPyConnection, code: str, _day: dt.date) -> dict | None:
    found = rows(db, "select * from plan.actions_a_mener where action_a_mener_code = ? order by valide_de desc", code)
    if not found:
        return None
    states = rows(db, _STATES, code)
    return found[0] | {"etats": states}


def _show_priority(told: dict) -> None:
    out.print(f"{told['priorite_code']}  {told['libelle']}", style="bold", markup=False)
    table = Table("Action", "Intitulé", "Pilotes", box=None, header_style="bold")
    for a in told["actions"]:
        table.add_row(a["action_code"], a["libelle"], a["pilotes"] or "—")
    out.print(table)


def _show_action(told: dict) -> None:
    out.print(f"{told['action_code']}  {told['libelle']}", style="bold", markup=False)
    out.print(f"Pilotes : {told['pilotes'] or '—'}", markup=False)
    for heading, label in _HEADINGS.items():
        _bullets(label, [f["texte"] for f in told["fiche"] if f["rubrique"] == heading])
    sheet.show(told)
    for nature, label in (("suivi", "Indicateurs de suivi"), ("situation", "Situation")):
        _bullets(
            label,
            [f"{i['indicateur_code']}  {i['libelle']}" for i in told["indicateurs"] if i["nature"] == nature],
        )
    _bullets("Cibles et références", [_target(c) for c in told["cibles"]])


def _show_indicator(told: dict) -> None:
    out.print(f"{told['indicateur_code']}  {told['libelle']}", style="bold", markup=False)
    out.print(told["definition"], markup=False)
    for label, key in (
        ("Unité de compte", "unites_compte"), ("Unité", "unite"), ("Source", "statistique"), ("Grain", "grain"),
        ("Ruptures", "ruptures"), ("Note", "note"),
    ):  # fmt: skip
        if told[key]:
            out.print(f"{label} : {told[key]}", markup=False)
    out.print(f"Éclaire : {', '.join(told['rattachements']) or '—'}", markup=False)
    _bullets("Cibles et références", [_target(c) for c in told["cibles"]])
    table = Table("Période", "Valeur", "Statut", "Motif ou réserve", box=None, header_style="bold")
    for v in told["valeurs"]:
        table.add_row(v["periode"], figure(v["valeur"]), v["statut"], v["motif"] or "")
    out.print(table)


def _show_to_do(told: dict) -> None:
    out.print(f"{told['action_a_mener_code']}  {told['texte']}", style="bold", markup=False)
    if told["echeance_imprimee"]:
        out.print(f"Échéance du plan : {told['echeance_imprimee']}", markup=False)
    table = Table("Trimestre", "État", "Échéance", "Retard", "Motif", "Doit", box=None, header_style="bold")
    for e in told["etats"]:
        state = sheet.STATES[e["etat"]] if e["etat"] else "—"
        due = f"{e['echeance_retenue']:%d/%m/%Y}" if e["echeance_retenue"] else "—"
        late = sheet.LATE.get(e["retard"] or "", "")
        table.add_row(e["periode"], state, due, late, e["motif"] or "", e["doit"] or "")
    out.print(table)


def _show_printed(told: dict) -> None:
    for p in told["chiffres"]:
        period = p["periode"] + (f" / {p['periode_reference']}" if p["periode_reference"] else "")
        out.print(f"{p['chiffre_code']}  {p['serie']}, {p['territoire']}, {period}", style="bold", markup=False)
        out.print(f"  imprimé : {p['imprime']} ({p['unite']}), {p['lieu']}", markup=False)
        if p["motif_lecture"]:
            out.print(f"  {'retenu' if p['retenu'] else 'non retenu'} : {p['motif_lecture']}", markup=False)
        if p["note"]:
            out.print(f"  {p['note']}", markup=False)
        for r in p["reconciliation"]:
            reserve = f", {escape(r['reserve'])}" if r["reserve"] and r["valeur_calculee"] is not None else ""
            out.print(f"  {'' if r['lecture_retenue'] else 'autre lecture : '}{verdict(r)}{reserve}")
            if r["n_lectures"] > 1:
                out.print(f"    {r['choix']}", style="dim", markup=False)
        for f in p["coherence"]:
            out.print(f"  {sentence(f)}", markup=False)


def _bullets(label: str, texts: list[str]) -> None:
    if texts:
        out.print(f"{label} :", style="bold")
        for text in texts:
            out.print(f"  • {text}", markup=False)


def _target(c: dict) -> str:
    value = figure(c["valeur"]) if c["valeur"] is not None else "à calculer d'après les populations"
    kind = "cible" if c["type"] == "cible" else "référence"
    when = f", {c['date_cible']:%d/%m/%Y}" if c["date_cible"] else ""
    read = " (lu par Vigie)" if c["origine"] == "vigie" else ""
    return f"{c['objet_code']} {kind} {c['operateur'] or ''} {value} {c['unite']}{when}{read}".replace("  ", " ")
