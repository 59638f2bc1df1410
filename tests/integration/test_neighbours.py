"""The Lot among its neighbours on the public files: who they are, each rank and its interval, the région and France
without it, all worked out again by code that shares nothing with Vigie (tests/support/neighbours_recomputed).
"""

from __future__ import annotations

import csv

import pytest

from pipelines.settings.model import SEEDS
from tests.conftest import real_file
from tests.support import neighbours_recomputed as again
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.real, pytest.mark.long, pytest.mark.xdist_group("voisins")]
SSMSI = ("ssmsi_departement", "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv")
BY_SERVICE = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
ACCIDENTS = ("baac", "2013", "caracteristiques_2013.csv")
METROPOLE = {f"{n:02}" for n in range(1, 96)} - {"20"} | {"2A", "2B"}
# As the SSMSI writes its classes in 2025; of those that divide by the dwellings, none of the inhabitants.
CLASSES = {
    "HOMICIDES_SSMSI": "Homicides", "VIOLENCES_SEXUELLES_SSMSI": "Violences sexuelles",
    "DEGRADATIONS_SSMSI": "Destructions et dégradations volontaires", "VOLS_ARMES_SSMSI": "Vols avec armes",
    "TRAFIC_STUPEFIANTS_SSMSI": "Trafic de stupéfiants",
    "VOLS_SANS_VIOLENCE_SSMSI": "Vols sans violence contre des personnes",
}  # fmt: skip
OCCITANIE = {"09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82"}


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> Part:
    files = [real_file(*f) for f in (SSMSI, BY_SERVICE, ACCIDENTS)]
    folder = tmp_path_factory.mktemp("voisins") / "46"
    made = Part(folder, {f.name: f for f in files}, ("voisins", "rangs", "reference_voisins"), "46")
    assert made.refused == []
    return made


@pytest.fixture(scope="module")
def near() -> list[str]:
    return [code for code, _ in again.neighbours(SEEDS / "comparaison", "46", METROPOLE)[:10]]


def test_the_ten_neighbours_are_those_of_the_criteria(lot: Part) -> None:
    expected = [("46", 0.0), *again.neighbours(SEEDS / "comparaison", "46", METROPOLE)[:10]]
    rows = lot.sql("select distinct ressemblance, territoire_code, distance from reference.voisins order by 1")
    assert [code for _, code, _ in rows] == [f"DEP-{code}" for code, _ in expected]
    for (_, _, distance), (_, wanted) in zip(rows, expected, strict=True):
        assert float(distance) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("indicator", CLASSES)
def test_each_rank_and_its_interval(lot: Part, near: list[str], indicator: str) -> None:
    counts, people, _ = again.ssmsi(again.lines(real_file(*SSMSI)))
    rows = lot.sql(
        "select periode, rang, rang_bas, rang_haut, dispersion, dispersion_n, denominateur_millesime, taux "
        f"from indicateurs.rangs where indicateur_code = '{indicator}' and rang is not null order by 1"
    )
    # The census of two years before: the first is that of 2016.
    assert [row[0] for row in rows] == [str(y) for y in range(2018, 2025)]
    for year, *found, census, rate in rows:
        assert census == int(year) - 2
        own = {code: people[code, census] for code in ("46", *near)}
        wanted = again.rank(counts[CLASSES[indicator]], own, "46", near, int(year))
        assert (*found[:3], found[4]) == (wanted.place, wanted.low, wanted.high, wanted.years), (indicator, year)
        assert float(found[3]) == pytest.approx(wanted.dispersion, abs=1e-4)
        assert wanted.low <= wanted.place <= wanted.high
        assert float(rate) == pytest.approx(1000 * counts[CLASSES[indicator]]["46", int(year)] / own["46"], abs=1e-4)


def test_some_ranks_are_sure_and_some_are_not(lot: Part) -> None:
    """A rule that always said one or the other would pass the test above only if the test said so too."""
    wide = lot.sql("select min(rang_haut - rang_bas), max(rang_haut - rang_bas) from indicateurs.rangs")[0]
    assert wide[0] < 5
    assert wide[1] == 10


def test_the_region_and_france_are_without_the_lot(lot: Part) -> None:
    counts, people, _ = again.ssmsi(again.lines(real_file(*SSMSI)))
    rows = lot.sql(
        "select role, territoire, valeur, denominateur_valeur, taux from indicateurs.voisins "
        "where indicateur_code = 'VIOLENCES_SEXUELLES_SSMSI' and periode = '2024' and role like '%hors'"
    )
    facts = {code: n for (code, year), n in counts["Violences sexuelles"].items() if year == 2024}
    for role, name, value, inhabitants, rate in rows:
        codes = (OCCITANIE if role == "region_hors" else METROPOLE) - {"46"}
        wanted, living = sum(facts[c] for c in codes), sum(people[c, 2022] for c in codes)
        assert (float(value), float(inhabitants)) == (wanted, living), name
        assert float(rate) == pytest.approx(1000 * wanted / living, abs=1e-4)
    assert {name for _, name, *_ in rows} == {"Occitanie hors Lot", "France métropolitaine hors Lot"}


def test_all_of_a_line_have_one_source_one_perimeter_one_census(lot: Part) -> None:
    odd = lot.sql(
        "select indicateur_code, periode from indicateurs.voisins group by all having count(distinct source) > 1 or "
        "count(distinct perimetre) > 1 or count(distinct denominateur_millesime) > 1 or count(distinct unite) > 1 "
        "or count(*) <> 13"
    )
    assert odd == []
    assert lot.sql("select count(distinct source) from indicateurs.voisins")[0][0] == 3


def test_what_lacks_a_term_has_no_rank_and_says_why(lot: Part) -> None:
    rows = lot.sql(
        "select indicateur_code, periode, rang, motif_code, motif, taux_voisins, dispersion from indicateurs.rangs"
    )
    assert all((rank is None) == (code is not None) == (why is not None) for _, _, rank, code, why, *_ in rows)
    assert all(rate is None and phi is None for _, _, rank, _, _, rate, phi in rows if rank is None)
    # Before 2018, no census of two years before is in these files: dwellings are those of the year.
    assert {code for _, year, _, code, *_ in rows if year < "2018"} == {None, "autre_recensement"}


def test_accidents_are_compared_too(lot: Part, near: list[str]) -> None:
    rows = lot.sql(
        "select territoire_code, valeur from indicateurs.voisins "
        "where indicateur_code = 'ACCIDENTS' and role in ('departement', 'voisin')"
    )
    with real_file(*ACCIDENTS).open(encoding="latin-1", newline="") as lines:
        told = [row["dep"] for row in csv.DictReader(lines)]
    # Before 2019 the file writes a département in three characters, with or without its first zero: 460 is the Lot.
    wanted = {f"DEP-{c}": sum(told.count(code) for code in {f"{c}0", f"{int(c)}0"}) for c in ("46", *near)}
    assert {code: float(value) for code, value in rows} == wanted
