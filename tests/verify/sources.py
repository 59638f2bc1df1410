"""`make verify-sources`: every source and the four priorities, demand by demand."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.conftest import Home, real_path
from tests.verify.harness import Verification, loaded_demonstration, run_together

BASES = ("donnee-dep-data.gouv-2022-geographie2022-produit-le2023-02-09.csv",
         "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv")  # fmt: skip
_TESTS = (
    ("Chaque lecteur : un fichier juste par layout, les surprises nommées, encodages, personnes", ("test_records",)),
    ("La démonstration : même graine, mêmes octets ; une autre graine, d'autres",
     ("test_demo_sources", "test_demo_workbook")),
    ("Un modèle rempli est accepté, en classeur et en CSV", ("test_templates",)),
    ("Un layout, un indicateur, un département : des lignes dans des tables", ("test_lines_in_tables",)),
    ("Chaque indicateur promis est là et a des valeurs ; les quatre priorités sont remplies",
     ("test_catalogue", "test_shown", "test_plan")),
)  # fmt: skip


def main() -> int:
    if real_path("baac", "2013") is None:
        print("Les fichiers publics ne sont pas là : VIGIE_DONNEES dit où les trouver.")
        return 1
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        v = Verification("Toutes les sources, et les quatre priorités")
        _complete(v, loaded_demonstration(v, Path(scratch) / "demo"))
        real = Home(Path(scratch) / "reel")
        for part in ("2013", "2017"):
            for file in real_path("baac", part).iterdir():
                real.drop(file)
        for name in BASES:
            real.drop(real_path("ssmsi_departement", name))
        for file in real_path("insee").iterdir():
            real.drop(file)
        v.demand("Les fichiers publics réels se chargent", "vigie load", real.load()["resultat"], "publié")
        _road(v, real)
        _vintages(v, real)
        _populations(v, real)
        run_together(v, _TESTS)
        return v.close()


def _complete(v: Verification, demo: Home) -> None:
    v.sql(
        "Par mois, de 2016 à 2024 (2015 pour la route)", demo,
        "select max(periode), count(distinct periode) from indicateurs.valeurs where periode_type = 'mois'",
        [["2024-12", 120]],
    )  # fmt: skip
    v.sql(
        "Une valeur en usage par indicateur, territoire et période", demo,
        "select count(*) from (select indicateur_code, territoire_code, periode, ventilation_type, ventilation_code "
        "from indicateurs.valeurs group by all having count(*) filter (where retenu) <> 1)",
        [[0]],
    )  # fmt: skip
    v.sql(
        "Le fichier consolidé l'emporte sur le baromètre, qui reste visible", demo,
        "select source, retenu, statut from indicateurs.valeurs where indicateur_code = 'ACCIDENTS' "
        "and territoire_code = 'DEP-46' and periode = '2022' and ventilation_type = 'total' order by 1",
        [["baac", True, "A"], ["barometre_odsr", False, "P"]],
    )  # fmt: skip


def _road(v: Verification, real: Home) -> None:
    accidents = "select sum(valeur) from indicateurs.valeurs where indicateur_code = 'ACCIDENTS' and"
    for text, where in (
        ("BAAC réel de 2013 : 86 accidents dans le Lot", "territoire_code = 'DEP-46' and periode = '2013'"),
        ("… et les mois en font la somme",
         "territoire_code = 'DEP-46' and periode_type = 'mois' and periode like '2013-%'"),
        ("… et les arrondissements en font la somme", "territoire_code like 'ARR-46%' and periode = '2013'"),
    ):  # fmt: skip
        v.sql(text, real, f"{accidents} {where}", [[86]])
    v.sql(
        "Les victimes manquent, avec la table qui manque, et ne sont pas 0", real,
        "select distinct valeur, statut, motif from indicateurs.valeurs where indicateur_code = 'TUES' "
        "and territoire_code = 'DEP-46' and periode like '2013-%'",
        [[None, "M", "road_safety 2013 : la table usagers n'est pas reçue"]],
    )  # fmt: skip
    v.sql(
        "2017 sans caractéristiques ne donne rien, et le dit", real,
        "select count(*) from indicateurs.valeurs where source = 'baac' and periode = '2017' and statut <> 'M'", [[0]],
    )  # fmt: skip


def _vintages(v: Verification, real: Home) -> None:
    v.sql(
        "Les deux millésimes du SSMSI, le dernier en usage, l'écart visible", real,
        "select edition, valeur, en_usage, ecart_avec_usage from indicateurs.millesimes "
        "where indicateur_code = 'VIOLENCES_SEXUELLES_SSMSI' and territoire_code = 'DEP-46' and periode = '2019' "
        "order by 1",
        [["2022", 124, False, -61], ["2024", 185, True, 0]],
    )  # fmt: skip


def _populations(v: Verification, real: Home) -> None:
    v.sql(
        "Les taux de 2019 se rapportent aux 173 828 habitants de 2017", real,
        "select distinct denominateur_valeur, denominateur_millesime, denominateur_origine from indicateurs.taux "
        "where territoire_code = 'DEP-46' and periode = '2019' and denominateur = 'population'",
        [[173828, 2017, "ssmsi"]],
    )  # fmt: skip
    v.sql(
        "Les neuf populations imprimées par le plan sont celles de l'Insee", real,
        "select count(*) from plan.reconciliation where grandeur = 'population' and verdict = 'egal'", [[9]],
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
