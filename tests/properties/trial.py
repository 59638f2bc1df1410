"""Mutants received together at the gate; those that it accepts, built together in few loads beside healthy files."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.quality.reception import ReceptionGate
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.conftest import TODAY, Home
from tests.properties.mutation import Mutant

# What only the whole file can be blamed for, or what is not in it: there is no line to go to.
_WHOLE_FILE = {
    "archive_abimee", "archive_tronquee", "autre_format", "classeur_tronque", "classeur_vide", "code_absent",
    "feuille_inconnue", "fichier_coupe", "fichier_sans_emploi", "fichier_vide", "layout_ambigu",
    "lignes_incoherentes", "nature_contraire", "pas_du_texte", "pas_un_classeur", "periode_a_venir", "rien_de_rempli",
}  # fmt: skip
# A reader that gave up, or a child that died: the file was not judged, whatever was said of it.
_INCIDENTS = {"lecture_impossible", "memoire_depassee", "lecture_trop_longue"}
_VALUES = """
select v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.ventilation_type, v.ventilation_code,
    v.source, v.valeur, string_agg(distinct l.livraison_id, ',') as livraisons
from indicateurs.valeurs as v join qualite.lots_livraisons as l on l.lot = v.lot_livraisons
where v.valeur is not null group by all
"""
_MONTHS = """
select a.indicateur_code, a.territoire_code, a.periode, a.source, a.valeur, sum(m.valeur)
from indicateurs.valeurs as a
join reference.indicateurs as i on i.indicateur_code = a.indicateur_code and i.cumul = 'somme'
join indicateurs.valeurs as m on m.indicateur_code = a.indicateur_code and m.territoire_code = a.territoire_code
    and m.source = a.source and m.periode_type = 'mois' and left(m.periode, 4) = a.periode
    and m.ventilation_type = 'total'
where a.periode_type = 'annee' and a.ventilation_type = 'total' and a.valeur is not null
group by all having count(m.valeur) = 12 and sum(m.valeur) <> a.valeur
"""


@dataclass
class Tally:
    """What became of the mutants; `incidents` says each one that neither gate answered for as it must."""

    tried: int = 0
    refused: int = 0
    accepted: list[Mutant] = field(default_factory=list)
    published: int = 0
    aside: int = 0
    incidents: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"mutants essayés : {self.tried}, refusés : {self.refused}, mis à l'écart : {self.aside}, "
            f"publiés : {self.published}, incidents : {len(self.incidents)}"
        )


def judge(mutants: Sequence[Mutant], folder: Path, tally: Tally) -> None:
    """Receive the mutants, all in one home, whose loads they never reach."""
    settings = Settings(home=folder, stability_seconds=0, today=TODAY)
    settings.paths.create()
    names = {}
    for number, mutant in enumerate(mutants):
        name = f"{number:04d}-{mutant.name}"
        (settings.paths.landing / name).write_bytes(mutant.content)
        names[name] = mutant
    with Register(settings.paths.register) as register:
        try:
            receive(settings, register, load_catalogue(), "essai", ReceptionGate())
        except Exception as error:
            tally.incidents.append(f"la réception s'arrête : {type(error).__name__} {error}")
            return
        for delivery in register.deliveries():
            mutant = names.pop(delivery["nom"])
            tally.tried += 1
            if delivery["statut"] == "acceptee":
                tally.accepted.append(mutant)
                continue
            tally.refused += 1
            for defect in register.defects(delivery["livraison_id"])[:1]:
                placed = defect["ligne"] or defect["feuille"] or defect["colonne"] or defect["code"] in _WHOLE_FILE
                if defect["code"] in _INCIDENTS or not placed or not defect["remede"]:
                    tally.incidents.append(f"{mutant.name}, {mutant.says} : {defect['code']}, {defect['constat']}")
    tally.tried += len(names)  # the same bytes as another mutant
    tally.refused += len(names)


def rounds(mutants: Iterable[Mutant]) -> list[list[Mutant]]:
    """The mutants in as few landing folders as possible: one a file in each."""
    by_file: dict[Path, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        by_file[mutant.original].append(mutant)
    most = max(map(len, by_file.values()), default=0)
    return [[own[i] for own in by_file.values() if i < len(own)] for i in range(most)]


def healthy(files: Sequence[Path], folder: Path) -> Home:
    """The same files as they are, loaded: what their values are when nothing is wrong."""
    home = Home(folder)
    for file in files:
        home.drop(file)
    assert home.load()["code_sortie"] == 0
    return home


def publish(mutants: Sequence[Mutant], files: Sequence[Path], sound: Home, folder: Path, tally: Tally) -> None:
    """Load these mutants in the place of their originals: exit 0 or 1, no healthy file set aside, and every value that
    comes from healthy files alone as it is without the mutants.
    """
    replaced = {m.original for m in mutants}
    home = Home(folder)
    for file in files:
        if file not in replaced:
            home.drop(file)
    for mutant in mutants:
        (home.landing / mutant.name).write_bytes(mutant.content)
    what = "; ".join(f"{m.name}, {m.says}" for m in mutants)
    told = home.load()
    if told["code_sortie"] not in (0, 1):
        tally.incidents.append(f"code {told['code_sortie']}, {told['resultat']} {told['contradiction'] or ''} : {what}")
        return
    names = {m.name for m in mutants}
    for delivery in told["mises_a_l_ecart"]:
        if delivery["nom"] not in names:
            tally.incidents.append(f"{delivery['nom']} est mis à l'écart : {delivery['motif']} : {what}")
    tally.aside += len(told["mises_a_l_ecart"])
    tally.published += len(mutants) - len(told["mises_a_l_ecart"])
    for row in home.sql(_MONTHS):
        tally.incidents.append(f"les douze mois ne font pas l'année : {row} : {what}")
    # The geography says where a value is placed, and the census what it is divided by: no delivery of its own.
    if not any("commune" in m.name for m in mutants):
        _compare(home, sound, told, tally, what)
    shutil.rmtree(folder, ignore_errors=True)


def _compare(home: Home, sound: Home, told: dict, tally: Tally, what: str) -> None:
    known = {row[0] for row in sound.sql("select livraison_id from qualite.livraisons")}
    still = {row[0] for row in home.sql("select livraison_id from qualite.livraisons where statut = 'acceptee'")}
    expected = {tuple(r[:7]): r[7] for r in sound.sql(_VALUES) if set(r[8].split(",")) <= known & still}
    found = home.sql(_VALUES)
    got = {tuple(r[:7]): r[7] for r in found}
    # A mutant may say something else of a period that a healthy file gives too: that is a conflict, and named as one.
    disputed = {load_catalogue().source(c["source"]).statistic for c in told["conflits"]}
    others = {tuple(r[:7]) for r in found if not set(r[8].split(",")) <= known}
    changed = [k for k, v in expected.items() if k not in others and k[6] not in disputed and got.get(k) != v]
    for key in changed[:3]:
        tally.incidents.append(f"{key} : {expected[key]} → {got.get(key)} sans fichier abîmé : {what}")
