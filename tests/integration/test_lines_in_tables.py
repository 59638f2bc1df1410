"""A layout, an indicator, a département: lines in tables, in a copy of the project where no code changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Home, real_file
from tests.support.tables import rewrite, rows

pytestmark = pytest.mark.long

SSMSI = "donnee-dep-2024-geographie2025-demonstration.csv"


def add(file: Path, *lines: dict[str, str]) -> None:
    """Append lines to a table, with the columns it has."""
    rewrite(file, [*rows(file), *lines])


def code(project: Path) -> str:
    """One hash of every .py and .sql of a copy."""
    digest = hashlib.sha256()
    for part in ("pipelines", "dbt_project", "sources"):
        for file in sorted((project / part).rglob("*")):
            parts = file.relative_to(project).parts
            if file.suffix in {".py", ".sql"} and not {".vigie", "target"} & {*parts}:
                digest.update(str(file.relative_to(project)).encode() + file.read_bytes())
    return digest.hexdigest()


@pytest.fixture(autouse=True)
def no_code_changes(amended: Path):
    yield
    assert code(amended) == code(PROJECT)


def test_a_new_layout_is_lines_in_tables(amended: Path, demo_files: Path, tmp_path: Path) -> None:
    text = (demo_files / SSMSI).read_text(encoding="utf-8-sig")
    home = Home(tmp_path / "home", PYTHONPATH=str(amended))
    (home.landing / "base.csv").write_text(text.replace(";nombre;", ";nb_faits;", 1), encoding="utf-8")
    told = home.load()
    assert "« nb_faits »" in told["refusees"][0]["defauts"][0]["constat"]

    source = amended / "sources" / "ssmsi"
    [old] = [r for r in rows(source / "layouts.csv") if r["layout"] == "ssmsi_2024"]
    add(source / "layouts.csv", old | {"layout": "ssmsi_2026"})
    add(source / "columns.csv", *(
        r | {"layout": "ssmsi_2026", "entete": "nb_faits" if r["entete"] == "nombre" else r["entete"]}
        for r in rows(source / "columns.csv") if r["layout"] == "ssmsi_2024"
    ))  # fmt: skip
    assert home.load()["resultat"] == "publié"
    assert home.sql(
        "select count(*) > 0 from indicateurs.valeurs where source = 'ssmsi_base' and valeur is not null"
    ) == [[True]]


def test_a_new_indicator_over_known_indexes_is_lines_in_tables(
    amended: Path, tmp_path: Path, demo_workbook: Path
) -> None:
    seeds = amended / "dbt_project" / "seeds"
    [model] = [r for r in rows(seeds / "indicateurs" / "indicateurs.csv") if r["indicateur_code"] == "CBV_4001"]
    add(
        seeds / "indicateurs" / "indicateurs.csv",
        model
        | {"indicateur_code": "INCENDIES_4001", "libelle": "Incendies volontaires", "definition": "Index 62, 63."},
    )
    add(seeds / "indicateurs" / "indicateurs_index.csv",
        *({"indicateur_code": "INCENDIES_4001", "code_index": i} for i in ("62", "63")))  # fmt: skip
    link = next(r for r in rows(seeds / "plan" / "liens.csv") if r["indicateur_code"] == "AAB_4001")
    add(seeds / "plan" / "liens.csv", link | {"indicateur_code": "INCENDIES_4001", "en_tete": "false"})
    home = Home(tmp_path / "home", PYTHONPATH=str(amended))
    home.drop(demo_workbook)
    assert home.load()["resultat"] == "publié"
    [[value, parts]] = home.sql(
        "select max(valeur) filter (where indicateur_code = 'INCENDIES_4001'), "
        "max(valeur) filter (where indicateur_code = 'DEGRADATIONS_4001') "
        "from indicateurs.priorite_3_tranquillite_stupefiants as p full join indicateurs.valeurs as v "
        "using (indicateur_code, territoire_code, periode, valeur) "
        "where territoire_code = 'DEP-46' and periode = '2019'"
    )
    assert value is not None
    assert value <= parts


def test_the_services_of_another_departement_are_lines_in_tables(amended: Path, tmp_path: Path) -> None:
    workbook = real_file("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
    home = Home(tmp_path / "home", PYTHONPATH=str(amended), VIGIE_DEPARTEMENT="09")
    home.drop(workbook)
    assert home.load()["resultat"] == "publié"
    [[whole]] = home.sql(
        "select valeur from indicateurs.valeurs where indicateur_code = 'CBV_4001' and periode = '2019' "
        "and territoire_code = 'ZGN-09' and source = 'etat4001_services'"
    )
    import duckdb

    names = duckdb.sql(
        f"select distinct service from '{home.folder}/raw/gendarmerie/services/*.parquet' "
        "where code_departement = '09' and annee = '2019'"
    ).fetchall()
    reference = amended / "dbt_project" / "seeds" / "reference"
    add(reference / "arrondissements.csv", {"code_arrondissement": "091", "code_departement": "09", "libelle": "Foix"})
    add(reference / "services.csv", *(
        {"territoire_code": f"SRV-09-GN-{n.replace(' ', '-')}", "code_departement": "09", "force": "gendarmerie",
         "service": n, "libelle": n, "code_arrondissement": "091", "zone_code": "ZGN-09", "valide_de": "2012-01-01",
         "attendu_etat4001": "true"}
        for (n,) in names
    ))  # fmt: skip
    assert home.load()["resultat"] == "publié"
    by_service = home.sql(
        "select valeur from indicateurs.valeurs where indicateur_code = 'CBV_4001' and periode = '2019' "
        "and territoire_code like 'SRV-09-GN-CGD%' and source = 'etat4001_services'"
    )
    assert len(by_service) == len(names) > 1
    assert sum(v for [v] in by_service) == whole
