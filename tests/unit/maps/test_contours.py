"""Contours: what is refused, and what simplifying and dissolving must keep."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import shapely

from pipelines.maps.contours import BadContours, Contours, own_contours
from pipelines.settings.tables import read_rows


def square(west: float, south: float, code: str | None = "A", name: str = "code") -> dict:
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    properties = {} if code is None else {name: code}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


def turned(ring: list[list[float]]) -> float:
    """Twice the area that a ring goes round, by the shoelace formula: negative when clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))


def test_a_code_is_read_under_the_names_that_producers_give_it() -> None:
    read = Contours.of(collection(square(1, 44, "46001", "INSEE_COM"), square(2, 44, "46002", "codgeo")))
    assert list(read.shapes) == ["46001", "46002"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"type": "Topology"}, "collection GeoJSON"),
        (collection(square(1, 44, None)), "n'a pas de code"),
        (collection(square(1, 44) | {"geometry": {"type": "Point", "coordinates": [1, 44]}}), "n'est pas une surface"),
        (collection(square(560_000, 6_370_000)), "EPSG:4326"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_reason(content: dict, said: str) -> None:
    with pytest.raises(BadContours, match=said):
        Contours.of(content)


def test_a_file_that_is_no_json_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "communes.geojson"
    file.write_text("code;nom", encoding="utf-8")
    with pytest.raises(BadContours, match=r"communes\.geojson"):
        Contours.read(file)


def test_outer_rings_are_clockwise_whichever_way_they_came() -> None:
    for feature in (square(1, 44), square(1, 44) | {"geometry": _reversed(square(1, 44)["geometry"])}):
        [ring] = Contours.of(collection(feature)).geometry("A")["coordinates"]
        assert turned(ring) < 0


def _reversed(geometry: dict) -> dict:
    return geometry | {"coordinates": [list(reversed(ring)) for ring in geometry["coordinates"]]}


def test_places_are_dissolved_and_what_has_none_is_left_out() -> None:
    read = Contours.of(collection(square(1, 44, "A"), square(1.1, 44, "B"), square(1.2, 44, "C")))
    made = read.gathered({"A": "EPCI-1", "B": "EPCI-1"})
    assert list(made.shapes) == ["EPCI-1"]
    assert made.shapes["EPCI-1"].symmetric_difference(shapely.box(1, 44, 1.2, 44.1)).area < 1e-9


def test_neighbours_keep_one_border_once_simplified() -> None:
    whole = own_contours("46")
    assert whole is not None
    simple = whole.simplified(0.02)
    before, after = (shapely.union_all(list(c.shapes.values())) for c in (whole, simple))
    assert sum(map(shapely.get_num_coordinates, simple.shapes.values())) < 0.6 * sum(
        map(shapely.get_num_coordinates, whole.shapes.values())
    )
    overlap = sum(s.area for s in simple.shapes.values()) - after.area
    assert abs(overlap) < 1e-3 * before.area
    assert abs(after.area - before.area) < 0.02 * before.area
    assert all(not s.is_empty for s in simple.shapes.values())


def test_the_projects_own_contours_are_the_communes_of_2024_small_and_attributed() -> None:
    own = own_contours("46")
    assert own is not None
    lot = [r for r in read_rows(_COMMUNES) if r["code_departement"] == "46"]
    assert set(own.shapes) == {r["code_commune"] for r in lot if (r["valide_a"] or "9999") >= "2024-12-31"}
    assert "Licence Ouverte" in own.attribution
    assert _FILE.stat().st_size < 150_000
    json.loads(_FILE.read_text(encoding="utf-8"))


def test_a_departement_of_which_the_project_carries_nothing_has_none() -> None:
    assert own_contours("01") is None


_ROOT = Path(__file__).parents[3]
_FILE = _ROOT / "pipelines" / "maps" / "communes-46.geojson"
_COMMUNES = _ROOT / "dbt_project" / "seeds" / "reference" / "communes.csv"
