"""SDMX-CSV, GeoPackage and the schemas: read again by what reads them elsewhere, they hold the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import frictionless
import pandas as pd
import pyogrio
import shapely

from pipelines.report.open_data import write_open_data
from pipelines.report.open_sdmx import write_sdmx
from tests.unit.report.test_open_catalogue import with_places


def series(**more: object) -> dict:
    return {"indicateur_code": "VOLS", "territoire_code": "DEP-46", "periode_type": "trimestre", "periode": "2019-T4",
            "ventilation_type": "total", "ventilation_code": "total", "valeur": 12.0, "unite": "faits, constatés",
            "statut": "A", "confidentialite": "F", "motif_code": None, "source": "police",
            "perimetre": "complet"} | more  # fmt: skip


def observations(folder: Path, rows: list[dict]) -> list[dict[str, str]]:
    write_sdmx(folder / "s.csv", pd.DataFrame(rows, dtype=object).where(pd.DataFrame(rows).notna(), None))
    with (folder / "s.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_an_observation_has_its_key_its_value_and_its_state(tmp_path: Path) -> None:
    seen = observations(tmp_path, [
        series(), series(periode_type="mois", periode="2019-03", valeur=0.5, statut="P"),
        series(periode_type="annee", periode="2019", valeur=None, statut="M", motif_code="non_recu"),
        series(periode="2019-T3", valeur=None, confidentialite="C", motif_code="secret_statistique"),
        series(periode_type="cumul", periode="2019-12"),
    ])  # fmt: skip
    keys = ("FREQ", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "REASON")
    assert [tuple(row[k] for k in keys) for row in seen] == [
        ("Q", "2019-Q4", "12", "A", "F", ""),
        ("M", "2019-03", "0.5", "P", "F", ""),
        ("A", "2019", "", "O", "F", "non_recu"),
        ("Q", "2019-Q3", "", "Q", "C", "secret_statistique"),
    ], "a sum since January is no frequency of SDMX: the months under it are there"
    assert {(r["STRUCTURE"], r["STRUCTURE_ID"], r["ACTION"]) for r in seen} == {("dataflow", "VIGIE:SERIES(1.0)", "I")}
    assert {(r["REF_AREA"], r["INDICATOR"], r["UNIT_MEASURE"]) for r in seen} == {
        ("DEP-46", "VOLS", "faits, constatés")
    }


def test_the_places_open_in_a_map_s_program_and_join_on_their_codes(tmp_path: Path) -> None:
    write_open_data(with_places(), tmp_path)
    file = tmp_path / "lieux.gpkg"
    assert {name for name, _ in pyogrio.list_layers(file)} == {"communes", "epci", "taux"}
    meta, places = pyogrio.read_arrow(file, layer="communes")
    assert meta["crs"] == "EPSG:4326"
    rows = places.to_pylist()
    [commune] = rows
    assert (commune["territoire_code"], commune["libelle"], commune["population"]) == ("COM-46042", "Cahors", 20_000)
    shape = shapely.from_wkb(commune[meta["geometry_name"] or "wkb_geometry"])
    assert shape.equals(shapely.box(1.0, 44.5, 1.1, 44.6))
    rates = pyogrio.read_arrow(file, layer="taux")[1].to_pylist()
    assert [(r["territoire_code"], r["indicateur"], r["taux"]) for r in rates] == [("COM-46042", "Vols", 1.5)]
    assert {r["territoire_code"] for r in rates} <= {r["territoire_code"] for r in rows}
    [epci] = pyogrio.read_arrow(file, layer="epci")[1].to_pylist()
    assert epci["libelle"] == "Grand Cahors"


def test_it_is_the_same_file_when_it_is_drawn_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_open_data(with_places(), tmp_path / name)
    first, second = ({f.name: f.read_bytes() for f in (tmp_path / n).iterdir() if f.is_file()} for n in ("a", "b"))
    assert {name for name in first if first[name] != second[name]} == set()


def test_each_schema_is_one_that_its_readers_take_and_describes_its_file(tmp_path: Path) -> None:
    write_open_data(with_places(), tmp_path)
    for file in sorted((tmp_path / "schemas").glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        asked = ("$schema", "name", "title", "description", "homepage", "path", "version", "created", "lastModified",
                 "contributors", "fields", "primaryKey", "missingValues")  # fmt: skip
        assert [name for name in asked if not schema.get(name)] == []
        assert all(f["description"] and "constraints" in f for f in schema["fields"])
        dialect = frictionless.Dialect.from_descriptor({"csv": {"delimiter": ";"}})
        report = frictionless.Resource(
            path=f"{file.stem}.csv", basepath=str(tmp_path), schema=frictionless.Schema.from_descriptor(schema),
            dialect=dialect, encoding="utf-8",
        ).validate()  # fmt: skip
        assert report.valid, report.flatten(["name", "fieldName", "type", "note"])[:5]
