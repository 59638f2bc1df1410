"""The map of page one: a rate by commune, in written classes; what is missing or withheld has its own hatch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.base.wording import plural
from pipelines.maps.classes import Classes, classes_of
from pipelines.maps.contours import Contours
from pipelines.maps.drawing import MISSING, NO_PLACE, WITHHELD, Area, draw_map, fills, line_of
from pipelines.maps.levels import contours_at
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import Line

_LEVEL, _WIDE, _HIGH = "commune", 320, 300


@dataclass(frozen=True)
class Commune:
    """One line of the table under the map; `why` it has no rate."""

    name: str
    rate: str
    why: str


@dataclass(frozen=True)
class FrontMap:
    """The drawing, its title and what it shows in a sentence. `classes` are the lines of its legend, each with how many
    communes go by it.
    """

    drawing: Markup
    title: str
    unit: str
    spoken: str
    classes: list[tuple[str, int]]
    communes: list[Commune]
    attribution: str


def front_map(edition: Edition, heads: list[Line]) -> FrontMap | None:
    """Draw the last rates of the first head indicator that communes have; none in snapshots without contours."""
    tables = edition.tables
    if "contours" not in tables or "taux_lieux" not in tables:
        return None
    contours = contours_at(tables["contours"], tables["lieux"], tables["inclusions"], _LEVEL)
    names = edition.labels("lieux", "territoire_code")
    if contours is None:
        return None
    rates = tables["taux_lieux"]
    year = str(edition.period)[:4]
    rates = rates[(rates["periode"] <= year) & rates["territoire_code"].str.startswith("COM-")]
    for head in heads:
        own = rates[(rates["indicateur_code"] == head.code) & rates["taux"].notna()]
        if own.empty:
            continue
        last = own["periode"].max()
        rows = rates[(rates["indicateur_code"] == head.code) & (rates["periode"] == last)].to_dict("records")
        areas = sorted((_area(row, names) for row in rows), key=lambda area: area.label)
        known = [area.rate for area in areas if area.rate is not None]
        classes, unit = classes_of(known), str(own["unite"].iloc[0])
        title = f"{head.label}, {unit}, par commune, {last}"
        return FrontMap(
            draw_map(contours, areas, classes, f"{unit}, {last}", width=_WIDE, height=_HIGH),
            title,
            unit,
            f"Carte : {title}. {plural(len(known), 'commune a un taux', 'communes ont un taux')}.",
            _counted(contours, areas, classes),
            [Commune(a.label, wording.shown(a.rate), "" if a.rate is not None else a.absence) for a in areas],
            contours.attribution,
        )
    return None


def _counted(contours: Contours, areas: list[Area], classes: Classes | None) -> list[tuple[str, int]]:
    """Count the communes of each line of the legend: every class, an absence only where there is one."""
    counts = Counter(line_of(area, classes) for area in areas)
    counts[NO_PLACE] = len(contours.shapes.keys() - {area.code for area in areas})
    told = set(classes.labels if classes else ())
    return [(line, counts[line]) for line in fills(classes) if line in told or counts[line]]


def _area(row: dict, names: Mapping[str, str]) -> Area:
    code, rate = row["territoire_code"], row["taux"]
    name = str(names.get(code, code))
    if not wording.absent(rate):
        return Area(code, name, float(rate))
    return Area(code, name, None, WITHHELD if row["motif_code"] == "secret_statistique" else MISSING)
