"""The open-data folder of the public edition: CSV and Parquet, described for Frictionless and for a DCAT catalogue."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.report.edition import Edition
from pipelines.report.open_catalogue import catalogue
from pipelines.report.open_files import write_csv, write_parquet
from pipelines.report.open_package import TABLES, of_csv, of_parquet, package
from pipelines.report.open_tables import columns_of, rows_of


def write_open_data(edition: Edition, folder: Path) -> dict[Path, int | None]:
    """Write the folder; returns its files, with their rows where they are tables."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[Path, int | None] = {}
    resources, programs = [], []
    for name in TABLES:
        if name not in edition.tables:
            continue  # a snapshot of before
        columns, rows = columns_of(edition, name), rows_of(edition, name)
        csv, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
        write_csv(csv, rows)
        write_parquet(parquet, rows, columns)
        written |= {csv: len(rows), parquet: len(rows)}
        resources.append(of_csv(edition, name, csv, columns))
        programs.append(of_parquet(edition, name, parquet, columns))
    described = package(edition, resources + programs)
    for file, content in (("datapackage.json", described), ("catalogue.jsonld", catalogue(described))):
        (folder / file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written[folder / file] = None
    return written
