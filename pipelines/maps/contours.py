"""The contours of places: read from GeoJSON, simplified together so that neighbours keep one border, dissolved."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.affinity import scale
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

# About a hundred metres: a tenth of the line that a map of a département is drawn with.
GRID = 0.001
SIMPLIFICATION = 0.004
# The names under which producers write the code of a commune.
_CODES = ("code", "insee_com", "codgeo", "code_insee", "code_commune", "insee")
_AREAS = ("Polygon", "MultiPolygon")
_FOLDER = Path(__file__).parent


class BadContours(ValueError):
    """The file holds no contours that can be drawn. The text is French."""


@dataclass(frozen=True)
class Contours:
    """Shapes by the code of their place, in degrees (WGS 84), and whom they come from."""

    shapes: dict[str, BaseGeometry]
    attribution: str = ""

    @classmethod
    def of(cls, collection: Mapping[str, Any]) -> Contours:
        """Read a FeatureCollection whose features have a code. Raises BadContours."""
        features = collection.get("features")
        if not isinstance(features, list) or not features:
            raise BadContours("ce n'est pas une collection GeoJSON (FeatureCollection) de contours")
        pieces: dict[str, list[BaseGeometry]] = {}
        for n, feature in enumerate(features, start=1):
            code, area = _read(n, feature)
            pieces.setdefault(code, []).append(area)
        shapes = {code: shapely.union_all(areas) for code, areas in sorted(pieces.items())}
        return cls(shapes, str(collection.get("attribution", "")))

    @classmethod
    def read(cls, file: Path) -> Contours:
        """Read a GeoJSON file. Raises BadContours."""
        try:
            return cls.of(json.loads(file.read_text(encoding="utf-8")))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise BadContours(f"« {file.name} » n'est pas un fichier GeoJSON lisible") from error

    def gathered(self, places: Mapping[str, str]) -> Contours:
        """Dissolve the shapes that go to the same place (`places`: code → place); leave out the others."""
        pieces: dict[str, list[BaseGeometry]] = {}
        for code, area in self.shapes.items():
            if place := places.get(code):
                pieces.setdefault(place, []).append(area)
        return Contours({p: shapely.union_all(areas) for p, areas in sorted(pieces.items())}, self.attribution)

    def simplified(self, tolerance: float = SIMPLIFICATION) -> Contours:
        """Simplify all the shapes together: two neighbours keep the same border, with neither gap nor overlap."""
        codes = list(self.shapes)
        south, north = self._latitudes()
        wide = math.cos(math.radians((south + north) / 2))
        # A degree of longitude is shorter than one of latitude: the tolerance is the same both ways.
        flat = [scale(self.shapes[code], wide, 1, origin=(0, 0)) for code in codes]
        simple = [scale(s, 1 / wide, 1, origin=(0, 0)) for s in shapely.coverage_simplify(flat, tolerance)]
        snapped = shapely.set_precision(simple, GRID, mode="pointwise")
        return Contours(dict(zip(codes, snapped, strict=True)), self.attribution)

    def geometry(self, code: str) -> dict[str, Any]:
        """Return a shape as GeoJSON, its outer rings clockwise: Vega takes the other side for the inside."""
        return _rounded(mapping(shapely.orient_polygons(self.shapes[code], exterior_cw=True)))

    def collection(self, names: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the shapes as a FeatureCollection, with their names where they are known."""
        return {
            "type": "FeatureCollection",
            "attribution": self.attribution,
            "features": [
                {
                    "type": "Feature",
                    "properties": {"code": code} | ({"nom": names[code]} if names and code in names else {}),
                    "geometry": self.geometry(code),
                }
                for code in self.shapes
            ],
        }

    def _latitudes(self) -> tuple[float, float]:
        _, south, _, north = shapely.total_bounds(list(self.shapes.values()))
        return float(south), float(north)


def own_contours(department: str) -> Contours | None:
    """Return the contours of a département's communes that the project carries for its demonstration, if any."""
    file = _FOLDER / f"communes-{department}.geojson"
    return Contours.read(file) if file.exists() else None


def _read(n: int, feature: Mapping[str, Any]) -> tuple[str, BaseGeometry]:
    named = {str(k).lower(): v for k, v in (feature.get("properties") or {}).items()}
    code = next((str(named[name]) for name in _CODES if named.get(name)), None)
    if code is None:
        raise BadContours(f"le contour n° {n} n'a pas de code ({', '.join(_CODES)})")
    geometry = feature.get("geometry") or {}
    if geometry.get("type") not in _AREAS:
        raise BadContours(f"le contour n° {n} ({code}) n'est pas une surface (Polygon ou MultiPolygon)")
    area = shapely.make_valid(shape(geometry))
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadContours(
            f"le contour n° {n} ({code}) n'est pas en degrés (WGS 84) : l'exporter en EPSG:4326 avant de le déposer"
        )
    return code, area


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def near(point: Iterable[Any]) -> list[Any]:
        return [round(p, 4) if isinstance(p, float) else near(p) for p in point]

    return {"type": geometry["type"], "coordinates": near(geometry["coordinates"])}
