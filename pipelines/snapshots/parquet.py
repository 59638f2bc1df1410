"""Rows to bytes and back: the same rows always give the same bytes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def write(file: Path, rows: pa.Table) -> None:
    """One row group after the other, without what pandas or a clock would add."""
    pq.write_table(rows.replace_schema_metadata(None), file, compression="zstd", write_statistics=True)


def read(file: Path) -> pa.Table:
    """The rows of a snapshot's file."""
    return pq.ParquetFile(file).read()


def frame_of(rows: pa.Table) -> pd.DataFrame:
    """Rows as pandas computes with them: decimals as floats, dates as dates, absent as None or NaN."""
    fields = [f.with_type(pa.float64()) if pa.types.is_decimal(f.type) else f for f in rows.schema]
    frame: pd.DataFrame = rows.cast(pa.schema(fields)).to_pandas(date_as_object=True)
    return frame


def rows_of(frame: pd.DataFrame, like: pa.Schema | None = None) -> pa.Table:
    """The contrary; the columns that `like` knows get back the types that it gives them."""
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    if like is None:
        return rows
    fields = [like.field(f.name) if f.name in like.names else f for f in rows.schema]
    return rows.cast(pa.schema(fields))
