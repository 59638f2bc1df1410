"""What the records of a table must be together: dates that exist, keys once, whole lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import codes_of, combined, text
from pipelines.base.refusal import MAX_SHOWN, Defect
from pipelines.base.wording import plural
from pipelines.catalogue.model import Catalogue, Layout, Part, SourceTable
from pipelines.personal.quotable import shown
from pipelines.reading.groups import expanded
from pipelines.reading.received import Records, each
from pipelines.reading.slices import known_period, slice_columns
from pipelines.reading.verdict import Slice

_FEW = 10


def check_dates(
    records: Records, layout: Layout, parts: Sequence[Part], columns: dict[str, pa.DictionaryArray]
) -> list[Defect]:
    """Return a defect for each day that its month has not."""
    if not all(any(n in columns for n in part.columns) for part in parts):
        return []
    written = slice_columns(tuple(parts), columns, len(records.lines), "-")
    known = [_exists(day) for day in written.dictionary.to_pylist()]
    wrong = pc.invert(pc.fill_null(pc.take(pa.array(known, pa.bool_()), written.indices), True))
    if not pc.any(wrong).as_py():
        return []
    day = next(c for c in layout.columns if c.name in parts[-1].columns)
    shown = pc.take(pa.array([_in_french(d) for d in written.dictionary.to_pylist()], pa.string()), written.indices)
    return each(records, wrong, records.place(day, layout), "date_impossible", "n'est pas une date",
                 "redéposer le fichier tel que le producteur l'a publié, ou lui signaler cette ligne", shown,
                 "un jour qui existe dans ce mois")  # fmt: skip


def _exists(date: str | None) -> bool | None:
    if date is None:
        return None
    try:
        year, month, day = map(int, date.split("-"))
        return bool(dt.date(year, month, day))
    except ValueError:
        return False


def _in_french(date: str | None) -> str | None:
    return date and "/".join(reversed(date.split("-")))


def check_decimals(records: Records, layout: Layout, columns: dict[str, pa.DictionaryArray]) -> list[Defect]:
    """Return a defect for each number with more decimals than its unit takes: a count takes none."""
    defects = []
    for column in (c for c in layout.columns if c.decimals is not None and c.name in columns):
        values = pc.cast(columns[column.name], pa.string())
        after = pc.utf8_length(pc.replace_substring_regex(values, r"^-?[0-9]+(?:\.([0-9]*?)0*)?$", r"\1"))
        most = pa.scalar(column.decimals, pa.int32())
        if column.decimals_by:
            codes = pc.cast(columns[column.decimals_by], pa.string())
            positions = pc.index_in(codes, value_set=pa.array([value for value, _ in column.decimals_of], pa.string()))
            allowed = pc.take(pa.array([n for _, n in column.decimals_of], pa.int32()), positions)
            most = pc.fill_null(allowed, column.decimals)
        wrong = pc.fill_null(pc.greater(after, most), False)
        if pc.any(wrong).as_py():
            place = records.place(column, layout)
            limits = most.filter(wrong).to_pylist() if column.decimals_by else [column.decimals] * len(values)
            for line, text, n in zip(
                records.lines.filter(wrong).to_pylist(), values.filter(wrong).to_pylist(), limits, strict=False
            ):
                reason = "et ce qui se compte n'en a pas" if n == 0 else f"et {plural(n, 'décimale')} au plus suffisent"
                written = "un nombre entier" if n == 0 else f"un nombre avec {plural(n, 'décimale')} au plus"
                remedy = "récrire le nombre"
                if len(text.partition(".")[2]) == 3:
                    whole = text.replace(".", "")
                    written, remedy = f"{written} ({whole} ?)", f"récrire le nombre : {whole} si c'est lui"
                french = text.replace(".", ",")
                defects.append(
                    Defect("decimales", f"« {french} » a des décimales, {reason}", remedy, records.sheet, line, place,
                           written)
                )  # fmt: skip
    return defects


def check_doubles(records: Records, table: SourceTable, columns: dict[str, pa.DictionaryArray]) -> list[Defect]:
    """Return a defect for each record whose keys stand above it already."""
    names = [next(n for n in part.columns if n in columns) for part in table.keys]
    if not names:
        return []
    whole = combined([columns[n] for n in names], records.owners, len(records.lines))
    in_order = np.sort(whole)
    if (in_order[1:] != in_order[:-1]).all():
        return []
    filled = [text(columns[n], "") for n in names]
    if records.owners is not None:
        filled.append(pc.cast(records.owners, pa.string()))
    key = pc.binary_join_element_wise(*filled, " / ") if len(filled) > 1 else filled[0]
    order = pa.table({"key": key, "ligne": records.lines}).sort_by([("key", "ascending"), ("ligne", "ascending")])
    keys, lines = order["key"].to_pylist(), order["ligne"].to_pylist()
    defects: list[Defect] = []
    for i in range(1, len(keys)):
        if keys[i] == keys[i - 1] and len(defects) < MAX_SHOWN:
            defects.append(
                Defect(
                    "cle_en_double",
                    f"{shown(keys[i])} figure deux fois (déjà à la ligne {lines[i - 1]})",
                    "retirer la ligne en trop",
                    feuille=records.sheet,
                    ligne=lines[i],
                )
            )
    return defects


def check_slices(records: Records, tranche: pa.DictionaryArray, slices: list[Slice]) -> list[Defect]:
    """Return a defect for each slice whose period is none, where its first record is."""
    defects = []
    for s in slices:
        if not known_period(s.periode):
            first = pc.index(text(tranche, ""), s.tranche).as_py()
            defects.append(
                Defect(
                    "periode_illisible",
                    f"{shown(s.periode)} n'est pas une période",
                    "corriger les colonnes qui la donnent",
                    feuille=records.sheet,
                    ligne=records.lines[first].as_py(),
                    attendu="2019, 2019-T1 ou 2019-03",
                )
            )
    return defects[:MAX_SHOWN]


def check_complete(
    records: Records,
    layout: Layout,
    name: str,
    columns: dict[str, pa.DictionaryArray],
    tranche: pa.DictionaryArray,
    catalogue: Catalogue,
) -> list[tuple[int, str, Defect]]:
    """Return (file, slice, defect) of each slice that lacks a code of a list that must be whole: what is not written is
    not known to be 0.
    """
    column = next(c for c in layout.columns if c.name == name)
    codes, rows = expanded(column, columns[name], catalogue)
    owners = pa.nulls(len(tranche), pa.int32()).fill_null(0) if records.owners is None else records.owners
    tranche, owners, lines = pc.take(tranche, rows), pc.take(owners, rows), pc.take(records.lines, rows)
    expected = set(catalogue.codes(column.code_list)) if column.code_list else set(column.choices)
    slices = combined([tranche], owners, len(tranche))
    wanted = np.append(np.isin(codes.dictionary.to_pylist(), sorted(expected)), False)[codes_of(codes)]
    held = pc.unique(pa.array(combined([tranche, codes], owners, len(tranche))[wanted])).to_numpy()
    whole, counts = np.unique(held // (len(codes.dictionary) + 1), return_counts=True)
    partial = np.isin(slices, whole[counts == len(expected)], invert=True)
    if not partial.any():
        return []
    kept = pa.array(partial)
    held = (
        pa.table({"fichier": owners, "tranche": text(tranche, ""), "code": text(codes, ""), "ligne": lines})
        .filter(kept)
        .group_by(["fichier", "tranche"], use_threads=False)
        .aggregate([("code", "distinct"), ("ligne", "min"), ("ligne", "count")])
    )
    defects = []
    for row in held.to_pylist():
        missing = sorted(expected - set(row["code_distinct"]), key=lambda c: (len(c), c))
        if missing:
            more = "…" if len(missing) > MAX_SHOWN else ""
            defect = Defect(
                "code_absent",
                f"il manque {plural(len(missing), 'valeur')} de « {name} » pour "
                f"{row['tranche'].replace('|', ' ')} : {', '.join(missing[:MAX_SHOWN])}{more}",
                "redéposer un fichier qui les porte toutes, avec une cellule vide là où le nombre n'est pas connu",
                feuille=records.sheet,
                # A line or two alone in a period were meant for another: say where they stand.
                ligne=row["ligne_min"] if row["ligne_count"] * _FEW < len(expected) else None,
                attendu=f"{len(expected)} lignes",
            )
            defects.append((row["fichier"], row["tranche"], defect))
    return defects
