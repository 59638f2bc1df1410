"""A table of records: one line of headers, then one record a line. Checked column by column, never cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.intake.catalogue import Catalogue, Column, Layout, SourceTable
from pipelines.intake.coded import at, coded, combined
from pipelines.intake.groups import check_groups, spelled_groups
from pipelines.intake.keys import TOO_SHORT_REMEDY, zeros_restored
from pipelines.intake.labels import nearest_codes, spelled, unknown_labels
from pipelines.intake.personal import misplaced_text, personal_cells
from pipelines.intake.places import check_listed, check_places, own_departement_left_out
from pipelines.intake.received import Records, at_first, each
from pipelines.intake.record_checks import (
    check_complete,
    check_dates,
    check_doubles,
    check_slices,
)
from pipelines.intake.refusal import Defect, Refused, column_letter, quote
from pipelines.intake.register_of_places import names_a_place
from pipelines.intake.slices import Slice, slice_columns, slices_of
from pipelines.intake.types import SPREADSHEET_DAMAGE, canonical, misfits, split_marks, tidied, too_short, with_zeros

# Whatever a returned file says in words is looked at; the public files are the State's own.
_WORDS = {"texte", "code", "lieu"}


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
            said |= _tidied(records, column).indices.is_valid().to_numpy(zero_copy_only=False)
    if said.all():
        return records
    placing = {name for part in table.slice_parts for name in part.columns}
    places = [_tidied(records, c) for c in layout.columns if c.name in placing]
    key = combined(places, records.owners, len(records.lines))
    slices = pc.dictionary_encode(pa.array(key)).indices.to_numpy()
    kept = np.bincount(slices, weights=said)[slices] > 0
    return records if kept.all() else records.only(pa.array(kept))


def _tidied(records: Records, column: Column) -> pa.DictionaryArray:
    received = coded(records.received(column))
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
    if not defects:
        for parts in table.dates:
            defects += check_dates(records, layout, parts, columns)
    if not defects:
        columns = own_departement_left_out(layout, columns)
        defects += check_doubles(records, table, columns)
        defects += check_groups(records, layout, table, columns, catalogue)
    if not defects:
        for walk in table.crosswalks:
            defects += check_listed(records, layout, table, walk, columns, catalogue)
        for column in filter(names_a_place, layout.columns):
            defects += check_places(records, layout, table, column, columns, catalogue)
    if defects:
        raise Refused(defects)
    n = len(records.lines)
    tranche = slice_columns(table.slice_parts, columns, n)
    owned = slices_of(records.sheet, layout, table, columns, tranche, records.owners, records.lines)
    defects += check_slices(records, tranche, [s for _, s in owned])
    for name in table.complete:
        defects += check_complete(records, layout, name, columns, tranche, catalogue)
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
    if records.lacks(column):
        nothing = pa.nulls(len(records.lines), pa.string())
        return [], [], {name: coded(nothing) for name in (column.name, *column.mark_columns)}
    if records.typed:
        column = replace(column, decimal="")  # a number that was stored as one has no separator
    cells = records.received(column)
    if not pa.types.is_dictionary(cells.type):
        cells = pc.dictionary_encode(cells, null_encoding="encode")
    received, marked = split_marks(column, tidied(cells.dictionary))
    whole, restored = with_zeros(column, received)
    values = canonical(column, whole)
    if column.type == "libelle":
        values = spelled(column, values, catalogue)
    if column.groups:
        values = spelled_groups(column, values, catalogue)
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
    # A pilot may leave the code of a territory empty; a producer names what each of its records is of.
    named = column.name in table.key_names and (column.type not in {"code", "lieu"} or not layout.own_format)
    if column.required or named or column.name in table.placing_names:
        missing = values.is_null()
        if pc.any(missing).as_py():
            return [at_first(records, missing, place, "cellule_vide", "la cellule est vide, et doit être remplie",
                             f"écrire {_what(column)}")]  # fmt: skip
    if column.type in {"identifiant", "nombre"}:
        damaged = pc.fill_null(pc.match_substring_regex(values, SPREADSHEET_DAMAGE), False)
        if pc.any(damaged).as_py():
            return [at_first(records, damaged, place, "abime_par_tableur",
                        "le fichier a été réenregistré par un tableur, qui a remplacé un identifiant par un nombre "
                        "arrondi comme 2,023E+11",
                        "redéposer le fichier du producteur sans l'ouvrir dans un tableur")]  # fmt: skip
    short = too_short(column, values)
    if pc.any(short).as_py():
        found = f"n'a pas les {column.width} caractères d'un code"
        return each(records, short, place, "code_trop_court", found, TOO_SHORT_REMEDY, received)
    wrong, expected = misfits(column, values)
    if pc.any(wrong).as_py():
        return each(records, wrong, place, "valeur_illisible", f"n'est pas {expected}",
                     "corriger la valeur, ou laisser la cellule vide si elle n'est pas connue (jamais 0 à sa place)",
                     received, expected, quote if column.type == "date" else misplaced_text)  # fmt: skip
    if column.type == "libelle":
        return unknown_labels(column, received, records.lines, place, records.sheet, catalogue)
    if column.code_list and column.coverage:
        known = pa.array([*catalogue.codes(column.code_list), *catalogue.groups(column)])
        unknown = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=known)))
        if pc.any(unknown).as_py():
            name = column.code_list.split(".")[0] + (
                f".csv ou, pour un groupe, à {column.groups}" if column.groups else ""
            )
            return each(records, unknown, place, "code_inconnu", f"n'est pas un code connu de « {column.name} »",
                         f"corriger le code (écrit en texte, zéro initial compris) ; s'il est nouveau, l'ajouter à "
                         f"{name}.csv dans dbt_project/seeds/", received,
                         lambda text: nearest_codes(text, column, catalogue))  # fmt: skip
    return []


def _what(column: Column) -> str:
    if column.choices:
        return "une de ces valeurs : " + ", ".join(column.choices)
    return f"la valeur de « {column.header} »"
