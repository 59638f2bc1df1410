"""Entry point of `vigie`: the commands, and what any of them does with a mistake or an accident."""

from __future__ import annotations

import codecs
import contextlib
import io
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from pipelines import __version__
from pipelines.base.exit_codes import INTERRUPTED, USAGE
from pipelines.cli.french import FrenchCommand, FrenchGroup, usage_sentence
from pipelines.cli.screen import fail
from pipelines.machine import interruption, rights
from pipelines.machine.memory import collect_rarely

app = typer.Typer(
    name="vigie",
    cls=FrenchGroup,
    help="Vigie : des extraits reçus à un entrepôt que l'on interroge en SQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Écrire un seul objet JSON.")]
Delivery = Annotated[
    str, typer.Argument(metavar="FICHIER", help="Le nom du fichier reçu, ou le début de son identifiant.")
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"vigie {__version__}")
        raise typer.Exit


@app.callback()
def vigie(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Afficher la version.")
    ] = False,
) -> None:
    """Vigie : des extraits reçus à un entrepôt que l'on interroge en SQL."""


@app.command(cls=FrenchCommand, help="Écrire une démonstration du Lot dans le dossier d'arrivée.")
def demo(
    seed: Annotated[int, typer.Option("--graine", help="La graine des chiffres inventés.")] = 46,
    json: Json = False,
) -> None:
    from pipelines.cli import demo as command

    raise typer.Exit(command.run(seed, json))


@app.command(cls=FrenchCommand, help="Fixer la date de début : rien d'avant n'est demandé. Sans période, la dire.")
def start(
    period: Annotated[
        str | None,
        typer.Argument(metavar="PÉRIODE", help="Par exemple 2025-01, 2025-T1 ou 2025.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    from pipelines.cli import start as command

    raise typer.Exit(command.run(period, json))


@app.command(cls=FrenchCommand, help="Charger ce qui est arrivé : lire, reconstruire l'entrepôt, le publier.")
def load(
    wait: Annotated[bool, typer.Option("--wait", help="Attendre la fin d'un autre chargement.")] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import load as command

    raise typer.Exit(command.run(wait, json))


@app.command(cls=FrenchCommand, help="Télécharger les fichiers publics nouveaux dans le dossier d'arrivée (réseau).")
def fetch(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="Ces sources seulement ; sans elle, toutes.", show_default=False),
    ] = None,
    dry: Annotated[
        bool, typer.Option("--essai", "--dry-run", help="Interroger les catalogues, et ne rien télécharger.")
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import fetch as command

    raise typer.Exit(command.run(sources or [], dry, json))


@app.command(cls=FrenchCommand, help="Dire où en est l'entrepôt : ce qui est publié, ce qui manque, ce qui est refusé.")
def status(json: Json = False) -> None:
    from pipelines.cli import status as command

    raise typer.Exit(command.run(json))


@app.command(cls=FrenchCommand, help="Écrire la page de la qualité : ce qui manque, se contredit, est refusé.")
def quality(
    target: Annotated[
        Path | None, typer.Option("--sortie", help="Le fichier à écrire ; sans lui, qualite.html dans le dossier.")
    ] = None,
    json: Json = False,
) -> None:
    from pipelines.cli import quality as command

    with rights.asked(target):
        raise typer.Exit(command.run(target, json))


@app.command(cls=FrenchCommand, help="Inscrire un écart connu : plus signalé jusqu'à une date, toujours compté.")
def tolerate(
    rule: Annotated[str, typer.Argument(metavar="RÈGLE", help="Le code de la règle, par exemple SAUT.")],
    thing: Annotated[
        str, typer.Argument(metavar="OBJET", help="L'objet, comme la page le nomme ; * et ? sont permis.")
    ],
    reason: Annotated[str, typer.Option("--motif", help="Pourquoi cet écart est connu.")],
    until: Annotated[str, typer.Option("--jusqu-au", help="Le dernier jour, par exemple 2025-12-31.")],
    json: Json = False,
) -> None:
    from pipelines.cli import quality as command

    raise typer.Exit(command.tolerate(rule, thing, reason, until, json))


@app.command(cls=FrenchCommand, help="Lister les livraisons, ou en montrer une et pourquoi elle est refusée.")
def deliveries(
    delivery: Annotated[
        str | None, typer.Argument(metavar="FICHIER", help="Le nom d'un fichier reçu, ou le début de son identifiant.")
    ] = None,
    refused: Annotated[bool, typer.Option("--refusees", help="Seulement les livraisons refusées.")] = False,
    filed: Annotated[
        bool, typer.Option("--classer", help="Ce refus n'est plus à faire ; il reste dans la liste.")
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import deliveries as command

    raise typer.Exit(command.file_away(delivery, json) if filed else command.run(delivery, refused, json))


@app.command(cls=FrenchCommand, help="Retirer une livraison acceptée ; ses octets restent dans l'archive.")
def withdraw(
    delivery: Delivery,
    reason: Annotated[str, typer.Option("--motif", help="Pourquoi elle est retirée.")],
    json: Json = False,
) -> None:
    from pipelines.cli import deliveries as command

    raise typer.Exit(command.withdraw(delivery, reason, json))


@app.command(cls=FrenchCommand, help="Choisir, de deux livraisons de la même édition, celle qui compte.")
def choose(
    delivery: Delivery,
    reason: Annotated[str, typer.Option("--motif", help="Pourquoi elle est choisie.")],
    json: Json = False,
) -> None:
    from pipelines.cli import choose as command

    raise typer.Exit(command.run(delivery, reason, json))


@app.command(cls=FrenchCommand, help="Confirmer une correction proposée d'un retour, ou garder ce qui est en usage.")
def confirm(
    delivery: Delivery,
    reason: Annotated[str | None, typer.Option("--motif", help="Le motif, facultatif.")] = None,
    lines: Annotated[
        bool, typer.Option("--lignes", help="Ses lignes corrigent et s'ajoutent, les autres restent.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--entier", help="Il remplace tout : les lignes qu'il n'a pas sont retirées.")
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import confirm as command

    raise typer.Exit(command.run(delivery, reason, lines, whole, json))


@app.command(cls=FrenchCommand, help="Rétablir une livraison retirée.")
def reinstate(
    delivery: Delivery,
    reason: Annotated[str, typer.Option("--motif", help="Pourquoi elle est rétablie.")],
    json: Json = False,
) -> None:
    from pipelines.cli import deliveries as command

    raise typer.Exit(command.reinstate(delivery, reason, json))


@app.command(cls=FrenchCommand, help="Vérifier que rien n'a changé sur le disque : archive, lignes lues, entrepôt.")
def verify(json: Json = False) -> None:
    from pipelines.cli import operations as command

    raise typer.Exit(command.verify(json))


@app.command(cls=FrenchCommand, help="Vérifier les tables du projet : encodage, colonnes, types, codes, doubles.")
def check_tables(
    put_right: Annotated[
        bool,
        typer.Option("--reecrire", help="Réécrire celles qu'un tableur a enregistrées à sa façon, si rien ne se perd."),
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import tables as command

    with rights.asked(Path()):  # a developer's own tables
        raise typer.Exit(command.run(put_right, json))


@app.command(cls=FrenchCommand, help="Tout refaire depuis l'archive : l'index du registre, les lignes, l'entrepôt.")
def rebuild(
    wait: Annotated[bool, typer.Option("--wait", help="Attendre la fin d'un autre chargement.")] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import rebuild as command

    raise typer.Exit(command.run(wait, json))


@app.command(cls=FrenchCommand, help="Mettre le dossier à niveau de cette version de Vigie ; dire ce qui change.")
def upgrade(
    dry: Annotated[
        bool, typer.Option("--essai", "--dry-run", help="Dire ce qui changerait, et ne rien changer.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Attendre la fin d'un chargement.")] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import upgrade as command

    raise typer.Exit(command.run(dry, wait, json))


@app.command(cls=FrenchCommand, help="Écrire une sauvegarde : un seul fichier, d'où tout peut être refait.")
def backup(
    target: Annotated[
        Path | None, typer.Argument(metavar="FICHIER", help="Le fichier à écrire, par exemple vigie-46.tar.gz.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--dossier", help="Le dossier des sauvegardes : elle y prend un nom, les plus anciennes s'en vont."
        ),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Attendre la fin d'un chargement.")] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import operations as command

    raise typer.Exit(command.backup(target, folder, wait, json))


@app.command(cls=FrenchCommand, help="Dire en une ligne si tout va bien, pour la surveillance d'un serveur.")
def sante(json: Json = False) -> None:
    from pipelines.cli import health as command

    raise typer.Exit(command.run(json))


@app.command(cls=FrenchCommand, help="Enlever les vieux journaux et l'histoire des vieux chargements.")
def menage(
    wait: Annotated[bool, typer.Option("--wait", help="Attendre la fin d'un chargement.")] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import operations as command

    raise typer.Exit(command.prune(wait, json))


@app.command(cls=FrenchCommand, help="Restaurer une sauvegarde dans un dossier vide.")
def restore(
    source: Annotated[Path, typer.Argument(metavar="FICHIER", help="La sauvegarde.")],
    only_damaged: Annotated[
        bool,
        typer.Option("--reparer", help="Ne remettre que ce que vigie verify trouve abîmé ou absent dans ce dossier."),
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import operations as command

    raise typer.Exit(command.restore(source, only_damaged, json))


@app.command(cls=FrenchCommand, help="Lire le plan : ses priorités, une action, un indicateur, un chiffre imprimé.")
def plan(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE", help="P1, P3.A2, P3.A2.I1, P3.A2.M4, CBV_4001, I.B.2 (une section), I.B.2-04 (un chiffre)."
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verifier", help="Mettre chaque chiffre imprimé en face de ce que l'entrepôt calcule.")
    ] = False,
    against_itself: Annotated[
        bool,
        typer.Option("--coherence", help="Montrer les chiffres et les phrases du plan qui se contredisent."),
    ] = False,
    at: Annotated[
        str | None,
        typer.Option("--au", metavar="AAAA-MM-JJ", help="Le plan de ce jour-là : celui d'avant, quand un autre suit."),
    ] = None,
    json: Json = False,
) -> None:
    from pipelines.cli.plan import command

    raise typer.Exit(command.run(code, verify, against_itself, json, at))


@app.command(cls=FrenchCommand, help="Écrire les modèles que les services remplissent : classeurs et CSV.")
def templates(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="service_returns, road_barometer, iscg ou action_followup ; sans elle, toutes.",
            show_default=False,
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            "--periode",
            help="2021-03, 2021-T1, ou 2021 pour l'année dans un classeur ; sans elle, la dernière période close.",
        ),
    ] = None,
    service: Annotated[str | None, typer.Option("--service", help="Un seul service, par exemple CGD CAHORS.")] = None,
    post: Annotated[
        str | None, typer.Option("--poste", help="Un seul poste d'intervenant social, par son code.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--dossier", help="Où les écrire ; sans lui, le dossier modeles de Vigie.")
    ] = None,
    json: Json = False,
) -> None:
    from pipelines.cli import templates as command

    with rights.asked(folder):
        raise typer.Exit(command.run(source, period, service, post, folder, json))


@app.command(cls=FrenchCommand, help="Écrire les messages qui demandent ce qui manque ; envoyés si on le demande.")
def relances(
    debtor: Annotated[
        str | None, typer.Option("--pour", help="Un seul destinataire : un pilote, un service, un producteur.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--dossier", help="Où écrire un fichier texte par destinataire.")
    ] = None,
    drafts: Annotated[
        bool,
        typer.Option(
            "--brouillons", help="Des brouillons .eml, modèles joints, pour un logiciel de courriel (relances/)."
        ),
    ] = False,
    sends: Annotated[
        bool, typer.Option("--envoyer", help="Les envoyer par le serveur de courriel des réglages, modèles joints.")
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import reminders as command

    with rights.asked(folder):
        raise typer.Exit(command.run(debtor, folder, drafts, sends, json))


@app.command(cls=FrenchCommand, help="Lister les messages partis, en attente ou d'issue inconnue ; en régler un.")
def messages(
    message: Annotated[
        str | None,
        typer.Argument(metavar="MESSAGE", help="Le début de l'identifiant d'un message.", show_default=False),
    ] = None,
    sends: Annotated[bool, typer.Option("--envoyer", help="Envoyer maintenant ce qui attend.")] = False,
    again: Annotated[bool, typer.Option("--renvoyer", help="Envoyer de nouveau ce message (avec --motif).")] = False,
    closes: Annotated[
        bool, typer.Option("--clore", help="Ne plus envoyer ce message, ou le dire arrivé (avec --motif).")
    ] = False,
    reason: Annotated[str | None, typer.Option("--motif", help="Pourquoi il est renvoyé ou clos.")] = None,
    json: Json = False,
) -> None:
    from pipelines.cli import messages as command

    raise typer.Exit(command.run(message, sends, again, closes, reason, json))


Reason = Annotated[
    str | None,
    typer.Option("--motif", help="Le motif, pour corriger ce qui est déjà donné ; les deux sont gardés."),
]
Wait = Annotated[bool, typer.Option("--wait", help="Attendre la fin d'un chargement.")]
Preview = Annotated[bool, typer.Option("--apercu", help="Écrire ce qui serait donné, dans apercus/, sans rien donner.")]


@app.command(cls=FrenchCommand, help="Donner le cliché d'un trimestre clos : données, rapport, classeur.")
def snapshot(
    quarter: Annotated[str, typer.Argument(metavar="TRIMESTRE", help="Le trimestre, par exemple 2019-T4.")],
    reason: Reason = None,
    target: Annotated[
        Path | None,
        typer.Option("--refaire", help="Refaire depuis l'archive les données de ce qui est donné, dans ce dossier."),
    ] = None,
    draft: Preview = False,
    wait: Wait = False,
    json: Json = False,
) -> None:
    from pipelines.cli import snapshots as command

    if target is not None:
        with rights.asked(target):
            raise typer.Exit(command.remake(quarter, target, json))
    if draft:
        raise typer.Exit(command.preview(quarter, "trimestre", json))
    raise typer.Exit(command.run(quarter, "trimestre", reason, wait, json))


@app.command(cls=FrenchCommand, help="Donner l'édition restreinte d'un mois, pour l'état-major de sécurité.")
def edition(
    month: Annotated[str, typer.Argument(metavar="MOIS", help="Le mois, par exemple 2019-11.")],
    reason: Reason = None,
    draft: Preview = False,
    wait: Wait = False,
    json: Json = False,
) -> None:
    from pipelines.cli import snapshots as command

    if draft:
        raise typer.Exit(command.preview(month, "mois", json))
    raise typer.Exit(command.run(month, "mois", reason, wait, json))


@app.command(cls=FrenchCommand, help="Donner le bilan d'une année : l'état de la délinquance, pour le CDPD.")
def bilan(
    year: Annotated[str, typer.Argument(metavar="ANNÉE", help="L'année, par exemple 2019.")],
    reason: Reason = None,
    draft: Preview = False,
    wait: Wait = False,
    json: Json = False,
) -> None:
    from pipelines.cli import snapshots as command

    if draft:
        raise typer.Exit(command.preview(year, "annee", json))
    raise typer.Exit(command.run(year, "annee", reason, wait, json))


@app.command(cls=FrenchCommand, help="Redessiner les pages d'un cliché, d'après son seul dossier.")
def report(
    snapshot: Annotated[
        str, typer.Argument(metavar="CLICHÉ", help="Le cliché, par exemple 2019-T4, ou le dossier d'un cliché copié.")
    ],
    target: Annotated[Path, typer.Option("--dossier", help="Où écrire les pages.")],
    json: Json = False,
) -> None:
    from pipelines.cli import snapshots as command

    with rights.asked(target):
        raise typer.Exit(command.report(snapshot, target, json))


@app.command(cls=FrenchCommand, help="Écrire un commentaire d'une priorité ou d'une action, pour une édition.")
def comment(
    period: Annotated[str, typer.Argument(metavar="PÉRIODE", help="2019, 2019-T1 ou 2019-03.")],
    priority: Annotated[
        str,
        typer.Argument(
            metavar="OBJET",
            help="P1 (une priorité), P1.A2 (une action), ou initiatives, reussites, contraintes, perception.",
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Le texte, en Markdown.")],
    edition: Annotated[str, typer.Option("--edition", help="publique ou restreinte.")],
    author: Annotated[str, typer.Option("--auteur", help="Qui signe : une fonction, sans nom.")],
    json: Json = False,
) -> None:
    from pipelines.cli import comment as command

    raise typer.Exit(command.run(period, priority, file, edition, author, json))


@app.command(
    cls=FrenchCommand, help="Écrire l'observatoire d'un cliché : un dossier de pages qui s'ouvrent sans réseau."
)
def site(
    snapshot: Annotated[
        str, typer.Argument(metavar="CLICHÉ", help="Le cliché, par exemple 2019-T4, ou le dossier d'un cliché copié.")
    ],
    target: Annotated[
        Path, typer.Option("--dossier", help="Où écrire les pages : un dossier vide, ou d'un observatoire.")
    ],
    restricted: Annotated[
        bool, typer.Option("--restreinte", help="L'édition restreinte, à ne pas diffuser, au lieu de la publique.")
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import site as command

    with rights.asked(target):
        raise typer.Exit(command.run(snapshot, target, restricted, json))


@app.command(cls=FrenchCommand, help="Lister les clichés donnés.")
def snapshots(json: Json = False) -> None:
    from pipelines.cli import snapshots as command

    raise typer.Exit(command.listing(json))


@app.command(cls=FrenchCommand, help="Ne plus demander ce qui n'arrivera pas ; il reste compté comme manquant.")
def excuse(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="QUOI PÉRIODE",
            help="Une source, un service, un poste, une fiche-action ou un pilote, puis un mois, un trimestre, une "
            "année ou une suite : CGD CAHORS 2025-01..2025-03.",
            show_default=False,
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option("--motif", help="Pourquoi ce n'est plus attendu.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Pour cette source seulement ; sans elle, pour toutes.")
    ] = None,
    take_back: Annotated[
        bool, typer.Option("--retirer", help="Reprendre une excuse : c'est de nouveau attendu.")
    ] = False,
    listed: Annotated[bool, typer.Option("--liste", help="Lister ce qui est excusé.")] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import excuse as command

    raise typer.Exit(command.run(words or [], source, reason, take_back, listed, json))


@app.command(cls=FrenchCommand, help="Interroger l'entrepôt publié en SQL, en lecture seule.")
def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="REQUÊTE", help="La requête ; sans elle, l'entrée standard est lue.")
    ] = None,
    format: Annotated[str, typer.Option("--format", help="table, csv ou json.")] = "table",
    json: Json = False,
) -> None:
    from pipelines.cli import sql as command

    raise typer.Exit(command.run(query, "json" if json else format))


@app.command(cls=FrenchCommand, help="Ouvrir un terminal SQL sur l'entrepôt publié, en lecture seule.")
def console() -> None:
    from pipelines.cli import console as command

    raise typer.Exit(command.run())


@app.command(cls=FrenchCommand, help="Dire d'où vient une valeur : livraisons, feuilles, cellules ou lignes.")
def explain(
    indicator: Annotated[str, typer.Argument(metavar="INDICATEUR", help="Son code, par exemple CBV_4001.")],
    territory: Annotated[str, typer.Argument(metavar="TERRITOIRE", help="Son code, par exemple DEP-46.")],
    period: Annotated[str, typer.Argument(metavar="PÉRIODE", help="2019, 2019-T1 ou 2019-03.")],
    breakdown: Annotated[
        str, typer.Option("--ventilation", help="Une modalité, par exemple usager=pieton.")
    ] = "total=total",
    source: Annotated[
        str | None, typer.Option("--source", help="Une source, quand plusieurs la donnent ; sans elle, celle en usage.")
    ] = None,
    json: Json = False,
) -> None:
    from pipelines.cli import explain as command
    from pipelines.explain.question import Question

    raise typer.Exit(command.run(Question(indicator, territory, period, breakdown, source), json))


@app.command(cls=FrenchCommand, help="Écrire le dictionnaire : chaque table, colonne et indicateur, en une page.")
def dictionary(
    target: Annotated[
        Path | None, typer.Option("--sortie", help="Le fichier à écrire ; sans lui, dictionnaire.html dans le dossier.")
    ] = None,
    models: Annotated[
        bool,
        typer.Option("--modeles", help="La documentation de dbt à la place : chaque modèle et son SQL."),
    ] = False,
    json: Json = False,
) -> None:
    from pipelines.cli import dictionary as command

    with rights.asked(target):
        raise typer.Exit(command.models(target, json) if models else command.run(target, json))


@app.command(cls=FrenchCommand, help="Copier les tables publiées dans la base PostgreSQL des réglages.")
def copy(wait: Wait = False, json: Json = False) -> None:
    from pipelines.cli import copy as command

    raise typer.Exit(command.run(wait, json))


@app.command(
    cls=FrenchCommand,
    help="Ouvrir le bureau : déposer, décider, relancer, donner (Ctrl-C pour arrêter).",
)
def bureau(
    port: Annotated[int, typer.Option("--port", help="Le port, sur la boucle locale.")] = 3000,
    address: Annotated[
        bool, typer.Option("--adresse", help="Donner l'adresse du bureau ouvert ; elle sert une fois.")
    ] = False,
) -> None:
    from pipelines.cli import ui as command

    raise typer.Exit(command.tell_address(command.DESK) if address else command.run(port, command.DESK))


@app.command(cls=FrenchCommand, help="Ouvrir l'interface web de Dagster sur cette machine (Ctrl-C pour arrêter).")
def ui(
    port: Annotated[int, typer.Option("--port", help="Le port, sur la boucle locale.")] = 3000,
    address: Annotated[
        bool, typer.Option("--adresse", help="Donner l'adresse de l'interface ouverte ; elle sert une fois.")
    ] = False,
) -> None:
    from pipelines.cli import ui as command

    raise typer.Exit(command.tell_address() if address else command.run(port))


def _write_anywhere() -> None:
    """Write UTF-8 where the locale knows no accent (C), a question mark where it lacks a sign: never fail."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if codecs.lookup(stream.encoding).name == "ascii":
            stream.reconfigure(encoding="utf-8")
        else:
            stream.reconfigure(errors="replace")


def main() -> None:
    """Run a command; exit codes are those of the contract (64 for usage, 4 for an internal fault)."""
    _write_anywhere()
    rights.close()
    sys.unraisablehook = lambda _: None  # an error that a library cannot raise while it closes is not shown
    collect_rarely()
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        code = 0 if type(error).__name__ == "NoArgsIsHelpError" else fail(usage_sentence(error), USAGE)
    except (typer.Abort, KeyboardInterrupt):
        code = fail(interruption.SENTENCE, INTERRUPTED)
    except BrokenPipeError:
        code = 0
    except Exception as error:
        from pipelines.cli.accident import report

        code = report(error)
    # Leave at once: all is written, and unloading the modules of dagster and dbt takes a second.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    interruption.end(code or 0)
