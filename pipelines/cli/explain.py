"""`vigie explain`: a published value, back to the deliveries, sheets, cells and lines that it comes from."""

from __future__ import annotations

from pipelines.base.exit_codes import DONE
from pipelines.base.wording import all_plain, figure, number, plural, printable
from pipelines.cli.screen import out, print_json
from pipelines.explain.question import Question, values
from pipelines.explain.walk import walk
from pipelines.publication.reading import opened
from pipelines.settings.model import Settings

_SHOWN_TERMS = 12
_VERBS = {"somme": "la somme fait", "denombrement": "on en compte", "maximum": "le plus grand compte, pas la somme",
          "retranchement": "à retrancher, la somme fait"}  # fmt: skip


def run(asked: Question, as_json: bool) -> int:
    """Show where a value comes from; USAGE when nothing published answers to these codes."""
    with opened() as db:
        value, *others = values(db, asked)
    told = {"valeur": value, **walk(Settings(), value), "autres_sources": others}
    if as_json:
        print_json(all_plain(told))
    else:
        _show(told)
    return DONE


def _show(told: dict) -> None:
    value = told["valeur"]
    split = "" if value["ventilation_type"] == "total" else f", {value['ventilation_type']} {value['ventilation_code']}"
    out.print(f"{value['indicateur']} — {value['territoire']}, {value['periode']}{split}", style="bold", markup=False)
    if value["valeur"] is None:
        _say(f"Valeur manquante : {value['motif']} ({value['motif_code']})")
        for absence in told["absences"]:
            _say(f"  {absence['phrase']}")
    else:
        _say(f"{figure(value['valeur'])} {value['unite']}, statut {value['statut']}, d'après {value['source_libelle']}")
    _say(f"Définition : {value['definition']}")
    if value["reserve"]:
        _say(f"Périmètre : {value['perimetre_libelle'].lower()}, {value['reserve']}")
    for other in told["autres_sources"]:
        given = figure(other["valeur"]) if other["valeur"] is not None else f"manque ({other['motif']})"
        _say(f"Aussi donnée par {other['source_libelle']} : {given} (--source {other['source']})")
    _terms(told)
    _cells(told["cellules"])
    for rate in told["taux"]:
        _rate(rate)
    out.print("Livraisons", style="bold")
    for d in told["livraisons"]:
        _say(f"  {printable(d['nom'])}, reçue le {d['recu_le'][:16].replace('T', ' ')}, sha256 {d['sha256']}")
    if not told["livraisons"]:
        _say("  aucune : rien de ce qui est reçu ne porte cette valeur.")


def _terms(told: dict) -> None:
    terms, missing = told["termes"], told["manquants"]
    if terms:
        out.print(f"Faite de {plural(len(terms), 'valeur')}", style="bold")
    for t in terms[:_SHOWN_TERMS]:
        name = f"{t['indicateur_code']} {t['territoire_code']} {t['periode']}"
        given = f"manque : {t['motif']}" if t["statut"] == "M" else figure(t["valeur"])
        _say(f"  {name} : {given if t['statut'] else 'non publiée, voir les cellules'}")
    if len(terms) > _SHOWN_TERMS:
        _say(f"  … et {len(terms) - _SHOWN_TERMS} autres (--json les donne toutes)")
    if missing["nombre"]:
        out.print(f"Ce qui manque dessous : {plural(missing['nombre'], 'valeur')}", style="bold")
        for m in missing["lignes"][:_SHOWN_TERMS]:
            _say(f"  {m['indicateur_code']} {m['territoire_code']} {m['periode']} : {m['motif']}")


def _cells(cells: dict) -> None:
    shown = f", les {len(cells['lignes'])} premières" if cells["nombre"] > len(cells["lignes"]) else ""
    out.print(f"{plural(cells['nombre'], 'cellule ou ligne', 'cellules ou lignes')}{shown}", style="bold")
    for s in cells["sommes"]:
        empty = f", dont {plural(s['vides'], 'vide')}" if s["vides"] and s["operation"] == "somme" else ""
        _say(f"  {s['indicateur_code']} : {number(s['nombre'])}{empty} ; {_VERBS[s['operation']]} {figure(s['total'])}")
    if cells["concorde"] is False:
        _say(
            "  Elles ne font pas la valeur publiée : l'entrepôt a été fait d'autres livraisons, ou par une autre version. "  # noqa: E501
            "Lancer vigie load."
        )
    for c in cells["lignes"]:
        _say(f"  {place(c)} : {figure(c['compte'])} ({printable(c['objet'])}){_corrects(c)}")


def _corrects(cell: dict) -> str:
    """Name the lines of other files that this one corrects."""
    said = []
    for c in cell.get("corrige", ()):
        sheet = f", feuille « {printable(c['feuille'])} »" if c["feuille"] else ""
        said.append(f"{printable(c['nom'])}{sheet}, ligne {c['ligne']}")
    return f", corrige {' et '.join(said)}" if said else ""


def _rate(rate: dict) -> None:
    out.print("Taux", style="bold")
    if rate["taux"] is None:
        _say(f"  manque : {rate['motif']}")
    else:
        _say(
            f"  {figure(rate['taux'])} {rate['unite']} = {figure(rate['numerateur'])} rapportés à "
            f"{figure(rate['denominateur_valeur'])} ({rate['nature']}, {rate['denominateur_millesime']}, "
            f"{rate['denominateur_origine']})"
        )
    for year in rate["annees"]:
        _say(f"  numérateur {year['periode']} : {figure(year['valeur'])}{' ' + year['motif'] if year['motif'] else ''}")
    _say(f"  Règle : {rate['regle']}")
    cells = rate["cellules"]
    _say(f"  Dénominateur : {plural(cells['nombre'], 'cellule ou ligne', 'cellules ou lignes')}")
    for c in cells["lignes"][:_SHOWN_TERMS]:
        _say(f"    {place(c)} : {figure(c['compte'])} ({printable(c['objet'])})")


def place(cell: dict) -> str:
    """Write where a cell stands in its file: its sheet and cell, or its line and column."""
    sheet = f", feuille « {printable(cell['feuille'])} »" if cell["feuille"] else ""
    where = (
        f"cellule {cell['colonne']}{cell['ligne']}"
        if cell["colonne"]
        else f"ligne {cell['ligne']}, colonne {printable(cell['entete'])}"
    )
    return f"{printable(cell['nom'] or cell['livraison_id'])}{sheet}, {where}"


def _say(text: str) -> None:
    out.print(text, markup=False, soft_wrap=True)
