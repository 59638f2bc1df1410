"""A table of records: one line of headers, then one record a line. Checked column by column, never cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.intake.catalogue import Catalogue, Column, Crosswalk, Layout, SourceTable
from pipelines.intake.calendar_days import check_days
from pipelines.intake.coded import at, coded, codes_of, combined, text
from pipelines.intake.headers import Headers
from pipelines.intake.keys import TOO_SHORT_REMEDY, zeros_restored
from pipelines.intake.personal import misplaced_text, personal_cell, personal_cells
from pipelines.intake.refusal import MAX_SHOWN, Defect, Refused, column_letter, quote
from pipelines.intake.slices import Slice, known_period, slice_columns, slices_of
from pipelines.intake.types import SPREADSHEET_DAMAGE, canonical, misfits, split_marks, tidied, too_short, with_zeros
from pipelines.wording import plural

# Whatever a returned file says in words is looked at; the public files are the State's own.
_WORDS = {"texte", "code"}


@dataclass(frozen=True)
class Records:
    """Received columns in the order of their headers, with the place of each; `sheet` is None for a text file.

    `owners` says which of several files each record is of; it is None when all are of one.
    """

    sheet: str | None
    headers: Headers
    columns: list[pa.Array]
    lines: pa.Array
    owners: pa.Array | None = None

    def only(self, kept: pa.Array) -> Records:
        """The same without the records for which `kept` is false."""
        owners = None if self.owners is None else self.owners.filter(kept)
        columns = [column.filter(kept) for column in self.columns]
        return replace(self, columns=columns, lines=self.lines.filter(kept), owners=owners)

    def received(self, column: Column, layout: Layout) -> pa.Array:
        """The cells of a column, as received; what its header carries is the same on every line."""
        if column.place == "colonne":
            return self.columns[self.headers.positions[column.name]]
        same = pa.nulls(len(self.lines), pa.int32()).fill_null(0)
        return pa.DictionaryArray.from_arrays(same, pa.array([self.headers.carried.get(column.name, "")]))

    def place(self, column: Column, layout: Layout) -> str:
        """How a reader finds the column: its letter in a workbook, its header in a text file."""
        written = column if column.place == "colonne" else layout.carrier(column)
        position = self.headers.positions[written.name]
        return column_letter(position + 1) if self.sheet else self.headers.received[position]


@dataclass(frozen=True)
class TableRows:
    """Canonical rows of one sheet or of the files read: `tranche`, place and the layout's columns, as coded text."""

    rows: pa.Table
    owned_slices: list[tuple[int, Slice]]
    remarks: list[Defect] = field(default_factory=list)

    @property
    def slices(self) -> list[Slice]:
        return [s for _, s in self.owned_slices]


def answered(records: Records, layout: Layout, catalogue: Catalogue) -> Records:
    """The records without the slices in which a returned template says no more than it did when it was sent.

    Several pilots fill in their own lines of one workbook: what one left blank must not stand against what another
    wrote, and what nobody filled in stays owed.
    """
    if not layout.own_format or not len(records.lines):
        return records
    table = catalogue.table(layout)
    said = np.zeros(len(records.lines), bool)
    for column in layout.columns:
        # Neither what names the record nor what places it: its answers.
        if column.kept and column.type != "edition" and not column.code_list and column.name not in table.key_names:
            said |= _tidied(records, column, layout).indices.is_valid().to_numpy(zero_copy_only=False)
    if said.all():
        return records
    placing = {name for part in table.slice_parts for name in part.columns}
    places = [_tidied(records, c, layout) for c in layout.columns if c.name in placing]
    key = combined(places, records.owners, len(records.lines))
    slices = pc.dictionary_encode(pa.array(key)).indices.to_numpy()
    kept = np.bincount(slices, weights=said)[slices] > 0
    return records if kept.all() else records.only(pa.array(kept))


def _tidied(records: Records, column: Column, layout: Layout) -> pa.DictionaryArray:
    received = coded(records.received(column, layout))
    return at(tidied(received.dictionary), received.indices)


UNTOUCHED = Defect(
    "rien_de_rempli",
    "le modèle est rendu tel quel : aucune valeur n'y est écrite",
    "remplir ce qui est connu (0 là où il ne s'est rien passé, rien là où on ne sait pas), puis le redéposer",
)


def read_records(records: Records, layout: Layout, catalogue: Catalogue) -> TableRows:
    """Check and make canonical; raises Refused with every defect found."""
    table = catalogue.table(layout)
    defects, remarks = _check_unnamed(records), []
    columns: dict[str, pa.DictionaryArray] = {}
    for column in layout.columns:
        if column.kept:
            found, repaired, read = _read_column(records, layout, column, table, catalogue)
            defects += found
            remarks += repaired
            columns |= read
    if not defects and table.day_parts:
        defects += check_days(records.sheet, records.lines, table.day_parts, columns)
    if not defects:
        defects += _check_doubles(records, table, columns)
    if not defects:
        for walk in table.crosswalks:
            defects += _check_crosswalk(records, walk, columns, catalogue)
    if defects:
        raise Refused(defects)
    n = len(records.lines)
    tranche = slice_columns(table.slice_parts, columns, n)
    owned = slices_of(records.sheet, layout, table, columns, tranche, records.owners)
    defects += _check_slices(records, [s for _, s in owned])
    for name in table.complete:
        defects += _check_complete(records, layout, name, columns, tranche, catalogue)
    if defects:
        raise Refused(defects)
    placed = {
        "tranche": tranche,
        "feuille": pa.array([records.sheet or ""] * n, pa.string()),
        "ligne": records.lines,
        "colonne": pa.nulls(n, pa.string()),
    }
    return TableRows(pa.table(placed | columns), owned, remarks)


def _check_unnamed(records: Records) -> list[Defect]:
    """A column without a header is nothing as long as nothing is written in it."""
    defects = []
    for position in sorted(records.headers.unnamed()):
        filled = tidied(records.columns[position].cast(pa.string())).is_valid()
        if pc.any(filled).as_py():
            place = column_letter(position + 1)
            defects.append(Defect("en_tete_manquant", "la colonne est remplie et n'a pas d'en-tête",
                                  "rétablir l'en-tête du producteur", feuille=records.sheet,
                                  ligne=records.lines.filter(filled)[0].as_py(), colonne=place))  # fmt: skip
    return defects


def _read_column(
    records: Records, layout: Layout, column: Column, table: SourceTable, catalogue: Catalogue
) -> tuple[list[Defect], list[Defect], dict[str, pa.DictionaryArray]]:
    """(defects, repairs, canonical values by the name of the raw column: the column's own, then what its marks say).

    A column says few things many times: each is judged once, then found where it is.
    """
    cells = records.received(column, layout)
    if not pa.types.is_dictionary(cells.type):
        cells = pc.dictionary_encode(cells, null_encoding="encode")
    received, marked = split_marks(column, tidied(cells.dictionary))
    whole, restored = with_zeros(column, received)
    values = canonical(column, whole)
    anywhere = replace(records, lines=pa.nulls(len(values), pa.int32()).fill_null(0))
    try:
        sound = not _check(anywhere, layout, column, table, received, values, catalogue)
    except Refused:
        sound = False
    read = {column.name: at(values, cells.indices)} | {n: at(v, cells.indices) for n, v in marked.items()}
    repairs = []
    if restored is not None:
        lines = records.lines.filter(pc.fill_null(pc.take(restored, cells.indices), False))
        place = records.place(column, layout)
        repairs = [zeros_restored(column, len(lines), records.sheet, lines[0].as_py(), place)]
    if sound:
        return [], repairs, read
    defects = _check(
        records, layout, column, table, pc.take(received, cells.indices), pc.take(values, cells.indices), catalogue
    )
    return defects, repairs, read


def _check(
    records: Records,
    layout: Layout,
    column: Column,
    table: SourceTable,
    received: pa.Array,
    values: pa.Array,
    catalogue: Catalogue,
) -> list[Defect]:
    place = records.place(column, layout)
    if layout.own_format and column.type in _WORDS:
        personal = personal_cells(records.sheet, values, records.lines, place)
        if personal:
            raise Refused(personal)
    if column.required or (column.name in table.key_names and column.type != "code"):
        missing = values.is_null()
        if pc.any(missing).as_py():
            return [_at(records, missing, place, "cellule_vide", "la cellule est vide, et doit être remplie",
                        f"écrire {_what(column)}", received)]  # fmt: skip
    if column.type in {"identifiant", "nombre"}:
        damaged = pc.fill_null(pc.match_substring_regex(values, SPREADSHEET_DAMAGE), False)
        if pc.any(damaged).as_py():
            return [_at(records, damaged, place, "abime_par_tableur",
                        "le fichier a été réenregistré par un tableur, qui a remplacé un identifiant par un nombre "
                        "arrondi comme 2,023E+11",
                        "redéposer le fichier du producteur sans l'ouvrir dans un tableur", received)]  # fmt: skip
    short = too_short(column, values)
    if pc.any(short).as_py():
        found = f"n'a pas les {column.width} caractères d'un code"
        return _each(records, short, place, "code_trop_court", found, TOO_SHORT_REMEDY, received)
    wrong, expected = misfits(column, values)
    if pc.any(wrong).as_py():
        return _each(records, wrong, place, "valeur_illisible", f"n'est pas {expected}",
                     "corriger la valeur, ou laisser la cellule vide si elle n'est pas connue (jamais 0 à sa place)",
                     received, expected, quote if column.type == "date" else misplaced_text)  # fmt: skip
    if column.code_list and column.coverage:
        known = pa.array(catalogue.codes(column.code_list))
        unknown = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=known)))
        if pc.any(unknown).as_py():
            name = column.code_list.split(".")[0]
            return _each(records, unknown, place, "code_inconnu", f"n'est pas un code connu de « {column.name} »",
                         f"corriger le code (écrit en texte, zéro initial compris) ; s'il est nouveau, l'ajouter à "
                         f"{name}.csv dans dbt_project/seeds/", received)  # fmt: skip
    return []


def _check_doubles(records: Records, table: SourceTable, columns: dict[str, pa.DictionaryArray]) -> list[Defect]:
    names = [next(n for n in part.columns if n in columns) for part in table.keys]
    if not names:
        return []
    whole = combined([columns[n] for n in names], records.owners, len(records.lines))
    if pc.count_distinct(pa.array(whole)).as_py() == len(whole):
        return []
    filled = [text(columns[n], "") for n in names]
    if records.owners is not None:
        filled.append(pc.cast(records.owners, pa.string()))
    key = pc.binary_join_element_wise(*filled, " / ") if len(filled) > 1 else filled[0]
    order = pa.table({"key": key, "ligne": records.lines}).sort_by([("key", "ascending"), ("ligne", "ascending")])
    keys, lines = order["key"].to_pylist(), order["ligne"].to_pylist()
    defects = []
    for i in range(1, len(keys)):
        if keys[i] == keys[i - 1] and len(defects) < MAX_SHOWN:
            defects.append(
                Defect(
                    "cle_en_double",
                    f"{quote(keys[i])} figure deux fois (déjà à la ligne {lines[i - 1]})",
                    "retirer la ligne en trop",
                    feuille=records.sheet,
                    ligne=lines[i],
                )
            )
    return defects


def _check_crosswalk(
    records: Records, walk: Crosswalk, columns: dict[str, pa.DictionaryArray], catalogue: Catalogue
) -> list[Defect]:
    """A service that its list does not know, in a département that the list does know."""
    listed = [r for r in catalogue.lists[walk.code_list] if all(r[k] == v for k, v in walk.constants.items())]
    known = {tuple(r[k] for k in walk.keys) for r in listed}
    scope = {r[walk.scope] for r in listed}
    position = list(walk.keys).index(walk.scope)
    received = pa.table([columns[v] for v in walk.keys.values()], names=list(walk.keys))
    defects = []
    for row in received.group_by(list(walk.keys)).aggregate([]).to_pylist():
        key = tuple(row[k] for k in walk.keys)
        if key[position] in scope and key not in known:
            where = None
            for name, value in zip(walk.keys, key, strict=True):
                hit = pc.equal(received[name], value)
                where = hit if where is None else pc.and_(where, hit)
            line = records.lines.filter(where.combine_chunks())[0].as_py()
            defects.append(
                Defect(
                    "service_inconnu",
                    f"{quote(' / '.join(key))} n'est pas dans la liste {walk.code_list}.csv",
                    "vérifier le nom ; si le service est nouveau ou renommé, ajouter une ligne à "
                    f"dbt_project/seeds/reference/{walk.code_list}.csv, puis relancer vigie load",
                    feuille=records.sheet,
                    ligne=line,
                    attendu="un de : " + ", ".join(sorted(k[-1] for k in known if k[position] == key[position])),
                )
            )
    return defects


def _check_slices(records: Records, slices: list[Slice]) -> list[Defect]:
    defects = []
    for s in slices:
        if not known_period(s.periode):
            defects.append(
                Defect(
                    "periode_illisible",
                    f"{quote(s.periode)} n'est pas une période",
                    "corriger les colonnes qui la donnent",
                    feuille=records.sheet,
                    attendu="2019, 2019-T1 ou 2019-03",
                )
            )
    return defects[:MAX_SHOWN]


def _check_complete(
    records: Records,
    layout: Layout,
    name: str,
    columns: dict[str, pa.DictionaryArray],
    tranche: pa.DictionaryArray,
    catalogue: Catalogue,
) -> list[Defect]:
    """Every slice holds every code of a list that must be whole: what is not written is not known to be 0."""
    column = next(c for c in layout.columns if c.name == name)
    codes = columns[name]
    expected = set(catalogue.codes(column.code_list)) if column.code_list else set(column.choices)
    slices = combined([tranche], records.owners, len(tranche))
    wanted = np.append(np.isin(codes.dictionary.to_pylist(), sorted(expected)), False)[codes_of(codes)]
    held = pc.unique(pa.array(combined([tranche, codes], records.owners, len(tranche))[wanted])).to_numpy()
    whole, counts = np.unique(held // (len(codes.dictionary) + 1), return_counts=True)
    partial = np.isin(slices, whole[counts == len(expected)], invert=True)
    if not partial.any():
        return []
    kept = pa.array(partial)
    owners = pa.nulls(len(tranche), pa.int32()).fill_null(0) if records.owners is None else records.owners
    held = (
        pa.table({"fichier": owners, "tranche": text(tranche, ""), "code": text(codes, "")})
        .filter(kept)
        .group_by(["fichier", "tranche"], use_threads=False)
        .aggregate([("code", "distinct")])
    )
    defects = []
    for row in held.to_pylist():
        missing = sorted(expected - set(row["code_distinct"]), key=lambda c: (len(c), c))
        if missing and len(defects) < MAX_SHOWN:
            more = "…" if len(missing) > MAX_SHOWN else ""
            defects.append(
                Defect(
                    "code_absent",
                    f"il manque {plural(len(missing), 'valeur')} de « {name} » pour "
                    f"{row['tranche'].replace('|', ' ')} : {', '.join(missing[:MAX_SHOWN])}{more}",
                    "redéposer un fichier qui les porte toutes, avec une cellule vide là où le nombre n'est pas connu",
                    feuille=records.sheet,
                    attendu=f"{len(expected)} lignes",
                )
            )
    return defects


def _each(
    records: Records,
    mask: pa.Array,
    place: str,
    code: str,
    found: str,
    remedy: str,
    received: pa.Array,
    expected: str | None = None,
    show: Callable[[str], str | None] = quote,
) -> list[Defect]:
    """A defect a place, as many as are worth showing; the last says how many are left. A value that may not be shown
    makes the file one that speaks of a person: Refused.
    """
    lines, values = records.lines.filter(mask).to_pylist(), received.filter(mask).to_pylist()
    defects = []
    for i, (line, value) in enumerate(zip(lines[:MAX_SHOWN], values[:MAX_SHOWN], strict=True)):
        more = f" (et {len(lines) - MAX_SHOWN} autres)" if i == MAX_SHOWN - 1 and len(lines) > MAX_SHOWN else ""
        shown = show(value)
        if shown is None:
            raise Refused([personal_cell(records.sheet, line, place)])
        defects.append(Defect(code, f"{shown} {found}{more}", remedy, records.sheet, line, place, expected))
    return defects


def _at(records: Records, mask: pa.Array, place: str, code: str, found: str, remedy: str, received: pa.Array) -> Defect:
    """One defect at the first place, with how many places are the same."""
    lines = records.lines.filter(mask).to_pylist()
    more = f" ({len(lines)} lignes)" if len(lines) > 1 else ""
    return Defect(code, found + more, remedy, records.sheet, lines[0], place)


def _what(column: Column) -> str:
    if column.choices:
        return "une de ces valeurs : " + ", ".join(column.choices)
    return f"la valeur de « {column.header} »"
