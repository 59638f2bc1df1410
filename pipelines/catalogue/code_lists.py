"""The code lists that columns name: the seeds of `dbt_project/seeds/`, and when a line of one holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pipelines.base.periods import Period
from pipelines.settings.model import SEEDS
from pipelines.settings.tables import CatalogueError, read_rows

# Not a file: what pilots declare is the plan's follow-up indicators and the situation series they answer for.
_DECLARED = "indicateurs_declares"
ALWAYS = ("0001-01-01", "9999-12-31")


def code_list(reference: str, seeds: Path = SEEDS) -> list[str]:
    """`departements.code_departement` → the codes of that column of that list, in order."""
    name, column = reference.split(".")
    return [row[column] for row in read_list(name, seeds)]


@lru_cache(maxsize=64)
def code_table(name: str, seeds: Path = SEEDS) -> list[dict[str, str]]:
    """The rows of a list, read once."""
    return read_list(name, seeds)


def read_list(name: str, seeds: Path) -> list[dict[str, str]]:
    """The rows of a list; raises CatalogueError where no seed, or more than one, is called so."""
    if name == _DECLARED:
        situation = [r for r in read_list("indicateurs", seeds) if r["statistique"] == "suivi_actions"]
        return [*read_list("indicateurs_suivi", seeds), *situation]
    found = sorted(seeds.glob(f"*/{name}.csv"))
    if len(found) != 1:
        raise CatalogueError(f"dbt_project/seeds/ : {len(found)} tables se nomment {name}.csv, il en faut une.")
    return read_rows(found[0])


def dates_of(row: Mapping[str, str]) -> tuple[str, str]:
    """The first and the last day of a line; one without dates holds always."""
    return row.get("valide_de") or ALWAYS[0], row.get("valide_a") or ALWAYS[1]


def in_force(row: Mapping[str, str], period: Period | None) -> bool:
    """Whether a line of a list holds on a day of the period at least; without a period, it does."""
    begins, ends = dates_of(row)
    return period is None or (begins <= period.end.isoformat() and period.start.isoformat() <= ends)
