"""What a snapshot says of communes: in the public edition, only what speaks of nobody or is public already."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pipelines.maps.contours import own_contours
from pipelines.snapshots.places import _of_today, contour_rows
from pipelines.snapshots.public import public_places

RULES = pd.DataFrame(
    [("baac", "TUES", "deja_publique"), ("suivi_actions", "P3.A1.I1", "libre"),
     ("suivi_actions", "P2.A7.I2", "personnes"), ("retours_services", "TUES", "personnes_sensibles")],
    columns=["source", "indicateur_code", "protection"],
)  # fmt: skip


def test_counts_of_persons_that_nobody_publishes_stay_inside() -> None:
    rows = [
        ("baac", "TUES", 1),
        ("suivi_actions", "P3.A1.I1", 1),
        ("suivi_actions", "P2.A7.I2", 1),
        ("retours_services", "TUES", 1),
        ("inconnue", "TUES", 1),
    ]
    series = pd.DataFrame(rows, columns=["source", "indicateur_code", "valeur"])
    left = public_places(series, RULES)
    assert left[["source", "indicateur_code"]].to_numpy().tolist() == [["baac", "TUES"], ["suivi_actions", "P3.A1.I1"]]


def test_a_commune_that_merged_is_drawn_with_the_one_that_took_it_in() -> None:
    own = own_contours("46")
    assert own is not None
    before = {f"COM-{code}" for code in own.shapes}
    assert set(_of_today(own, before).shapes) == set(own.shapes)
    # The list of the project closes it at the end of 2024.
    after = _of_today(own, before - {"COM-46217"})
    assert set(own.shapes) - set(after.shapes) == {"46217"}
    [taker] = [c for c in after.shapes if after.shapes[c].area > own.shapes[c].area + 1e-6]
    assert after.shapes[taker].area == pytest.approx(own.shapes[taker].area + own.shapes["46217"].area)


def test_contours_are_one_row_a_commune_with_whom_they_come_from() -> None:
    own = own_contours("46")
    assert own is not None
    rows = contour_rows(own).to_pandas()
    assert len(rows) == len(own.shapes)
    assert set(rows["origine"]) == {own.attribution}
    assert json.loads(rows["contour"][0])["type"] in ("Polygon", "MultiPolygon")
    assert contour_rows(None).num_rows == 0
