"""The keys of a matrix: present, known, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from pipelines.base.periods import Period
from pipelines.base.refusal import MAX_SHOWN, Defect
from pipelines.base.wording import plural
from pipelines.catalogue.labels import nearest_codes
from pipelines.catalogue.model import Catalogue, Column, SourceTable
from pipelines.personal.quotable import shown
from pipelines.reading.places import unlisted
from pipelines.reading.types import canonical, misfits, too_short, with_zeros


@dataclass(frozen=True)
class Side:
    """The keys of one side of a matrix; `place`: position of a key → (row, column letter) in the sheet."""

    sheet: str
    place: Callable[[int], tuple[int | None, str | None]]

    def defect(self, i: int, code: str, finding: str, remedy: str, expected: str | None = None) -> Defect:
        """Say what is wrong with one of them."""
        return Defect(code, finding, remedy, self.sheet, *self.place(i), expected)


def canonical_keys(side: Side, column: Column, keys: list[str]) -> tuple[list[str], list[Defect]]:
    """Write keys in the one spelling of their type, with a defect for each that is not of it."""
    values = canonical(column, pa.array(keys, pa.string()))
    wrong, expected = misfits(column, values)
    remedy = "rétablir l'en-tête du producteur ; s'il l'a changé, ajouter un layout dans sources/"
    defects = []
    for i in (i for i, off in enumerate(wrong.to_pylist()) if off and keys[i]):
        finding = f"{shown(keys[i], 'un en-tête')} n'est pas celui du layout"
        defects.append(side.defect(i, "en_tete_inconnu", finding, remedy, expected))
    return values.to_pylist(), defects[:MAX_SHOWN]


def restored_keys(side: Side, column: Column, keys: list[str]) -> tuple[list[str], list[Defect], list[Defect]]:
    """Return (keys with the zeros that a spreadsheet took, a defect for each that stays too short, the repair)."""
    if not column.width:
        return keys, [], []
    values, restored = with_zeros(column, pa.array(keys, pa.string()))
    given = [i for i, back in enumerate(restored.to_pylist()) if back] if restored is not None else []
    repairs = [zeros_restored(column, len(given), side.sheet, *side.place(given[0]))] if given else []
    short = [i for i, off in enumerate(too_short(column, values).to_pylist()) if off and keys[i]]
    defects = [code_too_short(column, shown(keys[i]), side.sheet, *side.place(i)) for i in short[:MAX_SHOWN]]
    return values.to_pylist(), defects, repairs


def zeros_restored(column: Column, number: int, sheet: str | None, line: int | None, place: str | None) -> Defect:
    """Remark that codes which a spreadsheet had taken for numbers are repaired."""
    return Defect(
        "zero_rendu",
        f"le zéro initial, qu'un tableur avait retiré, est rendu à {plural(number, 'code')}",
        "rien ; pour l'éviter, déposer le fichier du producteur sans l'ouvrir dans un tableur",
        feuille=sheet,
        ligne=line,
        colonne=place,
        attendu=f"un code de {column.width} caractères",
    )


TOO_SHORT_REMEDY = (
    "redéposer le fichier tel que le producteur l'a publié, sans l'ouvrir dans un tableur : celui-ci retire le zéro "
    "initial des codes"
)


def code_too_short(column: Column, shown: str, sheet: str | None, line: int | None, place: str | None) -> Defect:
    """Make the defect of a code with fewer characters than every code of its column."""
    finding = f"{shown} n'a pas les {column.width} caractères d'un code"
    return Defect("code_trop_court", finding, TOO_SHORT_REMEDY, feuille=sheet, ligne=line, colonne=place)


def check_keys(side: Side, column: Column, keys: list[str], catalogue: Catalogue) -> list[Defect]:
    """Refuse a key that is empty or unknown, and, when the layout wants the whole list, the codes that are absent."""
    known = set(catalogue.codes(column.code_list)) if column.code_list else None
    defects = []
    for i, key in enumerate(keys):
        if not key:
            finding = f"la cellule qui doit porter « {column.name} » est vide, sa ligne ou sa colonne ne l'est pas"
            remedy = "remplir la cellule (défusionner les cellules fusionnées) ou retirer les valeurs"
            defects.append(side.defect(i, "cle_vide", finding, remedy))
        elif known is not None and key not in known:
            remedy = (
                "corriger le code (écrit en texte, zéro initial compris), retirer une ligne ou colonne de total ; "
                f"si le code est nouveau, l'ajouter à {column.code_list.split('.')[0]}.csv"
            )
            finding = f"{shown(key)} n'est pas un code connu de « {column.name} »"
            defects.append(side.defect(i, "code_inconnu", finding, remedy, nearest_codes(key, column, catalogue)))
    if column.coverage == "complete" and known is not None:
        missing = sorted(known - set(keys), key=lambda c: (len(c), c))
        if missing:
            listed = ", ".join(missing[:MAX_SHOWN])
            defects.append(
                Defect(
                    "code_absent",
                    f"il manque {plural(len(missing), 'code')} de « {column.name} » : {listed}",
                    "redéposer un fichier qui les porte tous, avec une cellule vide là où la valeur n'est pas connue",
                    feuille=side.sheet,
                    attendu=f"les {len(known)} codes de {column.code_list.split('.')[0]}.csv",
                )
            )
    return defects


def check_doubles(side: Side, columns: list[Column], keys: dict[str, list[str]]) -> list[Defect]:
    """Refuse a key that stands twice along one side of the matrix."""
    seen: dict[tuple[str, ...], int] = {}
    defects = []
    for i, key in enumerate(zip(*(keys[k.name] for k in columns), strict=True)):
        if key in seen:
            row, letter = side.place(seen[key])
            finding = f"{shown(' / '.join(key))} figure deux fois (déjà à la ligne {row}, colonne {letter})"
            defects.append(side.defect(i, "cle_en_double", finding, "retirer la ligne ou la colonne en trop"))
        seen.setdefault(key, i)
    return defects


def check_crosswalks(
    side: Side, table: SourceTable, captured: dict[str, str], heads: dict[str, list[str]], catalogue: Catalogue
) -> list[Defect]:
    """Refuse a service that its list does not know in that year, in a département that the list does know."""
    period = Period.read(captured["annee"]) if "annee" in captured else None
    return [
        side.defect(i, *wrong)
        for walk in table.crosswalks
        for i, key in enumerate(zip(*(heads[v] for v in walk.keys.values()), strict=True))
        if (wrong := unlisted(walk, key, period, catalogue))
    ]
