"""The plan in the warehouse: printed figures against computed ones, the tables of the priorities, the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.support.tables import rewrite, rows

demo = pytest.mark.xdist_group("demo")
real = pytest.mark.xdist_group("real")

# Typed from the plan's table A (column Lot) and from what the ministry's own workbook holds.
WITH_THE_WORKBOOK = {
    "I.A-LOT-CBV-2019": ("egal", 421, None), "I.A-LOT-CBV-2016": ("dans_la_revision", 318, -1),
    "I.A-LOT-CBV-EVO": ("egal", 6.58, None),
    "I.A-LOT-VIOLENCES_SEXUELLES-2019": ("egal", 126, None), "I.A-LOT-VOLS_ARMES-2019": ("egal", 6, None),
    "I.A-LOT-CAMBRIOLAGES-2018": ("egal", 842, None), "I.A-LOT-CAMBRIOLAGES-2019": ("dans_la_revision", 831, -2),
    "I.A-LOT-VOLS_ACCESSOIRES-2018": ("divergent", 203, -18),
    "I.A-LOT-VOLS_SANS_VIOLENCE-2017": ("divergent", 2914, -194),
    # Two homicides are not a revision of none.
    "I.A-LOT-HOMICIDES-2017": ("divergent", 2, 2),
    "I.B.2-05": ("divergent", 995, 50), "I.B.2-06": ("dans_la_revision", 918, 1),
    "I.B.2-15": ("egal", 22.76, None), "I.B.2-16": ("egal", 25.27, None),
    "I.D-CAHORS-2018": ("divergent", 96, -2), "I.D-GOURDON-2017": ("egal", 179, None),
}  # fmt: skip


def reconciliation(home: Home, where: str) -> dict[str, tuple]:
    rows = home.sql(
        "select chiffre_code, verdict, valeur_calculee, ecart, motif, source, indicateurs from plan.reconciliation "
        f"where {where} order by 1"
    )
    return {row[0]: tuple(row[1:]) for row in rows}


@real
def test_each_printed_figure_has_the_verdict_that_its_size_gives(real_home: Home) -> None:
    got = reconciliation(real_home, "candidat = 1")
    assert {code: got[code][:3] for code in WITH_THE_WORKBOOK} == WITH_THE_WORKBOOK
    assert [c for c, v in got.items() if v[0] in {"divergent", "dans_la_revision"} and v[2] is None] == []
    assert len(reconciliation(real_home, "tableau = 'A' and territoire_code = 'DEP-46' and candidat = 1")) == 55


@real
def test_table_d_says_what_the_workbook_lacks(real_home: Home) -> None:
    got = reconciliation(real_home, "tableau = 'D'")
    companies = {k: v for k, v in got.items() if not k.startswith(("I.D-EDSR", "I.D-GGD"))}
    assert len(companies) == 18
    assert {k for k, v in companies.items() if v[0] != "egal"} == {"I.D-CAHORS-2018"}
    for code in got.keys() - companies.keys():
        verdict, computed, _, reason = got[code][:4]
        assert (verdict, computed) == ("non_calculable", None)
        assert "ne figure pas dans le classeur du ministère" in reason


@real
def test_the_france_column_answers_to_the_ssmsi_and_says_so(real_home: Home) -> None:
    answers = reconciliation(real_home, "tableau = 'A' and territoire_code = 'FRA' and candidat = 1")
    assert len(answers) == 55
    assert {(v[0], v[4]) for v in answers.values()} == {("non_calculable", "ssmsi_base")}
    assert all("ssmsi 201" in v[3] for v in answers.values())
    like_with_like = reconciliation(real_home, "chiffre_code = 'I.A-FRA-DEGRADATIONS-2019' and candidat = 2")
    # The 101 départements; the sheet's 105 territories give 282 509.
    assert like_with_like["I.A-FRA-DEGRADATIONS-2019"][:2] == ("divergent", 280189)


@demo
def test_the_demonstration_agrees_cell_by_cell_on_the_readings_in_use(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select chiffre_code, verdict, motif_code from plan.reconciliation where tableau in ('A', 'D') and retenu "
        "and candidat = 1 and territoire_code <> 'FRA'"
    )
    assert len(rows) == 55 + 30
    other = {r[0]: (r[1], r[2]) for r in rows if r[1] != "egal"}
    # 0 % printed for none against none cannot be recomputed: a change from 0 has no value.
    assert other.pop("I.A-LOT-HOMICIDES-EVO") == ("non_calculable", "reference_nulle")
    # The squadron has no column in the ministry's workbook, and the returns begin in 2018.
    lacking = {"EDSR": "hors_source", "GGD": "composante_manquante"}
    years = range(2014, 2018)
    assert other == {f"I.D-{u}-{y}": ("non_calculable", why) for u, why in lacking.items() for y in years}


@demo
def test_claims_are_judged_on_the_figures_they_stand_on(demo_home: Home) -> None:
    got = dict(demo_home.sql("select affirmation_code, verdict from plan.affirmations"))
    # 136 then 126: the text speaks of a rise.
    assert got["I.B.2-A12"] == "contredite"
    assert got["I.B.1-A04"] == "verifiee"
    assert got["I.B.4-A02"] == "non_calculable"


@demo
def test_of_several_readings_one_is_in_use_and_says_why(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select valeur, retenu, motif_lecture is not null from plan.chiffres_imprimes "
        "where serie_code = 'CAMBRIOLAGES' and territoire_code = 'DEP-46' and periode = '2019' "
        "and grandeur = 'nombre' order by valeur"
    )
    assert rows == [[832, False, True], [833, True, True]]


@demo
def test_the_tables_of_the_priorities_hold_every_follow_up_indicator(demo_home: Home) -> None:
    tables = ["priorite_1_jeunesse", "priorite_2_violences", "priorite_3_tranquillite_stupefiants",
              "priorite_4_securite_routiere"]  # fmt: skip
    follow_up: list[int] = []
    for table in tables:
        [[n, without_reason]] = demo_home.sql(
            "select count(distinct indicateur_code) filter (where nature = 'suivi'), "
            "count(*) filter (where statut = 'M' and (motif is null or doit is null or valeur is not null)) "
            f"from indicateurs.{table}"
        )
        follow_up.append(n)
        assert without_reason == 0
    assert follow_up == [9, 7, 9, 0]


@demo
def test_a_row_of_a_priority_carries_its_target_baseline_and_year_before(demo_home: Home) -> None:
    [row] = demo_home.sql(
        "select valeur, valeur_precedente, evolution_abs, statut, action_code from indicateurs.priorite_2_violences "
        "where indicateur_code = 'CBV_4001' and territoire_code = 'DEP-46' and periode = '2019' "
        "and source = 'etat4001_departements'"
    )
    assert row == [421, 395, 26, "A", None]
    [row] = demo_home.sql(
        "select distinct cible_operateur, cible from indicateurs.priorite_1_jeunesse "
        "where indicateur_code = 'P1.A2.I1' and cible is not null"
    )
    assert row == [">=", 1579]
    [row] = demo_home.sql(
        "select distinct reference_valeur, reference_date from indicateurs.priorite_3_tranquillite_stupefiants "
        "where indicateur_code = 'CAMERAS' and periode between '2021' and '2021-T9'"
    )
    assert row == [134, "2020-01-01"]


@demo
def test_a_target_stands_once_on_the_rows_that_it_speaks_of_and_says_where_it_is(demo_home: Home) -> None:
    tables = ("priorite_1_jeunesse", "priorite_2_violences", "priorite_3_tranquillite_stupefiants")
    every = " union all ".join(f"select * from indicateurs.{t}" for t in tables)
    rows = demo_home.sql(
        "select indicateur_code, territoire_code, periode_type, ventilation_type, count(distinct cible_texte), "
        f"count(*) - count(distinct periode) from ({every}) where cible is not null group by all order by 1"
    )
    codes = ["COMMUNES_3000_EQUIPEES", "ISCG_ETP", "ISCG_POSTES", "P1.A2.I1", "P2.A1.I2"]
    assert rows == [[code, "DEP-46", "annee", "total", 1, 0] for code in codes]
    judged = demo_home.sql(
        f"select indicateur_code, periode, valeur, cible, cible_echeance, atteinte from ({every}) "
        "where cible_texte is not null"
    )
    for _, period, value, target, due, said in judged:
        if value is None or target is None:
            expected = "non_mesurable"
        elif value >= target:
            expected = "atteinte"
        else:
            expected = "non_echue" if due is not None and due > f"{period}-12-31" else "non_atteinte"
        assert said == expected
    assert {row[5] for row in judged} >= {"atteinte", "non_atteinte"}


@demo
def test_actions_to_be_led_are_declared_each_quarter(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select periode, count(*), count(etat), count(doit) from indicateurs.actions_a_mener group by 1 order by 1"
    )
    assert rows == [[f"{y}-T{q}", 63, 63, 0] for y in range(2021, 2025) for q in range(1, 5)]


@pytest.mark.long
def test_actions_to_be_led_are_owed_by_their_pilots_each_quarter(home: Home, demo_workbook: Path) -> None:
    home.drop(demo_workbook)
    home.load(VIGIE_TODAY="2025-02-15")
    rows = home.sql("select count(*), count(etat), count(doit), count(motif) from indicateurs.actions_a_mener")
    assert rows == [[16 * 63, 0, 16 * 63, 16 * 63]]


@demo
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            [],
            [
                "P1 Jeunesse",
                "P4 Sécurité routière",
                "9 sur 9",
                "Coups et blessures volontaires",
                "63 actions",
                "* hors services qui ne rendent pas de retour",
                "** hors unités non rattachées",
            ],
        ),
        (["P2"], ["P2.A7", "Renforcer la protection des élus", "Préfecture"]),
        (["p3.a2"], ["Indicateurs de suivi", "P3.A2.I4", "P3.A2.M10", "CAMBRIOLAGES_4001"]),
        (["P1.A2.I1"], ["cible >= 1 579", "2024-T4"]),
        (["P2.A4.M2"], ["le 11 mai 2021", "2024-T4"]),
        (["CBV_4001"], ["index 7", "victime", "2024", "hors unités non rattachées"]),
        (["I.B.2"], ["I.B.2-05", "945", "divergent"]),
        (["I.D-EDSR-2019"], ["72", "égal"]),
        (["--verifier"], ["Affirmations", "contredite", "chiffres imprimés"]),
        (["--verifier", "I.B.3"], ["I.B.3-02", "843"]),
    ],
)
def test_the_plan_is_read_in_the_terminal(demo_home: Home, arguments: list[str], words: list[str]) -> None:
    done = demo_home.run("plan", *arguments)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.replace("\u202f", " ").split())
    assert [w for w in words if w not in said] == []


@demo
def test_a_code_that_names_nothing_is_a_mistake_of_usage(demo_home: Home) -> None:
    done = demo_home.run("plan", "P9")
    assert done.returncode == 64
    assert "« P9 » n'est ni une priorité" in done.stderr


@demo
def test_the_plan_is_one_json_object(demo_home: Home) -> None:
    told = json.loads(demo_home.run("plan", "--json").stdout)
    assert [p["priorite_code"] for p in told["priorites"]] == ["P1", "P2", "P3", "P4"]
    assert sum(p["actions"] for p in told["priorites"]) == 15


def edit(project: Path, table: str, change, *added: dict) -> None:
    file = project / "dbt_project" / "seeds" / "plan" / f"{table}.csv"
    rewrite(file, [*(change(r) for r in rows(file)), *added])


@pytest.mark.long
def test_a_target_an_action_and_an_avenant_are_lines_in_tables(
    amended: Path, tmp_path: Path, demo_workbook: Path
) -> None:
    closed, opened = "2021-06-30", "2021-07-01"
    avenant = {"code_departement": "46", "valide_de": opened, "valide_a": "2024-12-31"}
    edit(amended, "versions", lambda r: r, avenant | {
        "version": "avenant-1", "libelle": "Avenant n° 1", "document": "Arrêté", "signature_date": opened})  # fmt: skip

    def raise_target(r: dict) -> dict:
        return r | {"valide_a": closed} if r["cible_code"] == "P1.A2.C1" else r

    edit(amended, "cibles", raise_target, avenant | {
        "cible_code": "P1.A2.C1", "type": "cible", "objet_type": "indicateur", "objet_code": "P1.A2.I1",
        "territoire_code": "DEP-46", "periode_type": "annee", "operateur": ">=", "valeur": "2000",
        "unite": "élèves de 6e par an", "texte": "2 000 élèves", "origine": "plan",
    })  # fmt: skip
    new = {"action_code": "P1.A5", "rang": "5"}
    edit(amended, "actions", lambda r: r, avenant | new | {"priorite_code": "P1", "libelle": "Une action de plus"})
    edit(amended, "pilotes", lambda r: r, avenant | {
        "action_code": "P1.A5", "rang": "1", "acteur_code": "PREFECTURE", "texte": "Préfecture",
        "origine": "plan"})  # fmt: skip
    edit(amended, "actions_a_mener", lambda r: r, avenant | {
        "action_code": "P1.A5", "rang": "1", "action_a_mener_code": "P1.A5.M1", "texte": "Commencer"})  # fmt: skip
    edit(amended, "indicateurs_suivi", lambda r: r, avenant | {
        "action_code": "P1.A5", "rang": "1", "indicateur_code": "P1.A5.I1", "libelle": "Nombre de commencements",
        "unite": "commencements", "polarite": "hausse_favorable", "cumul": "somme"})  # fmt: skip

    home = Home(tmp_path / "home", PYTHONPATH=str(amended))
    home.drop(demo_workbook)
    for year in (2021, 2022):
        home.drop(demo_workbook.parent / f"suivi-actions-{year}-demonstration.xlsx")
    told = home.load()
    assert told["code_sortie"] == 0, told
    targets = home.sql(
        "select periode, cible from indicateurs.priorite_1_jeunesse where indicateur_code = 'P1.A2.I1' "
        "and periode < '2023' and cible is not null order by 1"
    )
    assert targets == [["2021", 2000], ["2022", 2000]]
    assert home.sql("select valeur from plan.cibles where cible_code = 'P1.A2.C1' order by valide_de") == [
        [1579],
        [2000],
    ]
    added = home.sql(
        "select indicateur, action, periode, statut, doit from indicateurs.priorite_1_jeunesse "
        "where action_code = 'P1.A5' and periode < '2022' order by periode"
    )
    assert added == [
        ["Nombre de commencements", "Une action de plus", q, "M", "Préfecture"] for q in ("2021-T3", "2021-T4")
    ]
    led = home.sql(
        "select action_a_mener_code, periode from indicateurs.actions_a_mener "
        "where action_code = 'P1.A5' and periode < '2022' order by 2"
    )
    assert led == [["P1.A5.M1", "2021-T3"], ["P1.A5.M1", "2021-T4"]]
    assert home.sql("select version from plan.versions order by 1") == [["2020"], ["avenant-1"]]


@pytest.mark.long
def test_a_departement_without_a_plan_says_so(tmp_path: Path, demo_workbook: Path) -> None:
    home = Home(tmp_path / "home", VIGIE_DEPARTEMENT="12")
    home.drop(demo_workbook)
    assert home.load()["code_sortie"] == 0
    done = home.run("plan")
    assert done.returncode == 64
    assert "Aucun plan n'est décrit pour ce département" in done.stderr
    assert home.sql("select count(*) from indicateurs.priorites") == [[0]]


@real
def test_a_reading_of_a_partial_source_says_so_and_why_it_was_kept(real_home: Home) -> None:
    """Without the SSMSI's base, what the workbook by service explains of the France column, and no more."""
    kept = real_home.sql(
        "select distinct serie, indicateurs from plan.reconciliation where tableau = 'A' and territoire_code = 'FRA' "
        "and lecture_retenue and territoire_lu_code = 'FRM' and perimetre = 'services_territoriaux' order by 1"
    )
    assert kept == [
        ["Cambriolages", "CAMBRIOLAGES_PROFESSIONNELS_4001"],
        ["Coups et blessures volontaires", "CBV_4001"],
        ["Vols avec armes", "VOLS_ARMES_4001"],
        ["Vols de véhicules", "VOLS_VEHICULES_4001"],
        ["Vols violents sans armes", "VOLS_VIOLENTS_SANS_ARME_4001"],
    ]
    for arguments, words in (
        (["--verifier", "I.A"], ["68 535*", "France métropolitaine", "4 lectures essayées, sur 6", "* hors unités"]),
        (
            ["I.A-FRA-CAMBRIOLAGES-2019"],
            ["autre lecture", "hors unités non rattachées", "le plus grand écart annuel est de"],
        ),
        (["--verifier", "I.B.1-A13"], ["rang : -17,24 %", "13,86 % qui baissent le plus*", "vérifiée"]),
    ):
        done = real_home.run("plan", *arguments, COLUMNS="220")
        assert done.returncode == 0, done.stderr
        said = " ".join(done.stdout.replace("\u202f", " ").split())
        assert [w for w in words if w not in said] == []
    judged = real_home.sql(
        "select distinct perimetre from plan.affirmations where verdict <> 'non_calculable' order by 1"
    )
    assert judged == [["complet"], ["services_territoriaux"]]
    assert real_home.sql(
        "select count(*) from plan.affirmations where verdict = 'non_calculable' and perimetre <> ''"
    ) == [[0]]
