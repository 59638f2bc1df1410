"""Totals since January, groups of indexes, a year before: what a service keeps, read as if it had sent its months."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.support.recomputed import INDEXES as OF_INDICATOR
from tests.support.returns import FORCES, MEASURES, cumulative, monthly, total, year_of
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.xdist_group("cumuls"), pytest.mark.long]

TOLD = {service: year_of(service, 2021) for service in FORCES}
BEFORE = {service: year_of(service, 2020) for service in FORCES}
FIGEAC, GOURDON, CAHORS, POLICE = (
    "SRV-46-GN-CGD-FIGEAC", "SRV-46-GN-CGD-GOURDON", "SRV-46-GN-CGD-CAHORS", "SRV-46-PN-CIAT-CAHORS",
)  # fmt: skip
WITHOUT_MAY = [m for m in range(1, 13) if m != 5]
MONTHLY, TOTAL = [1, 2, 5, 6, 9], [3, 4, 7, 8, 10, 11, 12]


def barometer() -> bytes:
    """Three months in the form that counts all the injured, those in hospital being a part of them."""
    hurt = {1: (7, 3), 2: (5, 5), 3: (9, 0)}
    others = ("accidents_graves", "tues", "accidents_alcool", "accidents_stupefiants", "accidents_vitesse",
              "accidents_distracteur", "suspensions_permis")  # fmt: skip
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Édition", "Année", "Mois", "Département", "Mesure", "Force", "Nombre"])
    for month, (injured, hospital) in hurt.items():
        told = {"accidents": 4, "blesses": injured, "dont_hospitalises": hospital} | dict.fromkeys(others, 0)
        for measure, number in told.items():
            writer.writerow([1, 2021, month, "46", measure, "ensemble", number])
        for measure in ("conduites_alcool", "conduites_stupefiants"):
            for force in ("police", "gendarmerie"):
                writer.writerow([1, 2021, month, "46", measure, force, 2])
    return out.getvalue().encode()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Figeac lacks May, groups indexes, and has one figure of 2020 that is not the one held; Gourdon loses a total in
    August; Cahors sends months, then totals, then months; the others send their months.
    """
    home = Home(tmp_path_factory.mktemp("cumuls") / "home")
    files = {f"mois-{s}.csv": monthly(s, 2021, range(1, 13), TOLD[s]) for s in ("CIAT DE CAHORS", "EDSR DU LOT")}
    files["figeac-2020.csv"] = monthly("CGD FIGEAC", 2020, range(1, 13), BEFORE["CGD FIGEAC"])
    changed = {key: dict(told) for key, told in BEFORE["CGD FIGEAC"].items()}
    changed[27, 9]["faits_constates"] += 2
    for month in WITHOUT_MAY:
        files[f"figeac-{month:02d}.csv"] = cumulative(
            "CGD FIGEAC", 2021, [month], TOLD["CGD FIGEAC"], groups=["72-73", "37-38"],
            before=changed if month == 9 else BEFORE["CGD FIGEAC"],
        )  # fmt: skip
    files["gourdon.csv"] = cumulative("CGD GOURDON", 2021, range(1, 13), TOLD["CGD GOURDON"], instead={("27", 8): 0})
    files["cahors-mois.csv"] = monthly("CGD CAHORS", 2021, MONTHLY, TOLD["CGD CAHORS"])
    files["cahors-cumuls.csv"] = cumulative("CGD CAHORS", 2021, TOTAL, TOLD["CGD CAHORS"])
    files["barometre.csv"] = barometer()
    for name, content in files.items():
        (home.landing / name).write_bytes(content)
    told = home.load()
    assert (told["code_sortie"], told["refusees"], told["controles"]["bloquants"]) == (0, [], [])
    return home


def value(home: Home, indicator: str, place: str, period: str, source: str = "retours_services") -> list:
    [row] = home.sql(
        "select valeur, statut, motif_code, motif from indicateurs.valeurs where ventilation_type = 'total' "
        f"and indicateur_code = '{indicator}' and territoire_code = '{place}' and periode = '{period}' "
        f"and source = '{source}'"
    )
    return row


def of_months(service: str, indicator: str, months: range | list[int]) -> int:
    return sum(TOLD[service][i, m]["faits_constates"] for i in OF_INDICATOR[indicator] for m in months)


# ---- the same figures, whatever the form


def test_a_year_of_totals_is_the_year_of_months_for_every_indicator_and_level(tmp_path: Path) -> None:
    months = {f"mois-{s}.csv": monthly(s, 2021, range(1, 13), TOLD[s]) for s in FORCES}
    totals = months | {"mois-CGD FIGEAC.csv": cumulative("CGD FIGEAC", 2021, range(1, 13), TOLD["CGD FIGEAC"])}
    told = []
    for name, files in {"mois": months, "cumuls": totals}.items():
        part = Part(tmp_path / name, files, ["valeurs", "faits_index", "ctl_conservation"], "46")
        assert part.refused == []
        values = part.sql(
            "select indicateur_code, territoire_code, periode_type, periode, ventilation_type, ventilation_code, "
            "source, valeur, unite, perimetre, statut, motif_code, motif, retenu from indicateurs.valeurs order by all"
        )
        facts = part.sql("select * exclude (lot_livraisons) from indicateurs.faits_index order by all")
        told.append((values, facts))
        kept_whole = part.sql(
            "select territoire_code, periode, observe, attendu, ecart from controles.ctl_conservation "
            "where detail = 'mois'"
        )
    whole = total(TOLD["CGD FIGEAC"], range(1, 108), 12, "faits_constates")
    assert kept_whole == [(FIGEAC, "2021", whole, whole, 0)]
    assert told[0] == told[1]
    # Worked out from what was written, not from either form.
    found = {(i, t, p): v for i, t, _, p, kind, _, _, v, *_ in told[1][0] if kind == "total" and v is not None}
    for indicator in OF_INDICATOR:
        for month in range(1, 13):
            assert found[indicator, FIGEAC, f"2021-{month:02d}"] == of_months("CGD FIGEAC", indicator, [month])
        assert found[indicator, FIGEAC, "2021"] == of_months("CGD FIGEAC", indicator, range(1, 13))
        assert found[indicator, "DEP-46", "2021-T3"] == sum(of_months(s, indicator, range(7, 10)) for s in FORCES)
    for measure, indicator in (
        ("mis_en_cause", "MIS_EN_CAUSE"),
        ("mis_en_cause_mineurs", "MINEURS_MEC"),
        ("faits_vif", "VIF_FORCES"),
    ):
        assert measure in MEASURES
        for month in range(1, 13):
            expected = sum(TOLD["CGD FIGEAC"][i, month][measure] for i in range(1, 108))
            assert found[indicator, FIGEAC, f"2021-{month:02d}"] == expected


def test_months_and_totals_follow_one_another(kept: Home) -> None:
    for month in range(1, 13):
        for indicator in ("CAMBRIOLAGES_4001", "AVIP_4001", "OUTRAGES_4001"):
            told = value(kept, indicator, CAHORS, f"2021-{month:02d}")
            assert told == [of_months("CGD CAHORS", indicator, [month]), "A", None, None]


# ---- what does not follow is missing, with its reason


def test_a_month_after_a_hole_is_not_deduced_and_the_next_ones_are(kept: Home) -> None:
    number, status, code, why = value(kept, "CAMBRIOLAGES_4001", FIGEAC, "2021-06")
    assert (number, status, code) == (None, "M", "cumul_incomplet")
    assert "il manque 2021-05" in why
    for month in (4, 7, 12):
        expected = of_months("CGD FIGEAC", "CAMBRIOLAGES_4001", [month])
        assert value(kept, "CAMBRIOLAGES_4001", FIGEAC, f"2021-{month:02d}")[0] == expected
    number, status, code, why = value(kept, "CAMBRIOLAGES_4001", "DEP-46", "2021-06")
    assert (number, status, code) == (None, "M", "cumul_incomplet")
    assert why.startswith("Compagnie de gendarmerie de Figeac : ")


def test_totals_tell_the_quarter_and_the_year_of_which_a_month_is_missing(kept: Home) -> None:
    """The total of June less that of March is the second quarter, whatever May was; that of December is the year."""
    for indicator in ("CAMBRIOLAGES_4001", "VOLS_LIES_VEHICULES_4001", "HOMICIDES_4001"):
        for period, months in (("2021-T2", range(4, 7)), ("2021", range(1, 13))):
            of_figeac = of_months("CGD FIGEAC", indicator, months)
            assert value(kept, indicator, FIGEAC, period) == [of_figeac, "A", None, None]
            everyone = sum(of_months(s, indicator, months) for s in FORCES)
            assert value(kept, indicator, "DEP-46", period)[0] == everyone
    [row] = kept.sql(
        "select faits, statut from indicateurs.faits_index where source = 'retours_services' and code_index = 27 "
        f"and territoire_code = '{FIGEAC}' and periode = '2021'"
    )
    assert row == [total(TOLD["CGD FIGEAC"], [27], 12, "faits_constates"), "A"]


def test_no_month_rests_on_a_total_that_falls_and_a_finding_names_both(kept: Home) -> None:
    for month in (7, 8, 9):
        number, status, code, why = value(kept, "CAMBRIOLAGES_PRINCIPALES_4001", GOURDON, f"2021-{month:02d}")
        assert (number, status, code) == (None, "M", "cumul_en_baisse")
        assert "baisse de 2021-07 à 2021-08" in why
    for month in (6, 10):
        expected = of_months("CGD GOURDON", "CAMBRIOLAGES_PRINCIPALES_4001", [month])
        assert value(kept, "CAMBRIOLAGES_PRINCIPALES_4001", GOURDON, f"2021-{month:02d}")[0] == expected
    # What does not count that index is told as before.
    assert value(kept, "AVIP_4001", GOURDON, "2021-08")[0] == of_months("CGD GOURDON", "AVIP_4001", [8])
    year = of_months("CGD GOURDON", "CAMBRIOLAGES_PRINCIPALES_4001", range(1, 13))
    assert value(kept, "CAMBRIOLAGES_PRINCIPALES_4001", GOURDON, "2021")[0] == year
    [[said, remedy]] = kept.sql("select constat, remede from qualite.constats where regle_code = 'CUMUL_EN_BAISSE'")
    before = total(TOLD["CGD GOURDON"], [27], 7, "faits_constates")
    assert f"de {before} à 0" in said
    assert "index 27, faits constatés, ligne 670, puis ligne 777" in said
    assert "gourdon.csv" in remedy


def test_the_year_before_is_compared_and_gives_no_value(kept: Home) -> None:
    [[said, remedy]] = kept.sql("select constat, remede from qualite.constats where regle_code = 'CUMUL_N_1'")
    held = total(BEFORE["CGD FIGEAC"], [27], 9, "faits_constates")
    assert "2021-09" in said
    assert f"un cumul de {held + 2}" in said
    assert f"font {held}" in said
    assert "figeac-09.csv" in remedy
    assert "figeac-2020.csv" in remedy
    of_2020 = sum(BEFORE["CGD FIGEAC"][i, 9]["faits_constates"] for i in OF_INDICATOR["CAMBRIOLAGES_4001"])
    assert value(kept, "CAMBRIOLAGES_4001", FIGEAC, "2020-09")[0] == of_2020


# ---- groups


def test_a_group_counts_only_where_all_its_indexes_do(kept: Home) -> None:
    assert value(kept, "VOLS_LIES_VEHICULES_4001", FIGEAC, "2021-02") == [
        of_months("CGD FIGEAC", "VOLS_LIES_VEHICULES_4001", [2]), "A", None, None,
    ]  # fmt: skip
    for indicator in ("OUTRAGES_4001", "VIOLENCES_DEPOSITAIRES_4001", "AVIP_4001", "VOLS_ROULOTTE_4001"):
        for period in ("2021-02", "2021"):
            number, status, code, why = value(kept, indicator, FIGEAC, period)
            assert (number, status, code) == (None, "M", "index_groupe")
            assert ("37-38" if "ROULOTTE" in indicator else "72-73") in why
    told = {
        index: (facts, code)
        for index, facts, code in kept.sql(
            "select code_index, faits, motif_code from indicateurs.faits_index where source = 'retours_services' "
            f"and territoire_code = '{FIGEAC}' and periode = '2021-02' and code_index in (27, 37, 38, 72, 73)"
        )
    }
    assert told == {27: (TOLD["CGD FIGEAC"][27, 2]["faits_constates"], None)} | dict.fromkeys(
        (37, 38, 72, 73), (None, "index_groupe")
    )


def test_an_index_that_is_grouped_is_not_one_that_stops(kept: Home) -> None:
    assert kept.sql("select count(*) from qualite.series_manquantes where absence = 'index_arrete'") == [[0]]


# ---- proof


def explained(home: Home, *asked: str) -> dict:
    done = home.run("explain", *asked, "--source", "retours_services", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_deduced_month_shows_both_cells_and_the_subtraction(kept: Home) -> None:
    told = explained(kept, "CAMBRIOLAGES_PRINCIPALES_4001", FIGEAC, "2021-04")
    cells = {c["nom"]: c for c in told["cellules"]["lignes"]}
    assert set(cells) == {"figeac-03.csv", "figeac-04.csv"}
    for name, sign in (("figeac-04.csv", 1), ("figeac-03.csv", -1)):
        cell, month = cells[name], int(name[7:9])
        assert Decimal(str(cell["compte"])) == sign * total(TOLD["CGD FIGEAC"], [27], month, "faits_constates")
        assert (cell["ligne"], cell["entete"]) == (28, "faits_constates_cumul")
    assert told["cellules"]["concorde"] is True
    assert {d["nom"] for d in told["livraisons"]} == {"figeac-03.csv", "figeac-04.csv"}
    page = kept.run(
        "explain", "CAMBRIOLAGES_PRINCIPALES_4001", FIGEAC, "2021-04", "--source", "retours_services"
    ).stdout
    assert "à retrancher" in page


def test_a_month_after_months_shows_the_total_and_each_month_taken_away(kept: Home) -> None:
    told = explained(kept, "CAMBRIOLAGES_PRINCIPALES_4001", CAHORS, "2021-07")
    assert {(c["nom"], c["operation"]) for c in told["cellules"]["lignes"]} == {
        ("cahors-cumuls.csv", "somme"), ("cahors-cumuls.csv", "retranchement"), ("cahors-mois.csv", "retranchement"),
    }  # fmt: skip
    assert told["cellules"]["nombre"] == 4  # July, April taken away, May and June taken away
    assert told["cellules"]["concorde"] is True


@pytest.mark.parametrize("place", [FIGEAC, "DEP-46"])
@pytest.mark.parametrize("period", ["2021-T2", "2021"])
def test_a_period_told_by_totals_is_made_of_them(kept: Home, place: str, period: str) -> None:
    told = explained(kept, "CAMBRIOLAGES_PRINCIPALES_4001", place, period)
    assert told["cellules"]["concorde"] is True
    assert "figeac-06.csv" in {d["nom"] for d in told["livraisons"]} or period == "2021"
    assert "figeac-12.csv" in {d["nom"] for d in told["livraisons"]} or period == "2021-T2"


def test_every_delivery_of_a_difference_is_in_its_lineage(kept: Home) -> None:
    names = kept.sql(
        "select distinct d.nom from indicateurs.valeurs as v inner join qualite.lots_livraisons as l "
        "on l.lot = v.lot_livraisons inner join qualite.livraisons as d on d.livraison_id = l.livraison_id where "
        f"v.indicateur_code = 'CAMBRIOLAGES_4001' and v.territoire_code = '{FIGEAC}' and v.periode = '2021-12'"
    )
    assert {n for [n] in names} == {"figeac-11.csv", "figeac-12.csv"}


# ---- the injured, those in hospital being a part of them


def test_light_injuries_are_all_less_those_in_hospital(kept: Home) -> None:
    for month, (light, hospital) in {1: (4, 3), 2: (0, 5), 3: (9, 0)}.items():
        assert value(kept, "BLESSES_LEGERS", "DEP-46", f"2021-{month:02d}", "barometre_odsr")[0] == light
        assert value(kept, "BLESSES_HOSPITALISES", "DEP-46", f"2021-{month:02d}", "barometre_odsr")[0] == hospital
    done = kept.run("explain", "BLESSES_LEGERS", "DEP-46", "2021-01", "--source", "barometre_odsr", "--json")
    told = json.loads(done.stdout)
    assert [(c["objet"], c["compte"]) for c in told["cellules"]["lignes"]] == [
        ("blesses, ensemble", 7), ("dont_hospitalises, ensemble", -3),
    ]  # fmt: skip
    assert told["cellules"]["concorde"] is True
