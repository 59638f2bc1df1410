"""The places as a GeoPackage, for QGIS and the like: contours to colour, and their rates beside them, by code."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from shapely.geometry import shape

from pipelines.report.edition import Edition

FILE = "lieux.gpkg"
COMMUNES, EPCI, RATES = "communes", "epci", "taux"
_SYSTEM = "EPSG:4326"
# A column that is all missing has no type of its own.
_PLACE = {
    "territoire_code": pa.string(), "code_officiel": pa.string(), "libelle": pa.string(), "epci_code": pa.string(),
    "population": pa.int64(), "population_millesime": pa.int64(),
}  # fmt: skip
_RATE = {
    "territoire_code": pa.string(), "indicateur_code": pa.string(), "indicateur": pa.string(), "periode": pa.string(),
    "taux": pa.float64(), "unite": pa.string(), "statut": pa.string(), "confidentialite": pa.string(),
    "motif_code": pa.string(), "source": pa.string(),
}  # fmt: skip


def write_geography(edition: Edition, file: Path) -> bool:
    """Write the layers `communes` and `epci`, and the table `taux`; returns whether there were contours to write.

    Degrees, WGS 84. The public edition's tables alone are read.
    """
    contours, places = edition.tables.get("contours"), edition.tables.get("lieux")
    if contours is None or contours.empty or places is None:
        return False
    # A file holds when it was made: that is when the edition was given, so that drawn again it is the same.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": edition.manifest["fait_le"][:19] + ".000Z"})
    try:
        shapes = {
            c: shape(json.loads(g)) for c, g in zip(contours["territoire_code"], contours["contour"], strict=True)
        }
        communes = places[places["niveau"] == "commune"]
        together = {
            str(epci): shapely.union_all([shapes[c] for c in own["territoire_code"] if c in shapes])
            for epci, own in communes.groupby("epci_code")
        }
        _layer(file, COMMUNES, places, shapes)
        _layer(file, EPCI, places, together)
        _rates(edition, file)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return True


def _layer(file: Path, name: str, places: pd.DataFrame, shapes: dict[str, shapely.Geometry]) -> None:
    own = places[places["territoire_code"].isin([c for c, s in shapes.items() if not s.is_empty])]
    own = own.sort_values("territoire_code")
    areas = [shapely.multipolygons(list(shapely.get_parts(shapes[c]))) for c in own["territoire_code"]]
    table = _typed(own, _PLACE).append_column("geometry", pa.array(shapely.to_wkb(areas).tolist(), pa.binary()))
    pyogrio.write_arrow(
        table, file, layer=name, driver="GPKG", geometry_name="geometry", geometry_type="MultiPolygon", crs=_SYSTEM,
        append=file.exists(),
    )  # fmt: skip


def _rates(edition: Edition, file: Path) -> None:
    rates = edition.tables.get("taux_lieux")
    if rates is None or rates.empty:
        return
    rates = rates.assign(indicateur=rates["indicateur_code"].map(edition.labels("indicateurs", "indicateur_code")))
    pyogrio.write_arrow(_typed(rates, _RATE), file, layer=RATES, driver="GPKG", append=True)


def _typed(rows: pd.DataFrame, columns: dict[str, pa.DataType]) -> pa.Table:
    """Take the columns that the rows have, each in its type."""
    held = {name: kind for name, kind in columns.items() if name in rows}
    return pa.table({name: pa.array(rows[name], kind, from_pandas=True) for name, kind in held.items()})
