"""What the plan commits to, once loaded: who takes part, what was held, signed, asked, refused; missing is no zero."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipelines.snapshots.folder import PUBLIC, RESTRICTED
from tests.conftest import Home

demo = pytest.mark.long
KINDS = (RESTRICTED, PUBLIC)


def written(folder: Path, sheet: str, name: str = "pilotage-plan-{}-demonstration.xlsx") -> list[dict]:
    """The lines of a sheet of the demonstration's returns, all years, read with another library."""
    found = []
    for year in range(2021, 2025):
        page = openpyxl.load_workbook(folder / name.format(year), read_only=True)[sheet]
        header, *lines = page.iter_rows(values_only=True)
        found += [dict(zip(header, line, strict=True)) for line in lines]
    return found


@demo
def test_one_query_tells_in_which_actions_an_actor_takes_part(demo_home: Home) -> None:
    query = "select distinct action_code from plan.participations where acteur_code = 'PJJ' order by 1"
    assert demo_home.sql(query) == [["P1.A1"], ["P1.A4"], ["P3.A3"]]
    led = demo_home.sql("select action_code from plan.participations where acteur_code = 'FRANCE_VICTIMES' "
                        "and role = 'pilote'")  # fmt: skip
    assert led == [["P2.A5"]]


@demo
def test_meetings_are_those_of_the_returns_and_a_silence_is_no_zero(demo_home: Home, demo_files: Path) -> None:
    told = {
        (r["instance_code"], f"{r['annee']}-T{r['trimestre']}"): r["reunions"] for r in written(demo_files, "Réunions")
    }
    assert None in told.values()
    assert 0 in told.values()
    found = demo_home.sql("select instance_code, periode, reunions, statut, motif_code from plan.reunions")
    for instance, period, held, status, reason in found:
        expected = told.get((instance, period))
        assert held == expected, (instance, period)
        assert (status, reason is None) == (("A", True) if expected is not None else ("M", False))
    assert len(found) == 24 * 16
    # What the pilots count too is one figure, whoever tells it.
    assert demo_home.sql(
        "select count(*) from plan.reunions as r inner join plan.instances as i on i.instance_code = r.instance_code "
        "inner join indicateurs.valeurs as v on v.indicateur_code = i.indicateur_code and v.periode = r.periode "
        "and v.retenu and v.source = 'suivi_actions' and v.territoire_code = 'DEP-46' and v.ventilation_type = 'total' "
        "where i.indicateur_code <> 'P3.A2.I2' and v.valeur <> r.reunions"
    ) == [[0]]  # fmt: skip


@demo
def test_an_agreement_is_told_place_by_place_and_quarter_by_quarter(demo_home: Home) -> None:
    found = demo_home.sql(
        "select territoire_code, etat, debut, fin from plan.dispositifs where dernier_etat "
        "and dispositif_code = 'PARTICIPATION_CITOYENNE' order by 1"
    )
    assert found == [
        ["COM-46128", "en_vigueur", "2022-10-04", "2025-10-03"],
        ["COM-46225", "en_vigueur", "2023-09-19", "2026-09-18"],
        ["COM-46251", "echu", "2021-05-11", "2024-05-10"],
    ]
    states = demo_home.sql("select periode, etat from plan.dispositifs where dispositif_code = 'STRATEGIE_CAHORS' "
                           "order by case when periode = 'plan' then '' else periode end")  # fmt: skip
    assert states[0] == ["plan", "non_commence"]
    assert [s for s in states if s[0] == "2023-T1"] == [["2023-T1", "en_preparation"]]
    assert [s for s in states if s[0] == "2023-T2"] == [["2023-T2", "en_vigueur"]]


@demo
def test_the_eighteen_engagements_stand_where_their_actions_do(demo_home: Home, demo_files: Path) -> None:
    last: dict[tuple[str, str], str] = {}
    for r in written(demo_files, "PDASR"):  # in the order of the quarters
        last[r["engagement_code"], r["reference"]] = r["etat"]
    expected = {f"DGO.E{e}.M{m}": [0, 0] for e in range(1, 7) for m in range(1, 4)}
    for (engagement, _), state in last.items():
        expected[engagement][0] += 1
        expected[engagement][1] += state == "fait"
    found = demo_home.sql("select engagement_code, n_actions, n_faites, etat from plan.dgo")
    assert {code: [n, done] for code, n, done, _ in found} == expected
    assert [code for code, n, _, state in found if state == "aucune_action_declaree"] == [
        code for code, (n, _) in expected.items() if n == 0
    ]


@demo
def test_a_request_keeps_its_refusal_and_its_rules(demo_home: Home, demo_files: Path) -> None:
    told = written(demo_files, "Financements", "suivi-actions-{}-demonstration.xlsx")
    refused = sum(r["decision"] == "refusee" for r in told)
    assert demo_home.sql(
        "select count(*), count(*) filter (where decision = 'refusee'), count(*) filter (where decision = 'refusee' "
        "and accorde_eur = 0), count(beneficiaire), count(volet_libelle) from plan.financements"
    ) == [[len(told), refused, refused, len(told), len(told)]]
    assert refused > 0


@demo
def test_lateness_is_one_rule_in_sql_and_in_the_terminal(demo_home: Home) -> None:
    """Made again by hand from the columns: the date decided, else printed; what is done or given up is never late."""
    rows = demo_home.sql(
        "select action_a_mener_code, periode, periode_fin, etat, echeance, echeance_decidee, echeance_retenue, retard "
        "from indicateurs.actions_a_mener"
    )
    for code, period, end, state, printed, decided, due, late in rows:
        assert due == (decided or printed), (code, period)
        if state in {"fait", "abandonne"}:
            expected = None
        elif due is not None and due <= end:
            expected = "en_retard" if state else "etat_inconnu"
        else:
            expected = "terme_du_plan" if end >= "2024-12-31" else None
        assert late == expected, (code, period)
    decided = {(code, period): d for code, period, _, _, _, d, _, _ in rows if code == "P3.A2.M9"}
    assert decided["P3.A2.M9", "2021-T4"] is None
    assert decided["P3.A2.M9", "2022-T1"] == decided["P3.A2.M9", "2024-T4"] == "2023-06-30"
    sheet = json.loads(demo_home.run("plan", "P3.A2", "--json").stdout)
    late = {m["action_a_mener_code"]: m["retard"] for m in sheet["engagements"] if m["retard"]}
    assert late == {r[0]: r[7] for r in rows if r[1] == "2024-T4" and r[7] and r[0].startswith("P3.A2.")}
    assert "en retard" in demo_home.run("plan", "P3.A2", COLUMNS="200").stdout


@demo
def test_the_plan_and_its_road_safety_document_are_told_over(demo_home: Home) -> None:
    for command in ("plan", "status"):
        said = " ".join(demo_home.run(command).stdout.split())
        assert "du Lot 2020-2024 : terminé le 31 décembre 2024. Aucun autre" in said
        assert "terminé le 31 décembre 2022" in said


@demo
def test_every_table_of_the_steering_is_filled_and_told_column_by_column(demo_home: Home) -> None:
    names = ["couverture", "dgo", "dispositifs", "glossaire", "instances", "instances_membres", "lieux",
             "mesures_nationales", "participations", "pdasr", "reunions"]  # fmt: skip
    for name in names:
        [[n]] = demo_home.sql(f"select count(*) from plan.{name}")
        assert n > 0, name
    told = demo_home.sql("select table_name, column_name from duckdb_columns() where schema_name = 'plan' "
                         "and comment is null")  # fmt: skip
    assert told == []


@demo
def test_an_edition_holds_the_steering_as_it_was_known_then_and_the_public_one_no_fund(
    given: Home, demo_files: Path
) -> None:
    folder = given.folder / "snapshots" / "2023-T4"
    tables = {kind: {f.stem: f for f in (folder / kind / "donnees").glob("*.parquet")} for kind in KINDS}
    pages = {kind: (folder / kind / "rapport.html").read_text(encoding="utf-8") for kind in KINDS}
    asked = pd.read_parquet(tables[RESTRICTED]["financements"])
    assert "financements" not in tables[PUBLIC]
    who = {name.replace("'", "’") for name in asked.loc[asked["periode"] >= "2023", "beneficiaire"]}
    assert len(who) > 5
    assert all(name in pages[RESTRICTED] for name in who)
    assert not [file for file in asked["dossier"] if file in pages[PUBLIC]]
    assert "Les fonds de l’année" in pages[RESTRICTED]
    assert "Les fonds de l’année" not in pages[PUBLIC]
    # Reports of racism are a count with victims: their number stays.
    assert {"nombre", "unite"} <= set(pd.read_parquet(tables[RESTRICTED]["dispositifs"]).columns)
    assert not {"nombre", "unite"} & set(pd.read_parquet(tables[PUBLIC]["dispositifs"]).columns)
    assert "participants" not in pd.read_parquet(tables[PUBLIC]["dgo"]).columns

    held: dict[str, int] = {}
    for r in written(demo_files, "Réunions"):
        if f"{r['annee']}-T{r['trimestre']}" <= "2023-T4" and r["reunions"] is not None:
            held[r["instance_code"]] = held.get(r["instance_code"], 0) + r["reunions"]
    found = pd.read_parquet(tables[PUBLIC]["instances"]).dropna(subset=["reunions"])
    assert dict(zip(found["instance_code"], found["reunions"].astype(int), strict=True)) == held

    # Before its first day the plan commits to nothing.
    before = given.folder / "snapshots" / "2019-T4" / RESTRICTED / "donnees"
    assert [len(pd.read_parquet(before / f"{name}.parquet")) for name in ("instances", "dispositifs", "dgo")] == [0] * 3


@pytest.mark.long
def test_the_core_of_the_month_stands_beside_what_the_warehouse_counts(home: Home, demo_workbook: Path) -> None:
    home.drop(demo_workbook)
    with (home.landing / "Socle commun - juillet 2025.csv").open("w", newline="", encoding="utf-8") as stream:
        stream.write("DONNÉES DE DÉMONSTRATION\n")
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["annee", "mois", "code_departement", "mesure_code", "valeur", "statut"])
        writer.writerow([2025, 7, "46", "SOCLE_OPERATIONS", 12, "realise"])
        writer.writerow([2025, 7, "46", "SOCLE_CAMBRIOLAGES", 71, "provisoire"])
        writer.writerow([2025, 7, "46", "SOCLE_TUES_ROUTE", "", "non_communique"])
    assert home.load(VIGIE_TODAY="2025-09-01")["code_sortie"] == 0
    assert home.sql("select mesure_code, valeur, statut, motif_code from indicateurs.socle_commun order by 1") == [
        ["SOCLE_CAMBRIOLAGES", 71, "P", None],
        ["SOCLE_OPERATIONS", 12, "A", None],
        ["SOCLE_TUES_ROUTE", None, "M", "non_communique"],
    ]


def test_a_measure_that_the_table_does_not_hold_is_refused_by_name(home: Home) -> None:
    (home.landing / "socle.csv").write_text(
        "DONNÉES DE DÉMONSTRATION\nannee;mois;code_departement;mesure_code;valeur;statut\n"
        "2025;7;46;SOCLE_INVENTE;1;realise\n", encoding="utf-8",
    )  # fmt: skip
    told = home.load(VIGIE_TODAY="2025-09-01")
    assert "SOCLE_INVENTE" in json.dumps(told, ensure_ascii=False)
    assert told["code_sortie"] == 2
