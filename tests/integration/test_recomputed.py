"""Every figure of the public files, worked out again by code that shares nothing with Vigie (tests/support/recomputed).

One département here; `make verify-numbers` does seven.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import real_file
from tests.support import recomputed
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("recomputed"), pytest.mark.long]

BY_SERVICE = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
SSMSI = tuple(
    ("ssmsi_departement", f"donnee-dep-data.gouv-{year}-geographie{geography}-produit-le{date}.csv")
    for year, geography, date in ((2022, 2022, "2023-02-09"), (2024, 2025, "2025-06-04"))
)
COG = ("insee", "v_commune_2025.csv")
COMMUNES = ("insee", "POPULATION_MUNICIPALE_COMMUNES_FRANCE.xlsx")
MODELS = ("valeurs", "indicateurs_series", "taux", "reference_populations")


def built(folder: Path, departement: str) -> Part:
    """The public files for one département."""
    files = [real_file(*f) for f in (BY_SERVICE, *SSMSI, COG, COMMUNES)]
    made = Part(folder, {f.name: f for f in files}, MODELS, departement)
    assert made.refused == []
    return made


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> Part:
    return built(tmp_path_factory.mktemp("recalcul") / "46", "46")


def expected() -> dict[str, dict[recomputed.Key, float]]:
    """Source → every figure that its files give."""
    told = {
        "etat4001_services": recomputed.by_service(real_file(*BY_SERVICE), real_file(*COG)),
        "ssmsi_base": recomputed.ssmsi(*(real_file(*f) for f in SSMSI), real_file(*COG)),
    }
    return {source: {k: v for k, v in values.items() if v is not None} for source, values in told.items()}


def differing_values(part: Part) -> list[tuple]:
    """What the warehouse gives and the files do not, what they give and it lacks, and what differs."""
    odd = []
    for source, values in expected().items():
        rows = part.sql(
            "select indicateur_code, territoire_code, periode, valeur from indicateurs.valeurs "
            f"where source = '{source}' and periode_type = 'annee' and ventilation_type = 'total' "
            "and valeur is not null"
        )
        got = {row[:3]: float(row[3]) for row in rows}
        assert len(got) == len(rows) > 20_000
        odd += [(k, got.get(k), values.get(k)) for k in got.keys() | values.keys() if got.get(k) != values.get(k)]
    return odd


def differing_parts(part: Part) -> list[tuple]:
    """Where the parts of a level do not make their whole, from published values alone."""
    return part.sql(
        """
        with v as (
            select source, indicateur_code, periode, territoire_code, split_part(territoire_code, '-', 1) as niveau,
                split_part(territoire_code, '-', 2) as code, valeur
            from indicateurs.valeurs
            where periode_type = 'annee' and ventilation_type = 'total' and valeur is not null
        ),
        zones as (
            select source, indicateur_code, periode, 'DEP-' || code as tout, sum(valeur) as somme
            from v where niveau in ('ZPN', 'ZGN') group by all
        ),
        arrondissements as (
            select source, indicateur_code, periode, 'DEP-' || substr(code, 1, length(code) - 1) as tout,
                sum(valeur) as somme
            from v where niveau = 'ARR' and not territoire_code like '%-NR' group by all
        ),
        metropole as (
            select source, indicateur_code, periode, 'FRM' as tout, sum(valeur) as somme
            from v where niveau = 'DEP' and not code like '97%' and not code like '98%'
            group by all having count(*) = 96
        )
        select p.*, v.valeur
        from (from zones union all from arrondissements union all from metropole) as p
        left join v on v.source = p.source and v.indicateur_code = p.indicateur_code and v.periode = p.periode
            and v.territoire_code = p.tout
        where v.valeur is distinct from p.somme
        """
    )


def differing_rates(part: Part) -> list[tuple]:
    """Rates of départements, régions and France that are not facts over the Insee's inhabitants of two years before."""
    people = recomputed.censuses(*(real_file(*f) for f in SSMSI), real_file(*COG))
    rows = part.sql(
        "select territoire_code, periode::int, numerateur, denominateur_valeur, denominateur_millesime, taux "
        "from indicateurs.taux where denominateur = 'population' and taux is not null "
        "and split_part(territoire_code, '-', 1) in ('DEP', 'REG', 'FRA', 'FRM')"
    )
    assert len(rows) > 500
    assert {"FRM", "REG"} <= {place.split("-")[0] for place, *_ in rows}
    odd = []
    for place, year, number, inhabitants, census, rate in rows:
        due = max((c for p, c in people if p == place and c <= year - 2), default=None)
        right = due is not None and float(inhabitants) == people[place, due]
        if not (right and census == due and abs(float(rate) - 1000 * float(number) / people[place, due]) <= 0.00005):
            odd.append((place, year, number, inhabitants, census, rate, due))
    return odd


def differing_populations(part: Part) -> list[tuple]:
    """Published populations of a département that are not the Insee's, or a sum that the Insee's own figure denies."""
    people = recomputed.censuses(*(real_file(*f) for f in SSMSI), real_file(*COG))
    sums = recomputed.communes(real_file(*COMMUNES))
    rows = part.sql(
        "select territoire_code, millesime, valeur from reference.populations "
        "where nature = 'population' and valeur is not null and territoire_code like 'DEP-%'"
    )
    assert len(rows) > 600
    due = {(place, census): people.get((place, census), sums.get((place[4:], census))) for place, census, _ in rows}
    return [(p, c, v, due[p, c]) for p, c, v in rows if float(v) != due[p, c]]


def differing_evolutions(part: Part) -> list[tuple]:
    """A value of the year before that is not the files'."""
    values = expected()
    rows = part.sql(
        "select source, indicateur_code, territoire_code, periode, valeur, valeur_precedente, evolution_abs, "
        "evolution_pct from indicateurs.series where periode_type = 'annee' and ventilation_type = 'total' "
        "and source in ('etat4001_services', 'ssmsi_base') and valeur_precedente is not null"
    )
    assert len(rows) > 1_000
    odd = []
    for source, indicator, place, period, value, before, change, percent in rows:
        last = values[source].get((indicator, place, str(int(period) - 1)))
        if last != float(before) or (change is not None and float(change) != float(value) - last):
            odd.append((source, indicator, place, period, before, last))
        elif percent is not None and abs(float(percent) - 100 * (float(value) - last) / last) > 0.005 + 1e-9:
            odd.append((source, indicator, place, period, percent))
    return odd


def test_every_value_is_the_files_and_none_is_lost(lot: Part) -> None:
    assert differing_values(lot) == []


def test_the_parts_of_each_level_make_the_whole(lot: Part) -> None:
    assert differing_parts(lot) == []


def test_every_rate_divides_by_the_insee_s_inhabitants_of_two_years_before(lot: Part) -> None:
    assert differing_rates(lot) == []
    assert differing_populations(lot) == []


def test_every_year_before_is_the_year_before(lot: Part) -> None:
    assert differing_evolutions(lot) == []


def test_a_wrong_cell_is_seen(lot: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    right = recomputed.by_service(real_file(*BY_SERVICE), real_file(*COG))
    wrong = right | {("CBV_4001", "DEP-46", "2019"): right["CBV_4001", "DEP-46", "2019"] + 1}
    monkeypatch.setattr(recomputed, "by_service", lambda *_: wrong)
    assert differing_values(lot) == [(("CBV_4001", "DEP-46", "2019"), 421, 422)]
