"""One table in two files: CSV as a French spreadsheet opens it, Parquet for programs; the same cells in both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipelines.report.open_tables import Column
from pipelines.snapshots import parquet

SEPARATOR, DECIMAL, YES, NO = ";", ",", "oui", "non"
# Without the mark at its head, a French spreadsheet reads the accents wrong.
_ENCODING = "utf-8-sig"
_TYPES = {
    "texte": pa.string(),
    "entier": pa.int64(),
    "nombre": pa.float64(),
    "date": pa.date32(),
    "oui_non": pa.bool_(),
}


def write_csv(file: Path, rows: pd.DataFrame) -> None:
    """Write figures with a comma, days as 2019-12-31, booleans in words, and nothing for an absent value."""
    texts = pd.DataFrame({name: _texts(rows[name]) for name in rows.columns}, dtype=object)
    texts.to_csv(file, index=False, sep=SEPARATOR, lineterminator="\n", encoding=_ENCODING)


def write_parquet(file: Path, rows: pd.DataFrame, columns: list[Column]) -> None:
    """Write the same cells, each column in its type."""
    arrays = [pa.array(rows[c.name].tolist(), _TYPES[c.form]) for c in columns]
    parquet.write(file, pa.table(arrays, names=[c.name for c in columns]))


def _texts(values: pd.Series) -> list[str]:
    """Each value of a column is written once: a column holds few, on many lines."""
    written = {value: as_text(value) for value in set(values)}
    return [written[value] for value in values]


def as_text(value: object) -> str:
    """Write a cell as the CSV holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return _figure(value)
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value)


def _figure(value: float) -> str:
    """0.5 → 0,5, 12.0 → 12; never an exponent."""
    if value in (float("inf"), float("-inf")):
        return "INF" if value > 0 else "-INF"
    written = f"{value:.10f}".rstrip("0").rstrip(".")
    return written.replace(".", DECIMAL)
