"""The ministry's own workbook, read where it lies: what the plan prints of it, and what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Home, real_file

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]


def lot(home: Home, indicator: str, territory: str = "DEP-46") -> dict[str, float]:
    rows = home.sql(
        f"select periode, valeur from indicateurs.valeurs where indicateur_code = '{indicator}' "
        f"and territoire_code = '{territory}' and valeur is not null order by periode"
    )
    return dict(rows)


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("CBV_4001", {"2016": 318, "2017": 329, "2018": 395, "2019": 421}),
        ("VIOLENCES_SEXUELLES_4001", {"2016": 82, "2017": 82, "2018": 136, "2019": 126}),
        ("VOLS_ARMES_4001", {"2018": 6, "2019": 6}),
        ("VOLS_VIOLENTS_SANS_ARME_4001", {"2018": 53, "2019": 54}),
        ("CAMBRIOLAGES_4001", {"2018": 842, "2019": 831}),
        ("AVIP_4001", {"2018": 918, "2019": 995}),
        ("AAB_4001", {"2019": 3315}),
        ("ESCROQUERIES_4001", {"2018": 943, "2019": 874}),
        ("EIEF_4001", {"2018": 1014, "2019": 927}),
        ("HOMICIDES_4001", {"2018": 0, "2019": 0}),
    ],
)
def test_the_lot_as_the_design_found_it(real_home: Home, indicator: str, expected: dict) -> None:
    got = lot(real_home, indicator)
    assert {year: got[year] for year in expected} == expected


def test_companies_of_cahors_and_figeac_as_printed(real_home: Home) -> None:
    cahors, figeac = (lot(real_home, "AVIP_4001", f"SRV-46-GN-CGD-{c}") for c in ("CAHORS", "FIGEAC"))
    assert (cahors["2018"], cahors["2019"]) == (145, 178)
    assert (figeac["2018"], figeac["2019"]) == (277, 347)
    burglaries = lot(real_home, "CAMBRIOLAGES_4001", "SRV-46-GN-CGD-CAHORS")
    assert (burglaries["2018"], burglaries["2019"]) == (311, 336)
    homes = lot(real_home, "CAMBRIOLAGES_PRINCIPALES_4001", "SRV-46-GN-CGD-CAHORS")
    assert (homes["2018"], homes["2019"]) == (106, 136)


TABLE_D = {
    "SRV-46-GN-CGD-CAHORS": [64, 39, 50, 76, 98, 95],
    "SRV-46-GN-CGD-FIGEAC": [59, 58, 103, 99, 125, 116],
    "SRV-46-GN-CGD-GOURDON": [56, 86, 131, 179, 117, 125],
}


def test_table_d_but_for_one_cell(real_home: Home) -> None:
    rows = real_home.sql(
        "select territoire_code, periode, valeur from indicateurs.stupefiants_gendarmerie "
        "where periode between '2014' and '2019'"
    )
    got = {(t, p): v for t, p, v in rows}
    differences = {
        (t, str(2014 + i)): (printed, got[t, str(2014 + i)])
        for t, series in TABLE_D.items()
        for i, printed in enumerate(series)
        if got[t, str(2014 + i)] != printed
    }
    assert differences == {("SRV-46-GN-CGD-CAHORS", "2018"): (98, 96)}


def test_the_squadron_and_the_group_are_missing_with_the_reason(real_home: Home) -> None:
    rows = real_home.sql(
        "select unite_gendarmerie, valeur, statut, motif_code from indicateurs.stupefiants_gendarmerie "
        "where periode = '2019' and valeur is null order by rang"
    )
    assert [r[1:] for r in rows] == [[None, "M", "composante_manquante"], [None, "M", "hors_source"]]


def test_every_cell_is_read_and_reconciled(real_home: Home) -> None:
    assert real_home.sql(
        "select sum(cellules_lues), sum(cellules_typees), sum(cellules_sommees), sum(cellules_vides), count(*) "
        "from qualite.rapprochement"
    ) == [[997047, 997047, 997047, 13568, 18]]


def test_every_service_column_is_read(real_home: Home) -> None:
    import duckdb

    raw = real_home.folder / "raw"
    columns = sum(
        duckdb.sql(f"select count(distinct (feuille, colonne)) from '{raw}/{force}/services/*.parquet'").fetchone()[0]
        for force in ("police", "gendarmerie")
    )
    assert columns == 9445


def test_sums_are_those_of_an_independent_reading(real_home: Home) -> None:
    import openpyxl

    book = openpyxl.load_workbook(
        real_file("etat4001", "crimes-et-delits-services-depuis-2012.xlsx"), read_only=True, data_only=True
    )
    totals: dict[tuple[str, int], int] = {}
    for sheet, head in (("Services PN 2019", 3), ("Services GN 2019", 2)):
        rows = list(book[sheet].iter_rows(values_only=True))
        for row in rows[head:]:
            for department, value in zip(rows[0][2:], row[2:], strict=False):
                if department and value is not None:
                    totals[department, int(row[0])] = totals.get((department, int(row[0])), 0) + int(value)
    for code in ("01", "2A", "46", "75", "971"):
        published = lot(real_home, "CAMBRIOLAGES_4001", f"DEP-{code}")["2019"]
        assert published == sum(totals[code, i] for i in range(27, 31))
    overseas = {"978", "986", "987", "988"}
    france = sum(v for (d, i), v in totals.items() if 62 <= i <= 68 and d not in overseas)
    everywhere = sum(v for (d, i), v in totals.items() if 62 <= i <= 68)
    assert (lot(real_home, "DEGRADATIONS_4001", "FRA")["2019"], everywhere) == (france, 282509)


def test_france_region_and_departement_side_by_side(real_home: Home) -> None:
    rows = real_home.sql(
        "select niveau, territoire_code, valeur, valeur_precedente, evolution_pct, source_libelle "
        "from indicateurs.comparaison_nationale where indicateur_code = 'CBV_4001' and periode = '2019' order by 1"
    )
    assert [r[1] for r in rows] == ["DEP-46", "FRA", "REG-76"]
    assert rows[0][2:5] == [421, 395, 6.58]
    assert all("État 4001" in r[5] for r in rows)


def test_nothing_is_compared_across_a_break(real_home: Home) -> None:
    rows = real_home.sql(
        "select periode, statut, evolution_pct, evolution_motif_code from indicateurs.comparaison_nationale "
        "where indicateur_code = 'CBV_4001' and territoire_code = 'DEP-46' and periode between '2014' and '2017' "
        "order by 1"
    )
    assert [r[1] for r in rows] == ["D", "B", "D", "D"]
    assert [r[3] for r in rows] == [None, "rupture_de_serie", "rupture_de_serie", None]
    assert rows[3][2] is not None


def test_no_percentage_on_small_counts(real_home: Home) -> None:
    [row] = real_home.sql(
        "select valeur, evolution_pct, evolution_motif_code from indicateurs.comparaison_nationale "
        "where indicateur_code = 'VOLS_ARMES_4001' and territoire_code = 'DEP-46' and periode = '2019'"
    )
    assert row == [6, None, "petit_effectif"]


def test_the_same_bytes_again_or_renamed_change_nothing(real_home: Home) -> None:
    before = real_home.warehouse.stat()
    name = "crimes-et-delits-services-depuis-2012.xlsx"
    real_home.drop(real_home.landing / name, "copie renommée.xlsx")
    try:
        told = real_home.load()
        again = real_home.load()
    finally:
        Path(real_home.landing / "copie renommée.xlsx").unlink()
    for load in (told, again):
        assert (load["code_sortie"], load["resultat"]) == (0, "rien de nouveau")
    after = real_home.warehouse.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(real_home.sql("from qualite.livraisons")) == 1


@pytest.mark.long
@pytest.mark.parametrize("code", ["2A", "12", "75", "971"])
def test_another_departement_is_a_setting(real_home: Home, tmp_path: Path, code: str) -> None:
    other = Home(tmp_path / "home", VIGIE_DEPARTEMENT=code)
    other.drop(next(real_home.landing.iterdir()))
    assert other.load()["code_sortie"] == 0
    levels = other.sql(
        "select niveau, territoire_code, valeur is not null from indicateurs.comparaison_nationale "
        "where indicateur_code = 'CBV_4001' and periode = '2019' order by 1"
    )
    assert [row[0] for row in levels] == ["departement", "france", "region"]
    assert levels[0][1] == f"DEP-{code}"
    assert all(row[2] for row in levels)
    # Paris has no gendarmerie group; elsewhere the group is there, without the units that services.csv does not list.
    reasons = other.sql("select distinct motif_code from indicateurs.stupefiants_gendarmerie")
    assert reasons == ([] if code == "75" else [["hors_source"]])


def test_the_years_after_the_workbook_are_missing_and_nothing_inside_it(real_home: Home) -> None:
    """The public workbook ends in 2020, holds every expected service, and stops no index that is in use."""
    rows = real_home.sql(
        "select absence, source, objet_type, depuis, jusqu_a, n_periodes, en_cours, debiteur "
        "from qualite.series_manquantes where statistique = 'etat4001_services' order by source"
    )
    ministry = "Ministère de l'Intérieur (SSMSI)"
    assert rows == [
        ["livraison", "gendarmerie", "table", "2021", "2024", 4, True, ministry],
        ["livraison", "police", "table", "2021", "2024", 4, True, ministry],
    ]


def test_what_a_home_of_public_files_lacks_reads_on_one_screen(real_home: Home) -> None:
    said = real_home.run("status", VIGIE_DEPUIS="2012").stdout.splitlines()
    missing = [line for line in said if line.startswith("  ")]
    assert len(missing) <= 10
    assert any("5 services n'ont pas rendu leur retour mensuel, depuis 2018-01" in line for line in missing)
    assert any("2 livraisons" not in line and "livraisons ne sont pas arrivées" in line for line in missing)
    text = real_home.run("relances", "--pour", "Figeac", VIGIE_DEPUIS="2012").stdout
    assert "de janvier 2018 à décembre 2024 (84 mois)" in text
    first, last = (f"Retour mensuel - CGD FIGEAC - {month}.xlsx" for month in ("janvier 2018", "décembre 2024"))
    assert f"de {first} à {last}" in text
