"""What one action's sheet commits to, and where each thing stands: who, by when, with what money, in which places."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pipelines.base.wording import figure, plural
from pipelines.cli.plan.moment import in_force
from pipelines.cli.screen import out
from pipelines.publication import states
from pipelines.publication.reading import rows
from pipelines.settings.model import Settings
from pipelines.snapshots import comments

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STATES = states.ACTIONS
LATE = states.LATE
_COMMITMENTS = """
select m.action_a_mener_code, m.texte, e.etat, e.etat_date, e.periode, e.motif, m.echeance_imprimee,
    coalesce(e.echeance_retenue, m.echeance) as echeance, e.echeance_decidee, e.retard, e.doit
from plan.actions_a_mener as m
left join indicateurs.actions_a_mener as e
    on e.action_a_mener_code = m.action_a_mener_code
    and e.periode_fin between m.valide_de and coalesce(m.valide_a, e.periode_fin)
where m.action_code = ? and {in_force}
qualify row_number() over (partition by m.action_a_mener_code order by e.periode_fin desc) = 1
order by m.rang
"""
_HISTORY = """
select action_a_mener_code, periode, etat from indicateurs.actions_a_mener where action_code = ? order by 1, periode
"""
_THERE = """
select l.territoire_code, t.libelle as lieu, l.raison, s.indicateur_code, i.libelle, s.valeur, s.unite, s.periode,
    c.operateur, c.valeur as cible
from plan.lieux as l
inner join plan.indicateurs_actions as a on a.action_code = l.action_code
inner join reference.indicateurs as i on i.indicateur_code = a.indicateur_code
inner join indicateurs.series as s
    on s.indicateur_code = a.indicateur_code and s.territoire_code = l.territoire_code
    and s.ventilation_type = 'total' and s.valeur is not null
left join reference.territoires as t on t.territoire_code = l.territoire_code
left join plan.cibles as c
    on c.objet_code = s.indicateur_code and c.type = 'cible' and c.territoire_code = s.territoire_code
    and c.periode_type = s.periode_type
where l.action_code = ? and {in_force}
qualify row_number() over (
    partition by l.territoire_code, s.indicateur_code
    order by s.periode_fin desc, case s.periode_type when 'trimestre' then 0 when 'annee' then 1 else 2 end
) = 1
order by l.territoire_code, s.indicateur_code
"""
_MONEY = """
select fonds, count(*) as dossiers, sum(demande_eur) as demande_eur, sum(accorde_eur) as accorde_eur,
    sum(paye_eur) as paye_eur,
    count(*) filter (where decision = 'refusee') as refuses, string_agg(distinct regles, ', ') as regles
from plan.financements where action_code = ? group by fonds order by fonds
"""
_REACHED = """
select r.indicateur_code, i.libelle, r.periode, r.valeur, r.cible, r.unite, r.cible_echeance, r.atteinte
from indicateurs.priorites as r
inner join reference.indicateurs as i on i.indicateur_code = r.indicateur_code
where r.action_code = ? and r.cible is not null and r.valeur is not null
qualify row_number() over (partition by r.indicateur_code order by r.periode desc) = 1
order by r.indicateur_code
"""


_PARTS = """
select p.* from plan.participations as p where p.action_code = ? and {in_force} order by role desc, place, acteur_code
"""
_AGREED = """
select d.*, t.libelle as territoire from plan.dispositifs as d
left join reference.territoires as t on t.territoire_code = d.territoire_code
where d.action_code = ? and d.dernier_etat order by d.nature, d.dispositif_code, d.territoire_code
"""
_PLACES = """
select l.*, t.libelle as territoire from plan.lieux as l
left join reference.territoires as t on t.territoire_code = l.territoire_code
where l.action_code = ? order by l.rang
"""
_STAKES = """
select g.* from plan.dgo as g
where {in_force}
    and g.action_a_mener_code in (select action_a_mener_code from plan.actions_a_mener where action_code = ?)
order by g.enjeu_code, g.action_a_mener_code
"""


def gather(db: DuckDBPyConnection, code: str, day: dt.date) -> dict:
    """Read the commitments of an action and what goes with them."""
    return {
        "participations": rows(db, _PARTS.format(in_force=in_force("p", day)), code),
        "engagements": rows(db, _COMMITMENTS.format(in_force=in_force("m", day)), code),
        "historique": rows(db, _HISTORY, code),
        "financements": rows(db, _MONEY, code),
        "atteintes": rows(db, _REACHED, code),
        "instances": rows(db, "select * from plan.instances where action_code = ? order by instance_code", code),
        "dispositifs": rows(db, _AGREED, code),
        "lieux": rows(db, _PLACES, code),
        "chiffres_des_lieux": rows(db, _THERE.format(in_force=in_force("l", day)), code),
        "commentaires": _comments(code),
        "mesures": rows(db, "select * from plan.mesures_nationales where action_code = ? order by rang", code),
        "dgo": rows(db, _STAKES.format(in_force=in_force("g", day)), code),
    }


def _comments(code: str) -> list[dict]:
    """Read what was last written of the action, edition by edition; of a text that was changed by hand, that it was."""
    try:
        found = comments.newest(Settings().paths, code)
    except comments.NotWritten as error:
        return [{"alerte": str(error)}]
    return [
        {"periode": v.periode, "edition": v.edition, "auteur": v.auteur, "ecrit_le": v.ecrit_le,
         "version": int(v.version), "texte": text}
        for v, text in found
    ]  # fmt: skip


def show(told: dict) -> None:
    """Print what is written of it, the partners, the commitments with their states, then the money and what is
    followed.
    """
    for c in told["commentaires"]:
        out.print(_comment(c), markup=False)
    partners = dict.fromkeys(p["acteur"] for p in told["participations"] if p["role"] == "partenaire")
    if partners:
        out.print(f"Partenaires : {', '.join(partners)}", markup=False)
    _show_commitments(told)
    if told["financements"]:
        table = Table("Fonds", "Dossiers", "Demandé", "Accordé", "Payé", "Règles", box=None, header_style="bold")
        for f in told["financements"]:
            refused = f", dont {plural(f['refuses'], 'refusé')}" if f["refuses"] else ""
            table.add_row(
                f["fonds"], f"{f['dossiers']}{refused}", figure(f["demande_eur"]), figure(f["accorde_eur"]),
                figure(f["paye_eur"]), states.fund_rules(f["regles"]) or "tenues",
            )  # fmt: skip
        out.print(table)
    for label, lines in (
        ("Indicateurs à côté de leur cible", [_reached(r) for r in told["atteintes"]]),
        ("Instances", [_instance(i) for i in told["instances"]]),
        ("Dispositifs", [_agreement(d) for d in told["dispositifs"]]),
        (
            "Lieux",
            [f"{p['territoire'] or p['territoire_code']} : {p['raison']}" for p in told["lieux"]],
        ),
        ("Chiffres en ces lieux", [_there(t) for t in told["chiffres_des_lieux"]]),
        ("Engagements du DGO", [_stake(g) for g in told["dgo"]]),
    ):
        if lines:
            out.print(f"{label} :", style="bold")
            for line in lines:
                out.print(f"  • {line}", markup=False)


def _show_commitments(told: dict) -> None:
    if not told["engagements"]:
        return
    out.print("Actions à mener :", style="bold")
    table = Table("Code", "Action", "État", "Échéance", "Retard", box=None, header_style="bold")
    for m in told["engagements"]:
        state = f"{STATES[m['etat']]} ({m['periode']})" if m["etat"] else f"inconnu : {m['motif'] or 'rien de déclaré'}"
        due = f"{m['echeance']:%d/%m/%Y}" if m["echeance"] else m["echeance_imprimee"] or "—"
        due += " (décidée)" if m["echeance_decidee"] else ""
        table.add_row(m["action_a_mener_code"], escape(m["texte"]), escape(state), due, LATE.get(m["retard"] or "", ""))
    out.print(table)
    told_of = [(code, list(lines)) for code, lines in groupby(told["historique"], lambda h: h["action_a_mener_code"])]
    changes = {
        code: said
        for code, lines in told_of
        if "," in (said := states.history((h["periode"], h["etat"]) for h in lines))
    }
    if changes:
        out.print("Ce qui a changé d'état :", style="bold")
        for code, said in changes.items():
            out.print(f"  • {code} : {said}", markup=False)


def _reached(r: dict) -> str:
    words = {"atteinte": "atteinte", "non_atteinte": "non atteinte", "non_echue": "non échue"}
    return (
        f"{r['indicateur_code']}  {r['libelle']} : {figure(r['valeur'])} en {r['periode']}, "
        f"cible {figure(r['cible'])}, {words.get(r['atteinte'], 'non mesurable')}"
    )


def _comment(c: dict) -> str:
    if "alerte" in c:
        return str(c["alerte"])
    written = f"{c['auteur']}, {dt.date.fromisoformat(c['ecrit_le']):%d/%m/%Y}"
    return f"Commentaire ({c['periode']}, édition {c['edition']}, {written}) :\n{c['texte']}"


def _there(t: dict) -> str:
    aim = "" if t["cible"] is None else f", cible {t['operateur']} {figure(t['cible'])}"
    value = f"{figure(t['valeur'])} {t['unite']} en {t['periode']}"
    return f"{t['lieu'] or t['territoire_code']} : {t['indicateur_code']}  {t['libelle']} : {value}{aim}"


def _instance(i: dict) -> str:
    if i["reunions"] is None:
        return f"{i['libelle']} : réunions non connues"
    last = f", la dernière le {i['derniere_reunion']:%d/%m/%Y}" if i["derniere_reunion"] else ""
    return f"{i['libelle']} : {i['reunions']} réunion(s) de {i['premiere_periode']} à {i['derniere_periode']}{last}"


def _agreement(d: dict) -> str:
    place = "" if d["territoire_code"].startswith("DEP-") else f", {d['territoire'] or d['territoire_code']}"
    number = f", {figure(d['nombre'])} {d['unite'] or ''}".rstrip() if d["nombre"] is not None else ""
    dates = f", depuis le {d['debut']:%d/%m/%Y}" if d["debut"] else ""
    dates += f", jusqu'au {d['fin']:%d/%m/%Y}" if d["fin"] else ""
    said = " (d'après le plan)" if d["periode"] == "plan" else ""
    return f"{d['libelle']}{place} : {states.AGREEMENTS[d['etat']]}{dates}{number}{said}"


def _stake(g: dict) -> str:
    told = plural(g["n_faites"] or 0, "action faite", "actions faites")
    done = f", {told} sur {g['n_actions']}" if g["n_actions"] else ""
    return f"{g['enjeu']} / {g['engagement']} : {states.STAKES[g['etat']]}{done}"
