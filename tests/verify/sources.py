"""`make verify-sources`: every source and the four priorities, demand by demand."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import Home, real_path
from tests.plan_document import seed
from tests.verify.harness import Verification, described, run_tests

BASES = ("donnee-dep-data.gouv-2022-geographie2022-produit-le2023-02-09.csv",
         "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv")  # fmt: skip
SITUATION = {
    "MINEURS_MEC", "MINEURS_MEC_PART", "MINEURS_MEC_DEGRADATIONS", "MINEURS_MEC_CAMBRIOLAGES",
    "MINEURS_MEC_VIOLENCES", "DEGRADATIONS_4001", "DEGRADATIONS_PUBLIQUES_4001", "AVIP_4001",
    "VIOLENCES_NON_CRAPULEUSES_4001", "VIOLENCES_CRAPULEUSES_4001", "VIOLENCES_SEXUELLES_4001", "MENACES_4001",
    "CBV_4001", "HOMICIDES_4001", "VIOLENCES_ENFANTS_4001", "GARDE_MINEURS_4001", "OUTRAGES_4001",
    "VIOLENCES_DEPOSITAIRES_4001", "VIF_FORCES", "ISCG_PERSONNES", "ISCG_POSTES", "ISCG_ETP", "STUPEFIANTS_4001",
    "STUPEFIANTS_USAGE_4001", "STUPEFIANTS_TRAFIC_4001", "CAMBRIOLAGES_4001", "CAMBRIOLAGES_PRINCIPALES_4001",
    "CAMBRIOLAGES_SECONDAIRES_4001", "CAMBRIOLAGES_PROFESSIONNELS_4001", "CAMBRIOLAGES_AUTRES_4001",
    "CAMBRIOLAGES_LOGEMENT_4001", "VOLS_ARMES_4001", "VOLS_VIOLENTS_SANS_ARME_4001", "VOLS_VIOLENCE_4001",
    "VOLS_SANS_VIOLENCE_4001", "VOLS_VEHICULES_4001", "VOLS_ACCESSOIRES_4001", "VOLS_ROULOTTE_4001",
    "VOLS_LIES_VEHICULES_4001", "VOLS_SIMPLES_PARTICULIERS_4001", "VOLS_RUSE_4001", "AAB_4001", "ESCROQUERIES_4001",
    "EIEF_4001", "TRANQUILLITE", "TRANSPORTS_INCIDENTS", "TRANSPORTS_BUS_EQUIPES", "CAMERAS",
    "COMMUNES_3000_EQUIPEES", "ACCIDENTS", "ACCIDENTS_GRAVES", "TUES", "BLESSES_HOSPITALISES", "BLESSES_LEGERS",
    "ACCIDENTS_ALCOOL", "ACCIDENTS_STUPEFIANTS", "ACCIDENTS_VITESSE", "ACCIDENTS_DISTRACTEUR",
    "ACCIDENTS_PROFESSIONNELS", "SUSPENSIONS_PERMIS", "CONDUITES_ALCOOL", "CONDUITES_STUPEFIANTS",
    "VIOLENCES_INTRAFAMILIALES_SSMSI",
}  # fmt: skip


def main() -> int:
    started = time.monotonic()
    if real_path("baac", "2013") is None:
        print("Les fichiers publics ne sont pas là : VIGIE_DONNEES dit où les trouver.")
        return 1
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        v = Verification("Toutes les sources, et les quatre priorités")
        demo, real = Home(Path(scratch) / "demo"), Home(Path(scratch) / "reel")
        demo.run("demo")
        v.demand("La démonstration de tout se charge", "vigie demo ; vigie load", demo.load()["resultat"], "publié")
        _complete(v, demo)
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
        run_tests(v, "Chaque lecteur : un fichier juste par layout, les surprises nommées, encodages, personnes",
                  "tests/unit/reading/test_records.py")  # fmt: skip
        run_tests(v, "Un modèle rempli est accepté, en classeur et en CSV", "tests/unit/templates/test_templates.py")
        run_tests(v, "Un layout, un indicateur, un département : des lignes dans des tables",
                  "tests/integration/test_lines_in_tables.py")  # fmt: skip
        return v.close(started)


def _complete(v: Verification, demo: Home) -> None:
    followed = [r["indicateur_code"] for r in seed("indicateurs_suivi")]
    query = "select distinct indicateur_code from indicateurs.valeurs where valeur is not null"
    valued = {row[0] for row in demo.sql(query)}
    v.demand("Les 25 indicateurs de suivi ont des valeurs", f'vigie sql "{query}"',
             sorted(set(followed) - valued), [])  # fmt: skip
    v.demand("Chaque série de situation du plan a des valeurs", f'vigie sql "{query}"',
             sorted(SITUATION - valued), [])  # fmt: skip
    told = json.loads(demo.run("plan", "--json").stdout)
    filled = [(p["priorite_code"], p["suivis_renseignes"], p["suivis"]) for p in told["priorites"]]
    v.demand("Les quatre priorités sont remplies", "vigie plan", filled,
             [("P1", 9, 9), ("P2", 7, 7), ("P3", 9, 9), ("P4", 0, 0)])  # fmt: skip
    query = "select max(periode), count(distinct periode) from indicateurs.valeurs where periode_type = 'mois'"
    v.demand("Par mois, de 2016 à 2024 (2015 pour la route)", f'vigie sql "{query}"', demo.sql(query),
             [["2024-12", 120]])  # fmt: skip
    query = (
        "select count(*) from (select indicateur_code, territoire_code, periode, ventilation_type, ventilation_code "
        "from indicateurs.valeurs group by all having count(*) filter (where retenu) <> 1)"
    )
    v.demand(
        "Une valeur en usage par indicateur, territoire et période", f'vigie sql "{query}"', demo.sql(query), [[0]]
    )
    query = (
        "select source, retenu, statut from indicateurs.valeurs where indicateur_code = 'ACCIDENTS' "
        "and territoire_code = 'DEP-46' and periode = '2022' and ventilation_type = 'total' order by 1"
    )
    v.demand("Le fichier consolidé l'emporte sur le baromètre, qui reste visible", f'vigie sql "{query}"',
             demo.sql(query), [["baac", True, "A"], ["barometre_odsr", False, "P"]])  # fmt: skip


def _road(v: Verification, real: Home) -> None:
    query = (
        "select valeur from indicateurs.valeurs where indicateur_code = 'ACCIDENTS' and territoire_code = 'DEP-46' "
        "and periode = '2013'"
    )
    v.demand("BAAC réel de 2013 : 86 accidents dans le Lot", f'vigie sql "{query}"', real.sql(query), [[86]])
    for label, where in (("mois", "territoire_code = 'DEP-46' and periode_type = 'mois' and periode like '2013-%'"),
                         ("arrondissements", "territoire_code like 'ARR-46%' and periode = '2013'")):  # fmt: skip
        query = f"select sum(valeur) from indicateurs.valeurs where indicateur_code = 'ACCIDENTS' and {where}"
        v.demand(f"… et les {label} en font la somme", f'vigie sql "{query}"', real.sql(query), [[86]])
    query = (
        "select distinct valeur, statut, motif from indicateurs.valeurs where indicateur_code = 'TUES' "
        "and territoire_code = 'DEP-46' and periode like '2013-%'"
    )
    v.demand("Les victimes manquent, avec la table qui manque, et ne sont pas 0", f'vigie sql "{query}"',
             real.sql(query)[0], [None, "M", "road_safety 2013 : la table usagers n'est pas reçue"])  # fmt: skip
    query = "select count(*) from indicateurs.valeurs where source = 'baac' and periode = '2017' and statut <> 'M'"
    v.demand("2017 sans caractéristiques ne donne rien, et le dit", f'vigie sql "{query}"', real.sql(query), [[0]])


def _vintages(v: Verification, real: Home) -> None:
    query = (
        "select edition, valeur, en_usage, ecart_avec_usage from indicateurs.millesimes "
        "where indicateur_code = 'VIOLENCES_SEXUELLES_SSMSI' and territoire_code = 'DEP-46' and periode = '2019' "
        "order by 1"
    )
    v.demand("Les deux millésimes du SSMSI, le dernier en usage, l'écart visible", f'vigie sql "{query}"',
             real.sql(query), [["2022", 124, False, -61], ["2024", 185, True, 0]])  # fmt: skip


def _populations(v: Verification, real: Home) -> None:
    query = (
        "select distinct denominateur_valeur, denominateur_millesime, denominateur_origine from indicateurs.taux "
        "where territoire_code = 'DEP-46' and periode = '2019' and denominateur = 'population'"
    )
    v.demand("Les taux de 2019 se rapportent aux 173 828 habitants de 2017", f'vigie sql "{query}"',
             real.sql(query), [[173828, 2017, "ssmsi"]])  # fmt: skip
    query = "select count(*) from plan.reconciliation where grandeur = 'population' and verdict = 'egal'"

    @described("les populations imprimées par le plan sont celles de l'Insee")
    def equal(got: object) -> bool:
        return got == [[9]]

    v.demand("Les neuf populations imprimées par le plan", f'vigie sql "{query}"', real.sql(query), equal)


if __name__ == "__main__":
    sys.exit(main())
