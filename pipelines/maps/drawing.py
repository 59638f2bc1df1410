"""One specification of a map, in Vega-Lite: drawn here as SVG, or by a browser that has Vega."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert
from markupsafe import Markup

from pipelines.maps.classes import Classes
from pipelines.maps.contours import Contours

# What a place without a rate is, in the words of the legend.
MISSING, WITHHELD, NO_PLACE = "donnée manquante", "non publié (secret statistique)", "sans territoire"
# From light to dark, told apart in grey too; the lightest stands out from the page.
_SHADES = ("#e3edf7", "#b7d0e8", "#7fabd3", "#3f7fb8", "#174a7c")
_INK, _LINE = "#1b1f24", "#ffffff"
# Under this width the lines of a legend would cover one another side by side.
_TWO_COLUMNS = 480
# Each absence has a hatch of its own: neither can pass for a low rate.
_HATCHES = {
    MISSING: ("hachure-manquant", "#fff6e0", '<path d="M0 8L8 0" stroke="#6e4b00" stroke-width="1.6"/>'),
    WITHHELD: ("hachure-secret", "#f4f1fa", '<path d="M0 2H8M0 6H8" stroke="#4b3b6e" stroke-width="1.4"/>'),
    NO_PLACE: ("hachure-hors", "#ffffff", '<path d="M2 1V3M1 2H3M6 5V7M5 6H7" stroke="#57606a" stroke-width="1"/>'),
}
_PATTERN = (
    '<pattern id="{}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="{}"/>{}'
)
# They stand in every map, so that one can be moved alone.
_DEFS = "".join(f"{_PATTERN.format(*hatch)}</pattern>" for hatch in _HATCHES.values())
HATCHES = Markup(f"<defs>{_DEFS}</defs>")  # noqa: S704 -- constants
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


@dataclass(frozen=True)
class Area:
    """A place of a map: its rate, or what it is that has none (MISSING, WITHHELD, NO_PLACE)."""

    code: str
    label: str
    rate: float | None
    absence: str = MISSING


def fills(classes: Classes | None) -> dict[str, str]:
    """Map each line of the legend to its fill, the lowest class first, then the absences."""
    labels = classes.labels if classes else []
    return dict(zip(labels, _shades(len(labels)), strict=True)) | {
        absence: f"url(#{name})" for absence, (name, *_) in _HATCHES.items()
    }


def line_of(area: Area, classes: Classes | None) -> str:
    """Return the line of the legend that a place goes by."""
    if area.rate is None or classes is None:
        return area.absence
    return classes.labels[classes.place(area.rate)]


def specification(
    contours: Contours, areas: Sequence[Area], classes: Classes | None, title: str, width: int = 560, height: int = 520
) -> dict[str, Any]:
    """Return the Vega-Lite specification of a map of rates. A contour that no area names is without a territory."""
    told = {area.code: area for area in areas}
    values: list[dict[str, Any]] = []
    lines = set()
    for code in contours.shapes:
        area = told.get(code, Area(code, "", None, NO_PLACE))
        line = line_of(area, classes)
        lines.add(line)
        shown = {"code": code, "nom": area.label, "classe": line}
        values.append({"type": "Feature", "geometry": contours.geometry(code), "properties": shown})
    return _base(values, lines, classes, title, width, height)


def draw_map(
    contours: Contours, areas: Sequence[Area], classes: Classes | None, title: str, width: int = 560, height: int = 520
) -> Markup:
    """Draw a map as SVG. It is hidden from readers who hear the page: a table goes under each map."""
    spec = specification(contours, areas, classes, title, width, height)
    return Markup(_svg(json.dumps(spec, sort_keys=True)))  # noqa: S704 -- drawn by the library, labels escaped


def _base(
    values: list[dict[str, Any]], present: set[str], classes: Classes | None, title: str, width: int, height: int
) -> dict[str, Any]:
    known = fills(classes)
    # Every class is in the legend, even empty; an absence only where there is one.
    lines = [line for line in known if line in present or line in (classes.labels if classes else ())]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "data": {"values": values},
        "projection": {"type": "mercator"},
        "mark": {"type": "geoshape", "stroke": _LINE, "strokeWidth": 0.5, "strokeJoin": "round"},
        "encoding": {
            "color": {
                "field": "properties.classe",
                "type": "nominal",
                "scale": {"domain": lines, "range": [known[line] for line in lines]},
                "legend": {"title": title, "orient": "bottom", "columns": 2 if width >= _TWO_COLUMNS else 1,
                           "symbolType": "square", "symbolSize": 220,
                           "symbolStrokeColor": _INK, "symbolStrokeWidth": 0.5, "labelFontSize": 12,
                           "titleFontSize": 12, "labelLimit": 300, "titleLimit": width},
            }
        },
        "config": {"background": None, "view": {"stroke": None}, "font": "system-ui, sans-serif"},
    }  # fmt: skip


def _shades(count: int) -> list[str]:
    if count <= 1:
        return [_SHADES[2]] * count
    return [_SHADES[round(n * (len(_SHADES) - 1) / (count - 1))] for n in range(count)]


@lru_cache(maxsize=64)
def _svg(specification: str) -> str:
    drawn = _SPOKEN.sub("", vl_convert.vegalite_to_svg(specification, format_locale="fr-FR"))
    opening, end, rest = drawn.partition(">")
    return f"{opening.replace('<svg ', '<svg aria-hidden=' + chr(34) + 'true' + chr(34) + ' ', 1)}{end}{HATCHES}{rest}"
