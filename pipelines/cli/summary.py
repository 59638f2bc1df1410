"""The summary of a load: for a person, or as one JSON object."""

from __future__ import annotations

import json
import sqlite3

from rich.table import Table

from pipelines.base.exit_codes import DONE, INTERNAL_FAULT
from pipelines.base.rows import slice_of
from pipelines.base.wording import file_named, plural, printable, read_sentence
from pipelines.cli.checks import show_blocking
from pipelines.cli.screen import err
from pipelines.home.register import Register
from pipelines.loading.session import LoadSession
from pipelines.officer import checks, corrections
from pipelines.officer.deliveries import defect_sentence
from pipelines.officer.unasked import how_to_start
from pipelines.officer.which import argument
from pipelines.postgresql.owed import Copied
from pipelines.publication.standing import REAL
from pipelines.reception import conflicts

_SHOWN_DEFECTS = 5
_OF_CONFLICTS = ("source", "tranche", "edition", "livraison_id", "rang")


def gather(session: LoadSession, seconds: float) -> dict:
    """Gather the load as one mapping; its keys are those of `vigie load --json`."""
    with Register(session.settings.paths.register) as register:
        record = register.load(session.load)
        if record is None:
            raise KeyError(session.load)
        refused = [
            _named(register, i) | {"defauts": register.defects(i)} for i in dict.fromkeys(session.intake.refused)
        ]
        disputed = register.disputed()
        held = conflicts.conflicts(session.settings, register, session.catalogue)
        aside = _set_aside(disputed, set(session.intake.accepted))
        proposed = corrections.gather(session.settings, register, session.catalogue)
        confirmed = [_named(register, i) for i in session.confirmed]
        last = register.last_publication()
        without_start = session.first and register.nature() == REAL and not session.settings.depuis
        names = {d["livraison_id"]: d["nom"] for d in register.deliveries()}
        conclusion = session.conclusion
        isolated = [_named(register, i) | {"motif": why} for i, why in conclusion.aside.items()]
        between = [_named(register, i) for i in conclusion.between]
    # Without a build no check ran; what the first gate refused is listed file by file.
    judged = [*session.received, *session.results] if session.results else []
    return {
        "chargement": session.load,
        "resultat": session.outcome(),
        "code_sortie": session.exit_code(),
        "recues": len(session.intake.accepted) + len(session.intake.refused),
        "acceptees": session.intake.accepted,
        "refusees": [{k: d[k] for k in ("livraison_id", "nom", "commande", "defauts")} for d in refused],
        "deja_connues": session.intake.already_known,
        "deja_refusees": session.intake.already_refused,
        "ignores": session.intake.ignored,
        "deposes_par_un_autre": session.intake.misplaced,
        "conflits": [{k: c[k] for k in _OF_CONFLICTS} | {"etat": conflicts.state(c)} for c in disputed if c["conflit"]],
        "choix_a_faire": held,
        "corrections_proposees": proposed,
        "corrections_confirmees": confirmed,
        "ecartees": aside,
        "mises_a_l_ecart": isolated,
        "contradiction": {"constat": conclusion.unexplained, "livraisons": between} if between else None,
        "relues": session.intake.read_again,
        "lignes_lues": session.intake.lines,
        "lignes_gardees": session.intake.kept,
        "cellules_lues": session.intake.rows,
        "lignes_publiees": session.published,
        "entrepot": str(session.settings.paths.warehouse) if last else None,
        "arrivee": str(session.settings.paths.landing),
        "copie_postgresql": session.copied and {"lignes": session.copied.rows, "incident": session.copied.incident},
        "courriel": session.mail or None,
        "duree_s": round(seconds, 2),
        "etapes_s": json.loads(record["etapes"] or "{}"),
        "journal": record["journal"],
        "sans_debut": without_start,
        "annee": session.settings.today.year,
        "incident": session.fault,
        # A finding that a delivery explains is listed with that delivery.
        "modeles": [] if session.published else [{"modele": f.table, "message": f.said()} for f in session.failures],
        "controles": checks.gather([r.row() for r in judged], [f.row() for f in session.findings], names),
    }


def _named(register: Register, delivery_id: str) -> dict:
    delivery = register.entry(delivery_id)
    return {"livraison_id": delivery_id, "nom": delivery["nom"], "commande": argument(register, delivery)}


def _set_aside(disputed: list[sqlite3.Row], accepted: set[str]) -> list[dict]:
    """List the slices accepted by this load that differ from the delivery in use, and give way to it."""
    used = {slice_of(s): s for s in disputed if s["rang"] == 1}
    aside = []
    for s in disputed:
        first = used[slice_of(s)]
        if (
            s["livraison_id"] in accepted
            and first is not s
            and not s["pareille"]
            and not s["retenue"]
            and not s["proposee"]
            and not s["conflit"]
            and not first["indecise"]
        ):
            aside.append(
                {k: s[k] for k in ("livraison_id", "nom", "source", "table_nom", "tranche", "edition")}
                | {
                    "en_usage": first["livraison_id"],
                    "nom_en_usage": first["nom"],
                    "edition_en_usage": first["edition"],
                }
            )
    return aside


def _grouped(aside: list[dict]) -> dict[tuple[str, str, str], list[str]]:
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for a in aside:
        use = file_named({"livraison_id": a["en_usage"], "nom": a["nom_en_usage"]})
        use += f", édition {a['edition_en_usage']}" if a["edition_en_usage"] else ""
        grouped.setdefault((file_named(a), a["source"], use), []).append(a["tranche"].replace("|", " "))
    return grouped


def show(told: dict) -> None:
    """Print the summary, refused files first: they call for action."""
    for delivery in told["refusees"]:
        err.print(f"\nRefusé : {printable(delivery['nom'])}", style="bold red", markup=False)
        for defect in delivery["defauts"][:_SHOWN_DEFECTS]:
            err.print(f"  • {defect_sentence(defect)}", markup=False)
        left = len(delivery["defauts"]) - _SHOWN_DEFECTS
        if left > 0:
            err.print(f"  … et {plural(left, 'autre défaut', 'autres défauts')}.")
        err.print(
            f"  Le reste du chargement n'en est pas changé. Ses octets sont gardés en quarantaine ; "
            f"détail : vigie deliveries {delivery['commande']}"
        )
    for delivery in told["mises_a_l_ecart"]:
        _show_isolated(delivery)
    if told["contradiction"]:
        _show_contradiction(told["contradiction"])
    if told["choix_a_faire"]:
        err.print("\nConflit : deux livraisons de la même édition n'ont pas le même contenu.", style="bold yellow")
        for line in conflicts.lines(told["choix_a_faire"]):
            err.print(f"  {line}", markup=False)
    for line in corrections.lines(told["corrections_proposees"]):
        err.print(line, style="yellow", markup=False)
    if told["corrections_confirmees"]:
        names = ", ".join(map(file_named, told["corrections_confirmees"]))
        err.print(f"Corrections confirmées d'elles-mêmes (réglage corrections = automatiques) : {names}", markup=False)
    for (delivery, source, use), slices in _grouped(told["ecartees"]).items():
        err.print(
            f"Acceptée mais écartée : {delivery} pour {source} {', '.join(slices)} ; la valeur en usage vient de {use}",
            style="yellow", markup=False,
        )  # fmt: skip
    for line in told["deposes_par_un_autre"]:
        err.print(f"À vérifier : {printable(line)}", style="yellow", markup=False)
    for name in told["ignores"]:
        err.print(f"Laissé de côté : {printable(name)}", markup=False)
    if told["deja_refusees"]:
        err.print(
            f"{plural(told['deja_refusees'], 'fichier déjà refusé', 'fichiers déjà refusés')} dans le dossier "
            "d'arrivée : vigie deliveries --refusees"
        )
    show_blocking(told["controles"])
    if told["copie_postgresql"]:
        copied = Copied(told["copie_postgresql"]["lignes"], told["copie_postgresql"]["incident"])
        err.print(copied.sentence(), style="yellow" if copied.incident else None, markup=False)
    if told["courriel"]:
        err.print(told["courriel"], markup=False)
    style = "bold green" if told["code_sortie"] == DONE else "bold yellow"
    err.print(f"\n{told['resultat'].capitalize()}.", style=style, end=" ", markup=False)
    if told["lignes_publiees"] is None:
        if told["incident"]:
            err.print(told["incident"], markup=False)
        for model in told["modeles"][:_SHOWN_DEFECTS]:
            err.print(f"  • {model['message']}", markup=False)
        if told["code_sortie"] == INTERNAL_FAULT:
            err.print(f"Journal : {told['journal']}", markup=False)
        elif told["controles"]["regles"]:
            err.print("L'entrepôt publié n'a pas changé. Le détail : vigie quality", markup=False)
        elif told["entrepot"]:
            err.print(f"L'entrepôt publié est à jour ({told['duree_s']:.1f} s).", markup=False)
        elif told["refusees"] or told["deja_refusees"]:
            err.print("Corriger ce qui est refusé, le redéposer, puis relancer vigie load.", markup=False)
        else:
            err.print(f"Déposer des fichiers dans {told['arrivee']}, puis relancer vigie load.", markup=False)
        return
    err.print(
        f"{plural(told['recues'], 'fichier reçu', 'fichiers reçus')}, "
        f"{plural(len(told['acceptees']), 'accepté')}, {plural(len(told['refusees']), 'refusé')} ; "
        f"{read_sentence(told['lignes_lues'], told['lignes_gardees'], told['cellules_lues'])}."
    )
    if told["relues"]:
        err.print(
            f"{plural(len(told['relues']), 'fichier relu', 'fichiers relus')} : leur format dans sources/, ou la "
            "liste des lieux qu'ils nomment, a changé."
        )
    table = Table(box=None, show_header=False, padding=(0, 1))
    for step, seconds in told["etapes_s"].items():
        table.add_row(step, f"{seconds:.1f} s".replace(".", ","))
    table.add_row("en tout", f"{told['duree_s']:.1f} s".replace(".", ","))
    err.print(table)
    err.print(f"{checks.line(told['controles'])} (vigie quality)", markup=False)
    if told["sans_debut"]:
        err.print(
            "Premier chargement de ce dossier : aucune date de début n'est fixée. Ce qui manque d'avant cette année "
            f"est compté, et n'est demandé à personne. {how_to_start(str(told['annee']))}",
            style="yellow", markup=False,
        )  # fmt: skip
    err.print(f"Entrepôt : {told['entrepot']}", markup=False)


def _show_isolated(delivery: dict) -> None:
    err.print(f"\nMis à l'écart : {printable(delivery['nom'])}", style="bold red", markup=False)
    err.print(f"  • {delivery['motif']}", markup=False)
    err.print(
        f"  Le reste est publié sans lui. Le fichier est gardé : Vigie le reprend quand ses tables ou d'autres "
        f'livraisons changent ; sinon : vigie reinstate {delivery["commande"]} --motif "…", puis vigie load',
        markup=False,
    )


def _show_contradiction(told: dict) -> None:
    err.print("\nContradiction : ces livraisons ne peuvent pas être publiées ensemble.", style="bold red")
    err.print(f"  • {told['constat']}", markup=False)
    for d in told["livraisons"][:_SHOWN_DEFECTS]:
        err.print(f"  • {file_named(d)}", markup=False)
    err.print('  Retirer celle qui est fausse : vigie withdraw FICHIER --motif "…", puis vigie load', markup=False)
