"""Charts: Vega-Lite specifications drawn as SVG, in black and grey, so that nothing is said by colour alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import vl_convert
from markupsafe import Markup

from pipelines.base.typography import french
from pipelines.report.wording import short_period
from pipelines.report.wording import shown as figure

INK, GREY, PALE = "#1b1f24", "#57606a", "#d0d7de"
# Letters are as high as drawn: no chart is made smaller than it is, down to the narrowest screen.
LETTERS, WIDE = 12, 340
# The last figure and the name of its period go beyond its point.
AROUND = {"left": 5, "top": 5, "right": 42, "bottom": 5}
# The page tells each chart in a sentence: its marks are not told one by one.
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
CONFIG = {
    "background": None,
    "view": {"stroke": None},
    "font": "system-ui, sans-serif",
    "axis": {
        "labelColor": GREY, "titleColor": GREY, "gridColor": PALE, "domainColor": GREY,
        "labelFontSize": LETTERS, "titleFontSize": LETTERS,
    },
}  # fmt: skip


FINAL, PROVISIONAL, MISSING, WITHHELD = "définitif", "provisoire", "manquant", "non publié"
# The sign of a period without a value tells why.
_SIGNS = {MISSING: "×", WITHHELD: "□"}


@dataclass(frozen=True)
class Point:
    """One period of a series. `low` and `high` are its 95 % interval; `state` is one of these words;
    `broken` when the series does not compare with the period before.
    """

    period: str
    value: float | None
    low: float | None = None
    high: float | None = None
    state: str = FINAL
    broken: bool = False


def sparkline(points: Sequence[Point]) -> Markup:
    """Draw a line as high as a text, with its interval, its last point and the figure of it."""
    return drawn(_whole(_layers(points) | {"width": 90, "height": 26}, axes=None))


def chart(points: Sequence[Point]) -> Markup:
    """Draw the series with its axes: points and their intervals, hollow where provisional, a cross where missing, a
    square where withheld, a dashed line where the series breaks; the last figure is written beside its point.
    """
    fitted = {"width": WIDE, "height": 150, "autosize": {"type": "fit", "contains": "padding"}, "padding": AROUND}
    return drawn(_whole(_layers(points) | fitted, axes=_marks(points)))


def specification(points: Sequence[Point], unit: str) -> dict:
    """Return the Vega-Lite specification of a chart, for whoever draws it elsewhere."""
    return _whole(_layers(points, unit) | {"width": 560, "height": 150}, axes=_marks(points))


def _layers(points: Sequence[Point], unit: str | None = None) -> dict:
    values: list[dict[str, object]] = [
        {"p": short_period(p.period), "v": p.value, "b": p.low, "h": p.high, "e": p.state, "r": p.broken, "n": i}
        for i, p in enumerate(points)
    ]
    if known := [i for i, p in enumerate(points) if p.value is not None]:
        # A figure that Vega formats would not be the one of the table beside it.
        values[known[-1]]["d"] = french(figure(points[known[-1]].value))
    periods = [value["p"] for value in values]
    x = {"field": "p", "type": "ordinal", "sort": periods, "scale": {"domain": periods}, "title": None}
    y = {"field": "v", "type": "quantitative", "title": unit, "scale": {"zero": True, "nice": True}}
    return {
        "data": {"values": values},
        "layer": [
            {
                "transform": [{"filter": "datum.r"}],
                "mark": {"type": "rule", "strokeDash": [3, 3], "color": GREY},
                "encoding": {"x": x},
            },
            {
                "transform": [{"filter": "isValid(datum.b)"}],
                "mark": {"type": "rule", "color": "#8c959f", "strokeWidth": 1},
                "encoding": {"x": x, "y": y | {"field": "b"}, "y2": {"field": "h"}},
            },
            {
                "mark": {"type": "line", "color": INK, "strokeWidth": 1.4, "invalid": "break-paths-filter-domains"},
                "encoding": {"x": x, "y": y},
            },
            {
                "transform": [{"filter": "isValid(datum.v)"}],
                "mark": {"type": "point", "color": INK, "size": 16, "strokeWidth": 1.4},
                "encoding": {
                    "x": x,
                    "y": y,
                    "fill": {"condition": {"test": f"datum.e == '{PROVISIONAL}'", "value": "white"}, "value": INK},
                },
            },
            {
                "transform": [{"filter": "isValid(datum.d)"}],
                "mark": {
                    "type": "text",
                    "color": INK,
                    "fontSize": LETTERS,
                    "fontWeight": "bold",
                    "align": "left",
                    "dx": 6,
                },
                "encoding": {"x": x, "y": y, "text": {"field": "d"}},
            },
            *(
                {
                    "transform": [{"filter": f"datum.e == '{state}'"}, {"calculate": "0", "as": "zero"}],
                    "mark": {"type": "text", "text": sign, "color": GREY, "fontSize": 12, "dy": -5},
                    "encoding": {"x": x, "y": y | {"field": "zero"}},
                }
                for state, sign in _SIGNS.items()
            ),
        ],
    }


def _marks(points: Sequence[Point]) -> dict:
    """Write each figure of an axis once: whole beside counts, with decimals beside parts of a post or shares."""
    if any(p.value is not None and not float(p.value).is_integer() for p in points):
        return {"tickCount": 4, "format": ",.2~f"}
    top = max((height for p in points for height in (p.value, p.high) if height is not None), default=0)
    # More marks than there are whole figures would print the same one twice.
    return {"tickCount": max(1, min(4, int(top))), "format": ",d"}


def _whole(spec: dict, axes: dict | None) -> dict:
    if axes is None:
        for layer in spec["layer"]:
            for name in ("x", "y"):
                if name in layer["encoding"]:
                    layer["encoding"][name] = layer["encoding"][name] | {"axis": None}
    else:
        for layer in spec["layer"]:
            layer["encoding"]["x"] = layer["encoding"]["x"] | {
                "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6}
            }
            if "y" in layer["encoding"]:
                layer["encoding"]["y"] = layer["encoding"]["y"] | {"axis": axes}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG} | spec


def drawn(spec: dict) -> Markup:
    """Draw a specification as SVG."""
    # What the library draws of our own figures; labels are escaped by it.
    return Markup(_svg(json.dumps(spec)))  # noqa: S704


@lru_cache(maxsize=1024)
def _svg(specification: str) -> str:
    """Draw each chart once: most are the same in both editions, and some stand twice on a page."""
    made = _SPOKEN.sub("", vl_convert.vegalite_to_svg(specification, format_locale="fr-FR"))
    return made.replace("<svg ", '<svg aria-hidden="true" ', 1)
