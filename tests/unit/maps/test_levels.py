"""The contours of a level: the communes that a snapshot puts in each of its territories, and no other."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import shapely

from pipelines.maps.levels import contours_at

PLACES = pd.DataFrame(
    [("COM-1", "commune"), ("COM-2", "commune"), ("COM-3", "commune"), ("EPCI-1", "epci"), ("ARR-1", "arrondissement"),
     ("ZPN-46", "zone_police"), ("ZGN-46", "zone_gendarmerie"), ("SRV-PN", "service"), ("SRV-GN", "service")],
    columns=["territoire_code", "niveau"],
)  # fmt: skip
INSIDE = pd.DataFrame(
    [("COM-1", "EPCI-1"), ("COM-2", "EPCI-1"), *((f"COM-{n}", "ARR-1") for n in (1, 2, 3)), ("COM-1", "ZPN-46"),
     ("COM-2", "ZGN-46"), ("COM-3", "ZGN-46"), ("SRV-PN", "ARR-1"), ("SRV-PN", "ZPN-46"), ("SRV-GN", "ARR-1"),
     ("SRV-GN", "ZGN-46")],
    columns=["territoire_code", "contenant_code"],
).assign(valide_a=None)  # fmt: skip


def contours() -> pd.DataFrame:
    squares = {f"COM-{n}": shapely.box(n, 44, n + 1, 45) for n in (1, 2, 3)}
    rows = [(code, json.dumps(shapely.geometry.mapping(s)), "IGN") for code, s in squares.items()]
    return pd.DataFrame(rows, columns=["territoire_code", "contour", "origine"])


@pytest.mark.parametrize(
    ("level", "areas"),
    [
        ("commune", {"COM-1": 1, "COM-2": 1, "COM-3": 1}),
        ("epci", {"EPCI-1": 2, "COM-3": 1}),
        ("arrondissement", {"ARR-1": 3}),
        ("service", {"SRV-PN": 1, "SRV-GN": 2}),
    ],
)
def test_a_territory_is_its_communes(level: str, areas: dict[str, float]) -> None:
    made = contours_at(contours(), PLACES, INSIDE, level)
    assert made is not None
    assert {code: round(shape.area, 6) for code, shape in made.shapes.items()} == areas
    assert made.attribution == "IGN"


def test_two_services_on_the_same_ground_have_none() -> None:
    other = pd.DataFrame([("SRV-EDSR", "ARR-1"), ("SRV-EDSR", "ZGN-46")], columns=INSIDE.columns[:2]).assign(
        valide_a=None
    )
    places = pd.concat([PLACES, pd.DataFrame([("SRV-EDSR", "service")], columns=PLACES.columns)])
    made = contours_at(contours(), places, pd.concat([INSIDE, other]), "service")
    assert made is not None
    assert set(made.shapes) == {"SRV-PN", "COM-2", "COM-3"}, "the others are drawn, without a service"


def test_without_contours_there_is_no_map() -> None:
    assert contours_at(contours().iloc[:0], PLACES, INSIDE, "commune") is None
