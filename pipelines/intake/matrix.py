"""A sheet in which rows and columns both carry keys and each crossing is one value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.intake.catalogue import Catalogue, Column, code_list, code_table
from pipelines.intake.recognise import Grid, Match, cell, text
from pipelines.intake.refusal import MAX_SHOWN, Defect, Refused, column_letter, quote


@dataclass(frozen=True)
class SheetRows:
    """Canonical rows of one sheet: one row a crossing, empty crossings included, values as text."""

    rows: pa.Table
    slice: str
    cells: int
    empty: int
    digest: str


def read_matrix(sheet: str, grid: Grid, match: Match, catalogue: Catalogue) -> SheetRows:
    """Rows (feuille, ligne, colonne, then the layout's canonical columns) of a recognised sheet.

    Raises Refused with every defect found: a key missing, unknown, doubled or absent from a complete list,
    a cell that is not a count (a natural number).
    """
    layout = match.layout
    source = catalogue.source(layout.source)
    first_row, first_column = match.row + layout.header_rows(), match.column + layout.left_columns()
    body = [r for r in range(first_row, len(grid)) if any(text(v) for v in grid[r][match.column :])]
    width = max((len(grid[r]) for r in body), default=0)
    columns = [
        c
        for c in range(first_column, width)
        if any(cell(grid, match.row + k.row - 1, c) for k in layout.at("entete")) or any(text(grid[r][c]) for r in body)
    ]
    defects: list[Defect] = []
    heads = {k.name: [cell(grid, match.row + k.row - 1, c) for c in columns] for k in layout.at("entete")}
    lefts = {k.name: [cell(grid, r, match.column + k.position - 1) for r in body] for k in layout.at("gauche")}

    def head_place(column: Column, i: int) -> tuple[int, str]:
        return match.row + column.row, column_letter(columns[i] + 1)

    def left_place(column: Column, i: int) -> tuple[int, str]:
        return body[i] + 1, column_letter(match.column + column.position)

    for k in layout.at("entete"):
        defects += _check_keys(sheet, k, heads[k.name], lambda i, k=k: head_place(k, i))
    for k in layout.at("gauche"):
        defects += _check_keys(sheet, k, lefts[k.name], lambda i, k=k: left_place(k, i))
    identity = [k for k in layout.at("gauche") if k.name in source.keys]
    defects += _doubled(sheet, layout.at("entete"), heads, lambda i: head_place(layout.at("entete")[-1], i))
    defects += _doubled(sheet, identity, lefts, lambda i: left_place(identity[0], i))
    if not defects:
        defects += _check_crosswalks(
            sheet, source, match.captured, heads, lambda i: head_place(layout.at("entete")[-1], i)
        )

    values, bad = _counts(sheet, grid, body, columns)
    defects += bad
    if not body or not columns:
        defects.append(
            Defect(
                "feuille_sans_valeur",
                "la feuille porte ses en-têtes mais aucune valeur",
                "redéposer le fichier complet",
                feuille=sheet,
            )
        )
    if defects:
        raise Refused(defects)
    return _rows(sheet, match, source.slice_column, body, columns, heads, lefts, values)


def _check_keys(sheet, column, keys, place) -> list[Defect]:
    known = set(code_list(column.code_list)) if column.code_list else None
    defects = []
    for i, key in enumerate(keys):
        row, letter = place(i)
        if not key:
            defects.append(
                Defect(
                    "cle_vide",
                    f"la cellule qui doit porter « {column.name} » est vide alors que sa ligne ou sa colonne a des valeurs",
                    "remplir la cellule (défusionner les cellules fusionnées) ou retirer les valeurs",
                    feuille=sheet,
                    ligne=row,
                    colonne=letter,
                )
            )
        elif known is not None and key not in known:
            defects.append(
                Defect(
                    "code_inconnu",
                    f"{quote(key)} n'est pas un code connu de « {column.name} »",
                    "corriger le code (écrit en texte, zéro initial compris), retirer la ligne ou la colonne de total ; "
                    f"si le code est nouveau, l'ajouter à {column.code_list.split('.')[0]}.csv",
                    feuille=sheet,
                    ligne=row,
                    colonne=letter,
                )
            )
    if column.coverage == "complete" and known is not None:
        missing = sorted(known - set(keys), key=lambda c: (len(c), c))
        if missing:
            shown = ", ".join(missing[:MAX_SHOWN])
            defects.append(
                Defect(
                    "code_absent",
                    f"il manque {len(missing)} code(s) de « {column.name} » : {shown}",
                    "redéposer un fichier qui les porte tous, avec une cellule vide là où la valeur n'est pas connue",
                    feuille=sheet,
                    attendu=f"les {len(known)} codes de {column.code_list.split('.')[0]}.csv",
                )
            )
    return defects


def _doubled(sheet, columns, keys, place) -> list[Defect]:
    seen: dict[tuple[str, ...], int] = {}
    defects = []
    for i, key in enumerate(zip(*(keys[k.name] for k in columns), strict=True)):
        if key in seen:
            row, letter = place(i)
            before = place(seen[key])
            defects.append(
                Defect(
                    "cle_en_double",
                    f"{quote(' / '.join(key))} figure deux fois (déjà ligne {before[0]}, colonne {before[1]})",
                    "retirer la ligne ou la colonne en trop",
                    feuille=sheet,
                    ligne=row,
                    colonne=letter,
                )
            )
        seen.setdefault(key, i)
    return defects


def _check_crosswalks(sheet, source, captured, heads, place) -> list[Defect]:
    defects = []
    for walk in source.crosswalks:
        listed = [
            row
            for row in code_table(walk.code_list)
            if all(row[k] == v for k, v in walk.constants.items())
            and (row["valide_de"] or "0")[:4] <= captured.get("annee", "9") <= (row["valide_a"] or "9999")[:4]
        ]
        known = {tuple(row[k] for k in walk.keys) for row in listed}
        scope = {row[walk.scope] for row in listed}
        received = zip(*(heads[v] for v in walk.keys.values()), strict=True)
        scope_position = list(walk.keys).index(walk.scope)
        for i, key in enumerate(received):
            if key[scope_position] in scope and key not in known:
                row, letter = place(i)
                defects.append(
                    Defect(
                        "service_inconnu",
                        f"{quote(' / '.join(key))} n'est pas dans la liste {walk.code_list}.csv",
                        f"vérifier le nom ; si le service est nouveau ou renommé, ajouter une ligne à "
                        f"dbt_project/seeds/reference/{walk.code_list}.csv, puis relancer vigie load",
                        feuille=sheet,
                        ligne=row,
                        colonne=letter,
                        attendu="un de : "
                        + ", ".join(sorted(k[-1] for k in known if k[scope_position] == key[scope_position])),
                    )
                )
    return defects


def _counts(sheet: str, grid: Grid, body: list[int], columns: list[int]) -> tuple[pa.Array, list[Defect]]:
    """Every crossing row by row as int64 with nulls, and a defect for each cell that is not a natural number."""
    chunks, defects = [], []
    contiguous = columns == list(range(columns[0], columns[-1] + 1)) if columns else False
    for r in body:
        line = grid[r][columns[0] : columns[-1] + 1] if contiguous else [grid[r][c] for c in columns]
        try:
            numbers = pa.array([None if v == "" else v for v in line], pa.float64())
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
            numbers, bad = _one_by_one(sheet, r, columns, line)
            defects += bad
        off = pc.or_(pc.not_equal(numbers, pc.floor(numbers)), pc.less(numbers, 0))
        if pc.any(off).as_py():
            for i, is_off in enumerate(off.to_pylist()):
                if is_off:
                    defects.append(_not_a_count(sheet, r, columns[i], line[i]))
            continue
        chunks.append(numbers.cast(pa.int64()))
    return pa.chunked_array(chunks, pa.int64()).combine_chunks(), defects


def _one_by_one(sheet, row, columns, line) -> tuple[pa.Array, list[Defect]]:
    numbers, defects = [], []
    for c, value in zip(columns, line, strict=True):
        # A number stored as text, with the spaces of French thousands, is still that number.
        compact = "".join(text(value).split())
        if value is None or compact == "":
            numbers.append(None)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            numbers.append(float(value))
        elif compact.isdecimal() and len(compact) < 16:
            numbers.append(float(compact))
        else:
            numbers.append(None)
            defects.append(_not_a_count(sheet, row, c, value))
    return pa.array(numbers, pa.float64()), defects


def _not_a_count(sheet: str, row: int, column: int, value: object) -> Defect:
    return Defect(
        "valeur_illisible",
        f"{quote(text(value))} n'est pas un nombre de faits",
        "écrire un nombre entier, ou laisser la cellule vide si la valeur n'est pas connue (jamais 0 à sa place)",
        feuille=sheet,
        ligne=row + 1,
        colonne=column_letter(column + 1),
        attendu="un nombre entier positif ou nul",
    )


def _rows(sheet, match, slice_column, body, columns, heads, lefts, values) -> SheetRows:
    layout = match.layout
    n_rows, n_columns = len(body), len(columns)
    across = pa.array(list(range(n_columns)) * n_rows, pa.int32())
    down = pa.array([i for i in range(n_rows) for _ in range(n_columns)], pa.int32())

    def spread(keys: list[str], index: pa.Array) -> pa.Array:
        return pa.DictionaryArray.from_arrays(index, pa.array(keys, pa.string()))

    def same(value: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.nulls(len(values), pa.int32()).fill_null(0), pa.array([value]))

    slice_value = match.captured[slice_column]
    table: dict[str, pa.Array] = {
        "tranche": same(slice_value),
        "feuille": same(sheet),
        "ligne": pa.array([r + 1 for r in body for _ in range(n_columns)], pa.int32()),
        "colonne": spread([column_letter(c + 1) for c in columns], across),
    }
    for k in layout.columns:
        if k.place in {"titre", "feuille"}:
            table[k.name] = same(match.captured[k.name])
        elif k.place == "entete":
            table[k.name] = spread(heads[k.name], across)
        elif k.place == "gauche":
            table[k.name] = spread(lefts[k.name], down)
        else:
            table[k.name] = values.cast(pa.string()).dictionary_encode()
    digest = hashlib.sha256()
    for name in [*heads, *lefts]:
        digest.update("\x1f".join([name, *(heads | lefts)[name]]).encode() + b"\x1e")
    # The separator of an empty cell is not that of a 0: a value that became missing is other content.
    digest.update(",".join("" if v is None else str(v) for v in values.to_pylist()).encode())
    return SheetRows(
        rows=pa.table(table),
        slice=slice_value,
        cells=len(values) - values.null_count,
        empty=values.null_count,
        digest=digest.hexdigest(),
    )
