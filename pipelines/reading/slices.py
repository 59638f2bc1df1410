"""Which slice each row belongs to, which period the slice answers for, and which vintage it is."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import coded, combined, text
from pipelines.base.periods import Period
from pipelines.base.refusal import Defect, Refused
from pipelines.catalogue.model import Layout, Part, SourceTable
from pipelines.reading.verdict import Slice

# A table that a delivery replaces as a whole has one slice.
WHOLE = "ensemble"
_AT_ONCE = 10_000
# Beyond so many rows, their texts are made slice by slice: all of them would not fit in the memory of a reading.
_JOINED_AT_ONCE = 200_000


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
        return coded(pa.array([WHOLE if joint == "|" else ""] * rows, pa.string()))
    each = pc.dictionary_encode(pa.array(combined([columns[n] for n in names], None, rows)))
    codes = each.indices.to_numpy()
    example = np.empty(len(each.dictionary), np.int64)
    example[codes[::-1]] = np.arange(rows)[::-1]
    pieces = []
    for part, name in zip(parts, names, strict=True):
        piece = pc.take(columns[name], pa.array(example)).dictionary_decode()
        if part.length:
            piece = pc.utf8_slice_codeunits(piece, 0, part.length)
        if name.endswith("_2"):
            piece = pc.utf8_lpad(piece, 2, "0")
        if prefix := _prefix(name):
            piece = pc.binary_join_element_wise(pa.scalar(prefix), piece, "")
        pieces.append(piece)
    texts = coded(pieces[0] if len(pieces) == 1 else pc.binary_join_element_wise(*pieces, joint))
    return pa.DictionaryArray.from_arrays(pc.take(texts.indices, each.indices), texts.dictionary)


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
    editions = columns["edition"] if "edition" in columns else coded(pa.array([""] * rows, pa.string()))
    measured = [c.name for c in layout.at("colonne") if c.name in columns]
    empty = sum((columns[m].is_null().to_numpy(zero_copy_only=False) for m in measured), np.zeros(rows, np.int64))

    order, starts = _groups(tranche, owners)
    if not np.array_equal(order, np.arange(rows)):
        places = pa.array(order)
        periods, tranche = periods.take(places), tranche.take(places)
        columns = {name: column.take(places) for name, column in columns.items()}
    whole = _joined(columns, 0, rows) if rows <= _JOINED_AT_ONCE else None
    codes = editions.indices.fill_null(-1).to_numpy(zero_copy_only=False)[order]
    of_owner = np.zeros(rows, np.int64) if owners is None else owners.to_numpy()[order]
    ends = [*starts[1:], rows]
    empties = np.add.reduceat(empty[order], starts)
    slices = []
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        name = tranche[int(start)].as_py()
        # A number that is written once holds for all the lines that leave it out.
        stated = sorted({editions.dictionary[c].as_py() for c in set(codes[start:end].tolist()) if c >= 0})
        if len(stated) > 1:
            written = np.flatnonzero(codes[start:end] >= 0)
            other = start + int(written[np.flatnonzero(codes[start:end][written] != codes[start + written[0]])[0]])
            where = None if lines is None else lines[int(order[other])].as_py()
            raise Refused(_two_editions(sheet, name, stated, where))
        part = _Lines(_joined(columns, start, end) if whole is None else whole.slice(start, end - start))
        slices.append(
            (
                int(of_owner[start]),
                Slice(
                    source=layout.source,
                    table=layout.table,
                    tranche=name,
                    periode=periods[int(start) + part.first].as_py(),
                    edition=stated[0] if stated else "",
                    layout=layout.name,
                    feuille=sheet or "",
                    lignes=int(end - start),
                    cellules=int(end - start) * len(measured) - int(empties[i]),
                    vides=int(empties[i]),
                    empreinte=part.digest,
                ),
            )
        )
    return sorted(slices, key=lambda s: (s[0], s[1].tranche))


def _joined(columns: dict[str, pa.DictionaryArray], start: int, end: int) -> pa.Array:
    """Make one text a row, of all its columns in the order of their names."""
    filled = [text(columns[n].slice(start, end - start), "\x00") for n in sorted(columns)]
    return pc.binary_join_element_wise(*filled, "\x1f") if len(filled) > 1 else filled[0]


class _Lines:
    """The lines of a slice in their order: `digest`, SHA-256 of all of them, and the position of the `first`."""

    def __init__(self, lines: pa.Array) -> None:
        digest = hashlib.sha256()
        if len(lines) <= _AT_ONCE:
            # A few hundred strings are sorted faster by Python than by a kernel that has to be set up for them.
            texts = lines.to_pylist()
            order = sorted(texts)
            self.first = texts.index(order[0])
            digest.update("\x1e".join(order).encode())
        else:
            places = pc.sort_indices(lines)
            self.first = places[0].as_py()
            for at in range(0, len(lines), _AT_ONCE):
                part = pc.take(lines, places.slice(at, _AT_ONCE)).to_pylist()
                digest.update(("\x1e" * bool(at) + "\x1e".join(part)).encode())
        self.digest = digest.hexdigest()


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
