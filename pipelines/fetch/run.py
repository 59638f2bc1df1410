"""One run: ask the catalogues, tell what is new, bring it, and remember each step of it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipelines.base import progress
from pipelines.catalogue.downloads import Address, DataSet, Places, Wanted
from pipelines.fetch.download import download, forget, place, sweep
from pipelines.fetch.here import Here
from pipelines.fetch.portal import Portal, look_at
from pipelines.fetch.web import Failed, Web
from pipelines.home import announced
from pipelines.home.announced import Announced, Brought, Ledger
from pipelines.home.register import now
from pipelines.settings.model import Settings


@dataclass(frozen=True)
class Failure:
    """What could not be had. `phrase` is French."""

    sources: list[str]
    quoi: str
    phrase: str


@dataclass
class Outcome:
    """What one run found and did. `ledger_damaged`: what was remembered could not be read, and was put aside."""

    new: list[Announced] = field(default_factory=list)
    brought: list[tuple[Announced, Brought]] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)  # names that nothing in the catalogue allows to verify
    had: int = 0
    failures: list[Failure] = field(default_factory=list)
    ledger_damaged: bool = False


def fetch(settings: Settings, places: Places, asked: list[str], web: Web, dry: bool = False) -> Outcome:
    """Bring what is new of the asked sources; with `dry`, only look. Raises MachineFault when the disk fails."""
    paths, outcome = settings.paths, Outcome()
    ledger = _remembered(paths.announced, outcome)
    _look(ledger, places, asked, Portal(web, settings.catalogue), web, outcome)
    here = Here(paths)
    looked = [f for f in ledger.fichiers.values() if set(f.sources) & set(asked)]
    for file in looked:
        if file.recu is None or not file.is_same(file.recu) or not here.has(file.recu):
            file.recu = here.find(file)
        if file.recu is None:
            outcome.new.append(file)
        else:
            outcome.had += 1
            forget(paths.downloads, file)
    announced.save(ledger, paths.announced)
    if not dry:
        sweep(paths.downloads, ledger.fichiers.values())
        for file in outcome.new:
            _bring(settings, ledger, file, web, here, outcome)
    return outcome


def _remembered(file: Path, outcome: Outcome) -> Ledger:
    try:
        return announced.read(file)
    except announced.Damaged:
        outcome.ledger_damaged = True
        os.replace(file, f"{file}.illisible")
        return Ledger()


def _look(ledger: Ledger, places: Places, asked: list[str], portal: Portal, web: Web, outcome: Outcome) -> None:
    """Bring the ledger to what catalogues say now, of the asked sources; what could not be asked stays as it was."""
    when = now()
    steps: list[tuple[DataSet | Address, list[str]]] = [*_shared(places.datasets, asked)]
    steps += [(a, [a.source]) for a in places.addresses if a.source in asked]
    for number, (place_of, sources) in enumerate(steps):
        progress.tell("Catalogues", number, len(steps))
        try:
            absent: list[Wanted] = []
            if isinstance(place_of, Address):
                found = [look_at(web, place_of)]
            else:
                found, absent = portal.files_of(place_of)
        except Failed as failed:
            what = place_of.title if isinstance(place_of, DataSet) else place_of.what
            outcome.failures.append(Failure(sources, what, str(failed)))
            continue
        outcome.failures += [Failure(sources, w.what, _not_listed(place_of.title, w.names)) for w in absent]
        _replace(ledger, place_of, found, sources, when)
    progress.tell("Catalogues", len(steps), len(steps))


def _shared(datasets: tuple[DataSet, ...], asked: list[str]) -> list[tuple[DataSet, list[str]]]:
    """One workbook may feed two sources: what they want alike is asked once, for both."""
    groups: dict[tuple, list[DataSet]] = {}
    for dataset in datasets:
        groups.setdefault((dataset.slug, dataset.wanted), []).append(dataset)
    return [(g[0], [d.source for d in g]) for g in groups.values() if {d.source for d in g} & set(asked)]


def _replace(
    ledger: Ledger, place_of: DataSet | Address, found: list[Announced], sources: list[str], when: str
) -> None:
    before = {k: f for k, f in ledger.fichiers.items() if f.jeu == place_of.title and set(f.sources) & set(sources)}
    for key in before:
        del ledger.fichiers[key]
    for file in found:
        file.sources, file.vu_le = sources, when
        file.recu = before[file.cle].recu if file.cle in before else None
        ledger.fichiers[file.cle] = file


def _bring(settings: Settings, ledger: Ledger, file: Announced, web: Web, here: Here, outcome: Outcome) -> None:
    """Download, verify, name, remember: in that order, so that what is remembered is there."""
    paths = settings.paths
    tell = partial(progress.tell, file.nom)
    try:
        draft = download(web, file, paths.downloads, settings.max_file_mib * 2**20, tell)
        name = file.nom
        if not here.holds(draft.sha256):  # else it is loaded already, and there is nothing to receive
            name = place(draft, paths.landing, file.nom, _day(file.modifie_le))
    except Failed as failed:
        outcome.failures.append(Failure(file.sources, file.nom, str(failed)))
        return
    file.recu = Brought(
        nom=name,
        taille=draft.size,
        sha256=draft.sha256,
        empreinte=file.empreinte,
        modifie_le=file.modifie_le,
        recu_le=now(),
    )
    ledger.recus.append(file.recu)
    announced.save(ledger, paths.announced)
    forget(paths.downloads, file)
    outcome.brought.append((file, file.recu))
    if draft.proof == "aucune":
        outcome.unproved.append(name)


def _day(written: str) -> str:
    """The day of a date that a catalogue wrote, or today: what a stranger wrote names no file."""
    found = re.match(r"\d{4}-\d{2}-\d{2}", written)
    return found[0] if found else now()[:10]


def _not_listed(title: str, names: tuple[str, ...]) -> str:
    wanted = " ou ".join(f"« {n} »" for n in names)
    return (
        f"le jeu « {title} » n'a plus de fichier nommé {wanted}. À faire : voir sous quel nom le producteur le publie, "
        "et corriger noms dans sources/*/source.yml."
    )
