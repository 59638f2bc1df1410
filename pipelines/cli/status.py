"""`vigie status`: where the warehouse stands, on one screen."""

from __future__ import annotations

from pipelines.base.exit_codes import DONE
from pipelines.base.wording import file_named, plural
from pipelines.cli.screen import err, out, print_json
from pipelines.home.register import ACCEPTED, REFUSED
from pipelines.officer import corrections
from pipelines.officer.missing import lines
from pipelines.officer.official import lines as official
from pipelines.officer.situation import checks_line, gather, messages_lines
from pipelines.operations.health import ago
from pipelines.reception import conflicts
from pipelines.settings.model import Settings

_SHOWN = 5


def run(as_json: bool) -> int:
    """Show what is published, missing, refused or contradictory, and who is loading."""
    told = gather(Settings())
    if as_json:
        print_json(told)
    else:
        _show(told)
    return DONE


def _show(told: dict) -> None:
    nature = {"demonstration": "démonstration", "reelle": "données réelles", None: "encore vide"}[told["nature"]]
    out.print(f"Vigie, département {told['departement']}, {nature} — {told['dossier']}", style="bold", markup=False)
    published = told["publication"]
    if published:
        out.print(f"Publié le {published['publie_le'][:16].replace('T', ' ')} : {told['entrepot']}", markup=False)
    elif told["en_attente"] or told["en_cours"]:
        out.print("Rien n'est encore publié.")
    elif told["livraisons"].get(REFUSED):
        out.print("Rien n'est publié : corriger ce qui est refusé, le redéposer, puis : vigie load")
    else:
        out.print(f"Rien n'est publié. Déposer des fichiers dans {told['arrivee']}, puis : vigie load", markup=False)
    if told["en_attente"] and not told["en_cours"]:
        wait = plural(told["en_attente"], "fichier attend", "fichiers attendent")
        out.print(f"{wait} dans {told['arrivee']} : vigie load", style="yellow", markup=False)
    counts = told["livraisons"]
    if counts:
        out.print(
            f"{plural(counts.get(ACCEPTED, 0), 'livraison acceptée', 'livraisons acceptées')}, "
            f"{plural(counts.get(REFUSED, 0), 'refusée')}, {plural(counts.get('retiree', 0), 'retirée')}"
            + (" (vigie deliveries --refusees)" if counts.get(REFUSED) else "")
        )
    if told["manquantes"]:
        out.print(f"Manque au {told['jour_reference']:%d/%m/%Y} :", style="yellow")
        for line in lines(told["manquantes"]):
            out.print(f"  • {line}", style="yellow", markup=False)
        out.print('  Tout voir : vigie sql "from qualite.series_manquantes" ; le demander : vigie relances')
    elif told["manquantes"] == []:
        out.print("Rien ne manque de ce qui est dû." if not told["excusees"] else "Rien d'autre ne manque.")
    if told["a_telecharger"]:
        out.print(f"Dont des fichiers publics : vigie fetch {' '.join(told['a_telecharger'])}", markup=False)
    if told["a_faire_ici"]:
        out.print(f"Dont {plural(told['a_faire_ici'], 'élément')} à faire ici, à la préfecture (vigie relances)")
    for line in told.get("non_demandees_dit", ()):
        out.print(line, markup=False)
    for line in official(told["fichiers_officiels"]):
        out.print(line, style="yellow", markup=False)
    for d in told["mises_a_l_ecart"][:_SHOWN]:
        out.print(f"Mise à l'écart : {file_named(d)}. {d['motif']}", style="red", markup=False)
    if len(told["mises_a_l_ecart"]) > _SHOWN:
        left = len(told["mises_a_l_ecart"]) - _SHOWN
        out.print(f"… et {plural(left, 'autre', 'autres')} : vigie deliveries", style="red", markup=False)
    if told["conflits"]:
        out.print("En conflit, deux livraisons de la même édition n'ont pas le même contenu :", style="yellow")
        for line in conflicts.lines(told["conflits"]):
            out.print(f"  {line}", style="yellow", markup=False)
    for line in corrections.lines(told["corrections_proposees"]):
        out.print(line, style="yellow", markup=False)
    for line in messages_lines(told):
        out.print(f"{line} : vigie messages", style="yellow", markup=False)
    if told["copie_postgresql"]:
        _show_copy(**told["copie_postgresql"])
    for term in told["termes"]:
        out.print(term["phrase"], style="yellow", markup=False)
    if told["controles"]:
        out.print(f"{checks_line(told)} (vigie quality)", markup=False)
    if told["sauvegarde"]:
        when = told["sauvegarde"]["faite_le"]
        out.print(f"Dernière sauvegarde {ago(when)} : {told['sauvegarde']['fichier']}", markup=False)
    elif told["publication"]:
        out.print("Aucune sauvegarde : vigie backup --dossier DOSSIER", style="yellow")
    last = told["dernier_chargement"]
    if told["en_cours"]:
        since = str(told["en_cours"].get("depuis", "?"))[:16].replace("T", " ")
        out.print(f"En cours depuis {since} : {told['en_cours'].get('commande', 'vigie load')}", markup=False)
    if last and (last["resultat"] or not told["en_cours"]):
        out.print(f"Dernier chargement : {last['debut'][:16].replace('T', ' ')}, {last['resultat'] or 'interrompu'}")
    if told["chargement_automatique"]:
        out.print(told["chargement_automatique"], markup=False)
    if not last and not counts and not told["en_attente"] and not told["en_cours"]:
        err.print("Pour essayer : vigie demo, puis vigie load")


def _show_copy(a_jour: bool, dernier_essai: dict | None) -> None:
    if a_jour and dernier_essai:
        out.print(f"Copie PostgreSQL à jour ({dernier_essai['essayee_le'][:16].replace('T', ' ')})")
    else:
        why = dernier_essai["incident"] if dernier_essai else None
        out.print(f"Copie PostgreSQL en retard{f' : {why}' if why else ''} (vigie copy)", style="yellow", markup=False)
