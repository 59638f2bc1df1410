"""Contours that a préfecture delivers: read from GeoJSON by the gate of every file, refused in French otherwise."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from shapely.geometry import mapping, shape

from pipelines.catalogue.load import load_catalogue
from pipelines.reading.parse import Limits, parse_file
from pipelines.reading.verdict import Verdict
from tests.conftest import real_file

CATALOGUE = load_catalogue()
LIMITS = Limits(64, 1_000_000, today=dt.date(2025, 2, 15))
Collection = dict[str, Any]


def square(west: float, south: float, side: float = 0.05) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(*codes: str) -> Collection:
    """Squares side by side in the Lot, one a commune."""
    return {
        "type": "FeatureCollection",
        "attribution": "IGN, essai",
        "features": [
            {"type": "Feature", "properties": {"code": code, "nom": f"Commune {n}", "population": 12},
             "geometry": square(1.4 + n / 20, 44.4)}
            for n, code in enumerate(codes)
        ],
    }  # fmt: skip


def read(collection: Collection | bytes, folder: Path) -> Verdict:
    file = folder / "contours.geojson"
    file.write_bytes(collection if isinstance(collection, bytes) else json.dumps(collection).encode())
    return parse_file(file, "a1", folder / "raw", CATALOGUE, LIMITS)


def rows(folder: Path) -> list[dict[str, Any]]:
    return pq.read_table(folder / "raw" / "geographie" / "contours" / "a1.parquet").to_pylist()


def test_each_commune_has_its_contour_as_it_was_written(tmp_path: Path) -> None:
    given = collection("46001", "46042")
    verdict = read(given, tmp_path)
    assert verdict.defects == []
    assert [(part.source, part.table, part.tranche) for part in verdict.parts] == [("geographie", "contours", "46")]
    held = rows(tmp_path)
    assert [r["code_commune"] for r in held] == ["46001", "46042"]
    assert {r["attribution"] for r in held} == {"IGN, essai"}
    assert [json.loads(r["contour"]) for r in held] == [f["geometry"] for f in given["features"]]


def test_the_public_contours_of_the_lot_are_read_whole(tmp_path: Path) -> None:
    file = real_file("geo", "communes-46-lot.geojson")
    verdict = parse_file(file, "a1", tmp_path / "raw", CATALOGUE, LIMITS)
    assert verdict.defects == []
    own = {f["properties"]["code"]: f for f in json.loads(file.read_text(encoding="utf-8"))["features"]}
    held = {r["code_commune"]: shape(json.loads(r["contour"])) for r in rows(tmp_path)}
    assert held.keys() == own.keys()
    assert len(held) > 300
    assert all(mapping(held[code]) == mapping(shape(f["geometry"])) for code, f in own.items())


def change(name: str, value: object) -> Callable[[Collection], None]:
    def made(given: Collection) -> None:
        given["features"][1][name] = value

    return made


def _twice(given: Collection) -> None:
    given["features"].append(given["features"][0])


def _without_codes(given: Collection) -> None:
    for feature in given["features"]:
        feature["properties"] = {"nom": "Albas"}


def _crossed() -> dict[str, Any]:
    ring = [[1.4, 44.4], [1.5, 44.5], [1.5, 44.4], [1.4, 44.5], [1.4, 44.4]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (_without_codes, "contours_sans_code", "aucune propriété des contours ne donne le code"),
        (_twice, "cle_en_double", "46001"),
        (change("properties", {"code": "46999"}), "code_inconnu", "46999"),
        (change("properties", {"code": "46"}), "code_trop_court", "5 caractères"),
        (change("properties", {"nom": "Cahors"}), "cellule_vide", "doit être remplie"),
        (change("geometry", None), "contour_sans_surface", "n'est pas une surface"),
        (change("geometry", {"type": "Point", "coordinates": [1.4, 44.4]}), "contour_sans_surface", "46042"),
        (change("geometry", {"type": "Polygon", "coordinates": [[[1.4, "x"]]]}), "contour_illisible", "46042"),
        (change("geometry", _crossed()), "contour_qui_se_recoupe", "longitude 1,45, latitude 44,45"),
        # Metres of Lambert 93, and latitude before longitude.
        (change("geometry", square(570_000, 6_370_000, 500)), "contour_hors_de_france", "EPSG:4326"),
        (change("geometry", square(44.4, 1.4)), "contour_hors_de_france", "longitude 44,4 à 44,45"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    tmp_path: Path, change: Callable[[Collection], None], code: str, said: str
) -> None:
    given = collection("46001", "46042")
    change(given)
    verdict = read(given, tmp_path)
    assert [d.code for d in verdict.defects] == [code]
    assert said in verdict.defects[0].sentence()
    assert not (tmp_path / "raw" / "geographie").exists()


@pytest.mark.parametrize(
    ("received", "code"),
    [
        (b'{"type": "FeatureCollection", "features": [', "geojson_abime"),
        (b'{"type": "FeatureCollection", "features": {}}', "geojson_sans_contours"),
        (b'{"type": "Topology", "objects": {}}', "autre_format"),
        (b'{\r\n"type": "Feature"}', "autre_format"),
    ],
)
def test_what_is_no_collection_is_named(tmp_path: Path, received: bytes, code: str) -> None:
    assert [d.code for d in read(received, tmp_path).defects] == [code]


def test_a_commune_of_a_departement_without_a_list_is_taken(tmp_path: Path) -> None:
    """The list of communes of the project is the Lot's: it says nothing of the Aveyron."""
    assert read(collection("46001", "12145"), tmp_path).defects == []
