"""Whom what is missing is asked of: nobody for a public file, the préfecture itself for what it owes, a letter else."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.catalogue.code_lists import code_table
from pipelines.catalogue.downloads import is_fetched
from pipelines.catalogue.model import Catalogue
from pipelines.reminders.words import span

_SHEET = "fiche"


@dataclass
class Addressed:
    """Rows of `qualite.series_manquantes`, by what is done about them."""

    letters: list[dict] = field(default_factory=list)
    to_fetch: list[dict] = field(default_factory=list)
    here: list[dict] = field(default_factory=list)


def address(catalogue: Catalogue, missing: list[dict]) -> Addressed:
    """Sort what is asked for. Who is of the préfecture is in acteurs.csv and in source.yml (`prefecture`)."""
    house = {a["acteur_code"] for a in code_table("acteurs") if a["prefecture"] == "true"}
    found = Addressed()
    for row in missing:
        if is_fetched(row["source"]):
            found.to_fetch.append(row)
        elif _of_the_house(catalogue, row, house):
            found.here.append(row)
        else:
            found.letters.append(row)
    return found


def _of_the_house(catalogue: Catalogue, row: dict, house: set[str]) -> bool:
    if row["objet_type"] == _SHEET:
        return row["debiteur_code"] in house
    return row["debiteur_code"] == row["source"] and catalogue.source(row["source"]).in_house


def to_fetch_lines(rows: list[dict]) -> list[str]:
    """Write a line a source: « vigie fetch ssmsi : 1 série, de 2016 à 2024 »."""
    sources: dict[str, list[dict]] = {}
    for row in rows:
        sources.setdefault(row["source"], []).append(row)
    return [
        f"vigie fetch {name} : {', '.join(dict.fromkeys(r['objet'] for r in found))}, {_extent(found)}"
        for name, found in sorted(sources.items())
    ]


def here_lines(rows: list[dict]) -> list[str]:
    """« Fiche-action P1.A1 (Préfet) : le retour trimestriel de suivi, pour le 4e trimestre 2024 », each thing once."""
    return list(
        dict.fromkeys(
            f"{r['objet']} ({r['debiteur']}) : {r['demande']}, {span(r['depuis'], r['jusqu_a'], r['n_periodes'])}"
            if r["objet"] != r["debiteur"]
            else f"{r['objet']} : {r['demande']}, {span(r['depuis'], r['jusqu_a'], r['n_periodes'])}"
            for r in rows
        )
    )


def _extent(rows: list[dict]) -> str:
    first, last = min(r["depuis"] for r in rows), max(r["jusqu_a"] for r in rows)
    return first if first == last else f"de {first} à {last}"
