"""Whether the dated lists of seeds/ hold together: two lines of one place on one day would count it twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from pipelines.catalogue.code_lists import dates_of
from pipelines.catalogue.model import CatalogueError

Rows = list[dict[str, str]]
# List → what may have one line a day, then what never changes for a code.
_ONCE_A_DAY: dict[str, list[tuple[str, ...]]] = {
    "services": [("territoire_code",), ("code_departement", "force", "perimetre", "service")],
    "postes_iscg": [("territoire_code",), ("poste_code",)],
    "communes": [("code_commune",)],
    "lieux": [("territoire_code",)],
    "arrondissements": [("code_arrondissement",)],
}
_CONSTANT = {
    "services": ("code_departement", "force", "zone_code"),
    "postes_iscg": ("code_departement", "poste_code"),
    "communes": ("code_departement",),
    "lieux": ("code_departement", "niveau"),
}
# Those whose every line says since when: a return is owed from that day.
_DATED = {"services", "postes_iscg"}


def check_dated_lists(table: Callable[[str], Rows]) -> None:
    """Raise CatalogueError, with its file and line, for the first line that overlaps another of the same place."""
    for name, keys in _ONCE_A_DAY.items():
        rows = list(enumerate(table(name), start=2))
        for number, row in rows:
            _check_dates(name, number, row)
        for key in keys:
            _check_once(name, key, rows)
        for column in _CONSTANT.get(name, ()):
            _check_constant(name, keys[0], column, rows)


def _check_dates(name: str, number: int, row: dict[str, str]) -> None:
    for column in ("valide_de", "valide_a"):
        try:
            if row[column]:
                dt.date.fromisoformat(row[column])
        except ValueError:
            raise _wrong(name, number, f"{column} vaut {row[column]}. Attendu : une date, AAAA-MM-JJ") from None
    if name in _DATED and not row["valide_de"]:
        raise _wrong(name, number, "valide_de est vide. Attendu : le premier jour où la ligne vaut, AAAA-MM-JJ")
    begins, ends = dates_of(row)
    if begins > ends:
        raise _wrong(name, number, f"valide_a ({row['valide_a']}) précède valide_de ({row['valide_de']})")


def _check_once(name: str, key: tuple[str, ...], rows: Iterable[tuple[int, dict[str, str]]]) -> None:
    held: dict[tuple[str, ...], list[tuple[str, str, int]]] = {}
    for number, row in rows:
        if twice := overlap(held.setdefault(tuple(row[k] for k in key), []), row, number):
            raise _wrong(name, number, f"{' / '.join(row[k] for k in key if row[k])} y {twice}")


def overlap(held: list[tuple[str, str, int]], row: dict[str, str], number: int) -> str:
    """What is wrong with the dates of a line beside those `held` of its key, which it joins; empty if nothing."""
    begins, ends = dates_of(row)
    for first, last, other in held:
        if begins <= last and first <= ends:
            return (
                f"vaut déjà par la ligne {other} : leurs dates se chevauchent. Fermer l'une (valide_a) la veille du "
                "jour où l'autre commence (valide_de)"
            )
    held.append((begins, ends, number))
    return ""


def _check_constant(name: str, key: tuple[str, ...], column: str, rows: Iterable[tuple[int, dict[str, str]]]) -> None:
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    for number, row in rows:
        code = tuple(row[k] for k in key)
        value, other = first.setdefault(code, (row[column], number))
        if value != row[column]:
            raise _wrong(
                name, number, f"{' / '.join(code)} change de {column} ({value} à la ligne {other}, {row[column]} ici). "
                "Lui donner un autre code"
            )  # fmt: skip


def _wrong(name: str, number: int, problem: str) -> CatalogueError:
    return CatalogueError(f"dbt_project/seeds/reference/{name}.csv, ligne {number} : {problem}.")
