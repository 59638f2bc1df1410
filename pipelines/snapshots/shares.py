"""What shares were taken of, and the test of two of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

SHARE = "proportion"
_KEY = ["indicateur_code", "territoire_code", "periode_type"]


def trials(frame: pd.DataFrame, value: str, numerators: dict[str, str]) -> np.ndarray:
    """What a share was taken of, from its numerator: exact to one for the shares of a département. The series in use of
    its denominator may come from another source.
    """
    counts = frame[[*_KEY, "source", value]].rename(columns={"indicateur_code": "partie", value: "compte"})
    parts = frame["indicateur_code"].map(numerators)
    keys = frame.assign(partie=parts)[["partie", *_KEY[1:], "source", value]]
    both = keys.merge(counts, on=["partie", *_KEY[1:], "source"], how="left")
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.round(100.0 * both["compte"].to_numpy(float) / both[value].to_numpy(float))
    return np.where(np.isfinite(whole), whole, np.nan)


def share_tests(found: pd.DataFrame, tested: pd.Series, numerators: dict[str, str]) -> np.ndarray:
    """The p-values of the rows `tested`, by Fisher's exact test of the two counts in their wholes; NaN elsewhere."""
    from scipy.stats import fisher_exact

    p_value = np.full(len(found), np.nan)
    now, then = (trials(found, value, numerators) for value in ("valeur", "valeur_precedente"))
    for i in np.flatnonzero(tested.to_numpy() & ~np.isnan(now) & ~np.isnan(then)):
        x = round(float(found["valeur"].iloc[i]) * now[i] / 100)
        y = round(float(found["valeur_precedente"].iloc[i]) * then[i] / 100)
        p_value[i] = fisher_exact([[x, now[i] - x], [y, then[i] - y]])[1]
    return p_value
