"""The fingerprint of each slice: SHA-256 of its lines in the order of their texts, whatever the order they came in.

The order of the texts is found from the codes of the columns, without making the texts, unless a cell holds a sign that
sorts before what stands between two cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import Signs, codes_of, text

# What stands for an absent cell, between two cells and between two lines.
_ABSENT, _BETWEEN, _AFTER = "\x00", "\x1f", "\x1e"
# Texts are made for so many lines at once: all of them would not fit in the memory of a reading.
_AT_ONCE = 1 << 16
_MOST = 2**62
# So many digits fit in 64 bits.
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Fingerprint:
    """The digest of a slice, and the row of the first of its lines once they are in order."""

    digest: str
    first: int


def fingerprints(columns: dict[str, pa.DictionaryArray], slices: np.ndarray, sizes: np.ndarray) -> list[Fingerprint]:
    """Return the fingerprint of each slice: `slices` gives the number of each row's, from 0, `sizes` their rows."""
    ordered = [columns[name] for name in sorted(columns)]
    order = order_by_codes(ordered, slices)
    if order is None:
        order = order_by_texts(ordered, slices)
    ends = np.cumsum(sizes)
    first = order[ends - sizes].tolist()
    return [Fingerprint(*both) for both in zip(_digests(ordered, order, ends.tolist()), first, strict=True)]


def order_by_codes(columns: Sequence[pa.DictionaryArray], slices: np.ndarray) -> np.ndarray | None:
    """Return the rows by slice, then by text; None where codes do not tell the order of the texts."""
    key, span = slices.astype(np.int64), int(slices.max(initial=0)) + 1
    for column in columns:
        ranks = _ranks(column.dictionary)
        if ranks is None:
            return None
        size = len(ranks)
        if span * size > _MOST:
            distinct, key = np.unique(key, return_inverse=True)
            span = len(distinct)
        if span * size > _MOST:
            return None
        # What is absent has the code after the last.
        key = key * size + ranks[codes_of(column)]
        span *= size
    return np.argsort(key, kind="stable")


def order_by_texts(columns: Sequence[pa.DictionaryArray], slices: np.ndarray) -> np.ndarray:
    """Return the rows by slice, then by text, from the texts themselves."""
    order = np.argsort(slices, kind="stable")
    starts = np.flatnonzero(np.diff(slices[order], prepend=-1)).tolist()
    parts = []
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        rows = order[start:end]
        lines = _joined([text(c.take(pa.array(rows)), _ABSENT) for c in columns])
        parts.append(rows[pc.sort_indices(lines).to_numpy()])
    return np.concatenate(parts) if parts else order


def _ranks(values: pa.StringArray) -> np.ndarray | None:
    """Return the rank of each text among them, then 0 for what is absent; None where one holds a control sign, which
    sorts before what stands between two cells.
    """
    signs = Signs(values)
    if not signs.are_between(ord(_BETWEEN) + 1, 0xFF):
        return None
    count = len(values)
    ranks = np.zeros(count + 1, np.int64)
    if count < 2 or pc.all(pc.less(values[:-1], values[1:])).as_py():
        ranks[:count] = np.arange(1, count + 1)
        return ranks
    lengths = pc.min_max(pc.binary_length(values)).as_py()
    if lengths["min"] == lengths["max"] <= _LONGEST_NUMBER and signs.are_between(*b"09"):
        numbers = pc.cast(values, pa.int64()).to_numpy()
        order = np.argsort(numbers)
        new = np.diff(numbers[order]) != 0
    else:
        places = pc.sort_indices(values)
        sorted_values = pc.take(values, places)
        order = places.to_numpy()
        new = pc.not_equal(sorted_values[1:], sorted_values[:-1]).to_numpy(zero_copy_only=False)
    ranks[order] = np.concatenate([[1], 1 + np.cumsum(new)])
    return ranks


def _digests(columns: Sequence[pa.DictionaryArray], order: np.ndarray, ends: Sequence[int]) -> list[str]:
    """Return the digest of each slice, whose lines end at these positions of `order`."""
    codes = [codes_of(column) for column in columns]
    words = [pa.concat_arrays([c.dictionary, pa.array([_ABSENT], c.dictionary.type)]) for c in columns]
    words[-1] = pc.binary_join_element_wise(words[-1], _AFTER, "")
    digests: list[str] = []
    digest = hashlib.sha256()
    for done in range(0, len(order), _AT_ONCE):
        rows = order[done : done + _AT_ONCE]
        lines = _joined([pc.take(w, pa.array(c[rows])) for w, c in zip(words, codes, strict=True)])
        _, bounds, data = lines.buffers()
        at, signs = np.frombuffer(bounds, np.int32), memoryview(data)
        begin = 0
        while len(digests) < len(ends) and ends[len(digests)] <= done + len(rows):
            end = ends[len(digests)] - done
            # What stands between two lines does not stand after the last.
            digest.update(signs[at[begin] : at[end] - 1])
            digests.append(digest.hexdigest())
            digest, begin = hashlib.sha256(), end
        digest.update(signs[at[begin] : at[len(rows)]])
    return digests


def _joined(texts: Sequence[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*texts, _BETWEEN) if len(texts) > 1 else texts[0]
