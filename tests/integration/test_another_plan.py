"""The plan of another département: three priorities, one of which an avenant adds, are lines in tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.integration.test_lines_in_tables import add

pytestmark = pytest.mark.long

SSMSI = "donnee-dep-2024-geographie2025-demonstration.csv"
PRIORITIES = {
    # code → (table, indicator, its class in the ministry's file)
    "P1": ("priorite_1_familles", "VIOLENCES_INTRAFAMILIALES_SSMSI", "Violences physiques intrafamiliales"),
    "P2": ("priorite_2_bourgs", "CAMBRIOLAGES_LOGEMENT_SSMSI", "Cambriolages de logement"),
    "P3": ("priorite_3_escroqueries", "ESCROQUERIES_SSMSI", "Escroqueries et fraudes aux moyens de paiement"),
}
BASE = {"code_departement": "12", "valide_de": "2022-01-01", "valide_a": ""}
BEFORE, SINCE = BASE | {"valide_a": "2023-12-31"}, BASE | {"valide_de": "2024-01-01"}


def write_plan(project: Path) -> None:
    """A plan of 2022, and the avenant of 2024 that renames its second priority and adds a third."""
    plan = project / "dbt_project" / "seeds" / "plan"
    signed = {"document": "Exemple", "signature_date": "2022-01-01", "signataire": "Préfecture de l'Aveyron"}
    add(plan / "versions.csv", BASE | signed | {"version": "2022", "libelle": "Plan de l'Aveyron"},
        SINCE | signed | {"version": "avenant", "libelle": "Premier avenant"})  # fmt: skip
    named = [("P1", "1", "Les familles", BASE), ("P2", "2", "Les campagnes", BEFORE), ("P2", "2", "Les bourgs", SINCE),
             ("P3", "3", "Les escroqueries", SINCE)]  # fmt: skip
    add(plan / "priorites.csv", *(
        dates | {"priorite_code": code, "rang": rank, "libelle": label, "libelle_court": label,
                 "nom_table": PRIORITIES[code][0]}
        for code, rank, label, dates in named
    ))  # fmt: skip
    begins = {"P1": BASE, "P2": BASE, "P3": SINCE}
    add(plan / "actions.csv", *(
        begins[code] | {"action_code": f"{code}.A1", "priorite_code": code, "rang": "1", "libelle": f"Action de {code}",
                         "libelle_chapitre_4": f"Action de {code}"}
        for code in PRIORITIES
    ))  # fmt: skip
    add(plan / "liens.csv", *(
        begins[code] | {"priorite_code": code, "indicateur_code": indicator, "en_tete": "true", "origine": "plan"}
        for code, (_, indicator, _) in PRIORITIES.items()
    ))  # fmt: skip


def received(file: Path, kind: str) -> dict[str, int]:
    """Year → the number that the ministry's file gives for the Aveyron, read by hand."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        next(stream)  # « DONNÉES DE DÉMONSTRATION »
        return {
            row["annee"]: int(row["nombre"])
            for row in csv.DictReader(stream, delimiter=";")
            if row["code_departement"] == "12" and row["indicateur"] == kind
        }


def test_three_priorities_of_another_departement_are_lines_in_tables(
    amended: Path, demo_files: Path, tmp_path: Path
) -> None:
    write_plan(amended)
    home = Home(tmp_path / "home", PYTHONPATH=str(amended), VIGIE_DEPARTEMENT="12")
    file = home.drop(demo_files / SSMSI)
    assert home.load()["resultat"] == "publié"

    tables = home.sql(
        "select table_name from information_schema.tables where table_schema = 'indicateurs' "
        "and table_name like 'priorite!_%' escape '!' order by 1"
    )
    assert tables == [[table] for table, _, _ in PRIORITIES.values()]
    for table, indicator, kind in PRIORITIES.values():
        values = home.sql(
            f"select periode, valeur::integer from indicateurs.{table} where territoire_code = 'DEP-12' "
            f"and indicateur_code = '{indicator}' and ventilation_type = 'total' and valeur is not null order by 1"
        )
        assert values == [list(v) for v in sorted(received(file, kind).items())] != []

    told = json.loads(home.run("plan", "--json").stdout)
    assert [(p["priorite_code"], p["libelle"]) for p in told["priorites"]] == [
        ("P1", "Les familles"), ("P2", "Les bourgs"), ("P3", "Les escroqueries"),
    ]  # fmt: skip
    described = home.sql(
        "select objet_code from reference.dictionnaire where objet_type = 'table' and objet_code like '%priorite!_%' "
        "escape '!' order by 1"
    )
    assert described == [[f"indicateurs.{table}"] for [table] in tables]
    words = " ".join(t for [t] in home.sql("select coalesce(definition, '') || coalesce(denominateur, '') "
                                            "from reference.dictionnaire"))  # fmt: skip
    assert not {"Lot", "Cahors", "173 828", "Jeunesse"} & set(words.replace(",", " ").replace(".", " ").split())
    assert "173 828" not in words
