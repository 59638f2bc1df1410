"""`vigie fetch`: the public files, from the producers' catalogues to the landing folder. Only on demand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipelines.base import progress
from pipelines.base.exit_codes import DONE, NOTHING_PUBLISHED, PARTLY_REFUSED, USAGE
from pipelines.base.wording import mebibytes, plural, printable
from pipelines.catalogue.downloads import Places, read_places
from pipelines.cli.screen import err, fail, out, print_json
from pipelines.fetch.run import Outcome, fetch
from pipelines.fetch.web import Web, host_of
from pipelines.home.register import Register
from pipelines.machine.lock import LoadLock
from pipelines.machine.paths import Paths
from pipelines.officer.near import meant, same
from pipelines.settings.model import Settings


def run(sources: list[str], dry: bool, as_json: bool) -> int:
    """Bring what is new; 1 when a part of it could not be had, 2 when none of it could."""
    settings, places = Settings(), read_places()
    sources = [same(name, [*places.sources, *places.senders]) or name for name in sources]
    if sentence := _not_fetched(sources, places):
        return fail(sentence, USAGE)
    settings.paths.create()
    asked = sources or places.sources
    with LoadLock(settings.paths.fetch_lock, "vigie fetch"), Web() as web, _bar(shown=not as_json):
        outcome = fetch(settings, places, asked, web, dry)
    code = exit_code(outcome, dry)
    if as_json:
        print_json(_told(settings, outcome, dry, code))
    else:
        _show(settings, outcome, dry)
    return code


def exit_code(outcome: Outcome, dry: bool = False) -> int:
    """Count as a success a file already here, one brought, and one found when only looking."""
    if not outcome.failures:
        return DONE
    went_well = outcome.had or outcome.brought or (dry and outcome.new)
    return PARTLY_REFUSED if went_well else NOTHING_PUBLISHED


def _not_fetched(sources: list[str], places: Places) -> str:
    for name in sources:
        if name in places.senders:
            return (
                f"La source {name} ne se télécharge pas : elle est envoyée par « {places.senders[name]} ». "
                f"Se téléchargent : {', '.join(places.sources)}."
            )
        if name not in places.sources:
            near = meant(name, places.sources) or "."
            return f"La source {name} n'existe pas{near} Se téléchargent : {', '.join(places.sources)}."
    return ""


def _told(settings: Settings, outcome: Outcome, dry: bool, code: int) -> dict:
    return {
        "catalogue": host_of(settings.catalogue),
        "essai": dry,
        "arrivee": str(settings.paths.landing),
        "nouveaux": [
            f.model_dump(include={"sources", "quoi", "jeu", "nom", "adresse", "taille", "empreinte", "modifie_le"})
            for f in outcome.new
        ],
        "telecharges": [
            {"sources": f.sources, "nom": b.nom, "taille": b.taille, "sha256": b.sha256} for f, b in outcome.brought
        ],
        "deja_la": outcome.had,
        "non_verifiables": outcome.unproved,
        "echecs": [{"sources": f.sources, "quoi": f.quoi, "phrase": f.phrase} for f in outcome.failures],
        "memoire_illisible": outcome.ledger_damaged,
        "code_sortie": code,
    }


def _show(settings: Settings, outcome: Outcome, dry: bool) -> None:
    if outcome.ledger_damaged:
        err.print(
            f"Le relevé des catalogues était illisible, et a été mis de côté : {settings.paths.announced}.illisible. "
            "Les fichiers déjà présents ont été reconnus à leur contenu.",
            style="yellow", markup=False,
        )  # fmt: skip
    if dry:
        for f in outcome.new:
            size = mebibytes(f.taille) if f.taille else "taille inconnue"
            date = f", publié le {f.modifie_le[:10]}" if f.modifie_le[:4].isdigit() else ""
            out.print(f"Nouveau : {printable(f.nom)} ({', '.join(f.sources)} ; {size}{date})", markup=False)
    for f, brought in outcome.brought:
        out.print(
            f"Reçu : {printable(brought.nom)} ({', '.join(f.sources)} ; {mebibytes(brought.taille)})", markup=False
        )
    for name in outcome.unproved:
        err.print(
            f"Rien au catalogue ne permet de vérifier que {printable(name)} est entier.", style="yellow", markup=False
        )
    for failure in outcome.failures:
        err.print(
            f"Échec : {', '.join(failure.sources)}, {printable(failure.quoi)} : {failure.phrase}",
            style="red",
            markup=False,
        )
    if _is_demonstration(settings.paths):
        err.print(
            "Ce dossier contient une démonstration : vigie load y refusera ces fichiers. Les recevoir dans un autre, "
            "par exemple VIGIE_HOME=~/vigie-reelle vigie fetch",
            style="yellow", markup=False,
        )  # fmt: skip
    err.print(_verdict(settings, outcome, dry), markup=False)


def _is_demonstration(paths: Paths) -> bool:
    if not paths.register.exists():
        return False
    with Register(paths.register) as register:
        return register.nature() == "demonstration"


def _verdict(settings: Settings, outcome: Outcome, dry: bool) -> str:
    had = f"{plural(outcome.had, 'fichier officiel déjà là', 'fichiers officiels déjà là')}"
    if dry:
        return (
            f"{plural(len(outcome.new), 'nouveau', 'nouveaux')}, {had}. Rien n'a été téléchargé : vigie fetch le fait."
        )
    if outcome.brought:
        return (
            f"{plural(len(outcome.brought), 'fichier téléchargé', 'fichiers téléchargés')} dans "
            f"{settings.paths.landing}, {had}. Les charger : vigie load"
        )
    return f"Rien n'a pu être téléchargé, {had}." if outcome.failures else f"Rien de nouveau : {had}."


@contextlib.contextmanager
def _bar(shown: bool) -> Iterator[None]:
    """Show one line a file, in bytes; the catalogues answer at once and have none."""
    bar = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(),
        TextColumn("{task.fields[size]}"), TimeElapsedColumn(),
        console=err, transient=True, disable=not shown or not err.is_terminal,
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}

    def watcher(step: str, done: int, total: int | None) -> None:
        if step == "Catalogues":
            return
        if step not in tasks:
            tasks[step] = bar.add_task(printable(step), total=total, size="")
        size = f"{mebibytes(done)} sur {mebibytes(total)}" if total else mebibytes(done)
        bar.update(tasks[step], completed=done, total=total, size=size, visible=done != total)

    progress.watch(watcher)
    with bar:
        yield
