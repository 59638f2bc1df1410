"""The open-data folder of the public edition: CSV, Parquet, SDMX-CSV and GeoPackage, described for Frictionless, for
schema.data.gouv.fr and for a DCAT catalogue.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.report.edition import Edition
from pipelines.report.open_catalogue import catalogue
from pipelines.report.open_files import write_csv, write_parquet
from pipelines.report.open_geography import FILE as GEOGRAPHY
from pipelines.report.open_geography import write_geography
from pipelines.report.open_package import TABLES, of_csv, of_file, of_parquet, package
from pipelines.report.open_schema import FOLDER, table_schema
from pipelines.report.open_sdmx import FILE as SDMX
from pipelines.report.open_sdmx import write_sdmx
from pipelines.report.open_tables import columns_of, rows_of


def write_open_data(edition: Edition, folder: Path) -> dict[Path, int | None]:
    """Write the folder; returns its files, with their rows where they are tables."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[Path, int | None] = {}
    (folder / FOLDER).mkdir(exist_ok=True)
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
        _write(folder / FOLDER / f"{name}.json", table_schema(edition, name, resources[-1], columns, rows), written)
        if name == "series":
            written[folder / SDMX] = write_sdmx(folder / SDMX, rows)
            programs.append(of_file(edition, "series-sdmx", "Les séries (SDMX-CSV 2.0)", folder / SDMX))
    if write_geography(edition, folder / GEOGRAPHY):
        written[folder / GEOGRAPHY] = None  # layers, and no one table
        about = "Les communes et les intercommunalités : contours, population, taux (GeoPackage)"
        programs.append(of_file(edition, "lieux", about, folder / GEOGRAPHY))
    described = package(edition, resources + programs)
    for file, content in (("datapackage.json", described), ("catalogue.jsonld", catalogue(edition, described))):
        _write(folder / file, content, written)
    return written


def _write(file: Path, content: dict, written: dict[Path, int | None]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    written[file] = None
