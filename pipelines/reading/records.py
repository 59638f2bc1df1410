"""A table of records: one line of headers, then one record a line. Checked column by column, never cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import at, coded, combined, repeated
from pipelines.base.refusal import MAX_SHOWN, Defect, Refused, column_letter
from pipelines.catalogue.labels import spelled
from pipelines.catalogue.model import Catalogue, Column, Layout, SourceTable
from pipelines.catalogue.places import names_a_place
from pipelines.reading.answers import absence_in_words, read_answers
from pipelines.reading.column_checks import check_column
from pipelines.reading.contours import check_contours
from pipelines.reading.groups import check_groups, spelled_groups
from pipelines.reading.keys import zeros_restored
from pipelines.reading.places import check_listed, check_places, own_departement_left_out
from pipelines.reading.received import Records
from pipelines.reading.record_checks import (
    check_complete,
    check_dates,
    check_decimals,
    check_doubles,
    check_slices,
)
from pipelines.reading.slices import slice_columns, slices_of
from pipelines.reading.types import canonical, split_marks, tidied, with_zeros
from pipelines.reading.verdict import Slice

# Columns that a form fills in on every line, spare ones included.
_OF_THE_FORM = {"edition", "annee", "mois", "trimestre"}
_DEPARTEMENT = "departements.code_departement"


@dataclass(frozen=True)
class TableRows:
    """Canonical rows of one sheet or of the files read: `tranche`, place and the layout's columns, as coded text."""

    rows: pa.Table
    owned_slices: list[tuple[int, Slice]]
    remarks: list[Defect] = field(default_factory=list)
    # (owner, slice, what it lacks): a return that corrects another may lack it, one that stands alone may not.
    lacks: list[tuple[int, str, Defect]] = field(default_factory=list)

    @property
    def slices(self) -> list[Slice]:
        return [s for _, s in self.owned_slices]


def answered(records: Records, layout: Layout, catalogue: Catalogue) -> Records:
    """Drop the slices in which a returned template says no more than it did when it was sent.

    Several pilots fill in their own lines of one workbook: what one left blank must not stand against what another
    wrote, and what nobody filled in stays owed. Where an answer must be given, a line without any is as if it were not
    there, and one that says of what it is (a place, a file) is an answer that was begun.
    """
    if not layout.own_format or not len(records.lines):
        return records
    records = _begun(records, layout)
    table = catalogue.table(layout)
    filled = np.zeros(len(records.lines), bool)
    # The answers: what neither names the record nor places it.
    free = [c for c in layout.columns if c.kept and c.type != "edition" and not c.code_list]
    answers = [c for c in free if c.name not in table.key_names]
    must = any(c.required for c in answers)
    for column in free if must else answers:
        if column.name not in table.placing_names:
            filled |= _tidied(records, column).indices.is_valid().to_numpy(zero_copy_only=False)
    if filled.all():
        return records
    if must:
        return records.only(pa.array(filled))
    placing = {name for part in table.slice_parts for name in part.columns}
    places = [_tidied(records, c) for c in layout.columns if c.name in placing]
    key = combined(places, records.owners, len(records.lines))
    slices = pc.dictionary_encode(pa.array(key)).indices.to_numpy()
    kept = np.bincount(slices, weights=filled)[slices] > 0
    return records if kept.all() else records.only(pa.array(kept))


def _begun(records: Records, layout: Layout) -> Records:
    """Drop the spare lines of a form, which hold nothing but its period and its département."""
    begun = np.zeros(len(records.lines), bool)
    for column in layout.columns:
        if column.kept and column.type not in _OF_THE_FORM and column.code_list != _DEPARTEMENT:
            begun |= _tidied(records, column).indices.is_valid().to_numpy(zero_copy_only=False)
    return records if begun.all() else records.only(pa.array(begun))


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
    defects, remarks = [] if layout.own_format else _check_unnamed(records), []
    columns: dict[str, pa.DictionaryArray] = {}
    for column in layout.columns:
        if column.kept:
            wrong, repaired, read = _read_column(records, layout, column, table, catalogue)
            defects += wrong
            remarks += repaired
            columns |= read
    if not defects:
        for parts in table.dates:
            defects += check_dates(records, layout, parts, columns)
    if not defects:
        defects += check_decimals(records, layout, columns)
        columns = own_departement_left_out(layout, columns)
        defects += check_contours(records, layout, columns)
        defects += check_doubles(records, table, columns)
        defects += check_groups(records, layout, table, columns, catalogue)
    if not defects:
        for walk in table.crosswalks:
            defects += check_listed(records, layout, table, walk, columns, catalogue)
        for column in filter(names_a_place, layout.columns):
            defects += check_places(records, layout, table, column, columns, catalogue)
    if defects:
        raise Refused(*defects)
    n = len(records.lines)
    tranche = slice_columns(table.slice_parts, columns, n)
    owned = slices_of(records.sheet, layout, table, columns, tranche, records.owners, records.lines)
    defects += check_slices(records, tranche, [s for _, s in owned])
    lacks = [f for name in table.complete for f in check_complete(records, layout, name, columns, tranche, catalogue)]
    if not layout.own_format:
        defects += [defect for *_, defect in lacks]
    if defects:
        raise Refused(*(defects[:MAX_SHOWN] if lacks else defects))
    partial = {(owner, name) for owner, name, _ in lacks}
    for owner, part in owned:
        part.partielle = (owner, part.tranche) in partial
    placed = {
        "tranche": tranche,
        "feuille": repeated(records.sheet or "", n),
        "ligne": records.lines,
        "colonne": pa.nulls(n, pa.string()),
    }
    return TableRows(pa.table(placed | columns), owned, remarks, lacks)


def _check_unnamed(records: Records) -> list[Defect]:
    """Refuse a column without a header, unless nothing is written in it."""
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
    """Return (defects, repairs, values by the name of the raw column: the column's own, then what its marks say).

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
    answers = read_answers(column, table, received, catalogue) if layout.own_format else received
    whole, restored = with_zeros(column, answers)
    values = canonical(column, whole)
    if column.type == "libelle":
        values = spelled(column, values, catalogue)
    if column.groups:
        values = spelled_groups(column, values, catalogue)
    anywhere = replace(records, lines=pa.nulls(len(values), pa.int32()).fill_null(0))
    try:
        sound = not check_column(anywhere, layout, column, table, received, values, catalogue)
    except Refused:
        sound = False
    # What is written as it was received has one code already.
    whole_column = cells if values is cells.dictionary and not values.null_count else at(values, cells.indices)
    read = {column.name: whole_column} | {n: at(v, cells.indices) for n, v in marked.items()}
    repairs = []
    if restored is not None:
        lines = records.lines.filter(pc.fill_null(pc.take(restored, cells.indices), False))
        place = records.place(column, layout)
        repairs = [zeros_restored(column, len(lines), records.sheet, lines[0].as_py(), place)]
    if layout.own_format and (remark := absence_in_words(column, records, received, cells.indices, layout, catalogue)):
        repairs.append(remark)
    if sound:
        return [], repairs, read
    defects = check_column(
        records, layout, column, table, pc.take(received, cells.indices), pc.take(values, cells.indices), catalogue
    )
    return defects, repairs, read
