"""Whether the table of head indicators, and that of the lines of base, name what exists and can be tested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from pipelines.catalogue.model import CatalogueError

Rows = list[dict[str, str]]
# What adds up to a whole, or is in it.
_TIES = {"somme", "partie"}
_FIRST_MONTHS = {"mois": range(1, 13), "trimestre": (1, 4, 7, 10), "annee": (1,)}


def check_head_indicators(table: Callable[[str], Rows]) -> None:
    """Raise CatalogueError, with its file and line, for the first line that does not hold: a code that is never tested,
    or is a part of another head; a line of base that starts within a period. Codes, doubles and what is empty are of
    `table_checks`.
    """
    heads = [r["indicateur_code"] for r in table("indicateurs_tete")]
    laws = _laws(table("regles_diffusion"), table("indicateurs"))
    above = _wholes(table("relations_indicateurs"))
    for number, row in enumerate(table("indicateurs_tete"), start=2):
        where, code = f"indicateurs/indicateurs_tete.csv, ligne {number}", row["indicateur_code"]
        if laws.get(code) == {"aucune"}:
            raise CatalogueError(
                f"{where} : {code} n'est jamais testé (loi aucune dans regles_diffusion.csv). Un indicateur de tête "
                "compte des faits qui arrivent."
            )
        if wholes := sorted(_all_above(code, above) & set(heads)):
            raise CatalogueError(
                f"{where} : {code} est une partie de {wholes[0]}, qui est en tête aussi (relations_indicateurs.csv). "
                "Garder le tout : ses parties sont testées quand il est lui-même en hausse ou en baisse."
            )
    for number, row in enumerate(table("lignes_de_base"), start=2):
        _check_line(f"indicateurs/lignes_de_base.csv, ligne {number}", row)


def _check_line(where: str, row: dict[str, str]) -> None:
    kind = row["periode_type"]
    try:
        day = dt.date.fromisoformat(row["depuis"])
    except ValueError:
        day = None
    if day is None or day.day != 1 or day.month not in _FIRST_MONTHS.get(kind, ()):
        raise CatalogueError(
            f"{where} : depuis vaut {row['depuis']}. Attendu : le premier jour d'une période ({kind}), comme "
            "2024-01-01."
        )


def _laws(rules: Rows, indicators: Rows) -> dict[str, set[str]]:
    """Indicator → the laws of its own rules, or of its statistic's."""
    own: dict[str, set[str]] = {}
    common = {r["source"]: r["loi"] for r in rules if not r["indicateur_code"]}
    for row in rules:
        if row["indicateur_code"]:
            own.setdefault(row["indicateur_code"], set()).add(row["loi"])
    inherited = {r["indicateur_code"]: {common[r["statistique"]]} for r in indicators if r["statistique"] in common}
    return inherited | own


def _wholes(relations: Rows) -> dict[str, set[str]]:
    """Part → the wholes that it is in, one step up."""
    found: dict[str, set[str]] = {}
    for row in relations:
        if row["nature"] in _TIES:
            found.setdefault(row["membre_code"], set()).add(row["ensemble_code"])
    return found


def _all_above(code: str, above: dict[str, set[str]]) -> set[str]:
    """Every whole that an indicator is in, however far."""
    found: set[str] = set()
    left: Iterable[str] = [code]
    while left := {w for c in left for w in above.get(c, ())} - found:
        found |= left
    return found
