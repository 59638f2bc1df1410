"""A service that closes, reopens elsewhere or changes arrondissement: each place has who was there."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import PROJECT, Home
from tests.mutants.kinds import project_copy
from tests.support.tables import indexes, rewrite, rows

pytestmark = [pytest.mark.xdist_group("services"), pytest.mark.long]

TODAY = "2020-03-01"
YEARS = range(2014, 2020)
MONTHS = [(2018, month) for month in range(5, 9)]
CIAT, CAHORS, FIGEAC, GOURDON, EDSR = "CIAT DE CAHORS", "CGD CAHORS", "CGD FIGEAC", "CGD GOURDON", "EDSR DU LOT"
SERVICES = (CIAT, CAHORS, FIGEAC, GOURDON)
CODES = {
    CIAT: "SRV-46-PN-CIAT-CAHORS", CAHORS: "SRV-46-GN-CGD-CAHORS", FIGEAC: "SRV-46-GN-CGD-FIGEAC",
    GOURDON: "SRV-46-GN-CGD-GOURDON", EDSR: "SRV-46-GN-EDSR",
}  # fmt: skip


def there(service: str, year: int, month: int = 6) -> bool:
    """Gourdon closes with 2017; Figeac is closed in 2016 and 2017."""
    return not ((service == GOURDON and year > 2017) or (service == FIGEAC and year in {2016, 2017}))


def attached(service: str, year: int, month: int) -> str:
    """Figeac reopens in the arrondissement of Gourdon; Cahors' company moves to that of Figeac on 1 July 2018."""
    return {
        CIAT: "461", CAHORS: "461" if (year, month) < (2018, 7) else "462",
        FIGEAC: "462" if year < 2018 else "463", GOURDON: "463", EDSR: "46-NR",
    }[service]  # fmt: skip


def change_services(project: Path) -> None:
    file = project / "dbt_project" / "seeds" / "reference" / "services.csv"
    after = []
    for row in rows(file):
        match row["service"]:
            case "CGD GOURDON":
                after.append(row | {"valide_a": "2017-12-31"})
            case "CGD FIGEAC":
                after.append(row | {"valide_a": "2015-12-31"})
                after.append(row | {"valide_de": "2018-01-01", "code_arrondissement": "463"})
            case "CGD CAHORS":
                after.append(row | {"valide_a": "2018-06-30"})
                after.append(row | {"valide_de": "2018-07-01", "code_arrondissement": "462"})
            case _:
                after.append(row)
    rewrite(file, after)


def facts(service: str, year: int, index: int, month: int = 0) -> int:
    return (7 * index + 3 * year + 11 * [*SERVICES, EDSR].index(service) + 5 * month) % 40


def write_workbook(file: Path, still: dict[int, str] | None = None) -> None:
    """The ministry's workbook of the Lot; `still` keeps in a year the column of a service that is closed then."""
    with xlsxwriter.Workbook(str(file)) as book:
        book.add_worksheet("Présentation")
        for force, title in (("PN", "services de police"), ("GN", "compagnies de gendarmerie")):
            for year in YEARS:
                names = [
                    s for s in SERVICES
                    if (s == CIAT) == (force == "PN") and (there(s, year) or (still or {}).get(year) == s)
                ]  # fmt: skip
                sheet = book.add_worksheet(f"Services {force} {year}")
                sheet.write_row(0, 0, [f"Année {year} - {title}", "Départements", *["46"] * len(names)])
                label = "Libellé index \\ CSP" if force == "PN" else "Libellé index \\ CGD"
                if force == "PN":
                    sheet.write_row(1, 1, ["Périmètres", *["DCSP"] * len(names)])
                top = 2 if force == "PN" else 1
                sheet.write_row(top, 0, ["Code index", label, *names])
                for index in range(1, 108):
                    sheet.write_row(top + index, 0, [index, f"index {index}", *(facts(s, year, index) for s in names)])


def write_returns(file: Path, services: tuple[str, ...], months: list[tuple[int, int]]) -> None:
    header = (
        "edition;annee;mois;code_departement;force;service;code_index;faits_constates;faits_elucides;mis_en_cause;"
        "mis_en_cause_mineurs;faits_vif"
    )
    lines = [
        f"1;{year};{month};46;{'police' if s == CIAT else 'gendarmerie'};{s};{index};"
        f"{facts(s, year, index, month)};0;{facts(s, year, index, month)};0;0"
        for s in services for year, month in months for index in range(1, 108)
    ]  # fmt: skip
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("services")
    project = project_copy(PROJECT, folder / "projet")
    change_services(project)
    home = Home(folder / "home", PYTHONPATH=str(project), VIGIE_TODAY=TODAY)
    write_workbook(home.landing / "classeur.xlsx")
    write_returns(home.landing / "retours.csv", (CIAT, CAHORS, FIGEAC, EDSR), MONTHS)
    told = home.load()
    assert (told["resultat"], told["refusees"], told["code_sortie"]) == ("publié", [], 0), told
    return home


def yearly(home: Home, source: str = "etat4001_services") -> dict[tuple[str, str, str], tuple]:
    return {
        (code, place, period): (value, reason)
        for code, place, period, value, reason in home.sql(
            "select indicateur_code, territoire_code, periode, valeur, motif_code from indicateurs.valeurs "
            f"where source = '{source}' and ventilation_type = 'total' and territoire_code like '%46%'"
        )
    }


def test_nothing_blocks_the_publication(loaded: Home) -> None:
    assert loaded.sql("select regle_code, constat from qualite.constats where severite = 'bloquant'") == []


def test_an_arrondissement_has_each_year_those_who_were_there(loaded: Home) -> None:
    found = yearly(loaded)
    for code, of_code in indexes().items():
        for year in YEARS:
            count = {s: sum(facts(s, year, i) for i in of_code) for s in SERVICES if there(s, year)}
            where = defaultdict(list)
            for s in count:
                for month in (1, 12):
                    where[f"ARR-{attached(s, year, month)}"].append((s, month))
            for place in ("ARR-461", "ARR-462", "ARR-463"):
                value, reason = found[code, place, str(year)]
                held = where[place]
                moved = any((s, 13 - m) not in held for s, m in held)
                if not held:
                    assert (value, reason) == (None, "sans_service"), (code, place, year)
                elif moved:
                    assert (value, reason) == (None, "service_deplace"), (code, place, year)
                else:
                    assert value == sum(count[s] for s in {s for s, _ in held}), (code, place, year)
            for s in SERVICES:
                assert (code, CODES[s], str(year)) in found or not there(s, year), (code, s, year)
                if there(s, year):
                    assert found[code, CODES[s], str(year)][0] == count[s]
            assert found[code, "ZGN-46", str(year)][0] == sum(v for s, v in count.items() if s != CIAT)
            assert found[code, "DEP-46", str(year)][0] == sum(count.values())


def test_a_closed_service_has_no_value_and_owes_nothing(loaded: Home) -> None:
    rows = loaded.sql(
        "select distinct territoire_code, periode_type, substr(periode, 1, 4)::int from indicateurs.valeurs "
        f"where territoire_code in ('{CODES[GOURDON]}', '{CODES[FIGEAC]}')"
    )
    assert rows
    names = {code: name for name, code in CODES.items()}
    assert [r for r in rows if not there(names[r[0]], r[2])] == []
    owed = loaded.sql(
        "select count(*) from qualite.series_manquantes where jusqu_a >= '2018' "
        f"and territoire_code = '{CODES[GOURDON]}'"
    )
    assert owed == [[0]]


def test_a_month_belongs_to_who_was_there(loaded: Home) -> None:
    found = yearly(loaded, "retours_services")
    of_code = indexes()["AAB_4001"]
    for year, month in MONTHS:
        period = f"{year}-{month:02d}"
        sums = defaultdict(int)
        for s in (CIAT, CAHORS, FIGEAC, EDSR):
            value = sum(facts(s, year, i, month) for i in of_code)
            assert found["AAB_4001", CODES[s], period][0] == value
            for place in (f"ARR-{attached(s, year, month)}", "DEP-46"):
                sums[place] += value
            if s != CIAT:
                sums["ZGN-46"] += value
                sums["SRV-46-GN-GGD"] += value
        told = {
            place: value
            for (code, place, told_of), (value, _) in found.items()
            if (code, told_of) == ("AAB_4001", period) and value is not None
            and (place.startswith("ARR") or place in {"DEP-46", "ZGN-46", "SRV-46-GN-GGD"})
        }  # fmt: skip
        assert told == dict(sums), period
    assert "ARR-462" not in {p for c, p, q in found if c == "AAB_4001" and q == "2018-06"}


def test_years_of_two_sets_of_services_are_not_compared(loaded: Home) -> None:
    found = {
        (place, year): (value, before, change, reason)
        for place, year, value, before, change, reason in loaded.sql(
            "select territoire_code, periode, valeur, valeur_precedente, evolution_abs, evolution_motif_code "
            "from indicateurs.series where indicateur_code = 'OUTRAGES_4001' and periode_type = 'annee' "
            "and territoire_code like 'ARR-%' and source = 'etat4001_services'"
        )
    }
    # An index that no other break touches: Gourdon's company in 2017, Figeac's in 2018.
    assert found["ARR-463", "2018"][2:] == (None, "rupture_de_serie")
    assert None not in found["ARR-463", "2018"][:2]
    for place, year in (("ARR-463", "2017"), ("ARR-461", "2017"), ("ARR-463", "2019"), ("ARR-462", "2015")):
        value, before, change, _ = found[place, year]
        assert change == value - before, (place, year)
    assert loaded.sql(
        "select count(*) from reference.ruptures where rupture_code = 'SERVICES_ARR-463_2018-01-01'"
    ) == [[1]]  # fmt: skip


def test_the_lists_are_published_line_by_line(loaded: Home) -> None:
    lines = loaded.sql(
        f"select arrondissement_code, valide_de::text, valide_a::text from reference.services "
        f"where territoire_code = '{CODES[FIGEAC]}' order by valide_de"
    )
    assert lines == [["ARR-462", "2012-01-01", "2015-12-31"], ["ARR-463", "2018-01-01", None]]
    [[place, first, last]] = loaded.sql(
        "select libelle, valide_de::text, valide_a::text from reference.territoires "
        f"where territoire_code = '{CODES[GOURDON]}'"
    )
    assert (place, first, last) == ("Compagnie de gendarmerie de Gourdon", "2012-01-01", "2017-12-31")


@pytest.mark.parametrize(
    ("code", "place", "period", "source"),
    [("AAB_4001", "ARR-463", "2019", "etat4001_services"), ("AAB_4001", "ARR-462", "2018-07", "retours_services"),
     ("AAB_4001", "ARR-463", "2015", "etat4001_services")],
)  # fmt: skip
def test_explain_goes_back_to_the_cells_of_that_time(
    loaded: Home, code: str, place: str, period: str, source: str
) -> None:
    done = loaded.run("explain", code, place, period, "--source", source, "--json")
    assert done.returncode == 0, done.stderr
    cells = json.loads(done.stdout)["cellules"]
    assert (cells["nombre"] > 0, cells["concorde"]) == (True, True)


def test_what_comes_for_a_service_that_is_closed_is_refused_by_name(loaded: Home, tmp_path: Path) -> None:
    home = Home(Path(shutil.copytree(loaded.folder, tmp_path / "home")), **{
        k: loaded.environment[k] for k in ("PYTHONPATH", "VIGIE_TODAY")
    })  # fmt: skip
    write_returns(home.landing / "gourdon.csv", (GOURDON,), [(2018, 5)])
    write_workbook(home.landing / "encore.xlsx", {2018: GOURDON})
    told = home.load()
    assert told["code_sortie"] == 2  # nothing of what came can be published
    said = {r["nom"]: r["defauts"] for r in told["refusees"]}
    [defect] = said["gourdon.csv"]
    assert (defect["code"], defect["ligne"], defect["colonne"]) == ("service_ferme", 2, "service")
    assert "CGD GOURDON" in defect["constat"]
    assert "2018-05" in defect["constat"]
    assert "31/12/2017" in defect["constat"]
    [defect] = said["encore.xlsx"]
    assert (defect["code"], defect["feuille"], defect["ligne"]) == ("service_ferme", "Services GN 2018", 2)
    assert "CGD GOURDON" in defect["constat"]
    assert "services.csv" in defect["remede"]
