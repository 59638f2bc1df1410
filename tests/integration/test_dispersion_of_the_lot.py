"""How much the ministry's own counts of the Lot vary from one year to the next, and what is left once it is known."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipelines.catalogue.code_lists import code_table
from pipelines.statistics.changes import p_value_of
from pipelines.statistics.dispersion import common, shrunk, squares
from tests.conftest import Home

HEADS = {row["indicateur_code"] for row in code_table("indicateurs_tete")}


@pytest.fixture(scope="module")
def pairs(real_home: Home) -> pd.DataFrame:
    """Each year of each indicator of the département beside the year before, where the two compare: `z2`."""
    with duckdb.connect(str(real_home.warehouse), read_only=True) as db:
        rows = db.execute(
            """
            select s.indicateur_code, s.periode::integer as annee, a.valeur::double as avant, s.valeur::double as valeur
            from indicateurs.series as s
            inner join indicateurs.series as a
                on a.indicateur_code = s.indicateur_code and a.territoire_code = s.territoire_code
                and a.source = s.source and a.periode_type = 'annee' and a.ventilation_type = 'total'
                and a.periode::integer = s.periode::integer - 1
            where s.territoire_code = 'DEP-46' and s.periode_type = 'annee' and s.ventilation_type = 'total'
                and not s.rupture and s.valeur is not null and a.valeur is not null
            order by all
            """
        ).df()
    return rows.assign(z2=squares(rows["avant"], rows["valeur"])).dropna(subset="z2")


def test_the_counts_of_the_lot_vary_more_than_by_chance_alone(pairs: pd.DataFrame) -> None:
    years = pairs[pairs["annee"].isin([2018, 2019])]
    assert len(years) > 50
    far = (years["z2"] > 1.96**2).mean()
    assert 0.25 < far < 0.35, "chance alone would give one in twenty"


def test_once_the_past_is_known_what_stands_out_is_rare(pairs: pd.DataFrame) -> None:
    years = pairs[pairs["annee"].isin([2018, 2019])]
    found = []
    for row in years.to_dict("records"):
        past = pairs[pairs["annee"] < row["annee"]]
        own = past.loc[past["indicateur_code"] == row["indicateur_code"], "z2"]
        family = common(past.loc[past["indicateur_code"].isin(HEADS), "z2"])
        phi = float(shrunk(own.sum(), len(own), family))
        found.append(p_value_of(int(row["avant"]), int(row["valeur"]), 0.5, phi) <= 0.05)
    assert np.mean(found) < 0.08
