"""The population of a place is the figure that the Insee gives for it; a sum that lacks a commune is none."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import case_file, real_file
from tests.integration.test_places import cog, text
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.xdist_group("places"), pytest.mark.long]

REFERENCE = "GEO;GEO_OBJECT;FREQ;POPREF_MEASURE;TIME_PERIOD;OBS_VALUE"
COMMUNES = "CODREG;REG;CODDEP;CODARR;CODCAN;CODCOM;COM;PMUN;PCAP;PTOT"
GEOGRAPHY = ("insee", "lot46_communes_arrondissement_epci_population_2014_2024.csv")
WORKBOOK = ("insee", "POPULATION_MUNICIPALE_COMMUNES_FRANCE.xlsx")
SSMSI = ("ssmsi_departement", "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv")


def populations(part: Part) -> dict[tuple[str, int], tuple[int | None, str, str | None]]:
    return {
        (place, census): (value, origin, reason)
        for place, census, value, origin, reason in part.sql(
            "select territoire_code, millesime, valeur::int, origine, motif_code from intermediaire.int_populations "
            "where nature = 'population'"
        )
    }


def workbook(name: str, header: list[str], *rows: list[object]) -> bytes:
    """A sheet of the Insee's: notes above, then the headers."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for line in (["Populations de référence"], [], [], header, *rows):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_sum_of_communes_serves_when_no_commune_of_the_census_is_missing(tmp_path: Path) -> None:
    files = {"populations.xlsx": real_file(*WORKBOOK), "communes.csv": real_file(*GEOGRAPHY),
             "v_commune_2025.csv": real_file("insee", "v_commune_2025.csv")}  # fmt: skip
    found = populations(Part(tmp_path, files, ["int_populations"], "46"))
    # The geography of 2019 has the communes of the workbook; that of 2018 has seven more, which it does not give back.
    assert found["DEP-46", 2017] == (173_828, "insee_communes", None)
    assert found["DEP-46", 2016] == (None, "insee_communes", "population_incomplete")
    assert found["COM-46042", 2016][2] is None
    assert found["COM-46263", 2016] == (None, "insee", "population_incomplete")  # Bagat and Saint-Pantaléon since


def test_a_sum_over_a_list_that_nothing_vouches_for_is_none(tmp_path: Path) -> None:
    """Moval joined Meroux in 2019 and is no delegated commune: no list of today has it, the census of 2016 did. The
    Insee's 144 089 inhabitants of the Territoire de Belfort in 2016 are 143 655 in the workbook.
    """
    files = {"populations.xlsx": real_file(*WORKBOOK), "v_commune_2025.csv": real_file("insee", "v_commune_2025.csv")}
    found = populations(Part(tmp_path, files, ["int_populations"], "90"))
    assert {found["DEP-90", year] for year in (2013, 2016, 2018)} == {(None, "insee_communes", "population_incomplete")}
    assert found["DEP-90", 2021][0] == 139_654  # the Insee's figure, which the base of the SSMSI repeats
    with_ssmsi = {**files, "ssmsi.csv": real_file(*SSMSI)}
    found = populations(Part(tmp_path / "ssmsi", with_ssmsi, ["int_populations"], "90"))
    assert found["DEP-90", 2016] == (144_089, "ssmsi", None)
    assert found["DEP-90", 2013][0] is None


def test_the_figure_given_for_the_departement_comes_before_the_sum(tmp_path: Path) -> None:
    files = {"populations.xlsx": real_file(*WORKBOOK), "ssmsi.csv": real_file(*SSMSI),
             "v_commune_2025.csv": real_file("insee", "v_commune_2025.csv"),
             "reference.csv": case_file("insee", "ds_populations_reference.csv")}  # fmt: skip
    part = Part(tmp_path, files, ["int_populations", "ctl_populations"], "46")
    found = populations(part)
    assert found["DEP-46", 2016] == (173_347, "ssmsi", None)
    assert found["DEP-46", 2017] == (173_828, "ssmsi", None)
    assert found["DEP-46", 2023] == (175_000, "insee", None)
    assert found["COM-46042", 2023] == (20_120, "insee", None)
    gaps = dict(part.sql(
        "select periode, ecart::int from controles.ctl_populations "
        "where regle_code = 'POPULATION_COMMUNES' and ecart > 0"
    ))  # fmt: skip
    assert gaps["2016"] == 173_347 - 171_567
    assert "2017" not in gaps


def test_each_of_the_forms_of_the_insee_gives_its_figure(tmp_path: Path) -> None:
    albas = ["76", "Occitanie", "46", "1", "12", "001", "Albas", 530, 12, 542]
    abymes = ["01", "Guadeloupe", "971", "1", "02", "101", "Les Abymes", 52, 1, 53]
    reference = [["F", "FRANCE", "A", "PMUN", 2023, 68_094_000], ["76", "REG", "A", "PMUN", 2023, 6_100_000],
                 ["46", "DEP", "A", "PTOT", 2023, 1], ["46001", "COM", "A", "PMUN", 2022, 531]]  # fmt: skip
    ile_de_france = ["11", "Île-de-France", 25, 155, 1268, 12_271_794, 12_400_000]
    files = {
        "v_commune_2025.csv": cog(("COM", "46001", "461", ""), ("COM", "97101", "9711", "")),
        "ensemble_2021.xlsx": case_file("insee", "ensemble.xlsx"),
        "donnees_communes_2022.csv": text(COMMUNES, [albas, abymes], ";"),
        "departements_2021.xlsx": workbook("Départements", [
            "Code région", "Nom de la région", "Code département", "Nom du département", "Nombre d'arrondissements",
            "Nombre de cantons", "Nombre de communes", "Population municipale", "Population totale"],
            ["76", "Occitanie", "46", "Lot", 3, 17, 313, 174_942, 178_000]),
        "ensemble_2020.xlsx": workbook("Régions", [
            "Code région", "Nom de la région", "Nombre d'arrondissements", "Nombre de cantons", "Nombre de communes",
            "Population municipale", "Population totale"], ile_de_france),
        "reference.csv": text(REFERENCE, reference, ";"),
    }  # fmt: skip
    part = Part(tmp_path, files, ["int_populations", "ctl_populations"], "46")
    assert part.refused == []
    found = populations(part)
    assert found["COM-46001", 2021][0] == 525
    assert found["COM-46001", 2022][0] == 531  # the reference file comes first, whatever was received last
    assert found["REG-11", 2020][0] == 12_271_794
    assert (found["FRA", 2023][0], found["REG-76", 2023][0]) == (68_094_000, 6_100_000)
    assert ("DEP-46", 2023) not in found
    assert part.sql("select population from intermediaire.int_populations_communes where code_commune = '97101'") == [
        (52,)
    ]
    # The year of this one is nowhere: it divides nothing, and that is said.
    assert ("DEP-46", 2021) not in found or found["DEP-46", 2021][1] == "insee_communes"
    assert part.sql(
        "select detail from controles.ctl_populations where regle_code = 'POPULATION_SANS_ANNEE' and ecart > 0"
    ) == [("departements_2021.xlsx",)]  # fmt: skip


def test_the_insee_s_own_files_are_no_personal_data_and_lost_zeros_are_given_back(tmp_path: Path) -> None:
    names = ("v_mvtcommune_2026.csv", "v_departement_2026.csv", "table-appartenance-geo-communes-2025.xlsx",
             "donnees_communes.csv", "ds_populations_reference.csv", "ensemble.xlsx",
             "v_commune_2025_excel_ain.csv")  # fmt: skip
    part = Part(tmp_path, {name: case_file("insee", name) for name in names}, ["int_communes", "int_territoires"], "01")
    assert part.refused == []
    assert part.sql("select count(*), min(code_commune), min(arrondissement_code) from intermediaire.int_communes") == [
        (391, "01001", "ARR-011")
    ]


def ages(folder: Path, without: str = "") -> tuple[bytes, int]:
    """The census of 2017 by age, made of the workbook's population of each commune of the Lot; and how many minors."""
    sheet = openpyxl.load_workbook(real_file(*WORKBOOK), read_only=True).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    while "p17_pop" not in header:
        header, *rows = rows
    people, code = header.index("p17_pop"), header.index("codgeo")
    lines, minors = ["NIVGEO;CODGEO;LIBGEO;SEXE;AGED100;NB"], 0
    for row in rows:
        if not str(row[code]).startswith("46") or row[code] == without:
            continue
        young, grown = int(row[people]) // 6, int(row[people]) // 3
        shares = {
            ("1", "000"): young,
            ("2", "017"): young,
            ("1", "018"): grown,
            ("2", "100"): row[people] - 2 * young - grown,
        }
        minors += 2 * young
        lines += [f"COM;{row[code]};x;{sex};{age};{n}" for (sex, age), n in shares.items()]
    return "\n".join([*lines, "ARM;75101;x;1;003;900"]).encode(), minors


@pytest.mark.parametrize("without", ["", "46001"])
def test_minors_are_those_of_the_census_by_age_where_it_is_whole(tmp_path: Path, without: str) -> None:
    table, minors = ages(tmp_path, without)
    files = {"populations.xlsx": real_file(*WORKBOOK), "communes.csv": real_file(*GEOGRAPHY),
             "TD_POP1B_2017.csv": table,
             "v_commune_2025.csv": real_file("insee", "v_commune_2025.csv")}  # fmt: skip
    part = Part(tmp_path, files, ["int_denominateurs"], "46")
    assert part.refused == []
    found = {
        place: (value, reason)
        for place, value, reason in part.sql(
            "select territoire_code, valeur::int, motif_code from intermediaire.int_denominateurs "
            "where nature = 'mineurs' and millesime = 2017"
        )
    }
    assert found["DEP-46"] == ((None, "population_incomplete") if without else (minors, None))
    assert found["COM-46042"][0] > 0
    assert ("COM-46001" in found) == (not without)
    assert not any(place.startswith(("COM-75", "DEP-75")) for place in found)
