"""From the contours of communes to those of what they make up: EPCI, arrondissements, companies."""

from __future__ import annotations

import json
from collections import defaultdict

import pandas as pd

from pipelines.maps.contours import Contours

COMMUNE, EPCI, ARRONDISSEMENT, SERVICE = "commune", "epci", "arrondissement", "service"
# What a service's ground is the common part of.
_GROUNDS = ("arrondissement", "zone_police", "zone_gendarmerie")


def contours_at(contours: pd.DataFrame, places: pd.DataFrame, inside: pd.DataFrame, level: str) -> Contours | None:
    """Return the contours of a level, by territory, from a snapshot's tables `contours`, `lieux` and `inclusions`; None
    where it holds none. A commune that no territory of the level has keeps its own contour: it is drawn as such.
    """
    whole = _read(contours)
    if not whole.shapes:
        return None
    levels: dict[str, str] = dict(zip(places["territoire_code"], places["niveau"], strict=True))
    if level == COMMUNE:
        return whole
    members = _of_services(inside, levels) if level == SERVICE else _members(inside, levels, level)
    if not members:
        return None
    return whole.gathered({code: members.get(code, code) for code in whole.shapes})


def _read(rows: pd.DataFrame) -> Contours:
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": json.loads(contour)}
        for code, contour in zip(rows["territoire_code"], rows["contour"], strict=True)
    ]
    if not features:
        return Contours({})
    return Contours.of({"features": features, "attribution": rows["origine"].iloc[0]})


def _members(inside: pd.DataFrame, levels: dict[str, str], level: str) -> dict[str, str]:
    """Map each commune to its territory of a level."""
    return {
        inner: outer
        for inner, outer in zip(inside["territoire_code"], inside["contenant_code"], strict=True)
        if levels.get(inner) == COMMUNE and levels.get(outer) == level
    }


def _of_services(inside: pd.DataFrame, levels: dict[str, str]) -> dict[str, str]:
    """Map each commune to its service of today: the one that has its arrondissement and its force zone, if only one."""
    today = inside[inside["valide_a"].isna()]
    grounds: dict[str, set[str]] = defaultdict(set)
    for inner, outer in zip(today["territoire_code"], today["contenant_code"], strict=True):
        if levels.get(outer) in _GROUNDS:
            grounds[inner].add(outer)
    services = {s: g for s, g in grounds.items() if levels.get(s) == SERVICE and len(g) == 2}
    found = {}
    for commune in (code for code in grounds if levels.get(code) == COMMUNE):
        theirs = [service for service, ground in services.items() if ground == grounds[commune]]
        if len(theirs) == 1:
            found[commune] = theirs[0]
    return found
