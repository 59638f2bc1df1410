"""The criteria of the neighbours are those that the public files give, measured again by other code."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest
from scipy.integrate import quad

from pipelines.settings.model import SEEDS
from tests.conftest import real_file
from tests.support import neighbour_criteria

TABLE = SEEDS / "comparaison" / "criteres_departements.csv"


def seeded() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.real
def test_every_figure_is_that_of_the_public_files() -> None:
    """A criterion that the préfecture adds is not judged here: its own line says where it comes from."""
    read = (neighbour_criteria.CONTOURS, neighbour_criteria.SSMSI, neighbour_criteria.COMMUNES)
    contours, *_ = (real_file(*part.split("/")) for part in read)
    folder = contours.parents[1]
    wanted = {(r["critere"], r["code_departement"]): r for r in neighbour_criteria.criteria(folder)}
    mine = {key: r for r in seeded() if (key := (r["critere"], r["code_departement"]))[0] in {c for c, _ in wanted}}
    assert mine == wanted


@pytest.mark.real
def test_areas_are_near_those_that_the_insee_prints() -> None:
    """Its areas are the land register's: the simplified contours are within a hundredth of them."""
    found = neighbour_criteria.areas(real_file(*neighbour_criteria.CONTOURS.split("/")))
    for code, printed in (("46", 5216.5), ("75", 105.4), ("21", 8763.2), ("12", 8735.1)):
        assert found[code] == pytest.approx(printed, rel=0.01)


def test_a_square_on_the_ellipsoid_has_its_known_area(tmp_path: Path) -> None:
    """One degree by one degree from the equator, by the radii of curvature of the meridian and of its normal."""
    square = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
    file = tmp_path / "carre.geojson"
    feature = {"properties": {"code": "00"}, "geometry": {"type": "Polygon", "coordinates": square}}
    file.write_text(json.dumps({"features": [feature]}), encoding="utf-8")
    radius, e2 = 6378.137, 1 / 298.257222101 * (2 - 1 / 298.257222101)

    def strip(latitude: float) -> float:
        w2 = 1 - e2 * math.sin(latitude) ** 2
        return radius * (1 - e2) / w2**1.5 * radius / math.sqrt(w2) * math.cos(latitude)

    wanted = math.radians(1) * quad(strip, 0, math.radians(1))[0]
    assert neighbour_criteria.areas(file)["00"] == pytest.approx(wanted, rel=1e-9)


def test_every_departement_of_a_criterion_has_one_value_with_its_unit_year_and_source() -> None:
    rows = seeded()
    for name in {row["critere"] for row in rows}:
        own = [row for row in rows if row["critere"] == name]
        assert len({row["unite"] for row in own}) == 1, name
        assert len({row["annee"] for row in own}) == 1, name
        assert all(row["source"] for row in own)
