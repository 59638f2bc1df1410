"""What the open data is, for programs: each file with its hash, each column with its meaning, where each code leads."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pipelines.home.archive import hash_of
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.open_files import DECIMAL, NO, SEPARATOR, YES
from pipelines.report.open_tables import Column

LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte / Open Licence 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}
# Invented figures are not licensed for reuse.
NO_LICENCE = {
    "name": "notspecified",
    "title": "Aucune licence : chiffres inventés pour une démonstration, à ne reprendre nulle part",
}
INVENTED = "Démonstration : les chiffres de ce jeu de données sont inventés, aucun n'est réel."
# Table of the public edition → what it is, and its key.
TABLES = {
    "comparaisons": (
        "Les chiffres du cliché : une ligne par indicateur, territoire et sorte de période, à côté de la même un an "
        "avant, avec l'intervalle, la lecture de l'évolution et le taux.",
        ["indicateur_code", "territoire_code", "periode_type"],
    ),
    "series": (
        "Les séries : une valeur par indicateur, territoire, période et part.",
        ["indicateur_code", "territoire_code", "periode_type", "periode", "ventilation_type", "ventilation_code"],
    ),
    "taux": (
        "Les taux : un par indicateur, territoire, année et source.",
        ["indicateur_code", "territoire_code", "periode", "source"],
    ),
    "indicateurs": ("Les indicateurs : définition, unité, source, ruptures.", ["indicateur_code"]),
    "territoires": ("Les territoires.", ["territoire_code"]),
    "sources": ("Les sources : les statistiques dont viennent les valeurs.", ["source"]),
    "motifs": ("Pourquoi une valeur manque, n'est pas publiée ou ne se compare pas.", ["motif_code"]),
    "perimetres": ("Ce qu'une valeur couvre de son territoire.", ["perimetre"]),
    "ruptures": ("Les ruptures de série : quand la façon de compter a changé.", ["rupture_code"]),
}
_REFERS = {
    "indicateur_code": "indicateurs",
    "territoire_code": "territoires",
    "source": "sources",
    "statistique": "sources",
    "motif_code": "motifs",
    "comparaison_motif": "motifs",
    "evolution_motif_code": "motifs",
    "perimetre": "perimetres",
}
_T = TypeVar("_T")
_FIELDS: dict[str, dict[str, object]] = {
    "texte": {"type": "string"},
    "entier": {"type": "integer"},
    "nombre": {"type": "number", "decimalChar": DECIMAL},
    "date": {"type": "date"},
    "oui_non": {"type": "boolean", "trueValues": [YES], "falseValues": [NO]},
}


def is_invented(edition: Edition) -> bool:
    """Tell whether the figures are those of the demonstration."""
    return bool(edition.manifest["nature"] == "demonstration")


def package(edition: Edition, resources: list[dict]) -> dict:
    """Build the content of datapackage.json, for Frictionless."""
    place = edition.labels("territoires", "territoire_code")[edition.department]
    title = f"Plan de prévention de la délinquance, {place}, {wording.period(str(edition.period))}"
    return {
        "name": f"plan-prevention-delinquance-{edition.department.lower()}-{edition.manifest['cliche'].lower()}",
        "title": _told(edition, f"{title} (démonstration)", title),
        "description": _described(edition, wording.WARNINGS["publique"]),
        "version": edition.manifest["cliche"],
        "created": edition.manifest["fait_le"],
        "keywords": [*(["démonstration"] if is_invented(edition) else []), "prévention de la délinquance", place],
        "licenses": [_told(edition, NO_LICENCE, LICENCE)],
        "sources": [{"title": label} for label in edition.tables["sources"]["libelle"]],
        "resources": resources,
    }


def _told(edition: Edition, invented: _T, real: _T) -> _T:
    return invented if is_invented(edition) else real


def _described(edition: Edition, text: str) -> str:
    return f"{INVENTED} {text}" if is_invented(edition) else text


def of_csv(edition: Edition, name: str, file: Path, columns: list[Column]) -> dict:
    """Describe the CSV of a table by its schema and its dialect."""
    about, key = TABLES[name]
    written = {c.name for c in columns}
    targets = {n: _REFERS[n] for n in _REFERS if n in written and name != _REFERS[n] and _REFERS[n] in edition.tables}
    foreign = [{"fields": [n], "reference": {"resource": t, "fields": TABLES[t][1]}} for n, t in targets.items()]
    return {
        "name": name,
        **_common(edition, f"{about} (CSV)", file),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"csv": {"delimiter": SEPARATOR}},
        "schema": {
            "fields": [{"name": c.name, **_FIELDS[c.form], "description": c.description} for c in columns],
            "primaryKey": key,
            "missingValues": [""],
            **({"foreignKeys": foreign} if foreign else {}),
        },
    }


def of_parquet(edition: Edition, name: str, file: Path, columns: list[Column]) -> dict:
    """Describe the Parquet of a table as a file with its hash: no dialect reads it."""
    fields = [{"name": c.name, "type": _FIELDS[c.form]["type"], "description": c.description} for c in columns]
    return {
        "name": f"{name}-parquet",
        "type": "file",
        **_common(edition, f"{TABLES[name][0]} (Parquet)", file),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {"fields": fields},
    }


_KINDS = {".csv": ("csv", "text/csv"), ".gpkg": ("gpkg", "application/geopackage+sqlite3")}


def of_file(edition: Edition, name: str, title: str, file: Path) -> dict:
    """Describe a file that has a standard of its own, with its hash."""
    form, media = _KINDS[file.suffix]
    return {"name": name, "type": "file", **_common(edition, title, file), "format": form, "mediatype": media}


def _common(edition: Edition, title: str, file: Path) -> dict:
    return {
        "title": title,
        "description": _described(edition, wording.WARNINGS["publique"]),
        "path": file.name,
        "hash": f"sha256:{hash_of(file)}",
        "bytes": file.stat().st_size,
        "licenses": [_told(edition, NO_LICENCE, LICENCE)],
    }
