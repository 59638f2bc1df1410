"""Whether the priorities of each plan can be published: a rank, a table and dates of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.catalogue.dated_lists import overlap
from pipelines.catalogue.model import CatalogueError

_MOST = 9


def check_priorities(rows: Iterable[dict[str, str]]) -> None:
    """Raise CatalogueError, with its line, for the first row of `plan/priorites.csv` whose table has no fit name, or is
    another priority's, or whose rank is another's on the same day. A priority keeps its table for ever: queries bear
    its name.
    """
    tables: dict[tuple[str, str], str] = {}
    owners: dict[tuple[str, str], str] = {}
    held: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for number, row in enumerate(rows, start=2):
        plan, code, rank, table = (row[c] for c in ("code_departement", "priorite_code", "rang", "nom_table"))
        if not (rank.isdecimal() and 1 <= int(rank) <= _MOST):
            raise _wrong(number, f"rang vaut « {rank} ». Attendu : un entier de 1 à {_MOST}")
        if not re.fullmatch(rf"priorite_{rank}_[a-z][a-z0-9_]*", table):
            raise _wrong(
                number, f"nom_table vaut « {table} ». Attendu : priorite_{rank}_ puis des lettres minuscules sans "
                f"accent, comme priorite_{rank}_jeunesse"
            )  # fmt: skip
        if tables.setdefault((plan, code), table) != table:
            raise _wrong(number, f"la table de {code} est déjà {tables[plan, code]}. Garder ce nom : des requêtes s'en "
                         "servent")  # fmt: skip
        if owners.setdefault((plan, table), code) != code:
            raise _wrong(number, f"{table} est déjà la table de {owners[plan, table]}. Lui donner un autre nom")
        for key in ((plan, code), (plan, f"rang {rank}")):
            if twice := overlap(held.setdefault(key, []), row, number):
                raise _wrong(number, f"{key[1]} {twice}")


def _wrong(number: int, problem: str) -> CatalogueError:
    return CatalogueError(f"dbt_project/seeds/plan/priorites.csv, ligne {number} : {problem}.")
