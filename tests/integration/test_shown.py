"""What is asked is shown: facts by index, shares, breakdowns and crossings, read again from the files by hand."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.support.received import workbook_4001

pytestmark = pytest.mark.xdist_group("demo")

# Share → the columns of the return that it is made of, and its indexes, typed from the definitions.
MINORS = ("mis_en_cause_mineurs", "mis_en_cause")
CLEARED = ("faits_elucides", "faits_constates")
SHARES = {
    "MINEURS_MEC_PART": (MINORS, set(range(1, 108))),
    "MINEURS_MEC_DEGRADATIONS_PART": (MINORS, set(range(62, 69))),
    "MINEURS_MEC_CAMBRIOLAGES_PART": (MINORS, set(range(27, 31))),
    "MINEURS_MEC_VIOLENCES_PART": (MINORS, {*range(1, 13), *range(15, 27), *range(46, 50), 51, 52, 73}),
    "ELUCIDATION_CAMBRIOLAGES": (CLEARED, set(range(27, 31))),
    "ELUCIDATION_VOLS_LIES_VEHICULES": (CLEARED, set(range(34, 39))),
}


def returned(landing: Path, table: str) -> list[dict[str, str]]:
    """The return of 2020, which is a CSV as a French spreadsheet saves it."""
    file = landing / f"retours-services-{table}-2020-demonstration.csv"
    rows = file.read_text(encoding="cp1252").splitlines()
    start = next(n for n, line in enumerate(rows) if line.startswith("edition;"))
    return list(csv.DictReader(rows[start:], delimiter=";"))


def baac(landing: Path, table: str, year: int) -> list[dict[str, str]]:
    [file] = landing.glob(f"{table}-{year}*")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        next(stream)
        return list(csv.DictReader(stream, delimiter=";"))


def test_every_indicator_of_the_catalogue_has_values(demo_home: Home) -> None:
    silent = demo_home.sql(
        "select i.indicateur_code from reference.indicateurs as i left join indicateurs.valeurs as v "
        "on v.indicateur_code = i.indicateur_code and v.valeur is not null where v.indicateur_code is null"
    )
    assert silent == []


def test_every_breakdown_of_a_value_has_its_label(demo_home: Home) -> None:
    unknown = demo_home.sql(
        "select distinct v.source, v.ventilation_type, v.ventilation_code from indicateurs.valeurs as v "
        "left join reference.ventilations as l using (source, ventilation_type, ventilation_code) "
        "where l.libelle is null order by all"
    )
    assert unknown == []
    known = "select ventilation_code from reference.ventilations where source = 'baac' and ventilation_type in"
    crossed = demo_home.sql(
        f"select distinct usager, age from indicateurs.accidents_croises where usager not in ({known} ('usager', "
        f"'total')) or age not in ({known} ('age', 'total'))"
    )
    assert crossed == []


@pytest.mark.parametrize("index", [7, 27, 57, 107])
def test_facts_by_index_are_those_of_the_workbook(demo_home: Home, index: int) -> None:
    told = demo_home.sql(
        "select s.service, f.faits, f.perimetre from indicateurs.faits_index as f inner join reference.services as s "
        f"using (territoire_code) where f.source = 'etat4001_services' and f.periode = '2019' and code_index = {index} "
        "and f.faits is not null"
    )
    counted = workbook_4001(demo_home.landing, 2019, {index})
    assert {s: n for s, n, _ in told} == {s: counted[s] for s, *_ in told}
    assert len(told) == 4
    assert {p for *_, p in told} == {"complet"}


def test_facts_by_index_are_those_of_the_returns(demo_home: Home) -> None:
    counted: Counter = Counter()
    for row in returned(demo_home.landing, "faits"):
        counted[int(row["code_index"]), f"2020-{int(row['mois']):02d}"] += int(row["faits_constates"])
    told = demo_home.sql(
        "select code_index, periode, faits, statut from indicateurs.faits_index where source = 'retours_services' "
        "and territoire_code = 'DEP-46' and periode_type = 'mois' and periode like '2020-%'"
    )
    assert len(told) == 103 * 12
    assert [row for row in told if row[2] != counted[row[0], row[1]]] == []
    assert {s for *_, s in told} == {"D"}, "the returns of some services are a part of the département"


def test_facts_by_index_make_the_indicators(demo_home: Home) -> None:
    off = demo_home.sql(
        "with sommes as (select indicateur_code, territoire_code, periode_type, periode, source, min(perimetre) as vu, "
        "case when count(faits) = count(*) then sum(faits) end as somme from indicateurs.faits_index "
        "inner join reference.indicateurs_index using (code_index) group by all) "
        "select count(*) > 40000, count(*) filter (where s.somme is distinct from v.valeur), "
        "count(*) filter (where v.perimetre <> s.vu) from indicateurs.valeurs as v inner join sommes as s "
        "using (indicateur_code, territoire_code, periode_type, periode, source) where v.ventilation_type = 'total'"
    )
    assert off == [[True, 0, 0]]


def test_one_source_of_an_index_is_in_use(demo_home: Home) -> None:
    [[twice]] = demo_home.sql(
        "select count(*) from (select 1 from indicateurs.faits_index group by code_index, territoire_code, "
        "periode_type, periode having count(*) filter (where retenu) <> 1) as t"
    )
    assert twice == 0
    rows = demo_home.sql(
        "select source from indicateurs.faits_index where code_index = 7 and territoire_code = 'DEP-46' "
        "and periode = '2019' and retenu"
    )
    assert rows == [["etat4001_departements"]], "the one that covers the whole département"


@pytest.mark.parametrize("share", SHARES)
def test_a_share_of_a_period_is_that_of_its_sums(demo_home: Home, share: str) -> None:
    (part, whole), indexes = SHARES[share]
    rows = [r for r in returned(demo_home.landing, "faits") if int(r["code_index"]) in indexes]
    for period, months in {"2020": range(1, 13), "2020-T2": range(4, 7)}.items():
        kept = [r for r in rows if int(r["mois"]) in months]
        expected = 100 * sum(int(r[part]) for r in kept) / sum(int(r[whole]) for r in kept)
        [[value, *rest]] = demo_home.sql(
            f"select valeur, unite, perimetre, statut from indicateurs.valeurs where indicateur_code = '{share}' "
            f"and territoire_code = 'DEP-46' and periode = '{period}'"
        )
        assert value == pytest.approx(expected, abs=0.0051)
        assert rest == ["%", "services_declarants", "D"]


def test_every_share_of_the_table_has_values_and_none_is_above_a_hundred(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select r.ensemble_code, count(v.valeur) > 0, max(v.valeur) <= 100, "
        "bool_and((v.valeur is null) = (v.statut = 'M')), bool_and((v.valeur is null) = (v.motif is not null)) "
        "from reference.relations as r left join indicateurs.valeurs as v on v.indicateur_code = r.ensemble_code "
        "where r.nature = 'numerateur' group by 1"
    )
    assert len(rows) > 10
    assert [row for row in rows if row[1:] != [True] * 4] == []


def test_a_share_above_one_is_missing_with_its_reason(demo_home: Home) -> None:
    """More facts cleared in a month than recorded in it: some were recorded before."""
    counts: Counter = Counter()
    for row in returned(demo_home.landing, "faits"):
        if int(row["code_index"]) in range(55, 59):
            for column in CLEARED:
                counts[row["service"], int(row["mois"]), column] += int(row[column])
    above = {
        (service, f"2020-{month:02d}")
        for service, month, _ in counts
        if counts[service, month, CLEARED[0]] > counts[service, month, CLEARED[1]] > 0
    }
    told = demo_home.sql(
        "select s.service, v.periode, v.valeur, v.statut from indicateurs.valeurs as v inner join reference.services "
        "as s using (territoire_code) where v.indicateur_code = 'ELUCIDATION_STUPEFIANTS' and v.periode like '2020-%' "
        "and v.periode_type = 'mois' and v.motif_code = 'part_impossible'"
    )
    assert {(s, p) for s, p, *_ in told} == above
    assert above, "a test of nothing"
    assert {(value, status) for *_, value, status in told} == {(None, "M")}


def test_public_order_by_nature_is_that_of_the_return(demo_home: Home) -> None:
    counted: Counter = Counter()
    for row in returned(demo_home.landing, "tranquillite"):
        counted[row["nature"], f"2020-{int(row['mois']):02d}"] += int(row["faits"])
    told = demo_home.sql(
        "select ventilation_code, periode, valeur from indicateurs.valeurs where indicateur_code = 'TRANQUILLITE' and "
        "territoire_code = 'DEP-46' and ventilation_type = 'nature' and periode like '2020-%' and periode_type = 'mois'"
    )
    assert {(c, p): n for c, p, n in told} == counted
    assert len(counted) == 48


def test_parts_add_up_to_their_total(demo_home: Home) -> None:
    """Not the accidents: one counts in each class that one of its users is of. The means of persons followed are
    rounded, one by one.
    """
    rows = demo_home.sql(
        "with parties as (select indicateur_code, territoire_code, periode_type, periode, source, ventilation_type, "
        "count(*) = count(valeur) as entiere, sum(valeur) as somme, count(*) as n from indicateurs.valeurs "
        "where ventilation_type <> 'total' and indicateur_code <> 'ACCIDENTS' group by all) "
        "select p.indicateur_code, p.ventilation_type, bool_and(abs(p.somme - v.valeur) <= case "
        "when p.indicateur_code = 'ISCG_PERSONNES' and p.periode_type <> 'mois' then 0.005 * (p.n + 1) else 0 end) "
        "from parties as p inner join indicateurs.valeurs as v "
        "using (indicateur_code, territoire_code, periode_type, periode, source) "
        "where v.ventilation_type = 'total' and p.entiere and v.valeur is not null group by 1, 2"
    )
    assert {tuple(row) for row in rows} == {
        ("TRANQUILLITE", "nature", True),
        *(("ISCG_PERSONNES", t, True) for t in ("anciennete", "sexe", "age", "origine", "probleme", "suite")),
        *(
            (i, t, True)
            for i in ("TUES", "BLESSES_HOSPITALISES", "BLESSES_LEGERS")
            for t in ("usager", "age", "trajet")
        ),
    }


def test_crossed_accidents_are_those_of_the_files(demo_home: Home) -> None:
    """Riders of motorised two-wheelers of 18 to 24 years and pedestrians of 75 or more, from three tables of 2019."""
    lot = {r["Num_Acc"]: int(r["mois"]) for r in baac(demo_home.landing, "caracteristiques", 2019) if r["dep"] == "46"}
    riders = {*range(2, 3), *range(4, 7), *range(30, 37), *range(41, 44)}
    ridden = {
        (r["Num_Acc"], r["num_veh"])
        for r in baac(demo_home.landing, "vehicules", 2019)
        if r["Num_Acc"] in lot and int(r["catv"]) in riders
    }
    seen: dict[tuple[str, str], set[tuple[int, str]]] = {
        ("deux_roues_motorise", "18-24"): set(),
        ("pieton", "75+"): set(),
    }
    hurt: Counter = Counter()
    for r in baac(demo_home.landing, "usagers", 2019):
        if r["Num_Acc"] not in lot or not r["an_nais"].strip():
            continue
        age, month, walks = 2019 - int(r["an_nais"]), lot[r["Num_Acc"]], r["catu"].strip() in {"3", "4"}
        if walks and age >= 75:
            cell = ("pieton", "75+")
        elif not walks and (r["Num_Acc"], r["num_veh"]) in ridden and 18 <= age <= 24:
            cell = ("deux_roues_motorise", "18-24")
        else:
            continue
        seen[cell].add((month, r["Num_Acc"]))
        hurt[(*cell, month)] += r["grav"].strip() == "3"
    assert any(seen.values()), "a test of nothing"
    for (user, age), accidents in seen.items():
        told = demo_home.sql(
            "select periode, accidents, blesses_hospitalises from indicateurs.accidents_croises where "
            f"territoire_code = 'DEP-46' and usager = '{user}' and age = '{age}' and periode like '2019-%' order by 1"
        )
        assert len(told) == 12
        assert [n for _, n, _ in told] == [sum(m == month for m, _ in accidents) for month in range(1, 13)]
        assert [n for *_, n in told] == [hurt[user, age, month] for month in range(1, 13)]


def test_crossed_victims_add_up_and_the_margin_of_a_month_is_the_month(demo_home: Home) -> None:
    [[off]] = demo_home.sql(
        "select count(*) from (select territoire_code, periode, max(tues) filter (where usager = 'total' and "
        "age = 'total') as marge, sum(tues) filter (where usager <> 'total' and age <> 'total') as cases "
        "from indicateurs.accidents_croises group by 1, 2) as t where cases is distinct from marge"
    )
    assert off == 0
    rows = demo_home.sql(
        "select count(*) > 400, count(*) filter (where a.accidents is distinct from v.valeur) "
        "from indicateurs.accidents_croises as a inner join indicateurs.valeurs as v "
        "on v.indicateur_code = 'ACCIDENTS' and v.territoire_code = a.territoire_code and v.periode = a.periode "
        "and v.ventilation_type = 'total' and v.source = 'baac' where a.usager = 'total' and a.age = 'total'"
    )
    assert rows == [[True, 0]]


def test_a_rate_of_minors_is_never_over_the_whole_population(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select distinct t.denominateur, t.denominateur_valeur >= p.valeur from indicateurs.taux as t "
        "left join reference.populations as p on p.territoire_code = t.territoire_code and p.nature = 'population' "
        "and p.millesime = t.denominateur_millesime where t.indicateur_code like 'MINEURS_MEC%'"
    )
    assert {d for d, _ in rows} == {"mineurs"}
    assert not any(whole for _, whole in rows)  # unknown where there is no rate
    silent = demo_home.sql(
        "select count(*) from indicateurs.taux where indicateur_code like 'MINEURS_MEC%' "
        "and (taux is null) <> (motif_code is not null)"
    )
    assert silent == [[0]]
