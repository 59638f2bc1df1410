"""A plan that succeeds another, by lines in tables alone: both are read, and a follow-up series goes on."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Home
from tests.integration.test_lines_in_tables import add, code, no_code_changes

pytestmark = pytest.mark.long
__all__ = ["code", "no_code_changes"]  # the second is a fixture: no code of the copy may change

NEXT = {"code_departement": "46", "valide_de": "2025-01-01", "valide_a": "2029-12-31"}
BEFORE, AFTER = "P1.A2.I1", "25.P1.A1.I1"


def write_plan(project: Path) -> None:
    """A plan 2025-2029 of the Lot: one priority keeps its code and is named anew, another is new."""
    plan = project / "dbt_project" / "seeds" / "plan"
    add(plan / "versions.csv", NEXT | {
        "version": "2025", "libelle": "Plan du Lot 2025-2029", "document": "Exemple",
        "signature_date": "2025-01-15", "signataire": "Préfecture du Lot"})  # fmt: skip
    add(plan / "priorites.csv",
        NEXT | {"priorite_code": "P1", "rang": "1", "libelle": "Les écrans et les jeunes",
                "libelle_court": "Écrans", "nom_table": "priorite_1_jeunesse"},
        NEXT | {"priorite_code": "P5", "rang": "5", "libelle": "Les transports", "libelle_court": "Transports",
                "nom_table": "priorite_5_transports"})  # fmt: skip
    add(plan / "actions.csv", *(
        NEXT | {"action_code": action, "priorite_code": priority, "rang": "1", "libelle": label,
                "libelle_chapitre_4": label}
        for action, priority, label in (("25.P1.A1", "P1", "Sensibiliser tous les élèves"),
                                        ("25.P5.A1", "P5", "Équiper les cars"))
    ))  # fmt: skip
    add(plan / "pilotes.csv", NEXT | {"action_code": "25.P1.A1", "rang": "1", "acteur_code": "EDUCATION_NATIONALE",
                                      "texte": "Éducation nationale", "origine": "plan"})  # fmt: skip
    add(plan / "actions_a_mener.csv", NEXT | {
        "action_a_mener_code": "25.P1.A1.M1", "action_code": "25.P1.A1", "rang": "1", "texte": "Un stage par classe",
        "echeance_imprimee": "fin 2026", "echeance": "2026-12-31"})  # fmt: skip
    add(plan / "indicateurs_suivi.csv", NEXT | {
        "indicateur_code": AFTER, "action_code": "25.P1.A1", "rang": "1", "libelle": "Élèves sensibilisés",
        "unite": "élèves", "polarite": "hausse_favorable", "cumul": "somme"})  # fmt: skip
    add(plan / "liens.csv", NEXT | {"priorite_code": "P5", "indicateur_code": "TRANSPORTS_INCIDENTS", "en_tete": "true",
                                    "origine": "plan"})  # fmt: skip
    add(plan / "correspondances_indicateurs.csv", {
        "code_departement": "46", "indicateur_avant": BEFORE, "indicateur_apres": AFTER,
        "nature": "identique", "note": ""})  # fmt: skip


def returned(file: Path) -> dict[str, int | None]:
    """Quarter → what the pilot wrote of the indicator for the whole département, read from the workbook."""
    sheet = openpyxl.load_workbook(file, read_only=True)["Indicateurs"]
    header, *lines = sheet.iter_rows(values_only=True)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    return {
        f"{r['annee']}-T{r['trimestre']}": r["valeur"]
        for r in rows
        if r["indicateur_code"] == BEFORE and r["territoire_code"] is None
    }


def test_a_plan_succeeds_another_by_tables_alone(amended: Path, demo_files: Path, tmp_path: Path) -> None:
    write_plan(amended)
    home = Home(tmp_path / "home", PYTHONPATH=str(amended), VIGIE_TODAY="2025-05-02")
    told: dict[str, int | None] = {}
    for year in (2023, 2024):
        told |= returned(home.drop(demo_files / f"suivi-actions-{year}-demonstration.xlsx"))
    with (home.landing / "Suivi 2025-T1.csv").open("w", newline="", encoding="utf-8") as stream:
        stream.write("DONNÉES DE DÉMONSTRATION\n")
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["annee", "trimestre", "code_departement", "indicateur_code", "territoire_code", "valeur",
                         "statut"])  # fmt: skip
        writer.writerow([2025, 1, "46", AFTER, "", 777, "realise"])
    told_of_load = home.load()
    assert told_of_load["code_sortie"] == 0, told_of_load

    series = home.sql(
        "select periode, valeur::integer from indicateurs.valeurs where retenu and periode_type = 'trimestre' "
        f"and indicateur_code = '{AFTER}' and territoire_code = 'DEP-46' and periode between '2023-T1' and '2025-T1' "
        "and ventilation_type = 'total' order by 1"
    )
    assert series == [[quarter, value] for quarter, value in sorted(told.items())] + [["2025-T1", 777]]
    assert len(series) == 9

    explained = json.loads(home.run("explain", AFTER, "DEP-46", "2024-T3", "--json").stdout)
    assert "suivi-actions-2024-demonstration.xlsx" in json.dumps(explained, ensure_ascii=False)

    # What the plan that is over followed is still there, and is asked of nobody any more.
    assert home.sql(f"select max(periode) from indicateurs.valeurs where indicateur_code = '{BEFORE}'") == [["2024-T4"]]
    owed = home.sql("select distinct action_code from qualite.series_manquantes where source = 'action_followup' "
                    "and depuis = '2025-T1' order by 1")  # fmt: skip
    assert ["P1.A2"] not in owed

    now = json.loads(home.run("plan", "--json").stdout)
    assert now["version"]["version"] == "2025"
    assert [(p["priorite_code"], p["libelle"]) for p in now["priorites"]] == [
        ("P1", "Les écrans et les jeunes"), ("P5", "Les transports"),
    ]  # fmt: skip
    terms = {t["objet"]: t for t in now["termes"]}
    assert (terms["plan"]["fin"], terms["plan"]["suite"]) == ("2024-12-31", "Plan du Lot 2025-2029")
    before = json.loads(home.run("plan", "--json", "--au", "2022-06-30").stdout)
    assert before["version"]["version"] == "2020"
    assert [p["priorite_code"] for p in before["priorites"]] == ["P1", "P2", "P3", "P4"]
    assert sum(p["actions"] for p in before["priorites"]) == 15

    # A sheet of each plan is read by its code, whichever is in force.
    for sheet, words in (("25.P1.A1", "Un stage par classe"), ("P3.A2", "Mobiliser les GPO")):
        done = home.run("plan", sheet)
        assert done.returncode == 0, done.stderr
        assert words in " ".join(done.stdout.split())
    status = home.run("status").stdout
    assert "terminé le 31 décembre 2024" in status
    assert "Depuis le 1er janvier 2025 : Plan du Lot 2025-2029" in status
    assert "Document général d'orientations" in status
    tables = home.sql("select table_name from information_schema.tables where table_schema = 'indicateurs' "
                      "and table_name like 'priorite!_%' escape '!' order by 1")  # fmt: skip
    assert ["priorite_5_transports"] in tables
    assert ["priorite_4_securite_routiere"] in tables
