"""A map: what has no rate is hatched, each absence its own way, and never has the fill of a class."""

from __future__ import annotations

import re

import pytest

from pipelines.maps.classes import classes_of
from pipelines.maps.contours import Contours, own_contours
from pipelines.maps.drawing import MISSING, NO_PLACE, WITHHELD, Area, draw_map, fills, line_of, specification

_WHOLE = own_contours("46")
assert _WHOLE is not None
CONTOURS = Contours(dict(list(_WHOLE.shapes.items())[:20]), _WHOLE.attribution)
CODES = list(CONTOURS.shapes)
RATES = [0.5 + n for n in range(16)]
CLASSES = classes_of(RATES)
AREAS = [
    *(Area(code, f"Commune {code}", rate) for code, rate in zip(CODES, RATES, strict=False)),
    Area(CODES[16], "Tue", None, WITHHELD),
    Area(CODES[17], "Manque", None, MISSING),
]


@pytest.mark.parametrize("absence", [MISSING, WITHHELD, NO_PLACE])
def test_an_absence_has_a_hatch_that_no_class_has(absence: str) -> None:
    known = fills(CLASSES)
    assert known[absence].startswith("url(#")
    assert list(known.values()).count(known[absence]) == 1


def test_what_no_area_names_is_without_a_territory() -> None:
    values = specification(CONTOURS, AREAS, CLASSES, "Taux")["data"]["values"]
    told = {v["properties"]["code"]: v["properties"]["classe"] for v in values}
    assert [told[c] for c in CODES[16:]] == [WITHHELD, MISSING, NO_PLACE, NO_PLACE]


def test_a_place_without_a_rate_is_never_low() -> None:
    drawn = str(draw_map(CONTOURS, AREAS, CLASSES, "Taux pour 1 000 habitants"))
    shapes = re.findall(r'<path [^>]*fill="([^"]+)"[^>]*stroke="#ffffff"', drawn) or re.findall(
        r'<path [^>]*stroke="#ffffff"[^>]*fill="([^"]+)"', drawn
    )
    assert len(shapes) == len(CODES)
    assert sorted(f for f in shapes if f.startswith("url")) == sorted(
        [fills(CLASSES)[WITHHELD], fills(CLASSES)[MISSING], *[fills(CLASSES)[NO_PLACE]] * 2]
    )
    for pattern in set(re.findall(r"url\(#([\w-]+)\)", drawn)):
        assert f'<pattern id="{pattern}"' in drawn


def test_the_legend_writes_each_class_and_only_the_absences_that_are_there() -> None:
    assert CLASSES is not None
    drawn = str(draw_map(CONTOURS, AREAS, CLASSES, "Taux"))
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    assert set(CLASSES.labels) <= set(texts)
    whole = draw_map(Contours({c: CONTOURS.shapes[c] for c in CODES[:16]}), AREAS[:16], CLASSES, "Taux")
    assert MISSING not in str(whole)


def test_text_is_never_under_eleven_pixels() -> None:
    drawn = str(draw_map(CONTOURS, AREAS, CLASSES, "Taux"))
    assert min(float(s) for s in re.findall(r'font-size="([\d.]+)px"', drawn)) >= 11


def test_without_any_rate_all_is_hatched() -> None:
    assert line_of(Area("A", "", None, WITHHELD), None) == WITHHELD
    assert "url(#hachure-secret)" in str(draw_map(CONTOURS, [Area(c, "", None, WITHHELD) for c in CODES], None, "Taux"))
