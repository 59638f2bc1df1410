"""A list saved as Parquet: its columns by name, its values as the text that a CSV of them would hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.base.coded import CODED
from pipelines.files.lines import Filter, Lines, gather
from pipelines.files.refusals import AGAIN, refused, too_large
from pipelines.personal.quotable import shown_header

_ROWS = 1 << 16
# Beyond, a double no longer tells whole numbers apart.
_WHOLE = float(1 << 53)


class ParquetFile:
    """The headers of a Parquet file, then its records. Raises Refused for what is cut short, damaged or nested."""

    def __init__(self, path: Path, max_expansion_mib: int) -> None:
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from error
        self.headers: list[str] = self._file.schema_arrow.names
        groups = (self._file.metadata.row_group(i) for i in range(self._file.metadata.num_row_groups))
        size = sum(group.total_byte_size for group in groups)
        if size > max_expansion_mib << 20:
            raise too_large("le fichier", size, max_expansion_mib)
        for column in self._file.schema_arrow:
            if pa.types.is_nested(column.type):
                found = f"{_column(column.name)} porte plusieurs valeurs par ligne"
                raise refused("colonne_composee", found, "déposer le fichier .csv du producteur")

    def read(self, wanted: Collection[int], kept: Filter | None) -> Lines:
        """The records; their numbers count from 1. One block of a group is held at a time, and what is kept of it."""
        pieces, numbers, received = [], [], 0
        names = [self.headers[i] for i in wanted]
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS, columns=names, use_threads=False):
                typed = {i: batch.column(batch.schema.get_field_index(self.headers[i])) for i in wanted}
                lines = np.arange(received + 1, received + batch.num_rows + 1, dtype=np.int32)
                received += batch.num_rows
                if kept:
                    mask = kept(_Rendered(typed))
                    typed = {i: column.filter(mask) for i, column in typed.items()}
                    lines = lines[mask.to_numpy(zero_copy_only=False)]
                pieces.append({i: as_text(column) for i, column in typed.items()})
                numbers.append(lines)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from error
        if not pieces:
            return Lines({i: pa.array([], CODED) for i in wanted}, pa.array([], pa.int32()), None, 0)
        return Lines(gather(pieces, wanted), pa.array(np.concatenate(numbers), pa.int32()), None, received)

    def texts(self) -> Iterator[dict[str, list[str]]]:
        """Column → its texts, each once, block after block; what the file says of itself comes last, under « »."""
        names = [c.name for c in self._file.schema_arrow if pa.types.is_string(as_plain(c.type))]
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS, columns=names, use_threads=False):
                unique = {n: pc.unique(pc.cast(batch.column(n), pa.string())).to_pylist() for n in batch.schema.names}
                yield {name: [t for t in texts if t] for name, texts in unique.items()}
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from error
        said = self._file.schema_arrow.metadata or {}
        yield {"": [value.decode("utf-8", "replace") for value in said.values()]} | {n: [] for n in self.headers}


def _column(name: str) -> str:
    said = shown_header(name, own=False)
    return f"la colonne {said}" if said else "une colonne"


def as_plain(kind: pa.DataType) -> pa.DataType:
    """The type of the values of a column, whatever codes it has for them."""
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.string() if pa.types.is_large_string(plain) else plain


class _Rendered(dict[int, pa.DictionaryArray]):
    """Columns as text, each rendered when it is asked for: what is left aside need not be."""

    def __init__(self, typed: dict[int, pa.Array]) -> None:
        super().__init__()
        self._typed = typed

    def __missing__(self, position: int) -> pa.DictionaryArray:
        return as_text(self._typed[position])


def as_text(values: pa.Array) -> pa.DictionaryArray:
    """Typed values as the text that a file of text would hold: 12.0 is « 12 », what is absent is an empty cell, which
    is refused where a cell must be filled.
    """
    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    held = values.dictionary
    if pa.types.is_floating(held.type):
        texts = pa.array([_number(v) for v in held.to_numpy(zero_copy_only=False)], pa.string())
    else:
        texts = pc.fill_null(pc.cast(held, pa.string()), "")
    indices, empty = values.indices.cast(pa.int32()), pc.index(texts, "").as_py()
    if indices.null_count and empty < 0:
        empty, texts = len(texts), pa.concat_arrays([texts, pa.array([""], pa.string())])
    return pa.DictionaryArray.from_arrays(indices.fill_null(empty) if indices.null_count else indices, texts)


def _number(value: np.floating) -> str:
    if np.isnan(value):
        return ""
    if np.isinf(value):
        return str(value)
    if value == int(value) and abs(value) < _WHOLE:
        return str(int(value))
    return np.format_float_positional(value, trim="-")


def _damaged(error: Exception) -> Exception:
    """What to raise of an error of the reader: the file is wrong, unless the disk answered with a number."""
    if isinstance(error, OSError) and error.errno is not None:
        return error
    return refused("parquet_abime", "le fichier Parquet est incomplet ou abîmé : il ne s'ouvre pas", AGAIN)
