"""What would let a person be known: the whole file in quarantine, and its words nowhere else."""

from __future__ import annotations

import stat

from tests.faults.experiments import put, refused, text_of
from tests.faults.families.content import PN, lines, rows_only
from tests.faults.families.hostile import workbook
from tests.faults.fault import Fault
from tests.faults.ground import CANARIES, Ground
from tests.faults.trial import Outcome, Trial
from tests.support.canaries import FILES

NAME, PHONE, BIRTH, MAIL = CANARIES
# A name that is no frequent one is known by what stands beside it.
_WRITTEN = (f"Mme {NAME}", PHONE, f"née le {BIRTH}", MAIL)


def column(header: str, value: str):
    return lines(lambda rows: [rows[0], f"{rows[1]};{header}", *(f"{row};{value}" for row in rows[2:])])


def cell(value: str):
    return workbook(lambda book: book[PN].__setitem__("C9", value))


def quarantine_is_private(ground: Ground) -> Outcome:
    """The folder and what it holds are for their owner alone, whatever the mask of the process."""
    with Trial(ground) as t:
        put(t.home, {"t.csv": text_of(ground).replace("CIAT DE CAHORS", f"{NAME} {PHONE}").encode("cp1252")})
        done = t.home.run("load")
        quarantine = t.home.folder / "quarantine"
        for place in [quarantine, *quarantine.rglob("*")]:
            mode = stat.S_IMODE(place.stat().st_mode)
            t.holds("I5", mode & 0o077 == 0, f"{place.name} est ouvert à d'autres : {mode:o}")
        t.holds("I5", not any(c in done.stdout + done.stderr for c in CANARIES), "l'écran montre la donnée")
        for command in (("deliveries",), ("status",), ("quality",)):
            said = t.home.run(*command)
            t.holds("I5", not any(c in said.stdout + said.stderr for c in CANARIES), f"vigie {command[0]} la montre")
        t.unchanged()
    return t.outcome


def everywhere(ground: Ground) -> Outcome:
    """Each canary in each place of a return, all dropped together: one file in a hundred is the one that matters."""
    files = {
        f"{kind}-{number}-{i}{suffix}": make(text)
        for kind, (suffix, places) in FILES.items()
        for number, make in enumerate(places.values())
        for i, text in enumerate(_WRITTEN)
    }
    return refused(ground, files, "donnees_personnelles")


def named(ground: Ground) -> Outcome:
    """The name of a file is on no screen and in no byte, whatever the file holds."""
    return refused(ground, {f"retour {NAME} {PHONE}.csv": text_of(ground).encode("cp1252")}, "donnees_personnelles")


def bad(name: str, content, file: str = "t.csv", fast: bool = False) -> Fault:
    return Fault("vie privée", name, lambda g: refused(g, {file: content}, "donnees_personnelles"), fast)


FAULTS = [
    bad("le nom d'une victime dans une colonne de trop", column("nom_victime", NAME), fast=True),
    bad("une date de naissance dans une colonne de trop", column("date_naissance", BIRTH)),
    bad("un numéro de téléphone dans une cellule", lines(rows_only(lambda r: r.replace("CIAT DE CAHORS", PHONE)))),
    bad("une adresse électronique dans une cellule", lines(rows_only(lambda r: r.replace("CIAT DE CAHORS", MAIL)))),
    bad("un téléphone dans un classeur", cell(f"{NAME}, {PHONE}"), "w.xlsx"),
    bad("une date de naissance dans un classeur", cell(f"{NAME}, né le {BIRTH}"), "w.xlsx"),
    Fault("vie privée", "une personne dans chaque place d'un retour", everywhere),
    Fault("vie privée", "un nom et un téléphone dans le nom du fichier", named),
    Fault(
        "vie privée", "la quarantaine n'est lue que de son propriétaire, l'écran n'en dit rien", quarantine_is_private
    ),
]
