"""The map of page one: a rate by commune, in written classes; what is missing or withheld has its own hatch."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from pipelines.base.wording import plural
from pipelines.maps.classes import classes_of
from pipelines.maps.drawing import MISSING, WITHHELD, Area, draw_map
from pipelines.maps.levels import contours_at
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import Line

_LEVEL, _WIDE, _HIGH = "commune", 440, 330


@dataclass(frozen=True)
class FrontMap:
    """The drawing, its title and what it shows in a sentence."""

    drawing: Markup
    title: str
    spoken: str
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
        areas = [_area(row, names) for row in rows]
        known = [area.rate for area in areas if area.rate is not None]
        title = f"{head.label}, {own['unite'].iloc[0]}, par commune, {last}"
        return FrontMap(
            draw_map(contours, areas, classes_of(known), f"{own['unite'].iloc[0]}, {last}", width=_WIDE, height=_HIGH),
            title,
            f"Carte : {title}. {plural(len(known), 'commune a un taux', 'communes ont un taux')}.",
            contours.attribution,
        )
    return None


def _area(row: dict, names: dict[str, str]) -> Area:
    code, rate = row["territoire_code"], row["taux"]
    name = str(names.get(code, code))
    if not wording.absent(rate):
        return Area(code, name, float(rate))
    return Area(code, name, None, WITHHELD if row["motif_code"] == "secret_statistique" else MISSING)
