"""Deliveries that come twice, late, early, cut, or in another order."""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable

from pipelines.catalogue.load import load_catalogue
from pipelines.home.archive import hash_of
from pipelines.home.register import Register
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.conftest import Home
from tests.faults.experiments import FAITS, TRANQUILLITE, WORKBOOK, ignored, put, refused, text_of
from tests.faults.fault import Fault
from tests.faults.ground import NEXT, Ground, said_by, start
from tests.faults.trial import Outcome, Trial, differing

ORDERS, BUILT_ORDERS = 100, 5


def growing(ground: Ground) -> Outcome:
    """A file to which something is still written: it waits, and is read whole once it is still."""
    whole = (ground.demonstration / TRANQUILLITE).read_bytes()
    with Trial(ground, VIGIE_STABILITY_SECONDS="1") as t:
        file = t.home.landing / TRANQUILLITE
        half = len(whole) // 2
        file.write_bytes(whole[:half])
        stop = threading.Event()

        def write() -> None:
            sent = half
            while not stop.wait(0.1):
                sent = min(sent + 20, len(whole) - 1)
                with file.open("ab") as stream:
                    stream.write(whole[file.stat().st_size : sent])

        writer = threading.Thread(target=write)
        writer.start()
        told = t.home.load()
        stop.set()
        writer.join()
        t.holds("I2", not told["acceptees"] and not told["refusees"], "un fichier en cours d'écriture est jugé")
        t.holds("I3", any("en cours d'écriture" in said for said in told["ignores"]), "l'attente n'est pas dite")
        t.unchanged()
        file.write_bytes(whole)
        t.loads_again(said_by(_with(ground, TRANQUILLITE).warehouse))
    return t.outcome


def _with(ground: Ground, name: str) -> Home:
    return ground.loaded_with({name: (ground.demonstration / name).read_bytes()})


def replaced_while_read(ground: Ground) -> Outcome:
    """Two contents that take each other's place under one name: what is kept is what was hashed, whole."""
    first = text_of(ground).encode("cp1252")
    second = text_of(ground).replace("\n1;2020", "\n2;2020").encode("cp1252")
    with Trial(ground) as t:
        file, stop = t.home.landing / TRANQUILLITE, threading.Event()

        def replace() -> None:
            for content in iter(lambda: (first, second)[random.random() < 0.5], None):
                if stop.is_set():
                    return
                draft = t.home.folder / "brouillon"
                draft.write_bytes(content)
                os.replace(draft, file)

        file.write_bytes(first)
        writer = threading.Thread(target=replace)
        writer.start()
        t.home.load()
        stop.set()
        writer.join()
        for kept in (t.home.folder / "archive").glob("*/contenu"):
            t.holds("I2", hash_of(kept) == kept.parent.name, f"{kept.parent.name} n'a pas ses octets")
        seen = {f.read_bytes() for f in (t.home.folder / "archive").glob("*/contenu") if f.stat().st_size == len(first)}
        t.holds("I2", seen <= {first, second}, "un mélange des deux contenus est archivé")
        put(t.home, {TRANQUILLITE: first, "autre.csv": second})
        # Under which name each was first read depends on chance.
        t.loads_again(said_by(ground.loaded_with({"a.csv": first, "b.csv": second}).warehouse, "nom"), "nom")
    return t.outcome


def same_twice(ground: Ground) -> Outcome:
    """The same bytes under two names at once, then under a third."""
    whole = (ground.demonstration / TRANQUILLITE).read_bytes()
    with Trial(ground) as t:
        put(t.home, {TRANQUILLITE: whole, "copie.csv": whole})
        told = t.home.load()
        t.holds("I2", (len(told["acceptees"]), told["deja_connues"]) == (1, 1), f"{told['acceptees']} acceptées")
        put(t.home, {"encore.csv": whole})
        t.holds("I4", t.home.load()["resultat"] == "rien de nouveau", "un autre nom fait une livraison")
        t.ends_as(said_by(_with(ground, TRANQUILLITE).warehouse, "nom"), "nom")
    return t.outcome


def _correction(ground: Ground) -> bytes:
    """The next edition of the file, with one figure changed."""
    text = text_of(ground).replace("\n1;2020", "\n2;2020")
    line = text.splitlines()[2]
    return text.replace(line, line.rpartition(";")[0] + ";41").encode("cp1252")


def corrected(ground: Ground, *order: int) -> Outcome:
    """The same name with other content; the content is the same whichever comes first."""
    contents = [(ground.demonstration / TRANQUILLITE).read_bytes(), _correction(ground)]
    with Trial(ground) as t:
        for rank in order:
            put(t.home, {TRANQUILLITE: contents[rank]})
            told = t.home.load()
            t.holds("I2", told["code_sortie"] == 0 and len(told["acceptees"]) == 1, f"{told['resultat']}")
        found = t.home.sql(
            "select valeur, count(*) over () from indicateurs.valeurs where indicateur_code = 'TRANQUILLITE' "
            "and retenu and territoire_code = 'SRV-46-PN-CIAT-CAHORS' and periode = '2020-01'"
        )
        # Noise nuisances as corrected, and the three other kinds of the file as they were.
        t.holds("I2", found == [[41 + 13 + 7 + 9, 1]], f"la correction ne vaut pas : {found}")
    return t.outcome


def late(ground: Ground) -> Outcome:
    """A delivery that comes three months after its day."""
    with Trial(ground, VIGIE_TODAY="2025-05-15") as t:
        put(t.home, {TRANQUILLITE: (ground.demonstration / TRANQUILLITE).read_bytes()})
        told = t.home.load()
        t.holds("I2", len(told["acceptees"]) == 1, f"{told['resultat']} {told['refusees'][:1]}")
        owed = "select count(*) from qualite.series_manquantes where objet_code = 'service_returns.tranquillite'"
        t.holds("I3", t.home.sql(owed) == [[0]] or told["code_sortie"] == 0, "le retard n'est pas visible")
    return t.outcome


def deleted(ground: Ground) -> Outcome:
    """The landing folder emptied after the load, and the raw rows lost: the archive gives all again."""
    with Trial(ground) as t:
        shutil.rmtree(t.home.landing)
        t.home.landing.mkdir()
        t.holds("I4", t.home.load()["resultat"] == "rien de nouveau", "une livraison effacée change quelque chose")
        t.unchanged()
        shutil.rmtree(t.home.folder / "raw")
        done = t.home.run("rebuild", "--json")
        t.holds("I4", done.returncode == 0, done.stderr[-300:])
        told = json.loads(done.stdout)
        same = (told["registre_identique"], told["tables_differentes"])
        t.holds("I4", same == (True, []), f"ce que dit la reconstruction : {same}")
        t.ends_as(t.content_before)
    return t.outcome


def truncated(ground: Ground, name: str) -> Outcome:
    """The first tenths of a file, each under its own name."""
    whole = (ground.demonstration / name).read_bytes()
    parts = {f"{tenth}-{name}": whole[: len(whole) * tenth // 10] for tenth in range(1, 10)}
    codes = ("classeur_tronque", "ligne_mal_coupee", "valeur_illisible", "code_absent", "cellule_vide",
             "lignes_incoherentes", "mois_absent")  # fmt: skip
    outcome = refused(ground, parts, *codes)
    outcome.tries = len(parts)
    return outcome


def not_deliveries(home: Home) -> None:
    for name in ("~$classeur.xlsx", "copie.tmp", ".cache", "reste.crdownload", "Thumbs.db", ".~lock.x.xlsx#"):
        (home.landing / name).write_bytes(b"a;b\n1;2\n")
    (home.landing / "dossier.xlsx").mkdir()


def orders(ground: Ground, tries: int = ORDERS, built: int = BUILT_ORDERS) -> Outcome:
    """The same deliveries, a correction and repeats, a few at a time in random orders: the same slices are in use; some
    of the orders, built whole, publish the same rows.
    """
    files = {n: f.read_bytes() for n, f in ground.files(*NEXT, "suivi-actions-2024", "caract", "lieux-2019").items()}
    files["correction.csv"] = _correction(ground)
    again = (TRANQUILLITE, "correction.csv")
    catalogue, outcome, selections, contents = load_catalogue(), Outcome(), set(), []
    chance = random.Random(ground.seed)
    for rank in range(tries):
        home = ground.bare()
        settings = Settings(home=home.folder, stability_seconds=0)
        names = sorted([*files, *again])
        chance.shuffle(names)
        with Register(settings.paths.register) as register:
            while names:
                several = [names.pop() for _ in range(min(len(names), chance.choice((1, 2, 5))))]
                put(home, {name: files[name] for name in several})
                receive(settings, register, catalogue, "essai")
                for name in set(several):
                    (home.landing / name).unlink()
            selections.add(
                tuple(
                    (s["source"], s["table_nom"], s["tranche"], s["rang"], s["sha256"], s["conflit"])
                    for s in register.selection()
                )
            )
        if rank < built:
            home.load()
            contents.append(said_by(home.warehouse))
        shutil.rmtree(home.folder)
        outcome.tries += 1
    if len(selections) != 1:
        outcome.broken.append(("I4", f"{len(selections)} sélections différentes en {tries} ordres"))
    for rank, content in enumerate(contents):
        if content != contents[0] or not content:
            outcome.broken.append(("I4", f"l'ordre {rank} publie autre chose : {differing(content, contents[:1])}"))
    return outcome


def dropped_during_a_load(ground: Ground) -> Outcome:
    """A file that arrives while a load runs is for the next one, whole."""
    with Trial(ground) as t:
        put(t.home, {n: f.read_bytes() for n, f in ground.files(NEXT[1]).items()})
        load = start(t.home, "load", "--json")
        time.sleep(4)
        put(t.home, {TRANQUILLITE: (ground.demonstration / TRANQUILLITE).read_bytes()})
        load.communicate(timeout=300)
        t.holds("I2", load.returncode == 0, f"sort {load.returncode}")
        t.loads_again(ground.whole_content)
    return t.outcome


def _header_only(ground: Ground) -> bytes:
    return "\n".join([*text_of(ground).splitlines()[:2], ""]).encode("cp1252")


def _ignored(names: tuple[str, ...], make: Callable[[Home], None]) -> Callable[[Ground], Outcome]:
    return lambda ground: ignored(ground, make, *names)


FAULTS = [
    Fault("livraison", "un fichier qui grandit encore", growing),
    Fault("livraison", "un fichier remplacé pendant qu'il est lu", replaced_while_read),
    Fault("livraison", "un fichier déposé pendant un chargement", dropped_during_a_load),
    Fault("livraison", "le même fichier deux fois, puis sous un autre nom", same_twice),
    Fault("livraison", "le même nom avec un autre contenu", lambda g: corrected(g, 0, 1)),
    Fault("livraison", "la correction avant l'original", lambda g: corrected(g, 1, 0)),
    Fault("livraison", "une livraison en retard de trois mois", late),
    Fault("livraison", "cent ordres au hasard, dont cinq construits en entier", orders),
    Fault("livraison", "des fichiers effacés après leur enregistrement", deleted),
    Fault(
        "livraison",
        "un fichier vide",
        lambda g: refused(g, {"vide.csv": b""}, "fichier_vide"),
        fast=True,
    ),
    Fault(
        "livraison", "un en-tête seul", lambda g: refused(g, {TRANQUILLITE: _header_only}, "classeur_vide"), fast=True
    ),
    Fault("livraison", "un classeur tronqué à chaque dixième", lambda g: truncated(g, WORKBOOK)),
    Fault("livraison", "un texte tronqué à chaque dixième", lambda g: truncated(g, FAITS)),
    Fault(
        "livraison",
        "verrous, brouillons, fichiers cachés, dossier nommé comme un classeur",
        _ignored(("~$classeur.xlsx", "copie.tmp", ".cache", "Thumbs.db"), not_deliveries),
        fast=True,
    ),
]
