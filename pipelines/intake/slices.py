"""Which slice each row belongs to, which period the slice answers for, and which vintage it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.intake.catalogue import Layout, Part, SourceTable
from pipelines.intake.periods import Period
from pipelines.intake.refusal import Defect, Refused

# A table that a delivery replaces as a whole has one slice.
WHOLE = "ensemble"


@dataclass
class Slice:
    """What one delivery brings to one slice of one table."""

    source: str
    table: str
    tranche: str
    periode: str
    edition: str
    layout: str
    feuille: str
    lignes: int
    cellules: int
    vides: int
    empreinte: str


def text_of(parts: tuple[Part, ...], values: dict[str, str]) -> str:
    """The name of a slice from single values: `2019`, `46|gendarmerie|CGD CAHORS|2019|03`."""
    return "|".join(_one(part, values) for part in parts) or WHOLE


def period_of(parts: tuple[Part, ...], values: dict[str, str]) -> str:
    """`2019`, `2019-T1`, `2019-03`, or nothing for a slice that answers for every period."""
    return "-".join(_one(part, values) for part in parts)


def _one(part: Part, values: dict[str, str]) -> str:
    name = next(n for n in part.columns if n in values)
    value = values[name][: part.length] if part.length else values[name]
    return _prefix(name) + value


def _prefix(name: str) -> str:
    return "20" if name.endswith("_2") else "T" if name == "trimestre" else ""


def slice_columns(parts: tuple[Part, ...], columns: dict[str, pa.Array], rows: int, joint: str = "|") -> pa.Array:
    """The same for whole columns: one text a row."""
    pieces = []
    for part in parts:
        name = next(n for n in part.columns if n in columns)
        piece = columns[name]
        if part.length:
            piece = pc.utf8_slice_codeunits(piece, 0, part.length)
        if prefix := _prefix(name):
            piece = pc.binary_join_element_wise(pa.scalar(prefix), piece, "")
        pieces.append(piece)
    if not pieces:
        return pa.array([WHOLE if joint == "|" else ""] * rows, pa.string())
    return pieces[0] if len(pieces) == 1 else pc.binary_join_element_wise(*pieces, joint)


def slices_of(
    sheet: str | None, layout: Layout, table: SourceTable, columns: dict[str, pa.Array], tranche: pa.Array
) -> list[Slice]:
    """One Slice a distinct value of `tranche`; raises Refused when a slice carries two editions."""
    rows = len(tranche)
    names = sorted(columns)
    filled = [pc.fill_null(columns[n], "\x00") for n in names]
    line = pc.binary_join_element_wise(*filled, "\x1f") if len(filled) > 1 else filled[0]
    held = pa.table(
        {
            "tranche": tranche,
            "periode": slice_columns(table.period_parts, columns, rows, "-"),
            "edition": columns["edition"] if "edition" in columns else pa.array([""] * rows, pa.string()),
            "ligne": line,
        }
    )
    measured = [c.name for c in layout.columns if c.type in {"nombre", "decimal"} and c.name in columns]
    empty = [columns[m].is_null() for m in measured]
    held = held.append_column("vides", _sum(empty, rows)).sort_by([("tranche", "ascending"), ("ligne", "ascending")])
    slices = []
    values, counts = _runs(held["tranche"].combine_chunks())
    start = 0
    for value, count in zip(values, counts, strict=True):
        part = held.slice(start, count)
        start += count
        editions = pc.unique(part["edition"]).to_pylist()
        if len(editions) > 1:
            raise Refused([_two_editions(sheet, value, editions)])
        digest = hashlib.sha256("\x1e".join(part["ligne"].to_pylist()).encode())
        empties = pc.sum(part["vides"]).as_py()
        slices.append(
            Slice(
                source=layout.source,
                table=layout.table,
                tranche=value,
                periode=part["periode"][0].as_py(),
                edition=editions[0],
                layout=layout.name,
                feuille=sheet or "",
                lignes=count,
                cellules=count * len(measured) - empties,
                vides=empties,
                empreinte=digest.hexdigest(),
            )
        )
    return slices


def date_editions(slices: list[Slice], tables: dict[tuple[str, str], SourceTable], last_period: dict) -> None:
    """A file that carries no edition is dated by the last slice, or the last period, that it holds."""
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
        elif rule not in {"colonne", "aucune"}:
            raise ValueError(f"sources/{s.source}/source.yml: unknown edition rule {rule!r}")


def _sum(masks: list[pa.Array], rows: int) -> pa.Array:
    total = pa.nulls(rows, pa.int64()).fill_null(0)
    for mask in masks:
        total = pc.add(total, pc.cast(mask, pa.int64()))
    return total


def _runs(values: pa.Array) -> tuple[list[str], list[int]]:
    encoded = pc.run_end_encode(values)
    ends = [int(e) for e in encoded.run_ends.to_pylist()]
    return encoded.values.to_pylist(), [b - a for a, b in zip([0, *ends], ends, strict=False)]


def _two_editions(sheet: str | None, tranche: str, editions: list[str]) -> Defect:
    return Defect(
        "deux_editions",
        f"la tranche {tranche} porte deux éditions ({', '.join(editions)}) dans le même fichier",
        "n'écrire qu'un numéro d'édition par période",
        feuille=sheet,
        attendu="une seule édition",
    )


def known_period(text: str) -> bool:
    """Whether the text is a period; an empty one is a slice that answers for every period."""
    if not text:
        return True
    try:
        Period.read(text)
    except ValueError:
        return False
    return True
