"""What changed of what was already given: the values of a snapshot beside those of the one before."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow as pa

_KEY = ["indicateur_code", "territoire_code", "periode_type", "periode", "ventilation_type", "ventilation_code"]
_TEXT, _VALUE = pa.string(), pa.decimal128(18, 2)
SCHEMA = pa.schema(
    [(name, _TEXT) for name in _KEY]
    + [
        ("source_avant", _TEXT),
        ("source", _TEXT),
        ("valeur_avant", _VALUE),
        ("valeur", _VALUE),
        ("cliche_avant", _TEXT),
    ]
)


def revised(series: pd.DataFrame, earlier: dict[str, pd.DataFrame]) -> pa.Table:
    """One row a value that the last of `earlier` (series by the snapshot's name, oldest first) gave and that is no
    longer the same. What is withheld or missing now was not revised.
    """
    if not earlier:
        return SCHEMA.empty_table()
    name, before = list(earlier.items())[-1]
    columns = [*_KEY, "source", "valeur"]
    both = series[columns].merge(before[columns], on=_KEY, suffixes=("", "_avant"))
    known = both["valeur"].notna() & both["valeur_avant"].notna()
    moved = both[known & (both["valeur"] != both["valeur_avant"])].sort_values(_KEY)
    moved = moved.assign(cliche_avant=name)[SCHEMA.names]
    return pa.Table.from_pylist(
        [row | {k: _money(row[k]) for k in ("valeur", "valeur_avant")} for row in moved.to_dict("records")], SCHEMA
    )


def _money(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")
