"""Which figures are tested together, and which of them speak: head indicators first, then the parts of those that do.

Benjamini and Hochberg's decision is taken once a window; the parts of a whole are looked at when it is called a change
and among the parts of such wholes alone (hierarchical testing, Yekutieli, 2008). What the public edition does not print
is a family of its own: what is decided of the rest must not depend on it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.statistics.changes import significant

LEVEL = "departement"
HEAD, PART, EXPLORED, DESCRIBED = "tete", "partie", "exploration", "description"
_WINDOW = ["territoire_code", "periode_debut", "periode_fin"]


def scopes(found: pd.DataFrame, heads: set[str]) -> np.ndarray:
    """`tete`, `exploration` or `description` of each row: a part is one only once its whole has spoken (`decide`)."""
    tested = (found["niveau"] == LEVEL) & found["loi"].isin(["poisson", "proportion"])
    head = found["indicateur_code"].isin(heads)
    return np.where(~tested, DESCRIBED, np.where(head, HEAD, EXPLORED))


def decide(found: pd.DataFrame, parts: dict[str, set[str]]) -> pd.DataFrame:
    """`portee` and `appelee` (whether it is called a change) of each row.

    `found` has one row a figure: `portee` (of `scopes`), `p_valeur` (NaN: not tested), `tue` (whether the public
    edition withholds it or what it is compared with), `source` and what says its window.
    """
    told = pd.DataFrame({"portee": found["portee"], "appelee": False}, index=found.index)
    for _, rows in found[found["p_valeur"].notna()].groupby(_WINDOW):
        spoken: set[tuple[str, str]] = set()
        for withheld in (False, True):
            spoken |= _family(rows[rows["tue"] == withheld], parts, spoken, told)
    return told


def _family(
    rows: pd.DataFrame, parts: dict[str, set[str]], spoken: set[tuple[str, str]], told: pd.DataFrame
) -> set[tuple[str, str]]:
    """Decide of one family, note it in `told`; returns what spoke, as (indicator, source). `spoken` did before."""
    generation = rows[rows["portee"] == HEAD]
    left = rows[rows["portee"] == EXPLORED]
    new: set[tuple[str, str]] = set()
    while True:
        called = generation[significant(generation["p_valeur"])]
        told.loc[called.index, "appelee"] = True
        new |= _figures(called)
        due = {(part, source) for whole, source in spoken | new for part in parts.get(whole, ())}
        is_due = pd.Series([key in due for key in _keys(left)], index=left.index, dtype=bool)
        generation, left = left[is_due], left[~is_due]
        if generation.empty:
            return new
        told.loc[generation.index, "portee"] = PART


def _keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["indicateur_code"], rows["source"], strict=True))


def _figures(rows: pd.DataFrame) -> set[tuple[str, str]]:
    return set(_keys(rows))
