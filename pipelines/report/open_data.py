"""The open-data folder of the public edition: CSV and Parquet, described for Frictionless and for a DCAT catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from pipelines.report import wording
from pipelines.report.edition import Edition

LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte / Open Licence 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}
# Data file → what it is, and its key. The descriptions of columns are those of the warehouse's table of that name.
_SERIES_KEY = [
    "indicateur_code", "territoire_code", "periode_type", "periode", "ventilation_type", "ventilation_code",
]  # fmt: skip
_TABLES = {
    "series": (
        "Les séries : une valeur par indicateur, territoire, période et ventilation.",
        "indicateurs.series",
        _SERIES_KEY,
    ),
    "indicateurs": (
        "Les indicateurs : définition, unité, source, ruptures.",
        "reference.indicateurs",
        ["indicateur_code"],
    ),
    "territoires": ("Les territoires.", "reference.territoires", ["territoire_code"]),
    "motifs": ("Pourquoi une valeur manque ou ne se compare pas.", "reference.motifs", ["motif_code"]),
    "perimetres": ("Ce qu'une valeur couvre de son territoire.", "reference.perimetres", ["perimetre"]),
}
_EXTRA = {"confidentialite": "F libre, C non publiée (petit nombre, ou ce dont un petit nombre se déduirait)."}


def write_open_data(edition: Edition, folder: Path) -> list[Path]:
    """Write the folder; returns its files."""
    folder.mkdir(parents=True, exist_ok=True)
    resources, written = [], []
    for name, (title, table, key) in _TABLES.items():
        rows = _plain(edition.tables[name])
        rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
        rows.to_parquet(folder / f"{name}.parquet", index=False)
        written += [folder / f"{name}.csv", folder / f"{name}.parquet"]
        resources.append(_resource(name, title, rows, key, _words(edition, table) | _EXTRA))
    place = edition.labels("territoires", "territoire_code")[edition.department]
    package = {
        "name": f"plan-prevention-delinquance-{edition.department.lower()}-{edition.manifest['cliche'].lower()}",
        "title": f"Plan de prévention de la délinquance, {place}, {wording.period(str(edition.period))}",
        "description": wording.WARNINGS["publique"],
        "version": edition.manifest["cliche"],
        "created": edition.manifest["fait_le"],
        "licenses": [LICENCE],
        "resources": resources,
    }
    for file, content in (("datapackage.json", package), ("catalogue.jsonld", _dcat(package))):
        (folder / file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.append(folder / file)
    return written


def _words(edition: Edition, table: str) -> dict[str, str]:
    """Column → what it is, of a table of the warehouse."""
    rows = edition.tables["descriptions"]
    rows = rows[rows["table_nom"] == table]
    return dict(zip(rows["colonne"], rows["description"], strict=True))


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers without a decimal point where a column holds nothing else."""
    made = rows.copy()
    for name in made.columns:
        if pd.api.types.is_float_dtype(made[name]) and (made[name].dropna() % 1 == 0).all():
            made[name] = made[name].astype("Int64")
    return made


def _resource(name: str, title: str, rows: pd.DataFrame, key: list[str], words: dict[str, str]) -> dict:
    return {
        "name": name,
        "title": title,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [{"name": c, "type": _type(rows[c]), "description": words.get(c, "")} for c in rows.columns],
            "primaryKey": key,
            "missingValues": [""],
        },
    }


def _type(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if pd.api.types.is_float_dtype(column):
        return "number"
    known = column.dropna()
    return "date" if len(known) and hasattr(known.iloc[0], "year") else "string"


def _dcat(package: dict) -> dict:
    """The same as a DCAT dataset, in JSON-LD."""
    return {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "dcat:Dataset",
        "dct:identifier": package["name"],
        "dct:title": package["title"],
        "dct:description": package["description"],
        "dct:issued": package["created"],
        "dct:license": {"@id": LICENCE["path"]},
        "dct:language": "fr",
        "dcat:version": package["version"],
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": f"{resource['title']} ({kind})",
                "dcat:downloadURL": f"{resource['name']}.{extension}",
                "dcat:mediaType": media,
            }
            for resource in package["resources"]
            for kind, extension, media in (("CSV", "csv", "text/csv"),
                                           ("Parquet", "parquet", "application/vnd.apache.parquet"))
        ],
    }  # fmt: skip
