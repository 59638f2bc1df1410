"""Contours that are delivered draw the maps, and say whose they are; withdrawn, the maps are as they were."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from shapely.geometry import shape

from tests.conftest import Home, real_file

pytestmark = pytest.mark.long
_MARK = "DONNÉES DE DÉMONSTRATION"
_ORIGIN = "IGN, Admin Express, essai"


@pytest.fixture(scope="module")
def own(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the demonstration, in which contours are delivered."""
    folder = tmp_path_factory.mktemp("contours") / "home"
    shutil.copytree(demo_home.folder, folder)
    home = Home(folder)
    public = json.loads(real_file("geo", "communes-46-lot.geojson").read_text(encoding="utf-8"))
    told = {"type": "FeatureCollection", "attribution": _ORIGIN, "note": _MARK, "features": public["features"]}
    (home.landing / "communes-2018.geojson").write_text(json.dumps(told), encoding="utf-8")
    assert home.load()["resultat"] == "publié"
    return home


def contours(home: Home, quarter: str) -> pd.DataFrame:
    done = home.run("snapshot", quarter)
    assert done.returncode == 0, done.stderr
    folder = home.folder / "snapshots" / quarter
    both = [pd.read_parquet(folder / e / "donnees" / "contours.parquet") for e in ("publique", "restreinte")]
    assert both[0].equals(both[1])
    return both[0].set_index("territoire_code")


def area(frame: pd.DataFrame, code: str) -> float:
    return float(shape(json.loads(frame.loc[code, "contour"])).area)


def test_delivered_contours_draw_the_maps_until_they_are_withdrawn(own: Home) -> None:
    held = contours(own, "2023-T3")
    assert set(held["origine"]) == {_ORIGIN}
    today = {code for [code] in own.sql("select territoire_code from reference.territoires where niveau = 'commune'")}
    assert set(held.index) <= today, "a commune that merged is in the one that took it in"
    received = json.loads(real_file("geo", "communes-46-lot.geojson").read_text(encoding="utf-8"))["features"]
    whole = {f["properties"]["code"]: shape(f["geometry"]) for f in received}
    # Simplified to about a hundred metres, a commune keeps its surface.
    assert area(held, "COM-46042") == pytest.approx(whole["46042"].area, rel=0.03)
    assert sum(area(held, c) for c in held.index) == pytest.approx(sum(s.area for s in whole.values()), rel=0.01)
    assert held["contour"].str.len().sum() < len(json.dumps(received)) / 2
    page = (own.folder / "snapshots" / "2023-T3" / "publique" / "rapport.html").read_text(encoding="utf-8")
    assert _ORIGIN in page.replace("\u00a0", " ")

    [[delivery]] = own.sql("select distinct livraison_id from reference.contours")
    assert own.run("withdraw", delivery, "--motif", "essai").returncode == 0
    assert own.load()["resultat"] == "publié"
    assert own.sql("select count(*) from reference.contours") == [[0]]
    before = contours(own, "2023-T2")
    assert before["origine"].str.contains("Contours communaux simplifiés").all()
