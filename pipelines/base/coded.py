"""Columns as codes: each distinct value once, and a small integer a row. Combinations of columns are compared as one
integer, never as a text that is made for the comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PLAIN, CODED = pa.string(), pa.dictionary(pa.int32(), pa.string())
_MOST = 2**62


def coded(values: pa.Array) -> pa.DictionaryArray:
    """The same values, each text once in the dictionary; absent ones are absent from it."""
    return values if pa.types.is_dictionary(values.type) else pc.dictionary_encode(values)


def repeated(value: str, rows: int) -> pa.DictionaryArray:
    """The same value on every row."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([value], PLAIN))


class Signs:
    """The bytes that texts are made of: what is looked for and is not among them is in none of the texts."""

    def __init__(self, values: pa.StringArray) -> None:
        _, offsets, data = values.buffers()
        if data is None or not len(values):
            self._bytes = b""
        else:
            first, last = np.frombuffer(offsets, np.int32)[[values.offset, values.offset + len(values)]].tolist()
            self._bytes = data.slice(first, last - first).to_pybytes()

    def __contains__(self, sign: int) -> bool:
        return sign in self._bytes

    def are_between(self, lowest: int, highest: int) -> bool:
        """Whether no byte is out of these bounds."""
        if not self._bytes:
            return True
        signs = np.frombuffer(self._bytes, np.uint8)
        return bool(signs.min() >= lowest and signs.max() <= highest)


def at(values: pa.Array, places: pa.Array) -> pa.DictionaryArray:
    """`values` taken at these places, as codes; equal values get one code."""
    own = coded(values)
    return pa.DictionaryArray.from_arrays(pc.take(own.indices, places), own.dictionary)


def codes_of(values: pa.DictionaryArray) -> np.ndarray:
    """An integer a row, from 0; what is absent is one more than any value."""
    codes: np.ndarray = values.indices.fill_null(len(values.dictionary)).to_numpy(zero_copy_only=False)
    return codes


def combined(columns: Sequence[pa.DictionaryArray], owners: pa.Array | None, rows: int) -> np.ndarray:
    """One 64-bit integer a row, the same where the owner and all these columns are."""
    key = np.zeros(rows, np.int64) if owners is None else owners.to_numpy().astype(np.int64)
    span = 1 + int(key.max(initial=0))
    for column in columns:
        size = len(column.dictionary) + 1
        if span * size > _MOST:
            again = pc.dictionary_encode(pa.array(key))
            key, span = again.indices.to_numpy().astype(np.int64), len(again.dictionary)
        key = key * size + codes_of(column)
        span *= size
    return key


def text(values: pa.DictionaryArray, absent: str) -> pa.Array:
    """The texts themselves, what is absent written so."""
    words = pa.concat_arrays([values.dictionary, pa.array([absent], values.dictionary.type)])
    return pc.take(words, pa.array(codes_of(values)))


def recast(rows: pa.Table, texts: pa.DataType) -> pa.Table:
    """The same rows, every text `PLAIN` or every text `CODED`."""
    fields = [f.with_type(texts) if f.type in (PLAIN, CODED) else f for f in rows.schema]
    return rows.cast(pa.schema(fields))
