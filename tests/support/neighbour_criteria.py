"""The criteria of the statistical neighbours, measured again from the public files: what
`dbt_project/seeds/comparaison/criteres_departements.csv` should say.

`python -m tests.support.neighbour_criteria DOSSIER` prints the table; DOSSIER holds the public files (docs/voisins.md
names them). Nothing here comes from the project's own code.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

import python_calamine

CONTOURS = "geo/contour-des-departements.geojson"
SSMSI = "ssmsi_departement/donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv"
COMMUNES = "insee/POPULATION_MUNICIPALE_COMMUNES_FRANCE.xlsx"
URBAN_FROM = 2000
_BASE = "SSMSI, base départementale du 4 juin 2025"
# The ellipsoid of the RGF93 (IAG GRS 1980): equatorial radius in km, and square of the eccentricity.
_RADIUS, _E2 = 6378.137, 0.00669438002290


def areas(contours: Path) -> dict[str, float]:
    """Département → km², on the ellipsoid, of the simplified contours.

    The cylindrical equal-area projection keeps areas: x is the longitude times the radius, y half the radius times q of
    the latitude (Snyder, Map Projections: A Working Manual, USGS 1395, 1987, equation 3-12).
    """
    e = math.sqrt(_E2)

    def height(latitude: float) -> float:
        s = math.sin(math.radians(latitude))
        return (1 - _E2) * (s / (1 - _E2 * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))

    def ring(points: list[list[float]]) -> float:
        flat = [(math.radians(x), height(y) / 2) for x, y in points]
        pairs = zip(flat, flat[1:] + flat[:1], strict=True)
        return abs(math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2 * _RADIUS**2

    found = {}
    for feature in json.loads(contours.read_text(encoding="utf-8"))["features"]:
        shape = feature["geometry"]
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        found[feature["properties"]["code"]] = sum(
            ring(outer) - sum(ring(hole) for hole in holes) for outer, *holes in parts
        )
    return found


def of_ssmsi(base: Path) -> dict[tuple[str, str, int], float]:
    """(population or logements, département, millésime) → what the SSMSI repeats of the Insee."""
    found = {}
    with base.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            code = row["code_departement"].strip('"').zfill(2)
            for name, nature in (("insee_pop", "population"), ("insee_log", "logements")):
                if row[name] not in ("", "NA"):
                    year = int(row[f"{name}_millesime"])
                    found[nature, code, year] = float(row[name].replace(",", "."))
    return found


def urban(workbook: Path, year: int) -> dict[str, float]:
    """Département → the share, in per cent, of the people who live in a commune of 2 000 or more."""
    lines = python_calamine.load_workbook(workbook).get_sheet_by_index(0).to_python()
    head = next(n for n, line in enumerate(lines) if any(str(c).lower() == "codgeo" for c in line))
    names = [str(c).lower() for c in lines[head]]
    place, count = names.index("codgeo"), names.index(f"p{year % 100}_pop")
    every, towns = defaultdict(float), defaultdict(float)
    for line in lines[head + 1 :]:
        code, people = str(line[place]).zfill(5), line[count]
        if isinstance(people, int | float):
            department = code[:3] if code.startswith("97") else code[:2]
            every[department] += people
            towns[department] += people if people >= URBAN_FROM else 0
    return {code: 100 * towns[code] / every[code] for code in every}


def criteria(folder: Path) -> list[dict[str, str]]:
    """The lines of the table, in its order: by criterion, then by département."""
    insee = of_ssmsi(folder / SSMSI)
    people_year = max(y for nature, _, y in insee if nature == "population")
    homes_year = max(y for nature, _, y in insee if nature == "logements")
    surface, towns = areas(folder / CONTOURS), urban(folder / COMMUNES, 2021)
    made = [
        ("densite", code, insee["population", code, people_year] / km2, "habitants par km²", people_year,
         f"{_BASE} (insee_pop) ; IGN, contours des départements (aire sur l'ellipsoïde)")
        for code, km2 in surface.items()
    ] + [
        ("logements", code, 1000 * insee["logements", code, homes_year] / insee["population", code, homes_year],
         "logements pour 1 000 habitants", homes_year, f"{_BASE} (insee_log, insee_pop)")
        for code in surface
    ] + [
        ("urbain", code, towns[code], "%", 2021, "Insee, population municipale des communes (data.gouv.fr)")
        for code in surface
    ]  # fmt: skip
    return [
        {"critere": name, "code_departement": code, "valeur": f"{value:.2f}", "unite": unit, "annee": str(year),
         "source": source}
        for name, code, value, unit, year, source in sorted(made)
    ]  # fmt: skip


def main() -> None:
    lines = criteria(Path(sys.argv[1]))
    writer = csv.DictWriter(sys.stdout, lines[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)


if __name__ == "__main__":
    main()
