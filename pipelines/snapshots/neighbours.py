"""The département among its statistical neighbours, as the public edition holds it: what is public, and no rank that a
withheld figure is in.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from pipelines.snapshots.cells import PUBLISHED
from pipelines.snapshots.parquet import frame_of, rows_of
from pipelines.snapshots.public import FREE, WITHHELD
from pipelines.snapshots.windows import YEAR

VALUES, RANKS, CRITERIA = "voisins", "rangs", "criteres_voisins"
NEIGHBOUR = "voisin"
# What tells the département's own figure: its line, and those that are an aggregate less it.
_OF_IT = ["valeur", "taux"]
_OF_RANK = ["rang", "rang_bas", "rang_haut", "taux", "dispersion", "dispersion_n"]


def public_neighbours(tables: dict[str, pa.Table], published: pd.DataFrame) -> dict[str, pa.Table]:
    """The tables of neighbours that may leave, by name. `published` is the public series, with what it withholds.

    A line stays when its producer publishes its figures. Where the edition withholds the département's figure of a
    year, whatever its source, that year has no rank, nor the figure, nor what would give it by subtraction; nor have
    the years that follow in the same source, whose sums and whose intervals rest on it.
    """
    rules = frame_of(tables["diffusion"])
    free = rules[rules["protection"] == PUBLISHED]
    allowed = set(zip(free["source"], free["indicateur_code"], strict=True))
    secret = _secret(published)
    kept = {}
    for name, columns in ((VALUES, _OF_IT), (RANKS, _OF_RANK)):
        rows = _of_allowed(frame_of(tables[name]), allowed)
        told = _untold(rows, secret)
        if name == VALUES:
            told &= rows["role"] != NEIGHBOUR
        for column in columns:
            rows[column] = rows[column].astype(object).where(~told, None)
        rows.loc[told, "motif_code"] = WITHHELD
        kept[name] = rows_of(rows, tables[name].schema)
    return kept


def _of_allowed(rows: pd.DataFrame, allowed: set[tuple[str, str]]) -> pd.DataFrame:
    keys = zip(rows["source"], rows["indicateur_code"], strict=True)
    # A list of no truths would be read as a list of no columns.
    return rows[pd.Series([key in allowed for key in keys], index=rows.index, dtype=bool)].reset_index(drop=True)


def _untold(rows: pd.DataFrame, secret: pd.DataFrame) -> pd.Series:
    """The rows of a year that is withheld, or that rest on one of their source that is."""
    years = set(zip(secret["indicateur_code"], secret["periode"], strict=True))
    first = secret.groupby(["indicateur_code", "source"])["periode"].min().to_dict()
    return pd.Series(
        [
            (code, year) in years or year >= first.get((code, source), "9999")
            for code, year, source in zip(rows["indicateur_code"], rows["periode"], rows["source"], strict=True)
        ],
        index=rows.index,
        dtype=bool,
    )


def _secret(published: pd.DataFrame) -> pd.DataFrame:
    """The figures of a year of the département that the edition withholds."""
    return published[
        (published["confidentialite"] != FREE)
        & (published["niveau"] == "departement")
        & (published["periode_type"] == YEAR)
        & (published["ventilation_type"] == "total")
    ]
