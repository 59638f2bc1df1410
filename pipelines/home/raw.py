"""The raw rows on disk: `raw/<source>/<table>/<stem>.parquet`, a file for each table of what was read together.

A row says its delivery. A reading writes drafts in a folder of its own, out of the sight of dbt; they get their place
when their deliveries are accepted, just before the register says which stem holds which delivery.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from pipelines.home.archive import hash_of
from pipelines.machine.disk import is_full
from pipelines.machine.durable import replace, sync_all
from pipelines.machine.faults import MachineFault
from pipelines.machine.paths import Paths

if TYPE_CHECKING:
    import pyarrow as pa

# Lets a source of which nothing came be read: see manifest.py.
EMPTY = "vide"
# Parquet keeps no more of a column's values in its dictionary than a megabyte holds.
_MOST_CODES = 50_000


def file_of(folder: Path, source: str, table: str, stem: str) -> Path:
    """Return where the raw rows of one table lie, under the raw folder or a folder of drafts."""
    return folder / source / table / f"{stem}.parquet"


def new_drafts(paths: Paths) -> Path:
    """Make a folder for the drafts of one batch alone."""
    folder = paths.raw_drafts / uuid4().hex
    folder.mkdir(mode=0o750, parents=True)
    return folder


def write_draft(file: Path, ids: Sequence[str], tables: list[pa.Table], owners: list[pa.Array | None]) -> None:
    """Write rows with the delivery of each: `owners` holds positions in `ids`, or None when all are of the first."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipelines.base.coded import CODED, PLAIN, recast

    rows = pa.concat_tables([recast(t, CODED) for t in tables], promote_options="permissive")
    # A dictionary that Parquet would give up half way is not begun: its values are written as they are.
    long = {f.name for f in rows.schema if f.type == CODED and _values_of(rows[f.name]) > _MOST_CODES}
    rows = rows.cast(pa.schema([f.with_type(PLAIN) if f.name in long else f for f in rows.schema]))
    positions = [
        pa.nulls(t.num_rows, pa.int32()).fill_null(0) if o is None else o for t, o in zip(tables, owners, strict=True)
    ]
    names = pa.chunked_array([pa.DictionaryArray.from_arrays(p, pa.array(ids)) for p in positions])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = rows.add_column(0, "livraison_id", names)
        short = [name for name in rows.column_names if name not in long]
        pq.write_table(rows, file, compression="zstd", use_dictionary=short)
    except OSError as error:
        if is_full(error):
            raise
        raise _unwritable(file.parent, error) from error


def _values_of(column: pa.ChunkedArray) -> int:
    return max((len(chunk.dictionary) for chunk in column.chunks), default=0)


def keep_only(file: Path, ids: Iterable[str]) -> None:
    """Rewrite a draft without the rows of other deliveries; a draft of none of them goes."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(file).read()
    kept = rows.filter(pc.is_in(pc.cast(rows["livraison_id"], pa.string()), value_set=pa.array(sorted(ids))))
    if kept.num_rows:
        pq.write_table(kept, file, compression="zstd")
    else:
        file.unlink()


def place(drafts: Path, paths: Paths, stems: set[str]) -> dict[str, str]:
    """Give the drafts of these stems their place, on disk when this returns: path in the raw folder → SHA-256. A dead
    reading may have left others.
    """
    files = sorted(f for f in drafts.glob("*/*/*.parquet") if f.stem in stems)
    hashes = {str(f.relative_to(drafts)): hash_of(f) for f in files}
    try:
        sync_all(files)
        folders = set()
        for file in files:
            target = paths.raw / file.relative_to(drafts)
            if not target.parent.exists():
                target.parent.mkdir(parents=True)
                folders |= {target.parent.parent, paths.raw}
            replace(file, target)
            folders.add(target.parent)
        sync_all(sorted(folders))
    except OSError as error:
        if is_full(error):
            raise
        raise _unwritable(paths.raw, error) from error
    shutil.rmtree(drafts, ignore_errors=True)
    return hashes


def discard(paths: Paths, stems: Iterable[str]) -> None:
    """Remove the raw files of these stems, in every table."""
    unwanted = {f"{stem}.parquet" for stem in stems}
    for file in _files(paths):
        if file.name in unwanted:
            file.unlink(missing_ok=True)


def discard_unknown(paths: Paths, stems: set[str]) -> None:
    """Remove drafts, and raw files that the register knows nothing of: a load died between the two."""
    shutil.rmtree(paths.raw_drafts, ignore_errors=True)
    for file in _files(paths):
        if file.stem not in stems and file.stem != EMPTY:
            file.unlink(missing_ok=True)


def _files(paths: Paths) -> Iterable[Path]:
    return (f for f in paths.raw.glob("*/*/*") if f.suffix in {".parquet", ".tmp"})


def _unwritable(folder: Path, error: OSError) -> MachineFault:
    return MachineFault(
        f"Les lignes lues n'ont pas pu être écrites dans {folder} ({os.strerror(error.errno or 0)}). "
        "Libérer de la place ou rétablir les droits, puis relancer : la livraison n'est pas jugée."
    )
