"""What a received contour must be: a surface that closes without crossing itself, in degrees, where France is."""

from __future__ import annotations

import json
from functools import cache

import pyarrow as pa

from pipelines.base.refusal import MAX_SHOWN, Defect
from pipelines.catalogue.model import Column, Layout
from pipelines.personal.quotable import shown
from pipelines.reading.received import Records
from pipelines.settings.model import SOURCES
from pipelines.settings.tables import read_rows

_AREAS = ("Polygon", "MultiPolygon")
_AGAIN = "réexporter les contours depuis le fichier du producteur, puis redéposer le fichier"
_DEGREES = "réexporter les contours en degrés, longitude puis latitude (WGS 84, EPSG:4326), puis redéposer le fichier"


def check_contours(records: Records, layout: Layout, columns: dict[str, pa.DictionaryArray]) -> list[Defect]:
    """Return a defect for each contour that cannot be drawn, as many as are shown, with the commune it is of."""
    defects: list[Defect] = []
    for column in (c for c in layout.columns if c.type == "contour" and c.name in columns):
        texts, named = columns[column.name].to_pylist(), _names(layout, columns, len(records.lines))
        for line, text, name in zip(records.lines.to_pylist(), texts, named, strict=True):
            if (fault := _fault(text)) and len(defects) < MAX_SHOWN:
                defects.append(_defect(fault, name, line, column))
    return defects


def _names(layout: Layout, columns: dict[str, pa.DictionaryArray], rows: int) -> list[str]:
    code = next((c.name for c in layout.columns if c.type == "code" and c.name in columns), "")
    return columns[code].to_pylist() if code else [""] * rows


def _fault(text: str | None) -> tuple[str, str, str] | None:
    """Return (code, finding, remedy); None when the contour can be drawn."""
    # Loaded here: most files have no contour.
    import shapely
    from shapely.errors import ShapelyError
    from shapely.geometry import shape
    from shapely.validation import explain_validity

    geometry = json.loads(text) if text and text.startswith("{") else {}
    if geometry.get("type") not in _AREAS:
        return "contour_sans_surface", "n'est pas une surface (Polygon ou MultiPolygon)", _AGAIN
    try:
        area = shape(geometry)
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError):
        return "contour_illisible", "a des coordonnées qui ne font pas une surface", _AGAIN
    if area.is_empty:
        return "contour_sans_surface", "n'a aucun point", _AGAIN
    west, south, east, north = area.bounds
    if not any(w <= west <= east <= e and s <= south <= north <= n for w, s, e, n in _extents()):
        where = f"longitude {_shown(west)} à {_shown(east)}, latitude {_shown(south)} à {_shown(north)}"
        return "contour_hors_de_france", f"n'est pas en France ({where})", _DEGREES
    if not shapely.is_valid(area):
        return "contour_qui_se_recoupe", f"n'est pas une surface valable ({_why(explain_validity(area))})", _AGAIN
    return None


def _why(explained: str) -> str:
    """Say in French where a surface is not one, from « Self-intersection[1.4 44.4] »."""
    reason, _, place = explained.partition("[")
    said = "il se recoupe" if "elf-intersection" in reason else "ses anneaux ne s'emboîtent pas"
    longitude, _, latitude = place.rstrip("]").partition(" ")
    return f"{said} vers longitude {_shown(float(longitude))}, latitude {_shown(float(latitude))}" if latitude else said


def _shown(degrees: float) -> str:
    return f"{degrees:.4f}".rstrip("0").rstrip(".").replace(".", ",")


def _defect(fault: tuple[str, str, str], name: str, line: int, column: Column) -> Defect:
    code, finding, remedy = fault
    of = f"le contour de la commune {shown(name)}" if name else "le contour"
    return Defect(code, f"{of} {finding}", remedy, ligne=line, colonne=column.header)


@cache
def _extents() -> list[tuple[float, float, float, float]]:
    """Return the boxes in which a French commune may lie: west, south, east, north."""
    rows = read_rows(SOURCES / "extents.csv")
    return [(float(r["ouest"]), float(r["sud"]), float(r["est"]), float(r["nord"])) for r in rows]
