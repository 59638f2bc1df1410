"""The tables hold together: sources, seeds, models, and the closed list of indicators."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.catalogue.code_lists import code_table
from pipelines.catalogue.described import descriptions
from pipelines.catalogue.load import load_catalogue
from pipelines.report.codes import codes
from pipelines.settings.model import DBT_PROJECT, PROJECT, Settings
from pipelines.statistics.words import RISE, reading
from pipelines.warehouse import dbt
from tests.support.tables import rows

INDICATORS = DBT_PROJECT / "seeds" / "indicateurs"

# What is promised, typed from the contract of names and the product's definitions, not read from the seeds. The tables
# may hold more; a promised code that changes or goes is a fault.
DEFINITIONS = {
    "DEGRADATIONS_4001": "62-68", "DEGRADATIONS_PUBLIQUES_4001": "62 64 66",
    "VIOLENCES_CRAPULEUSES_4001": "2 4 8 15-26", "AVIP_4001": "1 3 5 6 7 9 10 51 52 73 2 4 8 15-26 46-49 11 12",
    "MENACES_4001": "11 12", "CBV_4001": "7",
    "VIOLENCES_NON_CRAPULEUSES_4001": "1 3 5 6 7 9 10 51 52 73", "VIOLENCES_SEXUELLES_4001": "46-49",
    "HOMICIDES_4001": "1-3 51", "VIOLENCES_ENFANTS_4001": "52", "GARDE_MINEURS_4001": "53", "OUTRAGES_4001": "72",
    "VIOLENCES_DEPOSITAIRES_4001": "73", "STUPEFIANTS_4001": "55-58", "STUPEFIANTS_USAGE_4001": "57",
    "STUPEFIANTS_TRAFIC_4001": "55", "CAMBRIOLAGES_4001": "27-30", "CAMBRIOLAGES_PRINCIPALES_4001": "27",
    "CAMBRIOLAGES_SECONDAIRES_4001": "28", "CAMBRIOLAGES_PROFESSIONNELS_4001": "29", "CAMBRIOLAGES_AUTRES_4001": "30",
    "CAMBRIOLAGES_LOGEMENT_4001": "27-28", "VOLS_ARMES_4001": "15-22", "VOLS_VIOLENTS_SANS_ARME_4001": "23-26",
    "VOLS_VIOLENCE_4001": "15-26", "VOLS_SANS_VIOLENCE_4001": "27-43", "VOLS_VEHICULES_4001": "34-36",
    "VOLS_ACCESSOIRES_4001": "38", "VOLS_ROULOTTE_4001": "37", "VOLS_LIES_VEHICULES_4001": "34-38",
    "VOLS_SIMPLES_PARTICULIERS_4001": "42 43", "VOLS_RUSE_4001": "31", "AAB_4001": "15-43 62-68",
    "ESCROQUERIES_4001": "84-92", "EIEF_4001": "84-95 98 101-106",
}  # fmt: skip

# The other codes that are promised.
OTHERS = {
    "MINEURS_MEC", "MINEURS_MEC_PART", "MINEURS_MEC_DEGRADATIONS", "MINEURS_MEC_CAMBRIOLAGES", "MINEURS_MEC_VIOLENCES",
    "VIF_FORCES", "ISCG_PERSONNES", "ISCG_POSTES", "ISCG_ETP", "TRANQUILLITE", "TRANSPORTS_INCIDENTS",
    "TRANSPORTS_BUS_EQUIPES", "CAMERAS", "COMMUNES_3000_EQUIPEES", "ACCIDENTS", "ACCIDENTS_GRAVES", "TUES",
    "BLESSES_HOSPITALISES", "BLESSES_LEGERS", "ACCIDENTS_ALCOOL", "ACCIDENTS_STUPEFIANTS", "ACCIDENTS_VITESSE",
    "ACCIDENTS_DISTRACTEUR", "ACCIDENTS_PROFESSIONNELS", "SUSPENSIONS_PERMIS", "CONDUITES_ALCOOL",
    "CONDUITES_STUPEFIANTS", "MIS_EN_CAUSE", "MIS_EN_CAUSE_DEGRADATIONS", "MIS_EN_CAUSE_CAMBRIOLAGES",
    "MIS_EN_CAUSE_VIOLENCES", "MINEURS_MEC_DEGRADATIONS_PART", "MINEURS_MEC_CAMBRIOLAGES_PART",
    "MINEURS_MEC_VIOLENCES_PART",
    *(f"{name}_{family}" for name in ("ELUCIDES", "ELUCIDATION") for family in (
        "AVIP", "CBV", "VIOLENCES_SEXUELLES", "VOLS_VIOLENCE", "CAMBRIOLAGES", "VOLS_LIES_VEHICULES", "DEGRADATIONS",
        "AAB", "ESCROQUERIES", "STUPEFIANTS")),
}  # fmt: skip


def expand(text: str) -> set[int]:
    bounds = (part.partition("-") for part in text.split())
    return {i for low, _, high in bounds for i in range(int(low), int(high or low) + 1)}


def indexes() -> dict[str, set[int]]:
    """The indexes of the état 4001 that each indicator counts, as the tables have them."""
    held: dict[str, set[int]] = {}
    for row in rows(INDICATORS / "indicateurs_index.csv"):
        held.setdefault(row["indicateur_code"], set()).add(int(row["code_index"]))
    return held


def test_every_promised_indicator_is_there_with_the_indexes_of_its_definition() -> None:
    held = indexes()
    assert {code: held.get(code) for code in DEFINITIONS} == {code: expand(text) for code, text in DEFINITIONS.items()}
    codes = {r["indicateur_code"] for r in rows(INDICATORS / "indicateurs.csv")}
    assert set(held) | set(DEFINITIONS) | OTHERS <= codes


def test_the_avip_families_are_disjoint_and_are_the_avip() -> None:
    families = [
        "VIOLENCES_NON_CRAPULEUSES_4001",
        "VIOLENCES_CRAPULEUSES_4001",
        "VIOLENCES_SEXUELLES_4001",
        "MENACES_4001",
    ]
    parts = [expand(DEFINITIONS[f]) for f in families]
    assert sum(map(len, parts)) == len(set().union(*parts)) == len(expand(DEFINITIONS["AVIP_4001"]))


def test_territories_of_the_reference_lists_exist() -> None:
    departements = {r["code_departement"]: r for r in code_table("departements")}
    regions = {r["code_region"] for r in code_table("regions")}
    assert len(departements) == 107
    assert sum(r["perimetre"] == "metropole" for r in departements.values()) == 96
    assert {r["code_region"] for r in departements.values() if r["code_region"]} == regions
    assert len([r for r in departements.values() if r["code_region"] == "76"]) == 13
    arrondissements = {r["code_arrondissement"] for r in code_table("arrondissements")}
    for service in code_table("services"):
        assert service["code_departement"] in departements
        assert service["code_arrondissement"] in arrondissements | {""}
        assert service["territoire_code"].startswith(f"SRV-{service['code_departement']}-")


def test_every_reason_of_the_closed_list_is_given() -> None:
    known = {r["motif_code"] for r in code_table("motifs")}
    files = [*DBT_PROJECT.rglob("m*/**/*.sql"), *(PROJECT / "pipelines" / "snapshots").glob("*.py")]
    text = "".join(f.read_text(encoding="utf-8") for f in files)
    for motif in known:
        assert f"'{motif}'" in text or f'"{motif}"' in text, f"{motif} is never given"


def test_a_source_is_named_after_its_folder_and_has_a_model() -> None:
    for source in load_catalogue().sources:
        assert (DBT_PROJECT / "models" / "staging" / source.name).is_dir() == bool(source.layouts)


def test_each_mart_has_a_key_a_contract_and_comments() -> None:
    dbt.prepare_project(Settings())
    tables = dbt.published_tables(("indicateurs", "qualite", "reference", "plan"))
    assert len(tables) > 40
    for table in tables:
        assert table["key"]
        assert set(table["key"]) <= set(table["columns"])
        assert table["description"]
        assert all(table["columns"].values())


def test_the_graph_reads_as_the_flow_does() -> None:
    from pipelines.definitions import defs

    graph = defs.resolve_asset_graph()
    order = ["arrivee", "reception", "entrepot", "controles", "publication", "cliches"]
    folders = {d.name for d in (DBT_PROJECT / "models" / "marts").iterdir()}
    place = {name: order.index(name) for name in order} | dict.fromkeys(folders, order.index("entrepot"))
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        for parent in node.parent_keys:
            assert place[graph.get(parent).group_name] <= place[node.group_name], (parent, key)
    names = {k.to_user_string() for k in graph.get_all_asset_keys()}
    assert {"landing/fichiers", "raw/police_services", "raw/gendarmerie_services", "indicateurs/valeurs",
            "published/vigie"} <= names  # fmt: skip


@pytest.mark.parametrize("variable", ["DO_NOT_TRACK", "DBT_SEND_ANONYMOUS_USAGE_STATS", "GX_ANALYTICS_ENABLED"])
def test_importing_vigie_silences_telemetry(variable: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import pipelines, os; print(os.environ['{variable}'])"],
        capture_output=True, text=True, check=True, env={"PATH": "/usr/bin"},
    )  # fmt: skip
    assert done.stdout.strip() in {"1", "False"}


def test_dagster_telemetry_is_off_in_the_instance_file() -> None:
    import yaml

    assert yaml.safe_load((PROJECT / "dagster.yaml").read_text(encoding="utf-8"))["telemetry"] == {"enabled": False}


@pytest.mark.parametrize("table", ["indicateurs", "indicateurs_suivi"])
def test_a_table_takes_the_polarities_that_a_report_reads_and_words(table: str) -> None:
    taken = descriptions(PROJECT)[DBT_PROJECT / "seeds"][table].columns["polarite"].values
    assert {polarity: reading(RISE, polarity) for polarity in taken} == {
        "hausse_defavorable": "defavorable", "hausse_favorable": "favorable", "ambigue": "neutre",
    }  # fmt: skip
    assert set(codes("polarite")) == set(taken)
