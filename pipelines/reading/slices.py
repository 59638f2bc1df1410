"""Which slice each row belongs to, which period the slice answers for, and which vintage it is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import at, coded, combined, repeated
from pipelines.base.periods import Period
from pipelines.base.refusal import Defect, Refused
from pipelines.catalogue.model import Layout, Part, SourceTable
from pipelines.reading.fingerprints import fingerprints
from pipelines.reading.verdict import Slice

# A table that a delivery replaces as a whole has one slice.
WHOLE = "ensemble"


def text_of(parts: tuple[Part, ...], values: dict[str, str]) -> str:
    """Name a slice from single values: `2019`, `46|gendarmerie|CGD CAHORS|2019|03`."""
    return "|".join(_one(part, values) for part in parts) or WHOLE


def period_of(parts: tuple[Part, ...], values: dict[str, str]) -> str:
    """Name the period, `2019`, `2019-T1`, `2019-03`; nothing for a slice that answers for every period."""
    return "-".join(_one(part, values) for part in parts)


def _one(part: Part, values: dict[str, str]) -> str:
    name = next(n for n in part.columns if n in values)
    value = values[name][: part.length] if part.length else values[name]
    return _prefix(name) + (value.zfill(2) if name.endswith("_2") else value)


def _prefix(name: str) -> str:
    return "20" if name.endswith("_2") else "T" if name == "trimestre" else ""


def slice_columns(
    parts: tuple[Part, ...], columns: dict[str, pa.DictionaryArray], rows: int, joint: str = "|"
) -> pa.DictionaryArray:
    """Name the slices of whole columns: one text a row, made once for each combination."""
    names = [next(n for n in part.columns if n in columns) for part in parts]
    if not names:
        return repeated(WHOLE if joint == "|" else "", rows)
    pieces = [_piece(part, name, columns[name]) for part, name in zip(parts, names, strict=True)]
    if len(pieces) == 1:
        return pieces[0]
    each = pc.dictionary_encode(pa.array(combined(pieces, None, rows)))
    codes = each.indices.to_numpy()
    example = np.empty(len(each.dictionary), np.int64)
    example[codes[::-1]] = np.arange(rows)[::-1]
    places = pa.array(example)
    texts = coded(pc.binary_join_element_wise(*(pc.take(p, places).dictionary_decode() for p in pieces), joint))
    return pa.DictionaryArray.from_arrays(pc.take(texts.indices, each.indices), texts.dictionary)


def _piece(part: Part, name: str, column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Write what a column says of a slice, once for each of its values: a number of many is of few years."""
    values = column.dictionary
    if part.length:
        values = pc.utf8_slice_codeunits(values, 0, part.length)
    if name.endswith("_2"):
        values = pc.utf8_lpad(values, 2, "0")
    if prefix := _prefix(name):
        values = pc.binary_join_element_wise(pa.scalar(prefix), values, "")
    return column if values is column.dictionary else at(values, column.indices)


def slices_of(
    sheet: str | None,
    layout: Layout,
    table: SourceTable,
    columns: dict[str, pa.DictionaryArray],
    tranche: pa.DictionaryArray,
    owners: pa.Array | None = None,
    lines: pa.Array | None = None,
) -> list[tuple[int, Slice]]:
    """Return (owner, Slice) for each value of `tranche` of each owner, in this order; `owners` is None for one file.

    `lines` says where each row stands. Raises Refused when a slice carries two editions.
    """
    rows = len(tranche)
    if not rows:
        return []
    periods = slice_columns(table.period_parts, columns, rows, "-")
    editions = columns["edition"] if "edition" in columns else repeated("", rows)
    measured = [c.name for c in layout.at("colonne") if c.name in columns]
    empty = sum((columns[m].is_null().to_numpy(zero_copy_only=False) for m in measured), np.zeros(rows, np.int64))

    order, starts = _groups(tranche, owners)
    sizes = np.diff(starts, append=rows)
    numbers = np.empty(rows, np.int64)
    numbers[order] = np.repeat(np.arange(len(starts)), sizes)
    prints = fingerprints(columns, numbers, sizes)
    codes = editions.indices.fill_null(-1).to_numpy(zero_copy_only=False)[order]
    of_owner = np.zeros(rows, np.int64) if owners is None else owners.to_numpy()[order]
    empties = np.add.reduceat(empty[order], starts)
    slices = []
    for i, (start, size, part) in enumerate(zip(starts.tolist(), sizes.tolist(), prints, strict=True)):
        name = tranche[int(order[start])].as_py()
        end = start + size
        # A number that is written once holds for all the lines that leave it out.
        stated = sorted({editions.dictionary[c].as_py() for c in np.unique(codes[start:end]).tolist() if c >= 0})
        if len(stated) > 1:
            written = np.flatnonzero(codes[start:end] >= 0)
            other = start + int(written[np.flatnonzero(codes[start:end][written] != codes[start + written[0]])[0]])
            where = None if lines is None else lines[int(order[other])].as_py()
            raise Refused(_two_editions(sheet, name, stated, where))
        slices.append(
            (
                int(of_owner[start]),
                Slice(
                    source=layout.source,
                    table=layout.table,
                    tranche=name,
                    periode=periods[part.first].as_py(),
                    edition=stated[0] if stated else "",
                    layout=layout.name,
                    feuille=sheet or "",
                    lignes=size,
                    cellules=size * len(measured) - int(empties[i]),
                    vides=int(empties[i]),
                    empreinte=part.digest,
                ),
            )
        )
    return sorted(slices, key=lambda s: (s[0], s[1].tranche))


def _groups(tranche: pa.DictionaryArray, owners: pa.Array | None) -> tuple[np.ndarray, np.ndarray]:
    """Return (an order that brings the rows of each slice together, where each slice starts in it)."""
    key = combined([tranche], owners, len(tranche))
    order = np.argsort(key, kind="stable")
    return order, np.flatnonzero(np.diff(key[order], prepend=-1))


def date_editions(
    slices: list[Slice], tables: dict[tuple[str, str], SourceTable], last_period: dict[tuple[str, str], str]
) -> None:
    """Date a file that carries no edition by the last slice, or the last period, that it holds."""
    last: dict[tuple[str, str], str] = {}
    for s in slices:
        key = (s.source, s.table)
        last[key] = max(last.get(key, ""), s.periode or s.tranche)
    for s in slices:
        rule = tables[s.source, s.table].edition
        if rule == "derniere_tranche":
            s.edition = last[s.source, s.table]
        elif rule == "derniere_periode":
            s.edition = last_period[s.source, s.table]
        elif rule not in {"colonne", "aucune", "nom"}:
            raise ValueError(f"sources/{s.source}/source.yml: unknown edition rule {rule!r}")


def _two_editions(sheet: str | None, tranche: str, editions: list[str], line: int | None) -> Defect:
    return Defect(
        "deux_editions",
        f"la tranche {tranche} porte deux éditions ({', '.join(editions)}) dans le même fichier",
        "n'écrire qu'un numéro d'édition par période",
        feuille=sheet,
        ligne=line,
    )


def known_period(text: str) -> bool:
    """Tell whether the text is a period; an empty one is a slice that answers for every period."""
    if not text:
        return True
    try:
        Period.read(text)
    except ValueError:
        return False
    return True
