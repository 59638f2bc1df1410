"""Codes that a return counts together (« 72-73 »): how they are written, and that none of them is counted twice."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.refusal import MAX_SHOWN, Defect, quote
from pipelines.catalogue.model import Catalogue, Column, Layout, SourceTable
from pipelines.reading.received import Records

_JOINT = re.compile(r" {0,3}(?:[-‐-―/+,;]|\bet\b) {0,3}")


def spelled_groups(column: Column, values: pa.Array, catalogue: Catalogue) -> pa.Array:
    """Write `72 - 73`, `72/73` and `72 et 73` as `72-73`, when that is a group of the list."""
    groups = catalogue.groups(column)
    return pa.array([_spelled(v, groups) for v in values.to_pylist()], pa.string()) if groups else values


def _spelled(value: str | None, groups: dict[str, tuple[str, ...]]) -> str | None:
    joined = value and "-".join(_JOINT.split(value))
    return joined if joined in groups else value


def expanded(column: Column, codes: pa.DictionaryArray, catalogue: Catalogue) -> tuple[pa.DictionaryArray, pa.Array]:
    """Return (codes with each group replaced by its own, the row of each): what a list must hold is counted so."""
    groups = catalogue.groups(column)
    members = [groups.get(code, (code,)) for code in codes.dictionary.to_pylist()]
    if not groups or all(len(m) == 1 for m in members):
        return codes, pa.array(np.arange(len(codes)))
    rows = [(i, m) for i, at in enumerate(codes.indices.to_pylist()) for m in ((None,) if at is None else members[at])]
    return pc.dictionary_encode(pa.array([m for _, m in rows], pa.string())), pa.array([i for i, _ in rows], pa.int64())


def check_groups(
    records: Records, layout: Layout, table: SourceTable, columns: dict[str, pa.DictionaryArray], catalogue: Catalogue
) -> list[Defect]:
    """Return a defect for each group one code of which stands on another line of the same slice."""
    defects: list[Defect] = []
    for column in (c for c in layout.columns if c.groups and c.name in columns):
        groups = catalogue.groups(column)
        codes = columns[column.name].to_pylist()
        if not any(code in groups for code in codes):
            continue
        keys = [
            columns[n].to_pylist() for part in table.keys for n in part.columns if n in columns and n != column.name
        ]
        owners = [records.owners.to_pylist()] if records.owners is not None else []
        seen: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
        for code, line, *key in zip(codes, records.lines.to_pylist(), *keys, *owners, strict=True):
            for member in groups.get(code, (code,)):
                seen[(*key, member)].append((code, line))
        for (*_, member), mentions in seen.items():
            if len(mentions) > 1 and len(defects) < MAX_SHOWN:
                defects.append(_counted_twice(records, column, layout, member, mentions))
    return defects


def _counted_twice(
    records: Records, column: Column, layout: Layout, member: str, mentions: list[tuple[str, int]]
) -> Defect:
    (code, line), (other, second) = mentions[:2]
    return Defect(
        "code_deux_fois",
        f"{quote(member)} est compté deux fois : dans {quote(code)} (ligne {line}) et dans {quote(other)}",
        "ne garder que le groupe, ou que ses index un à un",
        feuille=records.sheet,
        ligne=second,
        colonne=records.place(column, layout),
    )
