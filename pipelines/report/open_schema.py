"""The schema of each table as schema.data.gouv.fr lists them: Table Schema, with who made it, when, and examples."""

from __future__ import annotations

import math

import pandas as pd

from pipelines import __version__
from pipelines.report.edition import Edition
from pipelines.report.open_catalogue import base_of
from pipelines.report.open_files import as_text
from pipelines.report.open_tables import Column

_PROFILE = "https://specs.frictionlessdata.io/schemas/table-schema.json"
FOLDER = "schemas"


def table_schema(edition: Edition, name: str, csv: dict, columns: list[Column], rows: pd.DataFrame) -> dict:
    """Build the schema of a table; `csv` is its resource in the data package."""
    day = edition.manifest["fait_le"][:10]
    publisher = edition.manifest.get("publication", {}).get("editeur") or "Préfecture du département"
    base = base_of(edition)
    return {
        "$schema": _PROFILE,
        "name": f"vigie-{name}",
        "title": f"Plan de prévention de la délinquance : {name}",
        "description": csv["title"],
        "homepage": base or "../datapackage.json",
        "path": f"{base}{FOLDER}/{name}.json",
        "version": __version__,
        "created": day,
        "lastModified": day,
        "contributors": [{"title": publisher, "role": "author"}],
        "resources": [{"title": f"{name}.csv", "path": f"{base}{name}.csv" if base else f"../{name}.csv"}],
        "fields": [_field(f, rows[c.name], c.name in csv["schema"]["primaryKey"])
                   for f, c in zip(csv["schema"]["fields"], columns, strict=True)],
        "primaryKey": csv["schema"]["primaryKey"],
        "missingValues": csv["schema"]["missingValues"],
    }  # fmt: skip


def _field(described: dict, cells: pd.Series, in_key: bool) -> dict:
    """Add an example, the first cell that holds something, and whether one is required."""
    example = next((v if isinstance(v, int | float) else as_text(v) for v in cells if _is_shown(v)), None)
    return {
        **described,
        **({"example": example} if example is not None else {}),
        "constraints": {"required": in_key, "unique": False},
    }


def _is_shown(value: object) -> bool:
    """Whether a cell holds something that JSON can write."""
    return value is not None and not (isinstance(value, float) and math.isinf(value))
