"""Breaks of series on the ministry's own files: what they silence, month by month, and what they leave."""

from __future__ import annotations

import pytest

from tests.conftest import real_file
from tests.integration.test_perimeters import BY_SERVICE, write_monthly, yearly
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("ruptures"), pytest.mark.long]

HOMICIDES, FIREARMS = (1, 2, 3, 51), range(15, 20)
AVIP = [*range(1, 13), *range(15, 27), *range(46, 50), 51, 52, 73]


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> Part:
    folder = tmp_path_factory.mktemp("ruptures")
    monthly = folder / "tableaux-4001-ts.xlsx"
    write_monthly(monthly)
    files = {"classeur.xlsx": real_file(*BY_SERVICE), monthly.name: monthly}
    return Part(folder / "home", files, ("indicateurs_series", "reference_ruptures"), "46")


def broken(lot: Part, indicator: str, territory: str, kind: str = "annee") -> set[str]:
    """The periods that have a value a year before, and do not compare with it."""
    rows = lot.sql(
        "select periode, evolution_abs is null, evolution_motif_code from indicateurs.series where "
        f"indicateur_code = '{indicator}' and territoire_code = '{territory}' and periode_type = '{kind}' "
        "and valeur is not null and valeur_precedente is not null"
    )
    assert {motif for _, silent, motif in rows if silent} <= {"rupture_de_serie"}
    return {period for period, silent, _ in rows if silent}


def test_a_break_of_a_day_silences_what_straddles_it_and_no_month_more(lot: Part) -> None:
    months = {f"2015-{m:02d}" for m in range(3, 13)} | {"2016-01", "2016-02"}
    assert broken(lot, "CBV_4001", "DEP-46", "mois") == months
    assert broken(lot, "CBV_4001", "DEP-46", "trimestre") == {"2015-T1", "2015-T2", "2015-T3", "2015-T4", "2016-T1"}
    assert broken(lot, "CBV_4001", "DEP-46") == {"2015", "2016"}
    since = lot.sql(
        "select distinct comparable_depuis::varchar from indicateurs.series where indicateur_code = 'CBV_4001' "
        "and territoire_code = 'DEP-46' and periode_debut >= '2016-01-01' and valeur is not null"
    )
    assert since == [("2015-03-01",)]


def test_the_ministry_warns_of_the_burglaries_of_the_police_in_dwellings_alone(lot: Part) -> None:
    assert broken(lot, "CAMBRIOLAGES_PRINCIPALES_4001", "ZGN-46") == set()
    assert broken(lot, "CAMBRIOLAGES_PRINCIPALES_4001", "ZPN-46") == {"2015", "2016"}
    assert broken(lot, "CAMBRIOLAGES_AUTRES_4001", "DEP-46", "mois") == set()
    assert broken(lot, "CAMBRIOLAGES_AUTRES_4001", "ZPN-46") == set()
    assert broken(lot, "CAMBRIOLAGES_PROFESSIONNELS_4001", "ZGN-46") == {"2015", "2016"}


def test_a_period_that_is_unstable_silences_all_that_touches_it(lot: Part) -> None:
    months = {f"{y}-{m:02d}" for y in range(2013, 2017) for m in range(1, 13)}
    assert broken(lot, "VIOLENCES_ENFANTS_4001", "DEP-46", "mois") == months
    assert broken(lot, "VIOLENCES_ENFANTS_4001", "DEP-46") == {"2013", "2014", "2015", "2016"}


def test_a_twentieth_of_a_total_is_said_and_does_not_silence_it(lot: Part) -> None:
    facts = yearly()

    def most(indexes: list[int] | range | tuple, years: range) -> float:
        """The most that these indexes weigh in the AVIP, whichever force records them."""
        return max(sum(facts[i, y] for i in indexes) / sum(facts[i, y] for i in AVIP) for y in years)

    rows = lot.sql(
        "select periode, evolution_pct is not null, rupture_part_pct::double from indicateurs.series where "
        "indicateur_code = 'AVIP_4001' and territoire_code = 'DEP-46' and periode_type = 'annee' order by 1"
    )
    told = {period: (compared, part) for period, compared, part in rows}
    # In 2017 the unstable years of the police's homicides and armed robberies are all that lies between.
    bound = 100 * sum(most([i], range(2014, 2018)) for i in (*HOMICIDES, *FIREARMS))
    compared, part = told["2017"]
    assert compared
    assert 0 < part <= bound < 5
    # In 2016 there are the assaults too, which are most of the total.
    compared, part = told["2016"]
    assert not compared
    assert part > 100 * most([7], range(2015, 2017)) > 5
    assert told["2019"] == (True, None)


def test_what_mixes_two_ways_of_counting_has_its_status(lot: Part) -> None:
    rows = lot.sql(
        "select indicateur_code, periode, statut from indicateurs.series where territoire_code = 'DEP-46' "
        "and indicateur_code in ('CBV_4001', 'AAB_4001') and periode_type = 'annee' "
        "and periode between '2014' and '2017'"
    )
    told = {tuple(row[:2]): row[2] for row in rows}
    assert [told["CBV_4001", y] for y in ("2014", "2015", "2016", "2017")] == ["A", "B", "A", "A"]
    # The police's armed robberies are unstable in 2016 too: a handful of thousands of facts.
    assert [told["AAB_4001", y] for y in ("2014", "2015", "2016", "2017")] == ["A", "B", "A", "A"]
