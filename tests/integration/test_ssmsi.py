"""The bases of the SSMSI as they are published, several publications side by side, in one load."""

from __future__ import annotations

import pytest

from tests.conftest import Home, case_file

pytestmark = pytest.mark.long

# What each small file stands for; the producer's own name where the publication matters.
DROPPED = {
    "ssmsi_dep_2025-03-14_libelles.csv": "donnee-dep-data.gouv-2024-geographie2024-produit-le2025-03-14.csv",
    "ssmsi_dep_2026_quoted_capital.csv": "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv",
    "iss_nfd.csv": "donnee-dep-data.gouv-2024-geographie2024-produit-le2025-01-30.csv",
    "ssmsi_dep_unite_changee.csv": "donnee-dep-data.gouv-2025-geographie2025-produit-le2026-01-22.csv",
    "ssmsi_dep_NA.csv": "donnee-dep-data.gouv-2025-geographie2026-produit-le2026-06-25.csv",
    "ssmsi_reg_2026.csv": "base régionale.csv",
    "ssmsi_com_2023.csv": "communes 2023.csv",
    "ssmsi_com_2026.csv": "communes 2026.csv",
    "donnee-data.gouv-2025-geographie2026.csv.gz": "donnee-data.gouv-2025-geographie2026.csv.gz",
    "serieschrono.csv": "serieschrono.csv",
    "iss_virgule.csv": "iss_virgule.csv",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict]:
    files = {case_file("ssmsi", case): name for case, name in DROPPED.items()}
    home = Home(tmp_path_factory.mktemp("ssmsi") / "home", VIGIE_TODAY="2026-11-28")
    for file, name in files.items():
        home.drop(file, name)
    return home, home.load()


def values(home: Home, where: str) -> dict[tuple, tuple]:
    rows = home.sql(
        "select territoire_code, indicateur_code, periode, valeur, statut, confidentialite, motif_code, unite"
        f" from indicateurs.valeurs where retenu and source = 'ssmsi_base' and {where}"
    )
    return {tuple(r[:3]): tuple(float(v) if i == 0 and v is not None else v for i, v in enumerate(r[3:])) for r in rows}


def test_only_what_is_not_a_base_is_refused(published) -> None:
    _, told = published
    assert told["code_sortie"] == 1
    refused = {d["nom"]: d["defauts"][0] for d in told["refusees"]}
    assert set(refused) == {"serieschrono.csv", "iss_virgule.csv"}
    assert "séries chronologiques" in refused["serieschrono.csv"]["constat"]
    assert "virgule" in refused["iss_virgule.csv"]["constat"]


def test_each_value_is_that_of_the_latest_publication_that_speaks_of_it(published) -> None:
    home, _ = published
    lot = values(home, "territoire_code = 'DEP-46' and periode in ('2024', '2025')")
    told = {key[1:]: row[0] for key, row in lot.items()}
    assert told["VIOLENCES_SEXUELLES_SSMSI", "2024"] == 315
    assert told["TENTATIVES_HOMICIDE_SSMSI", "2024"] == 3
    assert told["ESCROQUERIES_SEULES_SSMSI", "2024"] == 1022
    assert told["ESCROQUERIES_SSMSI", "2024"] == 1022
    assert told["CBV_SSMSI", "2024"] == 870
    assert told["VOLS_VEHICULES_SSMSI", "2025"] == 1234
    assert lot["DEP-46", "HOMICIDES_SSMSI", "2025"] == (None, "M", "F", "non_renseigne", "victimes")
    names = home.sql(
        "select millesime, valeur, en_usage from indicateurs.millesimes where territoire_code = 'DEP-46'"
        " and periode = '2024' and indicateur_code = 'HOMICIDES_SSMSI' order by millesime"
    )
    assert [(n, float(v), u) for n, v, u in names] == [
        ("2025-01-30", 3, False), ("2025-03-14", 3, False), ("2025-06-04", 3, True)
    ]  # fmt: skip


def test_a_unit_of_count_that_changes_is_a_break(published) -> None:
    home, _ = published
    rows = home.sql(
        "select territoire_code, valeur, unite, evolution_abs, evolution_pct, evolution_motif_code, rupture"
        " from indicateurs.series where indicateur_code = 'CAMBRIOLAGES_LOGEMENT_SSMSI' and periode = '2025'"
        " and territoire_code like 'DEP-%'"
    )
    assert [[r[0], float(r[1]), *r[2:]] for r in rows] == [
        ["DEP-46", 980, "victimes", None, None, "rupture_de_serie", True]
    ]
    assert home.sql(
        "select niveau, date_debut::varchar, libelle from reference.ruptures where origine = 'relevée dans les données'"
        " and indicateur_code = 'CAMBRIOLAGES_LOGEMENT_SSMSI' and rupture_code like 'UNITE%'"
    ) == [["departement", "2025-01-01", "Unité de compte : infractions puis victimes"]]


def test_communes_and_regions_are_as_published(published) -> None:
    home, _ = published
    communes = values(home, "territoire_code like 'COM-%'")
    assert communes == {
        ("COM-46042", "VOLS_VEHICULES_SSMSI", "2022"): (12, "A", "F", None, "véhicules"),
        ("COM-46042", "VOLS_VEHICULES_SSMSI", "2025"): (12, "A", "F", None, "véhicules"),
        ("COM-46042", "CAMBRIOLAGES_LOGEMENT_SSMSI", "2025"): (101, "A", "F", None, "infractions"),
        ("COM-46001", "VOLS_VEHICULES_SSMSI", "2025"): (None, "M", "C", "non_diffuse", "véhicules"),
    }
    [motif] = home.sql("select motif from indicateurs.valeurs where territoire_code = 'COM-46001'")
    assert motif == ["Non diffusé par le SSMSI"]
    regions = values(home, "territoire_code = 'REG-76' and indicateur_code = 'HOMICIDES_SSMSI' and valeur is not null")
    assert regions["REG-76", "HOMICIDES_SSMSI", "2025"] == (60, "A", "F", None, "victimes")
    assert {key[2] for key in regions} == {"2023", "2024", "2025"}


def test_two_files_without_a_date_are_named_and_only_what_they_contradict_waits(published) -> None:
    home, told = published
    assert {(c["source"], c["tranche"], c["etat"]) for c in told["conflits"]} == {
        ("ssmsi", "2025", "en attente d'un choix")
    }
    said = home.run("status").stdout
    assert "communes 2026.csv" in said
    assert "donnee-data.gouv-2025-geographie2026.csv.gz" in said
    assert "vigie choose" in said
