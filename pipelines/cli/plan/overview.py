"""The four priorities on one screen: what the plan asks, what is answered, where the situation stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from rich.table import Table

from pipelines.base.wording import figure, plural
from pipelines.cli.plan import marks
from pipelines.cli.plan.moment import in_force
from pipelines.cli.screen import out
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_VERSION = "select * from plan.versions as v where {v} order by valide_de desc, version limit 1"
_PRIORITIES = """
select
    p.priorite_code, p.libelle_court as priorite, p.libelle,
    (select count(distinct a.action_code) from plan.actions as a
        where a.priorite_code = p.priorite_code and {a}) as actions,
    (select count(distinct m.action_a_mener_code) from plan.actions_a_mener as m
        inner join plan.actions as a on a.action_code = m.action_code
        where a.priorite_code = p.priorite_code and {a} and {m}) as actions_a_mener,
    (select count(distinct l.indicateur_code) from plan.indicateurs_actions as l
        where l.priorite_code = p.priorite_code and l.nature = 'suivi' and {l}) as suivis,
    (select count(distinct l.indicateur_code) from plan.indicateurs_actions as l
        inner join indicateurs.valeurs as v on v.indicateur_code = l.indicateur_code and v.valeur is not null
        where l.priorite_code = p.priorite_code and l.nature = 'suivi' and {l}) as suivis_renseignes
from plan.priorites as p
where {p}
qualify row_number() over (partition by p.priorite_code order by p.valide_de desc) = 1
order by p.rang
"""

# The last year that has a value, of the indicators that stand for the priority.
_HEADLINES = """
select l.priorite_code, i.libelle as indicateur, v.indicateur_code, max_by(v.periode, v.periode_debut) as periode,
    max_by(v.valeur, v.periode_debut) as valeur, max_by(n.valeur, v.periode_debut) as valeur_precedente,
    max_by(v.perimetre, v.periode_debut) as perimetre,
    any_value(i.polarite) as polarite
from plan.indicateurs_actions as l
inner join reference.indicateurs as i on i.indicateur_code = l.indicateur_code
cross join reference.publication as ici
left join indicateurs.valeurs as v
    on v.indicateur_code = l.indicateur_code and v.territoire_code = 'DEP-' || ici.code_departement
    and v.periode_type = 'annee' and v.ventilation_type = 'total' and v.retenu and v.valeur is not null
left join indicateurs.valeurs as n
    on n.indicateur_code = v.indicateur_code and n.territoire_code = v.territoire_code and n.source = v.source
    and n.periode_type = v.periode_type and n.ventilation_type = 'total' and n.retenu
    and year(n.periode_debut) = year(v.periode_debut) - 1
where l.en_tete and {l}
group by all
order by l.priorite_code, i.libelle
"""


def gather(db: DuckDBPyConnection, _code: str | None, day: dt.date) -> dict:
    """Read the plan of a day and its priorities, each with its headline indicators."""
    held = {table: in_force(table, day) for table in "aplmv"}
    version = rows(db, _VERSION.format(**held))[0]
    headlines = rows(db, _HEADLINES.format(**held))
    priorities = rows(db, _PRIORITIES.format(**held))
    for p in priorities:
        p["situation"] = [h for h in headlines if h["priorite_code"] == p["priorite_code"]]
    return {"version": version, "priorites": priorities, "reserves": marks.reserves(db)}


def show(told: dict) -> None:
    """Print a line a priority."""
    out.print(told["version"]["libelle"], style="bold", markup=False)
    for term in told.get("termes", ()):
        out.print(term["phrase"], style="yellow", markup=False)
    table = Table("Priorité", "Actions", "À mener", "Suivi renseigné", "Situation", box=None, header_style="bold")
    marked = marks.marks((h["perimetre"] for p in told["priorites"] for h in p["situation"]), told["reserves"])
    for p in told["priorites"]:
        situation = "\n".join(_headline(h, marked) for h in p["situation"])
        table.add_row(
            f"{p['priorite_code']} {p['priorite']}", str(p["actions"]), str(p["actions_a_mener"]),
            f"{p['suivis_renseignes']} sur {p['suivis']}" if p["suivis"] else "aucun demandé", situation,
        )  # fmt: skip
    out.print(table)
    marks.show_foot(marked, told["reserves"])
    actions = sum(p["actions_a_mener"] for p in told["priorites"])
    out.print(
        f"{plural(actions, 'action', 'actions')} à mener. Lire une fiche : vigie plan P2.A1 ; "
        "les chiffres imprimés face à l'entrepôt : vigie plan --verifier ; ses contradictions : vigie plan --coherence",
        style="dim",
    )


def _headline(h: dict, marked: dict[str, str]) -> str:
    if h["valeur"] is None:
        return f"{h['indicateur']} : [yellow]manque[/yellow]"
    before = "" if h["valeur_precedente"] is None else f" (N-1 : {figure(h['valeur_precedente'])})"
    return f"{h['indicateur']} : {figure(h['valeur'])} en {h['periode']}{before}{marked.get(h['perimetre'], '')}"
