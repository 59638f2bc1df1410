"""The funnel plot of an indicator: each département's rate by its size, and how far chance alone would take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from pipelines.report.charts import AROUND, CONFIG, GREY, INK, LETTERS, WIDE, drawn
from pipelines.statistics.funnel import RARE, USUAL, limits

_STEPS = 24
# The signs of the limits, in the legend that the page writes under the drawing.
_DASHES = {USUAL: [6, 3], RARE: [1, 3]}


@dataclass(frozen=True)
class Dot:
    """One département: `size` its inhabitants or dwellings, `own` for the one that the edition is of."""

    label: str
    size: float
    rate: float
    own: bool = False


@dataclass(frozen=True)
class Funnel:
    """The dots, and the limits around their common rate: lines of (size, lower and upper at 95 %, at 99.8 %)."""

    dots: list[Dot]
    centre: float
    lines: list[tuple[float, float, float, float, float]]


def funnel(dots: Sequence[Dot], centre: float, per: float, years: int) -> Funnel | None:
    """Compute the limits around `centre`, the rate per `per` of all but the département itself; none when nothing was
    counted. `years`: how many years a rate is the mean of.
    """
    if centre <= 0 or not dots:
        return None
    sizes = [dot.size for dot in dots]
    at = np.linspace(min(sizes) * 0.9, max(sizes) * 1.05, _STEPS)
    usual, rare = (limits(centre, years * at, per, level) for level in (USUAL, RARE))
    lines = [tuple(map(float, line)) for line in np.column_stack([at, *usual, *rare])]
    return Funnel(list(dots), centre, lines)  # type: ignore[arg-type]


def specification(made: Funnel | None, size: str) -> dict:
    """Return the Vega-Lite specification, for whoever draws it elsewhere; without a funnel, its template."""
    lines = made.lines if made else []
    dots = made.dots if made else []
    names = ("n", "b95", "h95", "b998", "h998")
    values = {
        "limites": [dict(zip(names, line, strict=True)) | {"c": made.centre if made else 0} for line in lines],
        "points": [{"n": dot.size, "t": dot.rate, "d": dot.label, "s": int(dot.own)} for dot in dots],
    }
    x = {"field": "n", "type": "quantitative", "title": size, "scale": {"zero": False, "nice": False},
         "axis": {"tickCount": 4, "format": ",d"}}  # fmt: skip
    y = {"type": "quantitative", "title": None, "scale": {"zero": False}, "axis": {"tickCount": 5, "format": ",.2~f"}}

    def line(field: str, dash: list[int] | None) -> dict:
        mark = {"type": "line", "color": GREY, "strokeWidth": 1} | ({"strokeDash": dash} if dash else {})
        return {"data": {"name": "limites"}, "mark": mark, "encoding": {"x": x, "y": y | {"field": field}}}

    def text(own: int, weight: str, colour: str) -> dict:
        return {
            "data": {"name": "points"},
            "transform": [{"filter": f"datum.s == {own}"}],
            "mark": {"type": "text", "dy": -10, "fontSize": LETTERS, "fontWeight": weight, "color": colour},
            "encoding": {"x": x, "y": y | {"field": "t"}, "text": {"field": "d", "type": "nominal"}},
        }

    points = {
        "data": {"name": "points"},
        "mark": {"type": "point", "strokeWidth": 1.4, "color": INK, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y | {"field": "t"},
            "fill": {"condition": {"test": "datum.s == 1", "value": INK}, "value": "white"},
            "size": {"condition": {"test": "datum.s == 1", "value": 70}, "value": 34},
        },
    }
    layers = [
        line("c", None),
        *(line(f"{side}{name}", _DASHES[level]) for level, name in ((USUAL, "95"), (RARE, "998")) for side in "bh"),
        points, text(0, "normal", GREY), text(1, "bold", INK),
    ]  # fmt: skip
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, "datasets": values,
            "layer": layers, "width": 560, "height": 260}  # fmt: skip


def draw(made: Funnel, size: str) -> Markup:
    """Draw it as SVG; the page says its unit beside it, tells it in a sentence, and in a table."""
    fitted = {"width": WIDE, "height": 250, "autosize": {"type": "fit", "contains": "padding"}, "padding": AROUND}
    return drawn(specification(made, size) | fitted)
