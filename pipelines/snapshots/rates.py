"""The rates of a year, and how they compare with those of the rest of the région and of the country."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.snapshots.windows import YEAR
from pipelines.statistics.changes import compare
from pipelines.statistics.intervals import rate, rate_interval

KEY = ["indicateur_code", "territoire_code", "periode", "source"]
ABOVE = ("region", "france")
_FACTORS = {"pour 1 000 habitants": 1000.0, "pour 1 000 logements": 1000.0, "pour 1 000 mineurs": 1000.0}


def with_rates(found: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """The rate of the last year, its interval, and how it compares with that of the région and of the country without
    the territory itself: nothing is compared with a whole that it is in.
    """
    known = rates[rates["denominateur_valeur"].notna()]
    names = {"unite": "taux_unite", "taux": "taux_publie"}
    columns = ["indicateur_code", "territoire_code", "periode", "source", "taux", "unite", "numerateur",
               "denominateur_valeur", "denominateur_millesime"]  # fmt: skip
    found = found.merge(
        known[columns].rename(columns=names),
        on=["indicateur_code", "territoire_code", "periode", "source"],
        how="left",
    )
    yearly = ((found["periode_type"] == YEAR) & found["taux_unite"].isin(_FACTORS) & found["numerateur"].notna()
              ).to_numpy()  # fmt: skip
    x = found["numerateur"].to_numpy(float)
    n = found["denominateur_valeur"].to_numpy(float)
    value, low, high = (np.full(len(found), np.nan) for _ in range(3))
    if yearly.any():
        value[yearly] = rate(x[yearly], n[yearly], 1000.0)
        low[yearly], high[yearly] = rate_interval(x[yearly], n[yearly], 1000.0)
    # A rate over several years is read as published: its interval is that of the sum of the years, not known here.
    other = (found["periode_type"] == YEAR) & ~yearly
    value = np.where(other, found["taux_publie"].to_numpy(float), value)
    found = found.assign(taux=value, taux_bas=low, taux_haut=high)
    for name, level in (("region", "region"), ("france", "france")):
        above = found[yearly & (found["niveau"] == level)]
        # Two units of count make no ratio, nor two censuses.
        alike = ["indicateur_code", "periode", "source", "unite", "denominateur_millesime"]
        above = above[[*alike, "numerateur", "denominateur_valeur"]].rename(
            columns={"numerateur": "x_ref", "denominateur_valeur": "n_ref"}
        )
        both = found.merge(above, on=alike, how="left")
        rest_x, rest_n = both["x_ref"].to_numpy(float) - x, both["n_ref"].to_numpy(float) - n
        here = yearly & (rest_x >= 0) & (rest_n > 0) & (found["niveau"] != level).to_numpy()
        ratios = np.full((3, len(found)), np.nan)
        if here.any():
            c = compare(rest_x[here], x[here], rest_n[here], n[here])
            ratios[0, here], ratios[1, here], ratios[2, here] = c.ratio, c.ratio_low, c.ratio_high
        found = found.assign(
            **{f"rapport_{name}": ratios[0], f"rapport_{name}_bas": ratios[1], f"rapport_{name}_haut": ratios[2]}
        )
    return found.drop(columns=["taux_publie", "numerateur"])
