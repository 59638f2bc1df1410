"""What the cells of one column must be: filled where they name something, of their type, in their list."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.refusal import Defect, Refused
from pipelines.catalogue.labels import nearest_codes, unknown_labels
from pipelines.catalogue.model import Catalogue, Column, Layout, SourceTable
from pipelines.personal.detect import misplaced_text, personal_cell
from pipelines.personal.quotable import shown
from pipelines.reading.answers import misread
from pipelines.reading.keys import TOO_SHORT_REMEDY
from pipelines.reading.received import Records, at_first, each
from pipelines.reading.territory import departement_of
from pipelines.reading.types import AMBIGUOUS_THOUSANDS, SPREADSHEET_DAMAGE, may_hold, misfits, too_short

_NUMBERS = {"nombre", "decimal"}
_NOT_TAKEN = "n'est pas admis dans cette colonne"
_LIST_REMEDY = (
    "corriger le code : les codes admis sont dans la feuille « Listes » du modèle ; s'il est nouveau, le "
    "signaler à la préfecture"
)


def check_column(
    records: Records,
    layout: Layout,
    column: Column,
    table: SourceTable,
    received: pa.Array,
    values: pa.Array,
    catalogue: Catalogue,
) -> list[Defect]:
    """Return a defect for each value that the column does not take: `received` as written, `values` made canonical.
    Raises Refused for what looks personal.
    """
    place = records.place(column, layout)
    # A pilot may leave the code of a territory empty; a producer names what each of its records is of.
    named = column.name in table.key_names and (column.type not in {"code", "lieu"} or not layout.own_format)
    if column.required or named or column.name in table.placing_names:
        missing = values.is_null()
        if pc.any(missing).as_py():
            return [at_first(records, missing, place, "cellule_vide", "la cellule est vide, et doit être remplie",
                             f"écrire {_what(column)}")]  # fmt: skip
    if column.type in {"identifiant", "nombre"} and not layout.own_format and may_hold(values, b"E"):
        damaged = pc.fill_null(pc.match_substring_regex(values, SPREADSHEET_DAMAGE), False)
        if pc.any(damaged).as_py():
            return [at_first(records, damaged, place, "abime_par_tableur",
                        "le fichier a été réenregistré par un tableur, qui a remplacé un identifiant par un nombre "
                        "arrondi comme 2,023E+11",
                        "redéposer le fichier du producteur sans l'ouvrir dans un tableur")]  # fmt: skip
    short = too_short(column, values)
    if pc.any(short).as_py():
        finding = f"n'a pas les {column.width} caractères d'un code"
        return each(records, short, place, "code_trop_court", finding, TOO_SHORT_REMEDY, received)
    wrong, expected = misfits(column, values)
    if layout.own_format and column.type in _NUMBERS:
        ambiguous = pc.fill_null(pc.match_substring_regex(received, AMBIGUOUS_THOUSANDS), False)
        wrong = pc.or_(wrong, ambiguous)
        if pc.any(wrong).as_py():
            return _misread(records, wrong, place, received, column, expected, catalogue)
    if pc.any(wrong).as_py():
        return each(records, wrong, place, "valeur_illisible", _NOT_TAKEN, _corrected(column, table), received,
                     expected, shown if column.type == "date" else misplaced_text)  # fmt: skip
    if column.type == "libelle":
        return unknown_labels(column, received, records.lines, place, records.sheet, catalogue)
    if column.code_list and column.coverage:
        known = pa.array([*catalogue.codes(column.code_list), *catalogue.groups(column)])
        unknown = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=known)))
        if column.coverage == "departement":  # the list says nothing of the others
            listed = pc.unique(departement_of(known))
            unknown = pc.and_(unknown, pc.is_in(departement_of(values), value_set=listed))
        if pc.any(unknown).as_py():
            name = column.code_list.split(".")[0]
            if layout.own_format:
                finding = f"n'est pas un code connu de « {column.header} »"
                return each(records, unknown, place, "code_inconnu", finding, _LIST_REMEDY, received,
                             lambda text: _known(text, column, catalogue), shown)  # fmt: skip
            return each(records, unknown, place, "code_inconnu", f"n'est pas un code connu de « {column.name} »",
                         f"corriger le code (écrit en texte, zéro initial compris) ; s'il est nouveau, l'ajouter à "
                         f"{name}.csv dans dbt_project/seeds/", received,
                         lambda text: nearest_codes(text, column, catalogue))  # fmt: skip
    return []


def _known(text: str, column: Column, catalogue: Catalogue) -> str | None:
    """Say what a code should have been; where groups of codes are taken, which ones are."""
    groups = catalogue.groups(column)
    if not groups:
        return nearest_codes(text, column, catalogue)
    return f"un seul code, ou un de ces groupes : {', '.join(groups)}"


def _corrected(column: Column, table: SourceTable) -> str:
    """Say what to do with a value that is not of its column; an empty cell is proposed only where it is taken."""
    needed = column.required or column.name in table.placing_names or column.name in table.key_names
    blank = ", ou laisser la cellule vide si elle n'est pas connue (jamais 0 à sa place)"
    return f"corriger la valeur{'' if needed else blank}"


def _misread(
    records: Records,
    wrong: pa.Array,
    place: str,
    received: pa.Array,
    column: Column,
    expected: str,
    catalogue: Catalogue,
) -> list[Defect]:
    """Name each cell of numbers that is none for what it is."""
    blank = "" if column.required else ", ou laisser la case vide s'il n'est pas connu"
    defects = []
    for line, text in zip(records.lines.filter(wrong).to_pylist(), received.filter(wrong).to_pylist(), strict=True):
        shown = misplaced_text(text)
        if shown is None:
            raise Refused(personal_cell(records.sheet, line, place))
        misreading = misread(column, text, shown, catalogue)
        finding, remedy, wanted = (misreading.finding, misreading.remedy, misreading.expected) if misreading else (
            f"{shown} {_NOT_TAKEN}", f"y écrire un nombre{blank}", expected
        )  # fmt: skip
        defects.append(Defect("valeur_illisible", finding, remedy, records.sheet, line, place, wanted))
    return defects


def _what(column: Column) -> str:
    if column.choices:
        return "une de ces valeurs : " + ", ".join(column.choices)
    return f"la valeur de « {column.header} »"
