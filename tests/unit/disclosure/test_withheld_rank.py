"""A figure of the département that the public edition withholds has no rank, and nothing by which it is worked out."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from pipelines.snapshots.neighbours import RANKS, VALUES, public_neighbours
from pipelines.snapshots.parquet import frame_of, rows_of
from tests.disclosure.holdings import attacker_of

INDICATOR, SOURCE, OWN, YEARS = "CBV_4001", "etat4001_services", "DEP-46", ("2018", "2019", "2020")
COUNTS = {"2018": 7, "2019": 3, "2020": 8}
NEAR = {"DEP-15": 9, "DEP-23": 4, "DEP-09": 1}


def tables(protection: str = "deja_publique") -> dict[str, pd.DataFrame]:
    """Three years among three neighbours, with the région and France without the département."""
    lines, ranks = [], []
    for year, count in COUNTS.items():
        members = [("departement", OWN, count), *(("voisin", code, n) for code, n in NEAR.items()),
                   ("region_hors", "REG-76", 100), ("france_hors", "FRM", 1000)]  # fmt: skip
        for role, code, n in members:
            lines.append({
                "indicateur_code": INDICATOR, "periode": year, "role": role, "territoire_code": code, "source": SOURCE,
                "valeur": float(n), "annees": 1, "denominateur_valeur": 1000.0, "facteur": 1000, "taux": float(n),
                "statut": "A", "motif_code": None, "motif": None,
            })  # fmt: skip
        place = 1 + sum(n > count for n in NEAR.values())
        ranks.append({
            "indicateur_code": INDICATOR, "periode": year, "territoire_code": OWN, "source": SOURCE, "rang": place,
            "rang_bas": 1, "rang_haut": 4, "taux": float(count), "taux_voisins": 4.667, "dispersion": 1.5,
            "dispersion_n": 2, "motif_code": None, "motif": None,
        })  # fmt: skip
    rules = pd.DataFrame([{"source": SOURCE, "indicateur_code": INDICATOR, "protection": protection}])
    return {VALUES: pd.DataFrame(lines), RANKS: pd.DataFrame(ranks), "diffusion": rules}


def series(withheld: str | None) -> pd.DataFrame:
    """The public series: the département's figures, but for the year withheld, the région's and France's."""
    return pd.DataFrame([
        {
            "indicateur_code": INDICATOR, "territoire_code": code, "niveau": level, "periode_type": "annee",
            "periode": year, "ventilation_type": "total", "source": SOURCE, "confidentialite": "C" if hidden else "F",
            "valeur": None if hidden else float(n),
        }
        for year in YEARS
        for code, level, n in ((OWN, "departement", COUNTS[year]), ("REG-76", "region", 100 + COUNTS[year]))
        for hidden in [code == OWN and year == withheld]
    ])  # fmt: skip


def held(withheld: str | None, protection: str = "deja_publique") -> dict[str, pd.DataFrame]:
    """The public tables of neighbours."""
    texts = pa.schema([("motif_code", pa.string()), ("motif", pa.string())])
    typed = {name: rows_of(frame, texts) for name, frame in tables(protection).items()}
    return {name: frame_of(rows) for name, rows in public_neighbours(typed, series(withheld)).items()}


def test_nothing_withheld_leaves_everything_as_it_is() -> None:
    for name, frame in held(None).items():
        expected = tables()[name]
        assert frame.notna().equals(expected.notna())
        pd.testing.assert_frame_equal(frame.fillna(""), expected.fillna(""), check_dtype=False)


def test_a_withheld_year_has_no_rank_nor_what_gives_it_and_nor_have_those_after_it() -> None:
    found = held("2019")
    ranks = found[RANKS].set_index("periode")
    assert ranks["rang"].notna().to_dict() == {"2018": True, "2019": False, "2020": False}
    assert ranks.loc[["2019", "2020"], ["rang_bas", "rang_haut", "taux", "dispersion"]].isna().all(axis=None)
    assert set(ranks["motif_code"].dropna()) == {"secret_statistique"}
    values = found[VALUES].set_index(["periode", "role"])
    assert values.loc[("2019", ["departement", "region_hors", "france_hors"]), ["valeur", "taux"]].isna().all(axis=None)
    assert values.loc[("2019", "voisin"), "valeur"].tolist() == list(NEAR.values())


def test_what_no_producer_publishes_is_not_there_at_all() -> None:
    assert all(frame.empty for frame in held(None, "personnes").values())


@pytest.mark.parametrize("year", YEARS)
def test_the_attacker_reads_the_tables_and_learns_nothing(year: str) -> None:
    key = (INDICATOR, OWN, year)
    told = attacker_of([held(year) | {"series": series(year)}])
    assert key in told.withheld
    assert told.range_of(key)[1] > 1e6


@pytest.mark.parametrize("column", ["valeur", "taux", "rang"])
def test_were_it_left_the_attacker_would_find_it(column: str) -> None:
    """Each of the three ways in: the line itself, its rate or the région less it, its rank between two neighbours."""
    key, left = (INDICATOR, OWN, "2019"), held("2019") | {"series": series("2019")}
    name = RANKS if column == "rang" else VALUES
    left[name] = left[name].copy()
    left[name][column] = tables()[name][column]
    told = attacker_of([left])
    if column == "rang":
        assert told.range_of(key) == (1, 4)
    else:
        assert told.known[key] == COUNTS["2019"]
