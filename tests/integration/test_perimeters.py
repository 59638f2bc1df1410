"""What a figure covers: the ministry's workbook by service alone, then with the monthly one, which counts all units."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import real_file
from tests.support.tables import indexes, rows
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("perimetres"), pytest.mark.long]

BY_SERVICE = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
YEARLY = ("etat4001", "lot46_index_annuel_1996_2022.csv")
YEARS = range(2012, 2022)  # the yearly sums of 2022 stop in August
MODELS = ("valeurs", "indicateurs_series", "comparaison_nationale", "plan_reconciliation")


def yearly() -> dict[tuple[int, int], int]:
    """(index, year) → facts of the Lot in the ministry's complete file."""
    lines = rows(real_file(*YEARLY))
    return {(int(float(r["Index"])), year): int(float(r[str(year)])) for r in lines for year in YEARS}


def write_monthly(file: Path) -> None:
    """The monthly workbook in the ministry's shape, the year's facts dealt over its months."""
    counts = yearly()
    months = [(year, month) for year in reversed(YEARS) for month in range(12, 0, -1)]
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("46")
        sheet.write_row(0, 0, ["Index", "libellé index", *(f"{year}_{month:02d}" for year, month in months)])
        for line, index in enumerate(range(1, 108), start=1):
            dealt = [counts[index, y] // 12 + (m <= counts[index, y] % 12) for y, m in months]
            sheet.write_row(line, 0, [index, f"index {index}", *dealt])


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Part:
    files = {"classeur.xlsx": real_file(*BY_SERVICE)}
    return Part(tmp_path_factory.mktemp("seul") / "home", files, MODELS, "46")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Part:
    folder = tmp_path_factory.mktemp("deux")
    monthly = folder / "tableaux-4001-ts.xlsx"
    write_monthly(monthly)
    made = Part(folder / "home", {"classeur.xlsx": real_file(*BY_SERVICE), monthly.name: monthly}, MODELS, "46")
    assert made.refused == []
    return made


def of_2019(part: Part, indicator: str, *, every_source: bool = False) -> dict[tuple[str, str], tuple]:
    rows = part.sql(
        "select territoire_code, source, valeur::int, perimetre, statut, retenu from indicateurs.valeurs "
        f"where indicateur_code = '{indicator}' and periode = '2019' and ventilation_type = 'total'"
    )
    return {(r[0], r[1]): r[2:] for r in rows if every_source or r[5]}


def test_the_workbook_by_service_gives_a_part_of_the_departement_and_says_so(alone: Part) -> None:
    found = of_2019(alone, "STUPEFIANTS_4001")
    services = "etat4001_services"
    assert found["DEP-46", services] == (385, "services_territoriaux", "D", True)
    assert {found[place, services][1:3] for place in ("ZGN-46", "ZPN-46", "REG-76", "FRA", "FRM", "DEP-09")} == {
        ("services_territoriaux", "D")
    }
    assert {found[f"SRV-46-GN-CGD-{place}", services][1:3] for place in ("CAHORS", "FIGEAC", "GOURDON")} == {
        ("complet", "A")
    }
    assert found["SRV-46-GN-GGD", services][:3] == (None, "complet", "M")


def test_a_zone_that_the_workbook_does_not_hold_is_missing_and_the_departement_says_so(alone: Part) -> None:
    rows = alone.sql(
        "select distinct territoire_code, valeur is null, statut, motif_code from indicateurs.valeurs "
        "where source = 'etat4001_services' and periode = '2019' and territoire_code in "
        "('ZGN-90', 'ZGN-976', 'ZGN-75', 'DEP-90', 'DEP-976') order by all"
    )
    assert rows == [
        ("DEP-90", False, "D", None), ("DEP-976", False, "D", None), ("ZGN-90", True, "M", "hors_source"),
        ("ZGN-976", True, "M", "hors_source"),
    ]  # fmt: skip
    [(told,)] = alone.sql("select ailleurs from seeds.perimetres where perimetre = 'services_territoriaux'")
    assert "Territoire de Belfort" in told


def test_the_complete_file_is_in_use_wherever_it_is(both: Part) -> None:
    drugs = of_2019(both, "STUPEFIANTS_4001", every_source=True)
    assert drugs["DEP-46", "etat4001_departements"] == (447, "complet", "A", True)
    assert drugs["DEP-46", "etat4001_services"] == (385, "services_territoriaux", "D", False)
    counted, counts = indexes(), yearly()
    in_use = both.sql(
        "select indicateur_code, periode::int, source, valeur::int from indicateurs.valeurs where retenu "
        "and territoire_code = 'DEP-46' and periode_type = 'annee' and ventilation_type = 'total' "
        "and source like 'etat4001%' and periode between '2012' and '2021'"
    )
    assert len(in_use) == len(counted) * len(YEARS)
    for indicator, year, source, value in in_use:
        assert (source, value) == ("etat4001_departements", sum(counts[i, year] for i in counted[indicator])), indicator


def test_months_in_use_make_the_year_in_use(both: Part) -> None:
    differing = both.sql(
        "select a.indicateur_code, a.periode, a.valeur, sum(m.valeur) from indicateurs.valeurs as a "
        "inner join indicateurs.valeurs as m on m.indicateur_code = a.indicateur_code and m.retenu "
        "and m.territoire_code = a.territoire_code and m.periode_type = 'mois' and m.periode like a.periode || '-%' "
        "where a.retenu and a.territoire_code = 'DEP-46' and a.periode_type = 'annee' and a.source like 'etat4001%' "
        "and a.valeur is not null group by all having count(*) <> 12 or sum(m.valeur) <> a.valeur"
    )
    assert differing == []


def test_nothing_is_compared_or_ranked_across_two_perimeters(both: Part) -> None:
    # The région and France have the workbook by service alone: the département stands beside them in what they share.
    beside = both.sql(
        "select territoire_code, valeur::int, valeur_precedente::int, perimetre, statut "
        "from indicateurs.comparaison_nationale where indicateur_code = 'STUPEFIANTS_4001' and periode = '2019' "
        "order by 1"
    )
    assert [row[0] for row in beside] == ["DEP-46", "FRA", "REG-76"]
    assert {row[3:] for row in beside} == {("services_territoriaux", "D")}
    by_service = of_2019(both, "STUPEFIANTS_4001", every_source=True)["DEP-46", "etat4001_services"][0]
    assert beside[0][1] == by_service == 385
    crossed = both.sql(
        "select count(*) from indicateurs.series as v inner join indicateurs.series as p "
        "on p.indicateur_code = v.indicateur_code and p.territoire_code = v.territoire_code "
        "and p.periode_type = v.periode_type and p.ventilation_code = v.ventilation_code "
        "and p.periode_debut = v.periode_debut - interval 1 year "
        "where p.perimetre <> v.perimetre and (v.valeur_precedente is not null or v.evolution_pct is not null)"
    )
    assert crossed == [(0,)]


def test_a_printed_figure_stands_beside_its_perimeter(alone: Part, both: Part) -> None:
    asked = (
        "select perimetre, source, verdict from plan.reconciliation where chiffre_code = 'I.A-LOT-DEGRADATIONS-2019' "
        "and candidat = 1"
    )
    assert alone.sql(asked)[0][:2] == ("services_territoriaux", "etat4001_services")
    assert both.sql(asked)[0][:2] == ("complet", "etat4001_departements")
